/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_store.c
 * @brief Tests of service/store.h and store_records.h: what is written is read
 *        again, also after the store was closed.
 */
#include "run_cases.h"
#include "store_fixture.h"

#define LARGE UINT64_C (0xfedcba9876543210)

static struct StoreFixture f;
/** What the callbacks below saw, one line each. */
static char seen[4096];


static void
setup (void)
{
  fake_time_begin ();
  store_fixture_begin (&f);
  store_fixture_open (&f);
  seen[0] = '\0';
}


static void
teardown (void)
{
  store_fixture_end (&f);
  fake_time_end ();
}


/** Append to what was seen; closes the line. */
static void
see (const char *format, ...) __attribute__ ((format (printf, 1, 2)));

static void
see (const char *format, ...)
{
  size_t length = strlen (seen);
  va_list args;

  va_start (args, format);
  (void)vsnprintf (seen + length, sizeof (seen) - length, format, args);
  va_end (args);
  ck_assert_uint_lt (strlen (seen) + 1, sizeof (seen));
  seen[strlen (seen) + 1] = '\0';
  seen[strlen (seen)] = '\n';
}


/** A closed and opened store has the same to show. */
static void
expect (void (*look) (void), const char *expected)
{
  for (unsigned int i = 0; i < 2; i++)
  {
    seen[0] = '\0';
    look ();
    ck_assert_str_eq (expected, seen);
    store_fixture_reopen (&f);
  }
}


static void
see_message (void *cls, const struct MQTT_StoreMessage *message)
{
  (void)cls;
  see ("%llu %.*s %.*s %u %u %d %llu %llu",
       (unsigned long long)message->id,
       (int)message->topic.size,
       (const char *)message->topic.data,
       (int)message->body.size,
       (const char *)message->body.data,
       message->properties_size,
       message->qos,
       message->retain,
       (unsigned long long)message->published_us,
       (unsigned long long)message->expires_us);
}


static void
look_at_messages (void)
{
  static const uint64_t ids[] = { 2, 77, 1 };

  ck_assert (MQTT_store_messages_read (f.store, ids, 3, &see_message, NULL));
}


START_TEST (messages)
{
  struct MQTT_StoreMessage message = {
    .topic = BYTES ("t/\xc3\xa4"),
    .body = { "\001\001payload", 9 },
    .properties_size = 2,
    .published_us = 5,
    .expires_us = LARGE,
    .qos = 2,
    .retain = true,
  };
  uint64_t session = store_fixture_session (&f, "c");

  ck_assert_uint_eq (1, MQTT_store_message_put (f.store, &message));
  message.topic = BYTES ("");
  message.body.size = 0;
  message.properties_size = 0;
  ck_assert_uint_eq (2, MQTT_store_message_put (f.store, &message));
  ck_assert (store_fixture_enqueue (&f, session, 1, 1));
  ck_assert (store_fixture_enqueue (&f, session, 2, 2));
  expect (&look_at_messages,
          "2   0 2 1 5 18364758544493064720\n"
          "1 t/\xc3\xa4 \001\001payload 2 2 1 5 18364758544493064720\n");
}
END_TEST


START_TEST (message_goes_with_the_last_that_refers_to_it)
{
  uint64_t session = store_fixture_session (&f, "c");
  uint64_t id = store_fixture_message (&f, 10);
  struct MQTT_StoreOutgoing outgoing = { .sequence = 3, .message = id };
  struct MQTT_StoreRetained retained = { .topic = BYTES ("t"), .message = id };
  struct MQTT_StoreSession will = { .id = session,
                                    .client = BYTES ("c"),
                                    .will = id };

  ck_assert (store_fixture_enqueue (&f, session, 1, id));
  ck_assert (MQTT_store_outbox_put (f.store, &outgoing));
  ck_assert (MQTT_store_retained_put (f.store, &retained));
  ck_assert_uint_eq (session, MQTT_store_session_put (f.store, &will));
  MQTT_store_message_drop (f.store, id);
  MQTT_store_queue_remove (f.store, session, 1);
  MQTT_store_outbox_acknowledged (f.store, &outgoing.peer, 3);
  ck_assert_uint_eq (1, store_fixture_messages (&f, id));
  /* Cleared in place of the message. */
  retained.message = 0;
  ck_assert (MQTT_store_retained_put (f.store, &retained));
  ck_assert_uint_eq (1, store_fixture_messages (&f, id));
  MQTT_store_session_remove (f.store, session);
  ck_assert_uint_eq (0, store_fixture_messages (&f, id));
  id = store_fixture_message (&f, 10);
  MQTT_store_message_drop (f.store, id);
  ck_assert_uint_eq (0, store_fixture_messages (&f, id));
  /* Forgotten by its caller. */
  id = store_fixture_message (&f, 10);
  store_fixture_reopen (&f);
  ck_assert_uint_eq (0, store_fixture_messages (&f, id));
}
END_TEST


static void
see_retained (void *cls, const struct MQTT_StoreRetained *retained)
{
  (void)cls;
  see ("%.*s %llu %llu %llx %llu %llu %llu%s",
       (int)retained->topic.size,
       (const char *)retained->topic.data,
       (unsigned long long)retained->message,
       (unsigned long long)retained->clock_us,
       (unsigned long long)retained->run,
       (unsigned long long)retained->sequence,
       (unsigned long long)retained->expires_us,
       (unsigned long long)retained->size,
       retained->own      ? " own"
       : retained->hidden ? " hidden"
                          : "");
}


static void
look_at_retained (void)
{
  ck_assert (MQTT_store_retained_load (f.store, &see_retained, NULL));
}


START_TEST (retained)
{
  struct MQTT_StoreRetained r = {
    .topic = BYTES ("a"),
    .message = store_fixture_message (&f, 1),
    .clock_us = 10,
    .run = LARGE,
    .sequence = 3,
    .own = true,
  };
  struct MQTT_Bytes topic = BYTES ("b");

  ck_assert (MQTT_store_retained_put (f.store, &r));
  r.topic = topic;
  ck_assert (MQTT_store_retained_put (f.store, &r));
  r.topic = BYTES ("c");
  r.message = 0;
  r.own = false;
  r.hidden = true;
  r.expires_us = 99;
  ck_assert (MQTT_store_retained_put (f.store, &r));
  expect (&look_at_retained,
          "a 1 10 fedcba9876543210 3 0 1 own\n"
          "b 1 10 fedcba9876543210 3 0 1 own\n"
          "c 0 10 fedcba9876543210 3 99 0 hidden\n");
  MQTT_store_retained_remove (f.store, &topic);
  r.topic = BYTES ("a");
  r.sequence = 4;
  r.hidden = false;
  ck_assert (MQTT_store_retained_put (f.store, &r));
  expect (&look_at_retained,
          "a 0 10 fedcba9876543210 4 99 0\n"
          "c 0 10 fedcba9876543210 3 99 0 hidden\n");
  ck_assert_uint_eq (0, store_fixture_messages (&f, 1));
}
END_TEST


static void
see_session (void *cls, const struct MQTT_StoreSession *session)
{
  (void)cls;
  see ("%llu %.*s %llu %llu %llu %llu",
       (unsigned long long)session->id,
       (int)session->client.size,
       (const char *)session->client.data,
       (unsigned long long)session->left_us,
       (unsigned long long)session->expiry_us,
       (unsigned long long)session->will,
       (unsigned long long)session->will_delay_us);
}


static void
see_subscription (void *cls, const struct MQTT_StoreSubscription *subscription)
{
  (void)cls;
  see ("%llu %.*s %u %u",
       (unsigned long long)subscription->session,
       (int)subscription->filter.size,
       (const char *)subscription->filter.data,
       subscription->options,
       subscription->identifier);
}


static void
look_at_sessions (void)
{
  ck_assert (MQTT_store_sessions_load (f.store, &see_session, NULL));
  ck_assert (MQTT_store_subscriptions_load (f.store, &see_subscription, NULL));
}


START_TEST (sessions)
{
  struct MQTT_StoreSession session = {
    .client = { "", 0 },
    .left_us = 7,
    .expiry_us = 8,
    .will = store_fixture_message (&f, 1),
    .will_delay_us = 9,
  };

  ck_assert_uint_eq (1, MQTT_store_session_put (f.store, &session));
  /* No two with the same identifier, no will that is not there. */
  ck_assert_uint_eq (0, MQTT_store_session_put (f.store, &session));
  session.client = BYTES ("two");
  session.will = 55;
  ck_assert_uint_eq (0, MQTT_store_session_put (f.store, &session));
  session.will = 0;
  ck_assert_uint_eq (2, MQTT_store_session_put (f.store, &session));
  expect (&look_at_sessions, "1  7 8 1 9\n2 two 7 8 0 9\n");
  session.id = 2;
  session.left_us = 0;
  ck_assert_uint_eq (2, MQTT_store_session_put (f.store, &session));
  MQTT_store_session_remove (f.store, 1);
  expect (&look_at_sessions, "2 two 0 8 0 9\n");
  session.id = 1;
  session.client = BYTES ("one");
  ck_assert_uint_eq (0, MQTT_store_session_put (f.store, &session));
  ck_assert (MQTT_store_is_writable (f.store));
}
END_TEST


START_TEST (subscriptions)
{
  struct MQTT_StoreSubscription s = {
    .session = store_fixture_session (&f, "one"),
    .filter = BYTES ("a/#"),
    .identifier = 268435455,
    .options = 0x2d,
  };
  struct MQTT_Bytes gone = BYTES ("+");
  uint64_t two = store_fixture_session (&f, "two");

  ck_assert (MQTT_store_subscription_put (f.store, &s));
  s.filter = gone;
  ck_assert (MQTT_store_subscription_put (f.store, &s));
  s.options = 1;
  s.identifier = 0;
  ck_assert (MQTT_store_subscription_put (f.store, &s));
  s.session = two;
  ck_assert (MQTT_store_subscription_put (f.store, &s));
  s.session = 99;
  ck_assert (!MQTT_store_subscription_put (f.store, &s));
  expect (&look_at_sessions,
          "1 one 0 1000 0 0\n2 two 0 1000 0 0\n"
          "1 + 1 0\n1 a/# 45 268435455\n2 + 1 0\n");
  MQTT_store_subscription_remove (f.store, 1, &gone);
  MQTT_store_session_remove (f.store, two);
  expect (&look_at_sessions, "1 one 0 1000 0 0\n1 a/# 45 268435455\n");
}
END_TEST


static void
see_queued (void *cls, const struct MQTT_StoreQueued *queued)
{
  (void)cls;
  see ("%llu %llu %llu %llu %llu %.*s %u %u %d",
       (unsigned long long)queued->session,
       (unsigned long long)queued->position,
       (unsigned long long)queued->message,
       (unsigned long long)queued->expires_us,
       (unsigned long long)queued->size,
       (int)queued->extra.size,
       (const char *)queued->extra.data,
       queued->state,
       queued->qos,
       queued->retain);
}


static void
look_at_queues (void)
{
  ck_assert (MQTT_store_queues_load (f.store, &see_queued, NULL));
}


START_TEST (queues)
{
  uint64_t one = store_fixture_session (&f, "one");
  uint64_t two = store_fixture_session (&f, "two");
  struct MQTT_StoreQueued queued = {
    .session = two,
    .position = 4,
    .message = store_fixture_message (&f, 1),
    .expires_us = LARGE,
    .size = 6,
    .extra = BYTES ("extra"),
    .state = 3,
    .qos = 2,
    .retain = true,
  };

  ck_assert (MQTT_store_queue_put (f.store, &queued));
  ck_assert (!MQTT_store_queue_put (f.store, &queued));
  ck_assert (store_fixture_enqueue (&f, one, 2, queued.message));
  ck_assert (store_fixture_enqueue (&f, one, 1, queued.message));
  ck_assert (!store_fixture_enqueue (&f, one, 3, 999));
  ck_assert (!store_fixture_enqueue (&f, 999, 3, queued.message));
  ck_assert (MQTT_store_queue_update (f.store, one, 1, 5));
  ck_assert (MQTT_store_queue_update (f.store, one, 99, 5));
  expect (&look_at_queues,
          "1 1 1 0 100  5 1 0\n"
          "1 2 1 0 100  0 1 0\n"
          "2 4 1 18364758544493064720 6 extra 3 2 1\n");
  MQTT_store_queue_remove (f.store, one, 1);
  MQTT_store_queue_remove (f.store, one, 1);
  MQTT_store_session_remove (f.store, two);
  expect (&look_at_queues, "1 2 1 0 100  0 1 0\n");
  ck_assert_uint_eq (1, store_fixture_messages (&f, 1));
  MQTT_store_session_remove (f.store, one);
  ck_assert_uint_eq (0, store_fixture_messages (&f, 1));
}
END_TEST


static void
see_inbound (void *cls, uint64_t session, uint16_t packet)
{
  (void)cls;
  see ("%llu %u", (unsigned long long)session, packet);
}


static void
look_at_inbound (void)
{
  ck_assert (MQTT_store_inbound_load (f.store, &see_inbound, NULL));
}


START_TEST (inbound)
{
  uint64_t one = store_fixture_session (&f, "one");
  uint64_t two = store_fixture_session (&f, "two");

  ck_assert (MQTT_store_inbound_put (f.store, two, 65535));
  ck_assert (MQTT_store_inbound_put (f.store, two, 65535));
  ck_assert (MQTT_store_inbound_put (f.store, one, 2));
  ck_assert (MQTT_store_inbound_put (f.store, one, 1));
  ck_assert (!MQTT_store_inbound_put (f.store, 999, 1));
  expect (&look_at_inbound, "1 1\n1 2\n2 65535\n");
  MQTT_store_inbound_remove (f.store, one, 1);
  MQTT_store_inbound_remove (f.store, one, 1);
  MQTT_store_session_remove (f.store, two);
  expect (&look_at_inbound, "1 2\n");
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("store");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, messages);
  tcase_add_test (tc, message_goes_with_the_last_that_refers_to_it);
  tcase_add_test (tc, retained);
  tcase_add_test (tc, sessions);
  tcase_add_test (tc, subscriptions);
  tcase_add_test (tc, queues);
  tcase_add_test (tc, inbound);
  return tc;
}


int
main (void)
{
  return run_cases ("store", cases ());
}
