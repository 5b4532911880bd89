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
 * Letters of a lane that wait need not.
 */
static void
unpark (struct MQTT_Lane *lane)
{
  if (!lane->parked)
    return;
  lane->parked = false;
  MQTT_lane_set_passed (lane, false);
  lane->mailbox->cursor = lane->mailbox->head;
}


/**
 * Note that a letter is not for some groups any more.
 *
 * @param left those that it is for; the reference is taken
 * @param end how it ends if it is for nobody now
 */
static void
change_groups (struct MQTT_Letter *letter,
               struct MQTT_Groups *left,
               enum MQTT_Counter end)
{
  struct MQTT_Mailbox *mailbox = letter->lane->mailbox;
  const struct MQTT_Bytes bytes = MQTT_store_groups (left);

  mailbox->grouped -= (NULL == left);
  MQTT_groups_unref (letter->groups);
  letter->groups = left;
  if ((NULL == left) && letter->only)
  {
    MQTT_letter_give_up (letter, end);
    return;
  }
  /* If it is not taken, the next run gives it to them once more. */
  (void)MQTT_store_outbox_change (mailbox->config->store,
                                  &mailbox->peer,
                                  letter->serial.sequence,
                                  &bytes);
}


void
MQTT_letter_handing_done (struct MQTT_Letter *letter)
{
  letter->lane->handing--;
  MQTT_groups_unref (letter->handing->groups);
  GNUNET_free (letter->handing);
  letter->handing = NULL;
}


/**
 * Others have been given a letter for good, or that is lost: #MQTT_StoreDone.
 */
static void
handle_handed_on (void *cls, bool ok)
{
  const struct MQTT_HandingOn *handing = cls;
  struct MQTT_Letter *letter = handing->letter;
  struct MQTT_Lane *lane = letter->lane;
  struct MQTT_Mailbox *mailbox = lane->mailbox;
  struct MQTT_Groups *left = MQTT_groups_minus (letter->groups,
                                                handing->groups);
  enum MQTT_Counter end = handing->end;

  MQTT_letter_handing_done (letter);
  if (!ok)
  {
    MQTT_groups_unref (left);
    return;
  }
  if (0 == lane->handing)
    unpark (lane);
  change_groups (letter, left, end);
  MQTT_mailbox_continue (mailbox);
}


/**
 * Give what a letter is for in a group to another member.
 *
 * @param must the peer has none of that group any more: if there is no other it is given up
 * @param[in,out] end how the letter ends, if it is for nobody else
 * @return false if the letter keeps it
 */
static bool
hand_on_to (const struct MQTT_Letter *letter,
            const struct MQTT_LinkGroup *group,
            bool must,
            enum MQTT_Counter *end)
{
  const struct MQTT_Mailbox *mailbox = letter->lane->mailbox;
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
 * Give a letter to other members of its groups; it remains until that is on disk.
 *
 * @param letter the letter
 * @param stay groups that are left out
 * @param must the peer has no members of the others any more
 * @return false if that is not possible now, or there is nothing to give
 */
static bool
hand_on (struct MQTT_Letter *letter, const struct MQTT_Groups *stay, bool must)
{
  struct MQTT_Groups *leaving = MQTT_groups_minus (letter->groups, stay);
  struct MQTT_LinkGroups names = MQTT_groups_names (leaving);
  struct MQTT_LinkGroup taken[MQTT_LINK_GROUPS_MAX];
  struct MQTT_LinkGroups gone = { .names = taken };
  enum MQTT_Counter end = MQTT_COUNT_OUTBOX_UNWANTED;

  for (size_t i = 0; (i < names.count) && (gone.count < MQTT_LINK_GROUPS_MAX);
       i++)
    if (hand_on_to (letter, &names.names[i], must, &end))
      taken[gone.count++] = names.names[i];
  MQTT_groups_unref (leaving);
  if (0 == gone.count)
    return false;
  letter->handing = GNUNET_new (struct MQTT_HandingOn);
  letter->handing->letter = letter;
  letter->handing->groups = MQTT_groups_create (&gone);
  letter->handing->end = end;
  letter->handing->wait = MQTT_store_wait (letter->lane->mailbox->config->store,
                                           &handle_handed_on,
                                           letter->handing);
  letter->lane->handing++;
  return true;
}


/**
 * Let letters wait until it is known who else is in their groups.
 */
static void
park (struct MQTT_Lane *lane)
{
  lane->parked = true;
  MQTT_lane_set_passed (lane, true);
  MQTT_mailbox_watch (lane->mailbox);
}


void
MQTT_lane_give_up (struct MQTT_Lane *lane)
{
  struct MQTT_Letter *next;

  /* The lane ends with its last letter. */
  for (struct MQTT_Letter *letter = lane->head; NULL != letter; letter = next)
  {
    next = letter->next_lane;
    if (letter->sent)
      continue;
    if (NULL == letter->groups)
    {
      MQTT_letter_give_up (letter, MQTT_COUNT_OUTBOX_UNWANTED);
      continue;
    }
    if (NULL == letter->handing)
      (void)hand_on (letter, NULL, true);
    park (lane);
  }
}


bool
MQTT_letter_settle (struct MQTT_Letter *letter)
{
  struct MQTT_Lane *lane = letter->lane;
  const struct MQTT_Groups *there = MQTT_offer_groups (lane->offer);
  struct MQTT_Groups *leaving = MQTT_groups_minus (letter->groups, there);

  if ((NULL != leaving) || (NULL != letter->handing))
  {
    MQTT_groups_unref (leaving);
    if (NULL == letter->handing)
      (void)hand_on (letter, there, true);
    park (lane);
    return false;
  }
  if ((NULL != letter->groups) || MQTT_offer_is_plain (lane->offer))
    return true;
  MQTT_letter_give_up (letter, MQTT_COUNT_OUTBOX_UNWANTED);
  return false;
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
unpark_lane (void *cls, uint32_t key, void *value)
{
  (void)cls;
  (void)key;
  unpark (value);
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
  unsigned int handed = 0;

  for (struct MQTT_Letter *letter = mailbox->head;
       (0 < left) && (ROUND > handed);
       letter = letter->next)
  {
    if (NULL == letter->groups)
      continue;
    left--;
    if ((NULL == letter->wait) && (NULL == letter->handing))
      handed += hand_on (letter, NULL, false);
  }
  return ROUND > handed;
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
                                                   &unpark_lane,
                                                   NULL);
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
