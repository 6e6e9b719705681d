/* What joins two records at the review desk: a duplicate names the record that stays; a link says that what was
 * submitted is news of a record that is there already, or belongs to one.  docs/manual/review.md. */
#include "app/review_parts.h"

#include "app/import_fill.h"
#include "geo/wkb.h"
#include "store/listing.h"

/* The record that is named, as it counts now. */
static enum sl_code other_record(struct review_desk *d, struct sl_revision *rev, struct sl_record *rec, struct sl_err *e)
{
	struct sl_standing standing;
	struct sl_str status;
	int64_t number;

	if (sl_store_number_of(d->p->db, d->act->other, &number, e))
		return e->code;
	if (sl_store_by_number(d->p->db, d->a, number, rev, rec, e)) {
		if (e->code != SL_NOT_FOUND)
			return e->code;
		sl_err_clear(e);
		return sl_fail(e, SL_NOT_FOUND, "of the record named nothing is approved; name one that counts");
	}
	standing = sl_standing_of(rev);
	if (!sl_may_see_record(d->who->person, &standing))
		return sl_fail(e, SL_NOT_FOUND, "there is no such record");
	status = sl_record_text(rec, "status");
	if (sl_str_is(status, "EXPD") || sl_str_is(status, "DUPL") || sl_str_is(status, "MERG"))
		return sl_fail(e, SL_CONFLICT, "%.*s is withdrawn itself; name the record that stays", SL_STR_ARG(rev->identity));
	return SL_OK;
}

static bool ever_approved(const struct review_chain *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].rev.state == SL_APPROVED)
			return true;
	return false;
}

static bool has_choice(const struct sl_field *f, const char *code)
{
	for (size_t i = 0; f && f->list && i < f->list->n; i++)
		if (sl_str_is(f->list->choice[i].code, code))
			return true;
	return false;
}

static enum sl_code unsealed(struct review_desk *d, struct sl_uuid revision, struct sl_str *out, struct sl_err *e)
{
	if (!sl_store_unseal(d->p->db, d->a, revision, out, e) || e->code != SL_DENIED)
		return e->code;
	sl_err_clear(e);
	return sl_fail(e, SL_CONFLICT, "its sealed part cannot be read here, so it cannot be carried over");
}

static enum sl_code append(struct review_desk *d, struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct sl_buf json = {0};

	sl_record_json(&json, rec);
	if (!sl_buf_check(&json, e))
		rev->document = review_keep(d->a, sl_buf_view(&json), e);
	sl_buf_done(&json);
	rev->id = (struct sl_uuid){{0}};
	rev->recorded_ms = 0;
	rev->author = d->who->person->name;
	rev->device = (struct sl_str){"", 0};
	rev->prepared = NULL;
	if (e->code || sl_store_append(d->p->db, rev, NULL, e))
		return e->code;
	d->wrote = true;
	d->out->revision = rev->id;
	d->out->seq = rev->seq;
	d->out->state = rev->state;
	return SL_OK;
}

static void set_text(struct sl_record *rec, const char *field, struct sl_str text)
{
	const struct sl_field *f = sl_kind_field(rec->kind, field);

	if (f && text.n)
		rec->value[f->index] = (struct sl_value){.type = SL_VALUE_TEXT, .text = text};
}

static void set_day(struct sl_record *rec, const char *field, struct sl_date day)
{
	const struct sl_field *f = sl_kind_field(rec->kind, field);

	if (f)
		rec->value[f->index] = (struct sl_value){.type = SL_VALUE_DATE, .date = day};
}

/* ---- duplicates ---- */

enum sl_code review_judge_duplicate(struct review_desk *d, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(d->a);
	const struct sl_revision *head = &review_head(&d->chain)->rev;
	struct sl_revision other;
	struct sl_record rec;

	if (sl_uuid_eq(d->act->other, d->act->record))
		return sl_fail(e, SL_INVALID, "a record is no duplicate of itself");
	if (head->state == SL_SUBMITTED && ever_approved(&d->chain))
		return sl_fail(e, SL_CONFLICT, "what waits here would change a record that counts already; reject it first, then "
		                               "mark the record as a duplicate");
	if (other_record(d, &other, &rec, e))
		return e->code;
	if (other.kind != head->kind)
		return sl_fail(e, SL_INVALID, "a duplicate is of the same kind; that record is of the kind %.*s",
		               SL_STR_ARG(other.kind->name));
	sl_arena_reset(d->a, m);
	return SL_OK;
}

/* From today on, or from its own last news when that is later: what was reported of earlier years stands. */
static struct sl_date withdrawal_day(const struct review_desk *d, const struct sl_revision *rev)
{
	struct sl_date today = {(int32_t)(sl_env_now_ms(d->p->env) / 86400000)};

	return sl_date_is_none(rev->effective) || rev->effective.day < today.day ? today : rev->effective;
}

/* Kinds that have a word for it say it in a revision of their own (domain.md C.5). */
static enum sl_code declare_duplicate(struct review_desk *d, struct sl_str note, struct sl_err *e)
{
	const struct sl_revision *head = &review_head(&d->chain)->rev;
	struct sl_revision rev, stays;
	struct sl_record rec, other;

	if (other_record(d, &stays, &other, e) ||
	    sl_store_by_number(d->p->db, d->a, head->record_number, &rev, &rec, e) ||
	    unsealed(d, rev.id, &rev.sealed, e) || sl_entry_with_review(d->a, rev.entry, note, &rev.entry, e))
		return e->code;
	rev.effective = withdrawal_day(d, &rev);
	rev.parent[0] = head->id;
	rev.n_parents = 1;
	rev.state = SL_APPROVED;
	rev.correction = false;
	set_text(&rec, "status", SL_STR("DUPL"));
	set_text(&rec, "merged_into", stays.identity);
	set_text(&rec, "status_reason", sl_str_trim(d->act->comment));
	set_day(&rec, "status_date", rev.effective);
	set_day(&rec, "effective_date", rev.effective);
	return append(d, &rev, &rec, e);
}

enum sl_code review_duplicate(struct review_desk *d, struct sl_err *e)
{
	const struct sl_revision *head = &review_head(&d->chain)->rev;
	bool counts = head->state == SL_APPROVED;
	struct sl_str note, more = review_uuid_member(d, "duplicate_of", d->act->other, e);

	if (e->code || review_note(d, more, &note, e))
		return e->code;
	if (counts && has_choice(sl_kind_field(head->kind, "status"), "DUPL"))
		return declare_duplicate(d, note, e);
	/* Elsewhere a record that counts is taken back: it was never one of its own. */
	return review_take(d, (struct sl_step){.state = SL_REJECTED, .sets_correction = true, .correction = counts,
	                                       .review = note},
	                   e);
}

/* ---- links ---- */

/* The field in which a record of `kind` names one of the other kind; NULL with an error. */
static const struct sl_field *reference(const struct review_desk *d, const struct sl_kind *kind,
                                        const struct sl_kind *to, struct sl_err *e)
{
	for (size_t i = 0; i < kind->n_fields; i++) {
		const struct sl_field *f = &kind->field[i];

		if (sl_str_eq(f->ref, to->name) && (!d->act->field.n || sl_str_eq(d->act->field, f->name)) && !f->sensitive)
			return f;
	}
	sl_fail(e, SL_INVALID, "a record of the kind %.*s does not name one of the kind %.*s%s%.*s", SL_STR_ARG(kind->name),
	        SL_STR_ARG(to->name), d->act->field.n ? " in the field " : "", SL_STR_ARG(d->act->field));
	return NULL;
}

enum sl_code review_judge_link(struct review_desk *d, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(d->a);
	const struct sl_revision *head = &review_head(&d->chain)->rev;
	struct review_chain there;
	struct sl_revision other;
	struct sl_record rec;

	if (sl_uuid_eq(d->act->other, d->act->record))
		return sl_fail(e, SL_INVALID, "a record is not linked to itself");
	if (other_record(d, &other, &rec, e))
		return e->code;
	if (other.kind != head->kind)
		return reference(d, head->kind, other.kind, e) ? SL_OK : e->code;
	if (ever_approved(&d->chain))
		return sl_fail(e, SL_CONFLICT, "this record counts already; it cannot become a version of another one: mark it as "
		                               "a duplicate");
	if (review_read_chain(d, d->act->other, &there, e))
		return e->code;
	if (review_head(&there)->rev.state == SL_SUBMITTED)
		return sl_fail(e, SL_CONFLICT, "something else waits for approval in %.*s; judge that first",
		               SL_STR_ARG(other.identity));
	sl_arena_reset(d->a, m);
	return SL_OK;
}

/* The names of all who said what is carried over: none of them approves it there. */
static enum sl_code put_name(void *ctx, const struct sl_standing *standing, struct sl_err *e)
{
	(void)e;
	sl_json_put_str(ctx, standing->author);
	return SL_OK;
}

static struct sl_str said_by(struct review_desk *d, struct sl_str identity, struct sl_err *e)
{
	struct sl_str out = {"", 0};
	struct sl_json_writer w;
	struct sl_buf b = {0};

	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "identifier", identity);
	sl_json_put_key(&w, SL_STR("said_by"));
	sl_json_begin(&w, '[');
	(void)!review_each_author(&d->chain, put_name, &w, e);
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	/* Without the braces: members of the note. */
	if (!e->code && !sl_buf_check(&b, e))
		out = review_keep(d->a, (struct sl_str){b.p + 1, b.n - 2}, e);
	sl_buf_done(&b);
	return out;
}

static struct sl_str joined(struct review_desk *d, struct sl_str x, struct sl_str y, struct sl_err *e)
{
	return e->code ? x : sl_str_from(sl_arena_printf(d->a, e, "%.*s,%.*s", (int)x.n, x.p, (int)y.n, y.p));
}

/* Identifiers that it had before, and this one. */
static enum sl_code keep_identifier(struct review_desk *d, struct sl_record *rec, struct sl_str before,
                                    struct sl_str own, struct sl_str stays, struct sl_err *e)
{
	const struct sl_field *f = sl_kind_field(rec->kind, "former_id");
	struct sl_str former = f ? sl_record_text(rec, "former_id") : before;

	set_text(rec, "id", stays);
	if (!f || !own.n)
		return SL_OK;
	if (before.n && !sl_str_eq(before, former))
		former = former.n ? sl_str_from(sl_arena_printf(d->a, e, "%.*s; %.*s", SL_STR_ARG(before), SL_STR_ARG(former)))
		                  : before;
	if (e->code)
		return e->code;
	set_text(rec, "former_id",
	         former.n ? sl_str_from(sl_arena_printf(d->a, e, "%.*s; %.*s", SL_STR_ARG(former), SL_STR_ARG(own))) : own);
	return e->code;
}

/* What was submitted becomes the next version of the other record, which waits; where it is silent, the other one's
 * words stand. */
static enum sl_code become_version(struct review_desk *d, struct sl_err *e)
{
	const struct review_past *head = review_head(&d->chain);
	struct sl_revision rev, there;
	struct sl_record rec, old, filled;
	struct review_chain chain;
	struct sl_str note, sealed, back, names = said_by(d, head->rev.identity, e), own;

	if (e->code || sl_store_revision(d->p->db, d->a, head->rev.seq, &rev, &rec, e) || other_record(d, &there, &old, e) ||
	    review_read_chain(d, d->act->other, &chain, e) || unsealed(d, rev.id, &rev.sealed, e) ||
	    unsealed(d, there.id, &sealed, e) || import_fill_object(d->a, rev.document, there.document, &rev.document, e) ||
	    import_fill_object(d->a, rev.sealed, sealed, &rev.sealed, e) ||
	    sl_record_from_json(d->a, rev.kind, rev.document, &filled, e))
		return e->code;
	own = rev.identity;
	if (keep_identifier(d, &filled, sl_record_text(&old, "former_id"), own, there.identity, e))
		return e->code;
	if (!rev.geometry.wkb.n && old.geometry.type != SL_GEOM_NONE &&
	    sl_geometry_prepare(d->a, &old.geometry, &rev.geometry, e))
		return e->code;
	if (review_note(d, joined(d, review_uuid_member(d, "linked_from", d->act->record, e), names, e), &note, e) ||
	    sl_entry_with_review(d->a, rev.entry, note, &rev.entry, e))
		return e->code;
	rev.record = there.record;
	rev.parent[0] = review_head(&chain)->rev.id;
	rev.n_parents = 1;
	rev.identity = there.identity;
	rev.state = SL_SUBMITTED;
	rev.correction = false;
	if (append(d, &rev, &filled, e))
		return e->code;
	back = joined(d, review_uuid_member(d, "linked_to", d->act->other, e),
	              review_uuid_member(d, "linked_revision", rev.id, e), e);
	if (e->code || review_note(d, back, &note, e))
		return e->code;
	return review_take(d, (struct sl_step){.state = SL_REJECTED, .review = note, .sets_correction = true}, e);
}

/* What was submitted names the other record; it waits as before. */
static enum sl_code name_other(struct review_desk *d, struct sl_err *e)
{
	const struct review_past *head = review_head(&d->chain);
	const struct sl_field *f;
	struct sl_revision rev, there;
	struct sl_record rec, other;
	struct sl_str note, more;

	if (sl_store_revision(d->p->db, d->a, head->rev.seq, &rev, &rec, e) || other_record(d, &there, &other, e))
		return e->code;
	f = reference(d, rev.kind, there.kind, e);
	if (!f)
		return e->code;
	more = sl_str_from(sl_arena_printf(d->a, e, "\"field\":\"%.*s\",\"said_by\":[]", SL_STR_ARG(f->name)));
	if (e->code || unsealed(d, rev.id, &rev.sealed, e) ||
	    review_note(d, joined(d, review_uuid_member(d, "linked_to", there.record, e), more, e), &note, e) ||
	    sl_entry_with_review(d->a, rev.entry, note, &rev.entry, e))
		return e->code;
	rec.value[f->index] = (struct sl_value){.type = SL_VALUE_TEXT, .text = there.identity};
	rev.parent[0] = head->rev.id;
	rev.n_parents = 1;
	return append(d, &rev, &rec, e);
}

enum sl_code review_link(struct review_desk *d, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(d->a);
	struct sl_revision other;
	struct sl_record rec;
	bool same_kind;

	if (other_record(d, &other, &rec, e))
		return e->code;
	same_kind = other.kind == review_head(&d->chain)->rev.kind;
	sl_arena_reset(d->a, m);
	return same_kind ? become_version(d, e) : name_other(d, e);
}

enum sl_code review_unlink(struct review_desk *d, const struct review_past *head, struct sl_err *e)
{
	const struct review_past *made = NULL, *last;
	struct sl_uuid other, revision;
	struct review_chain there;
	struct sl_str note;

	if (!sl_uuid_parse(sl_json_get_str(head->review, "linked_to"), &other) ||
	    !sl_uuid_parse(sl_json_get_str(head->review, "linked_revision"), &revision))
		return sl_fail(e, SL_CORRUPT, "the link does not say to what");
	if (review_read_chain(d, other, &there, e))
		return e->code;
	last = review_head(&there);
	for (size_t i = 0; i < there.n; i++) {
		if (sl_uuid_eq(there.v[i].rev.id, revision))
			made = &there.v[i];
		if (made && there.v[i].rev.state == SL_APPROVED)
			return sl_fail(e, SL_CONFLICT, "%.*s was approved with it; take that approval back first",
			               SL_STR_ARG(last->rev.identity));
	}
	if (!made || last->rev.state == SL_REJECTED)
		return SL_OK;
	if (!sl_hash_eq(made->rev.said, last->rev.said))
		return sl_fail(e, SL_CONFLICT, "%.*s has news since it was linked; judge that first",
		               SL_STR_ARG(last->rev.identity));
	if (review_note(d, review_uuid_member(d, "unlinked", d->act->record, e), &note, e))
		return e->code;
	return review_take(d, (struct sl_step){.record = other, .state = SL_REJECTED, .review = note, .sets_correction = true}, e);
}
