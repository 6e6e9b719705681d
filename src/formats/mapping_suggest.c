#include "formats/mapping.h"

#include "base/csv.h"

/* What a suggestion is made from, and how it is written. */

#define SAMPLE_VALUES 200 /* of each column, from the first rows */
#define SAMPLE_BYTES 1024

/* A value is looked at, not kept whole: the beginning of a boundary tells what it is. */
static enum sl_code keep_value(struct sl_arena *a, struct sl_sample *m, size_t column, struct sl_str v,
                               struct sl_err *e)
{
	size_t n = v.n;
	char *copy;

	if (n > SAMPLE_BYTES)
		for (n = SAMPLE_BYTES; n && ((unsigned char)v.p[n] & 0xc0) == 0x80;)
			n--;
	copy = sl_str_dup(a, (struct sl_str){v.p, n}, e);
	if (!copy)
		return e->code;
	m->value[column][m->n_values[column]++] = (struct sl_str){copy, n};
	return SL_OK;
}

static enum sl_code sample_rows(struct sl_arena *a, struct sl_arena *scratch, struct sl_source *s,
                                const struct sl_map *index, struct sl_sample *m, bool *more,
                                struct sl_err *e)
{
	struct sl_rows rows;

	if (s->take(s, scratch, &rows, e))
		return e->code;
	*more = rows.n > 0;
	for (size_t i = 0; i < rows.n; i++) {
		struct sl_arena_mark mark = sl_arena_mark(scratch);
		struct sl_row row;

		if (s->read(s, scratch, &rows, i, &row, e))
			return e->code;
		for (size_t k = 0; k < row.n; k++) {
			const uint64_t *at = sl_map_get(index, row.cell[k].name);

			if (at && row.cell[k].type != SL_CELL_EMPTY && m->n_values[*at] < SAMPLE_VALUES &&
			    keep_value(a, m, (size_t)*at, row.cell[k].text, e))
				return e->code;
		}
		sl_arena_reset(scratch, mark);
	}
	return SL_OK;
}

enum sl_code sl_sample_take(struct sl_arena *a, struct sl_source *s, struct sl_sample *out,
                            struct sl_err *e)
{
	struct sl_sample m = {.column = s->column, .n_columns = s->n_columns, .own_geometry = s->has_geometry};
	struct sl_arena scratch = {0};
	struct sl_map index = {0};
	enum sl_code code = SL_OK;
	bool more = true;

	m.value = sl_arena_alloc(a, m.n_columns, sizeof *m.value, e);
	m.n_values = m.value ? sl_arena_alloc(a, m.n_columns, sizeof *m.n_values, e) : NULL;
	if (!m.n_values)
		return e->code;
	for (size_t i = 0; i < m.n_columns && !code; i++) {
		m.value[i] = sl_arena_alloc(a, SAMPLE_VALUES, sizeof **m.value, e);
		if (!m.value[i] || !sl_map_put(&index, m.column[i], i, NULL, e))
			code = e->code;
	}
	for (int round = 0; round < 4 && more && !code; round++)
		code = sample_rows(a, &scratch, s, &index, &m, &more, e);
	sl_map_done(&index);
	sl_arena_done(&scratch);
	if (!code)
		code = s->rewind(s, e);
	if (!code)
		*out = m;
	return code;
}

void sl_mapping_suggest(struct sl_buf *b, const struct sl_kind *kind, const struct sl_column_match *match,
                        const struct sl_sample *sample)
{
	struct sl_csv_writer w;
	static const char *const headings[] = {"source_field", "kind",       "field", "transform",
	                                       "value_map",    "confidence", "why",   "example"};

	sl_csv_writer_init(&w, b, ',', false);
	for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
		sl_csv_put(&w, sl_str_from(headings[i]));
	sl_csv_end(&w);
	for (size_t i = 0; i < sample->n_columns; i++) {
		const struct sl_column_match *m = &match[i];
		struct sl_str example = sample->n_values[i] ? sample->value[i][0] : (struct sl_str){"", 0};
		struct sl_buf number = {0};

		if (m->match == SL_MATCH_GIVEN)
			continue;
		sl_csv_put(&w, m->column);
		sl_csv_put(&w, kind->name);
		sl_csv_put(&w, m->field ? m->field->name : (struct sl_str){"", 0});
		sl_csv_put(&w, m->has_step ? sl_str_from(sl_transform_name(m->step.what)) : (struct sl_str){"", 0});
		sl_csv_put(&w, (struct sl_str){"", 0});
		sl_buf_printf(&number, "%.2f", m->confidence);
		sl_csv_put(&w, sl_buf_view(&number));
		b->failed |= number.failed;
		sl_buf_done(&number);
		sl_csv_put(&w, sl_str_from(m->why));
		/* An example is for reading, not a copy of the data; of people there is none. */
		if ((m->field ? m->field->sensitive : kind && kind->seals_extra) ||
		    (m->named && m->named->sensitive))
			example.n = 0;
		if (example.n > 60) {
			example.n = 60;
			while (example.n && ((unsigned char)example.p[example.n] & 0xc0) == 0x80)
				example.n--;
		}
		sl_csv_put(&w, example);
		sl_csv_end(&w);
	}
}
