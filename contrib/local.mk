# SPDX-License-Identifier: AGPL-3.0-or-later

EXTRA_DIST += %reldir%/demo %reldir%/need

# One file completes all programs; bash looks for it under the name of each.
bash_completion = %reldir%/gnunet-mqtt.bash-completion
completions = \
  %reldir%/completion/gnunet-mqtt-blacklist \
  %reldir%/completion/gnunet-mqtt-channel \
  %reldir%/completion/gnunet-mqtt-lab \
  %reldir%/completion/gnunet-mqtt-publish \
  %reldir%/completion/gnunet-mqtt-store \
  %reldir%/completion/gnunet-mqtt-subscribe
nodist_bashcompletion_DATA = $(completions)
EXTRA_DIST += $(bash_completion)
CLEANFILES += $(completions)

$(completions): $(bash_completion)
	$(AM_V_GEN)$(MKDIR_P) $(@D) && cp $(srcdir)/$(bash_completion) $@

dist_gnunetcfg_DATA += %reldir%/mqtt.conf

# GNUnet may be installed elsewhere, with a libexec of its own.
install-data-hook:
	sed -i 's|^BINARY = .*|BINARY = $(gnunetlibexecdir)/gnunet-service-mqtt|' \
	  '$(DESTDIR)$(gnunetcfgdir)/mqtt.conf'
