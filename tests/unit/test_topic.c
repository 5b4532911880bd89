/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_topic.c
 * @brief Tests of core/topic.h.
 */
#include "run_cases.h"
#include <stdlib.h>
#include <string.h>
#include "core/topic.h"

/** A text with its size, which may hold NUL. */
#define TEXT(literal) (literal), (sizeof (literal) - 1)

/**
 * A text, and what is wrong with it.
 */
struct Verdict
{
  const char *text;
  size_t size;
  enum MQTT_TopicError error;
  size_t where;
};

typedef enum MQTT_TopicError (*Check) (const char *text,
                                       size_t size,
                                       size_t *where);


static void
assert_verdicts (Check check, const struct Verdict *verdicts, size_t count)
{
  for (size_t i = 0; i < count; i++)
  {
    const struct Verdict *verdict = &verdicts[i];
    size_t where = 4711;
    char *copy = malloc (verdict->size);

    ck_assert ((NULL != copy) || (0 == verdict->size));
    if (0 != verdict->size)
      memcpy (copy, verdict->text, verdict->size);
    ck_assert_msg (verdict->error == check (copy, verdict->size, &where),
                   "wrong verdict on '%s'",
                   verdict->text);
    ck_assert_msg ((MQTT_TOPIC_OK == verdict->error ? 4711 : verdict->where)
                     == where,
                   "wrong place in '%s': %zu",
                   verdict->text,
                   where);
    ck_assert_int_eq (verdict->error, check (copy, verdict->size, NULL));
    free (copy);
  }
}


#define ASSERT_VERDICTS(check, verdicts) \
  assert_verdicts (check, verdicts, sizeof (verdicts) / sizeof ((verdicts)[0]))


START_TEST (names)
{
  static const struct Verdict verdicts[] = {
    { TEXT ("a"), MQTT_TOPIC_OK, 0 },
    { TEXT ("/"), MQTT_TOPIC_OK, 0 },
    { TEXT ("//"), MQTT_TOPIC_OK, 0 },
    { TEXT (" "), MQTT_TOPIC_OK, 0 },
    { TEXT ("$SYS/x"), MQTT_TOPIC_OK, 0 },
    { TEXT ("$share/x"), MQTT_TOPIC_OK, 0 },
    { TEXT ("a b/|()*?'\"\\/\n"), MQTT_TOPIC_OK, 0 },
    { TEXT ("\xC3\xA4/\xF0\x9F\x98\x80/\xEF\xBB\xBF"), MQTT_TOPIC_OK, 0 },
    { TEXT (""), MQTT_TOPIC_EMPTY, 0 },
    { TEXT ("a/\0"), MQTT_TOPIC_NUL, 2 },
    { TEXT ("a/\xED\xA0\x80"), MQTT_TOPIC_NOT_UTF8, 2 },
    { TEXT ("a/\xC3"), MQTT_TOPIC_NOT_UTF8, 2 },
    { TEXT ("+"), MQTT_TOPIC_WILDCARD_IN_NAME, 0 },
    { TEXT ("a/b#"), MQTT_TOPIC_WILDCARD_IN_NAME, 3 },
    { TEXT ("a+b/c"), MQTT_TOPIC_WILDCARD_IN_NAME, 1 },
  };

  ASSERT_VERDICTS (&MQTT_topic_name_check, verdicts);
}
END_TEST


START_TEST (filters)
{
  static const struct Verdict verdicts[] = {
    { TEXT ("a"), MQTT_TOPIC_OK, 0 },
    { TEXT ("#"), MQTT_TOPIC_OK, 0 },
    { TEXT ("+"), MQTT_TOPIC_OK, 0 },
    { TEXT ("/"), MQTT_TOPIC_OK, 0 },
    { TEXT ("/#"), MQTT_TOPIC_OK, 0 },
    { TEXT ("+/+/#"), MQTT_TOPIC_OK, 0 },
    { TEXT ("a//+//#"), MQTT_TOPIC_OK, 0 },
    { TEXT ("$SYS/#"), MQTT_TOPIC_OK, 0 },
    { TEXT (""), MQTT_TOPIC_EMPTY, 0 },
    { TEXT ("#\0"), MQTT_TOPIC_NUL, 1 },
    { TEXT ("+/\xFF"), MQTT_TOPIC_NOT_UTF8, 2 },
    { TEXT ("a+"), MQTT_TOPIC_PLUS_NOT_ALONE, 1 },
    { TEXT ("+a"), MQTT_TOPIC_PLUS_NOT_ALONE, 0 },
    { TEXT ("++"), MQTT_TOPIC_PLUS_NOT_ALONE, 0 },
    { TEXT ("+#"), MQTT_TOPIC_PLUS_NOT_ALONE, 0 },
    { TEXT ("a/b+/c"), MQTT_TOPIC_PLUS_NOT_ALONE, 3 },
    { TEXT ("#a"), MQTT_TOPIC_HASH_NOT_ALONE, 0 },
    { TEXT ("a#"), MQTT_TOPIC_HASH_NOT_ALONE, 1 },
    { TEXT ("##"), MQTT_TOPIC_HASH_NOT_ALONE, 0 },
    { TEXT ("a/#b/+c"), MQTT_TOPIC_HASH_NOT_ALONE, 2 },
    { TEXT ("#/"), MQTT_TOPIC_HASH_NOT_LAST, 0 },
    { TEXT ("a/#/b"), MQTT_TOPIC_HASH_NOT_LAST, 2 },
    { TEXT ("#/#"), MQTT_TOPIC_HASH_NOT_LAST, 0 },
  };

  ASSERT_VERDICTS (&MQTT_topic_filter_check, verdicts);
}
END_TEST


START_TEST (shared_filters)
{
  static const struct Verdict verdicts[] = {
    { TEXT ("$share/g/a"), MQTT_TOPIC_OK, 0 },
    { TEXT ("$share/g//"), MQTT_TOPIC_OK, 0 },
    { TEXT ("$share/g/#"), MQTT_TOPIC_OK, 0 },
    { TEXT ("$share/g/+/b"), MQTT_TOPIC_OK, 0 },
    { TEXT ("$shared"), MQTT_TOPIC_OK, 0 },
    { TEXT ("$shared/+"), MQTT_TOPIC_OK, 0 },
    { TEXT ("$shar/+"), MQTT_TOPIC_OK, 0 },
    { TEXT ("$share"), MQTT_TOPIC_BAD_SHARE, 6 },
    { TEXT ("$share/"), MQTT_TOPIC_BAD_SHARE, 7 },
    { TEXT ("$share//"), MQTT_TOPIC_BAD_SHARE, 7 },
    { TEXT ("$share//a"), MQTT_TOPIC_BAD_SHARE, 7 },
    { TEXT ("$share/g"), MQTT_TOPIC_BAD_SHARE, 8 },
    { TEXT ("$share/g/"), MQTT_TOPIC_BAD_SHARE, 9 },
    { TEXT ("$share/+/a"), MQTT_TOPIC_BAD_SHARE, 7 },
    { TEXT ("$share/#"), MQTT_TOPIC_BAD_SHARE, 7 },
    { TEXT ("$share/a#b/c"), MQTT_TOPIC_BAD_SHARE, 8 },
    { TEXT ("$share/g/a+"), MQTT_TOPIC_PLUS_NOT_ALONE, 10 },
    { TEXT ("$share/g/#/a"), MQTT_TOPIC_HASH_NOT_LAST, 9 },
  };

  ASSERT_VERDICTS (&MQTT_topic_filter_check, verdicts);
  ck_assert_uint_eq (10, MQTT_topic_filter_share (TEXT ("$share/gr/a/b")));
  ck_assert_uint_eq (9, MQTT_topic_filter_share (TEXT ("$share/g//")));
  ck_assert_uint_eq (0, MQTT_topic_filter_share (TEXT ("$shared/g/a")));
  ck_assert_uint_eq (0, MQTT_topic_filter_share (TEXT ("a/b/c")));
}
END_TEST


START_TEST (length_is_bounded)
{
  char *text = malloc (MQTT_TOPIC_MAX + 1);
  size_t where;

  ck_assert_ptr_nonnull (text);
  memset (text, 'x', MQTT_TOPIC_MAX + 1);
  ck_assert_int_eq (MQTT_TOPIC_OK,
                    MQTT_topic_name_check (text, MQTT_TOPIC_MAX, &where));
  ck_assert_int_eq (MQTT_TOPIC_OK,
                    MQTT_topic_filter_check (text, MQTT_TOPIC_MAX, &where));
  ck_assert_int_eq (MQTT_TOPIC_TOO_LONG,
                    MQTT_topic_name_check (text, MQTT_TOPIC_MAX + 1, &where));
  ck_assert_uint_eq (MQTT_TOPIC_MAX, where);
  ck_assert_int_eq (MQTT_TOPIC_TOO_LONG,
                    MQTT_topic_filter_check (text, MQTT_TOPIC_MAX + 1, &where));
  ck_assert_uint_eq (MQTT_TOPIC_MAX, where);
  free (text);
}
END_TEST


START_TEST (every_error_has_a_text)
{
  const char *unknown = MQTT_topic_error_text (
    (enum MQTT_TopicError) (MQTT_TOPIC_BAD_SHARE + 1));

  for (int error = MQTT_TOPIC_OK; error <= MQTT_TOPIC_BAD_SHARE; error++)
    for (int other = MQTT_TOPIC_OK; other < error; other++)
    {
      const char *text = MQTT_topic_error_text ((enum MQTT_TopicError)error);

      ck_assert_str_ne (text,
                        MQTT_topic_error_text ((enum MQTT_TopicError)other));
      ck_assert_str_ne (text, unknown);
      ck_assert_int_ne ('.', text[strlen (text) - 1]);
    }
}
END_TEST


static bool
matches (const char *filter, const char *name)
{
  return MQTT_topic_matches (filter, strlen (filter), name, strlen (name));
}


START_TEST (examples_of_the_standard)
{
  /* 4.7.1.2 */
  ck_assert (matches ("sport/tennis/player1/#", "sport/tennis/player1"));
  ck_assert (
    matches ("sport/tennis/player1/#", "sport/tennis/player1/ranking"));
  ck_assert (
    matches ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon"));
  ck_assert (matches ("sport/#", "sport"));
  /* 4.7.1.3 */
  ck_assert (matches ("sport/tennis/+", "sport/tennis/player1"));
  ck_assert (!matches ("sport/tennis/+", "sport/tennis/player1/ranking"));
  ck_assert (!matches ("sport/+", "sport"));
  ck_assert (matches ("sport/+", "sport/"));
  ck_assert (matches ("+/+", "/finance"));
  ck_assert (matches ("/+", "/finance"));
  ck_assert (!matches ("+", "/finance"));
  /* 4.7.2 */
  ck_assert (!matches ("#", "$SYS/a"));
  ck_assert (!matches ("+/monitor/Clients", "$SYS/monitor/Clients"));
  ck_assert (matches ("$SYS/#", "$SYS/monitor"));
  ck_assert (matches ("$SYS/#", "$SYS"));
  ck_assert (matches ("$SYS/monitor/+", "$SYS/monitor/Clients"));
  /* 4.7.3 */
  ck_assert (!matches ("ACCOUNTS", "Accounts"));
  ck_assert (!matches ("/A", "A"));
  ck_assert (matches ("/", "/"));
}
END_TEST


START_TEST (corners_of_matching)
{
  ck_assert (matches ("#", "a"));
  ck_assert (matches ("#", "/"));
  ck_assert (matches ("#", "/$a"));
  ck_assert (matches ("+", "a"));
  ck_assert (!matches ("+", "$"));
  ck_assert (!matches ("#", "$"));
  ck_assert (!matches ("+/#", "$a/b"));
  ck_assert (matches ("a/+", "a/$b"));
  ck_assert (matches ("/#", "/"));
  ck_assert (matches ("/#", "/$a"));
  ck_assert (matches ("//#", "/"));
  ck_assert (!matches ("//#", "a"));
  ck_assert (matches ("+/#", "a"));
  ck_assert (matches ("+/+/#", "a/"));
  ck_assert (!matches ("+/+/#", "a"));
  ck_assert (!matches ("a/b/#", "a"));
  ck_assert (!matches ("a/b", "a"));
  ck_assert (!matches ("a", "a/"));
  ck_assert (!matches ("a/", "a"));
  ck_assert (!matches ("ab", "a"));
  ck_assert (!matches ("a", "ab"));
  ck_assert (matches ("a//b", "a//b"));
  ck_assert (matches ("a/+/b", "a//b"));
  ck_assert (!matches ("a/+/b", "a/b"));
}
END_TEST


START_TEST (walks_levels)
{
  const char *text = "/a//bc/";
  static const char *const expected[] = { "", "a", "", "bc", "" };
  struct MQTT_LevelIterator it = MQTT_topic_levels (text, strlen (text));
  const char *level;
  size_t size;

  for (size_t i = 0; i < 5; i++)
  {
    ck_assert (MQTT_topic_level_next (&it, &level, &size));
    ck_assert_uint_eq (strlen (expected[i]), size);
    ck_assert_mem_eq (expected[i], level, size);
  }
  ck_assert (!MQTT_topic_level_next (&it, &level, &size));
  ck_assert (!MQTT_topic_level_next (&it, &level, &size));
  ck_assert_uint_eq (5, MQTT_topic_level_count (text, strlen (text)));
  ck_assert_uint_eq (1, MQTT_topic_level_count ("a", 1));
  ck_assert_uint_eq (2, MQTT_topic_level_count ("/", 1));
}
END_TEST


START_TEST (classifies_levels)
{
  ck_assert_int_eq (MQTT_LEVEL_PLUS, MQTT_topic_level_kind ("+", 1));
  ck_assert_int_eq (MQTT_LEVEL_HASH, MQTT_topic_level_kind ("#", 1));
  ck_assert_int_eq (MQTT_LEVEL_LITERAL, MQTT_topic_level_kind ("a", 1));
  ck_assert_int_eq (MQTT_LEVEL_LITERAL, MQTT_topic_level_kind ("", 0));
  ck_assert_int_eq (MQTT_LEVEL_LITERAL, MQTT_topic_level_kind ("$", 1));
}
END_TEST


START_TEST (deepest_topics)
{
  char *slashes = malloc (MQTT_TOPIC_MAX);
  char *pluses = malloc (MQTT_TOPIC_MAX);

  ck_assert_ptr_nonnull (slashes);
  ck_assert_ptr_nonnull (pluses);
  memset (slashes, '/', MQTT_TOPIC_MAX);
  for (size_t i = 0; i < MQTT_TOPIC_MAX; i++)
    pluses[i] = (0 == i % 2) ? '+' : '/';
  for (size_t size = 65399; size <= MQTT_TOPIC_MAX; size += 2)
  {
    ck_assert_int_eq (MQTT_TOPIC_OK,
                      MQTT_topic_name_check (slashes, size, NULL));
    ck_assert_uint_eq (size + 1, MQTT_topic_level_count (slashes, size));
    ck_assert (MQTT_topic_matches (slashes, size, slashes, size));
    ck_assert (!MQTT_topic_matches (slashes, size - 1, slashes, size));
    ck_assert (MQTT_topic_matches ("/#", 2, slashes, size));
  }
  ck_assert_int_eq (MQTT_TOPIC_OK,
                    MQTT_topic_filter_check (pluses, MQTT_TOPIC_MAX, NULL));
  ck_assert (
    MQTT_topic_matches (pluses, MQTT_TOPIC_MAX, slashes, MQTT_TOPIC_MAX / 2));
  ck_assert (!MQTT_topic_matches (pluses,
                                  MQTT_TOPIC_MAX,
                                  slashes,
                                  MQTT_TOPIC_MAX / 2 + 1));
  free (slashes);
  free (pluses);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("topic");

  tcase_add_test (cases, names);
  tcase_add_test (cases, filters);
  tcase_add_test (cases, shared_filters);
  tcase_add_test (cases, length_is_bounded);
  tcase_add_test (cases, every_error_has_a_text);
  tcase_add_test (cases, examples_of_the_standard);
  tcase_add_test (cases, corners_of_matching);
  tcase_add_test (cases, walks_levels);
  tcase_add_test (cases, classifies_levels);
  tcase_add_test (cases, deepest_topics);
  return run_cases ("topic", cases);
}
