/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/letter.c
 * @brief What was published, and what of it a subscription awaits.
 */
#include "letter.h"

struct Letter
{
  unsigned int references;
  const void *publisher;
  uint64_t number;
  /** Of all that it says. */
  struct GNUNET_HashCode digest;
  /** Of its topic and its publisher: such letters keep their order. */
  struct GNUNET_HashCode stream;
  struct GNUNET_TIME_Relative expiry;
  char *label;
};

/** A letter in a box. */
struct Due
{
  struct Due *next;
  struct Due *prev;
  struct Letter *letter;
  bool retained;
  bool must;
  bool arrived;
};

struct LetterBox
{
  /** By digest, all that was ever awaited. */
  struct GNUNET_CONTAINER_MultiHashMap *dues;
  /** By stream, the struct Letter that arrived last. */
  struct GNUNET_CONTAINER_MultiHashMap *last;
  /** Those that have not arrived, as published. */
  struct Due *head;
  struct Due *tail;
  unsigned int missing;
};


static void
hash_bytes (struct GNUNET_HashContext *context, const void *bytes, size_t size)
{
  uint64_t length = size;

  GNUNET_CRYPTO_hash_context_read (context, &length, sizeof (length));
  if (0 < size)
    GNUNET_CRYPTO_hash_context_read (context, bytes, size);
}


/**
 * Hash something that may be missing, which is not the same as empty.
 */
static void
hash_given (struct GNUNET_HashContext *context, const void *bytes, size_t size)
{
  uint8_t given = (NULL != bytes);

  hash_bytes (context, &given, 1);
  hash_bytes (context, bytes, size);
}


/**
 * Hash all that a message says to everybody.  Its expiry grows less on the way.
 */
static void
digest_message (const struct GNUNET_MQTT_Message *message,
                struct GNUNET_HashCode *digest)
{
  struct GNUNET_HashContext *context = GNUNET_CRYPTO_hash_context_start ();
  uint8_t has_expiry = !GNUNET_TIME_relative_is_zero (message->expiry);
  uint8_t has_format = message->has_payload_format
                       || (0 != message->payload_format);

  hash_bytes (context, message->topic, message->topic_size);
  hash_bytes (context, message->payload, message->payload_size);
  hash_bytes (context, &message->payload_format, 1);
  hash_bytes (context, &has_format, 1);
  hash_bytes (context, &has_expiry, 1);
  hash_given (context, message->content_type, message->content_type_size);
  hash_given (context, message->response_topic, message->response_topic_size);
  hash_given (context,
              message->correlation_data,
              message->correlation_data_size);
  for (unsigned int i = 0; i < message->user_property_count; i++)
  {
    hash_bytes (context,
                message->user_properties[i].name,
                message->user_properties[i].name_size);
    hash_bytes (context,
                message->user_properties[i].value,
                message->user_properties[i].value_size);
  }
  GNUNET_CRYPTO_hash_context_finish (context, digest);
}


static char *
describe (const struct GNUNET_MQTT_Message *message)
{
  char *label;

  GNUNET_asprintf (&label,
                   "'%.*s' (%u bytes), '%.*s' (%u bytes)",
                   (int)GNUNET_MIN (message->topic_size, 100),
                   message->topic,
                   (unsigned int)message->topic_size,
                   (int)GNUNET_MIN (message->payload_size, 60),
                   (const char *)message->payload,
                   (unsigned int)message->payload_size);
  return label;
}


struct Letter *
letter_create (const void *publisher,
               uint64_t number,
               const struct GNUNET_MQTT_Message *message)
{
  struct Letter *letter = GNUNET_new (struct Letter);
  struct GNUNET_HashContext *context = GNUNET_CRYPTO_hash_context_start ();

  letter->references = 1;
  letter->publisher = publisher;
  letter->number = number;
  letter->expiry = message->expiry;
  letter->label = describe (message);
  digest_message (message, &letter->digest);
  hash_bytes (context, &publisher, sizeof (publisher));
  hash_bytes (context, message->topic, message->topic_size);
  GNUNET_CRYPTO_hash_context_finish (context, &letter->stream);
  return letter;
}


void
letter_free (struct Letter *letter)
{
  if (0 < --letter->references)
    return;
  GNUNET_free (letter->label);
  GNUNET_free (letter);
}


struct LetterBox *
letter_box_create (void)
{
  struct LetterBox *box = GNUNET_new (struct LetterBox);

  box->dues = GNUNET_CONTAINER_multihashmap_create (4, GNUNET_NO);
  box->last = GNUNET_CONTAINER_multihashmap_create (4, GNUNET_NO);
  return box;
}


static int
free_due (void *cls, const struct GNUNET_HashCode *key, void *value)
{
  struct Due *due = value;

  (void)cls;
  (void)key;
  letter_free (due->letter);
  GNUNET_free (due);
  return GNUNET_YES;
}


void
letter_box_free (struct LetterBox *box)
{
  GNUNET_CONTAINER_multihashmap_destroy (box->last);
  GNUNET_CONTAINER_multihashmap_iterate (box->dues, &free_due, NULL);
  GNUNET_CONTAINER_multihashmap_destroy (box->dues);
  GNUNET_free (box);
}


void
letter_box_expect (struct LetterBox *box,
                   struct Letter *letter,
                   bool retained,
                   bool must)
{
  struct Due *due = GNUNET_new (struct Due);

  due->letter = letter;
  letter->references++;
  due->retained = retained;
  due->must = must;
  if (must)
    box->missing++;
  GNUNET_CONTAINER_DLL_insert_tail (box->head, box->tail, due);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap_put (
                   box->dues,
                   &letter->digest,
                   due,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_ONLY));
}


/**
 * Does a letter come after one that was published later?
 */
static bool
is_late (struct LetterBox *box, struct Letter *letter)
{
  const struct Letter *last = GNUNET_CONTAINER_multihashmap_get (
    box->last,
    &letter->stream);

  return (NULL != last) && (last->number > letter->number);
}


static void
note_arrival (struct LetterBox *box, struct Due *due)
{
  due->arrived = true;
  if (due->must)
    box->missing--;
  GNUNET_CONTAINER_DLL_remove (box->head, box->tail, due);
  GNUNET_CONTAINER_multihashmap_put (
    box->last,
    &due->letter->stream,
    due->letter,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_REPLACE);
}


char *
letter_box_take (struct LetterBox *box,
                 const struct GNUNET_MQTT_Message *message,
                 bool again)
{
  struct GNUNET_HashCode digest;
  struct Due *due;
  const char *problem = NULL;
  char *label;
  char *text;

  digest_message (message, &digest);
  due = GNUNET_CONTAINER_multihashmap_get (box->dues, &digest);
  if (NULL == due)
    problem = "was not to arrive here";
  else if (due->arrived)
    problem = again ? NULL : "arrived twice";
  else if (message->retain != due->retained)
    problem = due->retained ? "does not say that it is retained"
                            : "says that it is retained";
  else if (GNUNET_TIME_relative_cmp (message->expiry, >, due->letter->expiry))
    problem = "has a later expiry than it was given";
  else if (GNUNET_TIME_relative_cmp (
             message->expiry,
             <,
             GNUNET_TIME_relative_divide (due->letter->expiry, 2)))
    problem = "has less than half of the expiry that it was given";
  else if (is_late (box, due->letter) && !again)
    problem = "arrived out of order";
  else
    note_arrival (box, due);
  if (NULL == problem)
    return NULL;
  label = describe (message);
  GNUNET_asprintf (&text, "%s %s", label, problem);
  GNUNET_free (label);
  return text;
}


void
letter_box_demand_rest (struct LetterBox *box)
{
  for (struct Due *due = box->head; NULL != due; due = due->next)
  {
    const struct Letter *last = GNUNET_CONTAINER_multihashmap_get (
      box->last,
      &due->letter->stream);

    if (due->must || (NULL == last) || (last->number > due->letter->number))
      continue;
    due->must = true;
    box->missing++;
  }
}


unsigned int
letter_box_missing (const struct LetterBox *box)
{
  return box->missing;
}


const char *
letter_box_first_missing (const struct LetterBox *box)
{
  for (const struct Due *due = box->head; NULL != due; due = due->next)
    if (due->must)
      return due->letter->label;
  return NULL;
}
