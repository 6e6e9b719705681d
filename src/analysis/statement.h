/* What an analysis says, in one shape for the terminal, JSON, the pages and reports: its method, what went in, what
 * came out with its uncertainty, and in words what is assumed, what was validated and what it does not show.
 * No statement changes the status of land: only an approved record does.
 *
 * Texts for people are English literals marked by SL_TEXT in the context "analysis", with {names} in them; whoever
 * renders them puts them in the reader's language and fills the names.  Texts of records come as views and stay as
 * they are.
 *
 * The builders do nothing when an error is pending in `e`, so that a statement is built in a row and `e` looked at
 * once.  Everything lives in the statement's arena. */
#ifndef SL_ANALYSIS_STATEMENT_H
#define SL_ANALYSIS_STATEMENT_H

#include "geo/geometry.h"

/* One number with its unit; NAN is "unknown" and never 0. */
struct sl_quantity {
	const char *name;  /* ASCII, stable in JSON: "remaining_items" */
	const char *label; /* SL_TEXT("analysis", ...) */
	const char *unit;  /* SL_TEXT("analysis-unit", ...): "m²", "items", "people"; NULL: a bare number or a text */
	double value;
	double low, high; /* interval; only when level > 0 */
	double level;     /* 0.9: ninety in a hundred such intervals hold the truth; 0: no interval */
	uint8_t decimals; /* shown to people; JSON has all digits */
	struct sl_str text;   /* inputs that are no number: "large-loop detector"; else empty */
	struct sl_str source; /* whose number: a record, a standard and clause, "given"; may be empty */
};

enum sl_sentence_sort {
	SL_SAYS_ANSWER,     /* the result in words; comes first */
	SL_SAYS_WARNING,    /* what makes the result doubtful */
	SL_SAYS_ASSUMPTION,
	SL_SAYS_VALIDATION, /* how often the method was right where the truth was known */
	SL_SAYS_NOT_SHOWN,  /* what must not be concluded */
	SL_SENTENCE_SORTS
};
struct sl_said { /* what stands for a {name}: the text, or when it has none the number */
	const char *name;
	struct sl_str text;
	double number;
	uint8_t decimals;
};
#define SL_SAID(...)                                                                                              \
	((const struct sl_said[]){__VA_ARGS__}), sizeof((struct sl_said[]){__VA_ARGS__}) / sizeof(struct sl_said)
struct sl_sentence {
	enum sl_sentence_sort sort;
	const char *text; /* SL_TEXT("analysis", ...) */
	struct sl_said *said;
	size_t n;
};

struct sl_statement_column {
	const char *name, *label, *unit; /* as in sl_quantity */
	bool is_text;
	uint8_t decimals;
};
struct sl_statement_cell {
	struct sl_str text;
	double number;        /* NAN: unknown */
	struct sl_str record; /* UUID of the record that the text names; empty: none */
};
struct sl_statement_table {
	const char *name, *caption; /* caption: SL_TEXT("analysis", ...) */
	const struct sl_statement_column *column;
	size_t n_columns;
	bool chart; /* also drawn: the first column against the second; a third and fourth are its band */
	struct sl_statement_cell *cell; /* n_rows x n_columns, row by row */
	size_t n_rows, cap;
};

struct sl_statement_shape { /* a layer for the map */
	const struct sl_geom *geometry; /* WGS 84 */
	struct sl_str name, record;
	double value, low, high; /* NAN: unknown */
};

struct sl_statement {
	struct sl_arena *a;
	const char *method; /* stable, with a version: "residual/1" */
	const char *title;  /* SL_TEXT("analysis", ...) */
	const char *source; /* standard and clause, or paper with DOI; not translated */
	struct sl_quantity *input, *figure;
	size_t n_inputs, cap_inputs, n_figures, cap_figures;
	struct sl_sentence *sentence;
	size_t n_sentences, cap_sentences;
	struct sl_statement_table **table;
	size_t n_tables, cap_tables;
	const char *shape_label, *shape_unit; /* what `value` of the shapes is */
	struct sl_statement_shape *shape;
	size_t n_shapes, cap_shapes;
};

void sl_statement_begin(struct sl_statement *s, struct sl_arena *a, const char *method, const char *title,
                        const char *source);
void sl_statement_input(struct sl_statement *s, struct sl_quantity q, struct sl_err *e);
void sl_statement_figure(struct sl_statement *s, struct sl_quantity q, struct sl_err *e);
/* Copies the values: sl_statement_say(s, SL_SAYS_ANSWER, text, SL_SAID({"n", .number = 3}), e). */
void sl_statement_say(struct sl_statement *s, enum sl_sentence_sort sort, const char *text, const struct sl_said *said,
                      size_t n, struct sl_err *e);
/* `column` outlives the statement.  NULL after a failure. */
struct sl_statement_table *sl_statement_table(struct sl_statement *s, const char *name, const char *caption,
                                              const struct sl_statement_column *column, size_t n_columns,
                                              struct sl_err *e);
/* n_columns cells to fill, of NAN and no text; NULL after a failure.  The next row may move them. */
struct sl_statement_cell *sl_statement_row(struct sl_statement *s, struct sl_statement_table *t, struct sl_err *e);
void sl_statement_shape(struct sl_statement *s, struct sl_statement_shape shape, struct sl_err *e);

#endif
