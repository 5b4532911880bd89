/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/curve_point.c
 * @brief Checks public keys before libgcrypt computes with them.
 */
#include "curve_point.h"
#include <gcrypt.h>
#include <gnunet/gnunet_util_lib.h>
#include <limits.h>
#include <sodium.h>

/** Coordinates of no more bits lack libgcrypt's highest limb. */
#define BITS_LACKING \
  (CHAR_BIT * (MQTT_CURVE_POINT_SIZE - sizeof (unsigned long)))


/**
 * Does a coordinate have all limbs?
 */
static bool
is_whole (gcry_mpi_t coordinate)
{
  return BITS_LACKING < gcry_mpi_get_nbits (coordinate);
}


/**
 * Get y, without computing.
 */
static gcry_mpi_t
y_of (const uint8_t point[MQTT_CURVE_POINT_SIZE])
{
  uint8_t big_endian[MQTT_CURVE_POINT_SIZE];
  gcry_mpi_t y;

  for (size_t i = 0; i < sizeof (big_endian); i++)
    big_endian[i] = point[sizeof (big_endian) - 1 - i];
  /* The highest bit is the sign of x. */
  big_endian[0] &= 0x7f;
  GNUNET_assert (0
                 == gcry_mpi_scan (&y,
                                   GCRYMPI_FMT_USG,
                                   big_endian,
                                   sizeof (big_endian),
                                   NULL));
  return y;
}


/**
 * Compute x.
 *
 * @return 0 if there is none
 */
static gcry_mpi_t
x_of (const uint8_t point[MQTT_CURVE_POINT_SIZE])
{
  gcry_mpi_t code = gcry_mpi_set_opaque_copy (NULL,
                                              point,
                                              CHAR_BIT * MQTT_CURVE_POINT_SIZE);
  gcry_mpi_point_t decoded = gcry_mpi_point_new (0);
  gcry_mpi_t x = gcry_mpi_new (0);
  gcry_ctx_t curve;

  GNUNET_assert (0 == gcry_mpi_ec_new (&curve, NULL, "Ed25519"));
  if (0 == gcry_mpi_ec_decode_point (decoded, code, curve))
    gcry_mpi_point_get (x, NULL, NULL, decoded);
  gcry_ctx_release (curve);
  gcry_mpi_point_release (decoded);
  gcry_mpi_release (code);
  return x;
}


bool
MQTT_curve_point_check (const uint8_t point[MQTT_CURVE_POINT_SIZE])
{
  gcry_mpi_t x;
  gcry_mpi_t y;
  bool whole;

  if (1 != crypto_core_ed25519_is_valid_point (point))
    return false;
  y = y_of (point);
  whole = is_whole (y);
  gcry_mpi_release (y);
  if (!whole)
    return false;
  x = x_of (point);
  whole = is_whole (x);
  gcry_mpi_release (x);
  return whole;
}
