/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/store_fixture.h
 * @brief A store in a temporary folder, and short ways to write to it.
 *
 * Needs a scheduler: fake_time_begin().
 */
#ifndef MQTT_TESTS_UNIT_STORE_FIXTURE_H
#define MQTT_TESTS_UNIT_STORE_FIXTURE_H

#include "fake_identity.h"
#include "fake_time.h"
#include "service/store.h"
#include "service/store_records.h"

/** A text as bytes. */
#define BYTES(text) \
  ((struct MQTT_Bytes){ .data = (text), .size = strlen (text) })

struct StoreFixture
{
  struct MQTT_Store *store;
  struct MQTT_StoreOptions options;
  /** Where its file is. */
  char folder[64];
  char file[96];
  /** What those who waited heard, one of '+' and '-' each; in order. */
  char heard[256];
  /** What was said of its being writable, '+' and '-'. */
  char changes[256];
  /** How often it was said that there is room. */
  unsigned int rooms;
};

/** What a queue holds: a letter each, by position; 'a' is at 1. */
struct StoreQueue
{
  bool at[256];
  uint64_t messages[256];
  unsigned int count;
};


/**
 * Choose a name for the file, and opens nothing.
 */
void
store_fixture_begin (struct StoreFixture *fixture);


/**
 * Close it, if it is open, and remove the folder.
 */
void
store_fixture_end (struct StoreFixture *fixture);


/**
 * Open the store, which must succeed.
 */
void
store_fixture_open (struct StoreFixture *fixture);


/**
 * Close the store, and open it again.
 */
void
store_fixture_reopen (struct StoreFixture *fixture);


/**
 * Run SQL on the file, which is not open, as somebody else.
 */
void
store_fixture_change (const struct StoreFixture *fixture, const char *sql);


/**
 * Have a '+' or '-' appended to @e heard.
 */
struct MQTT_StoreWait *
store_fixture_wait (struct StoreFixture *fixture);


/**
 * Write a message of QoS 1.
 *
 * @param size bytes of its payload
 * @return its id, or 0
 */
uint64_t
store_fixture_message (struct StoreFixture *fixture, size_t size);


/**
 * Write a session.
 */
uint64_t
store_fixture_session (struct StoreFixture *fixture, const char *client);


bool
store_fixture_enqueue (struct StoreFixture *fixture,
                       uint64_t session,
                       uint64_t position,
                       uint64_t message);


/**
 * Read the queues of all sessions, as if they were one.
 */
void
store_fixture_queue (struct StoreFixture *fixture, struct StoreQueue *queue);


/**
 * How many messages are there, as far as they can be found by their ids?
 */
unsigned int
store_fixture_messages (struct StoreFixture *fixture, uint64_t last);

#endif
