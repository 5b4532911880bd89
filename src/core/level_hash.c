/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/level_hash.c
 * @brief Hashes of topic levels.  Knows nothing of who uses them.
 */
#include "level_hash.h"
#include "topic.h"
#include <gcrypt.h>
#include <gnunet/gnunet_util_lib.h>


void
MQTT_level_digest (const char *domain,
                   const char *level,
                   size_t size,
                   uint8_t digest[MQTT_LEVEL_DIGEST_SIZE])
{
  /* only read, though libgcrypt does not say const */
  const gcry_buffer_t parts[] = {
    { .data = (void *)domain, .len = strlen (domain) + 1 },
    { .data = (void *)level, .len = size },
  };

  GNUNET_assert (0
                 == gcry_md_hash_buffers (GCRY_MD_SHA256, 0, digest, parts, 2));
}


uint64_t
MQTT_level_hash (const char *level, size_t size)
{
  uint8_t digest[MQTT_LEVEL_DIGEST_SIZE];
  uint64_t hash = 0;

  MQTT_level_digest ("gnunet-mqtt level", level, size, digest);
  for (size_t i = 0; i < sizeof (hash); i++)
    hash = (hash << 8) | digest[i];
  return GNUNET_MAX (hash, MQTT_LEVEL_HASH_MIN);
}


uint64_t *
MQTT_level_hash_all (const char *name, size_t size, size_t *count)
{
  struct MQTT_LevelIterator it = MQTT_topic_levels (name, size);
  const char *level;
  size_t level_size;
  uint64_t *hashes;
  size_t at = 0;

  *count = MQTT_topic_level_count (name, size);
  hashes = GNUNET_new_array (*count, uint64_t);
  while (MQTT_topic_level_next (&it, &level, &level_size))
    hashes[at++] = MQTT_level_hash (level, level_size);
  return hashes;
}
