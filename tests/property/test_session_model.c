/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/test_session_model.c
 * @brief A session between a client, a store and a publisher that do as they
 *        like: crashes, lost connections, answers in any order and wrong ones.
 *
 * The world around the session keeps its own books: see session_world.h.  What it
 * sees is compared with them after every event.
 */
#include "../unit/run_cases.h"
#include "session_world.h"

/** Events in all, and those of one long life and of a short one. */
#define EVENTS 1000000
#define EVENTS_LONG 300000
#define EVENTS_SHORT 2000

static uint64_t seed;


/** What happens, and how often, in so many of #SHARES. */
static const struct
{
  void (*happens) (struct World *world);
  size_t share;
} kinds[] = { { &world_connect, 8 },
              { &world_disconnect, 2 },
              { &world_crash, 1 },
              { &world_pass_time, 8 },
              { &world_wrong_answer, 8 },
              { &world_writable, 8 },
              { &world_store_fails, 4 },
              { &world_store_loses, 4 },
              { &world_client_publishes, 32 },
              { &world_publication_is_safe, 24 },
              { &world_commit, 56 },
              { &world_offer, 64 },
              { &world_client_answers, 85 } };

#define SHARES 304


/**
 * Let one thing happen.
 */
static void
happen (struct World *world)
{
  size_t pick = random_below (&world->random, SHARES);
  size_t i = 0;

  while (pick >= kinds[i].share)
    pick -= kinds[i++].share;
  kinds[i].happens (world);
  world_check (world);
}


/**
 * @return number of messages that reached the application
 */
static uint64_t
live (uint64_t life_seed, unsigned int events)
{
  struct World *world = world_create (life_seed);
  uint64_t received;

  for (unsigned int i = 0; i < events; i++)
    happen (world);
  received = world_finish (world);
  return received;
}


START_TEST (one_long_life)
{
  ck_assert_uint_gt (live (seed, EVENTS_LONG), EVENTS_LONG / 100);
}
END_TEST


START_TEST (many_short_lives)
{
  uint64_t received = 0;

  for (unsigned int i = 1; i <= (EVENTS - EVENTS_LONG) / EVENTS_SHORT; i++)
    received += live (seed + i, EVENTS_SHORT);
  ck_assert_uint_gt (received, (EVENTS - EVENTS_LONG) / 100);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("session_model");

  seed = nasty_seed ();
  tcase_add_test (cases, one_long_life);
  tcase_add_test (cases, many_short_lives);
  return run_cases ("session_model", cases);
}
