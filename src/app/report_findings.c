/* Findings of the rules, counted: the scorecard of a programme's data (domain D.9). */
#include "app/report_parts.h"
#include "checks/rule.h"

#include <stdlib.h>

#define DAY_MS 86400000

struct row {
	struct sl_str key; /* rule, or organisation */
	enum sl_severity worst;
	int64_t n, errors, warnings;
	sl_mm2 mm2;
	int64_t oldest_ms; /* when the oldest of their records was recorded; 0: none */
	struct sl_str organisations[3];
	size_t n_organisations, more;
};

static enum sl_code add(struct sl_report_maker *m, struct sl_map *map, struct row **rows, size_t *n,
                        size_t *cap, struct sl_str key, const struct sl_finding *f, const struct sl_finding_owner *o,
                        struct sl_err *e)
{
	bool is_new, known = false;
	uint64_t *at = sl_map_put(map, key, *n, &is_new, e);
	struct row *v, *r;

	if (!at)
		return e->code;
	if (is_new) {
		v = sl_arena_grow(m->a, *rows, cap, *n + 1, sizeof *v, e);
		if (!v)
			return e->code;
		*rows = v;
		v[(*n)++] = (struct row){.key = key};
	}
	r = &(*rows)[*at];
	r->n++;
	r->errors += f->severity == SL_ERROR;
	r->warnings += f->severity == SL_WARNING;
	r->worst = f->severity > r->worst ? f->severity : r->worst;
	r->mm2 += sl_square_millimetres(f->area_m2);
	if (!o)
		return SL_OK;
	if (!r->oldest_ms || o->recorded_ms < r->oldest_ms)
		r->oldest_ms = o->recorded_ms;
	for (size_t i = 0; i < r->n_organisations; i++)
		known |= sl_str_eq(r->organisations[i], o->organisation);
	if (!known && o->organisation.n && r->n_organisations < 3)
		r->organisations[r->n_organisations++] = o->organisation;
	else if (!known && o->organisation.n)
		r->more++;
	return SL_OK;
}

static int gravest_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->worst != y->worst)
		return x->worst > y->worst ? -1 : 1;
	if (x->errors != y->errors)
		return x->errors > y->errors ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return sl_str_cmp(x->key, y->key);
}

/* ---- the table ---- */

/* A number and its cell; `row` NULL: of all. */
static struct sl_amount number(struct sl_report_maker *m, const struct row *row, bool by_rule, enum sl_finding_what what,
                               const char *severity, int64_t day, sl_mm2 units, struct sl_err *e)
{
	struct sl_amount v = {.units = units, .state = SL_AMOUNT_KNOWN};
	struct sl_finding_query q = {.what = what,
	                             .from = sl_date_none(),
	                             .to = sl_date_none(),
	                             .on = what == SL_FINDINGS_OLDEST ? (struct sl_date){(int32_t)day} : sl_date_none(),
	                             .severity = sl_str_from(severity)};
	struct sl_buf b = {0};

	if (row && by_rule)
		q.rule = row->key;
	else if (row)
		q.organisation = row->key.n ? row->key : SL_STR("UNK");
	sl_finding_cell_text(&b, &q);
	if (!e->code && !sl_buf_check(&b, e))
		v.cell = (struct sl_str){sl_arena_strndup(m->a, b.p, b.n, e), b.n};
	sl_buf_done(&b);
	return v;
}

static struct sl_str organisation_name(const struct sl_report_maker *m, struct sl_str code)
{
	uint64_t *at = code.n ? sl_map_get(&m->organisations, code) : NULL;

	return at ? m->name[*at] : code.n ? code : m->d->unknown;
}

static enum sl_code organisations(struct sl_report_maker *m, const struct row *r, struct sl_str *out,
                                  struct sl_err *e)
{
	struct sl_buf b = {0};

	for (size_t i = 0; i < r->n_organisations; i++) {
		if (i)
			sl_buf_puts(&b, sl_text(m->locale, "report:separator", ", "));
		sl_buf_str(&b, organisation_name(m, r->organisations[i]));
	}
	if (r->more)
		sl_buf_puts(&b, " …");
	if (!sl_buf_check(&b, e))
		*out = (struct sl_str){sl_arena_strndup(m->a, b.n ? b.p : "", b.n, e), b.n};
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code fill(struct sl_report_maker *m, const struct sl_spec *s, const struct row *r, bool all,
                         bool by_rule, struct sl_doc_cell *cell, struct sl_err *e)
{
	const struct row *of = all ? NULL : r;
	const int64_t today = m->d->made_ms / DAY_MS;
	const char *const severities[] = {sl_text(m->locale, "report", "note"),
	                                  sl_text(m->locale, "report", "warning"),
	                                  sl_text(m->locale, "report", "error")};
	const struct sl_rule *rule = by_rule ? sl_rule_find(r->key) : NULL;

	for (size_t i = 0; i < s->n_columns; i++) {
		struct sl_str name = s->column[i].measure.field;
		struct sl_amount v;

		if (sl_str_is(name, "title")) {
			cell[i + 1] = sl_doc_text(
			    rule ? sl_str_from(sl_catalogue_find(
			               (struct sl_str){m->locale->mo, (size_t)(m->locale->mo_end - m->locale->mo)},
			               "rule", rule->title))
			         : SL_STR(""));
			if (rule && !cell[i + 1].text.n)
				cell[i + 1].text = sl_str_from(rule->title);
		} else if (sl_str_is(name, "severity")) {
			cell[i + 1] = sl_doc_text(sl_str_from(severities[r->worst]));
		} else if (sl_str_is(name, "organisations")) {
			cell[i + 1] = sl_doc_text(SL_STR(""));
			if (organisations(m, r, &cell[i + 1].text, e))
				return e->code;
		} else if (sl_str_is(name, "findings")) {
			cell[i + 1] = sl_doc_amount(number(m, of, by_rule, SL_FINDINGS_COUNT, "", 0, r->n, e));
		} else if (sl_str_is(name, "errors")) {
			cell[i + 1] = sl_doc_amount(
			    number(m, of, by_rule, SL_FINDINGS_COUNT, sl_severity_name(SL_ERROR), 0, r->errors, e));
		} else if (sl_str_is(name, "warnings")) {
			cell[i + 1] = sl_doc_amount(
			    number(m, of, by_rule, SL_FINDINGS_COUNT, sl_severity_name(SL_WARNING), 0, r->warnings, e));
		} else if (sl_str_is(name, "area")) {
			v = number(m, of, by_rule, SL_FINDINGS_AREA, "", 0, r->mm2, e);
			v.scale = 6;
			v.unit = s->column[i].measure.unit;
			v.decimals = s->column[i].measure.decimals;
			cell[i + 1] = sl_doc_amount(v);
		} else if (sl_str_is(name, "oldest")) {
			v = (struct sl_amount){.state = SL_AMOUNT_NOT_APPLICABLE};
			if (r->oldest_ms)
				v = number(m, of, by_rule, SL_FINDINGS_OLDEST, "", today, today - r->oldest_ms / DAY_MS, e);
			v.unit = s->column[i].measure.unit;
			v.decimals = s->column[i].measure.decimals;
			cell[i + 1] = sl_doc_amount(v);
		} else {
			return sl_fail(e, SL_INVALID, "%s, line %d: findings have no '%.*s'", m->template.name,
			               s->column[i].line, SL_STR_ARG(name));
		}
	}
	return e->code;
}

static bool is_text(struct sl_str name)
{
	return sl_str_is(name, "title") || sl_str_is(name, "severity") || sl_str_is(name, "organisations");
}

static enum sl_code columns(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                            struct sl_err *e)
{
	t->n_columns = s->n_columns + 1;
	t->n_heads = 1;
	t->column = sl_arena_alloc(m->a, t->n_columns, sizeof *t->column, e);
	if (!t->column)
		return e->code;
	t->column[0] =
	    (struct sl_doc_column){.name = s->by[0], .heading = sl_maker_text(m, s->by_heading[0], e)};
	for (size_t i = 0; i < s->n_columns && !e->code; i++) {
		t->column[i + 1] = (struct sl_doc_column){
		    .name = s->column[i].name,
		    .heading = sl_maker_text(m, s->column[i].heading, e),
		    .type = is_text(s->column[i].measure.field) ? SL_COLUMN_TEXT : SL_COLUMN_AMOUNT,
		    .unit = s->column[i].measure.unit};
		(void)!sl_maker_column_notes(m, &s->column[i], &t->column[i + 1], e);
	}
	return e->code;
}

enum sl_code sl_maker_findings(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                               struct sl_err *e)
{
	struct sl_finding_sums sums = {0};
	bool by_rule = sl_str_is(s->by[0], "rule");
	struct row *rows = NULL, total = {0};
	struct sl_map map = {0};
	size_t n = 0, cap = 0;

	if (s->n_by != 1 || (!by_rule && !sl_str_is(s->by[0], "org")))
		return sl_fail(e, SL_INVALID, "%s, line %d: findings are by rule or by org", m->template.name,
		               s->item->line);
	if (sl_finding_sums_open(m->p, &sums, e))
		goto done;
	for (size_t i = 0; i < sums.check.findings.n && !e->code; i++) {
		const struct sl_finding *f = &sums.check.findings.v[i];
		const struct sl_finding_owner *o = sl_finding_owner_of(&sums, f);
		char *key = by_rule ? sl_arena_strndup(m->a, f->rule, sl_str_from(f->rule).n, e)
		                    : sl_str_dup(m->a, o ? o->organisation : SL_STR(""), e);

		if (key)
			(void)!add(m, &map, &rows, &n, &cap, sl_str_from(key), f, o, e);
	}
	if (e->code || columns(m, s, t, e))
		goto done;
	if (n)
		qsort(rows, n, sizeof *rows, gravest_first);
	for (size_t i = 0; i <= n && n; i++) {
		struct row *r = i < n ? &rows[i] : &total;
		struct sl_doc_cell *cell;

		if (sl_doc_row_add(m->a, t, i < n ? SL_ROW_BODY : SL_ROW_TOTAL, &cell, e) ||
		    fill(m, s, r, i == n, by_rule, cell, e))
			goto done;
		cell[0] = sl_doc_text(i == n    ? sl_str_from(sl_text(m->locale, "report", "Total"))
		                      : by_rule ? r->key
		                                : organisation_name(m, r->key));
		total.n += r->n;
		total.errors += r->errors;
		total.warnings += r->warnings;
		total.mm2 += r->mm2;
		total.worst = r->worst > total.worst ? r->worst : total.worst;
		if (r->oldest_ms && (!total.oldest_ms || r->oldest_ms < total.oldest_ms))
			total.oldest_ms = r->oldest_ms;
	}
	if (!n)
		t->empty = sl_str_from(sl_text(m->locale, "report", "No rule found anything."));
done:
	sl_map_done(&map);
	sl_finding_sums_done(&sums);
	return e->code;
}
