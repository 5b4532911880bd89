/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/seeks.c
 * @brief What we call on a peer for.
 */
#include "seeks.h"
#include <gnunet/gnunet_util_lib.h>


void
MQTT_seeks_add (struct MQTT_Seeks *seeks, const struct MQTT_LinkSeek *seek)
{
  for (unsigned int i = 0; i < seeks->count; i++)
    if (0 == GNUNET_memcmp (&seek->end, &seeks->seeks[i].end))
      return;
  if (MQTT_SEEKS_MAX > seeks->count)
    GNUNET_array_append (seeks->seeks, seeks->count, *seek);
  else
    seeks->seeks[seeks->oldest++ % MQTT_SEEKS_MAX] = *seek;
}


void
MQTT_seeks_put (const struct MQTT_Seeks *seeks, struct MQTT_Outbox *outbox)
{
  for (unsigned int i = 0; i < seeks->count; i++)
    MQTT_link_put_seek (outbox, &seeks->seeks[i]);
}


void
MQTT_seeks_clear (struct MQTT_Seeks *seeks)
{
  GNUNET_array_grow (seeks->seeks, seeks->count, 0);
  seeks->oldest = 0;
}
