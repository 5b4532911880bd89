/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file peers/test_wildcards.c
 * @brief Every form of filter gets what it should, in groups of all sizes,
 *        shapes and transports.
 */
#include "exchange.h"
#include "group_cases.h"

#define COUNT(array) (sizeof (array) / sizeof (*(array)))

/** Topics; letters stand for them below, from 'a' on. */
static const char *const topics[] = {
  "a",           /* a */
  "a/b",         /* b */
  "a/b/c",       /* c */
  "/",           /* d */
  "/a",          /* e */
  "a/",          /* f */
  "a//b",        /* g */
  "$SYS",        /* h */
  "$SYS/a",      /* i */
  "b/a/c",       /* j */
  "a/b/c/d/e",   /* k */
  "//",          /* l */
  "a/$b",        /* m */
  "x/1/2/3/4/5", /* n */
};

static const struct
{
  const char *filter;
  /** The topics it matches. */
  const char *gets;
} filters[] = {
  { "a", "a" },
  { "a/b", "b" },
  { "a/b/c", "c" },
  { "a/b/c/d/e", "k" },
  { "a/", "f" },
  { "/", "d" },
  { "a//b", "g" },
  { "$SYS", "h" },
  { "$SYS/a", "i" },
  { "a/$b", "m" },
  { "+", "a" },
  { "+/b", "b" },
  { "a/+", "bfm" },
  { "+/+", "bdefm" },
  { "/+", "de" },
  { "+/", "df" },
  { "+/a", "e" },
  { "+/$b", "m" },
  { "$SYS/+", "i" },
  { "a/+/c", "c" },
  { "+/b/c", "c" },
  { "a/b/+", "c" },
  { "a/+/b", "g" },
  { "+/+/c", "cj" },
  { "+/+/+", "cgjl" },
  { "+/+/+/+/+", "k" },
  { "a/+/c/+/e", "k" },
  { "a/b/c/d/+", "k" },
  { "#", "abcdefgjklmn" },
  { "+/#", "abcdefgjklmn" },
  { "+/+/#", "bcdefgjklmn" },
  { "+/+/+/#", "cgjkln" },
  { "+/+/+/+/#", "kn" },
  { "a/#", "abcfgkm" },
  { "a/b/#", "bck" },
  { "a/b/c/#", "ck" },
  { "a/b/c/d/e/#", "k" },
  { "a/+/#", "bcfgkm" },
  { "a//#", "fg" },
  { "/#", "del" },
  { "//#", "dl" },
  { "$SYS/#", "hi" },
  { "x/1/2/3/4/#", "n" },
  { "x/+/2/+/4/+", "n" },
  { "b", "" },
  { "a/b/c/d", "" },
  { "x/+/2/+/4", "" },
  { "A", "" },
};


static void
publish_all (struct Client *client)
{
  for (unsigned int i = 0; i < COUNT (topics); i++)
    publish (client, topics[i]);
}


/**
 * Filters on all peers in turn; publishers at both ends and in the middle.
 */
static void
spread (struct Group *group)
{
  struct Exchange *exchange = exchange_create (group);
  unsigned int size = group_size (group);
  unsigned int publishers[] = { 0, size - 1, size / 2 };
  struct Client *clients[25];
  struct Inbox *inboxes[COUNT (filters)];

  GNUNET_assert ((0 < size) && (COUNT (clients) >= size));
  for (unsigned int i = 0; i < size; i++)
    clients[i] = client_start (exchange, i);
  for (unsigned int i = 0; i < COUNT (filters); i++)
    inboxes[i] = subscribe_soon (clients[i % size],
                                 filters[i].filter,
                                 strlen (filters[i].filter),
                                 NULL);
  exchange_wait_granted (exchange);
  for (unsigned int i = 0; i < COUNT (publishers); i++)
    publish_all (clients[publishers[i]]);
  exchange_settle (exchange);
  /* Now that everybody is known. */
  for (unsigned int i = 0; i < COUNT (publishers); i++)
    publish_all (clients[publishers[i]]);
  exchange_settle (exchange);
  for (unsigned int i = 0; i < COUNT (filters); i++)
    group_check (group,
                 inbox_count (inboxes[i])
                   == 2 * COUNT (publishers) * strlen (filters[i].gets),
                 "'%s' got %llu messages",
                 filters[i].filter,
                 (unsigned long long)inbox_count (inboxes[i]));
}


/** When many peers find each other at once on a machine with two cores the DHT
    needs up to 40 s for the last. */
static const struct GroupSetting crowd[] = {
  { "mqtt", "DISCOVERY_WINDOW", "60 s" },
  { NULL, NULL, NULL }
};

/** Along a line CADET needs more than a minute, now and then, to agree on keys. */
static const struct GroupSetting line[] = {
  { "mqtt", "DISCOVERY_WINDOW", "200 s" },
  { NULL, NULL, NULL }
};

/** Groups of all sizes; each shape and transport with several.  GNUnet's own DHT and
    CADET do not find everybody along a line of 25, or over unix in a clique of
    8. */
static const struct GroupCase cases[] = {
  { "2 peers, unix", { .peers = 2 }, &spread },
  { "2 peers, tcp", { .peers = 2, .transport = "tcp" }, &spread },
  { "3 in a line, unix", { .peers = 3, .topology = "LINE" }, &spread },
  { "8 in a line, tcp",
    { .peers = 8, .topology = "LINE", .transport = "tcp", .settings = line },
    &spread },
  { "clique of 8, tcp",
    { .peers = 8, .transport = "tcp", .settings = crowd },
    &spread },
  { "clique of 25, tcp",
    { .peers = 25, .transport = "tcp", .settings = crowd },
    &spread },
};


START_TEST (on_a_group)
{
  group_run (&cases[_i].config, cases[_i].scenario);
}
END_TEST


int
main (void)
{
  return run_group_cases ("wildcards", on_a_group, cases, COUNT (cases));
}
