/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_owned_copies.c
 * @brief Tests of retained messages of topics that belong to somebody, which a stranger
 *        keeps who may not publish there: only with the owner's signature.
 */
#include "copies_fixture.h"
#include "blacklist_fixture.h"
#include "channel_fixture.h"
#include "core/seal.h"

/** What the stranger says, and what the ego has signed. */
struct Kept
{
  const char *payload;
  struct MQTT_Version version;
  /** When it was signed; 0: it is not. */
  uint64_t sealed_us;
  /** Signed, and said by the stranger. */
  uint64_t lifetime_us;
  uint64_t said_us;
  bool will;
};

static struct GNUNET_IDENTITY_PrivateKey ego;
static char *news;
/** What an application is told of a message "x" of the topic, of which it writes down
    the beginning. */
static char *told;


static void
setup_owned (void)
{
  struct GNUNET_IDENTITY_PublicKey owner;
  char *key;

  setup_stranger ();
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  owner = channel_owner (&ego);
  key = GNUNET_IDENTITY_public_key_to_string (&owner);
  GNUNET_asprintf (&news, "%s/a", key);
  GNUNET_asprintf (&told, "%.31s=x*:5 ", news);
  GNUNET_free (key);
  fake_application_subscribe (&one, 5, news);
  fake_stranger_open (&stranger);
  fake_stranger_hello (&stranger);
  fake_stranger_ask (&stranger, 0, news);
  fake_stranger_name (&stranger, 0, news);
}


static void
teardown_owned (void)
{
  GNUNET_free (news);
  GNUNET_free (told);
  teardown_stranger ();
}


/** Signed so many milliseconds ago, by the version's time. */
static struct Kept
signed_at (const char *payload, int64_t milliseconds)
{
  struct Kept kept = { .payload = payload,
                       .version = version_at (milliseconds),
                       .lifetime_us = MQTT_NEVER,
                       .said_us = MQTT_NEVER };

  kept.sealed_us = kept.version.time_us;
  return kept;
}


/** The message, with its signature. */
static struct MQTT_Message *
make (const struct Kept *kept)
{
  struct MQTT_Publication publication = {
    .properties = "",
    .payload = kept->payload,
    .payload_size = strlen (kept->payload),
    .expiry_us = kept->lifetime_us,
    .version = kept->version,
    .retain = true,
    .will = kept->will,
  };
  struct MQTT_Message *message;
  void *properties = NULL;

  if (0 != kept->sealed_us)
  {
    properties = MQTT_seal_sign (news,
                                 strlen (news),
                                 &publication,
                                 kept->sealed_us,
                                 &ego,
                                 &publication.properties_size);
    publication.properties = properties;
  }
  publication.expiry_us = kept->said_us;
  message = MQTT_message_create (&publication, MQTT_stream_now ());
  GNUNET_free (properties);
  return message;
}


/** The stranger says what he keeps. */
static void
keep (const struct Kept *kept)
{
  const struct MQTT_LinkExtras extras = { .kept = true };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = make (kept);

  MQTT_link_put_publish (outbox, 0, NULL, message, 0, &extras);
  MQTT_message_unref (message);
  fake_stranger_send (&stranger, outbox);
  MQTT_outbox_destroy (outbox);
  fake_time_pass (20);
}


/** Retain a message that is published here.
 *
 * @return the time of what the topic has then
 */
static uint64_t
publish_here (struct Kept kept)
{
  struct MQTT_Topic *topic = MQTT_topics_get (broker.peer->topics,
                                              news,
                                              strlen (news));
  struct MQTT_Message *message;
  uint64_t time_us;

  kept.version = (struct MQTT_Version){ 0 };
  message = make (&kept);
  ck_assert (MQTT_retention_publish (broker.peer->retention, topic, message));
  time_us = MQTT_retention_record (broker.peer->retention, topic)
              ->version.time_us;
  MQTT_message_unref (message);
  MQTT_topic_unref (topic);
  return time_us;
}


/** The application that subscribes later is told "x". */
static void
ck_assert_kept (void)
{
  one.received[0] = '\0';
  fake_application_unsubscribe (&one, 5);
  fake_application_subscribe (&one, 5, news);
  ck_assert_received (told);
}


START_TEST (with_a_signature_it_is_kept)
{
  const struct Kept kept = signed_at ("x", -1000);

  keep (&kept);
  ck_assert_received (told);
  ck_assert_kept ();
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RECEIVED_KEPT));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED_NOT_VOUCHED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_ANSWERED_NOT_ALLOWED));
}
END_TEST


/** Nobody hears what is not signed so, and it is counted. */
START_TEST (otherwise_it_is_refused)
{
  struct Kept kept = signed_at ("x", -1000);
  struct GNUNET_IDENTITY_PrivateKey mine = ego;

  switch (_i)
  {
  case 0:
    kept.sealed_us = 0;
    break;
  case 1: /* By somebody else. */
    ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
    break;
  case 2: /* Newer, the stranger says. */
    kept.version.time_us += 1;
    break;
  case 3: /* It would have expired. */
    kept.lifetime_us = 900000;
    break;
  default: /* A will that is older than its signature. */
    kept.will = true;
    kept.sealed_us += 1;
  }
  keep (&kept);
  ego = mine;
  ck_assert_received ("");
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED_NOT_VOUCHED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED));
}
END_TEST


static struct BlacklistFixture list;


/** #MQTT_BlacklistsChanged */
static void
enforce (void *cls)
{
  (void)cls;
  MQTT_ownership_enforce (broker.peer->ownership, list.lists);
}


/** The signature of an owner on a blacklist is worth nothing. */
START_TEST (of_an_owner_on_a_blacklist_it_is_refused)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  const struct MQTT_BlacklistEntry entry = MQTT_blacklist_owner (&owner);
  const struct Kept kept = signed_at ("x", -1000);

  blacklist_begin (&list, broker.peer->counters, false, &enforce, NULL);
  blacklist_say (&list, MQTT_BLACKLIST_SURE, &entry);
  keep (&kept);
  ck_assert_received ("");
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_NOT_ALLOWED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED));
  blacklist_nobody (&list);
  keep (&kept);
  ck_assert_received (told);
  blacklist_end (&list);
}
END_TEST


/** What is kept already is told to nobody while its owner is on a blacklist. */
START_TEST (of_an_owner_on_a_blacklist_it_rests)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  const struct MQTT_BlacklistEntry entry = MQTT_blacklist_owner (&owner);
  const struct Kept kept = signed_at ("x", -1000);
  const struct GNUNET_PeerIdentity who = fake_identity (9);
  struct MQTT_Topic *topic = MQTT_topics_get (broker.peer->topics,
                                              news,
                                              strlen (news));
  struct MQTT_Shelved shelved;

  blacklist_begin (&list, broker.peer->counters, false, &enforce, NULL);
  keep (&kept);
  ck_assert_received (told);
  blacklist_say (&list, MQTT_BLACKLIST_SURE, &entry);
  fake_application_unsubscribe (&one, 5);
  fake_application_subscribe (&one, 5, news);
  ck_assert_received ("");
  ck_assert (!MQTT_copies_get (broker.peer->copies, &who, topic, &shelved));
  blacklist_nobody (&list);
  ck_assert (MQTT_copies_get (broker.peer->copies, &who, topic, &shelved));
  MQTT_shelf_put_back (&shelved);
  ck_assert_kept ();
  MQTT_topic_unref (topic);
  blacklist_end (&list);
}
END_TEST


/** It is not looked for who wants it, either. */
START_TEST (of_an_owner_on_a_blacklist_it_is_not_served)
{
  const struct GNUNET_IDENTITY_PublicKey owner = channel_owner (&ego);
  const struct MQTT_BlacklistEntry entry = MQTT_blacklist_owner (&owner);
  struct MQTT_SearchString strings[MQTT_CODE_SEARCHES];

  (void)MQTT_discovery_code_searches (news, strlen (news), strings);
  blacklist_begin (&list, broker.peer->counters, false, &enforce, NULL);
  if (0 == _i)
    blacklist_say (&list, MQTT_BLACKLIST_SURE, &entry);
  (void)publish_here (signed_at ("x", -1000));
  fake_time_pass (3000);
  ck_assert_int_eq (
    0 != _i,
    NULL != fake_rendezvous_get (&broker.rendezvous, true, strings[0].text));
  blacklist_end (&list);
}
END_TEST


/** Who may publish there needs no signature. */
START_TEST (with_an_entry_it_is_kept)
{
  struct Kept kept = signed_at ("x", -1000);
  struct MQTT_ChannelEntry entry = channel_grant ("", 1);
  struct Wire wire;

  entry.peer = stranger.node.identity;
  entry.not_before_us = 0;
  entry.expiry_us = MQTT_CHANNEL_FOREVER;
  wire = channel_sign (&entry, &ego);
  ck_assert_int_eq (
    MQTT_CHANNEL_OK,
    MQTT_ownership_show (broker.peer->ownership, wire.data, wire.size, NULL));
  GNUNET_free (wire.data);
  kept.sealed_us = 0;
  keep (&kept);
  ck_assert_received (told);
}
END_TEST


/** What was just published is not vouched for by any signature. */
START_TEST (a_publication_needs_an_entry)
{
  const struct MQTT_Version version = version_at (0);

  fake_stranger_retain (&stranger, 0, "x", &version, false);
  fake_time_pass (20);
  ck_assert_received ("");
  ck_assert_uint_eq (1, counted (MQTT_COUNT_DROPPED_NOT_ALLOWED));
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED));
}
END_TEST


/** Once more under another name it is no news. */
START_TEST (it_is_told_once)
{
  struct Kept kept = signed_at ("x", -1000);

  keep (&kept);
  ck_assert_received (told);
  kept.version.sequence += 5;
  kept.version.run += 5;
  keep (&kept);
  ck_assert_received ("");
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED_COPIED));
}
END_TEST


START_TEST (it_expires_as_it_was_signed)
{
  struct Kept kept = signed_at ("x", -1000);

  kept.lifetime_us = 10000000;
  keep (&kept);
  fake_time_pass (8000);
  ck_assert_kept ();
  fake_time_pass (1100);
  fake_application_unsubscribe (&one, 5);
  fake_application_subscribe (&one, 5, news);
  ck_assert_received ("");
}
END_TEST


START_TEST (deletion_needs_a_signature)
{
  const struct Kept kept = signed_at ("x", -1000);
  struct Kept deletion = signed_at ("", -500);

  keep (&kept);
  ck_assert_received (told);
  deletion.sealed_us = 0;
  keep (&deletion);
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED_NOT_VOUCHED));
  ck_assert_kept ();
  deletion.sealed_us = deletion.version.time_us;
  keep (&deletion);
  fake_application_unsubscribe (&one, 5);
  fake_application_subscribe (&one, 5, news);
  ck_assert_received ("");
  /* It is not brought back, also after a restart. */
  keep (&kept);
  ck_assert_received ("");
}
END_TEST


/** A deletion that is kept with its signature does not stop what else is told. */
START_TEST (deletion_is_passed_over)
{
  const struct Kept deletion = signed_at ("", -500);

  keep (&deletion);
  retain_here ("y", 0);
  fake_application_subscribe (&one, 6, "#");
  ck_assert_received ("a=y*:6 ");
  fake_application_subscribe (&one, 7, "a");
  ck_assert_received ("a=y*:7 ");
}
END_TEST


/** A deletion is handed on with its signature, and so is a message. */
START_TEST (it_is_served_with_its_signature)
{
  struct Kept kept = signed_at ((0 == _i % 2) ? "x" : "", -1000);
  struct MQTT_Topic *topic = MQTT_topics_get (broker.peer->topics,
                                              news,
                                              strlen (news));
  struct MQTT_Shelved shelved;
  struct MQTT_Seal seal;

  kept.will = (4 <= _i);
  keep (&kept);
  if (0 != (_i & 2))
    crash ();
  ck_assert (MQTT_retention_read (broker.peer->retention, topic, &shelved));
  ck_assert (MQTT_seal_check (news, strlen (news), shelved.message, &seal));
  ck_assert_uint_eq (kept.sealed_us, seal.time_us);
  ck_assert_uint_eq (kept.sealed_us, shelved.message->version.time_us);
  MQTT_shelf_put_back (&shelved);
  MQTT_topic_unref (topic);
}
END_TEST


/** What is signed may be older than what is known, and is not retained then. */
START_TEST (publication_has_the_time_of_its_signature)
{
  const struct Kept kept = signed_at ("x", -1000);
  struct Kept ahead = signed_at ("z", 3601 * 1000);

  ck_assert_uint_eq (kept.sealed_us, publish_here (kept));
  ck_assert_uint_eq (kept.sealed_us, publish_here (signed_at ("y", -1001)));
  ck_assert_kept ();
  /* Nobody would believe that clock. */
  ck_assert_uint_lt (publish_here (ahead), ahead.sealed_us);
  ck_assert_uint_ge (publish_here (ahead), kept.sealed_us);
}
END_TEST


/** A will was signed before it was published, and must not undo what was published
    since. */
START_TEST (will_does_not_undo_what_is_newer)
{
  struct Kept will = signed_at ("gone", 0);
  const struct Kept kept = signed_at ("x", -1000);

  will.will = true;
  will.version.run++;
  will.sealed_us = kept.sealed_us - 1;
  keep (&kept);
  ck_assert_received (told);
  keep (&will);
  ck_assert_received ("");
  ck_assert_uint_eq (1, counted (MQTT_COUNT_RETAINED_NOT_VOUCHED));
}
END_TEST


START_TEST (will_is_kept)
{
  struct Kept will = signed_at ("x", -500);

  will.will = true;
  will.sealed_us -= 1000000;
  keep (&will);
  ck_assert_received (told);
  /* The same, from one who has executed it later. */
  will.version.time_us += 100000;
  keep (&will);
  ck_assert_received ("");
  ck_assert_uint_eq (0, counted (MQTT_COUNT_RETAINED_NOT_VOUCHED));
  ck_assert_kept ();
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("owned_copies");

  tcase_add_checked_fixture (cases, &setup_owned, &teardown_owned);
  tcase_add_test (cases, with_a_signature_it_is_kept);
  tcase_add_loop_test (cases, otherwise_it_is_refused, 0, 5);
  tcase_add_test (cases, of_an_owner_on_a_blacklist_it_is_refused);
  tcase_add_test (cases, of_an_owner_on_a_blacklist_it_rests);
  tcase_add_loop_test (cases,
                       of_an_owner_on_a_blacklist_it_is_not_served,
                       0,
                       2);
  tcase_add_test (cases, with_an_entry_it_is_kept);
  tcase_add_test (cases, a_publication_needs_an_entry);
  tcase_add_test (cases, it_is_told_once);
  tcase_add_test (cases, it_expires_as_it_was_signed);
  tcase_add_test (cases, deletion_needs_a_signature);
  tcase_add_test (cases, deletion_is_passed_over);
  tcase_add_loop_test (cases, it_is_served_with_its_signature, 0, 8);
  tcase_add_test (cases, publication_has_the_time_of_its_signature);
  tcase_add_test (cases, will_does_not_undo_what_is_newer);
  tcase_add_test (cases, will_is_kept);
  return run_cases ("owned_copies", cases);
}
