/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/executor.c
 * @brief Executes the wills of other peers' clients when these peers have vanished.
 */
#include "executor_state.h"
#include "blacklists.h"
#include "store_wills.h"
#include "will_record.h"

/** What was written, and is not on disk yet. */
enum Change
{
  /** A will is held. */
  HELD,
  /** Its peer has published it. */
  CLAIMED,
  /** It was published here. */
  TOLD
};

struct MQTT_ExecutorPending
{
  struct MQTT_ExecutorPending *prev;
  struct MQTT_ExecutorPending *next;
  struct MQTT_Executor *executor;
  struct MQTT_StoreWait *wait;
  struct MQTT_RemoteWillName name;
  enum Change change;
};


static uint64_t
now (void)
{
  return GNUNET_TIME_absolute_get ().abs_value_us;
}


static void
count (const struct MQTT_Executor *executor, enum MQTT_Counter which)
{
  MQTT_count (executor->config->counters, which, 1);
}


static void
work (void *cls);


/**
 * Something has changed: count what there is, and wake up when there is something to
 * do.
 */
static void
update (struct MQTT_Executor *executor)
{
  struct GNUNET_TIME_Absolute next = {
    .abs_value_us = MQTT_remote_wills_next_us (executor->wills),
  };
  unsigned int held = MQTT_remote_wills_held (executor->wills);

  MQTT_count (executor->config->counters,
              MQTT_COUNT_WILLS_HELD,
              (int64_t)held - (int64_t)executor->counted);
  executor->counted = held;
  if (NULL != executor->task)
    GNUNET_SCHEDULER_cancel (executor->task);
  executor->task = (executor->blind || GNUNET_TIME_absolute_is_never (next))
                     ? NULL
                     : GNUNET_SCHEDULER_add_at (next, &work, executor);
}


/* ---- the store ---- */

static struct MQTT_StoreRemoteWill
record_of (const struct MQTT_RemoteWillName *name)
{
  return (struct MQTT_StoreRemoteWill){
    .peer = name->peer,
    .run = name->run,
    .sequence = name->sequence,
  };
}


static void
free_pending (struct MQTT_ExecutorPending *pending)
{
  struct MQTT_Executor *executor = pending->executor;

  GNUNET_CONTAINER_DLL_remove (executor->pending_head,
                               executor->pending_tail,
                               pending);
  GNUNET_free (pending);
}


/**
 * A change is on disk, or lost: #MQTT_StoreDone.
 */
static void
handle_stored (void *cls, bool ok)
{
  struct MQTT_ExecutorPending *pending = cls;
  struct MQTT_Executor *executor = pending->executor;
  uint64_t message;

  if (TOLD == pending->change)
    count (executor, ok ? MQTT_COUNT_WILLS_TOLD : MQTT_COUNT_WILLS_LOST);
  else if (!ok && (CLAIMED == pending->change))
    /* It comes again. */
    MQTT_remote_wills_forget (executor->wills, &pending->name);
  else if (!ok
           && MQTT_remote_wills_take_back (executor->wills,
                                           &pending->name,
                                           &message))
    count (executor, MQTT_COUNT_WILLS_REFUSED);
  free_pending (pending);
  update (executor);
}


/**
 * Note a change that was written.
 */
static void
await (struct MQTT_Executor *executor,
       const struct MQTT_RemoteWillName *name,
       enum Change change)
{
  struct MQTT_ExecutorPending *pending = GNUNET_new (
    struct MQTT_ExecutorPending);

  pending->executor = executor;
  pending->name = *name;
  pending->change = change;
  pending->wait = MQTT_store_wait (executor->config->store,
                                   &handle_stored,
                                   pending);
  GNUNET_CONTAINER_DLL_insert_tail (executor->pending_head,
                                    executor->pending_tail,
                                    pending);
}


static void
remove_record (struct MQTT_Executor *executor,
               const struct MQTT_RemoteWillName *name)
{
  const struct MQTT_StoreRemoteWill record = record_of (name);

  MQTT_store_remote_will_remove (executor->config->store, &record);
}


/**
 * Write that a will was told.  Where that fails it is known until the service ends.
 */
static void
write_told (struct MQTT_Executor *executor,
            const struct MQTT_RemoteWillName *name,
            bool was_held)
{
  struct MQTT_StoreRemoteWill record = record_of (name);

  if (was_held)
    remove_record (executor, name);
  record.told_us = now ();
  (void)MQTT_store_remote_will_put (executor->config->store, &record);
}


/* ---- what is due ---- */

void
MQTT_executor_told (struct MQTT_Executor *executor,
                    const struct MQTT_RemoteWillName *name,
                    bool published)
{
  write_told (executor, name, true);
  if (published)
    await (executor, name, TOLD);
  else
    count (executor, MQTT_COUNT_WILLS_LOST);
}


void
MQTT_executor_refused (struct MQTT_Executor *executor,
                       const struct MQTT_RemoteWillName *name)
{
  count (executor, MQTT_COUNT_WILLS_REFUSED);
  remove_record (executor, name);
  MQTT_remote_wills_forget (executor->wills, name);
}


/**
 * Task: do what is due.
 */
static void
work (void *cls)
{
  struct MQTT_Executor *executor = cls;
  struct MQTT_RemoteWill will;

  executor->task = NULL;
  while (!executor->blind)
  {
    switch (MQTT_remote_wills_due (executor->wills, now (), &will))
    {
    case MQTT_REMOTE_WILL_TELL:
      if (MQTT_blacklists_name_peer (executor->config->blacklists,
                                     &will.name.peer))
        MQTT_executor_refused (executor, &will.name);
      else
        MQTT_executor_tell (executor, &will);
      break;
    case MQTT_REMOTE_WILL_DROP:
      count (executor, MQTT_COUNT_WILLS_TAKEN_BACK);
      remove_record (executor, &will.name);
      break;
    case MQTT_REMOTE_WILL_FORGET:
      remove_record (executor, &will.name);
      break;
    case MQTT_REMOTE_WILL_NOTHING:
      update (executor);
      return;
    }
  }
}


void
MQTT_executor_enforce (struct MQTT_Executor *executor)
{
  bool was_blind = executor->blind;

  executor->blind = MQTT_blacklists_refuse_all (executor->config->blacklists);
  if (was_blind && !executor->blind)
    MQTT_remote_wills_wait_anew (executor->wills, now ());
  update (executor);
}


/* ---- what peers say ---- */

static struct MQTT_RemoteWillName
name_of (const struct GNUNET_PeerIdentity *peer,
         uint64_t run,
         uint64_t sequence)
{
  return (struct MQTT_RemoteWillName){
    .peer = *peer,
    .run = run,
    .sequence = sequence,
  };
}


void
MQTT_executor_peer (struct MQTT_Executor *executor,
                    const struct GNUNET_PeerIdentity *peer,
                    bool there)
{
  MQTT_remote_wills_peer (executor->wills, peer, there, now ());
  update (executor);
}


void
MQTT_executor_heard (struct MQTT_Executor *executor,
                     const struct GNUNET_PeerIdentity *peer)
{
  if (MQTT_remote_wills_heard (executor->wills, peer, now ()))
    update (executor);
}


/**
 * Write a will and hold it.
 *
 * @return false if the store does not take it
 */
static bool
hold (struct MQTT_Executor *executor,
      struct MQTT_RemoteWill *will,
      const struct MQTT_Topic *topic,
      const struct MQTT_Publication *publication)
{
  struct MQTT_Store *store = executor->config->store;
  const struct MQTT_Bytes name = {
    .data = topic->name,
    .size = topic->name_size,
  };
  struct MQTT_StoreRemoteWill record = record_of (&will->name);

  will->message = MQTT_will_write (store, &name, publication);
  if (0 == will->message)
    return false;
  record.message = will->message;
  record.delay_us = will->delay_us;
  if (!MQTT_store_remote_will_put (store, &record))
  {
    MQTT_store_message_drop (store, will->message);
    return false;
  }
  MQTT_remote_wills_put (executor->wills, will, now ());
  await (executor, &will->name, HELD);
  return true;
}


void
MQTT_executor_will (struct MQTT_Executor *executor,
                    const struct GNUNET_PeerIdentity *peer,
                    const struct MQTT_Topic *topic,
                    const struct MQTT_LinkWill *will)
{
  const struct MQTT_Publication *publication = &will->publication;
  struct MQTT_RemoteWill held = {
    .name = name_of (peer,
                     publication->version.run,
                     publication->version.sequence),
    .delay_us = will->delay_s * UINT64_C (1000000),
  };
  enum MQTT_RemoteWillState state = MQTT_REMOTE_WILL_NO_ROOM;

  if (NULL != topic)
  {
    held.bytes = publication->properties_size + publication->payload_size
                 + topic->name_size;
    state = MQTT_remote_wills_hear (executor->wills, &held.name, held.bytes);
  }
  if ((MQTT_REMOTE_WILL_NO_ROOM == state)
      || ((MQTT_REMOTE_WILL_UNKNOWN == state)
          && !hold (executor, &held, topic, publication)))
    count (executor, MQTT_COUNT_WILLS_REFUSED);
  update (executor);
}


void
MQTT_executor_unwill (struct MQTT_Executor *executor,
                      const struct GNUNET_PeerIdentity *peer,
                      const struct MQTT_LinkSerial *will)
{
  const struct MQTT_RemoteWillName name = name_of (peer,
                                                   will->run,
                                                   will->sequence);
  uint64_t message;

  if (!MQTT_remote_wills_take_back (executor->wills, &name, &message))
    return;
  count (executor, MQTT_COUNT_WILLS_TAKEN_BACK);
  remove_record (executor, &name);
  update (executor);
}


/**
 * A peer publishes a will itself.
 *
 * @return false if it was told before
 */
static bool
claim (struct MQTT_Executor *executor,
       const struct GNUNET_PeerIdentity *peer,
       const struct MQTT_Message *message)
{
  const struct MQTT_RemoteWillName name = name_of (peer,
                                                   message->version.run,
                                                   message->version.sequence);
  uint64_t held;

  if (!MQTT_remote_wills_claim (executor->wills, &name, &held, now ()))
  {
    count (executor, MQTT_COUNT_WILLS_REPEATED);
    return false;
  }
  write_told (executor, &name, 0 != held);
  /* At QoS 0 it does not come again. */
  if (0 != message->qos)
    await (executor, &name, CLAIMED);
  update (executor);
  return true;
}


void
MQTT_executor_deliver (struct MQTT_Executor *executor,
                       const struct GNUNET_PeerIdentity *peer,
                       struct MQTT_Topic *topic,
                       struct MQTT_Message *message,
                       const struct MQTT_Audience *audience,
                       struct MQTT_Source *source)
{
  const struct MQTT_LinksConfig *config = executor->config;

  if (message->will && !claim (executor, peer, message))
    return;
  MQTT_copies_take (config->copies, peer, topic, message, false);
  config->deliver (config->cls, topic, message, audience, source);
}


/* ---- start and end ---- */

/**
 * #MQTT_StoreRemoteWillCallback
 */
static void
restore (void *cls, const struct MQTT_StoreRemoteWill *stored)
{
  struct MQTT_Executor *executor = cls;
  const struct MQTT_RemoteWill will = {
    .name = name_of (&stored->peer, stored->run, stored->sequence),
    .message = stored->message,
    .bytes = stored->bytes,
    .delay_us = stored->delay_us,
    .told_us = stored->told_us,
  };

  MQTT_remote_wills_restore (executor->wills, &will, now ());
}


struct MQTT_Executor *
MQTT_executor_create (const struct MQTT_LinksConfig *config)
{
  const struct MQTT_Options *options = config->options;
  const struct MQTT_RemoteWillsLimits limits = {
    .count = options->wills,
    .bytes = options->will_bytes,
    .timeout_us = options->peer_timeout.rel_value_us,
    .memory_us = options->interest_lifetime.rel_value_us,
  };
  struct MQTT_Executor *executor = GNUNET_new (struct MQTT_Executor);

  executor->config = config;
  executor->blind = MQTT_blacklists_refuse_all (config->blacklists);
  executor->wills = MQTT_remote_wills_create (&limits);
  executor->reader = MQTT_will_reader_create (config->store, config->topics);
  if (!MQTT_store_remote_wills_load (config->store, &restore, executor))
    GNUNET_log (GNUNET_ERROR_TYPE_ERROR, "Peers' wills cannot be read\n");
  update (executor);
  return executor;
}


void
MQTT_executor_destroy (struct MQTT_Executor *executor)
{
  while (NULL != executor->pending_head)
  {
    MQTT_store_wait_cancel (executor->pending_head->wait);
    free_pending (executor->pending_head);
  }
  if (NULL != executor->task)
    GNUNET_SCHEDULER_cancel (executor->task);
  MQTT_count (executor->config->counters,
              MQTT_COUNT_WILLS_HELD,
              -(int64_t)executor->counted);
  MQTT_will_reader_destroy (executor->reader);
  MQTT_remote_wills_destroy (executor->wills);
  GNUNET_free (executor);
}
