/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/outreach_reserve.c
 * @brief What is kept on disk of a topic published here, for subscribers that are
 *        still to be found, in this run or a later one.
 */
#include "outreach_state.h"


/**
 * Write who has got the message that is being published.
 *
 * @param outreach its topic's
 * @param reserved the message
 * @param here groups of which members here have got it
 */
static void
note_had (const struct MQTT_Outreach *outreach,
          struct MQTT_Reserved *reserved,
          struct MQTT_Groups *here)
{
  if (NULL != here)
    MQTT_reserved_had (reserved,
                       NULL,
                       &(struct MQTT_Audience){ .groups = here });
  for (const struct MQTT_Leg *leg = outreach->legs_head; NULL != leg;
       leg = leg->next)
    if (leg->got)
      MQTT_reserved_had (
        reserved,
        &leg->peer,
        &(struct MQTT_Audience){ .plain = leg->plain, .groups = leg->chosen });
}


void
MQTT_outreach_reserve (struct MQTT_Outreach *outreach,
                       const struct MQTT_Message *message,
                       const struct MQTT_Reserved *what,
                       struct MQTT_Groups *here)
{
  struct MQTT_Outreaches *all = outreach->all;
  struct MQTT_Reserved *reserved;
  struct MQTT_Reserved whole = *what;

  whole.message = message->stored;
  whole.at_us = outreach->published_us;
  whole.expires_us = MQTT_promise_limit (all->config.promises, message);
  whole.size = MQTT_message_memory (message) + outreach->topic->name_size;
  reserved = MQTT_reserve_keep (&all->reserves, &outreach->reserve, &whole);
  if (NULL == reserved)
    return;
  note_had (outreach, reserved, here);
  MQTT_reserve_make_room (&all->reserves);
}


/* ---- what was kept in former runs ---- */

/** It, as far as it was read. */
struct Restored
{
  struct MQTT_Outreaches *all;
  struct MQTT_Reserved *reserved;
  struct MQTT_Topic **topics;
  unsigned int allocated;
  unsigned int count;
};


/**
 * Make room for one more, and look its topic up.
 */
static struct MQTT_Reserved *
add (struct Restored *restored, const struct MQTT_Bytes *topic)
{
  if (restored->count == restored->allocated)
  {
    unsigned int more = 2 * restored->allocated + 16;

    restored->reserved = GNUNET_realloc (restored->reserved,
                                         more * sizeof (*restored->reserved));
    restored->topics = GNUNET_realloc (restored->topics,
                                       more * sizeof (*restored->topics));
    restored->allocated = more;
  }
  restored->topics[restored->count] = MQTT_topics_get (
    restored->all->config.topics,
    topic->data,
    topic->size);
  return &restored->reserved[restored->count++];
}


static struct MQTT_Reserved *
restore_message (struct Restored *restored, const struct MQTT_StoreKept *stored)
{
  const struct MQTT_Options *options = restored->all->config.options;
  struct GNUNET_TIME_Absolute published = {
    .abs_value_us = stored->published_us,
  };
  struct MQTT_Reserved *reserved = add (restored, &stored->topic);

  *reserved = (struct MQTT_Reserved){
    .message = stored->message,
    .at_us = MQTT_shelf_monotonic (stored->published_us),
    .expires_us = (0 != stored->expires_us)
                    ? stored->expires_us
                    : GNUNET_TIME_absolute_add (published,
                                                options->message_lifetime)
                        .abs_value_us,
    .size = sizeof (struct MQTT_Message) + stored->body_size
            + stored->topic.size,
    .given = stored->given,
  };
  return reserved;
}


/**
 * #MQTT_StoreKeptCallback
 */
static void
restore (void *cls, const struct MQTT_StoreKept *stored)
{
  struct Restored *restored = cls;
  struct MQTT_Reserved *reserved = NULL;
  struct MQTT_Groups *groups;
  struct MQTT_Groups *before;

  if (0 < restored->count)
    reserved = &restored->reserved[restored->count - 1];
  if ((NULL == reserved) || (reserved->message != stored->message))
    reserved = restore_message (restored, stored);
  if (!stored->had)
    return;
  before = reserved->served;
  groups = MQTT_groups_of_bytes (stored->groups.data, stored->groups.size);
  reserved->served = MQTT_groups_plus (before, groups);
  reserved->size += MQTT_reserved_had_size (stored->groups.size);
  MQTT_groups_unref (before);
  MQTT_groups_unref (groups);
}


void
MQTT_outreaches_restore (struct MQTT_Outreaches *all)
{
  struct Restored restored = { .all = all };

  if (!MQTT_store_backlog_load (all->config.store, &restore, &restored))
    GNUNET_log (GNUNET_ERROR_TYPE_ERROR,
                "What waits for subscribers cannot be read\n");
  for (unsigned int i = 0; i < restored.count; i++)
  {
    struct MQTT_Reserved *reserved = &restored.reserved[i];
    struct MQTT_Topic *topic = restored.topics[i];

    if (NULL != topic)
    {
      struct MQTT_Outreach *outreach = MQTT_outreach_get (all, topic);

      reserved->number = outreach->count++;
      MQTT_reserve_restore (&all->reserves, &outreach->reserve, reserved);
      MQTT_topic_unref (topic);
    }
    MQTT_groups_unref (reserved->served);
  }
  MQTT_reserve_make_room (&all->reserves);
  GNUNET_free (restored.reserved);
  GNUNET_free (restored.topics);
}
