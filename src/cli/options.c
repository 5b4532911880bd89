/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file cli/options.c
 * @brief Command line options, complaints, descriptors.
 */
#include "options.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>


static enum GNUNET_GenericReturnValue
take_number (struct GNUNET_GETOPT_CommandLineProcessorContext *ctx,
             void *cls,
             const char *option,
             const char *text)
{
  struct CLI_Number *number = cls;
  char *end;

  errno = 0;
  number->value = strtoull (text, &end, 10);
  /* strtoull() itself takes spaces and signs. */
  if ((0 != errno) || ('\0' != *end) || ('0' > text[0]) || ('9' < text[0])
      || (number->least > number->value) || (number->most < number->value))
  {
    CLI_complain (ctx->binaryName,
                  "--%s takes a number from %" PRIu64 " to %" PRIu64
                  ", not \"%s\"",
                  option,
                  number->least,
                  number->most,
                  text);
    return GNUNET_SYSERR;
  }
  number->given = true;
  return GNUNET_OK;
}


struct GNUNET_GETOPT_CommandLineOption
CLI_option_number (char letter,
                   const char *name,
                   const char *argument,
                   const char *description,
                   struct CLI_Number *number)
{
  struct GNUNET_GETOPT_CommandLineOption option = { .shortName = letter,
                                                    .name = name,
                                                    .argumentHelp = argument,
                                                    .description = description,
                                                    .require_argument = 1,
                                                    .processor = &take_number,
                                                    .scls = number };

  return option;
}


static enum GNUNET_GenericReturnValue
take_text (struct GNUNET_GETOPT_CommandLineProcessorContext *ctx,
           void *cls,
           const char *option,
           const char *text)
{
  struct CLI_Texts *texts = cls;

  (void)ctx;
  (void)option;
  GNUNET_array_append (texts->at, texts->count, GNUNET_strdup (text));
  return GNUNET_OK;
}


struct GNUNET_GETOPT_CommandLineOption
CLI_option_texts (char letter,
                  const char *name,
                  const char *argument,
                  const char *description,
                  struct CLI_Texts *texts)
{
  struct GNUNET_GETOPT_CommandLineOption option = { .shortName = letter,
                                                    .name = name,
                                                    .argumentHelp = argument,
                                                    .description = description,
                                                    .require_argument = 1,
                                                    .processor = &take_text,
                                                    .scls = texts };

  return option;
}


void
CLI_texts_free (struct CLI_Texts *texts)
{
  for (unsigned int i = 0; i < texts->count; i++)
    GNUNET_free (texts->at[i]);
  GNUNET_array_grow (texts->at, texts->count, 0);
}


struct GNUNET_GETOPT_CommandLineOption
CLI_option_version (void)
{
  return GNUNET_GETOPT_option_version (PACKAGE_VERSION);
}


void
CLI_complain (const char *program, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  fprintf (stderr, "%s: ", program);
  vfprintf (stderr, format, arguments);
  fputc ('\n', stderr);
  va_end (arguments);
}


void
CLI_secure_descriptors (void)
{
  for (int fd = 0; fd <= 2; fd++)
  {
    if ((-1 != fcntl (fd, F_GETFD)) || (EBADF != errno))
      continue;
    /* Gets the lowest free number, this one.  What is read from is opened for
       writing only, and the other way round. */
    if (-1 == open ("/dev/null", (0 == fd) ? O_WRONLY : O_RDONLY))
      return;
  }
}
