#include "formats/mapping.h"

#include "base/csv.h"
#include "base/utf8.h"
#include "model/record.h"

#include <string.h>

enum sl_code sl_mapping_add(struct sl_arena *a, struct sl_mapping *m, const struct sl_mapping_rule *rule,
                            struct sl_err *e)
{
	struct sl_mapping_rule *v = sl_arena_grow(a, m->rule, &m->cap, m->n + 1, sizeof *v, e);

	if (!v)
		return e->code;
	m->rule = v;
	m->rule[m->n++] = *rule;
	return SL_OK;
}

enum sl_code sl_mapping_add_kind(struct sl_arena *a, struct sl_mapping *m, const struct sl_kind *kind,
                                 struct sl_err *e)
{
	const struct sl_kind **v;

	for (size_t i = 0; i < m->n_kinds; i++)
		if (m->kind[i] == kind)
			return SL_OK;
	v = sl_arena_grow(a, m->kind, &m->cap_kinds, m->n_kinds + 1, sizeof *v, e);
	if (!v)
		return e->code;
	m->kind = v;
	m->kind[m->n_kinds++] = kind;
	return SL_OK;
}

bool sl_mapping_names(const struct sl_mapping *m, const struct sl_kind *kind, struct sl_str column)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->rule[i].kind == kind && m->rule[i].source.n && sl_str_eq(m->rule[i].source, column))
			return true;
	return false;
}

bool sl_mapping_gives(const struct sl_mapping *m, const struct sl_field *field, const struct sl_kind *kind)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->rule[i].kind == kind && m->rule[i].field == field)
			return true;
	return false;
}

/* ---- the mapping file ---- */

enum { SOURCE, KIND, FIELD, TRANSFORM, VALUE_MAP, COLUMNS };

struct file {
	struct sl_arena *a;
	const struct sl_dictionary *d;
	const struct sl_kind *kind;
	struct sl_csv csv;
	int column[COLUMNS];
};

/* "confirmed=CHA;suspected=SHA;*=UNK" */
static enum sl_code parse_value_map(struct file *f, struct sl_str text, struct sl_mapping_rule *rule,
                                    struct sl_err *e)
{
	struct sl_str rest = sl_str_trim(text), pair, from;
	size_t cap = 0;

	while (rest.n && sl_str_split(&rest, ';', &pair)) {
		struct sl_value_map *v, one = {0};

		if (!sl_str_trim(pair).n)
			continue;
		if (!memchr(pair.p, '=', pair.n))
			return sl_fail(e, SL_INVALID, "'%.*s' has no '='; a value map reads from=to;from=to",
			               SL_STR_ARG(pair));
		sl_str_split(&pair, '=', &from);
		one.from = sl_str_trim(from);
		one.to = sl_str_trim(pair);
		if (sl_str_is(one.from, "*")) {
			rule->has_fallback = true;
			rule->fallback = one.to;
			continue;
		}
		if (sl_utf8_key(f->a, one.from, &one.from_key, e))
			return e->code;
		v = sl_arena_grow(f->a, rule->map, &cap, rule->n_map + 1, sizeof *v, e);
		if (!v)
			return e->code;
		rule->map = v;
		rule->map[rule->n_map++] = one;
	}
	return SL_OK;
}

/* What a constant or a value map gives must be a value of the field: a slip shows now, not in every row. */
static enum sl_code check_value(struct sl_arena *a, const struct sl_field *field, struct sl_str text,
                                struct sl_err *e)
{
	struct sl_value v;
	const char *problem;

	if (sl_value_read(a, field, text, &v, &problem, e))
		return e->code;
	if (problem)
		return sl_fail(e, SL_INVALID, "%.*s: %s", SL_STR_ARG(field->name), problem);
	return SL_OK;
}

static enum sl_code check_rule(struct sl_arena *a, const struct sl_mapping_rule *r, struct sl_err *e)
{
	const bool geometry = r->field && r->field->index == r->kind->geometry;
	const bool place = r->n_steps && sl_transform_is_place(r->step[r->n_steps - 1].what);
	const bool part = r->n_steps && sl_transform_is_date_part(r->step[r->n_steps - 1].what);
	const bool constant = r->n_steps && r->step[0].what == SL_TRANSFORM_CONST;

	if (!r->source.n && (!constant || !r->field))
		return sl_fail(e, SL_INVALID,
		               "no source_field; a constant needs a field and the transform const:VALUE");
	if (constant && !r->field)
		return sl_fail(e, SL_INVALID, "a constant without a field to stand in");
	if (!r->field)
		return SL_OK;
	if (geometry != place)
		return sl_fail(e, SL_INVALID,
		               geometry ? "%.*s needs a transform: wkt, wkb, lat, lon, latlon, mgrs, utm, x or y"
		                        : "%.*s is not the geometry, so it takes no place",
		               SL_STR_ARG(r->field->name));
	if (part && r->field->type != SL_FIELD_DATE && r->field->type != SL_FIELD_DATETIME)
		return sl_fail(e, SL_INVALID, "%.*s is not a date", SL_STR_ARG(r->field->name));
	if (constant && check_value(a, r->field, r->step[0].text, e))
		return e->code;
	if (part || place)
		return SL_OK;
	for (size_t i = 0; i < r->n_map; i++)
		if (check_value(a, r->field, r->map[i].to, e))
			return e->code;
	return r->has_fallback ? check_value(a, r->field, r->fallback, e) : SL_OK;
}

static enum sl_code parse_rule(struct file *f, const struct sl_csv_row *row, struct sl_mapping_rule *out,
                               struct sl_err *e)
{
	struct sl_mapping_rule r = {.kind = f->kind, .match = SL_MATCH_GIVEN};
	struct sl_str kind = sl_csv_get(row, f->column[KIND]), field = sl_csv_get(row, f->column[FIELD]);

	/* The name of a column is kept as it is written there: blanks at its ends may be part of it. */
	if (f->column[SOURCE] >= 0 && (size_t)f->column[SOURCE] < row->n)
		r.source = row->field[f->column[SOURCE]];
	if (kind.n)
		r.kind = sl_dictionary_kind(f->d, kind);
	if (!r.kind)
		return kind.n ? sl_fail(e, SL_INVALID, "no kind of record '%.*s'", SL_STR_ARG(kind))
		              : sl_fail(e, SL_INVALID, "the kind is empty; fill it or say --kind");
	if (field.n) {
		const uint64_t *index = sl_map_get(&r.kind->by_name, field);

		if (!index) {
			r.field = sl_kind_field_meant(r.kind, f->a, field);
			return sl_fail(e, SL_INVALID, "%.*s has no field '%.*s'%s%.*s%s", SL_STR_ARG(r.kind->name),
			               SL_STR_ARG(field), r.field ? "; '" : "",
			               SL_STR_ARG(r.field ? r.field->name : SL_STR("")),
			               r.field ? "' may be meant" : "");
		}
		r.field = &r.kind->field[*index];
	}
	if (sl_transform_parse(sl_csv_get(row, f->column[TRANSFORM]), r.step, &r.n_steps, e) ||
	    parse_value_map(f, sl_csv_get(row, f->column[VALUE_MAP]), &r, e) || check_rule(f->a, &r, e))
		return e->code;
	*out = r;
	return SL_OK;
}

enum sl_code sl_mapping_parse(struct sl_arena *a, const struct sl_dictionary *d, const char *file,
                              struct sl_str text, const struct sl_kind *kind, struct sl_mapping *out,
                              struct sl_err *e)
{
	static const char *const names[COLUMNS] = {"source_field", "kind", "field", "transform", "value_map"};
	struct file f = {.a = a, .d = d, .kind = kind};
	struct sl_mapping m = {0};
	struct sl_csv_row row;
	bool more;

	if (!sl_utf8_valid(text))
		return sl_fail(e, SL_INVALID, "%s: the mapping is not UTF-8", file);
	if (sl_csv_open(&f.csv, file, text, 0, e) || sl_csv_next(&f.csv, a, &row, &more, e))
		return e->code;
	if (!more)
		return sl_fail(e, SL_INVALID, "%s: the mapping is empty", file);
	for (int i = 0; i < COLUMNS; i++)
		f.column[i] = sl_csv_column(&row, names[i]);
	if (f.column[SOURCE] < 0 || f.column[FIELD] < 0)
		return sl_fail(e, SL_INVALID,
		               "%s: line 1: a mapping has the columns source_field,kind,field,transform,value_map",
		               file);
	for (;;) {
		struct sl_mapping_rule rule;
		bool blank = true;

		if (sl_csv_next(&f.csv, a, &row, &more, e))
			return e->code;
		if (!more)
			break;
		for (size_t i = 0; i < row.n; i++)
			blank &= !sl_str_trim(row.field[i]).n;
		if (blank)
			continue;
		if (parse_rule(&f, &row, &rule, e))
			return sl_err_within(e, "%s: line %zu", file, row.line);
		if (sl_mapping_add(a, &m, &rule, e) || sl_mapping_add_kind(a, &m, rule.kind, e))
			return e->code;
	}
	if (!m.n)
		return sl_fail(e, SL_INVALID, "%s: the mapping has no rows", file);
	*out = m;
	return SL_OK;
}

enum sl_code sl_mapping_set(struct sl_arena *a, struct sl_mapping *m, struct sl_str assignment,
                            struct sl_err *e)
{
	struct sl_str value = assignment, name, whose;
	bool found = false;

	whose = m->n_kinds == 1 ? m->kind[0]->name : SL_STR("no kind here");
	if (!memchr(assignment.p, '=', assignment.n))
		return sl_fail(e, SL_INVALID, "--set %.*s: write field=value", SL_STR_ARG(assignment));
	sl_str_split(&value, '=', &name);
	for (size_t i = 0; i < m->n_kinds; i++) {
		const struct sl_kind *kind = m->kind[i];
		const uint64_t *index = sl_map_get(&kind->by_name, sl_str_trim(name));
		struct sl_mapping_rule rule = {.kind = kind, .match = SL_MATCH_FIXED, .n_steps = 1};

		if (!index || (int)*index == kind->geometry)
			continue;
		found = true;
		rule.field = &kind->field[*index];
		rule.step[0] = (struct sl_transform_step){.what = SL_TRANSFORM_CONST, .text = value};
		if (check_value(a, rule.field, value, e))
			return sl_err_within(e, "--set");
		if (sl_mapping_add(a, m, &rule, e))
			return e->code;
		memmove(m->rule + 1, m->rule, (m->n - 1) * sizeof *m->rule);
		m->rule[0] = rule;
	}
	if (!found)
		return sl_fail(e, SL_INVALID, "--set %.*s: %.*s has no field '%.*s'", SL_STR_ARG(assignment),
		               SL_STR_ARG(whose), SL_STR_ARG(sl_str_trim(name)));
	return SL_OK;
}
