/* A page of features, and one feature. */
#include "http/ogc.h"

#include <stdio.h>

bool sl_ogc_items_slow(const struct sl_request *r)
{
	bool found;

	if (sl_str_is(r->value[0], SL_OGC_LAND))
		return true;
	for (size_t i = 0; i < r->n_query; i++) {
		static const char *const quick[] = {"limit", "offset", "bbox", "bbox-crs", "crs", "f", "properties"};

		found = false;
		for (size_t k = 0; k < sizeof quick / sizeof *quick; k++)
			found |= sl_str_is(r->query[i].name, quick[k]);
		if (!found)
			return true;
	}
	return r->role == SL_ROLE_OPERATOR;
}

bool sl_ogc_item_slow(const struct sl_request *r)
{
	return sl_str_is(r->value[0], SL_OGC_LAND);
}

void sl_ogc_content_crs(struct sl_request *r, struct sl_response *out, enum sl_ogc_crs crs)
{
	static const char *const value[SL_OGC_CRS_N] = {
	    "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>",
	    "<http://www.opengis.net/def/crs/EPSG/0/4326>",
	    "<http://www.opengis.net/def/crs/EPSG/0/3857>",
	};

	(void)r;
	sl_response_header(out, "Content-Crs", sl_str_from(value[crs]));
}

static struct sl_str offset_href(struct sl_request *r, int64_t offset, struct sl_err *e)
{
	char number[32];

	number[sl_int_text(offset, number)] = 0;
	return sl_ogc_href_with(r, "offset", number, e);
}

static void page_links(struct sl_request *r, struct sl_json_writer *w, const struct sl_ogc_collection *c,
                       const struct sl_ogc_query *q, uint64_t n, uint64_t matched, struct sl_err *e)
{
	sl_json_put_key(w, SL_STR("links"));
	sl_json_begin(w, '[');
	sl_ogc_put_self(r, w, SL_OGC_GEOJSON, e);
	if ((uint64_t)q->offset + n < matched && n)
		sl_ogc_put_link(w, "next", SL_OGC_GEOJSON, "The next page",
		                offset_href(r, q->offset + (int64_t)n, e));
	if (q->offset > 0)
		sl_ogc_put_link(w, "prev", SL_OGC_GEOJSON, "The page before",
		                offset_href(r, q->offset > q->limit ? q->offset - q->limit : 0, e));
	sl_ogc_put_link(w, "collection", "application/json", "The collection",
	                sl_ogc_href(r, e, "/collections/%.*s", SL_STR_ARG(c->id)));
	sl_json_end(w, ']');
}

static void page_end(struct sl_request *r, struct sl_buf *b, const struct sl_ogc_collection *c,
                     const struct sl_ogc_query *q, uint64_t n, uint64_t matched, struct sl_err *e)
{
	struct sl_json_writer w;
	char now[32];

	sl_time_text(sl_env_now_ms(r->env), now);
	sl_buf_puts(b, "],\n");
	sl_json_writer_init(&w, b);
	sl_json_kv_int(&w, "numberMatched", (int64_t)matched);
	sl_json_kv_int(&w, "numberReturned", (int64_t)n);
	sl_json_kv_str(&w, "timeStamp", sl_str_from(now));
	page_links(r, &w, c, q, n, matched, e);
	sl_buf_puts(b, "}\n");
}

/* Most pages are of this size or less: it is not to grow, and be copied, piece by piece. */
enum { FEATURE_BYTES = 1280, PAGE_BYTES = 1 << 17 };

static void page_begin(struct sl_buf *b, const struct sl_ogc_query *q)
{
	const uint64_t n = (uint64_t)q->limit * FEATURE_BYTES;

	(void)sl_buf_room(b, n < PAGE_BYTES ? (size_t)n : PAGE_BYTES - 1);
	sl_buf_puts(b, "{\"type\":\"FeatureCollection\",\"features\":[");
}

static void html_end(struct sl_request *r, struct sl_buf *b, const struct sl_ogc_query *q, uint64_t n,
                     uint64_t matched, struct sl_err *e)
{
	sl_buf_printf(b, "<p>%llu of %llu features", (unsigned long long)n, (unsigned long long)matched);
	if (q->offset > 0) {
		sl_buf_puts(b, " · ");
		sl_ogc_anchor(b, offset_href(r, q->offset > q->limit ? q->offset - q->limit : 0, e),
		              SL_STR("before"));
	}
	if ((uint64_t)q->offset + n < matched && n) {
		sl_buf_puts(b, " · ");
		sl_ogc_anchor(b, offset_href(r, q->offset + (int64_t)n, e), SL_STR("next"));
	}
	sl_buf_puts(b, "</p>\n");
	sl_ogc_page_end(r, b);
}

static enum sl_code each(struct sl_ogc_writer *w, const struct sl_ogc_query *q, uint64_t *matched,
                         struct sl_err *e)
{
	const struct sl_feature_query f = {
	    .kind = w->c->kind,
	    .organisation = w->c->access == SL_OGC_OWN ? &w->r->person->organisation : NULL,
	    .as_of = q->as_of,
	    .box = q->box,
	    .n_boxes = q->n_boxes,
	    .filter = q->filter,
	    /* whose an operator's record is stands in it */
	    .wanted = w->c->access == SL_OGC_OWN ? NULL : w->c->shown,
	    .offset = (uint64_t)q->offset,
	    .limit = (uint64_t)q->limit,
	};

	return w->c->kind ? sl_feature_each(w->r->programme->db, &f, sl_ogc_feature, w, matched, e)
	                  : sl_ogc_land_each(w, q, matched, e);
}

enum sl_code sl_ogc_items(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_buf *b = &out->body;
	struct sl_ogc_collection c;
	struct sl_ogc_writer w;
	struct sl_ogc_query q;
	uint64_t matched;
	bool html, known;

	if (sl_ogc_collection_of(r, r->value[0], &c, e) || sl_ogc_format(r, out, SL_OGC_GEOJSON, &html, e) ||
	    sl_ogc_read_query(r, &c, &q, e) || sl_ogc_read_properties(r, &c, e))
		return e->code;
	sl_ogc_content_crs(r, out, q.crs);
	if (sl_ogc_etag(r, out, &known, e) || known || sl_ogc_writer_init(&w, r, b, &c, q.crs, html, e))
		return e->code;
	if (html)
		sl_ogc_page_begin(r, b, c.title);
	else
		page_begin(b, &q);
	if (each(&w, &q, &matched, e))
		return e->code;
	if (html)
		html_end(r, b, &q, w.n, matched, e);
	else
		page_end(r, b, &c, &q, w.n, matched, e);
	return e->code;
}

enum sl_code sl_ogc_item(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_buf *b = &out->body;
	struct sl_ogc_collection c;
	struct sl_json_writer json;
	struct sl_ogc_writer w;
	enum sl_ogc_crs crs;
	struct sl_date as_of;
	bool html, known, found;

	if (sl_ogc_collection_of(r, r->value[0], &c, e) || sl_ogc_format(r, out, SL_OGC_GEOJSON, &html, e) ||
	    sl_ogc_read_crs(r, "crs", &crs, e) || sl_ogc_read_as_of(r, &as_of, e) ||
	    sl_ogc_read_properties(r, &c, e))
		return e->code;
	sl_ogc_content_crs(r, out, crs);
	if (sl_ogc_etag(r, out, &known, e) || known || sl_ogc_writer_init(&w, r, b, &c, crs, html, e))
		return e->code;
	w.keep_id = true;
	if (html)
		sl_ogc_page_begin(r, b, c.title);
	if (c.kind
	        ? sl_feature_find(r->programme->db, c.kind, r->value[1], as_of, sl_ogc_feature, &w, &found, e)
	        : sl_ogc_land_find(&w, r->value[1], as_of, &found, e))
		return e->code;
	if (!found || w.refused)
		return sl_fail(e, SL_NOT_FOUND, "there is no feature '%.*s' in '%.*s'", SL_STR_ARG(r->value[1]),
		               SL_STR_ARG(c.id));
	if (html) {
		sl_ogc_page_end(r, b);
		return e->code;
	}
	sl_buf_puts(b, ",\"links\":[");
	sl_json_writer_init(&json, b);
	sl_ogc_put_link(&json, "self", SL_OGC_GEOJSON, "This feature",
	                sl_ogc_href(r, e, "/collections/%.*s/items/%.*s", SL_STR_ARG(c.id), SL_STR_ARG(w.id)));
	sl_ogc_put_link(
	    &json, "alternate", SL_OGC_HTML, "This feature as a page",
	    sl_ogc_href(r, e, "/collections/%.*s/items/%.*s?f=html", SL_STR_ARG(c.id), SL_STR_ARG(w.id)));
	sl_ogc_put_link(&json, "collection", "application/json", "The collection",
	                sl_ogc_href(r, e, "/collections/%.*s", SL_STR_ARG(c.id)));
	sl_buf_puts(b, "]}\n");
	return e->code;
}
