/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/pacer.c
 * @brief Lets jobs run one after the other, a least time apart.
 */
#include "pacer.h"

struct Queue
{
  struct MQTT_PacerJob *head;
  struct MQTT_PacerJob *tail;
};

struct MQTT_Pacer
{
  struct Queue queues[MQTT_PACER_PRIORITIES];
  struct GNUNET_SCHEDULER_Task *task;
  struct GNUNET_TIME_Relative pace;
  unsigned int burst;
  /** When the next job could run if there were no bursts; lags behind the
      present by at most @e burst paces. */
  struct GNUNET_TIME_Absolute due;
};


struct MQTT_Pacer *
MQTT_pacer_create (struct GNUNET_TIME_Relative pace, unsigned int burst)
{
  struct MQTT_Pacer *pacer = GNUNET_new (struct MQTT_Pacer);

  pacer->pace = pace;
  pacer->burst = burst;
  return pacer;
}


void
MQTT_pacer_destroy (struct MQTT_Pacer *pacer)
{
  if (NULL != pacer->task)
    GNUNET_SCHEDULER_cancel (pacer->task);
  GNUNET_free (pacer);
}


static struct MQTT_PacerJob *
next_job (struct MQTT_Pacer *pacer)
{
  for (unsigned int i = 0; i < MQTT_PACER_PRIORITIES; i++)
    if (NULL != pacer->queues[i].head)
      return pacer->queues[i].head;
  return NULL;
}


static void
schedule (struct MQTT_Pacer *pacer);


/**
 * Task: run the next job.
 */
static void
run_next (void *cls)
{
  struct MQTT_Pacer *pacer = cls;
  struct MQTT_PacerJob *job = next_job (pacer);
  struct GNUNET_TIME_Absolute earliest = GNUNET_TIME_absolute_subtract (
    GNUNET_TIME_absolute_get (),
    GNUNET_TIME_relative_multiply (pacer->pace, pacer->burst - 1));

  pacer->task = NULL;
  if (NULL == job)
    return;
  pacer->due = GNUNET_TIME_absolute_add (
    GNUNET_TIME_absolute_max (pacer->due, earliest),
    pacer->pace);
  MQTT_pacer_withdraw (pacer, job);
  schedule (pacer);
  job->run (job->cls);
}


static void
schedule (struct MQTT_Pacer *pacer)
{
  if ((NULL == pacer->task) && (NULL != next_job (pacer)))
    pacer->task = GNUNET_SCHEDULER_add_at (pacer->due, &run_next, pacer);
}


void
MQTT_pacer_pause (struct MQTT_Pacer *pacer, struct GNUNET_TIME_Relative pause)
{
  pacer->due = GNUNET_TIME_absolute_max (
    pacer->due,
    GNUNET_TIME_relative_to_absolute (pause));
  if (NULL == pacer->task)
    return;
  GNUNET_SCHEDULER_cancel (pacer->task);
  pacer->task = NULL;
  schedule (pacer);
}


void
MQTT_pacer_submit (struct MQTT_Pacer *pacer,
                   struct MQTT_PacerJob *job,
                   enum MQTT_PacerPriority priority)
{
  if (job->queued && (job->priority <= priority))
    return;
  MQTT_pacer_withdraw (pacer, job);
  job->priority = priority;
  job->queued = true;
  GNUNET_CONTAINER_DLL_insert_tail (pacer->queues[priority].head,
                                    pacer->queues[priority].tail,
                                    job);
  schedule (pacer);
}


void
MQTT_pacer_withdraw (struct MQTT_Pacer *pacer, struct MQTT_PacerJob *job)
{
  struct Queue *queue = &pacer->queues[job->priority];

  if (!job->queued)
    return;
  job->queued = false;
  GNUNET_CONTAINER_DLL_remove (queue->head, queue->tail, job);
}
