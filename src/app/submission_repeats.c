/* What repeats in a filled form: repetitions that are records of their own, and those that are rows of a
 * record. docs/decisions/0006-repeats.md */
#include "app/submission_parts.h"

#include <stdio.h>
#include <string.h>

/* Each is a revision in the one transaction that others wait for.  No accident, visit or day has so many.
 */
enum { PARTS_MAX = 2000 };

/* ---- consent ---- */

/* Says which fields were sent, never what stands in them. */
static enum sl_code judge_consent(struct sl_submission_made *m, struct sl_arena *a,
                                  const struct sl_kind *kind, struct sl_err *e)
{
	const struct sl_field *asked = sl_kind_field(kind, "consent_record");
	const struct sl_value *said = asked ? &m->record.value[asked->index] : NULL;
	struct sl_buf names = {0};

	if (!said || sl_record_has_code(&m->record, "consent_record", "yes") ||
	    (said->type == SL_VALUE_NONE && !m->as_part))
		return SL_OK;
	for (size_t i = 0; i < kind->n_fields; i++) {
		const struct sl_field *f = &kind->field[i];

		if (f->sensitive && (f->index == kind->geometry ? m->record.geometry.type != SL_GEOM_NONE
		                                                : m->record.value[i].type != SL_VALUE_NONE))
			sl_buf_printf(&names, "%s%.*s", names.n ? ", " : "", SL_STR_ARG(f->name));
	}
	if (names.n && !sl_buf_check(&names, e) &&
	    !sl_submission_find(
	        m, a, "V07", asked,
	        sl_arena_printf(a, e, "There is no consent that this is recorded, and it was sent: %.*s.",
	                        SL_STR_ARG(sl_buf_view(&names))),
	        "Ask for consent, or take these fields out; they are sealed until then.", e))
		m->finding[m->n_findings - 1].severity = SL_ERROR;
	sl_buf_done(&names);
	return e->code;
}

/* ---- rows ---- */

struct table {
	struct sl_json_writer w;
	struct sl_buf text;
	size_t row; /* that is open */
	bool sealed;
};

static bool is_sensitive(const struct sl_kind *kind, struct sl_str name)
{
	for (size_t i = 0; i < kind->n_fields; i++)
		if (kind->field[i].sensitive && sl_str_eq(kind->field[i].name, name))
			return true;
	return false;
}

static void put_cell(struct table *t, const struct sl_answer *x, size_t row)
{
	if (row != t->row && t->row)
		sl_json_end(&t->w, '}');
	if (row != t->row)
		sl_json_begin(&t->w, '{');
	t->row = row;
	sl_json_put_key(&t->w, x->local);
	sl_json_put_str(&t->w, x->value);
}

static void begin_table(struct table *t)
{
	*t = (struct table){.row = 0};
	sl_json_writer_init(&t->w, &t->text);
	sl_json_begin(&t->w, '[');
}

static bool has_key(const struct sl_submission_made *m, struct sl_str key)
{
	for (size_t i = 0; i < m->record.n_extra; i++)
		if (sl_str_eq(m->record.extra[i].key, key))
			return true;
	for (size_t i = 0; i < m->n_sealed; i++)
		if (sl_str_eq(m->sealed[i].key, key))
			return true;
	return false;
}

static enum sl_code keep_table(struct sl_submission_made *m, struct sl_arena *a, struct table *t,
                               const struct sl_form_repeat *r, struct sl_err *e)
{
	struct sl_str json;

	if (t->row)
		sl_json_end(&t->w, '}');
	sl_json_end(&t->w, ']');
	json = (struct sl_str){NULL, t->text.n};
	if (t->row && !sl_buf_check(&t->text, e)) {
		json.p = sl_arena_strndup(a, t->text.p, t->text.n, e);
		if (json.p)
			(void)!sl_submission_keep(m, a, has_key(m, r->name) ? r->path : r->name, json, t->sealed, e);
	}
	sl_buf_done(&t->text);
	return e->code;
}

/* Those of one repeat in one record, of the answers from..to. */
static enum sl_code put_table(struct sl_submission_made *m, struct sl_arena *a,
                              const struct sl_instance *all, size_t part, size_t from, size_t to,
                              const struct sl_kind *kind, const struct sl_form_repeat *r, struct sl_err *e)
{
	struct table t;

	begin_table(&t);
	for (size_t i = from; i < to && !e->code; i++) {
		const struct sl_answer *x = &all->answer[i];

		if (x->part != part || !x->row || all->row[x->row - 1].repeat != r)
			continue;
		t.sealed |= is_sensitive(kind, x->name);
		put_cell(&t, x, x->row);
		if (x->type == SL_ANSWER_FILE)
			(void)!sl_submission_want(m, a, NULL, x, e);
	}
	if (e->code) {
		sl_buf_done(&t.text);
		return e->code;
	}
	return keep_table(m, a, &t, r, e);
}

static enum sl_code put_tables(struct sl_submission_made *m, struct sl_arena *a,
                               const struct sl_instance *all, size_t part, size_t from, size_t to,
                               const struct sl_kind *kind, struct sl_err *e)
{
	const struct sl_form_repeat *done[64];
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		const struct sl_answer *x = &all->answer[i];
		const struct sl_form_repeat *r = x->row && x->part == part ? all->row[x->row - 1].repeat : NULL;
		bool known = !r;

		for (size_t k = 0; k < n && !known; k++)
			known = done[k] == r;
		if (known || n == sizeof done / sizeof *done)
			continue;
		done[n++] = r;
		if (put_table(m, a, all, part, i, to, kind, r, e))
			return e->code;
	}
	return SL_OK;
}

/* ---- repetitions that make no record ---- */

/* Too many of them, or of a kind that is not known here: rows of the record around them, so that nothing is
 * lost. */
static enum sl_code put_rest(struct sl_submission_made *m, struct sl_arena *a,
                             const struct sl_instance *all, size_t at, const struct sl_dictionary *d,
                             const struct sl_form_repeat *r, struct sl_err *e)
{
	const struct sl_kind *kind = sl_dictionary_kind(d, r->kind);
	struct table t;

	begin_table(&t);
	t.sealed = !kind || kind->seals_extra;
	for (size_t i = at; i < all->n && !e->code; i++) {
		const struct sl_answer *x = &all->answer[i];
		struct sl_answer cell = *x;

		if (x->part <= m->n_parts || all->part[x->part - 1].repeat != r)
			continue;
		cell.local = x->key;
		t.sealed |= kind && is_sensitive(kind, x->name);
		put_cell(&t, &cell, x->part);
		if (x->type == SL_ANSWER_FILE)
			(void)!sl_submission_want(m, a, NULL, x, e);
	}
	if (e->code || keep_table(m, a, &t, r, e))
		return e->code;
	return sl_submission_find(
	    m, a, "I19", NULL,
	    kind ? sl_arena_printf(a, e,
	                           "More than %d repetitions make records; the others of %.*s are kept "
	                           "with this one.",
	                           PARTS_MAX, SL_STR_ARG(r->name))
	         : sl_arena_printf(a, e,
	                           "There is no kind of record %.*s; what was sent as %.*s is kept with "
	                           "this one.",
	                           SL_STR_ARG(r->kind), SL_STR_ARG(r->name)),
	    "Send them in several forms, or enter them at the desk.", e);
}

static enum sl_code put_all_rest(struct sl_submission_made *m, struct sl_arena *a,
                                 const struct sl_instance *all, const struct sl_dictionary *d,
                                 struct sl_err *e)
{
	const struct sl_form_repeat *done[64];
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct sl_answer *x = &all->answer[i];
		const struct sl_form_repeat *r = x->part > m->n_parts ? all->part[x->part - 1].repeat : NULL;
		bool known = !r;

		for (size_t k = 0; k < n && !known; k++)
			known = done[k] == r;
		if (known || n == sizeof done / sizeof *done)
			continue;
		done[n++] = r;
		if (put_rest(m, a, all, i, d, r, e))
			return e->code;
	}
	return SL_OK;
}

/* ---- all answers ---- */

/* The first parts are records, as long as they are of a kind that is known and that the sender may enter.
 */
static enum sl_code begin_parts(struct sl_submission_made *m, struct sl_arena *a,
                                const struct sl_dictionary *d, struct sl_err *e)
{
	const struct sl_person *who = &m->sent->who;
	size_t n = m->instance.n_parts < PARTS_MAX ? m->instance.n_parts : PARTS_MAX;

	if (!n)
		return SL_OK;
	m->part = sl_arena_alloc(a, n, sizeof *m->part, e);
	for (size_t i = 0; m->part && i < n; i++) {
		const struct sl_instance_part *p = &m->instance.part[i];
		const struct sl_kind *kind = sl_dictionary_kind(d, p->repeat->kind);
		struct sl_submission_made *part = &m->part[i];

		if (!kind)
			break;
		if (!sl_may_write_record(who, &(struct sl_standing){.author = who->name,
		                                                    .organisation = who->organisation,
		                                                    .quality = sl_str_is(kind->name, "quality")}))
			return sl_fail(e, SL_DENIED, "your account does not enter records of this kind");
		part->sent = m->sent;
		part->instance = m->instance;
		part->kind = kind->name;
		part->as_part = p;
		if (sl_record_new(a, kind, &part->record, e))
			return e->code;
		m->n_parts++;
	}
	return e->code;
}

enum sl_code sl_submission_answers(struct sl_submission_made *m, struct sl_arena *a,
                                   const struct sl_dictionary *d, const struct sl_kind *kind,
                                   struct sl_err *e)
{
	const struct sl_instance *all = &m->instance;
	size_t from = 0;

	if (begin_parts(m, a, d, e))
		return e->code;
	for (size_t i = 0; i < all->n; i++) {
		struct sl_submission_made *to = m;
		struct sl_answer x = all->answer[i];

		if (x.row || x.part > m->n_parts)
			continue;
		if (x.part)
			to = &m->part[x.part - 1];
		x.key = x.local;
		if (sl_submission_take(to, a, to->record.kind, &x, e))
			return e->code;
	}
	for (size_t k = 0; k < m->n_parts; k++) { /* what is of one part stands together */
		size_t to;

		while (from < all->n && all->answer[from].part < k + 1)
			from++;
		for (to = from; to < all->n && all->answer[to].part == k + 1; to++)
			;
		if (put_tables(&m->part[k], a, all, k + 1, from, to, m->part[k].record.kind, e) ||
		    judge_consent(&m->part[k], a, m->part[k].record.kind, e))
			return e->code;
		from = to;
	}
	if (put_tables(m, a, all, 0, 0, all->n, kind, e) || put_all_rest(m, a, all, d, e))
		return e->code;
	return judge_consent(m, a, kind, e);
}

/* "/data/g/victims[3]/sex": is it the third, and what stands behind it? */
static bool is_below(const struct sl_instance_part *p, struct sl_str path, struct sl_str *key)
{
	const struct sl_str repeat = p->repeat->path;
	struct sl_str rest;
	char place[32];
	int n;

	if (path.n <= repeat.n || memcmp(path.p, repeat.p, repeat.n))
		return false;
	rest = (struct sl_str){path.p + repeat.n, path.n - repeat.n};
	n = snprintf(place, sizeof place, "[%zu]/", p->place);
	if (!sl_str_has_prefix(rest, place))
		return false;
	*key = (struct sl_str){rest.p + n, rest.n - (size_t)n};
	return true;
}

struct sl_submission_made *sl_submission_owner(struct sl_submission_made *m, struct sl_str path,
                                               struct sl_str *key)
{
	const char *at = path.n ? memchr(path.p + 1, '/', path.n - 1) : NULL;

	for (size_t i = 0; i < m->n_parts; i++)
		if (is_below(m->part[i].as_part, path, key))
			return &m->part[i];
	for (size_t i = 0; i < m->instance.n_left_out; i++)
		if (is_below(&m->instance.left_out[i], path, key))
			return NULL;
	*key = at ? (struct sl_str){at + 1, path.n - (size_t)(at + 1 - path.p)} : path;
	return m;
}
