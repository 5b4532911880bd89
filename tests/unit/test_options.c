/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_options.c
 * @brief Tests of service/options.h: defaults, ranges, what is refused.
 */
#include "run_cases.h"
#include "service/options.h"

/** An option as somebody might write it. */
struct Line
{
  const char *name;
  const char *value;
};

static const struct Line right[] = {
  { "MAXIMUM_PAYLOAD", "1 GiB" },
  { "MAXIMUM_PAYLOAD", "1" },
  { "MAXIMUM_CLIENTS", "424" },
  { "BACKLOG", "0" },
  { "SESSION_DROP_OLDEST", "YES" },
  { "SESSIONS_PER_CLIENT", "65536" },
  { "SESSION_EXPIRY_MAXIMUM", "30 d" },
  { "SESSION_EXPIRY_MAXIMUM", "4294967295 s" },
  { "CLIENT_IDENTIFIER", "23" },
  { "LINK_SEGMENT", "64" },
  { "PACE", "0" },
  { "PACE", "1 ms" },
  { "PACE", "1 h" },
  { "DISCOVERY_WINDOW", "0 s" },
  { "ANNOUNCE_REFRESH", "1 h" },
  { "STALL_TIMEOUT", "100 ms" },
  { "STALL_TIMEOUT", "365 d" },
  { "TOPIC_IDLE", "1 s" },
  { "ANNOUNCEMENTS", "400" },
  { "ANONYMOUS", "YES" },
  { "ANONYMOUS_ANNOUNCEMENTS", "10000" },
  { "INVITATIONS", "1" },
  { "OUTBOX_MESSAGES", "1" },
  { "STORED_BACKLOG", "0" },
  { "RETAINED_MEMORY", "64 KiB" },
  { "RETAINED_COPIES", "0" },
  { "RETAINED_GRACE", "0 s" },
  { "RETAINED_TAKEOVER", "0 s" },
  { "INTEREST_LIFETIME", "365 d" },
  { "WILLS", "8" },
  { "CHANNEL_BLOCKS", "YES" },
  { "CHANNEL_ENTRIES_PER_PEER", "1" },
  { "CHANNEL_WATCHES", "10000" },
  { "CHANNEL_WATCHES_PER_PEER", "1" },
  { "ZONE_LOOKS", "1000" },
  { "ZONE_LOOKS_PER_PEER", "1" },
  { "ZONE_PAIRS", "16" },
  { "ZONE_PAIRS_PER_PEER", "1000000" },
  { "ZONE_ENTRIES_PER_PEER", "1" },
  { "ZONE_PATIENCE", "1 s" },
  { "LINK_MESSAGE_RATE", "0" },
  { "LINK_BYTE_RATE", "1 MiB" },
  { "LINK_TOPIC_RATE", "100000000" },
  { "LINK_QUESTION_RATE", "1" },
  { "LINK_BURST", "0 s" },
  { "BLACKLIST", "" },
  { "BLACKLIST", "alice foes.bob" },
  { "BLACKLIST_UNAVAILABLE", "allow" },
  { "BLACKLIST_UNAVAILABLE", "refuse" },
  { "BLACKLIST_INTERVAL", "100 ms" },
  { "BLACKLIST_PATIENCE", "1 h" },
  { "BLACKLIST_SEARCH", "100 ms" },
  { "WILL_BYTES", "64 KiB" },
  { "WILL_TOPICS", "0" },
};

static const struct Line wrong[] = {
  { "SESSION_DROP_OLDEST", "perhaps" },
  { "SESSIONS_PER_CLIENT", "65537" },
  { "SESSION_EXPIRY_MAXIMUM", "0 s" },
  { "SESSION_EXPIRY_MAXIMUM", "4294967296 s" },
  { "CLIENT_IDENTIFIER", "22" },
  { "RECEIVE_MAXIMUM", "65536" },
  { "SESSION_MESSAGES", "0" },
  { "MAXIMUM_PAYLOAD", "0" },
  { "MAXIMUM_PAYLOAD", "2 GiB" },
  { "MAXIMUM_PAYLOAD", "much" },
  { "MAXIMUM_PAYLOAD", "-1" },
  { "MAXIMUM_CLIENTS", "901" },
  /* with the announcements and searches more than there are descriptors */
  { "MAXIMUM_CLIENTS", "425" },
  { "MAXIMUM_CLIENTS", "12x" },
  { "ANNOUNCEMENTS", "1" },
  { "SEARCHES", "401" },
  { "ANONYMOUS", "sometimes" },
  { "ANONYMOUS_ANNOUNCEMENTS", "1" },
  { "ANONYMOUS_WATCH", "99 ms" },
  { "INVITATIONS", "0" },
  { "LINK_SEGMENT", "1 MiB" },
  { "ASSEMBLY_MEMORY", "1 KiB" },
  { "RETAINED_MEMORY", "65535" },
  { "RETAINED_COPIES", "all" },
  { "RETAINED_GRACE", "366 d" },
  { "RETAINED_TAKEOVER", "-1 s" },
  { "TOPIC_MEMORY", "2047 KiB" },
  { "LINK_TOPIC_MEMORY", "1023 KiB" },
  { "PACE", "20" },
  { "PACE", "-5 ms" },
  { "PACE", "soon" },
  { "PACE", "forever" },
  { "DISCOVERY_WINDOW", "2" },
  { "ANNOUNCE_REFRESH", "2 h" },
  { "ANNOUNCE_REFRESH", "1 ms" },
  { "STALL_TIMEOUT", "99 ms" },
  { "PEER_TIMEOUT", "15" },
  { "TOPIC_IDLE", "999 ms" },
  { "RECONNECT_MAXIMUM", "-1 s" },
  { "BLACKLIST_UNAVAILABLE", "perhaps" },
  { "BLACKLIST_UNAVAILABLE", "" },
  { "BLACKLIST_INTERVAL", "0 s" },
  { "BLACKLIST_PATIENCE", "99 ms" },
  { "BLACKLIST_SEARCH", "2 h" },
  { "LINK_TOPICS", "524289" },
  { "OUTBOX", "0" },
  { "OUTBOX_MESSAGES", "0" },
  { "LINK_WINDOW", "0" },
  { "MARKS", "15" },
  { "INTERESTS", "0" },
  { "WILLS", "7" },
  { "CHANNEL_BLOCKS", "1" },
  { "CHANNEL_ENTRIES_PER_PEER", "0" },
  { "CHANNEL_WATCHES", "0" },
  { "CHANNEL_WATCHES_PER_PEER", "10001" },
  { "ZONE_LOOKS", "0" },
  { "ZONE_LOOKS_PER_PEER", "1001" },
  { "ZONE_PAIRS", "15" },
  { "ZONE_PAIRS_PER_PEER", "1" },
  { "ZONE_ENTRIES_PER_PEER", "some" },
  { "ZONE_PATIENCE", "999 ms" },
  { "LINK_MESSAGE_RATE", "100000001" },
  { "LINK_BYTE_RATE", "2 TiB" },
  { "LINK_TOPIC_RATE", "-1" },
  { "LINK_QUESTION_RATE", "many" },
  { "LINK_BURST", "2 h" },
  { "WILL_BYTES", "65535" },
  { "WILL_TOPICS", "10000001" },
  { "INTEREST_LIFETIME", "7" },
  { "SUBSCRIPTIONS_PER_CLIENT", "10000001" },
};


/**
 * Load a configuration of one line.
 */
static enum GNUNET_GenericReturnValue
load (const struct Line *line, struct MQTT_Options *options)
{
  struct GNUNET_CONFIGURATION_Handle *cfg = GNUNET_CONFIGURATION_create ();
  enum GNUNET_GenericReturnValue result;

  GNUNET_CONFIGURATION_set_value_string (cfg,
                                         MQTT_OPTIONS_SECTION,
                                         "STORE",
                                         "/nowhere/store");
  if (NULL != line)
    GNUNET_CONFIGURATION_set_value_string (cfg,
                                           MQTT_OPTIONS_SECTION,
                                           line->name,
                                           line->value);
  result = MQTT_options_load (cfg, options);
  if (GNUNET_OK == result)
    ck_assert_str_eq ("/nowhere/store", options->store);
  MQTT_options_done (options);
  GNUNET_CONFIGURATION_destroy (cfg);
  return result;
}


START_TEST (takes_what_is_in_range)
{
  struct MQTT_Options options;

  ck_assert_int_eq (GNUNET_OK, load (&right[_i], &options));
}
END_TEST


START_TEST (refuses_what_is_not)
{
  struct MQTT_Options options;

  ck_assert_int_eq (GNUNET_SYSERR, load (&wrong[_i], &options));
}
END_TEST


START_TEST (has_defaults)
{
  struct MQTT_Options options;

  ck_assert_int_eq (GNUNET_OK, load (NULL, &options));
  ck_assert_uint_eq (16 * 1024 * 1024, options.maximum_payload);
  ck_assert_uint_eq (60 * 1024, options.link_segment);
  ck_assert_uint_eq (256, options.clients);
  ck_assert_uint_eq (20000, options.pace.rel_value_us);
  ck_assert_uint_eq (2000000, options.discovery_window.rel_value_us);
}
END_TEST


START_TEST (wants_a_store)
{
  struct GNUNET_CONFIGURATION_Handle *cfg = GNUNET_CONFIGURATION_create ();
  struct MQTT_Options options;

  ck_assert_int_eq (GNUNET_SYSERR, MQTT_options_load (cfg, &options));
  MQTT_options_done (&options);
  GNUNET_CONFIGURATION_destroy (cfg);
}
END_TEST


START_TEST (reads_units)
{
  static const struct Line size = { "CLIENT_QUEUE", "2 MiB" };
  static const struct Line time = { "PEER_TIMEOUT", "1 min" };
  struct MQTT_Options options;

  ck_assert_int_eq (GNUNET_OK, load (&size, &options));
  ck_assert_uint_eq (2 * 1024 * 1024, options.client_queue);
  ck_assert_int_eq (GNUNET_OK, load (&time, &options));
  ck_assert_uint_eq (60000000, options.peer_timeout.rel_value_us);
}
END_TEST


/** Looks take half of the places at the most. */
START_TEST (something_can_wait_for_a_look)
{
  static const struct Line few = { "ZONE_PAIRS", "16" };
  static const struct Line few_each = { "ZONE_PAIRS_PER_PEER", "2" };
  struct MQTT_Options options;

  ck_assert_int_eq (GNUNET_OK, load (&few, &options));
  ck_assert_uint_eq (8, options.zone_looks);
  ck_assert_int_eq (GNUNET_OK, load (&few_each, &options));
  ck_assert_uint_eq (1, options.zone_looks_per_peer);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("options");

  GNUNET_log_setup ("test-options", "NONE", NULL);
  tcase_add_loop_test (cases,
                       takes_what_is_in_range,
                       0,
                       sizeof (right) / sizeof (right[0]));
  tcase_add_loop_test (cases,
                       refuses_what_is_not,
                       0,
                       sizeof (wrong) / sizeof (wrong[0]));
  tcase_add_test (cases, has_defaults);
  tcase_add_test (cases, wants_a_store);
  tcase_add_test (cases, something_can_wait_for_a_look);
  tcase_add_test (cases, reads_units);
  return run_cases ("options", cases);
}
