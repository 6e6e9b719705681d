/* The review desk: what waits for approval, one item with all that is needed to judge it, and the steps that a
 * reviewer takes.  Nothing is overwritten: each step is a revision.  JSON: docs/formats/api.md. */
#ifndef SL_APP_REVIEW_H
#define SL_APP_REVIEW_H

#include "app/people.h"
#include "store/review.h"

/* ---- looking: review_inbox.c ---- */
struct sl_inbox_request {
	const struct sl_kind *kind;          /* NULL: all */
	struct sl_str organisation, author;  /* empty: all; compared byte by byte */
	enum sl_state state;                 /* SL_SUBMITTED, SL_RETURNED or SL_REJECTED */
	bool clean;                          /* only those without a warning or an error */
	int64_t offset, limit;
	bool approve_own;                    /* the programme's setting, said with the list */
};
/* Records in that state that the person may see, the oldest first; all of them are counted.  `clean` looks at no more
 * than 500 of them from `offset` on: "next" is the offset to go on from. */
SL_CHECKED enum sl_code sl_inbox_json(struct sl_programme *p, const struct sl_person *person,
                                      const struct sl_inbox_request *r, struct sl_buf *b, struct sl_err *e);
/* The newest revision of a record, what it would change, its findings and candidates.  SL_NOT_FOUND also where
 * the person may not see it. */
SL_CHECKED enum sl_code sl_review_item_json(struct sl_programme *p, const struct sl_person *person,
                                            struct sl_uuid record, struct sl_buf *b, struct sl_err *e);

/* Findings of one revision, whether or not it is approved: of the rules for records, of those that compare it with
 * the records around it (review_beside.c), and those that import kept and that are not the same again. Sorted. */
SL_CHECKED enum sl_code sl_review_findings(struct sl_programme *p, const struct sl_revision *rev,
                                           const struct sl_record *rec, struct sl_findings *out, struct sl_err *e);
/* Only the second of the three: a programme in small, of the records that it meets or names. */
SL_CHECKED enum sl_code sl_review_beside(struct sl_programme *p, const struct sl_revision *rev,
                                         const struct sl_record *rec, struct sl_findings *out, struct sl_err *e);

/* ---- existing records that may be the same thing: review_candidates.c ---- */
#define SL_CANDIDATES 5
struct sl_candidate {
	struct sl_uuid record;
	int64_t number;
	struct sl_str id;
	struct sl_date effective;
	double score;      /* 0 to 100 */
	double distance_m; /* between the nearest ground of both; NAN when either has none that may be shown */
	double overlap;    /* common ground by all ground of both, 0 to 1; NAN unless both are polygons */
	double likeness;   /* of the identifiers, 0 to 1 */
	int32_t days;      /* between the dates; -1 when either has none */
};
/* Approved records of the same kind, the most alike first. Texts in `a`. */
SL_CHECKED enum sl_code sl_candidates(struct sl_programme *p, struct sl_arena *a, const struct sl_revision *rev,
                                      const struct sl_record *rec, struct sl_candidate out[SL_CANDIDATES], size_t *n,
                                      struct sl_err *e);

/* Approved records that the record may mean in this field, which refers to their kind: those near it, and those whose
 * identifier begins like what stands there. */
SL_CHECKED enum sl_code sl_reference_candidates(struct sl_programme *p, struct sl_arena *a,
                                                const struct sl_revision *rev, const struct sl_record *rec,
                                                const struct sl_field *field, struct sl_candidate out[SL_CANDIDATES],
                                                size_t *n, struct sl_err *e);

/* ---- acting: review.c ---- */
enum sl_deed { SL_DEED_APPROVE, SL_DEED_RETURN, SL_DEED_REJECT, SL_DEED_DUPLICATE, SL_DEED_UNDO, SL_DEED_LINK };
const char *sl_deed_name(enum sl_deed d); /* "approve", "return", "reject", "duplicate", "undo", "link" */
bool sl_deed_from(struct sl_str name, enum sl_deed *out);

#define SL_COMMENT_MAX 2000 /* bytes */

struct sl_act {
	enum sl_deed deed;
	struct sl_uuid record;
	struct sl_uuid revision;     /* the newest when the reviewer looked at it: nobody approves what they did not see */
	struct sl_str comment;       /* needed to return */
	struct sl_uuid other;        /* duplicate: the record of the same kind that stays; link: the one linked to */
	struct sl_str field;         /* link to another kind: the reference to fill; empty: the first to that kind */
	bool only_clean;             /* refuse it when it has a warning or an error */
};
struct sl_acted {
	enum sl_code code; /* SL_OK, or why it was not done */
	struct sl_str why; /* in `a` */
	struct sl_uuid revision;
	int64_t seq;
	enum sl_state state;
};
struct sl_reviewer {
	const struct sl_person *person;
	bool approve_own;         /* the programme's setting */
	struct sl_people *people; /* whose audit log says it; NULL: none */
	struct sl_str address;
};
/* All in one transaction of `writer`, durable on SL_OK.  What is refused (SL_DENIED, SL_CONFLICT, SL_INVALID,
 * SL_NOT_FOUND, SL_UNSUPPORTED) leaves the others as they are; any other failure undoes all. */
SL_CHECKED enum sl_code sl_review(struct sl_programme *writer, const struct sl_reviewer *who, struct sl_arena *a,
                                  const struct sl_act *act, size_t n, struct sl_acted *out, struct sl_err *e);

#endif
