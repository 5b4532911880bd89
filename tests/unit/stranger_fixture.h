/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/stranger_fixture.h
 * @brief A peer, and a stranger in its network: to be included by one file of a test
 *        program.
 */
#ifndef MQTT_TESTS_UNIT_STRANGER_FIXTURE_H
#define MQTT_TESTS_UNIT_STRANGER_FIXTURE_H

#include "fake_peer.h"

static struct FakeNet net;
static struct FakePeer *peer;
static struct FakeStranger stranger;


static inline void
begin_stranger (void)
{
  memset (&net, 0, sizeof (net));
  fake_time_begin ();
  peer = fake_peer_create (&net, 1);
  fake_stranger_begin (&stranger, peer, 2);
}


static inline void
end_stranger (void)
{
  fake_stranger_end (&stranger);
  fake_peer_destroy (peer);
  fake_net_end (&net);
  fake_time_end ();
}


static inline uint64_t
counted (enum MQTT_Counter which)
{
  return MQTT_counter (peer->counters, which);
}

#endif
