/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/format_encode.h
 * @brief Bytes as text, in pieces: payloads may be large.
 */
#ifndef MQTT_CLI_FORMAT_ENCODE_H
#define MQTT_CLI_FORMAT_ENCODE_H

#include "format.h"


/**
 * Write two digits a byte.
 */
void
CLI_encode_hex (const void *data,
                size_t size,
                bool upper_case,
                CLI_Sink sink,
                void *cls);


/**
 * Characters of CLI_encode_base64().
 */
size_t
CLI_base64_size (size_t size);


/**
 * Write base64 (RFC 4648), padded, without line ends.
 */
void
CLI_encode_base64 (const void *data, size_t size, CLI_Sink sink, void *cls);

#endif
