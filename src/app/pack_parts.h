/* Inside packs only. */
#ifndef SL_APP_PACK_PARTS_H
#define SL_APP_PACK_PARTS_H

#include "app/pack.h"
#include "formats/zip_writer.h"

struct sl_pack_hazard { /* texts live as long as the pack's arena */
	struct sl_str id, name, class, status, day;
	struct sl_str record; /* UUID */
	struct sl_geom geometry;
};

struct sl_packing {
	struct sl_programme *p;
	struct sl_arena *a;
	const struct sl_pack_wish *wish;
	int language;        /* of the dictionary */
	struct sl_geom area;
	struct sl_box reach; /* the area and its margin, degrees */
	struct sl_str task, programme;
	struct sl_pack_hazard *hazard;
	size_t n_hazards, cap_hazards;
	struct sl_zip_part *part;
	size_t n_parts, cap_parts;
	struct sl_str hazards_csv, hazards_geojson, ordnance_csv;
	const char *map_file; /* where the map lies while the pack is made */
	struct sl_str map_attribution;
	struct sl_pack_result result;
};

/* Takes the bytes as they are; `name` lives as long as the pack. */
SL_CHECKED enum sl_code sl_pack_add(struct sl_packing *k, const char *name, struct sl_str bytes, struct sl_err *e);
/* What is in the buffer, in the arena; empties it. */
SL_CHECKED enum sl_code sl_pack_keep(struct sl_packing *k, struct sl_buf *b, struct sl_str *out, struct sl_err *e);

/* pack_area.c: the ground of the task, or the area asked for */
SL_CHECKED enum sl_code sl_pack_find_area(struct sl_packing *k, struct sl_err *e);
/* pack_hazards.c: the lists that a form chooses from and a map shows */
SL_CHECKED enum sl_code sl_pack_hazards(struct sl_packing *k, struct sl_err *e);
SL_CHECKED enum sl_code sl_pack_ordnance(struct sl_packing *k, struct sl_err *e);
/* pack_map.c */
SL_CHECKED enum sl_code sl_pack_map(struct sl_packing *k, struct sl_err *e);
/* pack_text.c: the page for people, and the list for programs */
SL_CHECKED enum sl_code sl_pack_page(struct sl_packing *k, struct sl_err *e);
SL_CHECKED enum sl_code sl_pack_manifest(struct sl_packing *k, struct sl_err *e);

#endif
