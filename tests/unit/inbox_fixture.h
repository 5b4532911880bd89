/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/inbox_fixture.h
 * @brief Marks of three peers, few of which may be kept, in a store: to be included by
 *        one file of a test program.
 */
#ifndef MQTT_TESTS_UNIT_INBOX_FIXTURE_H
#define MQTT_TESTS_UNIT_INBOX_FIXTURE_H

#include <sqlite3.h>
#include "run_cases.h"
#include "service/inbox.h"
#include "store_faults.h"
#include "store_fixture.h"

static struct StoreFixture f;
static struct MQTT_Options options;
static struct MQTT_Inboxes *inboxes;
static unsigned int rows;


static inline void
setup (void)
{
  fake_time_begin ();
  store_faults_register ();
  store_fixture_begin (&f);
  f.options.vfs = STORE_FAULTS_VFS;
  store_fixture_open (&f);
  options = (struct MQTT_Options){
    .marks = 3,
    .link_topics = 2,
    .interest_lifetime = MS (100 * 1000),
  };
  inboxes = MQTT_inboxes_create (&options, f.store);
  ck_assert (MQTT_inboxes_load (inboxes));
}


static inline void
teardown (void)
{
  MQTT_inboxes_destroy (inboxes);
  store_fixture_end (&f);
  fake_time_end ();
}


/** Begin a new run of ours. */
static inline void
restart (void)
{
  MQTT_inboxes_destroy (inboxes);
  store_fixture_reopen (&f);
  inboxes = MQTT_inboxes_create (&options, f.store);
  ck_assert (MQTT_inboxes_load (inboxes));
}


/** A publication to a topic of one level, whose hash is the topic's number. */
static inline struct MQTT_InboxItem
item (uint64_t run, uint64_t sequence, uint64_t topic)
{
  static uint64_t hashes[16];

  hashes[topic] = topic;
  return (struct MQTT_InboxItem){
    .serial = { .run = run, .sequence = sequence },
    .hashes = &hashes[topic],
    .levels = 1,
  };
}


static inline struct MQTT_Inbox *
inbox (unsigned int peer)
{
  const struct GNUNET_PeerIdentity identity = fake_identity (peer);

  return MQTT_inboxes_get (inboxes, &identity);
}


static inline bool
has (uint64_t run, uint64_t sequence, uint64_t topic)
{
  struct MQTT_InboxItem it = item (run, sequence, topic);

  return MQTT_inbox_has (inbox (1), &it);
}


static inline void
take (uint64_t run, uint64_t sequence, uint64_t topic)
{
  struct MQTT_InboxItem it = item (run, sequence, topic);

  ck_assert (MQTT_inbox_take (inbox (1), &it));
}


static inline bool
give_back (uint64_t run, uint64_t sequence, uint64_t topic)
{
  struct MQTT_InboxItem it = item (run, sequence, topic);

  return MQTT_inbox_return (inbox (1), &it);
}


static inline void
count_row (void *cls, const struct MQTT_StoreMark *mark)
{
  (void)cls;
  (void)mark;
  rows++;
}


/** @return marks on disk */
static inline unsigned int
count_rows (void)
{
  rows = 0;
  ck_assert (MQTT_store_marks_load (f.store, &count_row, NULL));
  return rows;
}

#endif
