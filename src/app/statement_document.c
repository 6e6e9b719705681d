/* A statement as part of a document: words, figures, tables, a chart, a map, and how it was done. */
#include "app/statement_words.h"

#include <math.h>

static struct sl_str kept(struct sl_document *d, struct sl_buf *b, struct sl_err *e)
{
	char *copy = NULL;

	if (!e->code && !sl_buf_check(b, e))
		copy = sl_str_dup(d->a, sl_buf_view(b), e);
	sl_buf_done(b);
	return copy ? sl_str_from(copy) : SL_STR("");
}

static struct sl_str words(const struct sl_document *d, const char *context, const char *text)
{
	return sl_str_from(text ? sl_text(d->locale, context, text) : "");
}

static void add_text(struct sl_document *d, enum sl_node_type type, uint8_t level, struct sl_str text,
                     struct sl_err *e)
{
	struct sl_node *node = e->code ? NULL : sl_doc_add(d, type, e);

	if (!node)
		return;
	node->level = level;
	(void)!sl_runs_text(d->a, &node->runs, text, e);
}

static void add_sentences(struct sl_document *d, const struct sl_statement *s, enum sl_sentence_sort sort,
                          struct sl_err *e)
{
	struct sl_node *list = NULL, **next = NULL;

	for (size_t i = 0; !e->code && i < s->n_sentences; i++) {
		struct sl_buf b = {0};
		struct sl_node *item;

		if (s->sentence[i].sort != sort)
			continue;
		if (!list) {
			if (sort != SL_SAYS_ANSWER)
				add_text(d, SL_NODE_HEADING, 2, sl_str_from(sl_sentences_heading(sort, d->locale)), e);
			if (e->code || !(list = sl_doc_add(d, SL_NODE_LIST, e)))
				return;
			next = &list->child;
		}
		if (!(item = sl_arena_alloc(d->a, 1, sizeof *item, e)))
			return;
		item->type = SL_NODE_PARAGRAPH;
		*next = item;
		next = &item->next;
		sl_sentence_text(&b, &s->sentence[i], d->locale);
		(void)!sl_runs_text(d->a, &item->runs, kept(d, &b, e), e);
	}
}

static struct sl_amount amount(double x, uint8_t decimals)
{
	struct sl_amount m = {.scale = 6, .decimals = decimals, .state = SL_AMOUNT_UNKNOWN, .unit = SL_UNIT_COUNT};

	if (isfinite(x) && fabs(x) < 1e28) {
		m.state = SL_AMOUNT_KNOWN;
		m.units = (sl_mm2)roundl((long double)x * 1e6L);
	}
	return m;
}

static void add_quantities(struct sl_document *d, const char *name, const char *caption, const struct sl_quantity *q,
                           size_t n, struct sl_err *e)
{
	static const struct {
		const char *name, *heading;
		enum sl_column_type type;
	} heads[] = {
	    {"name", SL_TEXT("analysis", "What"), SL_COLUMN_TEXT},
	    {"value", SL_TEXT("analysis", "Value"), SL_COLUMN_AMOUNT},
	    {"low", SL_TEXT("analysis", "Low"), SL_COLUMN_AMOUNT},
	    {"high", SL_TEXT("analysis", "High"), SL_COLUMN_AMOUNT},
	    {"level", SL_TEXT("analysis", "Interval, %"), SL_COLUMN_AMOUNT},
	    {"unit", SL_TEXT("analysis", "Unit"), SL_COLUMN_TEXT},
	    {"source", SL_TEXT("analysis", "Source"), SL_COLUMN_TEXT},
	};
	enum { HEADS = sizeof heads / sizeof *heads };
	struct sl_node *node = e->code || !n ? NULL : sl_doc_add(d, SL_NODE_TABLE, e);
	struct sl_doc_cell *cell;

	if (!node || !(node->table->column = sl_arena_alloc(d->a, HEADS, sizeof *node->table->column, e)))
		return;
	node->table->name = sl_str_from(name);
	node->table->caption = sl_str_from(sl_text(d->locale, "analysis", caption));
	node->table->n_columns = HEADS;
	node->table->n_heads = 1;
	for (size_t i = 0; i < HEADS; i++)
		node->table->column[i] = (struct sl_doc_column){.name = sl_str_from(heads[i].name),
		                                                .heading = words(d, "analysis", heads[i].heading),
		                                                .type = heads[i].type};
	for (; n && !sl_doc_row_add(d->a, node->table, SL_ROW_BODY, &cell, e); n--, q++) {
		cell[0] = sl_doc_text(words(d, "analysis", q->label));
		cell[1] = q->text.n ? sl_doc_text(q->text) : sl_doc_amount(amount(q->value, q->decimals));
		if (q->level > 0) {
			cell[2] = sl_doc_amount(amount(q->low, q->decimals));
			cell[3] = sl_doc_amount(amount(q->high, q->decimals));
			cell[4] = sl_doc_amount(amount(q->level * 100, 0));
		}
		cell[5] = sl_doc_text(words(d, "analysis-unit", q->unit));
		cell[6] = sl_doc_text(q->source);
	}
}

static struct sl_str heading(struct sl_document *d, const struct sl_statement_column *column, struct sl_err *e)
{
	struct sl_buf b = {0};

	if (!column->unit)
		return words(d, "analysis", column->label);
	sl_buf_printf(&b, "%s (%s)", sl_text(d->locale, "analysis", column->label),
	              sl_text(d->locale, "analysis-unit", column->unit));
	return kept(d, &b, e);
}

static void add_table(struct sl_document *d, const struct sl_statement_table *t, struct sl_err *e)
{
	struct sl_node *node = e->code ? NULL : sl_doc_add(d, SL_NODE_TABLE, e);
	struct sl_doc_cell *cell;

	if (!node || !(node->table->column = sl_arena_alloc(d->a, t->n_columns, sizeof *node->table->column, e)))
		return;
	node->table->name = sl_str_from(t->name);
	node->table->caption = words(d, "analysis", t->caption);
	node->table->empty = words(d, "analysis", SL_TEXT("analysis", "There is none."));
	node->table->n_columns = t->n_columns;
	node->table->n_heads = 1;
	for (size_t c = 0; c < t->n_columns; c++)
		node->table->column[c] =
		    (struct sl_doc_column){.name = sl_str_from(t->column[c].name),
		                           .heading = heading(d, &t->column[c], e),
		                           .type = t->column[c].is_text ? SL_COLUMN_TEXT : SL_COLUMN_AMOUNT};
	for (size_t row = 0; row < t->n_rows; row++) {
		if (e->code || sl_doc_row_add(d->a, node->table, SL_ROW_BODY, &cell, e))
			return;
		for (size_t c = 0; c < t->n_columns; c++) {
			const struct sl_statement_cell *from = &t->cell[row * t->n_columns + c];

			cell[c] = t->column[c].is_text ? sl_doc_text(from->text)
			                               : sl_doc_amount(amount(from->number, t->column[c].decimals));
			cell[c].record = from->record;
		}
	}
}

static const struct sl_amount *column_amounts(struct sl_document *d, const struct sl_statement_table *t, size_t c,
                                              struct sl_err *e)
{
	struct sl_amount *v = e->code ? NULL : sl_arena_alloc(d->a, t->n_rows, sizeof *v, e);

	for (size_t row = 0; v && row < t->n_rows; row++)
		v[row] = amount(t->cell[row * t->n_columns + c].number, t->column[c].decimals);
	return v;
}

static void add_chart(struct sl_document *d, const struct sl_statement_table *t, struct sl_err *e)
{
	struct sl_node *node = e->code || !t->n_rows ? NULL : sl_doc_add(d, SL_NODE_CHART, e);
	struct sl_chart_series *series = node ? sl_arena_alloc(d->a, 1, sizeof *series, e) : NULL;
	struct sl_str *category = series ? sl_arena_alloc(d->a, t->n_rows, sizeof *category, e) : NULL;
	char *name = category ? sl_arena_printf(d->a, e, "%s-chart", t->name) : NULL;

	if (!name)
		return;
	for (size_t row = 0; row < t->n_rows; row++)
		category[row] = t->cell[row * t->n_columns].text;
	series->name = heading(d, &t->column[1], e);
	series->style = SL_STYLE_FORECAST;
	series->value = column_amounts(d, t, 1, e);
	if (t->n_columns >= 4) {
		series->low = column_amounts(d, t, 2, e);
		series->high = column_amounts(d, t, 3, e);
	}
	*node->chart = (struct sl_doc_chart){.name = sl_str_from(name),
	                                     .caption = words(d, "analysis", t->caption),
	                                     .description = words(d, "analysis", t->caption),
	                                     .type = SL_CHART_LINES,
	                                     .category_title = words(d, "analysis", t->column[0].label),
	                                     .value_title = series->name,
	                                     .category = category,
	                                     .n_categories = t->n_rows,
	                                     .series = series,
	                                     .n_series = 1,
	                                     .unit = SL_UNIT_COUNT};
}

static void add_map(struct sl_document *d, const struct sl_statement *s, struct sl_err *e)
{
	struct sl_node *node = e->code || !s->n_shapes ? NULL : sl_doc_add(d, SL_NODE_MAP, e);
	struct sl_map_shape *shape = node ? sl_arena_alloc(d->a, s->n_shapes, sizeof *shape, e) : NULL;
	struct sl_box box = {1, 1, 0, 0};
	double margin;

	if (!shape)
		return;
	for (size_t i = 0; i < s->n_shapes; i++) {
		shape[i] = (struct sl_map_shape){s->shape[i].geometry, SL_STYLE_VALUE, {0}, s->shape[i].value};
		box = sl_box_join(box, sl_geom_box(s->shape[i].geometry));
	}
	margin = fmax(fmax(box.x1 - box.x0, box.y1 - box.y0) * 0.05, 0.0005);
	*node->map = (struct sl_doc_map){.name = SL_STR("map"),
	                                 .caption = words(d, "analysis", s->shape_label),
	                                 .description = words(d, "analysis", s->shape_label),
	                                 .box = {fmax(box.x0 - margin, -180), fmax(box.y0 - margin, -90),
	                                         fmin(box.x1 + margin, 180), fmin(box.y1 + margin, 90)},
	                                 .parts = SL_MAP_SCALE_BAR | SL_MAP_NORTH | SL_MAP_LEGEND,
	                                 .shape = shape,
	                                 .n_shapes = s->n_shapes,
	                                 .value_title = words(d, "analysis-unit", s->shape_unit),
	                                 .unit = SL_UNIT_COUNT,
	                                 .source_text = sl_str_from(sl_statement_changes_nothing(d->locale)),
	                                 .declination_deg = (double)NAN};
}

enum sl_code sl_statement_document(struct sl_document *d, const struct sl_statement *s, struct sl_err *e)
{
	struct sl_buf b = {0};

	add_sentences(d, s, SL_SAYS_ANSWER, e);
	add_sentences(d, s, SL_SAYS_WARNING, e);
	add_quantities(d, "figures", SL_TEXT("analysis", "Figures"), s->figure, s->n_figures, e);
	for (size_t i = 0; i < s->n_tables; i++) {
		if (s->table[i]->chart)
			add_chart(d, s->table[i], e);
		add_table(d, s->table[i], e);
	}
	add_map(d, s, e);
	add_quantities(d, "inputs", SL_TEXT("analysis", "What went in"), s->input, s->n_inputs, e);
	for (int sort = SL_SAYS_ASSUMPTION; sort < SL_SENTENCE_SORTS; sort++)
		add_sentences(d, s, (enum sl_sentence_sort)sort, e);
	sl_buf_printf(&b, "%s: %s. %s", sl_text(d->locale, "analysis", "Method"), s->method, s->source);
	add_text(d, SL_NODE_PARAGRAPH, 0, kept(d, &b, e), e);
	add_text(d, SL_NODE_PARAGRAPH, 0, sl_str_from(sl_statement_changes_nothing(d->locale)), e);
	return e->code;
}

enum sl_code sl_analysis_report(struct sl_programme *p, const struct sl_analysis_question *q,
                                const struct sl_locale *l, struct sl_report *out, struct sl_err *e)
{
	struct sl_statement s;
	struct sl_document *d;
	struct sl_str programme = {0};

	*out = (struct sl_report){0};
	if (sl_analysis_run(p, &out->arena, q, &s, e) || sl_document_new(&out->arena, l, &d, e) ||
	    sl_store_fact(p->db, &out->arena, "name", &programme, e))
		return e->code;
	d->name = sl_str_from(q->analysis->name);
	d->title = words(d, "analysis", s.title);
	d->programme = programme;
	d->made_ms = sl_env_now_ms(p->env);
	d->as_of = (struct sl_date){(int32_t)(d->made_ms / 86400000)};
	d->about = words(d, "analysis", SL_TEXT("analysis", "An estimate from the approved records and the stated inputs."));
	if (sl_statement_document(d, &s, e))
		return e->code;
	out->document = d;
	return SL_OK;
}
