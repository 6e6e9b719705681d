/* Inside submissions only. */
#ifndef SL_APP_SUBMISSION_PARTS_H
#define SL_APP_SUBMISSION_PARTS_H

#include "app/submission.h"
#include "model/form_rules.h"

struct sl_submission_wanted { /* a file that the XML names */
	struct sl_str name;
	struct sl_str field; /* of the kind; empty: of the record as a whole */
};

struct sl_submission_made {
	const struct sl_submission_sent *sent;
	struct sl_instance instance;
	struct sl_str kind;
	bool closed; /* the form */
	struct sl_record record;
	struct sl_revision rev;
	struct sl_prepared_revision prepared;
	struct sl_finding *finding;
	size_t n_findings, cap_findings;
	struct sl_submission_wanted *wanted;
	size_t n_wanted, cap_wanted;
	struct sl_extra *sealed; /* what would show what is sealed */
	size_t n_sealed, cap_sealed, cap_extra;
	struct sl_str place; /* as it was sent */
	/* Repetitions that become records of their own: each as if it had been sent alone.  Their revisions are made when
	 * they are written, because they name the record around them. */
	struct sl_submission_made *part;
	size_t n_parts;
	const struct sl_instance_part *as_part; /* NULL: it is the record itself */
	size_t rules_asked, rules_untold; /* of its form; untold: that only the phone could judge */
};

/* ---- submission.c ---- */
/* An answer goes to the field of its name, else it is kept under x->key. */
SL_CHECKED enum sl_code sl_submission_take(struct sl_submission_made *m, struct sl_arena *a, const struct sl_kind *kind,
                                           const struct sl_answer *x, struct sl_err *e);
/* m->rev of m->record: what is written. */
SL_CHECKED enum sl_code sl_submission_revision(struct sl_submission_made *m, struct sl_arena *a,
                                               const struct sl_kind *kind, struct sl_err *e);
SL_CHECKED enum sl_code sl_submission_find(struct sl_submission_made *m, struct sl_arena *a, const char *rule,
                                           const struct sl_field *f, const char *text, const char *suggestion,
                                           struct sl_err *e);
/* What has no field, as JSON; under a key that nothing else has. */
SL_CHECKED enum sl_code sl_submission_keep(struct sl_submission_made *m, struct sl_arena *a, struct sl_str key,
                                           struct sl_str json, bool sealed, struct sl_err *e);
SL_CHECKED enum sl_code sl_submission_want(struct sl_submission_made *m, struct sl_arena *a, const struct sl_field *f,
                                           const struct sl_answer *x, struct sl_err *e);

/* ---- submission_repeats.c: reading ---- */
/* All answers to where they belong: the record, its rows, its parts. */
SL_CHECKED enum sl_code sl_submission_answers(struct sl_submission_made *m, struct sl_arena *a,
                                              const struct sl_dictionary *d, const struct sl_kind *kind,
                                              struct sl_err *e);

/* Which record the answer at that path of the XML is of; *key: where it stands in it, as sl_answer.local.
 * NULL: of a repetition that was left out, because nobody answered anything in it. */
struct sl_submission_made *sl_submission_owner(struct sl_submission_made *m, struct sl_str path, struct sl_str *key);

/* ---- submission_record_parts.c: writing ---- */
struct sl_part_known { /* as the entry of the record has it */
	struct sl_str kind, repeat, row;
	struct sl_uuid record;
	int64_t number;  /* never given twice in one record */
	bool withdrawn;  /* a later version of the form has it no more */
	bool kept;       /* it is in the form that is written now */
	bool fresh;      /* and was in none before */
};
struct sl_parts_known {
	struct sl_part_known *v;
	size_t n, cap;
};
/* One part as it is written: which record, and what it says. */
struct sl_part_planned {
	struct sl_submission_made made;
	const struct sl_kind *kind;
	struct sl_part_known *known;
};
/* Reads "parts" of an entry. */
SL_CHECKED enum sl_code sl_parts_read(struct sl_arena *a, struct sl_str entry, struct sl_parts_known *out,
                                      struct sl_err *e);
/* The record that this one is, or once was, a part of: found by what its revisions name. */
SL_CHECKED enum sl_code sl_part_whole(struct sl_programme *p, struct sl_arena *a, struct sl_uuid part,
                                      struct sl_uuid *whole, bool *found, struct sl_err *e);
struct sl_part_known *sl_part_find(const struct sl_parts_known *known, const struct sl_submission_made *part);
/* Which record each part is of, and its revision; `rev` is the head's, its record and identity stand, its entry gets
 * the list.  *known has the new ones too. */
SL_CHECKED enum sl_code sl_parts_plan(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                                      struct sl_revision *rev, struct sl_parts_known *known,
                                      struct sl_part_planned **out, struct sl_err *e);
SL_CHECKED enum sl_code sl_parts_write(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                                       const struct sl_revision *head, const struct sl_parts_known *known,
                                       struct sl_part_planned *planned, struct sl_err *e);

/* submission_judge.c: the rules of one published XForm, read once; and what one submission breaks of them. */
SL_CHECKED enum sl_code sl_submission_rules(struct sl_arena *a, struct sl_str xform, struct sl_form_rules **out,
                                            struct sl_err *e);
SL_CHECKED enum sl_code sl_submission_judge(struct sl_programme *p, struct sl_form_rules *rules, struct sl_arena *a,
                                            struct sl_submission_made *m, struct sl_err *e);

#endif
