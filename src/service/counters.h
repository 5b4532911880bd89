/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/counters.h
 * @brief What happened, counted, and shown by gnunet-statistics -s mqtt.
 *
 * Counting is one addition; the statistics service is told now and then.
 */
#ifndef MQTT_SERVICE_COUNTERS_H
#define MQTT_SERVICE_COUNTERS_H

#include <gnunet/gnunet_util_lib.h>

/**
 * The counters; their texts are in counters.c.
 */
enum MQTT_Counter
{
  MQTT_COUNT_CLIENTS,
  MQTT_COUNT_CLIENTS_REFUSED,
  MQTT_COUNT_CLIENTS_DROPPED,
  MQTT_COUNT_SUBSCRIPTIONS,
  MQTT_COUNT_SUBSCRIPTIONS_REFUSED,
  MQTT_COUNT_PUBLISHED,
  MQTT_COUNT_PUBLISHED_BYTES,
  MQTT_COUNT_PUBLISH_REFUSED,
  MQTT_COUNT_DELIVERED,
  MQTT_COUNT_SENT,
  MQTT_COUNT_RECEIVED,
  MQTT_COUNT_UNWANTED,
  MQTT_COUNT_NO_SUBSCRIBER,
  MQTT_COUNT_EXPIRED,
  MQTT_COUNT_DROPPED_SLOW_CLIENT,
  MQTT_COUNT_DROPPED_SLOW_LINK,
  MQTT_COUNT_DROPPED_LOST_LINK,
  MQTT_COUNT_DROPPED_TOO_LARGE,
  MQTT_COUNT_DROPPED_NO_TOPIC,
  MQTT_COUNT_DROPPED_LOST_CLIENT,
  MQTT_COUNT_STORE_READ_ONLY,
  MQTT_COUNT_BACKLOG_BYTES,
  MQTT_COUNT_BACKLOG_EVICTED,
  MQTT_COUNT_SLOWED,
  MQTT_COUNT_ANNOUNCED,
  MQTT_COUNT_ANNOUNCEMENTS,
  MQTT_COUNT_ANNOUNCEMENTS_REPEATED,
  MQTT_COUNT_SEARCHES_STARTED,
  MQTT_COUNT_SEARCHES,
  MQTT_COUNT_SEARCHES_ROTATED,
  MQTT_COUNT_SEARCHES_GIVEN_UP,
  MQTT_COUNT_PEERS_FOUND,
  MQTT_COUNT_PEERS_FORGOTTEN,
  MQTT_COUNT_REGEX_FAILURES,
  MQTT_COUNT_TOPICS,
  MQTT_COUNT_TOPIC_BYTES,
  MQTT_COUNT_TOPICS_REFUSED,
  MQTT_COUNT_TOPICS_PUBLISHED,
  MQTT_COUNT_TOPICS_FORGOTTEN,
  MQTT_COUNT_LINKS,
  MQTT_COUNT_LINKS_OPENED,
  MQTT_COUNT_LINKS_ACCEPTED,
  MQTT_COUNT_LINKS_REFUSED,
  MQTT_COUNT_LINKS_GIVEN_UP,
  MQTT_COUNT_LINKS_LOST,
  MQTT_COUNT_LINKS_TIMED_OUT,
  MQTT_COUNT_LINKS_UNREACHED,
  MQTT_COUNT_LINKS_DROPPED,
  MQTT_COUNT_LINKS_NO_MEMORY,
  MQTT_COUNT_QUESTIONS_SENT,
  MQTT_COUNT_QUESTIONS_WANTED,
  MQTT_COUNT_QUESTIONS_REFUSED,
  MQTT_COUNT_QUESTIONS_NOT_ASKED,
  MQTT_COUNT_QUESTIONS_RECEIVED,
  MQTT_COUNT_ANSWERED_WANT,
  MQTT_COUNT_ANSWERED_REFUSE,
  MQTT_COUNT_ANSWERED_TOO_MANY,
  MQTT_COUNTERS
};

struct MQTT_Counters;


/**
 * @param cfg configuration to reach the statistics service; NULL to count only
 */
struct MQTT_Counters *
MQTT_counters_create (const struct GNUNET_CONFIGURATION_Handle *cfg);


/**
 * Tell the statistics service what it was not told yet, and end.
 */
void
MQTT_counters_destroy (struct MQTT_Counters *counters);


/**
 * Add to a counter.
 */
void
MQTT_count (struct MQTT_Counters *counters,
            enum MQTT_Counter which,
            int64_t delta);


/**
 * Value of a counter since the service started.
 */
uint64_t
MQTT_counter (const struct MQTT_Counters *counters, enum MQTT_Counter which);


/**
 * Text that gnunet-statistics shows for a counter.
 */
const char *
MQTT_counter_name (enum MQTT_Counter which);

#endif
