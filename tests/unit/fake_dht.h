/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_dht.h
 * @brief A DHT that all in a test share: keeps what is put, and tells who looks for
 *        it.
 */
#ifndef MQTT_TESTS_UNIT_FAKE_DHT_H
#define MQTT_TESTS_UNIT_FAKE_DHT_H

#include "fake_time.h"
#include "service/dht.h"

/** A block. */
struct FakeBlock
{
  enum MQTT_DhtKind kind;
  struct GNUNET_HashCode key;
  struct GNUNET_TIME_Absolute expiration;
  /** Milliseconds since the test began. */
  uint64_t at;
  size_t size;
  uint8_t data[8192];
};

struct FakeGet;

struct FakeDht
{
  struct MQTT_DhtOps ops;
  /** All that was put, in order. */
  struct FakeBlock *blocks[512];
  unsigned int count;
  /** Searches that stand. */
  struct FakeGet *head;
  struct FakeGet *tail;
};


/**
 * @param[out] dht begun
 */
void
fake_dht_begin (struct FakeDht *dht);


/**
 * Every search must have ended.
 */
void
fake_dht_end (struct FakeDht *dht);


/**
 * Number of searches that stand.
 */
unsigned int
fake_dht_standing (const struct FakeDht *dht);


/**
 * How many blocks were put under a key?
 */
unsigned int
fake_dht_puts (const struct FakeDht *dht, const struct GNUNET_HashCode *key);

#endif
