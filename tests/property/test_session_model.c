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


/**
 * Let one thing happen.
 */
static void
happen (struct World *world)
{
  switch (random_below (&world->random, 40))
  {
  case 0:
    world_connect (world);
    break;
  case 1:
    if (random_one_in (&world->random, 4))
      world_disconnect (world);
    break;
  case 2:
    if (random_one_in (&world->random, 8))
      world_crash (world);
    break;
  case 3:
    world_pass_time (world);
    break;
  case 4:
    world_wrong_answer (world);
    break;
  case 5:
    world_writable (world);
    break;
  case 6:
    world_store_fails (world);
    break;
  case 7:
  case 8:
  case 9:
  case 10:
    world_client_publishes (world);
    break;
  case 11:
  case 12:
  case 13:
    world_publication_is_safe (world);
    break;
  case 14:
  case 15:
  case 16:
  case 17:
  case 18:
  case 19:
  case 20:
    world_commit (world);
    break;
  case 21:
  case 22:
  case 23:
  case 24:
  case 25:
  case 26:
  case 27:
  case 28:
    world_offer (world);
    break;
  default:
    world_client_answers (world);
    break;
  }
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
