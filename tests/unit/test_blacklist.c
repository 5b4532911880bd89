/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_blacklist.c
 * @brief Tests of entries of blacklists as records and as text, and of lists.
 */
#include "run_cases.h"
#include "core/blacklist.h"

/** Texts of a peer's identity and of keys of both types. */
#define PEER "4RRHMPAVWHN7ES43YJX2PCHAESQ22NV8D5SDSNTQ9HBM9EVCGZXG"
#define OWNER "000G00137TZYFADJ17RCAZDYKVYR6VJW8MY68T7DVSWSZWDR5EP08EDVSC"
#define EDDSA_OWNER "000G05137TZYFADJ17RCAZDYKVYR6VJW8MY68T7DVSWSZWDR5EP08EDVSC"


static struct MQTT_BlacklistEntry
entry_of (const char *text)
{
  struct MQTT_BlacklistEntry entry;

  ck_assert (MQTT_blacklist_entry_of_text (text, strlen (text), &entry));
  return entry;
}


static bool
is_text (const char *text)
{
  struct MQTT_BlacklistEntry entry;

  return MQTT_blacklist_entry_of_text (text, strlen (text), &entry);
}


static bool
is_txt (const char *text)
{
  struct MQTT_BlacklistEntry entry;

  return MQTT_blacklist_entry_of_txt (text, strlen (text), &entry);
}


static const char *const texts[] = { PEER, OWNER, EDDSA_OWNER, "nobody" };


START_TEST (text_and_record_say_the_same)
{
  static const size_t sizes[] = { 36, 40, 40, 4 };
  struct MQTT_BlacklistEntry entry = entry_of (texts[_i]);
  struct MQTT_BlacklistEntry copy;
  char record[MQTT_BLACKLIST_RECORD_MAX];
  size_t size = MQTT_blacklist_entry_write (&entry, record);
  char *text;

  ck_assert_uint_eq (sizes[_i], size);
  ck_assert (MQTT_blacklist_entry_read (record, size, &copy));
  ck_assert_mem_eq (&entry, &copy, sizeof (entry));
  text = MQTT_blacklist_entry_to_text (&copy);
  ck_assert_str_eq (texts[_i], text);
  GNUNET_free (text);
}
END_TEST


START_TEST (records_of_another_size_are_refused)
{
  struct MQTT_BlacklistEntry entry = entry_of (texts[_i]);
  char record[MQTT_BLACKLIST_RECORD_MAX + 1] = { 0 };
  size_t size = MQTT_blacklist_entry_write (&entry, record);

  for (size_t other = 0; other <= sizeof (record); other++)
    if (other != size)
      ck_assert (!MQTT_blacklist_entry_read (record, other, &entry));
}
END_TEST


START_TEST (unknown_kinds_are_refused)
{
  struct MQTT_BlacklistEntry entry = entry_of (OWNER);
  char record[MQTT_BLACKLIST_RECORD_MAX];
  size_t size = MQTT_blacklist_entry_write (&entry, record);

  record[3] = 3;
  for (size_t other = 0; other <= size; other++)
    ck_assert (!MQTT_blacklist_entry_read (record, other, &entry));
  record[3] = MQTT_BLACKLIST_OWNER;
  record[0] = 1;
  ck_assert (!MQTT_blacklist_entry_read (record, size, &entry));
}
END_TEST


START_TEST (keys_of_unknown_types_are_refused)
{
  struct MQTT_BlacklistEntry entry = entry_of (OWNER);
  char record[MQTT_BLACKLIST_RECORD_MAX];
  size_t size = MQTT_blacklist_entry_write (&entry, record);

  record[7] ^= 1;
  ck_assert (!MQTT_blacklist_entry_read (record, size, &entry));
}
END_TEST


START_TEST (bytes_are_those_of_the_protocol)
{
  struct GNUNET_PeerIdentity peer;
  struct MQTT_BlacklistEntry entry;
  unsigned char expected[36] = { 0, 0, 0, 1 };
  char record[MQTT_BLACKLIST_RECORD_MAX];

  memset (&peer, 7, sizeof (peer));
  memset (expected + 4, 7, 32);
  entry = MQTT_blacklist_peer (&peer);
  ck_assert_uint_eq (36, MQTT_blacklist_entry_write (&entry, record));
  ck_assert_mem_eq (expected, record, sizeof (expected));
}
END_TEST


START_TEST (other_texts_are_refused)
{
  ck_assert (!is_text (""));
  ck_assert (!is_text ("Nobody"));
  ck_assert (!is_text ("nobody "));
  ck_assert (!is_text (PEER " "));
  ck_assert (!is_text (" " PEER));
  ck_assert (!is_text (PEER PEER));
  ck_assert (!is_text ("*RRHMPAVWHN7ES43YJX2PCHAESQ22NV8D5SDSNTQ9HBM9EVCGZXG"));
  ck_assert (
    !is_text ("000H00137TZYFADJ17RCAZDYKVYR6VJW8MY68T7DVSWSZWDR5EP08EDVSC"));
}
END_TEST


START_TEST (a_txt_record_needs_its_beginning)
{
  struct MQTT_BlacklistEntry entry;

  ck_assert (is_txt ("mqtt-blacklist " PEER));
  ck_assert (is_txt ("mqtt-blacklist nobody"));
  ck_assert (!is_txt ("mqtt-blacklist "));
  ck_assert (!is_txt ("mqtt-blacklist" PEER));
  ck_assert (!is_txt (PEER));
  ck_assert (!is_txt (""));
  ck_assert (MQTT_blacklist_is_txt ("mqtt-blacklist x", 16));
  ck_assert (!MQTT_blacklist_is_txt ("mqtt-blacklis", 13));
  ck_assert (!MQTT_blacklist_entry_of_txt (NULL, 0, &entry));
}
END_TEST


START_TEST (a_list_has_what_was_added)
{
  struct MQTT_Blacklist *list = MQTT_blacklist_create ();
  struct MQTT_BlacklistEntry peer = entry_of (PEER);
  struct MQTT_BlacklistEntry owner = entry_of (OWNER);
  struct MQTT_BlacklistEntry nobody = entry_of ("nobody");

  ck_assert (!MQTT_blacklist_has (list, &peer));
  MQTT_blacklist_add (list, &owner);
  MQTT_blacklist_add (list, &peer);
  MQTT_blacklist_add (list, &nobody);
  MQTT_blacklist_add (list, &owner);
  ck_assert_uint_eq (2, MQTT_blacklist_count (list));
  ck_assert (MQTT_blacklist_has (list, &peer));
  ck_assert (MQTT_blacklist_has (list, &owner));
  ck_assert (!MQTT_blacklist_has (list, &nobody));
  MQTT_blacklist_destroy (list);
}
END_TEST


/** A peer with a number. */
static struct MQTT_BlacklistEntry
numbered (unsigned int number)
{
  struct GNUNET_PeerIdentity peer;

  memset (&peer, 0, sizeof (peer));
  memcpy (&peer, &number, sizeof (number));
  return MQTT_blacklist_peer (&peer);
}


START_TEST (the_order_of_a_list_does_not_matter)
{
  struct MQTT_Blacklist *up = MQTT_blacklist_create ();
  struct MQTT_Blacklist *down = MQTT_blacklist_create ();
  struct MQTT_BlacklistEntry entry;

  ck_assert (MQTT_blacklist_equal (up, down));
  for (unsigned int i = 0; i < 1000; i++)
  {
    entry = numbered (i);
    MQTT_blacklist_add (up, &entry);
    entry = numbered (999 - i);
    MQTT_blacklist_add (down, &entry);
  }
  ck_assert (MQTT_blacklist_equal (up, down));
  for (unsigned int i = 0; i < 1000; i++)
  {
    entry = numbered (i);
    ck_assert (MQTT_blacklist_has (up, &entry));
  }
  entry = numbered (1000);
  ck_assert (!MQTT_blacklist_has (up, &entry));
  MQTT_blacklist_add (up, &entry);
  ck_assert (!MQTT_blacklist_equal (up, down));
  entry = numbered (1001);
  MQTT_blacklist_add (down, &entry);
  ck_assert (!MQTT_blacklist_equal (up, down));
  MQTT_blacklist_destroy (up);
  MQTT_blacklist_destroy (down);
  MQTT_blacklist_destroy (NULL);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("blacklist");

  tcase_add_loop_test (tc, text_and_record_say_the_same, 0, 4);
  tcase_add_loop_test (tc, records_of_another_size_are_refused, 0, 4);
  tcase_add_test (tc, unknown_kinds_are_refused);
  tcase_add_test (tc, keys_of_unknown_types_are_refused);
  tcase_add_test (tc, bytes_are_those_of_the_protocol);
  tcase_add_test (tc, other_texts_are_refused);
  tcase_add_test (tc, a_txt_record_needs_its_beginning);
  tcase_add_test (tc, a_list_has_what_was_added);
  tcase_add_test (tc, the_order_of_a_list_does_not_matter);
  return tc;
}


int
main (void)
{
  return run_cases ("blacklist", cases ());
}
