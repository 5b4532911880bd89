/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/lab_relay.c
 * @brief One TCP connection between two peers of a lab, carried through.
 */
#include "lab_relay.h"
#include <errno.h>
#include <fcntl.h>
#include <gnunet/gnunet_protocols.h>
#include <netinet/tcp.h>
#include <unistd.h>

/** What GNUnet's TCP transport says first. */
struct Welcome
{
  struct GNUNET_MessageHeader header;
  struct GNUNET_PeerIdentity identity;
};


static bool
would_block (void)
{
  return (EAGAIN == errno) || (EINTR == errno) || (ENOTCONN == errno)
         || (EINPROGRESS == errno);
}


struct LabConnection *
lab_connection_accept (int listener, const struct sockaddr_in *lives)
{
  int one = accept (listener, NULL, NULL);
  int other = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int on = 1;
  struct LabConnection *connection;

  if ((0 > one) || (0 > other) || (0 != fcntl (one, F_SETFL, O_NONBLOCK))
      || ((0
           != connect (other, (const struct sockaddr *)lives, sizeof (*lives)))
          && !would_block ()))
  {
    if (0 <= one)
      (void)close (one);
    if (0 <= other)
      (void)close (other);
    return NULL;
  }
  (void)setsockopt (one, IPPROTO_TCP, TCP_NODELAY, &on, sizeof (on));
  (void)setsockopt (other, IPPROTO_TCP, TCP_NODELAY, &on, sizeof (on));
  connection = GNUNET_new (struct LabConnection);
  connection->sockets[0] = one;
  connection->sockets[1] = other;
  return connection;
}


void
lab_connection_close (struct LabConnection *connection)
{
  (void)close (connection->sockets[0]);
  (void)close (connection->sockets[1]);
  GNUNET_free (connection);
}


struct pollfd
lab_connection_poll (const struct LabConnection *connection, unsigned int side)
{
  const struct LabFlow *in = &connection->flows[side];
  const struct LabFlow *out = &connection->flows[1 - side];
  struct pollfd poll = { .fd = connection->sockets[side] };

  if (!in->ended && (LAB_FLOW_BYTES > in->end))
    poll.events |= POLLIN;
  if (connection->known
      && ((out->begin < out->end) || (out->ended && !out->told)))
    poll.events |= POLLOUT;
  /* poll() reports a reset whether it is asked or not, again and again. */
  if (0 == poll.events)
    poll.fd = -1;
  return poll;
}


/**
 * @return false if the socket is broken
 */
static bool
read_flow (struct LabFlow *flow, int socket)
{
  ssize_t got;

  if (flow->ended || (LAB_FLOW_BYTES == flow->end))
    return true;
  got = recv (socket, &flow->data[flow->end], LAB_FLOW_BYTES - flow->end, 0);
  if (0 > got)
    return would_block ();
  flow->end += (size_t)got;
  flow->ended = (0 == got);
  return true;
}


/**
 * @return false if the socket is broken
 */
static bool
write_flow (struct LabFlow *flow, int socket)
{
  ssize_t put;

  if (flow->begin < flow->end)
  {
    put = send (socket,
                &flow->data[flow->begin],
                flow->end - flow->begin,
                MSG_NOSIGNAL);
    if (0 > put)
      return would_block ();
    flow->begin += (size_t)put;
  }
  if (flow->begin < flow->end)
    return true;
  flow->begin = 0;
  flow->end = 0;
  if (!flow->ended || flow->told)
    return true;
  flow->told = true;
  return 0 == shutdown (socket, SHUT_WR);
}


bool
lab_connection_read (struct LabConnection *connection)
{
  return read_flow (&connection->flows[0], connection->sockets[0])
         && read_flow (&connection->flows[1], connection->sockets[1]);
}


bool
lab_connection_write (struct LabConnection *connection)
{
  if (!connection->known)
    return !connection->flows[0].ended;
  return write_flow (&connection->flows[0], connection->sockets[1])
         && write_flow (&connection->flows[1], connection->sockets[0])
         && !(connection->flows[0].told && connection->flows[1].told);
}


bool
lab_connection_welcome (const struct LabConnection *connection,
                        struct GNUNET_PeerIdentity *identity)
{
  const struct LabFlow *flow = &connection->flows[0];
  struct Welcome welcome;

  if (sizeof (welcome) > flow->end)
    return false;
  GNUNET_memcpy (&welcome, flow->data, sizeof (welcome));
  *identity = welcome.identity;
  if ((sizeof (welcome) != ntohs (welcome.header.size))
      || (GNUNET_MESSAGE_TYPE_TRANSPORT_TCP_WELCOME
          != ntohs (welcome.header.type)))
    *identity = (struct GNUNET_PeerIdentity){ .public_key = { .q_y = { 0 } } };
  return true;
}
