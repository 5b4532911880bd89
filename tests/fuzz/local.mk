# SPDX-License-Identifier: AGPL-3.0-or-later
# libFuzzer targets: `make fuzz` builds them with clang and runs each for
# FUZZ_SECONDS.  What a target begins with comes from %reldir%/seeds.

fuzz_targets += \
  %reldir%/fuzz_anonymous \
  %reldir%/fuzz_blacklist \
  %reldir%/fuzz_channel_entry \
  %reldir%/fuzz_ipc_frames \
  %reldir%/fuzz_link_frames \
  %reldir%/fuzz_properties \
  %reldir%/fuzz_topic \
  %reldir%/fuzz_wire
%canon_reldir%_fuzz_wire_LDADD = $(with_fakes)

EXTRA_DIST += %reldir%/fuzz.h %reldir%/fuzz_frames.h %reldir%/seeds
