/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/gate.h
 * @brief Flow control: who publishes waits while a queue he publishes to is full.
 *
 * A source is somebody whose input we read (a client, a link); a gate is in
 * front of something bounded.  A source that met a closed gate is not read on
 * until every gate it waits for has opened.  Knows nothing of either's nature.
 */
#ifndef MQTT_SERVICE_GATE_H
#define MQTT_SERVICE_GATE_H

#include <gnunet/gnunet_util_lib.h>
#include "counters.h"

struct MQTT_GateWait;

/**
 * Called when a source may be read again.  May end sources and gates.
 */
typedef void (*MQTT_SourceResume) (void *cls);

/** Somebody whose input is read; embed it, fields are private. */
struct MQTT_Source
{
  MQTT_SourceResume resume;
  void *cls;
  struct MQTT_Counters *counters;
  struct MQTT_GateWait *waits_head;
  struct MQTT_GateWait *waits_tail;
};

/** The entrance of something bounded; embed it, fields are private. */
struct MQTT_Gate
{
  struct MQTT_GateWait *waits_head;
  struct MQTT_GateWait *waits_tail;
};


/**
 * Begin a source.
 *
 * @param[out] source the source
 * @param counters where to count that it was slowed
 * @param resume called when it has waited and need not wait any more
 * @param cls closure for @a resume
 */
void
MQTT_source_init (struct MQTT_Source *source,
                  struct MQTT_Counters *counters,
                  MQTT_SourceResume resume,
                  void *cls);


/**
 * End a source: it waits for nothing any more, without being resumed.
 */
void
MQTT_source_done (struct MQTT_Source *source);


/**
 * Must this source not be read now?
 */
bool
MQTT_source_waits (const struct MQTT_Source *source);


/**
 * Make a source wait until a gate opens.  It may wait for it already.
 *
 * @param gate the gate
 * @param source the source; NULL to do nothing
 */
void
MQTT_gate_wait (struct MQTT_Gate *gate, struct MQTT_Source *source);


/**
 * Does anybody wait for this gate?
 */
bool
MQTT_gate_is_waited_for (const struct MQTT_Gate *gate);


/**
 * Let those go on who waited when this was called.  Also ends a gate.
 */
void
MQTT_gate_open (struct MQTT_Gate *gate);

#endif
