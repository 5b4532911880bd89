/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/options_access.c
 * @brief Options that say who is not named, who is refused, and how much others may
 *        send.
 */
#include "options_read.h"


/**
 * What concerns anonymous subscriptions.
 */
static bool
load_anonymous (const struct GNUNET_CONFIGURATION_Handle *cfg,
                struct MQTT_Options *options)
{
  static const struct MQTT_OptionNumber
    announcements = { "ANONYMOUS_ANNOUNCEMENTS", 64, 2, 10000 };
  static const struct MQTT_OptionNumber invitations = { "INVITATIONS",
                                                        256,
                                                        1,
                                                        10000 };
  static const struct MQTT_OptionTime watch = { "ANONYMOUS_WATCH",
                                                10000,
                                                100,
                                                HOUR };

  return MQTT_option_choice (cfg, "ANONYMOUS", &options->anonymous)
         && MQTT_option_count (cfg,
                               &announcements,
                               &options->anonymous_announcements)
         && MQTT_option_count (cfg, &invitations, &options->invitations)
         && MQTT_option_time (cfg, &watch, &options->anonymous_watch);
}


/**
 * What a peer may send over a link; 0 for no limit.
 */
static bool
load_rates (const struct GNUNET_CONFIGURATION_Handle *cfg,
            struct MQTT_Options *options)
{
  static const struct MQTT_OptionNumber messages = { "LINK_MESSAGE_RATE",
                                                     0,
                                                     0,
                                                     100000000 };
  static const struct MQTT_OptionNumber bytes = { "LINK_BYTE_RATE", 0, 0, TIB };
  static const struct MQTT_OptionNumber topics = { "LINK_TOPIC_RATE",
                                                   50000,
                                                   0,
                                                   100000000 };
  static const struct MQTT_OptionNumber questions = { "LINK_QUESTION_RATE",
                                                      50000,
                                                      0,
                                                      100000000 };
  static const struct MQTT_OptionTime burst = { "LINK_BURST", SECOND, 0, HOUR };

  return MQTT_option_count (cfg, &messages, &options->link_message_rate)
         && MQTT_option_size (cfg, &bytes, &options->link_byte_rate)
         && MQTT_option_count (cfg, &topics, &options->link_topic_rate)
         && MQTT_option_count (cfg, &questions, &options->link_question_rate)
         && MQTT_option_time (cfg, &burst, &options->link_burst);
}


/**
 * Who is refused.
 */
static bool
load_blacklist (const struct GNUNET_CONFIGURATION_Handle *cfg,
                struct MQTT_Options *options)
{
  static const char lists[] = "BLACKLIST";
  static const char unavailable[] = "BLACKLIST_UNAVAILABLE";
  static const char *const choices[] = { "allow", "refuse", NULL };
  static const struct MQTT_OptionTime interval = { "BLACKLIST_INTERVAL",
                                                   2 * SECOND,
                                                   100,
                                                   HOUR };
  static const struct MQTT_OptionTime patience = { "BLACKLIST_PATIENCE",
                                                   5 * SECOND,
                                                   100,
                                                   HOUR };
  static const struct MQTT_OptionTime search = { "BLACKLIST_SEARCH",
                                                 60 * SECOND,
                                                 100,
                                                 HOUR };
  const char *choice = choices[0];

  if ((GNUNET_YES
       == GNUNET_CONFIGURATION_have_value (cfg,
                                           MQTT_OPTIONS_SECTION,
                                           unavailable))
      && (GNUNET_OK
          != GNUNET_CONFIGURATION_get_value_choice (cfg,
                                                    MQTT_OPTIONS_SECTION,
                                                    unavailable,
                                                    choices,
                                                    &choice)))
  {
    MQTT_option_complain (cfg, unavailable, "allow or refuse");
    return false;
  }
  options->blacklist_refuse = (choices[0] != choice);
  if (GNUNET_OK
      != GNUNET_CONFIGURATION_get_value_string (cfg,
                                                MQTT_OPTIONS_SECTION,
                                                lists,
                                                &options->blacklist))
    options->blacklist = GNUNET_strdup ("");
  return MQTT_option_time (cfg, &interval, &options->blacklist_interval)
         && MQTT_option_time (cfg, &patience, &options->blacklist_patience)
         && MQTT_option_time (cfg, &search, &options->blacklist_search);
}


/**
 * How much is looked for of who may publish to topics that belong to somebody.
 */
static bool
load_zones (const struct GNUNET_CONFIGURATION_Handle *cfg,
            struct MQTT_Options *options)
{
  static const struct MQTT_OptionNumber looks = { "ZONE_LOOKS", 32, 1, 1000 };
  static const struct MQTT_OptionNumber
    looks_per_peer = { "ZONE_LOOKS_PER_PEER", 8, 1, 1000 };
  static const struct MQTT_OptionNumber pairs = { "ZONE_PAIRS",
                                                  4096,
                                                  16,
                                                  1000000 };
  static const struct MQTT_OptionNumber
    pairs_per_peer = { "ZONE_PAIRS_PER_PEER", 1024, 2, 1000000 };
  static const struct MQTT_OptionNumber entries = { "ZONE_ENTRIES_PER_PEER",
                                                    4096,
                                                    1,
                                                    1000000 };
  static const struct MQTT_OptionTime patience = { "ZONE_PATIENCE",
                                                   600 * SECOND,
                                                   SECOND,
                                                   YEAR };
  static const struct MQTT_OptionNumber watches = { "CHANNEL_WATCHES",
                                                    256,
                                                    1,
                                                    10000 };
  static const struct MQTT_OptionNumber
    watches_per_peer = { "CHANNEL_WATCHES_PER_PEER", 64, 1, 10000 };

  if (!MQTT_option_count (cfg, &looks, &options->zone_looks)
      || !MQTT_option_count (cfg,
                             &looks_per_peer,
                             &options->zone_looks_per_peer)
      || !MQTT_option_count (cfg, &pairs, &options->zone_pairs)
      || !MQTT_option_count (cfg,
                             &pairs_per_peer,
                             &options->zone_pairs_per_peer)
      || !MQTT_option_count (cfg, &entries, &options->zone_entries_per_peer)
      || !MQTT_option_time (cfg, &patience, &options->zone_patience)
      || !MQTT_option_count (cfg, &watches, &options->channel_watches)
      || !MQTT_option_count (cfg,
                             &watches_per_peer,
                             &options->channel_watches_per_peer))
    return false;
  /* Where nothing can wait nobody gives way. */
  options->zone_looks = GNUNET_MIN (options->zone_looks,
                                    options->zone_pairs / 2);
  options->zone_looks_per_peer = GNUNET_MIN (options->zone_looks_per_peer,
                                             options->zone_pairs_per_peer / 2);
  return true;
}


bool
MQTT_options_load_access (const struct GNUNET_CONFIGURATION_Handle *cfg,
                          struct MQTT_Options *options)
{
  return load_anonymous (cfg, options) && load_rates (cfg, options)
         && load_zones (cfg, options) && load_blacklist (cfg, options);
}
