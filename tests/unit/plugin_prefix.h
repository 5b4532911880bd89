/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/plugin_prefix.h
 * @brief GNUnet loads plugins from its own folder only: this makes one of symbolic
 *        links, and puts what was built here beside.
 */
#ifndef MQTT_TESTS_UNIT_PLUGIN_PREFIX_H
#define MQTT_TESTS_UNIT_PLUGIN_PREFIX_H

#include <check.h>
#include <gnunet/gnunet_util_lib.h>
#include <stdlib.h>
#include <unistd.h>

/** What this build calls its plugin, and where others may be installed. */
#define PLUGIN_PREFIX_FILE "libgnunet_plugin_block_mqtt.so"


/**
 * Link a file into the folder: #GNUNET_FileNameCallback
 *
 * @param cls name of the folder
 * @param file name of the file
 */
static inline enum GNUNET_GenericReturnValue
plugin_prefix_link (void *cls, const char *file)
{
  const char *base = strrchr (file, '/') + 1;
  char *link;

  if (0 == strncmp (base, "libgnunet_plugin_block_mqtt", 27))
    return GNUNET_OK;
  GNUNET_asprintf (&link, "%s/%s", (const char *)cls, base);
  ck_assert_int_eq (0, symlink (file, link));
  GNUNET_free (link);
  return GNUNET_OK;
}


/**
 * Link one of GNUnet's folders.
 *
 * @param kind which
 * @param link where to
 */
static inline void
plugin_prefix_link_folder (enum GNUNET_OS_InstallationPathKind kind, char *link)
{
  char *folder = GNUNET_OS_installation_get_path (kind);

  ck_assert_ptr_nonnull (folder);
  /* Names of folders end with a slash, of links not. */
  folder[strlen (folder) - 1] = '\0';
  ck_assert_int_eq (0, symlink (folder, link));
  GNUNET_free (folder);
  GNUNET_free (link);
}


static inline char *
plugin_prefix_path (const char *prefix, const char *below)
{
  char *path;

  GNUNET_asprintf (&path, "%s/%s", prefix, below);
  return path;
}


/**
 * Have this process, and those it starts, load plugins from a folder that has ours.
 * It is in the folder for temporary files, which tests/run removes.
 */
static inline void
plugin_prefix_use (void)
{
  char *plugin = getenv ("GNUNET_MQTT_BLOCK_PLUGIN");
  char *prefix = GNUNET_DISK_mkdtemp ("mqtt-prefix");
  char *plugins = plugin_prefix_path (prefix, "lib/gnunet");
  char *share = plugin_prefix_path (prefix, "share");
  char *link = plugin_prefix_path (plugins, PLUGIN_PREFIX_FILE);
  char *from = GNUNET_OS_installation_get_path (GNUNET_OS_IPK_LIBDIR);

  ck_assert_msg (NULL != plugin, "GNUNET_MQTT_BLOCK_PLUGIN is not set");
  ck_assert_int_eq (GNUNET_OK, GNUNET_DISK_directory_create (plugins));
  ck_assert_int_eq (GNUNET_OK, GNUNET_DISK_directory_create (share));
  ck_assert_int_lt (
    0,
    GNUNET_DISK_directory_scan (from, &plugin_prefix_link, plugins));
  plugin_prefix_link_folder (GNUNET_OS_IPK_DATADIR,
                             plugin_prefix_path (share, "gnunet"));
  plugin_prefix_link_folder (GNUNET_OS_IPK_BINDIR,
                             plugin_prefix_path (prefix, "bin"));
  ck_assert_int_eq (0, symlink (plugin, link));
  ck_assert_int_eq (0, setenv ("GNUNET_PREFIX", prefix, 1));
  GNUNET_free (from);
  GNUNET_free (link);
  GNUNET_free (share);
  GNUNET_free (plugins);
  GNUNET_free (prefix);
}

#endif
