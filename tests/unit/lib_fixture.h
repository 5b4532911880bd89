/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/lib_fixture.h
 * @brief An application of the library and a fake service, in one process, and
 *        a way to write down what happens between them step by step.
 */
#ifndef MQTT_TESTS_UNIT_LIB_FIXTURE_H
#define MQTT_TESTS_UNIT_LIB_FIXTURE_H

#include "fake_service.h"
#include "gnunet_mqtt_service.h"
#include "run_cases.h"

/** Seconds until what a step waits for must have happened. */
#define PATIENCE_S 20

struct LibFixture;

/**
 * One step: once these were written down, go on.
 */
struct Step
{
  /** What the service heard, from the start of its record; NULL: whatever. */
  const char *heard;
  /** What the application was told; the same. */
  const char *told;
  /** What happens then, with both records empty; NULL: nothing. */
  void (*act) (struct LibFixture *f);
};

/**
 * What a callback of the application knows.
 */
struct Who
{
  struct LibFixture *f;
  const char *name;
};

struct LibFixture
{
  char *folder;
  struct GNUNET_CONFIGURATION_Handle *cfg;
  struct FakeService service;
  /** Do not start the service by itself. */
  bool late;

  struct GNUNET_MQTT_Handle *mqtt;
  struct Record told;
  struct GNUNET_MQTT_Publication *publications[16];
  struct GNUNET_MQTT_Subscription *subscriptions[16];
  struct Who who[32];
  unsigned int who_count;
  /** What the next callback does beside writing down. */
  void (*in_callback) (struct LibFixture *f);

  const struct Step *steps;
  struct GNUNET_TIME_Absolute deadline;
  struct GNUNET_SCHEDULER_Task *task;
};


static inline void
once_in_callback (struct LibFixture *f)
{
  void (*in_callback) (struct LibFixture *) = f->in_callback;

  f->in_callback = NULL;
  if (NULL != in_callback)
    in_callback (f);
}


static inline struct Who *
who (struct LibFixture *f, const char *name)
{
  struct Who *who = &f->who[f->who_count++];

  ck_assert_uint_le (f->who_count, 32);
  who->f = f;
  who->name = name;
  return who;
}


static inline void
told_status (void *cls, enum GNUNET_GenericReturnValue connected)
{
  struct LibFixture *f = cls;

  note (&f->told,
        "%s",
        (GNUNET_YES == connected)  ? "up"
        : (GNUNET_NO == connected) ? "down"
                                   : "failed");
  once_in_callback (f);
}


static inline void
told_answer (void *cls, enum GNUNET_MQTT_ReasonCode reason)
{
  const struct Who *who = cls;

  note (&who->f->told, "%s %02x", who->name, (unsigned int)reason);
  once_in_callback (who->f);
}


static inline void
told_message (void *cls, const struct GNUNET_MQTT_Message *message)
{
  const struct Who *who = cls;

  note (&who->f->told,
        "%s got %.*s=%.*s #%u",
        who->name,
        (int)message->topic_size,
        message->topic,
        (int)message->payload_size,
        (const char *)message->payload,
        (unsigned int)message->delivery);
  once_in_callback (who->f);
}


/**
 * A legal message with properties.
 */
static inline struct GNUNET_MQTT_Message
full_message (void)
{
  static const struct GNUNET_MQTT_UserProperty user[] = { { "n", 1, "v", 1 },
                                                          { "n", 1, "", 0 } };
  const struct GNUNET_MQTT_Message message = {
    .topic = "a",
    .topic_size = 1,
    .payload = "x\0y",
    .payload_size = 3,
    .qos = 1,
    .retain = true,
    .payload_format = 1,
    .expiry = { .rel_value_us = 60 * 1000 * 1000 },
    .content_type = "type",
    .content_type_size = 4,
    .response_topic = "r/t",
    .response_topic_size = 3,
    .correlation_data = "\0\1",
    .correlation_data_size = 2,
    .user_properties = user,
    .user_property_count = 2
  };

  return message;
}


/** Publish a text; @a i says which of the publications it is. */
static inline void
publish (struct LibFixture *f,
         unsigned int i,
         const char *topic,
         const char *payload)
{
  const struct GNUNET_MQTT_Message message = { .topic = topic,
                                               .topic_size = strlen (topic),
                                               .payload = payload,
                                               .payload_size = strlen (
                                                 payload) };

  f->publications[i] = GNUNET_MQTT_publish (f->mqtt,
                                            &message,
                                            &told_answer,
                                            who (f, payload));
  ck_assert_ptr_nonnull (f->publications[i]);
}


static inline void
subscribe (struct LibFixture *f,
           unsigned int i,
           const char *filter,
           const char *name)
{
  f->subscriptions[i] = GNUNET_MQTT_subscribe (f->mqtt,
                                               filter,
                                               strlen (filter),
                                               NULL,
                                               &told_answer,
                                               &told_message,
                                               who (f, name));
  ck_assert_ptr_nonnull (f->subscriptions[i]);
}


static inline void
disconnect (struct LibFixture *f)
{
  GNUNET_MQTT_disconnect (f->mqtt);
  f->mqtt = NULL;
}


static inline void
end_fixture (struct LibFixture *f)
{
  if (NULL != f->mqtt)
    disconnect (f);
  fake_stop (&f->service);
}


static inline bool
is_noted (struct Record *record, const char *expected)
{
  if (NULL == expected)
    return true;
  if (0 != strncmp (record->text, expected, record->size))
    ck_abort_msg ("expected \"%s\", have \"%s\"", expected, record->text);
  return 0 == strcmp (record->text, expected);
}


/**
 * Do the step that is due, or look again soon.
 */
static inline void
step (void *cls)
{
  struct LibFixture *f = cls;
  const struct Step *current = f->steps;

  f->task = NULL;
  if (!is_noted (&f->service.heard, current->heard)
      || !is_noted (&f->told, current->told))
  {
    if (GNUNET_TIME_absolute_is_past (f->deadline))
      ck_abort_msg ("still waiting for \"%s\" and \"%s\"",
                    current->heard,
                    current->told);
    f->task = GNUNET_SCHEDULER_add_delayed (GNUNET_TIME_UNIT_MILLISECONDS,
                                            &step,
                                            f);
    return;
  }
  forget_notes (&f->service.heard);
  forget_notes (&f->told);
  if (NULL == current->act)
  {
    end_fixture (f);
    return;
  }
  f->steps++;
  current->act (f);
  f->task = GNUNET_SCHEDULER_add_now (&step, f);
}


static inline void
begin (void *cls)
{
  struct LibFixture *f = cls;

  if (!f->late)
    fake_start (&f->service, f->cfg);
  f->mqtt = GNUNET_MQTT_connect (f->cfg, &told_status, f);
  ck_assert_ptr_nonnull (f->mqtt);
  f->deadline = GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, PATIENCE_S));
  f->task = GNUNET_SCHEDULER_add_now (&step, f);
}


/**
 * Run steps; the last has no @e act.
 */
static inline void
run_steps (struct LibFixture *f, const struct Step *steps)
{
  char *path;

  f->steps = steps;
  f->folder = GNUNET_DISK_mkdtemp ("mqtt-lib");
  ck_assert_ptr_nonnull (f->folder);
  f->cfg = GNUNET_CONFIGURATION_create ();
  GNUNET_asprintf (&path, "%s/socket", f->folder);
  GNUNET_CONFIGURATION_set_value_string (f->cfg, "mqtt", "UNIXPATH", path);
  GNUNET_free (path);
  GNUNET_SCHEDULER_run (&begin, f);
  ck_assert_ptr_null (f->mqtt);
  GNUNET_CONFIGURATION_destroy (f->cfg);
  (void)GNUNET_DISK_directory_remove (f->folder);
  GNUNET_free (f->folder);
}

#endif
