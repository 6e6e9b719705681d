#include "app/diff.h"

#include <stdlib.h>
#include <string.h>

bool sl_diff_has_figure(enum sl_figure f)
{
	return f >= SL_FIGURE_STOCK_SHA && f <= SL_FIGURE_ON_REPAIRS;
}

/* ---- the two accounts ---- */

static enum sl_code check_by(const char *by, struct sl_err *e)
{
	if (by && !strcmp(by, "year"))
		return sl_fail(e, SL_INVALID, "a year is an account of its own: give its two dates instead of --by year");
	return SL_OK;
}

/* A date or DATE@MOMENT; false: then it is a name. */
static bool is_dated(const char *text)
{
	struct sl_str rest = sl_str_from(text), part;
	struct sl_date d;

	return sl_str_split(&rest, '@', &part) && sl_date_parse(part, &d);
}

static enum sl_code read_dated(const char *text, struct sl_account_spec *out, struct sl_err *e)
{
	struct sl_str rest = sl_str_from(text), part;

	if (!sl_str_split(&rest, '@', &part) || !sl_date_parse(part, &out->as_of))
		return sl_fail(e, SL_INVALID, "'%.80s' is no date", text);
	if (strchr(text, '@') && !sl_time_parse(rest, &out->known_at_ms))
		return sl_fail(e, SL_INVALID, "'%.*s' is no moment; write 2025-12-31@2026-03-01 or "
		               "2025-12-31@2026-03-01T12:00:00Z", SL_STR_ARG(rest));
	return SL_OK;
}

enum sl_code sl_diff_check(const struct sl_diff_request *r, struct sl_err *e)
{
	struct sl_account_spec unused = {.known_at_ms = 0};

	if (check_by(r->by, e) || (is_dated(r->a) && read_dated(r->a, &unused, e)))
		return e->code;
	return is_dated(r->b) ? read_dated(r->b, &unused, e) : SL_OK;
}

static enum sl_code read_side(struct sl_programme *p, struct sl_arena *a, const char *text, struct sl_diff_side *out,
                              struct sl_err *e)
{
	struct sl_str account;

	out->label = text;
	out->spec = (struct sl_account_spec){.from = sl_date_none(), .known_at_ms = INT64_MAX};
	if (is_dated(text))
		return read_dated(text, &out->spec, e);
	if (sl_store_frozen_named(p->db, a, sl_str_from(text), &out->f, e) ||
	    sl_store_frozen_account(p->db, a, &out->f, &account, e) || sl_frozen_cells_read(a, account, &out->cells, e))
		return e->code;
	out->frozen = true;
	out->spec.as_of = out->f.as_of;
	out->spec.known_at_ms = out->f.known_at_ms;
	out->spec.last_seq = out->f.last_seq ? out->f.last_seq : -1;
	return SL_OK;
}

/* ---- lines ---- */

static enum sl_code line_of(struct sl_diff *d, struct sl_str key, size_t *out, struct sl_err *e)
{
	bool is_new;
	uint64_t *at = sl_map_put(&d->by_key, key, d->n_lines, &is_new, e);

	if (!at)
		return e->code;
	*out = *at;
	if (!is_new)
		return SL_OK;
	d->line = sl_arena_grow(&d->answer.arena, d->line, &d->cap_lines, d->n_lines + 1, sizeof *d->line, e);
	if (!d->line)
		return e->code;
	d->line[d->n_lines++] = (struct sl_diff_line){.key = key};
	return SL_OK;
}

static void take_line(struct sl_diff_line *to, int side, const struct sl_account_line *from)
{
	for (int f = 0; f < SL_FIGURES; f++)
		to->figure[side][f] = sl_diff_has_figure((enum sl_figure)f) ? sl_line_figure(from, (enum sl_figure)f) : 0;
	to->loose[side] = from->without_boundary;
}

/* What the two accounts say as they are counted now. */
static enum sl_code take_now(struct sl_diff *d, struct sl_err *e)
{
	for (int s = 0; s < 2; s++) {
		const struct sl_account *acc = &d->side[s].now;
		size_t at;

		take_line(&d->total, s, &acc->total);
		if (!d->by && (line_of(d, SL_STR(""), &at, e) || (take_line(&d->line[at], s, &acc->total), e->code)))
			return e->code;
		for (size_t i = 0; i < acc->n_lines; i++) {
			if (line_of(d, acc->line[i].key, &at, e))
				return e->code;
			take_line(&d->line[at], s, &acc->line[i]);
		}
	}
	return SL_OK;
}

static int cell_order(const void *pa, const void *pb)
{
	const struct sl_diff_line *a = pa, *b = pb;

	return sl_str_cmp(a->key, b->key);
}

/* ---- what was frozen ---- */

static struct sl_str by_of(const struct sl_diff *d)
{
	return sl_str_from(d->by ? d->by : "");
}

/* Put the frozen figures of a line in the place of those counted now; what that changes is a matter of definition. */
static enum sl_code take_frozen(struct sl_diff *d, int s, struct sl_str by, struct sl_diff_line *line, size_t number,
                                struct sl_changes *out, struct sl_err *e)
{
	struct sl_change c = {.cause = SL_CAUSE_DEFINITION, .event = UINT32_MAX, .replaces = (uint32_t)s, .line = number,
	                      .face = UINT32_MAX};
	const struct sl_frozen_cells *cells = &d->side[s].cells;
	struct sl_arena *a = &d->answer.arena;
	int sign = s ? 1 : -1;
	bool any;
	sl_mm2 loose;

	for (int f = 0; f < SL_FIGURES && !e->code; f++) {
		sl_mm2 was;

		if (!sl_diff_has_figure((enum sl_figure)f))
			continue;
		was = sl_frozen_cell_value(cells, a, by, line->key, sl_str_from(sl_figure_name((enum sl_figure)f)), e);
		c.figure[f] = sign * (was - line->figure[s][f]);
		line->figure[s][f] = was;
	}
	loose = e->code ? 0 : sl_frozen_cell_value(cells, a, by, line->key, SL_STR("without_boundary.count"), e);
	c.without_boundary = sign * ((int64_t)loose - line->loose[s]);
	line->loose[s] = (int64_t)loose;
	any = c.without_boundary != 0;
	for (int f = 0; f < SL_FIGURES; f++)
		any |= c.figure[f] != 0;
	if (e->code || !out || !any)
		return e->code;
	out->v = sl_arena_grow(a, out->v, &out->cap, out->n + 1, sizeof *out->v, e);
	if (out->v)
		out->v[out->n++] = c;
	return e->code;
}

static enum sl_code frozen_lines(struct sl_diff *d, struct sl_err *e)
{
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < d->side[s].cells.n; i++) {
			const struct sl_frozen_cell *c = &d->side[s].cells.v[i];
			size_t at;

			if (sl_str_eq(c->by, by_of(d)) && line_of(d, c->key, &at, e))
				return e->code;
		}
	return SL_OK;
}

static enum sl_code add_definition(struct sl_diff *d, int s, struct sl_changes *out, struct sl_err *e)
{
	if (!d->side[s].frozen)
		return SL_OK;
	if (take_frozen(d, s, SL_STR(""), &d->total, 0, NULL, e))
		return e->code;
	for (size_t i = 0; i < d->n_lines; i++)
		if (take_frozen(d, s, by_of(d), &d->line[i], i, out, e))
			return e->code;
	return SL_OK;
}

/* ---- together ---- */

/* The promise: whoever reads a difference can add it up. */
static enum sl_code add_up(struct sl_diff *d, struct sl_err *e)
{
	int64_t *loose = sl_arena_alloc(&d->answer.arena, d->n_lines + 1, sizeof *loose, e);

	d->sum = loose ? sl_arena_alloc(&d->answer.arena, d->n_lines + 1, sizeof *d->sum, e) : NULL;
	if (!d->sum)
		return e->code;
	for (size_t k = 0; k < d->changes.n; k++) {
		const struct sl_change *c = &d->changes.v[k];

		for (int f = 0; f < SL_FIGURES; f++) {
			d->sum[c->line][c->cause][f] += c->figure[f];
			d->sum[d->n_lines][c->cause][f] += c->figure[f];
		}
		loose[c->line] += c->without_boundary;
		loose[d->n_lines] += c->without_boundary;
	}
	for (size_t i = 0; i <= d->n_lines; i++) {
		const struct sl_diff_line *l = i < d->n_lines ? &d->line[i] : &d->total;
		bool whole = loose[i] == l->loose[1] - l->loose[0];

		for (int f = 0; f < SL_FIGURES; f++) {
			sl_mm2 sum = 0;

			for (int cause = 0; cause < SL_CAUSES; cause++)
				sum += d->sum[i][cause][f];
			whole &= sum == l->figure[1][f] - l->figure[0][f];
		}
		if (!whole)
			return sl_fail(e, SL_CORRUPT, "the changes of '%.*s' do not add up to its difference; 'safelane debug "
			               "rebuild' makes the ledger anew", SL_STR_ARG(l->key));
	}
	return SL_OK;
}

/* From the frozen account to the same one as it is counted now, from there to the other, and back to what was frozen. */
static enum sl_code walk(struct sl_diff *d, struct sl_err *e)
{
	struct sl_arena *a = &d->answer.arena;
	struct sl_changes way = {0}, all = {0};

	if (sl_changes_make(a, &d->answer.ledger, &d->side[0].spec, &d->side[1].spec, &d->answer.names, &way, e))
		return e->code;
	if (take_now(d, e) || frozen_lines(d, e))
		return e->code;
	for (size_t i = 0; i < way.n_lines; i++) {
		size_t at;

		if (line_of(d, way.line[i], &at, e))
			return e->code;
	}
	if (d->n_lines)
		qsort(d->line, d->n_lines, sizeof *d->line, cell_order);
	for (size_t i = 0; i < d->n_lines; i++)
		*sl_map_get(&d->by_key, d->line[i].key) = i;
	if (add_definition(d, 0, &all, e))
		return e->code;
	for (size_t i = 0; i < way.n; i++) {
		all.v = sl_arena_grow(a, all.v, &all.cap, all.n + 1, sizeof *all.v, e);
		if (!all.v)
			return e->code;
		all.v[all.n] = way.v[i];
		all.v[all.n++].line = *sl_map_get(&d->by_key, way.line[way.v[i].line]);
	}
	if (add_definition(d, 1, &all, e))
		return e->code;
	d->changes = all;
	return add_up(d, e);
}

enum sl_code sl_diff_make(struct sl_programme *p, const struct sl_diff_request *r, struct sl_diff *out,
                          struct sl_err *e)
{
	struct sl_account_request q = {.as_of = "2000-01-01", .by = r->by, .ledger = r->ledger};
	struct sl_arena *a = &out->answer.arena;

	*out = (struct sl_diff){.by = r->by && *r->by ? r->by : NULL};
	if (check_by(r->by, e) || sl_store_read_begin(p->db, e))
		return e->code;
	if (!sl_account_prepare(p, &q, &out->answer, e) && !read_side(p, a, r->a, &out->side[0], e) &&
	    !read_side(p, a, r->b, &out->side[1], e)) {
		for (int s = 0; s < 2 && !e->code; s++) {
			out->side[s].spec.by = out->answer.spec.by;
			(void)!sl_account_make(a, &out->answer.ledger, &out->side[s].spec, &out->answer.names, &out->side[s].now, e);
		}
		if (!e->code)
			(void)!walk(out, e);
	}
	sl_store_read_end(p->db);
	return e->code;
}

void sl_diff_done(struct sl_diff *d)
{
	for (int s = 0; s < 2; s++)
		sl_map_done(&d->side[s].cells.index);
	sl_map_done(&d->by_key);
	sl_account_done(&d->answer);
	*d = (struct sl_diff){0};
}
