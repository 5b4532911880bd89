/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/groups.c
 * @brief Sets of groups of shared subscriptions.
 */
#include "groups.h"
#include <gnunet/gnunet_util_lib.h>
#include "level_hash.h"


struct MQTT_LinkGroup
MQTT_group_name (const char *filter, size_t size)
{
  uint8_t digest[MQTT_LEVEL_DIGEST_SIZE];
  struct MQTT_LinkGroup name;

  MQTT_level_digest ("gnunet-mqtt group", filter, size, digest);
  GNUNET_memcpy (&name, digest, sizeof (name));
  return name;
}


uint64_t
MQTT_group_number (const struct MQTT_LinkGroup *name)
{
  uint64_t number;

  GNUNET_memcpy (&number, name, sizeof (number));
  return GNUNET_ntohll (number);
}


/**
 * Order of names: as of their bytes.
 */
static int
compare (const void *one, const void *two)
{
  return memcmp (one, two, sizeof (struct MQTT_LinkGroup));
}


static struct MQTT_Groups *
allocate (size_t count)
{
  struct MQTT_Groups *groups = GNUNET_malloc (
    sizeof (*groups) + count * sizeof (groups->names[0]));

  groups->references = 1;
  return groups;
}


struct MQTT_Groups *
MQTT_groups_create (const struct MQTT_LinkGroups *names)
{
  struct MQTT_Groups *groups;

  if (0 == names->count)
    return NULL;
  groups = allocate (names->count);
  memcpy (groups->names, names->names, names->count * sizeof (*names->names));
  qsort (groups->names, names->count, sizeof (groups->names[0]), &compare);
  for (size_t i = 0; i < names->count; i++)
    if ((0 == i)
        || (0
            != compare (&groups->names[groups->count - 1], &groups->names[i])))
      groups->names[groups->count++] = groups->names[i];
  return groups;
}


struct MQTT_Groups *
MQTT_groups_of_bytes (const void *bytes, size_t size)
{
  const struct MQTT_LinkGroups names = {
    .names = bytes,
    .count = GNUNET_MIN (size / sizeof (struct MQTT_LinkGroup),
                         MQTT_LINK_GROUPS_MAX),
  };

  return MQTT_groups_create (&names);
}


struct MQTT_Groups *
MQTT_groups_ref (struct MQTT_Groups *groups)
{
  if (NULL != groups)
    groups->references++;
  return groups;
}


void
MQTT_groups_unref (struct MQTT_Groups *groups)
{
  if ((NULL != groups) && (0 == --groups->references))
    GNUNET_free (groups);
}


bool
MQTT_groups_have (const struct MQTT_Groups *groups,
                  const struct MQTT_LinkGroup *name)
{
  return (NULL != groups)
         && (NULL
             != bsearch (name,
                         groups->names,
                         groups->count,
                         sizeof (*name),
                         &compare));
}


bool
MQTT_groups_equal (const struct MQTT_Groups *one, const struct MQTT_Groups *two)
{
  if ((one == two) || (NULL == one) || (NULL == two))
    return one == two;
  return (one->count == two->count)
         && (0
             == memcmp (one->names,
                        two->names,
                        one->count * sizeof (one->names[0])));
}


struct MQTT_Groups *
MQTT_groups_plus (struct MQTT_Groups *one, struct MQTT_Groups *two)
{
  struct MQTT_Groups *both;
  size_t a = 0;
  size_t b = 0;

  if ((NULL == one) || (NULL == two) || (one == two))
    return MQTT_groups_ref ((NULL == one) ? two : one);
  both = allocate ((size_t)one->count + two->count);
  while ((a < one->count) || (b < two->count))
  {
    int order = (a == one->count)   ? 1
                : (b == two->count) ? -1
                                    : compare (&one->names[a], &two->names[b]);

    both->names[both->count++] = (0 >= order) ? one->names[a] : two->names[b];
    a += (0 >= order);
    b += (0 <= order);
  }
  return both;
}


struct MQTT_Groups *
MQTT_groups_minus (struct MQTT_Groups *one, const struct MQTT_Groups *two)
{
  struct MQTT_Groups *rest;

  if ((NULL == one) || (NULL == two))
    return MQTT_groups_ref (one);
  rest = allocate (one->count);
  for (size_t i = 0; i < one->count; i++)
    if (!MQTT_groups_have (two, &one->names[i]))
      rest->names[rest->count++] = one->names[i];
  if (0 < rest->count)
    return rest;
  GNUNET_free (rest);
  return NULL;
}


struct MQTT_LinkGroups
MQTT_groups_names (const struct MQTT_Groups *groups)
{
  struct MQTT_LinkGroups names = { .names = NULL };

  if (NULL != groups)
  {
    names.names = groups->names;
    names.count = groups->count;
  }
  return names;
}


size_t
MQTT_groups_memory (const struct MQTT_Groups *groups)
{
  return (NULL == groups)
           ? 0
           : sizeof (*groups) + groups->count * sizeof (groups->names[0]);
}


bool
MQTT_audience_is_plain (const struct MQTT_Audience *audience)
{
  return (NULL == audience) || audience->plain;
}


bool
MQTT_audience_has (const struct MQTT_Audience *audience,
                   const struct MQTT_LinkGroup *name)
{
  return (NULL == audience) || MQTT_groups_have (audience->groups, name)
         || (audience->others && !MQTT_groups_have (audience->except, name));
}
