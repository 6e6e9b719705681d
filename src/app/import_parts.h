/* Inside the import only: what its threads hand to each other. */
#ifndef SL_APP_IMPORT_PARTS_H
#define SL_APP_IMPORT_PARTS_H

#include "app/import.h"
#include "formats/mapping.h"
#include "formats/source.h"
#include "geo/crs.h"

/* ---- the plan of one file (or layer): made before the first row, read-only after ---- */
struct import_kind {
	const struct sl_kind *kind;
	int id, organisation; /* index of the field; -1 when there is none */
	int date[4];          /* fields that tell the effective date, the first that has one */
	size_t n_dates;
	bool place_rules;    /* the mapping makes a place of columns */
	bool hides_geometry; /* exact places of people are sealed */
	bool land;           /* hazard or release: without a place or a date it cannot count */
};

struct import_plan {
	const struct sl_import_options *options;
	struct sl_source *source;
	struct sl_mapping mapping;
	struct import_kind *kind;      /* as mapping.kind */
	struct sl_str crs;             /* definition of the source's CRS; empty when there is none */
	bool wgs84;                    /* nothing to transform */
	bool lacks_datum_shift;        /* of the CRS to WGS 84 */
	size_t *code_width;            /* by rule: digits of most codes in the column; 0 when not a code */
	struct sl_column_match *match; /* what was found out about the columns, for the first kind */
	struct sl_str label;           /* "file" or "file, layer": names the source in findings */
};

static inline enum sl_state import_state(const struct import_plan *plan)
{
	return plan->options->approve ? SL_APPROVED : SL_SUBMITTED;
}

/* ---- one record that a row made ---- */
struct import_item {
	const struct import_kind *kind;
	struct sl_record record;
	struct sl_prepared_geometry geometry;
	struct sl_prepared_revision prepared;
	struct sl_str identity; /* the source's own; empty: by content */
	struct sl_hash content; /* of the row as it came; when identity is empty */
	struct sl_str document, sealed, entry, organisation;
	struct sl_date effective;
	bool has_error; /* something of the row could not be taken over */
	uint64_t row;
	double lon, lat; /* a point of it for findings; NAN when none, or sealed */
};

struct import_pending {
	size_t item; /* SIZE_MAX: about the file or a row without a record */
	struct sl_finding finding;
};

struct import_chunk {
	struct sl_arena arena; /* of all below */
	struct sl_rows rows;
	struct import_item *item;
	size_t n, cap;
	struct import_pending *pending;
	size_t n_pending, cap_pending;
	uint64_t n_rows, n_unreadable;
	uint64_t *mended; /* by rule: values that a transform of the mapping made something else of */
	uint64_t *empty;  /* numbers of rows with nothing in them */
	size_t n_empty, cap_empty;
	struct sl_err err;
};

/* ---- one thread's tools ---- */
struct import_column { /* what a column of the file means for each kind */
	struct sl_str name;
	size_t *rule; /* rules that name it */
	size_t n_rules, cap_rules;
	bool used;                    /* some rule takes it */
	const struct sl_field **late; /* by kind: field meant by a column that appears late; NULL: none */
	size_t owner;                 /* kind among whose extras it stands when no rule takes it */
	bool sealed;                  /* in the open it would show what is sealed */
	bool *personal; /* by kind: its name, or its having none, says that it may be about a person */
};

#define IMPORT_COLUMNS_MAX 4096 /* of one row; more is no table */

struct import_worker {
	const struct import_plan *plan;
	struct sl_arena arena; /* lives as long as the worker */
	struct sl_crs *crs;    /* NULL when WGS 84 */
	struct sl_crs *other;  /* of an EWKT */
	int other_srid;
	struct import_column *column;
	size_t n_columns, cap_columns;
	struct sl_map by_name;
	size_t guess[IMPORT_COLUMNS_MAX]; /* column that stood at this place in the row before */
	const struct sl_cell **cell;      /* by rule: of the row at hand */
	struct sl_buf text;
};
SL_CHECKED enum sl_code import_worker_init(struct import_worker *w, const struct import_plan *plan,
                                           struct sl_err *e);
void import_worker_done(struct import_worker *w);
/* Finds the columns of a row: w->guess by place, w->cell by rule. */
SL_CHECKED enum sl_code import_columns_of(struct import_worker *w, const struct sl_row *row,
                                          struct sl_err *e);
SL_CHECKED enum sl_code import_row_records(struct import_worker *w, struct import_chunk *c,
                                           const struct sl_row *row, struct sl_err *e);
/* Rows to records; findings and counts into the chunk. */
SL_CHECKED enum sl_code import_chunk_read(struct import_worker *w, struct import_chunk *c,
                                          struct sl_err *e);

/* ---- findings ---- */
SL_CHECKED enum sl_code import_find(struct import_chunk *c, size_t item, const struct sl_finding *f,
                                    struct sl_err *e);

/* ---- places ---- */
struct import_geometry {
	struct sl_geom g; /* WGS 84 */
	struct sl_str
	    original;      /* WKT as entered, when that is not WGS 84; or the text that could not be read */
	struct sl_str crs; /* of `original`, when it differs from the source's */
	double precision_m;
	const char *rule, *problem, *suggestion; /* NULL when all is well */
	enum sl_severity severity;
};
/* Of the row's own geometry or the texts of its columns: read, transformed, looked at. */
SL_CHECKED enum sl_code import_place(struct import_worker *w, struct sl_arena *a, const struct sl_row *row,
                                     const struct import_kind *k, const struct sl_place_texts *texts,
                                     struct import_geometry *out, struct sl_err *e);

/* ---- the writer: one thread, in the order of the file ---- */
struct import_writer;
SL_CHECKED enum sl_code import_writer_begin(struct sl_arena *a, struct sl_programme *p,
                                            const struct sl_import_options *o, struct sl_import_file *file,
                                            struct import_writer **out, struct sl_err *e);
SL_CHECKED enum sl_code import_write(struct import_writer *w, const struct import_plan *plan,
                                     struct import_chunk *c, struct sl_err *e);
/* What can only be said when the whole layer was read: findings about the file. */
SL_CHECKED enum sl_code import_layer_end(struct import_writer *w, const struct import_plan *plan,
                                         struct sl_err *e);
SL_CHECKED enum sl_code import_writer_finding(struct import_writer *w, const struct sl_finding *f,
                                              struct sl_err *e);
void import_writer_done(struct import_writer *w);

/* Runs one layer through threads and writer. */
SL_CHECKED enum sl_code import_run(struct sl_programme *p, const struct import_plan *plan,
                                   struct import_writer *w, struct sl_err *e);

#endif
