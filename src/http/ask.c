/* "Is my plot safe?" over HTTP: a position, or a parcel or route as GeoJSON or as a file. */
#include "http/routes.h"

#include "app/ask.h"
#include "geo/coord.h"
#include "http/multipart.h"

#define JSON "application/json"

/* A file of a plot is small; what is larger is somebody's whole map. */
enum { BODY_MAX = 8 << 20 };

static enum sl_code answer(struct sl_request *r, const struct sl_question *q, struct sl_response *out,
                           struct sl_err *e)
{
	struct sl_ask_answer found;

	out->type = JSON;
	if (sl_ask(r->programme, r->arena, q, &found, e))
		return e->code;
	sl_ask_json(&out->body, &found);
	return sl_buf_check(&out->body, e);
}

static enum sl_code ask_point(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_question q = {.at_point = true};
	struct sl_str at = sl_request_query(r, "at", NULL), lat = sl_request_query(r, "lat", NULL),
	              lon = sl_request_query(r, "lon", NULL);
	struct sl_coord c;

	if (at.n) {
		if (sl_coord_parse(at, false, &c, e))
			return e->code;
		q.lat = c.lat_deg;
		q.lon = c.lon_deg;
	} else if (!sl_str_double(lat, &q.lat) || !sl_str_double(lon, &q.lon)) {
		return sl_fail(e, SL_INVALID, "give lat and lon in decimal degrees, or at in any notation");
	}
	return answer(r, &q, out, e);
}

/* With a width it is a route. */
static enum sl_code read_width(struct sl_str text, struct sl_question *q, struct sl_err *e)
{
	if (!text.n)
		return SL_OK;
	if (!sl_str_double(text, &q->width_m))
		return sl_fail(e, SL_INVALID, "width is the width of the route's corridor in metres");
	q->sort = SL_ASKED_ROUTE;
	return SL_OK;
}

static enum sl_code read_form(struct sl_request *r, struct sl_question *q, struct sl_err *e)
{
	const struct sl_form_part *file, *width, *crs;
	struct sl_form_part *part;
	size_t n;

	if (sl_multipart_read(r->arena, sl_request_header(r, "content-type"), r->body, &part, &n, e))
		return e->code;
	file = sl_form_part_named(part, n, "file");
	width = sl_form_part_named(part, n, "width");
	crs = sl_form_part_named(part, n, "crs");
	if (!file || !file->is_file || !file->bytes.n)
		return sl_fail(e, SL_INVALID, "choose a file first");
	if (width && read_width(width->bytes, q, e))
		return e->code;
	return sl_asked_from_bytes(r->arena, file->file, file->bytes,
	                           crs && crs->bytes.n ? sl_str_dup(r->arena, crs->bytes, e) : NULL, q->sort, &q->shape, e);
}

static enum sl_code ask_shape(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_question q = {.sort = SL_ASKED_PARCEL};

	if (read_width(sl_request_query(r, "width", NULL), &q, e))
		return e->code;
	if (sl_str_is(r->body_type, "multipart/form-data") ? read_form(r, &q, e)
	                                                   : sl_asked_from_geojson(r->arena, r->body, q.sort, &q.shape, e))
		return e->code;
	return answer(r, &q, out, e);
}

#define TEXT "{\"type\":\"string\"}"
#define NUMBER "{\"type\":\"number\"}"
static const struct sl_parameter point_query[] = {
    {.name = "lat", .schema = NUMBER, .description = "Latitude, decimal degrees on WGS 84."},
    {.name = "lon", .schema = NUMBER, .description = "Longitude."},
    {.name = "at", .schema = TEXT, .description = "The position in any notation, instead of lat and lon."},
    {0}};
static const struct sl_parameter shape_query[] = {
    {.name = "width", .schema = NUMBER,
     .description = "Width of a route's corridor in metres: then the shape is a line."},
    {0}};

/* An answer says something of everybody's records: only for who may see all. */
#define WHOLE .role = SL_ROLE_READER, .right = SL_RIGHT_READ_APPROVED, .extent = SL_EXTENT_ALL

const struct sl_route sl_routes_ask[] = {
    {.method = SL_GET, .path = "/api/ask", WHOLE, .handler = ask_point, .query = point_query, .types = JSON,
     .summary = "What is recorded at a place", .flags = SL_ROUTE_SLOW},
    {.method = SL_POST, .path = "/api/ask", WHOLE, .handler = ask_shape, .query = shape_query, .types = JSON,
     .summary = "What is recorded on a parcel or along a route",
     .body_types = "application/geo+json application/json multipart/form-data", .body_max = BODY_MAX,
     .flags = SL_ROUTE_SLOW},
    {0}};
