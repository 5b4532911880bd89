/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_blacklists.c
 * @brief Tests of how blacklists are followed, with a name system of our own.
 */
#include "run_cases.h"
#include "fake_time.h"
#include "service/blacklists.h"

#define LOOKS_MAX 4

/** A look under way. */
struct FakeLook
{
  char name[64];
  bool local;
  MQTT_BlacklistLooked looked;
  void *cls;
};

static struct FakeLook *looks[LOOKS_MAX];
static unsigned int begun;
static bool impossible;
static unsigned int changes;

static struct MQTT_Options options;
static struct MQTT_Counters *counters;
static struct MQTT_Blacklists *lists;
static const struct GNUNET_PeerIdentity peer = { { { 1, 2, 3 } } };
static const struct GNUNET_PeerIdentity other = { { { 4, 5, 6 } } };


static void *
fake_look (void *cls,
           const char *name,
           bool local,
           MQTT_BlacklistLooked looked,
           void *looked_cls)
{
  struct FakeLook *look;
  unsigned int i = 0;

  (void)cls;
  if (impossible)
    return NULL;
  begun++;
  while (NULL != looks[i])
    ck_assert_uint_gt (LOOKS_MAX, ++i);
  look = GNUNET_new (struct FakeLook);
  GNUNET_strlcpy (look->name, name, sizeof (look->name));
  look->local = local;
  look->looked = looked;
  look->cls = looked_cls;
  looks[i] = look;
  return look;
}


static void
fake_end (void *cls, void *look)
{
  unsigned int i = 0;

  (void)cls;
  while (look != looks[i])
    ck_assert_uint_gt (LOOKS_MAX, ++i);
  looks[i] = NULL;
  GNUNET_free (look);
}


static const struct MQTT_BlacklistOps ops = {
  .look = &fake_look,
  .end = &fake_end,
};


static void
changed (void *cls)
{
  (void)cls;
  changes++;
}


static void
begin (const char *names, bool refuse)
{
  GNUNET_free (options.blacklist);
  options.blacklist = GNUNET_strdup (names);
  options.blacklist_refuse = refuse;
  options.blacklist_interval = MS (2000);
  options.blacklist_patience = MS (5000);
  lists = MQTT_blacklists_create (&options, counters, &changed, NULL);
  MQTT_blacklists_follow (lists, &ops);
  fake_time_settle ();
}


static void
setup (void)
{
  fake_time_begin ();
  counters = MQTT_counters_create (NULL);
  begun = 0;
  changes = 0;
  impossible = false;
}


static void
teardown (void)
{
  MQTT_blacklists_destroy (lists);
  for (unsigned int i = 0; i < LOOKS_MAX; i++)
    ck_assert_ptr_null (looks[i]);
  MQTT_counters_destroy (counters);
  GNUNET_free (options.blacklist);
  fake_time_end ();
}


/** @return NULL if there is no such look */
static struct FakeLook *
find_look (const char *name, bool local)
{
  for (unsigned int i = 0; i < LOOKS_MAX; i++)
    if ((NULL != looks[i]) && (local == looks[i]->local)
        && (0 == strcmp (name, looks[i]->name)))
      return looks[i];
  return NULL;
}


static void
answer_records (const char *name,
                bool local,
                enum MQTT_BlacklistAnswer what,
                unsigned int count,
                const struct GNUNET_GNSRECORD_Data *records)
{
  struct FakeLook *look = find_look (name, local);
  struct FakeLook copy;

  ck_assert_ptr_nonnull (look);
  copy = *look;
  fake_end (NULL, look);
  copy.looked (copy.cls, what, count, records);
}


static void
answer_nothing (const char *name, bool local, enum MQTT_BlacklistAnswer what)
{
  answer_records (name, local, what, 0, NULL);
}


static struct GNUNET_GNSRECORD_Data
txt (const char *text)
{
  return (struct GNUNET_GNSRECORD_Data){
    .data = text,
    .data_size = strlen (text),
    .record_type = GNUNET_DNSPARSER_TYPE_TXT,
  };
}


/** Answer with a peer that is refused, in a record of ours. */
static void
answer_peer (const char *name, bool local, enum MQTT_BlacklistAnswer what)
{
  struct MQTT_BlacklistEntry entry = MQTT_blacklist_peer (&peer);
  char data[MQTT_BLACKLIST_RECORD_MAX];
  struct GNUNET_GNSRECORD_Data record = {
    .data = data,
    .data_size = MQTT_blacklist_entry_write (&entry, data),
    .record_type = MQTT_BLACKLIST_RECORD,
  };

  answer_records (name, local, what, 1, &record);
}


static uint64_t
unavailable (void)
{
  return MQTT_counter (counters, MQTT_COUNT_BLACKLISTS_UNAVAILABLE);
}


static bool
refused (const struct GNUNET_PeerIdentity *who)
{
  return MQTT_blacklists_refuse (lists, who);
}


START_TEST (without_lists_nobody_is_refused)
{
  begin (" \t ", true);
  fake_time_pass (10000);
  ck_assert_uint_eq (0, begun);
  ck_assert (!refused (&peer));
  ck_assert (!MQTT_blacklists_refuse (NULL, &peer));
}
END_TEST


START_TEST (a_zone_has_its_list_under_a_label)
{
  begin ("alice  foes.bob", false);
  ck_assert_ptr_nonnull (find_look ("blacklist.alice", true));
  ck_assert_ptr_nonnull (find_look ("foes.bob", true));
}
END_TEST


START_TEST (changes_of_own_lists_count_at_the_next_look)
{
  begin ("alice", false);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  ck_assert_uint_eq (0, unavailable ());
  ck_assert_uint_eq (1, changes);
  fake_time_pass (2000);
  answer_peer ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  ck_assert_uint_eq (2, changes);
  ck_assert (refused (&peer));
  ck_assert (MQTT_blacklists_name_peer (lists, &peer));
  ck_assert (!refused (&other));
  ck_assert_uint_eq (1, MQTT_counter (counters, MQTT_COUNT_BLACKLISTED));
  fake_time_pass (2000);
  answer_peer ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  ck_assert_uint_eq (2, changes);
  fake_time_pass (2000);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  ck_assert_uint_eq (3, changes);
  ck_assert (!refused (&peer));
  ck_assert_uint_eq (0, MQTT_counter (counters, MQTT_COUNT_BLACKLISTED));
}
END_TEST


START_TEST (owners_are_named_by_txt_records)
{
  static const char text[] =
    "mqtt-blacklist "
    "000G00137TZYFADJ17RCAZDYKVYR6VJW8MY68T7DVSWSZWDR5EP08EDVSC";
  struct GNUNET_IDENTITY_PublicKey owner;
  struct GNUNET_GNSRECORD_Data record = txt (text);

  ck_assert (MQTT_owned_key (text + 15, MQTT_OWNED_KEY_TEXT, &owner));
  begin ("alice", false);
  ck_assert (!MQTT_blacklists_name_owner (lists, &owner));
  answer_records ("blacklist.alice", true, MQTT_BLACKLIST_FOUND, 1, &record);
  ck_assert (MQTT_blacklists_name_owner (lists, &owner));
  ck_assert (!MQTT_blacklists_name_owner (NULL, &owner));
  ck_assert (!refused (&peer));
}
END_TEST


START_TEST (what_is_not_understood_is_counted)
{
  const struct GNUNET_GNSRECORD_Data records[] = {
    txt ("something else"),
    txt ("mqtt-blacklist somebody"),
    { .data = "x", .data_size = 1, .record_type = MQTT_BLACKLIST_RECORD },
    { .data = "x", .data_size = 1, .record_type = GNUNET_DNSPARSER_TYPE_A },
  };

  begin ("alice", true);
  answer_records ("blacklist.alice", true, MQTT_BLACKLIST_FOUND, 4, records);
  ck_assert_uint_eq (2,
                     MQTT_counter (counters, MQTT_COUNT_BLACKLIST_UNREADABLE));
  ck_assert_uint_eq (0, unavailable ());
  ck_assert (!refused (&peer));
  fake_time_pass (2000);
  answer_records ("blacklist.alice", true, MQTT_BLACKLIST_FOUND, 2, records);
  ck_assert_uint_eq (1,
                     MQTT_counter (counters, MQTT_COUNT_BLACKLIST_UNREADABLE));
}
END_TEST


START_TEST (other_records_are_no_list)
{
  const struct GNUNET_GNSRECORD_Data record = txt ("something else");

  begin ("alice", false);
  answer_records ("blacklist.alice", true, MQTT_BLACKLIST_FOUND, 1, &record);
  ck_assert_ptr_nonnull (find_look ("blacklist.alice", false));
  ck_assert_uint_eq (1, unavailable ());
}
END_TEST


START_TEST (what_is_not_here_is_looked_for_elsewhere)
{
  begin ("alice", false);
  ck_assert_ptr_null (find_look ("blacklist.alice", false));
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
  answer_peer ("blacklist.alice", false, MQTT_BLACKLIST_FOUND);
  ck_assert (refused (&peer));
  ck_assert_uint_eq (0, unavailable ());
}
END_TEST


START_TEST (elsewhere_is_looked_now_and_then)
{
  begin ("alice", false);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
  answer_nothing ("blacklist.alice", false, MQTT_BLACKLIST_FOUND);
  for (unsigned int i = 0; i < 4; i++)
  {
    fake_time_pass (2000);
    answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
    ck_assert_ptr_null (find_look ("blacklist.alice", false));
  }
  fake_time_pass (2000);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
  ck_assert_ptr_nonnull (find_look ("blacklist.alice", false));
}
END_TEST


START_TEST (what_has_expired_is_looked_for_at_once)
{
  begin ("alice", true);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
  answer_peer ("blacklist.alice", false, MQTT_BLACKLIST_FOUND);
  fake_time_pass (2000);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
  ck_assert_uint_eq (0, unavailable ());
  answer_peer ("blacklist.alice", false, MQTT_BLACKLIST_FOUND);
  ck_assert_uint_eq (1, changes);
}
END_TEST


START_TEST (what_appears_here_is_not_looked_for_elsewhere_any_more)
{
  begin ("alice", false);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
  fake_time_pass (2000);
  answer_peer ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
  ck_assert_ptr_null (find_look ("blacklist.alice", false));
  ck_assert (refused (&peer));
}
END_TEST


START_TEST (what_was_read_last_holds)
{
  begin ("alice", false);
  answer_peer ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
  fake_time_pass (20000);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
  ck_assert (refused (&peer));
  ck_assert_uint_eq (1, changes);
  answer_nothing ("blacklist.alice", false, MQTT_BLACKLIST_FOUND);
  ck_assert (refused (&peer));
  ck_assert (!refused (&other));
  ck_assert_uint_eq (1, unavailable ());
  fake_time_pass (2000);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_FAILED);
  ck_assert (refused (&peer));
  ck_assert_uint_eq (1, changes);
}
END_TEST


START_TEST (a_list_that_says_nobody_is_empty)
{
  const struct GNUNET_GNSRECORD_Data record = txt ("mqtt-blacklist nobody");

  begin ("alice", true);
  answer_peer ("blacklist.alice", true, MQTT_BLACKLIST_FOUND);
  fake_time_pass (2000);
  answer_records ("blacklist.alice", true, MQTT_BLACKLIST_FOUND, 1, &record);
  ck_assert (!refused (&peer));
  ck_assert_uint_eq (0, unavailable ());
}
END_TEST


START_TEST (without_an_answer_all_are_allowed)
{
  begin ("alice", false);
  answer_peer ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  fake_time_pass (20000);
  ck_assert_uint_eq (1, unavailable ());
  ck_assert_uint_eq (1, changes);
  ck_assert (!refused (&other));
  ck_assert (refused (&peer));
  ck_assert_uint_eq (2, begun);
}
END_TEST


START_TEST (until_the_first_answer_all_are_refused)
{
  begin ("alice bob", false);
  answer_nothing ("blacklist.bob", true, MQTT_BLACKLIST_SURE);
  fake_time_pass (4900);
  ck_assert (refused (&other));
  fake_time_pass (100);
  ck_assert (!refused (&other));
  ck_assert_uint_eq (1, changes);
}
END_TEST


START_TEST (without_an_answer_all_are_refused)
{
  begin ("alice bob", true);
  ck_assert (refused (&other));
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  ck_assert_uint_eq (0, changes);
  ck_assert (refused (&other));
  answer_nothing ("blacklist.bob", true, MQTT_BLACKLIST_SURE);
  ck_assert_uint_eq (1, changes);
  ck_assert (!refused (&other));
  fake_time_pass (6000);
  answer_nothing ("blacklist.bob", true, MQTT_BLACKLIST_SURE);
  ck_assert (!refused (&other));
  fake_time_pass (2000);
  ck_assert_uint_eq (2, changes);
  ck_assert (refused (&other));
  ck_assert (!MQTT_blacklists_name_peer (lists, &other));
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  ck_assert_uint_eq (3, changes);
  ck_assert (!refused (&other));
}
END_TEST


START_TEST (who_cannot_be_asked_does_not_answer)
{
  begin ("alice", true);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  impossible = true;
  fake_time_pass (2000);
  ck_assert (refused (&other));
  impossible = false;
  fake_time_pass (2000);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  ck_assert (!refused (&other));
}
END_TEST


START_TEST (lists_add_up)
{
  begin ("alice bob", false);
  answer_peer ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  answer_peer ("blacklist.bob", true, MQTT_BLACKLIST_SURE);
  ck_assert_uint_eq (2, MQTT_counter (counters, MQTT_COUNT_BLACKLISTED));
  fake_time_pass (2000);
  answer_nothing ("blacklist.alice", true, MQTT_BLACKLIST_SURE);
  ck_assert (refused (&peer));
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("blacklists");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, without_lists_nobody_is_refused);
  tcase_add_test (tc, a_zone_has_its_list_under_a_label);
  tcase_add_test (tc, changes_of_own_lists_count_at_the_next_look);
  tcase_add_test (tc, owners_are_named_by_txt_records);
  tcase_add_test (tc, what_is_not_understood_is_counted);
  tcase_add_test (tc, other_records_are_no_list);
  tcase_add_test (tc, what_is_not_here_is_looked_for_elsewhere);
  tcase_add_test (tc, elsewhere_is_looked_now_and_then);
  tcase_add_test (tc, what_has_expired_is_looked_for_at_once);
  tcase_add_test (tc, what_appears_here_is_not_looked_for_elsewhere_any_more);
  tcase_add_test (tc, what_was_read_last_holds);
  tcase_add_test (tc, a_list_that_says_nobody_is_empty);
  tcase_add_test (tc, without_an_answer_all_are_allowed);
  tcase_add_test (tc, until_the_first_answer_all_are_refused);
  tcase_add_test (tc, without_an_answer_all_are_refused);
  tcase_add_test (tc, who_cannot_be_asked_does_not_answer);
  tcase_add_test (tc, lists_add_up);
  return tc;
}


int
main (void)
{
  return run_cases ("blacklists", cases ());
}
