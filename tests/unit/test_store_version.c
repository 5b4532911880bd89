/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_store_version.c
 * @brief Tests of service/store.h: files of former versions, and what they hold.
 */
#include "run_cases.h"
#include <sqlite3.h>
#include <unistd.h>
#include "service/store_backlog.h"
#include "store_fixture.h"
#include "store_v1.h"
#include "store_v4.h"
#include "service/store_channels.h"
#include "service/store_wills.h"

static struct StoreFixture f;
static unsigned int rows;


static void
setup (void)
{
  fake_time_begin ();
  store_fixture_begin (&f);
  rows = 0;
}


static void
teardown (void)
{
  store_fixture_end (&f);
  fake_time_end ();
}


/**
 * It is these bytes.
 */
static void
check_bytes (const char *expected, const struct MQTT_Bytes *bytes)
{
  ck_assert_uint_eq (strlen (expected), bytes->size);
  if (0 != bytes->size)
    ck_assert_mem_eq (expected, bytes->data, bytes->size);
}


/**
 * It is the peer of this number.
 */
static void
check_peer (unsigned int number, const struct GNUNET_PeerIdentity *peer)
{
  const struct GNUNET_PeerIdentity expected = fake_identity (number);

  ck_assert_mem_eq (&expected, peer, sizeof (expected));
}


static void
see_message (void *cls, const struct MQTT_StoreMessage *message)
{
  (void)cls;
  check_bytes ((1 == message->id) ? "a/b" : "will", &message->topic);
  check_bytes ((1 == message->id) ? "\1\1payload" : "gone", &message->body);
  ck_assert_uint_eq ((1 == message->id) ? 2 : 0, message->properties_size);
  ck_assert_uint_eq ((1 == message->id) ? 2 : 1, message->qos);
  ck_assert_uint_eq (1000, message->published_us);
  ck_assert_uint_eq (2000, message->expires_us);
  ck_assert_uint_eq ((1 == message->id) ? 1000 : 0, message->version.time_us);
  ck_assert_uint_eq (UINT64_MAX, message->version.run);
  ck_assert_uint_eq (message->id + 12, message->version.sequence);
  ck_assert ((2 == message->id) == message->will);
  rows++;
}


static void
see_retained (void *cls, const struct MQTT_StoreRetained *retained)
{
  (void)cls;
  ck_assert_uint_eq ((3 == retained->topic.size) ? 1 : 0, retained->message);
  ck_assert_uint_eq (1000, retained->clock_us);
  ck_assert_uint_eq (UINT64_MAX, retained->run);
  ck_assert_uint_eq (13, retained->sequence);
  ck_assert ((3 == retained->topic.size) == retained->own);
  ck_assert ((6 == retained->topic.size) == retained->hidden);
  rows++;
}


static void
see_session (void *cls, const struct MQTT_StoreSession *session)
{
  (void)cls;
  ck_assert_uint_eq (1, session->id);
  check_bytes ("client", &session->client);
  ck_assert_uint_eq (3000, session->left_us);
  ck_assert_uint_eq (4000, session->expiry_us);
  ck_assert_uint_eq (2, session->will);
  ck_assert_uint_eq (5000, session->will_delay_us);
  ck_assert_uint_eq (18, session->sent_limit);
  rows++;
}


static void
see_subscription (void *cls, const struct MQTT_StoreSubscription *subscription)
{
  (void)cls;
  ck_assert_uint_eq (1, subscription->session);
  check_bytes ("a/#", &subscription->filter);
  ck_assert_uint_eq (7, subscription->identifier);
  ck_assert_uint_eq (2, subscription->options);
  ck_assert_uint_eq (900, subscription->since_us);
  rows++;
}


static void
see_queued (void *cls, const struct MQTT_StoreQueued *queued)
{
  (void)cls;
  ck_assert_uint_eq (1, queued->session);
  ck_assert_uint_eq (11, queued->position);
  ck_assert_uint_eq (1, queued->message);
  ck_assert_uint_eq (2000, queued->expires_us);
  ck_assert_uint_eq (61, queued->size);
  ck_assert_uint_eq (1, queued->state);
  ck_assert_uint_eq (2, queued->qos);
  ck_assert (queued->retain);
  rows++;
}


static void
see_inbound (void *cls, uint64_t session, uint16_t packet)
{
  (void)cls;
  ck_assert_uint_eq (1, session);
  ck_assert_uint_eq (17, packet);
  rows++;
}


static void
see_outgoing (void *cls, const struct MQTT_StoreOutgoing *outgoing)
{
  (void)cls;
  check_peer (1, &outgoing->peer);
  check_bytes ("a/b", &outgoing->topic);
  ck_assert_uint_eq (14, outgoing->sequence);
  ck_assert_uint_eq (16, outgoing->run);
  ck_assert_uint_eq (1, outgoing->message);
  ck_assert_uint_eq (61, outgoing->size);
  ck_assert_uint_eq (1, outgoing->qos);
  check_bytes ("\1\2\3\4\5\6\7\10", &outgoing->groups);
  ck_assert (outgoing->only);
  rows++;
}


static void
see_interest (void *cls, const struct MQTT_StoreInterest *interest)
{
  (void)cls;
  check_peer (1, &interest->peer);
  check_bytes ("a/b", &interest->topic);
  ck_assert_uint_eq (7000, interest->confirmed_us);
  check_bytes ("\1\2\3\4\5\6\7\10", &interest->groups);
  ck_assert (!interest->only);
  rows++;
}


static void
see_mark (void *cls, const struct MQTT_StoreMark *mark)
{
  (void)cls;
  check_peer ((0 == mark->topic.size) ? 2 : 5, &mark->peer);
  check_bytes ((0 == mark->topic.size) ? "" : "a/b", &mark->topic);
  ck_assert_uint_eq (UINT64_MAX, mark->run);
  ck_assert_uint_eq (15, mark->sequence);
  ck_assert_uint_eq (8000, mark->updated_us);
  rows++;
}


static void
see_remote_will (void *cls, const struct MQTT_StoreRemoteWill *will)
{
  bool held = (0 == will->told_us);

  (void)cls;
  check_peer (3, &will->peer);
  ck_assert_uint_eq (UINT64_MAX, will->run);
  ck_assert_uint_eq (held ? 19 : 18, will->sequence);
  ck_assert_uint_eq (held ? 2 : 0, will->message);
  ck_assert_uint_eq (held ? 8 : 0, will->bytes);
  ck_assert_uint_eq (9000, will->delay_us);
  ck_assert (held || (8000 == will->told_us));
  rows++;
}


static void
see_kept (void *cls, const struct MQTT_StoreKept *kept)
{
  (void)cls;
  ck_assert_uint_eq (1, kept->message);
  check_bytes ("a/b", &kept->topic);
  ck_assert_uint_eq (1000, kept->published_us);
  ck_assert_uint_eq (2000, kept->expires_us);
  ck_assert_uint_eq (9, kept->body_size);
  ck_assert (kept->given);
  ck_assert (kept->had);
  check_bytes ((0 == kept->groups.size) ? "" : "\1\2\3\4\5\6\7\10",
               &kept->groups);
  rows++;
}


static void
see_channel (void *cls, const void *entry, size_t size)
{
  (void)cls;
  ck_assert_uint_eq (5, size);
  ck_assert_mem_eq ("entry", entry, size);
  rows++;
}


static void
see_host (void *cls, const struct MQTT_StoreHost *host)
{
  struct GNUNET_HashCode code;

  (void)cls;
  memset (&code, 'c', sizeof (code));
  check_peer (5, &host->peer);
  ck_assert_mem_eq (&code, &host->end, sizeof (code));
  ck_assert_uint_eq (9000, host->called_us);
  rows++;
}


/**
 * Make the file as a service of a former version has left it.
 */
static void
leave (unsigned int version)
{
  store_fixture_change (&f, store_v1);
  if (4 == version)
    store_fixture_change (&f, store_v4);
}


/**
 * Read everything there is.
 *
 * @return how many rows
 */
static unsigned int
read_all (void)
{
  static const uint64_t ids[] = { 1, 2 };

  ck_assert (MQTT_store_messages_read (f.store, ids, 2, &see_message, NULL));
  ck_assert (MQTT_store_retained_load (f.store, &see_retained, NULL));
  ck_assert (MQTT_store_sessions_load (f.store, &see_session, NULL));
  ck_assert (MQTT_store_subscriptions_load (f.store, &see_subscription, NULL));
  ck_assert (MQTT_store_queues_load (f.store, &see_queued, NULL));
  ck_assert (MQTT_store_inbound_load (f.store, &see_inbound, NULL));
  ck_assert (MQTT_store_outboxes_load (f.store, &see_outgoing, NULL));
  ck_assert (MQTT_store_interests_load (f.store, &see_interest, NULL));
  ck_assert (MQTT_store_marks_load (f.store, &see_mark, NULL));
  ck_assert (MQTT_store_backlog_load (f.store, &see_kept, NULL));
  ck_assert (MQTT_store_remote_wills_load (f.store, &see_remote_will, NULL));
  ck_assert (MQTT_store_channels_load (f.store, &see_channel, NULL));
  ck_assert (MQTT_store_hosts_load (f.store, &see_host, NULL));
  return rows;
}


/* What somebody had got is kept no more: it was not known who. */
START_TEST (version_1)
{
  leave (1);
  store_fixture_open (&f);
  ck_assert_uint_eq (13, read_all ());
  ck_assert_uint_eq (3, store_fixture_message (&f, 1));
}
END_TEST


START_TEST (version_4)
{
  const struct GNUNET_PeerIdentity peer = fake_identity (5);
  bool has;

  leave (4);
  store_fixture_open (&f);
  ck_assert_uint_eq (19, read_all ());
  ck_assert (MQTT_store_had_has (f.store, 1, &peer, &has));
  ck_assert (has);
  ck_assert_uint_eq (3, store_fixture_message (&f, 1));
}
END_TEST


START_TEST (rows_that_make_no_sense)
{
  static const uint64_t ids[] = { 1, 2 };

  leave (1);
  store_fixture_change (&f,
                        "UPDATE message SET properties_size = 10 WHERE id = 1;"
                        "UPDATE message SET qos = 3 WHERE id = 2;"
                        "UPDATE outbox SET peer = x'01';"
                        "UPDATE interest SET peer = 'text';"
                        "UPDATE mark SET peer = zeroblob (33);"
                        "UPDATE remote_will SET peer = x'01';"
                        "UPDATE session SET id = -5");
  store_fixture_open (&f);
  ck_assert (MQTT_store_messages_read (f.store, ids, 2, &see_message, NULL));
  ck_assert (MQTT_store_outboxes_load (f.store, &see_outgoing, NULL));
  ck_assert (MQTT_store_interests_load (f.store, &see_interest, NULL));
  ck_assert (MQTT_store_marks_load (f.store, &see_mark, NULL));
  ck_assert (MQTT_store_remote_wills_load (f.store, &see_remote_will, NULL));
  ck_assert_uint_eq (0, rows);
  ck_assert_uint_eq (1, store_fixture_session (&f, "new"));
}
END_TEST


START_TEST (hosts_that_make_no_sense)
{
  leave (4);
  store_fixture_change (
    &f,
    "INSERT INTO host VALUES ('text', zeroblob (64), 9000);"
    "INSERT INTO host VALUES (zeroblob (32), 'code', 9000)");
  store_fixture_open (&f);
  ck_assert_uint_eq (19, read_all ());
}
END_TEST


/**
 * Append the SQL of a table, index or trigger.
 */
static int
append_sql (void *cls, int columns, char **values, char **names)
{
  struct GNUNET_Buffer *schema = cls;

  (void)names;
  ck_assert_int_eq (1, columns);
  GNUNET_buffer_write_str (schema, (NULL == values[0]) ? "" : values[0]);
  return 0;
}


static char *
read_schema (void)
{
  struct GNUNET_Buffer schema = { 0 };
  sqlite3 *db;

  ck_assert_int_eq (SQLITE_OK, sqlite3_open (f.file, &db));
  ck_assert_int_eq (SQLITE_OK,
                    sqlite3_exec (db,
                                  "SELECT sql FROM sqlite_schema ORDER BY name",
                                  &append_sql,
                                  &schema,
                                  NULL));
  ck_assert_int_eq (SQLITE_OK, sqlite3_close (db));
  return GNUNET_buffer_reap_str (&schema);
}


/**
 * What was released does not change: a new file is as an old one brought up, and one
 * of the last version as it was.
 */
START_TEST (made_as_brought_up)
{
  static const unsigned int versions[] = { 1, 4 };
  char *made;
  char *brought_up;

  store_fixture_open (&f);
  MQTT_store_close (f.store);
  f.store = NULL;
  made = read_schema ();
  ck_assert_int_eq (0, unlink (f.file));
  leave (versions[_i]);
  store_fixture_open (&f);
  MQTT_store_close (f.store);
  f.store = NULL;
  brought_up = read_schema ();
  ck_assert_str_eq (brought_up, made);
  GNUNET_free (made);
  GNUNET_free (brought_up);
}
END_TEST


static TCase *
cases (void)
{
  TCase *tc = tcase_create ("store_version");

  tcase_add_checked_fixture (tc, &setup, &teardown);
  tcase_add_test (tc, version_1);
  tcase_add_test (tc, version_4);
  tcase_add_test (tc, rows_that_make_no_sense);
  tcase_add_test (tc, hosts_that_make_no_sense);
  tcase_add_loop_test (tc, made_as_brought_up, 0, 2);
  return tc;
}


int
main (void)
{
  return run_cases ("store_version", cases ());
}
