/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/publisher.c
 * @brief Publishes payloads one after the other.
 */
#include "publisher.h"
#include <errno.h>
#include <inttypes.h>
#include "options.h"
#include "payload_input.h"

/** Messages under way at most. */
#define WINDOW_MESSAGES 1000

/** Bytes of payload under way, above which no more is added. */
#define WINDOW_BYTES (1024 * 1024)

/**
 * A message under way.
 */
struct Sent
{
  struct Sent *next;
  struct Sent *prev;
  struct CLI_Publisher *publisher;
  /** NULL in a session of one's own. */
  struct GNUNET_MQTT_Publication *publication;
  size_t size;
};

struct CLI_Publisher
{
  struct CLI_Session *session;
  struct CLI_PublisherJob job;
  struct CLI_Input *input;

  struct Sent *sent_head;
  struct Sent *sent_tail;
  unsigned int messages;
  size_t bytes;
  /** Messages answered. */
  uint64_t answered;

  /** How often the job's message is still to be published. */
  uint64_t left;
  /** All payloads are known. */
  bool complete;
};


static void
pump (struct CLI_Publisher *publisher);


static bool
is_window_full (const struct CLI_Publisher *publisher)
{
  return (WINDOW_MESSAGES <= publisher->messages)
         || (WINDOW_BYTES <= publisher->bytes);
}


/**
 * What is behind a reason, where its name does not say it.
 */
static const char *
explain (enum GNUNET_MQTT_ReasonCode reason)
{
  switch (reason)
  {
  case GNUNET_MQTT_UNSPECIFIED_ERROR:
    return " (the service cannot write to its disk)";
  case GNUNET_MQTT_QUOTA_EXCEEDED:
    return " (a queue or the disk of the service is full)";
  default:
    return "";
  }
}


/**
 * A message was answered.
 */
static void
on_answer (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  struct Sent *sent = cls;
  struct CLI_Publisher *publisher = sent->publisher;

  GNUNET_CONTAINER_DLL_remove (publisher->sent_head,
                               publisher->sent_tail,
                               sent);
  publisher->messages--;
  publisher->bytes -= sent->size;
  publisher->answered++;
  GNUNET_free (sent);
  if (publisher->session->ended)
    return;
  if (0x80 <= reason)
  {
    CLI_complain (publisher->session->program,
                  "message %" PRIu64 " was refused: %s%s",
                  publisher->answered,
                  GNUNET_MQTT_reason_text (reason),
                  explain (reason));
    CLI_session_end (publisher->session, CLI_REFUSED);
    return;
  }
  pump (publisher);
}


/**
 * Hand a message to the library.
 *
 * @return false if it is not legal
 */
static bool
hand_over (struct Sent *sent, const struct GNUNET_MQTT_Message *message)
{
  const struct CLI_Session *session = sent->publisher->session;

  if (NULL != session->own)
    return GNUNET_OK
           == GNUNET_MQTT_session_publish (session->own,
                                           message,
                                           &on_answer,
                                           sent);
  sent->publication = GNUNET_MQTT_publish (session->mqtt,
                                           message,
                                           &on_answer,
                                           sent);
  return NULL != sent->publication;
}


static void
publish (struct CLI_Publisher *publisher,
         const struct GNUNET_MQTT_Message *message)
{
  struct Sent *sent = GNUNET_new (struct Sent);

  sent->publisher = publisher;
  sent->size = message->payload_size;
  if (!hand_over (sent, message))
  {
    GNUNET_free (sent);
    CLI_complain (publisher->session->program,
                  "not a legal message: a text is not UTF-8, or its properties "
                  "are too large");
    CLI_session_end (publisher->session, CLI_WRONG_USE);
    return;
  }
  GNUNET_CONTAINER_DLL_insert_tail (publisher->sent_head,
                                    publisher->sent_tail,
                                    sent);
  publisher->messages++;
  publisher->bytes += sent->size;
}


/**
 * Publish what there is room for; end when all is done.
 */
static void
pump (struct CLI_Publisher *publisher)
{
  while ((0 != publisher->left) && !is_window_full (publisher)
         && !publisher->session->ended)
  {
    publisher->left--;
    publish (publisher, &publisher->job.message);
  }
  if ((NULL != publisher->input) && !is_window_full (publisher))
    CLI_input_resume (publisher->input);
  if (publisher->complete && (0 == publisher->left)
      && (0 == publisher->messages))
    CLI_session_end (publisher->session, CLI_DONE);
}


/**
 * A payload was read.
 */
static void
on_payload (void *cls, const void *payload, size_t size)
{
  struct CLI_Publisher *publisher = cls;
  struct GNUNET_MQTT_Message *message = &publisher->job.message;

  message->payload = payload;
  message->payload_size = size;
  if (CLI_PUBLISHER_FILE == publisher->job.source)
  {
    publisher->left = publisher->job.repeat;
    return;
  }
  publish (publisher, message);
  if (is_window_full (publisher) || publisher->session->ended)
    CLI_input_pause (publisher->input);
}


static void
on_input_end (void *cls, enum CLI_InputEnd end)
{
  struct CLI_Publisher *publisher = cls;
  const char *program = publisher->session->program;

  switch (end)
  {
  case CLI_INPUT_DONE:
    publisher->complete = true;
    pump (publisher);
    return;
  case CLI_INPUT_TOO_LARGE:
    CLI_complain (
      program,
      "a payload in %s is larger than the %zu bytes the service takes",
      publisher->job.file_name,
      publisher->job.limit);
    CLI_session_end (publisher->session, CLI_REFUSED);
    return;
  case CLI_INPUT_FAILED:
    CLI_complain (program,
                  "cannot read %s: %s",
                  publisher->job.file_name,
                  strerror (errno));
    CLI_session_end (publisher->session, CLI_IO_ERROR);
    return;
  }
}


struct CLI_Publisher *
CLI_publisher_start (struct CLI_Session *session,
                     const struct CLI_PublisherJob *job)
{
  struct CLI_Publisher *publisher = GNUNET_new (struct CLI_Publisher);

  publisher->session = session;
  publisher->job = *job;
  if (CLI_PUBLISHER_MESSAGE == job->source)
  {
    publisher->left = job->repeat;
    publisher->complete = true;
    pump (publisher);
    return publisher;
  }
  publisher->input = CLI_input_start (job->fd,
                                      CLI_PUBLISHER_LINES == job->source,
                                      job->limit,
                                      &on_payload,
                                      &on_input_end,
                                      publisher);
  if (NULL == publisher->input)
    on_input_end (publisher, CLI_INPUT_FAILED);
  return publisher;
}


void
CLI_publisher_stop (struct CLI_Publisher *publisher)
{
  struct Sent *sent;

  if (NULL != publisher->input)
    CLI_input_stop (publisher->input);
  while (NULL != (sent = publisher->sent_head))
  {
    GNUNET_CONTAINER_DLL_remove (publisher->sent_head,
                                 publisher->sent_tail,
                                 sent);
    if (NULL != sent->publication)
      GNUNET_MQTT_publish_cancel (sent->publication);
    GNUNET_free (sent);
  }
  GNUNET_free (publisher);
}
