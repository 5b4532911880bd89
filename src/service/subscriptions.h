/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/subscriptions.h
 * @brief All subscriptions of this peer's clients.
 *
 * Answers which of them match a topic, and tells observers what changes.
 * Knows nothing of peers, and of subscribers only how to hand them a message.
 */
#ifndef MQTT_SERVICE_SUBSCRIPTIONS_H
#define MQTT_SERVICE_SUBSCRIPTIONS_H

#include <gnunet/gnunet_util_lib.h>
#include "../core/message.h"
#include "counters.h"
#include "covers.h"
#include "gate.h"
#include "share.h"

struct MQTT_Topic;
struct MQTT_Subscriptions;

struct MQTT_Replay;
struct MQTT_Replays;

/**
 * How soon a subscriber would send a message on, the soonest first.
 */
enum MQTT_Presence
{
  /** Connected, and waits for messages. */
  MQTT_PRESENCE_IDLE,
  /** Connected, but others have to leave first. */
  MQTT_PRESENCE_BUSY,
  /** Not connected. */
  MQTT_PRESENCE_AWAY,
  /** Connected, and drops what it is given, or this. */
  MQTT_PRESENCE_STUCK
};

struct MQTT_Subscription;

/**
 * Who subscribes.  Embedded in whatever it is.
 */
struct MQTT_Subscriber
{
  /**
   * Is there room for a message at QoS 1 or 2?  Asked of all who would get it,
   * before any does.  NULL: always.
   *
   * @param cls closure
   * @param message the message
   * @param copies so many times
   * @param numbers as many numbers of subscriptions come with them, in all
   */
  bool (*ready) (void *cls,
                 const struct MQTT_Message *message,
                 unsigned int copies,
                 size_t numbers);
  /**
   * What would he do with a message of a group?  NULL: always idle.
   *
   * @param cls closure
   * @param member his subscription in the group
   * @param topic topic of the message
   * @param message the message
   */
  enum MQTT_Presence (*presence) (void *cls,
                                  const struct MQTT_Subscription *member,
                                  const struct MQTT_Topic *topic,
                                  const struct MQTT_Message *message);
  /**
   * Hand over a message.
   *
   * @param cls closure
   * @param topic its topic
   * @param numbers numbers of this subscriber's subscriptions that match
   * @param count how many, at least 1
   * @param message the message; take a reference to keep it
   * @param qos QoS to deliver it with
   * @param share the group of which he was chosen; NULL if of none
   * @param source who waits if this subscriber's queue is full; may be NULL
   */
  void (*deliver) (void *cls,
                   struct MQTT_Topic *topic,
                   const uint32_t *numbers,
                   size_t count,
                   struct MQTT_Message *message,
                   uint8_t qos,
                   const struct MQTT_Share *share,
                   struct MQTT_Source *source);
  void *cls;
  /** How he is told of retained messages; NULL: not. */
  struct MQTT_Replays *replays;
  /** It outlives its connection: what it is given at QoS 1 and 2 must be in the
      store, and it writes to the store that it has it. */
  bool durable;
  /** Copies of a message that it will get, while it is asked for one more; the
      router's, else 0. */
  unsigned int promised;
  /** Numbers of subscriptions with them. */
  size_t promised_numbers;
};

/** How a subscription is made. */
enum MQTT_SubscriptionFlags
{
  /** Leave out what the subscriber itself publishes. */
  MQTT_SUBSCRIPTION_NO_LOCAL = 1,
  /** Only peers that we have called on may know of it. */
  MQTT_SUBSCRIPTION_ANONYMOUS = 2
};

/**
 * A subscription; read only outside of subscriptions.c, except for @e prev,
 * @e next, @e since_us, @e replay, @e replayed and @e newest.
 */
struct MQTT_Subscription
{
  /** For whoever subscribes, to find it by. */
  struct MQTT_Subscription *prev;
  struct MQTT_Subscription *next;
  struct MQTT_Subscriber *subscriber;
  /** The group it is a member of; NULL if it is not shared. */
  struct MQTT_Share *share;
  /** The codes that it may be known by; NULL if it is not anonymous. */
  struct MQTT_Cover *cover;
  /** When it was made, monotonic microseconds; as a number with a sign, which is
      below 0 if that was before the clock began. */
  uint64_t since_us;
  /** The subscriber's name for it. */
  uint32_t number;
  uint8_t qos;
  bool no_local;
  bool anonymous;
  /** It is told of retained messages, also of those that are found late; whoever
      subscribes sets it. */
  bool replayed;
  /** What is still to be told of retained messages: owned by replay.c; else NULL. */
  struct MQTT_Replay *replay;
  /** Name of the newest message when it was asked for: it was published those that
      have higher ones, and a replay has the others. */
  uint64_t newest;
  /* private: */
  uint32_t slot;
  uint32_t entry;
  uint32_t filter_size;
  /** Bytes of it before what is to be matched. */
  uint32_t share_size;
  /** The filter as it was given, not terminated. */
  char filter[];
};

/**
 * Who wants a topic.
 */
struct MQTT_Wanted
{
  /** When the first of them subscribed, as in struct MQTT_Subscription. */
  uint64_t since_us;
  /** The same of those who were not known to; INT64_MAX if there are none. */
  uint64_t news_us;
  /** Groups that have members who do. */
  struct MQTT_Groups *groups;
  /** Highest QoS. */
  uint8_t qos;
  /** One of them outlives its connection. */
  bool durable;
  /** Some are in no group, or in one that is not named. */
  bool plain;
  /** There are more groups than are named. */
  bool more;
};

/**
 * Called for each subscription that is made or ended.
 *
 * @param cls closure
 * @param filter the filter, without "$share/group/"
 * @param size bytes of it
 * @param anonymous may peers not know of it?
 * @param added true: it was subscribed to; false: unsubscribed
 */
typedef void (*MQTT_SubscriptionsObserver) (void *cls,
                                            const char *filter,
                                            size_t size,
                                            bool anonymous,
                                            bool added);


/**
 * @param counters where to count
 * @param observer called for every subscription made and ended
 * @param cls closure for @a observer
 */
struct MQTT_Subscriptions *
MQTT_subscriptions_create (struct MQTT_Counters *counters,
                           MQTT_SubscriptionsObserver observer,
                           void *cls);


/**
 * There must be no subscription left.
 */
void
MQTT_subscriptions_destroy (struct MQTT_Subscriptions *subscriptions);


/**
 * Make a subscription.
 *
 * @param subscriptions all subscriptions
 * @param subscriber who subscribes
 * @param filter legal topic filter, perhaps shared
 * @param filter_size bytes of it
 * @param number subscriber's name for the subscription
 * @param qos highest QoS to deliver
 * @param flags bits of enum MQTT_SubscriptionFlags
 * @return the subscription, NULL if there are too many
 */
struct MQTT_Subscription *
MQTT_subscriptions_add (struct MQTT_Subscriptions *subscriptions,
                        struct MQTT_Subscriber *subscriber,
                        const char *filter,
                        size_t filter_size,
                        uint32_t number,
                        uint8_t qos,
                        unsigned int flags);


/**
 * Give a subscription another number and other options.  Observers are told of one
 * that is made, then of one that has ended.
 *
 * @param flags of enum MQTT_SubscriptionFlags
 */
void
MQTT_subscriptions_change (struct MQTT_Subscriptions *subscriptions,
                           struct MQTT_Subscription *subscription,
                           uint32_t number,
                           uint8_t qos,
                           unsigned int flags);


/**
 * End a subscription.
 */
void
MQTT_subscriptions_remove (struct MQTT_Subscriptions *subscriptions,
                           struct MQTT_Subscription *subscription);


/**
 * Changes whenever what was matched before may not be true any more.
 */
uint64_t
MQTT_subscriptions_generation (const struct MQTT_Subscriptions *subscriptions);


/**
 * What matches a topic name.
 *
 * @param subscriptions all subscriptions
 * @param name legal topic name
 * @param size bytes of it
 * @param hashes hashes of its levels
 * @param levels number of levels
 * @param[out] count how many match
 * @return array of those that match: by subscriber, then those that are shared,
 *         by group; NULL if none; free with GNUNET_free()
 */
const struct MQTT_Subscription **
MQTT_subscriptions_match (struct MQTT_Subscriptions *subscriptions,
                          const char *name,
                          size_t size,
                          const uint64_t *hashes,
                          size_t levels,
                          size_t *count);


/**
 * May a peer know of anonymous subscriptions that have certain codes?
 *
 * @param cls closure
 * @param peer the peer
 * @param cover the codes
 */
typedef bool (*MQTT_SubscriptionsAdmit) (void *cls,
                                         const struct GNUNET_PeerIdentity *peer,
                                         const struct MQTT_Cover *cover);

/** A peer that asks, and what it may know: for one question. */
struct MQTT_SubscriptionsAsker
{
  const struct GNUNET_PeerIdentity *peer;
  MQTT_SubscriptionsAdmit admits;
  /** Closure for @e admits. */
  void *cls;
  /* private: many subscriptions in a row have the same codes. */
  const struct MQTT_Cover *cover;
  bool admitted;
};


/**
 * May it be known that there is a subscription?
 *
 * @param subscription the subscription
 * @param asker who asks; NULL for anybody
 */
bool
MQTT_subscription_is_known (const struct MQTT_Subscription *subscription,
                            struct MQTT_SubscriptionsAsker *asker);


/**
 * Does anybody want a topic of which only the hashes are known?
 *
 * @param subscriptions all subscriptions
 * @param hashes hashes of the levels
 * @param levels number of levels
 * @param dollar does the name begin with '$'?
 * @param asker who asks; NULL for anybody
 * @param known who was known to want it; NULL for nobody
 * @param[out] wanted who does; @e groups to be given back, if anybody does
 * @return false if nobody does
 */
bool
MQTT_subscriptions_wanted (struct MQTT_Subscriptions *subscriptions,
                           const uint64_t *hashes,
                           size_t levels,
                           bool dollar,
                           struct MQTT_SubscriptionsAsker *asker,
                           const struct MQTT_Audience *known,
                           struct MQTT_Wanted *wanted);

#endif
