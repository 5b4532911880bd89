/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file include/gnunet_mqtt_blacklist.h
 * @brief Entries of blacklists, as records of GNS and as text.
 *
 * An entry's text is the identity of a peer, the key of an owner of topics, or
 * "nobody": a list that is to be empty must say so, since one that is not there counts
 * as unavailable.
 */
#ifndef GNUNET_MQTT_BLACKLIST_H
#define GNUNET_MQTT_BLACKLIST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Type of GNS records with an entry. */
#define GNUNET_MQTT_BLACKLIST_RECORD 0x4D515442

/** Label of the list in a zone, unless another one is agreed on. */
#define GNUNET_MQTT_BLACKLIST_LABEL "blacklist"


/**
 * Read an entry from a GNS record, of our own type or TXT.
 *
 * @param type type of the record
 * @param data what is in it
 * @param size bytes of that
 * @return the entry's text, to be freed with GNUNET_free(); NULL if there is none in
 *         the record
 */
char *
GNUNET_MQTT_blacklist_read (uint32_t type, const void *data, size_t size);


/**
 * Make a record of type #GNUNET_MQTT_BLACKLIST_RECORD.
 *
 * @param text an entry's text
 * @param[out] size set to the bytes of the result
 * @return what is in the record, to be freed with GNUNET_free(); NULL if the text is
 *         not one of an entry
 */
void *
GNUNET_MQTT_blacklist_write (const char *text, size_t *size);

#ifdef __cplusplus
}
#endif

#endif
