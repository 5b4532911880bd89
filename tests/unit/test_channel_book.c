/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_channel_book.c
 * @brief Tests of core/channel_book.h: which of several entries counts.
 */
#include "channel_fixture.h"
#include "core/channel_book.h"
#include "run_cases.h"

static struct GNUNET_IDENTITY_PrivateKey ego;
static struct MQTT_ChannelBook *book;


static void
setup (void)
{
  ego = channel_ego (GNUNET_IDENTITY_TYPE_EDDSA);
  book = MQTT_channel_book_create (1000, 1000, &channel_other_peer);
}


static void
teardown (void)
{
  MQTT_channel_book_destroy (book);
}


static enum MQTT_ChannelVerdict
add (const struct MQTT_ChannelEntry *entry)
{
  struct Wire wire = channel_sign (entry, &ego);
  enum MQTT_ChannelVerdict verdict = MQTT_channel_book_add (book,
                                                            wire.data,
                                                            wire.size);

  GNUNET_free (wire.data);
  return verdict;
}


static enum MQTT_ChannelVerdict
grant (const char *prefix, uint64_t serial)
{
  const struct MQTT_ChannelEntry entry = channel_grant (prefix, serial);

  return add (&entry);
}


static enum MQTT_ChannelVerdict
revoke (const char *prefix, uint64_t serial)
{
  struct MQTT_ChannelEntry entry = channel_grant (prefix, serial);

  entry.revokes = true;
  return add (&entry);
}


static enum MQTT_ChannelVerdict
judge (const char *below)
{
  const struct MQTT_OwnedTopic topic = channel_topic (&ego, below);

  return MQTT_channel_book_judge (book, &topic, &channel_peer, NOW).verdict;
}


START_TEST (nothing_is_granted_without_an_entry)
{
  const struct MQTT_OwnedTopic topic = channel_topic (&ego, "a");
  struct MQTT_ChannelOpinion opinion;

  ck_assert_int_eq (MQTT_CHANNEL_NO_ENTRY, judge ("a"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("b", 1));
  ck_assert_int_eq (MQTT_CHANNEL_WRONG_PREFIX, judge ("a"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("a", 1));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("a"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("b/c"));
  opinion = MQTT_channel_book_judge (book, &topic, &channel_other_peer, NOW);
  ck_assert_int_eq (MQTT_CHANNEL_NO_ENTRY, opinion.verdict);
  ck_assert_ptr_null (opinion.data);
}
END_TEST


START_TEST (an_opinion_says_until_when)
{
  const struct MQTT_ChannelEntry entry = channel_grant ("a", 1);
  const struct MQTT_OwnedTopic topic = channel_topic (&ego, "a");
  struct Wire wire = channel_sign (&entry, &ego);
  struct MQTT_ChannelOpinion opinion;

  ck_assert_int_eq (MQTT_CHANNEL_OK,
                    MQTT_channel_book_add (book, wire.data, wire.size));
  opinion = MQTT_channel_book_judge (book, &topic, &channel_peer, NOW);
  ck_assert_int_eq (MQTT_CHANNEL_OK, opinion.verdict);
  ck_assert_uint_eq (entry.expiry_us, opinion.until_us);
  ck_assert_uint_eq (wire.size, opinion.size);
  ck_assert_mem_eq (wire.data, opinion.data, wire.size);
  opinion = MQTT_channel_book_judge (book, &topic, &channel_peer, 0);
  ck_assert_int_eq (MQTT_CHANNEL_NOT_YET_VALID, opinion.verdict);
  ck_assert_uint_eq (entry.not_before_us, opinion.until_us);
  opinion = MQTT_channel_book_judge (book,
                                     &topic,
                                     &channel_peer,
                                     entry.expiry_us);
  ck_assert_int_eq (MQTT_CHANNEL_EXPIRED, opinion.verdict);
  ck_assert_uint_eq (MQTT_CHANNEL_FOREVER, opinion.until_us);
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (a_lower_serial_is_refused)
{
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("a", 2));
  ck_assert_int_eq (MQTT_CHANNEL_SUPERSEDED, grant ("a", 1));
  ck_assert_int_eq (MQTT_CHANNEL_SUPERSEDED, grant ("a/b", 1));
  /* It does not stand in the place of what is wider. */
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("", 1));
  ck_assert_uint_eq (2, MQTT_channel_book_count (book));
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("", 3));
  ck_assert_uint_eq (1, MQTT_channel_book_count (book));
}
END_TEST


START_TEST (a_revocation_wins_in_any_order)
{
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("a", 1));
  ck_assert_int_eq (MQTT_CHANNEL_OK, revoke ("", 2));
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("a"));
  ck_assert_int_eq (MQTT_CHANNEL_SUPERSEDED, grant ("a", 1));
  ck_assert_int_eq (MQTT_CHANNEL_SUPERSEDED, grant ("b", 1));
  ck_assert_int_eq (MQTT_CHANNEL_SUPERSEDED, grant ("a", 2));
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("a"));
  /* Granted anew. */
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("a", 3));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("a"));
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("b"));
}
END_TEST


START_TEST (of_one_serial_the_revocation_counts)
{
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("a", 1));
  ck_assert_int_eq (MQTT_CHANNEL_OK, revoke ("a", 1));
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("a"));
  ck_assert_int_eq (MQTT_CHANNEL_SUPERSEDED, grant ("a", 1));
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("", 1));
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("a"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("b"));
}
END_TEST


START_TEST (a_part_can_be_revoked)
{
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("", 1));
  ck_assert_int_eq (MQTT_CHANNEL_OK, revoke ("a", 2));
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("a/b"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("ab"));
}
END_TEST


START_TEST (a_known_entry_is_not_verified_again)
{
  const struct MQTT_ChannelEntry entry = channel_grant ("a", 1);
  struct Wire wire = channel_sign (&entry, &ego);
  uint64_t edition;

  ck_assert_int_eq (MQTT_CHANNEL_OK,
                    MQTT_channel_book_add (book, wire.data, wire.size));
  edition = MQTT_channel_book_edition (book);
  ck_assert_int_eq (MQTT_CHANNEL_OK,
                    MQTT_channel_book_add (book, wire.data, wire.size));
  ck_assert_uint_eq (edition, MQTT_channel_book_edition (book));
  ck_assert_uint_eq (1, MQTT_channel_book_count (book));
  ck_assert_uint_eq (1, MQTT_channel_book_work (book).checked);
  wire.data[wire.size - 1] ^= 1;
  /* Good or not, it would not be taken. */
  ck_assert_int_eq (MQTT_CHANNEL_SUPERSEDED,
                    MQTT_channel_book_add (book, wire.data, wire.size));
  ck_assert_int_eq (MQTT_CHANNEL_MALFORMED,
                    MQTT_channel_book_add (book, wire.data, wire.size - 1));
  ck_assert_uint_eq (1, MQTT_channel_book_work (book).checked);
  ck_assert_uint_eq (1, MQTT_channel_book_count (book));
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (a_forged_entry_is_not_taken)
{
  const struct MQTT_ChannelEntry older = channel_grant ("a", 1);
  const struct MQTT_ChannelEntry newer = channel_grant ("a", 2);
  struct Wire wire = channel_sign (&newer, &ego);

  ck_assert_int_eq (MQTT_CHANNEL_OK, add (&older));
  wire.data[wire.size - 1] ^= 1;
  ck_assert_int_eq (MQTT_CHANNEL_BAD_SIGNATURE,
                    MQTT_channel_book_add (book, wire.data, wire.size));
  ck_assert_uint_eq (2, MQTT_channel_book_work (book).checked);
  ck_assert_uint_eq (1, MQTT_channel_book_count (book));
  GNUNET_free (wire.data);
}
END_TEST


START_TEST (a_full_book_forgets_grants_first)
{
  const struct MQTT_OwnedTopic topic = channel_topic (&ego, "x");
  char prefix[8];

  MQTT_channel_book_destroy (book);
  book = MQTT_channel_book_create (3, 3, &channel_peer);
  ck_assert_int_eq (MQTT_CHANNEL_OK, revoke ("r", 9));
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("x", 1));
  for (int i = 0; i < 10; i++)
  {
    GNUNET_snprintf (prefix, sizeof (prefix), "a%d", i);
    ck_assert_int_eq (MQTT_CHANNEL_OK, grant (prefix, 1));
    ck_assert_uint_ge (3, MQTT_channel_book_count (book));
    /* Needed all the time. */
    ck_assert_int_eq (
      MQTT_CHANNEL_OK,
      MQTT_channel_book_judge (book, &topic, &channel_peer, NOW).verdict);
  }
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("r"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("a9"));
  ck_assert_int_eq (MQTT_CHANNEL_WRONG_PREFIX, judge ("a8"));
  for (int i = 0; i < 5; i++)
  {
    GNUNET_snprintf (prefix, sizeof (prefix), "r%d", i);
    ck_assert_int_eq (MQTT_CHANNEL_OK, revoke (prefix, 9));
  }
  ck_assert_uint_eq (3, MQTT_channel_book_count (book));
}
END_TEST


START_TEST (one_owner_does_not_fill_the_book)
{
  char prefix[8];

  for (unsigned int i = 0; i <= MQTT_CHANNEL_BOOK_PAIR; i++)
  {
    GNUNET_snprintf (prefix, sizeof (prefix), "a%u", i);
    ck_assert_int_eq (MQTT_CHANNEL_OK, grant (prefix, i + 1));
  }
  ck_assert_uint_eq (MQTT_CHANNEL_BOOK_PAIR, MQTT_channel_book_count (book));
  ck_assert_uint_eq (1, MQTT_channel_book_work (book).displaced);
  ck_assert_int_eq (MQTT_CHANNEL_WRONG_PREFIX, judge ("a0"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("a1"));
}
END_TEST


/**
 * An entry of another ego, that nobody has seen before, for a peer.
 */
static enum MQTT_ChannelVerdict
add_fresh (const struct GNUNET_PeerIdentity *peer, bool revokes)
{
  const struct GNUNET_IDENTITY_PrivateKey fresh = channel_ego (
    GNUNET_IDENTITY_TYPE_EDDSA);
  struct MQTT_ChannelEntry entry = channel_grant ("", 1);
  enum MQTT_ChannelVerdict verdict;
  struct Wire wire;

  entry.peer = *peer;
  entry.revokes = revokes;
  wire = channel_sign (&entry, &fresh);
  verdict = MQTT_channel_book_add (book, wire.data, wire.size);
  GNUNET_free (wire.data);
  return verdict;
}


/** Of many owners. */
START_TEST (a_peer_pushes_out_only_its_own)
{
  const struct GNUNET_PeerIdentity flooder = { .public_key = { .q_y = { 9 } } };

  MQTT_channel_book_destroy (book);
  book = MQTT_channel_book_create (100, 10, &channel_other_peer);
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("a", 1));
  for (unsigned int i = 0; i < 200; i++)
    ck_assert_int_eq (MQTT_CHANNEL_OK, add_fresh (&flooder, false));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("a"));
  ck_assert_uint_eq (11, MQTT_channel_book_count (book));
  ck_assert_uint_eq (190, MQTT_channel_book_work (book).displaced);
}
END_TEST


/** None that is known is forgotten for others, and what is granted does not count. */
START_TEST (a_peer_with_too_many_revocations_is_granted_nothing)
{
  MQTT_channel_book_destroy (book);
  book = MQTT_channel_book_create (100, 10, &channel_other_peer);
  ck_assert_int_eq (MQTT_CHANNEL_OK, revoke ("", 2));
  for (unsigned int i = 0; i < 8; i++)
    ck_assert_int_eq (MQTT_CHANNEL_OK, add_fresh (&channel_peer, true));
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("a", 3));
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("a"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, add_fresh (&channel_peer, true));
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("a"));
  for (unsigned int i = 0; i < 20; i++)
  {
    ck_assert_int_eq (MQTT_CHANNEL_NO_ROOM, add_fresh (&channel_peer, true));
    ck_assert_int_eq (MQTT_CHANNEL_NO_ROOM, add_fresh (&channel_peer, false));
  }
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("a"));
  ck_assert_int_eq (MQTT_CHANNEL_SUPERSEDED, grant ("a", 1));
  ck_assert_uint_eq (10, MQTT_channel_book_count (book));
  /* Others are not concerned. */
  ck_assert_int_eq (MQTT_CHANNEL_OK, add_fresh (&channel_other_peer, false));
}
END_TEST


/** Not even for this peer's own grants. */
START_TEST (a_revocation_goes_only_if_there_is_no_grant)
{
  MQTT_channel_book_destroy (book);
  book = MQTT_channel_book_create (10, 10, &channel_other_peer);
  ck_assert_int_eq (MQTT_CHANNEL_OK, revoke ("", 2));
  for (unsigned int i = 0; i < 20; i++)
    ck_assert_int_eq (MQTT_CHANNEL_OK, add_fresh (&channel_other_peer, false));
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("a"));
  for (unsigned int i = 0; i < 9; i++)
    ck_assert_int_eq (MQTT_CHANNEL_OK, add_fresh (&channel_other_peer, true));
  ck_assert_int_eq (MQTT_CHANNEL_REVOKED, judge ("a"));
  ck_assert_int_eq (MQTT_CHANNEL_OK, add_fresh (&channel_other_peer, false));
  ck_assert_int_eq (MQTT_CHANNEL_NO_ENTRY, judge ("a"));
  ck_assert_uint_eq (10, MQTT_channel_book_count (book));
}
END_TEST


/** Many peers fill the book: those with the most give way. */
START_TEST (a_full_book_takes_from_the_largest)
{
  struct GNUNET_PeerIdentity flooder = { .public_key = { .q_y = { 9 } } };

  MQTT_channel_book_destroy (book);
  book = MQTT_channel_book_create (20, 10, &channel_other_peer);
  ck_assert_int_eq (MQTT_CHANNEL_OK, grant ("a", 1));
  /* One's own may be more than others', and stay. */
  for (unsigned int i = 0; i < 12; i++)
    ck_assert_int_eq (MQTT_CHANNEL_OK, add_fresh (&channel_other_peer, false));
  for (unsigned int i = 0; i < 100; i++)
  {
    flooder.public_key.q_y[1] = (unsigned char)(i % 3);
    ck_assert_int_eq (MQTT_CHANNEL_OK, add_fresh (&flooder, false));
  }
  ck_assert_uint_eq (20, MQTT_channel_book_count (book));
  ck_assert_uint_eq (93, MQTT_channel_book_work (book).displaced);
  ck_assert_int_eq (MQTT_CHANNEL_OK, judge ("a"));
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("channel_book");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, nothing_is_granted_without_an_entry);
  tcase_add_test (cases, an_opinion_says_until_when);
  tcase_add_test (cases, a_lower_serial_is_refused);
  tcase_add_test (cases, a_revocation_wins_in_any_order);
  tcase_add_test (cases, of_one_serial_the_revocation_counts);
  tcase_add_test (cases, a_part_can_be_revoked);
  tcase_add_test (cases, a_known_entry_is_not_verified_again);
  tcase_add_test (cases, a_full_book_forgets_grants_first);
  tcase_add_test (cases, one_owner_does_not_fill_the_book);
  tcase_add_test (cases, a_forged_entry_is_not_taken);
  tcase_add_test (cases, a_peer_pushes_out_only_its_own);
  tcase_add_test (cases, a_peer_with_too_many_revocations_is_granted_nothing);
  tcase_add_test (cases, a_full_book_takes_from_the_largest);
  tcase_add_test (cases, a_revocation_goes_only_if_there_is_no_grant);
  return run_cases ("channel_book", cases);
}
