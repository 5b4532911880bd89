/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_clients.c
 * @brief Tests of what applications may ask, and of the router between them.
 */
#include "run_cases.h"
#include "fake_application.h"
#include "fake_broker.h"
#include "gnunet_mqtt_service.h"
#include "service/router.h"

static struct FakeBroker broker;
static struct FakeApplication one;
static struct FakeApplication two;

/** To the first topic of an application. */
static const struct MQTT_IpcPublish number_0 = { .number = 0 };


static void
setup (void)
{
  fake_broker_begin (&broker);
  broker.peer->options.backlog = 1 << 20;
  fake_broker_build (&broker);
  fake_application_begin (&one, broker.clients);
  fake_application_begin (&two, broker.clients);
}


static void
teardown (void)
{
  fake_application_end (&one);
  fake_application_end (&two);
  fake_broker_check_balance (&broker);
  fake_broker_end (&broker);
  fake_broker_end_world (&broker);
}


static uint64_t
counted (enum MQTT_Counter which)
{
  return fake_broker_counted (&broker, which);
}


START_TEST (from_one_to_the_other)
{
  fake_application_hello (&one);
  fake_application_hello (&two);
  ck_assert_uint_eq (MQTT_IPC_VERSION, two.hello.version);
  ck_assert_uint_eq (broker.peer->options.maximum_payload,
                     two.hello.maximum_payload);
  fake_application_subscribe (&two, 7, "a/+");
  ck_assert_str_eq ("16", two.heard);
  ck_assert_uint_eq (7, two.subscribed.subscription);
  ck_assert_uint_eq (0, two.subscribed.reason);
  fake_application_name (&one, 3, "a/b");
  fake_application_publish (&one, 3, "x");
  fake_application_publish (&one, 3, "y");
  ck_assert_str_eq ("16288", two.heard);
  ck_assert_str_eq ("a/b=x:7 a/b=y:7 ", two.received);
  ck_assert_str_eq ("177", one.heard);
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, one.published.reason);
  fake_application_unsubscribe (&two, 7);
  fake_application_publish (&one, 3, "z");
  ck_assert_str_eq ("16288", two.heard);
  ck_assert_uint_eq (3, counted (MQTT_COUNT_PUBLISHED));
  ck_assert_uint_eq (3, counted (MQTT_COUNT_PUBLISHED_BYTES));
  ck_assert_uint_eq (3, counted (MQTT_COUNT_PUBLISH_IN));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_HANDED));
  ck_assert_uint_eq (2, counted (MQTT_COUNT_DELIVERED));
}
END_TEST


START_TEST (overlapping_filters_share_a_message)
{
  fake_application_hello (&one);
  fake_application_subscribe (&one, 9, "#");
  fake_application_subscribe (&one, 2, "a");
  fake_application_subscribe (&one, 5, "b");
  fake_application_name (&one, 0, "a");
  fake_application_publish (&one, 0, "x");
  ck_assert_str_eq ("a=x:2 9 ", one.received);
}
END_TEST


START_TEST (no_local_leaves_out_the_publisher)
{
  struct MQTT_IpcSubscribe subscribe = {
    .subscription = 1,
    .no_local = true,
    .filter = "a",
    .filter_size = 1,
  };

  fake_application_hello (&one);
  fake_application_hello (&two);
  MQTT_ipc_put_subscribe (one.pending, &subscribe);
  fake_application_send (&one);
  MQTT_ipc_put_subscribe (two.pending, &subscribe);
  fake_application_send (&two);
  fake_application_name (&one, 0, "a");
  fake_application_publish (&one, 0, "x");
  ck_assert_str_eq ("", one.received);
  ck_assert_str_eq ("a=x:1 ", two.received);
  fake_application_subscribe (&one, 2, "+");
  fake_application_publish (&one, 0, "y");
  ck_assert_str_eq ("a=y:2 ", one.received);
}
END_TEST


START_TEST (many_filters_take_several_frames)
{
  fake_application_hello (&one);
  for (uint32_t i = 0; i < MQTT_IPC_SUBSCRIPTIONS_MAX + 3; i++)
  {
    const struct MQTT_IpcSubscribe subscribe = {
      .subscription = i,
      .filter = "a",
      .filter_size = 1,
    };

    MQTT_ipc_put_subscribe (one.pending, &subscribe);
  }
  fake_application_send (&one);
  fake_time_pass (100);
  memset (one.heard, 0, sizeof (one.heard));
  fake_application_name (&one, 0, "a");
  fake_application_publish (&one, 0, "x");
  ck_assert_int_ne (0, one.heard[0]);
  ck_assert_ptr_nonnull (strstr (one.heard, "288"));
  ck_assert_ptr_nonnull (strstr (one.received, "a=x:4096 4097 4098 "));
}
END_TEST


START_TEST (peers_reach_applications)
{
  struct MQTT_Topic *topic = MQTT_topics_get (broker.peer->topics, "a", 1);
  struct MQTT_Message *message = fake_message ("x");

  fake_application_hello (&one);
  fake_application_subscribe (&one, 1, "a");
  MQTT_router_deliver (broker.router, topic, message, NULL, NULL);
  fake_time_pass (1);
  ck_assert_str_eq ("a=x:1 ", one.received);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_UNWANTED));
  fake_application_unsubscribe (&one, 1);
  MQTT_router_deliver (broker.router, topic, message, NULL, NULL);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_UNWANTED));
  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
}
END_TEST


START_TEST (refused_publications)
{
  static char payload[200001];

  fake_application_hello (&one);
  fake_application_name (&one, 0, "a");
  memset (payload, 'x', broker.peer->options.maximum_payload + 1);
  fake_application_publish (&one, 0, payload);
  ck_assert_uint_eq (GNUNET_MQTT_PACKET_TOO_LARGE, one.published.reason);
  payload[broker.peer->options.maximum_payload] = '\0';
  fake_application_publish (&one, 0, payload);
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, one.published.reason);
  ck_assert_uint_eq (2, one.answered);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISH_REFUSED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_PUBLISHED));
}
END_TEST


START_TEST (topics_that_take_too_much)
{
  char *name = GNUNET_malloc (40002);
  uint32_t number = 0;

  fake_application_hello (&one);
  memset (name, '/', 40000);
  for (name[0] = '0'; 0 == counted (MQTT_COUNT_TOPICS_REFUSED); name[0]++)
  {
    ck_assert_int_lt (name[0], 'z');
    fake_application_name (&one, ++number, name);
  }
  fake_application_publish (&one, number, "no");
  ck_assert_uint_eq (GNUNET_MQTT_QUOTA_EXCEEDED, one.published.reason);
  fake_application_name (&one, 1, "a");
  fake_application_name (&one, number, name);
  fake_application_publish (&one, number, "yes");
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, one.published.reason);
  ck_assert_uint_eq (2, one.answered);
  GNUNET_free (name);
}
END_TEST


START_TEST (answers_keep_their_order)
{
  const struct MQTT_Publication publication = {
    .properties = "",
    .payload = "xx",
    .payload_size = 2,
    .expiry_us = MQTT_NEVER,
  };
  const struct MQTT_Publication other = {
    .properties = "",
    .payload = "",
    .expiry_us = MQTT_NEVER,
  };
  struct MQTT_Message *refused = MQTT_message_create (&publication, 0);
  struct MQTT_Message *taken = MQTT_message_create (&other, 0);

  fake_application_hello (&one);
  fake_application_name (&one, 0, "a");
  broker.peer->options.maximum_payload = 1;
  MQTT_ipc_put_publish (one.pending, &number_0, taken);
  MQTT_ipc_put_publish (one.pending, &number_0, taken);
  MQTT_ipc_put_publish (one.pending, &number_0, refused);
  MQTT_ipc_put_publish (one.pending, &number_0, taken);
  fake_application_send (&one);
  MQTT_message_unref (taken);
  MQTT_message_unref (refused);
  ck_assert_str_eq ("1777", one.heard);
  ck_assert_uint_eq (4, one.answered);
  ck_assert_uint_eq (1, one.published.count);
  ck_assert_uint_eq (GNUNET_MQTT_SUCCESS, one.published.reason);
}
END_TEST


START_TEST (refused_subscriptions)
{
  fake_application_hello (&one);
  broker.peer->options.subscriptions_per_client = 1;
  fake_application_subscribe (&one, 1, "a");
  ck_assert_uint_eq (0, one.subscribed.reason);
  fake_application_subscribe (&one, 2, "b");
  ck_assert_uint_eq (GNUNET_MQTT_QUOTA_EXCEEDED, one.subscribed.reason);
  fake_application_unsubscribe (&one, 2);
  fake_application_unsubscribe (&one, 1);
  fake_application_subscribe (&one, 2, "b");
  ck_assert_uint_eq (0, one.subscribed.reason);
  ck_assert (!one.dropped);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_SUBSCRIPTIONS_REFUSED));
}
END_TEST


START_TEST (subscriptions_that_take_too_much)
{
  char deep[1001];

  memset (deep, '/', sizeof (deep) - 1);
  deep[sizeof (deep) - 1] = '\0';
  MQTT_sessions_subscription_memory (broker.sessions)->limit = 60000;
  fake_application_hello (&one);
  fake_application_subscribe (&one, 1, deep);
  ck_assert_uint_eq (0, one.subscribed.reason);
  fake_application_subscribe (&one, 2, deep);
  ck_assert_uint_eq (GNUNET_MQTT_QUOTA_EXCEEDED, one.subscribed.reason);
  fake_application_subscribe (&one, 3, "a");
  ck_assert_uint_eq (0, one.subscribed.reason);
  fake_application_unsubscribe (&one, 1);
  fake_application_subscribe (&one, 2, deep);
  ck_assert_uint_eq (0, one.subscribed.reason);
  fake_application_hello (&two);
  fake_application_subscribe (&two, 1, deep);
  ck_assert_uint_eq (GNUNET_MQTT_QUOTA_EXCEEDED, two.subscribed.reason);
  fake_application_end (&one);
  fake_application_subscribe (&two, 2, deep);
  ck_assert_uint_eq (0, two.subscribed.reason);
  fake_application_begin (&one, broker.clients);
}
END_TEST


/* Every kind of violation. */

static void
nothing_before_hello (void)
{
  fake_application_subscribe (&one, 1, "a");
}


static void
second_hello (void)
{
  fake_application_hello (&one);
  fake_application_hello (&one);
}


static void
number_in_use (void)
{
  fake_application_hello (&one);
  fake_application_subscribe (&one, 1, "a");
  fake_application_subscribe (&one, 1, "b");
}


static void
publish_without_name (void)
{
  fake_application_hello (&one);
  fake_application_publish (&one, 0, "x");
}


static void
publish_other_number (void)
{
  fake_application_hello (&one);
  fake_application_name (&one, 0, "a");
  fake_application_publish (&one, 1, "x");
}


static void
answer_like_a_service (void)
{
  static const struct MQTT_IpcPublished published = { .count = 1 };

  fake_application_hello (&one);
  MQTT_ipc_put_published (one.pending, &published);
  fake_application_send (&one);
}


static void
unknown_type (void)
{
  fake_application_hello (&one);
  MQTT_outbox_put (one.pending, 77, 0, NULL, 0);
  fake_application_send (&one);
}


static void
session_number_in_use (void)
{
  static const struct MQTT_IpcOpen open = { .session = 1,
                                            .receive_maximum = 1,
                                            .client_id = "a",
                                            .client_id_size = 1 };

  fake_application_hello (&one);
  MQTT_ipc_put_open (one.pending, &open);
  MQTT_ipc_put_open (one.pending, &open);
  fake_application_send (&one);
}


static void (*const violations[]) (void) = {
  &nothing_before_hello, &second_hello,          &number_in_use,
  &publish_without_name, &publish_other_number,  &answer_like_a_service,
  &unknown_type,         &session_number_in_use,
};


START_TEST (violation_drops_the_application)
{
  violations[_i]();
  ck_assert (one.dropped);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CLIENTS_DROPPED));
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CLIENTS));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SUBSCRIPTIONS));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_TOPICS));
  fake_application_hello (&two);
  ck_assert_str_eq ("1", two.heard);
}
END_TEST


START_TEST (one_too_many)
{
  struct FakeApplication three;

  fake_application_begin (&three, broker.clients);
  fake_application_hello (&three);
  ck_assert (three.dropped);
  ck_assert_str_eq ("", three.heard);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_CLIENTS_REFUSED));
  fake_application_end (&three);
  fake_application_end (&two);
  fake_application_begin (&two, broker.clients);
  fake_application_hello (&two);
  ck_assert_str_eq ("1", two.heard);
}
END_TEST


START_TEST (other_version_learns_ours)
{
  const struct MQTT_IpcHello hello = { .version = MQTT_IPC_VERSION + 1 };

  MQTT_ipc_put_hello (one.pending, &hello);
  fake_application_send (&one);
  ck_assert_str_eq ("1", one.heard);
  ck_assert_uint_eq (MQTT_IPC_VERSION, one.hello.version);
  if (!one.dropped)
    fake_application_subscribe (&one, 1, "a");
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SUBSCRIPTIONS));
  ck_assert_str_eq ("1", one.heard);
}
END_TEST


START_TEST (subscriptions_end_with_the_application)
{
  fake_application_hello (&one);
  fake_application_subscribe (&one, 1, "a");
  fake_application_subscribe (&one, 2, "#");
  fake_application_hello (&two);
  fake_application_name (&two, 0, "a");
  fake_application_publish (&two, 0, "x");
  fake_application_end (&one);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_SUBSCRIPTIONS));
  fake_application_publish (&two, 0, "y");
  ck_assert_str_eq ("a=x:1 2 ", one.received);
  ck_assert (!two.dropped);
  fake_application_begin (&one, broker.clients);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("clients");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, from_one_to_the_other);
  tcase_add_test (tc, overlapping_filters_share_a_message);
  tcase_add_test (tc, no_local_leaves_out_the_publisher);
  tcase_add_test (tc, many_filters_take_several_frames);
  tcase_add_test (tc, peers_reach_applications);
  tcase_add_test (tc, refused_publications);
  tcase_add_test (tc, topics_that_take_too_much);
  tcase_add_test (tc, answers_keep_their_order);
  tcase_add_test (tc, refused_subscriptions);
  tcase_add_test (tc, subscriptions_that_take_too_much);
  tcase_add_loop_test (tc,
                       violation_drops_the_application,
                       0,
                       sizeof (violations) / sizeof (*violations));
  tcase_add_test (tc, one_too_many);
  tcase_add_test (tc, other_version_learns_ours);
  tcase_add_test (tc, subscriptions_end_with_the_application);
  return tc;
}


int
main (void)
{
  return run_cases ("clients", cases ());
}
