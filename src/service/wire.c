/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/wire.c
 * @brief One channel to a peer as a stream of link frames, and what they do.
 */
#include "wire.h"

struct MQTT_Wire
{
  struct MQTT_Link *link;
  /** The transport's handle; NULL once the channel is gone. */
  void *channel;
  struct MQTT_FrameReader *reader;
  struct GNUNET_TIME_Absolute made;
  bool mine;
  /** The peer has said HELLO. */
  bool greeted;
  /** The peer has said BYE, or the wire is not wanted: it is about to be closed. */
  bool left;
  /** receive_done() is still to be called. */
  bool held;
};


/**
 * The first frame of a stream has arrived; it must be HELLO.
 */
static bool
greet (struct MQTT_Wire *wire, const struct MQTT_LinkFrame *frame)
{
  struct MQTT_Link *link = wire->link;

  if ((MQTT_LINK_HELLO != frame->type)
      || (MQTT_LINK_VERSION != frame->hello.version))
    return false;
  wire->greeted = true;
  MQTT_frame_reader_limit (wire->reader, link->links->body_limit);
  if ((wire == link->candidate) && !MQTT_link_adopt (link, frame->hello.run))
    wire->left = true;
  else
  {
    MQTT_link_reached (link, frame->hello.run, frame->hello.body_limit);
    MQTT_intake_begin (link->intake);
  }
  return true;
}


/**
 * The peer answers a publication at QoS 1 or 2.
 *
 * @return false if it was not sent on this link
 */
static bool
hear_answer (const struct MQTT_Link *link, const struct MQTT_LinkFrame *frame)
{
  struct MQTT_Mailbox *mailbox = MQTT_link_mailbox (link);

  if (NULL == mailbox)
    return false;
  return (MQTT_LINK_ACK == frame->type)
           ? MQTT_mailbox_acknowledged (mailbox, &frame->ack)
           : MQTT_mailbox_returned (mailbox, &frame->returned);
}


/**
 * What was published may have been answered.
 */
static void
wake_to_answer (struct MQTT_Link *link)
{
  if (0 < MQTT_outbox_bytes (MQTT_destination_outbox (link->destination)))
    MQTT_destination_wake (link->destination);
}


/**
 * Do what a frame behind HELLO says.
 *
 * @return false if the peer must not say that
 */
static bool
obey (struct MQTT_Wire *wire, const struct MQTT_LinkFrame *frame)
{
  struct MQTT_Link *link = wire->link;
  struct MQTT_Outbox *outbox = MQTT_destination_outbox (link->destination);

  switch (frame->type)
  {
  case MQTT_LINK_TOPIC:
    if (!MQTT_asks_topic (link->asks, &frame->topic, link->intake, outbox))
      return false;
    MQTT_destination_wake (link->destination);
    return true;
  case MQTT_LINK_WANT:
    return MQTT_offers_want (link->offers, &frame->want);
  case MQTT_LINK_REFUSE:
    return MQTT_offers_refuse (link->offers, &frame->refuse);
  case MQTT_LINK_NAME:
    if (!MQTT_asks_name (link->asks,
                         &frame->name,
                         link->intake,
                         outbox,
                         link->allowance))
      return false;
    MQTT_destination_wake (link->destination);
    return true;
  case MQTT_LINK_PUBLISH:
    if (!MQTT_asks_publish (link->asks,
                            &frame->publish,
                            link->intake,
                            &link->source,
                            outbox))
      return false;
    wake_to_answer (link);
    return true;
  case MQTT_LINK_WILL:
    if (!MQTT_asks_will (link->asks, &frame->will, link->intake, outbox))
      return false;
    wake_to_answer (link);
    return true;
  case MQTT_LINK_UNWILL:
    MQTT_intake_unwill (link->intake, &frame->unwill);
    return true;
  case MQTT_LINK_ACK:
  case MQTT_LINK_RETURN:
    return hear_answer (link, frame);
  case MQTT_LINK_SEEK:
    link->links->config.called (link->links->config.anonymous_cls,
                                &link->peer,
                                &frame->seek.end);
    return true;
  case MQTT_LINK_PING:
    return true;
  case MQTT_LINK_BYE:
    wire->left = true;
    return true;
  case MQTT_LINK_HELLO:
    break;
  }
  return false;
}


/**
 * A frame was read: #MQTT_FrameCallback.
 */
static bool
handle_frame (void *cls,
              uint8_t type,
              uint8_t flags,
              const void *body,
              size_t size)
{
  struct MQTT_Wire *wire = cls;
  struct MQTT_LinkFrame frame;

  if (wire->left)
    return true;
  MQTT_allowance_frame (wire->link->allowance, type);
  switch (MQTT_link_frame_decode (type, flags, body, size, &frame))
  {
  case MQTT_LINK_IGNORE:
    return wire->greeted;
  case MQTT_LINK_BAD:
    return false;
  case MQTT_LINK_DECODED:
    break;
  }
  return wire->greeted ? obey (wire, &frame) : greet (wire, &frame);
}


static struct MQTT_Wire *
new_wire (struct MQTT_Link *link)
{
  struct MQTT_Wire *wire = GNUNET_new (struct MQTT_Wire);

  wire->link = link;
  wire->made = GNUNET_TIME_absolute_get ();
  wire->reader = MQTT_frame_reader_create (MQTT_STREAM_HELLO_LIMIT,
                                           &link->links->budget,
                                           &handle_frame,
                                           wire);
  return wire;
}


static void
free_wire (struct MQTT_Wire *wire)
{
  MQTT_frame_reader_destroy (wire->reader);
  GNUNET_free (wire);
}


struct MQTT_Wire *
MQTT_wire_open (struct MQTT_Link *link)
{
  const struct MQTT_TransportOps *transport = link->links->transport;
  struct MQTT_Wire *wire = new_wire (link);

  wire->mine = true;
  wire->channel = transport->open (transport->cls, &link->peer, wire);
  if (NULL != wire->channel)
    return wire;
  free_wire (wire);
  return NULL;
}


struct MQTT_Wire *
MQTT_wire_accept (struct MQTT_Link *link, void *channel)
{
  struct MQTT_Wire *wire = new_wire (link);

  wire->channel = channel;
  return wire;
}


void
MQTT_wire_destroy (struct MQTT_Wire *wire)
{
  const struct MQTT_TransportOps *transport = wire->link->links->transport;

  transport->close (transport->cls, wire->channel);
  free_wire (wire);
}


struct GNUNET_MQ_Handle *
MQTT_wire_mq (struct MQTT_Wire *wire)
{
  const struct MQTT_TransportOps *transport = wire->link->links->transport;

  return transport->mq (transport->cls, wire->channel);
}


bool
MQTT_wire_is_overdue (const struct MQTT_Wire *wire,
                      struct GNUNET_TIME_Relative timeout)
{
  return !wire->greeted
         && GNUNET_TIME_absolute_is_past (
           GNUNET_TIME_absolute_add (wire->made, timeout));
}


bool
MQTT_wire_is_mine (const struct MQTT_Wire *wire)
{
  return wire->mine;
}


bool
MQTT_wire_is_held (const struct MQTT_Wire *wire)
{
  return wire->held;
}


void
MQTT_wire_release (struct MQTT_Wire *wire)
{
  const struct MQTT_TransportOps *transport = wire->link->links->transport;

  if (!wire->held)
    return;
  wire->held = false;
  transport->receive_done (transport->cls, wire->channel);
}


/**
 * Close a wire, whatever it is used for.
 *
 * @param wire the wire
 * @param guilty the peer has violated the protocol
 */
static void
give_up (struct MQTT_Wire *wire, bool guilty)
{
  struct MQTT_Link *link = wire->link;

  if (wire == link->wire)
  {
    MQTT_link_leave (link, guilty);
    return;
  }
  link->candidate = NULL;
  MQTT_wire_destroy (wire);
}


/**
 * Drop a peer that violates the protocol, or for whose unfinished frame there is
 * no memory, of which it may be innocent.
 */
static void
drop (struct MQTT_Wire *wire, enum MQTT_FrameResult why)
{
  struct MQTT_Link *link = wire->link;

  GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
              "Dropping link to %s: %s\n",
              GNUNET_i2s (&link->peer),
              MQTT_frame_result_text (why));
  MQTT_count (link->links->config.counters,
              (MQTT_FRAME_NO_MEMORY == why) ? MQTT_COUNT_LINKS_NO_MEMORY
                                            : MQTT_COUNT_LINKS_DROPPED,
              1);
  give_up (wire, MQTT_FRAME_NO_MEMORY != why);
}


void
MQTT_wire_segment (void *channel_cls, const void *data, size_t size)
{
  struct MQTT_Wire *wire = channel_cls;
  struct MQTT_Link *link = wire->link;
  enum MQTT_FrameResult result;

  if (wire == link->wire)
    link->heard = GNUNET_TIME_absolute_get ();
  result = MQTT_frame_reader_feed (wire->reader, data, size);
  MQTT_allowance_segment (link->allowance, size);
  if (MQTT_FRAME_OK != result)
  {
    drop (wire, result);
    return;
  }
  if (wire->left)
  {
    give_up (wire, false);
    return;
  }
  if (wire == link->wire)
    MQTT_intake_flush (link->intake);
  wire->held = true;
  if (!MQTT_source_waits (&link->source))
    MQTT_wire_release (wire);
}


void
MQTT_wire_closed (void *channel_cls)
{
  struct MQTT_Wire *wire = channel_cls;
  struct MQTT_Link *link = wire->link;

  if (wire == link->wire)
    MQTT_link_lost (link);
  else
    link->candidate = NULL;
  free_wire (wire);
}
