#include "store/db.h"

#include "geo/area.h"
#include "geo/validity.h"
#include "geo/wkb.h"

#include <math.h>
#include <string.h>

static enum sl_code wkb_of(struct sl_arena *a, const struct sl_geom *g, struct sl_str *out,
                           struct sl_err *e)
{
	struct sl_buf b = {0};
	char *copy = NULL;

	sl_wkb_write(&b, g);
	if (!sl_buf_check(&b, e))
		copy = sl_arena_strndup(a, b.p, b.n, e);
	if (copy)
		*out = (struct sl_str){copy, b.n};
	sl_buf_done(&b);
	return e->code;
}

enum sl_code sl_geometry_prepare(struct sl_arena *a, const struct sl_geom *g,
                                 struct sl_prepared_geometry *out, struct sl_err *e)
{
	struct sl_prepared_geometry p = {
	    .box = {1, 1, 0, 0}, .reason_lon = (double)NAN, .reason_lat = (double)NAN};
	struct sl_validity v;
	struct sl_geom repaired;

	if (g->type != SL_GEOM_NONE) {
		if (wkb_of(a, g, &p.wkb, e))
			return e->code;
		p.box = sl_geom_box(g);
	}
	if (g->type == SL_GEOM_POLYGON) {
		p.area_m2 = p.repaired_area_m2 = sl_geom_area_m2(g);
		if (sl_geom_validity(g, &v, e))
			return e->code;
		if (!v.valid) {
			memcpy(p.reason, v.reason, sizeof p.reason);
			p.reason[sizeof p.reason - 1] = 0;
			p.reason_lon = v.lon;
			p.reason_lat = v.lat;
			if (sl_geom_repair(a, g, &repaired, e) || wkb_of(a, &repaired, &p.repaired, e))
				return e->code;
			p.repaired_area_m2 = repaired.type == SL_GEOM_POLYGON ? sl_geom_area_m2(&repaired) : 0;
		}
	}
	*out = p;
	return SL_OK;
}

/* OGC type of our own WKB without its multi: 1 point, 2 line, 3 polygon. */
static int64_t shape_of(struct sl_str wkb)
{
	int type = wkb.n > 4 ? (unsigned char)wkb.p[1] : 0;

	return type > 3 ? type - 3 : type;
}

enum sl_code sl_geometry_insert(struct sl_db *db, int64_t id, const struct sl_prepared_geometry *g,
                                struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(
	        db->driver,
	        "INSERT INTO sl_geometry (id, shape, wkb, repaired, area_m2, repaired_area_m2, min_x, min_y, "
	        "max_x, max_y, reason, reason_lon, reason_lat) "
	        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
	        &s, e))
		return e->code;
	sl_sql_int(s, 1, id);
	sl_sql_int(s, 2, shape_of(g->wkb));
	sl_sql_blob(s, 3, g->wkb.p, g->wkb.n);
	if (g->repaired.n)
		sl_sql_blob(s, 4, g->repaired.p, g->repaired.n);
	sl_sql_double(s, 5, g->area_m2);
	sl_sql_double(s, 6, g->repaired_area_m2);
	sl_sql_double(s, 7, g->box.x0);
	sl_sql_double(s, 8, g->box.y0);
	sl_sql_double(s, 9, g->box.x1);
	sl_sql_double(s, 10, g->box.y1);
	if (g->reason[0]) {
		sl_sql_text(s, 11, sl_str_from(g->reason));
		sl_sql_double(s, 12, g->reason_lon);
		sl_sql_double(s, 13, g->reason_lat);
	}
	return sl_sql_finish(s, e);
}

static struct sl_str copy_of(struct sl_arena *a, struct sl_str s, struct sl_err *e)
{
	char *p = s.n && !e->code ? sl_arena_strndup(a, s.p, s.n, e) : NULL;

	return p ? (struct sl_str){p, s.n} : (struct sl_str){"", 0};
}

enum sl_code sl_geometry_read(struct sl_db *db, struct sl_arena *a, int64_t id,
                              struct sl_prepared_geometry *out, struct sl_err *e)
{
	struct sl_prepared_geometry g = {
	    .box = {1, 1, 0, 0}, .reason_lon = (double)NAN, .reason_lat = (double)NAN};
	struct sl_str reason;
	struct sl_sql *s;
	bool row;

	if (!id) {
		*out = g;
		return SL_OK;
	}
	if (sl_sql_open(db->driver,
	                "SELECT wkb, repaired, area_m2, repaired_area_m2, min_x, min_y, max_x, max_y, reason, "
	                "reason_lon, reason_lat FROM sl_geometry WHERE id = $1",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, id);
	if (!sl_sql_step(s, &row, e) && !row)
		sl_fail(e, SL_CORRUPT, "%s: geometry %lld is missing", db->path, (long long)id);
	if (!e->code) {
		g.wkb = copy_of(a, sl_sql_get_blob(s, 0), e);
		g.repaired = copy_of(a, sl_sql_get_blob(s, 1), e);
		g.area_m2 = sl_sql_get_double(s, 2);
		g.repaired_area_m2 = sl_sql_get_double(s, 3);
		g.box = (struct sl_box){sl_sql_get_double(s, 4), sl_sql_get_double(s, 5), sl_sql_get_double(s, 6),
		                        sl_sql_get_double(s, 7)};
		reason = sl_sql_get_text(s, 8);
		memcpy(g.reason, reason.p, reason.n < sizeof g.reason ? reason.n : sizeof g.reason - 1);
		g.reason_lon = sl_sql_get_double(s, 9);
		g.reason_lat = sl_sql_get_double(s, 10);
	}
	sl_sql_close(s);
	if (!e->code)
		*out = g;
	return e->code;
}

enum sl_code sl_store_geometries(struct sl_db *db, int64_t from, int64_t to, sl_geometry_fn *fn, void *ctx,
                                 struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT id, wkb, repaired FROM sl_geometry "
	                "WHERE shape = 3 AND id BETWEEN $1 AND $2 ORDER BY id",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, from);
	sl_sql_int(s, 2, to);
	while (!sl_sql_step(s, &row, e) && row) {
		struct sl_str repaired = sl_sql_get_blob(s, 2);

		if (fn(ctx, sl_sql_get_int(s, 0), repaired.n ? repaired : sl_sql_get_blob(s, 1), repaired.n > 0, e))
			break;
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_store_geometry(struct sl_db *db, struct sl_arena *a, int64_t id, struct sl_geom *out,
                               bool *repaired, struct sl_err *e)
{
	struct sl_prepared_geometry g;

	if (id <= 0)
		return sl_fail(e, SL_NOT_FOUND, "%s: there is no geometry %lld", db->path, (long long)id);
	if (sl_geometry_read(db, a, id, &g, e) || sl_wkb_read(a, g.repaired.n ? g.repaired : g.wkb, out, e))
		return e->code;
	*repaired = g.repaired.n > 0;
	return SL_OK;
}
