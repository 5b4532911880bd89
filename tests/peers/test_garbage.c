/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_garbage.c
 * @brief Peers and clients that do not speak the protocol, or lie in it, are
 *        dropped and counted, each once; the others are served as ever.
 */
#include <gnunet/gnunet_cadet_service.h>
#include "core/ipc_frame.h"
#include "core/link_frame.h"
#include "exchange.h"
#include "group_cases.h"
#include "processes.h"
#include "stream/stream.h"

#define PATIENCE_S 60

/** Peers of the group. */
enum
{
  PUBLISHER,
  VICTIM,
  STRANGER
};

/** Bytes of a stream that make it illegal. */
struct Garbage
{
  const char *name;
  size_t size;
  const char *bytes;
};

#define GARBAGE(name, bytes) \
  { \
    name, sizeof (bytes) - 1, bytes \
  }

/* Frame head: type, flags, 2 bytes reserved, 4 bytes size. */

#define LINK_HELLO \
  "\1\0\0\0\0\0\0\x14" \
  "\1\0\0\0" \
  "\0\0\0\0" \
  "\1\2\3\4\5\6\7\x8" \
  "\0\x10\0\0"

static const struct Garbage on_links[] = {
  GARBAGE ("noise", "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4"),
  GARBAGE ("text", "GET / HTTP/1.1\r\n\r\n"),
  GARBAGE ("a frame of 4 GB", LINK_HELLO "\6\0\0\0\xff\xff\xff\xff"),
  GARBAGE ("no HELLO", "\7\0\0\0\0\0\0\0"),
  GARBAGE ("HELLO twice", LINK_HELLO LINK_HELLO),
  GARBAGE ("HELLO of no version", "\1\0\0\0\0\0\0\0"),
  GARBAGE ("an odd type that nobody knows", LINK_HELLO "\x9\0\0\0\0\0\0\0"),
  GARBAGE ("reserved bits", LINK_HELLO "\7\0\0\1\0\0\0\0"),
  GARBAGE ("TOPIC without levels",
           LINK_HELLO "\2\0\0\0\0\0\0\x8\0\0\0\1\0\0\0\1"),
  GARBAGE ("TOPIC cut short", LINK_HELLO "\2\0\0\0\0\0\0\3\0\0\0"),
  GARBAGE ("WANT cut short", LINK_HELLO "\3\0\0\0\0\0\0\4\0\0\0\1"),
  GARBAGE ("NAME of no topic", LINK_HELLO "\5\0\0\0\0\0\0\5\0\0\0\x7x"),
  GARBAGE ("NAME with a wildcard", LINK_HELLO "\5\0\0\0\0\0\0\5\0\0\0\x7#"),
  GARBAGE ("PUBLISH of no topic", LINK_HELLO "\6\0\0\0\0\0\0\5\0\0\0\x7x"),
};

#define ZEROS "\0\0\0\0\0\0\0\0"

/** A client's HELLO of version 3; it has no identity of a peer. */
#define IPC_HELLO \
  "\1\0\0\0\0\0\0\x28" \
  "\3\0\0\0\0\0\0\0" ZEROS ZEROS ZEROS ZEROS

static const struct Garbage on_ipc[] = {
  GARBAGE ("noise", "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4"),
  GARBAGE ("a frame of 4 GB", IPC_HELLO "\5\0\0\0\xff\xff\xff\xff"),
  GARBAGE ("no HELLO", "\2\0\0\0\0\0\0\5\0\0\0\1a"),
  GARBAGE ("HELLO twice", IPC_HELLO IPC_HELLO),
  GARBAGE ("what only the service says",
           IPC_HELLO "\x7\0\0\0\0\0\0\x9\0\0\0\0\0\0\0\1\0"),
  GARBAGE ("PUBLISH without NAME",
           IPC_HELLO "\5\0\0\0\0\0\0\x9\0\0\0\0\0\1\0\0x"),
  GARBAGE ("NAME with a wildcard", IPC_HELLO "\2\0\0\0\0\0\0\5\0\0\0\1#"),
  GARBAGE ("NAME beyond the numbers", IPC_HELLO "\2\0\0\0\0\0\0\5\0\1\0\0a"),
  GARBAGE ("SUBSCRIBE without a filter",
           IPC_HELLO "\3\0\0\0\0\0\0\x8\0\0\0\0\0\0\0\1"),
  GARBAGE ("SUBSCRIBE to no filter",
           IPC_HELLO "\3\0\0\0\0\0\0\xb\0\0\0\0\0\0\0\1a#b"),
  GARBAGE ("OPEN without a client identifier",
           IPC_HELLO "\x9\0\0\0\0\0\0\x10\0\0\0\1\0\0\0\0"
                     "\xff\xff\xff\xff\0\1\0\0"),
  GARBAGE ("OPEN of the connection's own session",
           IPC_HELLO "\x9\0\0\0\0\0\0\x11\0\0\0\0\0\0\0\0"
                     "\xff\xff\xff\xff\0\1\0\1"
                     "a"),
};


/** One who sends garbage. */
struct Villain
{
  struct GNUNET_CADET_Handle *cadet;
  struct GNUNET_CADET_Channel *channel;
  struct GNUNET_MQ_Handle *mq;
  bool is_dropped;
};


static bool
is_dropped (void *cls)
{
  const struct Villain *villain = cls;

  return villain->is_dropped;
}


static void
send_bytes (struct GNUNET_MQ_Handle *mq, const struct Garbage *garbage)
{
  struct GNUNET_MessageHeader *message;
  struct GNUNET_MQ_Envelope *envelope = GNUNET_MQ_msg_extra (
    message,
    garbage->size,
    MQTT_MESSAGE_TYPE_SEGMENT);

  memcpy (&message[1], garbage->bytes, garbage->size);
  GNUNET_MQ_send (mq, envelope);
}


static enum GNUNET_GenericReturnValue
check_answer (void *cls, const struct GNUNET_MessageHeader *message)
{
  (void)cls;
  (void)message;
  return GNUNET_OK;
}


static void
handle_answer (void *cls, const struct GNUNET_MessageHeader *message)
{
  struct Villain *villain = cls;

  (void)message;
  if (NULL != villain->channel)
    GNUNET_CADET_receive_done (villain->channel);
}


static void
handle_channel_end (void *cls, const struct GNUNET_CADET_Channel *channel)
{
  struct Villain *villain = cls;

  (void)channel;
  villain->channel = NULL;
  villain->is_dropped = true;
}


static void
handle_error (void *cls, enum GNUNET_MQ_Error error)
{
  struct Villain *villain = cls;

  (void)error;
  GNUNET_MQ_destroy (villain->mq);
  villain->mq = NULL;
  villain->is_dropped = true;
}


static void
end_villain (void *cls)
{
  struct Villain *villain = cls;

  if (NULL != villain->channel)
    GNUNET_CADET_channel_destroy (villain->channel);
  if (NULL != villain->cadet)
    GNUNET_CADET_disconnect (villain->cadet);
  if (NULL != villain->mq)
    GNUNET_MQ_destroy (villain->mq);
  GNUNET_free (villain);
}


static struct Villain *
new_villain (struct Group *group)
{
  struct Villain *villain = GNUNET_new (struct Villain);

  group_at_end (group, &end_villain, villain);
  return villain;
}


/** Two who are not to be disturbed. */
struct Honest
{
  struct Client *publisher;
  struct Inbox *inbox;
  struct Exchange *exchange;
  pid_t victim;
};


static struct Honest
make_honest (struct Group *group)
{
  struct Honest honest = { .exchange = exchange_create (group) };

  honest.publisher = client_start (honest.exchange, PUBLISHER);
  honest.inbox = subscribe (client_start (honest.exchange, VICTIM), "a/+");
  publish (honest.publisher, "a/b");
  exchange_settle (honest.exchange);
  honest.victim = process_of_service (group, VICTIM, "mqtt");
  return honest;
}


static void
check_honest (struct Group *group, struct Honest *honest, const char *name)
{
  publish (honest->publisher, "a/b");
  publish (honest->publisher, name);
  exchange_settle (honest->exchange);
  group_check (group,
               honest->victim == process_of_service (group, VICTIM, "mqtt"),
               "the service has died of %s",
               name);
}


/**
 * The victim has dropped the one, and counted it once.
 */
static void
check_dropped (struct Group *group,
               struct Villain *villain,
               const char *counter,
               uint64_t before,
               const char *name)
{
  group_wait (group, PATIENCE_S, &is_dropped, villain, name);
  group_wait_statistic (group, VICTIM, "mqtt", counter, before + 1);
  group_check (group,
               before + 1 == group_statistic (group, VICTIM, "mqtt", counter),
               "%s was counted more than once",
               name);
}


static void
links (struct Group *group)
{
  const char *counter = "# links dropped: protocol violated";
  struct Honest honest = make_honest (group);
  struct Villain *villain = new_villain (group);
  struct GNUNET_MQ_MessageHandler handlers[] = { GNUNET_MQ_hd_var_size (
                                                   answer,
                                                   MQTT_MESSAGE_TYPE_SEGMENT,
                                                   struct GNUNET_MessageHeader,
                                                   villain),
                                                 GNUNET_MQ_handler_end () };
  struct GNUNET_PeerIdentity victim;
  struct GNUNET_HashCode port;

  GNUNET_CRYPTO_hash (MQTT_LINK_PORT, strlen (MQTT_LINK_PORT), &port);
  group_check (
    group,
    GNUNET_OK
      == GNUNET_CRYPTO_get_peer_identity (group_cfg (group, VICTIM), &victim),
    "no identity");
  villain->cadet = GNUNET_CADET_connect (group_cfg (group, STRANGER));
  for (unsigned int i = 0; i < sizeof (on_links) / sizeof (*on_links); i++)
  {
    uint64_t before = group_statistic (group, VICTIM, "mqtt", counter);

    villain->is_dropped = false;
    villain->channel = GNUNET_CADET_channel_create (villain->cadet,
                                                    villain,
                                                    &victim,
                                                    &port,
                                                    NULL,
                                                    &handle_channel_end,
                                                    handlers);
    send_bytes (GNUNET_CADET_get_mq (villain->channel), &on_links[i]);
    check_dropped (group, villain, counter, before, on_links[i].name);
  }
  check_honest (group, &honest, "a/after garbage on links");
}


static void
ipc (struct Group *group)
{
  const char *counter = "# clients dropped: protocol violated";
  struct Honest honest = make_honest (group);
  struct Villain *villain = new_villain (group);
  struct GNUNET_MQ_MessageHandler handlers[] = { GNUNET_MQ_hd_var_size (
                                                   answer,
                                                   MQTT_MESSAGE_TYPE_SEGMENT,
                                                   struct GNUNET_MessageHeader,
                                                   villain),
                                                 GNUNET_MQ_handler_end () };

  for (unsigned int i = 0; i < sizeof (on_ipc) / sizeof (*on_ipc); i++)
  {
    uint64_t before = group_statistic (group, VICTIM, "mqtt", counter);

    villain->is_dropped = false;
    villain->mq = GNUNET_CLIENT_connect (group_service_cfg (group, VICTIM),
                                         "mqtt",
                                         handlers,
                                         &handle_error,
                                         villain);
    group_check (group, NULL != villain->mq, "no connection");
    send_bytes (villain->mq, &on_ipc[i]);
    check_dropped (group, villain, counter, before, on_ipc[i].name);
  }
  check_honest (group, &honest, "a/after garbage on ipc");
}


static const struct GroupCase cases[] = {
  { "on links", { .peers = 3, .transport = "tcp" }, &links },
  { "on ipc", { .peers = 2, .transport = "tcp" }, &ipc },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("garbage",
                          on_a_group,
                          cases,
                          sizeof (cases) / sizeof (*cases));
}
