/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/lab_relay.h
 * @brief One TCP connection between two peers of a lab, carried through.
 *
 * Knows nothing of cuts and of which peers there are.
 */
#ifndef MQTT_CLI_LAB_RELAY_H
#define MQTT_CLI_LAB_RELAY_H

#include <gnunet/gnunet_util_lib.h>
#include <poll.h>
#include <stdbool.h>

/** Bytes that may be under way in each direction. */
#define LAB_FLOW_BYTES (64 * 1024)

/** What one end has sent and the other not been given yet. */
struct LabFlow
{
  uint8_t data[LAB_FLOW_BYTES];
  size_t begin;
  size_t end;
  /** The one end sends no more. */
  bool ended;
  /** The other one knows. */
  bool told;
};

struct LabConnection
{
  struct LabConnection *prev;
  struct LabConnection *next;
  /** Of who has connected, and of the peer it connected to. */
  int sockets[2];
  /** What the socket of the same index brings. */
  struct LabFlow flows[2];
  /** For the owner: numbers of the peers. */
  unsigned int from;
  unsigned int to;
  /** Who has connected has said who it is: nothing is written before. */
  bool known;
};


/**
 * Take a connection, and make the other half of it.
 *
 * @param listener where to take it
 * @param lives where the peer listens
 * @return NULL if there is none, or the peer does not listen
 */
struct LabConnection *
lab_connection_accept (int listener, const struct sockaddr_in *lives);


/**
 * Close both halves.
 */
void
lab_connection_close (struct LabConnection *connection);


/**
 * What to poll() a socket for; the descriptor is -1 if for nothing.
 *
 * @param side index of the socket
 */
struct pollfd
lab_connection_poll (const struct LabConnection *connection, unsigned int side);


/**
 * Read what there is and there is room for.
 *
 * @return false if the connection is broken
 */
bool
lab_connection_read (struct LabConnection *connection);


/**
 * Write what there is, if it is known who has connected.
 *
 * @return false if the connection is broken, or all has been said
 */
bool
lab_connection_write (struct LabConnection *connection);


/**
 * Who says it has connected?
 *
 * @param[out] identity set; all 0 if it does not begin as a peer does
 * @return false if it has not said enough yet
 */
bool
lab_connection_welcome (const struct LabConnection *connection,
                        struct GNUNET_PeerIdentity *identity);

#endif
