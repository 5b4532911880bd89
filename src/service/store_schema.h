/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_schema.h
 * @brief The tables of the store, as steps from one version to the next.
 */
#ifndef MQTT_SERVICE_STORE_SCHEMA_H
#define MQTT_SERVICE_STORE_SCHEMA_H

/** Says whose file it is: "MQTs". */
#define MQTT_STORE_APPLICATION_ID 0x4d515473

/** Version of files that this program writes. */
extern const unsigned int MQTT_store_schema_version;


/**
 * What to run to get from one version to the next.
 */
const char *
MQTT_store_schema_step (unsigned int version);

#endif
