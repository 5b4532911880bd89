/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/venue.c
 * @brief Where this peer's subscribers and publishers find those of others.
 */
#include "venue.h"
#include "regex.h"

struct MQTT_Venue
{
  MQTT_RendezvousFailed failed;
  void *cls;
  struct MQTT_Dht *dht;
  struct MQTT_Regex *regex;
  struct MQTT_Anonymous *anonymous;
};


/**
 * The REGEX service has died: #MQTT_RendezvousFailed.
 */
static void
regex_failed (void *cls)
{
  struct MQTT_Venue *venue = cls;

  MQTT_anonymous_failed (venue->anonymous);
  venue->failed (venue->cls);
}


/**
 * This peer looks for who accepts: #MQTT_DhtSeen.
 */
static void
dht_seen (void *cls, const struct GNUNET_HashCode *key)
{
  struct MQTT_Venue *venue = cls;

  MQTT_anonymous_seen (venue->anonymous, key);
}


/**
 * Open the DHT, and REGEX beside it.
 *
 * @return false if there is no DHT
 */
static bool
open_services (struct MQTT_Venue *venue,
               const struct GNUNET_CONFIGURATION_Handle *cfg,
               const struct MQTT_Options *options)
{
  venue->dht = MQTT_dht_create (cfg, &dht_seen, venue);
  if (NULL == venue->dht)
    return false;
  venue->regex = MQTT_regex_create (cfg,
                                    options->announce_refresh,
                                    &regex_failed,
                                    venue);
  return true;
}


struct MQTT_Venue *
MQTT_venue_create (const struct GNUNET_CONFIGURATION_Handle *cfg,
                   const struct MQTT_VenueConfig *config)
{
  struct MQTT_AnonymousConfig anonymous = {
    .options = config->options,
    .counters = config->counters,
    .store = config->store,
    .call = config->call,
    .cls = config->cls,
  };
  struct GNUNET_CRYPTO_EddsaPrivateKey *key;
  struct MQTT_Venue *venue;

  key = GNUNET_CRYPTO_eddsa_key_create_from_configuration (cfg);
  if (NULL == key)
    return NULL;
  anonymous.key = *key;
  GNUNET_free (key);
  venue = GNUNET_new (struct MQTT_Venue);
  venue->failed = config->failed;
  venue->cls = config->cls;
  if (!open_services (venue, cfg, config->options))
  {
    GNUNET_free (venue);
    return NULL;
  }
  anonymous.named = MQTT_regex_ops (venue->regex);
  anonymous.dht = MQTT_dht_ops (venue->dht);
  venue->anonymous = MQTT_anonymous_create (&anonymous);
  return venue;
}


void
MQTT_venue_stop (struct MQTT_Venue *venue)
{
  MQTT_anonymous_stop (venue->anonymous);
}


void
MQTT_venue_destroy (struct MQTT_Venue *venue)
{
  MQTT_anonymous_destroy (venue->anonymous);
  MQTT_dht_destroy (venue->dht);
  MQTT_regex_destroy (venue->regex);
  GNUNET_free (venue);
}


const struct MQTT_RendezvousOps *
MQTT_venue_ops (struct MQTT_Venue *venue)
{
  return MQTT_anonymous_ops (venue->anonymous);
}


void
MQTT_venue_called (void *cls,
                   const struct GNUNET_PeerIdentity *peer,
                   const struct GNUNET_HashCode *end)
{
  struct MQTT_Venue *venue = cls;

  MQTT_anonymous_called (venue->anonymous, peer, end);
}


bool
MQTT_venue_admits (void *cls,
                   const struct GNUNET_PeerIdentity *peer,
                   const struct MQTT_Cover *cover)
{
  struct MQTT_Venue *venue = cls;

  return MQTT_anonymous_admits (venue->anonymous, peer, cover);
}
