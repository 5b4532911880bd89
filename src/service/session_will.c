/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/session_will.c
 * @brief Wills: kept in the store, published when their time has come (3.1.2.5).
 */
#include "hosted.h"
#include "will_record.h"

struct MQTT_HostedWill
{
  /** The will that other peers are told of, and how they are; NULL if they are not. */
  uint64_t announced;
  struct MQTT_Testament *testament;
  /** A will to be published as soon as the core can be called. */
  struct MQTT_Shelved due;
  struct MQTT_Testament *due_testament;
};


static struct MQTT_HostedWill *
get_work (struct MQTT_HostedSession *hosted)
{
  if (NULL == hosted->will_work)
    hosted->will_work = GNUNET_new (struct MQTT_HostedWill);
  return hosted->will_work;
}


/**
 * Free it if there is nothing to be done with a will.
 */
static void
trim_work (struct MQTT_HostedSession *hosted)
{
  const struct MQTT_HostedWill *work = hosted->will_work;

  if ((0 == work->announced) && (NULL == work->due.message))
    GNUNET_free (hosted->will_work);
}


uint64_t
MQTT_hosted_will_put (struct MQTT_Sessions *sessions,
                      const struct MQTT_IpcWill *will)
{
  const struct MQTT_Bytes topic = {
    .data = will->topic,
    .size = will->topic_size,
  };
  struct MQTT_Publication publication = will->publication;

  publication.will = true;
  publication.version = (struct MQTT_Version){
    .run = sessions->run,
    .sequence = ++sessions->last_will,
  };
  return MQTT_will_write (sessions->config.store, &topic, &publication);
}


void
MQTT_hosted_will_announce (struct MQTT_HostedSession *hosted,
                           uint64_t will,
                           uint32_t delay_s)
{
  struct MQTT_Testaments *testaments = hosted->sessions->config.testaments;
  struct MQTT_HostedWill *work = hosted->will_work;

  if ((will == ((NULL == work) ? 0 : work->announced)) || (NULL == testaments))
    return;
  work = get_work (hosted);
  if (NULL != work->testament)
    MQTT_testament_end (work->testament, false);
  work->testament = (0 == will)
                      ? NULL
                      : MQTT_testament_create (testaments, will, delay_s);
  work->announced = will;
  trim_work (hosted);
}


/* ---- publishing ---- */

/**
 * It is on disk with all to whom it goes, or lost: #MQTT_PromiseDone.
 */
static void
handle_promised (void *cls, bool kept)
{
  struct MQTT_Counters *counters = cls;

  MQTT_count (counters,
              kept ? MQTT_COUNT_WILLS_PUBLISHED : MQTT_COUNT_WILLS_LOST,
              1);
}


/**
 * Publish a will.
 *
 * @param publishing whom it takes
 * @param will the will, given back
 * @param testament how peers are told of it, to be ended; may be NULL
 * @param publisher whose will it is; may be NULL
 */
static void
publish (const struct MQTT_Publishing *publishing,
         struct MQTT_Shelved *will,
         struct MQTT_Testament *testament,
         const struct MQTT_Subscriber *publisher)
{
  struct MQTT_Message *message = will->message;
  struct MQTT_Topic *topic = will->topic;
  struct MQTT_Promise *promise = NULL;
  struct MQTT_Audience here;

  MQTT_count (publishing->counters, MQTT_COUNT_PUBLISH_IN, 1);
  if (GNUNET_MQTT_SUCCESS != MQTT_publishing_allow (publishing, topic))
  {
    MQTT_count (publishing->counters, MQTT_COUNT_PUBLISH_REFUSED, 1);
    if (NULL != testament)
      MQTT_testament_end (testament, false);
    MQTT_shelf_put_back (will);
    return;
  }
  if (0 != message->qos)
    promise = MQTT_publishing_promise (publishing,
                                       topic,
                                       message,
                                       publisher,
                                       NULL);
  if (NULL != promise)
    MQTT_promise_seal (promise, &handle_promised, publishing->counters);
  else
  {
    /* Nobody is there to be refused: those who are connected hear it. */
    message->qos = 0;
    if (message->retain)
      (void)MQTT_retention_publish (publishing->retention, topic, message);
    MQTT_outreach_choose (publishing->outreaches, topic, message, &here);
    MQTT_router_publish (publishing->router,
                         publishing->outreaches,
                         topic,
                         message,
                         &here,
                         publisher,
                         NULL);
    MQTT_count (publishing->counters, MQTT_COUNT_WILLS_PUBLISHED, 1);
  }
  /* At QoS 0 what was published may be lost, and the will with it. */
  if (NULL != testament)
    MQTT_testament_end (testament, NULL != promise);
  MQTT_shelf_put_back (will);
}


void
MQTT_hosted_will_publish (struct MQTT_HostedSession *hosted)
{
  struct MQTT_HostedWill *work = hosted->will_work;
  struct MQTT_Shelved will;
  struct MQTT_Testament *testament;

  if ((NULL == work) || (NULL == work->due.message))
    return;
  will = work->due;
  testament = work->due_testament;
  work->due = (struct MQTT_Shelved){ .message = NULL };
  work->due_testament = NULL;
  trim_work (hosted);
  publish (hosted->sessions->config.publishing,
           &will,
           testament,
           &hosted->subscriber);
}


static void
count_lost (const struct MQTT_Sessions *sessions)
{
  GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
              "A will cannot be published: it is gone from the store\n");
  MQTT_count (sessions->config.publishing->counters, MQTT_COUNT_WILLS_LOST, 1);
}


/* ---- wills that cannot be read when they are due ---- */

/** A will that was due.  Its session goes on, or ends, without it. */
struct Estate
{
  struct MQTT_Sessions *sessions;
  struct MQTT_Testament *testament;
  /** Record of the store that refers to it, as if of a session; 0 if it has none. */
  uint64_t record;
};


/**
 * #MQTT_WillRead
 */
static void
handle_read (void *cls, struct MQTT_Shelved *will)
{
  struct Estate *estate = cls;
  const struct MQTT_Sessions *sessions = estate->sessions;

  if (NULL == will)
  {
    /* The next run finds the record. */
    GNUNET_free (estate);
    return;
  }
  if (!will->gone)
    publish (sessions->config.publishing, will, estate->testament, NULL);
  else
  {
    count_lost (sessions);
    if (NULL != estate->testament)
      MQTT_testament_end (estate->testament, false);
  }
  if (0 != estate->record)
    MQTT_store_session_remove (sessions->config.store, estate->record);
  GNUNET_free (estate);
}


/**
 * Write a record that refers to a will.
 *
 * @return its id, or 0
 */
static uint64_t
write_estate (struct MQTT_Store *store, uint64_t will)
{
  /* No client is called so. */
  char client[] = "\0w01234567";
  const struct MQTT_StoreSession record = {
    .client = { .data = client, .size = 2 + sizeof (will) },
    .left_us = 1,
    .will = will,
  };

  memcpy (&client[2], &will, sizeof (will));
  return MQTT_store_session_put (store, &record);
}


static void
await (struct MQTT_Sessions *sessions,
       uint64_t will,
       uint64_t record,
       struct MQTT_Testament *testament)
{
  struct Estate *estate = GNUNET_new (struct Estate);

  estate->sessions = sessions;
  estate->record = record;
  estate->testament = testament;
  MQTT_will_reader_await (sessions->will_reader, will, &handle_read, estate);
}


bool
MQTT_hosted_will_is_left (const struct MQTT_StoreSession *record)
{
  const char *client = record->client.data;

  return (0 != record->will) && (0 != record->client.size)
         && ('\0' == client[0]);
}


void
MQTT_hosted_will_restore (struct MQTT_Sessions *sessions,
                          const struct MQTT_StoreSession *record)
{
  await (sessions, record->will, record->id, NULL);
}


void
MQTT_hosted_will_take (struct MQTT_HostedSession *hosted)
{
  struct MQTT_Sessions *sessions = hosted->sessions;
  struct MQTT_Store *store = sessions->config.store;
  struct MQTT_HostedWill *work = get_work (hosted);
  uint64_t will = hosted->will;
  bool read;

  GNUNET_assert (NULL == work->due.message);
  read = MQTT_will_read (store, sessions->config.topics, will, &work->due);
  hosted->will = 0;
  if (work->due.gone)
    count_lost (sessions);
  else
  {
    if (read)
      work->due_testament = work->testament;
    else
      await (sessions, will, write_estate (store, will), work->testament);
    work->testament = NULL;
    work->announced = 0;
  }
  trim_work (hosted);
}
