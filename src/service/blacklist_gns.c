/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/blacklist_gns.c
 * @brief Looks up names by the GNU Name System.
 */
#include "blacklist_gns.h"
#include <gnunet/gnunet_gns_service.h>
#include <gnunet/gnunet_namestore_service.h>

struct MQTT_BlacklistGns
{
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  struct GNUNET_GNS_Handle *gns;
  struct GNUNET_NAMESTORE_Handle *namestore;
  struct MQTT_BlacklistOps ops;
};

/** One look; at most one of the requests is under way. */
struct Look
{
  struct MQTT_BlacklistGns *all;
  char *name;
  MQTT_BlacklistLooked looked;
  void *cls;
  struct GNUNET_IDENTITY_EgoSuffixLookup *ego;
  struct GNUNET_NAMESTORE_QueueEntry *label;
  struct GNUNET_GNS_LookupWithTldRequest *request;
  bool local;
};


static void
free_look (struct Look *look)
{
  GNUNET_free (look->name);
  GNUNET_free (look);
}


/**
 * Tell the answer, and end.
 */
static void
answer (struct Look *look,
        enum MQTT_BlacklistAnswer what,
        unsigned int count,
        const struct GNUNET_GNSRECORD_Data *records)
{
  look->looked (look->cls, what, count, records);
  free_look (look);
}


/* ---- GNS ---- */

/**
 * #GNUNET_GNS_LookupResultProcessor2
 */
static void
on_gns (void *cls,
        int is_gns,
        uint32_t count,
        const struct GNUNET_GNSRECORD_Data *records)
{
  struct Look *look = cls;

  /* GNUnet ends a request that it has answered, but where there is no zone. */
  if (GNUNET_NO == is_gns)
    (void)GNUNET_GNS_lookup_with_tld_cancel (look->request);
  answer (look,
          (GNUNET_NO == is_gns) ? MQTT_BLACKLIST_FAILED : MQTT_BLACKLIST_FOUND,
          count,
          records);
}


/**
 * @return false if that is impossible now
 */
static bool
ask_gns (struct Look *look)
{
  struct MQTT_BlacklistGns *all = look->all;

  if (NULL == all->gns)
    all->gns = GNUNET_GNS_connect (all->cfg);
  if (NULL == all->gns)
    return false;
  look->request = GNUNET_GNS_lookup_with_tld (
    all->gns,
    look->name,
    GNUNET_GNSRECORD_TYPE_ANY,
    look->local ? GNUNET_GNS_LO_NO_DHT : GNUNET_GNS_LO_DEFAULT,
    &on_gns,
    look);
  return NULL != look->request;
}


/* ---- zones of one's own ---- */

/**
 * The namestore has vanished.
 */
static void
on_lost (void *cls)
{
  answer (cls, MQTT_BLACKLIST_FAILED, 0, NULL);
}


/**
 * #GNUNET_NAMESTORE_RecordMonitor
 */
static void
on_records (void *cls,
            const struct GNUNET_IDENTITY_PrivateKey *zone,
            const char *label,
            unsigned int count,
            const struct GNUNET_GNSRECORD_Data *records)
{
  struct GNUNET_GNSRECORD_Data *good = GNUNET_new_array (
    count + 1,
    struct GNUNET_GNSRECORD_Data);
  uint64_t now_us = GNUNET_TIME_absolute_get ().abs_value_us;
  unsigned int kept = 0;

  (void)zone;
  (void)label;
  for (unsigned int i = 0; i < count; i++)
    if ((0 != (GNUNET_GNSRECORD_RF_RELATIVE_EXPIRATION & records[i].flags))
        || (now_us < records[i].expiration_time))
      good[kept++] = records[i];
  answer (cls, MQTT_BLACKLIST_SURE, kept, good);
  GNUNET_free (good);
}


/**
 * Read a label of an ego's zone.
 *
 * @return false if that is impossible now
 */
static bool
ask_namestore (struct Look *look, const struct GNUNET_IDENTITY_PrivateKey *zone)
{
  struct MQTT_BlacklistGns *all = look->all;

  if (NULL == all->namestore)
    all->namestore = GNUNET_NAMESTORE_connect (all->cfg);
  if (NULL == all->namestore)
    return false;
  look->label = GNUNET_NAMESTORE_records_lookup (all->namestore,
                                                 zone,
                                                 look->name,
                                                 &on_lost,
                                                 look,
                                                 &on_records,
                                                 look);
  return NULL != look->label;
}


/**
 * The name ends in the name of an ego, or does not: #GNUNET_IDENTITY_EgoSuffixCallback
 */
static void
on_ego (void *cls,
        const struct GNUNET_IDENTITY_PrivateKey *zone,
        const char *ego)
{
  struct Look *look = cls;
  size_t label = strcspn (look->name, ".");
  bool asked;

  look->ego = NULL;
  if ((NULL != zone) && (0 == strcmp (look->name + label + 1, ego)))
  {
    look->name[label] = '\0';
    asked = ask_namestore (look, zone);
  }
  else
    asked = ask_gns (look);
  if (!asked)
    answer (look, MQTT_BLACKLIST_FAILED, 0, NULL);
}


/* ---- looks ---- */

/**
 * Does a name end in the key of a zone?
 */
static bool
ends_in_key (const char *name)
{
  const char *last = strrchr (name, '.');
  struct GNUNET_IDENTITY_PublicKey key;

  last = (NULL == last) ? name : last + 1;
  return MQTT_owned_key (last, strlen (last), &key);
}


static void *
look_up (void *cls,
         const char *name,
         bool local,
         MQTT_BlacklistLooked looked,
         void *looked_cls)
{
  struct Look *look = GNUNET_new (struct Look);
  bool asked;

  look->all = cls;
  look->name = GNUNET_strdup (name);
  look->looked = looked;
  look->cls = looked_cls;
  look->local = local;
  if (ends_in_key (name))
    asked = ask_gns (look);
  else
  {
    look->ego = GNUNET_IDENTITY_ego_lookup_by_suffix (look->all->cfg,
                                                      name,
                                                      &on_ego,
                                                      look);
    asked = (NULL != look->ego);
  }
  if (asked)
    return look;
  free_look (look);
  return NULL;
}


static void
end_look (void *cls, void *handle)
{
  struct Look *look = handle;

  (void)cls;
  if (NULL != look->ego)
    GNUNET_IDENTITY_ego_lookup_by_suffix_cancel (look->ego);
  if (NULL != look->label)
    GNUNET_NAMESTORE_cancel (look->label);
  if (NULL != look->request)
    (void)GNUNET_GNS_lookup_with_tld_cancel (look->request);
  free_look (look);
}


struct MQTT_BlacklistGns *
MQTT_blacklist_gns_create (const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct MQTT_BlacklistGns *gns = GNUNET_new (struct MQTT_BlacklistGns);

  gns->cfg = cfg;
  gns->ops.look = &look_up;
  gns->ops.end = &end_look;
  gns->ops.cls = gns;
  return gns;
}


void
MQTT_blacklist_gns_destroy (struct MQTT_BlacklistGns *gns)
{
  if (NULL != gns->gns)
    GNUNET_GNS_disconnect (gns->gns);
  if (NULL != gns->namestore)
    GNUNET_NAMESTORE_disconnect (gns->namestore);
  GNUNET_free (gns);
}


const struct MQTT_BlacklistOps *
MQTT_blacklist_gns_ops (const struct MQTT_BlacklistGns *gns)
{
  return &gns->ops;
}
