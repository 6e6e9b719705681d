#include "app/import_making.h"

#include "geo/wkb.h"

#include <math.h>
#include <string.h>

/* The values stand: now the place, the documents, the date and the identity that the record is kept with.
 */

/* {"crs","file","geometry","layer","precision_m","raw","row"}: keys in order, as everywhere. */
static enum sl_code write_entry(struct import_making *m, const struct import_geometry *g,
                                struct import_item *item, struct sl_err *e)
{
	const struct import_plan *plan = m->w->plan;
	struct sl_str crs = g->crs.n ? g->crs : plan->crs;
	struct sl_json_writer w;

	sl_buf_clear(&m->w->text);
	sl_json_writer_init(&w, &m->w->text);
	sl_json_begin(&w, '{');
	if (g->original.n && crs.n)
		sl_json_kv_str(&w, "crs", crs);
	sl_json_kv_str(&w, "file", plan->source->file);
	if (g->original.n)
		sl_json_kv_str(&w, "geometry", g->original);
	if (plan->source->layer.n)
		sl_json_kv_str(&w, "layer", plan->source->layer);
	if (g->precision_m > 0)
		sl_json_kv_double(&w, "precision_m", g->precision_m);
	if (m->n_raw) {
		sl_json_put_key(&w, SL_STR("raw"));
		sl_json_begin(&w, '{');
		for (size_t i = 0; i < m->n_raw; i++) {
			sl_json_put_key(&w, m->raw[i].column);
			sl_json_put_str(&w, m->raw[i].text);
		}
		sl_json_end(&w, '}');
	}
	sl_json_kv_int(&w, "row", (int64_t)m->row->number);
	sl_json_end(&w, '}');
	if (sl_buf_check(&m->w->text, e))
		return e->code;
	item->entry.p = sl_arena_strndup(&m->c->arena, m->w->text.p, m->w->text.n, e);
	item->entry.n = m->w->text.n;
	return item->entry.p ? SL_OK : e->code;
}

/* What hides, with the extras that would show it under "_extra" (records read unknown keys as extras). */
static enum sl_code write_sealed(struct import_making *m, struct import_item *item, struct sl_err *e)
{
	struct sl_buf *b = &m->w->text;
	bool any;

	sl_buf_clear(b);
	sl_record_sealed_json_with(b, &m->rec, m->sealed, m->n_sealed, &any);
	if (sl_buf_check(b, e) || !any)
		return e->code;
	item->sealed.p = sl_arena_strndup(&m->c->arena, b->p, b->n, e);
	item->sealed.n = b->n;
	return item->sealed.p ? SL_OK : e->code;
}

static enum sl_code write_document(struct import_making *m, struct import_item *item, struct sl_err *e)
{
	sl_buf_clear(&m->w->text);
	sl_record_json(&m->w->text, &m->rec);
	if (sl_buf_check(&m->w->text, e))
		return e->code;
	item->document.p = sl_arena_strndup(&m->c->arena, m->w->text.p, m->w->text.n, e);
	item->document.n = m->w->text.n;
	return item->document.p ? SL_OK : e->code;
}

static void set_organisation(struct import_making *m, struct import_item *item)
{
	const char *given = m->w->plan->options->organisation;
	struct sl_value *v = m->k->organisation < 0 ? NULL : &m->rec.value[m->k->organisation];

	if (given && v && v->type == SL_VALUE_NONE)
		*v = (struct sl_value){.type = SL_VALUE_TEXT, .text = sl_str_from(given)};
	item->organisation = v && v->type == SL_VALUE_TEXT ? v->text : sl_str_from(given);
}

static void set_effective(struct import_making *m, struct import_item *item)
{
	item->effective = sl_date_none();
	for (size_t i = 0; i < m->k->n_dates && sl_date_is_none(item->effective); i++) {
		const struct sl_value *v = &m->rec.value[m->k->date[i]];

		if (v->type == SL_VALUE_DATE)
			item->effective = v->date;
		else if (v->type == SL_VALUE_TEXT && v->text.n > 10) /* a moment: its day, as written */
			if (!sl_date_parse((struct sl_str){v->text.p, 10}, &item->effective))
				item->effective = sl_date_none();
	}
}

/* The row as it came, without what is about a person: its hash names a record that has no identifier, and a
 * hash of a name would let anyone who guesses the name confirm it.  It follows from the names of the
 * columns and not from what a mapping makes of them: a better mapping later means the same records. */
static struct sl_hash content_of(struct import_making *m)
{
	struct sl_hasher h;
	const struct sl_row *row = m->row;

	sl_hash_begin(&h);
	for (size_t i = 0; i < row->n; i++) {
		const struct sl_cell *cell = &row->cell[i];
		const struct import_column *col = &m->w->column[m->w->guess[i]];
		bool hidden = cell->type == SL_CELL_EMPTY || col->personal[m->kind];

		for (size_t r = 0; r < col->n_rules; r++) {
			const struct sl_field *f = m->w->plan->mapping.rule[col->rule[r]].field;

			hidden |= f && f->sensitive;
		}
		if (hidden)
			continue;
		sl_hash_part(&h, cell->name.p, cell->name.n);
		sl_hash_part(&h, cell->text.p, cell->text.n);
	}
	if (!m->k->hides_geometry && row->has == SL_ROW_GEOMETRY) {
		const struct sl_geom *g = &row->geometry;

		sl_hash_int(&h, g->type);
		sl_hash_part(&h, g->xy, g->n_points * 2 * sizeof *g->xy);
		sl_hash_part(&h, g->ring_end, g->n_rings * sizeof *g->ring_end);
		sl_hash_part(&h, g->part_end, g->n_parts * sizeof *g->part_end);
	}
	if (!m->k->hides_geometry && row->has == SL_ROW_BAD_GEOMETRY)
		sl_hash_part(&h, row->geometry_text.p, row->geometry_text.n);
	return sl_hash_end(&h);
}

/* "-", "?" and "none" stand in the column of identifiers and are none. */
static bool is_identifier(struct sl_str s)
{
	static const char *const words[] = {"none", "null", "nil", "n.a.", "nan", "tbd"};
	bool sign = false;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sl_str_is_nocase(s, words[i]))
			return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		sign |= c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
	}
	return sign;
}

static enum sl_code look_at_place(struct import_making *m, const struct import_geometry *g,
                                  struct sl_err *e)
{
	struct sl_arena *a = &m->c->arena;

	if (g->problem) {
		const char *text = strcmp(g->rule, "G24") || g->severity != SL_ERROR
		                       ? g->problem
		                       : sl_arena_printf(a, e, "The geometry cannot be read: %s.", g->problem);

		return import_making_find(m, g->rule, g->severity, NULL, text, g->suggestion, e);
	}
	if (g->g.type == SL_GEOM_NONE && m->k->kind->geometry >= 0 &&
	    (m->k->place_rules || m->row->has == SL_ROW_NULL_GEOMETRY))
		return import_making_find(
		    m, "G25", m->k->land ? SL_WARNING : SL_NOTE, NULL, "The row has no geometry.",
		    "Enter the place or the boundary when it is known; the record is kept without.", e);
	return SL_OK;
}

enum sl_code import_making_finish(struct import_making *m, struct sl_err *e)
{
	struct import_item item = {.kind = m->k, .row = m->row->number, .lon = (double)NAN, .lat = (double)NAN};
	struct import_geometry g = {0};
	const int id = m->k->id;
	struct import_item *v;

	if (import_place(m->w, &m->c->arena, m->row, m->k, &m->place, &g, e) || look_at_place(m, &g, e))
		return e->code;
	set_organisation(m, &item);
	set_effective(m, &item);
	m->rec.geometry = m->k->kind->geometry < 0 ? (struct sl_geom){.type = SL_GEOM_NONE} : g.g;
	if (m->k->kind->geometry < 0 && g.g.type != SL_GEOM_NONE && !g.original.n) {
		/* The kind has no place; what the file says is not thrown away. */
		sl_buf_clear(&m->w->text);
		sl_wkt_write(&m->w->text, &g.g);
		if (sl_buf_check(&m->w->text, e))
			return e->code;
		g.original.p = sl_arena_strndup(&m->c->arena, m->w->text.p, m->w->text.n, e);
		g.original.n = m->w->text.n;
		if (!g.original.p)
			return e->code;
	}
	if (write_document(m, &item, e) || write_sealed(m, &item, e) || write_entry(m, &g, &item, e))
		return e->code;
	if (!m->k->hides_geometry && m->rec.geometry.type != SL_GEOM_NONE) {
		if (sl_geometry_prepare(&m->c->arena, &m->rec.geometry, &item.geometry, e))
			return sl_err_within(e, "row %llu", (unsigned long long)m->row->number);
		item.lon = m->rec.geometry.xy[0];
		item.lat = m->rec.geometry.xy[1];
	}
	/* What is sealed does not go on in the open, not even to the writer. */
	if (m->k->hides_geometry)
		m->rec.geometry = (struct sl_geom){.type = SL_GEOM_NONE};
	item.record = m->rec;
	if (m->k->kind->seals_extra)
		item.record.n_extra = 0;
	item.has_error = m->has_error;
	if (sl_revision_prepare(&m->c->arena,
	                        &(struct sl_revision){.kind = m->k->kind,
	                                              .state = import_state(m->w->plan),
	                                              .document = item.document,
	                                              .sealed = item.sealed,
	                                              .entry = item.entry,
	                                              .geometry = item.geometry},
	                        &item.record, &item.prepared, e))
		return e->code;
	if (id >= 0 && m->rec.value[id].type == SL_VALUE_TEXT && is_identifier(m->rec.value[id].text))
		item.identity = m->rec.value[id].text;
	else
		item.content = content_of(m);
	v = sl_arena_grow(&m->c->arena, m->c->item, &m->c->cap, m->c->n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	m->c->item = v;
	m->c->item[m->c->n++] = item;
	return SL_OK;
}
