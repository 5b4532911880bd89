/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/covers.c
 * @brief The codes that anonymous subscriptions may be known by.
 */
#include "covers.h"
#include "../core/anonymous_code.h"

struct MQTT_Covers
{
  /** By where searches for the most precise code end. */
  struct GNUNET_CONTAINER_MultiHashMap *by_end;
};


struct MQTT_Covers *
MQTT_covers_create (void)
{
  struct MQTT_Covers *covers = GNUNET_new (struct MQTT_Covers);

  covers->by_end = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  return covers;
}


void
MQTT_covers_destroy (struct MQTT_Covers *covers)
{
  GNUNET_assert (0 == GNUNET_CONTAINER_multihashmap_size (covers->by_end));
  GNUNET_CONTAINER_multihashmap_destroy (covers->by_end);
  GNUNET_free (covers);
}


/**
 * @param covers all covers
 * @param code the most precise code; made coarser
 * @param dollar does the filter begin with '$'?
 * @param end where searches for the code end
 */
static struct MQTT_Cover *
new_cover (struct MQTT_Covers *covers,
           struct MQTT_Code *code,
           bool dollar,
           const struct GNUNET_HashCode *end)
{
  struct MQTT_Cover *cover = GNUNET_new (struct MQTT_Cover);

  cover->covers = covers;
  cover->ends[MQTT_CODE_PRECISE] = *end;
  for (enum MQTT_CodePrecision precision = MQTT_CODE_PRECISE + 1;
       precision < MQTT_COVER_CODES;
       precision++)
  {
    MQTT_discovery_code_coarsen (code, precision, dollar);
    MQTT_anonymous_end (code, &cover->ends[precision]);
  }
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CONTAINER_multihashmap_put (
                   covers->by_end,
                   &cover->ends[MQTT_CODE_PRECISE],
                   cover,
                   GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST));
  return cover;
}


struct MQTT_Cover *
MQTT_covers_get (struct MQTT_Covers *covers, const char *filter, size_t size)
{
  struct MQTT_Cover *cover;
  struct GNUNET_HashCode end;
  struct MQTT_Code code;

  MQTT_discovery_code (filter, size, MQTT_CODE_PRECISE, &code);
  MQTT_anonymous_end (&code, &end);
  cover = GNUNET_CONTAINER_multihashmap_get (covers->by_end, &end);
  if (NULL == cover)
    cover = new_cover (covers, &code, '$' == filter[0], &end);
  cover->references++;
  return cover;
}


void
MQTT_cover_unref (struct MQTT_Cover *cover)
{
  if ((NULL == cover) || (0 < --cover->references))
    return;
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap_remove (cover->covers->by_end,
                                             &cover->ends[MQTT_CODE_PRECISE],
                                             cover));
  GNUNET_free (cover);
}
