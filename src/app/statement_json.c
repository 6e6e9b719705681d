/* A statement as JSON, and its shapes as GeoJSON: docs/formats/analysis.md. */
#include "app/statement_words.h"

#include "base/json.h"
#include "geo/wkb.h"

#include <math.h>

static void put_quantities(struct sl_json_writer *w, const char *key, const struct sl_quantity *q, size_t n,
                           const struct sl_locale *l)
{
	sl_json_put_key(w, sl_str_from(key));
	sl_json_begin(w, '[');
	for (; n; n--, q++) {
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "name", sl_str_from(q->name));
		sl_json_kv_str(w, "label", sl_str_from(sl_text(l, "analysis", q->label)));
		if (q->text.n)
			sl_json_kv_str(w, "text", q->text);
		else
			sl_json_kv_double(w, "value", q->value);
		if (q->level > 0) {
			sl_json_kv_double(w, "low", q->low);
			sl_json_kv_double(w, "high", q->high);
			sl_json_kv_double(w, "level", q->level);
		}
		if (q->unit)
			sl_json_kv_str(w, "unit", sl_str_from(sl_quantity_unit(q->unit, l)));
		if (!q->text.n)
			sl_json_kv_int(w, "decimals", q->decimals);
		if (q->source.n)
			sl_json_kv_str(w, "source", q->source);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
}

static void put_sentences(struct sl_json_writer *w, struct sl_buf *b, const struct sl_statement *s,
                          enum sl_sentence_sort sort, const struct sl_locale *l)
{
	struct sl_buf text = {0};

	sl_json_put_key(w, sl_str_from(sl_sentences_name(sort)));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < s->n_sentences; i++)
		if (s->sentence[i].sort == sort) {
			sl_buf_clear(&text);
			sl_sentence_text(&text, &s->sentence[i], l);
			sl_json_put_str(w, sl_buf_view(&text));
		}
	sl_json_end(w, ']');
	b->failed |= text.failed;
	sl_buf_done(&text);
}

static void put_table(struct sl_json_writer *w, const struct sl_statement_table *t, const struct sl_locale *l)
{
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "name", sl_str_from(t->name));
	sl_json_kv_str(w, "caption", sl_str_from(sl_text(l, "analysis", t->caption)));
	sl_json_put_key(w, SL_STR("chart"));
	sl_json_put_bool(w, t->chart);
	sl_json_put_key(w, SL_STR("columns"));
	sl_json_begin(w, '[');
	for (size_t c = 0; c < t->n_columns; c++) {
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "name", sl_str_from(t->column[c].name));
		sl_json_kv_str(w, "label", sl_str_from(sl_text(l, "analysis", t->column[c].label)));
		if (t->column[c].unit)
			sl_json_kv_str(w, "unit", sl_str_from(sl_quantity_unit(t->column[c].unit, l)));
		sl_json_kv_str(w, "type", t->column[c].is_text ? SL_STR("text") : SL_STR("number"));
		if (!t->column[c].is_text)
			sl_json_kv_int(w, "decimals", t->column[c].decimals);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
	sl_json_put_key(w, SL_STR("rows"));
	sl_json_begin(w, '[');
	for (size_t k = 0; k < t->n_rows * t->n_columns; k++) {
		if (k % t->n_columns == 0)
			sl_json_begin(w, '[');
		if (t->column[k % t->n_columns].is_text)
			sl_json_put_str(w, t->cell[k].text);
		else
			sl_json_put_double(w, t->cell[k].number);
		if (k % t->n_columns + 1 == t->n_columns)
			sl_json_end(w, ']');
	}
	sl_json_end(w, ']');
	sl_json_end(w, '}');
}

void sl_statement_json(struct sl_buf *b, const struct sl_statement *s, const struct sl_locale *l)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "method", sl_str_from(s->method));
	sl_json_kv_str(&w, "title", sl_str_from(sl_text(l, "analysis", s->title)));
	sl_json_kv_str(&w, "source", sl_str_from(s->source));
	for (int sort = 0; sort < SL_SENTENCE_SORTS; sort++)
		put_sentences(&w, b, s, (enum sl_sentence_sort)sort, l);
	put_quantities(&w, "figures", s->figure, s->n_figures, l);
	put_quantities(&w, "inputs", s->input, s->n_inputs, l);
	sl_json_put_key(&w, SL_STR("tables"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < s->n_tables; i++)
		put_table(&w, s->table[i], l);
	sl_json_end(&w, ']');
	sl_json_kv_int(&w, "shapes", (int64_t)s->n_shapes);
	if (s->n_shapes && s->shape_label)
		sl_json_kv_str(&w, "shape_label", sl_str_from(sl_text(l, "analysis", s->shape_label)));
	sl_json_kv_str(&w, "status", sl_str_from(sl_statement_changes_nothing(l)));
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
}

void sl_statement_geojson(struct sl_buf *b, const struct sl_statement *s)
{
	struct sl_json_writer w;
	struct sl_buf geometry = {0};

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "type", SL_STR("FeatureCollection"));
	sl_json_kv_str(&w, "method", sl_str_from(s->method));
	sl_json_kv_str(&w, "status", sl_str_from(sl_statement_changes_nothing(NULL)));
	sl_json_put_key(&w, SL_STR("features"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < s->n_shapes; i++) {
		const struct sl_statement_shape *shape = &s->shape[i];

		sl_buf_clear(&geometry);
		sl_geojson_write(&geometry, shape->geometry);
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "type", SL_STR("Feature"));
		sl_json_put_key(&w, SL_STR("properties"));
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "name", shape->name);
		if (shape->record.n)
			sl_json_kv_str(&w, "record", shape->record);
		sl_json_kv_double(&w, "value", shape->value);
		sl_json_kv_double(&w, "low", shape->low);
		sl_json_kv_double(&w, "high", shape->high);
		if (s->shape_unit)
			sl_json_kv_str(&w, "unit", sl_str_from(s->shape_unit));
		sl_json_end(&w, '}');
		sl_json_put_key(&w, SL_STR("geometry"));
		sl_json_put_raw(&w, sl_buf_view(&geometry));
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	b->failed |= geometry.failed;
	sl_buf_done(&geometry);
}
