/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_leave.c
 * @brief What a session that ends leaves to others: messages that it got as a member
 *        of a group (MQTT 5, 4.8.2).
 */
#include "../stream/stream.h"
#include "hosted.h"


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


void
MQTT_hosted_forget_entry (struct MQTT_HostedSession *hosted,
                          const struct MQTT_SessionAction *action)
{
  struct MQTT_Delivery *delivery = MQTT_delivery_of (action->entry->message);
  struct MQTT_HostedLeft *left;

  if (NULL != delivery->message)
    MQTT_hosted_memory_free (hosted, action->entry->size);
  if (!is_left (action))
  {
    MQTT_delivery_destroy (delivery);
    return;
  }
  left = GNUNET_new (struct MQTT_HostedLeft);
  left->delivery = delivery;
  GNUNET_CONTAINER_DLL_insert_tail (hosted->left_head, hosted->left_tail, left);
}


/**
 * #MQTT_PromiseDone: who has got it sees to it.
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
 */
static void
store_and_hand_on (const struct MQTT_Publishing *publishing,
                   const struct MQTT_Delivery *delivery)
{
  const struct MQTT_Message *old = delivery->message;
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
  promise = MQTT_promise_begin (publishing->promises, delivery->topic, message);
  if (NULL != promise)
  {
    (void)MQTT_router_hand_on (publishing->router,
                               delivery->topic,
                               message,
                               delivery->share);
    MQTT_promise_seal (promise, &ignore_kept, NULL);
  }
  MQTT_message_unref (message);
}


/**
 * Give a message to another member.  If there is none it ends with the session.
 */
static void
hand_on (const struct MQTT_Sessions *sessions,
         const struct MQTT_Delivery *delivery)
{
  const struct MQTT_Publishing *publishing = sessions->config.publishing;
  struct MQTT_Shelved shelved;

  if ((NULL != delivery->message) && MQTT_router_must_store (delivery->topic))
    store_and_hand_on (publishing, delivery);
  else if (NULL != delivery->message)
    (void)MQTT_router_hand_on (publishing->router,
                               delivery->topic,
                               delivery->message,
                               delivery->share);
  else if (MQTT_shelf_get (sessions->config.shelf, delivery->stored, &shelved))
  {
    (void)MQTT_router_hand_on (publishing->router,
                               shelved.topic,
                               shelved.message,
                               delivery->share);
    MQTT_shelf_put_back (&shelved);
  }
}


void
MQTT_hosted_hand_on (struct MQTT_HostedSession *hosted)
{
  struct MQTT_HostedLeft *left;

  while (NULL != (left = hosted->left_head))
  {
    GNUNET_CONTAINER_DLL_remove (hosted->left_head, hosted->left_tail, left);
    hand_on (hosted->sessions, left->delivery);
    MQTT_delivery_destroy (left->delivery);
    GNUNET_free (left);
  }
}
