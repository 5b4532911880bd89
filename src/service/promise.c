/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/promise.c
 * @brief Messages that are acknowledged once they are on disk.
 */
#include "promise.h"

struct MQTT_Promise
{
  struct MQTT_Promise *prev;
  struct MQTT_Promise *next;
  struct MQTT_Promises *promises;
  /** The message's name on disk. */
  uint64_t message;
  /** NULL once it is there. */
  struct MQTT_StoreWait *wait;
  /** Waits for room where the message goes. */
  struct MQTT_Source source;
  MQTT_PromiseDone done;
  void *cls;
};

struct MQTT_Promises
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Store *store;
  struct MQTT_Shelf *shelf;
  struct MQTT_Promise *head;
  struct MQTT_Promise *tail;
};


struct MQTT_Promises *
MQTT_promises_create (const struct MQTT_Options *options,
                      struct MQTT_Counters *counters,
                      struct MQTT_Store *store,
                      struct MQTT_Shelf *shelf)
{
  struct MQTT_Promises *promises = GNUNET_new (struct MQTT_Promises);

  promises->options = options;
  promises->counters = counters;
  promises->store = store;
  promises->shelf = shelf;
  return promises;
}


static void
end (struct MQTT_Promise *promise)
{
  MQTT_source_done (&promise->source);
  GNUNET_CONTAINER_DLL_remove (promise->promises->head,
                               promise->promises->tail,
                               promise);
  GNUNET_free (promise);
}


void
MQTT_promises_destroy (struct MQTT_Promises *promises)
{
  while (NULL != promises->head)
    MQTT_promise_abandon (promises->head);
  GNUNET_free (promises);
}


uint64_t
MQTT_promise_limit (const struct MQTT_Promises *promises,
                    const struct MQTT_Message *message)
{
  if (MQTT_NEVER != message->expires_us)
    return MQTT_shelf_calendar (message->expires_us);
  return GNUNET_TIME_relative_to_absolute (promises->options->message_lifetime)
    .abs_value_us;
}


/**
 * Tell who waits what became of it.
 */
static void
answer (struct MQTT_Promise *promise, bool ok)
{
  MQTT_PromiseDone done = promise->done;
  void *cls = promise->cls;

  end (promise);
  done (cls, ok);
}


/**
 * There is room where the message went: #MQTT_SourceResume.
 */
static void
resume (void *cls)
{
  struct MQTT_Promise *promise = cls;

  if (NULL == promise->wait)
    answer (promise, true);
}


struct MQTT_Promise *
MQTT_promise_begin (struct MQTT_Promises *promises,
                    struct MQTT_Topic *topic,
                    struct MQTT_Message *message)
{
  struct MQTT_Promise *promise;

  GNUNET_assert (0 == message->stored);
  if (!MQTT_shelf_store (promises->shelf, topic, message))
    return NULL;
  promise = GNUNET_new (struct MQTT_Promise);
  promise->promises = promises;
  promise->message = message->stored;
  MQTT_source_init (&promise->source, promises->counters, &resume, promise);
  GNUNET_CONTAINER_DLL_insert_tail (promises->head, promises->tail, promise);
  return promise;
}


/**
 * The message is on disk, or is not: #MQTT_StoreDone.
 */
static void
handle_stored (void *cls, bool ok)
{
  struct MQTT_Promise *promise = cls;

  promise->wait = NULL;
  if (!ok || !MQTT_source_waits (&promise->source))
    answer (promise, ok);
}


void
MQTT_promise_seal (struct MQTT_Promise *promise,
                   MQTT_PromiseDone done,
                   void *cls)
{
  struct MQTT_Store *store = promise->promises->store;

  promise->done = done;
  promise->cls = cls;
  MQTT_store_message_drop (store, promise->message);
  promise->wait = MQTT_store_wait (store, &handle_stored, promise);
}


struct MQTT_Source *
MQTT_promise_source (struct MQTT_Promise *promise)
{
  return &promise->source;
}


void
MQTT_promise_take_back (struct MQTT_Promise *promise)
{
  MQTT_store_message_drop (promise->promises->store, promise->message);
  end (promise);
}


void
MQTT_promise_abandon (struct MQTT_Promise *promise)
{
  if (NULL != promise->wait)
    MQTT_store_wait_cancel (promise->wait);
  end (promise);
}
