# SPDX-License-Identifier: AGPL-3.0-or-later
# Benchmarks are built by `make bench` only.

bench_programs = \
  %reldir%/cold_mqtt \
  %reldir%/cold_raw \
  %reldir%/discovery_mqtt \
  %reldir%/drain_session \
  %reldir%/flow_cadet \
  %reldir%/flow_mosquitto \
  %reldir%/flow_mqtt \
  %reldir%/flow_session \
  %reldir%/latency_cadet \
  %reldir%/latency_commit \
  %reldir%/latency_ipc \
  %reldir%/latency_mqtt \
  %reldir%/latency_publish \
  %reldir%/match_index \
  %reldir%/match_mosquitto \
  %reldir%/memory_mosquitto \
  %reldir%/memory_mqtt \
  %reldir%/memory_sessions
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs) libmqttbench.la

EXTRA_LTLIBRARIES += libmqttbench.la
libmqttbench_la_SOURCES = \
  %reldir%/common.c \
  %reldir%/common.h \
  %reldir%/filters.c \
  %reldir%/filters.h
libmqttbench_la_LIBADD = $(GNUNETUTIL_LIBS)

bench_api = libmqttbench.la libgnunetmqtt.la $(GNUNETUTIL_LIBS)
bench_bare = libmqttbench.la $(GNUNETUTIL_LIBS)

bench_cold_mqtt_LDADD = $(bench_api)
bench_cold_raw_LDADD = \
  libmqttcore.la $(bench_bare) $(GNUNETCADET_LIBS) $(GNUNETREGEX_LIBS)
bench_discovery_mqtt_LDADD = $(bench_api)
bench_drain_session_LDADD = $(bench_api)
bench_flow_cadet_LDADD = $(bench_bare) $(GNUNETCADET_LIBS)
bench_flow_mosquitto_LDADD = $(bench_bare) $(MOSQUITTO_LIBS)
bench_flow_mqtt_LDADD = $(bench_api) $(GNUNETIDENTITY_LIBS)
bench_flow_session_LDADD = $(bench_api)
bench_latency_cadet_LDADD = $(bench_bare) $(GNUNETCADET_LIBS)
bench_latency_commit_LDADD = $(bench_bare) $(SQLITE_LIBS)
bench_latency_ipc_LDADD = $(bench_bare)
bench_latency_mqtt_LDADD = $(bench_api)
bench_latency_publish_LDADD = $(bench_api)
bench_match_index_LDADD = libmqttcore.la $(bench_bare)
bench_match_mosquitto_LDADD = $(bench_bare) $(MOSQUITTO_LIBS)
bench_memory_mosquitto_LDADD = $(bench_bare) $(MOSQUITTO_LIBS)
bench_memory_mqtt_LDADD = $(bench_api)
bench_memory_sessions_LDADD = $(bench_api)

EXTRA_DIST += %reldir%/README.md %reldir%/run

bench-programs: $(bench_programs)

# BENCH_FLAGS=--quick: some five minutes.
bench:
	BUILD=$(abs_builddir) $(top_srcdir)/%reldir%/run $(BENCH_FLAGS)

.PHONY: bench bench-programs
