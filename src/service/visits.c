/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/visits.c
 * @brief Announces codes anonymously, and calls on publishers who invite.
 */
#include "visits.h"
#include "../core/anonymous_code.h"

/** What is put expires so long after, or up to once more that. */
#define LIFETIME GNUNET_TIME_UNIT_HOURS

/** The DHT may have so many invitations of a publisher for a code at once, which come
    with every search. */
#define INVITATIONS 8

/** An invitation; its signature is right. */
struct Invitation
{
  /** The first bytes of its hash. */
  uint64_t start;
  /** Its publisher was called on, or need not be. */
  bool followed;
};

/** A publisher. */
struct Host
{
  struct MQTT_Visit *visit;
  struct GNUNET_PeerIdentity peer;
  /** His last invitations. */
  struct Invitation invitations[INVITATIONS];
  /** How many there were; the next one replaces the oldest. */
  unsigned int invited;
};

struct MQTT_Visit
{
  struct MQTT_Visits *visits;
  struct MQTT_Code code;
  struct GNUNET_HashCode end;
  struct GNUNET_HashCode meeting;
  unsigned int references;
  /** The search for invitations. */
  void *get;
  struct GNUNET_SCHEDULER_Task *put_task;
  struct GNUNET_SCHEDULER_Task *watch_task;
  struct Host **hosts;
  unsigned int host_count;
  /** Which of them is forgotten next. */
  unsigned int oldest;
};

struct MQTT_Visits
{
  struct MQTT_VisitsConfig config;
  /** By where they end. */
  struct GNUNET_CONTAINER_MultiHashMap *by_end;
  bool stopped;
};


struct MQTT_Visits *
MQTT_visits_create (const struct MQTT_VisitsConfig *config)
{
  struct MQTT_Visits *visits = GNUNET_new (struct MQTT_Visits);

  visits->config = *config;
  visits->by_end = GNUNET_CONTAINER_multihashmap_create (16, GNUNET_YES);
  return visits;
}


void
MQTT_visits_destroy (struct MQTT_Visits *visits)
{
  GNUNET_assert (0 == GNUNET_CONTAINER_multihashmap_size (visits->by_end));
  GNUNET_CONTAINER_multihashmap_destroy (visits->by_end);
  GNUNET_free (visits);
}


/**
 * When what is put now expires: the same for all who put it within a while, so that
 * nobody's clock can be told from another's.
 */
static struct GNUNET_TIME_Absolute
common_expiration (void)
{
  struct GNUNET_TIME_Absolute time = GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_relative_multiply (LIFETIME, 2));

  time.abs_value_us -= time.abs_value_us % LIFETIME.rel_value_us;
  return time;
}


/**
 * #MQTT_AnonymousState: put a state into the DHT.
 */
static void
put_state (void *cls,
           const struct GNUNET_HashCode *key,
           const void *block,
           size_t size)
{
  const struct MQTT_DhtOps *dht = cls;

  dht->put (dht->cls, MQTT_DHT_STATE, key, block, size, common_expiration ());
}


/**
 * Task: put the code into the DHT.
 */
static void
put_code (void *cls)
{
  struct MQTT_Visit *visit = cls;
  const struct MQTT_VisitsConfig *config = &visit->visits->config;
  const struct MQTT_DhtOps *dht = config->dht;
  struct GNUNET_TIME_Absolute expiration = common_expiration ();
  struct GNUNET_CRYPTO_EddsaPrivateKey everybody;
  struct GNUNET_PeerIdentity name;
  uint8_t block[MQTT_REGEX_ACCEPT_SIZE];

  MQTT_anonymous_key (&everybody, &name);
  MQTT_regex_accept_write (&everybody, &visit->end, expiration, block);
  dht->put (dht->cls,
            MQTT_DHT_ACCEPT,
            &visit->end,
            block,
            sizeof (block),
            expiration);
  MQTT_anonymous_states (&visit->code, &put_state, (void *)dht);
  MQTT_count (config->counters, MQTT_COUNT_ANNOUNCED_ANONYMOUSLY, 1);
  visit->put_task = GNUNET_SCHEDULER_add_delayed (config->refresh,
                                                  &put_code,
                                                  visit);
}


static void
end_host (struct Host *host)
{
  struct MQTT_Visits *visits = host->visit->visits;

  if (!visits->stopped)
    MQTT_hosts_forget (visits->config.hosts, &host->peer, &host->visit->end);
  GNUNET_free (host);
}


/**
 * Find a host, or make one, in place of the oldest if there are as many as may
 * be.
 */
static struct Host *
get_host (struct MQTT_Visit *visit, const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Visits *visits = visit->visits;
  struct Host *host;

  for (unsigned int i = 0; i < visit->host_count; i++)
    if (0 == GNUNET_memcmp (peer, &visit->hosts[i]->peer))
      return visit->hosts[i];
  host = GNUNET_new (struct Host);
  host->visit = visit;
  host->peer = *peer;
  if ((0 == visit->host_count) || (visit->host_count < visits->config.limit))
    GNUNET_array_append (visit->hosts, visit->host_count, host);
  else
  {
    unsigned int place = visit->oldest++ % visit->host_count;

    end_host (visit->hosts[place]);
    visit->hosts[place] = host;
  }
  return host;
}


/**
 * Find an invitation that was seen before.
 *
 * @param visit for which code
 * @param start of its hash
 * @param[out] host whose it is
 * @return NULL if it was not
 */
static struct Invitation *
find_invitation (const struct MQTT_Visit *visit,
                 uint64_t start,
                 struct Host **host)
{
  for (unsigned int i = 0; i < visit->host_count; i++)
  {
    *host = visit->hosts[i];
    for (unsigned int j = 0; j < GNUNET_MIN ((*host)->invited, INVITATIONS);
         j++)
      if (start == (*host)->invitations[j].start)
        return &(*host)->invitations[j];
  }
  return NULL;
}


/**
 * Check an invitation that was not seen before, and note it.
 *
 * @param visit for which code
 * @param block the invitation, from a stranger
 * @param size bytes of it
 * @param start of its hash
 * @param[out] host whose it is
 * @return NULL if it is none
 */
static struct Invitation *
note_invitation (struct MQTT_Visit *visit,
                 const void *block,
                 size_t size,
                 uint64_t start,
                 struct Host **host)
{
  const struct MQTT_VisitsConfig *config = &visit->visits->config;
  struct GNUNET_PeerIdentity peer;
  struct Invitation *invitation;

  if (!MQTT_regex_accept_read (block,
                               size,
                               &visit->meeting,
                               GNUNET_TIME_absolute_get (),
                               &peer))
    return NULL;
  *host = get_host (visit, &peer);
  invitation = &(*host)->invitations[(*host)->invited++ % INVITATIONS];
  *invitation = (struct Invitation){
    .start = start,
    /* Our own leads nowhere. */
    .followed = (0 == GNUNET_memcmp (&peer, &config->myself)),
  };
  return invitation;
}


/**
 * An invitation was found: #MQTT_DhtResult.  Call on who sent it, once for each; each
 * comes with every look.
 */
static void
handle_invitation (void *cls, const void *block, size_t size)
{
  struct MQTT_Visit *visit = cls;
  const struct MQTT_VisitsConfig *config = &visit->visits->config;
  struct GNUNET_HashCode hash;
  uint64_t start;
  struct Host *host;
  struct Invitation *invitation;

  GNUNET_CRYPTO_hash (block, size, &hash);
  memcpy (&start, &hash, sizeof (start));
  invitation = find_invitation (visit, start, &host);
  if (NULL == invitation)
    invitation = note_invitation (visit, block, size, start, &host);
  if ((NULL == invitation) || invitation->followed
      || !config->call (config->cls, &host->peer, &visit->end))
    return;
  invitation->followed = true;
  MQTT_hosts_note (config->hosts, &host->peer, &visit->end);
  MQTT_count (config->counters, MQTT_COUNT_CALLS_MADE, 1);
}


/**
 * Task: look for invitations anew.
 */
static void
watch (void *cls)
{
  struct MQTT_Visit *visit = cls;
  const struct MQTT_VisitsConfig *config = &visit->visits->config;
  const struct MQTT_DhtOps *dht = config->dht;

  if (NULL != visit->get)
    dht->get_end (dht->cls, visit->get);
  visit->get = dht->get (dht->cls, &visit->meeting, &handle_invitation, visit);
  visit->watch_task = GNUNET_SCHEDULER_add_delayed (config->watch,
                                                    &watch,
                                                    visit);
}


static struct MQTT_Visit *
new_visit (struct MQTT_Visits *visits,
           const struct MQTT_Code *code,
           const struct GNUNET_HashCode *end)
{
  struct MQTT_Visit *visit = GNUNET_new (struct MQTT_Visit);

  visit->visits = visits;
  visit->code = *code;
  visit->end = *end;
  MQTT_anonymous_meeting (end, &visit->meeting);
  (void)GNUNET_CONTAINER_multihashmap_put (
    visits->by_end,
    &visit->end,
    visit,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  return visit;
}


struct MQTT_Visit *
MQTT_visit_announce (struct MQTT_Visits *visits, const struct MQTT_Code *code)
{
  struct MQTT_Visit *visit;
  struct GNUNET_HashCode end;

  MQTT_anonymous_end (code, &end);
  visit = GNUNET_CONTAINER_multihashmap_get (visits->by_end, &end);
  if (NULL == visit)
    visit = new_visit (visits, code, &end);
  visit->references++;
  if (NULL != visit->put_task)
    GNUNET_SCHEDULER_cancel (visit->put_task);
  if (NULL != visit->watch_task)
    GNUNET_SCHEDULER_cancel (visit->watch_task);
  visit->watch_task = GNUNET_SCHEDULER_add_now (&watch, visit);
  visit->put_task = GNUNET_SCHEDULER_add_now (&put_code, visit);
  return visit;
}


void
MQTT_visit_unref (struct MQTT_Visit *visit)
{
  struct MQTT_Visits *visits = visit->visits;
  const struct MQTT_DhtOps *dht = visits->config.dht;

  if (0 < --visit->references)
    return;
  GNUNET_SCHEDULER_cancel (visit->put_task);
  GNUNET_SCHEDULER_cancel (visit->watch_task);
  if (NULL != visit->get)
    dht->get_end (dht->cls, visit->get);
  for (unsigned int i = 0; i < visit->host_count; i++)
    end_host (visit->hosts[i]);
  GNUNET_free (visit->hosts);
  GNUNET_assert (GNUNET_YES
                 == GNUNET_CONTAINER_multihashmap_remove (visits->by_end,
                                                          &visit->end,
                                                          visit));
  GNUNET_free (visit);
}


void
MQTT_visits_stop (struct MQTT_Visits *visits)
{
  visits->stopped = true;
}
