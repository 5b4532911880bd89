/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_private_key.c
 * @brief The private key of who owns a topic reaches no service of ours, whatever the
 *        owner signs: it is looked for in their memory.
 */
#include <unistd.h>
#include "../unit/channel_fixture.h"
#include "gnunet_mqtt_channel.h"
#include "gnunet_mqtt_service.h"
#include "group_cases.h"
#include "processes.h"

#define PATIENCE_S 60

enum
{
  OWNER,
  SUBSCRIBER,
  PEERS
};

/** An owner, and who reads what he publishes. */
struct Case
{
  struct GNUNET_MQTT_Handle *owner;
  struct GNUNET_MQTT_Handle *subscriber;
  struct GNUNET_IDENTITY_PrivateKey ego;
  struct GNUNET_IDENTITY_PublicKey key;
  char *topic;
  unsigned int received;
};


static void
end_case (void *cls)
{
  struct Case *one = cls;

  GNUNET_MQTT_disconnect (one->owner);
  GNUNET_MQTT_disconnect (one->subscriber);
  GNUNET_free (one->topic);
  GNUNET_free (one);
}


static void
count_message (void *cls, const struct GNUNET_MQTT_Message *message)
{
  struct Case *one = cls;

  (void)message;
  one->received++;
}


/**
 * Publish something that the owner signs, until one has arrived.
 */
static bool
is_delivered (void *cls)
{
  struct Case *one = cls;
  const struct GNUNET_MQTT_Message message = {
    .topic = one->topic,
    .topic_size = strlen (one->topic),
    .payload = "signed",
    .payload_size = 6,
    .qos = 1,
    .retain = true,
  };

  GNUNET_MQTT_publish (one->owner, &message, NULL, NULL);
  return 0 < one->received;
}


static struct Case *
begin_case (struct Group *group)
{
  struct Case *one = GNUNET_new (struct Case);
  char *text;

  one->ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  one->key = channel_owner (&one->ego);
  text = GNUNET_IDENTITY_public_key_to_string (&one->key);
  GNUNET_asprintf (&one->topic, "%s/news", text);
  GNUNET_free (text);
  one->owner = GNUNET_MQTT_connect (group_service_cfg (group, OWNER),
                                    NULL,
                                    NULL);
  one->subscriber = GNUNET_MQTT_connect (group_service_cfg (group, SUBSCRIBER),
                                         NULL,
                                         NULL);
  group_at_end (group, &end_case, one);
  GNUNET_MQTT_channel_own (one->owner, &one->ego, NULL, NULL);
  GNUNET_MQTT_subscribe (one->subscriber,
                         one->topic,
                         strlen (one->topic),
                         NULL,
                         NULL,
                         &count_message,
                         one);
  return one;
}


static void
scenario (struct Group *group)
{
  const struct Case *one = begin_case (group);
  const void *secret = &one->ego.eddsa_key;
  const void *known = &one->key.eddsa_key;
  const size_t size = sizeof (one->ego.eddsa_key);

  group_wait (group, PATIENCE_S, &is_delivered, (void *)one, "what is signed");
  group_check (group,
               GNUNET_YES == process_holds (getpid (), secret, size),
               "who signs has no key");
  for (unsigned int peer = 0; peer < PEERS; peer++)
  {
    pid_t pid = process_of_service (group, peer, "mqtt");

    group_check (group,
                 GNUNET_YES == process_holds (pid, known, size),
                 "the service of peer %u does not know the owner",
                 peer);
    group_check (group,
                 GNUNET_NO == process_holds (pid, secret, size),
                 "the service of peer %u has the private key",
                 peer);
  }
}


static const struct GroupCase cases[] = {
  { "private key", { .peers = PEERS }, &scenario },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("private key",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
