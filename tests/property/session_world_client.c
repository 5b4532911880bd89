/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/session_world_client.c
 * @brief The client of a session: what it answers, and what it publishes.
 */
#include "session_world.h"


/**
 * The client ends a delivery, as far as it is concerned.
 */
static void
is_finished (struct World *world, struct Known *known)
{
  world->in_flight -= known->counted;
  known->counted = known->publish = known->pubrel = false;
}


/**
 * Answer a PUBLISH.
 */
static void
answer_publish (struct World *world, uint16_t packet_id)
{
  struct Known *known = world_known (world, packet_id);
  struct Offered *offered = &world->offered[known->message];
  bool reject = random_one_in (&world->random, 20);
  uint8_t reason = reject ? MQTT_REASON_FAILURE : MQTT_REASON_SUCCESS;
  enum MQTT_SessionReceipt receipt;

  if ((2 == offered->qos) && !reject)
  {
    known->publish = false;
    receipt = MQTT_session_pubrec (world->session,
                                   packet_id,
                                   reason,
                                   world->now_us);
    ck_assert_int_eq (MQTT_SESSION_OK, receipt);
    return;
  }
  offered->acknowledged = offered->acknowledged || !reject;
  offered->rejected = offered->rejected || reject;
  /* At QoS 2 the application gets what was not rejected. */
  if (2 == offered->qos)
    offered->given = 0;
  known->held = false;
  is_finished (world, known);
  if (1 == offered->qos)
    receipt = MQTT_session_puback (world->session,
                                   packet_id,
                                   reason,
                                   world->now_us);
  else
    receipt = MQTT_session_pubrec (world->session,
                                   packet_id,
                                   reason,
                                   world->now_us);
  ck_assert_int_eq (MQTT_SESSION_OK, receipt);
}


/**
 * Send PUBREL for a publication of the client's.
 */
static void
send_pubrel (struct World *world, uint16_t packet_id)
{
  enum MQTT_SessionReceipt receipt;

  world->own[packet_id].stage = STAGE_RELEASED;
  world->not_found = true;
  receipt = MQTT_session_pubrel (world->session, packet_id);
  world->not_found = false;
  ck_assert ((MQTT_SESSION_OK == receipt) || (MQTT_SESSION_UNKNOWN == receipt));
}


void
world_client_answers (struct World *world)
{
  size_t i;
  uint16_t packet_id;
  struct Known *known;

  if (!world->connected)
    return;
  for (uint16_t k = 1; k < CLIENT_IDS; k++)
    if ((STAGE_RECEIVED == world->own[k].stage)
        && random_one_in (&world->random, 2))
      send_pubrel (world, k);
  if (0 == world->answers_count)
    return;
  i = random_one_in (&world->random, 3)
        ? random_below (&world->random, world->answers_count)
        : 0;
  packet_id = world->answers[i];
  world->answers_count--;
  memmove (&world->answers[i],
           &world->answers[i + 1],
           (world->answers_count - i) * sizeof (world->answers[0]));
  known = world_known (world, packet_id);
  if (known->publish)
  {
    answer_publish (world, packet_id);
    return;
  }
  ck_assert (known->pubrel);
  world->offered[known->message].acknowledged = true;
  is_finished (world, known);
  ck_assert_int_eq (
    MQTT_SESSION_OK,
    MQTT_session_pubcomp (world->session, packet_id, world->now_us));
}


void
world_wrong_answer (struct World *world)
{
  uint16_t packet_id = (uint16_t)random_below (&world->random, 65536);
  const struct Known *known;
  enum MQTT_SessionReceipt receipt;

  if (NULL == world->session)
    return;
  if ((0 != world->answers_count) && random_one_in (&world->random, 2))
    packet_id = world->answers[0];
  known = world_known (world, packet_id);
  world->not_found = true;
  switch (random_below (&world->random, 4))
  {
  case 0:
    if (known->publish && (1 == world->offered[known->message].qos))
      receipt = MQTT_SESSION_UNKNOWN;
    else
      receipt = MQTT_session_puback (world->session,
                                     packet_id,
                                     0,
                                     world->now_us);
    break;
  case 1:
    if (0 != known->owner)
      receipt = MQTT_SESSION_UNKNOWN;
    else
      receipt = MQTT_session_pubrec (world->session,
                                     packet_id,
                                     0,
                                     world->now_us);
    break;
  case 2:
    if (known->pubrel)
      receipt = MQTT_SESSION_UNKNOWN;
    else
      receipt = MQTT_session_pubcomp (world->session, packet_id, world->now_us);
    break;
  default:
    receipt = MQTT_session_pubrel (world->session,
                                   CLIENT_IDS + packet_id % 1000);
    break;
  }
  world->not_found = false;
  ck_assert ((MQTT_SESSION_UNKNOWN == receipt)
             || (MQTT_SESSION_PROTOCOL_ERROR == receipt));
}


/**
 * Send a PUBLISH of the client's, perhaps again.
 */
static void
send_publish (struct World *world, uint16_t packet_id, bool dup)
{
  struct Own *own = &world->own[packet_id];
  enum MQTT_SessionReceipt receipt;

  own->stage = STAGE_SENT;
  receipt = MQTT_session_publish (world->session, packet_id, own->qos, dup);
  if (MQTT_SESSION_OK == receipt)
  {
    ck_assert (!own->routing);
    own->routing = true;
    return;
  }
  ck_assert (dup);
  ck_assert_int_eq (MQTT_SESSION_DUPLICATE, receipt);
}


void
world_client_publishes (struct World *world)
{
  uint16_t packet_id = 1 + random_below (&world->random, CLIENT_IDS - 1);
  uint16_t under_way = 0;

  if (!world->connected)
    return;
  for (uint16_t i = 1; i < CLIENT_IDS; i++)
    under_way += (STAGE_FREE != world->own[i].stage) || world->own[i].routing;
  if ((under_way >= world->host.receive_maximum)
      || (STAGE_FREE != world->own[packet_id].stage)
      || world->own[packet_id].routing)
    return;
  world->own[packet_id] = (struct Own){
    .qos = 1 + random_below (&world->random, 2)
  };
  send_publish (world, packet_id, false);
}


void
world_publication_is_safe (struct World *world)
{
  uint16_t packet_id = 1 + random_below (&world->random, CLIENT_IDS - 1);
  struct Own *own = &world->own[packet_id];
  bool refuse = random_one_in (&world->random, 10);

  if ((NULL == world->session) || !own->routing)
    return;
  own->routing = false;
  if (!refuse)
  {
    own->stored++;
    ck_assert_msg ((1 == own->qos) || (1 == own->stored),
                   "QoS 2 publication stored twice");
    if (2 == own->qos)
      world->disk_inbound[packet_id] = world->durable;
  }
  MQTT_session_published (world->session,
                          packet_id,
                          refuse ? 0x97 : MQTT_REASON_SUCCESS);
}


void
world_client_resumes (struct World *world)
{
  for (uint16_t i = 1; i < CLIENT_IDS; i++)
    if (STAGE_SENT == world->own[i].stage)
      send_publish (world, i, true);
    else if (STAGE_FREE != world->own[i].stage)
      send_pubrel (world, i);
}


void
world_client_stops (struct World *world)
{
  world->connected = false;
  world->answers_count = 0;
  world->in_flight = 0;
  world->last_position = 0;
  world->connection_number++;
}


void
world_client_forgets (struct World *world)
{
  world_client_stops (world);
  world->session_number++;
  memset (world->own, 0, sizeof (world->own));
}
