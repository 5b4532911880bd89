/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/asks_answer.c
 * @brief What a peer is told about the topics it has asked about.
 */
#include "asks_state.h"
#include "../stream/stream.h"


struct MQTT_SubscriptionsAsker
MQTT_asks_asker (const struct MQTT_Asks *asks)
{
  return (struct MQTT_SubscriptionsAsker){
    .peer = asks->peer,
    .admits = asks->config->admits,
    .cls = asks->config->anonymous_cls,
  };
}


void
MQTT_asks_put_refuse (struct MQTT_Outbox *outbox,
                      uint32_t number,
                      uint32_t epoch,
                      enum MQTT_LinkRefusal why)
{
  struct MQTT_LinkRefuse refuse = {
    .number = number,
    .epoch = epoch,
    .why = why,
  };

  MQTT_link_put_refuse (outbox, &refuse);
}


/**
 * Is what the peer was told last not true any more?
 */
static bool
is_news (const struct MQTT_Ask *ask,
         bool wanted,
         bool keeps,
         const struct MQTT_Wanted *by)
{
  return (wanted != ask->wanted) || (keeps != ask->keeps)
         || (wanted
             && ((by->qos != ask->qos) || (by->durable != ask->durable)
                 || (by->plain != ask->plain) || (by->more != ask->more)
                 || !MQTT_groups_equal (by->groups, ask->groups)));
}


/**
 * Note what the peer is told.
 */
static void
note (struct MQTT_Asks *asks,
      struct MQTT_Ask *ask,
      bool wanted,
      bool keeps,
      const struct MQTT_Wanted *by)
{
  asks->memory += MQTT_groups_memory (by->groups);
  asks->memory -= MQTT_groups_memory (ask->groups);
  MQTT_groups_unref (ask->groups);
  ask->wanted = wanted;
  ask->was_wanted |= wanted;
  ask->keeps = keeps;
  ask->qos = by->qos;
  ask->durable = by->durable;
  ask->plain = by->plain;
  ask->more = by->more;
  ask->groups = by->groups;
}


static void
put_want (struct MQTT_Asks *asks,
          uint32_t number,
          uint64_t since_us,
          struct MQTT_Outbox *outbox)
{
  const struct MQTT_Ask *ask = &asks->asks[number];
  uint64_t now_us = MQTT_stream_now ();
  /* It may have been before the clock began, or never. */
  bool past = ((int64_t)since_us < (int64_t)now_us);
  const struct MQTT_LinkWant want = {
    .number = number,
    .epoch = ask->epoch,
    .age_us = past ? now_us - since_us : 0,
    .qos = ask->qos,
    .durable = ask->durable,
    .plain = ask->plain,
    .keeps = ask->keeps,
    .groups = MQTT_groups_names (ask->groups),
  };

  MQTT_count (asks->config->counters, MQTT_COUNT_ANSWERED_WANT, 1);
  if (ask->more)
    MQTT_count (asks->config->counters, MQTT_COUNT_GROUPS_UNNAMED, 1);
  MQTT_link_put_want (outbox, &want);
}


void
MQTT_asks_answer (struct MQTT_Asks *asks,
                  uint32_t number,
                  bool first,
                  struct MQTT_Outbox *outbox)
{
  struct MQTT_Ask *ask = &asks->asks[number];
  bool again = !first && ask->wanted;
  const struct MQTT_Audience known = {
    .plain = ask->plain,
    .groups = ask->groups,
  };
  struct MQTT_SubscriptionsAsker asker = MQTT_asks_asker (asks);
  struct MQTT_Wanted by;
  bool wanted = MQTT_subscriptions_wanted (asks->config->subscriptions,
                                           ask->hashes,
                                           ask->levels,
                                           ask->dollar,
                                           &asker,
                                           again ? &known : NULL,
                                           &by);
  bool keeps = !by.plain
               && MQTT_copies_have (asks->config->copies,
                                    ask->hashes,
                                    ask->levels);

  wanted |= keeps;
  if (!first && !is_news (ask, wanted, keeps, &by))
  {
    MQTT_groups_unref (by.groups);
    return;
  }
  note (asks, ask, wanted, keeps, &by);
  if (wanted)
  {
    put_want (asks, number, again ? by.news_us : by.since_us, outbox);
    return;
  }
  MQTT_count (asks->config->counters, MQTT_COUNT_ANSWERED_REFUSE, 1);
  MQTT_asks_put_refuse (outbox, number, ask->epoch, MQTT_LINK_NOT_WANTED);
}
