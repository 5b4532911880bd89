# SPDX-License-Identifier: AGPL-3.0-or-later
# Groups of real peers under gnunet-testbed.  To add a scenario, add its name
# here: the source of tests/peers/test_x is tests/peers/test_x.c.

if TESTS_ENABLED
check_LTLIBRARIES = libmqttpeers.la
libmqttpeers_la_SOURCES = \
  %reldir%/asker.c \
  %reldir%/asker.h \
  %reldir%/exchange.c \
  %reldir%/exchange.h \
  %reldir%/exchange_publish.c \
  %reldir%/exchange_state.h \
  %reldir%/group_balance.c \
  %reldir%/group_balance.h \
  %reldir%/group_cases.h \
  %reldir%/group_config.c \
  %reldir%/group_config.h \
  %reldir%/letter.c \
  %reldir%/letter.h \
  %reldir%/polite.c \
  %reldir%/polite.h \
  %reldir%/processes.c \
  %reldir%/processes.h \
  %reldir%/testbed_group.c \
  %reldir%/testbed_group.h \
  %reldir%/turns.c \
  %reldir%/turns.h
libmqttpeers_la_LIBADD = \
  libgnunetmqtt.la libmqttcore.la \
  $(GNUNETTESTBED_LIBS) $(GNUNETSTATISTICS_LIBS) $(GNUNETCADET_LIBS)
endif

peer_tests = \
  %reldir%/test_anonymous \
  %reldir%/test_anonymous_blocks \
  %reldir%/test_blocks \
  %reldir%/test_comings \
  %reldir%/test_contents \
  %reldir%/test_fairness \
  %reldir%/test_flow \
  %reldir%/test_garbage \
  %reldir%/test_numbers \
  %reldir%/test_poison \
  %reldir%/test_private_key \
  %reldir%/test_recovery \
  %reldir%/test_traces \
  %reldir%/test_wildcards
tests_peers_test_anonymous_LDADD = libmqttpeers.la $(LDADD)
tests_peers_test_anonymous_blocks_LDADD = libmqttpeers.la $(GNUNETREGEX_LIBS) \
  $(GNUNETDHT_LIBS) $(LDADD)
tests_peers_test_blocks_LDADD = libmqttpeers.la $(GNUNETDHT_LIBS) $(LDADD)
tests_peers_test_comings_LDADD = libmqttpeers.la $(LDADD)
tests_peers_test_contents_LDADD = libmqttpeers.la $(LDADD)
tests_peers_test_fairness_LDADD = libmqttpeers.la $(LDADD)
tests_peers_test_flow_LDADD = libmqttpeers.la $(LDADD)
tests_peers_test_garbage_LDADD = libmqttpeers.la $(GNUNETCADET_LIBS) $(LDADD)
tests_peers_test_numbers_LDADD = libmqttpeers.la $(LDADD)
tests_peers_test_poison_LDADD = libmqttpeers.la $(GNUNETREGEX_LIBS) $(LDADD)
tests_peers_test_private_key_LDADD = libmqttpeers.la $(GNUNETIDENTITY_LIBS) $(LDADD)
tests_peers_test_recovery_LDADD = libmqttpeers.la $(LDADD)
tests_peers_test_traces_SOURCES = %reldir%/test_traces.c %reldir%/witness.c \
  %reldir%/witness.h
tests_peers_test_traces_LDADD = libmqttpeers.la $(GNUNETDHT_LIBS) $(LDADD)
tests_peers_test_wildcards_LDADD = libmqttpeers.la $(LDADD)

# The lab can kill a peer as a whole.
peer_scripts = %reldir%/test_anonymous_sessions.sh %reldir%/test_blacklist.sh \
  %reldir%/test_full_disk.sh %reldir%/test_groups.sh %reldir%/test_owned.sh \
  %reldir%/test_retained.sh %reldir%/test_revive.sh %reldir%/test_wills.sh
EXTRA_DIST += $(peer_scripts)
