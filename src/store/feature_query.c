#include "store/feature_query.h"

#include "base/mem.h"
#include "geo/wkb.h"
#include "store/feature.h"

#include <stdlib.h>
#include <string.h>

/* A filter's matches are kept up to this many: 8 MB. */
#define FOUND_MAX 1000000

static bool dated(struct sl_date d)
{
	return !sl_date_is_none(d) && d.day != 0;
}

/* While edits from outside wait in the layers, they show what nobody approved: the log is asked instead. */
static bool by_log(const struct sl_db *db, struct sl_date as_of)
{
	return dated(as_of) || db->outside_pending;
}

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

enum sl_code sl_feature_match(struct sl_feature_page *p, int64_t number)
{
	int64_t *more;

	if (p->only_own && (!p->n_own || !bsearch(&number, p->own, p->n_own, sizeof *p->own, by_number)))
		return SL_OK;
	more = sl_arena_grow(&p->keep, p->number, &p->cap, p->n + 1, sizeof *more, p->e);
	if (!more)
		return p->e->code;
	p->number = more;
	p->number[p->n++] = number;
	return SL_OK;
}

static enum sl_code open_row(struct sl_db *db, struct sl_feature_reader *r, const char *where, bool picked,
                             struct sl_sql **out, struct sl_err *e)
{
	struct sl_buf b = {0};

	sl_feature_columns(&b, r, picked);
	sl_buf_puts(&b, where);
	if (!sl_buf_check(&b, e))
		sl_noted(sl_sql_open_text(db->driver, sl_buf_view(&b), out, e));
	sl_buf_done(&b);
	return e->code;
}

/* ---- boxes ---- */

static bool meets(const struct sl_geom *g, const struct sl_box *box, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sl_geom_meets_box(g, box[i]))
			return true;
	return false;
}

static enum sl_code geometry_meets(struct sl_feature_page *p, struct sl_str bytes, bool *yes)
{
	struct sl_arena scratch = {0};
	struct sl_geom g;

	*yes = false;
	if (!sl_wkb_read(&scratch, bytes, &g, p->e))
		*yes = meets(&g, p->q->box, p->q->n_boxes);
	sl_arena_done(&scratch);
	return p->e->code;
}

/* The boundary of one record, from the layer, against the boxes. */
static enum sl_code really_meets(struct sl_feature_page *p, int64_t number, bool *yes)
{
	struct sl_sql *s;
	struct sl_buf b = {0};
	bool row;

	if (!p->r->geometry) {
		sl_buf_puts(&b, "SELECT \"geom\" FROM ");
		sl_sql_quote(&b, p->r->layer->kind->name);
		sl_buf_puts(&b, " WHERE \"fid\" = $1");
		if (!sl_buf_check(&b, p->e))
			sl_noted(sl_sql_open_text(p->db->driver, sl_buf_view(&b), &p->r->geometry, p->e));
		sl_buf_done(&b);
		if (p->e->code)
			return p->e->code;
	}
	s = p->r->geometry;
	sl_sql_int(s, 1, number);
	*yes = false;
	if (!sl_sql_step(s, &row, p->e) && row)
		sl_noted(geometry_meets(p, sl_sql_get_blob(s, 0), yes));
	sl_sql_reset(s);
	return p->e->code;
}

static int by_hit(const void *a, const void *b)
{
	const struct sl_feature_hit *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* Byte by byte, from the lowest on: numbers are dense, so that three rounds do for millions of records, and
 * a box of hundreds is sorted in a fraction of what comparing them costs. */
static enum sl_code sort_hits(struct sl_arena *a, struct sl_feature_hit **hit, size_t n, struct sl_err *e)
{
	struct sl_feature_hit *from = *hit, *to;
	int64_t most = 0;

	if (n < 64) {
		if (n)
			qsort(from, n, sizeof *from, by_hit);
		return SL_OK;
	}
	to = sl_arena_alloc(a, n, sizeof *to, e);
	if (!to)
		return e->code;
	for (size_t i = 0; i < n; i++)
		most |= from[i].number;
	for (int shift = 0; shift < 63 && most >> shift; shift += 8) {
		size_t start[257] = {0};
		struct sl_feature_hit *swap = from;

		for (size_t i = 0; i < n; i++)
			start[(from[i].number >> shift & 255) + 1]++;
		for (int i = 1; i < 257; i++)
			start[i] += start[i - 1];
		for (size_t i = 0; i < n; i++)
			to[start[from[i].number >> shift & 255]++] = from[i];
		from = to;
		to = swap;
	}
	*hit = from;
	return SL_OK;
}

/* Records whose boundary meets a box, in order, each once though it meet both. */
static enum sl_code search(struct sl_feature_page *p, struct sl_feature_hit **out, size_t *n)
{
	struct sl_feature_hit *all = NULL, *part;
	size_t k = 0, cap = 0, m, kept = 0;

	for (size_t i = 0; i < p->q->n_boxes; i++) {
		if (sl_dialect_hits(p->db, p->r, &p->keep, p->q->box[i], &part, &m, p->e))
			return p->e->code;
		if (!k) {
			all = part;
			k = cap = m;
			continue;
		}
		all = sl_arena_grow(&p->keep, all, &cap, k + m + 1, sizeof *all, p->e);
		if (!all)
			return p->e->code;
		if (m)
			memcpy(all + k, part, m * sizeof *all);
		k += m;
	}
	if (sort_hits(&p->keep, &all, k, p->e))
		return p->e->code;
	for (size_t i = 0; i < k; i++) {
		bool yes = all[i].inside;

		while (i + 1 < k && all[i + 1].number == all[i].number)
			yes |= all[++i].inside;
		if (!yes && really_meets(p, all[i].number, &yes))
			return p->e->code;
		if (yes)
			all[kept++] = all[i];
	}
	*out = all;
	*n = kept;
	return SL_OK;
}

/* ---- filters ---- */

static enum sl_code meant_by_number(struct sl_feature_page *p, int64_t number)
{
	struct sl_feature f;
	bool row, yes = false;

	if (!p->r->by_number && open_row(p->db, p->r, "WHERE \"fid\" = $1", false, &p->r->by_number, p->e))
		return p->e->code;
	sl_sql_int(p->r->by_number, 1, number);
	if (!sl_sql_step(p->r->by_number, &row, p->e) && row) {
		sl_feature_row(p->r, p->r->by_number, &f);
		yes = !p->q->filter;
		if (!yes)
			sl_noted(sl_feature_meant(p->r, &f, p->q->filter, &p->keep, &yes, p->e));
	}
	sl_sql_reset(p->r->by_number);
	return p->e->code || !yes ? p->e->code : sl_feature_match(p, number);
}

static enum sl_code filter_rows(struct sl_feature_page *p, struct sl_sql *s, bool exact)
{
	struct sl_feature f;
	bool row, yes;

	while (!sl_sql_step(s, &row, p->e) && row) {
		yes = exact;
		if (!exact) {
			sl_feature_row(p->r, s, &f);
			if (sl_feature_meant(p->r, &f, p->q->filter, &p->keep, &yes, p->e))
				break;
		}
		if (yes && sl_feature_match(p, sl_sql_get_int(s, 0)))
			break;
		if (sl_env_stopped(p->db->env))
			return sl_fail(p->e, SL_CANCELLED, "interrupted");
	}
	return p->e->code;
}

/* Over the whole layer: SQL says what it can, the record itself the rest. */
static enum sl_code filter_layer(struct sl_feature_page *p)
{
	struct sl_feature_where w;
	struct sl_sql *s = NULL;
	struct sl_buf b = {0};

	if (!sl_feature_where_make(&p->keep, p->r, p->q->filter, &w, p->e)) {
		if (w.exact) {
			sl_buf_puts(&b, "SELECT \"fid\" FROM ");
			sl_sql_quote(&b, p->r->layer->kind->name);
		} else {
			sl_feature_columns(&b, p->r, false);
		}
		sl_buf_puts(&b, " WHERE ");
		sl_buf_str(&b, sl_buf_view(&w.sql));
		sl_buf_puts(&b, " ORDER BY \"fid\"");
		if (!sl_buf_check(&b, p->e) && !sl_sql_open_text(p->db->driver, sl_buf_view(&b), &s, p->e)) {
			sl_feature_where_bind(&w, s);
			sl_noted(filter_rows(p, s, w.exact));
		}
	}
	sl_sql_close(s);
	sl_buf_done(&b);
	sl_buf_done(&w.sql);
	return p->e->code;
}

/* The box that a spatial condition puts on every match, or none: what stands in an AND and is not DISJOINT.
 */
static const struct sl_geom *narrowing(const struct sl_cql2 *n)
{
	const struct sl_geom *g = NULL;

	if (n->op == SL_CQL2_AND)
		for (const struct sl_cql2 *c = n->child; c && !g; c = c->next)
			g = narrowing(c);
	if (n->op != SL_CQL2_SPATIAL || n->spatial == SL_SPATIAL_DISJOINT)
		return g;
	if (n->child->op == SL_CQL2_GEOMETRY && n->child->next->op == SL_CQL2_PROPERTY)
		return n->child->geometry;
	return n->child->next->op == SL_CQL2_GEOMETRY && n->child->op == SL_CQL2_PROPERTY
	           ? n->child->next->geometry
	           : NULL;
}

static enum sl_code filter_near(struct sl_feature_page *p, const struct sl_geom *g)
{
	struct sl_feature_hit *hit;
	size_t n;

	if (sl_dialect_hits(p->db, p->r, &p->keep, sl_geom_box(g), &hit, &n, p->e) ||
	    sort_hits(&p->keep, &hit, n, p->e))
		return p->e->code;
	for (size_t i = 0; i < n; i++)
		if (meant_by_number(p, hit[i].number))
			return p->e->code;
	return SL_OK;
}

static enum sl_code filter_boxes(struct sl_feature_page *p, const struct sl_feature_hit *hit, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (meant_by_number(p, hit[i].number))
			return p->e->code;
	for (size_t i = 0; i < p->r->n_placeless; i++)
		if (meant_by_number(p, p->r->placeless[i]))
			return p->e->code;
	return SL_OK;
}

/* ---- from the log ---- */

struct log_walk {
	struct sl_feature_page *p;
	struct sl_arena text;
	sl_feature_fn *fn; /* NULL: match only */
};

static enum sl_code log_matches(struct sl_feature_page *p, const struct sl_feature *f,
                                const struct sl_geom *g, bool *yes)
{
	*yes = !p->q->n_boxes || !f->geometry.n || meets(g, p->q->box, p->q->n_boxes);
	if (!*yes || !p->q->filter)
		return SL_OK;
	return sl_feature_meant(p->r, f, p->q->filter, &p->keep, yes, p->e);
}

static enum sl_code log_record(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                               struct sl_err *e)
{
	struct log_walk *w = ctx;
	struct sl_arena_mark m = sl_arena_mark(&w->text);
	struct sl_feature f;
	bool yes = false;

	if (sl_record_withdrawn(w->p->r->layer, rec))
		return SL_OK;
	if (!sl_feature_of_record(w->p->r, &w->text, rev, rec, &f, e)) {
		if (w->fn)
			sl_noted(w->fn(w->p->ctx, &f, e));
		else if (!log_matches(w->p, &f, &rec->geometry, &yes) && yes)
			sl_noted(sl_feature_match(w->p, f.number));
	}
	sl_arena_reset(&w->text, m);
	return e->code;
}

/* One record as the log has it at the date; not found is no error. Without `fn` it is only matched. */
static enum sl_code from_log(struct sl_feature_page *p, int64_t number, sl_feature_fn *fn, bool *found)
{
	struct log_walk w = {.p = p, .fn = fn};
	struct sl_arena_mark m = sl_arena_mark(&p->db->scratch);
	int64_t seq = 0, content, geometry;
	struct sl_revision rev;
	struct sl_record rec;

	*found = false;
	if (!(dated(p->q->as_of) ? sl_current_of(p->db, number, p->q->as_of.day, INT64_MAX, INT64_MAX, &seq, p->e)
	                         : sl_current_seq(p->db, number, &seq, p->e)) &&
	    seq && !sl_revision_by_seq(p->db, &p->db->scratch, seq, true, &rev, &content, &geometry, p->e) &&
	    rev.kind == p->q->kind && !sl_record_read(&p->db->scratch, &rev, true, &rec, p->e)) {
		*found = !sl_record_withdrawn(p->r->layer, &rec);
		if (*found)
			sl_noted(log_record(&w, &rev, &rec, p->e));
	}
	sl_arena_done(&w.text);
	sl_arena_reset(&p->db->scratch, m);
	return p->e->code;
}

/* ---- an organisation's own ---- */

/* A date may be asked for at which more stood in the layer than now. */
static enum sl_code find_own(struct sl_feature_page *p, bool log)
{
	const char *column = log ? "number" : "\"fid\"";
	struct sl_buf b = {0};
	struct sl_sql *s = NULL;
	size_t cap = 0;
	bool row;

	p->only_own = true;
	sl_buf_printf(&b, "SELECT %s FROM ", column);
	sl_sql_quote(&b, log ? SL_STR("sl_record") : p->r->layer->kind->name);
	sl_buf_puts(&b, " WHERE ");
	sl_noted(sl_sql_own(p->db, &b, column, *p->q->organisation, p->e));
	sl_buf_printf(&b, " ORDER BY %s", column);
	if (!p->e->code && !sl_buf_check(&b, p->e) && !sl_sql_open_text(p->db->driver, sl_buf_view(&b), &s, p->e))
		while (!sl_sql_step(s, &row, p->e) && row) {
			p->own = sl_arena_grow(&p->keep, p->own, &cap, p->n_own + 1, sizeof *p->own, p->e);
			if (!p->own)
				break;
			p->own[p->n_own++] = sl_sql_get_int(s, 0);
		}
	sl_sql_close(s);
	sl_buf_done(&b);
	return p->e->code;
}

static enum sl_code match_own(struct sl_feature_page *p)
{
	p->number = p->own;
	p->n = p->n_own;
	return SL_OK;
}

/* The past without a filter.  What has one version is judged by its day and by where it stands in the layer. */
static enum sl_code dated_matches(struct sl_feature_page *p)
{
	const struct sl_feature_reader *r = p->r;
	const bool boxed = p->q->n_boxes && r->layer->has_geometry;
	struct sl_feature_hit *hit = NULL;
	size_t n = 0, at_hit = 0, at_placeless = 0, i = 0, k = 0;
	bool found;

	if (sl_feature_days(p->db, p->r, p->e) || (boxed && search(p, &hit, &n)))
		return p->e->code;
	while (i < r->n_all || k < r->n_elsewhere) {
		const bool here = i < r->n_all && (k == r->n_elsewhere || r->all[i] < r->elsewhere[k]);
		const int64_t number = here ? r->all[i] : r->elsewhere[k];
		const int32_t day = here ? r->day[i] : SL_DAY_NONE;
		bool yes = !boxed;

		i += here;
		k += !here;
		if (day == SL_DAY_NONE) {
			if (from_log(p, number, NULL, &found))
				return p->e->code;
			continue;
		}
		if (day > p->q->as_of.day)
			continue;
		while (boxed && at_hit < n && hit[at_hit].number < number)
			at_hit++;
		while (boxed && at_placeless < r->n_placeless && r->placeless[at_placeless] < number)
			at_placeless++;
		yes |= (at_hit < n && hit[at_hit].number == number) ||
		       (at_placeless < r->n_placeless && r->placeless[at_placeless] == number);
		if (yes && sl_feature_match(p, number))
			return p->e->code;
	}
	return SL_OK;
}

static enum sl_code filter_log(struct sl_feature_page *p)
{
	struct log_walk w = {.p = p};
	struct sl_query q = {.kind = p->q->kind, .as_of = p->q->as_of};

	sl_noted(sl_store_each(p->db, &q, true, log_record, &w, p->e));
	sl_arena_done(&w.text);
	return p->e->code;
}

/* ---- pages ---- */

enum sl_code sl_feature_hand_out(struct sl_feature_page *p, int64_t number, bool *found)
{
	struct sl_feature f;
	bool row;

	*found = false;
	if (by_log(p->db, p->q->as_of))
		return from_log(p, number, p->fn, found);
	if (!p->r->by_number && open_row(p->db, p->r, "WHERE \"fid\" = $1", false, &p->r->by_number, p->e))
		return p->e->code;
	sl_sql_int(p->r->by_number, 1, number);
	if (!sl_sql_step(p->r->by_number, &row, p->e) && row) {
		*found = true;
		sl_feature_row(p->r, p->r->by_number, &f);
		sl_noted(p->fn(p->ctx, &f, p->e));
	}
	sl_sql_reset(p->r->by_number);
	return p->e->code;
}

/* Records of one ascending run, in one statement. */
static enum sl_code hand_out_run(struct sl_feature_page *p, const int64_t *number, size_t n)
{
	struct sl_buf list = {0};
	struct sl_feature f;
	struct sl_sql *s;
	bool row, changed;

	if (sl_feature_pick(p->db, p->r, p->q->wanted, &changed, p->e))
		return p->e->code;
	if (changed) {
		sl_sql_close(p->r->by_list);
		p->r->by_list = NULL;
	}
	if (!p->r->by_list && open_row(p->db, p->r, sl_dialect_in_list, true, &p->r->by_list, p->e))
		return p->e->code;
	for (size_t i = 0; i < n; i++) {
		char *to = sl_buf_room(&list, 33);

		if (!to)
			break;
		*to = i ? ',' : '[';
		list.n += 1 + sl_int_text(number[i], to + 1);
	}
	sl_buf_puts(&list, "]");
	s = p->r->by_list;
	if (!sl_buf_check(&list, p->e)) {
		sl_sql_text(s, 1, sl_buf_view(&list));
		while (!sl_sql_step(s, &row, p->e) && row) {
			sl_feature_picked_row(p->r, s, &f);
			if (p->fn(p->ctx, &f, p->e))
				break;
		}
	}
	sl_sql_reset(s);
	sl_buf_done(&list);
	return p->e->code;
}

static enum sl_code hand_out_list(struct sl_feature_page *p, const int64_t *number, size_t n)
{
	const bool log = by_log(p->db, p->q->as_of);
	bool found;

	for (size_t i = 0, end; i < n; i = end) {
		end = i + 1;
		if (log) {
			if (sl_feature_hand_out(p, number[i], &found))
				return p->e->code;
			continue;
		}
		while (end < n && number[end] > number[end - 1])
			end++;
		if (hand_out_run(p, number + i, end - i))
			return p->e->code;
	}
	return SL_OK;
}

/* Two lists, one after the other, from `offset` on. */
static enum sl_code hand_out_page(struct sl_feature_page *p, const int64_t *first, size_t n_first,
                                  const int64_t *second, size_t n_second)
{
	const uint64_t offset = p->q->offset, limit = p->q->limit;
	const uint64_t from = offset < n_first ? offset : n_first,
	               here = n_first - from < limit ? n_first - from : limit;
	const uint64_t skip = offset - from < n_second ? offset - from : n_second, left = limit - here;

	if (here && hand_out_list(p, first + from, (size_t)here))
		return p->e->code;
	if (!n_second)
		return SL_OK;
	return hand_out_list(p, second + skip, (size_t)(n_second - skip < left ? n_second - skip : left));
}

/* ---- matches kept ---- */

static struct sl_hash key_of(const struct sl_feature_query *q, bool log, struct sl_buf *scratch)
{
	struct sl_hasher h;

	sl_buf_clear(scratch);
	if (q->filter)
		sl_cql2_text(scratch, q->filter);
	sl_hash_begin(&h);
	sl_hash_int(&h, q->as_of.day);
	sl_hash_int(&h, log);
	sl_hash_part(&h, q->box, q->n_boxes * sizeof *q->box);
	sl_hash_part(&h, scratch->p, scratch->n);
	sl_hash_int(&h, q->organisation != NULL);
	if (q->organisation)
		sl_hash_part(&h, q->organisation->p, q->organisation->n);
	return sl_hash_end(&h);
}

static struct sl_feature_found *kept(struct sl_feature_reader *r, struct sl_hash key)
{
	for (int i = 0; i < SL_FEATURE_FOUND; i++)
		if (r->found[i].used && !memcmp(&r->found[i].key, &key, sizeof key)) {
			r->found[i].used = ++r->uses;
			return &r->found[i];
		}
	return NULL;
}

static void keep(struct sl_feature_page *p, struct sl_hash key)
{
	struct sl_feature_found *oldest = p->r->found;
	int64_t *copy = p->n <= FOUND_MAX ? sl_mem_alloc(p->n * sizeof *copy + 1) : NULL;

	if (!copy) /* it is asked again next time */
		return;
	for (int i = 1; i < SL_FEATURE_FOUND; i++)
		if (p->r->found[i].used < oldest->used)
			oldest = &p->r->found[i];
	if (p->n)
		memcpy(copy, p->number, p->n * sizeof *copy);
	sl_mem_free(oldest->number);
	*oldest = (struct sl_feature_found){key, copy, p->n, ++p->r->uses};
}

static enum sl_code find_matches(struct sl_feature_page *p, bool log)
{
	const struct sl_geom *g;
	struct sl_feature_hit *hit;
	size_t n;

	if (p->q->organisation && find_own(p, log))
		return p->e->code;
	if (log)
		return p->q->filter || p->db->outside_pending ? filter_log(p) : dated_matches(p);
	if (p->q->n_boxes && p->r->layer->has_geometry)
		return search(p, &hit, &n) || sl_feature_lists(p->db, p->r, p->e) ? p->e->code
		                                                                  : filter_boxes(p, hit, n);
	if (!p->q->filter)
		return match_own(p);
	g = p->r->layer->has_geometry ? narrowing(p->q->filter) : NULL;
	return g ? filter_near(p, g) : filter_layer(p);
}

static enum sl_code filtered(struct sl_feature_page *p, bool log, uint64_t *matched)
{
	struct sl_buf text = {0};
	struct sl_hash key = key_of(p->q, log, &text);
	struct sl_feature_found *f = text.failed ? NULL : kept(p->r, key);

	if (!f) {
		if (find_matches(p, log)) {
			sl_buf_done(&text);
			return p->e->code;
		}
		if (!text.failed)
			keep(p, key);
	}
	sl_buf_done(&text);
	*matched = f ? f->n : p->n;
	return hand_out_page(p, f ? f->number : p->number, (size_t)*matched, NULL, 0);
}

static enum sl_code boxed(struct sl_feature_page *p, uint64_t *matched)
{
	struct sl_feature_hit *hit;
	size_t n;

	if (search(p, &hit, &n) || sl_feature_lists(p->db, p->r, p->e))
		return p->e->code;
	p->number = sl_arena_alloc(&p->keep, n + 1, sizeof *p->number, p->e);
	if (!p->number)
		return p->e->code;
	for (size_t i = 0; i < n; i++)
		p->number[i] = hit[i].number;
	*matched = n + p->r->n_placeless;
	return hand_out_page(p, p->number, n, p->r->placeless, p->r->n_placeless);
}

enum sl_code sl_feature_each(struct sl_db *db, const struct sl_feature_query *q, sl_feature_fn *fn,
                             void *ctx, uint64_t *matched, struct sl_err *e)
{
	struct sl_feature_page p = {.db = db, .q = q, .fn = fn, .ctx = ctx, .e = e};
	const bool log = by_log(db, q->as_of);
	uint64_t n = 0;
	bool begun;

	if (sl_feature_reader_of(db, q->kind, &p.r, e) || sl_dialect_read_begin(db, &begun, e))
		return e->code;
	if (!sl_feature_fresh(db, p.r, e)) {
		if (log || q->filter || q->organisation) {
			sl_noted(filtered(&p, log, &n));
		} else if (q->n_boxes && p.r->layer->has_geometry) {
			sl_noted(boxed(&p, &n));
		} else if (!sl_feature_lists(db, p.r, e)) {
			n = p.r->n_all;
			sl_noted(hand_out_page(&p, p.r->all, p.r->n_all, NULL, 0));
		}
	}
	sl_dialect_read_end(db, begun);
	if (q->filter)
		sl_cql2_forget(q->filter);
	sl_arena_done(&p.keep);
	if (!e->code)
		*matched = n;
	return e->code;
}
