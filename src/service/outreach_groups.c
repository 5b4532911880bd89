/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach_groups.c
 * @brief Which one gets a message for a group of shared subscriptions: members
 *        here, or a peer that has some.
 */
#include "outreach_state.h"

/** Who may be chosen for a group. */
struct Choice
{
  struct MQTT_Outreach *outreach;
  const struct MQTT_Message *message;
  /** It is kept for who is away. */
  bool sure;
  /** Room does not matter. */
  bool must;
  /** Members here; none if @e count is 0. */
  const struct MQTT_Subscription *const *members;
  size_t member_count;
  /** Ways to them, NULL for members here. */
  struct MQTT_Leg **candidates;
  size_t count;
};


/* ---- which groups there are ---- */

/**
 * Find the members of a group here.
 */
static void
find_members (struct Choice *choice, const struct MQTT_LinkGroup *name)
{
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    choice->outreach->topic,
    &count);

  choice->member_count = 0;
  for (size_t i = 0; i < count; i++)
  {
    const struct MQTT_Share *share = matches[i]->share;

    if ((NULL == share) || (0 != memcmp (name, &share->name, sizeof (*name))))
      continue;
    /* They stand together. */
    if (0 == choice->member_count++)
      choice->members = &matches[i];
  }
}


/**
 * The groups that have members here.
 */
static struct MQTT_Groups *
groups_here (struct MQTT_Topic *topic)
{
  size_t count;
  const struct MQTT_Subscription *const *matches = MQTT_topic_matches_now (
    topic,
    &count);
  struct MQTT_LinkGroup *names = NULL;
  unsigned int used = 0;
  struct MQTT_Groups *groups;

  for (size_t i = 0; i < count; i++)
    if ((NULL != matches[i]->share)
        && ((0 == i) || (matches[i]->share != matches[i - 1]->share)))
      GNUNET_array_append (names, used, matches[i]->share->name);
  groups = MQTT_groups_create (&(struct MQTT_LinkGroups){
    .names = names,
    .count = used,
  });
  GNUNET_free (names);
  return groups;
}


void
MQTT_outreach_groups_done (struct MQTT_Outreach *outreach)
{
  MQTT_groups_unref (outreach->groups);
  MQTT_groups_unref (outreach->here);
  MQTT_groups_unref (outreach->elsewhere);
}


/**
 * See that it is known which groups there are.
 */
static void
refresh (struct MQTT_Outreach *outreach)
{
  uint64_t generation = MQTT_topic_generation (outreach->topic);

  if (!outreach->regroup && (generation == outreach->generation))
    return;
  outreach->generation = generation;
  outreach->regroup = false;
  MQTT_groups_unref (outreach->here);
  MQTT_groups_unref (outreach->groups);
  outreach->here = groups_here (outreach->topic);
  outreach->groups = MQTT_groups_ref (outreach->here);
  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = leg->next)
  {
    struct MQTT_Groups *before = outreach->groups;

    outreach->groups = MQTT_groups_plus (before, leg->groups);
    MQTT_groups_unref (before);
  }
}

/* ---- who may be chosen ---- */

/**
 * What would become of a message with a peer?
 */
static enum MQTT_Prospect
prospect_of_peer (const struct Choice *choice, const struct MQTT_Leg *leg)
{
  const struct MQTT_Mailboxes *mailboxes = MQTT_links_mailboxes (
    choice->outreach->all->config.links);
  const struct MQTT_Mailbox *mailbox = MQTT_mailboxes_find (mailboxes,
                                                            &leg->peer);
  bool wanted = MQTT_leg_is_wanted (leg);
  bool behind = false;

  if (!choice->sure || (0 == leg->qos))
  {
    if (!wanted || MQTT_offer_is_stuck (leg->offer))
      return MQTT_PROSPECT_DROPPED;
  }
  else
  {
    if (!choice->must
        && !MQTT_mailboxes_have_room (mailboxes,
                                      &leg->peer,
                                      choice->outreach->topic,
                                      choice->message))
      return MQTT_PROSPECT_REFUSED;
    if (!wanted || MQTT_offer_is_returned (leg->offer))
      return leg->durable ? MQTT_PROSPECT_KEPT : MQTT_PROSPECT_DOUBTFUL;
    behind = (NULL != mailbox) && MQTT_mailbox_is_behind (mailbox);
  }
  return (!behind && MQTT_offer_has_room (leg->offer)) ? MQTT_PROSPECT_NOW
                                                       : MQTT_PROSPECT_SOON;
}


/**
 * #MQTT_TurnProspect
 */
static enum MQTT_Prospect
prospect_of (void *cls, size_t which)
{
  struct Choice *choice = cls;
  size_t chosen;

  if (NULL != choice->candidates[which])
    return prospect_of_peer (choice, choice->candidates[which]);
  return MQTT_share_choose (choice->members,
                            choice->member_count,
                            choice->outreach->topic,
                            choice->message,
                            MQTT_PROSPECT_NOW,
                            &chosen);
}


/**
 * Gather those who may be chosen for a group.
 *
 * @param choice the choice
 * @param name the group
 * @param except this peer is not asked; NULL for none
 */
static void
gather (struct Choice *choice,
        const struct MQTT_LinkGroup *name,
        const struct GNUNET_PeerIdentity *except)
{
  struct MQTT_Outreaches *all = choice->outreach->all;
  unsigned int needed = 1;

  for (struct MQTT_Leg *leg = choice->outreach->legs_head; NULL != leg;
       leg = leg->next)
    needed += MQTT_groups_have (leg->groups, name);
  if (needed > all->candidates_allocated)
    GNUNET_array_grow (all->candidates, all->candidates_allocated, 2 * needed);
  choice->candidates = all->candidates;
  choice->count = 0;
  find_members (choice, name);
  if (0 < choice->member_count)
    choice->candidates[choice->count++] = NULL;
  for (struct MQTT_Leg *leg = choice->outreach->legs_head; NULL != leg;
       leg = leg->next)
    if (MQTT_groups_have (leg->groups, name)
        && ((NULL == except) || (0 != GNUNET_memcmp (except, &leg->peer))))
      choice->candidates[choice->count++] = leg;
}


/**
 * Choose one of those who were gathered, at least one.
 *
 * @param choice the choice
 * @param name the group
 * @param[out] chosen who it is; NULL for members here
 * @return what becomes of the message
 */
static enum MQTT_Prospect
choose (struct Choice *choice,
        const struct MQTT_LinkGroup *name,
        struct MQTT_Leg **chosen)
{
  struct MQTT_Turns *turns = &choice->outreach->all->turns;
  uint64_t number = MQTT_group_number (name);
  size_t which;
  enum MQTT_Prospect prospect = MQTT_turn_choose (
    choice->count,
    MQTT_turns_next (turns, number),
    MQTT_PROSPECT_NOW,
    &prospect_of,
    choice,
    &which);

  MQTT_turns_advance (turns, number, which);
  *chosen = choice->candidates[which];
  return prospect;
}

/* ---- what is published ---- */

static struct MQTT_Groups *
set_of_one (const struct MQTT_LinkGroup *name)
{
  return MQTT_groups_create (&(struct MQTT_LinkGroups){
    .names = name,
    .count = 1,
  });
}


static void
add (struct MQTT_Groups **groups, struct MQTT_Groups *more)
{
  struct MQTT_Groups *before = *groups;

  *groups = MQTT_groups_plus (before, more);
  MQTT_groups_unref (before);
}


void
MQTT_outreach_groups_clear (struct MQTT_Outreach *outreach)
{
  for (struct MQTT_Leg *leg = outreach->legs_head; NULL != leg; leg = leg->next)
  {
    MQTT_groups_unref (leg->chosen);
    leg->chosen = NULL;
  }
}


/**
 * Has any peer named groups?
 */
static bool
is_elsewhere (const struct MQTT_Outreach *outreach)
{
  const struct MQTT_Leg *leg = outreach->legs_head;

  while ((NULL != leg) && (NULL == leg->groups))
    leg = leg->next;
  return NULL != leg;
}


bool
MQTT_outreach_groups_choose (struct MQTT_Outreach *outreach,
                             const struct MQTT_Message *message)
{
  struct Choice choice = {
    .outreach = outreach,
    .message = message,
    .sure = (0 != message->qos),
  };
  struct MQTT_LinkGroups names;
  bool ready = true;

  refresh (outreach);
  MQTT_outreach_groups_clear (outreach);
  MQTT_groups_unref (outreach->elsewhere);
  outreach->elsewhere = NULL;
  if ((NULL == outreach->groups) || !is_elsewhere (outreach))
    return true;
  names = MQTT_groups_names (outreach->groups);
  for (size_t i = 0; i < names.count; i++)
  {
    struct MQTT_Groups *one;
    struct MQTT_Leg *leg;
    bool full;

    gather (&choice, &names.names[i], NULL);
    full = (MQTT_PROSPECT_REFUSED == choose (&choice, &names.names[i], &leg));
    ready &= !full;
    if (NULL == leg)
      continue;
    if (full)
      MQTT_count (outreach->all->config.counters, MQTT_COUNT_OUTBOX_FULL, 1);
    one = set_of_one (&names.names[i]);
    add (&leg->chosen, one);
    add (&outreach->elsewhere, one);
    MQTT_groups_unref (one);
  }
  return ready;
}


struct MQTT_Audience
MQTT_outreach_groups_here (const struct MQTT_Outreach *outreach)
{
  return (struct MQTT_Audience){
    .plain = true,
    .others = true,
    .except = outreach->elsewhere,
  };
}

/* ---- what another one could not deliver ---- */

/**
 * Give a message to who was chosen instead.
 */
static bool
give (const struct Choice *choice,
      struct MQTT_Leg *leg,
      const struct MQTT_LinkGroup *name,
      uint64_t message)
{
  const struct MQTT_OutreachConfig *config = &choice->outreach->all->config;
  struct MQTT_Shelved shelved;
  struct MQTT_Audience audience = { .groups = set_of_one (name) };
  bool given = MQTT_shelf_get (config->shelf, message, &shelved);

  if (given && (NULL != leg))
    given = MQTT_leg_give (leg, shelved.message, &audience, NULL);
  else if (given)
    config->deliver (config->cls,
                     choice->outreach->topic,
                     shelved.message,
                     &audience,
                     NULL);
  /* What cannot be read any more need not be tried again. */
  given |= shelved.gone;
  MQTT_shelf_put_back (&shelved);
  MQTT_groups_unref (audience.groups);
  return given;
}


/**
 * Is somebody found in time who gets what there is no other for now?
 */
static enum MQTT_HandedOn
find_later (const struct MQTT_Outreach *outreach)
{
  return (NULL == outreach->window_task) ? MQTT_HAND_ON_TO_NOBODY
                                         : MQTT_HAND_ON_LATER;
}


enum MQTT_HandedOn
MQTT_outreach_hand_on (void *cls,
                       struct MQTT_Topic *topic,
                       uint64_t message,
                       const struct MQTT_LinkGroup *group,
                       const struct GNUNET_PeerIdentity *from,
                       bool must)
{
  struct MQTT_Outreaches *all = cls;
  struct MQTT_Outreach *outreach = MQTT_outreach_get (all, topic);
  const struct MQTT_Message sized = { .qos = 1, .expires_us = MQTT_NEVER };
  struct Choice choice = {
    .outreach = outreach,
    .message = &sized,
    .sure = true,
    .must = must,
  };
  enum MQTT_Prospect prospect;
  struct MQTT_Leg *leg;

  gather (&choice, group, from);
  if (0 == choice.count)
    return find_later (outreach);
  prospect = choose (&choice, group, &leg);
  if ((MQTT_PROSPECT_DROPPED == prospect) && must)
    return find_later (outreach);
  /* From one who is away to another one who is nothing would be won. */
  if (prospect > (must ? MQTT_PROSPECT_DOUBTFUL : MQTT_PROSPECT_SOON))
    return MQTT_HAND_ON_LATER;
  return give (&choice, leg, group, message) ? MQTT_HANDED_ON
                                             : MQTT_HAND_ON_LATER;
}
