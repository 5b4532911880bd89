/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/search.h
 * @brief One search: its turns, what it found, and its trial when it is
 *        suspected of killing the REGEX service.  Only for searches.c.
 */
#ifndef MQTT_SERVICE_SEARCH_H
#define MQTT_SERVICE_SEARCH_H

#include "search_family.h"
#include "searches.h"

struct MQTT_SearchUser
{
  struct MQTT_SearchUser *prev;
  struct MQTT_SearchUser *next;
  struct MQTT_Search *search;
  MQTT_RendezvousFound found;
  void *cls;
};

struct MQTT_Search
{
  /** Among the live ones, the longest-lived first. */
  struct MQTT_Search *prev;
  struct MQTT_Search *next;
  struct MQTT_Searches *searches;
  struct MQTT_SearchUser *users_head;
  struct MQTT_SearchUser *users_tail;
  char *string;
  struct GNUNET_HashCode key;
  struct MQTT_SearchFamily *family;
  struct MQTT_PacerJob job;
  /** NULL unless live. */
  void *handle;
  /** All it has found. */
  struct GNUNET_PeerIdentity *peers;
  unsigned int peer_count;
  /** Which of them is forgotten next, when there are as many as may be. */
  unsigned int oldest;
  /** Priority of its first turn. */
  enum MQTT_PacerPriority priority;
  struct GNUNET_TIME_Absolute touched;
  struct GNUNET_TIME_Absolute started;
  /** It gets no turn before. */
  struct GNUNET_TIME_Absolute not_before;
  /** Trials failed in a row. */
  unsigned int strikes;
  bool suspect;
};

struct MQTT_Searches
{
  struct MQTT_SearchesConfig config;
  struct GNUNET_CONTAINER_MultiHashMap *by_string;
  /** By hash of the prefix. */
  struct GNUNET_CONTAINER_MultiHashMap *families;
  struct MQTT_Search *live_head;
  struct MQTT_Search *live_tail;
  unsigned int live;
  /** The one suspect that is watched now. */
  struct MQTT_Search *on_trial;
  struct GNUNET_SCHEDULER_Task *trial_task;
};


struct MQTT_Search *
MQTT_search_create (struct MQTT_Searches *searches,
                    const char *string,
                    const struct GNUNET_HashCode *key,
                    enum MQTT_PacerPriority priority);


void
MQTT_search_destroy (struct MQTT_Search *search);


/**
 * Ask for a turn, unless it must wait.
 */
void
MQTT_search_request (struct MQTT_Search *search);


/**
 * The REGEX service died and this live search with it: ask for another turn.
 */
void
MQTT_search_lost (struct MQTT_Search *search);


/**
 * The REGEX service died: judge who was on trial.
 */
void
MQTT_search_trial_failed (struct MQTT_Searches *searches);

#endif
