# SPDX-License-Identifier: AGPL-3.0-or-later
# Bash completion: dist_bashcompletion_DATA += %reldir%/completion/gnunet-mqtt-publish
EXTRA_DIST += %reldir%/demo %reldir%/need
