/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/searches.c
 * @brief Finds the peers that may want the topics published here.
 *
 * What happens to one search is in search.c.
 */
#include "search.h"


struct MQTT_Searches *
MQTT_searches_create (const struct MQTT_SearchesConfig *config)
{
  struct MQTT_Searches *searches = GNUNET_new (struct MQTT_Searches);

  searches->config = *config;
  searches->by_string = GNUNET_CONTAINER_multihashmap_create (64, GNUNET_YES);
  searches->families = GNUNET_CONTAINER_multihashmap_create (64, GNUNET_YES);
  return searches;
}


void
MQTT_searches_destroy (struct MQTT_Searches *searches)
{
  GNUNET_assert (0 == GNUNET_CONTAINER_multihashmap_size (searches->by_string));
  GNUNET_CONTAINER_multihashmap_destroy (searches->by_string);
  GNUNET_CONTAINER_multihashmap_destroy (searches->families);
  if (NULL != searches->trial_task)
    GNUNET_SCHEDULER_cancel (searches->trial_task);
  GNUNET_free (searches);
}


struct MQTT_SearchUser *
MQTT_searches_join (struct MQTT_Searches *searches,
                    const char *string,
                    enum MQTT_PacerPriority priority,
                    MQTT_RendezvousFound found,
                    void *cls)
{
  struct MQTT_SearchUser *user = GNUNET_new (struct MQTT_SearchUser);
  struct GNUNET_HashCode key;
  struct MQTT_Search *search;

  GNUNET_CRYPTO_hash (string, strlen (string), &key);
  search = GNUNET_CONTAINER_multihashmap_get (searches->by_string, &key);
  if (NULL == search)
    search = MQTT_search_create (searches, string, &key, priority);
  user->search = search;
  user->found = found;
  user->cls = cls;
  GNUNET_CONTAINER_DLL_insert_tail (search->users_head,
                                    search->users_tail,
                                    user);
  (void)MQTT_search_touch (user);
  return user;
}


void
MQTT_search_known (struct MQTT_SearchUser *user)
{
  struct MQTT_Search *search = user->search;

  for (unsigned int i = 0; i < search->peer_count; i++)
    user->found (user->cls, &search->peers[i]);
}


void
MQTT_search_relatives (struct MQTT_SearchUser *user)
{
  struct MQTT_SearchFamily *family = user->search->family;

  for (unsigned int i = 0; i < family->peer_count; i++)
    user->found (user->cls, &family->peers[i]);
}


bool
MQTT_search_touch (struct MQTT_SearchUser *user)
{
  struct MQTT_Search *search = user->search;

  search->touched = GNUNET_TIME_absolute_get ();
  if ((NULL != search->handle) || search->job.queued)
    return false;
  MQTT_search_request (search);
  return search->job.queued;
}


struct GNUNET_TIME_Absolute
MQTT_search_since (const struct MQTT_SearchUser *user)
{
  const struct MQTT_Search *search = user->search;

  if (NULL != search->handle)
    return search->started;
  return search->job.queued ? GNUNET_TIME_UNIT_FOREVER_ABS
                            : GNUNET_TIME_UNIT_ZERO_ABS;
}


void
MQTT_search_leave (struct MQTT_SearchUser *user)
{
  struct MQTT_Search *search = user->search;

  GNUNET_CONTAINER_DLL_remove (search->users_head, search->users_tail, user);
  GNUNET_free (user);
  if (NULL == search->users_head)
    MQTT_search_destroy (search);
}


void
MQTT_searches_failed (struct MQTT_Searches *searches)
{
  struct MQTT_Search *search;
  struct MQTT_Search *next;

  MQTT_search_trial_failed (searches);
  for (search = searches->live_head; NULL != search; search = next)
  {
    next = search->next;
    MQTT_search_lost (search);
  }
}
