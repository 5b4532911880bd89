/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/executor_state.h
 * @brief What executor.c and executor_tell.c know of other peers' wills.  Only for
 *        these two.
 */
#ifndef MQTT_SERVICE_EXECUTOR_STATE_H
#define MQTT_SERVICE_EXECUTOR_STATE_H

#include "../core/remote_wills.h"
#include "executor.h"
#include "will_reader.h"

struct MQTT_ExecutorPending;

struct MQTT_Executor
{
  const struct MQTT_LinksConfig *config;
  struct MQTT_RemoteWills *wills;
  struct MQTT_WillReader *reader;
  struct GNUNET_SCHEDULER_Task *task;
  /** Changes that were written, and are not on disk yet. */
  struct MQTT_ExecutorPending *pending_head;
  struct MQTT_ExecutorPending *pending_tail;
  /** What statistics were told. */
  unsigned int counted;
  /** Everybody is refused: nobody can be known to have vanished. */
  bool blind;
};


/**
 * Publish a will to the subscribers here, as soon as it can be read.
 *
 * @param executor the executor
 * @param will the will, which counts as told
 */
void
MQTT_executor_tell (struct MQTT_Executor *executor,
                    const struct MQTT_RemoteWill *will);


/**
 * A will was published, or cannot be: write that it was told.
 *
 * @param executor the executor
 * @param name the will
 * @param published false: it is gone
 */
void
MQTT_executor_told (struct MQTT_Executor *executor,
                    const struct MQTT_RemoteWillName *name,
                    bool published);


/**
 * A will is not published since its peer is refused, or may not publish to its topic
 * any more: forget it.  The peer may tell it again, when that has changed.
 */
void
MQTT_executor_refused (struct MQTT_Executor *executor,
                       const struct MQTT_RemoteWillName *name);

#endif
