/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/processes.h
 * @brief The processes of a group's peers, as /proc shows them.
 */
#ifndef MQTT_TESTS_PEERS_PROCESSES_H
#define MQTT_TESTS_PEERS_PROCESSES_H

#include <sys/types.h>
#include "testbed_group.h"


/**
 * Find the process of a peer's service, waiting for it if need be.
 *
 * @param group the group
 * @param peer number of the peer
 * @param service name of the service's program without "gnunet-service-"
 */
pid_t
process_of_service (struct Group *group,
                    unsigned int peer,
                    const char *service);


/**
 * Kill a peer's service with SIGKILL, and wait until ARM has started it anew.
 */
void
process_kill_service (struct Group *group,
                      unsigned int peer,
                      const char *service);


/**
 * @return the most memory that a process has had resident so far, bytes; 0 if
 *         there is no such process
 */
uint64_t
process_peak_memory (pid_t pid);


/**
 * Look for bytes in the memory of a process.
 *
 * @param pid the process
 * @param bytes what to look for
 * @param size how many bytes
 * @return #GNUNET_SYSERR if its memory cannot be read
 */
enum GNUNET_GenericReturnValue
process_holds (pid_t pid, const void *bytes, size_t size);

#endif
