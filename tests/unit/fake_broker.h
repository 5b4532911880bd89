/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_broker.h
 * @brief A whole service but for its program: clients, router, outreaches and
 *        links, over a fake meeting place and a network in memory.
 */
#ifndef MQTT_TESTS_UNIT_FAKE_BROKER_H
#define MQTT_TESTS_UNIT_FAKE_BROKER_H

#include "fake_peer.h"
#include "fake_rendezvous.h"
#include "service/clients.h"
#include "service/discovery.h"

struct FakeBroker
{
  struct FakeNet net;
  struct FakeRendezvous rendezvous;
  /** Peer 1; it holds what is not named here. */
  struct FakePeer *peer;
  struct MQTT_Discovery *discovery;
  struct MQTT_Interests *interests;
  struct MQTT_Outreaches *outreaches;
  struct MQTT_Testaments *testaments;
  struct MQTT_Router *router;
  struct MQTT_Publishing publishing;
  struct MQTT_Sessions *sessions;
  struct MQTT_Clients *clients;
  /** How often a session that was full had room again. */
  unsigned int rooms;
};


/**
 * Start the time, and make the peer, whose options may then be changed.
 *
 * @param[out] broker begun
 */
void
fake_broker_begin (struct FakeBroker *broker);


/**
 * Make the rest.
 */
void
fake_broker_build (struct FakeBroker *broker);


/**
 * End all but the clock, the network and what is on disk, and start it anew.
 * Its applications must be told with fake_application_lose() before any time passes.
 */
void
fake_broker_restart (struct FakeBroker *broker);


/**
 * End all but the network and the time.
 */
void
fake_broker_end (struct FakeBroker *broker);


/**
 * End the network and the time.
 */
void
fake_broker_end_world (struct FakeBroker *broker);


/**
 * Every message is accounted for, as tests/proof/balance sums up, but for what is on
 * links: see fake_peer_destroy().  It holds at any time, if only applications publish
 * and subscribe.
 */
void
fake_broker_check_balance (const struct FakeBroker *broker);


/**
 * Value of one of the peer's counters.
 */
uint64_t
fake_broker_counted (const struct FakeBroker *broker, enum MQTT_Counter which);

#endif
