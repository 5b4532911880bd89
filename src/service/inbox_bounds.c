/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/inbox_bounds.c
 * @brief How much is remembered of other peers' publications, and what happens when it
 *        is too much.
 */
#include "inbox_state.h"


/**
 * #GNUNET_CONTAINER_PeerMapIterator: find who has most marks of topics.
 */
static enum GNUNET_GenericReturnValue
find_most (void *cls, const struct GNUNET_PeerIdentity *peer, void *value)
{
  struct MQTT_Inbox **most = cls;
  struct MQTT_Inbox *inbox = value;

  (void)peer;
  if (inbox->topics > (*most)->topics)
    *most = inbox;
  return GNUNET_OK;
}


bool
MQTT_inbox_has_room (const struct MQTT_Inbox *inbox)
{
  const struct MQTT_Options *options = inbox->inboxes->options;

  return (inbox->topics < options->link_topics)
         && (inbox->inboxes->topics < options->marks);
}


void
MQTT_inbox_make_room (struct MQTT_Inbox *inbox)
{
  struct MQTT_Inboxes *inboxes = inbox->inboxes;
  struct MQTT_Inbox *most = inbox;

  if (inbox->topics < inboxes->options->link_topics)
    GNUNET_CONTAINER_multipeermap_iterate (inboxes->by_peer, &find_most, &most);
  MQTT_inbox_wipe (most);
}


bool
MQTT_inbox_is_over (const struct MQTT_Inbox *inbox)
{
  return inbox->over;
}


void
MQTT_inboxes_meet (struct MQTT_Inboxes *inboxes,
                   const struct GNUNET_PeerIdentity *peer)
{
  struct MQTT_Inbox *inbox = GNUNET_CONTAINER_multipeermap_get (
    inboxes->by_peer,
    peer);

  if (NULL == inbox)
    return;
  inbox->over = false;
  inbox->anews = 0;
  MQTT_inbox_clean (inbox);
}
