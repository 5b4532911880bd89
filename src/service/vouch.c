/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/vouch.c
 * @brief Whether the owner of a topic vouches for what a peer keeps of it.
 */
#include "vouch.h"
#include "../core/seal.h"
#include "../stream/stream.h"


/**
 * Is a message the one that is known here?  Its owner signs one a microsecond, and a
 * will has a name.
 */
static bool
is_known (const struct MQTT_RetainedRecord *record,
          const struct MQTT_Message *message)
{
  const struct MQTT_Version *version = &message->version;

  if (NULL == record)
    return false;
  if (message->will)
    return (record->version.run == version->run)
           && (record->version.sequence == version->sequence);
  return record->version.time_us == version->time_us;
}


/**
 * Can the message have the time that the peer says?
 */
static bool
is_in_time (const struct MQTT_RetainedRecord *record,
            const struct MQTT_Message *message,
            const struct MQTT_Seal *seal)
{
  uint64_t time_us = message->version.time_us;

  if (!message->will)
    return time_us == seal->time_us;
  return (time_us >= seal->time_us)
         && ((NULL == record) || (record->version.time_us <= seal->time_us)
             || is_known (record, message));
}


/**
 * Have a message expire when its owner said.
 *
 * @return false if it has expired
 */
static bool
limit_lifetime (struct MQTT_Message *message, const struct MQTT_Seal *seal)
{
  uint64_t now_us = GNUNET_TIME_absolute_get ().abs_value_us;
  uint64_t begin_us = message->version.time_us;
  uint64_t end_us = begin_us + seal->expiry_us;

  if ((MQTT_NEVER == seal->expiry_us) || (end_us < begin_us))
    return true;
  if (end_us <= now_us)
    return false;
  message->expires_us = GNUNET_MIN (message->expires_us,
                                    MQTT_stream_now () + (end_us - now_us));
  return true;
}


bool
MQTT_vouch (const struct MQTT_RetainedRecord *record,
            const struct MQTT_Topic *topic,
            struct MQTT_Message *message)
{
  struct MQTT_Seal seal;

  if (!message->retain
      || !MQTT_seal_check (topic->name, topic->name_size, message, &seal)
      || !is_in_time (record, message, &seal)
      || !limit_lifetime (message, &seal))
    return false;
  if (is_known (record, message))
    message->version = record->version;
  return true;
}
