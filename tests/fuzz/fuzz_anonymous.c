/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file fuzz/fuzz_anonymous.c
 * @brief Invitations that anybody may put, and what goes into the DHT for any filter.
 *
 * Input: an invitation; or, behind a zero byte, a filter.
 */
#include "core/anonymous_code.h"
#include "core/topic.h"
#include "fuzz.h"


/**
 * Whose it is is said of a block that is right, and so is a signed one.
 */
static void
check_invitation (const uint8_t *data, size_t size)
{
  struct GNUNET_HashCode key = { .bits = { 0 } };
  struct GNUNET_PeerIdentity owner = { .public_key = { .q_y = { 0 } } };
  const struct GNUNET_PeerIdentity nobody = owner;

  if (!MQTT_regex_accept_read (data,
                               size,
                               &key,
                               GNUNET_TIME_UNIT_ZERO_ABS,
                               &owner))
    FUZZ_CHECK (0 == GNUNET_memcmp (&owner, &nobody));
  else
    FUZZ_CHECK (MQTT_REGEX_ACCEPT_SIZE == size);
}


/** #MQTT_AnonymousState: as GNUnet's block plugin sees it. */
static void
check_state (void *cls,
             const struct GNUNET_HashCode *key,
             const void *block,
             size_t size)
{
  const uint8_t *at = block;
  size_t proof = (size_t)at[0] << 8 | at[1];
  size_t edges = (size_t)at[4] << 8 | at[5];
  size_t destinations = (size_t)at[6] << 8 | at[7];
  size_t total = 8 + destinations * sizeof (*key) + 4 * edges;
  struct GNUNET_HashCode hash;
  unsigned int *count = cls;

  (*count)++;
  FUZZ_CHECK (total + proof <= size);
  GNUNET_CRYPTO_hash (at + total, proof, &hash);
  FUZZ_CHECK (0 == GNUNET_memcmp (key, &hash));
  for (size_t i = 0; i < edges; i++)
  {
    const uint8_t *edge = at + 8 + destinations * sizeof (*key) + 4 * i;

    FUZZ_CHECK (((size_t)edge[0] << 8 | edge[1]) < destinations);
    total += (size_t)edge[2] << 8 | edge[3];
  }
  FUZZ_CHECK (total + proof == size);
}


static void
check_filter (const char *filter, size_t size)
{
  if ((MQTT_TOPIC_OK != MQTT_topic_filter_check (filter, size, NULL))
      || MQTT_topic_filter_is_shared (filter, size))
    return;
  for (int precision = MQTT_CODE_PRECISE; precision <= MQTT_CODE_ANYTHING;
       precision++)
  {
    struct MQTT_Code code;
    unsigned int count = 0;

    MQTT_discovery_code (filter, size, precision, &code);
    MQTT_anonymous_states (&code, &check_state, &count);
    FUZZ_CHECK ((2 == count) || (3 == count));
  }
}


int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  char *copy;

  if ((0 == size) || (0 != data[0]))
  {
    check_invitation (data, size);
    return 0;
  }
  copy = fuzz_copy (data + 1, size - 1);
  check_filter (copy, size - 1);
  free (copy);
  return 0;
}
