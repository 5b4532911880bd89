/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/turns.h
 * @brief Whose turn it is among those of whom one gets a message: members of a
 *        group of shared subscriptions (MQTT 5, 4.8.2), or peers that have some.
 *
 * Knows neither members nor peers, only what would become of a message with each.
 */
#ifndef MQTT_CORE_TURNS_H
#define MQTT_CORE_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * What would become of a message with one who may be chosen, the best first.
 */
enum MQTT_Prospect
{
  /** He waits for messages. */
  MQTT_PROSPECT_NOW,
  /** Others have to leave before it. */
  MQTT_PROSPECT_SOON,
  /** He is away, and it is kept until he comes. */
  MQTT_PROSPECT_KEPT,
  /** The same, but he may not come any more. */
  MQTT_PROSPECT_DOUBTFUL,
  /** He has no room. */
  MQTT_PROSPECT_REFUSED,
  MQTT_PROSPECT_DROPPED
};

/** Groups whose turn is remembered apart from others'. */
#define MQTT_TURNS_PLACES 256

/** Whose turn it is, of one group. */
struct MQTT_Turn
{
  uint64_t group;
  uint32_t next;
};

/**
 * Whose turn it is in each of many groups, in bounded memory: of two that meet at one
 * place each begins anywhere, anew whenever the other was there.  Embed it; all zero is good.
 */
struct MQTT_Turns
{
  struct MQTT_Turn places[MQTT_TURNS_PLACES];
  /** Where those begin that are new at their place. */
  uint32_t beginning;
};

/**
 * @param cls closure
 * @param which one of those who may be chosen
 */
typedef enum MQTT_Prospect (*MQTT_TurnProspect) (void *cls, size_t which);


/**
 * Choose one: of those whose prospect is best the first one from a turn on.
 *
 * @param count how many there are, at least 1
 * @param turn whose turn it is; may be beyond the last
 * @param enough a prospect that is good enough: the first one is taken who has it, or a
 *        better one
 * @param prospect asked of each until one is found for whom that is so
 * @param cls closure for @a prospect
 * @param[out] chosen who it is
 * @return his prospect
 */
enum MQTT_Prospect
MQTT_turn_choose (size_t count,
                  size_t turn,
                  enum MQTT_Prospect enough,
                  MQTT_TurnProspect prospect,
                  void *cls,
                  size_t *chosen);


/**
 * Whose turn is it in a group?
 */
uint32_t
MQTT_turns_next (struct MQTT_Turns *turns, uint64_t group);


/**
 * One was chosen: it is the turn of who follows him.
 */
void
MQTT_turns_advance (struct MQTT_Turns *turns, uint64_t group, size_t chosen);

#endif
