/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/regex_block.h
 * @brief The two kinds of blocks that GNUnet's REGEX service keeps in the DHT, as
 *        bytes: states with their edges, and who accepts in a state.
 *
 * Every peer of the network checks them with GNUnet's own block plugin, so they
 * are exactly what that takes.  Knows nothing of codes, and of the DHT.
 */
#ifndef MQTT_CORE_REGEX_BLOCK_H
#define MQTT_CORE_REGEX_BLOCK_H

#include <gnunet/gnunet_util_lib.h>

/** Most bytes of an edge's label. */
#define MQTT_REGEX_LABEL_MAX 4

/** Bytes of a block that says who accepts. */
#define MQTT_REGEX_ACCEPT_SIZE 176

/** A step from a state to another. */
struct MQTT_RegexEdge
{
  char label[MQTT_REGEX_LABEL_MAX];
  uint8_t size;
  /** Which of the state's destinations it leads to. */
  uint8_t destination;
};

/** A state. */
struct MQTT_RegexState
{
  /** What the state's key is the hash of. */
  const void *proof;
  size_t proof_size;
  /** Does a text that ends here match? */
  bool accepting;
  /** Keys of the states that edges lead to. */
  const struct GNUNET_HashCode *destinations;
  size_t destination_count;
  const struct MQTT_RegexEdge *edges;
  size_t edge_count;
};


/**
 * @return bytes of the block of a state
 */
size_t
MQTT_regex_state_size (const struct MQTT_RegexState *state);


/**
 * Write the block of a state.
 *
 * @param state the state
 * @param[out] block MQTT_regex_state_size() bytes, not aligned
 */
void
MQTT_regex_state_write (const struct MQTT_RegexState *state, void *block);


/**
 * Write a block that says who accepts in a state.
 *
 * @param owner key of who does, and signs
 * @param key key of the state
 * @param expiration when the signature expires
 * @param[out] block #MQTT_REGEX_ACCEPT_SIZE bytes, not aligned
 */
void
MQTT_regex_accept_write (const struct GNUNET_CRYPTO_EddsaPrivateKey *owner,
                         const struct GNUNET_HashCode *key,
                         struct GNUNET_TIME_Absolute expiration,
                         void *block);


/**
 * Check such a block, and read whose it is.
 *
 * @param block the block, not aligned; from a stranger
 * @param size bytes of it
 * @param key what it must be for
 * @param now what it must outlive
 * @param[out] owner set if it is right
 * @return false if it is not: its form, its key, its time or its signature
 */
bool
MQTT_regex_accept_read (const void *block,
                        size_t size,
                        const struct GNUNET_HashCode *key,
                        struct GNUNET_TIME_Absolute now,
                        struct GNUNET_PeerIdentity *owner);

#endif
