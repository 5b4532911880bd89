/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/search.c
 * @brief One search: its turns, what it found, and its trial.
 *
 * A search makes the REGEX service follow what strangers have put into the DHT.
 * If that service dies, every search that had just been started is a suspect.
 * Suspects are started again one at a time and watched; who is watched when the
 * service dies twice in a row is given up until the announcement that does it
 * may have left the DHT.
 */
#include "search.h"

/** Searches started this long before the service died are suspects, and
    suspects are watched for this long. */
#define TRIAL_TIME GNUNET_TIME_UNIT_SECONDS

/** Failed trials after which a search is given up. */
#define TRIALS 2

/** For how long: announcements live that long in the DHT. */
#define GIVE_UP_TIME GNUNET_TIME_UNIT_HOURS

/** Least time from a search's making room to its next turn. */
#define TURN_PAUSE GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, 10)


/**
 * Remember a peer that was found, in place of the oldest if there are as many as
 * may be.
 */
static void
remember (struct MQTT_Search *search, const struct GNUNET_PeerIdentity *peer)
{
  const struct MQTT_SearchesConfig *config = &search->searches->config;

  MQTT_count (config->counters, MQTT_COUNT_PEERS_FOUND, 1);
  if (search->peer_count < config->peers)
  {
    GNUNET_array_append (search->peers, search->peer_count, *peer);
    return;
  }
  MQTT_count (config->counters, MQTT_COUNT_PEERS_FORGOTTEN, 1);
  if (search->oldest >= search->peer_count)
    search->oldest = 0;
  search->peers[search->oldest++] = *peer;
}


/**
 * A peer was found: #MQTT_RendezvousFound.
 */
static void
handle_found (void *cls, const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Search *search = cls;
  const struct MQTT_SearchesConfig *config = &search->searches->config;
  bool known = false;

  if (0 == GNUNET_memcmp (peer, &config->myself))
    return;
  for (unsigned int i = 0; (i < search->peer_count) && !known; i++)
    known = (0 == GNUNET_memcmp (peer, &search->peers[i]));
  MQTT_search_family_found (search->family, peer);
  if (!known)
    remember (search, peer);
  for (struct MQTT_SearchUser *user = search->users_head; NULL != user;
       user = user->next)
    user->found (user->cls, peer);
}


/**
 * The search is not live any more; its handle is gone.
 */
static void
not_live (struct MQTT_Search *search)
{
  struct MQTT_Searches *searches = search->searches;

  search->handle = NULL;
  GNUNET_CONTAINER_DLL_remove (searches->live_head,
                               searches->live_tail,
                               search);
  searches->live--;
  MQTT_count (searches->config.counters, MQTT_COUNT_SEARCHES, -1);
}


static void
end_turn (struct MQTT_Search *search)
{
  const struct MQTT_RendezvousOps *ops = search->searches->config.ops;

  ops->search_end (ops->cls, search->handle);
  not_live (search);
}


/**
 * Have the search that was not touched for longest make room, if one has lived
 * long enough.
 */
static bool
make_room (struct MQTT_Searches *searches)
{
  struct MQTT_Search *oldest = NULL;

  if (searches->live < searches->config.budget)
    return true;
  for (struct MQTT_Search *search = searches->live_head; NULL != search;
       search = search->next)
  {
    if (GNUNET_TIME_absolute_is_future (
          GNUNET_TIME_absolute_add (search->started,
                                    searches->config.least_life)))
      break;
    if ((NULL == oldest)
        || GNUNET_TIME_absolute_cmp (search->touched, <, oldest->touched))
      oldest = search;
  }
  if (NULL == oldest)
    return false;
  end_turn (oldest);
  oldest->not_before = GNUNET_TIME_relative_to_absolute (TURN_PAUSE);
  MQTT_count (searches->config.counters, MQTT_COUNT_SEARCHES_ROTATED, 1);
  return true;
}


static void
end_trial (struct MQTT_Searches *searches)
{
  GNUNET_SCHEDULER_cancel (searches->trial_task);
  searches->trial_task = NULL;
  searches->on_trial = NULL;
}


/**
 * Task: the service has survived the search that was on trial.
 */
static void
acquit (void *cls)
{
  struct MQTT_Searches *searches = cls;

  searches->on_trial->suspect = false;
  searches->on_trial->strikes = 0;
  searches->on_trial = NULL;
  searches->trial_task = NULL;
}


/**
 * Job: a turn of this search.
 */
static void
take_turn (void *cls)
{
  struct MQTT_Search *search = cls;
  struct MQTT_Searches *searches = search->searches;
  const struct MQTT_RendezvousOps *ops = searches->config.ops;

  if ((search->suspect && (NULL != searches->on_trial))
      || !make_room (searches))
  {
    MQTT_pacer_submit (searches->config.pacer, &search->job, MQTT_PACER_LAST);
    return;
  }
  search->handle = ops->search (ops->cls,
                                search->string,
                                &handle_found,
                                search);
  if (NULL == search->handle)
    return;
  search->started = GNUNET_TIME_absolute_get ();
  GNUNET_CONTAINER_DLL_insert_tail (searches->live_head,
                                    searches->live_tail,
                                    search);
  searches->live++;
  MQTT_count (searches->config.counters, MQTT_COUNT_SEARCHES, 1);
  MQTT_count (searches->config.counters, MQTT_COUNT_SEARCHES_STARTED, 1);
  if (!search->suspect)
    return;
  searches->on_trial = search;
  searches->trial_task = GNUNET_SCHEDULER_add_delayed (TRIAL_TIME,
                                                       &acquit,
                                                       searches);
}


struct MQTT_Search *
MQTT_search_create (struct MQTT_Searches *searches,
                    const char *string,
                    const struct GNUNET_HashCode *key,
                    enum MQTT_PacerPriority priority)
{
  struct MQTT_Search *search = GNUNET_new (struct MQTT_Search);

  search->searches = searches;
  search->string = GNUNET_strdup (string);
  search->key = *key;
  search->family = MQTT_search_family_get (searches->families, string);
  search->priority = priority;
  search->job.run = &take_turn;
  search->job.cls = search;
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap_put (
                   searches->by_string,
                   &search->key,
                   search,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST));
  return search;
}


void
MQTT_search_destroy (struct MQTT_Search *search)
{
  struct MQTT_Searches *searches = search->searches;

  if (search == searches->on_trial)
    end_trial (searches);
  if (NULL != search->handle)
    end_turn (search);
  MQTT_pacer_withdraw (searches->config.pacer, &search->job);
  GNUNET_assert (GNUNET_YES
                 == GNUNET_CONTAINER_multihashmap_remove (searches->by_string,
                                                          &search->key,
                                                          search));
  MQTT_search_family_unref (searches->families, search->family);
  GNUNET_free (search->peers);
  GNUNET_free (search->string);
  GNUNET_free (search);
}


void
MQTT_search_request (struct MQTT_Search *search)
{
  bool first = GNUNET_TIME_absolute_is_zero (search->not_before);

  if (GNUNET_TIME_absolute_is_future (search->not_before))
    return;
  MQTT_pacer_submit (search->searches->config.pacer,
                     &search->job,
                     (first && !search->suspect) ? search->priority
                                                 : MQTT_PACER_LAST);
}


void
MQTT_search_lost (struct MQTT_Search *search)
{
  if (GNUNET_TIME_absolute_is_future (
        GNUNET_TIME_absolute_add (search->started, TRIAL_TIME)))
    search->suspect = true;
  not_live (search);
  MQTT_search_request (search);
}


void
MQTT_search_trial_failed (struct MQTT_Searches *searches)
{
  struct MQTT_Search *search = searches->on_trial;

  MQTT_count (searches->config.counters, MQTT_COUNT_REGEX_FAILURES, 1);
  if (NULL == search)
    return;
  end_trial (searches);
  if (++search->strikes < TRIALS)
    return;
  search->strikes = 0;
  search->not_before = GNUNET_TIME_relative_to_absolute (GIVE_UP_TIME);
  MQTT_count (searches->config.counters, MQTT_COUNT_SEARCHES_GIVEN_UP, 1);
  GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
              "Search for `%s' kills the REGEX service and is given up\n",
              search->string);
}
