/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/anonymous_code.c
 * @brief States and keys of codes that are announced without a name.
 */
#include "anonymous_code.h"

/** What the proofs of our states begin with, and the key of everybody is made of. */
#define DOMAIN "gnunet-mqtt anonymous"

/** Symbols to choose from for each of a level's two. */
#define CHOICES 16

/** Most edges of a state: all ends of a third level, and "no third level". */
#define EDGES_MAX (CHOICES * 2 * CHOICES + 1)

/** Where an edge leads: states of a code behind the first. */
enum Destination
{
  END,
  MIDDLE,
  DESTINATIONS
};

static const char symbols_of_codes[] = MQTT_CODE_SYMBOLS;

/** What the key of a state behind the first is the hash of. */
struct Proof
{
  char domain[sizeof (DOMAIN)];
  /** An enum Destination. */
  uint8_t which;
  struct MQTT_Code code;
};

/** Edges, while they are being made. */
struct Edges
{
  struct MQTT_RegexEdge edges[EDGES_MAX];
  size_t count;
};


static struct Proof
make_proof (const struct MQTT_Code *code, enum Destination which)
{
  return (struct Proof){ .domain = DOMAIN, .which = which, .code = *code };
}


void
MQTT_anonymous_end (const struct MQTT_Code *code, struct GNUNET_HashCode *end)
{
  const struct Proof proof = make_proof (code, END);

  GNUNET_CRYPTO_hash (&proof, sizeof (proof), end);
}


void
MQTT_anonymous_meeting (const struct GNUNET_HashCode *end,
                        struct GNUNET_HashCode *meeting)
{
  GNUNET_CRYPTO_hash (end, sizeof (*end), meeting);
}


void
MQTT_anonymous_key (struct GNUNET_CRYPTO_EddsaPrivateKey *key,
                    struct GNUNET_PeerIdentity *name)
{
  struct GNUNET_HashCode hash;

  GNUNET_CRYPTO_hash (DOMAIN, strlen (DOMAIN), &hash);
  memcpy (key->d, &hash, sizeof (key->d));
  GNUNET_CRYPTO_eddsa_key_get_public (key, &name->public_key);
}


/**
 * Add an edge.
 *
 * @param[in,out] edges the edges
 * @param label its label, NUL-terminated
 * @param where it leads
 */
static void
add_edge (struct Edges *edges, const char *label, enum Destination where)
{
  struct MQTT_RegexEdge *edge = &edges->edges[edges->count++];

  edge->size = (uint8_t)strlen (label);
  memcpy (edge->label, label, edge->size);
  edge->destination = where;
}


/**
 * The symbols that a symbol of a code stands for.
 *
 * @param symbol a symbol of the first 16, '+' or '#' for any of them
 * @param[out] count how many
 */
static const char *
choices (char symbol, size_t *count)
{
  bool any = ('+' == symbol) || ('#' == symbol);

  *count = any ? CHOICES : 1;
  return any ? symbols_of_codes : strchr (symbols_of_codes, symbol);
}


/**
 * Add the edges of a third level, or of none.
 *
 * @param[in,out] edges the edges
 * @param code the code
 * @param before symbols that come before on each edge
 */
static void
add_third (struct Edges *edges,
           const struct MQTT_Code *code,
           const char *before)
{
  const char *third = code->levels[1];
  char label[MQTT_REGEX_LABEL_MAX + 1];
  size_t size = strlen (before);
  size_t count[MQTT_CODE_LEVEL_SYMBOLS];
  const char *symbols[MQTT_CODE_LEVEL_SYMBOLS];

  GNUNET_snprintf (label, sizeof (label), "%s=", before);
  if (('\0' == third[0]) || ('#' == third[0]))
    add_edge (edges, label, END);
  if ('\0' == third[0])
    return;
  for (size_t i = 0; i < MQTT_CODE_LEVEL_SYMBOLS; i++)
    symbols[i] = choices (third[i], &count[i]);
  label[size + MQTT_CODE_LEVEL_SYMBOLS] = '\0';
  for (size_t i = 0; i < count[0] * count[1]; i++)
  {
    const char *last = &symbols[1][i % count[1]];

    label[size] = symbols[0][i / count[1]];
    label[size + 1] = last[0];
    if ('>' != code->end)
      add_edge (edges, label, END);
    label[size + 1] = last[MQTT_CODE_MORE_LEVELS];
    if ('=' != code->end)
      add_edge (edges, label, END);
  }
}


/**
 * Add the edges of a second level that may be anything.
 */
static void
add_second (struct Edges *edges)
{
  for (size_t i = 0; i < CHOICES * CHOICES; i++)
  {
    const char label[] = { symbols_of_codes[i / CHOICES],
                           symbols_of_codes[i % CHOICES],
                           '\0' };

    add_edge (edges, label, MIDDLE);
  }
}


/**
 * Make the block of a state.
 */
static void
tell_state (struct MQTT_RegexState *state,
            const struct Edges *edges,
            MQTT_AnonymousState tell,
            void *cls)
{
  struct GNUNET_HashCode key;
  size_t size;
  void *block;

  state->edges = edges->edges;
  state->edge_count = edges->count;
  size = MQTT_regex_state_size (state);
  block = GNUNET_malloc (size);
  MQTT_regex_state_write (state, block);
  GNUNET_CRYPTO_hash (state->proof, state->proof_size, &key);
  tell (cls, &key, block, size);
  GNUNET_free (block);
}


void
MQTT_anonymous_states (const struct MQTT_Code *code,
                       MQTT_AnonymousState tell,
                       void *cls)
{
  const char *second = code->levels[0];
  const bool middle = ('+' == second[0]) || ('#' == second[0]);
  const struct Proof proofs[DESTINATIONS] = {
    [END] = make_proof (code, END),
    [MIDDLE] = make_proof (code, MIDDLE),
  };
  struct GNUNET_HashCode keys[DESTINATIONS];
  struct Edges *edges = GNUNET_new (struct Edges);
  struct MQTT_RegexState first = {
    .proof = code->prefix,
    .proof_size = MQTT_CODE_PREFIX,
    .destinations = keys,
    .destination_count = middle ? DESTINATIONS : 1,
  };
  struct MQTT_RegexState next = { .proof = &proofs[MIDDLE],
                                  .proof_size = sizeof (struct Proof),
                                  .destinations = keys,
                                  .destination_count = 1 };
  struct MQTT_RegexState end = { .proof = &proofs[END],
                                 .proof_size = sizeof (struct Proof),
                                 .accepting = true };
  const char before[] = { second[0], second[1], '\0' };

  for (unsigned int i = 0; i < DESTINATIONS; i++)
    GNUNET_CRYPTO_hash (&proofs[i], sizeof (proofs[i]), &keys[i]);
  tell_state (&end, edges, tell, cls);
  if (middle)
  {
    add_third (edges, code, "");
    tell_state (&next, edges, tell, cls);
    edges->count = 0;
    add_second (edges);
    if ('#' == second[0])
      add_edge (edges, "=", END);
  }
  else
    add_third (edges, code, before);
  tell_state (&first, edges, tell, cls);
  GNUNET_free (edges);
}


/**
 * Add a code.
 *
 * @param[in,out] codes the codes
 * @param[in,out] count their number
 * @param prefix symbols of the first level
 * @param second symbols of the second level, two
 * @param third of the third
 * @param end how a name may go on
 */
static void
add_code (struct MQTT_Code *codes,
          unsigned int *count,
          const char *prefix,
          const char second[MQTT_CODE_LEVEL_SYMBOLS],
          const char third[MQTT_CODE_LEVEL_SYMBOLS],
          char end)
{
  struct MQTT_Code *code = &codes[(*count)++];

  memcpy (code->prefix, prefix, MQTT_CODE_PREFIX);
  memcpy (code->levels[0], second, MQTT_CODE_LEVEL_SYMBOLS);
  memcpy (code->levels[1], third, MQTT_CODE_LEVEL_SYMBOLS);
  code->end = end;
}


unsigned int
MQTT_anonymous_codes (const char *string,
                      struct MQTT_Code codes[MQTT_ANONYMOUS_CODES])
{
  static const char none[MQTT_CODE_LEVEL_SYMBOLS] = { '\0', '\0' };
  const char *second = string + MQTT_CODE_PREFIX;
  const char *seconds[] = { second, "++" };
  char third[MQTT_CODE_LEVEL_SYMBOLS];
  const char *thirds[] = { third, "++" };
  const char *last;
  bool more;
  unsigned int count = 0;

  add_code (codes, &count, string, "##", "##", '*');
  if ('=' == second[0])
  {
    add_code (codes, &count, string, none, none, '=');
    return count;
  }
  memcpy (third, second + MQTT_CODE_LEVEL_SYMBOLS, sizeof (third));
  for (unsigned int i = 0; i < 2; i++)
  {
    add_code (codes, &count, string, seconds[i], "##", '*');
    if ('=' == third[0])
      add_code (codes, &count, string, seconds[i], none, '=');
  }
  if ('=' == third[0])
    return count;
  last = strchr (symbols_of_codes, third[1]);
  more = (MQTT_CODE_MORE_LEVELS <= last - symbols_of_codes);
  if (more)
    third[1] = last[-MQTT_CODE_MORE_LEVELS];
  for (unsigned int i = 0; i < 4; i++)
  {
    add_code (codes,
              &count,
              string,
              seconds[i / 2],
              thirds[i % 2],
              more ? '>' : '=');
    add_code (codes, &count, string, seconds[i / 2], thirds[i % 2], '*');
  }
  return count;
}
