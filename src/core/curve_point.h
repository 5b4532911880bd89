/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/curve_point.h
 * @brief Which public keys signatures may be verified with.
 */
#ifndef MQTT_CORE_CURVE_POINT_H
#define MQTT_CORE_CURVE_POINT_H

#include <stdbool.h>
#include <stdint.h>

/** Bytes of a key. */
#define MQTT_CURVE_POINT_SIZE 32


/**
 * Is this a point of Ed25519's main subgroup, one that libgcrypt survives?  When a
 * coordinate of a key is so small that its highest limb is 0, libgcrypt 1.10
 * ends the process as it verifies an ECDSA signature.  Such keys are easily
 * made, and made by chance once in 2^63.
 *
 * @param point its y coordinate, little-endian, and the sign of x, as keys of both
 *        types are written
 */
bool
MQTT_curve_point_check (const uint8_t point[MQTT_CURVE_POINT_SIZE]);

#endif
