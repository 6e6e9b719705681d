/* Forms that were published for phones, and what phones sent with them (OpenRosa; docs/formats/openrosa.md).
 *
 * Of a submission the log keeps which instance became which revision of which record, by whom and when; the XML is an
 * attachment of the record, byte for byte, sealed where the kind has anything that is.  Each row is chained to the one
 * before and signed, as the log of attachments is; sl_store_verify finds what is missing or changed.
 * A file made before there were forms, opened for reading, has none. */
#ifndef SL_STORE_SUBMISSION_H
#define SL_STORE_SUBMISSION_H

#include "base/md5.h"
#include "store/attachment.h"

/* ---- forms: form_store.c.  A version is never changed; a form is closed, not deleted. ---- */
struct sl_published_form {
	int64_t id;
	struct sl_str form, version, title, kind;
	struct sl_str md5; /* of the bytes: 32 digits */
	int64_t published_ms, closed_ms; /* closed 0: it is not */
	size_t n_files;
};
struct sl_form_file {
	int64_t id;
	struct sl_str name, md5;
	struct sl_str bytes; /* only of what is published */
};
/* Inside a transaction.  SL_CONFLICT: that version is there with other bytes or files; *already: with the same, which
 * opens it again when it was closed. */
SL_CHECKED enum sl_code sl_store_publish_form(struct sl_db *db, struct sl_published_form *f, struct sl_str xml,
                                              struct sl_form_file *file, size_t n_files, bool *already,
                                              struct sl_err *e);
SL_CHECKED enum sl_code sl_store_close_form(struct sl_db *db, struct sl_str form, bool *found, struct sl_err *e);
/* All versions in the order of publishing, or of each form the newest that is not closed; `form` empty: all forms. */
SL_CHECKED enum sl_code sl_store_forms(struct sl_db *db, struct sl_arena *a, struct sl_str form, bool all_versions,
                                       struct sl_published_form **out, size_t *n, struct sl_err *e);
/* One version with its bytes (`xml` may be NULL). */
SL_CHECKED enum sl_code sl_store_form_version(struct sl_db *db, struct sl_arena *a, struct sl_str form,
                                              struct sl_str version, bool *found, struct sl_published_form *out,
                                              struct sl_str *xml, struct sl_err *e);
SL_CHECKED enum sl_code sl_store_form_files(struct sl_db *db, struct sl_arena *a, int64_t form,
                                            struct sl_form_file **out, size_t *n, struct sl_err *e);
SL_CHECKED enum sl_code sl_store_form_file(struct sl_db *db, struct sl_arena *a, int64_t id, bool *found,
                                           struct sl_form_file *out, struct sl_err *e);

/* ---- submissions: submission.c ---- */
struct sl_submission {
	int64_t id;
	struct sl_str instance; /* unique: "uuid:..." */
	struct sl_str form, version;
	struct sl_uuid record, revision, xml; /* xml: the attachment */
	int64_t edits;                        /* the submission that this one replaces; 0: none */
	int64_t files;                        /* how many files the XML names */
	struct sl_str account, organisation, device; /* device: of this log, not the phone */
	int64_t received_ms;
};
SL_CHECKED enum sl_code sl_store_submission(struct sl_db *db, struct sl_arena *a, struct sl_str instance, bool *found,
                                            struct sl_submission *out, struct sl_err *e);
/* Has it been replaced by a later one? */
SL_CHECKED enum sl_code sl_store_submission_edited(struct sl_db *db, int64_t submission, bool *edited, struct sl_err *e);
/* Inside a transaction; fills id, device and received_ms. */
SL_CHECKED enum sl_code sl_store_submission_add(struct sl_db *db, struct sl_submission *s, struct sl_err *e);
/* A file that the XML names has come. */
SL_CHECKED enum sl_code sl_store_submission_file(struct sl_db *db, int64_t submission, struct sl_str name,
                                                 struct sl_uuid attachment, struct sl_err *e);
SL_CHECKED enum sl_code sl_store_submission_files(struct sl_db *db, int64_t submission, int64_t *came,
                                                  struct sl_err *e);

/* ---- what somebody sent: submission_list.c ---- */
struct sl_sent_query {
	struct sl_str account;             /* of one sender; empty: of all */
	const struct sl_str *organisation; /* only those sent for it (model/role.h compares); NULL: all */
	int64_t before;                    /* only ids below it; 0: from the newest on */
	size_t limit;
};
struct sl_sent_row {
	struct sl_submission s;
	struct sl_str title, kind; /* of the form in that version; empty when it is not there */
	int64_t came;              /* files that have come, of s.files */
	bool edited;               /* a later submission replaces it */
};
/* The newest first; *more: there are older ones.  In `a`. */
SL_CHECKED enum sl_code sl_store_sent(struct sl_db *db, struct sl_arena *a, const struct sl_sent_query *q,
                                      struct sl_sent_row **out, size_t *n, bool *more, struct sl_err *e);

#endif
