# SPDX-License-Identifier: AGPL-3.0-or-later
# Bash completion: dist_bashcompletion_DATA += %reldir%/completion/gnunet-mqtt-publish
EXTRA_DIST += %reldir%/demo %reldir%/need

dist_gnunetcfg_DATA += %reldir%/mqtt.conf

# GNUnet may be installed elsewhere, with a libexec of its own.
install-data-hook:
	sed -i 's|^BINARY = .*|BINARY = $(gnunetlibexecdir)/gnunet-service-mqtt|' \
	  '$(DESTDIR)$(gnunetcfgdir)/mqtt.conf'
