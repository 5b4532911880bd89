/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/dht.h
 * @brief The DHT of this peer, for blocks of the kinds that the REGEX service has.
 *
 * What is used of it is a table of functions; tests put a fake there.  Nothing is
 * put or looked for with a record of the way it takes: that would name us.
 */
#ifndef MQTT_SERVICE_DHT_H
#define MQTT_SERVICE_DHT_H

#include <gnunet/gnunet_util_lib.h>

struct MQTT_Dht;

/** Kinds of blocks. */
enum MQTT_DhtKind
{
  /** A state of a regex. */
  MQTT_DHT_STATE,
  /** Who accepts in a state. */
  MQTT_DHT_ACCEPT,
  /** The same, for those who wait for it. */
  MQTT_DHT_INVITATION
};

/**
 * A block was found.
 *
 * @param cls closure
 * @param block the block, from a stranger
 * @param size bytes of it
 */
typedef void (*MQTT_DhtResult) (void *cls, const void *block, size_t size);

/**
 * Something that uses this peer's DHT, the REGEX service as a rule, looks for who
 * accepts under a key.
 */
typedef void (*MQTT_DhtSeen) (void *cls, const struct GNUNET_HashCode *key);

struct MQTT_DhtOps
{
  /**
   * Put a block; it may be lost.
   */
  void (*put) (void *cls,
               enum MQTT_DhtKind kind,
               const struct GNUNET_HashCode *key,
               const void *block,
               size_t size,
               struct GNUNET_TIME_Absolute expiration);

  /**
   * Look for blocks that say who accepts, until that is ended.
   *
   * @param cls closure
   * @param key under which key
   * @param result called for each, once; must not end the search
   * @param result_cls closure for @a result
   */
  void *(*get) (void *cls,
                const struct GNUNET_HashCode *key,
                MQTT_DhtResult result,
                void *result_cls);

  void (*get_end) (void *cls, void *get);

  /** Closure for all of them. */
  void *cls;
};


/**
 * @param cfg configuration
 * @param seen called whenever this peer looks for who accepts
 * @param cls closure for @a seen
 * @return NULL if the DHT cannot be used
 */
struct MQTT_Dht *
MQTT_dht_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                 MQTT_DhtSeen seen,
                 void *cls);


/**
 * Every search must have ended.
 */
void
MQTT_dht_destroy (struct MQTT_Dht *dht);


/**
 * The functions, valid until MQTT_dht_destroy().
 */
const struct MQTT_DhtOps *
MQTT_dht_ops (struct MQTT_Dht *dht);

#endif
