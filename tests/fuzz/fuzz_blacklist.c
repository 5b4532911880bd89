/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file fuzz/fuzz_blacklist.c
 * @brief Records of blacklists that a hostile zone may hold.
 *
 * Input: a byte that says what follows: 0 records of ours, each behind a byte with its
 * size, 1 a TXT record.
 */
#include "core/blacklist.h"
#include "core/cursor.h"
#include "fuzz.h"

/** Entries of a list at most. */
#define ENTRIES_MAX 64


static bool
is_same (const struct MQTT_BlacklistEntry *one,
         const struct MQTT_BlacklistEntry *other)
{
  char records[2][MQTT_BLACKLIST_RECORD_MAX];
  size_t size = MQTT_blacklist_entry_write (one, records[0]);

  return (size == MQTT_blacklist_entry_write (other, records[1]))
         && (0 == memcmp (records[0], records[1], size));
}


/**
 * What was read says the same as a record, and as text.
 */
static void
check_entry (const struct MQTT_BlacklistEntry *entry)
{
  char record[MQTT_BLACKLIST_RECORD_MAX];
  size_t size = MQTT_blacklist_entry_write (entry, record);
  void *copy = fuzz_copy (record, size);
  char *text = MQTT_blacklist_entry_to_text (entry);
  struct MQTT_BlacklistEntry again;

  FUZZ_CHECK (MQTT_blacklist_entry_read (copy, size, &again));
  FUZZ_CHECK (is_same (entry, &again));
  FUZZ_CHECK (MQTT_blacklist_entry_of_text (text, strlen (text), &again));
  FUZZ_CHECK (is_same (entry, &again));
  GNUNET_free (text);
  free (copy);
}


/**
 * A list has what was added, and nothing else.
 */
static void
check_list (const struct MQTT_BlacklistEntry *entries, unsigned int count)
{
  struct MQTT_Blacklist *list = MQTT_blacklist_create ();
  struct MQTT_Blacklist *back = MQTT_blacklist_create ();

  for (unsigned int i = 0; i < count; i++)
  {
    MQTT_blacklist_add (list, &entries[i]);
    MQTT_blacklist_add (back, &entries[count - 1 - i]);
  }
  FUZZ_CHECK (MQTT_blacklist_equal (list, back));
  FUZZ_CHECK (count >= MQTT_blacklist_count (list));
  for (unsigned int i = 0; i < count; i++)
  {
    struct MQTT_BlacklistEntry other = entries[i];

    FUZZ_CHECK ((MQTT_BLACKLIST_NOBODY != entries[i].kind)
                == MQTT_blacklist_has (list, &entries[i]));
    other.kind = UINT32_MAX;
    FUZZ_CHECK (!MQTT_blacklist_has (list, &other));
  }
  MQTT_blacklist_destroy (list);
  MQTT_blacklist_destroy (back);
}


static void
check_records (struct MQTT_Cursor cursor)
{
  struct MQTT_BlacklistEntry entries[ENTRIES_MAX];
  unsigned int count = 0;
  uint8_t size;

  while ((count < ENTRIES_MAX) && MQTT_cursor_u8 (&cursor, &size))
  {
    const void *record = MQTT_cursor_take (&cursor, size);
    void *copy;

    if (NULL == record)
      break;
    copy = fuzz_copy (record, size);
    if (MQTT_blacklist_entry_read (copy, size, &entries[count]))
      check_entry (&entries[count++]);
    free (copy);
  }
  check_list (entries, count);
}


static void
check_txt (const void *input, size_t size)
{
  void *copy = fuzz_copy (input, size);
  struct MQTT_BlacklistEntry entry;

  if (MQTT_blacklist_entry_of_txt (copy, size, &entry))
  {
    FUZZ_CHECK (MQTT_blacklist_is_txt (copy, size));
    check_entry (&entry);
  }
  free (copy);
}


int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (0 == size)
    return 0;
  if (0 == data[0])
    check_records ((struct MQTT_Cursor){ .at = data + 1, .left = size - 1 });
  else
    check_txt (data + 1, size - 1);
  return 0;
}
