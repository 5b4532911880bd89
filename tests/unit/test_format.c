/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/test_format.c
 * @brief Tests of cli/format.h.
 */
#include "run_cases.h"
#include <stdlib.h>
#include "cli/format.h"

/** 2001-09-09T01:46:40Z and a little. */
static const struct timespec when = { .tv_sec = 1000000000,
                                      .tv_nsec = 12345678 };

/**
 * What was written.
 */
struct Result
{
  char text[8192];
  size_t size;
  bool complete;
};


static void
take (void *cls, const void *data, size_t size)
{
  struct Result *result = cls;

  ck_assert_uint_lt (result->size + size, sizeof (result->text));
  memcpy (result->text + result->size, data, size);
  result->size += size;
  result->text[result->size] = '\0';
}


static struct GNUNET_MQTT_Message
message_of (const char *payload, size_t size)
{
  const struct GNUNET_MQTT_Message message = { .topic = "a/b",
                                               .topic_size = 3,
                                               .payload = payload,
                                               .payload_size = size };

  return message;
}


static void
write_to (struct Result *result,
          const char *text,
          const struct GNUNET_MQTT_Message *message)
{
  struct CLI_Format *format;
  const char *why = "";
  size_t where;

  setenv ("TZ", "XST-1", 1);
  tzset ();
  format = CLI_format_parse (text, &where, &why);
  ck_assert_msg (NULL != format, "%s: %s", text, why);
  result->size = 0;
  result->text[0] = '\0';
  result->complete = CLI_format_write (format, message, &when, &take, result);
  CLI_format_free (format);
}


static void
assert_written (const char *expected,
                const char *text,
                const struct GNUNET_MQTT_Message *message)
{
  static struct Result result;

  write_to (&result, text, message);
  ck_assert (result.complete);
  ck_assert_str_eq (expected, result.text);
}


START_TEST (letters)
{
  struct GNUNET_MQTT_Message m = message_of ("x\1\xfe", 3);

  m.qos = 2;
  m.retain = true;
  assert_written ("a/b", "%t", &m);
  assert_written ("x\1\xfe", "%p", &m);
  assert_written ("7801fe 7801FE eAH+", "%x %X %b", &m);
  assert_written ("3 2 1", "%l %q %r", &m);
  assert_written ("[][][][][][]", "[%C][%R][%D][%E][%F][%P]", &m);
  assert_written ("100%", "100%%", &m);
}
END_TEST


START_TEST (properties)
{
  static const struct GNUNET_MQTT_UserProperty user[] = { { "n", 1, "v", 1 },
                                                          { "n", 1, "", 0 } };
  struct GNUNET_MQTT_Message m = message_of ("", 0);

  m.content_type = "text";
  m.content_type_size = 4;
  m.response_topic = "r/t";
  m.response_topic_size = 3;
  m.correlation_data = "cd";
  m.correlation_data_size = 2;
  m.expiry.rel_value_us = 1000001;
  m.payload_format = 1;
  m.user_properties = user;
  m.user_property_count = 2;
  assert_written ("text r/t cd 2 1 n:v n:", "%C %R %D %E %F %P", &m);
  assert_written (
    "{\"tst\":\"2001-09-09T02:46:40.012345+0100\",\"topic\":\"a/b\",\"qos\":0,"
    "\"retain\":0,\"payloadlen\":0,\"properties\":{\"user-properties\":"
    "[{\"name\":\"n\",\"value\":\"v\"},{\"name\":\"n\",\"value\":\"\"}],"
    "\"content-type\":\"text\",\"correlation-data\":\"cd\","
    "\"response-topic\":\"r/t\",\"payload-format-indicator\":1,"
    "\"message-expiry-interval\":2},\"payload\":\"\"}",
    "%j",
    &m);
  m = message_of ("", 0);
  m.correlation_data = "\xff";
  m.correlation_data_size = 1;
  assert_written (
    "{\"tst\":\"2001-09-09T02:46:40.012345+0100\",\"topic\":\"a/b\",\"qos\":0,"
    "\"retain\":0,\"payloadlen\":0,\"properties\":"
    "{\"correlation-data-base64\":\"/w==\"},\"payload\":\"\"}",
    "%j",
    &m);
}
END_TEST


START_TEST (widths)
{
  const struct GNUNET_MQTT_Message m = message_of ("xyz", 3);

  assert_written ("  a/b|a/b  |a/b", "%5t|%-5t|%2t", &m);
  assert_written ("a/|   a/|a/   |", "%.2t|%5.2t|%-5.2t|%.0t", &m);
  assert_written ("00003|    3|3    ", "%05l|%5l|%-05l", &m);
  assert_written ("  78797a|78797a", "%8x|%2x", &m);
  assert_written ("0078797a|78797A  |    eHl6", "%08x|%-8X|%8b", &m);
  assert_written ("  xyz", "%05p", &m);
}
END_TEST


START_TEST (times)
{
  const struct GNUNET_MQTT_Message m = message_of ("", 0);

  assert_written ("2001-09-09T02:46:40+0100", "%I", &m);
  assert_written ("1000000000.012345678", "%U", &m);
  assert_written ("02:46 012345678 @", "@H:@M @N @@", &m);
}
END_TEST


START_TEST (escapes)
{
  const struct GNUNET_MQTT_Message m = message_of ("", 0);
  static struct Result result;

  assert_written ("\\\a\033\n\r\t\v", "\\\\\\a\\e\\n\\r\\t\\v", &m);
  write_to (&result, "x\\0y", &m);
  ck_assert_uint_eq (3, result.size);
  ck_assert_mem_eq ("x\0y", result.text, 3);
}
END_TEST


START_TEST (json_of_any_payload)
{
  static const char head[] =
    "{\"tst\":\"2001-09-09T02:46:40.012345+0100\",\"topic\":\"a/b\",\"qos\":0,"
    "\"retain\":0,\"payloadlen\":";
  static const struct
  {
    const char *payload;
    size_t size;
    const char *tail;
  } cases[] = {
    { "hello", 5, "5,\"payload\":\"hello\"}" },
    { "\"\\\n", 3, "3,\"payload\":\"\\\"\\\\\\n\"}" },
    { "a\0b", 3, "3,\"payload\":\"a\\u0000b\"}" },
    { "\xc3\xa9", 2, "2,\"payload\":\"\xc3\xa9\"}" },
    { "\xc3", 1, "1,\"payload-base64\":\"ww==\"}" },
    { "\xed\xa0\x80", 3, "3,\"payload-base64\":\"7aCA\"}" },
  };

  for (size_t i = 0; i < sizeof (cases) / sizeof (cases[0]); i++)
  {
    const struct GNUNET_MQTT_Message m = message_of (cases[i].payload,
                                                     cases[i].size);
    char expected[512];

    snprintf (expected, sizeof (expected), "%s%s", head, cases[i].tail);
    assert_written (expected, "%j", &m);
  }
}
END_TEST


START_TEST (json_within_json)
{
  static const char head[] =
    "{\"tst\":\"2001-09-09T02:46:40.012345+0100\",\"topic\":\"a/b\",\"qos\":0,"
    "\"retain\":0,\"payloadlen\":";
  static const char payload[] =
    "{\"x\":\n\r0.10, \"big\": 99999999999999999999}";
  const struct GNUNET_MQTT_Message good = message_of (payload,
                                                      strlen (payload));
  static const char *const wrong[] = { "{\"x\":1", "1 2", "", "{}x" };
  static struct Result result;
  char expected[512];

  snprintf (expected,
            sizeof (expected),
            "%s%zu,\"payload\":{\"x\":0.10, \"big\": 99999999999999999999}}",
            head,
            strlen (payload));
  assert_written (expected, "%J", &good);
  for (size_t i = 0; i < sizeof (wrong) / sizeof (wrong[0]); i++)
  {
    const struct GNUNET_MQTT_Message m = message_of (wrong[i],
                                                     strlen (wrong[i]));

    write_to (&result, "<%J>", &m);
    ck_assert (!result.complete);
    ck_assert_str_eq ("<>", result.text);
  }
}
END_TEST


/** Longer than what is encoded at once. */
START_TEST (long_payloads)
{
  static char payload[3000 + 80];
  static struct Result result;
  struct GNUNET_MQTT_Message m;
  char *base64;

  for (size_t i = 0; i < sizeof (payload); i++)
    payload[i] = (char)(i * 7);
  for (size_t size = 3070; size <= sizeof (payload); size++)
  {
    m = message_of (payload, size);
    GNUNET_STRINGS_base64_encode (payload, size, &base64);
    write_to (&result, "%b", &m);
    ck_assert_str_eq (base64, result.text);
    GNUNET_free (base64);
    write_to (&result, "%x", &m);
    ck_assert_uint_eq (2 * size, result.size);
    for (size_t i = 0; i < size; i++)
    {
      char digits[3];

      snprintf (digits, sizeof (digits), "%02x", (unsigned char)payload[i]);
      ck_assert_mem_eq (digits, result.text + 2 * i, 2);
    }
  }
}
END_TEST


START_TEST (mistakes)
{
  static const struct
  {
    const char *text;
    size_t where;
  } cases[] = { { "%", 1 },        { "ab%z", 3 }, { "@", 1 },     { "x\\", 2 },
                { "\\q", 1 },      { "%5j", 2 },  { "%-J", 2 },   { "%5%", 2 },
                { "%99999t", 5 },  { "%.3p", 3 }, { "%1.2l", 4 }, { "%5", 2 },
                { "%.99999t", 6 }, { "%t%\n", 3 } };

  for (size_t i = 0; i < sizeof (cases) / sizeof (cases[0]); i++)
  {
    size_t where = SIZE_MAX;
    const char *why = NULL;

    ck_assert_msg (NULL == CLI_format_parse (cases[i].text, &where, &why),
                   "%s",
                   cases[i].text);
    ck_assert_msg (where == cases[i].where,
                   "\"%s\": %zu",
                   cases[i].text,
                   where);
    ck_assert_ptr_nonnull (why);
  }
}
END_TEST


int
main (void)
{
  TCase *cases = tcase_create ("format");

  tcase_add_test (cases, letters);
  tcase_add_test (cases, properties);
  tcase_add_test (cases, widths);
  tcase_add_test (cases, times);
  tcase_add_test (cases, escapes);
  tcase_add_test (cases, json_of_any_payload);
  tcase_add_test (cases, json_within_json);
  tcase_add_test (cases, long_payloads);
  tcase_add_test (cases, mistakes);
  return run_cases ("format", cases);
}
