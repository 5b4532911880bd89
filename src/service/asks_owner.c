/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/asks_owner.c
 * @brief What a peer may publish of the topics it has asked about: those of others
 *        only with a channel entry.
 */
#include "asks_state.h"


/**
 * Tell the peer that it may not publish to a topic.  What it has left of it waits, while
 * others go ahead, which must be noted.
 */
static void
put_not_allowed (struct MQTT_Asks *asks,
                 uint32_t number,
                 uint32_t epoch,
                 const struct MQTT_InboxItem *item,
                 struct MQTT_Intake *intake,
                 struct MQTT_Outbox *outbox)
{
  MQTT_count (asks->config->counters, MQTT_COUNT_ANSWERED_NOT_ALLOWED, 1);
  MQTT_asks_put_refuse (outbox,
                        number,
                        epoch,
                        MQTT_intake_put_off (intake, item)
                          ? MQTT_LINK_NOT_ALLOWED
                          : MQTT_LINK_TOO_MANY);
}


bool
MQTT_asks_take_entry (struct MQTT_Asks *asks,
                      struct MQTT_Ask *ask,
                      struct MQTT_Allowance *allowance)
{
  struct MQTT_Ownership *ownership = asks->config->ownership;
  uint64_t before = MQTT_ownership_checked (ownership);
  enum MQTT_ChannelVerdict verdict;

  if (NULL == ask->entry)
    return true;
  verdict = MQTT_ownership_show_for (ownership,
                                     ask->topic->name,
                                     ask->topic->name_size,
                                     ask->entry,
                                     ask->entry_size,
                                     asks->peer);
  MQTT_allowance_checked (
    allowance,
    (uint32_t)(MQTT_ownership_checked (ownership) - before));
  MQTT_topics_release (asks->config->topics, ask->entry_size);
  asks->memory -= ask->entry_size;
  ask->entry_size = 0;
  GNUNET_free (ask->entry);
  return MQTT_CHANNEL_BAD_SIGNATURE != verdict;
}


/**
 * May the peer publish to a topic now?
 */
static bool
is_permitted (const struct MQTT_Asks *asks, struct MQTT_Ask *ask)
{
  return MQTT_CHANNEL_OK
         == MQTT_ownership_judge (asks->config->ownership,
                                  ask->topic->name,
                                  ask->topic->name_size,
                                  asks->peer,
                                  &ask->permit);
}


void
MQTT_asks_keep (struct MQTT_Asks *asks,
                struct MQTT_Ask *ask,
                struct MQTT_Message *message)
{
  struct MQTT_Copies *copies = asks->config->copies;
  enum MQTT_Counter end = MQTT_COUNT_RECEIVED_KEPT;

  if (is_permitted (asks, ask))
    MQTT_copies_take (copies, asks->peer, ask->topic, message, true);
  else if (MQTT_CHANNEL_BLACKLISTED == ask->permit.verdict)
    end = MQTT_COUNT_DROPPED_NOT_ALLOWED;
  else
    MQTT_copies_take_sealed (copies, asks->peer, ask->topic, message);
  MQTT_count (asks->config->counters, end, 1);
}


bool
MQTT_asks_are_allowed (struct MQTT_Asks *asks,
                       uint32_t number,
                       struct MQTT_Intake *intake,
                       struct MQTT_Outbox *outbox)
{
  struct MQTT_Ask *ask = &asks->asks[number];
  const struct MQTT_InboxItem item = { .hashes = ask->hashes,
                                       .levels = ask->levels };

  if (ask->nameless || (!ask->barred && is_permitted (asks, ask)))
    return true;
  if (!ask->barred)
    put_not_allowed (asks, number, ask->epoch, &item, intake, outbox);
  ask->barred = true;
  return false;
}
