#include "store/db.h"

#include "geo/wkb.h"

#include <string.h>

static struct sl_str copy_of(struct sl_arena *a, struct sl_str s, struct sl_err *e)
{
	char *p = s.n && !e->code ? sl_arena_strndup(a, s.p, s.n, e) : NULL;

	return p ? (struct sl_str){p, s.n} : (struct sl_str){"", 0};
}

enum sl_code sl_revision_read(struct sl_db *db, struct sl_arena *a, struct sl_sql *s,
                              struct sl_revision *rev, int64_t *content, int64_t *geometry,
                              struct sl_err *e)
{
	struct sl_revision r = {.seq = sl_sql_get_int(s, 0), .record_number = sl_sql_get_int(s, 2)};
	struct sl_str parents = sl_sql_get_blob(s, 5);
	const struct sl_layer *l;

	if (sl_layer_by_term(db, sl_sql_get_int(s, 4), &l, e))
		return e->code;
	for (int i = 7; i <= 9; i++)
		if (sl_term_meet(db, sl_sql_get_int(s, i), e))
			return e->code;
	if (!sl_sql_get_bytes(s, 1, r.id.b, sizeof r.id.b) ||
	    !sl_sql_get_bytes(s, 3, r.record.b, sizeof r.record.b) ||
	    !sl_sql_get_bytes(s, 13, r.hash.b, sizeof r.hash.b) ||
	    !sl_sql_get_bytes(s, 16, r.content.b, sizeof r.content.b) ||
	    !sl_sql_get_bytes(s, 17, r.said.b, sizeof r.said.b) || parents.n % 16 ||
	    parents.n > sizeof r.parent)
		return sl_fail(e, SL_CORRUPT, "%s: revision %lld is damaged; 'safelane debug verify' says more",
		               db->path, (long long)r.seq);
	r.kind = l ? l->kind : NULL;
	memcpy(r.parent, parents.p, parents.n);
	r.n_parents = parents.n / 16;
	r.effective.day = sl_sql_is_null(s, 6) ? SL_DAY_NONE : (int32_t)sl_sql_get_int(s, 6);
	r.author = sl_store_term(db, sl_sql_get_int(s, 7));
	r.organisation = sl_store_term(db, sl_sql_get_int(s, 8));
	r.device = sl_store_term(db, sl_sql_get_int(s, 9));
	r.recorded_ms = sl_sql_get_int(s, 10);
	r.state = (enum sl_state)sl_sql_get_int(s, 11);
	r.correction = sl_sql_get_int(s, 12) != 0;
	*content = sl_sql_get_int(s, 14);
	*geometry = sl_sql_get_int(s, 15);
	r.identity = copy_of(a, sl_sql_get_text(s, 18), e);
	r.document = copy_of(a, sl_sql_get_text(s, 19), e);
	r.entry = copy_of(a, sl_sql_get_text(s, 20), e);
	r.geometry.box = (struct sl_box){1, 1, 0, 0};
	if (!e->code)
		*rev = r;
	return e->code;
}

enum sl_code sl_revision_by_seq(struct sl_db *db, struct sl_arena *a, int64_t seq, bool with_geometry,
                                struct sl_revision *rev, int64_t *content, int64_t *geometry,
                                struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, SL_REVISION_COLUMNS "WHERE r.seq = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, seq);
	if (!sl_sql_step(s, &row, e)) {
		if (row)
			sl_noted(sl_revision_read(db, a, s, rev, content, geometry, e));
		else
			sl_fail(e, SL_CORRUPT, "%s: revision %lld is missing", db->path, (long long)seq);
	}
	sl_sql_close(s);
	return e->code || !with_geometry ? e->code : sl_geometry_read(db, a, *geometry, &rev->geometry, e);
}

enum sl_code sl_record_read(struct sl_arena *a, const struct sl_revision *rev, bool with_geometry,
                            struct sl_record *out, struct sl_err *e)
{
	if (sl_record_from_json(a, rev->kind, rev->document, out, e))
		return sl_err_within(e, "revision %lld", (long long)rev->seq);
	if (with_geometry && rev->geometry.wkb.n && sl_wkb_read(a, rev->geometry.wkb, &out->geometry, e))
		return sl_err_within(e, "revision %lld", (long long)rev->seq);
	return SL_OK;
}

/* Hand one revision to the caller, in scratch that is reset afterwards. */
static enum sl_code hand_out(struct sl_db *db, int64_t seq, bool with_geometry, sl_each_fn *fn, void *ctx,
                             struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_revision rev;
	struct sl_record rec;
	int64_t content, geometry;

	if (!sl_revision_by_seq(db, &db->scratch, seq, with_geometry, &rev, &content, &geometry, e) &&
	    rev.kind && !sl_record_read(&db->scratch, &rev, with_geometry, &rec, e))
		fn(ctx, &rev, &rec, e);
	sl_arena_reset(&db->scratch, m);
	return e->code;
}

/* Which revision of a record the query means; 0 for none. */
static enum sl_code chosen(struct sl_db *db, const struct sl_query *q, struct sl_sql *s, int64_t *seq,
                           struct sl_err *e)
{
	bool by_date = !sl_date_is_none(q->as_of) && q->as_of.day != 0;

	if (!by_date && !q->known_at_ms && !q->last_seq) {
		*seq = sl_sql_get_int(s, q->all_states ? 1 : 2);
		return SL_OK;
	}
	return sl_current_of(db, sl_sql_get_int(s, 0), by_date ? q->as_of.day : SL_DAY_MAX,
	                     q->known_at_ms ? q->known_at_ms : INT64_MAX,
	                     q->last_seq ? q->last_seq : INT64_MAX, seq, e);
}

enum sl_code sl_store_each(struct sl_db *db, const struct sl_query *q, bool with_geometry, sl_each_fn *fn,
                           void *ctx, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT number, head, approved, kind FROM sl_record ORDER BY number", &s,
	                e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		const struct sl_layer *l;
		int64_t seq = 0;

		if (sl_layer_by_term(db, sl_sql_get_int(s, 3), &l, e))
			break;
		if (!l || (q->kind && q->kind != l->kind))
			continue;
		if (chosen(db, q, s, &seq, e) || (seq && hand_out(db, seq, with_geometry, fn, ctx, e)))
			break;
		if (sl_env_stopped(db->env)) {
			sl_fail(e, SL_CANCELLED, "interrupted");
			break;
		}
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_store_history(struct sl_db *db, struct sl_uuid record, sl_each_fn *fn, void *ctx,
                              struct sl_err *e)
{
	struct sl_sql *s;
	size_t n = 0;
	char text[37];
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT r.seq FROM sl_record p JOIN sl_revision r ON r.record = p.number "
	                "WHERE p.uuid = $1 ORDER BY r.seq",
	                &s, e))
		return e->code;
	sl_sql_blob(s, 1, record.b, sizeof record.b);
	for (; !sl_sql_step(s, &row, e) && row; n++)
		if (hand_out(db, sl_sql_get_int(s, 0), true, fn, ctx, e))
			break;
	sl_sql_close(s);
	sl_uuid_text(record, text);
	return e->code || n ? e->code : sl_fail(e, SL_NOT_FOUND, "%s: there is no record %s", db->path, text);
}

enum sl_code sl_store_by_number(struct sl_db *db, struct sl_arena *a, int64_t record_number,
                                struct sl_revision *rev, struct sl_record *rec, struct sl_err *e)
{
	int64_t seq, content, geometry;
	struct sl_revision r;

	if (sl_current_seq(db, record_number, &seq, e))
		return e->code;
	if (!seq)
		return sl_fail(e, SL_NOT_FOUND, "%s: record number %lld has no approved revision", db->path,
		               (long long)record_number);
	if (sl_revision_by_seq(db, a, seq, true, &r, &content, &geometry, e))
		return e->code;
	if (!r.kind)
		return sl_fail(e, SL_UNSUPPORTED, "%s: the dictionary has no such kind of record", db->path);
	if (sl_record_read(a, &r, true, rec, e))
		return e->code;
	*rev = r;
	return SL_OK;
}

/* ---- near ---- */
/* While edits from outside wait in the layers, their index may lack a hazard: the log is asked instead. */
enum sl_code sl_near_by_log(struct sl_db *db, struct sl_arena *a, const struct sl_kind *kind, struct sl_box box,
                            int64_t **record, size_t *n, struct sl_err *e)
{
	int64_t *list = NULL, *more;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(
	        db->driver,
	        "SELECT p.number, p.kind FROM sl_record p JOIN sl_revision r ON r.seq = p.approved "
	        "JOIN sl_content c ON c.id = r.content JOIN sl_geometry g ON g.id = c.geometry "
	        "WHERE g.min_x <= $1 AND g.max_x >= $2 AND g.min_y <= $3 AND g.max_y >= $4 ORDER BY p.number",
	        &s, e))
		return e->code;
	sl_sql_double(s, 1, box.x1);
	sl_sql_double(s, 2, box.x0);
	sl_sql_double(s, 3, box.y1);
	sl_sql_double(s, 4, box.y0);
	while (!sl_sql_step(s, &row, e) && row) {
		const struct sl_layer *l;

		if (sl_layer_by_term(db, sl_sql_get_int(s, 1), &l, e))
			break;
		if (!l || l->kind != kind)
			continue;
		more = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!more)
			break;
		list = more;
		list[k++] = sl_sql_get_int(s, 0);
	}
	sl_sql_close(s);
	*record = list;
	*n = k;
	return e->code;
}

struct near {
	sl_each_fn *fn;
	void *ctx;
	struct sl_box box;
	const struct sl_layer *layer;
};

/* The index rounds boxes outward, and the log knows withdrawn records: look at the record itself. */
static enum sl_code if_near(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                            struct sl_err *e)
{
	struct near *w = ctx;

	if (!sl_box_meets(rev->geometry.box, w->box) || sl_record_withdrawn(w->layer, rec))
		return SL_OK;
	return w->fn(w->ctx, rev, rec, e);
}

static enum sl_code near_layer(struct sl_db *db, struct sl_layer *l, struct sl_box box, sl_each_fn *fn,
                               void *ctx, struct sl_err *e)
{
	struct near w = {fn, ctx, box, l};
	struct sl_arena list = {0};
	int64_t *record, seq;
	size_t n = 0;

	if (sl_driver_in_transaction(db->driver) && sl_spatial_flush(db, l, e))
		return e->code;
	if (!(db->outside_pending ? sl_near_by_log(db, &list, l->kind, box, &record, &n, e)
	                          : sl_spatial_search(db, &list, l, box, &record, &n, e)))
		for (size_t i = 0; i < n && !e->code; i++)
			if (!sl_current_seq(db, record[i], &seq, e) && seq)
				hand_out(db, seq, true, if_near, &w, e);
	sl_arena_done(&list);
	return e->code;
}

enum sl_code sl_store_near(struct sl_db *db, const struct sl_kind *kind, struct sl_box box, sl_each_fn *fn,
                           void *ctx, struct sl_err *e)
{
	for (size_t i = 0; i < db->dict->n_kinds; i++) {
		struct sl_layer *l = &db->layer[i];

		if (l->has_geometry && (!kind || kind == l->kind) && near_layer(db, l, box, fn, ctx, e))
			return e->code;
	}
	return SL_OK;
}
