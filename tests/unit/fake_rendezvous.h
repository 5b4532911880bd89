/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_rendezvous.h
 * @brief A meeting place that finds whom the test says, and remembers all that
 *        was asked of it.
 */
#ifndef MQTT_TESTS_UNIT_FAKE_RENDEZVOUS_H
#define MQTT_TESTS_UNIT_FAKE_RENDEZVOUS_H

#include "fake_time.h"
#include "service/rendezvous.h"

/** An announcement or search, standing or ended. */
struct FakeOperation
{
  char text[512];
  /** Milliseconds since the test began. */
  uint64_t at;
  bool is_search;
  bool anonymous;
  bool ended;
  /* of a search */
  MQTT_RendezvousFound found;
  void *found_cls;
};

struct FakeRendezvous
{
  struct MQTT_RendezvousOps ops;
  /** All that was asked, in order. */
  struct FakeOperation *operations[4096];
  unsigned int count;
  /** Nothing is possible now. */
  bool impossible;
  /** A search for this text kills the service, unless NULL. */
  const char *poison;
  MQTT_RendezvousFailed failed;
  void *failed_cls;
  struct GNUNET_SCHEDULER_Task *death;
};


/**
 * @param[out] rendezvous begun
 */
void
fake_rendezvous_begin (struct FakeRendezvous *rendezvous);


/**
 * Everything must have ended.
 */
void
fake_rendezvous_end (struct FakeRendezvous *rendezvous);


/**
 * Everything that stands is lost; then tell @e failed.
 */
void
fake_rendezvous_fail (struct FakeRendezvous *rendezvous);


/**
 * Number of announcements or searches that stand.
 */
unsigned int
fake_rendezvous_standing (const struct FakeRendezvous *rendezvous,
                          bool searches);


/**
 * Number of times something was asked, ended or not.
 *
 * @param text what; NULL for anything
 */
unsigned int
fake_rendezvous_asked (const struct FakeRendezvous *rendezvous,
                       bool searches,
                       const char *text);


/**
 * Get what stands for a text.
 *
 * @return NULL if nothing does
 */
struct FakeOperation *
fake_rendezvous_get (struct FakeRendezvous *rendezvous,
                     bool search,
                     const char *text);


/**
 * Let a standing search find a peer, whose identity is a number.
 */
void
fake_rendezvous_find (struct FakeRendezvous *rendezvous,
                      const char *text,
                      unsigned int peer);

#endif
