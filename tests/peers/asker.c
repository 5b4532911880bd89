/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/asker.c
 * @brief One who speaks our protocol on a link, and asks and asks.
 */
#include "asker.h"
#include <gnunet/gnunet_cadet_service.h>
#include "../unit/channel_fixture.h"
#include "core/level_hash.h"
#include "core/link_frame.h"
#include "stream/stream.h"

/** Topics that there are numbers for. */
#define NUMBERS 1000

struct Asker
{
  struct Group *group;
  struct GNUNET_CADET_Handle *cadet;
  struct GNUNET_CADET_Channel *channel;
  struct GNUNET_SCHEDULER_Task *task;
  struct MQTT_Outbox *outbox;
  struct GNUNET_PeerIdentity myself;
  struct GNUNET_PeerIdentity victim;
  /** Owner of topics, and its public key as text. */
  struct GNUNET_IDENTITY_PrivateKey ego;
  char *owner;
  uint32_t asked;
  enum AskerFlood what;
};


static enum GNUNET_GenericReturnValue
check_answer (void *cls, const struct GNUNET_MessageHeader *message)
{
  (void)cls;
  (void)message;
  return GNUNET_OK;
}


static void
handle_answer (void *cls, const struct GNUNET_MessageHeader *message)
{
  struct Asker *asker = cls;

  (void)message;
  if (NULL != asker->channel)
    GNUNET_CADET_receive_done (asker->channel);
}


static void
handle_channel_end (void *cls, const struct GNUNET_CADET_Channel *channel)
{
  struct Asker *asker = cls;

  (void)channel;
  asker->channel = NULL;
  group_fail (asker->group, "the one who floods was dropped");
}


static void
end_asker (void *cls)
{
  struct Asker *asker = cls;

  if (NULL != asker->task)
    GNUNET_SCHEDULER_cancel (asker->task);
  if (NULL != asker->channel)
    GNUNET_CADET_channel_destroy (asker->channel);
  GNUNET_CADET_disconnect (asker->cadet);
  MQTT_outbox_destroy (asker->outbox);
  GNUNET_free (asker->owner);
  GNUNET_free (asker);
}


/**
 * A grant that is newer than all before it.
 */
static struct Wire
new_entry (const struct Asker *asker)
{
  const struct MQTT_ChannelEntry entry = { .peer = asker->myself,
                                           .expiry_us = MQTT_CHANNEL_FOREVER,
                                           .serial = 1 + asker->asked,
                                           .prefix = "" };

  return channel_sign (&entry, &asker->ego);
}


static void
ask (struct Asker *asker)
{
  char text[100];
  bool owned = (ASKER_ENTRIES == asker->what);
  size_t size = (size_t)GNUNET_snprintf (
    text,
    sizeof (text),
    "%s%s%s/%u",
    owned ? asker->owner : "",
    owned ? "/" : "",
    (ASKER_QUESTIONS == asker->what) ? "unwanted" : ASKER_WANTED,
    asker->asked);
  uint32_t number = asker->asked % NUMBERS;
  struct Wire entry = owned ? new_entry (asker) : (struct Wire){ NULL, 0 };
  size_t levels;
  uint64_t *hashes = MQTT_level_hash_all (text, size, &levels);

  MQTT_link_put_owned_topic (asker->outbox,
                             number,
                             asker->asked,
                             false,
                             hashes,
                             levels,
                             entry.data,
                             entry.size);
  if (ASKER_QUESTIONS != asker->what)
    MQTT_link_put_name (asker->outbox, number, text, size);
  asker->asked++;
  GNUNET_free (hashes);
  GNUNET_free (entry.data);
}


static void
send_segment (void *cls);


/**
 * The queue has sent a segment: the next one, in a task of its own.
 */
static void
handle_sent (void *cls)
{
  struct Asker *asker = cls;

  asker->task = GNUNET_SCHEDULER_add_now (&send_segment, asker);
}


/**
 * Task: fill a segment with questions.
 */
static void
send_segment (void *cls)
{
  struct Asker *asker = cls;
  struct GNUNET_MessageHeader *message;
  struct GNUNET_MQ_Envelope *envelope;

  asker->task = NULL;
  if (NULL == asker->channel)
    return;
  while (MQTT_outbox_bytes (asker->outbox) < MQTT_STREAM_IPC_SEGMENT)
    ask (asker);
  envelope = GNUNET_MQ_msg_extra (message,
                                  MQTT_STREAM_IPC_SEGMENT,
                                  MQTT_MESSAGE_TYPE_SEGMENT);
  (void)
    MQTT_outbox_fill (asker->outbox, 0, &message[1], MQTT_STREAM_IPC_SEGMENT);
  GNUNET_MQ_notify_sent (envelope, &handle_sent, asker);
  GNUNET_MQ_send (GNUNET_CADET_get_mq (asker->channel), envelope);
}


void
asker_start (struct Group *group,
             unsigned int peer,
             unsigned int victim,
             enum AskerFlood what)
{
  struct Asker *asker = GNUNET_new (struct Asker);
  const struct GNUNET_MQ_MessageHandler handlers[] = {
    GNUNET_MQ_hd_var_size (answer,
                           MQTT_MESSAGE_TYPE_SEGMENT,
                           struct GNUNET_MessageHeader,
                           asker),
    GNUNET_MQ_handler_end ()
  };
  const struct MQTT_LinkHello hello = { .version = MQTT_LINK_VERSION,
                                        .run = 1,
                                        .body_limit = 1024 * 1024 };
  struct GNUNET_IDENTITY_PublicKey owner;
  struct GNUNET_HashCode port;

  asker->ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  owner = channel_owner (&asker->ego);
  asker->owner = GNUNET_IDENTITY_public_key_to_string (&owner);
  asker->group = group;
  asker->what = what;
  asker->outbox = MQTT_outbox_create (1024 * 1024);
  asker->cadet = GNUNET_CADET_connect (group_cfg (group, peer));
  group_at_end (group, &end_asker, asker);
  (void)GNUNET_CRYPTO_get_peer_identity (group_cfg (group, peer),
                                         &asker->myself);
  (void)GNUNET_CRYPTO_get_peer_identity (group_cfg (group, victim),
                                         &asker->victim);
  GNUNET_CRYPTO_hash (MQTT_LINK_PORT, strlen (MQTT_LINK_PORT), &port);
  asker->channel = GNUNET_CADET_channel_create (asker->cadet,
                                                asker,
                                                &asker->victim,
                                                &port,
                                                NULL,
                                                &handle_channel_end,
                                                handlers);
  MQTT_link_put_hello (asker->outbox, &hello);
  asker->task = GNUNET_SCHEDULER_add_now (&send_segment, asker);
}
