/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_testament.c
 * @brief Tests of service/testament.h: sessions with wills at a whole service, and
 *        other peers that want their topic.
 */
#include "sessions_fixture.h"
#include "blacklist_fixture.h"
#include "core/discovery_code.h"

/** A peer is gone for good. */
#define LONG 40000

static struct FakePeer *other;
static struct MQTT_Subscription *subscription;
static struct BlacklistFixture list;


static void
begin (void)
{
  setup ();
  other = fake_peer_create (&broker.net, 2);
  subscription = fake_peer_subscribe_surely (other, "w/#");
}


static void
end (void)
{
  fake_peer_unsubscribe (other, subscription);
  fake_application_end (&one);
  fake_application_end (&two);
  fake_broker_end (&broker);
  fake_peer_destroy (other);
  fake_broker_end_world (&broker);
}


/** Somebody has found the other peer. */
static void
find (const char *topic)
{
  struct MQTT_SearchString strings[MQTT_CODE_SEARCHES];

  fake_time_pass (100);
  (void)MQTT_discovery_code_searches (topic, strlen (topic), strings);
  fake_rendezvous_find (&broker.rendezvous, strings[0].text, 2);
  fake_time_pass (100);
}


/** A client with a will, in a session of this number. */
static void
open_with_will (uint32_t number,
                const char *client,
                const char *topic,
                uint8_t qos,
                uint32_t delay_s)
{
  struct MQTT_IpcOpen open = fake_open (number, client, 1000);

  fake_will (&open, topic, "gone", qos, delay_s);
  fake_send_open (&one, &open);
  fake_time_pass (100);
}


/** The client is gone without a word. */
static void
vanish (void)
{
  fake_application_end (&one);
  fake_application_begin (&one, broker.clients);
  fake_application_hello (&one);
  fake_time_pass (100);
}


static uint64_t
held (void)
{
  return MQTT_counter (other->counters, MQTT_COUNT_WILLS_HELD);
}


START_TEST (told_to_who_wants_it)
{
  open_with_will (1, "c", "w/1", 1, 0);
  ck_assert_uint_eq (0, held ());
  find ("w/1");
  ck_assert_uint_eq (1, held ());
  /* And to whom it is known. */
  open_with_will (2, "d", "w/1", 1, 0);
  ck_assert_uint_eq (2, held ());
  ck_assert_uint_eq (2, counted (MQTT_COUNT_WILLS_SENT));
  fake_close (&one, 1, GNUNET_MQTT_SUCCESS);
  fake_time_pass (100);
  ck_assert_uint_eq (1, held ());
  fake_time_pass (LONG);
  ck_assert_uint_eq (0, other->count);
}
END_TEST


START_TEST (told_once_when_the_client_vanishes)
{
  open_with_will (1, "c", "w/1", _i, 0);
  find ("w/1");
  ck_assert_uint_eq (1, held ());
  vanish ();
  fake_time_pass (3000);
  ck_assert_str_eq ("w/1=gone ", other->received);
  ck_assert_uint_eq (0, held ());
  fake_net_cut (&broker.net);
  broker.net.silent = true;
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, other->count);
}
END_TEST


START_TEST (another_will_takes_its_place)
{
  open_with_will (1, "c", "w/1", 1, 100);
  find ("w/1");
  vanish ();
  ck_assert_uint_eq (1, held ());
  open_with_will (1, "c", "w/1", 1, 100);
  ck_assert_uint_eq (1, held ());
  ck_assert_uint_eq (2, counted (MQTT_COUNT_WILLS_SENT));
  ck_assert_uint_eq (
    1,
    MQTT_counter (other->counters, MQTT_COUNT_WILLS_TAKEN_BACK));
  ck_assert_uint_eq (0, other->count);
}
END_TEST


/* Told by the other peer alone, and not again when all is well. */
START_TEST (split)
{
  open_with_will (1, "c", "w/1", 1, 0);
  find ("w/1");
  broker.net.silent = true;
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, other->count);
  if (0 == _i)
    vanish ();
  fake_time_pass (1000);
  broker.net.silent = false;
  fake_time_pass (200 * 1000);
  if (1 == _i)
    vanish ();
  fake_time_pass (20 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_PUBLISHED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_OUTBOX));
  ck_assert_uint_eq (1, other->count);
  ck_assert_uint_eq (0, held ());
}
END_TEST


/* Who says goodbye while the other peer is away is not told of by that. */
START_TEST (taken_back_when_it_is_reached)
{
  open_with_will (1, "c", "w/1", 1, 1000);
  find ("w/1");
  broker.net.silent = true;
  fake_time_pass (LONG);
  fake_close (&one, 1, GNUNET_MQTT_SUCCESS);
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, held ());
  broker.net.silent = false;
  for (unsigned int i = 0; (0 < held ()) && (i < 300); i++)
    fake_time_pass (1000);
  ck_assert_uint_eq (0, held ());
  ck_assert_uint_eq (
    1,
    MQTT_counter (other->counters, MQTT_COUNT_WILLS_TAKEN_BACK));
  fake_time_pass (120 * 1000);
  fake_net_cut (&broker.net);
  broker.net.silent = true;
  fake_time_pass (1100 * 1000);
  ck_assert_uint_eq (0, other->count);
}
END_TEST


/* A service that starts again knows the names of its wills. */
START_TEST (service_starts_again)
{
  open_with_will (1, "c", "w/1", 1, (0 == _i) ? 0 : 100);
  find ("w/1");
  crash ();
  find ("w/1");
  fake_time_pass (20 * 1000);
  ck_assert_uint_eq ((0 == _i) ? 1 : 0, other->count);
  ck_assert_uint_eq ((0 == _i) ? 0 : 1, held ());
  fake_time_pass (100 * 1000);
  ck_assert_uint_eq (1, other->count);
  ck_assert_uint_eq (0, held ());
}
END_TEST


/* Who has not heard of it for long has told it, and does not tell it again. */
START_TEST (service_starts_again_late)
{
  open_with_will (1, "c", "w/1", 1, 0);
  find ("w/1");
  fake_net_cut (&broker.net);
  broker.net.silent = true;
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, other->count);
  broker.net.silent = false;
  crash ();
  find ("w/1");
  fake_time_pass (200 * 1000);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_PUBLISHED));
  ck_assert_uint_eq (1,
                     MQTT_counter (other->counters, MQTT_COUNT_WILLS_REPEATED));
  ck_assert_uint_eq (1, other->count);
}
END_TEST


/* Many wills pass a queue that takes few. */
START_TEST (more_than_the_queue_takes)
{
  char client[16];
  unsigned int i;

  other->options.wills = 8000;
  for (i = 1; i <= 200; i++)
  {
    (void)snprintf (client, sizeof (client), "c%u", i);
    open_with_will (i, client, "w/1", 1, 0);
  }
  fake_peer_restart (other);
  find ("w/1");
  for (i = 0; (200 > held ()) && (i < 100); i++)
    fake_time_pass (100);
  ck_assert_uint_eq (200, held ());
}
END_TEST


START_TEST (too_many_topics)
{
  open_with_will (1, "1", "w/1", 1, 0);
  open_with_will (2, "2", "w/2", 1, 0);
  open_with_will (3, "3", "w/3", 1, 0);
  open_with_will (4, "4", "w/4", 1, 0);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_WILLS_NOT_SENT));
  open_with_will (5, "5", "w/5", 1, 0);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_NOT_SENT));
  fake_close (&one, 1, GNUNET_MQTT_SUCCESS);
  open_with_will (6, "6", "w/6", 1, 0);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_WILLS_NOT_SENT));
  find ("w/6");
  ck_assert_uint_eq (1, held ());
}
END_TEST


/** As the service does: #MQTT_BlacklistsChanged. */
static void
enforce (void *cls)
{
  (void)cls;
  MQTT_testaments_enforce (broker.testaments, list.lists);
  MQTT_links_enforce (broker.peer->links);
}


/** Follow a list that can be read, and without which everybody is refused. */
static void
follow (void)
{
  blacklist_begin (&list, broker.peer->counters, true, &enforce, NULL);
  list.options.blacklist_patience = GNUNET_TIME_UNIT_HOURS;
  broker.peer->links->config.blacklists = list.lists;
}


/** The list cannot be read for a while. */
static void
refuse_all (void)
{
  blacklist_say (&list, MQTT_BLACKLIST_FAILED, NULL);
  fake_time_pass (1000);
}


/** The list can be read again, and what would be told by then was. */
static void
allow_all (void)
{
  blacklist_nobody (&list);
  fake_time_pass (LONG);
}


static void
end_list (void)
{
  broker.peer->links->config.blacklists = NULL;
  blacklist_end (&list);
}


/* Whose link was dropped since everybody was refused does not tell the will of a client
   that lives. */
START_TEST (a_list_that_cannot_be_read)
{
  follow ();
  open_with_will (1, "c", "w/1", 1, 0);
  find ("w/1");
  ck_assert_uint_eq (1, held ());
  refuse_all ();
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS_CUT));
  allow_all ();
  ck_assert_uint_eq (0, other->count);
  ck_assert_uint_eq (1, held ());
  vanish ();
  fake_time_pass (1000);
  ck_assert_uint_eq (1, other->count);
  end_list ();
}
END_TEST


/* Nor of one that has said goodbye since, though topics without wills are forgotten
   meanwhile. */
START_TEST (goodbye_while_all_are_refused)
{
  follow ();
  open_with_will (1, "c", "w/1", 1, 0);
  open_with_will (2, "d", "w/2", 1, 0);
  find ("w/1");
  fake_close (&one, 2, GNUNET_MQTT_SUCCESS);
  fake_time_pass (57 * 1000);
  ck_assert_uint_eq (1, held ());
  refuse_all ();
  fake_close (&one, 1, GNUNET_MQTT_SUCCESS);
  fake_time_pass (5 * 1000);
  allow_all ();
  ck_assert_uint_eq (0, held ());
  ck_assert_uint_eq (0, other->count);
  end_list ();
}
END_TEST


/* Who was found while everybody was refused. */
START_TEST (found_while_all_are_refused)
{
  follow ();
  refuse_all ();
  open_with_will (1, "c", "w/1", 1, 0);
  find ("w/1");
  ck_assert_uint_eq (0, held ());
  allow_all ();
  ck_assert_uint_eq (1, held ());
  end_list ();
}
END_TEST


/* Who is known by nothing but what its sessions wanted in a former run. */
START_TEST (remembered_while_all_are_refused)
{
  static const struct MQTT_IpcPublish own = { .number = 1 };

  other->subscriber.durable = true;
  fake_application_name (&two, 1, "w/1");
  fake_publish (&two, &own, "1", 1);
  find ("w/1");
  ck_assert_uint_eq (1, counted (MQTT_COUNT_INTERESTS));
  crash ();
  follow ();
  refuse_all ();
  open_with_will (1, "c", "w/1", 1, 0);
  ck_assert_uint_eq (0, held ());
  allow_all ();
  ck_assert_uint_eq (1, held ());
  end_list ();
}
END_TEST


/* Who is put on a list is told nothing more. */
START_TEST (put_on_a_list)
{
  follow ();
  open_with_will (1, "c", "w/1", 1, 0);
  find ("w/1");
  refuse_all ();
  blacklist_peer (&list, &other->node.identity);
  fake_time_pass (LONG);
  ck_assert_uint_eq (1, other->count);
  ck_assert_uint_eq (0, counted (MQTT_COUNT_LINKS));
  allow_all ();
  ck_assert_uint_eq (1, counted (MQTT_COUNT_LINKS));
  end_list ();
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("testament");

  tcase_add_checked_fixture (tc, &begin, &end);
  tcase_add_test (tc, told_to_who_wants_it);
  tcase_add_loop_test (tc, told_once_when_the_client_vanishes, 0, 3);
  tcase_add_test (tc, another_will_takes_its_place);
  tcase_add_loop_test (tc, split, 0, 2);
  tcase_add_test (tc, taken_back_when_it_is_reached);
  tcase_add_loop_test (tc, service_starts_again, 0, 2);
  tcase_add_test (tc, service_starts_again_late);
  tcase_add_test (tc, more_than_the_queue_takes);
  tcase_add_test (tc, too_many_topics);
  tcase_add_test (tc, a_list_that_cannot_be_read);
  tcase_add_test (tc, goodbye_while_all_are_refused);
  tcase_add_test (tc, found_while_all_are_refused);
  tcase_add_test (tc, remembered_while_all_are_refused);
  tcase_add_test (tc, put_on_a_list);
  return tc;
}


int
main (void)
{
  return run_cases ("testament", cases ());
}
