/* Squares to inspect on a field map: drawn from the seed that the sheet prints, so that anybody can draw
 * them again. */
#include "app/field_map_parts.h"

#include "app/sample.h"
#include "geo/coord.h"

enum { LABELS_MAX = 60 /* more than these would hide the map */ };

static enum sl_code say_which(struct field_map *m, const struct sl_field_map_request *r,
                              const struct sl_square_grid *g, struct sl_err *e)
{
	struct sl_node *node = sl_doc_add(m->d, SL_NODE_PARAGRAPH, e);

	if (!node)
		return e->code;
	m->fill[0] = sl_field_map_number(m, (double)r->sample, 0, e);
	m->fill[1] = sl_field_map_number(m, (double)g->units, 0, e);
	m->fill[2] = sl_field_map_number(m, g->size_m, g->size_m < 10 ? 1 : 0, e);
	m->fill[3] = sl_str_from(sl_arena_printf(m->a, e, "%.0f", r->seed));
	return e->code
	           ? e->code
	           : sl_runs_text(
	                 m->a, &node->runs,
	                 sl_field_map_say(
	                     m,
	                     sl_text(
	                         m->l, "report",
	                         "{0} of {1} squares of {2} m are to be inspected, drawn from the number {3}."),
	                     e),
	                 e);
}

static enum sl_code add_table(struct field_map *m, const struct sl_sample_drawn *d, struct sl_err *e)
{
	const struct sl_doc_column columns[] = {
	    {.name = SL_STR("square"), .heading = sl_str_from(sl_text(m->l, "report", "Square"))},
	    {.name = SL_STR("lat_lon"),
	     .heading = sl_str_from(sl_text(m->l, "report", "Latitude and longitude (WGS 84)"))},
	    {.name = SL_STR("mgrs"), .heading = SL_STR("MGRS")},
	};
	struct sl_node *node = sl_doc_add(m->d, SL_NODE_TABLE, e);
	struct sl_doc_column *column = node ? sl_arena_alloc(m->a, 3, sizeof *column, e) : NULL;

	if (!column)
		return e->code;
	for (size_t i = 0; i < 3; i++)
		column[i] = columns[i];
	*node->table = (struct sl_doc_table){
	    .name = SL_STR("squares"),
	    .caption = sl_str_from(sl_text(m->l, "report", "Squares to inspect, by their middles")),
	    .column = column,
	    .n_columns = 3,
	    .n_heads = 1};
	for (size_t i = 0; i < d->n; i++) {
		struct sl_doc_cell *cell;
		char degrees[64], mgrs[64];

		if (sl_coord_text(d->middle[2 * i + 1], d->middle[2 * i], SL_COORD_DD, degrees, e) ||
		    sl_coord_text(d->middle[2 * i + 1], d->middle[2 * i], SL_COORD_MGRS, mgrs, e) ||
		    sl_doc_row_add(m->a, node->table, SL_ROW_BODY, &cell, e))
			return e->code;
		cell[0] = sl_doc_text(sl_str_from(sl_arena_printf(m->a, e, "S%zu", i + 1)));
		cell[1] = sl_doc_text(sl_str_from(sl_arena_printf(m->a, e, "%s", degrees)));
		cell[2] = sl_doc_text(sl_str_from(sl_arena_printf(m->a, e, "%s", mgrs)));
	}
	return e->code;
}

enum sl_code sl_field_map_squares(struct field_map *m, const struct sl_field_map_request *r,
                                  struct sl_err *e)
{
	struct sl_square_grid grid;

	if (sl_square_grid(m->a, &m->rec.geometry, r->unit_side_m > 0 ? r->unit_side_m : 1, &grid, e))
		return e->code;
	m->drawn = sl_arena_alloc(m->a, 1, sizeof *m->drawn, e);
	if (!m->drawn || sl_sample_draw(m->a, &grid, r->sample, r->seed, m->drawn, e))
		return e->code;
	return say_which(m, r, &grid, e);
}

enum sl_code sl_field_map_square_shapes(struct field_map *m, struct sl_err *e)
{
	static uint32_t ends[2] = {4, 1};

	for (size_t i = 0; i < m->drawn->n; i++) {
		struct sl_geom one = {.type = SL_GEOM_POLYGON,
		                      .xy = m->drawn->square->xy + 8 * i,
		                      .n_points = 4,
		                      .ring_end = &ends[0],
		                      .n_rings = 1,
		                      .part_end = &ends[1],
		                      .n_parts = 1};
		const char *label = m->drawn->n > LABELS_MAX ? "" : sl_arena_printf(m->a, e, "S%zu", i + 1);

		if (!label || sl_field_map_shape(m, &one, SL_STYLE_TASK, sl_str_from(label), e))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_field_map_square_table(struct field_map *m, struct sl_err *e)
{
	return add_table(m, m->drawn, e);
}
