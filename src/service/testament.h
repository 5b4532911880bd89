/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/testament.h
 * @brief The wills of sessions here, told to the peers that want their topics, for the
 *        case that this peer vanishes.
 *
 * Looks for these peers as for subscribers of what is published.  Knows nothing of
 * sessions; publishing wills is not done here.
 */
#ifndef MQTT_SERVICE_TESTAMENT_H
#define MQTT_SERVICE_TESTAMENT_H

#include "interests.h"
#include "links.h"
#include "searches.h"

struct MQTT_Blacklists;
struct MQTT_Testaments;

/** One will. */
struct MQTT_Testament;

struct MQTT_TestamentsConfig
{
  const struct MQTT_Options *options;
  struct MQTT_Counters *counters;
  struct MQTT_Searches *searches;
  struct MQTT_Links *links;
  struct MQTT_Topics *topics;
  struct MQTT_Interests *interests;
  struct MQTT_Store *store;
};


/**
 * @param config what to work with, copied; what it points to must outlive them
 */
struct MQTT_Testaments *
MQTT_testaments_create (const struct MQTT_TestamentsConfig *config);


/**
 * Ends all without a word to anybody.
 */
void
MQTT_testaments_destroy (struct MQTT_Testaments *all);


/**
 * Others are refused than before; to be called before their links are dropped.  Unless
 * everybody is, who is known to want wills is told those that he was not told.
 *
 * @param all all wills
 * @param blacklists who is refused
 */
void
MQTT_testaments_enforce (struct MQTT_Testaments *all,
                         const struct MQTT_Blacklists *blacklists);


/**
 * A session has a will.
 *
 * @param all all wills
 * @param message its id in the store, where it stays until this is ended
 * @param delay_s will delay interval, seconds
 * @return NULL if it cannot be told, which was counted
 */
struct MQTT_Testament *
MQTT_testament_create (struct MQTT_Testaments *all,
                       uint64_t message,
                       uint32_t delay_s);


/**
 * The session has it no more.
 *
 * @param testament the will
 * @param published it was published, and everybody who knows it gets that for sure:
 *        it need not be taken back
 */
void
MQTT_testament_end (struct MQTT_Testament *testament, bool published);

#endif
