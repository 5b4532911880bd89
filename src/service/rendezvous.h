/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/rendezvous.h
 * @brief The meeting place of subscribers and publishers, as a table of
 *        functions: REGEX in the service, a fake in tests.
 */
#ifndef MQTT_SERVICE_RENDEZVOUS_H
#define MQTT_SERVICE_RENDEZVOUS_H

#include <gnunet/gnunet_util_lib.h>
#include "../core/discovery_code.h"

/**
 * Called for each peer found; may be called again for the same one.  Must not
 * end its search.
 */
typedef void (*MQTT_RendezvousFound) (void *cls,
                                      const struct GNUNET_PeerIdentity *peer);

/**
 * Called when the meeting place has broken down: what was announced and searched
 * for has been cancelled, every handle is invalid, and all must be asked for again;
 * but what was announced anonymously stands.
 */
typedef void (*MQTT_RendezvousFailed) (void *cls);

/** A meeting place. */
struct MQTT_RendezvousOps
{
  /**
   * Announce this peer.
   *
   * @param cls closure
   * @param code what matches the strings that shall find us
   * @param anonymous do not say who we are: publishers are called on instead
   * @return handle; NULL if that is impossible now
   */
  void *(*announce) (void *cls, const struct MQTT_Code *code, bool anonymous);

  /** Do not refresh an announcement any more. */
  void (*announce_end) (void *cls, void *announcement);

  /**
   * Look for peers, until the search is ended.
   *
   * @param cls closure
   * @param string what to look for, NUL-terminated
   * @param found called for each peer
   * @param found_cls closure for @a found
   * @return handle; NULL if that is impossible now
   */
  void *(*search) (void *cls,
                   const char *string,
                   MQTT_RendezvousFound found,
                   void *found_cls);

  void (*search_end) (void *cls, void *search);

  /** Closure for all of them. */
  void *cls;
};

#endif
