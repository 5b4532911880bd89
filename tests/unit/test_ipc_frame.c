/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_ipc_frame.c
 * @brief Tests of core/ipc_frame.h: what is put is decoded.
 */
#include "run_cases.h"
#include "ipc_samples.h"


/**
 * Decode a frame as it was put, or fail.
 *
 * @return its body, to be freed after use of @a frame
 */
static struct Wire
decode_sample (enum MQTT_IpcSide side,
               enum MQTT_IpcFrameType type,
               struct MQTT_IpcFrame *frame)
{
  struct MQTT_FrameHeader header;
  struct Wire body = make_sample (type, &header);

  ck_assert (decode_from (side, &header, &body, frame));
  ck_assert_int_eq (type, frame->type);
  return body;
}


START_TEST (hello_of_the_service)
{
  struct MQTT_IpcFrame frame;
  struct Wire body = decode_sample (MQTT_IPC_FROM_SERVICE,
                                    MQTT_IPC_HELLO,
                                    &frame);

  ck_assert_uint_eq (sample_hello.version, frame.hello.version);
  ck_assert_uint_eq (sample_hello.maximum_qos, frame.hello.maximum_qos);
  ck_assert (frame.hello.retain_available);
  ck_assert_uint_eq (sample_hello.maximum_payload, frame.hello.maximum_payload);
  ck_assert_mem_eq (&sample_hello.peer,
                    &frame.hello.peer,
                    sizeof (frame.hello.peer));
  free (body.data);
}
END_TEST


START_TEST (hello_of_a_client)
{
  static const struct MQTT_IpcHello client = { .version = MQTT_IPC_VERSION };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_FrameHeader header;
  struct MQTT_IpcFrame frame;
  struct Wire body;

  MQTT_ipc_put_hello (outbox, &client);
  body = wire_take_body (outbox, NOW, &header);
  for (size_t i = 0; i < body.size; i++)
  {
    ck_assert (MQTT_ipc_frame_decode (MQTT_IPC_FROM_CLIENT,
                                      header.type,
                                      header.flags,
                                      body.data,
                                      body.size,
                                      &frame));
    ck_assert_uint_eq (MQTT_IPC_VERSION, frame.hello.version);
    /* What only a service says, a client must not. */
    body.data[i] ^= 1;
    ck_assert_int_eq (0 == i,
                      MQTT_ipc_frame_decode (MQTT_IPC_FROM_CLIENT,
                                             header.type,
                                             header.flags,
                                             body.data,
                                             body.size,
                                             &frame));
    body.data[i] ^= 1;
  }
  free (body.data);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** Of a version that is not ours nothing else is known. */
START_TEST (hello_of_another_version_says_so)
{
  static const uint8_t later[] = { 99, 9, 9, 9, 9, 9, 9, 9, 9, 9 };

  for (size_t size = 1; size <= sizeof (later); size++)
  {
    for (int side = MQTT_IPC_FROM_CLIENT; side <= MQTT_IPC_FROM_SERVICE; side++)
    {
      struct MQTT_IpcFrame frame;

      ck_assert (
        MQTT_ipc_frame_decode (side, MQTT_IPC_HELLO, 0, later, size, &frame));
      ck_assert_uint_eq (99, frame.hello.version);
      ck_assert_uint_eq (0, frame.hello.maximum_payload);
    }
  }
}
END_TEST


START_TEST (names_and_filters_are_carried)
{
  struct MQTT_IpcFrame frame;
  struct Wire body = decode_sample (MQTT_IPC_FROM_SERVICE,
                                    MQTT_IPC_NAME,
                                    &frame);

  ck_assert_uint_eq (1023, frame.name.number);
  ck_assert_uint_eq (3, frame.name.name_size);
  ck_assert_mem_eq ("a/b", frame.name.name, 3);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_CLIENT, MQTT_IPC_SUBSCRIBE, &frame);
  ck_assert_uint_eq (sample_subscribe.session, frame.subscribe.session);
  ck_assert_uint_eq (77, frame.subscribe.subscription);
  ck_assert_uint_eq (1, frame.subscribe.qos);
  ck_assert (frame.subscribe.no_local);
  ck_assert (frame.subscribe.retain_as_published);
  ck_assert_uint_eq (2, frame.subscribe.retain_handling);
  ck_assert (frame.subscribe.anonymous);
  ck_assert (!frame.subscribe.named);
  ck_assert_uint_eq (3, frame.subscribe.filter_size);
  ck_assert_mem_eq ("a/+", frame.subscribe.filter, 3);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_CLIENT, MQTT_IPC_UNSUBSCRIBE, &frame);
  ck_assert_uint_eq (sample_unsubscribe.session, frame.unsubscribe.session);
  ck_assert_uint_eq (0, frame.unsubscribe.subscription);
  ck_assert_uint_eq (3, frame.unsubscribe.filter_size);
  ck_assert_mem_eq ("a/+", frame.unsubscribe.filter, 3);
  free (body.data);
}
END_TEST


START_TEST (channel_entries_are_carried)
{
  struct MQTT_IpcFrame frame;
  struct Wire body = decode_sample (MQTT_IPC_FROM_CLIENT,
                                    MQTT_IPC_CHANNEL,
                                    &frame);

  ck_assert_uint_eq (sizeof (sample_entry), frame.channel.entry_size);
  ck_assert_mem_eq (sample_entry, frame.channel.entry, sizeof (sample_entry));
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_SERVICE, MQTT_IPC_CHANNELED, &frame);
  ck_assert_uint_eq (sample_channeled.verdict, frame.channeled.verdict);
  free (body.data);
}
END_TEST


START_TEST (own_session_unsubscribes_by_number)
{
  static const struct MQTT_IpcUnsubscribe own = { .subscription = 77 };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_FrameHeader header;
  struct MQTT_IpcFrame frame;
  struct Wire body;

  MQTT_ipc_put_unsubscribe (outbox, &own);
  body = wire_take_body (outbox, NOW, &header);
  MQTT_outbox_destroy (outbox);
  ck_assert (decode_from (MQTT_IPC_FROM_CLIENT, &header, &body, &frame));
  ck_assert_uint_eq (0, frame.unsubscribe.session);
  ck_assert_uint_eq (77, frame.unsubscribe.subscription);
  ck_assert_ptr_null (frame.unsubscribe.filter);
  ck_assert_uint_eq (0, frame.unsubscribe.filter_size);
  free (body.data);
}
END_TEST


/* Who shares a subscription cannot leave out what he publishes himself (3.8.3.1). */
START_TEST (shared_is_not_without_local)
{
  struct MQTT_IpcSubscribe subscribe = { .filter = "$share/g/a",
                                         .filter_size = 10 };
  struct MQTT_FrameHeader header;
  struct MQTT_IpcFrame frame;

  for (int i = 0; i < 2; i++)
  {
    struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
    struct Wire body;

    subscribe.no_local = (1 == i);
    MQTT_ipc_put_subscribe (outbox, &subscribe);
    body = wire_take_body (outbox, NOW, &header);
    MQTT_outbox_destroy (outbox);
    ck_assert_int_eq (
      0 == i,
      decode_from (MQTT_IPC_FROM_CLIENT, &header, &body, &frame));
    free (body.data);
  }
}
END_TEST


START_TEST (answers_are_carried)
{
  struct MQTT_IpcFrame frame;
  struct Wire body = decode_sample (MQTT_IPC_FROM_SERVICE,
                                    MQTT_IPC_SUBSCRIBED,
                                    &frame);

  ck_assert_uint_eq (sample_subscribed.session, frame.subscribed.session);
  ck_assert_uint_eq (77, frame.subscribed.subscription);
  ck_assert_uint_eq (0x8f, frame.subscribed.reason);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_SERVICE, MQTT_IPC_UNSUBSCRIBED, &frame);
  ck_assert_uint_eq (sample_unsubscribed.session, frame.unsubscribed.session);
  ck_assert_uint_eq (0x11, frame.unsubscribed.reason);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_SERVICE, MQTT_IPC_PUBLISHED, &frame);
  ck_assert_uint_eq (sample_published.session, frame.published.session);
  ck_assert_uint_eq (1000, frame.published.count);
  ck_assert_uint_eq (0x97, frame.published.reason);
  free (body.data);
}
END_TEST


START_TEST (messages_are_carried)
{
  struct MQTT_IpcFrame frame;
  struct Wire body = decode_sample (MQTT_IPC_FROM_CLIENT,
                                    MQTT_IPC_PUBLISH,
                                    &frame);

  ck_assert_uint_eq (sample_publish.session, frame.publish.session);
  ck_assert_uint_eq (0xabcd, frame.publish.packet_id);
  ck_assert (frame.publish.dup);
  ck_assert_uint_eq (17, frame.publish.number);
  wire_assert_publication (&frame.publish.publication, 2);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_SERVICE, MQTT_IPC_MESSAGE, &frame);
  ck_assert_uint_eq (sample_delivery.session, frame.message.session);
  ck_assert_uint_eq (0xabcd, frame.message.packet_id);
  ck_assert (frame.message.dup);
  ck_assert_uint_eq (17, frame.message.number);
  ck_assert_uint_eq (3, frame.message.subscription_count);
  for (uint16_t i = 0; i < 3; i++)
    ck_assert_uint_eq (sample_subscriptions[i],
                       MQTT_ipc_message_subscription (&frame.message, i));
  wire_assert_publication (&frame.message.publication, 1);
  free (body.data);
}
END_TEST


/** Retain and DUP are the delivery's, and not the message's. */
START_TEST (deliveries_have_flags_of_their_own)
{
  static const struct MQTT_IpcMessage plain = { .session = 9, .packet_id = 8 };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = MQTT_message_create (&wire_publication, NOW);
  struct MQTT_FrameHeader header;
  struct MQTT_IpcFrame frame;
  struct Wire body;

  MQTT_ipc_put_message (outbox, &plain, NULL, 0, message, 2, false);
  MQTT_message_unref (message);
  body = wire_take_body (outbox, NOW, &header);
  MQTT_outbox_destroy (outbox);
  ck_assert (decode_from (MQTT_IPC_FROM_SERVICE, &header, &body, &frame));
  ck_assert_uint_eq (0, frame.message.subscription_count);
  ck_assert (!frame.message.dup);
  ck_assert (!frame.message.publication.retain);
  ck_assert_uint_eq (2, frame.message.publication.qos);
  free (body.data);
}
END_TEST


START_TEST (sessions_are_carried)
{
  struct MQTT_IpcFrame frame;
  struct Wire body = decode_sample (MQTT_IPC_FROM_CLIENT,
                                    MQTT_IPC_OPEN,
                                    &frame);

  ck_assert_uint_eq (sample_open.session, frame.open.session);
  ck_assert_uint_eq (UINT32_MAX, frame.open.expiry_s);
  ck_assert_uint_eq (20, frame.open.receive_maximum);
  ck_assert_uint_eq (sample_open.maximum_packet, frame.open.maximum_packet);
  ck_assert (frame.open.clean_start);
  ck_assert (frame.open.new_client);
  ck_assert (frame.open.has_will);
  ck_assert_uint_eq (7, frame.open.client_id_size);
  ck_assert_mem_eq (sample_open.client_id, frame.open.client_id, 7);
  ck_assert_uint_eq (3, frame.open.will.topic_size);
  ck_assert_mem_eq ("w/t", frame.open.will.topic, 3);
  ck_assert_uint_eq (60, frame.open.will.delay_s);
  wire_assert_publication (&frame.open.will.publication, 2);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_SERVICE, MQTT_IPC_OPENED, &frame);
  ck_assert_uint_eq (sample_opened.session, frame.opened.session);
  ck_assert_uint_eq (0x0102, frame.opened.receive_maximum);
  ck_assert_uint_eq (sample_opened.expiry_s, frame.opened.expiry_s);
  ck_assert_uint_eq (0, frame.opened.reason);
  ck_assert (frame.opened.present);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_CLIENT, MQTT_IPC_CLOSE, &frame);
  ck_assert_uint_eq (sample_close.session, frame.close.session);
  ck_assert (frame.close.has_expiry);
  ck_assert_uint_eq (3600, frame.close.expiry_s);
  ck_assert_uint_eq (4, frame.close.reason);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_SERVICE, MQTT_IPC_CLOSED, &frame);
  ck_assert_uint_eq (sample_closed.session, frame.closed.session);
  ck_assert_uint_eq (0x8e, frame.closed.reason);
  free (body.data);
  body = decode_sample (MQTT_IPC_FROM_CLIENT, MQTT_IPC_FLOW, &frame);
  ck_assert_uint_eq (sample_flow.session, frame.flow.session);
  ck_assert (frame.flow.paused);
  free (body.data);
}
END_TEST


/** The other value of everything that is optional. */
START_TEST (plain_sessions_are_carried)
{
  static const struct MQTT_IpcOpen open = { .session = 1,
                                            .maximum_packet = 1,
                                            .receive_maximum = 1,
                                            .client_id = "x",
                                            .client_id_size = 1 };
  static const struct MQTT_IpcOpened opened = { .session = 1,
                                                .receive_maximum = 1,
                                                .reason = 0x85 };
  static const struct MQTT_IpcClose close = { .session = 1 };
  static const struct MQTT_IpcFlow flow = { .session = 1 };
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_FrameHeader header;
  struct MQTT_IpcFrame frame;
  struct Wire body;

  MQTT_ipc_put_open (outbox, &open);
  body = wire_take_body (outbox, NOW, &header);
  ck_assert (decode_from (MQTT_IPC_FROM_CLIENT, &header, &body, &frame));
  ck_assert (!frame.open.clean_start);
  ck_assert (!frame.open.new_client);
  ck_assert (!frame.open.has_will);
  ck_assert_uint_eq (0, frame.open.expiry_s);
  free (body.data);
  MQTT_ipc_put_opened (outbox, &opened);
  body = wire_take_body (outbox, NOW, &header);
  ck_assert (decode_from (MQTT_IPC_FROM_SERVICE, &header, &body, &frame));
  ck_assert (!frame.opened.present);
  ck_assert_uint_eq (0x85, frame.opened.reason);
  free (body.data);
  MQTT_ipc_put_close (outbox, &close);
  body = wire_take_body (outbox, NOW, &header);
  ck_assert (decode_from (MQTT_IPC_FROM_CLIENT, &header, &body, &frame));
  ck_assert (!frame.close.has_expiry);
  ck_assert_uint_eq (0, frame.close.reason);
  free (body.data);
  MQTT_ipc_put_flow (outbox, &flow);
  body = wire_take_body (outbox, NOW, &header);
  ck_assert (decode_from (MQTT_IPC_FROM_CLIENT, &header, &body, &frame));
  ck_assert (!frame.flow.paused);
  free (body.data);
  MQTT_outbox_destroy (outbox);
}
END_TEST


/** From both sides, all four. */
START_TEST (acknowledgements_are_carried)
{
  for (int type = MQTT_IPC_PUBACK; type <= MQTT_IPC_PUBCOMP; type++)
  {
    const struct MQTT_IpcAck ack = { .session = 0x01020304,
                                     .type = type,
                                     .packet_id = 0xabcd,
                                     .reason = 0x92 };
    struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
    struct MQTT_FrameHeader header;
    struct MQTT_IpcFrame frame;
    struct Wire body;

    MQTT_ipc_put_ack (outbox, &ack);
    body = wire_take_body (outbox, NOW, &header);
    MQTT_outbox_destroy (outbox);
    for (int side = MQTT_IPC_FROM_CLIENT; side <= MQTT_IPC_FROM_SERVICE; side++)
    {
      ck_assert (decode_from (side, &header, &body, &frame));
      ck_assert_int_eq (type, frame.ack.type);
      ck_assert_uint_eq (ack.session, frame.ack.session);
      ck_assert_uint_eq (0xabcd, frame.ack.packet_id);
      ck_assert_uint_eq (0x92, frame.ack.reason);
    }
    free (body.data);
  }
}
END_TEST


START_TEST (one_message_for_many_subscriptions)
{
  static uint32_t many[MQTT_IPC_SUBSCRIPTIONS_MAX];
  static const struct MQTT_IpcMessage own = { .session = 0 };
  const uint16_t most = MQTT_IPC_SUBSCRIPTIONS_MAX;
  struct MQTT_Outbox *outbox = MQTT_outbox_create (1);
  struct MQTT_Message *message = MQTT_message_create (&wire_publication, NOW);
  struct MQTT_FrameHeader header;
  struct MQTT_IpcFrame frame;
  struct Wire body;

  for (uint32_t i = 0; i < most; i++)
    many[i] = i * i;
  MQTT_ipc_put_message (outbox, &own, many, most, message, 0, true);
  MQTT_message_unref (message);
  body = wire_take_body (outbox, NOW, &header);
  MQTT_outbox_destroy (outbox);
  ck_assert (decode_from (MQTT_IPC_FROM_SERVICE, &header, &body, &frame));
  ck_assert_uint_eq (most, frame.message.subscription_count);
  for (uint32_t i = 0; i < most; i++)
    ck_assert_uint_eq (many[i],
                       MQTT_ipc_message_subscription (&frame.message, i));
  wire_assert_publication (&frame.message.publication, 0);
  /* One more is too many, although there are bytes enough. */
  body.data[9]++;
  ck_assert (!decode_from (MQTT_IPC_FROM_SERVICE, &header, &body, &frame));
  free (body.data);
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("ipc_frame");

  tcase_add_test (cases, hello_of_the_service);
  tcase_add_test (cases, hello_of_a_client);
  tcase_add_test (cases, hello_of_another_version_says_so);
  tcase_add_test (cases, names_and_filters_are_carried);
  tcase_add_test (cases, own_session_unsubscribes_by_number);
  tcase_add_test (cases, channel_entries_are_carried);
  tcase_add_test (cases, shared_is_not_without_local);
  tcase_add_test (cases, answers_are_carried);
  tcase_add_test (cases, messages_are_carried);
  tcase_add_test (cases, deliveries_have_flags_of_their_own);
  tcase_add_test (cases, sessions_are_carried);
  tcase_add_test (cases, plain_sessions_are_carried);
  tcase_add_test (cases, acknowledgements_are_carried);
  tcase_add_test (cases, one_message_for_many_subscriptions);
  return run_cases ("ipc_frame", cases);
}
