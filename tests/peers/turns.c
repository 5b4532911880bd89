/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/turns.c
 * @brief A function that runs in turn with the scheduler.
 */
#include "turns.h"
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

/** How often a condition is looked at. */
#define LOOK_INTERVAL \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 2)

struct Turns
{
  void (*body) (void *cls);
  void (*done) (void *cls);
  void *cls;
  pthread_t thread;
  /** Posted when the turn is the body's, and when it is the scheduler's. */
  sem_t to_body;
  sem_t to_scheduler;
  struct GNUNET_SCHEDULER_Task *task;
  TurnsCondition condition;
  void *condition_cls;
  struct GNUNET_TIME_Absolute deadline;
  bool is_met;
  bool over;
};


static void
take (sem_t *turn)
{
  while (0 != sem_wait (turn))
    ; /* interrupted by a signal */
}


/**
 * Task: the body's turn, if what it waits for has come.
 */
static void
take_turn (void *cls)
{
  struct Turns *turns = cls;

  turns->task = NULL;
  turns->is_met = (NULL != turns->condition)
                  && turns->condition (turns->condition_cls);
  if (turns->is_met || GNUNET_TIME_absolute_is_past (turns->deadline))
  {
    sem_post (&turns->to_body);
    take (&turns->to_scheduler);
  }
  if (turns->over)
  {
    pthread_join (turns->thread, NULL);
    turns->done (turns->cls);
    return;
  }
  turns->task = GNUNET_SCHEDULER_add_delayed (LOOK_INTERVAL, &take_turn, turns);
}


/**
 * The thread.
 */
static void *
run_body (void *cls)
{
  struct Turns *turns = cls;

  take (&turns->to_body);
  turns->body (turns->cls);
  turns_quit (turns);
}


struct Turns *
turns_begin (void (*body) (void *cls), void (*done) (void *cls), void *cls)
{
  struct Turns *turns = GNUNET_new (struct Turns);
  sigset_t all;
  sigset_t before;

  turns->body = body;
  turns->done = done;
  turns->cls = cls;
  turns->deadline = GNUNET_TIME_UNIT_ZERO_ABS;
  GNUNET_assert (0 == sem_init (&turns->to_body, 0, 0));
  GNUNET_assert (0 == sem_init (&turns->to_scheduler, 0, 0));
  /* Signals are the scheduler's. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  GNUNET_assert (0 == pthread_create (&turns->thread, NULL, &run_body, turns));
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  turns->task = GNUNET_SCHEDULER_add_now (&take_turn, turns);
  return turns;
}


void
turns_free (struct Turns *turns)
{
  sem_destroy (&turns->to_body);
  sem_destroy (&turns->to_scheduler);
  GNUNET_free (turns);
}


bool
turns_wait (struct Turns *turns,
            struct GNUNET_TIME_Relative limit,
            TurnsCondition condition,
            void *cls)
{
  turns->condition = condition;
  turns->condition_cls = cls;
  turns->deadline = GNUNET_TIME_relative_to_absolute (limit);
  sem_post (&turns->to_scheduler);
  take (&turns->to_body);
  return turns->is_met;
}


void
turns_quit (struct Turns *turns)
{
  turns->over = true;
  sem_post (&turns->to_scheduler);
  pthread_exit (NULL);
}
