/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/allowance.c
 * @brief How much a peer may send us over a link.
 */
#include "allowance.h"
#include "../core/link_frame.h"
#include "../core/rate.h"
#include "../stream/stream.h"

/** As how many questions the check of a signature counts. */
#define CHECK_QUESTIONS 250

/** What is counted apart from the rest. */
enum Kind
{
  MESSAGES,
  BYTES,
  TOPICS,
  /** And answers, and all else that is no message. */
  QUESTIONS,
  KINDS
};

static const enum MQTT_Counter counter_of[KINDS] = {
  [MESSAGES] = MQTT_COUNT_LIMITED_MESSAGES,
  [BYTES] = MQTT_COUNT_LIMITED_BYTES,
  [TOPICS] = MQTT_COUNT_LIMITED_TOPICS,
  [QUESTIONS] = MQTT_COUNT_LIMITED_QUESTIONS,
};

struct MQTT_Allowance
{
  struct MQTT_Rate rates[KINDS];
  /** Since the last segment. */
  uint32_t taken[KINDS];
  struct MQTT_Counters *counters;
  struct MQTT_Source *source;
  /** Where the source waits until all is paid. */
  struct MQTT_Gate gate;
  struct GNUNET_SCHEDULER_Task *task;
};


struct MQTT_Allowance *
MQTT_allowance_create (const struct MQTT_Options *options,
                       uint64_t quiet_us,
                       struct MQTT_Counters *counters,
                       struct MQTT_Source *source)
{
  struct MQTT_Allowance *allowance = GNUNET_new (struct MQTT_Allowance);
  uint64_t now_us = MQTT_stream_now ();
  uint64_t since_us = (now_us > quiet_us) ? now_us - quiet_us : 0;
  const uint64_t per_second[KINDS] = {
    [MESSAGES] = options->link_message_rate,
    [BYTES] = options->link_byte_rate,
    [TOPICS] = options->link_topic_rate,
    [QUESTIONS] = options->link_question_rate,
  };

  allowance->counters = counters;
  allowance->source = source;
  for (unsigned int kind = 0; kind < KINDS; kind++)
    MQTT_rate_begin (&allowance->rates[kind],
                     per_second[kind],
                     options->link_burst.rel_value_us,
                     since_us);
  return allowance;
}


void
MQTT_allowance_destroy (struct MQTT_Allowance *allowance)
{
  if (NULL != allowance->task)
    GNUNET_SCHEDULER_cancel (allowance->task);
  GNUNET_free (allowance);
}


static enum Kind
kind_of (uint8_t type)
{
  switch (type)
  {
  case MQTT_LINK_PUBLISH:
  case MQTT_LINK_WILL:
    return MESSAGES;
  case MQTT_LINK_NAME:
    return TOPICS;
  default:
    return QUESTIONS;
  }
}


void
MQTT_allowance_frame (struct MQTT_Allowance *allowance, uint8_t type)
{
  allowance->taken[kind_of (type)]++;
}


void
MQTT_allowance_checked (struct MQTT_Allowance *allowance, uint32_t count)
{
  allowance->taken[QUESTIONS] += count * CHECK_QUESTIONS;
}


/**
 * Task: all is paid.
 */
static void
go_on (void *cls)
{
  struct MQTT_Allowance *allowance = cls;

  allowance->task = NULL;
  MQTT_gate_open (&allowance->gate);
}


/**
 * Have the source wait.
 *
 * @param allowance the allowance
 * @param wait_us how long
 * @param why of what there was too much
 */
static void
slow (struct MQTT_Allowance *allowance, uint64_t wait_us, enum Kind why)
{
  struct GNUNET_TIME_Relative wait = { .rel_value_us = wait_us };

  MQTT_count (allowance->counters, counter_of[why], 1);
  MQTT_gate_wait (&allowance->gate, allowance->source);
  if (NULL != allowance->task)
    GNUNET_SCHEDULER_cancel (allowance->task);
  allowance->task = GNUNET_SCHEDULER_add_delayed (wait, &go_on, allowance);
}


void
MQTT_allowance_segment (struct MQTT_Allowance *allowance, size_t size)
{
  uint64_t now_us = MQTT_stream_now ();
  uint64_t longest_us = 0;
  enum Kind why = KINDS;

  allowance->taken[BYTES] = (uint32_t)size;
  for (unsigned int kind = 0; kind < KINDS; kind++)
  {
    uint64_t wait_us;

    MQTT_rate_take (&allowance->rates[kind], allowance->taken[kind], now_us);
    allowance->taken[kind] = 0;
    wait_us = MQTT_rate_wait (&allowance->rates[kind], now_us);
    if (wait_us <= longest_us)
      continue;
    longest_us = wait_us;
    why = kind;
  }
  if (0 < longest_us)
    slow (allowance, longest_us, why);
}
