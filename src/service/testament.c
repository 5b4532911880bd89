/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/testament.c
 * @brief The wills of sessions here, and the topics on which they are.
 */
#include "testament_state.h"
#include "blacklists.h"
#include "will_record.h"

/** How long, about, subscribers of a topic stay known that has no wills any more. */
#define LINGER GNUNET_TIME_UNIT_MINUTES


/* ---- one topic ---- */

static void
free_notice (struct MQTT_Notice *notice)
{
  struct MQTT_Testaments *all = notice->all;

  for (unsigned int i = 0; i < notice->search_count; i++)
    MQTT_search_leave (notice->searches[i]);
  MQTT_heirs_end (notice);
  GNUNET_CONTAINER_DLL_remove (all->head, all->tail, notice);
  all->count--;
  notice->topic->notice = NULL;
  MQTT_topic_unref (notice->topic);
  GNUNET_free (notice);
}


/**
 * Is nothing left to be told, or taken back?
 */
static bool
is_done (const struct MQTT_Notice *notice)
{
  for (const struct MQTT_Heir *heir = notice->heirs_head; NULL != heir;
       heir = heir->next)
    if (0 < heir->gone_count)
      return false;
  return NULL == notice->head;
}


/**
 * Task: end the topics of which nothing is left.
 */
static void
sweep (void *cls)
{
  struct MQTT_Testaments *all = cls;
  struct MQTT_Notice *next;
  bool again = false;

  all->sweep_task = NULL;
  for (struct MQTT_Notice *notice = all->head; NULL != notice; notice = next)
  {
    next = notice->next;
    if (is_done (notice))
      free_notice (notice);
    else
      again |= (NULL == notice->head);
  }
  if (again)
    all->sweep_task = GNUNET_SCHEDULER_add_delayed (LINGER, &sweep, all);
}


/**
 * #MQTT_InterestCallback
 */
static void
recall (void *cls,
        const struct GNUNET_PeerIdentity *peer,
        uint8_t qos,
        const struct MQTT_Audience *audience)
{
  (void)qos;
  (void)audience;
  MQTT_heir_found (cls, peer);
}


/**
 * Tell those who are known to want a topic.
 */
static void
tell_known (struct MQTT_Notice *notice)
{
  MQTT_interests_of (notice->all->config.interests,
                     notice->topic,
                     &recall,
                     notice);
  for (unsigned int i = 0; i < notice->search_count; i++)
    MQTT_search_known (notice->searches[i]);
}


/**
 * Look for those who want a topic.
 */
static void
search (struct MQTT_Notice *notice)
{
  const struct MQTT_TestamentsConfig *config = &notice->all->config;
  struct MQTT_SearchString strings[MQTT_CODE_SEARCHES];

  notice->search_count = MQTT_discovery_code_searches (notice->topic->name,
                                                       notice->topic->name_size,
                                                       strings);
  for (unsigned int i = 0; i < notice->search_count; i++)
    notice->searches[i] = MQTT_searches_join (config->searches,
                                              strings[i].text,
                                              MQTT_PACER_SECOND,
                                              &MQTT_heir_found,
                                              notice);
  tell_known (notice);
}


/**
 * @return NULL if there are too many
 */
static struct MQTT_Notice *
get_notice (struct MQTT_Testaments *all, struct MQTT_Topic *topic)
{
  struct MQTT_Notice *notice = topic->notice;

  if (NULL != notice)
  {
    for (unsigned int i = 0; i < notice->search_count; i++)
      (void)MQTT_search_touch (notice->searches[i]);
    return notice;
  }
  if (all->count >= all->config.options->will_topics)
  {
    if (NULL != all->sweep_task)
      GNUNET_SCHEDULER_cancel (all->sweep_task);
    sweep (all);
  }
  if (all->count >= all->config.options->will_topics)
    return NULL;
  notice = GNUNET_new (struct MQTT_Notice);
  notice->all = all;
  notice->topic = MQTT_topic_ref (topic);
  topic->notice = notice;
  GNUNET_CONTAINER_DLL_insert_tail (all->head, all->tail, notice);
  all->count++;
  search (notice);
  return notice;
}


/* ---- wills ---- */

struct MQTT_Testament *
MQTT_testament_create (struct MQTT_Testaments *all,
                       uint64_t message,
                       uint32_t delay_s)
{
  struct MQTT_Testament *testament;
  struct MQTT_Notice *notice = NULL;
  struct MQTT_Shelved will;

  if (!MQTT_will_read (all->config.store, all->config.topics, message, &will))
    return NULL;
  testament = GNUNET_new (struct MQTT_Testament);
  testament->number = ++all->last_number;
  testament->message = message;
  testament->name.run = will.message->version.run;
  testament->name.sequence = will.message->version.sequence;
  testament->delay_s = delay_s;
  notice = get_notice (all, will.topic);
  MQTT_shelf_put_back (&will);
  if (NULL == notice)
  {
    MQTT_count (all->config.counters, MQTT_COUNT_WILLS_NOT_SENT, 1);
    GNUNET_free (testament);
    return NULL;
  }
  testament->notice = notice;
  GNUNET_CONTAINER_DLL_insert_tail (notice->head, notice->tail, testament);
  for (struct MQTT_Heir *heir = notice->heirs_head; NULL != heir;
       heir = heir->next)
    MQTT_heir_tell (heir);
  return testament;
}


static void
free_testament (struct MQTT_Testament *testament)
{
  struct MQTT_Notice *notice = testament->notice;

  GNUNET_CONTAINER_DLL_remove (notice->head, notice->tail, testament);
  GNUNET_free (testament);
}


void
MQTT_testament_end (struct MQTT_Testament *testament, bool published)
{
  struct MQTT_Notice *notice = testament->notice;
  struct MQTT_Testaments *all = notice->all;

  if (!published)
    for (struct MQTT_Heir *heir = notice->heirs_head; NULL != heir;
         heir = heir->next)
      MQTT_heir_take_back (heir, testament);
  free_testament (testament);
  if ((NULL == notice->head) && (NULL == all->sweep_task))
    all->sweep_task = GNUNET_SCHEDULER_add_delayed (LINGER, &sweep, all);
}


void
MQTT_testaments_enforce (struct MQTT_Testaments *all,
                         const struct MQTT_Blacklists *blacklists)
{
  all->shut = MQTT_blacklists_refuse_all (blacklists);
  if (all->shut)
    return;
  for (struct MQTT_Notice *notice = all->head; NULL != notice;
       notice = notice->next)
  {
    MQTT_heirs_resume (notice);
    tell_known (notice);
  }
}


struct MQTT_Testaments *
MQTT_testaments_create (const struct MQTT_TestamentsConfig *config)
{
  struct MQTT_Testaments *all = GNUNET_new (struct MQTT_Testaments);

  all->config = *config;
  return all;
}


void
MQTT_testaments_destroy (struct MQTT_Testaments *all)
{
  while (NULL != all->head)
  {
    while (NULL != all->head->head)
      free_testament (all->head->head);
    free_notice (all->head);
  }
  if (NULL != all->retry_task)
    GNUNET_SCHEDULER_cancel (all->retry_task);
  if (NULL != all->sweep_task)
    GNUNET_SCHEDULER_cancel (all->sweep_task);
  GNUNET_free (all);
}
