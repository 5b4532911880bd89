/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file lib/mqtt_api_show.c
 * @brief Channel entries that the service is shown, on every connection anew, before
 *        anything is published.
 *
 * Private keys stay here; what leaves is signed.
 */
#include "mqtt_api.h"
#include <sodium.h>
#include "gnunet_mqtt_channel.h"

/** How long an entry signed here is good for; it is signed anew in half the time. */
#define OWN_LIFETIME GNUNET_TIME_UNIT_DAYS

struct GNUNET_MQTT_Channel
{
  struct GNUNET_MQTT_Channel *next;
  struct GNUNET_MQTT_Channel *prev;
  struct GNUNET_MQTT_Handle *h;
  GNUNET_MQTT_ChannelCallback callback;
  void *cls;
  /** What to show; NULL if it is signed with @e key each time. */
  void *entry;
  size_t entry_size;
  struct GNUNET_IDENTITY_PrivateKey key;
  /** Whose key that is. */
  struct GNUNET_IDENTITY_PublicKey owner;
  /** Time to sign anew. */
  struct GNUNET_SCHEDULER_Task *renew_task;
};

/** An answer that is still to come. */
struct MQTT_ApiShown
{
  struct MQTT_ApiShown *next;
  struct MQTT_ApiShown *prev;
  /** Who waits for it; NULL if it has ended since. */
  struct GNUNET_MQTT_Channel *channel;
};


static void
forget_shown (struct GNUNET_MQTT_Handle *h, struct MQTT_ApiShown *shown)
{
  GNUNET_CONTAINER_DLL_remove (h->shown_head, h->shown_tail, shown);
  GNUNET_free (shown);
}


/**
 * Sign an entry for the peer of the service.
 *
 * @param[out] size bytes of it
 */
static void *
sign_own (const struct GNUNET_MQTT_Channel *channel, size_t *size)
{
  const struct GNUNET_TIME_Absolute now = GNUNET_TIME_absolute_get ();
  const struct MQTT_ChannelEntry entry = {
    .peer = channel->h->peer,
    .expiry_us = GNUNET_TIME_absolute_add (now, OWN_LIFETIME).abs_value_us,
    .serial = now.abs_value_us,
    .prefix = "",
  };
  void *data = MQTT_channel_entry_sign (&entry, &channel->key, size);

  GNUNET_assert (NULL != data);
  return data;
}


static void
put (struct GNUNET_MQTT_Channel *channel, const void *entry, size_t size)
{
  const struct MQTT_IpcChannel frame = { .entry = entry, .entry_size = size };
  struct GNUNET_MQTT_Handle *h = channel->h;
  struct MQTT_ApiShown *shown = GNUNET_new (struct MQTT_ApiShown);

  shown->channel = channel;
  GNUNET_CONTAINER_DLL_insert_tail (h->shown_head, h->shown_tail, shown);
  MQTT_ipc_put_channel (h->outbox, &frame);
  MQTT_stream_writer_wake (h->writer);
}


static void
show (struct GNUNET_MQTT_Channel *channel);


/**
 * Task: sign anew.
 */
static void
renew (void *cls)
{
  struct GNUNET_MQTT_Channel *channel = cls;

  channel->renew_task = NULL;
  show (channel);
}


/**
 * Show an entry if there is a connection.
 */
static void
show (struct GNUNET_MQTT_Channel *channel)
{
  size_t size;
  void *own;

  if (!channel->h->ready)
    return;
  if (NULL != channel->entry)
  {
    put (channel, channel->entry, channel->entry_size);
    return;
  }
  own = sign_own (channel, &size);
  put (channel, own, size);
  GNUNET_free (own);
  if (NULL != channel->renew_task)
    GNUNET_SCHEDULER_cancel (channel->renew_task);
  channel->renew_task = GNUNET_SCHEDULER_add_delayed (
    GNUNET_TIME_relative_divide (OWN_LIFETIME, 2),
    &renew,
    channel);
}


void
MQTT_api_channels_resume (struct GNUNET_MQTT_Handle *h)
{
  for (struct GNUNET_MQTT_Channel *pos = h->channels_head; NULL != pos;
       pos = pos->next)
    show (pos);
}


void
MQTT_api_channels_suspend (struct GNUNET_MQTT_Handle *h)
{
  while (NULL != h->shown_head)
    forget_shown (h, h->shown_head);
}


void
MQTT_api_channels_done (struct GNUNET_MQTT_Handle *h)
{
  while (NULL != h->channels_head)
    GNUNET_MQTT_channel_end (h->channels_head);
  MQTT_api_channels_suspend (h);
}


bool
MQTT_api_channel_answered (struct GNUNET_MQTT_Handle *h,
                           const struct MQTT_IpcChanneled *answer)
{
  struct MQTT_ApiShown *shown = h->shown_head;
  struct GNUNET_MQTT_Channel *channel;

  if (NULL == shown)
    return false;
  channel = shown->channel;
  forget_shown (h, shown);
  if ((NULL != channel) && (NULL != channel->callback))
    channel->callback (channel->cls,
                       (MQTT_CHANNEL_OK == answer->verdict)
                         ? NULL
                         : MQTT_channel_verdict_text (answer->verdict));
  return !h->gone;
}


/**
 * Begin to show an entry.
 */
static struct GNUNET_MQTT_Channel *
begin (struct GNUNET_MQTT_Handle *h,
       struct GNUNET_MQTT_Channel *channel,
       GNUNET_MQTT_ChannelCallback callback,
       void *cls)
{
  channel->h = h;
  channel->callback = callback;
  channel->cls = cls;
  GNUNET_CONTAINER_DLL_insert_tail (h->channels_head,
                                    h->channels_tail,
                                    channel);
  show (channel);
  return channel;
}


struct GNUNET_MQTT_Channel *
GNUNET_MQTT_channel_show (struct GNUNET_MQTT_Handle *h,
                          const char *text,
                          size_t text_size,
                          GNUNET_MQTT_ChannelCallback callback,
                          void *cls)
{
  struct MQTT_ChannelEntry entry;
  struct GNUNET_MQTT_Channel *channel;
  size_t size;
  void *data = MQTT_channel_entry_from_text (text, text_size, &size);

  if ((NULL == data)
      || (MQTT_CHANNEL_OK != MQTT_channel_entry_read (data, size, &entry)))
  {
    GNUNET_free (data);
    return NULL;
  }
  channel = GNUNET_new (struct GNUNET_MQTT_Channel);
  channel->entry = data;
  channel->entry_size = size;
  return begin (h, channel, callback, cls);
}


struct GNUNET_MQTT_Channel *
GNUNET_MQTT_channel_own (struct GNUNET_MQTT_Handle *h,
                         const struct GNUNET_IDENTITY_PrivateKey *key,
                         GNUNET_MQTT_ChannelCallback callback,
                         void *cls)
{
  struct GNUNET_MQTT_Channel *channel = GNUNET_new (struct GNUNET_MQTT_Channel);

  channel->key = *key;
  GNUNET_assert (GNUNET_OK
                 == GNUNET_IDENTITY_key_get_public (key, &channel->owner));
  return begin (h, channel, callback, cls);
}


const struct GNUNET_IDENTITY_PrivateKey *
MQTT_api_channels_key (const struct GNUNET_MQTT_Handle *h,
                       const char *topic,
                       size_t topic_size)
{
  struct MQTT_OwnedTopic owned;

  if ((NULL == h->channels_head)
      || !MQTT_owned_topic (topic, topic_size, &owned))
    return NULL;
  for (const struct GNUNET_MQTT_Channel *pos = h->channels_head; NULL != pos;
       pos = pos->next)
    if ((NULL == pos->entry)
        && (0 == GNUNET_memcmp (&pos->owner, &owned.owner)))
      return &pos->key;
  return NULL;
}


void
GNUNET_MQTT_channel_end (struct GNUNET_MQTT_Channel *channel)
{
  struct GNUNET_MQTT_Handle *h = channel->h;

  for (struct MQTT_ApiShown *pos = h->shown_head; NULL != pos; pos = pos->next)
    if (channel == pos->channel)
      pos->channel = NULL;
  GNUNET_CONTAINER_DLL_remove (h->channels_head, h->channels_tail, channel);
  if (NULL != channel->renew_task)
    GNUNET_SCHEDULER_cancel (channel->renew_task);
  sodium_memzero (&channel->key, sizeof (channel->key));
  GNUNET_free (channel->entry);
  GNUNET_free (channel);
}
