/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/gate.c
 * @brief Flow control: who publishes waits while a queue he publishes to is full.
 */
#include "gate.h"

/** One source waiting for one gate. */
struct MQTT_GateWait
{
  struct MQTT_Gate *gate;
  struct MQTT_Source *source;
  struct MQTT_GateWait *prev_gate;
  struct MQTT_GateWait *next_gate;
  struct MQTT_GateWait *prev_source;
  struct MQTT_GateWait *next_source;
};


static void
forget (struct MQTT_GateWait *wait)
{
  GNUNET_CONTAINER_MDLL_remove (gate,
                                wait->gate->waits_head,
                                wait->gate->waits_tail,
                                wait);
  GNUNET_CONTAINER_MDLL_remove (source,
                                wait->source->waits_head,
                                wait->source->waits_tail,
                                wait);
  GNUNET_free (wait);
}


void
MQTT_source_init (struct MQTT_Source *source,
                  struct MQTT_Counters *counters,
                  MQTT_SourceResume resume,
                  void *cls)
{
  *source = (struct MQTT_Source){
    .resume = resume,
    .cls = cls,
    .counters = counters,
  };
}


void
MQTT_source_done (struct MQTT_Source *source)
{
  while (NULL != source->waits_head)
    forget (source->waits_head);
}


bool
MQTT_source_waits (const struct MQTT_Source *source)
{
  return NULL != source->waits_head;
}


void
MQTT_gate_wait (struct MQTT_Gate *gate, struct MQTT_Source *source)
{
  struct MQTT_GateWait *wait;

  if (NULL == source)
    return;
  for (wait = source->waits_head; NULL != wait; wait = wait->next_source)
    if (gate == wait->gate)
      return;
  if (!MQTT_source_waits (source))
    MQTT_count (source->counters, MQTT_COUNT_SLOWED, 1);
  wait = GNUNET_new (struct MQTT_GateWait);
  wait->gate = gate;
  wait->source = source;
  GNUNET_CONTAINER_MDLL_insert_tail (gate,
                                     gate->waits_head,
                                     gate->waits_tail,
                                     wait);
  GNUNET_CONTAINER_MDLL_insert_tail (source,
                                     source->waits_head,
                                     source->waits_tail,
                                     wait);
}


bool
MQTT_gate_is_waited_for (const struct MQTT_Gate *gate)
{
  return NULL != gate->waits_head;
}


void
MQTT_gate_open (struct MQTT_Gate *gate)
{
  struct MQTT_GateWait *wait;

  /* Those let go may come back at once, or end others: each round looks at
     the list afresh, and who has been let go is put on a list of its own. */
  struct MQTT_Gate passing = *gate;

  gate->waits_head = NULL;
  gate->waits_tail = NULL;
  for (wait = passing.waits_head; NULL != wait; wait = wait->next_gate)
    wait->gate = &passing;
  while (NULL != (wait = passing.waits_head))
  {
    struct MQTT_Source *source = wait->source;

    forget (wait);
    if (!MQTT_source_waits (source))
      source->resume (source->cls);
  }
}
