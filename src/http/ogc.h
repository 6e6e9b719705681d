/* OGC API - Features: what the files ogc_*.c share.  docs/formats/ogc.md */
#ifndef SL_HTTP_OGC_H
#define SL_HTTP_OGC_H

#include "http/parts.h"
#include "store/feature_query.h"

#define SL_OGC_GEOJSON "application/geo+json"
#define SL_OGC_SCHEMA "application/schema+json"
#define SL_OGC_OPENAPI "application/vnd.oai.openapi+json;version=3.0"
#define SL_OGC_HTML "text/html"
#define SL_OGC_HTML_TYPE "text/html; charset=utf-8"

enum { SL_OGC_LIMIT_USUAL = 100, SL_OGC_LIMIT_MAX = 10000 };

/* ---- ogc_collection.c ---- */
enum sl_ogc_access {
	SL_OGC_NOTHING,
	SL_OGC_PUBLISHED, /* the public: land and places only, no free text, coordinates on a grid */
	SL_OGC_OWN,       /* an operator: the records of the own organisation */
	SL_OGC_ALL,
};
/* What stands in no kind of record: the land by its state. */
#define SL_OGC_LAND "land"

struct sl_ogc_collection {
	struct sl_str id, title;
	const char *description;
	const struct sl_kind *kind;             /* NULL: the land */
	const struct sl_feature_schema *schema; /* NULL: the land */
	enum sl_ogc_access access;
	bool *shown;                 /* by property: may this client see it */
	struct sl_cql2_field *field; /* for sl_cql2_bind; what is not shown has no name */
	size_t n_fields, n_properties;
	bool has_geometry;
	int time; /* the property of `datetime`; -1: none */
};
enum sl_ogc_access sl_ogc_access_of(const struct sl_request *r);
bool sl_ogc_kind_shown(enum sl_ogc_access access, const struct sl_kind *k);
/* SL_NOT_FOUND when there is none of that name, or none that this client may see. */
SL_CHECKED enum sl_code sl_ogc_collection_of(struct sl_request *r, struct sl_str id,
                                             struct sl_ogc_collection *out, struct sl_err *e);
/* Leaves of what is shown only what the parameter `properties` names; nothing when it was not sent. */
SL_CHECKED enum sl_code sl_ogc_read_properties(struct sl_request *r, struct sl_ogc_collection *io,
                                               struct sl_err *e);
/* All that this client may see; in the request's arena. */
SL_CHECKED enum sl_code sl_ogc_collections(struct sl_request *r, struct sl_ogc_collection **out, size_t *n,
                                           struct sl_err *e);
sl_handler sl_ogc_list, sl_ogc_one, sl_ogc_queryables;
/* Properties of the land, in their order. */
enum sl_ogc_land_property {
	SL_OGC_STATE,
	SL_OGC_SINCE,
	SL_OGC_AREA,
	SL_OGC_ADMIN1,
	SL_OGC_ADMIN2,
	SL_OGC_RECORDS,
	SL_OGC_LAND_PROPERTIES
};
extern const struct sl_cql2_field sl_ogc_land_field[SL_OGC_LAND_PROPERTIES + 1]; /* and the geometry */

/* ---- ogc_query.c: the parameters of a page of features ---- */
enum sl_ogc_crs { SL_OGC_CRS84, SL_OGC_EPSG_4326, SL_OGC_EPSG_3857, SL_OGC_CRS_N };
extern const char *const sl_ogc_crs_uri[SL_OGC_CRS_N];

struct sl_ogc_query {
	int64_t limit, offset;
	struct sl_box box[2];
	size_t n_boxes;
	struct sl_date as_of; /* none: the latest */
	enum sl_ogc_crs crs;
	struct sl_cql2 *filter; /* bound; NULL: all */
};
SL_CHECKED enum sl_code sl_ogc_read_query(struct sl_request *r, const struct sl_ogc_collection *c,
                                          struct sl_ogc_query *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_ogc_read_crs(struct sl_request *r, const char *parameter, enum sl_ogc_crs *out,
                                        struct sl_err *e);
SL_CHECKED enum sl_code sl_ogc_read_as_of(struct sl_request *r, struct sl_date *out, struct sl_err *e);
/* This handle's transformation of Web Mercator. */
struct sl_crs;
SL_CHECKED enum sl_code sl_ogc_mercator(struct sl_request *r, struct sl_crs **out, struct sl_err *e);
/* How wide the grid is that coordinates are moved to for this client; 0: they are exact. */
SL_CHECKED enum sl_code sl_ogc_grid(struct sl_request *r, double *degrees, struct sl_err *e);

/* ---- ogc_feature.c: one feature as text ---- */
struct sl_ogc_writer {
	struct sl_request *r;
	struct sl_buf *b;
	const struct sl_ogc_collection *c;
	enum sl_ogc_crs crs;
	struct sl_crs *mercator;
	const uint16_t *show; /* the properties that are written; records only */
	size_t n_show;
	double grid_deg; /* of published coordinates; 0: exact */
	bool html;
	uint64_t n;
	struct sl_str id; /* of the last feature: lives in the request's arena */
	bool keep_id;
	bool refused; /* a single feature is another organisation's */
};
SL_CHECKED enum sl_code sl_ogc_writer_init(struct sl_ogc_writer *w, struct sl_request *r, struct sl_buf *b,
                                           const struct sl_ogc_collection *c, enum sl_ogc_crs crs,
                                           bool html, struct sl_err *e);
/* For sl_feature_each: in JSON without the closing brace, so that links can follow; see sl_ogc_feature_end.
 */
SL_CHECKED enum sl_code sl_ogc_feature(void *writer, const struct sl_feature *f, struct sl_err *e);
SL_CHECKED enum sl_code sl_ogc_put_geometry(struct sl_ogc_writer *w, const struct sl_geom *g,
                                            struct sl_err *e);
void sl_ogc_put_text(struct sl_buf *b, struct sl_str s); /* as a JSON string */

/* ---- ogc_items.c ---- */
sl_handler sl_ogc_items, sl_ogc_item;
/* Filters look at every record, the past at every revision, the land at every face. */
bool sl_ogc_items_slow(const struct sl_request *r);
bool sl_ogc_item_slow(const struct sl_request *r);
void sl_ogc_content_crs(struct sl_request *r, struct sl_response *out, enum sl_ogc_crs crs);

/* ---- ogc_land.c ---- */
SL_CHECKED enum sl_code sl_ogc_land_each(struct sl_ogc_writer *w, const struct sl_ogc_query *q,
                                         uint64_t *matched, struct sl_err *e);
SL_CHECKED enum sl_code sl_ogc_land_find(struct sl_ogc_writer *w, struct sl_str id, struct sl_date as_of,
                                         bool *found, struct sl_err *e);

/* ---- ogc_html.c: pages for people ---- */
void sl_ogc_page_begin(struct sl_request *r, struct sl_buf *b, struct sl_str title);
void sl_ogc_page_end(struct sl_request *r, struct sl_buf *b);
void sl_ogc_anchor(struct sl_buf *b, struct sl_str href, struct sl_str text);

/* ---- ogc_links.c ---- */
struct sl_ogc_link {
	const char *rel, *type, *title;
	struct sl_str href;
};
void sl_ogc_put_link(struct sl_json_writer *w, const char *rel, const char *type, const char *title,
                     struct sl_str href);
/* base + "/ogc" + the rest, in the request's arena; empty when there is no memory (then *e says so). */
struct sl_str sl_ogc_href(struct sl_request *r, struct sl_err *e, const char *format, ...) SL_PRINTF(3, 4);
/* This request's own address with one parameter changed (value NULL: left out). */
struct sl_str sl_ogc_href_with(struct sl_request *r, const char *name, const char *value, struct sl_err *e);
/* Which of the two formats; sets out->type to `json` or to HTML. */
SL_CHECKED enum sl_code sl_ogc_format(struct sl_request *r, struct sl_response *out, const char *json,
                                      bool *html, struct sl_err *e);
/* Etag of what follows from the content, the client's rights and the day. */
SL_CHECKED enum sl_code sl_ogc_etag(struct sl_request *r, struct sl_response *out, bool *known,
                                    struct sl_err *e);
/* self and alternate of this address. */
void sl_ogc_put_self(struct sl_request *r, struct sl_json_writer *w, const char *json, struct sl_err *e);

#endif
