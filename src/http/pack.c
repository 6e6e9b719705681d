/* What a team takes along, made for whoever asks: `safelane pack` behind an address.  docs/formats/api.md */
#include "http/routes.h"

#include "app/pack.h"
#include "base/io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum sl_code read_box(struct sl_request *r, struct sl_str text, struct sl_geom *out, struct sl_err *e)
{
	struct sl_geom_builder b;
	struct sl_str part;
	double v[4];
	size_t n = 0;

	while (n < 4 && sl_str_split(&text, ',', &part) && sl_str_double(sl_str_trim(part), &v[n]))
		n++;
	if (n < 4 || text.n || !(v[0] < v[2]) || !(v[1] < v[3]))
		return sl_fail(e, SL_INVALID, "bbox is west,south,east,north in degrees, such as 37.7,48.1,37.9,48.2");
	sl_geom_build(&b, r->arena, SL_GEOM_POLYGON);
	if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e) ||
	    sl_geom_add_points(&b, (double[]){v[0], v[1], v[2], v[1], v[2], v[3], v[0], v[3]}, 4, e))
		return e->code;
	sl_geom_finish(&b, out);
	return SL_OK;
}

static enum sl_code read_wish(struct sl_request *r, struct sl_pack_wish *w, struct sl_err *e)
{
	struct sl_str forms = sl_request_query(r, "form", NULL), margin = sl_request_query(r, "margin", NULL),
	              box = sl_request_query(r, "bbox", NULL), map = sl_request_query(r, "base-map", NULL),
	              language = sl_request_query(r, "lang", NULL), one,
	              *list = sl_arena_alloc(r->arena, forms.n + 1, sizeof *list, e);

	w->task = sl_request_query(r, "task", NULL);
	if (!list)
		return e->code;
	if (!w->task.n == !box.n)
		return sl_fail(e, SL_INVALID, "give either task or bbox");
	if (language.n && !(w->locale = sl_locale_find(language)))
		return sl_fail(e, SL_INVALID, "lang is the code of one of the languages of the pages");
	if (box.n && read_box(r, box, &w->area, e))
		return e->code;
	if (margin.n && !sl_str_double(margin, &w->margin_m))
		return sl_fail(e, SL_INVALID, "margin is a number of metres");
	while (sl_str_split(&forms, ',', &one))
		if (one.n)
			list[w->n_forms++] = one;
	w->form = list;
	w->no_map = sl_str_is(map, "none");
	if (!w->no_map)
		w->map_name = map;
	return SL_OK;
}

static enum sl_code make(struct sl_request *r, struct sl_response *out, const struct sl_pack_wish *w, const char *path,
                         struct sl_err *e)
{
	struct sl_pack_result made;
	char *head;

	if (sl_pack(r->programme, r->arena, w, path, &made, e) || sl_io_map(r->arena, path, &out->fixed, e))
		return e->code;
	head = sl_arena_printf(r->arena, e, "attachment; filename=\"%.*s.zip\"", SL_STR_ARG(made.name));
	if (!head)
		return e->code;
	sl_response_header(out, "Content-Disposition", sl_str_from(head));
	out->type = "application/zip";
	return SL_OK;
}

static enum sl_code pack(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_person who = sl_request_person(r);
	struct sl_pack_wish w = {.margin_m = SL_PACK_MARGIN_M, .person = &who, .locale = r->locale};
	const char *where = getenv("TMPDIR");
	char *path = sl_arena_printf(r->arena, e, "%s/safelane-XXXXXX", where && *where ? where : "/tmp");
	int fd;

	if (!path || read_wish(r, &w, e))
		return e->code;
	fd = mkstemp(path);
	if (fd < 0)
		return sl_fail(e, SL_IO, "there is no room for a pack: %s", strerror(errno));
	close(fd);
	(void)!make(r, out, &w, path, e);
	unlink(path); /* what was mapped stays */
	return e->code;
}

#define TEXT "{\"type\":\"string\"}"

static const struct sl_parameter pack_query[] = {
    {.name = "task", .schema = TEXT, .description = "Identifier or UUID of the task whose ground it is."},
    {.name = "bbox", .schema = TEXT, .description = "Instead of a task: west,south,east,north in degrees."},
    {.name = "margin", .schema = "{\"type\":\"number\",\"default\":1000}",
     .description = "Metres around the ground that belong to it."},
    {.name = "form", .schema = TEXT, .description = "Only these forms, with commas between; all when left out.", .list = true},
    {.name = "base-map", .schema = TEXT, .description = "Which one, as /api/basemaps calls it, or none."},
    {.name = "lang", .schema = TEXT, .description = "Of the page and the labels: a code such as fr; without it the reader's own."},
    {0}};

const struct sl_route sl_routes_pack[] = {
    {.method = SL_GET, .path = "/api/pack", .role = SL_ROLE_READER, .right = SL_RIGHT_EXPORT,
     .extent = SL_EXTENT_OWN_ORGANISATION, .handler = pack, .query = pack_query, .types = "application/zip",
     .summary = "What a team takes along: forms, hazards, base map, ordnance", .flags = SL_ROUTE_SLOW},
    {0}};
