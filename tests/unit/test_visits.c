/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_visits.c
 * @brief Tests of invitations that are seen again and again, and of publishers that
 *        cannot be called on.
 */
#include "anonymous_fixture.h"
#include <dlfcn.h>

/** #GNUNET_CRYPTO_eddsa_verify_() */
typedef enum GNUNET_GenericReturnValue (*Verify) (
  uint32_t purpose,
  const struct GNUNET_CRYPTO_EccSignaturePurpose *validate,
  const struct GNUNET_CRYPTO_EddsaSignature *sig,
  const struct GNUNET_CRYPTO_EddsaPublicKey *pub);

/** Signatures that were checked. */
static unsigned int checked;


/**
 * Comes before the one of GNUnet, and counts.
 */
enum GNUNET_GenericReturnValue
GNUNET_CRYPTO_eddsa_verify_ (
  uint32_t purpose,
  const struct GNUNET_CRYPTO_EccSignaturePurpose *validate,
  const struct GNUNET_CRYPTO_EddsaSignature *sig,
  const struct GNUNET_CRYPTO_EddsaPublicKey *pub)
{
  union
  {
    void *symbol;
    Verify verify;
  } next = { .symbol = dlsym (RTLD_NEXT, "GNUNET_CRYPTO_eddsa_verify_") };

  checked++;
  return next.verify (purpose, validate, sig, pub);
}


/* It is refused, or there are too many links. */
START_TEST (who_cannot_be_called_on_learns_nothing)
{
  struct Peer *subscriber = &peers[SUBSCRIBER];
  const struct GNUNET_PeerIdentity *publisher = &peers[PUBLISHER].name;
  void *announcement = announce (SUBSCRIBER);

  subscriber->refuses = true;
  put_accept (&peers[PUBLISHER].key, &meeting);
  fake_time_pass (30 * 1000);
  ck_assert_uint_eq (4, subscriber->calls);
  ck_assert (!may_know (subscriber->anonymous, publisher, "a/b"));
  ck_assert_uint_eq (0, hosts_stored (subscriber));
  subscriber->refuses = false;
  fake_time_pass (10 * 1000);
  ck_assert_uint_eq (5, subscriber->calls);
  ck_assert (may_know (subscriber->anonymous, publisher, "a/b"));
  ck_assert_uint_eq (1, hosts_stored (subscriber));
  /* Who was called on stays so if the next invitation cannot be followed. */
  subscriber->refuses = true;
  put_accept (&peers[PUBLISHER].key, &meeting);
  fake_time_pass (10 * 1000);
  ck_assert (may_know (subscriber->anonymous, publisher, "a/b"));
  announce_end (SUBSCRIBER, announcement);
}
END_TEST


/* Followed, not to be followed yet, or our own. */
START_TEST (signatures_are_checked_once)
{
  struct Peer *subscriber = &peers[SUBSCRIBER];
  void *announcement = announce (SUBSCRIBER);
  unsigned int who = (2 == _i) ? SUBSCRIBER : PUBLISHER;

  subscriber->refuses = (1 == _i);
  checked = 0;
  for (unsigned int i = 1; i <= 8; i++)
  {
    put_accept (&peers[who].key, &meeting);
    fake_time_pass (30 * 1000);
    ck_assert_uint_eq (i, checked);
  }
  announce_end (SUBSCRIBER, announcement);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("visits");

  tcase_add_checked_fixture (cases, &setup, &teardown);
  tcase_add_test (cases, who_cannot_be_called_on_learns_nothing);
  tcase_add_loop_test (cases, signatures_are_checked_once, 0, 3);
  return run_cases ("visits", cases);
}
