/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_sessions_anonymous.c
 * @brief Tests of sessions that subscribe anonymously.
 */
#include "core/groups.h"
#include "copies_fixture.h"


static void
subscribe_so (const char *filter, bool anonymous, bool named)
{
  const struct MQTT_IpcSubscribe subscribe = { .session = 1,
                                               .anonymous = anonymous,
                                               .named = named,
                                               .qos = 1,
                                               .filter = filter,
                                               .filter_size = strlen (filter) };

  MQTT_ipc_put_subscribe (one.pending, &subscribe);
  fake_application_send (&one);
  fake_time_pass (100);
  ck_assert_told ("1:subscribed!01 ", &one);
}


/* What was hidden once stays so, whatever is configured later. */
START_TEST (stays_anonymous)
{
  const unsigned int *announced = broker.peer->announced;

  open_subscriber ();
  subscribe_so ("b", true, false);
  ck_assert_uint_eq (1, announced[true]);
  broker.peer->options.anonymous = true;
  subscribe_so ("c", false, false);
  subscribe_so ("d", false, true);
  ck_assert_uint_eq (2, announced[false]);
  ck_assert_uint_eq (2, announced[true]);
  broker.peer->options.anonymous = false;
  crash ();
  ck_assert_uint_eq (2, announced[false]);
  ck_assert_uint_eq (2, announced[true]);
  open_c (&one, 100);
  ck_assert_told ("1:opened!00+present ", &one);
  subscribe_so ("b", false, false);
  ck_assert_uint_eq (3, announced[false]);
  ck_assert_uint_eq (1, announced[true]);
}
END_TEST


START_TEST (codes_count_as_memory)
{
  const struct MQTT_SubscriptionMemory
    *memory = MQTT_sessions_subscription_memory (broker.sessions);
  size_t none;
  size_t named;

  open_subscriber ();
  none = memory->used;
  subscribe_so ("b", false, true);
  named = memory->used;
  subscribe_so ("b", true, false);
  ck_assert_uint_eq (named + MQTT_COVER_MEMORY, memory->used);
  subscribe_so ("c", true, false);
  ck_assert_uint_eq (2 * (named - none + MQTT_COVER_MEMORY),
                     memory->used - none);
  subscribe_so ("b", false, true);
  subscribe_so ("c", false, true);
  ck_assert_uint_eq (2 * (named - none), memory->used - none);
}
END_TEST


/**
 * The stranger publishes to "a" at QoS 1, for a group if there is one.
 *
 * @return types of the frames that it is sent for that
 */
static const char *
stranger_publishes (uint64_t sequence, const struct MQTT_LinkGroup *group)
{
  const struct MQTT_LinkSerial serial = { .run = 7, .sequence = sequence };
  const struct MQTT_LinkExtras extras = {
    .groups = { .names = group, .count = (NULL == group) ? 0 : 1 },
    .only = (NULL != group),
  };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = fake_message ("x");

  memset (stranger.heard, 0, sizeof (stranger.heard));
  message->qos = 1;
  MQTT_link_put_publish (outbox, 0, &serial, message, 1, &extras);
  MQTT_message_unref (message);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
  fake_time_pass (20);
  return stranger.heard;
}


/* What was called on before a crash may ask after it, and nobody else. */
START_TEST (lasts)
{
  open_c (&one, 100);
  ck_assert_told ("1:opened!00 ", &one);
  subscribe_so ("a", true, false);
  broker.peer->admits = true;
  crash ();
  stranger_asks ();
  ck_assert (stranger.wanted[0]);
  ck_assert (stranger.want.durable);
  ck_assert_uint_eq (1, stranger.want.qos);
  fake_stranger_name (&stranger, 0, "a");
  ck_assert_str_eq ("9", stranger_publishes (1, NULL));
  ck_assert_str_eq ("a=x ", broker.peer->received);
  broker.peer->admits = false;
  crash ();
  stranger_asks ();
  ck_assert (!stranger.wanted[0]);
}
END_TEST


/* Who guesses the name of a group does not learn from what becomes of it that there
   is a member. */
START_TEST (groups_are_hidden)
{
  const struct MQTT_LinkGroup group = MQTT_group_name ("$share/g/a", 10);

  fake_application_subscribe (&two, 1, "a");
  open_c (&one, 100);
  ck_assert_told ("1:opened!00 ", &one);
  subscribe_so ("$share/g/a", true, false);
  broker.peer->admits = (0 != _i);
  stranger_asks ();
  ck_assert (stranger.wanted[0]);
  ck_assert_uint_eq ((0 == _i) ? 0 : 1, stranger.want.groups.count);
  fake_stranger_name (&stranger, 0, "a");
  ck_assert_str_eq ((0 == _i) ? ":3" : "9", stranger_publishes (1, &group));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("sessions_anonymous");

  tcase_add_checked_fixture (cases, &setup_stranger, &teardown_stranger);
  tcase_add_test (cases, stays_anonymous);
  tcase_add_test (cases, codes_count_as_memory);
  tcase_add_test (cases, lasts);
  tcase_add_loop_test (cases, groups_are_hidden, 0, 2);
  return run_cases ("sessions_anonymous", cases);
}
