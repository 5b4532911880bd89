/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/router.c
 * @brief The middle: publications come in on one side and go to the subscribers
 *        here and to the peers that want them.
 */
#include "router.h"

struct MQTT_Router
{
  struct MQTT_Counters *counters;
  /** Numbers of one subscriber's subscriptions, used during a delivery. */
  uint32_t *numbers;
  unsigned int allocated;
};


struct MQTT_Router *
MQTT_router_create (struct MQTT_Counters *counters)
{
  struct MQTT_Router *router = GNUNET_new (struct MQTT_Router);

  router->counters = counters;
  return router;
}


void
MQTT_router_destroy (struct MQTT_Router *router)
{
  GNUNET_free (router->numbers);
  GNUNET_free (router);
}


/**
 * Hand a message to one subscriber, for all his subscriptions that match.
 *
 * @param router the router
 * @param matches his subscriptions
 * @param count how many
 * @param topic topic of the message
 * @param message the message
 * @param publisher who published it; NULL for another peer
 * @param source who waits
 * @return false if he does not get it, since he published it
 */
static bool
hand_over (struct MQTT_Router *router,
           const struct MQTT_Subscription *const *matches,
           size_t count,
           struct MQTT_Topic *topic,
           struct MQTT_Message *message,
           const struct MQTT_Subscriber *publisher,
           struct MQTT_Source *source)
{
  struct MQTT_Subscriber *subscriber = matches[0]->subscriber;
  size_t used = 0;
  uint8_t qos = 0;

  if (count > router->allocated)
    GNUNET_array_grow (router->numbers,
                       router->allocated,
                       (unsigned int)GNUNET_MAX (count, 16));
  for (size_t i = 0; i < count; i++)
  {
    if (matches[i]->no_local && (NULL != publisher)
        && (subscriber == publisher))
      continue;
    router->numbers[used++] = matches[i]->number;
    qos = GNUNET_MAX (qos, matches[i]->qos);
  }
  if (0 == used)
    return false;
  MQTT_count (router->counters, MQTT_COUNT_HANDED, 1);
  subscriber->deliver (subscriber->cls,
                       topic,
                       router->numbers,
                       used,
                       message,
                       GNUNET_MIN (qos, message->qos),
                       matches[0]->share,
                       source);
  return true;
}


/**
 * Hand a message to the member of a group that was chosen.
 */
static void
hand_to_group (struct MQTT_Router *router,
               const struct MQTT_Subscription *const *members,
               size_t chosen,
               struct MQTT_Topic *topic,
               struct MQTT_Message *message,
               struct MQTT_Source *source)
{
  members[0]->share->turn = chosen + 1;
  (void)hand_over (router, &members[chosen], 1, topic, message, NULL, source);
}


/**
 * Is a message for those that are treated as one?
 */
static bool
is_for (const struct MQTT_Audience *audience,
        const struct MQTT_Subscription *subscription)
{
  return (NULL == subscription->share)
           ? MQTT_audience_is_plain (audience)
           : MQTT_audience_has (audience, &subscription->share->name);
}


/**
 * End of those that are treated as one: of a subscriber, or of a group.
 */
static size_t
end_of_run (const struct MQTT_Subscription *const *matches,
            size_t begin,
            size_t count)
{
  const struct MQTT_Subscription *first = matches[begin];
  size_t end = begin + 1;

  while ((end < count) && (matches[end]->share == first->share)
         && ((NULL != first->share)
             || (matches[end]->subscriber == first->subscriber)))
    end++;
  return end;
}


/* ---- who gets a message, before anybody does ---- */

/**
 * Note what who subscribed will get.
 *
 * @return highest QoS of it; 0 also if that is nothing
 */
static uint8_t
note_one (const struct MQTT_Subscription *const *matches,
          size_t count,
          const struct MQTT_Subscriber *publisher)
{
  struct MQTT_Subscriber *subscriber = matches[0]->subscriber;
  size_t used = 0;
  uint8_t qos = 0;

  for (size_t i = 0; i < count; i++)
  {
    if (matches[i]->no_local && (NULL != publisher)
        && (subscriber == publisher))
      continue;
    used++;
    qos = GNUNET_MAX (qos, matches[i]->qos);
  }
  subscriber->promised = (0 < used);
  subscriber->promised_numbers = used;
  return qos;
}


/**
 * Choose a member of a group, and note that it gets the message beside what it gets
 * otherwise.
 *
 * @return false if all who would keep it are full
 */
static bool
note_group (const struct MQTT_Subscription *const *members,
            size_t count,
            const struct MQTT_Topic *topic,
            const struct MQTT_Message *message,
            size_t *chosen)
{
  struct MQTT_Subscriber *subscriber;
  enum MQTT_Prospect prospect = MQTT_share_choose (members,
                                                   count,
                                                   topic,
                                                   message,
                                                   MQTT_PROSPECT_NOW,
                                                   chosen);

  subscriber = members[*chosen]->subscriber;
  subscriber->promised++;
  subscriber->promised_numbers++;
  return MQTT_PROSPECT_REFUSED != prospect;
}


/**
 * Forget what was noted.
 */
static void
forget_notes (const struct MQTT_Subscription *const *matches, size_t count)
{
  for (size_t i = 0; i < count; i++)
  {
    matches[i]->subscriber->promised = 0;
    matches[i]->subscriber->promised_numbers = 0;
  }
}


/**
 * Has who subscribed room for a message, if he gets it?
 */
static bool
one_is_ready (const struct MQTT_Subscription *const *matches,
              size_t count,
              const struct MQTT_Message *message,
              const struct MQTT_Subscriber *publisher)
{
  const struct MQTT_Subscriber *subscriber = matches[0]->subscriber;
  uint8_t qos = note_one (matches, count, publisher);

  return (NULL == subscriber->ready) || (0 == qos)
         || subscriber->ready (subscriber->cls,
                               message,
                               1,
                               subscriber->promised_numbers);
}


bool
MQTT_router_ready (struct MQTT_Topic *topic,
                   const struct MQTT_Message *message,
                   const struct MQTT_Audience *audience,
                   const struct MQTT_Subscriber *publisher)
{
  size_t chosen;
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    topic,
    &count);
  bool ready = true;

  for (size_t begin = 0, end; ready && (begin < count); begin = end)
  {
    end = end_of_run (matches, begin, count);
    if (!is_for (audience, matches[begin]))
      continue;
    ready = (NULL != matches[begin]->share)
              ? note_group (&matches[begin],
                            end - begin,
                            topic,
                            message,
                            &chosen)
              : one_is_ready (&matches[begin], end - begin, message, publisher);
  }
  forget_notes (matches, count);
  return ready;
}


/**
 * Choose members of all groups, as MQTT_router_ready() has just before: those who get
 * the message meanwhile must not make it another choice, for which there is no room.
 *
 * @return places of those who were chosen among their group's, at the places of the
 *         first ones of the groups; NULL if there are no groups
 */
static size_t *
choose (const struct MQTT_Subscription *const *matches,
        size_t count,
        const struct MQTT_Topic *topic,
        const struct MQTT_Message *message,
        const struct MQTT_Audience *audience,
        const struct MQTT_Subscriber *publisher)
{
  size_t *chosen;

  /* Those in groups are the last ones. */
  if ((0 == count) || (NULL == matches[count - 1]->share))
    return NULL;
  chosen = GNUNET_malloc (count * sizeof (*chosen));
  for (size_t begin = 0, end; begin < count; begin = end)
  {
    end = end_of_run (matches, begin, count);
    if (!is_for (audience, matches[begin]))
      continue;
    if (NULL == matches[begin]->share)
      (void)note_one (&matches[begin], end - begin, publisher);
    else
      (void)note_group (&matches[begin],
                        end - begin,
                        topic,
                        message,
                        &chosen[begin]);
  }
  forget_notes (matches, count);
  return chosen;
}


/**
 * Deliver a message to the subscribers of this peer.
 *
 * @return true if there is any
 */
static bool
deliver (struct MQTT_Router *router,
         struct MQTT_Topic *topic,
         struct MQTT_Message *message,
         const struct MQTT_Audience *audience,
         const struct MQTT_Subscriber *publisher,
         struct MQTT_Source *source)
{
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    topic,
    &count);
  size_t *chosen = choose (matches, count, topic, message, audience, publisher);
  bool any = false;

  for (size_t begin = 0, end; begin < count; begin = end)
  {
    end = end_of_run (matches, begin, count);
    if (!is_for (audience, matches[begin]))
      continue;
    if (NULL != matches[begin]->share)
    {
      hand_to_group (router,
                     &matches[begin],
                     chosen[begin],
                     topic,
                     message,
                     source);
      any = true;
    }
    else
      any |= hand_over (router,
                        &matches[begin],
                        end - begin,
                        topic,
                        message,
                        publisher,
                        source);
  }
  GNUNET_free (chosen);
  return any;
}


/**
 * Choose who of a group gets a message that was another one's.
 *
 * @return false if there is none who can take it
 */
static bool
choose_heir (struct MQTT_HandOn *round,
             const struct MQTT_Subscription *const *members,
             size_t count,
             const struct MQTT_Topic *topic,
             const struct MQTT_Message *message,
             size_t *chosen)
{
  const struct MQTT_Share *share = members[0]->share;
  enum MQTT_Prospect prospect;

  if (0 != GNUNET_memcmp (&round->share, &share->key))
    *round = (struct MQTT_HandOn){ .share = share->key, .asked = round->asked };
  prospect = MQTT_share_choose (members,
                                count,
                                topic,
                                message,
                                round->enough,
                                chosen);
  round->asked += (MQTT_PROSPECT_NOW == round->enough) ? count : 1;
  /* As long as nobody comes there is none better. */
  if (MQTT_PROSPECT_KEPT == prospect)
    round->enough = MQTT_PROSPECT_KEPT;
  return MQTT_PROSPECT_REFUSED != prospect;
}


bool
MQTT_router_hand_on (struct MQTT_Router *router,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message,
                     const struct GNUNET_HashCode *share,
                     struct MQTT_HandOn *round)
{
  size_t chosen;
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    topic,
    &count);

  for (size_t begin = 0, end; begin < count; begin = end)
  {
    end = end_of_run (matches, begin, count);
    if ((NULL == matches[begin]->share)
        || (0 != GNUNET_memcmp (share, &matches[begin]->share->key))
        || !choose_heir (round,
                         &matches[begin],
                         end - begin,
                         topic,
                         message,
                         &chosen))
      continue;
    hand_to_group (router, &matches[begin], chosen, topic, message, NULL);
    return true;
  }
  return false;
}


bool
MQTT_router_must_store (struct MQTT_Topic *topic)
{
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    topic,
    &count);

  for (size_t i = 0; i < count; i++)
    if (matches[i]->subscriber->durable && (0 < matches[i]->qos))
      return true;
  return false;
}


void
MQTT_router_publish (struct MQTT_Router *router,
                     struct MQTT_Outreaches *outreaches,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message,
                     const struct MQTT_Audience *here,
                     const struct MQTT_Subscriber *publisher,
                     struct MQTT_Source *source)
{
  bool delivered = deliver (router, topic, message, here, publisher, source);

  MQTT_count (router->counters, MQTT_COUNT_PUBLISHED, 1);
  MQTT_count (router->counters,
              MQTT_COUNT_PUBLISHED_BYTES,
              (int64_t)(message->body_size - message->properties_size));
  MQTT_outreach_publish (outreaches, topic, message, delivered, source);
}


void
MQTT_router_deliver (void *cls,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message,
                     const struct MQTT_Audience *audience,
                     struct MQTT_Source *source)
{
  struct MQTT_Router *router = cls;

  /* What is to be retained may be wanted only to be kept. */
  if (!deliver (router, topic, message, audience, NULL, source)
      && !message->retain)
    MQTT_count (router->counters, MQTT_COUNT_UNWANTED, 1);
}
