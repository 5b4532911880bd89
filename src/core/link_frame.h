/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/link_frame.h
 * @brief What peers say to each other on a link, as bytes; version 1.
 *
 * Checked here and nowhere else: whoever calls MQTT_link_frame_decode() gets
 * values that are in range, whatever the other peer sent.
 */
#ifndef MQTT_CORE_LINK_FRAME_H
#define MQTT_CORE_LINK_FRAME_H

#include "channel_entry.h"
#include "outbox.h"

/** Version of the protocol, said in HELLO. */
#define MQTT_LINK_VERSION 1

/** Name of the CADET port is the hash of this. */
#define MQTT_LINK_PORT "gnunet-mqtt/1"

/** Most levels a topic name can have. */
#define MQTT_LINK_LEVELS_MAX 65536

/** Most groups of shared subscriptions that are named for one topic. */
#define MQTT_LINK_GROUPS_MAX 64

/**
 * Frame types.  A type above #MQTT_LINK_UNWILL that is even may be ignored
 * by who does not know it; an odd one may not.
 */
enum MQTT_LinkFrameType
{
  MQTT_LINK_HELLO = 1,
  MQTT_LINK_TOPIC = 2,
  MQTT_LINK_WANT = 3,
  MQTT_LINK_REFUSE = 4,
  MQTT_LINK_NAME = 5,
  MQTT_LINK_PUBLISH = 6,
  MQTT_LINK_PING = 7,
  MQTT_LINK_BYE = 8,
  MQTT_LINK_ACK = 9,
  MQTT_LINK_RETURN = 10,
  MQTT_LINK_WILL = 12,
  MQTT_LINK_UNWILL = 14
};

/** Why a topic is refused. */
enum MQTT_LinkRefusal
{
  /** Nobody here wants it now; WANT follows by itself if that changes. */
  MQTT_LINK_NOT_WANTED = 0,
  /** Too many topics on this link; the number is forgotten. */
  MQTT_LINK_TOO_MANY = 1,
  /** The same as too many, and noted: others may go ahead of it at QoS 1 and 2. */
  MQTT_LINK_PUT_OFF = 2,
  /** The topic belongs to somebody, who does not let the asker publish, as far as is known here. */
  MQTT_LINK_NOT_ALLOWED = 3
};

/** First frame in each direction, and never again. */
struct MQTT_LinkHello
{
  uint8_t version;
  /** Random, drawn when the service starts: tells a restart from a reconnect. */
  uint64_t run;
  /** Bits of optional abilities; unknown ones are ignored.  Version 1 defines none. */
  uint32_t features;
  /** Largest frame body that the sender of this accepts. */
  uint32_t body_limit;
};

/**
 * "May I send you this topic?  Call it @e number."  Asking again under the same
 * number replaces the question, and forgets the topic that had the number.
 */
struct MQTT_LinkTopic
{
  uint32_t number;
  /** Counts the questions asked under this number; answers repeat it. */
  uint32_t epoch;
  /** Begins with '$'? */
  bool dollar;
  /** Levels of the topic, at least 1. */
  size_t count;
  /** Their hashes, big-endian, @e count of them, not aligned; read with MQTT_link_topic_hash(). */
  const void *hashes;
  /** Channel entry that lets the asker publish, not checked here; NULL if there is none. */
  const void *entry;
  /** At most #MQTT_CHANNEL_ENTRY_MAX. */
  size_t entry_size;
};

/**
 * What a group of shared subscriptions is called on links: a hash of the text that
 * its members have subscribed to.  Bytes as they are sent.
 */
struct MQTT_LinkGroup
{
  uint8_t bytes[8];
};

/** Groups, not aligned, at most #MQTT_LINK_GROUPS_MAX; borrowed. */
struct MQTT_LinkGroups
{
  const struct MQTT_LinkGroup *names;
  size_t count;
};

/** "Yes, at this QoS." */
struct MQTT_LinkWant
{
  uint32_t number;
  uint32_t epoch;
  /** For how long it has been wanted here, microseconds: what was published before is not asked for. */
  uint64_t age_us;
  /** Highest QoS any subscriber here was granted. */
  uint8_t qos;
  /** A subscriber wants it that outlives its connection. */
  bool durable;
  /** Somebody wants it who is no member of a group; always if there are no groups
      and it is not only kept here. */
  bool plain;
  /** Nobody else wants it, but what is to be retained is kept here; at QoS 0. */
  bool keeps;
  /** Groups that have members here. */
  struct MQTT_LinkGroups groups;
};

struct MQTT_LinkRefuse
{
  uint32_t number;
  uint32_t epoch;
  enum MQTT_LinkRefusal why;
};

/** The topic's text, once after the first WANT and before the first PUBLISH. */
struct MQTT_LinkName
{
  uint32_t number;
  /** A legal topic name. */
  const char *name;
  size_t name_size;
};

/**
 * What a publication at QoS 1 or 2 is called between two peers: the same whenever
 * it is sent, so that it is known again.
 */
struct MQTT_LinkSerial
{
  /** Run of the sender's service in which it was given. */
  uint64_t run;
  /** From 1 to 2^63 - 1; within a topic and a run it grows. */
  uint64_t sequence;
};

/** What is said with a message, and differs from peer to peer. */
struct MQTT_LinkExtras
{
  /** It is no new publication, but the topic's retained message as the sender keeps
      it; cleared if it has no payload.  Has a version, and no serial at any QoS. */
  bool kept;
  /** Groups that the receiver is to serve with it. */
  struct MQTT_LinkGroups groups;
  /** It is to serve nobody else; false without groups. */
  bool only;
};

struct MQTT_LinkPublish
{
  uint32_t number;
  /** Of a publication at QoS 1 or 2. */
  struct MQTT_LinkSerial serial;
  struct MQTT_LinkExtras extras;
  struct MQTT_Publication publication;
};

/** "Publish this when I have vanished." */
struct MQTT_LinkWill
{
  uint32_t number;
  /** Will delay interval (3.1.3.2.2), seconds. */
  uint32_t delay_s;
  /** Its version has the name of the will, and no time. */
  struct MQTT_Publication publication;
};

/** A decoded frame; pointers lead into the frame's body. */
struct MQTT_LinkFrame
{
  enum MQTT_LinkFrameType type;
  union
  {
    struct MQTT_LinkHello hello;
    struct MQTT_LinkTopic topic;
    struct MQTT_LinkWant want;
    struct MQTT_LinkRefuse refuse;
    struct MQTT_LinkName name;
    struct MQTT_LinkPublish publish;
    /** ACK: this one, and those sent before it on this link, are taken for good. */
    struct MQTT_LinkSerial ack;
    /** RETURN: this one is not taken, nor is what follows of its topic, until the
        sender asks about that anew; WANT says when. */
    struct MQTT_LinkSerial returned;
    struct MQTT_LinkWill will;
    /** UNWILL: the name of a will that is not to be published any more. */
    struct MQTT_LinkSerial unwill;
  };
};

/** What decoding came to. */
enum MQTT_LinkDecoded
{
  MQTT_LINK_DECODED,
  /** A frame of a later version that may be ignored. */
  MQTT_LINK_IGNORE,
  /** Not a legal frame. */
  MQTT_LINK_BAD
};


/**
 * Check and decode a frame.
 *
 * @param type frame type
 * @param flags frame flags
 * @param body frame body, not aligned
 * @param size bytes of it
 * @param[out] frame set if #MQTT_LINK_DECODED is returned
 */
enum MQTT_LinkDecoded
MQTT_link_frame_decode (uint8_t type,
                        uint8_t flags,
                        const void *body,
                        size_t size,
                        struct MQTT_LinkFrame *frame);


/**
 * Read one hash of a TOPIC frame.
 */
uint64_t
MQTT_link_topic_hash (const struct MQTT_LinkTopic *topic, size_t level);


/* Each of these queues one frame.  Values must be in range. */

void
MQTT_link_put_hello (struct MQTT_Outbox *outbox,
                     const struct MQTT_LinkHello *hello);

/** @param hashes in host byte order */
void
MQTT_link_put_topic (struct MQTT_Outbox *outbox,
                     uint32_t number,
                     uint32_t epoch,
                     bool dollar,
                     const uint64_t *hashes,
                     size_t count);

/**
 * The same, with a channel entry.
 *
 * @param entry the entry; NULL for none
 * @param entry_size bytes of it
 */
void
MQTT_link_put_owned_topic (struct MQTT_Outbox *outbox,
                           uint32_t number,
                           uint32_t epoch,
                           bool dollar,
                           const uint64_t *hashes,
                           size_t count,
                           const void *entry,
                           size_t entry_size);

void
MQTT_link_put_want (struct MQTT_Outbox *outbox,
                    const struct MQTT_LinkWant *want);

void
MQTT_link_put_refuse (struct MQTT_Outbox *outbox,
                      const struct MQTT_LinkRefuse *refuse);

void
MQTT_link_put_name (struct MQTT_Outbox *outbox,
                    uint32_t number,
                    const char *name,
                    size_t name_size);

/**
 * The message's version goes with it, if it has one.
 *
 * @param serial what it is called; NULL at QoS 0, and for what is kept
 * @param extras what else to say; NULL for nothing
 */
void
MQTT_link_put_publish (struct MQTT_Outbox *outbox,
                       uint32_t number,
                       const struct MQTT_LinkSerial *serial,
                       struct MQTT_Message *message,
                       uint8_t qos,
                       const struct MQTT_LinkExtras *extras);

/**
 * @param message has a version
 * @param delay_s will delay interval, seconds
 */
void
MQTT_link_put_will (struct MQTT_Outbox *outbox,
                    uint32_t number,
                    uint32_t delay_s,
                    struct MQTT_Message *message);

void
MQTT_link_put_unwill (struct MQTT_Outbox *outbox,
                      const struct MQTT_LinkSerial *will);

void
MQTT_link_put_ack (struct MQTT_Outbox *outbox,
                   const struct MQTT_LinkSerial *serial);

void
MQTT_link_put_return (struct MQTT_Outbox *outbox,
                      const struct MQTT_LinkSerial *serial);

void
MQTT_link_put_ping (struct MQTT_Outbox *outbox);

void
MQTT_link_put_bye (struct MQTT_Outbox *outbox);

#endif
