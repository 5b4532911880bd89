/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/exchange_state.h
 * @brief What an exchange is made of.  Only for exchange.c and
 *        exchange_publish.c.
 */
#ifndef MQTT_TESTS_PEERS_EXCHANGE_STATE_H
#define MQTT_TESTS_PEERS_EXCHANGE_STATE_H

#include "exchange.h"
#include "letter.h"

/** Longest wait for what must happen, seconds: a peer whose CADET was restarted may be
    out of reach for two minutes. */
#define PATIENCE_S 240

struct Client
{
  struct Client *next;
  struct Client *prev;
  struct Exchange *exchange;
  struct GNUNET_MQTT_Handle *mqtt;
  unsigned int peer;
};

struct Inbox
{
  struct Inbox *next;
  struct Inbox *prev;
  struct Client *client;
  struct GNUNET_MQTT_Subscription *subscription;
  char *filter;
  size_t filter_size;
  struct LetterBox *box;
  enum Demand demand;
  uint64_t count;
  bool no_local;
  bool as_published;
  bool granted;
};

struct Exchange
{
  struct Group *group;
  struct Client *clients_head;
  struct Client *clients_tail;
  struct Inbox *inboxes_head;
  struct Inbox *inboxes_tail;
  /** Counts the messages published. */
  uint64_t number;
  /** Publications without an answer. */
  unsigned int unanswered;
  size_t unanswered_bytes;
  /** Subscriptions without an answer. */
  unsigned int ungranted;
};

#endif
