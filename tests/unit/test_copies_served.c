/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_copies_served.c
 * @brief Tests of retained messages that other peers are sent: found, corrected, and
 *        served by others when who served them is gone.
 */
#include "copies_fixture.h"


/** The search for "a" finds the stranger, who wants it. */
static void
be_found (void)
{
  ck_assert (is_searched ());
  fake_rendezvous_find (&broker.rendezvous, search_text (), 3);
  fake_time_pass (20);
  fake_stranger_hello (&stranger);
  fake_stranger_want (&stranger);
  fake_time_pass (20);
}


START_TEST (newcomer_gets_it)
{
  retain_here ("x", (uint8_t)_i);
  fake_time_pass (60 * 1000);
  be_found ();
  ck_assert_published ((0 == _i) ? "*x/0 " : (1 == _i) ? "*x/1 " : "*x/2 ");
  ck_assert_uint_ne (0, stranger.version.time_us);
}
END_TEST


/** Also long after, and in a later run. */
START_TEST (is_found_late)
{
  retain_here ("x", 0);
  fake_time_pass (1200 * 1000);
  ck_assert (is_searched ());
  if (0 != _i)
  {
    crash ();
    fake_time_pass (100);
  }
  be_found ();
  ck_assert_published ("*x/0 ");
  fake_time_rewind ();
  fake_time_pass (100);
}
END_TEST


START_TEST (deletion_is_sent)
{
  if (0 != _i)
    retain_here ("x", 0);
  retain_here ("", 0);
  fake_time_pass (3000);
  be_found ();
  ck_assert_published ("*/0 ");
}
END_TEST


/** Retain a message with each of some topics. */
static void
retain_some (const char *prefix, uint32_t number)
{
  char topic[16];

  for (uint32_t i = 0; i < 6; i++)
  {
    const struct MQTT_IpcPublish publish = { .number = number + i };

    (void)snprintf (topic, sizeof (topic), "%s/%u", prefix, i);
    fake_application_name (&two, number + i, topic);
    fake_retain (&two, &publish, topic, 0, MQTT_NEVER);
    fake_time_pass (20);
  }
}


/** Who is found for one topic is asked about those that begin alike, though there are
    more than may be searched for at once. */
START_TEST (newcomer_is_asked_about_all)
{
  struct MQTT_SearchString strings[MQTT_CODE_SEARCHES];
  unsigned int asked;

  retain_some ("one", 10);
  retain_some ("two", 20);
  fake_time_pass (20 * 1000);
  (void)MQTT_discovery_code_searches ("two/3", 5, strings);
  for (unsigned int i = 0;
       (i < 200)
       && (NULL
           == fake_rendezvous_get (&broker.rendezvous, true, strings[0].text));
       i++)
    fake_time_pass (1000);
  fake_rendezvous_find (&broker.rendezvous, strings[0].text, 3);
  fake_time_pass (20);
  fake_stranger_hello (&stranger);
  asked = (unsigned int)counted (MQTT_COUNT_QUESTIONS_SENT);
  fake_stranger_want (&stranger);
  fake_time_pass (100);
  ck_assert_uint_eq (asked + 5, counted (MQTT_COUNT_QUESTIONS_SENT));
}
END_TEST


START_TEST (every_link_gets_it)
{
  retain_here ("x", 0);
  fake_time_pass (3000);
  be_found ();
  ck_assert_published ("*x/0 ");
  fake_stranger_close (&stranger, stranger.end);
  fake_time_pass (1000);
  fake_stranger_hello (&stranger);
  fake_stranger_want (&stranger);
  ck_assert_published ("*x/0 ");
}
END_TEST


/** The stranger answers the question in a way of its own. */
static void
want (struct MQTT_LinkWant answer)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);

  answer.number = stranger.topic.number;
  answer.epoch = stranger.topic.epoch;
  MQTT_link_put_want (outbox, &answer);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
  fake_time_pass (100);
}


/** What waits for the peer is not sent beside. */
START_TEST (outbox_is_enough)
{
  const struct MQTT_LinkWant at_qos_1 = { .qos = 1, .plain = true };

  retain_here ("x", 1);
  fake_rendezvous_find (&broker.rendezvous, search_text (), 3);
  fake_time_pass (20);
  fake_stranger_hello (&stranger);
  want (at_qos_1);
  ck_assert_published ("*x/1 ");
  retain_here ("y", 1);
  ck_assert_published ("y/1 ");
  fake_stranger_close (&stranger, stranger.end);
  fake_time_pass (1000);
  fake_stranger_hello (&stranger);
  want (at_qos_1);
  ck_assert_published ("y/1 ");
}
END_TEST


/** Who only keeps is sent what is to be retained, and counts for nobody. */
START_TEST (keeper_gets_it)
{
  const struct MQTT_LinkWant keeps = { .keeps = true };

  retain_here ("x", 0);
  fake_rendezvous_find (&broker.rendezvous, search_text (), 3);
  fake_time_pass (20);
  fake_stranger_hello (&stranger);
  want (keeps);
  ck_assert_published ("*x/0 ");
  publish ("live", 1);
  retain_here ("y", 1);
  ck_assert_published ("y/0 ");
  fake_time_pass (60 * 1000);
  ck_assert_uint_eq (2, counted (MQTT_COUNT_STORED_BACKLOG));
}
END_TEST


/** Who keeps, and has members of groups beside, is also sent what he is not chosen
    for, if that is to be retained; it is for nobody. */
START_TEST (keeper_in_groups_gets_it)
{
  const struct MQTT_LinkGroup group = MQTT_group_name ("$share/g/a", 10);
  const struct MQTT_LinkWant keeps = {
    .keeps = true,
    .groups = { .names = &group, .count = 1 },
  };

  retain_here ("x", 0);
  fake_rendezvous_find (&broker.rendezvous, search_text (), 3);
  fake_time_pass (20);
  fake_stranger_hello (&stranger);
  want (keeps);
  ck_assert_published ("x/0 *x/0 ");
  fake_application_subscribe (&one, 5, "$share/g/a");
  for (unsigned int i = 0; i < 4; i++)
    publish ("live", 0);
  ck_assert_published ("live/0 live/0 ");
  retain_here ("y", 0);
  retain_here ("z", 0);
  ck_assert_published ("y/0 z/0 ");
}
END_TEST


/** Who has an older one, or has it still, is sent ours. */
START_TEST (older_is_corrected)
{
  retain_here ((0 == _i) ? "x" : "", 0);
  stranger_asks ();
  fake_stranger_name (&stranger, 0, "a");
  stranger_keeps ("old", -5000);
  fake_stranger_want (&stranger);
  fake_time_pass (20);
  ck_assert_published ((0 == _i) ? "*x/0 " : "*/0 ");
  stranger_keeps ("old", -5000);
  stranger_keeps ("old", -5000);
  ck_assert_published ("");
  fake_time_pass (1000);
  stranger_keeps ("old", -5000);
  ck_assert_published ((0 == _i) ? "*x/0 " : "*/0 ");
}
END_TEST


/** What is lost at QoS 0, as the peer reads nothing, is sent when it reads again. */
START_TEST (loss_is_made_good)
{
  char payload[1001];
  const struct MQTT_RetainedRecord *record;
  struct MQTT_Topic *topic = MQTT_topics_get (broker.peer->topics, "a", 1);

  broker.peer->options.peer_timeout = MS (3600000);
  retain_here ("x", 0);
  be_found ();
  stranger.node.deaf = true;
  memset (payload, 'x', sizeof (payload) - 1);
  payload[sizeof (payload) - 1] = '\0';
  while (0 == counted (MQTT_COUNT_DROPPED_SLOW_LINK))
  {
    retain_here (payload, 0);
    fake_time_pass (1000);
  }
  retain_here ("last", 0);
  fake_node_wake (&stranger.node);
  fake_time_pass (1000);
  record = MQTT_retention_record (broker.peer->retention, topic);
  ck_assert_int_eq (0,
                    MQTT_version_compare (&record->version, &stranger.version));
  ck_assert_uint_eq (4, record->size);
  MQTT_topic_unref (topic);
}
END_TEST


/** Keep what the stranger has, whose link is lost then. */
static struct MQTT_Version
keep_and_lose (void)
{
  const struct MQTT_Version version = version_at (-1000);

  fake_application_subscribe (&one, 5, "a");
  stranger_asks ();
  fake_stranger_name (&stranger, 0, "a");
  fake_stranger_retain (&stranger, 0, "x", &version, true);
  fake_time_pass (5 * 1000);
  ck_assert (!is_searched ());
  fake_stranger_close (&stranger, stranger.end);
  return version;
}


START_TEST (copy_takes_over)
{
  (void)keep_and_lose ();
  fake_time_pass (14 * 1000);
  ck_assert (!is_searched ());
  fake_time_pass (4 * 1000);
  be_found ();
  ck_assert_published ("*x/0 ");
}
END_TEST


/** So does that of a will that is executed: its peer is gone already. */
START_TEST (will_is_served)
{
  struct MQTT_Message *message = fake_message ("x");
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);

  message->will = true;
  message->retain = true;
  message->version.run = 9;
  message->version.sequence = 1;
  fake_application_subscribe (&one, 5, "a");
  stranger_asks ();
  fake_stranger_name (&stranger, 0, "a");
  MQTT_link_put_will (outbox, 0, 0, message);
  MQTT_message_unref (message);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
  if (0 != _i)
    stranger_keeps ("w", -1000);
  fake_stranger_close (&stranger, stranger.end);
  fake_time_pass (14 * 1000);
  ck_assert (!is_searched ());
  fake_time_pass (4 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_TOLD));
  be_found ();
  ck_assert_published ("*x/0 ");
}
END_TEST


START_TEST (copy_waits_for_server)
{
  const struct MQTT_Version version = keep_and_lose ();

  fake_time_pass (5 * 1000);
  stranger_asks ();
  fake_stranger_name (&stranger, 0, "a");
  fake_stranger_retain (&stranger, 0, "x", &version, true);
  fake_time_pass (14 * 1000);
  ck_assert (!is_searched ());
}
END_TEST


/** Of two who have the same, the one with the lower identity serves. */
START_TEST (lower_identity_serves)
{
  const struct MQTT_Version version = keep_and_lose ();

  fake_stranger_begin (&stranger, broker.peer, (0 == _i) ? 4 : 0);
  stranger_asks ();
  fake_stranger_name (&stranger, 0, "a");
  fake_stranger_retain (&stranger, 0, "x", &version, true);
  fake_time_pass (18 * 1000);
  ck_assert ((0 == _i) == is_searched ());
}
END_TEST


/** What nobody here wants is not served in place of others. */
START_TEST (unwanted_is_not_served)
{
  (void)keep_and_lose ();
  fake_application_unsubscribe (&one, 5);
  fake_time_pass (60 * 1000);
  ck_assert (!is_searched ());
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("copies served");

  tcase_add_checked_fixture (cases, &setup_stranger, &teardown_stranger);
  tcase_add_loop_test (cases, newcomer_gets_it, 0, 3);
  tcase_add_loop_test (cases, is_found_late, 0, 2);
  tcase_add_loop_test (cases, deletion_is_sent, 0, 2);
  tcase_add_test (cases, newcomer_is_asked_about_all);
  tcase_add_test (cases, every_link_gets_it);
  tcase_add_test (cases, outbox_is_enough);
  tcase_add_test (cases, keeper_gets_it);
  tcase_add_test (cases, keeper_in_groups_gets_it);
  tcase_add_loop_test (cases, older_is_corrected, 0, 2);
  tcase_add_test (cases, loss_is_made_good);
  tcase_add_test (cases, copy_takes_over);
  tcase_add_loop_test (cases, will_is_served, 0, 2);
  tcase_add_test (cases, copy_waits_for_server);
  tcase_add_loop_test (cases, lower_identity_serves, 0, 2);
  tcase_add_test (cases, unwanted_is_not_served);
  return run_cases ("copies served", cases);
}
