/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/session_world_actions.c
 * @brief What the session does to the world, and whether it may.
 */
#include "session_world.h"


/**
 * A PUBLISH is larger than the client takes on this connection.
 */
static void
client_takes_less (struct World *world, const struct MQTT_SessionAction *action)
{
  struct Known *known = world_known (world, action->packet_id);

  world->offered[action->entry->message].large = true;
  /* After a crash it is asked about identifiers that it does not know. */
  if (2 == action->entry->qos)
  {
    ck_assert ((0 == known->owner)
               || (known->owner == action->entry->position));
    known->owner = action->entry->position;
    known->message = action->entry->message;
  }
  MQTT_session_too_large (world->session);
}


static void
client_publish (struct World *world, const struct MQTT_SessionAction *action)
{
  const struct MQTT_SessionEntry *entry = action->entry;
  struct Offered *offered = &world->offered[entry->message];
  struct Known *known = world_known (world, action->packet_id);

  ck_assert (world->connected && world->writable);
  ck_assert_uint_eq (1, offered->references);
  ck_assert_uint_eq (offered->qos, entry->qos);
  ck_assert_uint_ge (entry->position, world->last_position + (0 != entry->qos));
  world->last_position = entry->position;
  ck_assert (action->dup || !offered->sent);
  ck_assert (!action->dup || offered->sent || world->crashed);
  ck_assert (action->dup || (offered->expires_us > world->now_us));
  if (random_one_in (&world->random, 20))
  {
    client_takes_less (world, action);
    return;
  }
  offered->sent = true;
  if (0 == entry->qos)
  {
    ck_assert_uint_eq (0, action->packet_id);
    ck_assert (!action->dup);
    offered->given++;
    world->received++;
    return;
  }
  ck_assert_uint_ne (0, action->packet_id);
  ck_assert (offered->durable || !world->durable);
  ck_assert_msg ((0 == known->owner) || (known->owner == entry->position),
                 "packet identifier %u used again early",
                 action->packet_id);
  ck_assert (!known->publish);
  ck_assert (!known->held || (known->message == entry->message));
  known->owner = entry->position;
  known->message = entry->message;
  known->publish = known->counted = true;
  ck_assert_uint_lt (world->in_flight, world->receive_maximum);
  world->in_flight++;
  world->answers[world->answers_count++] = action->packet_id;
  if (known->held)
    return;
  ck_assert (!offered->acknowledged || (1 == entry->qos));
  if (2 == entry->qos)
  {
    known->held = true;
    ck_assert_msg (0 == offered->given, "QoS 2 message given twice");
  }
  offered->given++;
  world->received++;
}


static void
client_pubrel (struct World *world, const struct MQTT_SessionAction *action)
{
  struct Known *known = world_known (world, action->packet_id);

  ck_assert (world->connected);
  if (MQTT_REASON_PACKET_ID_NOT_FOUND == action->reason)
  {
    ck_assert (world->not_found);
    return;
  }
  ck_assert_uint_ne (0, known->owner);
  ck_assert ((0 != world->offered[known->message].given)
             || world->offered[known->message].large);
  known->held = false;
  if (!known->pubrel)
    world->answers[world->answers_count++] = action->packet_id;
  known->pubrel = true;
}


/**
 * The session answers a publication of the client.
 */
static void
client_is_answered (struct World *world,
                    const struct MQTT_SessionAction *action)
{
  struct Own *own = &world->own[action->packet_id % CLIENT_IDS];

  ck_assert (world->connected);
  if (MQTT_REASON_PACKET_ID_NOT_FOUND == action->reason)
  {
    ck_assert_int_eq (MQTT_SESSION_SEND_PUBCOMP, action->type);
    ck_assert (world->not_found);
    if (action->packet_id < CLIENT_IDS)
      own->stage = STAGE_FREE;
    return;
  }
  ck_assert_uint_lt (action->packet_id, CLIENT_IDS);
  switch (action->type)
  {
  case MQTT_SESSION_SEND_PUBACK:
    ck_assert (1 == own->qos && STAGE_SENT == own->stage);
    own->stage = STAGE_FREE;
    break;
  case MQTT_SESSION_SEND_PUBREC:
    ck_assert (2 == own->qos && STAGE_FREE != own->stage);
    own->stage = (0 == action->reason) ? STAGE_RECEIVED : STAGE_FREE;
    break;
  default:
    ck_assert (2 == own->qos && STAGE_RELEASED == own->stage);
    ck_assert (!world->disk_inbound[action->packet_id]);
    own->stage = STAGE_FREE;
    return;
  }
  if (action->reason < MQTT_REASON_FAILURE)
    ck_assert_msg (0 != own->stored, "acknowledged and not stored");
}


static void
ask_store (struct World *world, const struct MQTT_SessionAction *action)
{
  struct Pending *pending = &world->pending[world->pending_count++];

  ck_assert_uint_lt (world->pending_count, PENDING_MAX);
  *pending = (struct Pending){ .type = action->type,
                               .packet_id = action->packet_id };
  if (NULL != action->entry)
  {
    const struct Offered *offered = &world->offered[action->entry->message];

    pending->entry = *action->entry;
    ck_assert_uint_ne (0, offered->qos);
    ck_assert_uint_eq ((MQTT_SESSION_REMOVE_ENTRY == action->type) ? 0 : 1,
                       offered->references);
  }
  if (MQTT_SESSION_STORE_RECORD == action->type)
    pending->record = *action->record;
}


/**
 * A message ends: was there reason to?
 */
static void
forget (struct World *world, const struct MQTT_SessionAction *action)
{
  const struct MQTT_SessionEntry *entry = action->entry;
  struct Offered *offered = &world->offered[entry->message];
  struct Known *known = world_known (world,
                                     MQTT_session_packet_id (entry->position));

  ck_assert_uint_eq (1, offered->references);
  offered->references = 0;
  if (!world->durable && (0 != entry->qos) && (known->owner == entry->position))
    known->owner = 0;
  switch (action->outcome)
  {
  case MQTT_SESSION_DELIVERED:
    ck_assert ((offered->given >= 1) || offered->large);
    ck_assert (offered->acknowledged || (0 == offered->qos));
    break;
  case MQTT_SESSION_REJECTED:
    ck_assert (offered->rejected);
    break;
  case MQTT_SESSION_TOO_LARGE:
    ck_assert (offered->large);
    break;
  case MQTT_SESSION_EXPIRED:
    ck_assert (!offered->sent && (offered->expires_us <= world->now_us));
    break;
  case MQTT_SESSION_REFUSED:
    ck_assert (world->refusing && !offered->durable && !offered->sent);
    break;
  case MQTT_SESSION_DROPPED:
    ck_assert (!offered->sent);
    ck_assert ((0 == offered->qos) || world->host.drop_oldest);
    break;
  case MQTT_SESSION_LEFT:
    ck_assert (world->ends);
    break;
  default:
    ck_assert (world->crashing);
    break;
  }
}


void
world_act (void *cls, const struct MQTT_SessionAction *action)
{
  struct World *world = cls;

  switch (action->type)
  {
  case MQTT_SESSION_SEND_PUBLISH:
    client_publish (world, action);
    break;
  case MQTT_SESSION_SEND_PUBREL:
    client_pubrel (world, action);
    break;
  case MQTT_SESSION_SEND_PUBACK:
  case MQTT_SESSION_SEND_PUBREC:
  case MQTT_SESSION_SEND_PUBCOMP:
    client_is_answered (world, action);
    break;
  case MQTT_SESSION_FORGET:
    forget (world, action);
    break;
  case MQTT_SESSION_ROOM:
    ck_assert (world->waits_for_room);
    world->waits_for_room = false;
    break;
  case MQTT_SESSION_PUBLISH_WILL:
    world->wills--;
    break;
  case MQTT_SESSION_END:
    ck_assert (world->ends);
    world->pending_count = world->disk_count = 0;
    world->disk_has_record = false;
    memset (world->disk_inbound, 0, sizeof (world->disk_inbound));
    break;
  default:
    ask_store (world, action);
    break;
  }
}


void
world_store_loses (struct World *world)
{
  size_t first;
  size_t count;

  if ((NULL == world->session) || (0 == world->pending_count))
    return;
  first = random_below (&world->random, world->pending_count);
  count = 1 + random_below (&world->random, world->pending_count - first);
  for (size_t i = first; i < first + count; i++)
    world->pending[i].lost = (MQTT_SESSION_STORE_ENTRY
                              == world->pending[i].type);
  world->refusing = true;
  MQTT_session_lost (world->session, first, count, world->now_us);
  world->refusing = false;
}
