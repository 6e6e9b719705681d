/* Between the files of the review desk only. */
#ifndef SL_APP_REVIEW_PARTS_H
#define SL_APP_REVIEW_PARTS_H

#include "app/review.h"

/* One revision of a record, and what a reviewer said with it. */
struct review_past {
	struct sl_revision rev; /* without documents and geometries */
	const struct sl_json *review; /* member "review" of its entry when it was said with this step; else NULL */
	bool approved_before; /* a parent of it counts */
};
struct review_chain {
	struct sl_arena *a;
	struct review_past *v; /* parents before their children */
	size_t n, cap;
};

struct review_desk {
	struct sl_programme *p;
	const struct sl_reviewer *who;
	struct sl_arena *a;
	struct review_chain chain;
	const struct sl_act *act;
	struct sl_acted *out;
	bool wrote; /* something of this act is written: it cannot be refused any more, only undone with all */
};

/* ---- review.c ---- */
SL_CHECKED enum sl_code review_read_chain(struct review_desk *d, struct sl_uuid record, struct review_chain *out,
                                          struct sl_err *e);
const struct review_past *review_head(const struct review_chain *c);
const struct review_past *review_parent(const struct review_chain *c, const struct review_past *v);
/* Who said the words that stand in the chain since the last approval, each calling fn; words that a reviewer brought
 * over from another record are those of who said them there. */
typedef enum sl_code review_name_fn(void *ctx, const struct sl_standing *standing, struct sl_err *e);
SL_CHECKED enum sl_code review_each_author(const struct review_chain *c, review_name_fn *fn, void *ctx,
                                           struct sl_err *e);
/* Has the person said any of what waits? */
SL_CHECKED enum sl_code review_is_own(struct sl_programme *p, struct sl_arena *a, const struct sl_person *person,
                                      struct sl_uuid record, bool *out, struct sl_err *e);
bool review_said(const struct review_past *v, enum sl_deed deed);
/* Append a step by the reviewer and note it as what was done. */
SL_CHECKED enum sl_code review_take(struct review_desk *d, struct sl_step step, struct sl_err *e);
/* {"action": ..., "comment": ..., and the members of `more`, JSON without braces (may be empty)} in d->a. */
SL_CHECKED enum sl_code review_note(struct review_desk *d, struct sl_str more, struct sl_str *out, struct sl_err *e);
struct sl_str review_keep(struct sl_arena *a, struct sl_str s, struct sl_err *e);
/* `"name":"UUID"`, in d->a. */
struct sl_str review_uuid_member(struct review_desk *d, const char *name, struct sl_uuid uuid, struct sl_err *e);

/* ---- review_link.c: what joins two records ---- */
SL_CHECKED enum sl_code review_judge_duplicate(struct review_desk *d, struct sl_err *e);
SL_CHECKED enum sl_code review_duplicate(struct review_desk *d, struct sl_err *e);
SL_CHECKED enum sl_code review_judge_link(struct review_desk *d, struct sl_err *e);
SL_CHECKED enum sl_code review_link(struct review_desk *d, struct sl_err *e);
/* The part of taking back a link that lies in the other record. */
SL_CHECKED enum sl_code review_unlink(struct review_desk *d, const struct review_past *head, struct sl_err *e);

/* ---- review_with.c: what was sent in one form ---- */
/* Members "parts", "parts_total" and "part_of" of an item; texts in `a`. */
SL_CHECKED enum sl_code review_with_json(struct sl_programme *p, struct sl_arena *a, const struct sl_person *person,
                                         const struct sl_revision *rev, struct sl_json_writer *w, struct sl_err *e);

#endif
