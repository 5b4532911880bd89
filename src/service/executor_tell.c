/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/executor_tell.c
 * @brief Publishes the wills of peers that have vanished.
 */
#include "executor_state.h"
#include "promise.h"
#include "router.h"

/** A will that cannot be read now. */
struct Unread
{
  struct MQTT_Executor *executor;
  struct MQTT_RemoteWillName name;
};


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
 * Publish a will of a peer's client to the subscribers here.  If they cannot keep it,
 * those who are connected hear it.  Groups do not: other peers tell it, too.
 */
static void
publish (const struct MQTT_LinksConfig *config,
         const struct GNUNET_PeerIdentity *peer,
         const struct MQTT_Shelved *will)
{
  struct MQTT_Topic *topic = will->topic;
  struct MQTT_Message *message = will->message;
  const struct MQTT_Audience audience = { .plain = true };
  struct MQTT_Promise *promise = NULL;

  /* Before it is written. */
  if (message->retain)
    message->version.time_us = GNUNET_TIME_absolute_get ().abs_value_us;
  if ((0 != message->qos)
      && !MQTT_router_ready (topic, message, &audience, NULL))
    message->qos = 0;
  if ((0 != message->qos) && MQTT_router_must_store (topic))
  {
    promise = MQTT_promise_begin (config->promises, topic, message);
    if (NULL == promise)
      message->qos = 0;
  }
  MQTT_copies_inherit (config->copies, peer, topic, message);
  config->deliver (config->cls, topic, message, &audience, NULL);
  if (NULL != promise)
    MQTT_promise_seal (promise, &ignore_kept, NULL);
}


/**
 * May the peer still publish to the topic?
 */
static bool
is_allowed (const struct MQTT_LinksConfig *config,
            const struct GNUNET_PeerIdentity *peer,
            const struct MQTT_Topic *topic)
{
  struct MQTT_Permit permit = { 0 };

  return MQTT_CHANNEL_OK
         == MQTT_ownership_judge (config->ownership,
                                  topic->name,
                                  topic->name_size,
                                  peer,
                                  &permit);
}


/**
 * Publish a will that was read, unless it is gone, or may not be published.
 */
static void
tell (struct MQTT_Executor *executor,
      const struct MQTT_RemoteWillName *name,
      struct MQTT_Shelved *will)
{
  const struct MQTT_LinksConfig *config = executor->config;
  bool is_there = (NULL != will->message);
  bool allowed = is_there && is_allowed (config, &name->peer, will->topic);

  if (allowed)
    publish (config, &name->peer, will);
  MQTT_shelf_put_back (will);
  if (is_there && !allowed)
    MQTT_executor_refused (executor, name);
  else
    MQTT_executor_told (executor, name, allowed);
}


/**
 * #MQTT_WillRead
 */
static void
handle_read (void *cls, struct MQTT_Shelved *will)
{
  struct Unread *unread = cls;

  /* As long as it is not told on disk the next run does. */
  if (NULL != will)
    tell (unread->executor, &unread->name, will);
  GNUNET_free (unread);
}


void
MQTT_executor_tell (struct MQTT_Executor *executor,
                    const struct MQTT_RemoteWill *will)
{
  const struct MQTT_LinksConfig *config = executor->config;
  struct MQTT_Shelved shelved;
  struct Unread *unread;

  if (MQTT_will_read (config->store, config->topics, will->message, &shelved)
      || shelved.gone)
  {
    tell (executor, &will->name, &shelved);
    return;
  }
  unread = GNUNET_new (struct Unread);
  unread->executor = executor;
  unread->name = will->name;
  MQTT_will_reader_await (executor->reader,
                          will->message,
                          &handle_read,
                          unread);
}
