/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailbox.c
 * @brief Publications at QoS 1 and 2 for one peer: how letters come and go.
 */
#include "mailbox_state.h"


struct MQTT_Mailbox *
MQTT_mailbox_create (struct MQTT_Links *links,
                     const struct MQTT_LinksConfig *config,
                     const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Mailbox *mailbox = GNUNET_new (struct MQTT_Mailbox);

  mailbox->links = links;
  mailbox->config = config;
  mailbox->peer = *peer;
  mailbox->lanes = GNUNET_CONTAINER_multihashmap32_create (4);
  return mailbox;
}


/* ---- lanes and letters come and go ---- */

static uint32_t
key_of (const struct MQTT_Topic *topic)
{
  return (uint32_t)((uintptr_t)topic / sizeof (*topic));
}


/** Whose lane is looked for, and what was found. */
struct Look
{
  const struct MQTT_Topic *topic;
  struct MQTT_Lane *found;
};


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
compare (void *cls, uint32_t key, void *value)
{
  struct Look *look = cls;
  struct MQTT_Lane *lane = value;

  (void)key;
  if (lane->topic != look->topic)
    return GNUNET_YES;
  look->found = lane;
  return GNUNET_NO;
}


static struct MQTT_Lane *
get_lane (struct MQTT_Mailbox *mailbox, struct MQTT_Topic *topic)
{
  struct Look look = { .topic = topic };
  struct MQTT_Lane *lane;

  (void)GNUNET_CONTAINER_multihashmap32_get_multiple (mailbox->lanes,
                                                      key_of (topic),
                                                      &compare,
                                                      &look);
  if (NULL != look.found)
    return look.found;
  lane = GNUNET_new (struct MQTT_Lane);
  lane->mailbox = mailbox;
  lane->topic = MQTT_topic_ref (topic);
  (void)GNUNET_CONTAINER_multihashmap32_put (
    mailbox->lanes,
    key_of (topic),
    lane,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_MULTIPLE);
  return lane;
}


static void
free_lane (struct MQTT_Lane *lane)
{
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap32_remove (lane->mailbox->lanes,
                                               key_of (lane->topic),
                                               lane));
  if (NULL != lane->offer)
    MQTT_offer_destroy (lane->offer);
  MQTT_topic_unref (lane->topic);
  GNUNET_free (lane);
}


/**
 * Append a letter, and its lane if that is new.
 */
static struct MQTT_Letter *
append (struct MQTT_Mailbox *mailbox,
        const struct MQTT_StoreOutgoing *outgoing,
        struct MQTT_Topic *topic)
{
  struct MQTT_Letter *letter = GNUNET_new (struct MQTT_Letter);

  letter->lane = get_lane (mailbox, topic);
  letter->lane->letters++;
  letter->serial.run = outgoing->run;
  letter->serial.sequence = outgoing->sequence;
  letter->message = outgoing->message;
  letter->expires_us = outgoing->expires_us;
  letter->size = outgoing->size;
  letter->qos = outgoing->qos;
  letter->only = outgoing->only;
  letter->groups = MQTT_groups_of_bytes (outgoing->groups.data,
                                         outgoing->groups.size);
  mailbox->grouped += (NULL != letter->groups);
  GNUNET_CONTAINER_DLL_insert_tail (mailbox->head, mailbox->tail, letter);
  mailbox->letters++;
  mailbox->bytes += letter->size;
  if (NULL == mailbox->cursor)
    mailbox->cursor = letter;
  MQTT_mailbox_watch (mailbox);
  return letter;
}


/**
 * A letter is not under way any more.
 */
static void
unsend (struct MQTT_Mailbox *mailbox, struct MQTT_Letter *letter)
{
  letter->sent = false;
  GNUNET_CONTAINER_MDLL_remove (sent,
                                mailbox->sent_head,
                                mailbox->sent_tail,
                                letter);
  mailbox->under_way--;
  mailbox->under_way_bytes -= letter->size;
}


static void
free_letter (struct MQTT_Mailbox *mailbox, struct MQTT_Letter *letter)
{
  if (mailbox->cursor == letter)
    mailbox->cursor = letter->next;
  if (letter->sent)
    unsend (mailbox, letter);
  if (NULL != letter->wait)
    MQTT_store_wait_cancel (letter->wait);
  GNUNET_CONTAINER_DLL_remove (mailbox->head, mailbox->tail, letter);
  mailbox->letters--;
  mailbox->bytes -= letter->size;
  mailbox->grouped -= (NULL != letter->groups);
  MQTT_groups_unref (letter->groups);
  if (NULL != letter->handing)
  {
    MQTT_store_wait_cancel (letter->handing->wait);
    MQTT_letter_handing_done (letter);
  }
  if (0 == --letter->lane->letters)
    free_lane (letter->lane);
  GNUNET_free (letter);
}


void
MQTT_mailbox_destroy (struct MQTT_Mailbox *mailbox)
{
  while (NULL != mailbox->head)
  {
    if (NULL == mailbox->head->wait)
      MQTT_count (mailbox->config->counters, MQTT_COUNT_OUTBOX, -1);
    free_letter (mailbox, mailbox->head);
  }
  if (NULL != mailbox->group_task)
    GNUNET_SCHEDULER_cancel (mailbox->group_task);
  GNUNET_CONTAINER_multihashmap32_destroy (mailbox->lanes);
  GNUNET_free (mailbox);
}


/**
 * A letter is promised.
 */
static void
account_begin (struct MQTT_Mailbox *mailbox)
{
  MQTT_count (mailbox->config->counters, MQTT_COUNT_OUTBOX_IN, 1);
  MQTT_count (mailbox->config->counters, MQTT_COUNT_OUTBOX, 1);
}


/**
 * A letter has come to its end, of the kind that is counted.
 */
static void
account_end (struct MQTT_Mailbox *mailbox, enum MQTT_Counter end)
{
  MQTT_count (mailbox->config->counters, end, 1);
  MQTT_count (mailbox->config->counters, MQTT_COUNT_OUTBOX, -1);
}


void
MQTT_mailbox_give_up (struct MQTT_Mailbox *mailbox,
                      struct MQTT_Letter *letter,
                      enum MQTT_Counter end)
{
  if (NULL == letter->wait)
    account_end (mailbox, end);
  MQTT_store_outbox_remove (mailbox->config->store,
                            &mailbox->peer,
                            letter->serial.sequence);
  free_letter (mailbox, letter);
}


/* ---- what is written ---- */

bool
MQTT_mailbox_is_empty (const struct MQTT_Mailbox *mailbox)
{
  return (NULL == mailbox->head) && !mailbox->more;
}


bool
MQTT_mailbox_has_room (const struct MQTT_Mailbox *mailbox, size_t size)
{
  const struct MQTT_Options *options = mailbox->config->options;

  return (mailbox->letters < options->outbox_messages)
         && (mailbox->bytes < options->outbox)
         && (size <= options->outbox - mailbox->bytes);
}


bool
MQTT_mailbox_is_behind (const struct MQTT_Mailbox *mailbox)
{
  return (NULL != mailbox->cursor) && (NULL == mailbox->cursor->wait);
}


/**
 * A letter is on disk, or lost with the group: #MQTT_StoreDone.
 */
static void
handle_stored (void *cls, bool ok)
{
  struct MQTT_Letter *letter = cls;
  struct MQTT_Mailbox *mailbox = letter->lane->mailbox;

  letter->wait = NULL;
  if (!ok)
  {
    free_letter (mailbox, letter);
    return;
  }
  account_begin (mailbox);
  MQTT_mailbox_continue (mailbox);
}


bool
MQTT_mailbox_put (struct MQTT_Mailbox *mailbox,
                  const struct MQTT_LinkSerial *serial,
                  struct MQTT_Topic *topic,
                  struct MQTT_Message *message,
                  uint8_t qos,
                  const struct MQTT_Audience *audience)
{
  struct MQTT_Store *store = mailbox->config->store;
  const struct MQTT_StoreOutgoing outgoing = {
    .peer = mailbox->peer,
    .sequence = serial->sequence,
    .run = serial->run,
    .message = message->stored,
    .expires_us = MQTT_promise_limit (mailbox->config->promises, message),
    .size = MQTT_message_memory (message),
    .groups = MQTT_store_groups (audience->groups),
    .qos = qos,
    .only = !audience->plain,
  };
  struct MQTT_Letter *letter;

  if (!MQTT_store_outbox_put (store, &outgoing))
    return false;
  letter = append (mailbox, &outgoing, topic);
  letter->wait = MQTT_store_wait (store, &handle_stored, letter);
  return true;
}


void
MQTT_mailbox_restore (struct MQTT_Mailbox *mailbox,
                      const struct MQTT_StoreOutgoing *outgoing,
                      struct MQTT_Topic *topic)
{
  append (mailbox, outgoing, topic)->tried = true;
  account_begin (mailbox);
}


void
MQTT_mailbox_leave (struct MQTT_Mailbox *mailbox)
{
  MQTT_count (mailbox->config->counters, MQTT_COUNT_OUTBOX_LEFT, 1);
  mailbox->more = true;
}


void
MQTT_mailbox_sweep (struct MQTT_Mailbox *mailbox)
{
  struct MQTT_Letter *next;

  for (struct MQTT_Letter *letter = mailbox->head; NULL != letter;
       letter = next)
  {
    next = letter->next;
    if (!letter->sent && MQTT_letter_is_expired (letter))
      MQTT_mailbox_give_up (mailbox, letter, MQTT_COUNT_OUTBOX_EXPIRED);
  }
}


/* ---- what the peer has ---- */

void
MQTT_mailbox_down (struct MQTT_Mailbox *mailbox)
{
  while (NULL != mailbox->sent_head)
    unsend (mailbox, mailbox->sent_head);
  for (struct MQTT_Letter *letter = mailbox->head; NULL != letter;
       letter = letter->next)
    letter->lane->passed = false;
  mailbox->cursor = mailbox->head;
  MQTT_mailbox_watch (mailbox);
}


/**
 * Find a letter that is under way.
 */
static struct MQTT_Letter *
find_sent (const struct MQTT_Mailbox *mailbox,
           const struct MQTT_LinkSerial *serial)
{
  struct MQTT_Letter *letter = mailbox->sent_head;

  while ((NULL != letter)
         && ((letter->serial.sequence != serial->sequence)
             || (letter->serial.run != serial->run)))
    letter = letter->next_sent;
  return letter;
}


bool
MQTT_mailbox_acknowledged (struct MQTT_Mailbox *mailbox,
                           const struct MQTT_LinkSerial *serial)
{
  struct MQTT_Letter *last = find_sent (mailbox, serial);
  struct MQTT_Letter *letter;
  uint64_t cleared = 0;

  if (NULL == last)
    return false;
  while (NULL != (letter = mailbox->sent_head))
  {
    account_end (mailbox, MQTT_COUNT_OUTBOX_ACKNOWLEDGED);
    if ((letter == mailbox->head) && !mailbox->more)
    {
      /* Nothing before it is left: all of these are removed at once. */
      cleared = letter->serial.sequence;
    }
    else
    {
      MQTT_store_outbox_remove (mailbox->config->store,
                                &mailbox->peer,
                                letter->serial.sequence);
    }
    free_letter (mailbox, letter);
    if (letter == last)
      break;
  }
  if (0 < cleared)
    MQTT_store_outbox_acknowledged (mailbox->config->store,
                                    &mailbox->peer,
                                    cleared);
  MQTT_mailbox_continue (mailbox);
  return true;
}


bool
MQTT_mailbox_returned (struct MQTT_Mailbox *mailbox,
                       const struct MQTT_LinkSerial *serial)
{
  struct MQTT_Letter *letter = find_sent (mailbox, serial);
  struct MQTT_Letter *next;
  struct MQTT_Lane *lane;

  if (NULL == letter)
    return false;
  lane = letter->lane;
  for (; NULL != letter; letter = next)
  {
    next = letter->next_sent;
    if (lane != letter->lane)
      continue;
    unsend (mailbox, letter);
    MQTT_count (mailbox->config->counters, MQTT_COUNT_OUTBOX_RETURNED, 1);
  }
  lane->passed = true;
  MQTT_offer_returned (lane->offer);
  if (MQTT_offer_is_refused (lane->offer))
    MQTT_mailbox_give_up_lane (mailbox, lane);
  MQTT_mailbox_continue (mailbox);
  return true;
}
