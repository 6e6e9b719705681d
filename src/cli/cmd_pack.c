#include "cli/command.h"

#include "app/pack.h"
#include "app/parcel.h"
#include "base/io.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

extern const struct sl_command sl_command_pack;

/* "37.7,48.1,37.9,48.2": west, south, east, north, as everywhere on maps. */
static enum sl_code read_box(struct sl_arena *a, const char *text, struct sl_geom *out, struct sl_err *e)
{
	struct sl_str rest = sl_str_from(text), part;
	struct sl_geom_builder b;
	double v[4];
	size_t n = 0;

	while (n < 4 && sl_str_split(&rest, ',', &part) && sl_str_double(sl_str_trim(part), &v[n]))
		n++;
	if (n < 4 || rest.n || v[0] >= v[2] || v[1] >= v[3])
		return sl_fail(e, SL_INVALID, "--bbox %s: it is WEST,SOUTH,EAST,NORTH in degrees, such as 37.7,48.1,37.9,48.2", text);
	sl_geom_build(&b, a, SL_GEOM_POLYGON);
	if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e) ||
	    sl_geom_add_points(&b, (double[]){v[0], v[1], v[2], v[1], v[2], v[3], v[0], v[3]}, 4, e))
		return e->code;
	sl_geom_finish(&b, out);
	return SL_OK;
}

static void tell(const char *output, const struct sl_pack_wish *w, const struct sl_pack_result *r)
{
	fprintf(stderr, "%" PRIu64 " hazard%s within %g m, %" PRIu64 " form%s, ", r->hazards, r->hazards == 1 ? "" : "s",
	        w->margin_m, r->forms, r->forms == 1 ? "" : "s");
	if (r->map.n)
		fprintf(stderr, "base map %.*s (%" PRIu64 " tiles to zoom %d)", SL_STR_ARG(r->map), r->tiles, r->max_zoom);
	else
		fprintf(stderr, "no base map");
	fprintf(stderr, ", %.0f kB, written to %s\n", ceil((double)r->bytes / 1e3), output);
	if (r->kept_back)
		fprintf(stderr, "%" PRIu64 " hazard%s there may not leave the office, and the pack says so.\n", r->kept_back,
		        r->kept_back == 1 ? "" : "s");
	if (!r->map.n && !w->no_map)
		fprintf(stderr, "None of the base maps in the folder FILE.gpkg.maps shows this ground; --base-map names a file.\n");
	if (r->map_coarser)
		fprintf(stderr, "The base map goes on deeper, but not in %d tiles: a smaller area has more of it.\n",
		        SL_PACK_TILES_MAX);
	if (!r->forms)
		fprintf(stderr, "No form is published: safelane form publish FILE.gpkg --all\n");
}

static int pack(struct sl_env *env, int argc, char **argv)
{
	const char *task = NULL, *area = NULL, *box = NULL, *map = NULL, *margin = NULL, *language = NULL, *output = NULL;
	struct sl_option_list form = {0};
	struct sl_str name[64];
	bool no_map = false;
	struct sl_pack_wish w = {.margin_m = SL_PACK_MARGIN_M};
	struct sl_pack_result result;
	struct sl_arena a = {0};
	struct sl_programme p;
	struct sl_err e = {0};
	int status = 0;
	int n = sl_options(&sl_command_pack, argc, argv,
	                   (struct sl_option[]){{"--task", SL_OPTION_TEXT, &task},
	                                        {"--area", SL_OPTION_TEXT, &area},
	                                        {"--bbox", SL_OPTION_TEXT, &box},
	                                        {"--margin", SL_OPTION_TEXT, &margin},
	                                        {"--form", SL_OPTION_LIST, &form},
	                                        {"--base-map", SL_OPTION_TEXT, &map},
	                                        {"--no-base-map", SL_OPTION_FLAG, &no_map},
	                                        {"--language", SL_OPTION_TEXT, &language},
	                                        {"-o", SL_OPTION_TEXT, &output},
	                                        {0}});

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1 || !output)
		return sl_usage_error("pack: FILE.gpkg and -o PACK.zip are needed");
	if (!task + !area + !box != 2)
		return sl_usage_error("pack: say which ground, once: --task ID, --area FILE or --bbox W,S,E,N");
	if (!strcmp(argv[1], output))
		return sl_usage_error("pack: the programme cannot be its own output");
	if (map && no_map)
		return sl_usage_error("pack: --base-map and --no-base-map exclude each other");
	if (margin && (!sl_str_double(sl_str_from(margin), &w.margin_m) || w.margin_m < 0 || w.margin_m > SL_PACK_MARGIN_MAX_M))
		return sl_usage_error("pack: --margin %s: metres, from 0 to %g", margin, SL_PACK_MARGIN_MAX_M);
	w.locale = language ? sl_locale_find(sl_str_from(language)) : NULL;
	if (language && !w.locale)
		return sl_usage_error("pack: --language %s: one of en, fr, es, ar, uk, km", language);
	if (map && !sl_str_has_suffix_nocase(sl_str_from(map), ".mbtiles") &&
	    !sl_str_has_suffix_nocase(sl_str_from(map), ".pmtiles"))
		return sl_usage_error("pack: --base-map %s: a base map ends in .mbtiles or .pmtiles", map);
	if (map && !sl_io_exists(map))
		return sl_usage_error("pack: --base-map %s: there is no such file", map);
	for (int i = 0; i < form.n; i++)
		name[i] = sl_str_from(form.v[i]);
	w.task = sl_str_from(task);
	w.form = name;
	w.n_forms = (size_t)form.n;
	w.map_path = map;
	w.no_map = no_map;
	if ((area && sl_asked_read(&a, area, NULL, SL_ASKED_PARCEL, &w.area, &e)) || (box && read_box(&a, box, &w.area, &e))) {
		status = sl_report_error(&e);
		sl_arena_done(&a);
		return status;
	}
	if (sl_programme_open(&p, argv[1], SL_OPEN_READ, env, &e) || sl_pack(&p, &a, &w, output, &result, &e))
		status = sl_report_error(&e);
	else
		tell(output, &w, &result);
	sl_programme_close(&p);
	sl_arena_done(&a);
	return status;
}

const struct sl_command sl_command_pack = {
    "pack",
    pack,
    "make what a team takes to the field: forms, hazards, base map, ordnance",
    "usage: safelane pack FILE.gpkg --task ID | --area FILE | --bbox W,S,E,N [--margin METRES]\n"
    "                     [--form NAME]... [--base-map MAP | --no-base-map] [--language CODE] -o PACK.zip\n\n"
    "A .zip for phones without a network, its folders called as ODK Collect calls them: the published forms with their\n"
    "files, the hazards of the ground as GeoJSON and as a table that forms choose from, a base map cut to the ground\n"
    "(MBTiles), the list of ordnance, a page that explains it, and a list with the hash of every file. Nothing sealed\n"
    "is in it. The same programme makes the same bytes.\n\n"
    "  --task ID         the ground of that task; without ground of its own, that of the hazards it names\n"
    "  --area FILE       a polygon: .geojson, .kml, .gpx, a zipped shapefile\n"
    "  --bbox W,S,E,N    degrees on WGS 84\n"
    "  --margin METRES   hazards as near as this are in the pack, and the map goes as far; 1000 when not given\n"
    "  --form NAME       only this form, may be given again; all published ones when not given\n"
    "  --base-map MAP    .pmtiles or .mbtiles; the first in the folder FILE.gpkg.maps that shows the ground when not\n"
    "                    given\n"
    "  --language CODE   of the page and of labels: en, fr, es, ar, uk, km\n",
};
