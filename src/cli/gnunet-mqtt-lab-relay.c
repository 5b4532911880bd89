/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/gnunet-mqtt-lab-relay.c
 * @brief Carries what the peers of a lab send each other over TCP, so that traffic
 *        between two sets of them can be stopped without any being told.
 *
 *     gnunet-mqtt-lab-relay FROM-PORT TO-PORT CUT-FILE {ADDRESS IDENTITY}...
 *
 * Listens at FROM-PORT of each address, peer 1's first, and connects to TO-PORT
 * there.  Returns when it listens, and goes on in the background.  CUT-FILE, to
 * be replaced as a whole, has the numbers of the peers on one side of the cut;
 * there is no cut if there is no such file.  What is under way between the sides
 * waits, as in TCP's own queues when a cable is pulled out.
 *
 * Knows of GNUnet only how its TCP transport begins: who connects says at once who
 * it is, in the clear.
 */
#include "lab_relay.h"
#include <arpa/inet.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/** How often a cut is looked at while nothing can move because of it, milliseconds. */
#define CUT_INTERVAL 20

/** Exit codes. */
#define EXIT_USE 1
#define EXIT_NO_LISTENER 2

struct Peer
{
  struct sockaddr_in listens;
  struct sockaddr_in lives;
  struct GNUNET_PeerIdentity identity;
  int listener;
  /** On the side of the cut that the file names. */
  bool beyond;
};

struct Relay
{
  const char *cut_file;
  /** The file as it was read last; all 0 if there was none. */
  struct stat cut;
  /** Number 0 stands for whoever is none of the others. */
  struct Peer *peers;
  unsigned int count;
  struct LabConnection *head;
  struct LabConnection *tail;
  /** Listeners first, then two for each connection. */
  struct pollfd *polls;
  unsigned int allocated;
};


/**
 * Read who is on the other side of the cut.
 */
static void
load_cut (struct Relay *relay)
{
  FILE *file = fopen (relay->cut_file, "r");
  char line[16];

  for (unsigned int i = 0; i <= relay->count; i++)
    relay->peers[i].beyond = false;
  if (NULL == file)
    return;
  while (NULL != fgets (line, sizeof (line), file))
  {
    unsigned long number = strtoul (line, NULL, 10);

    if (number <= relay->count)
      relay->peers[number].beyond = true;
  }
  (void)fclose (file);
}


/**
 * Read the cut if it is another one than before.
 */
static void
check_cut (struct Relay *relay)
{
  struct stat now = { .st_ino = 0 };

  if (0 != stat (relay->cut_file, &now))
    now = (struct stat){ .st_ino = 0 };
  if ((now.st_ino == relay->cut.st_ino)
      && (now.st_mtim.tv_sec == relay->cut.st_mtim.tv_sec)
      && (now.st_mtim.tv_nsec == relay->cut.st_mtim.tv_nsec))
    return;
  relay->cut = now;
  load_cut (relay);
}


/**
 * Is there a cut between the two ends?  Nobody knows before the first has said
 * who it is.
 */
static bool
is_parted (const struct Relay *relay, const struct LabConnection *connection)
{
  return connection->known
         && (relay->peers[connection->from].beyond
             != relay->peers[connection->to].beyond);
}


/**
 * Find out who has connected, as soon as that can be.
 */
static void
recognize (struct Relay *relay, struct LabConnection *connection)
{
  struct GNUNET_PeerIdentity identity;

  if (connection->known || !lab_connection_welcome (connection, &identity))
    return;
  connection->known = true;
  for (unsigned int i = 1; i <= relay->count; i++)
    if (0 == GNUNET_memcmp (&identity, &relay->peers[i].identity))
      connection->from = i;
}


static void
accept_from (struct Relay *relay, unsigned int to)
{
  struct LabConnection *connection = lab_connection_accept (
    relay->peers[to].listener,
    &relay->peers[to].lives);

  if (NULL == connection)
    return;
  connection->to = to;
  GNUNET_CONTAINER_DLL_insert_tail (relay->head, relay->tail, connection);
}


/**
 * Say what to wait for.
 *
 * @param[out] parted set: something cannot move because of the cut
 * @return number of entries
 */
static unsigned int
fill_polls (struct Relay *relay, bool *parted)
{
  unsigned int used = 0;

  *parted = false;
  for (unsigned int i = 1; i <= relay->count; i++)
    relay->polls[used++] = (struct pollfd){ .fd = relay->peers[i].listener,
                                            .events = POLLIN };
  for (struct LabConnection *connection = relay->head; NULL != connection;
       connection = connection->next)
  {
    bool waits = is_parted (relay, connection);

    if (used + 2 > relay->allocated)
      GNUNET_array_grow (relay->polls, relay->allocated, 2 * used + 2);
    *parted |= waits;
    for (unsigned int side = 0; side < 2; side++)
    {
      relay->polls[used] = lab_connection_poll (connection, side);
      if (waits)
        relay->polls[used].fd = -1;
      used++;
    }
  }
  return used;
}


/**
 * Move what can be moved.
 */
static void
serve (struct Relay *relay)
{
  const struct pollfd *poll = &relay->polls[relay->count];
  struct LabConnection *next;

  for (struct LabConnection *connection = relay->head; NULL != connection;
       connection = next, poll += 2)
  {
    next = connection->next;
    if (is_parted (relay, connection)
        || (0 == (poll[0].revents | poll[1].revents)))
      continue;
    if (lab_connection_read (connection))
    {
      recognize (relay, connection);
      if (is_parted (relay, connection) || lab_connection_write (connection))
        continue;
    }
    GNUNET_CONTAINER_DLL_remove (relay->head, relay->tail, connection);
    lab_connection_close (connection);
  }
  /* Last, so that connections and entries are in step above. */
  for (unsigned int i = 1; i <= relay->count; i++)
    if (0 != (relay->polls[i - 1].revents & POLLIN))
      accept_from (relay, i);
}


static void
run (struct Relay *relay)
{
  for (;;)
  {
    bool parted;
    unsigned int used = fill_polls (relay, &parted);

    (void)poll (relay->polls, used, parted ? CUT_INTERVAL : -1);
    check_cut (relay);
    serve (relay);
  }
}


/**
 * Listen for a peer.
 */
static bool
listen_for (struct Peer *peer)
{
  int on = 1;

  peer->listener = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  return (0 <= peer->listener)
         && (0
             == setsockopt (peer->listener,
                            SOL_SOCKET,
                            SO_REUSEADDR,
                            &on,
                            sizeof (on)))
         && (0
             == bind (peer->listener,
                      (const struct sockaddr *)&peer->listens,
                      sizeof (peer->listens)))
         && (0 == listen (peer->listener, SOMAXCONN));
}


static bool
parse_port (const char *text, in_port_t *port)
{
  char *end;
  unsigned long value = strtoul (text, &end, 10);

  *port = htons ((uint16_t)value);
  return ('\0' == *end) && (0 < value) && (UINT16_MAX >= value);
}


/**
 * @param arguments of the program: address and identity
 */
static bool
parse_peer (char *const *arguments,
            in_port_t from,
            in_port_t to,
            struct Peer *peer)
{
  peer->listens = (struct sockaddr_in){ .sin_family = AF_INET,
                                        .sin_port = from };
  if ((1 != inet_pton (AF_INET, arguments[0], &peer->listens.sin_addr))
      || (GNUNET_OK
          != GNUNET_CRYPTO_eddsa_public_key_from_string (
            arguments[1],
            strlen (arguments[1]),
            &peer->identity.public_key)))
    return false;
  peer->lives = peer->listens;
  peer->lives.sin_port = to;
  return true;
}


static int
complain (const char *program, int code, const char *what)
{
  (void)fprintf (stderr, "%s: %s\n", program, what);
  return code;
}


int
main (int argc, char *const *argv)
{
  struct Relay relay = { .head = NULL };
  in_port_t from;
  in_port_t to;

  if ((argc < 6) || (0 != argc % 2) || !parse_port (argv[1], &from)
      || !parse_port (argv[2], &to))
    return complain (argv[0], EXIT_USE, "started by gnunet-mqtt-lab only");
  relay.cut_file = argv[3];
  relay.count = (unsigned int)(argc - 4) / 2;
  relay.peers = GNUNET_new_array (relay.count + 1, struct Peer);
  GNUNET_array_grow (relay.polls, relay.allocated, relay.count);
  for (unsigned int i = 1; i <= relay.count; i++)
  {
    if (!parse_peer (&argv[2 + 2 * i], from, to, &relay.peers[i]))
      return complain (argv[0], EXIT_USE, "no address or identity");
    if (!listen_for (&relay.peers[i]))
      return complain (argv[0], EXIT_NO_LISTENER, strerror (errno));
  }
  if (0 != daemon (1, 0))
    return complain (argv[0], EXIT_NO_LISTENER, strerror (errno));
  run (&relay);
}
