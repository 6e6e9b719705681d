/* A report before it has a form: one tree for the web page, the paper, the spreadsheet and CSV.  It knows
 * what is said and in which language; not fonts, not colours, not pages.  Everything lives in one arena;
 * texts are views that outlive it.  All texts are already in the language of the document; what came from
 * records stands in them as it is (hostile: each renderer shows it as text). */
#ifndef SL_REPORT_DOCUMENT_H
#define SL_REPORT_DOCUMENT_H

#include "base/date.h"
#include "geo/geometry.h"
#include "ledger/square_millimetres.h"
#include "model/locale.h"

/* ---- amounts: every number of a document ---- */
enum sl_amount_state {
	SL_AMOUNT_NONE, /* no number belongs here: an empty cell */
	SL_AMOUNT_KNOWN,
	SL_AMOUNT_UNKNOWN,    /* nobody knows: never 0, never blank */
	SL_AMOUNT_SUPPRESSED, /* known, and so small that it would point at a person: `units` is 0 */
	SL_AMOUNT_NOT_APPLICABLE
};
enum sl_unit {
	SL_UNIT_COUNT, /* of what the heading says */
	SL_UNIT_M2,
	SL_UNIT_HA,
	SL_UNIT_KM2,          /* an area, always held in m²; the unit it is shown in */
	SL_UNIT_KM2_PER_YEAR, /* the same, of a rate held in m² a year */
	SL_UNIT_M,
	SL_UNIT_CM,
	SL_UNIT_DEGREES,
	SL_UNIT_DAYS,
	SL_UNIT_YEARS,
	SL_UNIT_PERCENT, /* held as such: 12.5 is 12.5 % */
	SL_UNIT_MONEY    /* in `currency` */
};
struct sl_amount {
	sl_mm2 units; /* the exact value is units / 10^scale: 6 for areas, 0 for counts */
	uint8_t scale;
	uint8_t decimals; /* shown, in the unit it is shown in */
	enum sl_amount_state state;
	enum sl_unit unit;
	bool at_least;          /* a sum some of whose parts are unknown */
	struct sl_str currency; /* ISO 4217 */
	struct sl_str
	    cell; /* what `safelane why` takes: docs/formats/cell.md; empty: it is no sum of records */
};
double sl_amount_number(const struct sl_amount *m); /* in the unit it is shown in; NAN unless known */

/* ---- text ---- */
enum sl_run_type { SL_RUN_TEXT, SL_RUN_STRONG, SL_RUN_AMOUNT, SL_RUN_DATE, SL_RUN_NOTE };
struct sl_run {
	enum sl_run_type type;
	struct sl_str text;
	struct sl_amount amount;
	struct sl_date date;
	size_t note; /* number in sl_document.note, from 0: shown as a raised number from 1 */
};
struct sl_runs {
	struct sl_run *v;
	size_t n, cap;
};
struct sl_note { /* a definition or footnote; printed once, at the end */
	struct sl_str key, term, text;
};

/* ---- tables ---- */
enum sl_column_type { SL_COLUMN_TEXT, SL_COLUMN_AMOUNT, SL_COLUMN_DATE };
struct sl_doc_column {
	struct sl_str name;    /* ASCII, heading in CSV: "cleared_m2" */
	struct sl_str heading; /* for people */
	struct sl_str group;   /* heading above; neighbours with an equal one share it; empty: none */
	enum sl_column_type type;
	enum sl_unit unit;  /* of its amounts, for the heading; SL_COLUMN_AMOUNT */
	bool mixed;         /* its amounts have units of their own, shown with each; `unit` says nothing */
	uint8_t width;      /* a hint: relative to the others; 0: as its content asks */
	const size_t *note; /* numbers in sl_document.note */
	size_t n_notes;
};
enum sl_doc_cell_type { SL_DOC_EMPTY, SL_DOC_TEXT, SL_DOC_AMOUNT, SL_DOC_DATE };
struct sl_doc_cell {
	enum sl_doc_cell_type type;
	struct sl_str text;
	struct sl_amount amount;
	struct sl_date date;  /* none: unknown */
	struct sl_str record; /* UUID of the record that the text names; empty: none */
};
enum sl_row_type { SL_ROW_BODY, SL_ROW_GROUP, SL_ROW_SUBTOTAL, SL_ROW_TOTAL };
struct sl_doc_row {
	enum sl_row_type type;    /* GROUP: the first cell heads the rows below, the others are empty */
	struct sl_doc_cell *cell; /* n_columns of the table */
};
typedef enum sl_code sl_doc_row_fn(void *ctx, const struct sl_doc_row *row, struct sl_err *e);
struct sl_doc_table {
	struct sl_str name; /* "t1": anchor, sheet, file */
	struct sl_str caption;
	struct sl_str empty; /* said instead of the table when it has no rows */
	struct sl_doc_column *column;
	size_t n_columns;
	size_t n_heads; /* leading columns that name their row */
	struct sl_doc_row *row;
	size_t n_rows, cap_rows;
	/* Long tables are not kept: `each` hands out the rows, as often as asked, in flat memory (row and texts
	 * are valid during the call). NULL: the rows are above. */
	enum sl_code (*each)(void *source, sl_doc_row_fn *fn, void *ctx, struct sl_err *e);
	void *source;
};
/* All rows, wherever they are. */
SL_CHECKED enum sl_code sl_doc_table_each(const struct sl_doc_table *t, sl_doc_row_fn *fn, void *ctx,
                                          struct sl_err *e);

/* ---- charts and maps: what they show, not how they look (report/drawing.h draws them) ---- */
enum sl_doc_style {
	SL_STYLE_PLAIN,
	SL_STYLE_SHA,
	SL_STYLE_CHA,
	SL_STYLE_CANCELLED,
	SL_STYLE_REDUCED,
	SL_STYLE_CLEARED,
	SL_STYLE_COUNTRY,
	SL_STYLE_ADMIN1,
	SL_STYLE_ADMIN2,
	SL_STYLE_ACCIDENT,
	SL_STYLE_PLACE,
	SL_STYLE_EVIDENCE,
	SL_STYLE_REFERENCE,
	SL_STYLE_BENCHMARK,
	SL_STYLE_START_POINT,
	SL_STYLE_TURNING_POINT,
	SL_STYLE_TASK,
	SL_STYLE_PARCEL,
	SL_STYLE_TARGET,
	SL_STYLE_FORECAST,
	SL_STYLE_VALUE /* maps: shaded by `value` */
};
enum sl_chart_type { SL_CHART_BARS, SL_CHART_STACKED_BARS, SL_CHART_LINES, SL_CHART_STACKED_AREAS };
struct sl_chart_series {
	struct sl_str name;
	enum sl_doc_style style;
	const struct sl_amount *value;      /* n_categories; what is not known is a gap */
	const struct sl_amount *low, *high; /* a band about it; NULL: none */
};
struct sl_chart_mark { /* a line across: a deadline, a target */
	double at;         /* place on the axis of categories, 0: the middle of the first; NAN: it is a level */
	double level;      /* in the unit shown */
	struct sl_str text;
};
struct sl_doc_chart {
	struct sl_str name, caption;
	struct sl_str description; /* what it shows, for who cannot see it */
	enum sl_chart_type type;
	bool horizontal; /* bars only: categories downwards */
	struct sl_str category_title, value_title;
	struct sl_str *category;
	size_t n_categories;
	struct sl_chart_series *series;
	size_t n_series;
	struct sl_chart_mark *mark;
	size_t n_marks;
	enum sl_unit unit;
};
struct sl_map_shape {
	const struct sl_geom *geometry; /* WGS 84 */
	enum sl_doc_style style;
	struct sl_str label;
	double value; /* in the unit of the map; NAN: unknown */
};
typedef enum sl_code sl_map_shape_fn(void *ctx, const struct sl_map_shape *shape, struct sl_err *e);
enum sl_map_part { /* flags */
	               SL_MAP_SCALE_BAR = 1,
	               SL_MAP_NORTH = 2,
	               SL_MAP_MAGNETIC_NORTH = 4,
	               SL_MAP_GRID = 8,
	               SL_MAP_LEGEND = 16
};
struct sl_map_legend {
	enum sl_doc_style style;
	struct sl_str text;
};
struct sl_doc_map {
	struct sl_str name, caption, description;
	struct sl_box box;                /* what it has to show; over the antimeridian as geo/globe.h has it */
	uint32_t parts;                   /* enum sl_map_part */
	const struct sl_map_shape *shape; /* in the order of drawing */
	size_t n_shapes;
	enum sl_code (*each)(void *source, sl_map_shape_fn *fn, void *ctx,
	                     struct sl_err *e); /* as for tables */
	void *source;
	const struct sl_map_legend *legend;
	size_t n_legend;
	struct sl_str value_title; /* of shapes shaded by value */
	enum sl_unit unit;
	struct sl_str source_text; /* whose data, of which day */
	double declination_deg;    /* east positive; NAN: not known */
	uint16_t height_mm;        /* on paper; 0: as its box asks */
};
SL_CHECKED enum sl_code sl_doc_map_each(const struct sl_doc_map *m, sl_map_shape_fn *fn, void *ctx,
                                        struct sl_err *e);

struct sl_signature {
	struct sl_str role; /* "For the national authority" */
	struct sl_str name; /* empty: to be written in */
};

/* ---- the tree ---- */
enum sl_node_type {
	SL_NODE_HEADING,
	SL_NODE_PARAGRAPH,
	SL_NODE_LIST, /* children are paragraphs */
	SL_NODE_TABLE,
	SL_NODE_CHART,
	SL_NODE_MAP,
	SL_NODE_SIGNATURES,
	SL_NODE_SPACE, /* room to write in by hand: `level` lines, under the text */
	SL_NODE_CODE   /* a QR code of the text */
};
enum sl_page_hint { SL_PAGE_BREAK_BEFORE = 1, SL_PAGE_KEEP_TOGETHER = 2, SL_PAGE_LANDSCAPE = 4 };
struct sl_node {
	enum sl_node_type type;
	uint8_t level;       /* headings: 1 to 4 below the title */
	uint32_t hints;      /* enum sl_page_hint */
	struct sl_runs runs; /* headings, paragraphs, what a space or a code says */
	union {
		struct sl_doc_table *table;
		struct sl_doc_chart *chart;
		struct sl_doc_map *map;
		struct {
			struct sl_signature *v;
			size_t n;
		} signatures;
	};
	struct sl_node *child, *next;
};
enum sl_paper { SL_PAPER_A4, SL_PAPER_A3 };
struct sl_document {
	struct sl_arena *a;
	const struct sl_locale *locale;
	bool right_to_left;
	struct sl_str name; /* of the template: "article7" */
	struct sl_str title, subtitle;
	struct sl_str programme, country; /* for heads of pages */
	struct sl_str about;   /* how it was made: dates, knowledge, version; one sentence for feet of pages */
	struct sl_str marking; /* "Restricted: ..."; empty: none */
	struct sl_str unknown, suppressed, not_applicable; /* the words for amounts without a number */
	struct sl_str notes_title;
	struct sl_date as_of, from; /* from none: from the first record */
	int64_t made_ms;            /* fixed by who makes it, so that the bytes can be made again */
	enum sl_paper paper;
	bool landscape;
	struct sl_node *first, *last;
	struct sl_note *note;
	size_t n_notes, cap_notes;
};

/* ---- building (document.c) ---- */
SL_CHECKED enum sl_code sl_document_new(struct sl_arena *a, const struct sl_locale *locale,
                                        struct sl_document **out, struct sl_err *e);
struct sl_node *sl_doc_add(struct sl_document *d, enum sl_node_type type,
                           struct sl_err *e); /* NULL: SL_NOMEM */
/* Number of the note of that key, added when it is new. */
SL_CHECKED enum sl_code sl_doc_note(struct sl_document *d, struct sl_note note, size_t *number,
                                    struct sl_err *e);
SL_CHECKED enum sl_code sl_runs_add(struct sl_arena *a, struct sl_runs *r, struct sl_run run,
                                    struct sl_err *e);
SL_CHECKED enum sl_code sl_runs_text(struct sl_arena *a, struct sl_runs *r, struct sl_str text,
                                     struct sl_err *e);
/* A row whose cells the caller fills: n_columns empty ones. */
SL_CHECKED enum sl_code sl_doc_row_add(struct sl_arena *a, struct sl_doc_table *t, enum sl_row_type type,
                                       struct sl_doc_cell **cell, struct sl_err *e);
struct sl_doc_cell sl_doc_text(struct sl_str text);
struct sl_doc_cell sl_doc_amount(struct sl_amount amount);
struct sl_doc_cell sl_doc_date(struct sl_date date);

#endif
