/* The user's own base maps: which there are, and their tiles.  docs/formats/api.md */
#include "http/routes.h"

#include "app/base_map.h"

#include <string.h>

static enum sl_code list(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	out->type = "application/json";
	return sl_base_maps_json(r->programme, r->base, &out->body, e);
}

static bool read_number(struct sl_str s, uint32_t *out)
{
	int64_t v;

	if (!s.n || s.n > 9 || s.p[0] < '0' || s.p[0] > '9' || !sl_str_int64(s, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

/* By the bytes: what a file says of its tiles does not always hold, and a browser is told what they are. */
static const char *type_of(struct sl_str tile)
{
	if (tile.n > 8 && !memcmp(tile.p, "\x89PNG\r\n\x1a\n", 8))
		return "image/png";
	if (tile.n > 3 && !memcmp(tile.p, "\xff\xd8\xff", 3))
		return "image/jpeg";
	if (tile.n > 12 && !memcmp(tile.p, "RIFF", 4) && !memcmp(tile.p + 8, "WEBP", 4))
		return "image/webp";
	return "application/vnd.mapbox-vector-tile";
}

static enum sl_code tile(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_base_map map;
	struct sl_tile_id id;
	struct sl_str bytes;

	if (!read_number(r->value[1], &id.z) || !read_number(r->value[2], &id.x) || !read_number(r->value[3], &id.y))
		return sl_fail(e, SL_NOT_FOUND, "a tile of a base map is called name/zoom/column/row");
	if (sl_base_map_find(r->programme, r->arena, r->value[0], &map, e) ||
	    sl_base_map_tile(r->programme, r->arena, &map, id, &bytes, e))
		return e->code;
	/* The list names the version of the file: under that name a tile stays what it is. */
	out->cache = sl_request_query(r, "version", NULL).n ? "private, max-age=604800" : NULL;
	out->type = type_of(bytes);
	out->fixed = bytes;
	out->already_gzip = bytes.n > 2 && !memcmp(bytes.p, "\x1f\x8b", 2);
	if (!bytes.n)
		out->status = 204;
	return SL_OK;
}

static const struct sl_parameter tile_query[] = {
    {.name = "version", .schema = "{\"type\":\"string\"}",
     .description = "As the list has it: the answer may then be kept."},
    {0}};

const struct sl_route sl_routes_base_maps[] = {
    {.method = SL_GET, .path = "/api/basemaps", .role = SL_ROLE_PUBLIC, .handler = list, .types = "application/json",
     .summary = "The base maps beside the programme", .flags = SL_ROUTE_SLOW},
    {.method = SL_GET, .path = "/basemaps/{file}/{z}/{x}/{y}", .role = SL_ROLE_PUBLIC, .handler = tile,
     .query = tile_query, .types = "application/vnd.mapbox-vector-tile image/png image/jpeg image/webp",
     .summary = "A tile of a base map", .flags = SL_ROUTE_SLOW | SL_ROUTE_NO_SNAPSHOT},
    {0}};
