/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_transport.c
 * @brief A network in memory: nodes, and channels between them.
 */
#include "fake_transport.h"

struct Segment
{
  struct Segment *prev;
  struct Segment *next;
  size_t size;
  uint8_t *data;
};

/** One end of a channel; freed together with the other one. */
struct FakeEnd
{
  struct FakeEnd *prev;
  struct FakeEnd *next;
  struct FakeNet *net;
  struct FakeNode *node;
  struct FakeEnd *other;
  struct GNUNET_MQ_Handle *mq;
  /** Whoever uses it; NULL while it is not accepted. */
  void *cls;
  /** What has arrived and was not handed on. */
  struct Segment *head;
  struct Segment *tail;
  unsigned int waiting;
  struct GNUNET_SCHEDULER_Task *task;
  struct GNUNET_SCHEDULER_Task *sent_task;
  /** The message queue waits for the window. */
  bool blocked;
  /** receive_done() was not called yet. */
  bool busy;
  /** Its user has closed it, or was told that it is gone. */
  bool gone;
};


static void
run_end (void *cls);


static void
wake (struct FakeEnd *end)
{
  if (!end->gone && (NULL == end->task))
    end->task = GNUNET_SCHEDULER_add_delayed (MS (1), &run_end, end);
}


static void
push (struct FakeEnd *end, const void *data, size_t size)
{
  struct Segment *segment;

  if (end->gone || end->net->silent)
    return;
  segment = GNUNET_new (struct Segment);
  segment->size = size;
  segment->data = GNUNET_memdup (data, size);
  GNUNET_CONTAINER_DLL_insert_tail (end->head, end->tail, segment);
  end->waiting++;
  wake (end);
}


static void
free_segment (struct FakeEnd *end, struct Segment *segment)
{
  GNUNET_CONTAINER_DLL_remove (end->head, end->tail, segment);
  end->waiting--;
  GNUNET_free (segment->data);
  GNUNET_free (segment);
}


static void
sent (void *cls)
{
  struct FakeEnd *end = cls;

  end->sent_task = NULL;
  if (end->other->waiting >= FAKE_WINDOW)
    end->blocked = true;
  else
    GNUNET_MQ_impl_send_continue (end->mq);
}


static void
send_segment (struct GNUNET_MQ_Handle *mq,
              const struct GNUNET_MessageHeader *message,
              void *cls)
{
  struct FakeEnd *end = cls;

  (void)mq;
  ck_assert_uint_gt (ntohs (message->size), sizeof (*message));
  push (end->other, &message[1], ntohs (message->size) - sizeof (*message));
  end->sent_task = GNUNET_SCHEDULER_add_now (&sent, end);
}


static void
destroy_mq (struct GNUNET_MQ_Handle *mq, void *cls)
{
  struct FakeEnd *end = cls;

  (void)mq;
  if (NULL != end->sent_task)
    GNUNET_SCHEDULER_cancel (end->sent_task);
  end->sent_task = NULL;
}


static struct FakeEnd *
new_end (struct FakeNode *node)
{
  struct FakeEnd *end = GNUNET_new (struct FakeEnd);

  end->net = node->net;
  end->node = node;
  end->mq = GNUNET_MQ_queue_for_callbacks (&send_segment,
                                           &destroy_mq,
                                           NULL,
                                           end,
                                           NULL,
                                           NULL,
                                           NULL);
  GNUNET_CONTAINER_DLL_insert_tail (node->net->head, node->net->tail, end);
  return end;
}


/** The end is not used any more; with its other end gone, both are freed. */
static void
retire (struct FakeEnd *end)
{
  struct FakeEnd *other = end->other;
  struct FakeNet *net = end->net;

  end->gone = true;
  GNUNET_MQ_destroy (end->mq);
  while (NULL != end->head)
    free_segment (end, end->head);
  if (NULL != end->task)
    GNUNET_SCHEDULER_cancel (end->task);
  end->task = NULL;
  if (!other->gone)
  {
    wake (other);
    return;
  }
  GNUNET_CONTAINER_DLL_remove (net->head, net->tail, end);
  GNUNET_CONTAINER_DLL_remove (net->head, net->tail, other);
  GNUNET_free (end);
  GNUNET_free (other);
}


/** Tell the user that the channel is gone; its queue still exists, as CADET's does. */
static void
tell_closed (struct FakeEnd *end)
{
  if (NULL != end->cls)
    end->node->events.closed (end->cls);
  retire (end);
}


static void
unblock (struct FakeEnd *end)
{
  if (end->gone || !end->blocked)
    return;
  end->blocked = false;
  GNUNET_MQ_impl_send_continue (end->mq);
}


static void
hand_on (struct FakeEnd *end)
{
  struct Segment *segment = end->head;
  uint8_t *data = segment->data;
  size_t size = segment->size;

  segment->data = NULL;
  free_segment (end, segment);
  end->busy = true;
  wake (end);
  unblock (end->other);
  end->node->events.segment (end->cls, data, size);
  GNUNET_free (data);
}


/** Task: something has happened to the channel. */
static void
run_end (void *cls)
{
  struct FakeEnd *end = cls;
  struct FakeNode *node = end->node;

  end->task = NULL;
  if (node->deaf || node->net->silent)
    return;
  if (NULL == end->cls)
  {
    end->cls = node->events.incoming (node->events.cls,
                                      end,
                                      &end->other->node->identity);
    if (NULL == end->cls)
      retire (end);
    else
      wake (end);
    return;
  }
  if (!end->busy && (NULL != end->head))
    hand_on (end);
  else if (end->other->gone)
    tell_closed (end);
}


static void *
open_channel (void *cls, const struct GNUNET_PeerIdentity *peer, void *user)
{
  struct FakeNode *node = cls;
  struct FakeNet *net = node->net;
  struct FakeEnd *end;

  for (unsigned int i = 0; i < net->count; i++)
  {
    if (0 != GNUNET_memcmp (peer, &net->nodes[i]->identity))
      continue;
    end = new_end (node);
    end->cls = user;
    end->other = new_end (net->nodes[i]);
    end->other->other = end;
    wake (end->other);
    node->opened++;
    return end;
  }
  return NULL;
}


static void
close_channel (void *cls, void *channel)
{
  struct FakeEnd *end = channel;

  ck_assert_ptr_eq (cls, end->node);
  ck_assert (!end->gone);
  retire (end);
}


static struct GNUNET_MQ_Handle *
channel_mq (void *cls, void *channel)
{
  struct FakeEnd *end = channel;

  ck_assert_ptr_eq (cls, end->node);
  ck_assert (!end->gone);
  return end->mq;
}


static void
receive_done (void *cls, void *channel)
{
  struct FakeEnd *end = channel;

  ck_assert_ptr_eq (cls, end->node);
  ck_assert (!end->gone && end->busy);
  end->busy = false;
  wake (end);
}


void
fake_net_join (struct FakeNet *net,
               struct FakeNode *node,
               const struct GNUNET_PeerIdentity *identity)
{
  memset (node, 0, sizeof (*node));
  node->net = net;
  node->identity = *identity;
  node->ops = (struct MQTT_TransportOps){
    .open = &open_channel,
    .close = &close_channel,
    .mq = &channel_mq,
    .receive_done = &receive_done,
    .cls = node,
  };
  net->nodes[net->count++] = node;
}


void
fake_net_end (struct FakeNet *net)
{
  struct FakeEnd *end = net->head;

  while (NULL != end)
  {
    if (end->gone)
      end = end->next;
    else
    {
      retire (end);
      end = net->head;
    }
  }
}


void
fake_end_cut (struct FakeEnd *end)
{
  tell_closed (end);
}


void
fake_net_cut (struct FakeNet *net)
{
  struct FakeEnd *end = net->head;

  while (NULL != end)
  {
    if (end->gone)
      end = end->next;
    else
    {
      tell_closed (end);
      end = net->head;
    }
  }
}


unsigned int
fake_node_ends (const struct FakeNode *node)
{
  unsigned int ends = 0;

  for (struct FakeEnd *end = node->net->head; NULL != end; end = end->next)
    ends += (node == end->node) && !end->gone && (NULL != end->cls);
  return ends;
}


void
fake_node_wake (struct FakeNode *node)
{
  node->deaf = false;
  for (struct FakeEnd *end = node->net->head; NULL != end; end = end->next)
    if (node == end->node)
      wake (end);
}


void
fake_end_send (struct FakeEnd *end, const void *data, size_t size)
{
  push (end->other, data, size);
}
