/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_leave.c
 * @brief What a session that ends leaves to others: messages that it got as a member
 *        of a group (MQTT 5, 4.8.2).
 */
#include "../stream/stream.h"
#include "hosted.h"

/** What a session has left, whose removal is in the same group of the store. */
struct MQTT_HostedLegacy
{
  struct MQTT_HostedLegacy *prev;
  struct MQTT_HostedLegacy *next;
  struct MQTT_Sessions *sessions;
  struct MQTT_HostedLeft *left_head;
  struct MQTT_HostedLeft *left_tail;
  /** Set while it is being written. */
  struct MQTT_StoreWait *wait;
  /** Set while it waits to be given again. */
  struct GNUNET_SCHEDULER_Task *task;
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
                   const struct GNUNET_HashCode *share)
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
    (void)MQTT_router_hand_on (publishing->router, topic, message, share);
    MQTT_promise_seal (promise, &ignore_kept, NULL);
  }
  MQTT_message_unref (message);
  return NULL != promise;
}


/**
 * Give a message to another member.  If there is none it ends with the session.
 *
 * @return false if the store does not take it now
 */
static bool
hand_on (const struct MQTT_Sessions *sessions,
         const struct MQTT_HostedLeft *left)
{
  const struct MQTT_Publishing *publishing = sessions->config.publishing;
  const struct MQTT_Delivery *delivery = left->delivery;
  struct MQTT_Message *message = delivery->message;
  struct MQTT_Topic *topic = delivery->topic;
  struct MQTT_Shelved shelved;

  if (NULL != left->shelved.message)
  {
    message = left->shelved.message;
    topic = left->shelved.topic;
  }
  if ((NULL != message) && MQTT_router_must_store (topic))
    return store_and_hand_on (publishing, topic, message, delivery->share);
  if (NULL != message)
    (void)
      MQTT_router_hand_on (publishing->router, topic, message, delivery->share);
  else if (MQTT_shelf_get (sessions->config.shelf, delivery->stored, &shelved))
  {
    (void)MQTT_router_hand_on (publishing->router,
                               shelved.topic,
                               shelved.message,
                               delivery->share);
    MQTT_shelf_put_back (&shelved);
  }
  return true;
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
 * What was given is on disk, or lost: #MQTT_StoreDone.
 */
static void
handle_given (void *cls, bool ok)
{
  struct MQTT_HostedLegacy *legacy = cls;
  struct MQTT_Shelf *shelf = legacy->sessions->config.shelf;
  struct MQTT_HostedLeft *next;

  legacy->wait = NULL;
  for (struct MQTT_HostedLeft *left = legacy->left_head; NULL != left;
       left = next)
  {
    const struct MQTT_Delivery *delivery = left->delivery;

    next = left->next;
    /* If it is lost: the store will repeat the removal, and the message be gone. */
    if ((ok && (left->given || legacy->well))
        || ((NULL == delivery->message) && (NULL == left->shelved.message)
            && !MQTT_shelf_get (shelf, delivery->stored, &left->shelved)))
      free_left (legacy, left);
    else
      left->given = false;
  }
  legacy->well = ok;
  if (NULL == legacy->left_head)
    free_legacy (legacy);
  else
    legacy->task = GNUNET_SCHEDULER_add_delayed (GNUNET_TIME_UNIT_SECONDS,
                                                 &give,
                                                 legacy);
}


/**
 * Task: give to others what they have not got yet.
 */
static void
give (void *cls)
{
  struct MQTT_HostedLegacy *legacy = cls;

  legacy->task = NULL;
  for (struct MQTT_HostedLeft *left = legacy->left_head; NULL != left;
       left = left->next)
    left->given = hand_on (legacy->sessions, left);
  legacy->wait = MQTT_store_wait (legacy->sessions->config.store,
                                  &handle_given,
                                  legacy);
}


void
MQTT_hosted_hand_on (struct MQTT_HostedSession *hosted)
{
  struct MQTT_HostedLegacy *legacy = hosted->legacy;

  hosted->legacy = NULL;
  if (NULL != legacy)
    give (legacy);
}
