#include "cli/command.h"

#include "app/archive.h"
#include "app/export.h"
#include "app/tile.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

extern const struct sl_command sl_command_export;

static void plural(uint64_t n, const char *one, const char *many)
{
	fprintf(stderr, "%" PRIu64 " %s", n, n == 1 ? one : many);
}

/* What the format could not hold is said, never left to be found out. */
static void tell(const char *output, const struct sl_export_result *r)
{
	struct sl_str name = sl_str_from(output);

	plural(r->records, "record", "records");
	fprintf(stderr, " written to %s", output);
	if (r->layers > 1)
		fprintf(stderr, " in %" PRIu64 " layers", r->layers);
	fputc('\n', stderr);
	if (sl_str_has_suffix_nocase(name, ".shp"))
		fputs("A shapefile has column names of 10 letters, texts of 254 bytes and dates without a time.\n",
		      stderr);
	if (r->names_cut) {
		plural(r->names_cut, "column name was", "column names were");
		fputs(" cut; the list beside (.names.csv) is the --map for importing it again.\n", stderr);
	}
	if (r->texts_cut) {
		plural(r->texts_cut, "text was", "texts were");
		fputs(" too long for the format and cut; an outline too long for a cell was left out.\n", stderr);
	}
	if (r->outlines) {
		plural(r->outlines, "area was", "areas were");
		fputs(" written as a track along the edge: GPX has no areas.\n", stderr);
	}
	if (r->like_numbers) {
		plural(r->like_numbers, "text is", "texts are");
		fputs(" made of digits, such as 07: GPX readers take them for numbers and may cut them.\n", stderr);
	}
	if (r->left_out) {
		plural(r->left_out, "record has", "records have");
		fputs(" no place and could not go into this format; .geojson, .gpkg and .csv hold them.\n", stderr);
	}
	for (size_t i = 0; i < r->n_also; i++)
		fprintf(stderr, "also written: %s\n", r->also[i]);
}

static int archive(struct sl_env *env, char **argv, const struct sl_archive_options *o)
{
	struct sl_archive_result result;
	struct sl_programme p;
	struct sl_err e = {0};
	int status = 0;

	if (sl_programme_open(&p, argv[1], SL_OPEN_READ, env, &e) || sl_archive(&p, argv[2], o, &result, &e))
		status = sl_report_error(&e);
	else
		fprintf(stderr, "%" PRIu64 " tiles, %.0f kB, written to %s\n", result.tiles, ceil((double)result.bytes / 1e3),
		        argv[2]);
	sl_programme_close(&p);
	return status;
}

static int export(struct sl_env *env, int argc, char **argv)
{
	long long from = SL_TILE_MIN_ZOOM, to = SL_TILE_MAX_ZOOM;
	bool all = false;
	struct sl_export_options o = {.as_of = sl_date_none()};
	struct sl_export_result result;
	struct sl_programme p;
	struct sl_err e = {0};
	const char *as_of = NULL;
	int status = 0;
	int n = sl_options(&sl_command_export, argc, argv,
	                   (struct sl_option[]){
	                       {"--kind", SL_OPTION_TEXT, &o.kind},
	                       {"--as-of", SL_OPTION_TEXT, &as_of},
	                       {"--minzoom", SL_OPTION_INT, &from},
	                       {"--maxzoom", SL_OPTION_INT, &to},
	                       {"--all", SL_OPTION_FLAG, &all},
	                       {0}});

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 2)
		return sl_usage_error("export: FILE.gpkg and OUTPUT are needed");
	if (as_of && !sl_date_parse(sl_str_from(as_of), &o.as_of))
		return sl_usage_error("export: --as-of %s: not a date such as 2024-12-31", as_of);
	if (!strcmp(argv[1], argv[2]))
		return sl_usage_error("export: the programme cannot be its own output");
	if (from < SL_TILE_MIN_ZOOM || to > SL_TILE_MAX_ZOOM || from > to)
		return sl_usage_error("export: zooms go from %d to %d", SL_TILE_MIN_ZOOM, SL_TILE_MAX_ZOOM);
	if (sl_archive_name(argv[2]))
		return archive(env, argv,
		               &(struct sl_archive_options){o.kind, o.as_of, (uint32_t)from, (uint32_t)to, all});
	if (all || from != SL_TILE_MIN_ZOOM || to != SL_TILE_MAX_ZOOM)
		return sl_usage_error("export: --minzoom, --maxzoom and --all are for map tiles (.mbtiles)");
	if (sl_export_possible(argv[2], o.kind, &e))
		return sl_usage_error("export: %s", e.msg);
	if (sl_programme_open(&p, argv[1], SL_OPEN_READ, env, &e) || sl_export(&p, argv[2], &o, &result, &e))
		status = sl_report_error(&e);
	else
		tell(argv[2], &result);
	sl_programme_close(&p);
	return status;
}

const struct sl_command sl_command_export = {
    "export",
    export,
    "write approved records as a file that other programs read",
    "usage: safelane export FILE.gpkg OUTPUT [--kind KIND] [--as-of DATE]\n"
    "                       [--minzoom Z] [--maxzoom Z] [--all]\n\n"
    "The ending of OUTPUT chooses the format: .geojson .gpkg .fgb .kml .gpx .shp .csv .xlsx .mbtiles.\n"
    "Coordinates "
    "are WGS 84.\n"
    "Fields that hold names, telephones and exact places of people never leave the programme.\n"
    "The output is written whole or not at all.\n\n"
    "  --kind KIND   hazard (when not given), release, activity, accident, victim, ordnance, ...;\n"
    "                all: every kind, a layer each (.gpkg) or a sheet each (.xlsx)\n"
    "  --as-of DATE  the records as they were in force on that day\n\n"
    "Map tiles (.mbtiles, MBTiles 1.3 with vector tiles) for use without a server hold current records of one "
    "kind,\nor of --kind land the land by its state on --as-of DATE:\n"
    "  --minzoom Z, --maxzoom Z   from 0 to 14 when not given\n"
    "  --all                      every field and every record at every zoom; else as the map shows them: fewer\n"
    "                             fields below zoom 11, and ground smaller than a pixel is counted\n",
};
