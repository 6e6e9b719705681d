#include "app/import_plan.h"

#include "base/io.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct planning {
	struct sl_arena *a;
	struct sl_programme *p;
	const struct sl_import_options *o;
	struct sl_source *s;
	bool several_layers;
	struct sl_sample sample;
	const char **suggestion;
};

/* ---- the suggestion ---- */

/* Beside the input; one that is there already is the person's and stays.  No file is no error: the folder
 * may be read-only. */
static enum sl_code write_suggestion(struct planning *g, const struct sl_kind *kind,
                                     const struct sl_column_match *match, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_io_out out;
	struct sl_err ignored = {0};
	char *path;
	enum sl_code code;

	if (g->o->no_suggestion)
		return SL_OK;
	path = g->several_layers && g->s->layer.n
	           ? sl_arena_printf(g->a, e, "%s.%.*s.mapping.csv", g->s->path, SL_STR_ARG(g->s->layer))
	           : sl_arena_printf(g->a, e, "%s.mapping.csv", g->s->path);
	if (!path)
		return e->code;
	if (strchr(path + strlen(g->s->path), '/') || sl_io_exists(path))
		return SL_OK;
	sl_mapping_suggest(&b, kind, match, &g->sample);
	code = sl_buf_check(&b, e);
	if (!code && !sl_io_create(&out, path, &ignored)) {
		if (!sl_io_write(&out, b.p, b.n, &ignored) && !sl_io_commit(&out, &ignored))
			*g->suggestion = path;
		else
			sl_io_discard(&out);
	}
	sl_buf_done(&b);
	return code;
}

static enum sl_code unknown_kind(struct planning *g, const struct sl_kind *best, struct sl_err *e)
{
	const struct sl_mapping none = {0};
	struct sl_column_match *match;

	if (sl_mapping_match(g->a, &none, best, &g->sample, &match, e) || write_suggestion(g, best, match, e))
		return e->code;
	if (*g->suggestion)
		return sl_fail(
		    e, SL_INVALID,
		    "%s: which kind of record it holds cannot be told from its columns; say --kind (%.*s seems"
		    " likeliest), or correct the mapping suggested in %s and give it with --map",
		    g->s->path, SL_STR_ARG(best->name), *g->suggestion);
	return sl_fail(
	    e, SL_INVALID,
	    "%s: which kind of record it holds cannot be told from its columns; say --kind (%.*s seems"
	    " likeliest)",
	    g->s->path, SL_STR_ARG(best->name));
}

/* ---- kinds and mapping ---- */

static enum sl_code read_mapping(struct planning *g, const struct sl_kind *kind, struct sl_mapping *out,
                                 struct sl_err *e)
{
	struct sl_str text;

	if (sl_io_read(g->a, g->o->mapping, (size_t)16 << 20, &text, e))
		return e->code;
	return sl_mapping_parse(g->a, g->p->dict, g->o->mapping, text, kind, out, e);
}

static bool has_column(const struct sl_source *s, struct sl_str name)
{
	for (size_t i = 0; i < s->n_columns; i++)
		if (sl_str_eq(s->column[i], name))
			return true;
	return false;
}

/* A mapping that names none of the columns was made for another file. */
static enum sl_code check_sources(struct planning *g, const struct sl_mapping *m, struct sl_err *e)
{
	const struct sl_mapping_rule *missing = NULL;
	size_t named = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (!m->rule[i].source.n)
			continue;
		if (has_column(g->s, m->rule[i].source))
			named++;
		else if (!missing)
			missing = &m->rule[i];
	}
	if (missing && !named)
		return sl_fail(e, SL_INVALID,
		               "%s: the mapping %s names none of its columns; the first, '%.*s', is not there",
		               g->s->path, g->o->mapping, SL_STR_ARG(missing->source));
	return SL_OK;
}

static enum sl_code make_mapping(struct planning *g, struct sl_mapping *out, struct sl_column_match **match,
                                 struct sl_err *e)
{
	const struct sl_kind *kind = NULL, *best;
	struct sl_mapping m = {0};
	bool complete = true, all = true;

	if (g->o->kind) {
		kind = sl_dictionary_kind(g->p->dict, sl_str_from(g->o->kind));
		if (!kind)
			return sl_fail(e, SL_INVALID, "--kind %s: the dictionary has no such kind of record",
			               g->o->kind);
	}
	if (g->o->mapping && (read_mapping(g, kind, &m, e) || check_sources(g, &m, e)))
		return e->code;
	if (!m.n_kinds && !kind) {
		if (sl_mapping_kind(g->a, g->p->dict, &g->sample, g->s->file, g->s->layer, &kind, &best, e))
			return e->code;
		if (!kind)
			return unknown_kind(g, best, e);
	}
	if (!m.n_kinds && sl_mapping_add_kind(g->a, &m, kind, e))
		return e->code;
	for (size_t i = 0; i < g->o->n_set; i++)
		if (sl_mapping_set(g->a, &m, sl_str_from(g->o->set[i]), e))
			return e->code;
	/* What the mapping does not name maps by name to the first kind: the others are said explicitly. */
	if (sl_mapping_match(g->a, &m, m.kind[0], &g->sample, match, e) ||
	    sl_mapping_complete(g->a, &m, m.kind[0], *match, g->sample.n_columns, &complete, e))
		return e->code;
	all = complete || g->o->mapping;
	if (!all && write_suggestion(g, m.kind[0], *match, e))
		return e->code;
	*out = m;
	return SL_OK;
}

static int field_index(const struct sl_kind *k, const char *name)
{
	const struct sl_field *f = sl_kind_field(k, name);

	return f ? f->index : -1;
}

static void plan_kind(const struct sl_mapping *m, const struct sl_kind *k, struct import_kind *out)
{
	static const char *const dates[] = {"effective_date", "date", "found_date", "end_date", "start_date"};
	struct import_kind r = {.kind = k};

	r.id = field_index(k, "id");
	r.organisation = field_index(k, "organisation");
	r.land = sl_str_is(k->name, "hazard") || sl_str_is(k->name, "release");
	r.hides_geometry = k->geometry >= 0 && k->field[k->geometry].sensitive;
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		int f = field_index(k, dates[i]);

		/* Each kind's own natural date: the day of a stay in a school is not one. */
		if (f < 0 || k->field[f].sensitive ||
		    (i == 1 && !sl_str_is(k->name, "accident") && !sl_str_is(k->name, "education") &&
		     !sl_str_is(k->name, "quality")) ||
		    (i == 2 && !sl_str_is(k->name, "ordnance")) || (i >= 3 && !sl_str_is(k->name, "activity")))
			continue;
		if (r.n_dates < sizeof r.date / sizeof *r.date)
			r.date[r.n_dates++] = f;
	}
	for (size_t i = 0; i < m->n; i++)
		if (m->rule[i].kind == k && m->rule[i].field && m->rule[i].field->index == k->geometry)
			r.place_rules = true;
	*out = r;
}

/* ---- codes that lose their zeros ---- */

static bool is_code_field(const struct sl_field *f)
{
	static const char *const names[] = {"admin1", "admin2", "admin3", "place", "code", "parent"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sl_str_is(f->name, names[i]))
			return true;
	return false;
}

/* Digits of the longest value, when all values are digits of that length or one less; else 0. */
static size_t code_width(const struct sl_sample *s, const struct sl_mapping_rule *r)
{
	size_t width = 0, n = 0;

	for (size_t c = 0; c < s->n_columns; c++) {
		if (!sl_str_eq(s->column[c], r->source))
			continue;
		for (int round = 0; round < 2; round++)
			for (size_t i = 0; i < s->n_values[c]; i++) {
				struct sl_str v = sl_str_trim(s->value[c][i]);
				size_t digits = 0, marks = 0;

				for (size_t k = 0; k < v.n; k++) {
					digits += v.p[k] >= '0' && v.p[k] <= '9';
					marks += v.p[k] == ',' || v.p[k] == '.' || v.p[k] == ' ';
				}
				if (digits + marks != v.n)
					return 0;
				if (!round && digits > width)
					width = digits;
				if (round && digits + 1 < width)
					return 0;
				n++;
			}
	}
	return n >= 6 ? width : 0; /* three values, each looked at twice */
}

static enum sl_code find_code_widths(struct planning *g, struct import_plan *plan, struct sl_err *e)
{
	plan->code_width = sl_arena_alloc(g->a, plan->mapping.n, sizeof *plan->code_width, e);
	if (!plan->code_width)
		return e->code;
	for (size_t i = 0; i < plan->mapping.n; i++) {
		const struct sl_mapping_rule *r = &plan->mapping.rule[i];

		/* A transform is a person's word about the code. */
		if (r->source.n && r->field && !r->n_steps && !r->n_map && r->field->type == SL_FIELD_TEXT &&
		    is_code_field(r->field))
			plan->code_width[i] = code_width(&g->sample, r);
	}
	return SL_OK;
}

/* ---- CRS ---- */

static bool uses(const struct import_plan *plan, enum sl_transform t)
{
	for (size_t i = 0; i < plan->mapping.n; i++) {
		const struct sl_mapping_rule *r = &plan->mapping.rule[i];

		if (r->n_steps && r->step[r->n_steps - 1].what == t)
			return true;
	}
	return false;
}

/* EWKT says its system itself. */
static bool all_ewkt(const struct planning *g, const struct import_plan *plan)
{
	for (size_t i = 0; i < plan->mapping.n; i++) {
		const struct sl_mapping_rule *r = &plan->mapping.rule[i];

		if (!r->n_steps || r->step[r->n_steps - 1].what != SL_TRANSFORM_WKT)
			continue;
		for (size_t c = 0; c < g->sample.n_columns; c++)
			for (size_t k = 0; sl_str_eq(g->sample.column[c], r->source) && k < g->sample.n_values[c]; k++)
				if (!sl_str_has_prefix(sl_str_trim(g->sample.value[c][k]), "SRID="))
					return false;
	}
	return true;
}

static enum sl_code find_crs(struct planning *g, struct import_plan *plan, struct sl_err *e)
{
	const bool needs = uses(plan, SL_TRANSFORM_X) || uses(plan, SL_TRANSFORM_WKB) ||
	                   (uses(plan, SL_TRANSFORM_WKT) && !all_ewkt(g, plan));
	bool own = false;
	struct sl_crs *crs;

	for (size_t k = 0; k < plan->mapping.n_kinds; k++)
		own |= !plan->kind[k].place_rules;
	own &= g->s->has_geometry;
	plan->crs = g->o->crs ? sl_str_from(g->o->crs) : g->s->crs;
	plan->wgs84 = true;
	if (!plan->crs.n) {
		if (own || needs)
			return sl_fail(
			    e, SL_INVALID,
			    "%s: it has coordinates and does not say in which CRS; say it with --crs, for instance"
			    " --crs EPSG:4326 for longitude and latitude on WGS 84",
			    g->s->path);
		return SL_OK;
	}
	if (sl_crs_open(g->a, plan->crs, &crs, e))
		return sl_err_within(e, "%s", g->o->crs ? "--crs" : g->s->path);
	plan->wgs84 = sl_crs_is_wgs84(crs);
	plan->lacks_datum_shift = sl_crs_lacks_datum_shift(crs);
	return SL_OK;
}

enum sl_code import_plan_make(struct sl_arena *a, struct sl_programme *p, const struct sl_import_options *o,
                              struct sl_source *source, bool several_layers, struct import_plan *out,
                              const char **suggestion, struct sl_err *e)
{
	struct planning g = {
	    .a = a, .p = p, .o = o, .s = source, .several_layers = several_layers, .suggestion = suggestion};
	struct import_plan plan = {.options = o, .source = source};
	char *label;

	label = source->layer.n && several_layers
	            ? sl_arena_printf(a, e, "%.*s, %.*s", SL_STR_ARG(source->file), SL_STR_ARG(source->layer))
	            : sl_arena_printf(a, e, "%.*s", SL_STR_ARG(source->file));
	if (!label)
		return e->code;
	plan.label = sl_str_from(label);
	if (sl_sample_take(a, source, &g.sample, e) || make_mapping(&g, &plan.mapping, &plan.match, e))
		return e->code;
	plan.kind = sl_arena_alloc(a, plan.mapping.n_kinds, sizeof *plan.kind, e);
	if (!plan.kind)
		return e->code;
	for (size_t i = 0; i < plan.mapping.n_kinds; i++)
		plan_kind(&plan.mapping, plan.mapping.kind[i], &plan.kind[i]);
	if (find_code_widths(&g, &plan, e) || find_crs(&g, &plan, e))
		return e->code;
	*out = plan;
	return SL_OK;
}

enum sl_code import_plan_findings(struct sl_arena *a, const struct import_plan *plan,
                                  struct import_writer *w, struct sl_err *e)
{
	struct sl_finding f = {.rule = "I12",
	                       .kind = plan->kind[0].kind->name,
	                       .source = plan->label,
	                       .lon = (double)NAN,
	                       .lat = (double)NAN};

	if (plan->source->no_headings) {
		f.severity = SL_WARNING;
		f.text = SL_STR("The first line holds values, not names of columns; it was read as the first row.");
		f.suggestion =
		    SL_STR("Map the columns as 'column 1', 'column 2' and so on, or put a line with names first.");
		if (import_writer_finding(w, &f, e))
			return e->code;
	}
	if (plan->lacks_datum_shift) {
		struct sl_finding g = f;

		g.rule = "G17";
		g.severity = SL_WARNING;
		g.text = SL_STR("No shift from the datum of these coordinates to WGS 84 is known: every position of the file "
		                "may be off by up to hundreds of metres.");
		g.suggestion = SL_STR("Ask the source for the EPSG number of its system and give it with --crs.");
		if (import_writer_finding(w, &g, e))
			return e->code;
	}
	for (size_t i = 0; i < plan->source->n_columns; i++) {
		const struct sl_column_match *m = &plan->match[i];
		char *text;

		if (m->match != SL_MATCH_VALUES || !m->named)
			continue;
		text = sl_arena_printf(
		    a, e,
		    "The column '%.*s' is named as %.*s, but its values are those of %.*s: the headings may"
		    " be swapped. It was kept among the extras.",
		    SL_STR_ARG(m->column), SL_STR_ARG(m->named->name), SL_STR_ARG(m->field->name));
		if (!text)
			return e->code;
		f.severity = SL_ERROR;
		f.field = m->named->name;
		f.text = sl_str_from(text);
		f.suggestion = SL_STR("Say with a mapping what each of the two columns holds, and import again.");
		if (import_writer_finding(w, &f, e))
			return e->code;
	}
	return SL_OK;
}
