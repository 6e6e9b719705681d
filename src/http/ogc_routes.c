/* The first page of OGC API, what it conforms to, its description, and all its routes. */
#include "http/ogc.h"
#include "http/openapi.h"
#include "http/routes.h"

#include <string.h>

static const char *const conforms_to[] = {
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
};
enum { CONFORMS = sizeof conforms_to / sizeof *conforms_to };

static struct sl_str name_of(struct sl_request *r, struct sl_err *e)
{
	struct sl_str name;

	if (sl_store_fact(r->programme->db, r->arena, "name", &name, e))
		return SL_STR("");
	return name.n ? name : SL_STR("Mine action programme");
}

static const char description[] = "Records of a mine action programme and the land by its state, as "
                                  "features. Ground without a record is not "
                                  "thereby known to be safe.";

static enum sl_code landing(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_buf *b = &out->body;
	struct sl_json_writer w;
	struct sl_str name;
	bool html, known;

	if (sl_ogc_format(r, out, "application/json", &html, e) || sl_ogc_etag(r, out, &known, e) || known)
		return e->code;
	name = name_of(r, e);
	if (html) {
		sl_ogc_page_begin(r, b, name);
		sl_buf_printf(b, "<p>%s</p>\n<ul><li>", description);
		sl_ogc_anchor(b, sl_ogc_href(r, e, "/collections?f=html"), SL_STR("Collections"));
		sl_buf_puts(b, "</li><li>");
		sl_ogc_anchor(b, sl_ogc_href(r, e, "/conformance?f=html"), SL_STR("What this conforms to"));
		sl_buf_puts(b, "</li><li>");
		sl_ogc_anchor(b, sl_ogc_href(r, e, "/api?f=html"), SL_STR("Description of the interface"));
		sl_buf_puts(b, "</li></ul>\n");
		sl_ogc_page_end(r, b);
		return e->code;
	}
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "title", name);
	sl_json_kv_str(&w, "description", SL_STR(description));
	sl_json_put_key(&w, SL_STR("links"));
	sl_json_begin(&w, '[');
	sl_ogc_put_self(r, &w, "application/json", e);
	sl_ogc_put_link(&w, "service-desc", SL_OGC_OPENAPI, "Description of the interface",
	                sl_ogc_href(r, e, "/api"));
	sl_ogc_put_link(&w, "service-doc", SL_OGC_HTML, "Description of the interface as a page",
	                sl_ogc_href(r, e, "/api?f=html"));
	sl_ogc_put_link(&w, "conformance", "application/json", "What this conforms to",
	                sl_ogc_href(r, e, "/conformance"));
	sl_ogc_put_link(&w, "data", "application/json", "Collections", sl_ogc_href(r, e, "/collections"));
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return e->code;
}

static enum sl_code conformance(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_buf *b = &out->body;
	struct sl_json_writer w;
	bool html;

	if (sl_ogc_format(r, out, "application/json", &html, e))
		return e->code;
	if (html) {
		sl_ogc_page_begin(r, b, SL_STR("What this conforms to"));
		sl_buf_puts(b, "<ul>\n");
		for (int i = 0; i < CONFORMS; i++)
			sl_buf_printf(b, "<li>%s</li>\n", conforms_to[i]);
		sl_buf_puts(b, "</ul>\n");
		sl_ogc_page_end(r, b);
		return e->code;
	}
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("links"));
	sl_json_begin(&w, '[');
	sl_ogc_put_self(r, &w, "application/json", e);
	sl_json_end(&w, ']');
	sl_json_put_key(&w, SL_STR("conformsTo"));
	sl_json_begin(&w, '[');
	for (int i = 0; i < CONFORMS; i++)
		sl_json_put_str(&w, sl_str_from(conforms_to[i]));
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return e->code;
}

/* ---- the description ---- */

struct describing {
	char *collections; /* JSON Schema of the path value */
	struct sl_parameter *properties;
};

static const char *schema_of(void *ctx, const struct sl_route *route, const char *name)
{
	const struct describing *d = ctx;

	(void)route;
	return !strcmp(name, "collectionId") ? d->collections : NULL;
}

static const struct sl_parameter *parameters_of(void *ctx, const struct sl_route *route)
{
	const struct describing *d = ctx;

	(void)route;
	return d->properties;
}

/* One path serves all collections, so that what some collection takes is listed for all; a collection
 * refuses what is none of its queryables. */
static enum sl_code collect(struct sl_request *r, struct describing *d, struct sl_err *e)
{
	struct sl_ogc_collection *c;
	struct sl_buf b = {0};
	struct sl_json_writer w;
	size_t n, k = 0, cap = 0;

	if (sl_ogc_collections(r, &c, &n, e))
		return e->code;
	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "type", SL_STR("string"));
	sl_json_put_key(&w, SL_STR("enum"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < n; i++) {
		sl_json_put_str(&w, c[i].id);
		cap += c[i].n_fields;
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	if (!sl_buf_check(&b, e))
		d->collections = sl_arena_strndup(r->arena, b.p, b.n, e);
	sl_buf_done(&b);
	d->properties = e->code ? NULL : sl_arena_alloc(r->arena, cap + 1, sizeof *d->properties, e);
	for (size_t i = 0; i < n && !e->code; i++)
		for (size_t j = 0; j < c[i].n_fields && !e->code; j++) {
			const struct sl_cql2_field *f = &c[i].field[j];
			bool seen = !f->name.n || f->type == SL_CQL2_IS_GEOMETRY;

			for (size_t m = 0; m < k && !seen; m++)
				seen = sl_str_is(f->name, d->properties[m].name);
			if (seen)
				continue;
			d->properties[k].name = sl_str_dup(r->arena, f->name, e);
			d->properties[k].schema =
			    f->type == SL_CQL2_IS_NUMBER ? "{\"type\":\"number\"}" : "{\"type\":\"string\"}";
			d->properties[k++].description = "Only features that have this value.";
		}
	return e->code;
}

static enum sl_code api(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	const char *server = sl_arena_printf(r->arena, e, "%s/ogc", r->base);
	struct describing d = {0};
	struct sl_openapi doc = {
	    .title = "OGC API - Features",
	    .description = description,
	    .server = server,
	    .prefix = "/ogc",
	    .schema = schema_of,
	    .parameters = parameters_of,
	    .ctx = &d,
	};
	struct sl_buf *b = &out->body;
	bool html, known;

	if (!server || sl_ogc_format(r, out, SL_OGC_OPENAPI, &html, e) || sl_ogc_etag(r, out, &known, e) ||
	    known)
		return e->code;
	if (!html) {
		if (!collect(r, &d, e))
			sl_openapi_json(b, &doc);
		return e->code;
	}
	sl_ogc_page_begin(r, b, SL_STR("Description of the interface"));
	sl_buf_puts(
	    b, "<table><thead><tr><th>Address</th><th>Answer</th><th>Parameters</th></tr></thead><tbody>\n");
	for (const struct sl_route *route = sl_routes_ogc; route->path; route++) {
		sl_buf_printf(b, "<tr><td>GET %s</td><td>%s</td><td>", route->path, route->summary);
		for (const struct sl_parameter *p = route->query; p && p->name; p++) {
			sl_buf_printf(b, "<b>%s</b>: ", p->name);
			sl_html_text(b, sl_str_from(p->description));
			sl_buf_puts(b, "<br>");
		}
		sl_buf_puts(b, "</td></tr>\n");
	}
	sl_buf_puts(b, "</tbody></table>\n");
	sl_ogc_page_end(r, b);
	return e->code;
}

/* ---- the routes ---- */

#define FORMAT                                                                                             \
	{                                                                                                      \
		.name = "f", .schema = "{\"type\":\"string\",\"enum\":[\"json\",\"html\"]}",                       \
		.description = "Format of the answer, instead of the header Accept."                               \
	}
#define AS_OF                                                                                              \
	{                                                                                                      \
		.name = "as-of", .schema = "{\"type\":\"string\",\"format\":\"date\"}",                            \
		.description = "What was in force on that day; the latest when left out."                          \
	}
#define CRS_SCHEMA                                                                                         \
	"{\"type\":\"string\",\"format\":\"uri\",\"enum\":[\"http://www.opengis.net/def/crs/OGC/1.3/CRS84\","  \
	"\"http://www.opengis.net/def/crs/EPSG/0/4326\",\"http://www.opengis.net/def/crs/EPSG/0/3857\"],"      \
	"\"default\":\"http://www.opengis.net/def/crs/OGC/1.3/CRS84\"}"
#define CRS                                                                                                \
	{                                                                                                      \
		.name = "crs", .schema = CRS_SCHEMA, .description = "Coordinate reference system of the answer."   \
	}

#define PROPERTIES                                                                                         \
	{                                                                                                      \
		.name = "properties", .list = true,                                                                \
		.schema = "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"minItems\":1}",                   \
		.description = "Only these properties of each feature; all of them when left out."                 \
	}

static const struct sl_parameter plain[] = {FORMAT, {0}};
static const struct sl_parameter item[] = {PROPERTIES, CRS, AS_OF, FORMAT, {0}};
static const struct sl_parameter items[] = {
    {.name = "limit",
     .schema = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":10000,\"default\":100}",
     .description = "How many features at most in one answer."},
    {.name = "offset",
     .schema = "{\"type\":\"integer\",\"minimum\":0,\"default\":0}",
     .description = "How many features to pass over; the link next has it."},
    PROPERTIES,
    {.name = "bbox",
     .list = true,
     .schema = "{\"type\":\"array\",\"items\":{\"type\":\"number\"},\"minItems\":4,\"maxItems\":6,"
               "\"oneOf\":[{\"minItems\":4,\"maxItems\":4},{\"minItems\":6,\"maxItems\":6}]}",
     .description =
         "Only features whose geometry meets the box: west, south, east, north; and those without one."},
    {.name = "bbox-crs", .schema = CRS_SCHEMA, .description = "Coordinate reference system of bbox."},
    {.name = "datetime",
     .schema = "{\"type\":\"string\"}",
     .description =
         "A moment, or an interval start/end with .. for an open end, of the effective date; and "
         "features without one."},
    AS_OF,
    CRS,
    {.name = "filter", .schema = "{\"type\":\"string\"}", .description = "A condition in CQL2."},
    {.name = "filter-lang",
     .schema = "{\"type\":\"string\",\"enum\":[\"cql2-text\",\"cql2-json\"],\"default\":\"cql2-text\"}",
     .description = "How the filter is written."},
    {.name = "filter-crs",
     .schema = CRS_SCHEMA,
     .description = "Coordinate reference system of the geometries in the filter."},
    FORMAT,
    {0}};

#define GET .method = SL_GET, .role = SL_ROLE_PUBLIC

const struct sl_route sl_routes_ogc[] = {
    {GET, .path = "/ogc", .handler = landing, .summary = "The first page of OGC API", .query = plain,
     .types = "application/json text/html"},
    {GET, .path = "/ogc/api", .handler = api, .summary = "This description", .query = plain,
     .types = SL_OGC_OPENAPI " text/html"},
    {GET, .path = "/ogc/conformance", .handler = conformance, .summary = "What this conforms to",
     .query = plain, .types = "application/json text/html"},
    {GET, .path = "/ogc/collections", .handler = sl_ogc_list, .summary = "The collections", .query = plain,
     .types = "application/json text/html", .flags = SL_ROUTE_SLOW},
    {GET, .path = "/ogc/collections/{collectionId}", .handler = sl_ogc_one, .summary = "One collection",
     .query = plain, .types = "application/json text/html", .flags = SL_ROUTE_SLOW},
    {GET, .path = "/ogc/collections/{collectionId}/queryables", .handler = sl_ogc_queryables,
     .summary = "What may be asked for in filters", .query = plain, .types = SL_OGC_SCHEMA " text/html"},
    {GET, .path = "/ogc/collections/{collectionId}/items", .handler = sl_ogc_items,
     .summary = "A page of features", .query = items, .types = SL_OGC_GEOJSON " text/html",
     .flags = SL_ROUTE_OPEN_QUERY, .slow = sl_ogc_items_slow},
    {GET, .path = "/ogc/collections/{collectionId}/items/{featureId}", .handler = sl_ogc_item,
     .summary = "One feature", .query = item, .types = SL_OGC_GEOJSON " text/html",
     .slow = sl_ogc_item_slow},
    {0}};
