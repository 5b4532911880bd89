/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/mailbox_lane.c
 * @brief What is in a mailbox: letters, and their topics as lanes.
 */
#include "mailbox_state.h"
#include "../stream/stream.h"


/* ---- lanes ---- */

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


struct MQTT_Lane *
MQTT_lane_find (const struct MQTT_Mailbox *mailbox,
                const struct MQTT_Topic *topic)
{
  struct Look look = { .topic = topic };

  (void)GNUNET_CONTAINER_multihashmap32_get_multiple (mailbox->lanes,
                                                      key_of (topic),
                                                      &compare,
                                                      &look);
  return look.found;
}


static struct MQTT_Lane *
get_lane (struct MQTT_Mailbox *mailbox, struct MQTT_Topic *topic)
{
  struct MQTT_Lane *lane = MQTT_lane_find (mailbox, topic);

  if (NULL != lane)
    return lane;
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


void
MQTT_lane_set_passed (struct MQTT_Lane *lane, bool passed)
{
  if (passed == lane->passed)
    return;
  lane->passed = passed;
  lane->since_us = MQTT_stream_now ();
  if (!passed)
    MQTT_lane_set_hopeless (lane, false);
}


void
MQTT_lane_set_hopeless (struct MQTT_Lane *lane, bool hopeless)
{
  struct MQTT_Mailbox *mailbox = lane->mailbox;

  if (hopeless == lane->hopeless)
    return;
  lane->hopeless = hopeless;
  if (hopeless)
  {
    mailbox->hopeless += lane->letters;
    mailbox->hopeless_bytes += lane->bytes;
  }
  else
  {
    mailbox->hopeless -= lane->letters;
    mailbox->hopeless_bytes -= lane->bytes;
  }
}

/* ---- letters ---- */

struct MQTT_Letter *
MQTT_letter_append (struct MQTT_Mailbox *mailbox,
                    const struct MQTT_StoreOutgoing *outgoing,
                    struct MQTT_Topic *topic)
{
  struct MQTT_Letter *letter = GNUNET_new (struct MQTT_Letter);
  struct MQTT_Lane *lane = get_lane (mailbox, topic);

  letter->lane = lane;
  letter->serial.run = outgoing->run;
  letter->serial.sequence = outgoing->sequence;
  letter->message = outgoing->message;
  letter->expires_us = outgoing->expires_us;
  letter->size = (uint32_t)GNUNET_MIN (UINT32_MAX, outgoing->size);
  letter->qos = outgoing->qos;
  letter->only = outgoing->only;
  letter->groups = MQTT_groups_of_bytes (outgoing->groups.data,
                                         outgoing->groups.size);
  mailbox->grouped += (NULL != letter->groups);
  GNUNET_CONTAINER_DLL_insert_tail (mailbox->head, mailbox->tail, letter);
  GNUNET_CONTAINER_MDLL_insert_tail (lane, lane->head, lane->tail, letter);
  mailbox->letters++;
  mailbox->bytes += letter->size;
  lane->letters++;
  lane->bytes += letter->size;
  if (lane->hopeless)
  {
    mailbox->hopeless++;
    mailbox->hopeless_bytes += letter->size;
  }
  if (NULL == mailbox->cursor)
    mailbox->cursor = letter;
  MQTT_mailbox_watch (mailbox);
  return letter;
}


void
MQTT_letter_send (struct MQTT_Letter *letter)
{
  struct MQTT_Mailbox *mailbox = letter->lane->mailbox;

  letter->sent = true;
  letter->tried = true;
  GNUNET_CONTAINER_MDLL_insert_tail (sent,
                                     mailbox->sent_head,
                                     mailbox->sent_tail,
                                     letter);
  mailbox->under_way++;
  mailbox->under_way_bytes += letter->size;
}


void
MQTT_letter_unsend (struct MQTT_Letter *letter)
{
  struct MQTT_Mailbox *mailbox = letter->lane->mailbox;

  letter->sent = false;
  GNUNET_CONTAINER_MDLL_remove (sent,
                                mailbox->sent_head,
                                mailbox->sent_tail,
                                letter);
  mailbox->under_way--;
  mailbox->under_way_bytes -= letter->size;
}


void
MQTT_letter_free (struct MQTT_Letter *letter)
{
  struct MQTT_Lane *lane = letter->lane;
  struct MQTT_Mailbox *mailbox = lane->mailbox;

  if (mailbox->cursor == letter)
    mailbox->cursor = letter->next;
  if (letter->sent)
    MQTT_letter_unsend (letter);
  if (NULL != letter->wait)
    MQTT_store_wait_cancel (letter->wait);
  GNUNET_CONTAINER_DLL_remove (mailbox->head, mailbox->tail, letter);
  GNUNET_CONTAINER_MDLL_remove (lane, lane->head, lane->tail, letter);
  mailbox->letters--;
  mailbox->bytes -= letter->size;
  lane->letters--;
  lane->bytes -= letter->size;
  if (lane->hopeless)
  {
    mailbox->hopeless--;
    mailbox->hopeless_bytes -= letter->size;
  }
  mailbox->grouped -= (NULL != letter->groups);
  MQTT_groups_unref (letter->groups);
  if (NULL != letter->handing)
  {
    MQTT_store_wait_cancel (letter->handing->wait);
    MQTT_letter_handing_done (letter);
  }
  if (0 == lane->letters)
    free_lane (lane);
  GNUNET_free (letter);
}
