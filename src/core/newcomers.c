/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/newcomers.c
 * @brief Peers that may want all topics below a first level.
 */
#include "newcomers.h"


bool
MQTT_newcomers_add (struct MQTT_Newcomers *newcomers,
                    const struct GNUNET_PeerIdentity *peer,
                    uint64_t first,
                    size_t turns)
{
  const struct GNUNET_PeerIdentity *known;
  unsigned int place;

  for (unsigned int at = 0;
       NULL != (known = MQTT_newcomers_next (newcomers, first, &at));)
    if (0 == GNUNET_memcmp (peer, known))
      return false;
  if (0 == turns)
    return false;
  place = newcomers->next++ % MQTT_NEWCOMERS_MAX;
  newcomers->at[place].peer = *peer;
  newcomers->at[place].first = first;
  newcomers->at[place].left = turns;
  return true;
}


const struct GNUNET_PeerIdentity *
MQTT_newcomers_next (const struct MQTT_Newcomers *newcomers,
                     uint64_t first,
                     unsigned int *at)
{
  while (*at < MQTT_NEWCOMERS_MAX)
  {
    unsigned int place = (*at)++;

    if ((0 < newcomers->at[place].left)
        && (first == newcomers->at[place].first))
      return &newcomers->at[place].peer;
  }
  return NULL;
}


bool
MQTT_newcomers_turn (struct MQTT_Newcomers *newcomers, size_t turns)
{
  bool any = false;

  for (unsigned int i = 0; i < MQTT_NEWCOMERS_MAX; i++)
  {
    newcomers->at[i].left -= GNUNET_MIN (turns, newcomers->at[i].left);
    any |= (0 < newcomers->at[i].left);
  }
  return any;
}
