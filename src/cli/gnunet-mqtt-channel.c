/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/gnunet-mqtt-channel.c
 * @brief Says who may publish to topics of one's own.
 *
 * Options and commands; what an ego has published is in channel_zone.c.  The ego's
 * private key comes from IDENTITY, and goes nowhere.
 */
#include <inttypes.h>
#include "channel_zone.h"
#include "exit_codes.h"
#include "options.h"
#include "topic_complaint.h"

#define PROGRAM "gnunet-mqtt-channel"

#define USAGE PROGRAM " grant|revoke|list|show [OPTIONS] [ENTRY]"

#define ABOUT \
  "Say which peers may publish to the topics of an ego.\n" \
  "  grant -e EGO -p PEER    let a peer publish, and print the entry\n" \
  "  revoke -e EGO -p PEER   do not let it any more\n" \
  "  list -e EGO             print what is published in the ego's zone\n" \
  "  show [ENTRY]            check an entry and say what is in it\n" \
  "Exit codes: 0 done, 1 wrong use, 2 a service of GNUnet does not answer,\n" \
  "4 refused: no such ego, or not stored, 5 not a good entry."

/** Seconds that services have to answer. */
#define PATIENCE 20

/** Most bytes of an entry on standard input. */
#define INPUT_MAX 65536

/** Seconds that a grant is good for unless told otherwise. */
#define LIFETIME UINT64_C (2592000)

enum Command
{
  COMMAND_GRANT,
  COMMAND_REVOKE,
  COMMAND_LIST,
  COMMAND_SHOW
};

struct Channel
{
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  enum Command command;
  struct GNUNET_IDENTITY_EgoLookup *lookup;
  struct CLI_ChannelZone *zone;
  struct GNUNET_SCHEDULER_Task *timeout_task;
  struct GNUNET_MQTT_ChannelEntry entry;
  enum CLI_ExitCode code;

  /* The command line. */
  char *ego;
  char *peer;
  char *prefix;
  struct CLI_Number lifetime;
  struct CLI_Number delay;
  int for_ever;
  int offline;
};


static void
end (struct Channel *c, enum CLI_ExitCode code)
{
  c->code = code;
  GNUNET_SCHEDULER_shutdown ();
}


static void
on_shutdown (void *cls)
{
  struct Channel *c = cls;

  if (NULL != c->timeout_task)
    GNUNET_SCHEDULER_cancel (c->timeout_task);
  if (NULL != c->lookup)
    GNUNET_IDENTITY_ego_lookup_cancel (c->lookup);
  if (NULL != c->zone)
    CLI_channel_zone_close (c->zone);
}


static void
on_timeout (void *cls)
{
  struct Channel *c = cls;

  c->timeout_task = NULL;
  CLI_complain (PROGRAM,
                "no answer from the %s service (is the peer running, and is "
                "this its configuration?)",
                (NULL != c->lookup) ? "identity" : "namestore");
  end (c, CLI_NO_SERVICE);
}


/* ---- entries, for people ---- */

static const char *
time_text (struct GNUNET_TIME_Absolute time)
{
  if (GNUNET_TIME_absolute_is_zero (time))
    return "always";
  if (GNUNET_TIME_absolute_is_never (time))
    return "never";
  return GNUNET_STRINGS_absolute_time_to_string (time);
}


/**
 * Print an entry in a line: #CLI_ChannelFound
 */
static void
print_line (void *cls,
            const struct GNUNET_MQTT_ChannelEntry *entry,
            const char *text)
{
  (void)cls;
  printf ("%s\t%s\t%" PRIu64 "\t",
          entry->revokes ? "revoked" : "granted",
          GNUNET_i2s_full (&entry->peer),
          entry->serial);
  printf ("%s\t", time_text (entry->not_before));
  printf ("%s\t", time_text (entry->expiry));
  printf ("%.*s\t%s\n", (int)entry->prefix_size, entry->prefix, text);
}


/**
 * Print an entry that is to be given to others: #CLI_ChannelFound
 */
static void
print_text (void *cls,
            const struct GNUNET_MQTT_ChannelEntry *entry,
            const char *text)
{
  (void)cls;
  (void)entry;
  printf ("%s\n", text);
}


static void
print_entry (const struct GNUNET_MQTT_ChannelEntry *entry)
{
  char *owner = GNUNET_IDENTITY_public_key_to_string (&entry->owner);

  printf ("%s\n", entry->revokes ? "revocation" : "grant");
  printf ("owner: %s\n", owner);
  printf ("peer: %s\n", GNUNET_i2s_full (&entry->peer));
  printf ("topics: /%s%s%.*s\n",
          owner,
          (0 == entry->prefix_size) ? "" : "/",
          (int)entry->prefix_size,
          entry->prefix);
  printf ("from: %s\n", time_text (entry->not_before));
  printf ("until: %s\n", time_text (entry->expiry));
  printf ("serial: %" PRIu64 "\n", entry->serial);
  GNUNET_free (owner);
}


/**
 * The command "show".
 */
static enum CLI_ExitCode
show (const char *argument)
{
  static char input[INPUT_MAX];
  const char *text = argument;
  const char *why = NULL;
  struct GNUNET_MQTT_ChannelEntry *entry;
  size_t size;

  if (NULL == argument)
    text = input;
  size = (NULL == argument) ? fread (input, 1, sizeof (input), stdin)
                            : strlen (argument);
  entry = GNUNET_MQTT_channel_read (text, size, &why);
  if (NULL == entry)
  {
    CLI_complain (PROGRAM, "%s", why);
    return CLI_IO_ERROR;
  }
  print_entry (entry);
  GNUNET_free (entry);
  return CLI_DONE;
}


/* ---- commands that need the ego ---- */

/**
 * #CLI_ChannelDone
 */
static void
on_done (void *cls, const char *why)
{
  struct Channel *c = cls;

  if (NULL != why)
    CLI_complain (PROGRAM, "%s", why);
  end (c, (NULL == why) ? CLI_DONE : CLI_REFUSED);
}


/**
 * Sign without the namestore.
 */
static void
sign_offline (struct Channel *c, const struct GNUNET_IDENTITY_PrivateKey *key)
{
  char *text = GNUNET_MQTT_channel_sign (&c->entry, key);

  if (NULL == text)
  {
    on_done (c, "the entry cannot be signed");
    return;
  }
  print_text (c, &c->entry, text);
  GNUNET_free (text);
  end (c, CLI_DONE);
}


/**
 * IDENTITY has the ego, or not: #GNUNET_IDENTITY_EgoCallback
 */
static void
on_ego (void *cls, struct GNUNET_IDENTITY_Ego *ego)
{
  struct Channel *c = cls;
  const struct GNUNET_IDENTITY_PrivateKey *key;

  c->lookup = NULL;
  if (NULL == ego)
  {
    CLI_complain (PROGRAM, "there is no ego \"%s\"", c->ego);
    end (c, CLI_REFUSED);
    return;
  }
  key = GNUNET_IDENTITY_ego_get_private_key (ego);
  if (c->offline)
  {
    sign_offline (c, key);
    return;
  }
  c->zone = CLI_channel_zone_open (c->cfg, key);
  if (COMMAND_LIST == c->command)
    CLI_channel_zone_list (c->zone, &print_line, &on_done, c);
  else
    CLI_channel_zone_publish (c->zone, &c->entry, &print_text, &on_done, c);
}


/**
 * Say in an entry what is said on the command line.
 *
 * @return NULL if all is well, otherwise what is wrong
 */
static const char *
take_entry (struct Channel *c)
{
  struct GNUNET_TIME_Absolute now = GNUNET_TIME_absolute_get ();
  struct GNUNET_MQTT_ChannelEntry *entry = &c->entry;

  if (NULL == c->peer)
    return "a peer is needed: -p PEER";
  if (GNUNET_OK
      != GNUNET_CRYPTO_eddsa_public_key_from_string (c->peer,
                                                     strlen (c->peer),
                                                     &entry->peer.public_key))
    return "not a peer's identity (gnunet-peerinfo -s shows it)";
  entry->revokes = (COMMAND_REVOKE == c->command);
  /* Without a delay: from ever, since clocks differ. */
  if (c->delay.given)
    entry->not_before = GNUNET_TIME_absolute_add (
      now,
      GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, c->delay.value));
  entry->expiry = GNUNET_TIME_absolute_add (
    c->delay.given ? entry->not_before : now,
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS,
                                   c->lifetime.value));
  if (c->for_ever)
    entry->expiry = GNUNET_TIME_UNIT_FOREVER_ABS;
  entry->serial = now.abs_value_us;
  entry->prefix = (NULL == c->prefix) ? "" : c->prefix;
  entry->prefix_size = strlen (entry->prefix);
  if (GNUNET_MQTT_CHANNEL_PREFIX_MAX < entry->prefix_size)
    return "the prefix is too long";
  return NULL;
}


/**
 * @return false if there is no such command
 */
static bool
take_command (struct Channel *c, const char *word)
{
  static const char *const words[] = { [COMMAND_GRANT] = "grant",
                                       [COMMAND_REVOKE] = "revoke",
                                       [COMMAND_LIST] = "list",
                                       [COMMAND_SHOW] = "show" };

  for (unsigned int i = 0; i < sizeof (words) / sizeof (words[0]); i++)
    if (0 == strcmp (words[i], word))
    {
      c->command = (enum Command)i;
      return true;
    }
  return false;
}


/**
 * Check what is given together.
 *
 * @return NULL if all is well, otherwise what is wrong
 */
static const char *
check_usage (struct Channel *c, char *const *arguments)
{
  if ((NULL == arguments[0]) || !take_command (c, arguments[0]))
    return "a command is needed: grant, revoke, list or show";
  if ((NULL != arguments[1])
      && ((COMMAND_SHOW != c->command) || (NULL != arguments[2])))
    return "there are arguments that belong to no option";
  if (COMMAND_SHOW == c->command)
    return NULL;
  if (NULL == c->ego)
    return "an ego is needed: -e EGO";
  if (COMMAND_LIST == c->command)
    return c->offline ? "--offline is for grant and revoke" : NULL;
  return take_entry (c);
}


static void
run (void *cls,
     char *const *arguments,
     const char *cfgfile,
     const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct Channel *c = cls;
  const char *wrong = check_usage (c, arguments);

  (void)cfgfile;
  c->cfg = cfg;
  if (NULL != wrong)
  {
    CLI_complain (PROGRAM, "%s (--help tells more)", wrong);
    c->code = CLI_WRONG_USE;
    return;
  }
  if (COMMAND_SHOW == c->command)
  {
    c->code = show (arguments[1]);
    return;
  }
  if ((NULL != c->prefix) && ('\0' != c->prefix[0])
      && !CLI_check_topic_name (PROGRAM, "prefix", c->prefix))
  {
    c->code = CLI_WRONG_USE;
    return;
  }
  GNUNET_SCHEDULER_add_shutdown (&on_shutdown, c);
  c->timeout_task = GNUNET_SCHEDULER_add_delayed (
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, PATIENCE),
    &on_timeout,
    c);
  c->lookup = GNUNET_IDENTITY_ego_lookup (cfg, c->ego, &on_ego, c);
}


/**
 * Read the command line and run.
 */
static enum GNUNET_GenericReturnValue
run_program (struct Channel *c, int argc, char *const *argv)
{
  struct GNUNET_GETOPT_CommandLineOption options[] = {
    GNUNET_GETOPT_option_string ('e',
                                 "ego",
                                 "EGO",
                                 "name of the ego that owns the topics",
                                 &c->ego),
    GNUNET_GETOPT_option_string ('p',
                                 "peer",
                                 "PEER",
                                 "identity of the peer that publishes",
                                 &c->peer),
    GNUNET_GETOPT_option_string ('t',
                                 "topic",
                                 "PREFIX",
                                 "only this below the key, and what is below",
                                 &c->prefix),
    CLI_option_number ('x',
                       "expiry",
                       "SECONDS",
                       "how long a grant is good for; 30 days unless given",
                       &c->lifetime),
    CLI_option_number ('d',
                       "delay",
                       "SECONDS",
                       "a grant is good only when so much time has passed",
                       &c->delay),
    GNUNET_GETOPT_option_flag ('F',
                               "for-ever",
                               "a grant does not expire",
                               &c->for_ever),
    GNUNET_GETOPT_option_flag ('o',
                               "offline",
                               "print the entry, do not publish it in the zone",
                               &c->offline),
    CLI_option_version (),
    GNUNET_GETOPT_OPTION_END
  };

  return GNUNET_PROGRAM_run (argc, argv, USAGE, ABOUT, options, &run, c);
}


int
main (int argc, char *const *argv)
{
  struct Channel c = {
    .code = CLI_INTERRUPTED,
    .lifetime = { .value = LIFETIME, .least = 1, .most = UINT32_MAX },
    .delay = { .most = UINT32_MAX }
  };
  enum GNUNET_GenericReturnValue result;

  CLI_secure_descriptors ();
  result = run_program (&c, argc, argv);
  if ((0 != fflush (stdout)) && (CLI_DONE == c.code))
    c.code = CLI_IO_ERROR;
  GNUNET_free (c.ego);
  GNUNET_free (c.peer);
  GNUNET_free (c.prefix);
  if (GNUNET_OK == result)
    return c.code;
  return (GNUNET_NO == result) ? CLI_DONE : CLI_WRONG_USE;
}
