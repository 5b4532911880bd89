# SPDX-License-Identifier: AGPL-3.0-or-later
# Files under 500 lines, functions under 60.  In GNU format a function's body is
# all that stands between "{" and "}" in the first column, behind its parameters.

FNR == 1 { end_file(); file = FILENAME; opened = 0 }
{ lines = FNR }
/^\{/ { opened = (before ~ /\)$/) ? FNR : 0 }
/^\}/ {
  if (opened && FNR - opened + 1 >= 60)
    problem(opened, "a function of " FNR - opened + 1 " lines")
  opened = 0
}
{ before = $0 }
END { end_file(); exit failed }

function end_file() {
  if (lines >= 500)
    problem(lines, "a file of " lines " lines")
}

function problem(line, text) {
  print file ":" line ": " text
  failed = 1
}
