/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_peer.h
 * @brief The links of one peer, in a network in memory; and a stranger, who
 *        speaks to it frame by frame.
 */
#ifndef MQTT_TESTS_UNIT_FAKE_PEER_H
#define MQTT_TESTS_UNIT_FAKE_PEER_H

#include "core/link_frame.h"
#include "fake_transport.h"
#include "service/link.h"
#include "service/promise.h"
#include "store_fixture.h"

struct FakePeer
{
  struct FakeNode node;
  struct MQTT_Options options;
  struct MQTT_Counters *counters;
  struct MQTT_Subscriptions *subscriptions;
  struct MQTT_Topics *topics;
  struct MQTT_Ownership *ownership;
  struct StoreFixture store;
  struct MQTT_Shelf *shelf;
  struct MQTT_Promises *promises;
  struct MQTT_Retention *retention;
  struct MQTT_Copies *copies;
  struct MQTT_Links *links;
  /** What is left of former runs was read. */
  bool started;
  /** SQL that somebody else runs on its file as it is started anew; NULL for none. */
  const char *change;
  /** What fails while that is done; NULL for nothing. */
  struct StoreFault *fault;
  struct MQTT_Subscriber subscriber;
  /** It has no room at QoS 1 and 2. */
  bool busy;
  /** "topic=payload " of each message that has arrived. */
  char received[4096];
  /** Messages that have arrived. */
  unsigned int count;
  /** QoS of the last one, and for whom it was. */
  uint8_t qos;
  bool plain;
  struct MQTT_Groups *groups;
  /** The same, without those that were named; its sets are not to be looked at once
      another one has come. */
  struct MQTT_Audience rest;
  /** Messages that were for groups. */
  unsigned int grouped;
  /** Who publishes to it waits here, if it is closed. */
  struct MQTT_Gate gate;
  bool closed;
};

/** One channel of a stranger's. */
struct FakeEar
{
  struct FakeEar *prev;
  struct FakeEar *next;
  struct FakeStranger *stranger;
  struct FakeEnd *end;
  struct MQTT_FrameReader *reader;
  struct MQTT_FrameBudget budget;
};

/** What a stranger was told. */
struct FakeStranger
{
  struct FakeNode node;
  struct FakeNode *victim;
  /** His newest channel; NULL if it is gone. */
  struct FakeEnd *end;
  struct FakeEar *ears_head;
  struct FakeEar *ears_tail;
  /** Version of the last PUBLISH. */
  struct MQTT_Version version;
  /** Type of each frame that has arrived, one digit each, since the last look. */
  char heard[256];
  unsigned int frames;
  /** The last ones of their kind. */
  struct MQTT_LinkHello hello;
  struct MQTT_LinkTopic topic;
  struct MQTT_LinkWant want;
  struct MQTT_LinkRefuse refuse;
  /** "payload/QoS " of each PUBLISH since the last look, "*" before it if it is kept. */
  char published[256];
  /** The last answers: wanted? */
  bool wanted[64];
  /** Channels of his that were closed by the other side. */
  unsigned int closed;
};


/**
 * @param net the network
 * @param number tells its identity
 * @return a peer, with small limits that may be changed before its first link
 */
struct FakePeer *
fake_peer_create (struct FakeNet *net, unsigned int number);


void
fake_peer_destroy (struct FakePeer *peer);


/**
 * End its links and its store, and start them anew.
 */
void
fake_peer_restart (struct FakePeer *peer);


/**
 * Make a subscription at a peer, at QoS 0.
 */
struct MQTT_Subscription *
fake_peer_subscribe (struct FakePeer *peer, const char *filter);


/**
 * Make a subscription at a peer, at QoS 2.
 */
struct MQTT_Subscription *
fake_peer_subscribe_surely (struct FakePeer *peer, const char *filter);


void
fake_peer_unsubscribe (struct FakePeer *peer,
                       struct MQTT_Subscription *subscription);


/**
 * Link of one peer to another, made if there is none.
 */
struct MQTT_Link *
fake_peer_link (struct FakePeer *peer, const struct FakeNode *other);


/**
 * A message with a text as payload.
 */
struct MQTT_Message *
fake_message (const char *payload);


/**
 * @param[out] stranger joins the network
 * @param victim whom he speaks to
 * @param number tells his identity
 */
void
fake_stranger_begin (struct FakeStranger *stranger,
                     struct FakePeer *victim,
                     unsigned int number);


void
fake_stranger_end (struct FakeStranger *stranger);


/**
 * Open a channel to the victim, and speak on this one from now on; those before
 * stay open.
 */
void
fake_stranger_open (struct FakeStranger *stranger);


/**
 * Close one of his channels.
 */
void
fake_stranger_close (struct FakeStranger *stranger, struct FakeEnd *end);


/**
 * Send the frames that an outbox holds, and let them arrive.
 *
 * @param stranger the stranger
 * @param outbox what to send; empty thereafter
 */
void
fake_stranger_send (struct FakeStranger *stranger, struct MQTT_Outbox *outbox);


/**
 * Send one frame of any kind, and let it arrive.
 */
void
fake_stranger_say (struct FakeStranger *stranger,
                   uint8_t type,
                   const void *body,
                   size_t size);


/* These send one frame each, and let it arrive. */

void
fake_stranger_hello (struct FakeStranger *stranger);

/** Ask about a topic by its text, under the first epoch. */
void
fake_stranger_ask (struct FakeStranger *stranger,
                   uint32_t number,
                   const char *topic);

void
fake_stranger_name (struct FakeStranger *stranger,
                    uint32_t number,
                    const char *topic);

/** Send what is to be retained, as what is kept or not. */
void
fake_stranger_retain (struct FakeStranger *stranger,
                      uint32_t number,
                      const char *payload,
                      const struct MQTT_Version *version,
                      bool kept);

/** Answer the last question. */
void
fake_stranger_want (struct FakeStranger *stranger);

void
fake_stranger_publish (struct FakeStranger *stranger,
                       uint32_t number,
                       const char *payload);

#endif
