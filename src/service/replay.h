/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/replay.h
 * @brief What is told of retained messages to one who subscribes (MQTT 5, 3.8.3.1):
 *        a few at a time, while he has room, one subscription after the other.
 *
 * Knows nothing of who subscribes, but that he can be asked.
 */
#ifndef MQTT_SERVICE_REPLAY_H
#define MQTT_SERVICE_REPLAY_H

#include "retention.h"
#include "subscriptions.h"

struct MQTT_Replay;

/**
 * All replays of one subscriber.  Embedded in whatever he is; what is said to be
 * private is 0 at first.
 */
struct MQTT_Replays
{
  struct MQTT_Retention *retention;
  /** May he be handed this message now?  If not, MQTT_replays_wake() must follow. */
  bool (*ready) (void *cls, const struct MQTT_Message *message);
  /** Hand over a message, with the retain flag; as in struct MQTT_Subscriber. */
  void (*deliver) (void *cls,
                   struct MQTT_Topic *topic,
                   const struct MQTT_Subscription *subscription,
                   struct MQTT_Message *message,
                   uint8_t qos);
  void *cls;
  /* private: */
  struct MQTT_Replay *head;
  struct MQTT_Replay *tail;
  struct GNUNET_SCHEDULER_Task *task;
  /** Messages that were found late: those from @e late_at on are to be told. */
  uint64_t *late;
  unsigned int late_allocated;
  unsigned int late_count;
  unsigned int late_at;
};


/**
 * Tell, from a task, what a subscription matches; nothing if it is shared.
 *
 * @param replays of its subscriber
 * @param subscription the subscription, whose @e newest is set; MQTT_replay_end() must
 *        come before its end
 */
void
MQTT_replay_begin (struct MQTT_Replays *replays,
                   struct MQTT_Subscription *subscription);


/**
 * Tell no more for this subscription, if anything was still to be told.
 */
void
MQTT_replay_end (struct MQTT_Replays *replays,
                 struct MQTT_Subscription *subscription);


/**
 * Is a subscription told of retained messages that are found late?
 */
bool
MQTT_replay_concerns (const struct MQTT_Subscription *subscription);


/**
 * Tell, from a task, a message that was found late, for all subscriptions that it
 * concerns.
 *
 * @param replays of their subscriber
 * @param name its name, as the records have it
 */
void
MQTT_replays_add (struct MQTT_Replays *replays, uint64_t name);


/**
 * The subscriber has ended, and his subscriptions with him.
 */
void
MQTT_replays_done (struct MQTT_Replays *replays);


/**
 * There may be room again.
 */
void
MQTT_replays_wake (struct MQTT_Replays *replays);

#endif
