/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/gns.c
 * @brief Reads TXT records by the GNU Name System.
 */
#include "gns.h"
#include <gnunet/gnunet_gns_service.h>

struct MQTT_Gns
{
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  struct GNUNET_GNS_Handle *handle;
  struct MQTT_ZoneOps ops;
};

struct Look
{
  struct GNUNET_GNS_LookupRequest *request;
  MQTT_ZoneText text;
  void *cls;
};


/**
 * The records were found, or there are none: #GNUNET_GNS_LookupResultProcessor
 */
static void
handle_records (void *cls,
                uint32_t count,
                const struct GNUNET_GNSRECORD_Data *records)
{
  struct Look *look = cls;

  for (uint32_t i = 0; i < count; i++)
    if (GNUNET_DNSPARSER_TYPE_TXT == records[i].record_type)
      look->text (look->cls, records[i].data, records[i].data_size);
  look->text (look->cls, NULL, 0);
  GNUNET_free (look);
}


static void *
look_into (void *cls,
           const struct GNUNET_IDENTITY_PublicKey *zone,
           const char *label,
           MQTT_ZoneText text,
           void *text_cls)
{
  struct MQTT_Gns *gns = cls;
  struct Look *look;

  if (NULL == gns->handle)
    gns->handle = GNUNET_GNS_connect (gns->cfg);
  if (NULL == gns->handle)
    return NULL;
  look = GNUNET_new (struct Look);
  look->text = text;
  look->cls = text_cls;
  look->request = GNUNET_GNS_lookup (gns->handle,
                                     label,
                                     zone,
                                     GNUNET_DNSPARSER_TYPE_TXT,
                                     GNUNET_GNS_LO_DEFAULT,
                                     &handle_records,
                                     look);
  return look;
}


static void
end_look (void *cls, void *handle)
{
  struct Look *look = handle;

  (void)cls;
  (void)GNUNET_GNS_lookup_cancel (look->request);
  GNUNET_free (look);
}


struct MQTT_Gns *
MQTT_gns_create (const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct MQTT_Gns *gns = GNUNET_new (struct MQTT_Gns);

  gns->cfg = cfg;
  gns->ops.look = &look_into;
  gns->ops.end = &end_look;
  gns->ops.cls = gns;
  return gns;
}


void
MQTT_gns_destroy (struct MQTT_Gns *gns)
{
  if (NULL != gns->handle)
    GNUNET_GNS_disconnect (gns->handle);
  GNUNET_free (gns);
}


const struct MQTT_ZoneOps *
MQTT_gns_ops (const struct MQTT_Gns *gns)
{
  return &gns->ops;
}
