/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/regex.c
 * @brief The meeting place made of GNUnet's REGEX service.
 */
#include "regex.h"
#include <gnunet/gnunet_regex_service.h>
#include "../core/discovery_code.h"

/** Most symbols an edge may have: all behind the prefix, so that a search takes few
    steps, each of which costs a DHT lookup. */
#define COMPRESSION (MQTT_CODE_SEARCH_MAX - MQTT_CODE_PREFIX)

/** One announcement or search. */
struct Operation
{
  struct Operation *prev;
  struct Operation *next;
  struct MQTT_Regex *regex;
  /** One of the two is set. */
  struct GNUNET_REGEX_Announcement *announcement;
  struct GNUNET_REGEX_Search *search;
  MQTT_RendezvousFound found;
  void *found_cls;
};

struct MQTT_Regex
{
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  struct GNUNET_TIME_Relative refresh;
  MQTT_RendezvousFailed failed;
  void *cls;
  struct MQTT_RendezvousOps ops;
  struct Operation *head;
  struct Operation *tail;
  /** A connection that only notices when the service dies. */
  struct GNUNET_MQ_Handle *sentinel;
  struct GNUNET_SCHEDULER_Task *failed_task;
};


static void
end_operation (struct Operation *operation)
{
  struct MQTT_Regex *regex = operation->regex;

  if (NULL != operation->announcement)
    GNUNET_REGEX_announce_cancel (operation->announcement);
  if (NULL != operation->search)
    GNUNET_REGEX_search_cancel (operation->search);
  GNUNET_CONTAINER_DLL_remove (regex->head, regex->tail, operation);
  GNUNET_free (operation);
}


static struct Operation *
new_operation (struct MQTT_Regex *regex)
{
  struct Operation *operation = GNUNET_new (struct Operation);

  operation->regex = regex;
  GNUNET_CONTAINER_DLL_insert_tail (regex->head, regex->tail, operation);
  return operation;
}


static void *
announce (void *cls, const struct MQTT_Code *code, bool anonymous)
{
  struct MQTT_Regex *regex = cls;
  struct Operation *operation = new_operation (regex);
  char text[MQTT_CODE_REGEX_MAX + 1];

  /* It would name us. */
  GNUNET_assert (!anonymous);
  MQTT_discovery_code_regex (code, text);
  operation->announcement = GNUNET_REGEX_announce (regex->cfg,
                                                   text,
                                                   regex->refresh,
                                                   COMPRESSION);
  if (NULL != operation->announcement)
    return operation;
  end_operation (operation);
  return NULL;
}


/**
 * A peer was found: #GNUNET_REGEX_Found.
 */
static void
handle_found (void *cls,
              const struct GNUNET_PeerIdentity *peer,
              const struct GNUNET_PeerIdentity *get_path,
              unsigned int get_path_length,
              const struct GNUNET_PeerIdentity *put_path,
              unsigned int put_path_length)
{
  struct Operation *operation = cls;

  (void)get_path;
  (void)get_path_length;
  (void)put_path;
  (void)put_path_length;
  operation->found (operation->found_cls, peer);
}


static void *
search (void *cls,
        const char *string,
        MQTT_RendezvousFound found,
        void *found_cls)
{
  struct MQTT_Regex *regex = cls;
  struct Operation *operation = new_operation (regex);

  operation->found = found;
  operation->found_cls = found_cls;
  operation->search = GNUNET_REGEX_search (regex->cfg,
                                           string,
                                           &handle_found,
                                           operation);
  if (NULL != operation->search)
    return operation;
  end_operation (operation);
  return NULL;
}


static void
end_by_handle (void *cls, void *handle)
{
  (void)cls;
  end_operation (handle);
}


static void
watch (struct MQTT_Regex *regex);


/**
 * Task: the REGEX service has died.  Cancel all before its API repeats it.
 */
static void
report_failure (void *cls)
{
  struct MQTT_Regex *regex = cls;

  regex->failed_task = NULL;
  while (NULL != regex->head)
    end_operation (regex->head);
  watch (regex);
  regex->failed (regex->cls);
}


/**
 * The sentinel's connection is broken: #GNUNET_MQ_ErrorHandler.
 */
static void
handle_sentinel_error (void *cls, enum GNUNET_MQ_Error error)
{
  struct MQTT_Regex *regex = cls;

  (void)error;
  GNUNET_MQ_destroy (regex->sentinel);
  regex->sentinel = NULL;
  regex->failed_task = GNUNET_SCHEDULER_add_with_priority (
    GNUNET_SCHEDULER_PRIORITY_URGENT,
    &report_failure,
    regex);
}


static void
watch (struct MQTT_Regex *regex)
{
  regex->sentinel = GNUNET_CLIENT_connect (regex->cfg,
                                           "regex",
                                           NULL,
                                           &handle_sentinel_error,
                                           regex);
}


struct MQTT_Regex *
MQTT_regex_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   struct GNUNET_TIME_Relative refresh,
                   MQTT_RendezvousFailed failed,
                   void *cls)
{
  struct MQTT_Regex *regex = GNUNET_new (struct MQTT_Regex);

  regex->cfg = cfg;
  regex->refresh = refresh;
  regex->failed = failed;
  regex->cls = cls;
  regex->ops = (struct MQTT_RendezvousOps){
    .announce = &announce,
    .announce_end = &end_by_handle,
    .search = &search,
    .search_end = &end_by_handle,
    .cls = regex,
  };
  watch (regex);
  return regex;
}


void
MQTT_regex_destroy (struct MQTT_Regex *regex)
{
  while (NULL != regex->head)
    end_operation (regex->head);
  if (NULL != regex->failed_task)
    GNUNET_SCHEDULER_cancel (regex->failed_task);
  if (NULL != regex->sentinel)
    GNUNET_MQ_destroy (regex->sentinel);
  GNUNET_free (regex);
}


const struct MQTT_RendezvousOps *
MQTT_regex_ops (struct MQTT_Regex *regex)
{
  return &regex->ops;
}
