/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/groups.h
 * @brief Sets of groups of shared subscriptions, by the names they have between
 *        peers; and whom of a topic's subscribers a message is for.
 *
 * A set is never changed, and shared by counting references; NULL is the empty one.
 */
#ifndef MQTT_CORE_GROUPS_H
#define MQTT_CORE_GROUPS_H

#include "link_frame.h"

/**
 * A set of groups; read only.
 */
struct MQTT_Groups
{
  uint32_t references;
  uint32_t count;
  /** In the order of their bytes, each once. */
  struct MQTT_LinkGroup names[];
};

/**
 * Whom a message is for.  Where a pointer to one is asked for, NULL is everybody.
 */
struct MQTT_Audience
{
  /** Those who subscribe and are in no group. */
  bool plain;
  /** All groups but those of @e except. */
  bool others;
  /** Groups beside; borrowed, or as whoever embeds it says. */
  struct MQTT_Groups *groups;
  struct MQTT_Groups *except;
};


/**
 * What a group is called.
 *
 * @param filter "$share/group/filter"
 * @param size bytes of it
 */
struct MQTT_LinkGroup
MQTT_group_name (const char *filter, size_t size);


/**
 * The name as a number.
 */
uint64_t
MQTT_group_number (const struct MQTT_LinkGroup *name);


/**
 * @param names in any order, any of them more than once
 * @return a set with one reference
 */
struct MQTT_Groups *
MQTT_groups_create (const struct MQTT_LinkGroups *names);


/**
 * The same of names one after the other, as on disk; not more than may be named at
 * once.
 */
struct MQTT_Groups *
MQTT_groups_of_bytes (const void *bytes, size_t size);


/**
 * Take one more reference.
 *
 * @return @a groups
 */
struct MQTT_Groups *
MQTT_groups_ref (struct MQTT_Groups *groups);


/**
 * Give a reference back.
 */
void
MQTT_groups_unref (struct MQTT_Groups *groups);


bool
MQTT_groups_have (const struct MQTT_Groups *groups,
                  const struct MQTT_LinkGroup *name);


bool
MQTT_groups_equal (const struct MQTT_Groups *one,
                   const struct MQTT_Groups *two);


/**
 * @return those of either, with a reference of the caller's
 */
struct MQTT_Groups *
MQTT_groups_plus (struct MQTT_Groups *one, struct MQTT_Groups *two);


/**
 * @return those of @a one that are not among @a two, with a reference of the caller's
 */
struct MQTT_Groups *
MQTT_groups_minus (struct MQTT_Groups *one, const struct MQTT_Groups *two);


/**
 * The names, as long as the set is referred to.
 */
struct MQTT_LinkGroups
MQTT_groups_names (const struct MQTT_Groups *groups);


/**
 * Bytes of memory.
 */
size_t
MQTT_groups_memory (const struct MQTT_Groups *groups);


/**
 * Is it for those who are in no group?
 */
bool
MQTT_audience_is_plain (const struct MQTT_Audience *audience);


/**
 * Is it for a group?
 */
bool
MQTT_audience_has (const struct MQTT_Audience *audience,
                   const struct MQTT_LinkGroup *name);

#endif
