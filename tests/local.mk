# SPDX-License-Identifier: AGPL-3.0-or-later
# Every test prints TAP; programs with Check do so by themselves, for tests/run
# asks them to.  To add one, add its name to its folder's list: the source of
# tests/unit/test_x is tests/unit/test_x.c, and it links what LDADD says unless
# told otherwise.

include %reldir%/unit/local.mk

# Random input against a second, independent implementation.
property_tests = \
  %reldir%/property/test_anonymous \
  %reldir%/property/test_code_plan_changes \
  %reldir%/property/test_discovery \
  %reldir%/property/test_filter_index_changes \
  %reldir%/property/test_matching \
  %reldir%/property/test_retained \
  %reldir%/property/test_session_model

%canon_reldir%_property_test_session_model_SOURCES = \
  %reldir%/property/session_world.c \
  %reldir%/property/session_world.h \
  %reldir%/property/session_world_actions.c \
  %reldir%/property/session_world_client.c \
  %reldir%/property/test_session_model.c

# Groups of real peers under gnunet-testbed: slow.
include %reldir%/peers/local.mk

# Shell scripts that use the programs as a person would.
cli_tests = \
  %reldir%/cli/test_blacklist.sh \
  %reldir%/cli/test_channel.sh \
  %reldir%/cli/test_flood.sh \
  %reldir%/cli/test_lab.sh \
  %reldir%/cli/test_publish_subscribe.sh \
  %reldir%/cli/test_sessions.sh \
  %reldir%/cli/test_store.sh

# The sanitized build runs all that is hostile, starts, ends or crashes; not what is
# only many, or takes its time.
sanitized_tests = $(unit_tests) $(property_tests) \
  %reldir%/peers/test_comings \
  %reldir%/peers/test_contents \
  %reldir%/peers/test_flow \
  %reldir%/peers/test_garbage \
  %reldir%/peers/test_poison \
  %reldir%/cli/test_publish_subscribe.sh \
  %reldir%/cli/test_sessions.sh

# What is promised, on real peers under load while things are killed and parted:
# `tests/crash --faults N --seed S`, `tests/split --seeds N`.
proofs = %reldir%/crash %reldir%/split
proof_programs = %reldir%/proof/client %reldir%/proof/flood
%canon_reldir%_proof_client_LDADD = libgnunetmqtt.la $(GNUNETUTIL_LIBS)
%canon_reldir%_proof_flood_LDADD = libgnunetmqtt.la $(GNUNETUTIL_LIBS)

# That the proofs' own tools see what they are to see.
proof_tests = %reldir%/proof/test_balanced.sh

# libFuzzer targets: `make fuzz` builds and runs them.
fuzz_targets =

LDADD = libmqttcore.la $(CHECK_LIBS) $(GNUNETUTIL_LIBS)

if TESTS_ENABLED
check_PROGRAMS = $(unit_tests) $(property_tests) $(peer_tests) \
  $(proof_programs)
TESTS = $(unit_tests) $(property_tests) $(peer_tests) $(peer_scripts) \
  $(cli_tests) $(proof_tests)
endif
EXTRA_PROGRAMS += $(fuzz_targets)
EXTRA_DIST += $(cli_tests) $(proof_tests) $(proofs) %reldir%/proof/balance %reldir%/proof/balanced \
  %reldir%/proof/common.sh %reldir%/proof/disks.sh %reldir%/proof/ledger \
  %reldir%/proof/service.sh \
  %reldir%/cli/one_peer.sh %reldir%/peers/lab.sh %reldir%/tap.sh %reldir%/run \
  %reldir%/run-fuzz \
  %reldir%/property/nasty.h

LOG_COMPILER = contrib/with-tools $(srcdir)/%reldir%/run
LOG_DRIVER = $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
