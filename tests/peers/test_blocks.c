/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_blocks.c
 * @brief Channel entries in the DHT: among peers that have the block plugin the good
 *        ones arrive and the others do not, and services see a revocation; peers that
 *        have it not do no worse than before.
 */
#include <gnunet/gnunet_dht_service.h>
#include <stdio.h>
#include "../unit/channel_fixture.h"
#include "../unit/plugin_prefix.h"
#include "core/channel_block.h"
#include "exchange.h"
#include "gnunet_mqtt_channel.h"
#include "group_cases.h"
#include "processes.h"

#define PATIENCE_S 60

/** How long is waited for what must not arrive. */
#define QUIET_MS 2000

/** Peers of the group, in a line. */
enum
{
  OWNER,
  ASKING = 3,
  PEERS
};

/** What entries are put into the DHT, each by its serial. */
enum
{
  GOOD = 1,
  FORGED,
  EXPIRED,
  NEWER,
  SERIALS
};

/** Who puts entries into the DHT, and who asks for them. */
struct Case
{
  struct Group *group;
  struct GNUNET_IDENTITY_PrivateKey ego;
  struct GNUNET_HashCode key;
  struct GNUNET_DHT_Handle *putting;
  struct GNUNET_DHT_Handle *asking;
  struct GNUNET_DHT_GetHandle *get;
  /** How often each has arrived. */
  unsigned int found[SERIALS];
};


static void
end_case (void *cls)
{
  struct Case *one = cls;

  if (NULL != one->get)
    GNUNET_DHT_get_stop (one->get);
  GNUNET_DHT_disconnect (one->asking);
  GNUNET_DHT_disconnect (one->putting);
  GNUNET_free (one);
}


static struct Case *
begin_case (struct Group *group)
{
  struct Case *one = GNUNET_new (struct Case);
  struct GNUNET_IDENTITY_PublicKey owner;

  one->group = group;
  one->ego = channel_ego (GNUNET_IDENTITY_TYPE_ECDSA);
  owner = channel_owner (&one->ego);
  MQTT_channel_block_key (&owner, &channel_peer, &one->key);
  one->putting = GNUNET_DHT_connect (group_cfg (group, OWNER), 1);
  one->asking = GNUNET_DHT_connect (group_cfg (group, ASKING), 1);
  group_at_end (group, &end_case, one);
  return one;
}


static void
put (struct Case *one, uint64_t serial)
{
  const struct GNUNET_TIME_Absolute later = GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_UNIT_HOURS);
  struct MQTT_ChannelEntry entry = channel_grant ("a", serial);
  struct Wire wire;

  entry.not_before_us = 0;
  entry.expiry_us = (EXPIRED == serial) ? NOW : later.abs_value_us;
  wire = channel_sign (&entry, &one->ego);
  if (FORGED == serial)
    wire.data[wire.size - 1] ^= 1;
  GNUNET_DHT_put (one->putting,
                  &one->key,
                  1,
                  GNUNET_DHT_RO_DEMULTIPLEX_EVERYWHERE,
                  MQTT_CHANNEL_BLOCK_TYPE,
                  wire.size,
                  wire.data,
                  later,
                  NULL,
                  NULL);
  GNUNET_free (wire.data);
}


/**
 * #GNUNET_DHT_GetIterator
 */
static void /* NOLINTNEXTLINE(readability-function-size): GNUnet's */
handle_found (void *cls,
              struct GNUNET_TIME_Absolute expiration,
              const struct GNUNET_HashCode *key,
              const struct GNUNET_PeerIdentity *trunc_peer,
              const struct GNUNET_DHT_PathElement *get_path,
              unsigned int get_path_length,
              const struct GNUNET_DHT_PathElement *put_path,
              unsigned int put_path_length,
              enum GNUNET_BLOCK_Type type,
              size_t size,
              const void *data)
{
  struct Case *one = cls;
  struct MQTT_ChannelEntry entry;

  (void)expiration;
  (void)key;
  (void)trunc_peer;
  (void)get_path;
  (void)get_path_length;
  (void)put_path;
  (void)put_path_length;
  (void)type;
  if (MQTT_channel_entry_read_again (data, size, &entry)
      && (SERIALS > entry.serial))
    one->found[entry.serial]++;
}


static void
ask (struct Case *one, uint64_t serial)
{
  const struct MQTT_ChannelQuery query = { .serial = GNUNET_htonll (serial) };

  if (NULL != one->get)
    GNUNET_DHT_get_stop (one->get);
  memset (one->found, 0, sizeof (one->found));
  one->get = GNUNET_DHT_get_start (one->asking,
                                   MQTT_CHANNEL_BLOCK_TYPE,
                                   &one->key,
                                   1,
                                   GNUNET_DHT_RO_DEMULTIPLEX_EVERYWHERE,
                                   &query,
                                   sizeof (query),
                                   &handle_found,
                                   one);
}


static bool
newest_was_found (void *cls)
{
  const struct Case *one = cls;

  return 0 < one->found[NEWER];
}


/**
 * All peers have the plugin: what is good arrives, for who asks before and after; nothing
 * else does, whichever of them drops it, and who knows the first asks for what is newer.
 */
static void
checked (struct Group *group)
{
  struct Case *one = begin_case (group);

  ask (one, 0);
  put (one, FORGED);
  put (one, EXPIRED);
  put (one, GOOD);
  put (one, NEWER);
  group_wait (group, PATIENCE_S, &newest_was_found, one, "the newest entry");
  group_pause (group, QUIET_MS);
  group_check (group, 0 < one->found[GOOD], "not all entries are found");
  group_check (group, 0 == one->found[FORGED], "a forgery passes");
  group_check (group, 0 == one->found[EXPIRED], "an expired one passes");
  ask (one, NEWER);
  group_wait (group, PATIENCE_S, &newest_was_found, one, "the newest, late");
  group_pause (group, QUIET_MS);
  group_check (group, 0 == one->found[GOOD], "an older one is told");
}


/**
 * No peer knows the blocks: they may be lost, and all else goes on.
 */
static void
unknown (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, OWNER);
  struct Inbox *inbox = subscribe (client_start (exchange, ASKING), "a/+");
  struct Case *one = begin_case (group);
  pid_t dht[PEERS];

  for (unsigned int i = 0; i < PEERS; i++)
    dht[i] = process_of_service (group, i, "dht");
  ask (one, 0);
  put (one, GOOD);
  put (one, NEWER);
  group_pause (group, QUIET_MS);
  printf ("# without the plugin %u of 2 arrive, ",
          one->found[GOOD] + one->found[NEWER]);
  ask (one, 0);
  group_pause (group, QUIET_MS);
  printf ("and %u for who asks later\n", one->found[GOOD] + one->found[NEWER]);
  publish_until_found (publisher, "a/b", inbox);
  publish (publisher, "a/b");
  exchange_settle (exchange);
  for (unsigned int i = 0; i < PEERS; i++)
    group_check (group,
                 dht[i] == process_of_service (group, i, "dht"),
                 "the DHT of peer %u has died",
                 i);
}


/** A publisher on a topic of somebody's, and who reads it. */
struct Channel
{
  struct GNUNET_MQTT_Handle *publisher;
  struct GNUNET_MQTT_Handle *subscriber;
  struct GNUNET_DHT_Handle *dht;
  struct GNUNET_IDENTITY_PrivateKey ego;
  struct GNUNET_PeerIdentity peer;
  char *topic;
  enum GNUNET_MQTT_ReasonCode reason;
  unsigned int received;
};


static void
end_channel (void *cls)
{
  struct Channel *channel = cls;

  GNUNET_DHT_disconnect (channel->dht);
  GNUNET_MQTT_disconnect (channel->publisher);
  GNUNET_MQTT_disconnect (channel->subscriber);
  GNUNET_free (channel->topic);
  GNUNET_free (channel);
}


static void
count_message (void *cls, const struct GNUNET_MQTT_Message *message)
{
  struct Channel *channel = cls;

  (void)message;
  channel->received++;
}


static void
note_reason (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Channel *channel = cls;

  channel->reason = reason;
}


static void
publish_once (struct Channel *channel)
{
  const struct GNUNET_MQTT_Message message = {
    .topic = channel->topic,
    .topic_size = strlen (channel->topic),
  };

  GNUNET_MQTT_publish (channel->publisher, &message, &note_reason, channel);
}


static bool
is_delivered (void *cls)
{
  struct Channel *channel = cls;

  publish_once (channel);
  return 0 < channel->received;
}


static bool
is_refused (void *cls)
{
  struct Channel *channel = cls;

  publish_once (channel);
  return GNUNET_MQTT_NOT_AUTHORIZED == channel->reason;
}


/**
 * What the owner says of the publisher's peer.
 *
 * @return text of an entry, free it
 */
static char *
say (const struct Channel *channel, uint64_t serial, bool revokes)
{
  const struct GNUNET_MQTT_ChannelEntry entry = {
    .peer = channel->peer,
    .expiry = GNUNET_TIME_UNIT_FOREVER_ABS,
    .serial = serial,
    .prefix = "",
    .revokes = revokes,
  };

  return GNUNET_MQTT_channel_sign (&entry, &channel->ego);
}


static struct Channel *
begin_channel (struct Group *group)
{
  struct Channel *channel = GNUNET_new (struct Channel);
  struct GNUNET_IDENTITY_PublicKey owner;
  char *key;
  char *grant;

  channel->ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  owner = channel_owner (&channel->ego);
  key = GNUNET_IDENTITY_public_key_to_string (&owner);
  GNUNET_asprintf (&channel->topic, "%s/news", key);
  GNUNET_free (key);
  (void)GNUNET_CRYPTO_get_peer_identity (group_cfg (group, OWNER),
                                         &channel->peer);
  channel->publisher = GNUNET_MQTT_connect (group_service_cfg (group, OWNER),
                                            NULL,
                                            NULL);
  channel->subscriber = GNUNET_MQTT_connect (group_service_cfg (group, ASKING),
                                             NULL,
                                             NULL);
  channel->dht = GNUNET_DHT_connect (group_cfg (group, 1), 1);
  group_at_end (group, &end_channel, channel);
  grant = say (channel, 1, false);
  GNUNET_MQTT_channel_show (channel->publisher,
                            grant,
                            strlen (grant),
                            NULL,
                            NULL);
  GNUNET_free (grant);
  GNUNET_MQTT_subscribe (channel->subscriber,
                         channel->topic,
                         strlen (channel->topic),
                         NULL,
                         NULL,
                         &count_message,
                         channel);
  return channel;
}


/**
 * The owner's peer is another one, and GNS does not answer: both peers see in the DHT
 * that one of them may not publish any more.
 */
static void
revoked (struct Group *group)
{
  struct Channel *channel = begin_channel (group);
  struct GNUNET_HashCode key;
  char *text = say (channel, 2, true);
  size_t size;
  void *block = GNUNET_MQTT_channel_block (text, strlen (text), &key, &size);

  group_wait (group, PATIENCE_S, &is_delivered, channel, "the first message");
  GNUNET_DHT_put (channel->dht,
                  &key,
                  1,
                  GNUNET_DHT_RO_DEMULTIPLEX_EVERYWHERE,
                  GNUNET_MQTT_CHANNEL_BLOCK_TYPE,
                  size,
                  block,
                  GNUNET_TIME_relative_to_absolute (GNUNET_TIME_UNIT_HOURS),
                  NULL,
                  NULL);
  GNUNET_free (block);
  GNUNET_free (text);
  group_wait (group, PATIENCE_S, &is_refused, channel, "the revocation");
  group_wait_statistic (group,
                        ASKING,
                        "mqtt",
                        "# channel entries found in the DHT",
                        1);
}


static const struct GroupSetting watching[] = {
  { "mqtt", "CHANNEL_BLOCKS", "YES" },
  { NULL, NULL, NULL },
};

static const struct GroupCase cases[] = {
  { "checked", { .peers = PEERS, .topology = "LINE" }, &checked },
  { "revoked",
    { .peers = PEERS, .topology = "LINE", .settings = watching },
    &revoked },
  { "unknown", { .peers = PEERS, .topology = "LINE" }, &unknown },
};


START_TEST (on_a_group)
{
  if (&unknown != cases[_i].scenario)
    plugin_prefix_use ();
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("blocks",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
