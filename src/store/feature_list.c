/* Which records a layer holds, in order, and how far they reach: made once and kept while nothing is
 * written. */
#include "store/feature.h"

#include "base/mem.h"

#include <string.h>

struct numbers {
	int64_t *v;
	size_t n, cap;
};

static enum sl_code add(struct numbers *l, int64_t x, struct sl_err *e)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 256;
		int64_t *more = sl_mem_realloc(l->v, cap * sizeof *more);

		if (!more)
			return sl_fail(e, SL_NOMEM, "out of memory");
		l->v = more;
		l->cap = cap;
	}
	l->v[l->n++] = x;
	return SL_OK;
}

enum sl_code sl_feature_fresh(struct sl_db *db, struct sl_feature_reader *r, struct sl_err *e)
{
	struct sl_feature_stamp now;

	if (sl_dialect_stamp(db, &now, e))
		return e->code;
	if (now.seq == r->stamp.seq && now.data_version == r->stamp.data_version &&
	    now.changes == r->stamp.changes)
		return SL_OK;
	r->stamp = now;
	r->listed = r->dated = false;
	for (int i = 0; i < SL_FEATURE_FOUND; i++) {
		sl_mem_free(r->found[i].number);
		r->found[i] = (struct sl_feature_found){0};
	}
	return SL_OK;
}

static enum sl_code each_number(struct sl_db *db, const struct sl_layer *l, struct sl_sql **out,
                                struct sl_err *e)
{
	struct sl_buf b = {0};

	sl_buf_puts(&b, "SELECT \"fid\" FROM ");
	sl_sql_quote(&b, l->kind->name);
	sl_buf_puts(&b, " ORDER BY \"fid\"");
	if (!sl_buf_check(&b, e))
		sl_noted(sl_sql_open_text(db->driver, sl_buf_view(&b), out, e));
	sl_buf_done(&b);
	return e->code;
}

/* A layer's table is broad, and walking it is slow; the log knows which records are approved, and the
 * spatial index which of them stand in the layer with a place.  Only the rest are looked up in the layer
 * itself: without a place, or withdrawn and not in it. */
static enum sl_code walk(struct sl_sql *approved, struct sl_sql *placed, struct sl_sql *there,
                         struct numbers *all, struct numbers *placeless, struct sl_err *e)
{
	int64_t number, place;
	bool more, more_placed, is_there;

	if (sl_sql_step(placed, &more_placed, e))
		return e->code;
	while (!sl_sql_step(approved, &more, e) && more) {
		number = sl_sql_get_int(approved, 0);
		place = more_placed ? sl_sql_get_int(placed, 0) : INT64_MAX;
		if (place <= number) {
			if (add(all, place, e) || sl_sql_step(placed, &more_placed, e))
				return e->code;
			if (place == number)
				continue;
		}
		sl_sql_int(there, 1, number);
		if (sl_sql_step(there, &is_there, e))
			return e->code;
		sl_sql_reset(there);
		if (is_there && (add(all, number, e) || add(placeless, number, e)))
			return e->code;
	}
	return e->code;
}

static enum sl_code with_places(struct sl_db *db, struct sl_feature_reader *r, struct numbers *all,
                                struct numbers *placeless, struct sl_err *e)
{
	struct sl_sql *approved = NULL, *placed = NULL, *there = NULL;
	struct sl_buf b = {0};
	int32_t kind;

	if (sl_layer_term_known(db, r->layer->kind, &kind, e))
		return e->code;
	sl_buf_puts(&b, "SELECT 1 FROM ");
	sl_sql_quote(&b, r->layer->kind->name);
	sl_buf_puts(&b, " WHERE \"fid\" = $1");
	if (sl_buf_check(&b, e) || sl_sql_open_text(db->driver, sl_buf_view(&b), &there, e) ||
	    sl_dialect_placed(db, r->layer, &placed, e) ||
	    sl_sql_open(db->driver,
	                "SELECT number FROM sl_record WHERE kind = $1 AND approved IS NOT NULL ORDER BY number",
	                &approved, e))
		goto done;
	sl_sql_int(approved, 1, kind);
	sl_noted(walk(approved, placed, there, all, placeless, e));
done:
	sl_buf_done(&b);
	sl_sql_close(approved);
	sl_sql_close(placed);
	sl_sql_close(there);
	return e->code;
}

static enum sl_code without_places(struct sl_db *db, struct sl_feature_reader *r, struct numbers *all,
                                   struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (each_number(db, r->layer, &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row)
		if (add(all, sl_sql_get_int(s, 0), e))
			break;
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_feature_lists(struct sl_db *db, struct sl_feature_reader *r, struct sl_err *e)
{
	struct numbers all = {0}, placeless = {0};

	if (r->listed)
		return SL_OK;
	if (r->layer->has_geometry ? with_places(db, r, &all, &placeless, e) : without_places(db, r, &all, e)) {
		sl_mem_free(all.v);
		sl_mem_free(placeless.v);
		return e->code;
	}
	sl_mem_free(r->all);
	sl_mem_free(r->placeless);
	r->all = all.v;
	r->n_all = all.n;
	r->placeless = placeless.v;
	r->n_placeless = placeless.n;
	r->listed = true;
	return SL_OK;
}

/* ---- since when ---- */

static enum sl_code walk_days(struct sl_feature_reader *r, struct sl_sql *s, int32_t *day,
                              struct numbers *elsewhere, struct sl_err *e)
{
	size_t at = 0;
	bool row;

	for (size_t i = 0; i < r->n_all; i++)
		day[i] = SL_DAY_NONE;
	while (!sl_sql_step(s, &row, e) && row) {
		const int64_t number = sl_sql_get_int(s, 0);
		const bool single = sl_sql_get_int(s, 2) != 0 && !sl_sql_is_null(s, 1);

		while (at < r->n_all && r->all[at] < number)
			at++;
		if (at < r->n_all && r->all[at] == number) {
			if (single)
				day[at] = (int32_t)sl_sql_get_int(s, 1);
		} else if (!single && add(elsewhere, number, e)) {
			break;
		}
	}
	return e->code;
}

enum sl_code sl_feature_days(struct sl_db *db, struct sl_feature_reader *r, struct sl_err *e)
{
	struct numbers elsewhere = {0};
	struct sl_sql *s = NULL;
	int32_t kind, *day;

	if (sl_feature_lists(db, r, e) || r->dated)
		return e->code;
	day = sl_mem_alloc((r->n_all + 1) * sizeof *day);
	if (!day)
		return sl_fail(e, SL_NOMEM, "out of memory");
	/* Not approved now, but once: a record whose only approved version was taken out by a correction. */
	if (!sl_layer_term_known(db, r->layer->kind, &kind, e) &&
	    !sl_sql_open(db->driver,
	                 "SELECT p.number, r.effective, p.approved = p.head AND p.head = "
	                 "(SELECT min(o.seq) FROM sl_revision o WHERE o.record = p.number) "
	                 "FROM sl_record p LEFT JOIN sl_revision r ON r.seq = p.approved "
	                 "WHERE p.kind = $1 ORDER BY p.number",
	                 &s, e)) {
		sl_sql_int(s, 1, kind);
		sl_noted(walk_days(r, s, day, &elsewhere, e));
	}
	sl_sql_close(s);
	if (e->code) {
		sl_mem_free(day);
		sl_mem_free(elsewhere.v);
		return e->code;
	}
	sl_mem_free(r->day);
	sl_mem_free(r->elsewhere);
	r->day = day;
	r->elsewhere = elsewhere.v;
	r->n_elsewhere = elsewhere.n;
	r->dated = true;
	return SL_OK;
}

/* ---- how many, where, when ---- */

enum sl_code sl_feature_count(struct sl_db *db, const struct sl_kind *kind, uint64_t *n, struct sl_err *e)
{
	struct sl_feature_reader *r;
	bool begun;

	if (sl_feature_reader_of(db, kind, &r, e) || sl_dialect_read_begin(db, &begun, e))
		return e->code;
	if (!sl_feature_fresh(db, r, e) && !sl_feature_lists(db, r, e))
		*n = r->n_all;
	sl_dialect_read_end(db, begun);
	return e->code;
}

enum sl_code sl_feature_box(struct sl_db *db, const struct sl_kind *kind, struct sl_box *out,
                            struct sl_err *e)
{
	struct sl_box box = {1, 1, 0, 0};
	struct sl_sql *s;
	bool row;

	if (!db->layer[kind->number].has_geometry) {
		*out = box;
		return SL_OK;
	}
	if (sl_sql_open(db->driver,
	                "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = $1", &s, e))
		return e->code;
	sl_sql_text(s, 1, kind->name);
	if (!sl_sql_step(s, &row, e) && row && !sl_sql_is_null(s, 0))
		box = (struct sl_box){sl_sql_get_double(s, 0), sl_sql_get_double(s, 1), sl_sql_get_double(s, 2),
		                      sl_sql_get_double(s, 3)};
	sl_sql_close(s);
	if (!e->code)
		*out = box;
	return e->code;
}

static void widen(struct sl_feature_interval *i, struct sl_date first, struct sl_date last)
{
	if (sl_date_is_none(i->first) || first.day < i->first.day)
		i->first = first;
	if (sl_date_is_none(i->last) || last.day > i->last.day)
		i->last = last;
}

enum sl_code sl_feature_intervals(struct sl_db *db, int64_t after_seq, struct sl_feature_interval *io,
                                  struct sl_err *e)
{
	const struct sl_layer *l;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT p.kind, min(r.effective), max(r.effective) FROM sl_revision r "
	                "JOIN sl_record p ON p.number = r.record AND p.approved = r.seq WHERE r.seq > $1 GROUP BY p.kind",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, after_seq);
	while (!sl_sql_step(s, &row, e) && row)
		if (!sl_sql_is_null(s, 1) && !sl_layer_by_term(db, sl_sql_get_int(s, 0), &l, e) && l)
			widen(&io[l->kind->number], (struct sl_date){(int32_t)sl_sql_get_int(s, 1)},
			      (struct sl_date){(int32_t)sl_sql_get_int(s, 2)});
	sl_sql_close(s);
	return e->code;
}
