/* What a phone sends becomes a record that waits at the review desk.  docs/formats/openrosa.md
 *
 * In two steps, so that one transaction takes what many phones send at once: preparing reads only, on any thread;
 * writing is called between sl_store_begin and sl_store_commit of the one who writes. */
#ifndef SL_APP_SUBMISSION_H
#define SL_APP_SUBMISSION_H

#include "app/attachment.h"
#include "formats/instance.h"
#include "store/submission.h"

#include <pthread.h>

struct sl_submission_file {
	struct sl_str name, type, bytes; /* name: as the XML has it; never a path */
};
struct sl_submission_sent {
	struct sl_person who;
	struct sl_str xml;
	const struct sl_submission_file *file;
	size_t n_files;
};

/* Forms that were read once, with their rules; for all threads of one programme. */
struct sl_forms_known {
	pthread_mutex_t lock; /* of what follows; forms that are there are never changed */
	struct sl_arena arena;
	struct sl_form_known *first;
};
void sl_forms_known_init(struct sl_forms_known *k);
void sl_forms_known_done(struct sl_forms_known *k);

struct sl_submission_made; /* lives in the arena that it was made in */

/* SL_INVALID: no XML of a filled form.  SL_NOT_FOUND: that version of the form was never published here.  SL_DENIED:
 * `who` enters no records of that kind.  `sent` must outlive what is made. */
SL_CHECKED enum sl_code sl_submission_make(struct sl_programme *p, struct sl_forms_known *known, struct sl_arena *a,
                                           const struct sl_submission_sent *sent, struct sl_submission_made **out,
                                           struct sl_err *e);

enum sl_submission_verdict { SL_SUBMISSION_NEW, SL_SUBMISSION_REPEATED, SL_SUBMISSION_EDITED };
struct sl_submission_result {
	enum sl_submission_verdict verdict;
	struct sl_str identity; /* what the record is called */
	struct sl_uuid record;
	int64_t missing;        /* files that the XML names and that have not come yet */
	bool touched;           /* something was written: after an error, the transaction is to be given up */
	int64_t submission;     /* whose files are to be written; 0: nothing more is kept of it */
	const struct sl_parts_known *parts; /* of its record */
};
/* SL_CONFLICT: the instance is known and says something else, what it edits has been edited, or the form is closed.
 * SL_NOT_FOUND: what it edits is not known.  May be called again after a transaction that was given up. */
SL_CHECKED enum sl_code sl_submission_write(struct sl_programme *writer, struct sl_arena *a,
                                            const struct sl_submission_made *m, struct sl_submission_result *out,
                                            struct sl_err *e);
/* The same in two steps, so that of a group all records are written first and then all photographs: an XML between two
 * photographs would have a page of the file for itself. */
SL_CHECKED enum sl_code sl_submission_write_record(struct sl_programme *writer, struct sl_arena *a,
                                                   const struct sl_submission_made *m,
                                                   struct sl_submission_result *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_submission_write_files(struct sl_programme *writer, struct sl_arena *a,
                                                  const struct sl_submission_made *m,
                                                  struct sl_submission_result *out, struct sl_err *e);

#endif
