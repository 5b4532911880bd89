/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/testament.c
 * @brief The wills of sessions here, told to the peers that want their topics.
 */
#include "testament.h"
#include "../core/discovery_code.h"
#include "offers.h"
#include "will_record.h"

/** Pause before more is told to a peer whose queue was full. */
#define PAUSE GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 250)

/** How long, about, subscribers of a topic stay known that has no wills any more. */
#define LINGER GNUNET_TIME_UNIT_MINUTES

struct MQTT_Testament
{
  /** Among those of its topic, the latest last. */
  struct MQTT_Testament *prev;
  struct MQTT_Testament *next;
  struct MQTT_Notice *notice;
  /** Grows from one to the next. */
  uint64_t number;
  /** Its id in the store. */
  uint64_t message;
  /** What peers know it by. */
  struct MQTT_LinkSerial name;
  uint32_t delay_s;
};

/** A peer that may want a topic. */
struct Heir
{
  struct Heir *prev;
  struct Heir *next;
  struct MQTT_Notice *notice;
  struct GNUNET_PeerIdentity peer;
  struct MQTT_Offer *offer;
  /** It was told wills up to this number, since it wants the topic; and ever. */
  uint64_t told;
  uint64_t ever;
  /** Wills that are to be taken back when it is reached. */
  struct MQTT_LinkSerial *gone;
  unsigned int gone_count;
  unsigned int gone_allocated;
};

/** A topic on which there are wills. */
struct MQTT_Notice
{
  struct MQTT_Notice *prev;
  struct MQTT_Notice *next;
  struct MQTT_Testaments *all;
  struct MQTT_Topic *topic;
  struct MQTT_SearchUser *searches[MQTT_CODE_SEARCHES];
  unsigned int search_count;
  struct Heir *heirs_head;
  struct Heir *heirs_tail;
  struct MQTT_Testament *head;
  struct MQTT_Testament *tail;
};

struct MQTT_Testaments
{
  struct MQTT_TestamentsConfig config;
  struct MQTT_Notice *head;
  struct MQTT_Notice *tail;
  unsigned int count;
  uint64_t last_number;
  /** Goes on telling peers whose queues were full. */
  struct GNUNET_SCHEDULER_Task *retry_task;
  /** Ends topics without wills. */
  struct GNUNET_SCHEDULER_Task *sweep_task;
};


/* ---- one peer ---- */

static void
free_heir (struct Heir *heir)
{
  GNUNET_CONTAINER_DLL_remove (heir->notice->heirs_head,
                               heir->notice->heirs_tail,
                               heir);
  GNUNET_free (heir->gone);
  GNUNET_free (heir);
}


/**
 * Is the peer there, and has it answered?
 */
static bool
is_reached (const struct Heir *heir)
{
  return MQTT_offer_is_wanted (heir->offer)
         || MQTT_offer_is_refused (heir->offer);
}


/**
 * Tell the peer a will, which must want its topic and have room.
 */
static void
tell_one (struct Heir *heir, const struct MQTT_Testament *testament)
{
  const struct MQTT_TestamentsConfig *config = &heir->notice->all->config;
  struct MQTT_Topic *topic;
  struct MQTT_Message *message;

  if (!MQTT_will_read (config->store,
                       config->topics,
                       testament->message,
                       &topic,
                       &message))
    return;
  MQTT_offer_will (heir->offer, message, testament->delay_s);
  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
}


/**
 * Tell the peer what it was not told yet, if it wants the topic.
 *
 * @return false if it has no room for all
 */
static bool
tell (struct Heir *heir)
{
  if (!MQTT_offer_is_wanted (heir->offer))
    return true;
  for (const struct MQTT_Testament *testament = heir->notice->head;
       NULL != testament;
       testament = testament->next)
  {
    if (testament->number <= heir->told)
      continue;
    if (!MQTT_offer_has_room (heir->offer))
      return false;
    tell_one (heir, testament);
    heir->told = testament->number;
    heir->ever = GNUNET_MAX (heir->ever, heir->told);
  }
  return true;
}


/**
 * Task: go on telling.
 */
static void
retry (void *cls)
{
  struct MQTT_Testaments *all = cls;
  bool done = true;

  all->retry_task = NULL;
  for (struct MQTT_Notice *notice = all->head; NULL != notice;
       notice = notice->next)
    for (struct Heir *heir = notice->heirs_head; NULL != heir;
         heir = heir->next)
      done &= tell (heir);
  if (!done)
    all->retry_task = GNUNET_SCHEDULER_add_delayed (PAUSE, &retry, all);
}


/**
 * Tell the peer what it was not told yet, now or later.
 */
static void
begin_to_tell (struct Heir *heir)
{
  struct MQTT_Testaments *all = heir->notice->all;

  if (!tell (heir) && (NULL == all->retry_task))
    all->retry_task = GNUNET_SCHEDULER_add_delayed (PAUSE, &retry, all);
}


/**
 * Take back what was ended while the peer was away.
 */
static void
take_back_gone (struct Heir *heir)
{
  for (unsigned int i = 0; i < heir->gone_count; i++)
    MQTT_offer_unwill (heir->offer, &heir->gone[i]);
  heir->gone_count = 0;
}


/**
 * Take back a will, now or later, if the peer may know it.
 */
static void
take_back (struct Heir *heir, const struct MQTT_Testament *testament)
{
  if (testament->number > heir->ever)
    return;
  if (is_reached (heir))
  {
    MQTT_offer_unwill (heir->offer, &testament->name);
    return;
  }
  if (heir->gone_count == heir->gone_allocated)
    GNUNET_array_grow (heir->gone,
                       heir->gone_allocated,
                       2 * heir->gone_allocated + 4);
  heir->gone[heir->gone_count++] = testament->name;
}


/**
 * The peer wants the topic: see struct MQTT_OfferEvents.
 */
static void
handle_wanted (void *cls, uint64_t age_us)
{
  struct Heir *heir = cls;

  (void)age_us;
  take_back_gone (heir);
  begin_to_tell (heir);
}


/**
 * The peer does not want the topic: see struct MQTT_OfferEvents.
 */
static void
handle_refused (void *cls)
{
  struct Heir *heir = cls;

  take_back_gone (heir);
  heir->told = 0;
}


/**
 * The peer is out of reach: see struct MQTT_OfferEvents.
 */
static void
handle_lost (void *cls)
{
  struct Heir *heir = cls;

  heir->told = 0;
}


/**
 * The peer was given up: see struct MQTT_OfferEvents.
 */
static void
handle_ended (void *cls)
{
  free_heir (cls);
}


static const struct MQTT_OfferEvents offer_events = {
  .wanted = &handle_wanted,
  .refused = &handle_refused,
  .lost = &handle_lost,
  .ended = &handle_ended,
};


/**
 * A peer may want the topic: #MQTT_RendezvousFound.
 *
 * @param cls the notice
 */
static void
handle_found (void *cls, const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Notice *notice = cls;
  struct MQTT_Link *link;
  struct Heir *heir = notice->heirs_head;

  while ((NULL != heir) && (0 != GNUNET_memcmp (peer, &heir->peer)))
    heir = heir->next;
  if (NULL != heir)
    return;
  link = MQTT_links_get (notice->all->config.links, peer);
  if (NULL == link)
    return;
  heir = GNUNET_new (struct Heir);
  heir->notice = notice;
  heir->peer = *peer;
  GNUNET_CONTAINER_DLL_insert_tail (notice->heirs_head,
                                    notice->heirs_tail,
                                    heir);
  heir->offer = MQTT_offer_create (link, notice->topic, &offer_events, heir);
  if (NULL == heir->offer)
    free_heir (heir);
  else
    begin_to_tell (heir);
}


/* ---- one topic ---- */

static void
free_notice (struct MQTT_Notice *notice)
{
  struct MQTT_Testaments *all = notice->all;

  for (unsigned int i = 0; i < notice->search_count; i++)
    MQTT_search_leave (notice->searches[i]);
  while (NULL != notice->heirs_head)
  {
    MQTT_offer_destroy (notice->heirs_head->offer);
    free_heir (notice->heirs_head);
  }
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
  for (const struct Heir *heir = notice->heirs_head; NULL != heir;
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
recall (void *cls, const struct GNUNET_PeerIdentity *peer, uint8_t qos)
{
  (void)qos;
  handle_found (cls, peer);
}


/**
 * Look for those who want a topic.
 */
static void
search (struct MQTT_Notice *notice)
{
  const struct MQTT_TestamentsConfig *config = &notice->all->config;
  struct MQTT_SearchString strings[MQTT_CODE_SEARCHES];

  MQTT_interests_of (config->interests, notice->topic, &recall, notice);
  notice->search_count = MQTT_discovery_code_searches (notice->topic->name,
                                                       notice->topic->name_size,
                                                       strings);
  for (unsigned int i = 0; i < notice->search_count; i++)
    notice->searches[i] = MQTT_searches_join (config->searches,
                                              strings[i].text,
                                              MQTT_PACER_SECOND,
                                              &handle_found,
                                              notice);
  for (unsigned int i = 0; i < notice->search_count; i++)
    MQTT_search_known (notice->searches[i]);
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
  struct MQTT_Topic *topic;
  struct MQTT_Message *will;

  if (!MQTT_will_read (all->config.store,
                       all->config.topics,
                       message,
                       &topic,
                       &will))
    return NULL;
  testament = GNUNET_new (struct MQTT_Testament);
  testament->number = ++all->last_number;
  testament->message = message;
  testament->name.run = will->version.run;
  testament->name.sequence = will->version.sequence;
  testament->delay_s = delay_s;
  notice = get_notice (all, topic);
  MQTT_message_unref (will);
  MQTT_topic_unref (topic);
  if (NULL == notice)
  {
    MQTT_count (all->config.counters, MQTT_COUNT_WILLS_NOT_SENT, 1);
    GNUNET_free (testament);
    return NULL;
  }
  testament->notice = notice;
  GNUNET_CONTAINER_DLL_insert_tail (notice->head, notice->tail, testament);
  for (struct Heir *heir = notice->heirs_head; NULL != heir; heir = heir->next)
    begin_to_tell (heir);
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
    for (struct Heir *heir = notice->heirs_head; NULL != heir;
         heir = heir->next)
      take_back (heir, testament);
  free_testament (testament);
  if ((NULL == notice->head) && (NULL == all->sweep_task))
    all->sweep_task = GNUNET_SCHEDULER_add_delayed (LINGER, &sweep, all);
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
