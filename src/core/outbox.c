/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/outbox.c
 * @brief A ring of frames, written out piece by piece as segments leave.
 */
#include "outbox.h"
#include <gnunet/gnunet_util_lib.h>
#include "frame.h"

/** Bytes of a head, or of a body without a message, kept within the ring. */
#define SMALL_HEAD 24

/** Items of a new ring. */
#define RING_MIN 8

/** Items up to which a ring is kept when it has run empty. */
#define RING_KEEP 1024

/**
 * A frame that waits.
 */
struct Item
{
  /** Reference; NULL: the head is the whole body. */
  struct MQTT_Message *message;
  union
  {
    uint8_t small[SMALL_HEAD];
    /** Allocated, of heads that are not small. */
    uint8_t *large;
  };
  uint32_t head_size;
  uint8_t type;
  uint8_t flags;
  /** Counts as one of the messages that wait. */
  bool counted;
};

struct MQTT_Outbox
{
  /** Ring of a power of 2 items; NULL before the first. */
  struct Item *items;
  size_t capacity;
  size_t first;
  size_t count;

  size_t bytes_limit;
  size_t bytes;
  size_t messages;
  uint64_t expired;
  uint64_t written;
  /** Expired messages are sent, too. */
  bool keep_expired;

  /** Bytes of the first frame that have left. */
  size_t sent;
  /** Remaining expiry that the first frame says, fixed when its first byte left. */
  uint64_t remaining_us;
};

/**
 * What stands between the head and the body of a message, at most.
 */
struct Fields
{
  uint8_t bytes[sizeof (uint64_t) + sizeof (uint32_t)];
  size_t size;
};


struct MQTT_Outbox *
MQTT_outbox_create (size_t bytes_limit)
{
  struct MQTT_Outbox *outbox = GNUNET_new (struct MQTT_Outbox);

  outbox->bytes_limit = GNUNET_MAX (1, bytes_limit);
  return outbox;
}


void
MQTT_outbox_keep_expired (struct MQTT_Outbox *outbox)
{
  outbox->keep_expired = true;
}


/**
 * Make room for one more item: twice the ring, unwrapped.
 */
static void
grow_ring (struct MQTT_Outbox *outbox)
{
  size_t capacity = GNUNET_MAX (RING_MIN, 2 * outbox->capacity);
  struct Item *items = malloc (capacity * sizeof (*items));
  size_t tail = outbox->capacity - outbox->first;

  GNUNET_assert (NULL != items);
  GNUNET_memcpy (items, outbox->items + outbox->first, tail * sizeof (*items));
  GNUNET_memcpy (items + tail, outbox->items, outbox->first * sizeof (*items));
  free (outbox->items);
  outbox->items = items;
  outbox->capacity = capacity;
  outbox->first = 0;
}


/**
 * Bytes of fields between head and body that these flags announce.
 */
static size_t
fields_size (uint8_t flags)
{
  return ((0 != (flags & MQTT_MESSAGE_EXPIRY)) ? sizeof (uint64_t) : 0)
         + ((0 != (flags & MQTT_MESSAGE_PROPERTIES)) ? sizeof (uint32_t) : 0);
}


/**
 * Bytes of an item's frame behind the header.
 */
static size_t
item_body_size (const struct Item *item)
{
  if (NULL == item->message)
    return item->head_size;
  return item->head_size + fields_size (item->flags) + item->message->body_size;
}


static size_t
item_frame_size (const struct Item *item)
{
  return sizeof (struct MQTT_FrameHeader) + item_body_size (item);
}


static const uint8_t *
item_head (const struct Item *item)
{
  return (item->head_size > SMALL_HEAD) ? item->large : item->small;
}


/**
 * Queue a frame; @a message may be NULL.
 *
 * @return where to write its head
 */
static uint8_t *
append (struct MQTT_Outbox *outbox,
        uint8_t type,
        uint8_t flags,
        size_t head_size,
        struct MQTT_Message *message)
{
  struct Item *item;

  if (outbox->count == outbox->capacity)
    grow_ring (outbox);
  item = &outbox
            ->items[(outbox->first + outbox->count) & (outbox->capacity - 1)];
  outbox->count++;
  item->message = message;
  item->head_size = (uint32_t)head_size;
  item->type = type;
  item->flags = flags;
  item->counted = false;
  outbox->bytes += item_frame_size (item);
  if (head_size <= SMALL_HEAD)
    return item->small;
  item->large = malloc (head_size);
  GNUNET_assert (NULL != item->large);
  return item->large;
}


/**
 * Remove the first item, whose bytes are accounted for.
 */
static void
drop_first (struct MQTT_Outbox *outbox)
{
  struct Item *item = &outbox->items[outbox->first];

  if (item->head_size > SMALL_HEAD)
    free (item->large);
  if (NULL != item->message)
  {
    if (item->counted)
      outbox->messages--;
    MQTT_message_unref (item->message);
  }
  outbox->sent = 0;
  outbox->first = (outbox->first + 1) & (outbox->capacity - 1);
  outbox->count--;
  if ((0 == outbox->count) && (outbox->capacity > RING_KEEP))
  {
    free (outbox->items);
    outbox->items = NULL;
    outbox->capacity = 0;
    outbox->first = 0;
  }
}


bool
MQTT_outbox_is_between (const struct MQTT_Outbox *outbox)
{
  return 0 == outbox->sent;
}


void
MQTT_outbox_clear (struct MQTT_Outbox *outbox)
{
  while (0 != outbox->count)
    drop_first (outbox);
  outbox->bytes = 0;
}


void
MQTT_outbox_destroy (struct MQTT_Outbox *outbox)
{
  MQTT_outbox_clear (outbox);
  free (outbox->items);
  GNUNET_free (outbox);
}


void *
MQTT_outbox_reserve (struct MQTT_Outbox *outbox,
                     uint8_t type,
                     uint8_t flags,
                     size_t size)
{
  return append (outbox, type, flags, size, NULL);
}


void
MQTT_outbox_put (struct MQTT_Outbox *outbox,
                 uint8_t type,
                 uint8_t flags,
                 const void *body,
                 size_t size)
{
  uint8_t *at = append (outbox, type, flags, size, NULL);

  GNUNET_memcpy (at, body, size);
}


uint8_t
MQTT_outbox_flags (const struct MQTT_Message *message, uint8_t qos)
{
  return qos | (message->retain ? MQTT_MESSAGE_RETAIN : 0);
}


void
MQTT_outbox_put_message (struct MQTT_Outbox *outbox,
                         uint8_t type,
                         uint8_t flags,
                         const void *head,
                         size_t head_size,
                         struct MQTT_Message *message)
{
  uint8_t *at;

  if (MQTT_NEVER != message->expires_us)
    flags |= MQTT_MESSAGE_EXPIRY;
  if (0 != message->properties_size)
    flags |= MQTT_MESSAGE_PROPERTIES;
  at = append (outbox, type, flags, head_size, MQTT_message_ref (message));
  GNUNET_memcpy (at, head, head_size);
  MQTT_outbox_count_last (outbox, 0 == (flags & MQTT_MESSAGE_QOS));
}


void
MQTT_outbox_count_last (struct MQTT_Outbox *outbox, bool counts)
{
  struct Item *item = &outbox->items[(outbox->first + outbox->count - 1)
                                     & (outbox->capacity - 1)];

  outbox->messages += counts;
  outbox->messages -= item->counted;
  item->counted = counts;
}


/**
 * Drop messages at QoS 0 at the front that expired before a byte of them left.
 */
static void
drop_expired (struct MQTT_Outbox *outbox, uint64_t now_us)
{
  while ((0 != outbox->count) && (0 == outbox->sent) && !outbox->keep_expired)
  {
    const struct Item *item = &outbox->items[outbox->first];

    if ((NULL == item->message) || (0 != (item->flags & MQTT_MESSAGE_QOS))
        || !MQTT_message_expired (item->message, now_us))
      return;
    outbox->bytes -= item_frame_size (item);
    outbox->expired += item->counted;
    drop_first (outbox);
  }
}


static void
write_fields (const struct Item *item,
              uint64_t remaining_us,
              struct Fields *fields)
{
  fields->size = 0;
  if (0 != (item->flags & MQTT_MESSAGE_EXPIRY))
  {
    uint64_t expiry = GNUNET_htonll (remaining_us);

    memcpy (fields->bytes, &expiry, sizeof (expiry));
    fields->size += sizeof (expiry);
  }
  if (0 != (item->flags & MQTT_MESSAGE_PROPERTIES))
  {
    uint32_t size = htonl (item->message->properties_size);

    memcpy (fields->bytes + fields->size, &size, sizeof (size));
    fields->size += sizeof (size);
  }
}


/**
 * Write what of a piece of the frame has not left and fits.
 *
 * @param data the piece
 * @param size bytes of it
 * @param[in,out] skip bytes from the start of the piece that have left; then
 *                the same for the next piece
 * @param[in,out] at where to write; moved on
 * @param[in,out] room bytes there
 */
static void
write_piece (const void *data,
             size_t size,
             size_t *skip,
             uint8_t **at,
             size_t *room)
{
  size_t n;

  if (*skip >= size)
  {
    *skip -= size;
    return;
  }
  n = GNUNET_MIN (size - *skip, *room);
  memcpy (*at, (const uint8_t *)data + *skip, n);
  *skip = 0;
  *at += n;
  *room -= n;
}


/**
 * Write what has not left of the first frame, as far as it fits.
 *
 * @return bytes written
 */
static size_t
write_first (struct MQTT_Outbox *outbox,
             uint64_t now_us,
             uint8_t *at,
             size_t room)
{
  const struct Item *item = &outbox->items[outbox->first];
  const struct MQTT_Message *message = item->message;
  struct MQTT_FrameHeader header = { .type = item->type,
                                     .flags = item->flags,
                                     .size = htonl (item_body_size (item)) };
  size_t skip = outbox->sent;
  const uint8_t *start = at;

  write_piece (&header, sizeof (header), &skip, &at, &room);
  write_piece (item_head (item), item->head_size, &skip, &at, &room);
  if (NULL != message)
  {
    struct Fields fields;

    if (0 == outbox->sent)
      outbox->remaining_us = message->expires_us
                             - GNUNET_MIN (now_us, message->expires_us);
    if (0 != (item->flags & (MQTT_MESSAGE_EXPIRY | MQTT_MESSAGE_PROPERTIES)))
    {
      write_fields (item, outbox->remaining_us, &fields);
      write_piece (fields.bytes, fields.size, &skip, &at, &room);
    }
    write_piece (message->body, message->body_size, &skip, &at, &room);
  }
  return at - start;
}


size_t
MQTT_outbox_fill (struct MQTT_Outbox *outbox,
                  uint64_t now_us,
                  void *buffer,
                  size_t capacity)
{
  uint8_t *at = buffer;
  size_t room = capacity;

  while (0 != room)
  {
    size_t n;

    drop_expired (outbox, now_us);
    if (0 == outbox->count)
      break;
    n = write_first (outbox, now_us, at, room);
    at += n;
    room -= n;
    outbox->bytes -= n;
    outbox->sent += n;
    if (outbox->sent < item_frame_size (&outbox->items[outbox->first]))
      break;
    outbox->written += outbox->items[outbox->first].counted;
    drop_first (outbox);
  }
  return capacity - room;
}


size_t
MQTT_outbox_bytes (const struct MQTT_Outbox *outbox)
{
  return outbox->bytes;
}


size_t
MQTT_outbox_messages (const struct MQTT_Outbox *outbox)
{
  return outbox->messages;
}


bool
MQTT_outbox_is_full (const struct MQTT_Outbox *outbox)
{
  return outbox->bytes >= outbox->bytes_limit;
}


bool
MQTT_outbox_has_room (const struct MQTT_Outbox *outbox)
{
  return outbox->bytes <= outbox->bytes_limit / 2;
}


uint64_t
MQTT_outbox_expired (const struct MQTT_Outbox *outbox)
{
  return outbox->expired;
}


uint64_t
MQTT_outbox_written (const struct MQTT_Outbox *outbox)
{
  return outbox->written;
}
