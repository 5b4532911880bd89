#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Counters balance only if all are told and none is wrong.  Without peers: in place of
# gnunet-statistics there is a script that prints the file that is the configuration.
set -u

folder=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# shellcheck source=tests/tap.sh
. "$folder/../tap.sh"

# shellcheck disable=SC2016 # for the script
printf '%s\n' '#!/bin/bash' 'cat "$2"' >"$scratch/gnunet-statistics"
chmod +x "$scratch/gnunet-statistics"
export PATH=$scratch:$PATH BALANCED_LOOKS=1
cd "$scratch" || exit

balanced() { "$folder/balanced" "$@"; }

# tell NAME VALUE: as gnunet-statistics does.
tell() { printf '%12s   %50s: %16d\n' mqtt "# $1" "$2"; }

# All counters that are looked at, each with this value.
mapfile -t names < <(grep -o 'is("[^"]*")' "$folder/balance" | cut -d '"' -f 2 | sort -u)
all() { local each; for each in "${names[@]}"; do tell "$each" "$1"; done; }

# Each counter makes a difference, and none may be missing.
each_counts() {
  local name
  for name in "${names[@]}"; do
    if { all 0; tell "$name" 1; } | "$folder/balance" one \
      || all 0 | grep -vF "# $name: " | "$folder/balance" one; then
      echo "no need of '# $name'" >&2
      return 1
    fi >/dev/null
  done
  ((${#names[@]} > 40))
}

# What the service calls them.
all_exist() {
  local name
  for name in "${names[@]}"; do
    grep -qF "\"# $name\"" "$folder/../../src/service/counters.c" \
      || { echo "no counter '# $name'"; return 1; }
  done
}

all 0 >busy
: >silent
ok 'nothing is the same as nothing' balanced busy busy
ok 'every counter counts' each_counts
ok 'there are such counters' all_exist
ok 'silence is no balance' fails 1 'nothing is told' balanced busy silent
ok 'a peer that was never used may be silent' balanced busy --idle silent busy
ok 'others may not beside it' fails 1 'nothing is told' balanced silent --idle silent
ok 'it may not tell what is wrong' fails 1 ' = ' \
  balanced --idle <(all 0; tell 'messages queued in sessions' 1)
ok 'a failure is no silence' fails 1 'cannot be read' balanced busy --idle gone
finish
