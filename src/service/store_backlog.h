/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_backlog.h
 * @brief Messages that the store keeps for subscribers that are still to be found,
 *        and who has got them.
 */
#ifndef MQTT_SERVICE_STORE_BACKLOG_H
#define MQTT_SERVICE_STORE_BACKLOG_H

#include "store_records.h"

struct MQTT_StoreKept
{
  uint64_t message;
  /** Told when it is read: what the message says. */
  struct MQTT_Bytes topic;
  uint64_t published_us;
  uint64_t expires_us;
  uint64_t body_size;
  /** Groups that have got it with one of those who have. */
  struct MQTT_Bytes groups;
  /** Somebody has got it. */
  bool given;
  /** This is of one who has. */
  bool had;
};

/** Somebody who has got a message that is kept. */
struct MQTT_StoreHad
{
  uint64_t message;
  /** NULL for those who subscribe here. */
  const struct GNUNET_PeerIdentity *peer;
  /** For these groups, one after the other; see MQTT_store_groups(). */
  struct MQTT_Bytes groups;
  /** And for nobody else. */
  bool only;
};

typedef void (*MQTT_StoreKeptCallback) (void *cls,
                                        const struct MQTT_StoreKept *kept);


/**
 * Keep a message, or change what is known of one that is kept.
 */
bool
MQTT_store_backlog_put (struct MQTT_Store *store, uint64_t message, bool given);


/** As many as can be removed at once. */
#define MQTT_STORE_BACKLOG_BATCH 64

/**
 * Keep messages no more, nor who has got them.
 *
 * @param store the store
 * @param messages their names
 * @param count how many, not more than #MQTT_STORE_BACKLOG_BATCH
 */
void
MQTT_store_backlog_remove (struct MQTT_Store *store,
                           const uint64_t *messages,
                           unsigned int count);


/**
 * Read what is kept, in the order in which it was published: each message once for
 * each time that somebody got it, or once.
 */
bool
MQTT_store_backlog_load (struct MQTT_Store *store,
                         MQTT_StoreKeptCallback callback,
                         void *cls);


/**
 * Somebody gets a message that is kept, in the present group.
 */
bool
MQTT_store_had_put (struct MQTT_Store *store, const struct MQTT_StoreHad *had);


/**
 * Has a peer got a message that is kept, for those who are in no group?
 *
 * @param store the store
 * @param message the message
 * @param peer the peer
 * @param[out] has set if true is returned
 * @return false if it cannot be read now
 */
bool
MQTT_store_had_has (struct MQTT_Store *store,
                    uint64_t message,
                    const struct GNUNET_PeerIdentity *peer,
                    bool *has);

#endif
