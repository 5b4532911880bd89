/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/announcer.h
 * @brief Keeps this peer announced for what its clients subscribe to.
 *
 * Announces the codes of the filters, within a budget, at the pacer's pace, each
 * three times more soon after the first time since the DHT loses some.
 */
#ifndef MQTT_SERVICE_ANNOUNCER_H
#define MQTT_SERVICE_ANNOUNCER_H

#include "counters.h"
#include "pacer.h"
#include "rendezvous.h"

struct MQTT_Announcer;


/**
 * @param ops where to announce; must outlive the announcer
 * @param pacer when to; must outlive the announcer
 * @param counters where to count
 * @param budget most announcements at once
 * @param anonymous announce anonymously
 */
struct MQTT_Announcer *
MQTT_announcer_create (const struct MQTT_RendezvousOps *ops,
                       struct MQTT_Pacer *pacer,
                       struct MQTT_Counters *counters,
                       unsigned int budget,
                       bool anonymous);


void
MQTT_announcer_destroy (struct MQTT_Announcer *announcer);


/**
 * A subscription was made or ended.
 *
 * @param announcer the announcer
 * @param filter legal topic filter, not shared
 * @param size bytes of it
 * @param added made, or ended
 */
void
MQTT_announcer_filter (struct MQTT_Announcer *announcer,
                       const char *filter,
                       size_t size,
                       bool added);


/**
 * All that was announced is lost: announce it again.
 */
void
MQTT_announcer_failed (struct MQTT_Announcer *announcer);

#endif
