/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/group_config.c
 * @brief What the configuration of a group's peers says.
 */
#include "group_config.h"
#include <check.h>

/** Services that every peer of a group runs from the start. */
static const char *const needed[] = { "statistics", "transport", "core",
                                      "dht",        "cadet",     "regex" };

/** Services that it does without. */
static const char *const unneeded[] = {
  "fs",       "gns",  "hostlist",   "identity", "namecache",  "namestore",
  "nat-auto", "rest", "revocation", "topology", "zonemaster", "vpn",
  "exit",     "pt",   "datastore",  "rps",      "dns"
};

static const struct GroupSetting common[] = {
  /* Longer than any stall of a busy machine: what is lost then is lost. */
  { "mqtt", "DISCOVERY_WINDOW", "10 s" },
  { "testbed", "HOSTNAME", "localhost" },
  { "arm", "GLOBAL_POSTFIX", "" },
  { "PATHS", "GNUNET_TEST_HOME", "$GNUNET_TMP/peers/" },
  { "peerinfo", "NO_IO", "YES" },
  { "peerinfo", "USE_INCLUDED_HELLOS", "NO" },
  { "nse", "WORKBITS", "0" },
  { "nat", "ENABLE_UPNP", "NO" },
  { "dht", "FORCE_NSE", "5" },
  { "dhtcache", "DATABASE", "heap" },
  { "dht", "DISABLE_TRY_CONNECT", "YES" },
  { "cadet", "DISABLE_TRY_CONNECT", "YES" },
  /* A peer tells the DHT of itself more often than once an hour: it may do so
     first when it knows nobody yet. */
  { "cadet", "ID_ANNOUNCE_TIME", "5 s" },
  { "transport", "NEIGHBOUR_LIMIT", "100" },
  { NULL, NULL, NULL }
};


static void
apply (struct GNUNET_CONFIGURATION_Handle *cfg,
       const struct GroupSetting *settings)
{
  for (; (NULL != settings) && (NULL != settings->section); settings++)
    GNUNET_CONFIGURATION_set_value_string (cfg,
                                           settings->section,
                                           settings->option,
                                           settings->value);
}


static const char *
environment (const char *name)
{
  const char *value = getenv (name);

  ck_assert_msg (NULL != value, "%s is not set", name);
  return value;
}


char *
group_config_write (const struct GroupConfig *config)
{
  struct GNUNET_CONFIGURATION_Handle *cfg = GNUNET_CONFIGURATION_create ();
  const struct GroupSetting chosen[] = {
    { "testbed",
      "OVERLAY_TOPOLOGY",
      (NULL == config->topology) ? "CLIQUE" : config->topology },
    { "transport",
      "PLUGINS",
      (NULL == config->transport) ? "unix" : config->transport },
    { "mqtt", "BINARY", environment ("GNUNET_MQTT_SERVICE") },
    { NULL, NULL, NULL }
  };
  char *name = GNUNET_DISK_mktemp ("mqtt-group");

  ck_assert_int_eq (
    GNUNET_OK,
    GNUNET_CONFIGURATION_parse (cfg, environment ("GNUNET_MQTT_CONF")));
  for (unsigned int i = 0; i < sizeof (unneeded) / sizeof (*unneeded); i++)
  {
    GNUNET_CONFIGURATION_set_value_string (cfg,
                                           unneeded[i],
                                           "START_ON_DEMAND",
                                           "NO");
    GNUNET_CONFIGURATION_set_value_string (cfg,
                                           unneeded[i],
                                           "IMMEDIATE_START",
                                           "NO");
  }
  for (unsigned int i = 0; i < sizeof (needed) / sizeof (*needed); i++)
    GNUNET_CONFIGURATION_set_value_string (cfg,
                                           needed[i],
                                           "IMMEDIATE_START",
                                           "YES");
  apply (cfg, common);
  apply (cfg, chosen);
  apply (cfg, config->settings);
  ck_assert_int_eq (GNUNET_OK, GNUNET_CONFIGURATION_write (cfg, name));
  GNUNET_CONFIGURATION_destroy (cfg);
  return name;
}
