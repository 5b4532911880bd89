/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_node_table.c
 * @brief Tests of core/node_table.h.
 */
#include "run_cases.h"
#include <string.h>
#include "core/node_table.h"
#include "no_memory.h"

/** Nodes that the tests put into a table. */
#define NODES 20000


/**
 * Well-spread keys: the n-th of them.
 */
static uint64_t
spread (uint64_t n)
{
  return (n + 1) * UINT64_C (0x9E3779B97F4A7C15);
}


/**
 * Keys that all want the same place, in the middle of the table.
 */
static uint64_t
crowded (uint64_t n)
{
  return (UINT64_C (1) << 63) + n * 7;
}


/**
 * Does the table hold exactly these nodes?
 *
 * @param table the table
 * @param key gives the n-th key
 * @param from first that is held
 * @param to first behind those that are held, of @a all
 */
static void
assert_holds (const struct MQTT_NodeTable *table,
              uint64_t (*key) (uint64_t n),
              unsigned int from,
              unsigned int to,
              unsigned int all)
{
  ck_assert_uint_eq (to - from, table->used);
  for (unsigned int i = 0; i < all; i++)
  {
    const struct MQTT_Node *node = MQTT_node_table_find (table, key (i));

    if ((i < from) || (i >= to))
    {
      ck_assert_ptr_null (node);
      continue;
    }
    ck_assert_ptr_nonnull (node);
    ck_assert_uint_eq (key (i), node->key);
    ck_assert_uint_eq (i, node->value);
  }
}


static struct MQTT_Node *
add (struct MQTT_NodeTable *table, uint64_t key, uint32_t value)
{
  struct MQTT_Node *node = MQTT_node_table_add (table, key);

  if (NULL != node)
    node->value = value;
  return node;
}


static void
add_and_remove (uint64_t (*key) (uint64_t n), unsigned int count)
{
  struct MQTT_NodeTable table;

  ck_assert (MQTT_node_table_init (&table));
  assert_holds (&table, key, 0, 0, count);
  for (unsigned int i = 0; i < count; i++)
    ck_assert_ptr_nonnull (add (&table, key (i), i));
  assert_holds (&table, key, 0, count, count);
  for (unsigned int i = 0; i < count / 2; i++)
    MQTT_node_table_remove (&table, MQTT_node_table_find (&table, key (i)));
  assert_holds (&table, key, count / 2, count, count);
  for (unsigned int i = count; i > count * 3 / 4; i--)
    MQTT_node_table_remove (&table, MQTT_node_table_find (&table, key (i - 1)));
  assert_holds (&table, key, count / 2, count * 3 / 4, count);
  for (unsigned int i = count * 3 / 4; i < count; i++)
    ck_assert_ptr_nonnull (add (&table, key (i), i));
  assert_holds (&table, key, count / 2, count, count);
  for (unsigned int i = count / 2; i < count; i++)
    MQTT_node_table_remove (&table, MQTT_node_table_find (&table, key (i)));
  assert_holds (&table, key, 0, 0, count);
  MQTT_node_table_done (&table);
}


START_TEST (holds_what_was_added)
{
  add_and_remove (&spread, NODES);
}
END_TEST


START_TEST (keys_may_crowd)
{
  add_and_remove (&crowded, 500);
}
END_TEST


START_TEST (new_nodes_are_zero)
{
  struct MQTT_NodeTable table;
  struct MQTT_Node expected = { .key = 0 };

  ck_assert (MQTT_node_table_init (&table));
  ck_assert_mem_eq (&expected,
                    MQTT_node_table_add (&table, 0),
                    sizeof (expected));
  expected.key = MQTT_NODE_NO_KEY - 1;
  ck_assert_mem_eq (&expected,
                    MQTT_node_table_add (&table, expected.key),
                    sizeof (expected));
  ck_assert_ptr_null (MQTT_node_table_find (&table, 1));
  MQTT_node_table_done (&table);
}
END_TEST


START_TEST (memory_is_proportional)
{
  struct MQTT_NodeTable table;

  ck_assert (MQTT_node_table_init (&table));
  for (unsigned int i = 0; i < NODES; i++)
  {
    ck_assert_ptr_nonnull (MQTT_node_table_add (&table, spread (i)));
    ck_assert_uint_le (MQTT_node_table_memory (&table),
                       5000 + (size_t)i * sizeof (struct MQTT_Node) * 3 / 2);
  }
  MQTT_node_table_done (&table);
}
END_TEST


START_TEST (too_many_at_the_upper_end_are_refused)
{
  struct MQTT_NodeTable table;
  size_t memory = 0;
  uint32_t held = 0;

  /* keys that are not spread must not make the table grow and grow */
  ck_assert (MQTT_node_table_init (&table));
  while (
    (held < NODES)
    && (NULL
        != add (&table, MQTT_NODE_NO_KEY - 1 - spread (held) % 4096, held)))
  {
    held++;
    memory = MQTT_node_table_memory (&table);
  }
  ck_assert_uint_lt (held, 1000);
  ck_assert_uint_eq (held, table.used);
  ck_assert_uint_eq (memory, MQTT_node_table_memory (&table));
  ck_assert_uint_le (memory, (size_t)100 * 1024);
  for (uint32_t i = 0; i < held; i++)
  {
    struct MQTT_Node *node = MQTT_node_table_find (&table,
                                                   MQTT_NODE_NO_KEY - 1
                                                     - spread (i) % 4096);

    ck_assert_ptr_nonnull (node);
    ck_assert_uint_eq (i, node->value);
    MQTT_node_table_remove (&table, node);
  }
  ck_assert_uint_eq (0, table.used);
  MQTT_node_table_done (&table);
}
END_TEST


START_TEST (does_without_memory)
{
  struct MQTT_NodeTable table;
  unsigned int held = 0;

  no_memory = true;
  ck_assert (!MQTT_node_table_init (&table));
  no_memory = false;
  ck_assert (MQTT_node_table_init (&table));
  no_memory = true;
  while (NULL != add (&table, spread (held), held))
    held++;
  ck_assert_uint_gt (held, 32);
  assert_holds (&table, &spread, 0, held, NODES);
  no_memory = false;
  for (unsigned int i = held; i < NODES; i++)
    ck_assert_ptr_nonnull (add (&table, spread (i), i));
  assert_holds (&table, &spread, 0, NODES, NODES);
  MQTT_node_table_done (&table);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("node_table");

  tcase_add_test (cases, holds_what_was_added);
  tcase_add_test (cases, keys_may_crowd);
  tcase_add_test (cases, new_nodes_are_zero);
  tcase_add_test (cases, memory_is_proportional);
  tcase_add_test (cases, too_many_at_the_upper_end_are_refused);
  tcase_add_test (cases, does_without_memory);
  return run_cases ("node_table", cases);
}
