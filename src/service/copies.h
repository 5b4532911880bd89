/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/copies.h
 * @brief Retained messages that are on several peers: which one is the newest, who
 *        sees to it that others find it, and how long a copy is kept.
 *
 * A peer keeps what was published at it, and what its clients subscribe to.  It
 * *serves* a topic if it has others found who subscribe to it: where it was
 * published, or after the peer is gone that did.  Knows nothing of frames.
 */
#ifndef MQTT_SERVICE_COPIES_H
#define MQTT_SERVICE_COPIES_H

#include "retention.h"

struct MQTT_Copies;
struct MQTT_Outreaches;

struct MQTT_CopiesConfig
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Retention *retention;
  struct MQTT_Topics *topics;
  struct MQTT_Store *store;
  struct GNUNET_PeerIdentity myself;
};


/**
 * @param config what to work with, copied; what it points to must outlive it
 */
struct MQTT_Copies *
MQTT_copies_create (const struct MQTT_CopiesConfig *config);


void
MQTT_copies_destroy (struct MQTT_Copies *copies);


/**
 * Begin to serve.
 *
 * @param copies all copies
 * @param outreaches way to the other peers; until MQTT_copies_stop()
 */
void
MQTT_copies_start (struct MQTT_Copies *copies,
                   struct MQTT_Outreaches *outreaches);


/**
 * Do not serve any more.
 */
void
MQTT_copies_stop (struct MQTT_Copies *copies);


/**
 * A peer has sent a message.  It is kept if it is to be, if it is the newest, and if
 * its topic is wanted here; if it is older than ours the peer is sent that.
 *
 * @param copies all copies
 * @param peer who has sent it
 * @param topic its topic
 * @param message the message
 * @param kept it was not just published, but is what the peer keeps: those who
 *        subscribe to it here are told if it is news
 */
void
MQTT_copies_take (struct MQTT_Copies *copies,
                  const struct GNUNET_PeerIdentity *peer,
                  struct MQTT_Topic *topic,
                  struct MQTT_Message *message,
                  bool kept);


/**
 * The same of what is kept by a peer that may not publish to the topic, which belongs to
 * somebody: only if the owner has signed the message.
 */
void
MQTT_copies_take_sealed (struct MQTT_Copies *copies,
                         const struct GNUNET_PeerIdentity *peer,
                         struct MQTT_Topic *topic,
                         struct MQTT_Message *message);


/**
 * What is to be sent to a peer that has just said that it wants a topic?
 *
 * @param copies all copies
 * @param peer who wants it
 * @param topic the topic
 * @param[out] shelved set, to be given back with MQTT_shelf_put_back()
 * @return false if nothing: there is nothing, or the peer has it or will get it
 *         otherwise
 */
bool
MQTT_copies_get (struct MQTT_Copies *copies,
                 const struct GNUNET_PeerIdentity *peer,
                 struct MQTT_Topic *topic,
                 struct MQTT_Shelved *shelved);


/**
 * A peer was found that wants a topic.  It may want others that are served here and
 * begin alike, and which are not searched for just now: they are offered to it.
 *
 * @param copies all copies
 * @param peer the peer
 * @param topic what it wants
 */
void
MQTT_copies_newcomer (struct MQTT_Copies *copies,
                      const struct GNUNET_PeerIdentity *peer,
                      const struct MQTT_Topic *topic);


/**
 * Is a topic kept here, of which only the hashes are known?
 */
bool
MQTT_copies_have (const struct MQTT_Copies *copies,
                  const uint64_t *hashes,
                  size_t levels);


/**
 * The link to a peer is lost.
 */
void
MQTT_copies_lost (struct MQTT_Copies *copies,
                  const struct GNUNET_PeerIdentity *peer);

#endif
