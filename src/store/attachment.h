/* Files that belong to records: photographs, sketches, signed forms.
 *
 * Adding one is an event of the log: it says which bytes (by their hash) belong to which record, who added them and
 * when, and is chained to the one before and signed by the device, so that sl_store_verify finds what was taken out,
 * exchanged or changed.  Nothing is ever deleted.  The bytes are kept once, by their BLAKE2b hash.
 *
 * What is about people is sealed: bytes, name and caption lie encrypted under the key of the record, outside of the
 * file; sl_store_erase makes them unreadable for ever and leaves every hash as it is. */
#ifndef SL_STORE_ATTACHMENT_H
#define SL_STORE_ATTACHMENT_H

#include "store/store.h"

#define SL_ATTACHMENT_MAX (32u << 20) /* bytes of one */

struct sl_attachment {
	struct sl_uuid id, record;
	struct sl_str field;         /* of the record's kind; empty: of the record as a whole */
	struct sl_str name, caption; /* empty in what is read of a sealed one before it is opened */
	struct sl_str media_type;
	int64_t size; /* bytes as they were given */
	bool sealed;
	struct sl_hash kept; /* of the bytes as they are kept: of a sealed one, of the ciphertext */
	struct sl_str author, organisation, device;
	int64_t recorded_ms;
};

/* Must this be sealed?  Of a kind that hides places or names of people everything is, else what belongs to a
 * sensitive field. */
bool sl_attachment_is_sealed(const struct sl_kind *kind, struct sl_str field);

/* Inside a transaction; durable when it is committed.  `at` has record, field, name, caption, media_type, sealed,
 * author and organisation; the rest is filled in.  The same bytes on the same field of the record are not added
 * again: *already tells, and `at` is what was there: whoever did not hear our answer may send anew.
 * SL_NOT_FOUND: there is no such record.  SL_INVALID: no bytes, or more than SL_ATTACHMENT_MAX. */
SL_CHECKED enum sl_code sl_store_attach(struct sl_db *db, struct sl_arena *a, struct sl_attachment *at,
                                        struct sl_str bytes, bool *already, struct sl_err *e);

/* Of a record, in the order in which they were added; in `a`. */
SL_CHECKED enum sl_code sl_store_attachments(struct sl_db *db, struct sl_arena *a, struct sl_uuid record,
                                             struct sl_attachment **out, size_t *n, struct sl_err *e);
/* The bytes of one that sl_store_attachments gave; name and caption of a sealed one are filled in.  SL_DENIED: its
 * key was erased or is not here.  SL_CORRUPT: they are not what was kept. */
SL_CHECKED enum sl_code sl_store_attachment_bytes(struct sl_db *db, struct sl_arena *a, struct sl_attachment *at,
                                                  struct sl_str *bytes, struct sl_err *e);

#endif
