/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/ipc_frame_wire.h
 * @brief The bodies of the frames between library and service, big-endian.  Only
 *        for ipc_frame*.c.
 */
#ifndef MQTT_CORE_IPC_FRAME_WIRE_H
#define MQTT_CORE_IPC_FRAME_WIRE_H

#include <gnunet/gnunet_util_lib.h>
#include "cursor.h"
#include "ipc_frame.h"

/** Flag of PUBLISH and MESSAGE, beside those of enum MQTT_MessageFlags: DUP. */
#define MQTT_IPC_WIRE_DUP 0x20

/** Where the two bits of retain handling are in the flags of SUBSCRIBE. */
#define MQTT_IPC_WIRE_RETAIN_HANDLING_SHIFT 4

/** Flags of OPEN. */
#define MQTT_IPC_WIRE_CLEAN_START 0x01
#define MQTT_IPC_WIRE_WILL 0x02
#define MQTT_IPC_WIRE_NEW_CLIENT 0x04

/** Flag of OPENED: session present. */
#define MQTT_IPC_WIRE_PRESENT 0x01

/** Flag of FLOW: messages are to wait. */
#define MQTT_IPC_WIRE_PAUSED 0x01

/** Flag of CLOSE: there is an expiry. */
#define MQTT_IPC_WIRE_HAS_EXPIRY 0x01

struct MQTT_IpcWireHello
{
  uint8_t version;
  uint8_t maximum_qos;
  uint8_t retain_available;
  uint8_t reserved;
  uint32_t maximum_payload;
  struct GNUNET_PeerIdentity peer;
} __attribute__ ((packed));

/** The name follows. */
struct MQTT_IpcWireName
{
  uint32_t number;
} __attribute__ ((packed));

/** The filter follows; the options are the frame's flags. */
struct MQTT_IpcWireSubscribe
{
  uint32_t session;
  uint32_t subscription;
} __attribute__ ((packed));

/** The filter follows, unless the session is 0. */
struct MQTT_IpcWireUnsubscribe
{
  uint32_t session;
  uint32_t subscription;
} __attribute__ ((packed));

/** The message follows. */
struct MQTT_IpcWirePublish
{
  uint32_t session;
  uint16_t number;
  uint16_t packet_id;
} __attribute__ ((packed));

struct MQTT_IpcWireSubscribed
{
  uint32_t session;
  uint32_t subscription;
  uint8_t reason;
} __attribute__ ((packed));

struct MQTT_IpcWireUnsubscribed
{
  uint32_t session;
  uint8_t reason;
} __attribute__ ((packed));

struct MQTT_IpcWirePublished
{
  uint32_t session;
  uint32_t count;
  uint8_t reason;
} __attribute__ ((packed));

/** The subscriptions' numbers follow, then the message. */
struct MQTT_IpcWireMessage
{
  uint32_t session;
  uint16_t number;
  uint16_t packet_id;
  uint16_t subscription_count;
  uint16_t reserved;
} __attribute__ ((packed));

/** The client identifier follows, then the will. */
struct MQTT_IpcWireOpen
{
  uint32_t session;
  uint32_t expiry_s;
  uint32_t maximum_packet;
  uint16_t receive_maximum;
  uint16_t client_id_size;
} __attribute__ ((packed));

/** Topic, properties and payload follow.  The time it expires in does not pass
    yet: that is why it is not the message of other frames. */
struct MQTT_IpcWireWill
{
  uint64_t expiry_us;
  uint32_t delay_s;
  uint32_t properties_size;
  uint16_t topic_size;
  uint8_t qos;
  uint8_t retain;
} __attribute__ ((packed));

struct MQTT_IpcWireOpened
{
  uint32_t session;
  uint32_t expiry_s;
  uint16_t receive_maximum;
  uint8_t reason;
} __attribute__ ((packed));

struct MQTT_IpcWireClose
{
  uint32_t session;
  uint32_t expiry_s;
  uint8_t reason;
} __attribute__ ((packed));

struct MQTT_IpcWireClosed
{
  uint32_t session;
  uint8_t reason;
} __attribute__ ((packed));

struct MQTT_IpcWireChanneled
{
  uint8_t verdict;
} __attribute__ ((packed));

struct MQTT_IpcWireAck
{
  uint32_t session;
  uint16_t packet_id;
  uint8_t type;
  uint8_t reason;
} __attribute__ ((packed));

struct MQTT_IpcWireFlow
{
  uint32_t session;
} __attribute__ ((packed));


/**
 * Take the last fixed fields of a frame.
 *
 * @return NULL if there are fewer bytes, or more
 */
static inline const void *
MQTT_ipc_take_rest (struct MQTT_Cursor *cursor, size_t size)
{
  return (size == cursor->left) ? MQTT_cursor_take (cursor, size) : NULL;
}


/* ipc_frame_session.c: each decodes the body of a frame that its side may send. */

bool
MQTT_ipc_decode_open (uint8_t flags,
                      struct MQTT_Cursor *cursor,
                      struct MQTT_IpcOpen *open);

bool
MQTT_ipc_decode_opened (uint8_t flags,
                        struct MQTT_Cursor *cursor,
                        struct MQTT_IpcOpened *opened);

bool
MQTT_ipc_decode_close (uint8_t flags,
                       struct MQTT_Cursor *cursor,
                       struct MQTT_IpcClose *close);

bool
MQTT_ipc_decode_closed (struct MQTT_Cursor *cursor,
                        struct MQTT_IpcClosed *closed);

bool
MQTT_ipc_decode_ack (struct MQTT_Cursor *cursor, struct MQTT_IpcAck *ack);

bool
MQTT_ipc_decode_flow (uint8_t flags,
                      struct MQTT_Cursor *cursor,
                      struct MQTT_IpcFlow *flow);

#endif
