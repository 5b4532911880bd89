/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/anonymous.c
 * @brief A meeting place where one may announce anonymously.
 */
#include "anonymous.h"
#include "../core/anonymous_code.h"
#include "invitations.h"

/** An announcement or search. */
struct Operation
{
  struct Operation *prev;
  struct Operation *next;
  struct MQTT_Anonymous *anonymous;
  /** Of an anonymous announcement; then all that follows is NULL. */
  struct MQTT_Visit *visit;
  /** At the place for those who have a name. */
  void *named;
  /** Of a search. */
  struct MQTT_Inviter *inviter;
  MQTT_RendezvousFound found;
  void *cls;
};

struct MQTT_Anonymous
{
  const struct MQTT_RendezvousOps *named;
  struct MQTT_RendezvousOps ops;
  struct MQTT_Invitations *invitations;
  struct MQTT_Visits *visits;
  struct MQTT_Hosts *hosts;
  /** Whom searches find in place of anonymous subscribers. */
  struct GNUNET_PeerIdentity everybody;
  struct Operation *head;
  struct Operation *tail;
};


static struct Operation *
new_operation (struct MQTT_Anonymous *anonymous)
{
  struct Operation *operation = GNUNET_new (struct Operation);

  operation->anonymous = anonymous;
  GNUNET_CONTAINER_DLL_insert_tail (anonymous->head,
                                    anonymous->tail,
                                    operation);
  return operation;
}


/**
 * Forget an operation; what it was made of at the place for those who have a name is
 * gone.
 */
static void
free_operation (struct Operation *operation)
{
  struct MQTT_Anonymous *anonymous = operation->anonymous;

  if (NULL != operation->visit)
    MQTT_visit_unref (operation->visit);
  if (NULL != operation->inviter)
    MQTT_inviter_destroy (operation->inviter);
  GNUNET_CONTAINER_DLL_remove (anonymous->head, anonymous->tail, operation);
  GNUNET_free (operation);
}


static void *
announce (void *cls, const struct MQTT_Code *code, bool is_anonymous)
{
  struct MQTT_Anonymous *anonymous = cls;
  const struct MQTT_RendezvousOps *named = anonymous->named;
  struct Operation *operation = new_operation (anonymous);

  if (is_anonymous)
    operation->visit = MQTT_visit_announce (anonymous->visits, code);
  else
    operation->named = named->announce (named->cls, code, false);
  if ((NULL != operation->visit) || (NULL != operation->named))
    return operation;
  free_operation (operation);
  return NULL;
}


static void
announce_end (void *cls, void *handle)
{
  struct MQTT_Anonymous *anonymous = cls;
  const struct MQTT_RendezvousOps *named = anonymous->named;
  struct Operation *operation = handle;

  if (NULL != operation->named)
    named->announce_end (named->cls, operation->named);
  free_operation (operation);
}


/**
 * A search has found somebody who has a name, or nobody: #MQTT_RendezvousFound.
 */
static void
handle_found (void *cls, const struct GNUNET_PeerIdentity *peer)
{
  struct Operation *operation = cls;

  if (0 != GNUNET_memcmp (peer, &operation->anonymous->everybody))
    operation->found (operation->cls, peer);
}


static void *
search (void *cls,
        const char *string,
        MQTT_RendezvousFound found,
        void *found_cls)
{
  struct MQTT_Anonymous *anonymous = cls;
  const struct MQTT_RendezvousOps *named = anonymous->named;
  struct Operation *operation = new_operation (anonymous);

  operation->found = found;
  operation->cls = found_cls;
  operation->named = named->search (named->cls,
                                    string,
                                    &handle_found,
                                    operation);
  if (NULL == operation->named)
  {
    free_operation (operation);
    return NULL;
  }
  operation->inviter = MQTT_inviter_create (anonymous->invitations,
                                            string,
                                            found,
                                            found_cls);
  return operation;
}


static void
search_end (void *cls, void *handle)
{
  struct MQTT_Anonymous *anonymous = cls;
  const struct MQTT_RendezvousOps *named = anonymous->named;
  struct Operation *operation = handle;

  named->search_end (named->cls, operation->named);
  free_operation (operation);
}


struct MQTT_Anonymous *
MQTT_anonymous_create (const struct MQTT_AnonymousConfig *config)
{
  const struct MQTT_Options *options = config->options;
  struct MQTT_Anonymous *anonymous = GNUNET_new (struct MQTT_Anonymous);
  struct GNUNET_CRYPTO_EddsaPrivateKey everybody;
  struct MQTT_InvitationsConfig invitations = {
    .dht = config->dht,
    .counters = config->counters,
    .key = config->key,
    .limit = options->invitations,
    .guests = options->links,
    .refresh = options->announce_refresh,
  };
  struct MQTT_VisitsConfig visits = {
    .dht = config->dht,
    .counters = config->counters,
    .limit = options->links,
    .refresh = options->announce_refresh,
    .watch = options->anonymous_watch,
    .call = config->call,
    .cls = config->cls,
  };

  GNUNET_CRYPTO_eddsa_key_get_public (&config->key, &visits.myself.public_key);
  MQTT_anonymous_key (&everybody, &anonymous->everybody);
  anonymous->named = config->named;
  anonymous->invitations = MQTT_invitations_create (&invitations);
  anonymous->hosts = MQTT_hosts_create (options, config->store);
  visits.hosts = anonymous->hosts;
  anonymous->visits = MQTT_visits_create (&visits);
  anonymous->ops = (struct MQTT_RendezvousOps){
    .announce = &announce,
    .announce_end = &announce_end,
    .search = &search,
    .search_end = &search_end,
    .cls = anonymous,
  };
  return anonymous;
}


void
MQTT_anonymous_stop (struct MQTT_Anonymous *anonymous)
{
  MQTT_visits_stop (anonymous->visits);
}


void
MQTT_anonymous_destroy (struct MQTT_Anonymous *anonymous)
{
  GNUNET_assert (NULL == anonymous->head);
  MQTT_invitations_destroy (anonymous->invitations);
  MQTT_visits_destroy (anonymous->visits);
  MQTT_hosts_destroy (anonymous->hosts);
  GNUNET_free (anonymous);
}


const struct MQTT_RendezvousOps *
MQTT_anonymous_ops (struct MQTT_Anonymous *anonymous)
{
  return &anonymous->ops;
}


void
MQTT_anonymous_failed (struct MQTT_Anonymous *anonymous)
{
  struct Operation *next;

  for (struct Operation *operation = anonymous->head; NULL != operation;
       operation = next)
  {
    next = operation->next;
    if (NULL == operation->visit)
      free_operation (operation);
  }
}


void
MQTT_anonymous_seen (struct MQTT_Anonymous *anonymous,
                     const struct GNUNET_HashCode *end)
{
  MQTT_invitations_seen (anonymous->invitations, end);
}


void
MQTT_anonymous_called (struct MQTT_Anonymous *anonymous,
                       const struct GNUNET_PeerIdentity *peer,
                       const struct GNUNET_HashCode *end)
{
  MQTT_invitations_called (anonymous->invitations, peer, end);
}


bool
MQTT_anonymous_admits (const struct MQTT_Anonymous *anonymous,
                       const struct GNUNET_PeerIdentity *peer,
                       const struct MQTT_Cover *cover)
{
  for (unsigned int i = 0; i < MQTT_COVER_CODES; i++)
    if (MQTT_hosts_have (anonymous->hosts, peer, &cover->ends[i]))
      return true;
  return false;
}
