/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_topic_complaint.c
 * @brief Tests of cli/topic_complaint.h.
 */
#include "run_cases.h"
#include <gnunet/gnunet_util_lib.h>
#include "cli/topic_complaint.h"


static void
assert_complaint (const char *expected,
                  const char *topic,
                  size_t size,
                  size_t where)
{
  char *complaint = CLI_topic_complaint ("topic", topic, size, where, "why");

  ck_assert_str_eq (expected, complaint);
  GNUNET_free (complaint);
}


START_TEST (shows_the_place)
{
  assert_complaint ("topic \"a/#/b\" is wrong at byte 3: why\n"
                    "    a/#/b\n"
                    "      ^",
                    "a/#/b",
                    5,
                    2);
}
END_TEST


START_TEST (counts_characters)
{
  assert_complaint ("topic \"\xc3\xa9/#/\xc3\xa9\" is wrong at byte 4: why\n"
                    "    \xc3\xa9/#/\xc3\xa9\n"
                    "      ^",
                    "\xc3\xa9/#/\xc3\xa9",
                    7,
                    3);
}
END_TEST


START_TEST (shows_what_terminals_cannot)
{
  assert_complaint ("topic \"\\x1b\\x00\\xffx\" is wrong at byte 3: why\n"
                    "    \\x1b\\x00\\xffx\n"
                    "            ^",
                    "\033\0\xffx",
                    4,
                    2);
}
END_TEST


START_TEST (may_be_empty)
{
  assert_complaint ("topic \"\" is wrong at byte 1: why\n    \n    ^",
                    "",
                    0,
                    0);
}
END_TEST


START_TEST (shows_a_part)
{
  char topic[1001];

  /* An even offset, so that no character is cut; then an odd one. */
  for (size_t i = 0; i < sizeof (topic) - 1; i += 2)
    memcpy (topic + i, "\xc3\xa9", 3);
  topic[500] = '#';
  topic[501] = '/';
  assert_complaint (
    "topic "
    "\"...\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9#/"
    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9...\" is wrong at byte "
    "501: why\n"
    "    ...\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9#/"
    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
    "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9...\n"
    "                       ^",
    topic,
    1000,
    500);
  memset (topic, 'a', 1000);
  topic[467] = '\xc3';
  topic[468] = '\xa9';
  topic[500] = '#';
  assert_complaint ("topic \"...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa#"
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\" is wrong at byte "
                    "501: why\n"
                    "    ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa#"
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\n"
                    "                                      ^",
                    topic,
                    1000,
                    500);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("topic_complaint");

  tcase_add_test (cases, shows_the_place);
  tcase_add_test (cases, counts_characters);
  tcase_add_test (cases, shows_what_terminals_cannot);
  tcase_add_test (cases, may_be_empty);
  tcase_add_test (cases, shows_a_part);
  return run_cases ("topic_complaint", cases);
}
