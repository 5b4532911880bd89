/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file unit/blacklist_fixture.h
 * @brief One blacklist, that says what the test says.
 */
#ifndef MQTT_TESTS_UNIT_BLACKLIST_FIXTURE_H
#define MQTT_TESTS_UNIT_BLACKLIST_FIXTURE_H

#include "fake_time.h"
#include "service/blacklists.h"

/** Milliseconds between two looks. */
#define BLACKLIST_INTERVAL 10

struct BlacklistFixture
{
  struct MQTT_Options options;
  struct MQTT_BlacklistOps ops;
  struct MQTT_Blacklists *lists;
  /** The look under way; NULL for none. */
  MQTT_BlacklistLooked looked;
  void *cls;
  /** The one elsewhere. */
  MQTT_BlacklistLooked far;
  void *far_cls;
};


static inline void *
blacklist_look (void *cls,
                const char *name,
                bool local,
                MQTT_BlacklistLooked looked,
                void *looked_cls)
{
  struct BlacklistFixture *fixture = cls;

  (void)name;
  if (!local)
  {
    fixture->far = looked;
    fixture->far_cls = looked_cls;
    return &fixture->far;
  }
  fixture->looked = looked;
  fixture->cls = looked_cls;
  return fixture;
}


static inline void
blacklist_end_look (void *cls, void *look)
{
  struct BlacklistFixture *fixture = cls;

  if (&fixture->far == look)
    fixture->far = NULL;
  else
    fixture->looked = NULL;
}


/**
 * Answer the look under way.
 *
 * @param fixture the list
 * @param answer whether it can be read
 * @param entry who is on it; NULL for nobody
 */
static inline void
blacklist_answer (struct BlacklistFixture *fixture,
                  enum MQTT_BlacklistAnswer answer,
                  const struct MQTT_BlacklistEntry *entry)
{
  char data[MQTT_BLACKLIST_RECORD_MAX];
  struct GNUNET_GNSRECORD_Data record = {
    .data = data,
    .record_type = MQTT_BLACKLIST_RECORD,
  };
  MQTT_BlacklistLooked looked = fixture->looked;

  ck_assert_ptr_nonnull (looked);
  if (NULL != entry)
    record.data_size = MQTT_blacklist_entry_write (entry, data);
  fixture->looked = NULL;
  looked (fixture->cls, answer, (NULL == entry) ? 0 : 1, &record);
}


/**
 * Tell what there is on the list now, at the next look: as blacklist_answer().
 */
static inline void
blacklist_say (struct BlacklistFixture *fixture,
               enum MQTT_BlacklistAnswer answer,
               const struct MQTT_BlacklistEntry *entry)
{
  fake_time_pass (BLACKLIST_INTERVAL);
  blacklist_answer (fixture, answer, entry);
}


/**
 * Put a peer onto the list, alone.
 */
static inline void
blacklist_peer (struct BlacklistFixture *fixture,
                const struct GNUNET_PeerIdentity *who)
{
  const struct MQTT_BlacklistEntry entry = MQTT_blacklist_peer (who);

  blacklist_say (fixture, MQTT_BLACKLIST_SURE, &entry);
}


/**
 * Empty the list.
 */
static inline void
blacklist_nobody (struct BlacklistFixture *fixture)
{
  blacklist_say (fixture, MQTT_BLACKLIST_SURE, NULL);
}


/**
 * Make the list, which is looked for.
 *
 * @param[out] fixture made
 * @param counters where it counts
 * @param refuse everybody is refused if it cannot be read
 * @param changed called when it has changed
 * @param cls closure for @a changed
 */
static inline void
blacklist_follow (struct BlacklistFixture *fixture,
                  struct MQTT_Counters *counters,
                  bool refuse,
                  MQTT_BlacklistsChanged changed,
                  void *cls)
{
  static char name[] = "alice";

  *fixture = (struct BlacklistFixture){
    .options = {
      .blacklist = name,
      .blacklist_refuse = refuse,
      .blacklist_interval = MS (BLACKLIST_INTERVAL),
      .blacklist_patience = MS (1000),
      .blacklist_search = MS (3000),
    },
    .ops = {
      .look = &blacklist_look,
      .end = &blacklist_end_look,
      .cls = fixture,
    },
  };
  fixture->lists = MQTT_blacklists_create (&fixture->options,
                                           counters,
                                           changed,
                                           cls);
  MQTT_blacklists_follow (fixture->lists, &fixture->ops);
}


/**
 * Make the list, which is empty: as blacklist_follow().
 */
static inline void
blacklist_begin (struct BlacklistFixture *fixture,
                 struct MQTT_Counters *counters,
                 bool refuse,
                 MQTT_BlacklistsChanged changed,
                 void *cls)
{
  blacklist_follow (fixture, counters, refuse, changed, cls);
  blacklist_nobody (fixture);
}


static inline void
blacklist_end (struct BlacklistFixture *fixture)
{
  MQTT_blacklists_destroy (fixture->lists);
}

#endif
