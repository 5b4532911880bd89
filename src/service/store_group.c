/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_group.c
 * @brief Group commit: transactions, who waits for them, and what is left of one
 *        that was lost.
 */
#include "store_internal.h"

/** What a row takes beside its bytes, about. */
#define ROW_BYTES 128

/** A store is full that has less left of its quota than one in so many, and
    refused something; until it has more again. */
#define MARGIN 16

/** A removal brings the next trial nearer: so much of the time is left at most. */
#define HASTE 16

struct MQTT_StoreWait
{
  struct MQTT_StoreWait *prev;
  struct MQTT_StoreWait *next;
  struct MQTT_Store *store;
  MQTT_StoreDone done;
  void *cls;
  /** Which group it waits for. */
  uint64_t group;
};

struct MQTT_StoreRemoval
{
  struct MQTT_StoreRemoval *prev;
  struct MQTT_StoreRemoval *next;
  enum MQTT_StoreStatement statement;
  /** Their bytes stand behind. */
  struct MQTT_StoreValue values[MQTT_STORE_REMOVAL_VALUES + 1];
};


/* ---- when to commit ---- */

static void
commit_task (void *cls)
{
  struct MQTT_Store *store = cls;

  store->task = NULL;
  (void)MQTT_store_commit (store);
}


/**
 * Commit, or try again, after @a delay at the latest.
 */
static void
schedule (struct MQTT_Store *store, struct GNUNET_TIME_Relative delay)
{
  struct GNUNET_TIME_Absolute due = GNUNET_TIME_relative_to_absolute (delay);

  if (NULL != store->task)
  {
    if (GNUNET_TIME_absolute_cmp (store->due, <=, due))
      return;
    GNUNET_SCHEDULER_cancel (store->task);
  }
  store->due = due;
  store->task = GNUNET_TIME_relative_is_zero (delay)
                  ? GNUNET_SCHEDULER_add_with_priority (
                    GNUNET_SCHEDULER_PRIORITY_IDLE,
                    &commit_task,
                    store)
                  : GNUNET_SCHEDULER_add_at (due, &commit_task, store);
}


static void
unschedule (struct MQTT_Store *store)
{
  if (NULL == store->task)
    return;
  GNUNET_SCHEDULER_cancel (store->task);
  store->task = NULL;
}


/* ---- removals ---- */

static struct MQTT_StoreRemoval *
copy_removal (enum MQTT_StoreStatement which,
              const struct MQTT_StoreValue *values)
{
  struct MQTT_StoreRemoval *removal;
  size_t size = 0;
  uint8_t *bytes;

  for (unsigned int i = 0; MQTT_STORE_END != values[i].kind; i++)
    size += values[i].bytes.size;
  removal = GNUNET_malloc (sizeof (*removal) + size);
  removal->statement = which;
  bytes = (uint8_t *)&removal[1];
  for (unsigned int i = 0; MQTT_STORE_END != values[i].kind; i++)
  {
    removal->values[i] = values[i];
    removal->values[i].bytes.data = bytes;
    GNUNET_memcpy (bytes, values[i].bytes.data, values[i].bytes.size);
    bytes += values[i].bytes.size;
  }
  return removal;
}


static void
forget_removals (struct MQTT_Store *store)
{
  struct MQTT_StoreRemoval *removal;

  while (NULL != (removal = store->removals_head))
  {
    GNUNET_CONTAINER_DLL_remove (store->removals_head,
                                 store->removals_tail,
                                 removal);
    GNUNET_free (removal);
  }
}


/* ---- the transaction ---- */

void
MQTT_store_fail (struct MQTT_Store *store, const char *what)
{
  if (!store->failed)
    MQTT_store_complain (store, what);
  if (0 == sqlite3_get_autocommit (store->db))
    (void)MQTT_store_run (store, MQTT_STORE_ROLLBACK, NULL);
  store->open = false;
  store->failed = true;
  store->lost = true;
  store->writes = 0;
  schedule (store, GNUNET_TIME_UNIT_ZERO);
}


/**
 * Run a statement in the transaction that is open.
 *
 * @return false if it did not, with or without the group being lost
 */
static bool
run (struct MQTT_Store *store,
     enum MQTT_StoreStatement which,
     const struct MQTT_StoreValue *values)
{
  int result = MQTT_store_run (store, which, values);

  if ((SQLITE_CONSTRAINT == result) || (SQLITE_TOOBIG == result))
  {
    MQTT_store_complain (store, "refused a write");
    return false;
  }
  if (SQLITE_OK != result)
  {
    MQTT_store_fail (store, "cannot be written");
    return false;
  }
  if (++store->writes >= store->options.commit_writes)
    schedule (store, GNUNET_TIME_UNIT_ZERO);
  return true;
}


/**
 * Get a single number from a statement.
 */
static bool
get_number (struct MQTT_Store *store,
            enum MQTT_StoreStatement which,
            uint64_t *number)
{
  bool ok = true;
  sqlite3_stmt *statement = MQTT_store_select (store, which, NULL);

  if (!MQTT_store_next (store, statement, &ok))
    return false;
  *number = MQTT_store_column (statement, 0);
  MQTT_store_stop (statement);
  return true;
}


uint64_t
MQTT_store_used (struct MQTT_Store *store)
{
  uint64_t pages;
  uint64_t pages_free;
  uint64_t size;

  if (!get_number (store, MQTT_STORE_PAGES, &pages)
      || !get_number (store, MQTT_STORE_PAGES_FREE, &pages_free)
      || !get_number (store, MQTT_STORE_PAGE_SIZE, &size))
    return 0;
  return (pages - pages_free) * size;
}


/**
 * Begin a transaction, if there is none, with what was lost of the last.
 */
static bool
begin (struct MQTT_Store *store)
{
  struct MQTT_StoreRemoval *removal;
  uint64_t used;

  if (store->open)
    return true;
  if (SQLITE_OK != MQTT_store_run (store, MQTT_STORE_BEGIN, NULL))
  {
    MQTT_store_fail (store, "cannot be written");
    return false;
  }
  store->open = true;
  for (removal = store->removals_head; NULL != removal; removal = removal->next)
    if (!run (store, removal->statement, removal->values) && !store->open)
      return false;
  used = MQTT_store_used (store);
  if (0 == used)
  {
    MQTT_store_fail (store, "cannot be read");
    return false;
  }
  store->room = store->options.quota - GNUNET_MIN (used, store->options.quota);
  schedule (store, store->options.commit_delay);
  return true;
}


static bool
commit (struct MQTT_Store *store)
{
  if (SQLITE_OK != MQTT_store_run (store, MQTT_STORE_COMMIT, NULL))
  {
    MQTT_store_fail (store, "cannot be written");
    return false;
  }
  store->open = false;
  store->writes = 0;
  forget_removals (store);
  return true;
}


/**
 * Is the disk well again?
 */
static bool
try_again (struct MQTT_Store *store)
{
  if (!begin (store) || !run (store, MQTT_STORE_TRY, NULL) || !commit (store))
    return false;
  store->failed = false;
  GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
              "Store %s can be written again\n",
              store->options.file);
  return true;
}


/**
 * See whether there is room again.
 *
 * @return true if there is for something that was refused
 */
static bool
check_room (struct MQTT_Store *store)
{
  uint64_t quota = store->options.quota;
  uint64_t used = MQTT_store_used (store);
  uint64_t left = quota - GNUNET_MIN (quota, used);

  if ((0 == used) || (store->full && (left < quota / MARGIN)))
    return false;
  store->full = false;
  if ((left <= ROW_BYTES) || (left - ROW_BYTES <= store->refused))
    return false;
  store->refused = 0;
  return true;
}


/**
 * Note that the quota has no room for so many bytes.
 */
static void
note_refused (struct MQTT_Store *store, uint64_t bytes)
{
  store->refused = (0 == store->refused)
                     ? GNUNET_MAX (1, bytes)
                     : GNUNET_MIN (store->refused, GNUNET_MAX (1, bytes));
}


/**
 * Call those who wait for the group that has just ended.
 */
static void
tell_waiting (struct MQTT_Store *store, bool ok)
{
  uint64_t group = store->group++;
  struct MQTT_StoreWait *wait;
  bool writable = MQTT_store_is_writable (store);

  while ((NULL != (wait = store->waits_head)) && (group == wait->group))
  {
    MQTT_StoreDone done = wait->done;
    void *cls = wait->cls;

    MQTT_store_wait_cancel (wait);
    done (cls, ok);
  }
  if (writable == store->told)
    return;
  store->told = writable;
  if (NULL != store->options.changed)
    store->options.changed (store->options.cls, writable);
}


bool
MQTT_store_commit (struct MQTT_Store *store)
{
  bool ok = true;
  bool room;

  if (store->lost)
    ok = false;
  else if (store->failed)
    ok = try_again (store);
  else if (store->open)
    ok = commit (store);
  room = ok && (0 != store->refused) && check_room (store);
  store->lost = false;
  unschedule (store);
  if (store->failed)
    schedule (store, store->options.retry);
  tell_waiting (store, ok);
  if (room && (NULL != store->options.room))
    store->options.room (store->options.cls);
  return ok;
}


void
MQTT_store_group_done (struct MQTT_Store *store)
{
  while (NULL != store->waits_head)
    MQTT_store_wait_cancel (store->waits_head);
  if (store->open)
    (void)MQTT_store_run (store, MQTT_STORE_ROLLBACK, NULL);
  forget_removals (store);
  unschedule (store);
}


/* ---- what the tables use ---- */

bool
MQTT_store_is_writable (const struct MQTT_Store *store)
{
  return !store->failed && !store->full;
}


bool
MQTT_store_make_room (struct MQTT_Store *store, uint64_t bytes)
{
  uint64_t margin = store->options.quota / MARGIN;

  if (store->full)
    note_refused (store, bytes);
  if (!MQTT_store_is_writable (store) || !begin (store))
    return false;
  if ((bytes < store->room) && (ROW_BYTES <= store->room - bytes))
  {
    store->room -= bytes;
    return true;
  }
  note_refused (store, bytes);
  /* Something smaller may fit. */
  if (store->room > margin)
    return false;
  GNUNET_log (GNUNET_ERROR_TYPE_WARNING,
              "Store %s is full: its quota is %llu bytes\n",
              store->options.file,
              (unsigned long long)store->options.quota);
  store->full = true;
  return false;
}


void
MQTT_store_use_room (struct MQTT_Store *store, uint64_t bytes)
{
  store->room -= GNUNET_MIN (bytes, store->room);
}


bool
MQTT_store_write (struct MQTT_Store *store,
                  enum MQTT_StoreStatement which,
                  const struct MQTT_StoreValue *values)
{
  if (store->failed || !begin (store) || !run (store, which, values))
    return false;
  MQTT_store_use_room (store, ROW_BYTES);
  return true;
}


void
MQTT_store_remove (struct MQTT_Store *store,
                   enum MQTT_StoreStatement which,
                   const struct MQTT_StoreValue *values)
{
  /* Begun before this one is added to those that are repeated. */
  bool begun = !store->failed && begin (store);
  struct MQTT_StoreRemoval *removal = copy_removal (which, values);

  GNUNET_CONTAINER_DLL_insert_tail (store->removals_head,
                                    store->removals_tail,
                                    removal);
  if (begun)
    (void)run (store, which, values);
  else
    schedule (store, GNUNET_TIME_relative_divide (store->options.retry, HASTE));
}


uint64_t
MQTT_store_group (const struct MQTT_Store *store)
{
  return store->group;
}


struct MQTT_StoreWait *
MQTT_store_wait (struct MQTT_Store *store, MQTT_StoreDone done, void *cls)
{
  struct MQTT_StoreWait *wait = GNUNET_new (struct MQTT_StoreWait);

  wait->store = store;
  wait->done = done;
  wait->cls = cls;
  wait->group = store->group;
  GNUNET_CONTAINER_DLL_insert_tail (store->waits_head, store->waits_tail, wait);
  if (NULL == store->task)
    schedule (store, store->options.commit_delay);
  return wait;
}


void
MQTT_store_wait_cancel (struct MQTT_StoreWait *wait)
{
  GNUNET_CONTAINER_DLL_remove (wait->store->waits_head,
                               wait->store->waits_tail,
                               wait);
  GNUNET_free (wait);
}
