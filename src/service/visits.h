/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/visits.h
 * @brief Announces codes anonymously, watches for publishers who invite, and calls
 *        on them.
 *
 * All that goes into the DHT is the same for every subscriber of a code, times
 * included.  Publishers are hosts from the first call that was possible until the code
 * is not announced any more.
 */
#ifndef MQTT_SERVICE_VISITS_H
#define MQTT_SERVICE_VISITS_H

#include "../core/discovery_code.h"
#include "counters.h"
#include "dht.h"
#include "hosts.h"

struct MQTT_Visits;

/** A code that is announced. */
struct MQTT_Visit;

/**
 * A publisher is to be called on.
 *
 * @param cls closure
 * @param peer the publisher
 * @param end where the searches for the code end
 * @return false if that is not possible now: it is tried again at the next look
 */
typedef bool (*MQTT_VisitsCall) (void *cls,
                                 const struct GNUNET_PeerIdentity *peer,
                                 const struct GNUNET_HashCode *end);

struct MQTT_VisitsConfig
{
  const struct MQTT_DhtOps *dht;
  struct MQTT_Counters *counters;
  /** Publishers that were called on. */
  struct MQTT_Hosts *hosts;
  /** Never called on. */
  struct GNUNET_PeerIdentity myself;
  /** Most hosts of a code. */
  unsigned int limit;
  /** How often a code is announced again. */
  struct GNUNET_TIME_Relative refresh;
  /** How often is looked for publishers: what the DHT is told later does not pass
      everybody who looks already. */
  struct GNUNET_TIME_Relative watch;
  /** Never called from within a call of ours. */
  MQTT_VisitsCall call;
  /** Closure for @e call. */
  void *cls;
};


/**
 * @param config how to visit, copied; what it points to must outlive the visits
 */
struct MQTT_Visits *
MQTT_visits_create (const struct MQTT_VisitsConfig *config);


/**
 * Every announcement must have ended.
 */
void
MQTT_visits_destroy (struct MQTT_Visits *visits);


/**
 * Announce a code, or announce it once more.
 *
 * @return the visit; one MQTT_visit_unref() must follow for each call
 */
struct MQTT_Visit *
MQTT_visit_announce (struct MQTT_Visits *visits, const struct MQTT_Code *code);


/**
 * Do not announce the code any more, if nobody else does.
 */
void
MQTT_visit_unref (struct MQTT_Visit *visit);


/**
 * The service ends: what is announced no more from now on is announced again by the
 * next one, and hosts are not forgotten.
 */
void
MQTT_visits_stop (struct MQTT_Visits *visits);

#endif
