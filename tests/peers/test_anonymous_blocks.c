/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_anonymous_blocks.c
 * @brief What anonymous subscriptions stand on, without our service: states that we
 *        put into the DHT ourselves lead searches of GNUnet's own REGEX service to
 *        everybody's key, and who searches sees where they end.
 */
#include <gnunet/gnunet_dht_service.h>
#include <gnunet/gnunet_regex_service.h>
#include "core/anonymous_code.h"
#include "group_cases.h"

#define PATIENCE_S 60

/** Copies of a block that are asked for. */
#define REPLICATION 5

/** Peers of the group. */
enum
{
  SEARCHER,
  SUBSCRIBER
};

/** What the searcher has seen, and the subscriber put. */
struct Trial
{
  struct GNUNET_DHT_Handle *dht[2];
  struct GNUNET_DHT_MonitorHandle *monitor;
  struct GNUNET_REGEX_Search *search;
  /** Where the search must end. */
  struct GNUNET_HashCode end;
  unsigned int ends;
  unsigned int found;
  unsigned int strangers;
};


static void
end_trial (void *cls)
{
  struct Trial *trial = cls;

  if (NULL != trial->search)
    GNUNET_REGEX_search_cancel (trial->search);
  if (NULL != trial->monitor)
    GNUNET_DHT_monitor_stop (trial->monitor);
  for (unsigned int i = 0; i < 2; i++)
    GNUNET_DHT_disconnect (trial->dht[i]);
  GNUNET_free (trial);
}


static void
put (struct Trial *trial,
     enum GNUNET_BLOCK_Type type,
     const struct GNUNET_HashCode *key,
     const void *block,
     size_t size)
{
  (void)GNUNET_DHT_put (
    trial->dht[SUBSCRIBER],
    key,
    REPLICATION,
    GNUNET_DHT_RO_DEMULTIPLEX_EVERYWHERE,
    type,
    size,
    block,
    GNUNET_TIME_relative_to_absolute (GNUNET_TIME_UNIT_HOURS),
    NULL,
    NULL);
}


/** #MQTT_AnonymousState */
static void
put_state (void *cls,
           const struct GNUNET_HashCode *key,
           const void *block,
           size_t size)
{
  put (cls, GNUNET_BLOCK_TYPE_REGEX, key, block, size);
}


/** #GNUNET_DHT_MonitorGetCB */
static void
note_get (void *cls,
          enum GNUNET_DHT_RouteOption options,
          enum GNUNET_BLOCK_Type type,
          uint32_t hop_count,
          uint32_t replication,
          const struct GNUNET_HashCode *key)
{
  struct Trial *trial = cls;

  (void)options;
  (void)replication;
  if ((GNUNET_BLOCK_TYPE_REGEX_ACCEPT == type) && (0 == hop_count)
      && (0 == GNUNET_memcmp (key, &trial->end)))
    trial->ends++;
}


/** #GNUNET_REGEX_Found */
static void
note_found (void *cls,
            const struct GNUNET_PeerIdentity *peer,
            const struct GNUNET_PeerIdentity *get_path,
            unsigned int get_path_length,
            const struct GNUNET_PeerIdentity *put_path,
            unsigned int put_path_length)
{
  struct Trial *trial = cls;
  struct GNUNET_CRYPTO_EddsaPrivateKey key;
  struct GNUNET_PeerIdentity everybody;

  (void)get_path;
  (void)put_path;
  MQTT_anonymous_key (&key, &everybody);
  if ((0 == GNUNET_memcmp (peer, &everybody)) && (0 == get_path_length)
      && (0 == put_path_length))
    trial->found++;
  else
    trial->strangers++;
}


static bool
is_found (void *cls)
{
  const struct Trial *trial = cls;

  return (0 < trial->found) && (0 < trial->ends);
}


/**
 * A filter is put by one peer, a topic searched by another.
 */
static void
try (struct Group *group, const char *filter, const char *topic, int which)
{
  struct Trial *trial = GNUNET_new (struct Trial);
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];
  uint8_t accept[MQTT_REGEX_ACCEPT_SIZE];
  struct GNUNET_CRYPTO_EddsaPrivateKey key;
  struct GNUNET_PeerIdentity everybody;
  struct MQTT_Code code;

  for (unsigned int i = 0; i < 2; i++)
    trial->dht[i] = GNUNET_DHT_connect (group_cfg (group, i), 16);
  group_at_end (group, &end_trial, trial);
  MQTT_discovery_code (filter, strlen (filter), MQTT_CODE_PRECISE, &code);
  MQTT_anonymous_end (&code, &trial->end);
  trial->monitor = GNUNET_DHT_monitor_start (trial->dht[SEARCHER],
                                             GNUNET_BLOCK_TYPE_REGEX_ACCEPT,
                                             NULL,
                                             &note_get,
                                             NULL,
                                             NULL,
                                             trial);
  MQTT_anonymous_states (&code, &put_state, trial);
  MQTT_anonymous_key (&key, &everybody);
  MQTT_regex_accept_write (
    &key,
    &trial->end,
    GNUNET_TIME_relative_to_absolute (GNUNET_TIME_UNIT_HOURS),
    accept);
  put (trial,
       GNUNET_BLOCK_TYPE_REGEX_ACCEPT,
       &trial->end,
       accept,
       sizeof (accept));
  group_pause (group, 500);
  (void)MQTT_discovery_code_searches (topic, strlen (topic), searches);
  trial->search = GNUNET_REGEX_search (group_cfg (group, SEARCHER),
                                       searches[which].text,
                                       &note_found,
                                       trial);
  group_wait (group, PATIENCE_S, &is_found, trial, filter);
  group_check (group, 0 == trial->strangers, "'%s' finds a stranger", filter);
}


/**
 * Filters of each form.
 */
static void
every_form (struct Group *group)
{
  try (group, "exact", "exact", 0);
  try (group, "one/level", "one/level", 0);
  try (group, "two/more/levels", "two/more/levels", 0);
  try (group, "much/deeper/than/that", "much/deeper/than/that", 0);
  try (group, "any/+/third", "any/second/third", 0);
  try (group, "some/+/+", "some/second/third", 0);
  try (group, "all/#", "all/that/is/below", 0);
  try (group, "below/a/#", "below/a/b/c/d", 0);
  try (group, "+/first", "any/first", 1);
  try (group, "#", "whatever/it/is", 1);
}


static const struct GroupCase cases[] = {
  { "every form", { .peers = 2, .transport = "tcp" }, &every_form },
  { "every form in a line",
    { .peers = 3, .transport = "tcp", .topology = "LINE" },
    &every_form },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("anonymous blocks",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
