/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_wills.h
 * @brief What the store keeps of the wills of other peers' clients.
 */
#ifndef MQTT_SERVICE_STORE_WILLS_H
#define MQTT_SERVICE_STORE_WILLS_H

#include "store.h"

struct MQTT_StoreRemoteWill
{
  struct GNUNET_PeerIdentity peer;
  /** What the peer calls it; the sequence is below 2^63. */
  uint64_t run;
  uint64_t sequence;
  /** Id of the message; 0 once it was told. */
  uint64_t message;
  /** Told when it is read: bytes of message and topic. */
  uint64_t bytes;
  uint64_t delay_us;
  /** When it was told; 0 if it was not. */
  uint64_t told_us;
};

typedef void (*MQTT_StoreRemoteWillCallback) (
  void *cls,
  const struct MQTT_StoreRemoteWill *will);


/**
 * Write a will that is not there.
 */
bool
MQTT_store_remote_will_put (struct MQTT_Store *store,
                            const struct MQTT_StoreRemoteWill *will);


/**
 * @param will only its peer, run and sequence count
 */
void
MQTT_store_remote_will_remove (struct MQTT_Store *store,
                               const struct MQTT_StoreRemoteWill *will);


/**
 * Read all, those told in the order in which they were.
 */
bool
MQTT_store_remote_wills_load (struct MQTT_Store *store,
                              MQTT_StoreRemoteWillCallback callback,
                              void *cls);

#endif
