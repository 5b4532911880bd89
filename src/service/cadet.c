/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/cadet.c
 * @brief Channels to other peers over CADET.
 */
#include "cadet.h"
#include <gnunet/gnunet_cadet_service.h>
#include "../core/link_frame.h"
#include "../stream/stream.h"

/** How long CADET is left alone after it has died: ARM starts it again. */
#define RECONNECT_DELAY \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 250)

/** A channel; its CADET closure. */
struct Channel
{
  struct Channel *prev;
  struct Channel *next;
  struct MQTT_Cadet *cadet;
  struct GNUNET_CADET_Channel *handle;
  /** Set while a channel that was not accepted waits to be closed. */
  struct GNUNET_SCHEDULER_Task *refuse_task;
  /** Whoever uses it; NULL if not accepted. */
  void *cls;
};

struct MQTT_Cadet
{
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  /** NULL while CADET is dead. */
  struct GNUNET_CADET_Handle *handle;
  struct GNUNET_CADET_Port *port;
  /** A connection that only notices when CADET dies. */
  struct GNUNET_MQ_Handle *sentinel;
  struct GNUNET_SCHEDULER_Task *reconnect_task;
  struct GNUNET_HashCode port_name;
  struct MQTT_TransportEvents events;
  struct MQTT_TransportOps ops;
  struct Channel *head;
  struct Channel *tail;
};


static struct Channel *
new_channel (struct MQTT_Cadet *cadet)
{
  struct Channel *channel = GNUNET_new (struct Channel);

  channel->cadet = cadet;
  GNUNET_CONTAINER_DLL_insert (cadet->head, cadet->tail, channel);
  return channel;
}


static void
free_channel (struct Channel *channel)
{
  GNUNET_CONTAINER_DLL_remove (channel->cadet->head,
                               channel->cadet->tail,
                               channel);
  if (NULL != channel->refuse_task)
    GNUNET_SCHEDULER_cancel (channel->refuse_task);
  GNUNET_free (channel);
}


static void
close_channel (void *cls, void *handle)
{
  struct Channel *channel = handle;

  (void)cls;
  GNUNET_CADET_channel_destroy (channel->handle);
  free_channel (channel);
}


/**
 * Task: close a channel that nobody accepted.
 */
static void
refuse_channel (void *cls)
{
  struct Channel *channel = cls;

  channel->refuse_task = NULL;
  close_channel (NULL, channel);
}


/**
 * A peer opened a channel: #GNUNET_CADET_ConnectEventHandler.
 */
static void *
handle_connect (void *cls,
                struct GNUNET_CADET_Channel *handle,
                const struct GNUNET_PeerIdentity *source)
{
  struct MQTT_Cadet *cadet = cls;
  struct Channel *channel = new_channel (cadet);

  channel->handle = handle;
  channel->cls = cadet->events.incoming (cadet->events.cls, channel, source);
  if (NULL == channel->cls)
    channel->refuse_task = GNUNET_SCHEDULER_add_now (&refuse_channel, channel);
  return channel;
}


/**
 * A channel is gone: #GNUNET_CADET_DisconnectEventHandler.
 */
static void
handle_disconnect (void *cls, const struct GNUNET_CADET_Channel *handle)
{
  struct Channel *channel = cls;
  struct MQTT_Cadet *cadet = channel->cadet;
  void *user = channel->cls;

  (void)handle;
  free_channel (channel);
  if (NULL != user)
    cadet->events.closed (user);
}


static int
check_segment (void *cls, const struct GNUNET_MessageHeader *message)
{
  (void)cls;
  return (ntohs (message->size) > sizeof (*message)) ? GNUNET_OK
                                                     : GNUNET_SYSERR;
}


static void
handle_segment (void *cls, const struct GNUNET_MessageHeader *message)
{
  struct Channel *channel = cls;

  if (NULL != channel->cls)
    channel->cadet->events.segment (channel->cls,
                                    &message[1],
                                    ntohs (message->size) - sizeof (*message));
}


static void *
open_channel (void *cls, const struct GNUNET_PeerIdentity *peer, void *user)
{
  struct MQTT_Cadet *cadet = cls;
  const struct GNUNET_MQ_MessageHandler handlers[] = {
    GNUNET_MQ_hd_var_size (segment,
                           MQTT_MESSAGE_TYPE_SEGMENT,
                           struct GNUNET_MessageHeader,
                           NULL),
    GNUNET_MQ_handler_end ()
  };
  struct Channel *channel;

  if (NULL == cadet->handle)
    return NULL;
  channel = new_channel (cadet);
  channel->cls = user;
  channel->handle = GNUNET_CADET_channel_create (cadet->handle,
                                                 channel,
                                                 peer,
                                                 &cadet->port_name,
                                                 NULL,
                                                 &handle_disconnect,
                                                 handlers);
  return channel;
}


static struct GNUNET_MQ_Handle *
channel_mq (void *cls, void *handle)
{
  struct Channel *channel = handle;

  (void)cls;
  return GNUNET_CADET_get_mq (channel->handle);
}


static void
receive_done (void *cls, void *handle)
{
  struct Channel *channel = handle;

  (void)cls;
  GNUNET_CADET_receive_done (channel->handle);
}


static void
connect_now (struct MQTT_Cadet *cadet);


static void
disconnect_now (struct MQTT_Cadet *cadet)
{
  if (NULL != cadet->sentinel)
    GNUNET_MQ_destroy (cadet->sentinel);
  cadet->sentinel = NULL;
  if (NULL != cadet->port)
    GNUNET_CADET_close_port (cadet->port);
  cadet->port = NULL;
  if (NULL != cadet->handle)
    GNUNET_CADET_disconnect (cadet->handle);
  cadet->handle = NULL;
}


/**
 * Task: connect again after CADET has died.
 */
static void
reconnect (void *cls)
{
  struct MQTT_Cadet *cadet = cls;

  cadet->reconnect_task = NULL;
  connect_now (cadet);
}


/**
 * CADET has died: #GNUNET_MQ_ErrorHandler of a connection of our own.  The
 * CADET API must not be asked for channels until it has connected again, and does
 * not say when that is; so its handle is given up for a new one.
 */
static void
handle_sentinel_error (void *cls, enum GNUNET_MQ_Error error)
{
  struct MQTT_Cadet *cadet = cls;

  (void)error;
  while (NULL != cadet->head)
  {
    struct GNUNET_CADET_Channel *handle = cadet->head->handle;

    handle_disconnect (cadet->head, handle);
    GNUNET_CADET_channel_destroy (handle);
  }
  disconnect_now (cadet);
  cadet->reconnect_task = GNUNET_SCHEDULER_add_delayed (RECONNECT_DELAY,
                                                        &reconnect,
                                                        cadet);
}


static void
connect_now (struct MQTT_Cadet *cadet)
{
  const struct GNUNET_MQ_MessageHandler handlers[] = {
    GNUNET_MQ_hd_var_size (segment,
                           MQTT_MESSAGE_TYPE_SEGMENT,
                           struct GNUNET_MessageHeader,
                           NULL),
    GNUNET_MQ_handler_end ()
  };

  cadet->sentinel = GNUNET_CLIENT_connect (cadet->cfg,
                                           "cadet",
                                           NULL,
                                           &handle_sentinel_error,
                                           cadet);
  cadet->handle = GNUNET_CADET_connect (cadet->cfg);
  if (NULL == cadet->handle)
    return;
  cadet->port = GNUNET_CADET_open_port (cadet->handle,
                                        &cadet->port_name,
                                        &handle_connect,
                                        cadet,
                                        NULL,
                                        &handle_disconnect,
                                        handlers);
}


struct MQTT_Cadet *
MQTT_cadet_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   const struct MQTT_TransportEvents *events)
{
  struct MQTT_Cadet *cadet = GNUNET_new (struct MQTT_Cadet);

  cadet->cfg = cfg;
  cadet->events = *events;
  cadet->ops = (struct MQTT_TransportOps){
    .open = &open_channel,
    .close = &close_channel,
    .mq = &channel_mq,
    .receive_done = &receive_done,
    .cls = cadet,
  };
  GNUNET_CRYPTO_hash (MQTT_LINK_PORT,
                      strlen (MQTT_LINK_PORT),
                      &cadet->port_name);
  connect_now (cadet);
  if (NULL != cadet->handle)
    return cadet;
  MQTT_cadet_destroy (cadet);
  return NULL;
}


void
MQTT_cadet_destroy (struct MQTT_Cadet *cadet)
{
  while (NULL != cadet->head)
    close_channel (cadet, cadet->head);
  disconnect_now (cadet);
  if (NULL != cadet->reconnect_task)
    GNUNET_SCHEDULER_cancel (cadet->reconnect_task);
  GNUNET_free (cadet);
}


const struct MQTT_TransportOps *
MQTT_cadet_ops (struct MQTT_Cadet *cadet)
{
  return &cadet->ops;
}
