/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/invitations.c
 * @brief Tells anonymous subscribers that we publish what they want.
 */
#include "invitations.h"
#include "../core/anonymous_code.h"

/** When an invitation is put once more, how much longer it takes until the next
    time, and how often: the DHT of a busy machine loses more than one. */
#define REPEAT_DELAY \
  GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_MILLISECONDS, 1500)
#define REPEAT_FACTOR 4

/** An invitation is good for so many refreshes, an hour at the most. */
#define LIFETIME_FACTOR 3

/** A code that a search may be found by. */
struct Candidate
{
  struct MQTT_Inviter *inviter;
  struct GNUNET_HashCode end;
};

struct MQTT_Inviter
{
  struct MQTT_Invitations *invitations;
  MQTT_RendezvousFound found;
  void *cls;
  struct Candidate candidates[MQTT_ANONYMOUS_CODES];
  unsigned int count;
};

/** A code that was announced anonymously, and that we publish for. */
struct Invitation
{
  struct MQTT_Invitations *invitations;
  struct GNUNET_HashCode end;
  struct GNUNET_SCHEDULER_Task *task;
  /** How long until it is put again. */
  struct GNUNET_TIME_Relative delay;
  /** Who has called. */
  struct GNUNET_PeerIdentity *guests;
  unsigned int guest_count;
  /** Which of them is forgotten next. */
  unsigned int oldest;
};

struct MQTT_Invitations
{
  struct MQTT_InvitationsConfig config;
  /** Candidates of all searches, by where they end. */
  struct GNUNET_CONTAINER_MultiHashMap *candidates;
  /** Invitations, in the same way. */
  struct GNUNET_CONTAINER_MultiHashMap *invitations;
};


struct MQTT_Invitations *
MQTT_invitations_create (const struct MQTT_InvitationsConfig *config)
{
  struct MQTT_Invitations *invitations = GNUNET_new (struct MQTT_Invitations);

  invitations->config = *config;
  invitations->candidates = GNUNET_CONTAINER_multihashmap_create (256,
                                                                  GNUNET_YES);
  invitations->invitations = GNUNET_CONTAINER_multihashmap_create (16,
                                                                   GNUNET_YES);
  return invitations;
}


void
MQTT_invitations_destroy (struct MQTT_Invitations *invitations)
{
  GNUNET_CONTAINER_multihashmap_destroy (invitations->candidates);
  GNUNET_CONTAINER_multihashmap_destroy (invitations->invitations);
  GNUNET_free (invitations);
}


struct MQTT_Inviter *
MQTT_inviter_create (struct MQTT_Invitations *invitations,
                     const char *string,
                     MQTT_RendezvousFound found,
                     void *cls)
{
  struct MQTT_Inviter *inviter = GNUNET_new (struct MQTT_Inviter);
  struct MQTT_Code codes[MQTT_ANONYMOUS_CODES];

  inviter->invitations = invitations;
  inviter->found = found;
  inviter->cls = cls;
  inviter->count = MQTT_anonymous_codes (string, codes);
  for (unsigned int i = 0; i < inviter->count; i++)
  {
    struct Candidate *candidate = &inviter->candidates[i];

    candidate->inviter = inviter;
    MQTT_anonymous_end (&codes[i], &candidate->end);
    (void)GNUNET_CONTAINER_multihashmap_put (
      invitations->candidates,
      &candidate->end,
      candidate,
      GNUNET_CONTAINER_MULTIHASHMAPOPTION_MULTIPLE);
  }
  return inviter;
}


/**
 * Do not put an invitation any more.
 */
static void
end_invitation (struct Invitation *invitation)
{
  struct MQTT_Invitations *invitations = invitation->invitations;

  GNUNET_SCHEDULER_cancel (invitation->task);
  GNUNET_assert (
    GNUNET_YES
    == GNUNET_CONTAINER_multihashmap_remove (invitations->invitations,
                                             &invitation->end,
                                             invitation));
  MQTT_count (invitations->config.counters, MQTT_COUNT_INVITATIONS, -1);
  GNUNET_free (invitation->guests);
  GNUNET_free (invitation);
}


void
MQTT_inviter_destroy (struct MQTT_Inviter *inviter)
{
  struct MQTT_Invitations *invitations = inviter->invitations;

  for (unsigned int i = 0; i < inviter->count; i++)
  {
    struct Candidate *candidate = &inviter->candidates[i];
    struct Invitation *invitation = GNUNET_CONTAINER_multihashmap_get (
      invitations->invitations,
      &candidate->end);

    GNUNET_assert (
      GNUNET_YES
      == GNUNET_CONTAINER_multihashmap_remove (invitations->candidates,
                                               &candidate->end,
                                               candidate));
    if ((NULL != invitation)
        && (GNUNET_NO
            == GNUNET_CONTAINER_multihashmap_contains (invitations->candidates,
                                                       &candidate->end)))
      end_invitation (invitation);
  }
  GNUNET_free (inviter);
}


/**
 * Task: put an invitation, at first some times soon.
 */
static void
put_invitation (void *cls)
{
  struct Invitation *invitation = cls;
  const struct MQTT_InvitationsConfig *config = &invitation->invitations
                                                   ->config;
  const struct MQTT_DhtOps *dht = config->dht;
  struct GNUNET_TIME_Absolute expiration = GNUNET_TIME_relative_to_absolute (
    GNUNET_TIME_relative_min (
      GNUNET_TIME_UNIT_HOURS,
      GNUNET_TIME_relative_multiply (config->refresh, LIFETIME_FACTOR)));
  uint8_t block[MQTT_REGEX_ACCEPT_SIZE];
  struct GNUNET_HashCode meeting;

  MQTT_anonymous_meeting (&invitation->end, &meeting);
  MQTT_regex_accept_write (&config->key, &meeting, expiration, block);
  dht->put (dht->cls,
            MQTT_DHT_INVITATION,
            &meeting,
            block,
            sizeof (block),
            expiration);
  invitation->task = GNUNET_SCHEDULER_add_delayed (invitation->delay,
                                                   &put_invitation,
                                                   invitation);
  invitation->delay = GNUNET_TIME_relative_min (
    config->refresh,
    GNUNET_TIME_relative_multiply (invitation->delay, REPEAT_FACTOR));
}


/**
 * Begin to invite for a code.
 */
static void
new_invitation (struct MQTT_Invitations *invitations,
                const struct GNUNET_HashCode *end)
{
  struct Invitation *invitation;

  if (GNUNET_CONTAINER_multihashmap_size (invitations->invitations)
      >= invitations->config.limit)
  {
    MQTT_count (invitations->config.counters,
                MQTT_COUNT_INVITATIONS_TOO_MANY,
                1);
    return;
  }
  invitation = GNUNET_new (struct Invitation);
  invitation->invitations = invitations;
  invitation->end = *end;
  invitation->delay = GNUNET_TIME_relative_min (REPEAT_DELAY,
                                                invitations->config.refresh);
  invitation->task = GNUNET_SCHEDULER_add_now (&put_invitation, invitation);
  (void)GNUNET_CONTAINER_multihashmap_put (
    invitations->invitations,
    &invitation->end,
    invitation,
    GNUNET_CONTAINER_MULTIHASHMAPOPTION_UNIQUE_FAST);
  MQTT_count (invitations->config.counters, MQTT_COUNT_INVITATIONS, 1);
}


/** Whom to tell searches of. */
struct Guests
{
  const struct GNUNET_PeerIdentity *peers;
  unsigned int count;
};


/**
 * #GNUNET_CONTAINER_MultiHashMapIteratorCallback: tell a search of guests.
 */
static enum GNUNET_GenericReturnValue
tell (void *cls, const struct GNUNET_HashCode *end, void *value)
{
  const struct Guests *guests = cls;
  const struct Candidate *candidate = value;
  const struct MQTT_Inviter *inviter = candidate->inviter;

  (void)end;
  for (unsigned int i = 0; i < guests->count; i++)
    inviter->found (inviter->cls, &guests->peers[i]);
  return GNUNET_YES;
}


void
MQTT_invitations_seen (struct MQTT_Invitations *invitations,
                       const struct GNUNET_HashCode *end)
{
  const struct Invitation *invitation = GNUNET_CONTAINER_multihashmap_get (
    invitations->invitations,
    end);

  if (NULL != invitation)
  {
    struct Guests guests = { .peers = invitation->guests,
                             .count = invitation->guest_count };

    (void)GNUNET_CONTAINER_multihashmap_get_multiple (invitations->candidates,
                                                      end,
                                                      &tell,
                                                      &guests);
  }
  else if (GNUNET_YES
           == GNUNET_CONTAINER_multihashmap_contains (invitations->candidates,
                                                      end))
    new_invitation (invitations, end);
}


/**
 * Remember who has called, in place of the oldest if there are as many as may be.
 */
static void
remember (struct Invitation *invitation, const struct GNUNET_PeerIdentity *peer)
{
  for (unsigned int i = 0; i < invitation->guest_count; i++)
    if (0 == GNUNET_memcmp (peer, &invitation->guests[i]))
      return;
  if (invitation->guest_count < invitation->invitations->config.guests)
  {
    GNUNET_array_append (invitation->guests, invitation->guest_count, *peer);
    return;
  }
  if (invitation->oldest >= invitation->guest_count)
    invitation->oldest = 0;
  invitation->guests[invitation->oldest++] = *peer;
}


void
MQTT_invitations_called (struct MQTT_Invitations *invitations,
                         const struct GNUNET_PeerIdentity *peer,
                         const struct GNUNET_HashCode *end)
{
  struct Invitation *invitation = GNUNET_CONTAINER_multihashmap_get (
    invitations->invitations,
    end);
  struct Guests guests = { .peers = peer, .count = 1 };

  /* Of one that has ended there may be copies in the DHT. */
  if (NULL == invitation)
    return;
  MQTT_count (invitations->config.counters, MQTT_COUNT_CALLS_RECEIVED, 1);
  remember (invitation, peer);
  (void)GNUNET_CONTAINER_multihashmap_get_multiple (invitations->candidates,
                                                    end,
                                                    &tell,
                                                    &guests);
}
