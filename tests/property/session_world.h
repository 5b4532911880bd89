/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file property/session_world.h
 * @brief What is around a session: a client, a store, publishers, and the books
 *        that say what the session may do.
 *
 * The client keeps its own state as MQTT 5 asks (4.1), and comes back with it.
 * The store forgets in a crash what it has not committed.
 */
#ifndef MQTT_TESTS_PROPERTY_SESSION_WORLD_H
#define MQTT_TESTS_PROPERTY_SESSION_WORLD_H

#include "nasty.h"
#include "core/session.h"

/** Packet identifiers of the client's own publications: 1 to below this. */
#define CLIENT_IDS 24

/** Changes that wait and entries on disk, at most. */
#define PENDING_MAX 8192
#define DISK_MAX 4096

/** A message that was offered. */
struct Offered
{
  uint64_t expires_us;
  uint8_t qos;
  /** References the session has: 0 or 1. */
  uint8_t references;
  /** Was it on disk once? */
  bool durable;
  /** Was it sent; acknowledged by the client; rejected by it? */
  bool sent;
  bool acknowledged;
  bool rejected;
  /** Was it once too large for the client? */
  bool large;
  /** How often the application got it. */
  uint32_t given;
};

/** A change that the store was asked for. */
struct Pending
{
  enum MQTT_SessionActionType type;
  struct MQTT_SessionEntry entry;
  struct MQTT_SessionRecord record;
  uint16_t packet_id;
  /** The store has lost it: it is not written. */
  bool lost;
};

/** How far a publication of the client is. */
enum Stage
{
  STAGE_FREE,
  STAGE_SENT,
  /** PUBREC had, PUBREL not sent on this connection. */
  STAGE_RECEIVED,
  STAGE_RELEASED
};

/** A publication of the client, found by its identifier. */
struct Own
{
  enum Stage stage;
  uint8_t qos;
  /** Is it on its way to be stored? */
  bool routing;
  /** How often it was stored. */
  uint32_t stored;
};

/** What the client knows of a packet identifier of the session. */
struct Known
{
  /** Which session and connection the rest is about: see world_known(). */
  uint32_t session;
  uint32_t connection;
  /** Position and message that have the identifier, 0 if none. */
  uint64_t owner;
  uint64_t message;
  /** QoS 2: the client has the message and waits for PUBREL. */
  bool held;
  /** On this connection: PUBLISH came; PUBREL came; not finished by an answer. */
  bool publish;
  bool pubrel;
  /** Parts of the client's receive maximum. */
  bool counted;
};

struct World
{
  struct Random random;
  struct MQTT_SessionHost host;
  struct MQTT_Session *session;
  uint64_t now_us;

  struct Offered *offered;
  size_t offered_count;
  size_t offered_capacity;

  /* The store. */
  struct Pending pending[PENDING_MAX];
  size_t pending_count;
  struct MQTT_SessionEntry disk[DISK_MAX];
  size_t disk_count;
  struct MQTT_SessionRecord disk_record;
  bool disk_has_record;
  bool disk_inbound[CLIENT_IDS];

  /* The connection. */
  bool connected;
  bool writable;
  bool durable;
  uint16_t receive_maximum;
  uint16_t in_flight;
  uint64_t last_position;
  bool crashed;

  /* What is expected of session and will. */
  uint32_t expiry_s;
  uint32_t will_delay_s;
  uint64_t offline_since_us;
  bool will;
  bool ends;
  bool refusing;
  bool crashing;
  bool waits_for_room;
  int wills;

  struct Known known[MQTT_PACKET_IDS + 1];
  uint32_t session_number;
  uint32_t connection_number;
  /** Identifiers that the client has to answer. */
  uint16_t answers[MQTT_PACKET_IDS];
  size_t answers_count;
  struct Own own[CLIENT_IDS];
  bool not_found;
  uint64_t received;
};


/**
 * What the client knows of a packet identifier, now.
 */
static inline struct Known *
world_known (struct World *world, uint16_t packet_id)
{
  struct Known *known = &world->known[packet_id];

  if (known->session != world->session_number)
    memset (known, 0, sizeof (*known));
  if (known->connection != world->connection_number)
    known->publish = known->pubrel = known->counted = false;
  known->session = world->session_number;
  known->connection = world->connection_number;
  return known;
}


struct World *
world_create (uint64_t seed);


/**
 * Let everything end well, and check that it did.
 *
 * @return number of messages the application got
 */
uint64_t
world_finish (struct World *world);


/**
 * Compare the session with the books.
 */
void
world_check (struct World *world);


/* Events; each does nothing where it cannot happen. */

void
world_connect (struct World *world);


void
world_disconnect (struct World *world);


void
world_crash (struct World *world);


void
world_pass_time (struct World *world);


void
world_writable (struct World *world);


void
world_offer (struct World *world);


void
world_commit (struct World *world);


void
world_store_fails (struct World *world);


/**
 * Some of the changes asked for are lost, whose turn need not have come.
 */
void
world_store_loses (struct World *world);


void
world_client_answers (struct World *world);


void
world_wrong_answer (struct World *world);


void
world_client_publishes (struct World *world);


void
world_publication_is_safe (struct World *world);


/* Between the files of the world. */

/**
 * The session wants something; @a cls is the world.
 */
void
world_act (void *cls, const struct MQTT_SessionAction *action);


/**
 * The client connects with its session: it sends again what it must.
 */
void
world_client_resumes (struct World *world);


/**
 * The connection is gone.
 */
void
world_client_stops (struct World *world);


/**
 * The client was told that there is no session.
 */
void
world_client_forgets (struct World *world);

#endif
