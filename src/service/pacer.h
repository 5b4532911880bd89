/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/pacer.h
 * @brief Lets jobs run one after the other, a least time apart.
 *
 * The DHT below REGEX loses most of what is asked of it in a burst.  What a
 * person waits for goes first.  Knows nothing of what the jobs do.
 */
#ifndef MQTT_SERVICE_PACER_H
#define MQTT_SERVICE_PACER_H

#include <gnunet/gnunet_util_lib.h>

/** What goes first. */
enum MQTT_PacerPriority
{
  /** Somebody waits for it. */
  MQTT_PACER_FIRST,
  /** Somebody may wait for it. */
  MQTT_PACER_SECOND,
  /** Repetitions. */
  MQTT_PACER_LAST,
  MQTT_PACER_PRIORITIES
};

struct MQTT_Pacer;

/** Something to do; embed it.  Zero, but for the first two fields, before use. */
struct MQTT_PacerJob
{
  /** Does it.  May submit and withdraw jobs, also this one. */
  void (*run) (void *cls);
  void *cls;
  /* private: */
  struct MQTT_PacerJob *prev;
  struct MQTT_PacerJob *next;
  enum MQTT_PacerPriority priority;
  bool queued;
};


/**
 * @param pace least time between two jobs, in the mean
 * @param burst jobs that may run at once after a pause, at least 1
 */
struct MQTT_Pacer *
MQTT_pacer_create (struct GNUNET_TIME_Relative pace, unsigned int burst);


/**
 * Jobs that are queued are forgotten.
 */
void
MQTT_pacer_destroy (struct MQTT_Pacer *pacer);


/**
 * Run nothing for a while.
 */
void
MQTT_pacer_pause (struct MQTT_Pacer *pacer, struct GNUNET_TIME_Relative pause);


/**
 * Have a job run, always from a task of its own.  A job that is queued already
 * stays where it is, or moves up to a better priority.
 */
void
MQTT_pacer_submit (struct MQTT_Pacer *pacer,
                   struct MQTT_PacerJob *job,
                   enum MQTT_PacerPriority priority);


/**
 * Take a job back, queued or not.
 */
void
MQTT_pacer_withdraw (struct MQTT_Pacer *pacer, struct MQTT_PacerJob *job);

#endif
