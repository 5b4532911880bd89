/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_owned_topic.c
 * @brief Tests of core/owned_topic.h.
 */
#include "channel_fixture.h"
#include "run_cases.h"

/** A key with its text. */
struct Named
{
  struct GNUNET_IDENTITY_PublicKey key;
  char *text;
};


static struct Named
new_key (enum GNUNET_IDENTITY_KeyType type)
{
  const struct GNUNET_IDENTITY_PrivateKey ego = channel_ego (type);
  struct Named named = { .key = channel_owner (&ego) };

  named.text = GNUNET_IDENTITY_public_key_to_string (&named.key);
  return named;
}


/**
 * Is the topic BEFORE KEY AFTER the key's, with this below it?
 *
 * @param below NULL: it must be free
 */
static void
assert_owned (const struct Named *named,
              const char *before,
              const char *after,
              const char *below)
{
  struct MQTT_OwnedTopic owned;
  char *text;
  int size = GNUNET_asprintf (&text, "%s%s%s", before, named->text, after);
  struct Wire topic = wire_copy (text, (size_t)size);
  bool is_owned = MQTT_owned_topic ((const char *)topic.data,
                                    topic.size,
                                    &owned);

  ck_assert_msg ((NULL != below) == is_owned, "%s", text);
  if (is_owned)
  {
    ck_assert_mem_eq (&named->key, &owned.owner, sizeof (owned.owner));
    ck_assert_uint_eq (strlen (below), owned.below_size);
    ck_assert_int_eq (0, memcmp (below, owned.below, owned.below_size));
  }
  free (topic.data);
  GNUNET_free (text);
}


START_TEST (the_first_level_is_the_owner)
{
  struct Named named = new_key (channel_key_types[_i]);

  assert_owned (&named, "", "/news", "news");
  assert_owned (&named, "/", "/news", "news");
  assert_owned (&named, "/", "/a/b/", "a/b/");
  assert_owned (&named, "", "", "");
  assert_owned (&named, "/", "", "");
  assert_owned (&named, "/", "/", "");
  assert_owned (&named, "", "//a", "/a");
  GNUNET_free (named.text);
}
END_TEST


START_TEST (other_topics_are_free)
{
  struct Named named = new_key (channel_key_types[_i]);

  assert_owned (&named, "//", "/news", NULL);
  assert_owned (&named, "a/", "/news", NULL);
  assert_owned (&named, "$", "/news", NULL);
  assert_owned (&named, "", "0/news", NULL);
  assert_owned (&named, "0", "/news", NULL);
  assert_owned (&named, "/", "0", NULL);
  named.text[MQTT_OWNED_KEY_TEXT - 1] = '\0';
  assert_owned (&named, "", "", NULL);
  assert_owned (&named, "/", "/news", NULL);
  /* Not of the alphabet; another type. */
  named.text[MQTT_OWNED_KEY_TEXT - 1] = '!';
  assert_owned (&named, "", "/news", NULL);
  memset (named.text, '0', MQTT_OWNED_KEY_TEXT);
  assert_owned (&named, "", "/news", NULL);
  GNUNET_free (named.text);
}
END_TEST


START_TEST (every_spelling_belongs_to_the_key)
{
  struct Named named = new_key (channel_key_types[_i]);

  for (char *c = named.text; '\0' != *c; c++)
    if ('0' == *c)
      *c = 'o';
  GNUNET_STRINGS_utf8_tolower (named.text, named.text);
  assert_owned (&named, "/", "/news", "news");
  GNUNET_free (named.text);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("owned_topic");

  tcase_add_loop_test (cases,
                       the_first_level_is_the_owner,
                       0,
                       CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases, other_topics_are_free, 0, CHANNEL_KEY_TYPES);
  tcase_add_loop_test (cases,
                       every_spelling_belongs_to_the_key,
                       0,
                       CHANNEL_KEY_TYPES);
  return run_cases ("owned_topic", cases);
}
