#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# What a script says of what it tries, as TAP: to be sourced by one that has set
# scratch, its folder.
# shellcheck disable=SC2154 # scratch

tests=0 failures=0

# ok NAME COMMAND...: passes when the command succeeds.
ok() {
  local name=$1 result=ok
  shift
  "$@" >"$scratch/ok.out" 2>&1 || result='not ok'
  printf '%s %d - %s\n' "$result" $((++tests)) "$name"
  [[ $result == ok ]] || ((++failures))
  head -n 40 "$scratch/ok.out" | sed 's/^/# /'
}

# finish: the last lines of a test.
finish() {
  printf '1..%d\n' "$tests"
  exit $((failures > 0))
}

# finish_balanced CONF...: finish, when the counters of these peers balance.
finish_balanced() {
  ok 'the counters balance' "$(dirname "${BASH_SOURCE[0]}")/proof/balanced" "$@"
  finish
}
