/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_topic_cache.c
 * @brief Tests of lib/topic_cache.h.
 */
#include "run_cases.h"
#include <stdio.h>
#include <string.h>
#include "core/ipc_frame.h"
#include "lib/topic_cache.h"

/** Enough that places must be shared. */
#define MANY (4 * MQTT_IPC_TOPIC_NUMBERS)


START_TEST (finds_again)
{
  struct MQTT_TopicCache *cache = MQTT_topic_cache_create ();
  struct MQTT_CachedTopic *first = MQTT_topic_cache_get (cache, "a/b", 3);
  struct MQTT_CachedTopic *again = MQTT_topic_cache_get (cache, "a/bc", 3);
  struct MQTT_CachedTopic *other = MQTT_topic_cache_get (cache, "a/c", 3);

  ck_assert_ptr_eq (first, again);
  ck_assert_ptr_ne (first, other);
  ck_assert_uint_eq (3, first->size);
  ck_assert_mem_eq ("a/b", first->text, 3);
  ck_assert_mem_eq ("a/c", other->text, 3);
  MQTT_topic_cache_release (first);
  MQTT_topic_cache_destroy (cache);
  ck_assert_mem_eq ("a/b", again->text, 3);
  MQTT_topic_cache_release (again);
  MQTT_topic_cache_release (other);
}
END_TEST


START_TEST (refuses_what_is_no_topic_name)
{
  struct MQTT_TopicCache *cache = MQTT_topic_cache_create ();

  ck_assert_ptr_null (MQTT_topic_cache_get (cache, "", 0));
  ck_assert_ptr_null (MQTT_topic_cache_get (cache, "a/+", 3));
  ck_assert_ptr_null (MQTT_topic_cache_get (cache, "a\0b", 3));
  ck_assert_ptr_null (MQTT_topic_cache_get (cache, "\xff", 1));
  MQTT_topic_cache_destroy (cache);
}
END_TEST


START_TEST (binds_once)
{
  struct MQTT_TopicCache *cache = MQTT_topic_cache_create ();
  struct MQTT_CachedTopic *topic = MQTT_topic_cache_get (cache, "a", 1);
  uint32_t number;
  uint32_t again;

  ck_assert (!MQTT_topic_cache_bind (cache, topic, &number));
  ck_assert_uint_lt (number, MQTT_IPC_TOPIC_NUMBERS);
  ck_assert (MQTT_topic_cache_bind (cache, topic, &again));
  ck_assert_uint_eq (number, again);
  MQTT_topic_cache_unbind_all (cache);
  ck_assert (!MQTT_topic_cache_bind (cache, topic, &again));
  ck_assert_uint_eq (number, again);
  MQTT_topic_cache_release (topic);
  MQTT_topic_cache_destroy (cache);
}
END_TEST


/**
 * Whoever follows what bind() says knows each number's topic, however many
 * topics take turns.
 */
START_TEST (never_confuses)
{
  static struct MQTT_CachedTopic *topics[MANY];
  static const struct MQTT_CachedTopic *known[MQTT_IPC_TOPIC_NUMBERS];
  struct MQTT_TopicCache *cache = MQTT_topic_cache_create ();
  unsigned int told = 0;
  char text[64];

  for (unsigned int i = 0; i < MANY; i++)
  {
    int size = snprintf (text, sizeof (text), "some/long/topic/name/%u", i);

    topics[i] = MQTT_topic_cache_get (cache, text, (size_t)size);
    ck_assert_ptr_nonnull (topics[i]);
  }
  for (unsigned int i = 0; i < 10 * MANY; i++)
  {
    struct MQTT_CachedTopic *topic = topics[i * 7919u % MANY];
    uint32_t number;

    if (!MQTT_topic_cache_bind (cache, topic, &number))
    {
      known[number] = topic;
      told++;
    }
    ck_assert_ptr_eq (known[number], topic);
  }
  /* Every place is used, or nearly. */
  ck_assert_uint_gt (told, MANY);
  for (unsigned int i = 0, used = 0; i < MQTT_IPC_TOPIC_NUMBERS; i++)
  {
    used += (NULL != known[i]) ? 1 : 0;
    if (MQTT_IPC_TOPIC_NUMBERS - 1 == i)
      ck_assert_uint_gt (used, MQTT_IPC_TOPIC_NUMBERS / 10 * 9);
  }
  for (unsigned int i = 0; i < MANY; i++)
    MQTT_topic_cache_release (topics[i]);
  MQTT_topic_cache_destroy (cache);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("topic_cache");

  tcase_add_test (cases, finds_again);
  tcase_add_test (cases, refuses_what_is_no_topic_name);
  tcase_add_test (cases, binds_once);
  tcase_add_test (cases, never_confuses);
  return run_cases ("topic_cache", cases);
}
