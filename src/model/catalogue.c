#include "model/parts.h"

#include <math.h>

struct catalogue_columns {
	int id, category, subcategory, model, aliases, treaty_class, neutralise_kind, low, high, claim_source,
	    note;
};

static enum sl_code find_columns(const struct sl_table *t, struct catalogue_columns *c, struct sl_err *e)
{
	const struct {
		const char *name;
		int *column;
	} all[] = {{"id", &c->id},
	           {"category", &c->category},
	           {"subcategory", &c->subcategory},
	           {"model", &c->model},
	           {"aliases", &c->aliases},
	           {"treaty_class", &c->treaty_class},
	           {"neutralise_kind", &c->neutralise_kind},
	           {"active_hours_low", &c->low},
	           {"active_hours_high", &c->high},
	           {"claim_source", &c->claim_source},
	           {"note", &c->note}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (sl_table_need(t, all[i].name, all[i].column, e))
			return e->code;
	return SL_OK;
}

static enum sl_code read_hours(const struct sl_table *t, int column, double *out, struct sl_err *e)
{
	struct sl_str text = sl_csv_get(&t->row, column);

	*out = (double)NAN;
	if (!text.n || (sl_str_double(text, out) && *out >= 0))
		return SL_OK;
	sl_fail(e, SL_INVALID, "'%.*s' is no number of hours", SL_STR_ARG(text));
	return sl_table_within(t, column, e);
}

static enum sl_code read_type(const struct sl_table *t, const struct catalogue_columns *c,
                              struct sl_ordnance_type *out, struct sl_err *e)
{
	struct sl_ordnance_type o = {.id = sl_csv_get(&t->row, c->id),
	                             .category = sl_csv_get(&t->row, c->category),
	                             .subcategory = sl_csv_get(&t->row, c->subcategory),
	                             .model = sl_csv_get(&t->row, c->model),
	                             .aliases = sl_csv_get(&t->row, c->aliases),
	                             .treaty_class = sl_csv_get(&t->row, c->treaty_class),
	                             .neutralise_kind = sl_csv_get(&t->row, c->neutralise_kind),
	                             .claim_source = sl_csv_get(&t->row, c->claim_source),
	                             .note = sl_csv_get(&t->row, c->note)};
	bool claims;

	if (!o.id.n) {
		sl_fail(e, SL_INVALID, "the identifier is missing");
		return sl_table_within(t, c->id, e);
	}
	if (read_hours(t, c->low, &o.active_hours_low, e) || read_hours(t, c->high, &o.active_hours_high, e))
		return e->code;
	if (o.active_hours_low > o.active_hours_high) {
		sl_fail(e, SL_INVALID, "less than active_hours_low");
		return sl_table_within(t, c->high, e);
	}
	if (o.neutralise_kind.n && !sl_str_is(o.neutralise_kind, "self-destruct") &&
	    !sl_str_is(o.neutralise_kind, "self-deactivate-battery")) {
		sl_fail(e, SL_INVALID, "'%.*s' is none of self-destruct, self-deactivate-battery",
		        SL_STR_ARG(o.neutralise_kind));
		return sl_table_within(t, c->neutralise_kind, e);
	}
	/* What a maker says about its own mine is a claim: it stands here with its source or not at all. */
	claims = o.neutralise_kind.n || !isnan(o.active_hours_low) || !isnan(o.active_hours_high);
	if (claims && !o.claim_source.n) {
		sl_fail(e, SL_INVALID, "a claim to neutralise itself needs its source");
		return sl_table_within(t, c->claim_source, e);
	}
	*out = o;
	return SL_OK;
}

static enum sl_code read_types(struct sl_table *t, struct sl_map *ids, struct sl_dictionary *d,
                               struct sl_err *e)
{
	struct catalogue_columns col;
	struct sl_ordnance_type *v = NULL;
	size_t n = 0, cap = 0;
	bool more, is_new;

	if (find_columns(t, &col, e))
		return e->code;
	for (;;) {
		if (sl_table_next(t, &more, e))
			return e->code;
		if (!more)
			break;
		v = sl_arena_grow(t->a, v, &cap, n + 1, sizeof *v, e);
		if (!v || read_type(t, &col, &v[n], e) || !sl_map_put(ids, v[n].id, n, &is_new, e))
			return e->code;
		if (!is_new) {
			sl_fail(e, SL_INVALID, "'%.*s' stands there twice", SL_STR_ARG(v[n].id));
			return sl_table_within(t, col.id, e);
		}
		n++;
	}
	d->ordnance = v;
	d->n_ordnance = n;
	return SL_OK;
}

enum sl_code sl_catalogue_parse(struct sl_arena *a, struct sl_dictionary *d, const char *file,
                                struct sl_str csv, struct sl_err *e)
{
	struct sl_table t;
	struct sl_map ids = {0};
	enum sl_code code;

	if (sl_table_open(&t, a, file, csv, e))
		return e->code;
	code = read_types(&t, &ids, d, e);
	sl_map_done(&ids);
	return code;
}

static struct sl_setting *find_setting(struct sl_setting *v, size_t n, struct sl_str key)
{
	for (size_t i = 0; i < n; i++)
		if (sl_str_eq(v[i].key, key))
			return &v[i];
	return NULL;
}

enum sl_code sl_rules_parse(struct sl_arena *a, struct sl_dictionary *d, const char *file,
                            struct sl_str csv, bool add, struct sl_err *e)
{
	struct sl_table t;
	struct sl_setting *v = d->setting;
	size_t n = d->n_settings, cap = d->n_settings;
	int key, value, unit, note;
	bool more;

	if (sl_table_open(&t, a, file, csv, e) || sl_table_need(&t, "key", &key, e) ||
	    sl_table_need(&t, "value", &value, e) || sl_table_column(&t, "unit", &unit, e) ||
	    sl_table_column(&t, "note", &note, e))
		return e->code;
	for (;;) {
		struct sl_setting s = {.number = (double)NAN}, *old;

		if (sl_table_next(&t, &more, e))
			return e->code;
		if (!more)
			break;
		s.key = sl_csv_get(&t.row, key);
		s.value = sl_csv_get(&t.row, value);
		s.unit = sl_csv_get(&t.row, unit);
		s.note = sl_csv_get(&t.row, note);
		if (!sl_str_double(s.value, &s.number))
			s.number = (double)NAN;
		old = find_setting(v, n, s.key);
		if (add ? !s.key.n || old : !old) {
			sl_fail(e, SL_INVALID, "'%.*s' %s", SL_STR_ARG(s.key),
			        old ? "stands there twice" : "is no setting; dictionary/rules.csv lists them");
			return sl_table_within(&t, key, e);
		}
		/* A number stays a number: the checks compute with it. */
		if (old && !isnan(old->number) && isnan(s.number)) {
			sl_fail(e, SL_INVALID, "'%.*s' is no number, and %.*s is one", SL_STR_ARG(s.value),
			        SL_STR_ARG(s.key));
			return sl_table_within(&t, value, e);
		}
		if (old) {
			if (!s.unit.n)
				s.unit = old->unit;
			else if (!sl_str_eq(s.unit, old->unit)) {
				sl_fail(e, SL_INVALID, "the unit of %.*s is '%.*s', not '%.*s'", SL_STR_ARG(s.key),
				        SL_STR_ARG(old->unit), SL_STR_ARG(s.unit));
				return sl_table_within(&t, unit, e);
			}
			*old = s;
			continue;
		}
		v = sl_arena_grow(a, v, &cap, n + 1, sizeof *v, e);
		if (!v)
			return e->code;
		v[n++] = s;
	}
	d->setting = v;
	d->n_settings = n;
	return SL_OK;
}
