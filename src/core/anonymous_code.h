/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/anonymous_code.h
 * @brief How a code (discovery_code.h) is announced by somebody who does not say
 *        who he is.
 *
 * The states of the code's regex are put into the DHT as the REGEX service would,
 * so that its searches find them.  The last one has a key that everybody can
 * work out who knows the code, but no one else's announcement leads to; under it stands
 * that "anonymous" accepts, a key whose private half is public.  Who publishes,
 * and sees a search of his arrive there, says so under the hash of that key, the
 * meeting point; who subscribes watches it, and calls on him.
 *
 * Nothing in the blocks differs from one subscriber of a code to another.
 */
#ifndef MQTT_CORE_ANONYMOUS_CODE_H
#define MQTT_CORE_ANONYMOUS_CODE_H

#include "discovery_code.h"
#include "regex_block.h"

/** Codes that a search string can be found by, at most. */
#define MQTT_ANONYMOUS_CODES 11

/**
 * Called for each state of a code.
 *
 * @param cls closure
 * @param key key of the state
 * @param block its block, borrowed
 * @param size bytes of it
 */
typedef void (*MQTT_AnonymousState) (void *cls,
                                     const struct GNUNET_HashCode *key,
                                     const void *block,
                                     size_t size);


/**
 * The key of the state in which the texts of a code end.
 */
void
MQTT_anonymous_end (const struct MQTT_Code *code, struct GNUNET_HashCode *end);


/**
 * Where those meet who know such a key.
 */
void
MQTT_anonymous_meeting (const struct GNUNET_HashCode *end,
                        struct GNUNET_HashCode *meeting);


/**
 * Make the states of a code.
 */
void
MQTT_anonymous_states (const struct MQTT_Code *code,
                       MQTT_AnonymousState tell,
                       void *cls);


/**
 * All the codes whose regex matches a search string.
 *
 * @param string the string, as of MQTT_discovery_code_searches()
 * @param[out] codes set
 * @return how many, 2 to #MQTT_ANONYMOUS_CODES
 */
unsigned int
MQTT_anonymous_codes (const char *string,
                      struct MQTT_Code codes[MQTT_ANONYMOUS_CODES]);


/**
 * The key pair of everybody.
 *
 * @param[out] key its private half
 * @param[out] name its public half, which the REGEX service takes for a peer's
 */
void
MQTT_anonymous_key (struct GNUNET_CRYPTO_EddsaPrivateKey *key,
                    struct GNUNET_PeerIdentity *name);

#endif
