/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_poison.c
 * @brief Announcements with loops crash the REGEX service of who searches far
 *        along them; our searches are too short for that.
 */
#include <gnunet/gnunet_regex_service.h>
#include "core/discovery_code.h"
#include "exchange.h"
#include "group_cases.h"
#include "processes.h"

#define PATIENCE_S 60

/** Peers of the group. */
enum
{
  PUBLISHER,
  SUBSCRIBER,
  HOSTILE
};

/** Any symbol that a search string of ours may have behind the prefix. */
#define LOOP \
  "(0|1|2|3|4|5|6|7|8|9|A|B|C|D|E|F|G|H|I|J|K|L|M|N|O|P|Q|R|S|T|U|V|=|>)+"

/** What a hostile peer has announced, and a search of our own. */
struct Poison
{
  struct GNUNET_REGEX_Announcement *announcements[2];
  struct GNUNET_REGEX_Search *search;
  unsigned int found;
};


static void
end_poison (void *cls)
{
  struct Poison *poison = cls;

  if (NULL != poison->search)
    GNUNET_REGEX_search_cancel (poison->search);
  for (unsigned int i = 0; i < 2; i++)
    if (NULL != poison->announcements[i])
      GNUNET_REGEX_announce_cancel (poison->announcements[i]);
  GNUNET_free (poison);
}


static void
handle_found (void *cls,
              const struct GNUNET_PeerIdentity *peer,
              const struct GNUNET_PeerIdentity *get_path,
              unsigned int get_path_length,
              const struct GNUNET_PeerIdentity *put_path,
              unsigned int put_path_length)
{
  struct Poison *poison = cls;

  (void)peer;
  (void)get_path;
  (void)get_path_length;
  (void)put_path;
  (void)put_path_length;
  poison->found++;
}


static bool
is_found (void *cls)
{
  const struct Poison *poison = cls;

  return 0 < poison->found;
}


/**
 * Announce a loop behind the prefix of each search for a topic, and wait until
 * the publisher's peer finds one.
 */
static struct Poison *
announce_loops (struct Group *group, const char *topic)
{
  struct Poison *poison = GNUNET_new (struct Poison);
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];
  unsigned int count = MQTT_discovery_code_searches (topic,
                                                     strlen (topic),
                                                     searches);

  group_at_end (group, &end_poison, poison);
  for (unsigned int i = 0; i < count; i++)
  {
    char *regex;

    GNUNET_asprintf (&regex, "%.*s" LOOP, MQTT_CODE_PREFIX, searches[i].text);
    poison->announcements[i] = GNUNET_REGEX_announce (
      group_cfg (group, HOSTILE),
      regex,
      GNUNET_TIME_UNIT_MINUTES,
      1);
    GNUNET_free (regex);
  }
  poison->search = GNUNET_REGEX_search (group_cfg (group, PUBLISHER),
                                        searches[0].text,
                                        &handle_found,
                                        poison);
  group_wait (group, PATIENCE_S, &is_found, poison, "the loop");
  GNUNET_REGEX_search_cancel (poison->search);
  poison->search = NULL;
  return poison;
}


/** Is a process another than it was? */
struct Life
{
  struct Group *group;
  pid_t pid;
};


static bool
has_ended (void *cls)
{
  const struct Life *life = cls;

  return 0 == process_peak_memory (life->pid);
}


/**
 * What a hostile peer announces for a topic is followed by our searches, and
 * harms nobody.
 */
static void
our_searches (struct Group *group)
{
  const char *topic = "poisoned/and/deeper/still";
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, PUBLISHER);
  struct Client *subscriber = client_start (exchange, SUBSCRIBER);
  pid_t regex = process_of_service (group, PUBLISHER, "regex");

  (void)announce_loops (group, topic);
  (void)subscribe (subscriber, "poisoned/#");
  (void)subscribe (subscriber, "other/+");
  publish (publisher, topic);
  publish (publisher, "poisoned/level");
  publish (publisher, "other/topic");
  exchange_settle (exchange);
  group_check (group,
               regex == process_of_service (group, PUBLISHER, "regex"),
               "the REGEX service has died");
  group_check (group,
               0
                 == group_statistic (group,
                                     PUBLISHER,
                                     "mqtt",
                                     "# failures of the REGEX service"),
               "the REGEX service has failed");
}


/**
 * The same loop does crash it when the search is long: the test above can fail.
 * Topics are found all the same, once it is restarted.
 */
static void
a_long_search (struct Group *group)
{
  const char *topic = "poisoned/topic";
  struct Exchange *exchange = exchange_create (group);
  struct Client *publisher = client_start (exchange, PUBLISHER);
  struct Client *subscriber = client_start (exchange, SUBSCRIBER);
  struct Poison *poison = announce_loops (group, topic);
  struct MQTT_SearchString searches[MQTT_CODE_SEARCHES];
  struct Life life = { .group = group };
  char *text;

  (void)MQTT_discovery_code_searches (topic, strlen (topic), searches);
  GNUNET_asprintf (&text,
                   "%.*s%s",
                   MQTT_CODE_PREFIX,
                   searches[0].text,
                   "0000000000000000000000000000000000000000");
  life.pid = process_of_service (group, PUBLISHER, "regex");
  poison->search = GNUNET_REGEX_search (group_cfg (group, PUBLISHER),
                                        text,
                                        &handle_found,
                                        poison);
  GNUNET_free (text);
  group_wait (group, PATIENCE_S, &has_ended, &life, "the REGEX service to die");
  GNUNET_REGEX_search_cancel (poison->search);
  poison->search = NULL;
  (void)subscribe (subscriber, "poisoned/+");
  (void)subscribe (subscriber, "other/+");
  publish (publisher, topic);
  publish (publisher, "other/topic");
  exchange_settle (exchange);
}


static const struct GroupCase cases[] = {
  { "our searches", { .peers = 3, .transport = "tcp" }, &our_searches },
  { "a long search", { .peers = 3, .transport = "tcp" }, &a_long_search },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("poison",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
