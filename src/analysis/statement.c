#include "analysis/statement.h"

#include <math.h>
#include <string.h>

void sl_statement_begin(struct sl_statement *s, struct sl_arena *a, const char *method, const char *title,
                        const char *source)
{
	*s = (struct sl_statement){.a = a, .method = method, .title = title, .source = source};
}

static void add_quantity(struct sl_statement *s, struct sl_quantity **v, size_t *n, size_t *cap, struct sl_quantity q,
                         struct sl_err *e)
{
	struct sl_quantity *grown;

	if (e->code || !(grown = sl_arena_grow(s->a, *v, cap, *n + 1, sizeof *grown, e)))
		return;
	*v = grown;
	grown[(*n)++] = q;
}

void sl_statement_input(struct sl_statement *s, struct sl_quantity q, struct sl_err *e)
{
	add_quantity(s, &s->input, &s->n_inputs, &s->cap_inputs, q, e);
}

void sl_statement_figure(struct sl_statement *s, struct sl_quantity q, struct sl_err *e)
{
	add_quantity(s, &s->figure, &s->n_figures, &s->cap_figures, q, e);
}

void sl_statement_say(struct sl_statement *s, enum sl_sentence_sort sort, const char *text, const struct sl_said *said,
                      size_t n, struct sl_err *e)
{
	struct sl_sentence *grown;
	struct sl_said *copy = NULL;

	if (e->code ||
	    !(grown = sl_arena_grow(s->a, s->sentence, &s->cap_sentences, s->n_sentences + 1, sizeof *grown, e)))
		return;
	s->sentence = grown;
	if (n && !(copy = sl_arena_alloc(s->a, n, sizeof *copy, e)))
		return;
	if (n)
		memcpy(copy, said, n * sizeof *copy);
	grown[s->n_sentences++] = (struct sl_sentence){sort, text, copy, n};
}

struct sl_statement_table *sl_statement_table(struct sl_statement *s, const char *name, const char *caption,
                                              const struct sl_statement_column *column, size_t n_columns,
                                              struct sl_err *e)
{
	struct sl_statement_table **grown, *t;

	if (e->code || !(grown = sl_arena_grow(s->a, s->table, &s->cap_tables, s->n_tables + 1, sizeof(void *), e)))
		return NULL;
	s->table = grown;
	if (!(t = sl_arena_alloc(s->a, 1, sizeof *t, e)))
		return NULL;
	*t = (struct sl_statement_table){.name = name, .caption = caption, .column = column, .n_columns = n_columns};
	return grown[s->n_tables++] = t;
}

struct sl_statement_cell *sl_statement_row(struct sl_statement *s, struct sl_statement_table *t, struct sl_err *e)
{
	struct sl_statement_cell *grown, *row;

	if (e->code ||
	    !(grown = sl_arena_grow(s->a, t->cell, &t->cap, (t->n_rows + 1) * t->n_columns, sizeof *grown, e)))
		return NULL;
	t->cell = grown;
	row = grown + t->n_rows++ * t->n_columns;
	for (size_t i = 0; i < t->n_columns; i++)
		row[i] = (struct sl_statement_cell){.number = NAN};
	return row;
}

void sl_statement_shape(struct sl_statement *s, struct sl_statement_shape shape, struct sl_err *e)
{
	struct sl_statement_shape *grown;

	if (e->code || !(grown = sl_arena_grow(s->a, s->shape, &s->cap_shapes, s->n_shapes + 1, sizeof *grown, e)))
		return;
	s->shape = grown;
	grown[s->n_shapes++] = shape;
}
