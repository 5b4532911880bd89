/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_store_peers.c
 * @brief Tests of service/store_records.h: what is kept of other peers.
 */
#include "run_cases.h"
#include "service/store_backlog.h"
#include "store_fixture.h"

static struct StoreFixture f;
static struct MQTT_StoreOutgoing outgoing[8];
static struct MQTT_StoreInterest interests[8];
static struct MQTT_StoreMark marks[8];
static unsigned int count;


static void
setup (void)
{
  fake_time_begin ();
  store_fixture_begin (&f);
  store_fixture_open (&f);
}


static void
teardown (void)
{
  store_fixture_end (&f);
  fake_time_end ();
}


static void
note_outgoing (void *cls, const struct MQTT_StoreOutgoing *one)
{
  (void)cls;
  ck_assert_uint_lt (count, 8);
  outgoing[count++] = *one;
}


static void
note_interest (void *cls, const struct MQTT_StoreInterest *one)
{
  (void)cls;
  ck_assert_uint_lt (count, 8);
  interests[count] = *one;
  /* The bytes are gone afterwards: only their number is looked at. */
  interests[count++].topic.data = NULL;
}


static void
note_mark (void *cls, const struct MQTT_StoreMark *one)
{
  (void)cls;
  ck_assert_uint_lt (count, 8);
  marks[count++] = *one;
}


static void
load (void)
{
  store_fixture_reopen (&f);
  count = 0;
}


/** All but the peer, sequence and groups is as it was put. */
static void
check_outgoing (const struct MQTT_StoreOutgoing *put,
                const struct MQTT_StoreOutgoing *found)
{
  ck_assert_uint_eq (put->message, found->message);
  ck_assert_uint_eq (put->expires_us, found->expires_us);
  ck_assert_uint_eq (put->size, found->size);
  ck_assert_uint_eq (put->run, found->run);
  ck_assert_uint_eq (put->qos, found->qos);
  ck_assert (put->only == found->only);
  ck_assert_uint_eq (3, found->topic.size);
}


START_TEST (outbox)
{
  const struct MQTT_Bytes changed = BYTES ("group 1.group 2.");
  struct MQTT_StoreOutgoing one = {
    .message = store_fixture_message (&f, 1),
    .groups = BYTES ("group 1."),
    .only = true,
    .expires_us = 4,
    .size = 5,
    .run = UINT64_MAX,
    .qos = 2,
  };

  for (unsigned int peer = 2; peer >= 1; peer--)
    for (uint64_t sequence = 3; sequence >= 1; sequence--)
    {
      one.peer = fake_identity (peer);
      one.sequence = sequence;
      ck_assert (MQTT_store_outbox_put (f.store, &one));
    }
  ck_assert (!MQTT_store_outbox_put (f.store, &one));
  load ();
  one.peer = fake_identity (1);
  one.sequence = 2;
  ck_assert (
    MQTT_store_outbox_change (f.store, &one.peer, one.sequence, &changed));
  load ();
  ck_assert (MQTT_store_outboxes_load (f.store, &note_outgoing, NULL));
  ck_assert_uint_eq (6, count);
  for (unsigned int i = 0; i < 6; i++)
  {
    one.peer = fake_identity (1 + i / 3);
    one.sequence = 1 + i % 3;
    ck_assert_mem_eq (&one.peer, &outgoing[i].peer, sizeof (one.peer));
    ck_assert_uint_eq (one.sequence, outgoing[i].sequence);
    ck_assert_uint_eq ((1 == i) ? 16 : 8, outgoing[i].groups.size);
    check_outgoing (&one, &outgoing[i]);
  }
  ck_assert (MQTT_store_outbox_has (f.store, &one.peer, one.message));
  ck_assert (!MQTT_store_outbox_has (f.store, &one.peer, one.message + 1));
  one.peer = fake_identity (3);
  ck_assert (!MQTT_store_outbox_has (f.store, &one.peer, one.message));
  one.peer = fake_identity (1);
  MQTT_store_outbox_acknowledged (f.store, &one.peer, 2);
  one.peer = fake_identity (2);
  MQTT_store_outbox_remove (f.store, &one.peer, 2);
  load ();
  ck_assert (MQTT_store_outboxes_load (f.store, &note_outgoing, NULL));
  ck_assert_uint_eq (3, count);
  ck_assert_uint_eq (3, outgoing[0].sequence);
  ck_assert_uint_eq (1, outgoing[1].sequence);
  ck_assert_uint_eq (3, outgoing[2].sequence);
  MQTT_store_outbox_acknowledged (f.store, &one.peer, UINT64_MAX);
  load ();
  ck_assert (MQTT_store_outboxes_load (f.store, &note_outgoing, NULL));
  ck_assert_uint_eq (1, count);
}
END_TEST


START_TEST (interest)
{
  struct MQTT_StoreInterest one = {
    .peer = fake_identity (1),
    .topic = BYTES ("a/b"),
    .confirmed_us = 6,
    .groups = BYTES ("group 1."),
    .qos = 1,
  };
  struct MQTT_Bytes gone = one.topic;

  ck_assert (MQTT_store_interest_put (f.store, &one));
  one.topic = BYTES ("long/topic");
  ck_assert (MQTT_store_interest_put (f.store, &one));
  one.confirmed_us = 7;
  one.qos = 2;
  one.only = true;
  one.groups = (struct MQTT_Bytes)BYTES ("group 1.group 2.");
  ck_assert (MQTT_store_interest_put (f.store, &one));
  load ();
  ck_assert (MQTT_store_interests_load (f.store, &note_interest, NULL));
  ck_assert_uint_eq (2, count);
  MQTT_store_interest_remove (f.store, &one.peer, &gone);
  load ();
  ck_assert (MQTT_store_interests_load (f.store, &note_interest, NULL));
  ck_assert_uint_eq (1, count);
  ck_assert_mem_eq (&one.peer, &interests[0].peer, sizeof (one.peer));
  ck_assert_uint_eq (one.topic.size, interests[0].topic.size);
  ck_assert_uint_eq (7, interests[0].confirmed_us);
  ck_assert_uint_eq (2, interests[0].qos);
  ck_assert_uint_eq (16, interests[0].groups.size);
  ck_assert (interests[0].only);
}
END_TEST


/** #MQTT_StoreHostCallback */
static void
note_host (void *cls, const struct MQTT_StoreHost *host)
{
  struct MQTT_StoreHost *noted = cls;

  noted[count++] = *host;
}


START_TEST (hosts)
{
  struct MQTT_StoreHost noted[2];
  struct MQTT_StoreHost one = { .peer = fake_identity (1), .called_us = 9 };
  struct MQTT_StoreHost two = { .peer = fake_identity ((0 == _i) ? 1 : 2),
                                .end = { { 7 - (unsigned int)_i } },
                                .called_us = 8 };

  ck_assert (MQTT_store_host_put (f.store, &one));
  ck_assert (MQTT_store_host_put (f.store, &two));
  one.called_us = 7;
  ck_assert (MQTT_store_host_put (f.store, &one));
  count = 0;
  ck_assert (MQTT_store_hosts_load (f.store, &note_host, noted));
  ck_assert_uint_eq (2, count);
  ck_assert_mem_eq (&one, &noted[0], sizeof (one));
  ck_assert_mem_eq (&two, &noted[1], sizeof (two));
  MQTT_store_host_remove (f.store, &one);
  count = 0;
  ck_assert (MQTT_store_hosts_load (f.store, &note_host, noted));
  ck_assert_uint_eq (1, count);
  MQTT_store_close (f.store);
  store_fixture_change (&f,
                        (0 == _i) ? "UPDATE host SET peer = 'text'"
                                  : "UPDATE host SET code = 'text'");
  store_fixture_open (&f);
  count = 0;
  ck_assert (MQTT_store_hosts_load (f.store, &note_host, noted));
  ck_assert_uint_eq (0, count);
}
END_TEST


START_TEST (marks_of_runs)
{
  struct MQTT_StoreMark one = {
    .peer = fake_identity (1),
    .run = UINT64_MAX,
    .sequence = 3,
    .updated_us = 9,
  };
  const struct MQTT_Bytes topic = BYTES ("topic");

  ck_assert (MQTT_store_mark_put (f.store, &one));
  one.sequence = UINT64_MAX - 1;
  ck_assert (MQTT_store_mark_put (f.store, &one));
  one.topic = topic;
  ck_assert (MQTT_store_mark_put (f.store, &one));
  one.run = 1;
  ck_assert (MQTT_store_mark_put (f.store, &one));
  load ();
  ck_assert (MQTT_store_marks_load (f.store, &note_mark, NULL));
  ck_assert_uint_eq (2, count);
  ck_assert_uint_eq (1, marks[1].run);
  ck_assert_uint_eq (topic.size, marks[1].topic.size);
  MQTT_store_mark_remove (f.store, &one.peer, 7, &topic);
  load ();
  ck_assert (MQTT_store_marks_load (f.store, &note_mark, NULL));
  ck_assert_uint_eq (1, count);
  ck_assert_mem_eq (&one.peer, &marks[0].peer, sizeof (one.peer));
  ck_assert_uint_eq (UINT64_MAX, marks[0].run);
  ck_assert_uint_eq (0, marks[0].topic.size);
  ck_assert_uint_eq (UINT64_MAX - 1, marks[0].sequence);
  ck_assert_uint_eq (9, marks[0].updated_us);
}
END_TEST


static void
note_kept (void *cls, const struct MQTT_StoreKept *one)
{
  (void)cls;
  ck_assert_uint_eq (1 + 2 * count, one->message);
  ck_assert_int_eq (0 == count, one->given);
  ck_assert_uint_eq (1, one->published_us);
  ck_assert_uint_eq (10, one->body_size);
  ck_assert_uint_eq (3, one->topic.size);
  ck_assert_mem_eq ("a/b", one->topic.data, 3);
  count++;
}


/* What is kept for later subscribers holds its message. */
START_TEST (backlog)
{
  for (int i = 0; i < 3; i++)
    ck_assert_uint_eq (1 + i, store_fixture_message (&f, 10));
  for (uint64_t id = 3; id >= 1; id--)
    ck_assert (MQTT_store_backlog_put (f.store, id, false));
  ck_assert (!MQTT_store_backlog_put (f.store, 4, false));
  ck_assert (MQTT_store_backlog_put (f.store, 1, true));
  MQTT_store_backlog_remove (f.store, (const uint64_t[]){ 2 }, 1);
  MQTT_store_message_drop (f.store, 1);
  load ();
  ck_assert_uint_eq (2, store_fixture_messages (&f, 3));
  ck_assert (MQTT_store_backlog_load (f.store, &note_kept, NULL));
  ck_assert_uint_eq (2, count);
  MQTT_store_backlog_remove (f.store, (const uint64_t[]){ 1, 7 }, 2);
  ck_assert_uint_eq (1, store_fixture_messages (&f, 3));
}
END_TEST


static void
note_had (void *cls, const struct MQTT_StoreKept *one)
{
  /* Groups of each who has got it; the last is of nobody. */
  static const char *const expected[] = { "12345678", "", "87654321", "" };
  const char *as = expected[count++];

  (void)cls;
  ck_assert_uint_ge (4, count);
  ck_assert_uint_eq ((4 == count) ? 2 : 1, one->message);
  ck_assert_int_eq (4 != count, one->given);
  ck_assert_int_eq (4 != count, one->had);
  ck_assert_uint_eq (strlen (as), one->groups.size);
  if (0 < one->groups.size)
    ck_assert_mem_eq (as, one->groups.data, one->groups.size);
}


/* Who has got what is kept is known for as long as it is kept. */
START_TEST (who_has_got_it)
{
  const struct GNUNET_PeerIdentity one = fake_identity (1);
  const struct GNUNET_PeerIdentity two = fake_identity (2);
  struct MQTT_StoreHad had = { .message = 1,
                               .groups = BYTES ("12345678"),
                               .only = true };
  bool has;

  ck_assert_uint_eq (1, store_fixture_message (&f, 10));
  ck_assert_uint_eq (2, store_fixture_message (&f, 10));
  ck_assert (MQTT_store_backlog_put (f.store, 1, true));
  ck_assert (MQTT_store_backlog_put (f.store, 2, false));
  ck_assert (MQTT_store_had_put (f.store, &had));
  had.peer = &one;
  had.groups = BYTES ("87654321");
  ck_assert (MQTT_store_had_put (f.store, &had));
  had = (struct MQTT_StoreHad){ .message = 1, .peer = &one };
  ck_assert (MQTT_store_had_put (f.store, &had));
  ck_assert (MQTT_store_had_put (f.store, &had));
  load ();
  ck_assert (MQTT_store_backlog_load (f.store, &note_had, NULL));
  ck_assert_uint_eq (4, count);
  ck_assert (MQTT_store_had_has (f.store, 1, &one, &has) && has);
  ck_assert (MQTT_store_had_has (f.store, 1, &two, &has) && !has);
  MQTT_store_backlog_remove (f.store, (const uint64_t[]){ 1 }, 1);
  ck_assert (MQTT_store_had_has (f.store, 1, &one, &has) && !has);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("store_peers");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, outbox);
  tcase_add_test (tc, interest);
  tcase_add_loop_test (tc, hosts, 0, 2);
  tcase_add_test (tc, marks_of_runs);
  tcase_add_test (tc, backlog);
  tcase_add_test (tc, who_has_got_it);
  return tc;
}


int
main (void)
{
  return run_cases ("store_peers", cases ());
}
