/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailbox.c
 * @brief Publications at QoS 1 and 2 for one peer: what is written of them, and
 *        what becomes of them.
 */
#include "mailbox_state.h"
#include "../stream/stream.h"


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


void
MQTT_mailbox_destroy (struct MQTT_Mailbox *mailbox)
{
  while (NULL != mailbox->head)
  {
    if (NULL == mailbox->head->wait)
      MQTT_count (mailbox->config->counters, MQTT_COUNT_OUTBOX, -1);
    MQTT_letter_free (mailbox->head);
  }
  if (NULL != mailbox->group_task)
    GNUNET_SCHEDULER_cancel (mailbox->group_task);
  if (NULL != mailbox->rewind_task)
    GNUNET_SCHEDULER_cancel (mailbox->rewind_task);
  MQTT_mailbox_gate_end (mailbox);
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
MQTT_letter_give_up (struct MQTT_Letter *letter, enum MQTT_Counter end)
{
  struct MQTT_Mailbox *mailbox = letter->lane->mailbox;

  if (NULL == letter->wait)
    account_end (mailbox, end);
  MQTT_store_outbox_remove (mailbox->config->store,
                            &mailbox->peer,
                            letter->serial.sequence);
  MQTT_letter_free (letter);
  MQTT_mailbox_ease (mailbox);
}


/* ---- what is written ---- */

bool
MQTT_mailbox_is_empty (const struct MQTT_Mailbox *mailbox)
{
  return (NULL == mailbox->head) && !mailbox->more;
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
    MQTT_letter_free (letter);
    MQTT_mailbox_ease (mailbox);
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
  letter = MQTT_letter_append (mailbox, &outgoing, topic);
  letter->wait = MQTT_store_wait (store, &handle_stored, letter);
  return true;
}


void
MQTT_mailbox_restore (struct MQTT_Mailbox *mailbox,
                      const struct MQTT_StoreOutgoing *outgoing,
                      struct MQTT_Topic *topic)
{
  MQTT_letter_append (mailbox, outgoing, topic)->tried = true;
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
      MQTT_letter_give_up (letter, MQTT_COUNT_OUTBOX_EXPIRED);
  }
}


/**
 * #GNUNET_CONTAINER_MulitHashMapIterator32Callback
 */
static enum GNUNET_GenericReturnValue
give_up_lane (void *cls, uint32_t key, void *value)
{
  (void)cls;
  (void)key;
  MQTT_lane_give_up (value);
  return GNUNET_YES;
}


void
MQTT_mailbox_give_up (struct MQTT_Mailbox *mailbox)
{
  (void)GNUNET_CONTAINER_multihashmap32_iterate (mailbox->lanes,
                                                 &give_up_lane,
                                                 NULL);
}


/* ---- what the peer has ---- */

void
MQTT_mailbox_down (struct MQTT_Mailbox *mailbox)
{
  while (NULL != mailbox->sent_head)
    MQTT_letter_unsend (mailbox->sent_head);
  for (struct MQTT_Letter *letter = mailbox->head; NULL != letter;
       letter = letter->next)
    MQTT_lane_set_passed (letter->lane, false);
  mailbox->cursor = mailbox->head;
  MQTT_mailbox_gate_down (mailbox);
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
  uint64_t now_us = MQTT_stream_now ();
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
    letter->lane->since_us = now_us;
    MQTT_letter_free (letter);
    if (letter == last)
      break;
  }
  mailbox->progress_us = now_us;
  mailbox->stalled = false;
  MQTT_mailbox_ease (mailbox);
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
  struct MQTT_Lane *lane;

  if (NULL == letter)
    return false;
  lane = letter->lane;
  for (; (NULL != letter) && letter->sent; letter = letter->next_lane)
  {
    MQTT_letter_unsend (letter);
    MQTT_count (mailbox->config->counters, MQTT_COUNT_OUTBOX_RETURNED, 1);
  }
  MQTT_lane_set_passed (lane, true);
  MQTT_offer_returned (lane->offer);
  if (MQTT_offer_is_refused (lane->offer))
    MQTT_lane_give_up (lane);
  MQTT_mailbox_continue (mailbox);
  return true;
}
