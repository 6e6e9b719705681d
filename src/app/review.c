/* What a reviewer does to a record that waits: judged first, then one or two revisions. */
#include "app/review_parts.h"

#include "store/listing.h"

#include <stdio.h>
#include <string.h>

static const char *const deed_names[] = {"approve", "return", "reject", "duplicate", "undo", "link"};
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

struct sl_str review_keep(struct sl_arena *a, struct sl_str s, struct sl_err *e)
{
	char *copy = e->code ? NULL : sl_str_dup(a, s, e);

	return copy ? (struct sl_str){copy, s.n} : (struct sl_str){"", 0};
}

static const struct review_past *nth_parent(const struct review_chain *c, const struct sl_revision *rev, size_t n)
{
	for (size_t i = 0; n < rev->n_parents && i < c->n; i++)
		if (sl_uuid_eq(c->v[i].rev.id, rev->parent[n]))
			return &c->v[i];
	return NULL;
}

const struct review_past *review_parent(const struct review_chain *c, const struct review_past *v)
{
	return nth_parent(c, &v->rev, 0);
}

const struct review_past *review_head(const struct review_chain *c)
{
	return &c->v[c->n - 1];
}

bool review_said(const struct review_past *v, enum sl_deed deed)
{
	return v->review && sl_str_is(sl_json_get_str(v->review, "action"), sl_deed_name(deed));
}

/* A later step with the same content says nothing anew. */
static enum sl_code read_review(struct review_chain *c, struct review_past *v, struct sl_str entry, struct sl_err *e)
{
	struct sl_json *tree;

	for (size_t i = 0; i < v->rev.n_parents; i++) {
		const struct review_past *before = nth_parent(c, &v->rev, i);

		v->approved_before |= before && before->rev.state == SL_APPROVED;
		if (before && sl_hash_eq(before->rev.content, v->rev.content))
			return SL_OK;
	}
	if (!entry.n)
		return SL_OK;
	entry = review_keep(c->a, entry, e); /* with a zero at its end */
	if (e->code || !strstr(entry.p, "\"review\"") || sl_json_parse(c->a, entry, &tree, e))
		return e->code;
	v->review = sl_json_get(tree, "review");
	if (v->review && v->review->type != SL_JSON_OBJECT)
		v->review = NULL;
	return SL_OK;
}

static enum sl_code collect(void *ctx, const struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct review_chain *c = ctx;
	struct review_past *v = sl_arena_grow(c->a, c->v, &c->cap, c->n + 1, sizeof *v, e);

	(void)rec;
	if (!v)
		return e->code;
	c->v = v;
	v = &c->v[c->n];
	*v = (struct review_past){.rev = *rev};
	v->rev.author = review_keep(c->a, rev->author, e);
	v->rev.organisation = review_keep(c->a, rev->organisation, e);
	v->rev.identity = review_keep(c->a, rev->identity, e);
	v->rev.document = v->rev.entry = v->rev.sealed = v->rev.device = (struct sl_str){"", 0};
	v->rev.geometry = (struct sl_prepared_geometry){0};
	v->rev.prepared = NULL;
	if (e->code || read_review(c, v, rev->entry, e))
		return e->code;
	c->n++;
	return SL_OK;
}

enum sl_code review_read_chain(struct review_desk *d, struct sl_uuid record, struct review_chain *out,
                               struct sl_err *e)
{
	*out = (struct review_chain){.a = d->a};
	if (sl_store_history(d->p->db, record, collect, out, e))
		return e->code;
	return out->n ? SL_OK : sl_fail(e, SL_NOT_FOUND, "there is no such record");
}

static bool says_the_same(const struct sl_revision *x, const struct sl_revision *y)
{
	return sl_hash_eq(x->said, y->said) && x->effective.day == y->effective.day &&
	       sl_str_eq(x->organisation, y->organisation) && sl_str_eq(x->identity, y->identity);
}

/* Who said it first: steps of the workflow say what was said before them.  Parents stand before their children. */
static const struct review_past *origin_of(const struct review_chain *c, const struct review_past *v)
{
	const struct review_past *before = v;

	while (before) {
		v = before;
		before = NULL;
		for (size_t i = 0; i < v->rev.n_parents && !before; i++) {
			before = nth_parent(c, &v->rev, i);
			if (before && (before >= v || !says_the_same(&before->rev, &v->rev)))
				before = NULL;
		}
	}
	return v;
}

enum sl_code review_each_author(const struct review_chain *c, review_name_fn *fn, void *ctx, struct sl_err *e)
{
	for (size_t i = c->n; i-- > 0 && c->v[i].rev.state != SL_APPROVED;) {
		const struct review_past *origin = origin_of(c, &c->v[i]);
		struct sl_standing standing = sl_standing_of(&c->v[i].rev);
		const struct sl_json *names;

		standing.author = origin->rev.author;
		if (!review_said(origin, SL_DEED_LINK)) {
			if (fn(ctx, &standing, e))
				return e->code;
			continue;
		}
		names = sl_json_get(origin->review, "said_by");
		for (const struct sl_json *x = names && names->type == SL_JSON_ARRAY ? names->child : NULL; x; x = x->next) {
			standing.author = x->type == SL_JSON_STRING ? x->text : (struct sl_str){"", 0};
			if (fn(ctx, &standing, e))
				return e->code;
		}
	}
	return SL_OK;
}

static enum sl_code not_their_own(void *ctx, const struct sl_standing *standing, struct sl_err *e)
{
	const struct sl_reviewer *who = ctx;

	if (sl_may_approve(who->person, standing, who->approve_own))
		return SL_OK;
	return sl_fail(e, SL_DENIED, sl_may_on(who->person, SL_RIGHT_REVIEW, standing)
	                                 ? "you entered this yourself; somebody else has to approve it"
	                                 : "your role does not allow this");
}

/* Everybody who said something since the last approval must be somebody else.  Who only returned it, or took such
 * a step back, has said nothing; whose words wait again after that has. */
static enum sl_code may_approve(const struct review_desk *d, struct sl_err *e)
{
	struct sl_reviewer who = *d->who;

	return review_each_author(&d->chain, not_their_own, &who, e);
}

struct own {
	const struct sl_person *person;
	bool is;
};

static enum sl_code is_their_own(void *ctx, const struct sl_standing *standing, struct sl_err *e)
{
	struct own *own = ctx;

	(void)e;
	own->is |= !sl_may_approve(own->person, standing, false) && sl_may_approve(own->person, standing, true);
	return SL_OK;
}

enum sl_code review_is_own(struct sl_programme *p, struct sl_arena *a, const struct sl_person *person,
                           struct sl_uuid record, bool *out, struct sl_err *e)
{
	struct review_desk d = {.p = p, .a = a};
	struct own own = {.person = person};

	if (review_read_chain(&d, record, &d.chain, e) || review_each_author(&d.chain, is_their_own, &own, e))
		return e->code;
	*out = own.is;
	return SL_OK;
}

/* ---- steps ---- */

struct sl_str review_uuid_member(struct review_desk *d, const char *name, struct sl_uuid uuid, struct sl_err *e)
{
	char text[37];

	sl_uuid_text(uuid, text);
	return e->code ? (struct sl_str){"", 0} : sl_str_from(sl_arena_printf(d->a, e, "\"%s\":\"%s\"", name, text));
}

enum sl_code review_note(struct review_desk *d, struct sl_str more, struct sl_str *out, struct sl_err *e)
{
	struct sl_json_writer w;
	struct sl_buf b = {0};

	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "action", sl_str_from(sl_deed_name(d->act->deed)));
	if (d->act->comment.n)
		sl_json_kv_str(&w, "comment", d->act->comment);
	if (more.n) {
		sl_buf_putc(&b, ',');
		sl_buf_str(&b, more);
	}
	sl_json_end(&w, '}');
	if (!e->code && !sl_buf_check(&b, e))
		*out = review_keep(d->a, sl_buf_view(&b), e);
	sl_buf_done(&b);
	return e->code;
}

enum sl_code review_take(struct review_desk *d, struct sl_step step, struct sl_err *e)
{
	if (sl_uuid_is_nil(step.record))
		step.record = d->act->record;
	step.author = d->who->person->name;
	d->out->state = step.state;
	if (!sl_store_step(d->p->db, &step, &d->out->revision, &d->out->seq, e))
		d->wrote = true;
	return e->code;
}

static enum sl_code refuse_findings(struct review_desk *d, struct sl_err *e)
{
	struct sl_findings found = {.a = d->a};
	struct sl_revision rev;
	struct sl_record rec;

	if (sl_store_revision(d->p->db, d->a, review_head(&d->chain)->rev.seq, &rev, &rec, e) ||
	    sl_review_findings(d->p, &rev, &rec, &found, e))
		return e->code;
	for (size_t i = 0; i < found.n; i++)
		if (found.v[i].severity > SL_NOTE)
			return sl_fail(e, SL_CONFLICT, "it has findings (%s); look at it by itself", found.v[i].rule);
	return SL_OK;
}

/* Did `v` count until `head`: approved, and not corrected or taken back since? */
static bool counted_until(const struct review_chain *c, const struct review_past *v, const struct review_past *head)
{
	if (v->rev.state != SL_APPROVED)
		return false;
	for (const struct review_past *k = v + 1; k < head; k++) {
		const struct review_past *before = k;

		if (k->rev.state == SL_REJECTED && k->rev.correction && k->approved_before)
			return false;
		/* Past the steps of its own workflow, to what it corrects. */
		while (before && sl_hash_eq(before->rev.said, k->rev.said))
			before = review_parent(c, before);
		if (k->rev.state == SL_APPROVED && k->rev.correction && before && sl_hash_eq(before->rev.said, v->rev.said))
			return false;
	}
	return true;
}

/* The one that counted before `head` was approved. */
static const struct review_past *counted_before(const struct review_chain *c, const struct review_past *head)
{
	const struct review_past *best = NULL;

	for (const struct review_past *v = c->v; v < head; v++)
		if (counted_until(c, v, head) && (!best || v->rev.effective.day >= best->rev.effective.day))
			best = v;
	return best;
}

/* All that counted until the record was taken back as a duplicate counts again. */
static enum sl_code restore(struct review_desk *d, const struct review_past *head, struct sl_err *e)
{
	for (const struct review_past *v = d->chain.v; v < head && !e->code; v++)
		if (counted_until(&d->chain, v, head))
			(void)!review_take(d, (struct sl_step){.state = SL_APPROVED, .says = v->rev.seq, .sets_correction = true}, e);
	return e->code;
}

/* What `says` counts again, as a correction of what was approved since. */
static enum sl_code count_again(struct review_desk *d, const struct review_past *says, struct sl_err *e)
{
	return review_take(d, (struct sl_step){.state = SL_APPROVED, .says = says->rev.seq, .sets_correction = true,
	                                       .correction = true},
	                   e);
}

/* Nothing was approved before: the record is taken back whole, until it is approved again. */
static enum sl_code take_back(struct review_desk *d, struct sl_err *e)
{
	struct sl_str note;

	if (review_note(d, (struct sl_str){"", 0}, &note, e))
		return e->code;
	return review_take(d, (struct sl_step){.state = SL_REJECTED, .sets_correction = true, .correction = true,
	                                       .review = note},
	                   e);
}

/* It waits again, as it did before the step. */
static enum sl_code wait_again(struct review_desk *d, const struct review_past *before, struct sl_err *e)
{
	return review_take(d, (struct sl_step){.state = SL_SUBMITTED, .says = before->rev.seq, .sets_correction = true,
	                                       .correction = before->rev.correction},
	                   e);
}

static enum sl_code undo(struct review_desk *d, struct sl_err *e)
{
	const struct review_past *head = review_head(&d->chain), *before = review_parent(&d->chain, head), *counted;

	if (before && head->rev.state == SL_SUBMITTED && review_said(head, SL_DEED_LINK) &&
	    sl_json_get(head->review, "field"))
		return wait_again(d, before, e);
	if (head->rev.state == SL_SUBMITTED && review_said(head, SL_DEED_LINK))
		return sl_fail(e, SL_CONFLICT, "%.*s was linked to this record; take that back there, or reject what waits here",
		               SL_STR_ARG(sl_json_get_str(head->review, "identifier")));
	if (head->rev.state == SL_SUBMITTED || head->rev.state == SL_DRAFT)
		return sl_fail(e, SL_CONFLICT, "it waits for approval: there is no step to undo");
	if (before && review_said(head, SL_DEED_DUPLICATE) && before->rev.state == SL_APPROVED) {
		counted = counted_before(&d->chain, head);
		return head->rev.state == SL_APPROVED && counted ? count_again(d, counted, e) : restore(d, head, e);
	}
	if (!before || !sl_hash_eq(before->rev.said, head->rev.said) || before->rev.state != SL_SUBMITTED)
		return sl_fail(e, SL_CONFLICT, "the last step was not taken at the review desk; revise the record instead");
	if (head->rev.state == SL_REJECTED && review_said(head, SL_DEED_LINK) && review_unlink(d, head, e))
		return e->code;
	if (head->rev.state == SL_APPROVED) {
		counted = counted_before(&d->chain, head);
		if (counted ? count_again(d, counted, e) : take_back(d, e))
			return e->code;
	}
	return wait_again(d, before, e);
}

static enum sl_code judge(struct review_desk *d, struct sl_err *e)
{
	const struct sl_act *act = d->act;
	struct sl_standing standing;
	const struct sl_revision *head;
	bool waits;

	if (review_read_chain(d, act->record, &d->chain, e))
		return e->code;
	head = &review_head(&d->chain)->rev;
	standing = sl_standing_of(head);
	if (!d->who->person || !sl_may_see_record(d->who->person, &standing))
		return sl_fail(e, SL_NOT_FOUND, "there is no such record");
	if (!sl_may_on(d->who->person, SL_RIGHT_REVIEW, &standing))
		return sl_fail(e, SL_DENIED, "your role does not allow this");
	if (!sl_uuid_eq(head->id, act->revision))
		return sl_fail(e, SL_CONFLICT, "%.*s made it %s since you looked at it; look at it again",
		               SL_STR_ARG(head->author.n ? head->author : SL_STR("somebody")), sl_state_name(head->state));
	waits = head->state == SL_SUBMITTED || act->deed == SL_DEED_UNDO;
	if (!waits && !(act->deed == SL_DEED_DUPLICATE && head->state == SL_APPROVED))
		return sl_fail(e, SL_CONFLICT, "the record does not wait for approval: it is %s", sl_state_name(head->state));
	if (act->comment.n > SL_COMMENT_MAX)
		return sl_fail(e, SL_INVALID, "the comment is longer than %d bytes", SL_COMMENT_MAX);
	switch (act->deed) {
	case SL_DEED_APPROVE:
		if (may_approve(d, e))
			return e->code;
		return act->only_clean ? refuse_findings(d, e) : SL_OK;
	case SL_DEED_RETURN:
		return sl_str_trim(act->comment).n ? SL_OK : sl_fail(e, SL_INVALID, "say in a comment what is to be done");
	case SL_DEED_DUPLICATE: return review_judge_duplicate(d, e);
	case SL_DEED_LINK: return review_judge_link(d, e);
	default: return SL_OK;
	}
}

static enum sl_code do_one(struct review_desk *d, struct sl_err *e)
{
	struct sl_str note = {"", 0};

	if (judge(d, e))
		return e->code;
	switch (d->act->deed) {
	case SL_DEED_APPROVE: return review_take(d, (struct sl_step){.state = SL_APPROVED}, e);
	case SL_DEED_UNDO: return undo(d, e);
	case SL_DEED_DUPLICATE: return review_duplicate(d, e);
	case SL_DEED_LINK: return review_link(d, e);
	default: break;
	}
	if (review_note(d, (struct sl_str){"", 0}, &note, e))
		return e->code;
	return review_take(
	    d, (struct sl_step){.state = d->act->deed == SL_DEED_RETURN ? SL_RETURNED : SL_REJECTED, .review = note}, e);
}

static enum sl_code audit(struct review_desk *d, struct sl_err *e)
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
	struct review_desk d = {.p = writer, .who = who, .a = a};
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
			out[i].why = review_keep(a, sl_str_from(e->msg), &second);
			sl_err_clear(e);
		}
	}
	if (e->code || !done || sl_store_commit(writer->db, e))
		sl_store_rollback(writer->db);
	return e->code;
}
