/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/intake.h
 * @brief What a peer publishes at QoS 1 and 2 on a link: taken once and then
 *        acknowledged when that is on disk, or returned.
 */
#ifndef MQTT_SERVICE_INTAKE_H
#define MQTT_SERVICE_INTAKE_H

#include "inbox.h"
#include "links.h"

struct MQTT_Intake;


/**
 * @param link the link, which has a new wire
 */
struct MQTT_Intake *
MQTT_intake_create (struct MQTT_Link *link);


/**
 * The peer has said HELLO on the wire.
 */
void
MQTT_intake_begin (struct MQTT_Intake *intake);


/**
 * The wire is gone: nothing is acknowledged on it any more, and the peer may be gone,
 * too.
 */
void
MQTT_intake_destroy (struct MQTT_Intake *intake);


/**
 * Hand a publication to its subscribers; but not a will that was told here before.
 *
 * @param intake the intake
 * @param topic its topic
 * @param message the publication
 * @param audience for whom of them it is
 * @param source who waits if queues are full
 */
void
MQTT_intake_deliver (struct MQTT_Intake *intake,
                     struct MQTT_Topic *topic,
                     struct MQTT_Message *message,
                     const struct MQTT_Audience *audience,
                     struct MQTT_Source *source);


/**
 * The peer tells a will.
 *
 * @param intake the intake
 * @param topic the will's topic; NULL if that is not wanted here
 * @param will the will
 */
void
MQTT_intake_will (struct MQTT_Intake *intake,
                  const struct MQTT_Topic *topic,
                  const struct MQTT_LinkWill *will);


/**
 * The peer takes a will back.
 */
void
MQTT_intake_unwill (struct MQTT_Intake *intake,
                    const struct MQTT_LinkSerial *will);


/**
 * Was a publication taken before?  Then it was counted, and is acknowledged.
 */
bool
MQTT_intake_has (struct MQTT_Intake *intake, const struct MQTT_InboxItem *item);


/**
 * Take a publication, and hand it to its subscribers, if these have room for it
 * and the store takes it.
 *
 * @param intake the intake
 * @param item what it is called
 * @param topic its topic
 * @param publication the publication
 * @param audience for whom of them it is
 * @param source who waits if queues are full
 * @return false if it is to be returned
 */
bool
MQTT_intake_take (struct MQTT_Intake *intake,
                  const struct MQTT_InboxItem *item,
                  struct MQTT_Topic *topic,
                  const struct MQTT_Publication *publication,
                  const struct MQTT_Audience *audience,
                  struct MQTT_Source *source);


/**
 * Where answers go.
 */
struct MQTT_Outbox *
MQTT_intake_outbox (const struct MQTT_Intake *intake);


/**
 * Return a publication.
 *
 * @return false if that is too much to remember; the link is to be dropped
 */
bool
MQTT_intake_return (struct MQTT_Intake *intake,
                    const struct MQTT_InboxItem *item);


/**
 * Note that nothing of a topic can be taken, whatever the peer has left of it.
 *
 * @param intake the intake
 * @param item its topic
 * @return false if that is too much to remember
 */
bool
MQTT_intake_put_off (struct MQTT_Intake *intake,
                     const struct MQTT_InboxItem *item);


/**
 * Must the link be dropped?  See MQTT_inbox_is_over().
 */
bool
MQTT_intake_is_void (const struct MQTT_Intake *intake);


/**
 * A publication follows one that was returned: it goes the same way without a
 * word.
 */
void
MQTT_intake_follow (struct MQTT_Intake *intake);


/**
 * A segment has been read: have what was taken acknowledged, and wills given up that
 * were not told again in time.
 */
void
MQTT_intake_flush (struct MQTT_Intake *intake);


/**
 * The link's queue has room: acknowledge what had to wait for it.
 */
void
MQTT_intake_continue (struct MQTT_Intake *intake);

#endif
