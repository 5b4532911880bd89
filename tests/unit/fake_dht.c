/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_dht.c
 * @brief A DHT that all in a test share.
 */
#include "fake_dht.h"

/** A search. */
struct FakeGet
{
  struct FakeGet *prev;
  struct FakeGet *next;
  struct FakeDht *dht;
  struct GNUNET_HashCode key;
  MQTT_DhtResult result;
  void *cls;
  /** Blocks looked at. */
  unsigned int seen;
  struct GNUNET_SCHEDULER_Task *task;
};


/**
 * Task: tell of blocks that were not looked at yet.
 */
static void
tell (void *cls)
{
  struct FakeGet *get = cls;

  get->task = NULL;
  while (get->seen < get->dht->count)
  {
    const struct FakeBlock *block = get->dht->blocks[get->seen++];

    if ((MQTT_DHT_STATE != block->kind)
        && (0 == GNUNET_memcmp (&block->key, &get->key)))
      get->result (get->cls, block->data, block->size);
  }
}


static void
put (void *cls,
     enum MQTT_DhtKind kind,
     const struct GNUNET_HashCode *key,
     const void *data,
     size_t size,
     struct GNUNET_TIME_Absolute expiration)
{
  struct FakeDht *dht = cls;
  struct FakeBlock *block = GNUNET_new (struct FakeBlock);

  ck_assert_uint_lt (dht->count, 512);
  ck_assert_uint_le (size, sizeof (block->data));
  block->kind = kind;
  block->key = *key;
  block->expiration = expiration;
  block->at = fake_time_now ();
  block->size = size;
  memcpy (block->data, data, size);
  dht->blocks[dht->count++] = block;
  for (struct FakeGet *get = dht->head; NULL != get; get = get->next)
    if (NULL == get->task)
      get->task = GNUNET_SCHEDULER_add_now (&tell, get);
}


static void *
get (void *cls,
     const struct GNUNET_HashCode *key,
     MQTT_DhtResult result,
     void *result_cls)
{
  struct FakeDht *dht = cls;
  struct FakeGet *made = GNUNET_new (struct FakeGet);

  made->dht = dht;
  made->key = *key;
  made->result = result;
  made->cls = result_cls;
  made->task = GNUNET_SCHEDULER_add_now (&tell, made);
  GNUNET_CONTAINER_DLL_insert_tail (dht->head, dht->tail, made);
  return made;
}


static void
get_end (void *cls, void *handle)
{
  struct FakeDht *dht = cls;
  struct FakeGet *ended = handle;

  if (NULL != ended->task)
    GNUNET_SCHEDULER_cancel (ended->task);
  GNUNET_CONTAINER_DLL_remove (dht->head, dht->tail, ended);
  GNUNET_free (ended);
}


void
fake_dht_begin (struct FakeDht *dht)
{
  memset (dht, 0, sizeof (*dht));
  dht->ops = (struct MQTT_DhtOps){
    .put = &put,
    .get = &get,
    .get_end = &get_end,
    .cls = dht,
  };
}


void
fake_dht_end (struct FakeDht *dht)
{
  ck_assert_ptr_null (dht->head);
  for (unsigned int i = 0; i < dht->count; i++)
    GNUNET_free (dht->blocks[i]);
}


unsigned int
fake_dht_standing (const struct FakeDht *dht)
{
  unsigned int count = 0;

  for (const struct FakeGet *get = dht->head; NULL != get; get = get->next)
    count++;
  return count;
}


unsigned int
fake_dht_puts (const struct FakeDht *dht, const struct GNUNET_HashCode *key)
{
  unsigned int count = 0;

  for (unsigned int i = 0; i < dht->count; i++)
    count += (0 == GNUNET_memcmp (key, &dht->blocks[i]->key));
  return count;
}
