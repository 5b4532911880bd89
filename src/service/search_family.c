/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/search_family.c
 * @brief The searches with the same prefix, and whom they have found.
 */
#include "search_family.h"
#include "../core/discovery_code.h"


struct MQTT_SearchFamily *
MQTT_search_family_get (struct GNUNET_CONTAINER_MultiHashMap *families,
                        const char *string)
{
  struct MQTT_SearchFamily *family;
  struct GNUNET_HashCode key;

  GNUNET_CRYPTO_hash (string, strnlen (string, MQTT_CODE_PREFIX), &key);
  family = GNUNET_CONTAINER_multihashmap_get (families, &key);
  if (NULL == family)
  {
    family = GNUNET_new (struct MQTT_SearchFamily);
    family->key = key;
    GNUNET_assert (GNUNET_OK
                   == GNUNET_CONTAINER_multihashmap_put (
                     families,
                     &family->key,
                     family,
                     GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST));
  }
  family->references++;
  return family;
}


void
MQTT_search_family_unref (struct GNUNET_CONTAINER_MultiHashMap *families,
                          struct MQTT_SearchFamily *family)
{
  if (0 < --family->references)
    return;
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap_remove (families, &family->key, family));
  GNUNET_free (family->peers);
  GNUNET_free (family);
}


void
MQTT_search_family_found (struct MQTT_SearchFamily *family,
                          const struct GNUNET_PeerIdentity *peer)
{
  for (unsigned int i = 0; i < family->peer_count; i++)
    if (0 == GNUNET_memcmp (peer, &family->peers[i]))
      return;
  if (MQTT_SEARCH_FAMILY_PEERS > family->peer_count)
  {
    GNUNET_array_append (family->peers, family->peer_count, *peer);
    return;
  }
  family->peers[family->oldest] = *peer;
  family->oldest = (family->oldest + 1) % MQTT_SEARCH_FAMILY_PEERS;
}
