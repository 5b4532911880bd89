/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_blocks.c
 * @brief Tests of service/blocks.h: how many entries are watched for in the DHT.
 */
#include <gnunet/gnunet_dht_service.h>
#include "channel_fixture.h"
#include "fake_time.h"
#include "run_cases.h"
#include "service/blocks.h"

/** Watches that the fake DHT remembers. */
#define GETS 1024

/** What is looked for in the DHT. */
struct GNUNET_DHT_GetHandle
{
  GNUNET_DHT_GetIterator iterator;
  void *cls;
  bool open;
};

static struct GNUNET_DHT_GetHandle gets[GETS];
static unsigned int begun;
static unsigned int stopped;
static unsigned int found;
static const struct MQTT_Options bounds = { .channel_watches = 256,
                                            .channel_watches_per_peer = 64 };
static struct MQTT_Counters *counters;
static struct MQTT_Blocks *blocks;


struct GNUNET_DHT_Handle *
GNUNET_DHT_connect (const struct GNUNET_CONFIGURATION_Handle *cfg,
                    unsigned int ht_len)
{
  (void)cfg;
  (void)ht_len;
  return (struct GNUNET_DHT_Handle *)gets;
}


void
GNUNET_DHT_disconnect (struct GNUNET_DHT_Handle *handle)
{
  ck_assert_ptr_eq (gets, handle);
}


struct GNUNET_DHT_GetHandle * /* NOLINTNEXTLINE(readability-function-size) */
GNUNET_DHT_get_start (struct GNUNET_DHT_Handle *handle,
                      enum GNUNET_BLOCK_Type type,
                      const struct GNUNET_HashCode *key,
                      uint32_t desired_replication_level,
                      enum GNUNET_DHT_RouteOption options,
                      const void *xquery,
                      size_t xquery_size,
                      GNUNET_DHT_GetIterator iter,
                      void *iter_cls)
{
  struct GNUNET_DHT_GetHandle *get = &gets[begun++];

  (void)handle;
  (void)type;
  (void)key;
  (void)desired_replication_level;
  (void)options;
  (void)xquery;
  (void)xquery_size;
  ck_assert_uint_lt (begun, GETS);
  get->iterator = iter;
  get->cls = iter_cls;
  get->open = true;
  return get;
}


void
GNUNET_DHT_get_stop (struct GNUNET_DHT_GetHandle *get)
{
  ck_assert (get->open);
  get->open = false;
  stopped++;
}


/** #MQTT_ZonesFound */
static void
handle_found (void *cls,
              const void *entry,
              size_t size,
              const struct GNUNET_IDENTITY_PublicKey *owner,
              const struct GNUNET_PeerIdentity *peer)
{
  (void)cls;
  (void)entry;
  (void)owner;
  ck_assert_uint_eq (5, size);
  ck_assert_mem_eq (&channel_peer, peer, sizeof (*peer));
  found++;
}


static void
setup (void)
{
  fake_time_begin ();
  begun = 0;
  stopped = 0;
  found = 0;
  counters = MQTT_counters_create (NULL);
  blocks = MQTT_blocks_create (NULL, &bounds, counters, &handle_found, NULL);
}


static void
teardown (void)
{
  MQTT_blocks_destroy (blocks);
  ck_assert_uint_eq (begun, stopped);
  MQTT_counters_destroy (counters);
  fake_time_end ();
}


/**
 * Somebody publishes below keys of many owners.
 */
static void
watch_many (unsigned char peer, unsigned int owners)
{
  struct GNUNET_PeerIdentity other = channel_peer;
  struct GNUNET_IDENTITY_PublicKey owner = { 0 };

  other.public_key.q_y[5] = peer;
  for (unsigned int i = 0; i < owners; i++)
  {
    owner.eddsa_key.q_y[0] = (unsigned char)i;
    owner.eddsa_key.q_y[1] = (unsigned char)(i / 256);
    MQTT_blocks_watch (blocks, &owner, &other);
  }
}


static void
show (struct GNUNET_DHT_GetHandle *get)
{
  get->iterator (get->cls,
                 GNUNET_TIME_UNIT_FOREVER_ABS,
                 NULL,
                 NULL,
                 NULL,
                 0,
                 NULL,
                 0,
                 GNUNET_BLOCK_TYPE_ANY,
                 5,
                 "block");
}


START_TEST (one_peer_gives_up_its_own)
{
  watch_many (0, 1);
  watch_many (1, 500);
  ck_assert (gets[0].open);
  ck_assert_uint_eq (501, begun);
  ck_assert_uint_eq (500 - 64, stopped);
  ck_assert_uint_eq (500 - 64,
                     MQTT_counter (counters, MQTT_COUNT_BLOCKS_NOT_WATCHED));
}
END_TEST


START_TEST (who_has_the_most_gives_way)
{
  watch_many (0, 2);
  for (unsigned char peer = 1; peer < 10; peer++)
    watch_many (peer, 60);
  ck_assert (gets[0].open);
  ck_assert (gets[1].open);
  ck_assert_uint_eq (256, begun - stopped);
}
END_TEST


START_TEST (so_many_blocks_are_read_in_a_minute)
{
  watch_many (0, 1);
  for (unsigned int i = 0; i < 100; i++)
  {
    show (&gets[0]);
    watch_many (0, 1);
  }
  ck_assert_uint_eq (64, found);
  fake_time_pass (61 * 1000);
  show (&gets[0]);
  ck_assert_uint_eq (64, found);
  watch_many (0, 1);
  show (&gets[0]);
  ck_assert_uint_eq (65, found);
  ck_assert_uint_eq (1, begun);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("blocks");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, one_peer_gives_up_its_own);
  tcase_add_test (cases, who_has_the_most_gives_way);
  tcase_add_test (cases, so_many_blocks_are_read_in_a_minute);
  return run_cases ("blocks", cases);
}
