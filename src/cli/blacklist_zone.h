/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/blacklist_zone.h
 * @brief A blacklist in the GNS zone of an ego, in NAMESTORE.  Knows nothing of the
 *        command line.
 *
 * Records of ours and TXT records are read; records of ours are written.  Those under
 * the same label that are no entries stay as they are.
 */
#ifndef MQTT_CLI_BLACKLIST_ZONE_H
#define MQTT_CLI_BLACKLIST_ZONE_H

#include <gnunet/gnunet_namestore_service.h>
#include <stdbool.h>

struct CLI_BlacklistZone;

/** What is to be done. */
enum CLI_BlacklistDeed
{
  /** Show what is there. */
  CLI_BLACKLIST_LIST,
  CLI_BLACKLIST_ADD,
  CLI_BLACKLIST_REMOVE
};

struct CLI_BlacklistRequest
{
  enum CLI_BlacklistDeed deed;
  /** Label of the list. */
  const char *label;
  /** Entries' texts, ended by NULL. */
  char *const *entries;
  /** How long others believe what they have read; of what is added. */
  struct GNUNET_TIME_Relative lifetime;
  /** What is added is for everybody to read, not for this peer only. */
  bool is_public;
};

/**
 * An entry is on the list.
 *
 * @param cls closure
 * @param text its text
 */
typedef void (*CLI_BlacklistFound) (void *cls, const char *text);

/**
 * The request has ended.
 *
 * @param cls closure
 * @param why NULL if it was done, otherwise why not
 */
typedef void (*CLI_BlacklistDone) (void *cls, const char *why);


/**
 * Do one thing.
 *
 * @param cfg configuration of the peer
 * @param key private key of the ego, copied
 * @param request what to do; must stay until it is done
 * @param found called for each entry that is on the list then
 * @param done called at last
 * @param cls closure for @a found and @a done
 */
struct CLI_BlacklistZone *
CLI_blacklist_zone_open (const struct GNUNET_CONFIGURATION_Handle *cfg,
                         const struct GNUNET_IDENTITY_PrivateKey *key,
                         const struct CLI_BlacklistRequest *request,
                         CLI_BlacklistFound found,
                         CLI_BlacklistDone done,
                         void *cls);


/**
 * Ends what is under way without calling back; not to be called from a callback.
 */
void
CLI_blacklist_zone_close (struct CLI_BlacklistZone *zone);

#endif
