/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/link_frame_put.c
 * @brief Queues the frames between peers.
 */
#include "link_frame_wire.h"


void
MQTT_link_put_hello (struct MQTT_Outbox *outbox,
                     const struct MQTT_LinkHello *hello)
{
  const struct MQTT_LinkWireHello wire = { .version = hello->version,
                                           .features = htonl (hello->features),
                                           .run = GNUNET_htonll (hello->run),
                                           .body_limit = htonl (
                                             hello->body_limit) };

  MQTT_outbox_put (outbox, MQTT_LINK_HELLO, 0, &wire, sizeof (wire));
}


void
MQTT_link_put_owned_topic (struct MQTT_Outbox *outbox,
                           uint32_t number,
                           uint32_t epoch,
                           bool dollar,
                           const uint64_t *hashes,
                           size_t count,
                           const void *entry,
                           size_t entry_size)
{
  const struct MQTT_LinkWireTopic wire = { .number = htonl (number),
                                           .epoch = htonl (epoch) };
  const uint16_t wire_size = htons ((uint16_t)entry_size);
  size_t extra = (NULL == entry) ? 0 : sizeof (wire_size) + entry_size;
  uint8_t *at = MQTT_outbox_reserve (
    outbox,
    MQTT_LINK_TOPIC,
    (dollar ? MQTT_LINK_WIRE_TOPIC_DOLLAR : 0)
      | ((NULL == entry) ? 0 : MQTT_LINK_WIRE_TOPIC_ENTRY),
    sizeof (wire) + extra + count * sizeof (*hashes));

  memcpy (at, &wire, sizeof (wire));
  at += sizeof (wire);
  if (NULL != entry)
  {
    memcpy (at, &wire_size, sizeof (wire_size));
    memcpy (at + sizeof (wire_size), entry, entry_size);
    at += extra;
  }
  for (size_t i = 0; i < count; i++)
  {
    uint64_t hash = GNUNET_htonll (hashes[i]);

    memcpy (at + i * sizeof (hash), &hash, sizeof (hash));
  }
}


void
MQTT_link_put_topic (struct MQTT_Outbox *outbox,
                     uint32_t number,
                     uint32_t epoch,
                     bool dollar,
                     const uint64_t *hashes,
                     size_t count)
{
  MQTT_link_put_owned_topic (outbox,
                             number,
                             epoch,
                             dollar,
                             hashes,
                             count,
                             NULL,
                             0);
}


void
MQTT_link_put_want (struct MQTT_Outbox *outbox,
                    const struct MQTT_LinkWant *want)
{
  const struct MQTT_LinkWireWant wire = {
    .number = htonl (want->number),
    .epoch = htonl (want->epoch),
    .age_us = GNUNET_htonll (want->age_us),
  };
  const struct MQTT_LinkGroups *groups = &want->groups;
  bool grouped = (0 != groups->count);
  size_t names_size = groups->count * sizeof (*groups->names);
  uint16_t count = htons ((uint16_t)groups->count);
  uint8_t flags = want->qos | (want->durable ? MQTT_LINK_WIRE_WANT_DURABLE : 0)
                  | (want->keeps ? MQTT_LINK_WIRE_WANT_KEEPS : 0);
  uint8_t *body;

  if (grouped)
    flags |= MQTT_LINK_WIRE_WANT_GROUPS
             | (want->plain ? MQTT_LINK_WIRE_WANT_PLAIN : 0);
  body = MQTT_outbox_reserve (outbox,
                              MQTT_LINK_WANT,
                              flags,
                              sizeof (wire)
                                + (grouped ? sizeof (count) + names_size : 0));
  memcpy (body, &wire, sizeof (wire));
  if (!grouped)
    return;
  memcpy (body + sizeof (wire), &count, sizeof (count));
  memcpy (body + sizeof (wire) + sizeof (count), groups->names, names_size);
}


void
MQTT_link_put_refuse (struct MQTT_Outbox *outbox,
                      const struct MQTT_LinkRefuse *refuse)
{
  const struct MQTT_LinkWireRefuse wire = { .number = htonl (refuse->number),
                                            .epoch = htonl (refuse->epoch),
                                            .why = refuse->why };

  MQTT_outbox_put (outbox, MQTT_LINK_REFUSE, 0, &wire, sizeof (wire));
}


void
MQTT_link_put_name (struct MQTT_Outbox *outbox,
                    uint32_t number,
                    const char *name,
                    size_t name_size)
{
  struct MQTT_LinkWireName *wire = MQTT_outbox_reserve (outbox,
                                                        MQTT_LINK_NAME,
                                                        0,
                                                        sizeof (*wire)
                                                          + name_size);

  wire->number = htonl (number);
  memcpy (&wire[1], name, name_size);
}


static struct MQTT_LinkWireSerial
wire_serial (const struct MQTT_LinkSerial *serial)
{
  return (struct MQTT_LinkWireSerial){
    .run = GNUNET_htonll (serial->run),
    .sequence = GNUNET_htonll (serial->sequence),
  };
}


/** Most bytes that PUBLISH has before its message. */
#define HEAD_MAX \
  (sizeof (uint32_t) + 2 + sizeof (struct MQTT_LinkWireVersion) \
   + MQTT_LINK_GROUPS_MAX * sizeof (struct MQTT_LinkGroup) \
   + sizeof (struct MQTT_LinkWireSerial))


/**
 * Write extras, if there are any.
 *
 * @param[out] at where to write
 * @return bytes written
 */
static size_t
put_extras (uint8_t *at,
            const struct MQTT_Message *message,
            const struct MQTT_LinkExtras *extras)
{
  const struct MQTT_Version *version = &message->version;
  const struct MQTT_LinkWireVersion wire = {
    .time_us = GNUNET_htonll (version->time_us),
    .run = GNUNET_htonll (version->run),
    .sequence = GNUNET_htonll (version->sequence),
  };
  const struct MQTT_LinkGroups *groups = &extras->groups;
  size_t size = 1;

  *at = (extras->kept ? MQTT_LINK_WIRE_EXTRAS_KEPT : 0)
        | (message->will ? MQTT_LINK_WIRE_EXTRAS_WILL : 0);
  if (0 != version->sequence)
  {
    *at |= MQTT_LINK_WIRE_EXTRAS_VERSION;
    memcpy (at + size, &wire, sizeof (wire));
    size += sizeof (wire);
  }
  if (0 != groups->count)
  {
    *at |= MQTT_LINK_WIRE_EXTRAS_GROUPS
           | (extras->only ? MQTT_LINK_WIRE_EXTRAS_ONLY : 0);
    at[size++] = (uint8_t)groups->count;
    memcpy (at + size, groups->names, groups->count * sizeof (*groups->names));
    size += groups->count * sizeof (*groups->names);
  }
  return (0 == *at) ? 0 : size;
}


void
MQTT_link_put_publish (struct MQTT_Outbox *outbox,
                       uint32_t number,
                       const struct MQTT_LinkSerial *serial,
                       struct MQTT_Message *message,
                       uint8_t qos,
                       const struct MQTT_LinkExtras *extras)
{
  static const struct MQTT_LinkExtras none = { 0 };
  const uint32_t wire_number = htonl (number);
  uint8_t head[HEAD_MAX];
  size_t size = sizeof (wire_number);
  size_t extras_size;

  memcpy (head, &wire_number, sizeof (wire_number));
  extras_size = put_extras (head + size,
                            message,
                            (NULL == extras) ? &none : extras);
  size += extras_size;
  if (NULL != serial)
  {
    const struct MQTT_LinkWireSerial wire = wire_serial (serial);

    memcpy (head + size, &wire, sizeof (wire));
    size += sizeof (wire);
  }
  MQTT_outbox_put_message (
    outbox,
    MQTT_LINK_PUBLISH,
    MQTT_outbox_flags (message, qos)
      | ((0 != extras_size) ? MQTT_LINK_WIRE_PUBLISH_EXTRAS : 0),
    head,
    size,
    message);
}


void
MQTT_link_put_will (struct MQTT_Outbox *outbox,
                    uint32_t number,
                    uint32_t delay_s,
                    struct MQTT_Message *message)
{
  const struct MQTT_LinkSerial name = { .run = message->version.run,
                                        .sequence = message->version.sequence };
  const struct MQTT_LinkWireWill wire = { .number = htonl (number),
                                          .name = wire_serial (&name),
                                          .delay_s = htonl (delay_s) };

  MQTT_outbox_put_message (outbox,
                           MQTT_LINK_WILL,
                           MQTT_outbox_flags (message, message->qos),
                           &wire,
                           sizeof (wire),
                           message);
  /* It is not published yet. */
  MQTT_outbox_count_last (outbox, false);
}


void
MQTT_link_put_unwill (struct MQTT_Outbox *outbox,
                      const struct MQTT_LinkSerial *will)
{
  const struct MQTT_LinkWireSerial wire = wire_serial (will);

  MQTT_outbox_put (outbox, MQTT_LINK_UNWILL, 0, &wire, sizeof (wire));
}


void
MQTT_link_put_seek (struct MQTT_Outbox *outbox,
                    const struct MQTT_LinkSeek *seek)
{
  MQTT_outbox_put (outbox, MQTT_LINK_SEEK, 0, &seek->end, sizeof (seek->end));
}


void
MQTT_link_put_ack (struct MQTT_Outbox *outbox,
                   const struct MQTT_LinkSerial *serial)
{
  const struct MQTT_LinkWireSerial wire = wire_serial (serial);

  MQTT_outbox_put (outbox, MQTT_LINK_ACK, 0, &wire, sizeof (wire));
}


void
MQTT_link_put_return (struct MQTT_Outbox *outbox,
                      const struct MQTT_LinkSerial *serial)
{
  const struct MQTT_LinkWireSerial wire = wire_serial (serial);

  MQTT_outbox_put (outbox, MQTT_LINK_RETURN, 0, &wire, sizeof (wire));
}


void
MQTT_link_put_ping (struct MQTT_Outbox *outbox)
{
  MQTT_outbox_put (outbox, MQTT_LINK_PING, 0, NULL, 0);
}


void
MQTT_link_put_bye (struct MQTT_Outbox *outbox)
{
  MQTT_outbox_put (outbox, MQTT_LINK_BYE, 0, NULL, 0);
}
