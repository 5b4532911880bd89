/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_outreach_slow.c
 * @brief Tests of clients that publish at QoS 1 and 2 faster than another peer takes
 *        it: they are answered later, not refused, and read on as far as can be.
 */
#include "outreach_fixture.h"
#include "fake_application.h"
#include "fake_sessions.h"

static struct FakeApplication one;
static struct MQTT_Subscription *subscription;


/** The other peer wants "a", and needs long to write what it takes. */
static void
begin (void)
{
  setup ();
  peer->options.outbox_messages = 4;
  other->store.options.commit_delay = MS (300);
  fake_peer_restart (other);
  subscription = fake_peer_subscribe_surely (other, "a");
  fake_application_begin (&one, broker.clients);
  fake_application_hello (&one);
  fake_application_name (&one, 0, "a");
  publish ("a", "0", true);
  find ("a", 0, 2);
  fake_time_pass (500);
  ck_assert_uint_eq (1, other->count);
}


static void
end (void)
{
  fake_application_end (&one);
  fake_peer_unsubscribe (other, subscription);
  teardown ();
}


/** How often was that told? */
static unsigned int
told (const char *what)
{
  unsigned int count = 0;

  for (const char *at = one.told; NULL != (at = strstr (at, what)); at++)
    count++;
  return count;
}


/* The window of a session is not opened; what else it says is heard. */
START_TEST (session_is_answered_later)
{
  const struct MQTT_IpcOpen open = fake_open (1, "c", 0);
  struct MQTT_IpcPublish publish = { .session = 1 };

  fake_send_open (&one, &open);
  for (uint16_t i = 1; i <= 3; i++)
  {
    publish.packet_id = i;
    fake_publish (&one, &publish, "x", (uint8_t)(1 + _i));
  }
  fake_time_pass (100);
  ck_assert_uint_eq (1, told ((0 == _i) ? "puback" : "pubrec"));
  ck_assert (!one.busy);
  fake_subscribe (&one, 1, "b", 0, 0);
  ck_assert_uint_eq (1, told ("subscribed"));
  fake_time_pass (1000);
  ck_assert_uint_eq (3, told ((0 == _i) ? "puback" : "pubrec"));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (4, other->count);
}
END_TEST


/* Who has no window is not read. */
START_TEST (client_in_its_own_name_waits)
{
  const struct MQTT_IpcPublish own = { .number = 0 };

  for (int i = 0; i < 6; i++)
    fake_publish (&one, &own, "x", 1);
  fake_time_pass (100);
  ck_assert (one.busy);
  ck_assert_uint_eq (1, one.answered);
  for (int i = 0; i < 10; i++)
    fake_time_pass (1000);
  ck_assert (!one.busy);
  ck_assert_uint_eq (6, one.answered);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (7, other->count);
}
END_TEST


/* Who leaves while he waits is forgotten; what he has published is not. */
START_TEST (client_leaves_while_it_waits)
{
  const struct MQTT_IpcOpen open = fake_open (1, "c", 0);
  struct MQTT_IpcPublish publish = { .session = 1 };

  fake_send_open (&one, &open);
  for (uint16_t i = 1; i <= 3; i++)
  {
    publish.packet_id = i;
    fake_publish (&one, &publish, "x", 1);
  }
  fake_time_pass (100);
  fake_application_end (&one);
  fake_time_pass (1000);
  ck_assert_uint_eq (4, other->count);
  fake_application_begin (&one, broker.clients);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("outreach_slow");

  tcase_add_checked_fixture (tc, &begin, &end);
  tcase_add_loop_test (tc, session_is_answered_later, 0, 2);
  tcase_add_test (tc, client_in_its_own_name_waits);
  tcase_add_test (tc, client_leaves_while_it_waits);
  return tc;
}


int
main (void)
{
  return run_cases ("outreach_slow", cases ());
}
