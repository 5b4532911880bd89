# SPDX-License-Identifier: AGPL-3.0-or-later
# Man pages: dist_man_MANS += %reldir%/gnunet-mqtt-publish.1
