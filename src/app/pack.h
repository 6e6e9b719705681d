/* What a team takes along to where there is no network: the forms, the hazards around its ground, a base map cut to
 * it, the list of ordnance, and a page that says what all that is.  One .zip in which the folders are called as ODK
 * Collect calls its own.  The same programme gives the same bytes.  docs/manual/packs.md */
#ifndef SL_APP_PACK_H
#define SL_APP_PACK_H

#include "app/programme.h"
#include "model/locale.h"
#include "model/role.h"

#define SL_PACK_MARGIN_M 1000.0
#define SL_PACK_MARGIN_MAX_M 50000.0
#define SL_PACK_AREA_MAX_DEG 5.0 /* either side of the ground: more is a country, and no team's */
#define SL_PACK_TILES_MAX 60000

struct sl_pack_wish {
	struct sl_str task;     /* identifier or UUID of a task; empty: `area` */
	struct sl_geom area;    /* WGS 84 */
	double margin_m;        /* hazards as near as this are in the pack, and the map goes as far */
	const struct sl_str *form; /* names of published forms; none: all that the person may fill */
	size_t n_forms;
	struct sl_str map_name; /* one of the programme's own base maps (app/base_map.h); empty: the first that shows the ground */
	const char *map_path;   /* a file instead, from the command line */
	bool no_map;
	const struct sl_locale *locale; /* of the page and the labels; NULL: English */
	const struct sl_person *person; /* whose eyes; NULL: all that is not sealed or kept back */
};

struct sl_pack_result {
	uint64_t hazards, kept_back, forms, ordnance, tiles, bytes;
	struct sl_str map;  /* what the base map is called; empty: there is none */
	int max_zoom;       /* of the map as cut */
	bool map_coarser;   /* than its source: there were too many tiles */
	struct sl_str name; /* for the file: letters, digits and '-' */
};

/* The output is whole or absent; result texts in `a`.  SL_NOT_FOUND: no such task, form or base map for this person.
 * SL_INVALID: a task without ground, a form that nobody published, an area too large, a map that cannot be read. */
SL_CHECKED enum sl_code sl_pack(struct sl_programme *p, struct sl_arena *a, const struct sl_pack_wish *wish,
                                const char *output, struct sl_pack_result *out, struct sl_err *e);

#endif
