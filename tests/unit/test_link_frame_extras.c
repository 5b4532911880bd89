/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_link_frame_extras.c
 * @brief Tests of core/link_frame.h: PUBLISH without a serial, versions, groups.
 */
#include "run_cases.h"
#include "core/link_frame.h"
#include "wire.h"

#define NOW 1000

static const struct MQTT_LinkSerial serial = { .run = UINT64_MAX,
                                               .sequence = INT64_MAX };

static const struct MQTT_Version version = { .time_us = 20,
                                             .run = UINT64_MAX,
                                             .sequence = INT64_MAX };

static const struct MQTT_LinkGroup names[2] = { { "group 1" }, { "group 2" } };

static const struct MQTT_LinkGroups groups = { .names = names, .count = 2 };


/** At QoS 0 nothing is known again. */
START_TEST (publish_at_qos_0_has_no_serial)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = MQTT_message_create (&wire_publication, NOW);
  struct MQTT_FrameHeader header;
  struct MQTT_LinkFrame frame;
  struct Wire body;

  MQTT_link_put_publish (outbox, 17, NULL, message, 0, NULL);
  MQTT_message_unref (message);
  body = wire_take_body (outbox, NOW, &header);
  MQTT_outbox_destroy (outbox);
  ck_assert_uint_eq (26, body.size);
  ck_assert_int_eq (MQTT_LINK_DECODED,
                    MQTT_link_frame_decode (header.type,
                                            header.flags,
                                            body.data,
                                            body.size,
                                            &frame));
  ck_assert_uint_eq (0, frame.publish.serial.sequence);
  wire_assert_publication (&frame.publish.publication, 0);
  free (body.data);
}
END_TEST


/**
 * Put a publication with all extras, or some, and decode it.
 *
 * @return its body, to be freed after use of @a frame
 */
static struct Wire
decode_extras (const struct MQTT_LinkExtras *extras,
               bool will,
               struct MQTT_LinkFrame *frame)
{
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = MQTT_message_create (&wire_publication, NOW);
  struct MQTT_FrameHeader header;
  struct Wire body;

  message->version = version;
  message->will = will;
  MQTT_link_put_publish (outbox,
                         17,
                         extras->kept ? NULL : &serial,
                         message,
                         1,
                         extras);
  MQTT_message_unref (message);
  body = wire_take_body (outbox, NOW, &header);
  MQTT_outbox_destroy (outbox);
  for (size_t size = 0; size <= body.size; size++)
    ck_assert_int_eq ((size + wire_publication.payload_size >= body.size)
                        ? MQTT_LINK_DECODED
                        : MQTT_LINK_BAD,
                      MQTT_link_frame_decode (header.type,
                                              header.flags,
                                              body.data,
                                              size,
                                              frame));
  wire_assert_publication (&frame->publish.publication, 1);
  ck_assert_mem_eq (&version,
                    &frame->publish.publication.version,
                    sizeof (version));
  ck_assert (will == frame->publish.publication.will);
  ck_assert (extras->kept == frame->publish.extras.kept);
  return body;
}


START_TEST (what_is_kept_has_a_version_and_no_serial)
{
  struct MQTT_LinkFrame frame;

  free (decode_extras (&(struct MQTT_LinkExtras){ .kept = true }, false, &frame)
          .data);
  ck_assert_uint_eq (0, frame.publish.serial.sequence);
  ck_assert_uint_eq (0, frame.publish.extras.groups.count);
}
END_TEST


START_TEST (publish_names_groups)
{
  const struct MQTT_LinkExtras extras = { .groups = groups, .only = 0 != _i };
  struct MQTT_LinkFrame frame;
  struct Wire body = decode_extras (&extras, true, &frame);

  ck_assert (extras.only == frame.publish.extras.only);
  ck_assert_uint_eq (serial.sequence, frame.publish.serial.sequence);
  ck_assert_uint_eq (2, frame.publish.extras.groups.count);
  ck_assert_int_eq (
    0,
    memcmp (names, frame.publish.extras.groups.names, sizeof (names)));
  free (body.data);
}
END_TEST


START_TEST (want_is_only_to_keep)
{
  const struct MQTT_LinkWant keeps = { .number = 5, .epoch = 6, .keeps = true };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_FrameHeader header;
  struct MQTT_LinkFrame frame;
  struct Wire body;

  MQTT_link_put_want (outbox, &keeps);
  body = wire_take_body (outbox, NOW, &header);
  MQTT_outbox_destroy (outbox);
  ck_assert_int_eq (MQTT_LINK_DECODED,
                    MQTT_link_frame_decode (header.type,
                                            header.flags,
                                            body.data,
                                            body.size,
                                            &frame));
  ck_assert_uint_eq (5, frame.want.number);
  ck_assert_uint_eq (6, frame.want.epoch);
  ck_assert (frame.want.keeps);
  ck_assert (!frame.want.plain);
  ck_assert_uint_eq (0, frame.want.qos);
  free (body.data);
}
END_TEST


START_TEST (want_names_groups)
{
  for (unsigned int plain = 0; plain < 2; plain++)
  {
    const struct MQTT_LinkWant grouped = { .qos = 1,
                                           .plain = (0 != plain),
                                           .groups = groups };
    struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
    struct MQTT_FrameHeader header;
    struct MQTT_LinkFrame frame;
    struct Wire body;

    MQTT_link_put_want (outbox, &grouped);
    body = wire_take_body (outbox, NOW, &header);
    MQTT_outbox_destroy (outbox);
    for (size_t size = 0; size <= body.size; size++)
      ck_assert_int_eq ((size == body.size) ? MQTT_LINK_DECODED : MQTT_LINK_BAD,
                        MQTT_link_frame_decode (header.type,
                                                header.flags,
                                                body.data,
                                                size,
                                                &frame));
    ck_assert (grouped.plain == frame.want.plain);
    ck_assert_uint_eq (2, frame.want.groups.count);
    ck_assert_int_eq (0,
                      memcmp (names, frame.want.groups.names, sizeof (names)));
    free (body.data);
  }
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("link_frame_extras");

  tcase_add_test (cases, publish_at_qos_0_has_no_serial);
  tcase_add_test (cases, what_is_kept_has_a_version_and_no_serial);
  tcase_add_loop_test (cases, publish_names_groups, 0, 2);
  tcase_add_test (cases, want_is_only_to_keep);
  tcase_add_test (cases, want_names_groups);
  return run_cases ("link_frame_extras", cases);
}
