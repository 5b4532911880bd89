/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_lab_relay.c
 * @brief Tests of cli/lab_relay.h: both directions, halves that end, resets.
 */
#include "cli/lab_relay.h"
#include "run_cases.h"
#include <unistd.h>

/** Who has connected, and the peer it connected to. */
static int ends[2];
static struct LabConnection *connection;


static int
listen_at (struct sockaddr_in *address)
{
  socklen_t size = sizeof (*address);
  int listener = socket (AF_INET, SOCK_STREAM, 0);

  *address = (struct sockaddr_in){ .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  ck_assert_int_eq (0, bind (listener, (struct sockaddr *)address, size));
  ck_assert_int_eq (0, listen (listener, 1));
  ck_assert_int_eq (0,
                    getsockname (listener, (struct sockaddr *)address, &size));
  return listener;
}


static void
setup (void)
{
  struct sockaddr_in relay;
  struct sockaddr_in lives;
  int relays = listen_at (&relay);
  int peers = listen_at (&lives);

  ends[0] = socket (AF_INET, SOCK_STREAM, 0);
  ck_assert_int_eq (
    0,
    connect (ends[0], (struct sockaddr *)&relay, sizeof (relay)));
  connection = lab_connection_accept (relays, &lives);
  ck_assert_ptr_nonnull (connection);
  connection->known = true;
  ends[1] = accept (peers, NULL, NULL);
  ck_assert_int_le (0, ends[1]);
  (void)close (relays);
  (void)close (peers);
}


static void
teardown (void)
{
  (void)close (ends[0]);
  (void)close (ends[1]);
  lab_connection_close (connection);
}


/**
 * Has the relay anything to do, now or within @a patience_ms?
 */
static bool
has_work (int patience_ms)
{
  struct pollfd polls[] = { lab_connection_poll (connection, 0),
                            lab_connection_poll (connection, 1) };

  return 0 < poll (polls, 2, patience_ms);
}


/**
 * Do what there is to do.
 *
 * @return false if the connection is to be closed
 */
static bool
relay_all (void)
{
  while (has_work (100))
    if (!lab_connection_read (connection) || !lab_connection_write (connection))
      return false;
  return true;
}


START_TEST (carries_both_ways)
{
  const int from = _i;
  char got[8];

  ck_assert_int_eq (5, send (ends[from], "hello", 5, 0));
  ck_assert (relay_all ());
  ck_assert_int_eq (5, recv (ends[1 - from], got, sizeof (got), 0));
  ck_assert_mem_eq ("hello", got, 5);
}
END_TEST


START_TEST (halves_end_one_by_one)
{
  char got[8];

  ck_assert_int_eq (0, shutdown (ends[0], SHUT_WR));
  ck_assert (relay_all ());
  ck_assert_int_eq (0, recv (ends[1], got, sizeof (got), 0));
  ck_assert_int_eq (3, send (ends[1], "bye", 3, 0));
  ck_assert (relay_all ());
  ck_assert_int_eq (3, recv (ends[0], got, sizeof (got), 0));
  ck_assert_int_eq (0, shutdown (ends[1], SHUT_WR));
  ck_assert (!relay_all ());
}
END_TEST


START_TEST (reset_behind_the_end_is_no_work)
{
  const struct linger reset = { .l_onoff = 1 };

  ck_assert_int_eq (0, shutdown (ends[0], SHUT_WR));
  ck_assert (relay_all ());
  ck_assert_int_eq (
    0,
    setsockopt (ends[0], SOL_SOCKET, SO_LINGER, &reset, sizeof (reset)));
  ck_assert_int_eq (0, close (ends[0]));
  ck_assert (!has_work (100));
  /* As soon as there is something to carry it comes out. */
  ck_assert_int_eq (1, send (ends[1], "x", 1, 0));
  ck_assert (!relay_all ());
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("lab relay");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_loop_test (tc, carries_both_ways, 0, 2);
  tcase_add_test (tc, halves_end_one_by_one);
  tcase_add_test (tc, reset_behind_the_end_is_no_work);
  return tc;
}


int
main (void)
{
  return run_cases ("lab relay", cases ());
}
