/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file include/gnunet_mqtt_channel.h
 * @brief Topics that belong to an ego, and who may publish to them: part of
 *        libgnunetmqtt.
 *
 * A topic whose first level is an ego's public key belongs to that ego: both
 * "KEY/news" and "/KEY/news".  A peer may publish to it if the ego has signed a
 * channel entry for the peer.  Entries are texts of one line, which may be mailed.
 *
 * @addtogroup mqtt
 * @{
 */
#ifndef GNUNET_MQTT_CHANNEL_H
#define GNUNET_MQTT_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <gnunet/gnunet_identity_service.h>
#include <gnunet/gnunet_util_lib.h>
#include "gnunet_mqtt_service.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Most bytes of a prefix. */
#define GNUNET_MQTT_CHANNEL_PREFIX_MAX 1024

/**
 * What an entry says.  Of all entries of an ego for a peer whose prefixes cover a
 * topic, the one with the highest serial counts.
 */
struct GNUNET_MQTT_ChannelEntry
{
  /** The ego; when signing it is taken from the private key instead. */
  struct GNUNET_IDENTITY_PublicKey owner;
  /** The peer that may publish, or not any more. */
  struct GNUNET_PeerIdentity peer;
  /** It may from here on; of a revocation ignored. */
  struct GNUNET_TIME_Absolute not_before;
  /** It may until here; of a revocation ignored. */
  struct GNUNET_TIME_Absolute expiry;
  uint64_t serial;
  /** What it is about: this below the key, and what is below it, as levels of a topic name;
      empty for all. */
  const char *prefix;
  size_t prefix_size;
  /** The peer may not publish. */
  bool revokes;
};


/**
 * Whose is a topic?
 *
 * @param topic any bytes
 * @param topic_size how many
 * @param[out] owner set if it belongs to an ego
 * @return false if it is free
 */
bool
GNUNET_MQTT_topic_owner (const char *topic,
                         size_t topic_size,
                         struct GNUNET_IDENTITY_PublicKey *owner);


/**
 * Sign an entry.
 *
 * @param entry what to say
 * @param key private key of the ego
 * @return the entry as text, free with GNUNET_free(); NULL if the prefix is too long,
 *         or neither empty nor a legal topic name
 */
char *
GNUNET_MQTT_channel_sign (const struct GNUNET_MQTT_ChannelEntry *entry,
                          const struct GNUNET_IDENTITY_PrivateKey *key);


/**
 * Read an entry and check its signature; not whether it is in its time, or whether
 * there is a newer one.
 *
 * @param text the text, white space in it does not matter
 * @param text_size bytes of it
 * @param[out] why set to what is wrong in a few words of English, if something is; may
 *             be NULL
 * @return the entry, free with GNUNET_free(); NULL if something is wrong
 */
struct GNUNET_MQTT_ChannelEntry *
GNUNET_MQTT_channel_read (const char *text, size_t text_size, const char **why);


/**
 * Is an entry about a topic of its owner, or all that a prefix covers?
 *
 * @param entry the entry
 * @param below what follows the key and its slash, or a prefix
 * @param below_size bytes of it
 */
bool
GNUNET_MQTT_channel_covers (const struct GNUNET_MQTT_ChannelEntry *entry,
                            const char *below,
                            size_t below_size);


/* ------------------------- showing entries ------------------------- */

/**
 * An entry that the service is shown.
 */
struct GNUNET_MQTT_Channel;

/**
 * The service has looked at an entry, at first and after each reconnect.
 *
 * @param cls closure
 * @param why NULL if it was taken, otherwise why not, in a few words of English
 */
typedef void (*GNUNET_MQTT_ChannelCallback) (void *cls, const char *why);


/**
 * Show the service an entry: what is published after this call, also in sessions of
 * the handle, may use it.  So may all other applications of this peer, for it is
 * the peer that is let publish.
 *
 * @param handle the connection
 * @param text an entry
 * @param text_size bytes of it
 * @param callback called with the service's answers, never from within this call; may be
 *        NULL
 * @param cls closure for @a callback
 * @return NULL if it is not an entry, or not a good one
 *         (GNUNET_MQTT_channel_read() says why)
 */
struct GNUNET_MQTT_Channel *
GNUNET_MQTT_channel_show (struct GNUNET_MQTT_Handle *handle,
                          const char *text,
                          size_t text_size,
                          GNUNET_MQTT_ChannelCallback callback,
                          void *cls);


/**
 * Let this peer publish to all topics of an ego: signs an entry, which is good for a
 * day, and shows it as GNUNET_MQTT_channel_show() does; again in time, and after each
 * reconnect.  What is to be retained there, and wills, are signed one by one as long as
 * this lasts, so that other peers may hand them on: these have one more user property,
 * "gnunet-owner", behind all others.  The key does not leave the application.
 *
 * @param handle the connection
 * @param key private key of the ego, copied
 * @param callback as above
 * @param cls closure for @a callback
 */
struct GNUNET_MQTT_Channel *
GNUNET_MQTT_channel_own (struct GNUNET_MQTT_Handle *handle,
                         const struct GNUNET_IDENTITY_PrivateKey *key,
                         GNUNET_MQTT_ChannelCallback callback,
                         void *cls);


/**
 * Do not show it any more.  What was shown stays good as long as it says; only a
 * revocation ends it before.
 */
void
GNUNET_MQTT_channel_end (struct GNUNET_MQTT_Channel *channel);

#ifdef __cplusplus
}
#endif

#endif

/** @} */
