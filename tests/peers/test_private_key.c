/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_private_key.c
 * @brief The private key of who owns a topic reaches no service of ours, whatever the
 *        owner signs, and if a blacklist is called by the owner's key: it is looked for in
 *        their memory.
 */
#include <unistd.h>
#include <gnunet/gnunet_identity_service.h>
#include "../unit/channel_fixture.h"
#include "gnunet_mqtt_channel.h"
#include "gnunet_mqtt_service.h"
#include "group_cases.h"
#include "processes.h"

#define PATIENCE_S 60

/** In this time each service has looked at its blacklists. */
#define LOOK_MS 5000

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
  /** NULL if the owner keeps the key elsewhere. */
  struct GNUNET_IDENTITY_Handle *identity;
  struct GNUNET_IDENTITY_PublicKey key;
  char *topic;
  unsigned int received;
  bool stored;
};

/** The owner's; a configuration names it. */
static struct GNUNET_IDENTITY_PrivateKey ego;


static void
end_case (void *cls)
{
  struct Case *one = cls;

  GNUNET_MQTT_disconnect (one->owner);
  GNUNET_MQTT_disconnect (one->subscriber);
  if (NULL != one->identity)
    GNUNET_IDENTITY_disconnect (one->identity);
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

  one->key = channel_owner (&ego);
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
  GNUNET_MQTT_channel_own (one->owner, &ego, NULL, NULL);
  GNUNET_MQTT_subscribe (one->subscriber,
                         one->topic,
                         strlen (one->topic),
                         NULL,
                         NULL,
                         &count_message,
                         one);
  return one;
}


/**
 * Look into the memory of the services, which know the owner.
 */
static void
check_memory (struct Group *group, const struct Case *one)
{
  const void *secret = &ego.eddsa_key;
  const void *known = &one->key.eddsa_key;
  const size_t size = sizeof (ego.eddsa_key);

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


static void
signs (struct Group *group)
{
  struct Case *one = begin_case (group);

  group_wait (group, PATIENCE_S, &is_delivered, one, "what is signed");
  check_memory (group, one);
}


/**
 * #GNUNET_IDENTITY_CreateContinuation
 */
static void
note_stored (void *cls,
             const struct GNUNET_IDENTITY_PrivateKey *key,
             enum GNUNET_ErrorCode code)
{
  struct Case *one = cls;

  (void)key;
  one->stored = (GNUNET_EC_NONE == code);
}


static bool
is_stored (void *cls)
{
  const struct Case *one = cls;

  return one->stored;
}


/**
 * IDENTITY has the private key, and the service looks for a blacklist in that zone.
 */
static void
lists (struct Group *group)
{
  struct Case *one = begin_case (group);

  one->identity = GNUNET_IDENTITY_connect (group_cfg (group, OWNER),
                                           NULL,
                                           NULL);
  group_check (group,
               (NULL != one->identity)
                 && (NULL
                     != GNUNET_IDENTITY_create (one->identity,
                                                "owner",
                                                &ego,
                                                GNUNET_IDENTITY_TYPE_EDDSA,
                                                &note_stored,
                                                one)),
               "no IDENTITY");
  group_wait (group, PATIENCE_S, &is_stored, one, "the ego");
  group_wait_statistic (group,
                        OWNER,
                        "mqtt",
                        "# blacklists that cannot be read",
                        1);
  group_wait (group, PATIENCE_S, &is_delivered, one, "what is signed");
  group_pause (group, LOOK_MS);
  check_memory (group, one);
}


static const struct GroupCase cases[] = {
  { "signs", { .peers = PEERS }, &signs },
  { "lists", { .peers = PEERS }, &lists },
};


START_TEST (on_a_group)
{
  struct GroupConfig config = cases[_i].config;
  struct GroupSetting settings[] = {
    { "identity", "START_ON_DEMAND", "YES" },
    { "namecache", "START_ON_DEMAND", "YES" },
    { "gns", "START_ON_DEMAND", "YES" },
    { "mqtt", "BLACKLIST_PATIENCE", "1 s" },
    { "mqtt", "BLACKLIST", NULL },
    { NULL, NULL, NULL },
  };
  struct GNUNET_IDENTITY_PublicKey key;
  char *zone;

  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  key = channel_owner (&ego);
  zone = GNUNET_IDENTITY_public_key_to_string (&key);
  settings[4].value = zone;
  if (&lists == cases[_i].scenario)
    config.settings = settings;
  group_run (&config, cases[_i].scenario);
  GNUNET_free (zone);
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
