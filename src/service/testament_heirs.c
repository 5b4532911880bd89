/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/testament_heirs.c
 * @brief What single peers are told of the wills of sessions here.
 */
#include "testament_state.h"
#include "will_record.h"

/** Pause before more is told to a peer whose queue was full. */
#define PAUSE GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 250)


static void
free_heir (struct MQTT_Heir *heir)
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
is_reached (const struct MQTT_Heir *heir)
{
  return (NULL != heir->offer)
         && (MQTT_offer_is_wanted (heir->offer)
             || MQTT_offer_is_refused (heir->offer));
}


/**
 * Tell the peer a will, which must want its topic and have room.
 *
 * @return false if it cannot be read now
 */
static bool
tell_one (struct MQTT_Heir *heir, const struct MQTT_Testament *testament)
{
  const struct MQTT_TestamentsConfig *config = &heir->notice->all->config;
  struct MQTT_Shelved will;

  if (!MQTT_will_read (config->store,
                       config->topics,
                       testament->message,
                       &will))
    return will.gone;
  MQTT_offer_will (heir->offer, will.message, testament->delay_s);
  MQTT_shelf_put_back (&will);
  return true;
}


/**
 * Tell the peer what it was not told yet, if it wants the topic, and not only for
 * groups: these are not told when we have vanished.
 *
 * @return false if it has no room for all, or one cannot be read now
 */
static bool
tell (struct MQTT_Heir *heir)
{
  if ((NULL == heir->offer) || !MQTT_offer_is_wanted (heir->offer)
      || !MQTT_offer_is_plain (heir->offer))
    return true;
  for (const struct MQTT_Testament *testament = heir->notice->head;
       NULL != testament;
       testament = testament->next)
  {
    if (testament->number <= heir->told)
      continue;
    if (!MQTT_offer_has_room (heir->offer) || !tell_one (heir, testament))
      return false;
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
    for (struct MQTT_Heir *heir = notice->heirs_head; NULL != heir;
         heir = heir->next)
      done &= tell (heir);
  if (!done)
    all->retry_task = GNUNET_SCHEDULER_add_delayed (PAUSE, &retry, all);
}


void
MQTT_heir_tell (struct MQTT_Heir *heir)
{
  struct MQTT_Testaments *all = heir->notice->all;

  if (!tell (heir) && (NULL == all->retry_task))
    all->retry_task = GNUNET_SCHEDULER_add_delayed (PAUSE, &retry, all);
}


/**
 * Take back what was ended while the peer was away.
 */
static void
take_back_gone (struct MQTT_Heir *heir)
{
  for (unsigned int i = 0; i < heir->gone_count; i++)
    MQTT_offer_unwill (heir->offer, &heir->gone[i]);
  heir->gone_count = 0;
}


void
MQTT_heir_take_back (struct MQTT_Heir *heir,
                     const struct MQTT_Testament *testament)
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
  struct MQTT_Heir *heir = cls;

  (void)age_us;
  take_back_gone (heir);
  MQTT_heir_tell (heir);
}


/**
 * The peer does not want the topic: see struct MQTT_OfferEvents.
 */
static void
handle_refused (void *cls)
{
  struct MQTT_Heir *heir = cls;

  take_back_gone (heir);
  heir->told = 0;
}


/**
 * The peer is out of reach: see struct MQTT_OfferEvents.
 */
static void
handle_lost (void *cls)
{
  struct MQTT_Heir *heir = cls;

  heir->told = 0;
}


/**
 * The peer was given up, or everybody is refused: see struct MQTT_OfferEvents.
 */
static void
handle_ended (void *cls)
{
  struct MQTT_Heir *heir = cls;

  heir->offer = NULL;
  heir->told = 0;
  if (!heir->notice->all->shut)
    free_heir (heir);
}


static const struct MQTT_OfferEvents offer_events = {
  .wanted = &handle_wanted,
  .refused = &handle_refused,
  .lost = &handle_lost,
  .ended = &handle_ended,
};


/**
 * Offer the topic to the peer, and tell it what it is to know.  That may end the offers
 * of other heirs.
 *
 * @return false if that cannot be done
 */
static bool
offer (struct MQTT_Heir *heir)
{
  const struct MQTT_Notice *notice = heir->notice;
  struct MQTT_Link *link = MQTT_links_get (notice->all->config.links,
                                           &heir->peer);

  if (NULL == link)
    return false;
  heir->offer = MQTT_offer_create (link, notice->topic, &offer_events, heir);
  if (NULL == heir->offer)
    return false;
  if (is_reached (heir))
    take_back_gone (heir);
  MQTT_heir_tell (heir);
  return true;
}


void
MQTT_heir_found (void *cls, const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Notice *notice = cls;
  struct MQTT_Heir *heir = notice->heirs_head;

  while ((NULL != heir) && (0 != GNUNET_memcmp (peer, &heir->peer)))
    heir = heir->next;
  if (NULL != heir)
    return;
  heir = GNUNET_new (struct MQTT_Heir);
  heir->notice = notice;
  heir->peer = *peer;
  GNUNET_CONTAINER_DLL_insert_tail (notice->heirs_head,
                                    notice->heirs_tail,
                                    heir);
  if (!offer (heir))
    free_heir (heir);
}


void
MQTT_heirs_resume (struct MQTT_Notice *notice)
{
  struct MQTT_Heir *next;

  for (struct MQTT_Heir *heir = notice->heirs_head; NULL != heir; heir = next)
  {
    bool kept = (NULL != heir->offer) || offer (heir);

    /* Only now, as others may have ended. */
    next = heir->next;
    if (!kept)
      free_heir (heir);
  }
}


void
MQTT_heirs_end (struct MQTT_Notice *notice)
{
  while (NULL != notice->heirs_head)
  {
    if (NULL != notice->heirs_head->offer)
      MQTT_offer_destroy (notice->heirs_head->offer);
    free_heir (notice->heirs_head);
  }
}
