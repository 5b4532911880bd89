/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store.c
 * @brief The store as a whole: opened and closed.
 */
#include "store_internal.h"


static void
destroy (struct MQTT_Store *store)
{
  MQTT_store_group_done (store);
  MQTT_store_finalize (store);
  if (SQLITE_OK != sqlite3_close (store->db))
    MQTT_store_complain (store, "cannot be closed");
  GNUNET_free_nz ((char *)store->options.file);
  GNUNET_free (store);
}


/**
 * Find the ids to give next.
 */
static bool
begin_ids (struct MQTT_Store *store)
{
  if (MQTT_store_number (store,
                         "SELECT max(ifnull(max(id), 0), 0) + 1 FROM message",
                         &store->next_message)
      && MQTT_store_number (
        store,
        "SELECT max(ifnull(max(id), 0), 0) + 1 FROM session",
        &store->next_session))
    return true;
  MQTT_store_complain (store, "cannot be read");
  return false;
}


struct MQTT_Store *
MQTT_store_open (const struct MQTT_StoreOptions *options)
{
  struct MQTT_Store *store = GNUNET_new (struct MQTT_Store);

  store->options = *options;
  store->options.file = GNUNET_strdup (options->file);
  store->told = true;
  if (MQTT_store_file_open (store) && MQTT_store_prepare (store)
      && begin_ids (store))
  {
    /* There are some if a caller died between calls that belong together.  If
       this fails, they stay. */
    if (SQLITE_OK != MQTT_store_run (store, MQTT_STORE_MESSAGES_COLLECT, NULL))
      MQTT_store_complain (store, "cannot be cleaned");
    return store;
  }
  destroy (store);
  return NULL;
}


void
MQTT_store_close (struct MQTT_Store *store)
{
  (void)MQTT_store_commit (store);
  destroy (store);
}
