/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/gnunet-mqtt-blacklist.c
 * @brief Says with whom peers that follow one's list have nothing to do.
 *
 * Options and commands; the list itself is in blacklist_zone.c.
 */
#include "blacklist_zone.h"
#include "exit_codes.h"
#include "gnunet_mqtt_blacklist.h"
#include "options.h"

#define PROGRAM "gnunet-mqtt-blacklist"

#define USAGE PROGRAM " add|remove|list [OPTIONS] [KEY...]"

#define ABOUT \
  "Keep a blacklist in the zone of an ego.\n" \
  "  add -e EGO KEY...       refuse these peers, or owners of topics\n" \
  "  remove -e EGO KEY...    do not refuse them any more\n" \
  "  list -e EGO             print who is refused\n" \
  "Exit codes: 0 done, 1 wrong use, 2 a service of GNUnet does not answer,\n" \
  "4 refused: no such ego, not on the list, or not stored, 5 output failed."

/** Seconds that services have to answer. */
#define PATIENCE 20

/** Seconds that others believe what they have read, unless told otherwise. */
#define LIFETIME 3600

struct Blacklist
{
  const struct GNUNET_CONFIGURATION_Handle *cfg;
  struct GNUNET_IDENTITY_EgoLookup *lookup;
  struct CLI_BlacklistZone *zone;
  struct GNUNET_SCHEDULER_Task *timeout_task;
  struct CLI_BlacklistRequest request;
  enum CLI_ExitCode code;

  /* The command line. */
  char *ego;
  char *label;
  struct CLI_Number lifetime;
  int is_public;
};


static void
end (struct Blacklist *b, enum CLI_ExitCode code)
{
  b->code = code;
  GNUNET_SCHEDULER_shutdown ();
}


static void
on_shutdown (void *cls)
{
  struct Blacklist *b = cls;

  if (NULL != b->timeout_task)
    GNUNET_SCHEDULER_cancel (b->timeout_task);
  if (NULL != b->lookup)
    GNUNET_IDENTITY_ego_lookup_cancel (b->lookup);
  if (NULL != b->zone)
    CLI_blacklist_zone_close (b->zone);
}


static void
on_timeout (void *cls)
{
  struct Blacklist *b = cls;

  b->timeout_task = NULL;
  CLI_complain (PROGRAM,
                "no answer from the %s service (is the peer running, and is "
                "this its configuration?)",
                (NULL != b->lookup) ? "identity" : "namestore");
  end (b, CLI_NO_SERVICE);
}


/**
 * #CLI_BlacklistFound
 */
static void
print_entry (void *cls, const char *text)
{
  (void)cls;
  printf ("%s\n", text);
}


/**
 * #CLI_BlacklistDone
 */
static void
on_done (void *cls, const char *why)
{
  struct Blacklist *b = cls;

  if (NULL != why)
    CLI_complain (PROGRAM, "%s", why);
  end (b, (NULL == why) ? CLI_DONE : CLI_REFUSED);
}


/**
 * IDENTITY has the ego, or not: #GNUNET_IDENTITY_EgoCallback
 */
static void
on_ego (void *cls, struct GNUNET_IDENTITY_Ego *ego)
{
  struct Blacklist *b = cls;

  b->lookup = NULL;
  if (NULL == ego)
  {
    CLI_complain (PROGRAM, "there is no ego \"%s\"", b->ego);
    end (b, CLI_REFUSED);
    return;
  }
  b->zone = CLI_blacklist_zone_open (b->cfg,
                                     GNUNET_IDENTITY_ego_get_private_key (ego),
                                     &b->request,
                                     &print_entry,
                                     &on_done,
                                     b);
}


/**
 * @return false if there is no such command
 */
static bool
take_command (struct Blacklist *b, const char *word)
{
  static const char *const words[] = { [CLI_BLACKLIST_LIST] = "list",
                                       [CLI_BLACKLIST_ADD] = "add",
                                       [CLI_BLACKLIST_REMOVE] = "remove" };

  for (unsigned int i = 0; i < sizeof (words) / sizeof (words[0]); i++)
    if (0 == strcmp (words[i], word))
    {
      b->request.deed = (enum CLI_BlacklistDeed)i;
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
check_usage (struct Blacklist *b, char *const *arguments)
{
  if ((NULL == arguments[0]) || !take_command (b, arguments[0]))
    return "a command is needed: add, remove or list";
  if (NULL == b->ego)
    return "an ego is needed: -e EGO";
  b->request.entries = &arguments[1];
  if (CLI_BLACKLIST_LIST == b->request.deed)
    return (NULL == arguments[1]) ? NULL : "list has no arguments";
  if (NULL == arguments[1])
    return "whom? Identities of peers, or keys of owners, are needed";
  for (char *const *entry = &arguments[1]; NULL != *entry; entry++)
  {
    size_t size;
    void *data = GNUNET_MQTT_blacklist_write (*entry, &size);

    if (NULL == data)
      return "neither a peer's identity nor an ego's key";
    GNUNET_free (data);
  }
  return NULL;
}


static void
run (void *cls,
     char *const *arguments,
     const char *cfgfile,
     const struct GNUNET_CONFIGURATION_Handle *cfg)
{
  struct Blacklist *b = cls;
  const char *wrong = check_usage (b, arguments);

  (void)cfgfile;
  if (NULL != wrong)
  {
    CLI_complain (PROGRAM, "%s (--help tells more)", wrong);
    b->code = CLI_WRONG_USE;
    return;
  }
  b->cfg = cfg;
  b->request.label = (NULL == b->label) ? GNUNET_MQTT_BLACKLIST_LABEL
                                        : b->label;
  b->request.lifetime = GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS,
                                                       b->lifetime.value);
  b->request.is_public = b->is_public;
  GNUNET_SCHEDULER_add_shutdown (&on_shutdown, b);
  b->timeout_task = GNUNET_SCHEDULER_add_delayed (
    GNUNET_TIME_relative_multiply (GNUNET_TIME_UNIT_SECONDS, PATIENCE),
    &on_timeout,
    b);
  b->lookup = GNUNET_IDENTITY_ego_lookup (cfg, b->ego, &on_ego, b);
}


/**
 * Read the command line and run.
 */
static enum GNUNET_GenericReturnValue
run_program (struct Blacklist *b, int argc, char *const *argv)
{
  struct GNUNET_GETOPT_CommandLineOption options[] = {
    GNUNET_GETOPT_option_string ('e',
                                 "ego",
                                 "EGO",
                                 "name of the ego that keeps the list",
                                 &b->ego),
    GNUNET_GETOPT_option_string (
      'n',
      "name",
      "LABEL",
      "label of the list; " GNUNET_MQTT_BLACKLIST_LABEL " unless given",
      &b->label),
    GNUNET_GETOPT_option_flag ('p',
                               "public",
                               "other peers may read what is added",
                               &b->is_public),
    CLI_option_number ('x',
                       "expiry",
                       "SECONDS",
                       "how long they believe it; 3600 unless given",
                       &b->lifetime),
    CLI_option_version (),
    GNUNET_GETOPT_OPTION_END
  };

  return GNUNET_PROGRAM_run (argc, argv, USAGE, ABOUT, options, &run, b);
}


int
main (int argc, char *const *argv)
{
  struct Blacklist b = {
    .code = CLI_INTERRUPTED,
    .lifetime = { .value = LIFETIME, .least = 1, .most = UINT32_MAX },
  };
  enum GNUNET_GenericReturnValue result;

  CLI_secure_descriptors ();
  result = run_program (&b, argc, argv);
  if ((0 != fflush (stdout)) && (CLI_DONE == b.code))
    b.code = CLI_IO_ERROR;
  GNUNET_free (b.ego);
  GNUNET_free (b.label);
  if (GNUNET_OK == result)
    return b.code;
  return (GNUNET_NO == result) ? CLI_DONE : CLI_WRONG_USE;
}
