/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_transport.h
 * @brief A network in memory: nodes, and channels between them.
 *
 * What is sent arrives a millisecond later, in order; what the receiver is not
 * ready for fills a window, and then the sender's queue stops.
 */
#ifndef MQTT_TESTS_UNIT_FAKE_TRANSPORT_H
#define MQTT_TESTS_UNIT_FAKE_TRANSPORT_H

#include "fake_time.h"
#include "service/transport.h"

/** Segments under way to who is not ready. */
#define FAKE_WINDOW 4

struct FakeEnd;
struct FakeNet;

struct FakeNode
{
  struct FakeNet *net;
  struct GNUNET_PeerIdentity identity;
  struct MQTT_TransportEvents events;
  struct MQTT_TransportOps ops;
  /** Channels that this node has opened. */
  unsigned int opened;
  /** It reads nothing. */
  bool deaf;
};

struct FakeNet
{
  struct FakeNode *nodes[8];
  unsigned int count;
  struct FakeEnd *head;
  struct FakeEnd *tail;
  /** Nothing arrives anywhere, and nobody is told. */
  bool silent;
};


/**
 * Add a node, whose events are filled in before the first channel is opened.
 *
 * @param net the network
 * @param[out] node the node, with functions for its user
 * @param identity who it is
 */
void
fake_net_join (struct FakeNet *net,
               struct FakeNode *node,
               const struct GNUNET_PeerIdentity *identity);


/**
 * Break all channels without a word, also those of nodes that are no more.
 */
void
fake_net_end (struct FakeNet *net);


/**
 * Break all channels; both ends of each are told.
 */
void
fake_net_cut (struct FakeNet *net);


/**
 * Break one channel; both of its ends are told, this one first and now.
 */
void
fake_end_cut (struct FakeEnd *end);


/**
 * Number of channel ends that a node has, without those it is still to be told of.
 */
unsigned int
fake_node_ends (const struct FakeNode *node);


/**
 * A node reads again.
 */
void
fake_node_wake (struct FakeNode *node);


/**
 * Send a segment, without a message queue and past the window.
 */
void
fake_end_send (struct FakeEnd *end, const void *data, size_t size);

#endif
