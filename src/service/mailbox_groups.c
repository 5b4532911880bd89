/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailbox_groups.c
 * @brief Letters for groups of shared subscriptions: given to another member when
 *        the peer has vanished, or has none any more.
 */
#include "mailbox_state.h"

/** So many are given to others at once. */
#define ROUND 256

/** How often it is looked for others during a peer's timeout. */
#define LOOKS 4


/**
 * Note that a letter is not for some groups any more.
 *
 * @param left those that it is for; the reference is taken
 * @param end counted if it was for others only
 * @return false if it is for nobody now, and has ended
 */
static bool
change_groups (struct MQTT_Mailbox *mailbox,
               struct MQTT_Letter *letter,
               struct MQTT_Groups *left,
               enum MQTT_Counter end)
{
  const struct MQTT_Bytes bytes = MQTT_store_groups (left);

  mailbox->grouped -= (NULL == left);
  MQTT_groups_unref (letter->groups);
  letter->groups = left;
  if ((NULL == left) && letter->only)
  {
    MQTT_mailbox_give_up (mailbox, letter, end);
    return false;
  }
  /* If it is not taken, the next run gives it to them once more. */
  (void)MQTT_store_outbox_change (mailbox->config->store,
                                  &mailbox->peer,
                                  letter->serial.sequence,
                                  &bytes);
  return true;
}


/**
 * Give what a letter is for in a group to another member.
 *
 * @param must the peer has none of that group any more: if there is no other it is given up
 * @param[in,out] end how the letter ends, if it is for nobody else
 * @return false if the letter keeps it
 */
static bool
hand_on_to (const struct MQTT_Mailbox *mailbox,
            const struct MQTT_Letter *letter,
            const struct MQTT_LinkGroup *group,
            bool must,
            enum MQTT_Counter *end)
{
  struct MQTT_Counters *counters = mailbox->config->counters;
  enum MQTT_HandedOn handed_on = MQTT_mailboxes_hand_on (
    MQTT_links_mailboxes (mailbox->links),
    letter->lane->topic,
    letter->message,
    group,
    &mailbox->peer,
    must);

  if (MQTT_HANDED_ON == handed_on)
  {
    *end = MQTT_COUNT_OUTBOX_HANDED_ON;
    MQTT_count (counters, MQTT_COUNT_GROUPS_HANDED_ON, 1);
    if (letter->tried)
      MQTT_count (counters, MQTT_COUNT_GROUPS_REPEATED, 1);
    return true;
  }
  if (!must || (MQTT_HAND_ON_LATER == handed_on))
    return false;
  MQTT_count (counters, MQTT_COUNT_GROUPS_GONE, 1);
  return true;
}


/**
 * Give a letter to other members of its groups.
 *
 * @param mailbox the mailbox
 * @param letter the letter, perhaps freed
 * @param stay groups that are left out
 * @param must the peer has no members of the others any more
 * @return false if it has ended
 */
static bool
hand_on (struct MQTT_Mailbox *mailbox,
         struct MQTT_Letter *letter,
         const struct MQTT_Groups *stay,
         bool must)
{
  struct MQTT_Groups *leaving = MQTT_groups_minus (letter->groups, stay);
  struct MQTT_LinkGroups names = MQTT_groups_names (leaving);
  struct MQTT_LinkGroup taken[MQTT_LINK_GROUPS_MAX];
  struct MQTT_LinkGroups gone = { .names = taken };
  enum MQTT_Counter end = MQTT_COUNT_OUTBOX_UNWANTED;
  struct MQTT_Groups *others;
  struct MQTT_Groups *left;

  for (size_t i = 0; (i < names.count) && (gone.count < MQTT_LINK_GROUPS_MAX);
       i++)
    if (hand_on_to (mailbox, letter, &names.names[i], must, &end))
      taken[gone.count++] = names.names[i];
  MQTT_groups_unref (leaving);
  if (0 == gone.count)
    return true;
  others = MQTT_groups_create (&gone);
  left = MQTT_groups_minus (letter->groups, others);
  MQTT_groups_unref (others);
  return change_groups (mailbox, letter, left, end);
}


void
MQTT_mailbox_give_up_lane (struct MQTT_Mailbox *mailbox, struct MQTT_Lane *lane)
{
  unsigned int left = lane->letters;
  struct MQTT_Letter *next;

  /* The lane ends with its last letter. */
  for (struct MQTT_Letter *letter = mailbox->head; 0 < left; letter = next)
  {
    next = letter->next;
    if (lane != letter->lane)
      continue;
    left--;
    if (letter->sent || !hand_on (mailbox, letter, NULL, true))
      continue;
    if (NULL == letter->groups)
    {
      MQTT_mailbox_give_up (mailbox, letter, MQTT_COUNT_OUTBOX_UNWANTED);
      continue;
    }
    lane->parked = true;
    lane->passed = true;
  }
  MQTT_mailbox_watch (mailbox);
}


bool
MQTT_mailbox_settle (struct MQTT_Mailbox *mailbox, struct MQTT_Letter *letter)
{
  struct MQTT_Lane *lane = letter->lane;
  const struct MQTT_Groups *there = MQTT_offer_groups (lane->offer);
  struct MQTT_Groups *rest;

  if (!hand_on (mailbox, letter, there, true))
    return false;
  if ((NULL == letter->groups) && !MQTT_offer_is_plain (lane->offer))
  {
    MQTT_mailbox_give_up (mailbox, letter, MQTT_COUNT_OUTBOX_UNWANTED);
    return false;
  }
  rest = MQTT_groups_minus (letter->groups, there);
  if (NULL == rest)
    return true;
  MQTT_groups_unref (rest);
  lane->parked = true;
  lane->passed = true;
  MQTT_mailbox_watch (mailbox);
  return false;
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
unpark (void *cls, uint32_t key, void *value)
{
  struct MQTT_Mailbox *mailbox = cls;
  struct MQTT_Lane *lane = value;

  (void)key;
  if (!lane->parked)
    return GNUNET_YES;
  lane->parked = false;
  lane->passed = false;
  mailbox->cursor = mailbox->head;
  return GNUNET_YES;
}


/**
 * The peer has vanished: others in its groups get what it has not acknowledged, as many
 * as may be at once.
 *
 * @return false if there may be more
 */
static bool
hand_on_all (struct MQTT_Mailbox *mailbox)
{
  unsigned int left = mailbox->grouped;
  unsigned int before = left;
  struct MQTT_Letter *next;

  for (struct MQTT_Letter *letter = mailbox->head; 0 < left; letter = next)
  {
    next = letter->next;
    if (NULL == letter->groups)
      continue;
    left--;
    if (NULL == letter->wait)
      (void)hand_on (mailbox, letter, NULL, false);
    if (before - mailbox->grouped >= ROUND)
      return false;
  }
  return true;
}


/**
 * Task: look for other members.
 */
static void
look_for_others (void *cls)
{
  struct MQTT_Mailbox *mailbox = cls;
  struct GNUNET_TIME_Relative silence = MQTT_links_silence (mailbox->links,
                                                            &mailbox->peer);

  mailbox->group_task = NULL;
  if (GNUNET_TIME_relative_is_zero (silence))
  {
    (void)GNUNET_CONTAINER_multihashmap32_iterate (mailbox->lanes,
                                                   &unpark,
                                                   mailbox);
    MQTT_mailbox_continue (mailbox);
    return;
  }
  if (GNUNET_TIME_relative_cmp (silence,
                                <,
                                mailbox->config->options->peer_timeout)
      || hand_on_all (mailbox))
    MQTT_mailbox_watch (mailbox);
  else
    mailbox->group_task = GNUNET_SCHEDULER_add_now (&look_for_others, mailbox);
}


void
MQTT_mailbox_watch (struct MQTT_Mailbox *mailbox)
{
  if ((NULL != mailbox->group_task) || (0 == mailbox->grouped))
    return;
  mailbox->group_task = GNUNET_SCHEDULER_add_delayed (
    GNUNET_TIME_relative_divide (mailbox->config->options->peer_timeout, LOOKS),
    &look_for_others,
    mailbox);
}
