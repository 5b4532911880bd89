/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/store_faults.h
 * @brief A file system for SQLite, over the usual one, whose n-th call fails.
 *
 * Does not wait for the disk.  Files are as the system has them: a copy of them
 * is what a process that is killed leaves behind.
 */
#ifndef MQTT_TESTS_UNIT_STORE_FAULTS_H
#define MQTT_TESTS_UNIT_STORE_FAULTS_H

#include <stdbool.h>

/** Its name. */
#define STORE_FAULTS_VFS "faults"

struct StoreFault
{
  /** Which call fails: opening, reading, writing, cutting, syncing, asking for
      the size and deleting count; from 1 on, 0 for none. */
  unsigned int call;
  /** How: SQLITE_IOERR, or SQLITE_FULL (only those that write count then). */
  int how;
  /** Do all that follow fail as well? */
  bool lasting;
  /** Set: calls that counted. */
  unsigned int calls;
  /** Set: how often the disk was waited for. */
  unsigned int syncs;
};


/**
 * Have SQLite know it.  Once a process.
 */
void
store_faults_register (void);


/**
 * @param fault what fails from now on; to remain until it is another's turn;
 *        NULL for nothing
 */
void
store_faults_set (struct StoreFault *fault);

#endif
