/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/options.c
 * @brief The limits and times of the service, as configured in section [mqtt].
 */
#include "options.h"
#include "options_read.h"
#include "../core/ipc_frame.h"
#include "../stream/stream.h"

/** Descriptors for clients, announcements and searches; the rest is for files,
    GNUnet's services, and clients that are about to be refused. */
#define DESCRIPTORS (FD_SETSIZE - 88)


static bool
load_sizes (const struct GNUNET_CONFIGURATION_Handle *cfg,
            struct MQTT_Options *options)
{
  static const struct MQTT_OptionNumber maximum_payload = { "MAXIMUM_PAYLOAD",
                                                            16 * MIB,
                                                            1,
                                                            1024 * MIB };
  static const struct MQTT_OptionNumber client_queue = { "CLIENT_QUEUE",
                                                         4 * MIB,
                                                         1,
                                                         1024 * MIB };
  static const struct MQTT_OptionNumber link_queue = { "LINK_QUEUE",
                                                       4 * MIB,
                                                       1,
                                                       1024 * MIB };
  static const struct MQTT_OptionNumber store_quota = { "STORE_QUOTA",
                                                        1024 * MIB,
                                                        1 * MIB,
                                                        TIB };
  static const struct MQTT_OptionNumber link_segment = {
    "LINK_SEGMENT",
    MQTT_STREAM_IPC_SEGMENT,
    64,
    MQTT_STREAM_IPC_SEGMENT
  };

  return MQTT_option_size (cfg, &maximum_payload, &options->maximum_payload)
         && MQTT_option_size (cfg, &client_queue, &options->client_queue)
         && MQTT_option_size (cfg, &link_queue, &options->link_queue)
         && MQTT_option_size (cfg, &store_quota, &options->store_quota)
         && MQTT_option_size (cfg, &link_segment, &options->link_segment);
}


/**
 * What all have in memory together.
 */
static bool
load_memory (const struct GNUNET_CONFIGURATION_Handle *cfg,
             struct MQTT_Options *options)
{
  static const struct MQTT_OptionNumber assembly = { "ASSEMBLY_MEMORY",
                                                     256 * MIB,
                                                     64 * KIB,
                                                     TIB };
  static const struct MQTT_OptionNumber backlog = { "BACKLOG",
                                                    64 * MIB,
                                                    0,
                                                    TIB };
  static const struct MQTT_OptionNumber
    subscription_memory = { "SUBSCRIPTION_MEMORY", 256 * MIB, 64 * KIB, TIB };
  static const struct MQTT_OptionNumber topic_memory = { "TOPIC_MEMORY",
                                                         256 * MIB,
                                                         2 * MIB,
                                                         TIB };
  static const struct MQTT_OptionNumber
    link_topic_memory = { "LINK_TOPIC_MEMORY", 64 * MIB, 1 * MIB, TIB };
  static const struct MQTT_OptionNumber shelf = { "SHELF", 16 * MIB, 0, TIB };

  return MQTT_option_size (cfg, &assembly, &options->assembly)
         && MQTT_option_size (cfg, &backlog, &options->backlog)
         && MQTT_option_size (cfg,
                              &subscription_memory,
                              &options->subscription_memory)
         && MQTT_option_size (cfg, &topic_memory, &options->topic_memory)
         && MQTT_option_size (cfg,
                              &link_topic_memory,
                              &options->link_topic_memory)
         && MQTT_option_size (cfg, &shelf, &options->shelf);
}


/**
 * The bounds of sessions.
 */
static bool
load_sessions (const struct GNUNET_CONFIGURATION_Handle *cfg,
               struct MQTT_Options *options)
{
  static const struct MQTT_OptionNumber sessions = { "MAXIMUM_SESSIONS",
                                                     100000,
                                                     1,
                                                     10000000 };
  static const struct MQTT_OptionNumber per_client = { "SESSIONS_PER_CLIENT",
                                                       MQTT_IPC_SESSIONS_MAX,
                                                       1,
                                                       MQTT_IPC_SESSIONS_MAX };
  static const struct MQTT_OptionNumber messages = { "SESSION_MESSAGES",
                                                     100000,
                                                     1,
                                                     10000000 };
  static const struct MQTT_OptionNumber bytes = { "SESSION_BYTES",
                                                  64 * MIB,
                                                  1,
                                                  TIB };
  static const struct MQTT_OptionNumber memory = { "SESSION_MEMORY",
                                                   512 * MIB,
                                                   64 * KIB,
                                                   TIB };
  static const struct MQTT_OptionNumber identifier = { "CLIENT_IDENTIFIER",
                                                       1024,
                                                       23,
                                                       65535 };
  static const struct MQTT_OptionNumber receive = { "RECEIVE_MAXIMUM",
                                                    1024,
                                                    1,
                                                    65535 };
  static const struct MQTT_OptionTime expiry = { "SESSION_EXPIRY_MAXIMUM",
                                                 UINT32_MAX * SECOND,
                                                 SECOND,
                                                 UINT32_MAX * SECOND };

  return MQTT_option_choice (cfg,
                             "SESSION_DROP_OLDEST",
                             &options->session_drop_oldest)
         && MQTT_option_count (cfg, &sessions, &options->sessions)
         && MQTT_option_count (cfg, &per_client, &options->sessions_per_client)
         && MQTT_option_count (cfg, &messages, &options->session_messages)
         && MQTT_option_size (cfg, &bytes, &options->session_bytes)
         && MQTT_option_size (cfg, &memory, &options->session_memory)
         && MQTT_option_size (cfg, &identifier, &options->client_identifier)
         && MQTT_option_count (cfg, &receive, &options->receive_maximum)
         && MQTT_option_time (cfg, &expiry, &options->session_expiry_maximum);
}


/**
 * The largest counts are those whose arrays GNUnet still allocates: 40 MiB.
 */
static bool
load_counts (const struct GNUNET_CONFIGURATION_Handle *cfg,
             struct MQTT_Options *options)
{
  static const struct MQTT_OptionNumber clients = { "MAXIMUM_CLIENTS",
                                                    256,
                                                    1,
                                                    900 };
  static const struct MQTT_OptionNumber
    subscriptions = { "SUBSCRIPTIONS_PER_CLIENT", 1000000, 1, 10000000 };
  static const struct MQTT_OptionNumber links = { "MAXIMUM_LINKS",
                                                  1024,
                                                  1,
                                                  1000000 };
  static const struct MQTT_OptionNumber link_topics = { "LINK_TOPICS",
                                                        65536,
                                                        1,
                                                        524288 };
  static const struct MQTT_OptionNumber published_topics = { "PUBLISHED_TOPICS",
                                                             100000,
                                                             1,
                                                             16777216 };
  static const struct MQTT_OptionNumber announcements = { "ANNOUNCEMENTS",
                                                          256,
                                                          2,
                                                          400 };
  static const struct MQTT_OptionNumber searches = { "SEARCHES", 256, 2, 400 };
  static const struct MQTT_OptionNumber channel_entries = { "CHANNEL_ENTRIES",
                                                            16384,
                                                            16,
                                                            1000000 };
  static const struct MQTT_OptionNumber per_peer = { "CHANNEL_ENTRIES_PER_PEER",
                                                     1024,
                                                     1,
                                                     1000000 };

  return MQTT_option_count (cfg, &clients, &options->clients)
         && MQTT_option_count (cfg,
                               &subscriptions,
                               &options->subscriptions_per_client)
         && MQTT_option_count (cfg, &links, &options->links)
         && MQTT_option_count (cfg, &link_topics, &options->link_topics)
         && MQTT_option_count (cfg,
                               &published_topics,
                               &options->published_topics)
         && MQTT_option_count (cfg, &announcements, &options->announcements)
         && MQTT_option_choice (cfg, "CHANNEL_BLOCKS", &options->channel_blocks)
         && MQTT_option_count (cfg, &searches, &options->searches)
         && MQTT_option_count (cfg, &channel_entries, &options->channel_entries)
         && MQTT_option_count (cfg,
                               &per_peer,
                               &options->channel_entries_per_peer);
}


static bool
load_times (const struct GNUNET_CONFIGURATION_Handle *cfg,
            struct MQTT_Options *options)
{
  static const struct MQTT_OptionTime pace = { "PACE", 20, 0, HOUR };
  static const struct MQTT_OptionTime commit = { "COMMIT_DELAY", 0, 0, HOUR };
  static const struct MQTT_OptionTime lifetime = { "MESSAGE_LIFETIME",
                                                   24 * HOUR,
                                                   1000,
                                                   YEAR };
  static const struct MQTT_OptionTime window = { "DISCOVERY_WINDOW",
                                                 2000,
                                                 0,
                                                 YEAR };
  static const struct MQTT_OptionTime refresh = { "ANNOUNCE_REFRESH",
                                                  600000,
                                                  1000,
                                                  HOUR };
  static const struct MQTT_OptionTime peer_timeout = { "PEER_TIMEOUT",
                                                       15000,
                                                       100,
                                                       YEAR };
  static const struct MQTT_OptionTime reconnect = { "RECONNECT_MAXIMUM",
                                                    60000,
                                                    100,
                                                    YEAR };
  static const struct MQTT_OptionTime stall = { "STALL_TIMEOUT",
                                                10000,
                                                100,
                                                YEAR };
  static const struct MQTT_OptionTime idle = { "TOPIC_IDLE",
                                               3600000,
                                               1000,
                                               YEAR };

  return MQTT_option_time (cfg, &pace, &options->pace)
         && MQTT_option_time (cfg, &commit, &options->commit_delay)
         && MQTT_option_time (cfg, &lifetime, &options->message_lifetime)
         && MQTT_option_time (cfg, &window, &options->discovery_window)
         && MQTT_option_time (cfg, &refresh, &options->announce_refresh)
         && MQTT_option_time (cfg, &peer_timeout, &options->peer_timeout)
         && MQTT_option_time (cfg, &reconnect, &options->reconnect_maximum)
         && MQTT_option_time (cfg, &stall, &options->stall_timeout)
         && MQTT_option_time (cfg, &idle, &options->topic_idle);
}


static bool
load_retained (const struct GNUNET_CONFIGURATION_Handle *cfg,
               struct MQTT_Options *options)
{
  static const struct MQTT_OptionNumber retained = { "RETAINED_MEMORY",
                                                     64 * MIB,
                                                     64 * KIB,
                                                     TIB };
  static const struct MQTT_OptionNumber copies = { "RETAINED_COPIES",
                                                   256 * MIB,
                                                   0,
                                                   TIB };
  static const struct MQTT_OptionTime grace = { "RETAINED_GRACE",
                                                HOUR,
                                                0,
                                                YEAR };
  static const struct MQTT_OptionTime takeover = { "RETAINED_TAKEOVER",
                                                   60 * SECOND,
                                                   0,
                                                   YEAR };

  return MQTT_option_size (cfg, &retained, &options->retained_memory)
         && MQTT_option_size (cfg, &copies, &options->retained_copies)
         && MQTT_option_time (cfg, &grace, &options->retained_grace)
         && MQTT_option_time (cfg, &takeover, &options->retained_takeover);
}


/**
 * What is kept on disk between peers.
 */
static bool
load_promises (const struct GNUNET_CONFIGURATION_Handle *cfg,
               struct MQTT_Options *options)
{
  static const struct MQTT_OptionNumber stored_backlog = { "STORED_BACKLOG",
                                                           64 * MIB,
                                                           0,
                                                           TIB };
  static const struct MQTT_OptionNumber outbox = { "OUTBOX",
                                                   256 * MIB,
                                                   1,
                                                   TIB };
  static const struct MQTT_OptionNumber link_window = { "LINK_WINDOW",
                                                        1 * MIB,
                                                        1,
                                                        1024 * MIB };
  static const struct MQTT_OptionNumber outbox_messages = { "OUTBOX_MESSAGES",
                                                            100000,
                                                            1,
                                                            10000000 };
  static const struct MQTT_OptionNumber will_bytes = { "WILL_BYTES",
                                                       64 * MIB,
                                                       64 * KIB,
                                                       TIB };
  static const struct MQTT_OptionNumber wills = { "WILLS", 10000, 8, 10000000 };
  static const struct MQTT_OptionNumber will_topics = { "WILL_TOPICS",
                                                        10000,
                                                        0,
                                                        10000000 };
  static const struct MQTT_OptionNumber interests = { "INTERESTS",
                                                      100000,
                                                      1,
                                                      10000000 };
  static const struct MQTT_OptionNumber marks = { "MARKS",
                                                  100000,
                                                  16,
                                                  10000000 };
  static const struct MQTT_OptionTime interest = { "INTEREST_LIFETIME",
                                                   7 * 24 * HOUR,
                                                   1000,
                                                   YEAR };

  return MQTT_option_size (cfg, &stored_backlog, &options->stored_backlog)
         && MQTT_option_size (cfg, &outbox, &options->outbox)
         && MQTT_option_size (cfg, &link_window, &options->link_window)
         && MQTT_option_count (cfg, &outbox_messages, &options->outbox_messages)
         && MQTT_option_size (cfg, &will_bytes, &options->will_bytes)
         && MQTT_option_count (cfg, &wills, &options->wills)
         && MQTT_option_count (cfg, &will_topics, &options->will_topics)
         && MQTT_option_count (cfg, &interests, &options->interests)
         && MQTT_option_count (cfg, &marks, &options->marks)
         && MQTT_option_time (cfg, &interest, &options->interest_lifetime);
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
  MQTT_option_complain (cfg, name, "the name of a file");
  return false;
}


enum GNUNET_GenericReturnValue
MQTT_options_load (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   struct MQTT_Options *options)
{
  options->store = NULL;
  options->blacklist = NULL;
  return load_sizes (cfg, options) && load_memory (cfg, options)
             && load_counts (cfg, options) && load_sessions (cfg, options)
             && load_times (cfg, options) && load_retained (cfg, options)
             && load_promises (cfg, options)
             && MQTT_options_load_access (cfg, options)
             && fits_descriptors (options) && load_store (cfg, options)
           ? GNUNET_OK
           : GNUNET_SYSERR;
}


bool
MQTT_options_anonymous (const struct MQTT_Options *options,
                        const struct MQTT_IpcSubscribe *subscribe)
{
  return subscribe->anonymous || (options->anonymous && !subscribe->named);
}


void
MQTT_options_done (struct MQTT_Options *options)
{
  GNUNET_free (options->store);
  GNUNET_free (options->blacklist);
}
