/* Files of a record: adding them, listing them, reading one.  docs/formats/api.md */
#ifndef SL_APP_ATTACHMENT_H
#define SL_APP_ATTACHMENT_H

#include "app/people.h"
#include "store/attachment.h"

struct sl_new_attachment {
	struct sl_str name, caption, type, bytes; /* type: as claimed; the first bytes decide where they can */
	struct sl_str field;                      /* of the record's kind; empty: of the record as a whole */
	bool sealed;                              /* seal it even where the kind would not: it shows or names a person */
};

/* Of a record that `who` may change: its current revision, or its newest one while it waits for approval (by UUID
 * then).  All files or none, durable on return; what is there already is not added again.  Writes the list of all
 * attachments of the record to `b`.  SL_NOT_FOUND: they may not even see it; SL_DENIED; SL_INVALID names the file. */
SL_CHECKED enum sl_code sl_attach(struct sl_programme *writer, const struct sl_person *who, const struct sl_kind *kind,
                                  struct sl_str id, const struct sl_new_attachment *v, size_t n, struct sl_buf *b,
                                  struct sl_err *e);
/* One more of a record of `kind`, inside a transaction; whoever calls has asked who may.  *id is what was added, or
 * what was there already. */
SL_CHECKED enum sl_code sl_attach_one(struct sl_programme *writer, struct sl_arena *a, const struct sl_person *who,
                                      const struct sl_kind *kind, struct sl_uuid record,
                                      const struct sl_new_attachment *v, struct sl_uuid *id, struct sl_err *e);
/* {record, may_add, attachments: [...]} of a record that `who` may see; the bytes have addresses of their own. */
SL_CHECKED enum sl_code sl_attachments_json(struct sl_programme *p, const struct sl_person *who,
                                            const struct sl_kind *kind, struct sl_str id, struct sl_buf *b,
                                            struct sl_err *e);
/* One of them with its bytes, in `a`.  Of a sealed one the reading is in the audit log before it is given out, and
 * SL_DENIED is for who may see the record and not its sensitive part.  `people` may be NULL: then none is opened. */
SL_CHECKED enum sl_code sl_attachment_get(struct sl_programme *p, struct sl_people *people, const struct sl_person *who,
                                          const struct sl_actor *by, const struct sl_kind *kind, struct sl_str id,
                                          struct sl_str attachment, struct sl_arena *a, struct sl_attachment *out,
                                          struct sl_str *bytes, struct sl_err *e);
/* A picture that browsers draw and that can hold no script. */
bool sl_is_picture(struct sl_str media_type);

#endif
