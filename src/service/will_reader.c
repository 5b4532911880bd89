/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/will_reader.c
 * @brief Wills that are read a little later.
 */
#include "will_reader.h"

/** Wills read in one task. */
#define SLICE 64

/** After one that cannot be read. */
#define PAUSE GNUNET_TIME_UNIT_SECONDS

/** A will that is to be read. */
struct Awaited
{
  struct Awaited *prev;
  struct Awaited *next;
  uint64_t id;
  MQTT_WillRead done;
  void *cls;
};

struct MQTT_WillReader
{
  struct MQTT_Store *store;
  struct MQTT_Topics *topics;
  /** Those that could not be read are at the end. */
  struct Awaited *head;
  struct Awaited *tail;
  /** NULL if nothing waits. */
  struct GNUNET_SCHEDULER_Task *task;
};


struct MQTT_WillReader *
MQTT_will_reader_create (struct MQTT_Store *store, struct MQTT_Topics *topics)
{
  struct MQTT_WillReader *reader = GNUNET_new (struct MQTT_WillReader);

  reader->store = store;
  reader->topics = topics;
  return reader;
}


/**
 * Tell who waits, who may have others be read.
 */
static void
answer (struct MQTT_WillReader *reader,
        struct Awaited *awaited,
        struct MQTT_Shelved *will)
{
  MQTT_WillRead done = awaited->done;
  void *cls = awaited->cls;

  GNUNET_CONTAINER_DLL_remove (reader->head, reader->tail, awaited);
  GNUNET_free (awaited);
  done (cls, will);
}


void
MQTT_will_reader_destroy (struct MQTT_WillReader *reader)
{
  while (NULL != reader->head)
    answer (reader, reader->head, NULL);
  if (NULL != reader->task)
    GNUNET_SCHEDULER_cancel (reader->task);
  GNUNET_free (reader);
}


/**
 * Task: read some.
 */
static void
read_some (void *cls)
{
  struct MQTT_WillReader *reader = cls;
  struct MQTT_Shelved will;
  bool ready = true;

  reader->task = NULL;
  for (unsigned int i = 0; ready && (i < SLICE) && (NULL != reader->head); i++)
  {
    struct Awaited *awaited = reader->head;

    ready = MQTT_will_read (reader->store, reader->topics, awaited->id, &will)
            || will.gone;
    if (ready)
    {
      answer (reader, awaited, &will);
      continue;
    }
    GNUNET_CONTAINER_DLL_remove (reader->head, reader->tail, awaited);
    GNUNET_CONTAINER_DLL_insert_tail (reader->head, reader->tail, awaited);
  }
  if ((NULL != reader->head) && (NULL == reader->task))
    reader->task = ready
                     ? GNUNET_SCHEDULER_add_now (&read_some, reader)
                     : GNUNET_SCHEDULER_add_delayed (PAUSE, &read_some, reader);
}


void
MQTT_will_reader_await (struct MQTT_WillReader *reader,
                        uint64_t id,
                        MQTT_WillRead done,
                        void *cls)
{
  struct Awaited *awaited = GNUNET_new (struct Awaited);

  awaited->id = id;
  awaited->done = done;
  awaited->cls = cls;
  GNUNET_CONTAINER_DLL_insert_tail (reader->head, reader->tail, awaited);
  if (NULL == reader->task)
    reader->task = GNUNET_SCHEDULER_add_delayed (PAUSE, &read_some, reader);
}
