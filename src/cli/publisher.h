/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/publisher.h
 * @brief Publishes payloads one after the other, as fast as the service takes them.
 *
 * Keeps a bounded number of messages under way, and reads no input while that
 * many are.  Ends the session when all is answered, or at the first refusal.
 */
#ifndef MQTT_CLI_PUBLISHER_H
#define MQTT_CLI_PUBLISHER_H

#include "session.h"

struct CLI_Publisher;

/**
 * Where payloads come from.
 */
enum CLI_PublisherSource
{
  /** The message has it. */
  CLI_PUBLISHER_MESSAGE,
  /** All that can be read from a file descriptor. */
  CLI_PUBLISHER_FILE,
  /** Each line of it. */
  CLI_PUBLISHER_LINES
};

struct CLI_PublisherJob
{
  /** What all messages have in common; must outlive the publisher. */
  struct GNUNET_MQTT_Message message;
  enum CLI_PublisherSource source;
  /** Where to read from; closed in the end. */
  int fd;
  /** What it is called, for complaints. */
  const char *file_name;
  /** Most bytes of a payload that is read. */
  size_t limit;
  /** How often to publish a payload. */
  uint64_t repeat;
};


/**
 * Start.
 *
 * @param session a session that was started, must outlive the publisher
 * @param job what to do, copied
 */
struct CLI_Publisher *
CLI_publisher_start (struct CLI_Session *session,
                     const struct CLI_PublisherJob *job);


/**
 * Stop; the session must be stopped next, for answers may be outstanding.
 */
void
CLI_publisher_stop (struct CLI_Publisher *publisher);

#endif
