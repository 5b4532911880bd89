/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session.h
 * @brief The session of one client identifier: what happened goes in, what is to
 *        be done comes out as actions (MQTT 5, 4.1).
 *
 * Sections in brackets are those of MQTT 5.  Knows no sockets, scheduler, clock
 * or store: time is an argument, microseconds of any clock that outlives a restart;
 * what must be on disk is asked for by an action, and nothing that relies on it
 * is said to the client before MQTT_session_stored().
 *
 * Actions come by one callback, from within the functions here.  It must not call
 * a function that changes the same session.
 */
#ifndef MQTT_CORE_SESSION_H
#define MQTT_CORE_SESSION_H

#include "session_host.h"

/** Session expiry interval: the session does not expire (3.1.2.11.2). */
#define MQTT_SESSION_NO_EXPIRY UINT32_MAX

/** Reason codes the session chooses by itself (2.4). */
#define MQTT_REASON_SUCCESS 0x00
#define MQTT_REASON_PACKET_ID_NOT_FOUND 0x92

/** From this one on a reason code tells of a failure (2.4). */
#define MQTT_REASON_FAILURE 0x80

struct MQTT_Session;

enum MQTT_SessionState
{
  MQTT_SESSION_CONNECTED,
  MQTT_SESSION_OFFLINE,
  /** To be destroyed; every event is ignored. */
  MQTT_SESSION_ENDED
};

/**
 * What a CONNECT says.
 */
struct MQTT_SessionConnect
{
  /** Session expiry interval, seconds; #MQTT_SESSION_NO_EXPIRY. */
  uint32_t expiry_s;
  /** Will delay interval, seconds (3.1.3.2.2). */
  uint32_t will_delay_s;
  /** The client's receive maximum (3.1.2.11.3), at least 1. */
  uint16_t receive_maximum;
  bool will;
  bool clean_start;
  /** PUBLISH waits until MQTT_session_set_writable(): the client is not answered yet. */
  bool held;
};

/**
 * What became of a message offered to a session.
 */
enum MQTT_SessionTaken
{
  /** The session has it; a #MQTT_SESSION_FORGET will follow or has. */
  MQTT_SESSION_TAKEN,
  /** No room: offer it again after #MQTT_SESSION_ROOM.  Not counted. */
  MQTT_SESSION_FULL,
  /** It ended at once, and is counted: dropped or expired. */
  MQTT_SESSION_NOT_TAKEN
};

/**
 * What a packet of the client was.
 */
enum MQTT_SessionReceipt
{
  MQTT_SESSION_OK,
  /** The client repeats a publication: it is not another one. */
  MQTT_SESSION_DUPLICATE,
  /** PUBLISH at QoS 1 without DUP whose identifier is under way: answer 0x91, go on. */
  MQTT_SESSION_IN_USE,
  /** More identifiers left half-way than a client has reason to: answer 0x97, go on. */
  MQTT_SESSION_QUOTA,
  /** No delivery or publication has this identifier.  Nothing was changed. */
  MQTT_SESSION_UNKNOWN,
  /** More than our receive maximum: end the connection with 0x93 (4.9). */
  MQTT_SESSION_EXCEEDED,
  /** A packet that cannot come now: end the connection with 0x82 (4.13). */
  MQTT_SESSION_PROTOCOL_ERROR
};


/**
 * Begin a session, connected.
 *
 * @param host what it shares with others
 * @param cls closure for the host's callback
 * @param connect the client's CONNECT; clean_start is of no importance
 * @return to be freed with MQTT_session_destroy()
 */
struct MQTT_Session *
MQTT_session_create (struct MQTT_SessionHost *host,
                     void *cls,
                     const struct MQTT_SessionConnect *connect);


/**
 * Take a session up again that was on disk.  It is offline; if it was connected
 * the crash ended the connection, now.  MQTT_session_restore_entry() and
 * MQTT_session_restore_inbound() must follow for all that was on disk, before
 * other events.
 *
 * @param host what it shares with others
 * @param cls closure for the host's callback
 * @param record what was on disk
 * @param now_us the time
 * @return to be freed with MQTT_session_destroy(); NULL if no session can have
 *         such a record
 */
struct MQTT_Session *
MQTT_session_restore (struct MQTT_SessionHost *host,
                      void *cls,
                      const struct MQTT_SessionRecord *record,
                      uint64_t now_us);


/**
 * Put an entry back.  The session takes the reference to its message.
 *
 * @param session the session
 * @param entry what #MQTT_SESSION_STORE_ENTRY gave; state must be
 *        #MQTT_SESSION_ENTRY_RELEASED if it had #MQTT_SESSION_STORE_RELEASED,
 *        else #MQTT_SESSION_ENTRY_NEW
 * @return false if that cannot have been stored, or not in this order: the entry
 *         is not taken
 */
bool
MQTT_session_restore_entry (struct MQTT_Session *session,
                            const struct MQTT_SessionEntry *entry);


/**
 * Put the identifier of a QoS 2 publication back that waits for its PUBREL.
 *
 * @return false if it is 0 or there already
 */
bool
MQTT_session_restore_inbound (struct MQTT_Session *session, uint16_t packet_id);


/**
 * Free a session, in any state.  Entries still there end as
 * #MQTT_SESSION_UNLOADED.
 */
void
MQTT_session_destroy (struct MQTT_Session *session);


/**
 * A client connects with this session's identifier (3.1.2.4, 3.1.4).  If another
 * one is connected it loses the session, as by MQTT_session_disconnect(), not
 * clean: the caller tells it so (0x8E).  Deliveries under way are sent again (4.4).
 *
 * @return true if the session goes on: say "session present"; false if it has
 *         ended: destroy it and create another
 */
bool
MQTT_session_connect (struct MQTT_Session *session,
                      const struct MQTT_SessionConnect *connect,
                      uint64_t now_us);


/**
 * What is to be on disk of the session as it is now, to undo MQTT_session_connect().
 */
struct MQTT_SessionRecord
MQTT_session_record (const struct MQTT_Session *session);


/**
 * The client that has connected was refused: as if it had not, its predecessor's will
 * and expiry included.
 *
 * @param session the session, connected
 * @param before its record from before, offline
 * @param now_us the time
 */
void
MQTT_session_undo_connect (struct MQTT_Session *session,
                           const struct MQTT_SessionRecord *before,
                           uint64_t now_us);


/**
 * The client changes the session's expiry interval as it leaves (3.14.2.2.2).
 *
 * @return false if it must not: from 0 to another (a protocol error)
 */
bool
MQTT_session_set_expiry (struct MQTT_Session *session, uint32_t expiry_s);


/**
 * The connection has ended (3.14.4).
 *
 * @param session the session
 * @param clean true after DISCONNECT with reason 0: there is no will then
 * @param now_us the time
 */
void
MQTT_session_disconnect (struct MQTT_Session *session,
                         bool clean,
                         uint64_t now_us);


/**
 * End the session now, whoever asks for it.  A will still waiting is published
 * (3.1.2.5).
 */
void
MQTT_session_end (struct MQTT_Session *session);


/**
 * When MQTT_session_tick() has something to do; UINT64_MAX if never.
 */
uint64_t
MQTT_session_next_us (const struct MQTT_Session *session);


/**
 * Time passes: publish the will, end the session, remove expired entries.
 */
void
MQTT_session_tick (struct MQTT_Session *session, uint64_t now_us);


enum MQTT_SessionState
MQTT_session_state (const struct MQTT_Session *session);


/**
 * Offer a message for delivery, in order.
 *
 * @param session the session
 * @param message the caller's name for it; the session has a reference to it if
 *        it is taken
 * @param size bytes that count against the bound
 * @param qos 0, 1 or 2
 * @param expires_us when it expires; UINT64_MAX if never
 * @param now_us the time
 */
enum MQTT_SessionTaken
MQTT_session_enqueue (struct MQTT_Session *session,
                      uint64_t message,
                      uint32_t size,
                      uint8_t qos,
                      uint64_t expires_us,
                      uint64_t now_us);


/**
 * Is there room for a message at QoS 1 or 2?  If not, #MQTT_SESSION_ROOM follows.
 *
 * @param session the session
 * @param copies so many times, at least 1
 * @param size bytes that each would count against the bound
 * @param now_us the time
 */
bool
MQTT_session_has_room (struct MQTT_Session *session,
                       unsigned int copies,
                       uint32_t size,
                       uint64_t now_us);


/**
 * Would the connection take a message that is next?
 */
bool
MQTT_session_can_send (const struct MQTT_Session *session);


/**
 * Has the session so little to deliver that something can be added for which nobody
 * waits?  Drops nothing.
 *
 * @param session the session
 * @param size bytes that would count against the bound
 */
bool
MQTT_session_is_idle (const struct MQTT_Session *session, uint32_t size);


/**
 * Can the connection take more?  It can at first.  PUBLISH waits while it cannot.
 */
void
MQTT_session_set_writable (struct MQTT_Session *session,
                           bool writable,
                           uint64_t now_us);


/**
 * The connection can take no more PUBLISH until MQTT_session_set_writable().  May
 * be called from within the callback for actions.
 */
void
MQTT_session_pause (struct MQTT_Session *session);


/**
 * What a #MQTT_SESSION_SEND_PUBLISH at QoS 1 or 2 asks for cannot be done now: it is
 * as if it had not been asked, and PUBLISH waits until MQTT_session_set_writable().
 * Only from within the callback for that action.
 */
void
MQTT_session_hold_back (struct MQTT_Session *session);


/**
 * What a #MQTT_SESSION_SEND_PUBLISH asks for is larger than the client takes: it is
 * not sent, and ends as if it had been (MQTT-3.1.2-25).  Only from within the
 * callback for that action.
 */
void
MQTT_session_too_large (struct MQTT_Session *session);


/**
 * The oldest changes asked of the store are on disk.
 *
 * @param session the session
 * @param count how many, at most MQTT_session_changes()
 * @param now_us the time
 */
void
MQTT_session_stored (struct MQTT_Session *session,
                     size_t count,
                     uint64_t now_us);


/**
 * The oldest change, a #MQTT_SESSION_STORE_ENTRY, cannot be stored: the entry
 * ends as refused.  Other changes make nothing larger: the store must go on
 * trying.
 *
 * @return false if the oldest change is another one, or there is none: nothing
 *         was changed
 */
bool
MQTT_session_not_stored (struct MQTT_Session *session, uint64_t now_us);


/**
 * Some changes were lost.  Entries among them end as refused, so that nothing waits
 * for them; their turn for MQTT_session_not_stored() comes all the same.
 *
 * @param session the session
 * @param first how many older changes there are
 * @param count how many were lost
 * @param now_us the time
 */
void
MQTT_session_lost (struct MQTT_Session *session,
                   size_t first,
                   size_t count,
                   uint64_t now_us);


/**
 * A change was lost: its action comes again, now, with the record as it is by now.
 * A removal does not: it is the store that repeats those; nor does a
 * #MQTT_SESSION_STORE_ENTRY, whose entry has ended with MQTT_session_lost().  In all
 * cases the change still waits for MQTT_session_stored().
 *
 * @param session the session
 * @param which how many older changes there are
 */
void
MQTT_session_ask_again (struct MQTT_Session *session, size_t which);


/**
 * Number of changes that the store has not answered.
 */
size_t
MQTT_session_changes (const struct MQTT_Session *session);


/**
 * The client sent PUBACK, PUBREC or PUBCOMP (4.3).  With a failure the delivery
 * ends and is counted as rejected; PUBCOMP ends it whatever its reason.  A PUBREC
 * of unknown identifier is answered.
 *
 * @return #MQTT_SESSION_OK, #MQTT_SESSION_UNKNOWN or #MQTT_SESSION_PROTOCOL_ERROR
 */
enum MQTT_SessionReceipt
MQTT_session_puback (struct MQTT_Session *session,
                     uint16_t packet_id,
                     uint8_t reason,
                     uint64_t now_us);


enum MQTT_SessionReceipt
MQTT_session_pubrec (struct MQTT_Session *session,
                     uint16_t packet_id,
                     uint8_t reason,
                     uint64_t now_us);


enum MQTT_SessionReceipt
MQTT_session_pubcomp (struct MQTT_Session *session,
                      uint16_t packet_id,
                      uint64_t now_us);


/**
 * The client sent PUBLISH at QoS 1 or 2.  If #MQTT_SESSION_OK, it is a new
 * publication: MQTT_session_published() must follow when its promise holds.
 *
 * @param session the session
 * @param packet_id its identifier
 * @param qos 1 or 2
 * @param dup its DUP flag
 * @return anything but #MQTT_SESSION_UNKNOWN
 */
enum MQTT_SessionReceipt
MQTT_session_publish (struct MQTT_Session *session,
                      uint16_t packet_id,
                      uint8_t qos,
                      bool dup);


/**
 * A publication of the client is safe, or refused.  At QoS 2, if safe, its
 * identifier must be on disk with it, for MQTT_session_restore_inbound().  The
 * client is answered if it sent it on this connection.
 *
 * @param session the session
 * @param packet_id its identifier; ignored if no publication with it waits
 * @param reason the reason code to answer with
 */
void
MQTT_session_published (struct MQTT_Session *session,
                        uint16_t packet_id,
                        uint8_t reason);


/**
 * The client sent PUBREL (4.3.3).  Answered when the identifier is gone from
 * disk, for it may be used again from then on; or at once if it is unknown.
 *
 * @return #MQTT_SESSION_OK, #MQTT_SESSION_UNKNOWN or #MQTT_SESSION_PROTOCOL_ERROR
 */
enum MQTT_SessionReceipt
MQTT_session_pubrel (struct MQTT_Session *session, uint16_t packet_id);


/**
 * The client that has connected knows nothing of publications from before: those
 * at QoS 2 end as by PUBREL, unanswered; of those whose promise does not hold yet
 * MQTT_session_published() must not be told any more.
 */
void
MQTT_session_forget_inbound (struct MQTT_Session *session);


/**
 * Messages of this session that have not ended, and their bytes.
 *
 * @param session the session
 * @param[out] bytes set, may be NULL
 * @return how many
 */
size_t
MQTT_session_queued (const struct MQTT_Session *session, size_t *bytes);


/**
 * Bytes of memory the session holds, without its messages.
 */
size_t
MQTT_session_memory (const struct MQTT_Session *session);


/**
 * What went in, less what is queued or ended: 0, or messages are lost.
 */
int64_t
MQTT_session_balance (const struct MQTT_SessionCounters *counters);

#endif
