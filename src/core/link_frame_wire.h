/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/link_frame_wire.h
 * @brief The bodies of the frames between peers, big-endian.  Only for
 *        link_frame.c and link_frame_put.c.
 */
#ifndef MQTT_CORE_LINK_FRAME_WIRE_H
#define MQTT_CORE_LINK_FRAME_WIRE_H

#include <gnunet/gnunet_util_lib.h>
#include "link_frame.h"

/** Flag of TOPIC: the name begins with '$'. */
#define MQTT_LINK_WIRE_TOPIC_DOLLAR 0x01
/** Flag of TOPIC: a channel entry is with it. */
#define MQTT_LINK_WIRE_TOPIC_ENTRY 0x02
#define MQTT_LINK_WIRE_TOPIC_ALL 0x03

/** Flags of WANT: the QoS, two bits. */
#define MQTT_LINK_WIRE_WANT_QOS 0x03
/** A subscriber wants it that outlives its connection. */
#define MQTT_LINK_WIRE_WANT_DURABLE 0x04
/** Groups follow. */
#define MQTT_LINK_WIRE_WANT_GROUPS 0x08
/** Beside the members of groups somebody else wants it. */
#define MQTT_LINK_WIRE_WANT_PLAIN 0x10
/** Nobody else wants it, but what is to be retained is kept there. */
#define MQTT_LINK_WIRE_WANT_KEEPS 0x20
#define MQTT_LINK_WIRE_WANT_ALL 0x3f

/** Flag of PUBLISH, beside those of enum MQTT_MessageFlags: extras follow. */
#define MQTT_LINK_WIRE_PUBLISH_EXTRAS 0x20

/** Extras of PUBLISH, in this order behind a byte of these bits. */
#define MQTT_LINK_WIRE_EXTRAS_VERSION 0x01
#define MQTT_LINK_WIRE_EXTRAS_KEPT 0x02
#define MQTT_LINK_WIRE_EXTRAS_GROUPS 0x04
#define MQTT_LINK_WIRE_EXTRAS_WILL 0x08
#define MQTT_LINK_WIRE_EXTRAS_ONLY 0x10
#define MQTT_LINK_WIRE_EXTRAS_ALL 0x1f

/* Bodies of the frames, big-endian. */

struct MQTT_LinkWireHello
{
  uint8_t version;
  uint8_t reserved[3];
  uint32_t features;
  uint64_t run;
  uint32_t body_limit;
} __attribute__ ((packed));

/** A u16 and so many bytes of entry may follow, then the hashes. */
struct MQTT_LinkWireTopic
{
  uint32_t number;
  uint32_t epoch;
} __attribute__ ((packed));

/** A u16 and so many groups may follow. */
struct MQTT_LinkWireWant
{
  uint32_t number;
  uint32_t epoch;
  uint64_t age_us;
} __attribute__ ((packed));

struct MQTT_LinkWireRefuse
{
  uint32_t number;
  uint32_t epoch;
  uint8_t why;
} __attribute__ ((packed));

/** The name follows. */
struct MQTT_LinkWireName
{
  uint32_t number;
} __attribute__ ((packed));

/** ACK, RETURN, UNWILL, and part of PUBLISH at QoS 1 and 2. */
struct MQTT_LinkWireSerial
{
  uint64_t run;
  uint64_t sequence;
} __attribute__ ((packed));

struct MQTT_LinkWireVersion
{
  uint64_t time_us;
  uint64_t run;
  uint64_t sequence;
} __attribute__ ((packed));

/** The message follows. */
struct MQTT_LinkWireWill
{
  uint32_t number;
  struct MQTT_LinkWireSerial name;
  uint32_t delay_s;
} __attribute__ ((packed));

#endif
