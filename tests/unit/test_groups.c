/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_groups.c
 * @brief Tests of core/groups.h.
 */
#include "run_cases.h"
#include "core/groups.h"


/**
 * A set of groups that are called as the letters of a text.
 */
static struct MQTT_Groups *
set_of (const char *letters)
{
  struct MQTT_LinkGroup names[10];
  struct MQTT_LinkGroups groups = { .names = names, .count = strlen (letters) };

  for (size_t i = 0; i < groups.count; i++)
    memset (&names[i], letters[i], sizeof (names[i]));
  return MQTT_groups_create (&groups);
}


/**
 * Check what is in a set, and give it back.
 */
static void
check (struct MQTT_Groups *groups, const char *letters)
{
  struct MQTT_LinkGroups names = MQTT_groups_names (groups);

  ck_assert_uint_eq (strlen (letters), names.count);
  for (size_t i = 0; i < names.count; i++)
    for (size_t j = 0; j < sizeof (names.names[i]); j++)
      ck_assert_uint_eq (letters[i], names.names[i].bytes[j]);
  ck_assert_uint_eq ((0 == names.count) ? 0 : 8 + 8 * names.count,
                     MQTT_groups_memory (groups));
  MQTT_groups_unref (groups);
}


/**
 * First 8 bytes of `printf 'gnunet-mqtt group\0$share/g/a/+' | sha256sum`.
 */
START_TEST (names_are_hashes)
{
  static const char filter[] = "$share/g/a/+";
  const struct MQTT_LinkGroup expected = {
    { 0x67, 0xb9, 0x9c, 0x97, 0x30, 0xfc, 0x92, 0xa4 }
  };
  struct MQTT_LinkGroup name = MQTT_group_name (filter, strlen (filter));

  ck_assert_mem_eq (&expected, &name, sizeof (name));
  ck_assert_uint_eq (0x67b99c9730fc92a4, MQTT_group_number (&name));
}
END_TEST


START_TEST (sorts_and_holds_each_once)
{
  check (set_of ("cabcba"), "abc");
  check (set_of (""), "");
}
END_TEST


START_TEST (adds_and_takes_away)
{
  struct MQTT_Groups *one = set_of ("ace");
  struct MQTT_Groups *two = set_of ("bcdf");

  check (MQTT_groups_plus (one, two), "abcdef");
  check (MQTT_groups_plus (two, one), "abcdef");
  check (MQTT_groups_plus (one, NULL), "ace");
  check (MQTT_groups_plus (NULL, one), "ace");
  check (MQTT_groups_plus (NULL, NULL), "");
  check (MQTT_groups_minus (one, two), "ae");
  check (MQTT_groups_minus (two, one), "bdf");
  check (MQTT_groups_minus (one, one), "");
  check (MQTT_groups_minus (one, NULL), "ace");
  check (MQTT_groups_minus (NULL, one), "");
  check (one, "ace");
  check (two, "bcdf");
}
END_TEST


START_TEST (reads_bytes)
{
  uint8_t many[(MQTT_LINK_GROUPS_MAX + 1) * sizeof (struct MQTT_LinkGroup)];
  struct MQTT_Groups *groups;

  for (size_t i = 0; i < sizeof (many); i++)
    many[i] = (uint8_t)(i / sizeof (struct MQTT_LinkGroup));
  check (MQTT_groups_of_bytes ("bbbbbbbbaaaaaaaa", 16), "ab");
  check (MQTT_groups_of_bytes ("bbbbbbbbaaaaaaa", 15), "b");
  check (MQTT_groups_of_bytes ("", 0), "");
  groups = MQTT_groups_of_bytes (many, sizeof (many));
  ck_assert_uint_eq (MQTT_LINK_GROUPS_MAX, groups->count);
  MQTT_groups_unref (groups);
}
END_TEST


START_TEST (compares)
{
  struct MQTT_Groups *one = set_of ("ab");
  struct MQTT_Groups *same = set_of ("ba");
  struct MQTT_Groups *more = set_of ("abc");
  struct MQTT_Groups *other = set_of ("ac");

  ck_assert (MQTT_groups_equal (one, same));
  ck_assert (MQTT_groups_equal (NULL, NULL));
  ck_assert (!MQTT_groups_equal (one, NULL));
  ck_assert (!MQTT_groups_equal (NULL, one));
  ck_assert (!MQTT_groups_equal (one, more));
  ck_assert (!MQTT_groups_equal (one, other));
  ck_assert (MQTT_groups_have (other, &more->names[2]));
  ck_assert (!MQTT_groups_have (one, &more->names[2]));
  ck_assert (!MQTT_groups_have (NULL, &more->names[2]));
  MQTT_groups_unref (one);
  MQTT_groups_unref (same);
  MQTT_groups_unref (more);
  MQTT_groups_unref (other);
}
END_TEST


START_TEST (says_for_whom_a_message_is)
{
  struct MQTT_Groups *all = set_of ("abc");
  struct MQTT_Groups *some = set_of ("ab");
  const struct MQTT_Audience these = { .groups = some };
  const struct MQTT_Audience but = { .plain = true,
                                     .others = true,
                                     .except = some };
  const struct MQTT_Audience nobody = { .plain = false };

  for (size_t i = 0; i < 3; i++)
  {
    const struct MQTT_LinkGroup *name = &all->names[i];

    ck_assert (MQTT_audience_has (NULL, name));
    ck_assert (!MQTT_audience_has (&nobody, name));
    ck_assert_int_eq (i < 2, MQTT_audience_has (&these, name));
    ck_assert_int_eq (i == 2, MQTT_audience_has (&but, name));
  }
  ck_assert (MQTT_audience_is_plain (NULL));
  ck_assert (MQTT_audience_is_plain (&but));
  ck_assert (!MQTT_audience_is_plain (&these));
  MQTT_groups_unref (all);
  MQTT_groups_unref (some);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("groups");

  tcase_add_test (cases, names_are_hashes);
  tcase_add_test (cases, sorts_and_holds_each_once);
  tcase_add_test (cases, adds_and_takes_away);
  tcase_add_test (cases, reads_bytes);
  tcase_add_test (cases, compares);
  tcase_add_test (cases, says_for_whom_a_message_is);
  return run_cases ("groups", cases);
}
