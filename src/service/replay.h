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

/** What is under way for one subscriber. */
struct MQTT_ReplaysWork;

/**
 * How a subscriber is told.
 */
struct MQTT_ReplaysType
{
  /** May he be handed this message now?  If not, MQTT_replays_wake() must follow. */
  bool (*ready) (void *cls, const struct MQTT_Message *message);
  /** Hand over a message, with the retain flag; as in struct MQTT_Subscriber. */
  void (*deliver) (void *cls,
                   struct MQTT_Topic *topic,
                   const struct MQTT_Subscription *subscription,
                   struct MQTT_Message *message,
                   uint8_t qos);
};

/**
 * All replays of one subscriber.  Embedded in whatever he is.
 */
struct MQTT_Replays
{
  struct MQTT_Retention *retention;
  const struct MQTT_ReplaysType *type;
  void *cls;
  /** NULL at first, and while nothing is to be told; private. */
  struct MQTT_ReplaysWork *work;
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
