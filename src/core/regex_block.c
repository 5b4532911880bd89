/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/regex_block.c
 * @brief Blocks of the REGEX service: written, and checked.
 */
#include "regex_block.h"
#include <gnunet/gnunet_signatures.h>

GNUNET_NETWORK_STRUCT_BEGIN

/** Head of a state; destinations, edges, the proof and the labels follow. */
struct WireState
{
  uint16_t proof_size;
  uint16_t accepting;
  uint16_t edge_count;
  uint16_t destination_count;
};

/** An edge. */
struct WireEdge
{
  uint16_t destination;
  uint16_t label_size;
};

/** What is signed of who accepts. */
struct WireClaim
{
  struct GNUNET_CRYPTO_EccSignaturePurpose purpose;
  struct GNUNET_TIME_AbsoluteNBO expiration;
  struct GNUNET_HashCode key;
};

/** Who accepts. */
struct WireAccept
{
  struct WireClaim claim;
  struct GNUNET_PeerIdentity owner;
  struct GNUNET_CRYPTO_EddsaSignature signature;
};

GNUNET_NETWORK_STRUCT_END

_Static_assert(sizeof (struct WireAccept) == MQTT_REGEX_ACCEPT_SIZE,
               "the size is fixed");


size_t
MQTT_regex_state_size (const struct MQTT_RegexState *state)
{
  size_t size = sizeof (struct WireState) + state->proof_size
                + state->destination_count * sizeof (*state->destinations)
                + state->edge_count * sizeof (struct WireEdge);

  for (size_t i = 0; i < state->edge_count; i++)
    size += state->edges[i].size;
  return size;
}


/**
 * Append bytes.
 *
 * @return the end of the result
 */
static uint8_t *
append (uint8_t *at, const void *bytes, size_t size)
{
  if (0 != size)
    memcpy (at, bytes, size);
  return at + size;
}


void
MQTT_regex_state_write (const struct MQTT_RegexState *state, void *block)
{
  const struct WireState head = {
    .proof_size = htons ((uint16_t)state->proof_size),
    .accepting = htons (state->accepting ? GNUNET_YES : GNUNET_NO),
    .edge_count = htons ((uint16_t)state->edge_count),
    .destination_count = htons ((uint16_t)state->destination_count),
  };
  uint8_t *at = append (block, &head, sizeof (head));

  at = append (at,
               state->destinations,
               state->destination_count * sizeof (*state->destinations));
  for (size_t i = 0; i < state->edge_count; i++)
  {
    const struct WireEdge edge = {
      .destination = htons (state->edges[i].destination),
      .label_size = htons (state->edges[i].size),
    };

    at = append (at, &edge, sizeof (edge));
  }
  at = append (at, state->proof, state->proof_size);
  for (size_t i = 0; i < state->edge_count; i++)
    at = append (at, state->edges[i].label, state->edges[i].size);
}


void
MQTT_regex_accept_write (const struct GNUNET_CRYPTO_EddsaPrivateKey *owner,
                         const struct GNUNET_HashCode *key,
                         struct GNUNET_TIME_Absolute expiration,
                         void *block)
{
  struct WireAccept accept = {
    .claim.purpose.size = htonl (sizeof (accept.claim)),
    .claim.purpose.purpose = htonl (GNUNET_SIGNATURE_PURPOSE_REGEX_ACCEPT),
    .claim.expiration = GNUNET_TIME_absolute_hton (expiration),
    .claim.key = *key,
  };

  GNUNET_CRYPTO_eddsa_key_get_public (owner, &accept.owner.public_key);
  GNUNET_assert (GNUNET_OK
                 == GNUNET_CRYPTO_eddsa_sign_ (owner,
                                               &accept.claim.purpose,
                                               &accept.signature));
  memcpy (block, &accept, sizeof (accept));
}


bool
MQTT_regex_accept_read (const void *block,
                        size_t size,
                        const struct GNUNET_HashCode *key,
                        struct GNUNET_TIME_Absolute now,
                        struct GNUNET_PeerIdentity *owner)
{
  struct WireAccept accept;

  if (sizeof (accept) != size)
    return false;
  memcpy (&accept, block, sizeof (accept));
  if ((sizeof (accept.claim) != ntohl (accept.claim.purpose.size))
      || (0 != GNUNET_memcmp (key, &accept.claim.key))
      || GNUNET_TIME_absolute_cmp (
        GNUNET_TIME_absolute_ntoh (accept.claim.expiration),
        <=,
        now)
      || (GNUNET_OK
          != GNUNET_CRYPTO_eddsa_verify_ (GNUNET_SIGNATURE_PURPOSE_REGEX_ACCEPT,
                                          &accept.claim.purpose,
                                          &accept.signature,
                                          &accept.owner.public_key)))
    return false;
  *owner = accept.owner;
  return true;
}
