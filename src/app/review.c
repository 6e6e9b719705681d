/* What a reviewer does to a record that waits: judged first, then one or two revisions. */
#include "app/review.h"

#include "store/listing.h"

#include <stdio.h>

static const char *const deed_names[] = {"approve", "return", "reject", "duplicate", "undo"};
#define DEEDS (sizeof deed_names / sizeof *deed_names)

const char *sl_deed_name(enum sl_deed d)
{
	return (unsigned)d < DEEDS ? deed_names[d] : "";
}

bool sl_deed_from(struct sl_str name, enum sl_deed *out)
{
	for (unsigned i = 0; i < DEEDS; i++)
		if (sl_str_is(name, deed_names[i])) {
			*out = (enum sl_deed)i;
			return true;
		}
	return false;
}

/* ---- the record as it came to stand ---- */

struct chain {
	struct sl_arena *a;
	struct sl_revision *v; /* without documents and geometries */
	size_t n, cap;
	struct sl_programme *p;
};

static struct sl_str keep(struct sl_arena *a, struct sl_str s, struct sl_err *e)
{
	char *copy = e->code ? NULL : sl_str_dup(a, s, e);

	return copy ? (struct sl_str){copy, s.n} : (struct sl_str){"", 0};
}

static enum sl_code collect(void *ctx, const struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct chain *c = ctx;
	struct sl_revision *v = sl_arena_grow(c->a, c->v, &c->cap, c->n + 1, sizeof *v, e);

	(void)rec;
	if (!v)
		return e->code;
	c->v = v;
	v = &c->v[c->n];
	*v = *rev;
	v->author = keep(c->a, rev->author, e);
	v->organisation = keep(c->a, rev->organisation, e);
	v->identity = keep(c->a, rev->identity, e);
	v->document = v->entry = v->sealed = v->device = (struct sl_str){"", 0};
	v->geometry = (struct sl_prepared_geometry){0};
	v->prepared = NULL;
	c->n += !e->code;
	return e->code;
}

static const struct sl_revision *nth_parent(const struct chain *c, const struct sl_revision *rev, size_t n)
{
	for (size_t i = 0; n < rev->n_parents && i < c->n; i++)
		if (sl_uuid_eq(c->v[i].id, rev->parent[n]))
			return &c->v[i];
	return NULL;
}

static const struct sl_revision *parent_of(const struct chain *c, const struct sl_revision *rev)
{
	return nth_parent(c, rev, 0);
}

static bool says_the_same(const struct sl_revision *x, const struct sl_revision *y)
{
	return sl_hash_eq(x->said, y->said) && x->effective.day == y->effective.day &&
	       sl_str_eq(x->organisation, y->organisation) && sl_str_eq(x->identity, y->identity);
}

/* Who said it first: steps of the workflow say what was said before them.  Parents stand before their children. */
static const struct sl_revision *origin_of(const struct chain *c, const struct sl_revision *rev)
{
	const struct sl_revision *before = rev;

	while (before) {
		rev = before;
		before = NULL;
		for (size_t i = 0; i < rev->n_parents && !before; i++) {
			before = nth_parent(c, rev, i);
			if (before && (before >= rev || !says_the_same(before, rev)))
				before = NULL;
		}
	}
	return rev;
}

/* Everybody who said something since the last approval must be somebody else.  Who only returned it, or took such
 * a step back, has said nothing; whose words wait again after that has. */
static enum sl_code may_approve(const struct chain *c, const struct sl_reviewer *who, struct sl_err *e)
{
	for (size_t i = c->n; i-- > 0 && c->v[i].state != SL_APPROVED;) {
		struct sl_standing standing = sl_standing_of(&c->v[i]);

		standing.author = origin_of(c, &c->v[i])->author;
		if (!sl_may_approve(who->person, &standing, who->approve_own))
			return sl_fail(e, SL_DENIED, sl_may_on(who->person, SL_RIGHT_REVIEW, &standing)
			                                 ? "you entered this yourself; somebody else has to approve it"
			                                 : "your role does not allow this");
	}
	return SL_OK;
}

/* ---- steps ---- */

struct desk {
	struct sl_programme *p;
	const struct sl_reviewer *who;
	struct sl_arena *a;
	struct chain chain;
	const struct sl_act *act;
	struct sl_acted *out;
	struct sl_findings *stored; /* NULL until needed */
	bool wrote; /* something of this act is written: it cannot be refused any more, only undone with all */
};

static const struct sl_revision *head_of(const struct desk *d)
{
	return &d->chain.v[d->chain.n - 1];
}

static enum sl_code review_note(struct desk *d, struct sl_str *out, struct sl_err *e)
{
	struct sl_json_writer w;
	struct sl_buf b = {0};
	char uuid[37];

	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "action", sl_str_from(sl_deed_name(d->act->deed)));
	if (d->act->comment.n)
		sl_json_kv_str(&w, "comment", d->act->comment);
	if (d->act->deed == SL_DEED_DUPLICATE) {
		sl_uuid_text(d->act->duplicate_of, uuid);
		sl_json_kv_str(&w, "duplicate_of", sl_str_from(uuid));
	}
	sl_json_end(&w, '}');
	if (!sl_buf_check(&b, e))
		*out = keep(d->a, sl_buf_view(&b), e);
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code take(struct desk *d, struct sl_step step, struct sl_err *e)
{
	step.record = d->act->record;
	step.author = d->who->person->name;
	d->out->state = step.state;
	if (!sl_store_step(d->p->db, &step, &d->out->revision, &d->out->seq, e))
		d->wrote = true;
	return e->code;
}

static enum sl_code refuse_findings(struct desk *d, struct sl_err *e)
{
	struct sl_findings found = {.a = d->a};
	struct sl_revision rev;
	struct sl_record rec;

	if (!d->stored) {
		d->stored = sl_arena_alloc(d->a, 1, sizeof *d->stored, e);
		if (!d->stored)
			return e->code;
		d->stored->a = d->a;
		if (sl_store_findings(d->p->db, d->stored, e))
			return e->code;
		sl_review_sort_stored(d->stored);
	}
	if (sl_store_revision(d->p->db, d->a, head_of(d)->seq, &rev, &rec, e) ||
	    sl_review_findings(d->p, &rev, &rec, d->stored, &found, e))
		return e->code;
	for (size_t i = 0; i < found.n; i++)
		if (found.v[i].severity > SL_NOTE)
			return sl_fail(e, SL_CONFLICT, "it has findings (%s); look at it by itself", found.v[i].rule);
	return SL_OK;
}

static enum sl_code judge_duplicate(struct desk *d, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(d->a);
	struct sl_revision other;
	struct sl_record rec;
	int64_t number;

	for (size_t i = 0; i < d->chain.n; i++)
		if (d->chain.v[i].state == SL_APPROVED)
			return sl_fail(e, SL_CONFLICT, "this record is approved already; reject what waits, and withdraw the "
			                               "record with a revision that says what it is a duplicate of");
	if (sl_uuid_eq(d->act->duplicate_of, d->act->record))
		return sl_fail(e, SL_INVALID, "a record is no duplicate of itself");
	if (sl_store_number_of(d->p->db, d->act->duplicate_of, &number, e) ||
	    sl_store_by_number(d->p->db, d->a, number, &other, &rec, e))
		return e->code;
	if (other.kind != head_of(d)->kind)
		return sl_fail(e, SL_INVALID, "a duplicate is of the same kind; that record is of the kind %.*s",
		               SL_STR_ARG(other.kind->name));
	sl_arena_reset(d->a, m);
	return SL_OK;
}

/* The one that counted before `head` was approved: the latest of what was approved and is not corrected since. */
static const struct sl_revision *counted_before(const struct chain *c, const struct sl_revision *head)
{
	const struct sl_revision *best = NULL;

	for (const struct sl_revision *v = c->v; v < head; v++) {
		bool corrected = false;

		for (const struct sl_revision *k = v + 1; k < head; k++) {
			const struct sl_revision *before = k;

			/* Past the steps of its own workflow, to what it corrects. */
			while (before && sl_hash_eq(before->said, k->said))
				before = parent_of(c, before);
			corrected |= k->state == SL_APPROVED && k->correction && before && sl_hash_eq(before->said, v->said);
		}
		if (v->state == SL_APPROVED && !corrected && (!best || v->effective.day >= best->effective.day))
			best = v;
	}
	return best;
}

/* Of a first version nothing is left to count; where the kind has a word for it, the record says that it was an
 * error. */
static enum sl_code declare_error(struct desk *d, const struct sl_revision *head, struct sl_err *e)
{
	const struct sl_field *f = sl_kind_field(head->kind, "status");
	struct sl_buf json = {0};
	struct sl_revision rev;
	struct sl_record rec;
	bool known = false;

	for (size_t i = 0; f && f->list && i < f->list->n; i++)
		known |= sl_str_is(f->list->choice[i].code, "EXPD");
	if (!known)
		return sl_fail(e, SL_CONFLICT, "the first version of a record of the kind %.*s cannot be taken back once it "
		                               "is approved; revise it", SL_STR_ARG(head->kind->name));
	if (sl_store_revision(d->p->db, d->a, head->seq, &rev, &rec, e) ||
	    sl_store_unseal(d->p->db, d->a, head->id, &rev.sealed, e))
		return e->code;
	rec.value[f->index] = (struct sl_value){.type = SL_VALUE_TEXT, .text = SL_STR("EXPD")};
	sl_record_json(&json, &rec);
	if (!sl_buf_check(&json, e)) {
		rev.document = sl_buf_view(&json);
		rev.parent[0] = head->id;
		rev.n_parents = 1;
		rev.id = (struct sl_uuid){{0}};
		rev.recorded_ms = 0;
		rev.author = d->who->person->name;
		rev.device = (struct sl_str){"", 0};
		rev.correction = true;
		rev.prepared = NULL;
		(void)!review_note(d, &rev.entry, e);
		if (!e->code) {
			rev.entry = keep(d->a, sl_str_from(sl_arena_printf(d->a, e, "{\"review\":%.*s}", (int)rev.entry.n,
			                                                   rev.entry.p)), e);
			d->wrote = !sl_store_append(d->p->db, &rev, NULL, e);
		}
	}
	sl_buf_done(&json);
	return e->code;
}

static enum sl_code undo(struct desk *d, struct sl_err *e)
{
	const struct sl_revision *head = head_of(d), *before = parent_of(&d->chain, head), *counted;
	struct sl_str note;

	if (head->state == SL_SUBMITTED || head->state == SL_DRAFT)
		return sl_fail(e, SL_CONFLICT, "it waits for approval: there is no step to undo");
	if (!before || !sl_hash_eq(before->said, head->said) || before->state != SL_SUBMITTED)
		return sl_fail(e, SL_CONFLICT, "the last step was not taken at the review desk; revise the record instead");
	if (review_note(d, &note, e))
		return e->code;
	if (head->state == SL_APPROVED) {
		counted = counted_before(&d->chain, head);
		if (counted ? take(d, (struct sl_step){.state = SL_APPROVED, .says = counted->seq, .sets_correction = true,
		                                       .correction = true},
		                   e)
		            : declare_error(d, head, e))
			return e->code;
	}
	/* It waits again, as it did before the step. */
	return take(d, (struct sl_step){.state = SL_SUBMITTED, .says = before->seq, .sets_correction = true,
	                                .correction = before->correction},
	            e);
}

static enum sl_code judge(struct desk *d, struct sl_err *e)
{
	const struct sl_act *act = d->act;
	struct sl_standing standing;
	const struct sl_revision *head;

	d->chain = (struct chain){.a = d->a, .p = d->p};
	if (sl_store_history(d->p->db, act->record, collect, &d->chain, e))
		return e->code;
	if (!d->chain.n)
		return sl_fail(e, SL_NOT_FOUND, "there is no such record");
	head = head_of(d);
	standing = sl_standing_of(head);
	if (!d->who->person || !sl_may_see_record(d->who->person, &standing))
		return sl_fail(e, SL_NOT_FOUND, "there is no such record");
	if (!sl_may_on(d->who->person, SL_RIGHT_REVIEW, &standing))
		return sl_fail(e, SL_DENIED, "your role does not allow this");
	if (!sl_uuid_eq(head->id, act->revision))
		return sl_fail(e, SL_CONFLICT, "the record has changed since you looked at it; look at it again");
	if (act->deed != SL_DEED_UNDO && head->state != SL_SUBMITTED)
		return sl_fail(e, SL_CONFLICT, "the record does not wait for approval: it is %s", sl_state_name(head->state));
	if (act->comment.n > SL_COMMENT_MAX)
		return sl_fail(e, SL_INVALID, "the comment is longer than %d bytes", SL_COMMENT_MAX);
	switch (act->deed) {
	case SL_DEED_APPROVE:
		if (may_approve(&d->chain, d->who, e))
			return e->code;
		return act->only_clean ? refuse_findings(d, e) : SL_OK;
	case SL_DEED_RETURN:
		return sl_str_trim(act->comment).n ? SL_OK : sl_fail(e, SL_INVALID, "say in a comment what is to be done");
	case SL_DEED_DUPLICATE: return judge_duplicate(d, e);
	default: return SL_OK;
	}
}

static enum sl_code do_one(struct desk *d, struct sl_err *e)
{
	struct sl_str note = {"", 0};

	if (judge(d, e))
		return e->code;
	switch (d->act->deed) {
	case SL_DEED_APPROVE: return take(d, (struct sl_step){.state = SL_APPROVED}, e);
	case SL_DEED_UNDO: return undo(d, e);
	default: break;
	}
	if (review_note(d, &note, e))
		return e->code;
	return take(d, (struct sl_step){.state = d->act->deed == SL_DEED_RETURN ? SL_RETURNED : SL_REJECTED, .review = note},
	            e);
}

static enum sl_code audit(struct desk *d, struct sl_err *e)
{
	const struct sl_actor by = {d->who->person->name, d->who->address};
	char record[37], revision[37], what[32];
	char *details;

	if (!d->who->people)
		return SL_OK;
	sl_uuid_text(d->act->record, record);
	sl_uuid_text(d->out->revision, revision);
	snprintf(what, sizeof what, "review %s", sl_deed_name(d->act->deed));
	details = sl_arena_printf(d->a, e, "revision %s%s%.*s", revision, d->act->comment.n ? ": " : "",
	                          (int)d->act->comment.n, d->act->comment.n ? d->act->comment.p : "");
	return details ? sl_audit_note(d->who->people, &by, what, sl_str_from(record), sl_str_from(details), e) : e->code;
}

static bool is_refusal(enum sl_code code)
{
	return code == SL_DENIED || code == SL_CONFLICT || code == SL_INVALID || code == SL_NOT_FOUND ||
	       code == SL_UNSUPPORTED;
}

enum sl_code sl_review(struct sl_programme *writer, const struct sl_reviewer *who, struct sl_arena *a,
                       const struct sl_act *act, size_t n, struct sl_acted *out, struct sl_err *e)
{
	struct desk d = {.p = writer, .who = who, .a = a};
	size_t done = 0;

	if (sl_store_begin(writer->db, e))
		return e->code;
	for (size_t i = 0; i < n && !e->code; i++) {
		d.act = &act[i];
		d.out = &out[i];
		d.wrote = false;
		out[i] = (struct sl_acted){.code = SL_OK, .why = {"", 0}};
		/* It is in the audit log before it counts: what is there and not in the log was not done. */
		if (!do_one(&d, e) && !audit(&d, e)) {
			done++;
		} else if (!d.wrote && is_refusal(e->code)) {
			struct sl_err second = {0};

			out[i].code = e->code;
			out[i].why = keep(a, sl_str_from(e->msg), &second);
			sl_err_clear(e);
		}
	}
	if (e->code || !done || sl_store_commit(writer->db, e))
		sl_store_rollback(writer->db);
	return e->code;
}
