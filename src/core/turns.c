/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/turns.c
 * @brief Whose turn it is among those of whom one gets a message.
 */
#include "turns.h"


enum MQTT_Prospect
MQTT_turn_choose (size_t count,
                  size_t turn,
                  enum MQTT_Prospect enough,
                  MQTT_TurnProspect prospect,
                  void *cls,
                  size_t *chosen)
{
  enum MQTT_Prospect best = MQTT_PROSPECT_DROPPED;

  turn %= count;
  *chosen = turn;
  for (size_t i = 0; (best > enough) && (i < count); i++)
  {
    size_t which = (turn + i) % count;
    enum MQTT_Prospect his = prospect (cls, which);

    if (his >= best)
      continue;
    best = his;
    *chosen = which;
  }
  return best;
}


static struct MQTT_Turn *
place_of (struct MQTT_Turns *turns, uint64_t group)
{
  struct MQTT_Turn *place = &turns->places[group % MQTT_TURNS_PLACES];

  if (group == place->group)
    return place;
  place->group = group;
  /* Anything that has no rhythm: a linear congruence's upper bits. */
  turns->beginning = turns->beginning * 1664525u + 1013904223u;
  place->next = turns->beginning >> 16;
  return place;
}


uint32_t
MQTT_turns_next (struct MQTT_Turns *turns, uint64_t group)
{
  return place_of (turns, group)->next;
}


void
MQTT_turns_advance (struct MQTT_Turns *turns, uint64_t group, size_t chosen)
{
  place_of (turns, group)->next = (uint32_t)chosen + 1;
}
