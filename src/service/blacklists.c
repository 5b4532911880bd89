/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/blacklists.c
 * @brief Who is refused: follows the blacklists that the options name.
 */
#include "blacklists.h"

/** How long a list that was not found elsewhere is not looked for there again. */
#define FAR_PAUSE GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, 10)

/** One blacklist. */
struct List
{
  struct MQTT_Blacklists *all;
  struct List *prev;
  struct List *next;
  /** Full name. */
  char *name;
  /** As it was read last. */
  struct MQTT_Blacklist *entries;
  /** Looks under way: at this peer, and elsewhere. */
  void *near;
  void *far;
  /** When these were begun last. */
  struct GNUNET_TIME_Absolute near_since;
  struct GNUNET_TIME_Absolute far_since;
  /** The other is not begun before. */
  struct GNUNET_TIME_Absolute far_from;
  /** Records that were not understood then. */
  unsigned int unreadable;
  /** It could be read when that was tried last. */
  bool available;
  /** It was read once, or is not waited for any more. */
  bool tried;
};

struct MQTT_Blacklists
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  MQTT_BlacklistsChanged changed;
  void *cls;
  const struct MQTT_BlacklistOps *ops;
  struct List *head;
  struct List *tail;
  struct GNUNET_SCHEDULER_Task *task;
  /** Does not wait any more for those that were not tried. */
  struct GNUNET_SCHEDULER_Task *patience_task;
  /** Lists that are not available. */
  unsigned int unavailable;
  /** Lists that were not tried yet. */
  unsigned int untried;
};


static void
add_list (struct MQTT_Blacklists *lists, const char *name)
{
  struct List *list = GNUNET_new (struct List);

  list->all = lists;
  list->entries = MQTT_blacklist_create ();
  if (NULL == strchr (name, '.'))
    GNUNET_asprintf (&list->name, MQTT_BLACKLISTS_LABEL ".%s", name);
  else
    list->name = GNUNET_strdup (name);
  GNUNET_CONTAINER_DLL_insert_tail (lists->head, lists->tail, list);
  lists->unavailable++;
  lists->untried++;
  MQTT_count (lists->counters, MQTT_COUNT_BLACKLISTS_UNAVAILABLE, 1);
}


struct MQTT_Blacklists *
MQTT_blacklists_create (const struct MQTT_Options *options,
                        struct MQTT_Counters *counters,
                        MQTT_BlacklistsChanged changed,
                        void *cls)
{
  static const char spaces[] = " \t";
  struct MQTT_Blacklists *lists = GNUNET_new (struct MQTT_Blacklists);
  char *names = GNUNET_strdup (options->blacklist);
  char *rest;

  lists->options = options;
  lists->counters = counters;
  lists->changed = changed;
  lists->cls = cls;
  for (const char *name = strtok_r (names, spaces, &rest); NULL != name;
       name = strtok_r (NULL, spaces, &rest))
    add_list (lists, name);
  GNUNET_free (names);
  return lists;
}


static void
end_look (const struct List *list, void **look)
{
  const struct MQTT_BlacklistOps *ops = list->all->ops;

  if (NULL != *look)
    ops->end (ops->cls, *look);
  *look = NULL;
}


static void
free_list (struct List *list)
{
  struct MQTT_Blacklists *lists = list->all;

  end_look (list, &list->near);
  end_look (list, &list->far);
  GNUNET_CONTAINER_DLL_remove (lists->head, lists->tail, list);
  MQTT_blacklist_destroy (list->entries);
  GNUNET_free (list->name);
  GNUNET_free (list);
}


void
MQTT_blacklists_destroy (struct MQTT_Blacklists *lists)
{
  if (NULL != lists->task)
    GNUNET_SCHEDULER_cancel (lists->task);
  if (NULL != lists->patience_task)
    GNUNET_SCHEDULER_cancel (lists->patience_task);
  while (NULL != lists->head)
    free_list (lists->head);
  GNUNET_free (lists);
}


/* ---- what was read ---- */

/**
 * Tell people whether a list can be read.
 */
static void
report (const struct List *list, bool available)
{
  if (available)
    GNUNET_log (GNUNET_ERROR_TYPE_INFO, "Blacklist `%s' is read\n", list->name);
  else
    GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
                "Blacklist `%s' cannot be read; %s\n",
                list->name,
                list->all->options->blacklist_refuse
                  ? "everybody is refused until it can"
                  : "what was read last holds");
}


static void
set_available (struct List *list, bool available)
{
  struct MQTT_Blacklists *lists = list->all;

  if (!list->tried || (available != list->available))
    report (list, available);
  lists->untried -= list->tried ? 0 : 1;
  list->tried = true;
  if (available == list->available)
    return;
  list->available = available;
  lists->unavailable += available ? -1 : 1;
  MQTT_count (lists->counters,
              MQTT_COUNT_BLACKLISTS_UNAVAILABLE,
              available ? -1 : 1);
}


/**
 * @param entries now the list's
 * @return true if that changes who is refused
 */
static bool
set_entries (struct List *list, struct MQTT_Blacklist *entries)
{
  struct MQTT_Blacklist *before = list->entries;
  bool same = MQTT_blacklist_equal (before, entries);

  list->entries = entries;
  MQTT_count (list->all->counters,
              MQTT_COUNT_BLACKLISTED,
              (int64_t)MQTT_blacklist_count (entries)
                - MQTT_blacklist_count (before));
  MQTT_blacklist_destroy (before);
  return !same;
}


/**
 * Is a record meant for a blacklist?
 */
static bool
is_meant (const struct GNUNET_GNSRECORD_Data *record)
{
  return (MQTT_BLACKLIST_RECORD == record->record_type)
         || ((GNUNET_DNSPARSER_TYPE_TXT == record->record_type)
             && MQTT_blacklist_is_txt (record->data, record->data_size));
}


/**
 * @return false if it is not understood
 */
static bool
read_record (const struct GNUNET_GNSRECORD_Data *record,
             struct MQTT_BlacklistEntry *entry)
{
  return (MQTT_BLACKLIST_RECORD == record->record_type)
           ? MQTT_blacklist_entry_read (record->data, record->data_size, entry)
           : MQTT_blacklist_entry_of_txt (record->data,
                                          record->data_size,
                                          entry);
}


static void
set_unreadable (struct List *list, unsigned int unreadable)
{
  MQTT_count (list->all->counters,
              MQTT_COUNT_BLACKLIST_UNREADABLE,
              (int64_t)unreadable - list->unreadable);
  list->unreadable = unreadable;
}


/**
 * Read the list from an answer.
 *
 * @return NULL if it is not there
 */
static struct MQTT_Blacklist *
read_list (struct List *list,
           enum MQTT_BlacklistAnswer answer,
           unsigned int count,
           const struct GNUNET_GNSRECORD_Data *records)
{
  struct MQTT_Blacklist *entries = MQTT_blacklist_create ();
  unsigned int unreadable = 0;
  bool found = (MQTT_BLACKLIST_SURE == answer);

  for (unsigned int i = 0; i < count; i++)
  {
    struct MQTT_BlacklistEntry entry;

    if (!is_meant (&records[i]))
      continue;
    found = true;
    if (read_record (&records[i], &entry))
      MQTT_blacklist_add (entries, &entry);
    else
      unreadable++;
  }
  if (found)
  {
    set_unreadable (list, unreadable);
    return entries;
  }
  MQTT_blacklist_destroy (entries);
  return NULL;
}


/**
 * The list was looked up.
 *
 * @param list the list
 * @param entries what is on it; NULL if it cannot be read
 */
static void
take (struct List *list, struct MQTT_Blacklist *entries)
{
  struct MQTT_Blacklists *lists = list->all;
  bool refused_all = MQTT_blacklists_refuse_all (lists);
  bool changed;

  /* The next look may succeed. */
  if ((NULL == entries) && !list->tried && (NULL != lists->patience_task))
    return;
  changed = (NULL != entries) && set_entries (list, entries);
  set_available (list, NULL != entries);
  if (changed || (refused_all != MQTT_blacklists_refuse_all (lists)))
    lists->changed (lists->cls);
}


/* ---- looking ---- */

/**
 * Does a look take longer than it may?
 */
static bool
is_over (struct GNUNET_TIME_Absolute since, struct GNUNET_TIME_Relative time)
{
  return !GNUNET_TIME_absolute_is_future (
    GNUNET_TIME_absolute_add (since, time));
}


/**
 * The list was looked for elsewhere: #MQTT_BlacklistLooked
 */
static void
handle_far (void *cls,
            enum MQTT_BlacklistAnswer answer,
            unsigned int count,
            const struct GNUNET_GNSRECORD_Data *records)
{
  struct List *list = cls;
  struct MQTT_Blacklist *entries = read_list (list, answer, count, records);

  list->far = NULL;
  if (NULL == entries)
    list->far_from = GNUNET_TIME_relative_to_absolute (FAR_PAUSE);
  take (list, entries);
}


/**
 * The list is not at this peer: look elsewhere.  GNS does not end that where there is
 * nothing.
 */
static void
look_far (struct List *list)
{
  const struct MQTT_Blacklists *lists = list->all;
  const struct MQTT_BlacklistOps *ops = lists->ops;

  if (NULL != list->far)
  {
    if (is_over (list->far_since, lists->options->blacklist_search))
      take (list, NULL);
    return;
  }
  if (GNUNET_TIME_absolute_is_future (list->far_from))
    return;
  list->far_since = GNUNET_TIME_absolute_get ();
  list->far = ops->look (ops->cls, list->name, false, &handle_far, list);
}


/**
 * The list was looked for at this peer: #MQTT_BlacklistLooked
 */
static void
handle_near (void *cls,
             enum MQTT_BlacklistAnswer answer,
             unsigned int count,
             const struct GNUNET_GNSRECORD_Data *records)
{
  struct List *list = cls;
  struct MQTT_Blacklist *entries = read_list (list, answer, count, records);

  list->near = NULL;
  if ((NULL == entries) && (MQTT_BLACKLIST_FAILED != answer))
  {
    look_far (list);
    return;
  }
  end_look (list, &list->far);
  take (list, entries);
}


static void
look_near (struct List *list)
{
  const struct MQTT_Blacklists *lists = list->all;
  const struct MQTT_BlacklistOps *ops = lists->ops;

  if (NULL == list->near)
  {
    list->near_since = GNUNET_TIME_absolute_get ();
    list->near = ops->look (ops->cls, list->name, true, &handle_near, list);
    if (NULL != list->near)
      return;
  }
  else if (!is_over (list->near_since, lists->options->blacklist_patience))
    return;
  take (list, NULL);
}


/**
 * Task: look at all lists.
 */
static void
look (void *cls)
{
  struct MQTT_Blacklists *lists = cls;

  lists->task = GNUNET_SCHEDULER_add_delayed (
    lists->options->blacklist_interval,
    &look,
    lists);
  for (struct List *list = lists->head; NULL != list; list = list->next)
    look_near (list);
}


/**
 * Task: the lists that were not tried until now cannot be read.
 */
static void
lose_patience (void *cls)
{
  struct MQTT_Blacklists *lists = cls;

  lists->patience_task = NULL;
  for (struct List *list = lists->head; NULL != list; list = list->next)
    if (!list->tried)
      take (list, NULL);
}


void
MQTT_blacklists_follow (struct MQTT_Blacklists *lists,
                        const struct MQTT_BlacklistOps *ops)
{
  lists->ops = ops;
  if (NULL == lists->head)
    return;
  lists->task = GNUNET_SCHEDULER_add_now (&look, lists);
  lists->patience_task = GNUNET_SCHEDULER_add_delayed (
    lists->options->blacklist_patience,
    &lose_patience,
    lists);
}


/* ---- asking ---- */

static bool
name (const struct MQTT_Blacklists *lists,
      const struct MQTT_BlacklistEntry *entry)
{
  if (NULL == lists)
    return false;
  for (const struct List *list = lists->head; NULL != list; list = list->next)
    if (MQTT_blacklist_has (list->entries, entry))
      return true;
  return false;
}


bool
MQTT_blacklists_name_peer (const struct MQTT_Blacklists *lists,
                           const struct GNUNET_PeerIdentity *peer)
{
  const struct MQTT_BlacklistEntry entry = MQTT_blacklist_peer (peer);

  return name (lists, &entry);
}


bool
MQTT_blacklists_name_owner (const struct MQTT_Blacklists *lists,
                            const struct GNUNET_IDENTITY_PublicKey *owner)
{
  const struct MQTT_BlacklistEntry entry = MQTT_blacklist_owner (owner);

  return name (lists, &entry);
}


bool
MQTT_blacklists_refuse_all (const struct MQTT_Blacklists *lists)
{
  return (NULL != lists)
         && ((0 < lists->untried)
             || (lists->options->blacklist_refuse && (0 < lists->unavailable)));
}


bool
MQTT_blacklists_refuse (const struct MQTT_Blacklists *lists,
                        const struct GNUNET_PeerIdentity *peer)
{
  return MQTT_blacklists_refuse_all (lists)
         || MQTT_blacklists_name_peer (lists, peer);
}
