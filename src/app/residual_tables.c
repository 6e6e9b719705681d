/* What an office keeps in spreadsheets: probabilities of detection by method, soil and depth, and efforts
 * by release. */
#include "app/residual.h"

#include "base/csv.h"
#include "base/io.h"

#include <math.h>

enum { FILE_MAX = 64 << 20, COLUMNS_MAX = 8 };

struct table {
	const char *path;
	struct sl_csv csv;
	struct sl_csv_row row;
	int column[COLUMNS_MAX];
	const char *const *name;
};

static enum sl_code table_open(struct sl_arena *a, const char *path, const char *const *name, size_t n,
                               size_t needed, struct table *out, struct sl_err *e)
{
	struct sl_str text;
	bool more;

	*out = (struct table){.path = path, .name = name};
	if (sl_io_read(a, path, FILE_MAX, &text, e) || sl_csv_open(&out->csv, path, text, 0, e) ||
	    sl_csv_next(&out->csv, a, &out->row, &more, e))
		return e->code;
	for (size_t i = 0; i < n; i++) {
		out->column[i] = more ? sl_csv_column(&out->row, name[i]) : -1;
		if (out->column[i] < 0 && i < needed)
			return sl_fail(e, SL_INVALID, "%s has no column '%s'", path, name[i]);
	}
	return SL_OK;
}

static struct sl_str text_at(const struct table *t, size_t i)
{
	return sl_csv_get(&t->row, t->column[i]);
}

/* An empty cell is NAN: not stated. */
static enum sl_code number_at(const struct table *t, size_t i, double low, double high, double *out,
                              struct sl_err *e)
{
	struct sl_str text = text_at(t, i);
	double x;

	*out = (double)NAN;
	if (!text.n)
		return SL_OK;
	if (!sl_str_double(text, &x) || !(x >= low) || !(x <= high))
		return sl_fail(e, SL_INVALID, "%s, line %zu: %s '%.*s' is no number from %g to %g", t->path,
		               t->row.line, t->name[i], (int)(text.n < 40 ? text.n : 40), text.p, low, high);
	*out = x;
	return SL_OK;
}

enum sl_code sl_residual_read_detection(struct sl_arena *a, const char *path,
                                        struct sl_residual_settings *out, struct sl_err *e)
{
	static const char *const names[] = {"method",      "probability", "soil",   "depth_from_cm",
	                                    "depth_to_cm", "share",       "trials", "source"};
	struct sl_detection_row *v;
	struct table t;
	size_t cap = 0;
	bool more;

	if (table_open(a, path, names, 8, 2, &t, e))
		return e->code;
	for (out->n_rows = 0; !sl_csv_next(&t.csv, a, &t.row, &more, e) && more; out->n_rows++) {
		if (!(v = sl_arena_grow(a, out->row, &cap, out->n_rows + 1, sizeof *v, e)))
			return e->code;
		out->row = v;
		v += out->n_rows;
		*v = (struct sl_detection_row){
		    .method = text_at(&t, 0), .soil = text_at(&t, 2), .source = text_at(&t, 7), .line = t.row.line};
		if (number_at(&t, 1, 0, 1, &v->probability, e) || number_at(&t, 3, 0, 1e4, &v->from_cm, e) ||
		    number_at(&t, 4, 0, 1e4, &v->to_cm, e) || number_at(&t, 5, 0, 1, &v->share, e) ||
		    number_at(&t, 6, 0, 1e9, &v->trials, e))
			return e->code;
		if (!v->method.n || isnan(v->probability))
			return sl_fail(e, SL_INVALID, "%s, line %zu: a row needs a method and a probability", path,
			               t.row.line);
	}
	if (!e->code && !out->n_rows)
		return sl_fail(e, SL_INVALID, "%s has no row: it is to say what each method detects", path);
	return e->code;
}

enum sl_code sl_residual_read_effort(struct sl_arena *a, const char *path,
                                     struct sl_residual_site_list *out, struct sl_err *e)
{
	static const char *const names[] = {"release", "passes", "method", "coverage", "probability", "trials"};
	struct table t;
	bool more;

	if (table_open(a, path, names, 6, 2, &t, e))
		return e->code;
	while (!sl_csv_next(&t.csv, a, &t.row, &more, e) && more) {
		struct sl_effort row = {.method = text_at(&t, 2)}, *v;
		const uint64_t *at = sl_map_get(&out->by_id, text_at(&t, 0));
		struct sl_residual_site *site = at ? &out->v[*at] : NULL;

		if (!site)
			return sl_fail(e, SL_INVALID,
			               "%s, line %zu: there is no cleared or technically reduced release '%.*s'", path,
			               t.row.line, SL_STR_ARG(text_at(&t, 0)));
		if (number_at(&t, 1, 0, SL_PASSES_MAX, &row.passes, e) ||
		    number_at(&t, 3, 0, 1, &row.coverage, e) || number_at(&t, 4, 0, 1, &row.probability, e) ||
		    number_at(&t, 5, 0, 1e9, &row.trials, e))
			return e->code;
		if (isnan(row.passes) || row.passes != floor(row.passes))
			return sl_fail(e, SL_INVALID, "%s, line %zu: passes is a whole number from 0 to %d", path,
			               t.row.line, SL_PASSES_MAX);
		if (!(v = sl_arena_alloc(a, site->n_effort + 1, sizeof *v, e)))
			return e->code;
		for (size_t i = 0; i < site->n_effort; i++)
			v[i] = site->effort[i];
		v[site->n_effort++] = row;
		site->effort = v;
	}
	return e->code;
}
