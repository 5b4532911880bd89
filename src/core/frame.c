/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/frame.c
 * @brief Cuts a byte stream into frames, in place where a frame lies whole in
 *        what arrived, and otherwise from a buffer.
 */
#include "frame.h"
#include <gnunet/gnunet_util_lib.h>

/**
 * Bytes that each reader has of its own, outside the budget: who exhausts the
 * budget does not hinder those who exchange small frames.
 */
#define OWN_BUFFER 512

struct MQTT_FrameReader
{
  size_t body_limit;
  struct MQTT_FrameBudget *budget;
  MQTT_FrameCallback callback;
  void *cls;

  /** Start of a frame whose end has not arrived: @e own, or allocated. */
  uint8_t *buffer;
  size_t used;
  /** Bytes of @e buffer; they count in the budget when it is allocated. */
  size_t capacity;

  /** What ended reading. */
  enum MQTT_FrameResult failure;
  uint8_t own[OWN_BUFFER];
};


struct MQTT_FrameReader *
MQTT_frame_reader_create (size_t body_limit,
                          struct MQTT_FrameBudget *budget,
                          MQTT_FrameCallback callback,
                          void *cls)
{
  struct MQTT_FrameReader *reader = GNUNET_new (struct MQTT_FrameReader);

  /* The size of a frame must fit size_t, also where that has 32 bits. */
  reader->body_limit = GNUNET_MIN (body_limit,
                                   SIZE_MAX - sizeof (struct MQTT_FrameHeader));
  reader->budget = budget;
  reader->callback = callback;
  reader->cls = cls;
  reader->buffer = reader->own;
  reader->capacity = OWN_BUFFER;
  return reader;
}


/**
 * Forget the unfinished frame and give its memory back.
 */
static void
drop_buffer (struct MQTT_FrameReader *reader)
{
  reader->used = 0;
  if (reader->own == reader->buffer)
    return;
  free (reader->buffer);
  reader->budget->used -= reader->capacity;
  reader->buffer = reader->own;
  reader->capacity = OWN_BUFFER;
}


void
MQTT_frame_reader_limit (struct MQTT_FrameReader *reader, size_t body_limit)
{
  reader->body_limit = body_limit;
}


void
MQTT_frame_reader_destroy (struct MQTT_FrameReader *reader)
{
  drop_buffer (reader);
  GNUNET_free (reader);
}


/**
 * Make room for @a need bytes of a frame of @a whole bytes.  The buffer at
 * least doubles, so that a frame of any size is copied about once.
 *
 * @return false if the budget does not allow it
 */
static bool
grow_buffer (struct MQTT_FrameReader *reader, size_t need, size_t whole)
{
  struct MQTT_FrameBudget *budget = reader->budget;
  bool allocated = (reader->own != reader->buffer);
  size_t held = allocated ? reader->capacity : 0;
  size_t capacity = GNUNET_MIN (whole, GNUNET_MAX (need, 2 * reader->capacity));
  uint8_t *buffer;

  if ((budget->used > budget->limit)
      || (capacity - held > budget->limit - budget->used))
    return false;
  /* realloc() moves large blocks without copying them, and clears nothing. */
  buffer = realloc (allocated ? reader->buffer : NULL, capacity);
  if (NULL == buffer)
    return false;
  if (!allocated)
    memcpy (buffer, reader->own, reader->used);
  budget->used += capacity - held;
  reader->buffer = buffer;
  reader->capacity = capacity;
  return true;
}


/**
 * Check the head of a frame.
 *
 * @param reader the reader
 * @param data at least a header
 * @param[out] whole bytes of the frame, header included
 */
static enum MQTT_FrameResult
check_header (const struct MQTT_FrameReader *reader,
              const uint8_t *data,
              size_t *whole)
{
  const struct MQTT_FrameHeader *header = (const void *)data;
  size_t size = ntohl (header->size);

  if (0 != header->reserved)
    return MQTT_FRAME_MALFORMED;
  if (size > reader->body_limit)
    return MQTT_FRAME_TOO_LARGE;
  *whole = sizeof (*header) + size;
  return MQTT_FRAME_OK;
}


/**
 * Hand on a frame that is complete.
 */
static enum MQTT_FrameResult
deliver (const struct MQTT_FrameReader *reader,
         const uint8_t *frame,
         size_t whole)
{
  const struct MQTT_FrameHeader *header = (const void *)frame;

  if (!reader->callback (reader->cls,
                         header->type,
                         header->flags,
                         frame + sizeof (*header),
                         whole - sizeof (*header)))
    return MQTT_FRAME_REFUSED;
  return MQTT_FRAME_OK;
}


/**
 * Add to the buffer until it holds @a want bytes of a frame of @a whole bytes,
 * or the data ends.
 */
static enum MQTT_FrameResult
collect (struct MQTT_FrameReader *reader,
         const uint8_t **data,
         size_t *size,
         size_t want,
         size_t whole)
{
  size_t n = GNUNET_MIN (*size, want - reader->used);

  if ((reader->used + n > reader->capacity)
      && !grow_buffer (reader, reader->used + n, whole))
    return MQTT_FRAME_NO_MEMORY;
  GNUNET_memcpy (reader->buffer + reader->used, *data, n);
  reader->used += n;
  *data += n;
  *size -= n;
  return MQTT_FRAME_OK;
}


/**
 * Go on with the frame in the buffer; hand it on if it is complete now.
 */
static enum MQTT_FrameResult
read_buffered (struct MQTT_FrameReader *reader,
               const uint8_t **data,
               size_t *size)
{
  const size_t head = sizeof (struct MQTT_FrameHeader);
  enum MQTT_FrameResult result;
  size_t whole;

  if (reader->used < head)
  {
    (void)collect (reader, data, size, head, head);
    if (reader->used < head)
      return MQTT_FRAME_OK;
  }
  result = check_header (reader, reader->buffer, &whole);
  if (MQTT_FRAME_OK != result)
    return result;
  result = collect (reader, data, size, whole, whole);
  if ((MQTT_FRAME_OK != result) || (reader->used < whole))
    return result;
  result = deliver (reader, reader->buffer, whole);
  drop_buffer (reader);
  return result;
}


/**
 * Read frames in place for as long as they are complete.
 */
static enum MQTT_FrameResult
read_in_place (struct MQTT_FrameReader *reader,
               const uint8_t **data,
               size_t *size)
{
  while (*size >= sizeof (struct MQTT_FrameHeader))
  {
    size_t whole;
    enum MQTT_FrameResult result = check_header (reader, *data, &whole);

    if (MQTT_FRAME_OK != result)
      return result;
    if (*size < whole)
      break;
    result = deliver (reader, *data, whole);
    if (MQTT_FRAME_OK != result)
      return result;
    *data += whole;
    *size -= whole;
  }
  return MQTT_FRAME_OK;
}


enum MQTT_FrameResult
MQTT_frame_reader_feed (struct MQTT_FrameReader *reader,
                        const void *data,
                        size_t size)
{
  const uint8_t *at = data;

  /* Buffered at most twice: the frame that began before, and the one that ends
     later. */
  while ((MQTT_FRAME_OK == reader->failure) && (0 != size))
  {
    if (0 == reader->used)
      reader->failure = read_in_place (reader, &at, &size);
    if ((MQTT_FRAME_OK == reader->failure) && (0 != size))
      reader->failure = read_buffered (reader, &at, &size);
  }
  if (MQTT_FRAME_OK != reader->failure)
    drop_buffer (reader);
  return reader->failure;
}


size_t
MQTT_frame_reader_pending (const struct MQTT_FrameReader *reader)
{
  return reader->used;
}


const char *
MQTT_frame_result_text (enum MQTT_FrameResult result)
{
  switch (result)
  {
  case MQTT_FRAME_OK:
    return "no error";
  case MQTT_FRAME_REFUSED:
    return "illegal frame";
  case MQTT_FRAME_MALFORMED:
    return "malformed frame header";
  case MQTT_FRAME_TOO_LARGE:
    return "frame too large";
  case MQTT_FRAME_NO_MEMORY:
    return "too much memory held by unfinished frames";
  }
  return "unknown result";
}
