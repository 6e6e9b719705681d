/* What waits for approval: the list, and one item with what it would change, its findings and candidates. */
#include "app/review_parts.h"

#include "app/browse.h"
#include "app/history.h"
#include "checks/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- findings ---- */

/* The rule of a form, too, says nothing of a field that another rule spoke of. */
static bool said_already(const struct sl_findings *list, size_t from, size_t to, const struct sl_finding *f)
{
	const bool of_form = f->field.n && !strcmp(f->rule, "I14");

	for (size_t i = from; i < to; i++)
		if ((of_form || !strcmp(list->v[i].rule, f->rule)) && sl_str_eq(list->v[i].field, f->field))
			return true;
	return false;
}

/* What it names may wait itself, such as the accident of a victim: then it is there. */
static enum sl_code drop_waiting(struct sl_programme *p, const struct sl_record *rec, struct sl_findings *out, size_t from,
                                 struct sl_err *e)
{
	size_t kept = from;

	for (size_t i = from; i < out->n; i++) {
		const struct sl_finding *f = &out->v[i];
		bool found = false;

		for (size_t k = 0; !strcmp(f->rule, "I06") && k < rec->kind->n_fields && !found; k++) {
			const struct sl_field *field = &rec->kind->field[k];
			const struct sl_kind *to = field->ref.n ? sl_dictionary_kind(p->dict, field->ref) : NULL;
			struct sl_identity id;

			if (to && sl_str_eq(field->name, f->field) && rec->value[k].type == SL_VALUE_TEXT &&
			    sl_store_identify(p->db, to, rec->value[k].text, &found, &id, e))
				return e->code;
		}
		if (!found)
			out->v[kept++] = *f;
	}
	out->n = kept;
	return SL_OK;
}

enum sl_code sl_review_findings(struct sl_programme *p, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_findings *out, struct sl_err *e)
{
	struct sl_findings stored = {.a = out->a};
	struct sl_check_context c;
	size_t from = out->n, own;

	sl_check_context_init(&c, p->dict, (struct sl_date){(int32_t)(sl_env_now_ms(p->env) / 86400000)});
	if (sl_check_record(&c, rec, rev, out, e) || sl_review_beside(p, rev, rec, out, e) ||
	    drop_waiting(p, rec, out, from, e) || sl_store_findings_of(p->db, rev->record, &stored, e))
		return e->code;
	own = out->n;
	for (size_t i = 0; i < stored.n; i++)
		if (!said_already(out, from, own, &stored.v[i]) && sl_findings_add(out, &stored.v[i], e))
			return e->code;
	return SL_OK;
}

static void count_findings(const struct sl_findings *f, size_t count[3])
{
	count[SL_NOTE] = count[SL_WARNING] = count[SL_ERROR] = 0;
	for (size_t i = 0; i < f->n; i++)
		count[f->v[i].severity]++;
}

static void counts_json(struct sl_json_writer *w, const size_t count[3])
{
	sl_json_put_key(w, SL_STR("findings"));
	sl_json_begin(w, '{');
	for (int s = SL_ERROR; s >= SL_NOTE; s--)
		sl_json_kv_int(w, sl_severity_name((enum sl_severity)s), (int64_t)count[s]);
	sl_json_end(w, '}');
}

/* ---- the list ---- */

static void date_json(struct sl_json_writer *w, const char *key, struct sl_date d)
{
	char day[11];

	sl_date_text(d, day);
	sl_json_put_key(w, sl_str_from(key));
	if (day[0])
		sl_json_put_str(w, sl_str_from(day));
	else
		sl_json_put_null(w);
}

static void row_json(struct sl_json_writer *w, const struct sl_revision *rev, const size_t count[3])
{
	char text[37], moment[32];

	sl_json_begin(w, '{');
	sl_json_kv_str(w, "kind", rev->kind->name);
	sl_uuid_text(rev->record, text);
	sl_json_kv_str(w, "record", sl_str_from(text));
	sl_uuid_text(rev->id, text);
	sl_json_kv_str(w, "revision", sl_str_from(text));
	sl_json_kv_int(w, "number", rev->record_number);
	sl_json_kv_str(w, "id", rev->identity);
	sl_json_kv_str(w, "author", rev->author);
	sl_json_kv_str(w, "organisation", rev->organisation);
	date_json(w, "effective_date", rev->effective);
	sl_time_text(rev->recorded_ms, moment);
	sl_json_kv_str(w, "received_at", sl_str_from(moment));
	sl_json_put_key(w, SL_STR("correction"));
	sl_json_put_bool(w, rev->correction);
	counts_json(w, count);
	sl_json_end(w, '}');
}

static bool wanted(const struct sl_inbox_request *r, const struct sl_person *person, const struct sl_waiting *x)
{
	struct sl_standing standing = {.author = x->author, .organisation = x->organisation,
	                               .quality = sl_str_is(x->kind->name, "quality")};

	return (!r->kind || r->kind == x->kind) && (!r->author.n || sl_str_eq(r->author, x->author)) &&
	       (!r->organisation.n || sl_str_eq(r->organisation, x->organisation)) && sl_may_see_record(person, &standing);
}

struct listing {
	struct sl_programme *p;
	const struct sl_inbox_request *r;
	struct sl_json_writer w;
	int64_t total, looked, found;
};

/* Of 10,000 that wait, one request does not judge all. */
enum { LOOK_MAX = 500 };

static enum sl_code judge_one(struct listing *l, int64_t seq, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_findings found = {.a = &a};
	size_t count[3] = {0};
	struct sl_revision rev;
	struct sl_record rec;

	l->looked++;
	if (!sl_store_revision(l->p->db, &a, seq, &rev, &rec, e) && !sl_review_findings(l->p, &rev, &rec, &found, e)) {
		count_findings(&found, count);
		if (!l->r->clean || !(count[SL_WARNING] || count[SL_ERROR])) {
			l->found++;
			row_json(&l->w, &rev, count);
		}
	}
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code list_all(struct listing *l, const struct sl_person *person, const struct sl_waiting *x, size_t n,
                             struct sl_err *e)
{
	for (size_t i = 0; i < n && !e->code; i++) {
		if (!wanted(l->r, person, &x[i]))
			continue;
		if (l->total++ >= l->r->offset && l->found < l->r->limit && l->looked < LOOK_MAX)
			(void)!judge_one(l, x[i].seq, e);
		if (sl_env_stopped(l->p->env))
			return sl_fail(e, SL_CANCELLED, "interrupted");
	}
	return e->code;
}

enum sl_code sl_inbox_json(struct sl_programme *p, const struct sl_person *person, const struct sl_inbox_request *r,
                           struct sl_buf *b, struct sl_err *e)
{
	struct listing l = {.p = p, .r = r};
	struct sl_arena a = {0};
	struct sl_waiting *x;
	size_t n;

	sl_json_writer_init(&l.w, b);
	sl_json_begin(&l.w, '{');
	sl_json_kv_int(&l.w, "offset", r->offset);
	sl_json_kv_int(&l.w, "limit", r->limit);
	sl_json_put_key(&l.w, SL_STR("approve_own"));
	sl_json_put_bool(&l.w, r->approve_own);
	sl_json_put_key(&l.w, SL_STR("records"));
	sl_json_begin(&l.w, '[');
	if (!sl_store_waiting(p->db, &a, r->state, &x, &n, e))
		(void)!list_all(&l, person, x, n, e);
	sl_json_end(&l.w, ']');
	sl_json_kv_int(&l.w, "next", r->offset + l.looked);
	sl_json_kv_int(&l.w, "total", l.total);
	sl_json_end(&l.w, '}');
	sl_buf_putc(b, '\n');
	sl_arena_done(&a);
	return e->code ? e->code : sl_buf_check(b, e);
}

/* ---- one item ---- */

struct newest {
	int64_t seq;
};

static enum sl_code take_newest(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e)
{
	struct newest *n = ctx;

	(void)rec;
	(void)e;
	n->seq = rev->seq;
	return SL_OK;
}

static void number_or_null(struct sl_json_writer *w, const char *key, double x)
{
	sl_json_put_key(w, sl_str_from(key));
	sl_json_put_double(w, x); /* not a number becomes null */
}

static void candidates_json(struct sl_json_writer *w, const struct sl_candidate *v, size_t n)
{
	char text[37];

	sl_json_put_key(w, SL_STR("candidates"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < n; i++) {
		sl_json_begin(w, '{');
		sl_uuid_text(v[i].record, text);
		sl_json_kv_str(w, "record", sl_str_from(text));
		sl_json_kv_int(w, "number", v[i].number);
		sl_json_kv_str(w, "id", v[i].id);
		date_json(w, "effective_date", v[i].effective);
		sl_json_kv_double(w, "score", round(v[i].score * 10) / 10);
		number_or_null(w, "distance_m", round(v[i].distance_m * 10) / 10);
		number_or_null(w, "overlap", v[i].overlap);
		number_or_null(w, "id_likeness", v[i].likeness);
		number_or_null(w, "days", v[i].days < 0 ? (double)NAN : v[i].days);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
}

static void findings_json(struct sl_json_writer *w, const struct sl_findings *f)
{
	size_t count[3];

	count_findings(f, count);
	counts_json(w, count);
	sl_json_put_key(w, SL_STR("finding_list"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < f->n; i++) {
		const struct sl_finding *x = &f->v[i];

		sl_json_begin(w, '{');
		sl_json_kv_str(w, "rule", sl_str_from(x->rule));
		sl_json_kv_str(w, "severity", sl_str_from(sl_severity_name(x->severity)));
		sl_json_kv_str(w, "field", x->field);
		sl_json_kv_str(w, "text", x->text);
		sl_json_kv_str(w, "suggestion", x->suggestion);
		number_or_null(w, "lon", x->lon);
		number_or_null(w, "lat", x->lat);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
}

/* A field that names a record of another kind, and which ones it may mean. */
struct naming {
	const struct sl_field *field;
	struct sl_candidate v[SL_CANDIDATES];
	size_t n;
};

enum { NAMINGS = 4 };

struct item {
	struct sl_arena a;
	struct sl_revision rev, old;
	struct sl_record rec, old_rec;
	bool has_old, own;
	struct sl_findings found;
	struct sl_candidate candidate[SL_CANDIDATES];
	size_t n_candidates;
	struct naming naming[NAMINGS];
	size_t n_namings;
};

/* Fields that refer to a record and name none, or one that is not there. */
static enum sl_code gather_namings(struct sl_programme *p, struct item *x, struct sl_err *e)
{
	static const char *const kinds[] = {"hazard", "task", "activity", "release", "accident"};

	for (size_t i = 0; i < x->rev.kind->n_fields && x->n_namings < NAMINGS; i++) {
		const struct sl_field *f = &x->rev.kind->field[i];
		const struct sl_kind *to = f->ref.n && !f->sensitive ? sl_dictionary_kind(p->dict, f->ref) : NULL;
		struct naming *here = &x->naming[x->n_namings];
		struct sl_identity id;
		bool found = false, wanted = false;

		for (size_t k = 0; to && k < sizeof kinds / sizeof *kinds; k++)
			wanted |= sl_str_is(to->name, kinds[k]) && to != x->rev.kind;
		/* What a hazard reopens is not guessed: most reopen nothing. */
		if (!wanted || (sl_str_is(x->rev.kind->name, "hazard") && x->rec.value[i].type != SL_VALUE_TEXT))
			continue;
		if (x->rec.value[i].type == SL_VALUE_TEXT &&
		    sl_store_identify(p->db, to, x->rec.value[i].text, &found, &id, e))
			return e->code;
		here->field = f;
		if (!found && sl_reference_candidates(p, &x->a, &x->rev, &x->rec, f, here->v, &here->n, e))
			return e->code;
		x->n_namings += here->n > 0;
	}
	return SL_OK;
}

static enum sl_code gather(struct sl_programme *p, const struct sl_person *person, struct sl_uuid record,
                           struct item *x, struct sl_err *e)
{
	struct sl_standing standing;
	struct newest newest = {0};

	if (sl_store_history(p->db, record, take_newest, &newest, e))
		return e->code;
	if (!newest.seq)
		return sl_fail(e, SL_NOT_FOUND, "there is no such record");
	if (sl_store_revision(p->db, &x->a, newest.seq, &x->rev, &x->rec, e))
		return e->code;
	standing = sl_standing_of(&x->rev);
	if (!sl_may_see_record(person, &standing))
		return sl_fail(e, SL_NOT_FOUND, "there is no such record");
	x->has_old = !sl_store_by_number(p->db, &x->a, x->rev.record_number, &x->old, &x->old_rec, e);
	if (e->code == SL_NOT_FOUND)
		sl_err_clear(e); /* nothing of it is approved yet */
	x->found.a = &x->a;
	if (e->code || sl_review_findings(p, &x->rev, &x->rec, &x->found, e))
		return e->code;
	sl_findings_sort(&x->found);
	if (x->rev.state == SL_SUBMITTED && review_is_own(p, &x->a, person, record, &x->own, e))
		return e->code;
	standing = sl_standing_of(&x->old);
	x->has_old = x->has_old && sl_may_see_record(person, &standing);
	if (sl_person_may(person, SL_RIGHT_READ_APPROVED) != SL_EXTENT_ALL)
		return SL_OK; /* candidates are anybody's records */
	if (sl_candidates(p, &x->a, &x->rev, &x->rec, x->candidate, &x->n_candidates, e))
		return e->code;
	return x->rev.state == SL_SUBMITTED ? gather_namings(p, x, e) : SL_OK;
}

/* Why it was returned or rejected, or what was linked, when that is what stands here now. */
static enum sl_code review_json(struct sl_json_writer *w, struct item *x, struct sl_err *e)
{
	const struct sl_json *review;
	struct sl_json *entry;

	if (x->rev.state == SL_APPROVED || !x->rev.entry.n)
		return SL_OK;
	if (sl_json_parse(&x->a, x->rev.entry, &entry, e))
		return e->code;
	review = sl_json_get(entry, "review");
	if (review && review->type == SL_JSON_OBJECT) {
		sl_json_put_key(w, SL_STR("review"));
		sl_json_put_tree(w, review, false);
	}
	return SL_OK;
}

static enum sl_code put_item(struct sl_programme *p, const struct sl_person *person, struct sl_json_writer *w,
                             struct item *x, struct sl_err *e)
{
	bool is_new = !x->has_old || x->old.seq == x->rev.seq;
	struct sl_json *from = NULL, *to;

	if (sl_json_parse(&x->a, x->rev.document, &to, e) ||
	    (x->has_old && sl_json_parse(&x->a, x->old.document, &from, e)))
		return e->code;
	sl_json_begin(w, '{');
	sl_json_put_key(w, SL_STR("waiting"));
	sl_json_put_bool(w, x->rev.state == SL_SUBMITTED);
	sl_json_put_key(w, SL_STR("own"));
	sl_json_put_bool(w, x->own);
	sl_json_put_key(w, SL_STR("correction"));
	sl_json_put_bool(w, x->rev.correction);
	sl_json_put_key(w, SL_STR("submitted"));
	sl_revision_json(w, &x->rev, &x->rec);
	sl_json_put_key(w, SL_STR("current"));
	if (is_new)
		sl_json_put_null(w);
	else
		sl_revision_json(w, &x->old, &x->old_rec);
	sl_json_put_key(w, SL_STR("changes"));
	sl_changes_json(w, is_new ? NULL : from, to);
	sl_json_put_key(w, SL_STR("geometry_changed"));
	sl_json_put_bool(w, x->rev.geometry.wkb.n != 0 || !is_new
	                        ? is_new || !sl_str_eq(x->old.geometry.wkb, x->rev.geometry.wkb)
	                        : false);
	findings_json(w, &x->found);
	candidates_json(w, x->candidate, x->n_candidates);
	sl_json_put_key(w, SL_STR("may_name"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < x->n_namings; i++) {
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "field", x->naming[i].field->name);
		sl_json_kv_str(w, "kind", x->naming[i].field->ref);
		candidates_json(w, x->naming[i].v, x->naming[i].n);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
	if (review_with_json(p, &x->a, person, &x->rev, w, e) || review_json(w, x, e))
		return e->code;
	sl_json_end(w, '}');
	return SL_OK;
}

enum sl_code sl_review_item_json(struct sl_programme *p, const struct sl_person *person, struct sl_uuid record,
                                 struct sl_buf *b, struct sl_err *e)
{
	struct item x = {0};
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	if (!gather(p, person, record, &x, e) && !put_item(p, person, &w, &x, e)) {
		sl_buf_putc(b, '\n');
		(void)!sl_buf_check(b, e);
	}
	sl_arena_done(&x.a);
	return e->code;
}
