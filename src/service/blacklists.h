/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/blacklists.h
 * @brief Who is refused: follows the blacklists that the options name.
 *
 * Each is a name of the GNU Name System, looked up again and again: at this peer,
 * where zones of one's own are and what is still good of others', and elsewhere
 * when there is nothing here.  What was read last holds until something else is read;
 * until all lists were read once, or that takes too long, everybody is refused.
 * How to look is behind a table of functions.  Knows nothing of links.
 */
#ifndef MQTT_SERVICE_BLACKLISTS_H
#define MQTT_SERVICE_BLACKLISTS_H

#include <gnunet/gnunet_gnsrecord_lib.h>
#include "../core/blacklist.h"
#include "counters.h"
#include "options.h"

struct MQTT_Blacklists;

/** Label of the list in a zone that is named without one. */
#define MQTT_BLACKLISTS_LABEL "blacklist"

/** What the answer to a look is worth. */
enum MQTT_BlacklistAnswer
{
  /** There is no such zone, or nobody to ask. */
  MQTT_BLACKLIST_FAILED,
  /** These were found; if none were, there may be some all the same. */
  MQTT_BLACKLIST_FOUND,
  /** These are all that there are. */
  MQTT_BLACKLIST_SURE
};

/**
 * A name was looked up.
 *
 * @param cls closure
 * @param answer what the answer is worth
 * @param count how many records
 * @param records bytes of strangers, less than 64 KiB
 */
typedef void (*MQTT_BlacklistLooked) (
  void *cls,
  enum MQTT_BlacklistAnswer answer,
  unsigned int count,
  const struct GNUNET_GNSRECORD_Data *records);

/** Where names are looked up. */
struct MQTT_BlacklistOps
{
  /**
   * Look up all records of a name.
   *
   * @param cls closure
   * @param name the name
   * @param local only what is at this peer: that is answered at once
   * @param looked called with the answer; then the handle is invalid; never from within
   *        this call
   * @param looked_cls closure for @a looked
   * @return handle; NULL if that is impossible now
   */
  void *(*look) (void *cls,
                 const char *name,
                 bool local,
                 MQTT_BlacklistLooked looked,
                 void *looked_cls);

  /** Do not look any more. */
  void (*end) (void *cls, void *look);

  /** Closure for both. */
  void *cls;
};

/**
 * Others are refused than before.
 */
typedef void (*MQTT_BlacklistsChanged) (void *cls);


/**
 * @param options which lists, and how they are followed; must outlive them
 * @param counters where to count
 * @param changed called when the lists have changed
 * @param cls closure for @a changed
 */
struct MQTT_Blacklists *
MQTT_blacklists_create (const struct MQTT_Options *options,
                        struct MQTT_Counters *counters,
                        MQTT_BlacklistsChanged changed,
                        void *cls);


void
MQTT_blacklists_destroy (struct MQTT_Blacklists *lists);


/**
 * Follow the lists from now on.
 *
 * @param lists the lists
 * @param ops where to look, must outlive them
 */
void
MQTT_blacklists_follow (struct MQTT_Blacklists *lists,
                        const struct MQTT_BlacklistOps *ops);


/**
 * Is a peer on one of the lists?
 *
 * @param lists the lists; NULL for none
 * @param peer the peer
 */
bool
MQTT_blacklists_name_peer (const struct MQTT_Blacklists *lists,
                           const struct GNUNET_PeerIdentity *peer);


/**
 * Is an owner of topics on one of the lists?
 *
 * @param lists the lists; NULL for none
 * @param owner the owner
 */
bool
MQTT_blacklists_name_owner (const struct MQTT_Blacklists *lists,
                            const struct GNUNET_IDENTITY_PublicKey *owner);


/**
 * Is everybody refused, since a list cannot be read, or was not looked for yet?
 *
 * @param lists the lists; NULL for none
 */
bool
MQTT_blacklists_refuse_all (const struct MQTT_Blacklists *lists);


/**
 * Must nothing be taken from a peer, nor given to it, now?  It is on a list, or
 * everybody is refused.
 *
 * @param lists the lists; NULL for none
 * @param peer the peer
 */
bool
MQTT_blacklists_refuse (const struct MQTT_Blacklists *lists,
                        const struct GNUNET_PeerIdentity *peer);

#endif
