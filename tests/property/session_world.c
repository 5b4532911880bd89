/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/session_world.c
 * @brief Publishers, store, time and faults around a session.
 */
#include "session_world.h"

#define US_PER_S 1000000


/**
 * The record as it is for a session that has just been found on disk.
 */
static void
apply_record (struct World *world, const struct MQTT_SessionRecord *record)
{
  world->expiry_s = record->expiry_s;
  world->will = record->will;
  world->will_delay_s = record->will_delay_s;
  world->durable = (0 != record->expiry_s);
  world->offline_since_us = record->connected ? world->now_us
                                              : record->offline_since_us;
}


struct World *
world_create (uint64_t seed)
{
  struct World *world = calloc (1, sizeof (*world));
  struct MQTT_SessionRecord record = { .expiry_s = MQTT_SESSION_NO_EXPIRY };
  struct Random *random;

  ck_assert_ptr_nonnull (world);
  random = &world->random;
  random->state = seed;
  world->now_us = UINT64_C (1700000000) * US_PER_S;
  world->host.act = &world_act;
  world->host.entries_limit = 1 + random_below (random, 60);
  world->host.bytes_limit = 1 + random_below (random, 20000);
  world->host.receive_maximum = 1 + random_below (random, 10);
  world->host.drop_oldest = random_one_in (random, 3);
  world->session_number = world->connection_number = 1;
  /* Packet identifiers soon start again from 1. */
  record.sent_limit = MQTT_PACKET_IDS - random_below (random, 500);
  record.offline_since_us = world->now_us;
  world->disk_record = record;
  world->disk_has_record = true;
  world->session = MQTT_session_restore (&world->host,
                                         world,
                                         &record,
                                         world->now_us);
  apply_record (world, &record);
  return world;
}


/**
 * An ENDED session is freed, and its client's state means nothing any more.
 */
static void
bury (struct World *world)
{
  if ((NULL == world->session)
      || (MQTT_SESSION_ENDED != MQTT_session_state (world->session)))
    return;
  ck_assert (world->ends);
  MQTT_session_destroy (world->session);
  world->session = NULL;
  world->ends = false;
  world->will = false;
  world->waits_for_room = false;
  world_client_forgets (world);
}


/**
 * By the books: what does the time do to an offline session?
 */
static void
expect_deadlines (struct World *world)
{
  uint64_t end_us = world->offline_since_us
                    + (uint64_t)world->expiry_s * US_PER_S;
  uint64_t will_us = world->offline_since_us
                     + (uint64_t)world->will_delay_s * US_PER_S;

  world->ends = (MQTT_SESSION_NO_EXPIRY != world->expiry_s)
                && (end_us <= world->now_us);
  if (world->will && (world->ends || (will_us <= world->now_us)))
  {
    world->wills++;
    world->will = false;
  }
}


/**
 * By the books: the connection ends.
 */
static void
expect_disconnect (struct World *world, bool clean)
{
  world->offline_since_us = world->now_us;
  world->will = world->will && !clean;
  world_client_stops (world);
  expect_deadlines (world);
}


static struct MQTT_SessionConnect
random_connect (struct Random *random)
{
  static const uint32_t expiries[] = { 0,
                                       10,
                                       100,
                                       MQTT_SESSION_NO_EXPIRY,
                                       MQTT_SESSION_NO_EXPIRY };

  return (struct MQTT_SessionConnect){
    .expiry_s = expiries[random_below (random, 5)],
    .will_delay_s = random_one_in (random, 2) ? 0 : random_below (random, 50),
    .receive_maximum = 1 + random_below (random, 20),
    .will = random_one_in (random, 2),
    .clean_start = random_one_in (random, 20)
  };
}


void
world_connect (struct World *world)
{
  struct MQTT_SessionConnect connect = random_connect (&world->random);

  if (NULL != world->session)
  {
    if (world->connected)
      expect_disconnect (world, false);
    else
      expect_deadlines (world);
    if (connect.clean_start && !world->ends)
    {
      world->ends = true;
      world->wills += world->will;
    }
    world->connected = world->writable = !world->ends;
    world->receive_maximum = connect.receive_maximum;
    if (MQTT_session_connect (world->session, &connect, world->now_us))
      ck_assert (!world->ends);
  }
  bury (world);
  world->expiry_s = connect.expiry_s;
  world->will = connect.will;
  world->will_delay_s = connect.will_delay_s;
  world->receive_maximum = connect.receive_maximum;
  world->connected = true;
  if (NULL != world->session)
  {
    world_client_resumes (world);
    return;
  }
  world->writable = true;
  world->crashed = false;
  world->durable = (0 != connect.expiry_s);
  world->session = MQTT_session_create (&world->host, world, &connect);
}


void
world_disconnect (struct World *world)
{
  bool clean = random_one_in (&world->random, 2);

  if (!world->connected)
    return;
  if (clean && random_one_in (&world->random, 2))
  {
    uint32_t expiry_s = random_below (&world->random, 60);
    bool may = (0 != world->expiry_s) || (0 == expiry_s);

    ck_assert (may == MQTT_session_set_expiry (world->session, expiry_s));
    world->expiry_s = may ? expiry_s : world->expiry_s;
  }
  expect_disconnect (world, clean);
  MQTT_session_disconnect (world->session, clean, world->now_us);
  bury (world);
}


/**
 * Put back what is on disk.
 */
static void
restore (struct World *world)
{
  world->session = MQTT_session_restore (&world->host,
                                         world,
                                         &world->disk_record,
                                         world->now_us);
  ck_assert_ptr_nonnull (world->session);
  apply_record (world, &world->disk_record);
  for (size_t i = 0; i < world->disk_count; i++)
  {
    struct Offered *offered = &world->offered[world->disk[i].message];

    ck_assert_uint_eq (0, offered->references);
    offered->references = 1;
    ck_assert (MQTT_session_restore_entry (world->session, &world->disk[i]));
    ck_assert (!MQTT_session_restore_entry (world->session, &world->disk[i]));
  }
  for (uint16_t i = 1; i < CLIENT_IDS; i++)
    if (world->disk_inbound[i])
      ck_assert (MQTT_session_restore_inbound (world->session, i));
}


void
world_crash (struct World *world)
{
  if (NULL == world->session)
    return;
  world->crashing = true;
  MQTT_session_destroy (world->session);
  world->crashing = false;
  world->session = NULL;
  world->pending_count = 0;
  world->will = world->waits_for_room = false;
  world->crashed = true;
  world_client_stops (world);
  for (size_t i = 0; i < CLIENT_IDS; i++)
    world->own[i].routing = false;
  if (!world->disk_has_record)
  {
    world_client_forgets (world);
    ck_assert_uint_eq (0, world->disk_count);
    return;
  }
  restore (world);
  world_pass_time (world);
}


void
world_pass_time (struct World *world)
{
  world->now_us += random_below (&world->random, US_PER_S);
  if (random_one_in (&world->random, 20))
    world->now_us += random_below (&world->random, 40) * US_PER_S;
  if (NULL == world->session)
    return;
  if (!world->connected)
    expect_deadlines (world);
  MQTT_session_tick (world->session, world->now_us);
  ck_assert_uint_gt (MQTT_session_next_us (world->session), world->now_us);
  bury (world);
}


void
world_writable (struct World *world)
{
  if (!world->connected)
    return;
  world->writable = !world->writable;
  MQTT_session_set_writable (world->session, world->writable, world->now_us);
}


void
world_offer (struct World *world)
{
  struct Random *random = &world->random;
  struct Offered *offered;
  enum MQTT_SessionTaken taken;

  if (NULL == world->session)
    return;
  if (world->offered_count == world->offered_capacity)
  {
    world->offered_capacity = 2 * world->offered_capacity + 64;
    world->offered = realloc (world->offered,
                              world->offered_capacity
                                * sizeof (world->offered[0]));
    ck_assert_ptr_nonnull (world->offered);
  }
  offered = &world->offered[world->offered_count++];
  *offered = (struct Offered){
    .expires_us = random_one_in (random, 2)
                    ? UINT64_MAX
                    : world->now_us + random_below (random, 20 * US_PER_S),
    .qos = random_below (random, 3),
    .references = 1
  };
  taken = MQTT_session_enqueue (world->session,
                                world->offered_count - 1,
                                random_below (random, 2000),
                                offered->qos,
                                offered->expires_us,
                                world->now_us);
  if (MQTT_SESSION_TAKEN == taken)
    return;
  ck_assert_uint_eq (1, offered->references);
  offered->references = 0;
  if (MQTT_SESSION_FULL == taken)
  {
    ck_assert_uint_ne (0, offered->qos);
    ck_assert_uint_ne (0, MQTT_session_queued (world->session, NULL));
    world->waits_for_room = true;
  }
}


/**
 * @return index of an entry on disk, or how many there are
 */
static size_t
find_on_disk (const struct World *world, uint64_t position)
{
  size_t i = 0;

  while ((i < world->disk_count) && (world->disk[i].position != position))
    i++;
  return i;
}


/**
 * Write a change.
 */
static void
write_change (struct World *world, const struct Pending *change)
{
  size_t i = find_on_disk (world, change->entry.position);
  struct Known *known;

  if (change->lost)
    return;
  switch (change->type)
  {
  case MQTT_SESSION_STORE_ENTRY:
    ck_assert_uint_lt (world->disk_count, DISK_MAX);
    world->disk[world->disk_count++] = change->entry;
    world->offered[change->entry.message].durable = true;
    break;
  case MQTT_SESSION_STORE_RELEASED:
    ck_assert_uint_lt (i, world->disk_count);
    world->disk[i].state = MQTT_SESSION_ENTRY_RELEASED;
    break;
  case MQTT_SESSION_REMOVE_ENTRY:
    known = world_known (world,
                         MQTT_session_packet_id (change->entry.position));
    if (known->owner == change->entry.position)
    {
      ck_assert (!known->held);
      known->owner = 0;
    }
    if (i == world->disk_count)
      break;
    world->disk_count--;
    memmove (&world->disk[i],
             &world->disk[i + 1],
             (world->disk_count - i) * sizeof (world->disk[0]));
    break;
  case MQTT_SESSION_REMOVE_INBOUND:
    ck_assert (world->disk_inbound[change->packet_id]);
    world->disk_inbound[change->packet_id] = false;
    break;
  default:
    world->disk_record = change->record;
    world->disk_has_record = true;
    break;
  }
}


/**
 * Take the oldest changes away.
 */
static void
forget_pending (struct World *world, size_t count)
{
  world->pending_count -= count;
  memmove (world->pending,
           &world->pending[count],
           world->pending_count * sizeof (world->pending[0]));
}


/**
 * Write so many changes, and say so or not: a crash may come between.
 */
static void
commit (struct World *world, size_t count, bool tell)
{
  for (size_t i = 0; i < count; i++)
    write_change (world, &world->pending[i]);
  forget_pending (world, count);
  if (tell)
    MQTT_session_stored (world->session, count, world->now_us);
  else
    world_crash (world);
}


void
world_commit (struct World *world)
{
  if (0 == world->pending_count)
    return;
  commit (world,
          1 + random_below (&world->random, world->pending_count),
          !random_one_in (&world->random, 500));
}


void
world_store_fails (struct World *world)
{
  bool may;

  if (NULL == world->session)
    return;
  may = (0 != world->pending_count)
        && (MQTT_SESSION_STORE_ENTRY == world->pending[0].type);
  if (may)
    forget_pending (world, 1);
  world->refusing = true;
  ck_assert (may == MQTT_session_not_stored (world->session, world->now_us));
  world->refusing = false;
}


void
world_check (struct World *world)
{
  ck_assert_int_eq (0, MQTT_session_balance (&world->host.counters));
  ck_assert_int_eq (0, world->wills);
  ck_assert (!world->ends);
  if (NULL == world->session)
  {
    ck_assert_uint_eq (0, world->host.counters.queued);
    return;
  }
  ck_assert_uint_eq (world->host.counters.queued,
                     MQTT_session_queued (world->session, NULL));
  ck_assert_uint_eq (world->pending_count,
                     MQTT_session_changes (world->session));
  ck_assert_int_eq (world->connected ? MQTT_SESSION_CONNECTED
                                     : MQTT_SESSION_OFFLINE,
                    MQTT_session_state (world->session));
}


uint64_t
world_finish (struct World *world)
{
  unsigned int rounds = 0;
  uint64_t received;

  while ((NULL != world->session)
         && (!world->connected || !world->writable
             || (0 != world->host.counters.queued)
             || (0 != world->pending_count) || (0 != world->answers_count)))
  {
    ck_assert_uint_lt (rounds++, 100000);
    if (!world->connected)
      world_connect (world);
    if (!world->writable)
      world_writable (world);
    if (0 != world->pending_count)
      commit (world, world->pending_count, true);
    world_client_answers (world);
    world_check (world);
  }
  ck_assert_uint_eq (0, world->disk_count);
  for (size_t i = 0; i < world->offered_count; i++)
    ck_assert_uint_eq (0, world->offered[i].references);
  if (NULL != world->session)
    MQTT_session_destroy (world->session);
  received = world->received;
  free (world->offered);
  free (world);
  return received;
}
