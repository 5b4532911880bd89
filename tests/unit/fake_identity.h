/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_identity.h
 * @brief Identities of peers that do not exist.
 */
#ifndef MQTT_TESTS_UNIT_FAKE_IDENTITY_H
#define MQTT_TESTS_UNIT_FAKE_IDENTITY_H

#include <gnunet/gnunet_util_lib.h>


/**
 * An identity made of a number; those of higher numbers are higher.
 */
static inline struct GNUNET_PeerIdentity
fake_identity (unsigned int number)
{
  struct GNUNET_PeerIdentity identity = { 0 };
  uint32_t first = htonl (number);

  memcpy (&identity, &first, sizeof (first));
  return identity;
}

#endif
