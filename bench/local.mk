# SPDX-License-Identifier: AGPL-3.0-or-later
# Benchmarks are built by `make bench` only.

bench_programs = \
  %reldir%/flow_cadet \
  %reldir%/flow_mosquitto \
  %reldir%/flow_mqtt

bench_common = %reldir%/common.c %reldir%/common.h
bench_ldadd = libgnunetmqtt.la $(GNUNETUTIL_LIBS)

EXTRA_PROGRAMS += $(bench_programs)

%canon_reldir%_flow_cadet_SOURCES = %reldir%/flow_cadet.c $(bench_common)
%canon_reldir%_flow_cadet_LDADD = $(bench_ldadd) $(GNUNETCADET_LIBS)

%canon_reldir%_flow_mosquitto_SOURCES = \
  %reldir%/flow_mosquitto.c $(bench_common)
%canon_reldir%_flow_mosquitto_CPPFLAGS = $(AM_CPPFLAGS) $(MOSQUITTO_CFLAGS)
%canon_reldir%_flow_mosquitto_LDADD = $(bench_ldadd) $(MOSQUITTO_LIBS)

%canon_reldir%_flow_mqtt_SOURCES = %reldir%/flow_mqtt.c $(bench_common)
%canon_reldir%_flow_mqtt_LDADD = $(bench_ldadd)

EXTRA_DIST += %reldir%/README.md %reldir%/run
CLEANFILES += $(bench_programs)

bench-programs: $(bench_programs)

# BENCH_FLAGS=--quick: under three minutes.
bench:
	BUILD=$(abs_builddir) $(top_srcdir)/%reldir%/run $(BENCH_FLAGS)

.PHONY: bench bench-programs
