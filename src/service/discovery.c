/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/discovery.c
 * @brief Rendezvous of subscribers and publishers.
 */
#include "discovery.h"

/** Operations that may follow each other at once after a pause. */
#define BURST 4

/** How long the REGEX service is left alone after it has died: ARM starts it again. */
#define RESTART_PAUSE \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 250)

struct MQTT_Discovery
{
  struct MQTT_Pacer *pacer;
  struct MQTT_Announcer *announcer;
  /** For what is subscribed to anonymously. */
  struct MQTT_Announcer *anonymous;
  struct MQTT_Searches *searches;
};


struct MQTT_Discovery *
MQTT_discovery_create (const struct MQTT_Options *options,
                       struct MQTT_Counters *counters,
                       const struct MQTT_RendezvousOps *ops,
                       const struct GNUNET_PeerIdentity *myself)
{
  struct MQTT_Discovery *discovery = GNUNET_new (struct MQTT_Discovery);
  struct MQTT_SearchesConfig config = {
    .ops = ops,
    .counters = counters,
    .myself = *myself,
    .budget = options->searches,
    .peers = options->links,
    .least_life = options->discovery_window,
  };

  discovery->pacer = MQTT_pacer_create (options->pace, BURST);
  config.pacer = discovery->pacer;
  discovery->announcer = MQTT_announcer_create (ops,
                                                discovery->pacer,
                                                counters,
                                                options->announcements,
                                                false);
  discovery->anonymous = MQTT_announcer_create (
    ops,
    discovery->pacer,
    counters,
    options->anonymous_announcements,
    true);
  discovery->searches = MQTT_searches_create (&config);
  return discovery;
}


void
MQTT_discovery_destroy (struct MQTT_Discovery *discovery)
{
  MQTT_searches_destroy (discovery->searches);
  MQTT_announcer_destroy (discovery->announcer);
  MQTT_announcer_destroy (discovery->anonymous);
  MQTT_pacer_destroy (discovery->pacer);
  GNUNET_free (discovery);
}


void
MQTT_discovery_filter (struct MQTT_Discovery *discovery,
                       const char *filter,
                       size_t size,
                       bool anonymous,
                       bool added)
{
  MQTT_announcer_filter (anonymous ? discovery->anonymous
                                   : discovery->announcer,
                         filter,
                         size,
                         added);
}


struct MQTT_Searches *
MQTT_discovery_searches (struct MQTT_Discovery *discovery)
{
  return discovery->searches;
}


void
MQTT_discovery_failed (struct MQTT_Discovery *discovery)
{
  MQTT_pacer_pause (discovery->pacer, RESTART_PAUSE);
  MQTT_announcer_failed (discovery->announcer);
  MQTT_searches_failed (discovery->searches);
}
