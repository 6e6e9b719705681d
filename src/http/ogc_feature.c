/* A feature as GeoJSON or as a row of a table, straight from the store's row. */
#include "http/ogc.h"

#include "app/people.h"
#include "geo/crs.h"
#include "geo/geojson_fixed.h"
#include "geo/wkb.h"

#include <math.h>
#include <string.h>

static bool shown(const struct sl_ogc_collection *c, size_t i)
{
	return !c->shown || c->shown[i];
}

static enum sl_code list_shown(struct sl_ogc_writer *w, struct sl_err *e)
{
	const size_t n = w->c->schema->n_properties;
	uint16_t *list = sl_arena_alloc(w->r->arena, n + 1, sizeof *list, e);

	w->show = list;
	for (size_t i = 0; list && i < n; i++)
		if (shown(w->c, i))
			list[w->n_show++] = (uint16_t)i;
	return e->code;
}

enum sl_code sl_ogc_writer_init(struct sl_ogc_writer *w, struct sl_request *r, struct sl_buf *b,
                                const struct sl_ogc_collection *c, enum sl_ogc_crs crs, bool html,
                                struct sl_err *e)
{
	*w = (struct sl_ogc_writer){.r = r, .b = b, .c = c, .crs = crs, .html = html};
	if ((c->kind && list_shown(w, e)) || sl_ogc_grid(r, &w->grid_deg, e))
		return e->code;
	return crs == SL_OGC_EPSG_3857 ? sl_ogc_mercator(r, &w->mercator, e) : SL_OK;
}

#define EACH(byte) (0x0101010101010101u * (byte))

/* Is one of these eight bytes zero?  Exact as a whole, not by byte. */
static uint64_t any_zero(uint64_t x)
{
	return (x - EACH(1)) & ~x & EACH(0x80);
}

/* Eight bytes at once: none outside ASCII, below a space, a quote or a backslash. */
static bool plain_eight(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof x);
	return !((x & EACH(0x80)) | ((x - EACH(0x20)) & ~x & EACH(0x80)) | any_zero(x ^ EACH('"')) |
	         any_zero(x ^ EACH('\\')));
}

/* Stands in a JSON string as it is. */
static bool plain(struct sl_str s)
{
	char last[8];
	size_t i = 0;

	for (; s.n - i >= 8; i += 8)
		if (!plain_eight(s.p + i))
			return false;
	if (i == s.n)
		return true;
	memset(last, ' ', sizeof last);
	for (size_t k = 0; i + k < s.n; k++)
		last[k] = s.p[i + k];
	return plain_eight(last);
}

/* The room for it is taken. */
static char *put_plain(char *p, struct sl_str s)
{
	*p++ = '"';
	if (s.n)
		memcpy(p, s.p, s.n);
	p += s.n;
	*p++ = '"';
	return p;
}

void sl_ogc_put_text(struct sl_buf *b, struct sl_str s)
{
	struct sl_json_writer w;

	if (plain(s)) {
		char *p = sl_buf_room(b, s.n + 2);

		if (!p)
			return;
		*put_plain(p, s) = 0;
		b->n += s.n + 2;
		return;
	}
	sl_json_writer_init(&w, b);
	sl_json_put_str(&w, s);
}

/* ---- geometry ---- */

/* To the middle of the squares of a grid; what shrinks to nothing becomes a point. */
static enum sl_code generalised(struct sl_arena *a, const struct sl_geom *g, double grid,
                                struct sl_geom *out, struct sl_err *e)
{
	struct sl_geom_builder b;
	bool any = false;

	sl_geom_build(&b, a, g->type);
	for (size_t part = 0; part < g->n_parts; part++)
		for (size_t ring = sl_geom_part_start(g, part); ring < g->part_end[part]; ring++) {
			const size_t start = sl_geom_ring_start(g, ring), n = g->ring_end[ring] - start;
			const size_t least = g->type == SL_GEOM_POLYGON ? 3 : g->type == SL_GEOM_LINE ? 2 : 1;
			double *xy = sl_arena_alloc(a, n + 1, 2 * sizeof *xy, e);
			size_t k = 0;

			if (!xy)
				return e->code;
			for (size_t i = start; i < start + n; i++) {
				double x = (floor(g->xy[2 * i] / grid) + 0.5) * grid,
				       y = (floor(g->xy[2 * i + 1] / grid) + 0.5) * grid;

				if (k && xy[2 * k - 2] == x && xy[2 * k - 1] == y)
					continue;
				xy[2 * k] = x;
				xy[2 * k + 1] = y;
				k++;
			}
			while (g->type == SL_GEOM_POLYGON && k > 1 && xy[0] == xy[2 * k - 2] && xy[1] == xy[2 * k - 1])
				k--;
			if (k < least) {
				if (ring == sl_geom_part_start(g, part))
					break; /* its holes go with it */
				continue;
			}
			if ((ring == sl_geom_part_start(g, part) && sl_geom_add_part(&b, e)) ||
			    sl_geom_add_ring(&b, e) || sl_geom_add_points(&b, xy, k, e))
				return e->code;
			any = true;
		}
	if (any) {
		sl_geom_finish(&b, out);
		return SL_OK;
	}
	sl_geom_build(&b, a, SL_GEOM_POINT);
	if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e) ||
	    sl_geom_add_point(&b, (floor(g->xy[0] / grid) + 0.5) * grid, (floor(g->xy[1] / grid) + 0.5) * grid,
	                      e))
		return e->code;
	sl_geom_finish(&b, out);
	return SL_OK;
}

enum sl_code sl_ogc_put_geometry(struct sl_ogc_writer *w, const struct sl_geom *g, struct sl_err *e)
{
	struct sl_geojson_style style = {SL_GEOJSON_DEGREE_DECIMALS, w->crs == SL_OGC_EPSG_4326};
	struct sl_arena a = {0};
	struct sl_geom other = *g;

	if (w->grid_deg > 0 && g->n_points)
		generalised(&a, g, w->grid_deg, &other, e);
	if (!e->code && w->mercator) {
		style.decimals = SL_GEOJSON_METRE_DECIMALS;
		struct sl_geom copy;

		if (!sl_geom_copy(&a, &other, &copy, e) && !sl_crs_from_wgs84(w->mercator, &copy, e))
			other = copy;
	}
	if (!e->code)
		sl_geojson_fixed(w->b, &other, style);
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code put_bytes(struct sl_ogc_writer *w, struct sl_str bytes, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_geom g;

	if (!bytes.n || (!w->mercator && !(w->grid_deg > 0)))
		return sl_geojson_fixed_bytes(
		    w->b, bytes, (struct sl_geojson_style){SL_GEOJSON_DEGREE_DECIMALS, w->crs == SL_OGC_EPSG_4326},
		    e);
	if (!sl_wkb_read(&a, bytes, &g, e))
		(void)!sl_ogc_put_geometry(w, &g, e);
	sl_arena_done(&a);
	return e->code;
}

/* ---- properties ---- */

/* Square metres to the square centimetre: what is behind it is the arithmetic's. */
enum { AREA_DECIMALS = 4 };

static void put_value(struct sl_buf *b, const struct sl_feature_property *p,
                      const struct sl_feature_value *v)
{
	char *to;

	if (p->own == SL_FEATURE_AREA_M2 && v->type == SL_FEATURE_DECIMAL) {
		sl_geojson_put_fixed(b, v->decimal, AREA_DECIMALS);
		return;
	}

	switch (v->type) {
	case SL_FEATURE_TEXT:
		if (p->own == SL_FEATURE_EXTRA)
			sl_buf_str(b, v->text); /* JSON already */
		else
			sl_ogc_put_text(b, v->text);
		break;
	case SL_FEATURE_INTEGER:
	case SL_FEATURE_DECIMAL:
		to = sl_buf_room(b, 33);
		if (!to)
			return;
		if (v->type == SL_FEATURE_DECIMAL && !isfinite(v->decimal))
			sl_buf_puts(b, "null");
		else
			b->n += v->type == SL_FEATURE_INTEGER ? sl_int_text(v->integer, to)
			                                      : sl_double_text(v->decimal, to);
		b->p[b->n] = 0;
		break;
	case SL_FEATURE_NULL: sl_buf_add(b, "null", 4); break;
	}
}

static void put_property(struct sl_buf *b, const struct sl_feature_property *p,
                         const struct sl_feature_value *v)
{
	const bool text = v->type == SL_FEATURE_TEXT && p->own != SL_FEATURE_EXTRA && plain(v->text);
	const struct sl_str key = v->type == SL_FEATURE_NULL ? p->key_null : p->key;
	char *to = sl_buf_room(b, key.n + (text ? v->text.n + 2 : 0)), *start = to;

	if (!to)
		return;
	memcpy(to, key.p, key.n);
	to += key.n;
	if (text)
		to = put_plain(to, v->text);
	*to = 0;
	b->n += (size_t)(to - start);
	if (!text && v->type != SL_FEATURE_NULL)
		put_value(b, p, v);
}

static enum sl_code json_feature(struct sl_ogc_writer *w, const struct sl_feature *f, struct sl_err *e)
{
	const struct sl_feature_schema *s = w->c->schema;
	struct sl_buf *b = w->b;
	size_t at;

	sl_buf_puts(b, w->n ? ",\n{\"type\":\"Feature\",\"id\":\"" : "\n{\"type\":\"Feature\",\"id\":\"");
	sl_buf_str(b, f->record);
	sl_buf_puts(b, "\",\"geometry\":");
	if (put_bytes(w, f->geometry, e))
		return sl_err_within(e, "%.*s", SL_STR_ARG(f->record));
	sl_buf_puts(b, ",\"properties\":{");
	at = b->n;
	for (size_t i = 0; i < w->n_show; i++)
		put_property(b, &s->property[w->show[i]], &f->value[w->show[i]]);
	if (!b->failed && b->n > at)
		b->p[at] = ' '; /* each brings its comma; the first needs none */
	sl_buf_puts(b, "}");
	return SL_OK;
}

/* ---- for people ---- */

static void html_value(struct sl_buf *b, const struct sl_feature_value *v)
{
	char number[33];

	if (v->type == SL_FEATURE_TEXT)
		sl_html_text(b, v->text);
	else if (v->type == SL_FEATURE_INTEGER)
		sl_buf_add(b, number, sl_int_text(v->integer, number));
	else if (v->type == SL_FEATURE_DECIMAL)
		sl_buf_printf(b, "%.10g", v->decimal);
}

/* A section with what is known of the feature; what is not asked stays away. */
static enum sl_code html_feature(struct sl_ogc_writer *w, const struct sl_feature *f, struct sl_err *e)
{
	const struct sl_feature_schema *s = w->c->schema;
	struct sl_buf *b = w->b;

	sl_buf_puts(b, "<section><h2>");
	sl_ogc_anchor(b,
	              sl_ogc_href(w->r, e, "/collections/%.*s/items/%.*s?f=html", SL_STR_ARG(w->c->id),
	                          SL_STR_ARG(f->record)),
	              s->n_properties && f->value[0].type == SL_FEATURE_TEXT && shown(w->c, 0)
	                  ? f->value[0].text
	                  : f->record);
	sl_buf_puts(b, "</h2><dl>\n");
	for (size_t i = 0; i < s->n_properties; i++) {
		if (f->value[i].type == SL_FEATURE_NULL || !shown(w->c, i))
			continue;
		sl_buf_puts(b, "<dt>");
		sl_html_text(b, s->property[i].field && s->property[i].field->label.n ? s->property[i].field->label
		                                                                       : s->property[i].name);
		sl_buf_puts(b, "</dt><dd>");
		html_value(b, &f->value[i]);
		sl_buf_puts(b, "</dd>\n");
	}
	sl_buf_puts(b, "</dl></section>\n");
	return e->code;
}

/* Pages hold one's own only; one feature is asked by its name, whosever it is. */
static enum sl_code anothers(struct sl_ogc_writer *w, const struct sl_feature *f, bool *yes, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_standing standing;
	struct sl_revision rev;
	struct sl_record rec;

	*yes = false;
	if (w->c->access != SL_OGC_OWN || !w->keep_id)
		return SL_OK;
	if (!sl_store_by_number(w->r->programme->db, &a, f->number, &rev, &rec, e)) {
		standing = sl_standing_of(&rev);
		*yes = !sl_may_on(w->r->person, SL_RIGHT_READ_APPROVED, &standing);
	}
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_ogc_feature(void *writer, const struct sl_feature *f, struct sl_err *e)
{
	struct sl_ogc_writer *w = writer;

	bool hidden;

	if (anothers(w, f, &hidden, e))
		return e->code;
	if (hidden) {
		w->refused = true;
		return SL_OK;
	}
	if (w->keep_id) {
		w->id.p = sl_str_dup(w->r->arena, f->record, e);
		w->id.n = f->record.n;
	}
	if (e->code || (w->html ? html_feature(w, f, e) : json_feature(w, f, e)))
		return e->code;
	w->n++;
	/* A single feature is closed by who adds its links. */
	if (!w->html && !w->keep_id)
		sl_buf_putc(w->b, '}');
	return SL_OK;
}
