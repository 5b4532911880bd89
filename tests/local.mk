# SPDX-License-Identifier: AGPL-3.0-or-later
# Every test prints TAP; programs with Check do so by themselves, for tests/run
# asks them to.  To add one, add its name here: the source of tests/unit/test_x
# is tests/unit/test_x.c, and it links what LDADD says unless told otherwise:
#   tests_unit_test_y_LDADD = libmqttservice.la $(LDADD)

# One a module, no network, no peers.
unit_tests = \
  %reldir%/unit/test_code_plan \
  %reldir%/unit/test_cursor \
  %reldir%/unit/test_discovery_code \
  %reldir%/unit/test_filter_index \
  %reldir%/unit/test_format \
  %reldir%/unit/test_frame \
  %reldir%/unit/test_ipc_frame \
  %reldir%/unit/test_level_hash \
  %reldir%/unit/test_lib \
  %reldir%/unit/test_lib_reconnect \
  %reldir%/unit/test_lib_subscribe \
  %reldir%/unit/test_link_frame \
  %reldir%/unit/test_message \
  %reldir%/unit/test_node_table \
  %reldir%/unit/test_outbox \
  %reldir%/unit/test_output \
  %reldir%/unit/test_payload_input \
  %reldir%/unit/test_properties \
  %reldir%/unit/test_stream \
  %reldir%/unit/test_topic \
  %reldir%/unit/test_topic_cache \
  %reldir%/unit/test_topic_complaint \
  %reldir%/unit/test_utf8
tests_unit_test_stream_LDADD = libmqttstream.la $(LDADD)
tests_unit_test_format_LDADD = libmqttcli.la $(LDADD)
tests_unit_test_lib_LDADD = libmqttapi.la $(LDADD)
tests_unit_test_lib_reconnect_LDADD = libmqttapi.la $(LDADD)
tests_unit_test_lib_subscribe_LDADD = libmqttapi.la $(LDADD)
tests_unit_test_output_LDADD = libmqttcli.la $(LDADD)
tests_unit_test_payload_input_LDADD = libmqttcli.la $(LDADD)
tests_unit_test_topic_cache_LDADD = libmqttapi.la $(LDADD)
tests_unit_test_topic_complaint_LDADD = libmqttcli.la $(LDADD)

include %reldir%/unit/service.mk

# Random input against a second, independent implementation.
property_tests = \
  %reldir%/property/test_code_plan_changes \
  %reldir%/property/test_discovery \
  %reldir%/property/test_filter_index_changes \
  %reldir%/property/test_matching

# Groups of real peers under gnunet-testbed: slow.
include %reldir%/peers/local.mk

# Shell scripts that use the programs as a person would.
cli_tests = \
  %reldir%/cli/test_lab.sh \
  %reldir%/cli/test_publish_subscribe.sh

# libFuzzer targets: `make fuzz` builds and runs them.
fuzz_targets =

LDADD = libmqttcore.la $(CHECK_LIBS) $(GNUNETUTIL_LIBS)

if TESTS_ENABLED
check_PROGRAMS = $(unit_tests) $(property_tests) $(peer_tests)
TESTS = $(check_PROGRAMS) $(cli_tests)
endif
EXTRA_PROGRAMS = $(fuzz_targets)
EXTRA_DIST += $(cli_tests) %reldir%/run %reldir%/run-fuzz \
  %reldir%/property/nasty.h \
  %reldir%/unit/fake_service.h %reldir%/unit/lib_fixture.h \
  %reldir%/unit/no_memory.h %reldir%/unit/run_cases.h \
  %reldir%/unit/stream_fixture.h \
  %reldir%/unit/wire.h

LOG_COMPILER = contrib/with-tools $(srcdir)/%reldir%/run
LOG_DRIVER = $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
