/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/intake.c
 * @brief What a peer publishes at QoS 1 and 2 on a link.
 */
#include "intake.h"
#include "link.h"
#include "promise.h"
#include "router.h"
#include "../stream/stream.h"

/** What was read in one segment. */
struct Batch
{
  struct Batch *prev;
  struct Batch *next;
  struct MQTT_Intake *intake;
  struct MQTT_StoreWait *wait;
  /** The last of it. */
  struct MQTT_LinkSerial last;
  /** Something of it was new, or not on disk yet. */
  bool news;
};

struct MQTT_Intake
{
  struct MQTT_Link *link;
  /** For the disk: oldest first. */
  struct Batch *head;
  struct Batch *tail;
  /** The last one to be acknowledged of this segment; sequence 0 for none. */
  struct MQTT_LinkSerial last;
  bool news;
  /** Is on disk, and is acknowledged once the queue has room; sequence 0 for none. */
  struct MQTT_LinkSerial due;
};


struct MQTT_Intake *
MQTT_intake_create (struct MQTT_Link *link)
{
  struct MQTT_Intake *intake = GNUNET_new (struct MQTT_Intake);

  intake->link = link;
  MQTT_inboxes_meet (link->links->inboxes, &link->peer);
  return intake;
}


static void
free_batch (struct Batch *batch)
{
  GNUNET_CONTAINER_DLL_remove (batch->intake->head, batch->intake->tail, batch);
  GNUNET_free (batch);
}


void
MQTT_intake_destroy (struct MQTT_Intake *intake)
{
  while (NULL != intake->head)
  {
    MQTT_store_wait_cancel (intake->head->wait);
    free_batch (intake->head);
  }
  MQTT_executor_peer (intake->link->links->executor,
                      &intake->link->peer,
                      false);
  GNUNET_free (intake);
}


void
MQTT_intake_begin (struct MQTT_Intake *intake)
{
  MQTT_executor_peer (intake->link->links->executor, &intake->link->peer, true);
}


void
MQTT_intake_deliver (struct MQTT_Intake *intake,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message,
                     const struct MQTT_Audience *audience,
                     struct MQTT_Source *source)
{
  MQTT_executor_deliver (intake->link->links->executor,
                         &intake->link->peer,
                         topic,
                         message,
                         audience,
                         source);
}


void
MQTT_intake_will (struct MQTT_Intake *intake,
                  const struct MQTT_Topic *topic,
                  const struct MQTT_LinkWill *will)
{
  MQTT_executor_will (intake->link->links->executor,
                      &intake->link->peer,
                      topic,
                      will);
}


void
MQTT_intake_unwill (struct MQTT_Intake *intake,
                    const struct MQTT_LinkSerial *will)
{
  MQTT_executor_unwill (intake->link->links->executor,
                        &intake->link->peer,
                        will);
}


static void
count (const struct MQTT_Intake *intake, enum MQTT_Counter which)
{
  MQTT_count (intake->link->links->config.counters, which, 1);
}


static struct MQTT_Inbox *
inbox_of (const struct MQTT_Intake *intake)
{
  return MQTT_inboxes_get (intake->link->links->inboxes, &intake->link->peer);
}


bool
MQTT_intake_has (struct MQTT_Intake *intake, const struct MQTT_InboxItem *item)
{
  const struct MQTT_Inbox *inbox = inbox_of (intake);

  if (!MQTT_inbox_has (inbox, item))
    return false;
  count (intake, MQTT_COUNT_DUPLICATES);
  intake->last = item->serial;
  intake->news |= !MQTT_inbox_is_safe (inbox, item);
  return true;
}


/**
 * #MQTT_PromiseDone: subscribers see to what they were given.
 */
static void
ignore_kept (void *cls, bool kept)
{
  (void)cls;
  (void)kept;
}


/**
 * Write what is to be written of a message, and hand it over.
 */
static bool
store_and_deliver (struct MQTT_Intake *intake,
                   const struct MQTT_InboxItem *item,
                   struct MQTT_Topic *topic,
                   struct MQTT_Message *message,
                   const struct MQTT_Audience *audience,
                   struct MQTT_Source *source)
{
  const struct MQTT_LinksConfig *config = &intake->link->links->config;
  struct MQTT_Promise *promise = NULL;
  bool taken;

  if (!MQTT_router_ready (topic, message, audience, NULL))
    return false;
  if (MQTT_router_must_store (topic))
  {
    promise = MQTT_promise_begin (config->promises, topic, message);
    if (NULL == promise)
      return false;
  }
  taken = MQTT_inbox_take (inbox_of (intake), item);
  if (taken)
    MQTT_intake_deliver (intake, topic, message, audience, source);
  if (NULL != promise)
    MQTT_promise_seal (promise, &ignore_kept, NULL);
  return taken;
}


bool
MQTT_intake_take (struct MQTT_Intake *intake,
                  const struct MQTT_InboxItem *item,
                  struct MQTT_Topic *topic,
                  const struct MQTT_Publication *publication,
                  const struct MQTT_Audience *audience,
                  struct MQTT_Source *source)
{
  struct MQTT_Message *message;
  bool taken;

  if (!MQTT_store_is_writable (intake->link->links->config.store))
    return false;
  message = MQTT_message_create (publication, MQTT_stream_now ());
  taken = store_and_deliver (intake, item, topic, message, audience, source);
  MQTT_message_unref (message);
  if (!taken)
    return false;
  count (intake, MQTT_COUNT_TAKEN);
  intake->last = item->serial;
  intake->news = true;
  return true;
}


struct MQTT_Outbox *
MQTT_intake_outbox (const struct MQTT_Intake *intake)
{
  return MQTT_destination_outbox (intake->link->destination);
}


bool
MQTT_intake_return (struct MQTT_Intake *intake,
                    const struct MQTT_InboxItem *item)
{
  struct MQTT_Destination *destination = intake->link->destination;

  if (!MQTT_inbox_return (inbox_of (intake), item))
    return false;
  count (intake, MQTT_COUNT_RETURNED);
  MQTT_link_put_return (MQTT_destination_outbox (destination), &item->serial);
  MQTT_destination_wake (destination);
  return true;
}


bool
MQTT_intake_put_off (struct MQTT_Intake *intake,
                     const struct MQTT_InboxItem *item)
{
  return MQTT_inbox_put_off (inbox_of (intake), item);
}


bool
MQTT_intake_is_void (const struct MQTT_Intake *intake)
{
  return MQTT_inbox_is_over (inbox_of (intake));
}


void
MQTT_intake_follow (struct MQTT_Intake *intake)
{
  count (intake, MQTT_COUNT_RETURNED);
}


void
MQTT_intake_continue (struct MQTT_Intake *intake)
{
  struct MQTT_Destination *destination = intake->link->destination;
  struct MQTT_Outbox *outbox = MQTT_destination_outbox (destination);

  /* The last one stands for all. */
  if ((0 == intake->due.sequence) || MQTT_outbox_is_full (outbox))
    return;
  MQTT_link_put_ack (outbox, &intake->due);
  MQTT_destination_wake (destination);
  intake->due.sequence = 0;
}


/**
 * What was read in a segment is on disk, or lost: #MQTT_StoreDone.
 */
static void
handle_stored (void *cls, bool ok)
{
  struct Batch *batch = cls;
  struct MQTT_Intake *intake = batch->intake;
  struct MQTT_LinkSerial last = batch->last;
  bool news = batch->news;

  free_batch (batch);
  if (news && !ok)
  {
    /* On the next link it all comes again. */
    MQTT_link_leave (intake->link, false);
    return;
  }
  intake->due = last;
  MQTT_intake_continue (intake);
}


void
MQTT_intake_flush (struct MQTT_Intake *intake)
{
  struct Batch *batch;

  MQTT_executor_heard (intake->link->links->executor, &intake->link->peer);
  if (0 == intake->last.sequence)
    return;
  batch = GNUNET_new (struct Batch);
  batch->intake = intake;
  batch->last = intake->last;
  batch->news = intake->news;
  batch->wait = MQTT_store_wait (intake->link->links->config.store,
                                 &handle_stored,
                                 batch);
  GNUNET_CONTAINER_DLL_insert_tail (intake->head, intake->tail, batch);
  intake->last.sequence = 0;
  intake->news = false;
}
