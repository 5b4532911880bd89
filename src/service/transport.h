/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/transport.h
 * @brief Channels to other peers, as a table of functions: CADET in the
 *        service, a fake in tests.
 *
 * A channel is reliable and ordered, carries segments of a byte stream, and may
 * vanish without a word about what arrived.
 */
#ifndef MQTT_SERVICE_TRANSPORT_H
#define MQTT_SERVICE_TRANSPORT_H

#include <gnunet/gnunet_util_lib.h>

/** What the transport's user is told. */
struct MQTT_TransportEvents
{
  /**
   * A peer has opened a channel.  Must not close it from within the call.
   *
   * @param cls closure of the events
   * @param channel handle of the channel
   * @param peer who opened it
   * @return closure for the other events of the channel; NULL to have it closed
   */
  void *(*incoming) (void *cls,
                     void *channel,
                     const struct GNUNET_PeerIdentity *peer);

  /**
   * A segment arrived.  The next one arrives after receive_done().
   *
   * @param channel_cls closure of the channel
   * @param data bytes of the stream, at least one
   * @param size how many
   */
  void (*segment) (void *channel_cls, const void *data, size_t size);

  /**
   * The channel is gone, and its handle and message queue with it.
   */
  void (*closed) (void *channel_cls);

  /** Closure for @e incoming. */
  void *cls;
};

/** How to use channels. */
struct MQTT_TransportOps
{
  /**
   * Open a channel.  Its message queue may be used at once.
   *
   * @param cls closure
   * @param peer whom to reach
   * @param channel_cls closure for the events of the channel
   * @return handle; NULL if that is impossible now
   */
  void *(*open) (void *cls,
                 const struct GNUNET_PeerIdentity *peer,
                 void *channel_cls);

  /**
   * Close a channel; no event follows.  What was given to its message queue is
   * sent if that is possible.  Not from within closed().
   */
  void (*close) (void *cls, void *channel);

  /** Message queue of a channel, valid while the channel is. */
  struct GNUNET_MQ_Handle *(*mq) (void *cls, void *channel);

  /** Ready for the next segment; once for each segment. */
  void (*receive_done) (void *cls, void *channel);

  /** Closure for all of them. */
  void *cls;
};

#endif
