/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_leave.c
 * @brief What a session that ends leaves to others: messages that it got as a member
 *        of a group (MQTT 5, 4.8.2).
 */
#include "../stream/stream.h"
#include "hosted.h"

/** Messages given to others in one task. */
#define SLICE 256

/** Members of groups that are asked for that, about. */
#define ASKED_MOST 4096

/** Before what failed is tried again. */
#define PAUSE GNUNET_TIME_UNIT_SECONDS

/**
 * What a session has left.  As long as anything of it waits the session is in the
 * store, with what waits in its queue: a message leaves that in the same group in which
 * another session gets it.
 */
struct MQTT_HostedLegacy
{
  struct MQTT_HostedLegacy *prev;
  struct MQTT_HostedLegacy *next;
  struct MQTT_Sessions *sessions;
  struct MQTT_HostedLeft *left_head;
  struct MQTT_HostedLeft *left_tail;
  /** Set while it is being written. */
  struct MQTT_StoreWait *wait;
  /** Set while the next ones wait to be given. */
  struct GNUNET_SCHEDULER_Task *task;
  /** Its id in the store; 0 if it is not there, any more. */
  uint64_t stored;
  /** Its client identifier is free. */
  bool buried;
  /** The disk is well: what is not taken then is not taken at all. */
  bool well;
};


/**
 * May another member of the group have what the session has not done with?  Not at
 * QoS 2, once it was sent.
 */
static bool
is_left (const struct MQTT_SessionAction *action)
{
  const struct MQTT_SessionEntry *entry = action->entry;

  return (MQTT_SESSION_LEFT == action->outcome)
         && (NULL != MQTT_delivery_of (entry->message)->share)
         && ((1 == entry->qos) || (MQTT_SESSION_ENTRY_SENT > entry->state));
}


static struct MQTT_HostedLegacy *
create_legacy (struct MQTT_Sessions *sessions)
{
  struct MQTT_HostedLegacy *legacy = GNUNET_new (struct MQTT_HostedLegacy);

  legacy->sessions = sessions;
  GNUNET_CONTAINER_DLL_insert (sessions->legacies_head,
                               sessions->legacies_tail,
                               legacy);
  return legacy;
}


void
MQTT_hosted_forget_entry (struct MQTT_HostedSession *hosted,
                          const struct MQTT_SessionAction *action)
{
  struct MQTT_Delivery *delivery = MQTT_delivery_of (action->entry->message);
  struct MQTT_HostedLegacy *legacy;
  struct MQTT_HostedLeft *left;

  if (NULL != delivery->message)
    MQTT_hosted_memory_free (hosted, action->entry->size);
  if (!is_left (action))
  {
    MQTT_delivery_destroy (delivery);
    return;
  }
  if (NULL == hosted->legacy)
    hosted->legacy = create_legacy (hosted->sessions);
  legacy = hosted->legacy;
  left = GNUNET_new (struct MQTT_HostedLeft);
  left->delivery = delivery;
  left->position = action->entry->position;
  GNUNET_CONTAINER_DLL_insert_tail (legacy->left_head, legacy->left_tail, left);
}


/**
 * #MQTT_PromiseDone: the legacy waits for the disk by itself.
 */
static void
ignore_kept (void *cls, bool kept)
{
  (void)cls;
  (void)kept;
}


/**
 * Give a message that is not in the store, any more, to a member who may want it
 * there.
 *
 * @return false if the store does not take it now
 */
static bool
store_and_hand_on (const struct MQTT_Publishing *publishing,
                   struct MQTT_Topic *topic,
                   const struct MQTT_Message *old,
                   const struct GNUNET_HashCode *share,
                   struct MQTT_HandOn *round)
{
  const struct MQTT_Publication publication = {
    .properties = old->body,
    .properties_size = old->properties_size,
    .payload = old->body + old->properties_size,
    .payload_size = old->body_size - old->properties_size,
    .expiry_us = MQTT_NEVER,
    .version = old->version,
    .qos = old->qos,
    .retain = old->retain,
    .will = old->will,
  };
  struct MQTT_Message *message = MQTT_message_create (&publication,
                                                      MQTT_stream_now ());
  struct MQTT_Promise *promise;

  message->expires_us = old->expires_us;
  promise = MQTT_promise_begin (publishing->promises, topic, message);
  if (NULL != promise)
  {
    (void)
      MQTT_router_hand_on (publishing->router, topic, message, share, round);
    MQTT_promise_seal (promise, &ignore_kept, NULL);
  }
  MQTT_message_unref (message);
  return NULL != promise;
}


/**
 * Give a message to another member.  If there is none it ends with the session.
 *
 * @return what became of it
 */
static enum MQTT_HostedLeftState
hand_on (const struct MQTT_Sessions *sessions,
         const struct MQTT_HostedLeft *left,
         struct MQTT_HandOn *round)
{
  const struct MQTT_Publishing *publishing = sessions->config.publishing;
  const struct MQTT_Delivery *delivery = left->delivery;
  struct MQTT_Message *message = delivery->message;
  struct MQTT_Topic *topic = delivery->topic;
  struct MQTT_Shelved shelved = { .message = NULL };

  if (NULL != left->shelved.message)
  {
    message = left->shelved.message;
    topic = left->shelved.topic;
  }
  if ((NULL != message) && MQTT_router_must_store (topic))
    return store_and_hand_on (publishing,
                              topic,
                              message,
                              delivery->share,
                              round)
             ? MQTT_LEFT_GIVEN
             : MQTT_LEFT_REFUSED;
  if (NULL == message)
  {
    if (!MQTT_shelf_get (sessions->config.shelf, delivery->stored, &shelved))
      return shelved.gone ? MQTT_LEFT_GIVEN : MQTT_LEFT_UNREAD;
    message = shelved.message;
    topic = shelved.topic;
  }
  (void)MQTT_router_hand_on (publishing->router,
                             topic,
                             message,
                             delivery->share,
                             round);
  MQTT_shelf_put_back (&shelved);
  return MQTT_LEFT_GIVEN;
}


static void
free_left (struct MQTT_HostedLegacy *legacy, struct MQTT_HostedLeft *left)
{
  GNUNET_CONTAINER_DLL_remove (legacy->left_head, legacy->left_tail, left);
  MQTT_shelf_put_back (&left->shelved);
  MQTT_delivery_destroy (left->delivery);
  GNUNET_free (left);
}


static void
free_legacy (struct MQTT_HostedLegacy *legacy)
{
  while (NULL != legacy->left_head)
    free_left (legacy, legacy->left_head);
  if (NULL != legacy->wait)
    MQTT_store_wait_cancel (legacy->wait);
  if (NULL != legacy->task)
    GNUNET_SCHEDULER_cancel (legacy->task);
  GNUNET_CONTAINER_DLL_remove (legacy->sessions->legacies_head,
                               legacy->sessions->legacies_tail,
                               legacy);
  GNUNET_free (legacy);
}


void
MQTT_hosted_forget_legacies (struct MQTT_Sessions *sessions)
{
  while (NULL != sessions->legacies_head)
    free_legacy (sessions->legacies_head);
}


static void
give (void *cls);


/**
 * What was given is lost, and the store will repeat its removal: keep the message, if
 * it is not in memory.
 *
 * @return false if it is gone
 */
static bool
keep (const struct MQTT_HostedLegacy *legacy, struct MQTT_HostedLeft *left)
{
  const struct MQTT_Delivery *delivery = left->delivery;

  return (NULL != delivery->message) || (NULL != left->shelved.message)
         || MQTT_shelf_get (legacy->sessions->config.shelf,
                            delivery->stored,
                            &left->shelved);
}


/**
 * Is a message done with, now that the disk has answered?
 */
static bool
is_done (const struct MQTT_HostedLegacy *legacy,
         struct MQTT_HostedLeft *left,
         bool ok)
{
  if (MQTT_LEFT_GIVEN == left->state)
    return ok || !keep (legacy, left);
  return ok && legacy->well && (MQTT_LEFT_REFUSED == left->state);
}


/**
 * What was given is on disk, or lost: #MQTT_StoreDone.
 */
static void
handle_given (void *cls, bool ok)
{
  struct MQTT_HostedLegacy *legacy = cls;
  struct MQTT_HostedLeft *last = legacy->left_tail;
  bool failed = !ok;
  bool more = (NULL != last);

  legacy->wait = NULL;
  legacy->buried &= ok;
  while (more && (MQTT_LEFT_WAITING != legacy->left_head->state))
  {
    struct MQTT_HostedLeft *left = legacy->left_head;

    more = (left != last);
    if (is_done (legacy, left, ok))
    {
      free_left (legacy, left);
      continue;
    }
    /* Others first. */
    failed = true;
    left->state = MQTT_LEFT_WAITING;
    GNUNET_CONTAINER_DLL_remove (legacy->left_head, legacy->left_tail, left);
    GNUNET_CONTAINER_DLL_insert_tail (legacy->left_head,
                                      legacy->left_tail,
                                      left);
  }
  legacy->well = ok;
  if ((NULL == legacy->left_head) && (0 == legacy->stored))
    free_legacy (legacy);
  else
    legacy->task = GNUNET_SCHEDULER_add_delayed (failed ? PAUSE
                                                        : GNUNET_TIME_UNIT_ZERO,
                                                 &give,
                                                 legacy);
}


/**
 * Remove from the store what was given; all, if nothing else waits.
 */
static void
remove_given (struct MQTT_HostedLegacy *legacy)
{
  struct MQTT_Store *store = legacy->sessions->config.store;
  const struct MQTT_HostedLeft *left = legacy->left_head;

  if (0 == legacy->stored)
    return;
  while ((NULL != left) && (MQTT_LEFT_GIVEN == left->state))
    left = left->next;
  if (NULL == left)
  {
    MQTT_store_session_remove (store, legacy->stored);
    legacy->stored = 0;
    return;
  }
  legacy->buried = legacy->buried
                   || MQTT_store_session_bury (store, legacy->stored);
  for (left = legacy->left_head;
       (NULL != left) && (MQTT_LEFT_WAITING != left->state);
       left = left->next)
    if (MQTT_LEFT_GIVEN == left->state)
      MQTT_store_queue_remove (store, legacy->stored, left->position);
}


/**
 * Task: give some to others.
 */
static void
give (void *cls)
{
  struct MQTT_HostedLegacy *legacy = cls;
  struct MQTT_Store *store = legacy->sessions->config.store;
  struct MQTT_HostedLeft *left = legacy->left_head;
  struct MQTT_HandOn round = { .asked = 0 };

  legacy->task = NULL;
  if ((0 != legacy->stored) && !MQTT_store_is_writable (store))
  {
    legacy->task = GNUNET_SCHEDULER_add_delayed (PAUSE, &give, legacy);
    return;
  }
  for (unsigned int i = 0;
       (NULL != left) && (i < SLICE) && (ASKED_MOST > round.asked);
       i++, left = left->next)
    left->state = hand_on (legacy->sessions, left, &round);
  remove_given (legacy);
  legacy->wait = MQTT_store_wait (store, &handle_given, legacy);
}


void
MQTT_hosted_leave (struct MQTT_HostedSession *hosted)
{
  struct MQTT_HostedLegacy *legacy = hosted->legacy;

  if (NULL == legacy)
  {
    if (0 != hosted->stored)
      MQTT_store_session_remove (hosted->sessions->config.store,
                                 hosted->stored);
    return;
  }
  hosted->legacy = NULL;
  legacy->stored = hosted->stored;
  give (legacy);
}
