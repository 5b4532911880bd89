/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/options.h
 * @brief The limits and times of the service, as configured in section [mqtt].
 *
 * gnunet-mqtt.conf(5) describes them for people.
 */
#ifndef MQTT_SERVICE_OPTIONS_H
#define MQTT_SERVICE_OPTIONS_H

#include <gnunet/gnunet_util_lib.h>
#include "../core/ipc_frame.h"

/** Name of our section in the configuration, and of the service. */
#define MQTT_OPTIONS_SECTION "mqtt"

struct MQTT_Options
{
  /** File of the store; freed by MQTT_options_done(). */
  char *store;
  /** Blacklists, each a zone or a name, between spaces; freed likewise. */
  char *blacklist;
  /** Bytes of it that may be in use. */
  size_t store_quota;
  /** Bytes of stored messages that are kept in memory beside. */
  size_t shelf;
  /** Largest payload taken from clients and peers, bytes. */
  size_t maximum_payload;
  /** Queued bytes from which on a client counts as full. */
  size_t client_queue;
  /** Queued bytes from which on a link counts as full. */
  size_t link_queue;
  /** Bytes of incomplete frames, of all clients together and of all links together. */
  size_t assembly;
  /** Bytes of publications kept for subscribers that are still to be found, in all. */
  size_t backlog;
  /** The same at QoS 1 and 2, in the store. */
  size_t stored_backlog;
  /** Bytes of topics with a retained message, in memory. */
  size_t retained_memory;
  /** Bytes of other peers' wills; one peer may have an eighth. */
  size_t will_bytes;
  /** Bytes of retained messages that were published at other peers, on disk. */
  size_t retained_copies;
  /** Bytes of publications at QoS 1 and 2 that one peer has not acknowledged yet. */
  size_t outbox;
  /** Bytes of those that may be under way to it. */
  size_t link_window;
  /** Bytes of messages that may wait in one session. */
  size_t session_bytes;
  /** Bytes of messages in memory only that may wait in all sessions together. */
  size_t session_memory;
  /** Bytes of a client identifier. */
  size_t client_identifier;
  /** Bytes of subscriptions, of all clients together. */
  size_t subscription_memory;
  /** Bytes of all topics in use, known by name or by their hashes. */
  size_t topic_memory;
  /** Bytes a peer may make us remember with its questions. */
  size_t link_topic_memory;
  /** Most bytes of stream in one message on a link. */
  size_t link_segment;
  unsigned int clients;
  /** Of a client in its own name, and of a session. */
  unsigned int subscriptions_per_client;
  /** Sessions with a client identifier, connected or not; and those of a client. */
  unsigned int sessions;
  unsigned int sessions_per_client;
  /** Messages that may wait in one session. */
  unsigned int session_messages;
  /** Publications at QoS 1 and 2 of a session that are not answered yet. */
  unsigned int receive_maximum;
  unsigned int links;
  /** Topics that one peer may number on a link, in each direction. */
  unsigned int link_topics;
  /** Publications at QoS 1 and 2 that one peer has not acknowledged yet. */
  unsigned int outbox_messages;
  /** Topics that durable sessions of other peers want, remembered in all. */
  unsigned int interests;
  /** Runs of other peers of which is remembered how far they were received. */
  unsigned int marks;
  /** Wills of other peers, and those that are remembered as told; one peer may have an
      eighth. */
  unsigned int wills;
  /** Topics of wills of sessions here whose subscribers are looked for. */
  unsigned int will_topics;
  /** Topics published here whose subscribers are looked for. */
  unsigned int published_topics;
  /** Channel entries that are remembered. */
  unsigned int channel_entries;
  unsigned int channel_entries_per_peer;
  /** Looks into owners' zones at once, and for one peer. */
  unsigned int zone_looks;
  unsigned int zone_looks_per_peer;
  /** Pairs of an owner and a peer that are looked for, or wait for that, and of one peer. */
  unsigned int zone_pairs;
  unsigned int zone_pairs_per_peer;
  /** Entries that are read of zones in a minute for one peer. */
  unsigned int zone_entries_per_peer;
  /** How long one may wait for a look until it is not believed any more. */
  struct GNUNET_TIME_Relative zone_patience;
  /** Pairs that are watched for in the DHT, and of one peer. */
  unsigned int channel_watches;
  unsigned int channel_watches_per_peer;
  /** REGEX announcements and searches, at once. */
  unsigned int announcements;
  unsigned int searches;
  /** Codes of anonymous subscriptions that are in the DHT at once. */
  unsigned int anonymous_announcements;
  /** Codes of anonymous subscribers that are told who publishes, at once. */
  unsigned int invitations;
  /** From the first write to its being forced onto the disk with all that followed. */
  struct GNUNET_TIME_Relative commit_delay;
  /** How long a message at QoS 1 or 2 that says nothing of expiry waits for a subscriber. */
  struct GNUNET_TIME_Relative message_lifetime;
  /** How long a peer whose durable session wanted a topic is remembered, once it does
      not say so any more; and how far a peer that is silent was received. */
  struct GNUNET_TIME_Relative interest_lifetime;
  /** How often is looked for publishers who invite anonymous subscribers. */
  struct GNUNET_TIME_Relative anonymous_watch;
  /** Least time between two operations of the REGEX service. */
  struct GNUNET_TIME_Relative pace;
  /** How long a publication to a new topic waits for subscribers to be found. */
  struct GNUNET_TIME_Relative discovery_window;
  /** How often an announcement is put into the DHT again. */
  struct GNUNET_TIME_Relative announce_refresh;
  /** Silence after which a peer counts as vanished. */
  struct GNUNET_TIME_Relative peer_timeout;
  /** Longest pause between two attempts to reach a peer. */
  struct GNUNET_TIME_Relative reconnect_maximum;
  /** How long a full queue may make no progress before messages to it are dropped. */
  struct GNUNET_TIME_Relative stall_timeout;
  /** How long subscribers of a topic stay known after its last publication. */
  struct GNUNET_TIME_Relative topic_idle;
  /** How long a retained message of another peer is kept that nobody here wants. */
  struct GNUNET_TIME_Relative retained_grace;
  /** Longest time before one is offered to others whose publisher is gone. */
  struct GNUNET_TIME_Relative retained_takeover;
  /** What a peer may send over a link in a second; 0 for no limit. */
  unsigned int link_message_rate;
  size_t link_byte_rate;
  unsigned int link_topic_rate;
  unsigned int link_question_rate;
  /** For how long a peer that sends less saves it up. */
  struct GNUNET_TIME_Relative link_burst;
  /** Channel entries are looked for in the DHT, too. */
  bool channel_blocks;
  /** How often blacklists are looked at. */
  struct GNUNET_TIME_Relative blacklist_interval;
  /** Time that GNS has to answer until they count as unavailable. */
  struct GNUNET_TIME_Relative blacklist_patience;
  /** Time to find one elsewhere that was at this peer, until it does, too. */
  struct GNUNET_TIME_Relative blacklist_search;
  /** Refuse everybody then. */
  bool blacklist_refuse;
  /** Longest session expiry interval; UINT32_MAX seconds, and more: there is no bound. */
  struct GNUNET_TIME_Relative session_expiry_maximum;
  /** A full session drops its oldest message; else the new one is refused. */
  bool session_drop_oldest;
  /** Subscriptions that do not say otherwise are anonymous. */
  bool anonymous;
};


/**
 * Read the options; what is missing gets its default, but @e store, which must be
 * there.
 *
 * @param cfg configuration
 * @param[out] options set; MQTT_options_done() must follow, also on failure
 * @return #GNUNET_OK, or #GNUNET_SYSERR if a value cannot be read or is out of
 *         range; which one was logged
 */
enum GNUNET_GenericReturnValue
MQTT_options_load (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   struct MQTT_Options *options);


/**
 * Is a subscription to be anonymous?
 */
bool
MQTT_options_anonymous (const struct MQTT_Options *options,
                        const struct MQTT_IpcSubscribe *subscribe);


/**
 * Free what the options hold.
 */
void
MQTT_options_done (struct MQTT_Options *options);

#endif
