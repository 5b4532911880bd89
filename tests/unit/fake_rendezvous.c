/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/fake_rendezvous.c
 * @brief A meeting place that finds whom the test says.
 */
#include "fake_rendezvous.h"
#include "fake_identity.h"


static void
die (void *cls)
{
  struct FakeRendezvous *rendezvous = cls;

  rendezvous->death = NULL;
  fake_rendezvous_fail (rendezvous);
}


static struct FakeOperation *
operate (struct FakeRendezvous *rendezvous, const char *text)
{
  struct FakeOperation *operation;

  if (rendezvous->impossible)
    return NULL;
  ck_assert_uint_lt (rendezvous->count, 4096);
  ck_assert_uint_lt (strlen (text), sizeof (operation->text));
  operation = GNUNET_new (struct FakeOperation);
  GNUNET_strlcpy (operation->text, text, sizeof (operation->text));
  operation->at = fake_time_now ();
  rendezvous->operations[rendezvous->count++] = operation;
  return operation;
}


static void *
announce (void *cls, const struct MQTT_Code *code, bool anonymous)
{
  char regex[MQTT_CODE_REGEX_MAX + 1];
  struct FakeOperation *operation;

  MQTT_discovery_code_regex (code, regex);
  operation = operate (cls, regex);
  if (NULL != operation)
    operation->anonymous = anonymous;
  return operation;
}


static void *
search (void *cls,
        const char *string,
        MQTT_RendezvousFound found,
        void *found_cls)
{
  struct FakeRendezvous *rendezvous = cls;
  struct FakeOperation *operation = operate (rendezvous, string);

  if (NULL == operation)
    return NULL;
  operation->is_search = true;
  operation->found = found;
  operation->found_cls = found_cls;
  if ((NULL != rendezvous->poison) && (0 == strcmp (string, rendezvous->poison))
      && (NULL == rendezvous->death))
    rendezvous->death = GNUNET_SCHEDULER_add_delayed (MS (5), &die, rendezvous);
  return operation;
}


static void
end_announcement (void *cls, void *handle)
{
  struct FakeOperation *operation = handle;

  (void)cls;
  ck_assert (!operation->is_search && !operation->ended);
  operation->ended = true;
}


static void
end_search (void *cls, void *handle)
{
  struct FakeOperation *operation = handle;

  (void)cls;
  ck_assert (operation->is_search && !operation->ended);
  operation->ended = true;
}


void
fake_rendezvous_begin (struct FakeRendezvous *rendezvous)
{
  memset (rendezvous, 0, sizeof (*rendezvous));
  rendezvous->ops = (struct MQTT_RendezvousOps){
    .announce = &announce,
    .announce_end = &end_announcement,
    .search = &search,
    .search_end = &end_search,
    .cls = rendezvous,
  };
}


void
fake_rendezvous_end (struct FakeRendezvous *rendezvous)
{
  if (NULL != rendezvous->death)
    GNUNET_SCHEDULER_cancel (rendezvous->death);
  for (unsigned int i = 0; i < rendezvous->count; i++)
  {
    ck_assert (rendezvous->operations[i]->ended);
    GNUNET_free (rendezvous->operations[i]);
  }
}


void
fake_rendezvous_fail (struct FakeRendezvous *rendezvous)
{
  for (unsigned int i = 0; i < rendezvous->count; i++)
    if (!rendezvous->operations[i]->anonymous)
      rendezvous->operations[i]->ended = true;
  rendezvous->failed (rendezvous->failed_cls);
}


unsigned int
fake_rendezvous_standing (const struct FakeRendezvous *rendezvous,
                          bool searches)
{
  unsigned int standing = 0;

  for (unsigned int i = 0; i < rendezvous->count; i++)
    standing += (searches == rendezvous->operations[i]->is_search)
                && !rendezvous->operations[i]->ended;
  return standing;
}


unsigned int
fake_rendezvous_asked (const struct FakeRendezvous *rendezvous,
                       bool searches,
                       const char *text)
{
  unsigned int asked = 0;

  for (unsigned int i = 0; i < rendezvous->count; i++)
    asked += (searches == rendezvous->operations[i]->is_search)
             && ((NULL == text)
                 || (0 == strcmp (text, rendezvous->operations[i]->text)));
  return asked;
}


struct FakeOperation *
fake_rendezvous_get (struct FakeRendezvous *rendezvous,
                     bool search,
                     const char *text)
{
  for (unsigned int i = 0; i < rendezvous->count; i++)
  {
    struct FakeOperation *operation = rendezvous->operations[i];

    if ((search == operation->is_search) && !operation->ended
        && (0 == strcmp (text, operation->text)))
      return operation;
  }
  return NULL;
}


void
fake_rendezvous_find (struct FakeRendezvous *rendezvous,
                      const char *text,
                      unsigned int peer)
{
  struct FakeOperation *operation = fake_rendezvous_get (rendezvous,
                                                         true,
                                                         text);
  struct GNUNET_PeerIdentity identity = fake_identity (peer);

  ck_assert_ptr_nonnull (operation);
  operation->found (operation->found_cls, &identity);
}
