/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/message.h
 * @brief A publication on its way through one peer: immutable, shared, counted.
 *
 * Whoever queues a message holds a reference, so one copy serves any number of
 * subscribers.  The topic is not part of it: links and clients number topics.
 * Single-threaded, as everything in this program.
 */
#ifndef MQTT_CORE_MESSAGE_H
#define MQTT_CORE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Point in time meaning "never expires". */
#define MQTT_NEVER UINT64_MAX

/**
 * Tells which of two retained messages of a topic is newer; names a will.
 */
struct MQTT_Version
{
  /** When it was published, microseconds since 1970 on the publisher's clock. */
  uint64_t time_us;
  /** Of the publisher's service: drawn when it starts. */
  uint64_t run;
  /** Counts what was published in this run, from 1; 0: there is no version. */
  uint64_t sequence;
};

/**
 * What a publication says beside its topic; a view, the bytes are borrowed.
 */
struct MQTT_Publication
{
  /** Properties in the encoding of MQTT 5 (2.2.2.2), without their length; checked with MQTT_properties_check(). */
  const void *properties;
  size_t properties_size;
  const void *payload;
  size_t payload_size;
  /** Message expiry interval that is left, in microseconds; #MQTT_NEVER if none. */
  uint64_t expiry_us;
  /** Of what is to be retained, or is a will. */
  struct MQTT_Version version;
  /** 0, 1 or 2. */
  uint8_t qos;
  bool retain;
  /** It is a will: run and sequence of its version are its name. */
  bool will;
};

/**
 * A shared message.
 */
struct MQTT_Message
{
  /** When it expires, on the clock that was given to MQTT_message_create(), microseconds; #MQTT_NEVER if it does not. */
  uint64_t expires_us;
  /** Its name on disk; 0 while it is in memory only. */
  uint64_t stored;
  /** Bytes of @e body. */
  size_t body_size;
  /** Bytes at the start of @e body that are properties; the payload follows. */
  uint32_t properties_size;
  uint32_t references;
  /** As in struct MQTT_Publication; given by the publisher's service. */
  struct MQTT_Version version;
  uint8_t qos;
  bool retain;
  bool will;
  /** Properties, then payload. */
  uint8_t body[];
};


/**
 * Copy a publication.
 *
 * @param publication what to copy
 * @param now_us the time, microseconds, of whatever clock the caller uses throughout
 * @return a message with one reference
 */
struct MQTT_Message *
MQTT_message_create (const struct MQTT_Publication *publication,
                     uint64_t now_us);


/**
 * Take one more reference.
 *
 * @return @a message
 */
struct MQTT_Message *
MQTT_message_ref (struct MQTT_Message *message);


/**
 * Give a reference back; the last one frees the message.
 */
void
MQTT_message_unref (struct MQTT_Message *message);


/**
 * Has it no payload?  One that is to be retained clears its topic then (3.3.1.3).
 */
static inline bool
MQTT_message_clears (const struct MQTT_Message *message)
{
  return message->body_size == message->properties_size;
}


/**
 * Has it expired?
 */
bool
MQTT_message_expired (const struct MQTT_Message *message, uint64_t now_us);


/**
 * Bytes of memory it holds, for the bounds of queues.
 */
size_t
MQTT_message_memory (const struct MQTT_Message *message);

#endif
