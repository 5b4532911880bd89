/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/options.c
 * @brief The limits and times of the service, as configured in section [mqtt].
 */
#include "options.h"
#include "../core/ipc_frame.h"
#include "../stream/stream.h"

/** What reading one option needs to know. */
struct Number
{
  const char *name;
  unsigned long long preset;
  unsigned long long least;
  unsigned long long most;
};

struct Time
{
  const char *name;
  /** Milliseconds. */
  unsigned long long preset;
  unsigned long long least;
  unsigned long long most;
};

/** Descriptors for clients, announcements and searches; the rest is for files,
    GNUnet's services, and clients that are about to be refused. */
#define DESCRIPTORS (FD_SETSIZE - 88)

#define KIB (1024ULL)
#define MIB (1024ULL * 1024)
#define TIB (1024 * 1024 * MIB)

/** Milliseconds. */
#define SECOND (1000ULL)
#define HOUR (3600 * SECOND)
#define YEAR (365 * 24 * HOUR)


/**
 * Say what an option must be, and what it is.
 */
static void
complain (const struct GNUNET_CONFIGURATION_Handle *cfg,
          const char *name,
          const char *range)
{
  char *text = NULL;

  (void)GNUNET_CONFIGURATION_get_value_string (cfg,
                                               MQTT_OPTIONS_SECTION,
                                               name,
                                               &text);
  GNUNET_log (GNUNET_ERROR_TYPE_ERROR,
              "[%s] %s must be %s, not \"%s\"\n",
              MQTT_OPTIONS_SECTION,
              name,
              range,
              (NULL == text) ? "" : text);
  GNUNET_free (text);
}


/**
 * Read a number or, if @a is_size, a size with a unit.
 */
static bool
load_number (const struct GNUNET_CONFIGURATION_Handle *cfg,
             const struct Number *number,
             bool is_size,
             unsigned long long *value)
{
  enum GNUNET_GenericReturnValue got;
  char range[100];

  *value = number->preset;
  if (GNUNET_YES
      != GNUNET_CONFIGURATION_have_value (cfg,
                                          MQTT_OPTIONS_SECTION,
                                          number->name))
    return true;
  got = is_size ? GNUNET_CONFIGURATION_get_value_size (cfg,
                                                       MQTT_OPTIONS_SECTION,
                                                       number->name,
                                                       value)
                : GNUNET_CONFIGURATION_get_value_number (cfg,
                                                         MQTT_OPTIONS_SECTION,
                                                         number->name,
                                                         value);
  if ((GNUNET_OK == got) && (*value >= number->least)
      && (*value <= number->most))
    return true;
  GNUNET_snprintf (range,
                   sizeof (range),
                   "%s from %llu to %llu",
                   is_size ? "a size in bytes" : "a number",
                   number->least,
                   number->most);
  complain (cfg, number->name, range);
  return false;
}


static bool
load_size (const struct GNUNET_CONFIGURATION_Handle *cfg,
           const struct Number *number,
           size_t *value)
{
  unsigned long long got;

  if (!load_number (cfg, number, true, &got))
    return false;
  *value = (size_t)got;
  return true;
}


static bool
load_count (const struct GNUNET_CONFIGURATION_Handle *cfg,
            const struct Number *number,
            unsigned int *value)
{
  unsigned long long got;

  if (!load_number (cfg, number, false, &got))
    return false;
  *value = (unsigned int)got;
  return true;
}


static struct GNUNET_TIME_Relative
milliseconds (unsigned long long n)
{
  return GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, n);
}


/**
 * Is a time in its range?  GNUnet reads a number without a unit as microseconds,
 * and a negative one as ages: none of ours is that short but 0, or that long.
 */
static bool
is_within (const struct Time *time, struct GNUNET_TIME_Relative value)
{
  unsigned long long least = GNUNET_MAX (1, time->least);

  if ((0 == time->least) && GNUNET_TIME_relative_is_zero (value))
    return true;
  return GNUNET_TIME_relative_cmp (value, >=, milliseconds (least))
         && GNUNET_TIME_relative_cmp (value, <=, milliseconds (time->most));
}


static bool
load_time (const struct GNUNET_CONFIGURATION_Handle *cfg,
           const struct Time *time,
           struct GNUNET_TIME_Relative *value)
{
  char range[100];

  *value = milliseconds (time->preset);
  if (GNUNET_YES
      != GNUNET_CONFIGURATION_have_value (cfg,
                                          MQTT_OPTIONS_SECTION,
                                          time->name))
    return true;
  if ((GNUNET_OK
       == GNUNET_CONFIGURATION_get_value_time (cfg,
                                               MQTT_OPTIONS_SECTION,
                                               time->name,
                                               value))
      && is_within (time, *value))
    return true;
  GNUNET_snprintf (range,
                   sizeof (range),
                   "a time with a unit, from %llu ms to %llu s",
                   time->least,
                   time->most / SECOND);
  complain (cfg, time->name, range);
  return false;
}


static bool
load_sizes (const struct GNUNET_CONFIGURATION_Handle *cfg,
            struct MQTT_Options *options)
{
  static const struct Number maximum_payload = { "MAXIMUM_PAYLOAD",
                                                 16 * MIB,
                                                 1,
                                                 1024 * MIB };
  static const struct Number client_queue = { "CLIENT_QUEUE",
                                              4 * MIB,
                                              1,
                                              1024 * MIB };
  static const struct Number link_queue = { "LINK_QUEUE",
                                            4 * MIB,
                                            1,
                                            1024 * MIB };
  static const struct Number assembly = { "ASSEMBLY_MEMORY",
                                          256 * MIB,
                                          64 * KIB,
                                          TIB };
  static const struct Number backlog = { "BACKLOG", 64 * MIB, 0, TIB };
  static const struct Number subscription_memory = { "SUBSCRIPTION_MEMORY",
                                                     256 * MIB,
                                                     64 * KIB,
                                                     TIB };
  static const struct Number topic_memory = { "TOPIC_MEMORY",
                                              256 * MIB,
                                              2 * MIB,
                                              TIB };
  static const struct Number link_topic_memory = { "LINK_TOPIC_MEMORY",
                                                   64 * MIB,
                                                   1 * MIB,
                                                   TIB };
  static const struct Number store_quota = { "STORE_QUOTA",
                                             1024 * MIB,
                                             1 * MIB,
                                             TIB };
  static const struct Number shelf = { "SHELF", 16 * MIB, 0, TIB };
  static const struct Number link_segment = { "LINK_SEGMENT",
                                              MQTT_STREAM_IPC_SEGMENT,
                                              64,
                                              MQTT_STREAM_IPC_SEGMENT };

  return load_size (cfg, &maximum_payload, &options->maximum_payload)
         && load_size (cfg, &store_quota, &options->store_quota)
         && load_size (cfg, &shelf, &options->shelf)
         && load_size (cfg, &client_queue, &options->client_queue)
         && load_size (cfg, &link_queue, &options->link_queue)
         && load_size (cfg, &assembly, &options->assembly)
         && load_size (cfg, &backlog, &options->backlog)
         && load_size (cfg, &subscription_memory, &options->subscription_memory)
         && load_size (cfg, &topic_memory, &options->topic_memory)
         && load_size (cfg, &link_topic_memory, &options->link_topic_memory)
         && load_size (cfg, &link_segment, &options->link_segment);
}


/**
 * The bounds of sessions.
 */
static bool
load_sessions (const struct GNUNET_CONFIGURATION_Handle *cfg,
               struct MQTT_Options *options)
{
  static const char drop_oldest[] = "SESSION_DROP_OLDEST";
  static const struct Number sessions = { "MAXIMUM_SESSIONS",
                                          100000,
                                          1,
                                          10000000 };
  static const struct Number per_client = { "SESSIONS_PER_CLIENT",
                                            MQTT_IPC_SESSIONS_MAX,
                                            1,
                                            MQTT_IPC_SESSIONS_MAX };
  static const struct Number messages = { "SESSION_MESSAGES",
                                          100000,
                                          1,
                                          10000000 };
  static const struct Number bytes = { "SESSION_BYTES", 64 * MIB, 1, TIB };
  static const struct Number memory = { "SESSION_MEMORY",
                                        512 * MIB,
                                        64 * KIB,
                                        TIB };
  static const struct Number identifier = { "CLIENT_IDENTIFIER",
                                            1024,
                                            23,
                                            65535 };
  static const struct Number receive = { "RECEIVE_MAXIMUM", 1024, 1, 65535 };
  static const struct Time expiry = { "SESSION_EXPIRY_MAXIMUM",
                                      UINT32_MAX * SECOND,
                                      SECOND,
                                      UINT32_MAX * SECOND };
  enum GNUNET_GenericReturnValue drop = GNUNET_NO;

  if (GNUNET_YES
      == GNUNET_CONFIGURATION_have_value (cfg,
                                          MQTT_OPTIONS_SECTION,
                                          drop_oldest))
    drop = GNUNET_CONFIGURATION_get_value_yesno (cfg,
                                                 MQTT_OPTIONS_SECTION,
                                                 drop_oldest);
  if (GNUNET_SYSERR == drop)
  {
    complain (cfg, drop_oldest, "YES or NO");
    return false;
  }
  options->session_drop_oldest = (GNUNET_YES == drop);
  return load_count (cfg, &sessions, &options->sessions)
         && load_count (cfg, &per_client, &options->sessions_per_client)
         && load_count (cfg, &messages, &options->session_messages)
         && load_size (cfg, &bytes, &options->session_bytes)
         && load_size (cfg, &memory, &options->session_memory)
         && load_size (cfg, &identifier, &options->client_identifier)
         && load_count (cfg, &receive, &options->receive_maximum)
         && load_time (cfg, &expiry, &options->session_expiry_maximum);
}


/**
 * The largest counts are those whose arrays GNUnet still allocates: 40 MiB.
 */
static bool
load_counts (const struct GNUNET_CONFIGURATION_Handle *cfg,
             struct MQTT_Options *options)
{
  static const struct Number clients = { "MAXIMUM_CLIENTS", 256, 1, 900 };
  static const struct Number subscriptions = { "SUBSCRIPTIONS_PER_CLIENT",
                                               1000000,
                                               1,
                                               10000000 };
  static const struct Number links = { "MAXIMUM_LINKS", 1024, 1, 1000000 };
  static const struct Number link_topics = { "LINK_TOPICS", 65536, 1, 524288 };
  static const struct Number published_topics = { "PUBLISHED_TOPICS",
                                                  100000,
                                                  1,
                                                  16777216 };
  static const struct Number announcements = { "ANNOUNCEMENTS", 256, 2, 400 };
  static const struct Number searches = { "SEARCHES", 256, 2, 400 };

  return load_count (cfg, &clients, &options->clients)
         && load_count (cfg, &subscriptions, &options->subscriptions_per_client)
         && load_count (cfg, &links, &options->links)
         && load_count (cfg, &link_topics, &options->link_topics)
         && load_count (cfg, &published_topics, &options->published_topics)
         && load_count (cfg, &announcements, &options->announcements)
         && load_count (cfg, &searches, &options->searches);
}


static bool
load_times (const struct GNUNET_CONFIGURATION_Handle *cfg,
            struct MQTT_Options *options)
{
  static const struct Time pace = { "PACE", 20, 0, HOUR };
  static const struct Time commit = { "COMMIT_DELAY", 0, 0, HOUR };
  static const struct Time lifetime = { "MESSAGE_LIFETIME",
                                        24 * HOUR,
                                        1000,
                                        YEAR };
  static const struct Time window = { "DISCOVERY_WINDOW", 2000, 0, YEAR };
  static const struct Time refresh = { "ANNOUNCE_REFRESH", 600000, 1000, HOUR };
  static const struct Time peer_timeout = { "PEER_TIMEOUT", 15000, 100, YEAR };
  static const struct Time reconnect = { "RECONNECT_MAXIMUM",
                                         60000,
                                         100,
                                         YEAR };
  static const struct Time stall = { "STALL_TIMEOUT", 10000, 100, YEAR };
  static const struct Time idle = { "TOPIC_IDLE", 3600000, 1000, YEAR };

  return load_time (cfg, &pace, &options->pace)
         && load_time (cfg, &commit, &options->commit_delay)
         && load_time (cfg, &lifetime, &options->message_lifetime)
         && load_time (cfg, &window, &options->discovery_window)
         && load_time (cfg, &refresh, &options->announce_refresh)
         && load_time (cfg, &peer_timeout, &options->peer_timeout)
         && load_time (cfg, &reconnect, &options->reconnect_maximum)
         && load_time (cfg, &stall, &options->stall_timeout)
         && load_time (cfg, &idle, &options->topic_idle);
}


static bool
load_retained (const struct GNUNET_CONFIGURATION_Handle *cfg,
               struct MQTT_Options *options)
{
  static const struct Number retained = { "RETAINED_MEMORY",
                                          64 * MIB,
                                          64 * KIB,
                                          TIB };
  static const struct Number copies = { "RETAINED_COPIES", 256 * MIB, 0, TIB };
  static const struct Time grace = { "RETAINED_GRACE", HOUR, 0, YEAR };
  static const struct Time takeover = { "RETAINED_TAKEOVER",
                                        60 * SECOND,
                                        0,
                                        YEAR };

  return load_size (cfg, &retained, &options->retained_memory)
         && load_size (cfg, &copies, &options->retained_copies)
         && load_time (cfg, &grace, &options->retained_grace)
         && load_time (cfg, &takeover, &options->retained_takeover);
}


/**
 * What is kept on disk between peers.
 */
static bool
load_promises (const struct GNUNET_CONFIGURATION_Handle *cfg,
               struct MQTT_Options *options)
{
  static const struct Number stored_backlog = { "STORED_BACKLOG",
                                                64 * MIB,
                                                0,
                                                TIB };
  static const struct Number outbox = { "OUTBOX", 256 * MIB, 1, TIB };
  static const struct Number link_window = { "LINK_WINDOW",
                                             1 * MIB,
                                             1,
                                             1024 * MIB };
  static const struct Number outbox_messages = { "OUTBOX_MESSAGES",
                                                 100000,
                                                 1,
                                                 10000000 };
  static const struct Number will_bytes = { "WILL_BYTES",
                                            64 * MIB,
                                            64 * KIB,
                                            TIB };
  static const struct Number wills = { "WILLS", 10000, 8, 10000000 };
  static const struct Number will_topics = { "WILL_TOPICS",
                                             10000,
                                             0,
                                             10000000 };
  static const struct Number interests = { "INTERESTS", 100000, 1, 10000000 };
  static const struct Number marks = { "MARKS", 100000, 16, 10000000 };
  static const struct Time interest = { "INTEREST_LIFETIME",
                                        7 * 24 * HOUR,
                                        1000,
                                        YEAR };

  return load_size (cfg, &stored_backlog, &options->stored_backlog)
         && load_size (cfg, &outbox, &options->outbox)
         && load_size (cfg, &link_window, &options->link_window)
         && load_count (cfg, &outbox_messages, &options->outbox_messages)
         && load_size (cfg, &will_bytes, &options->will_bytes)
         && load_count (cfg, &wills, &options->wills)
         && load_count (cfg, &will_topics, &options->will_topics)
         && load_count (cfg, &interests, &options->interests)
         && load_count (cfg, &marks, &options->marks)
         && load_time (cfg, &interest, &options->interest_lifetime);
}


/**
 * Each client, announcement and search takes a descriptor, of which GNUnet's
 * scheduler can have 1,024.
 */
static bool
fits_descriptors (const struct MQTT_Options *options)
{
  unsigned int sum = options->clients + options->announcements
                     + options->searches;

  if (sum <= DESCRIPTORS)
    return true;
  GNUNET_log (GNUNET_ERROR_TYPE_ERROR,
              "[%s] MAXIMUM_CLIENTS, ANNOUNCEMENTS and SEARCHES together are "
              "%u, and must be at most %u\n",
              MQTT_OPTIONS_SECTION,
              sum,
              DESCRIPTORS);
  return false;
}


static bool
load_store (const struct GNUNET_CONFIGURATION_Handle *cfg,
            struct MQTT_Options *options)
{
  static const char name[] = "STORE";

  if (GNUNET_OK
      == GNUNET_CONFIGURATION_get_value_filename (cfg,
                                                  MQTT_OPTIONS_SECTION,
                                                  name,
                                                  &options->store))
    return true;
  complain (cfg, name, "the name of a file");
  return false;
}


enum GNUNET_GenericReturnValue
MQTT_options_load (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   struct MQTT_Options *options)
{
  options->store = NULL;
  return load_sizes (cfg, options) && load_counts (cfg, options)
             && load_sessions (cfg, options) && load_times (cfg, options)
             && load_retained (cfg, options) && load_promises (cfg, options)
             && fits_descriptors (options) && load_store (cfg, options)
           ? GNUNET_OK
           : GNUNET_SYSERR;
}


void
MQTT_options_done (struct MQTT_Options *options)
{
  GNUNET_free (options->store);
}
