/* The neutral row source: any file becomes rows of named cells and a geometry, in the file's order.
 * Nothing is understood here: no kind, no field, no date.  Two steps, so that the work is shared by all
 * cores: `take` cuts the next rows off the file (one thread at a time), `read` makes a row of one of them
 * (any thread).  Flat memory: the file is mapped or streamed, never loaded whole. */
#ifndef SL_FORMATS_SOURCE_H
#define SL_FORMATS_SOURCE_H

#include "base/hash.h"
#include "geo/geometry.h"

enum sl_cell_type {
	SL_CELL_EMPTY, /* null, or no text at all */
	SL_CELL_TEXT,
	SL_CELL_NUMBER, /* text is a JSON number */
	SL_CELL_BOOL,   /* "true" or "false" */
	SL_CELL_JSON,   /* an object or a list, as JSON */
};

struct sl_cell {
	struct sl_str name; /* of the column */
	struct sl_str text; /* UTF-8 */
	struct sl_str json; /* as canonical JSON, when the source has it for nothing; else empty */
	struct sl_str hex;  /* the bytes as they came, when they were not UTF-8; else empty */
	enum sl_cell_type type;
};

enum sl_row_geometry {
	SL_ROW_NO_GEOMETRY,   /* the format, or this layer, has none */
	SL_ROW_NULL_GEOMETRY, /* it could have one and has not */
	SL_ROW_GEOMETRY,
	SL_ROW_BAD_GEOMETRY, /* `problem` says why; geometry_text is what came */
};

struct sl_row {
	uint64_t number; /* 1 is the first row of data */
	struct sl_cell *cell;
	size_t n;
	enum sl_row_geometry has;
	struct sl_geom geometry;     /* in the source's CRS */
	struct sl_str geometry_text; /* as it came (GeoJSON, hexadecimal WKB), when it is bad or had heights */
	const char *problem;         /* why the geometry, or the whole row, cannot be read */
	bool unreadable;             /* the row is no row at all; geometry_text is its text, cut at 4 kB */
	const char *remark;          /* the row was read, but something is odd; NULL when not */
};

/* Rows cut off the file: texts (GeoJSON, CSV) or finished rows (GDAL). */
struct sl_rows {
	struct sl_str *text;
	struct sl_row *row;
	size_t n;        /* 0: the end */
	uint64_t first;  /* number of the first row */
	uint64_t behind; /* bytes or rows done, for a progress bar; see `total` */
	size_t bytes;    /* how much text these rows are: bounds what is under way */
};

struct sl_source {
	const char *path;
	struct sl_str file;    /* its name without folders */
	struct sl_str format;  /* "GeoJSON", "CSV", "ESRI Shapefile", ... */
	struct sl_str layer;   /* empty when the format has no layers */
	struct sl_str crs;     /* definition for sl_crs_open; empty when the file states none */
	struct sl_str *column; /* names known at the start: all of them, but for GeoJSON the first rows' */
	size_t n_columns;
	bool has_geometry; /* rows may carry a geometry of the format's own */
	bool no_headings;  /* a table without names: its columns are called "column 1", ... */
	bool mapped;       /* the text is a mapped file: pages that were read may go (sl_source_forget) */
	uint64_t total;    /* what `behind` reaches at the end; 0: unknown */

	enum sl_code (*take)(struct sl_source *s, struct sl_arena *a, struct sl_rows *out, struct sl_err *e);
	enum sl_code (*read)(const struct sl_source *s, struct sl_arena *a, const struct sl_rows *rows,
	                     size_t i, struct sl_row *out, struct sl_err *e);
	enum sl_code (*rewind)(struct sl_source *s, struct sl_err *e);
	void *state;
};

struct sl_source_options {
	const char *layer;    /* NULL: the only one */
	const char *encoding; /* NULL: told by the file or recognised */
};

/* Open one layer of a file by its content (not by its name); .gz and .zip are looked into.  Lives in `a`.
 * SL_NOT_FOUND no such file or layer, SL_INVALID no format that is known, or several layers and none
 * chosen (the message lists them), SL_IO. */
SL_CHECKED enum sl_code sl_source_open(struct sl_arena *a, const char *path,
                                       const struct sl_source_options *options, struct sl_source *out,
                                       struct sl_err *e);
/* Names of the layers that hold rows; n = 0 for formats without layers.  In `a`. */
SL_CHECKED enum sl_code sl_source_layers(struct sl_arena *a, const char *path, struct sl_str **name,
                                         size_t *n, struct sl_err *e);
/* Hash of the bytes of the file and, for formats of several files, of those beside it; on all cores. */
SL_CHECKED enum sl_code sl_source_hash(const char *path, struct sl_hash *out, struct sl_err *e);

/* The formats, by the first bytes of the file. */
SL_CHECKED enum sl_code sl_geojson_source(struct sl_arena *a, struct sl_str text, struct sl_source *s,
                                          struct sl_err *e);
SL_CHECKED enum sl_code sl_csv_source(struct sl_arena *a, struct sl_str text, const char *encoding,
                                      struct sl_source *s, struct sl_err *e);
SL_CHECKED enum sl_code sl_gdal_source(struct sl_arena *a, const char *path,
                                       const struct sl_source_options *options, struct sl_source *s,
                                       struct sl_err *e);
SL_CHECKED enum sl_code sl_gdal_layers(struct sl_arena *a, const char *path, struct sl_str **name,
                                       size_t *n, struct sl_err *e);

/* Lets go of the pages of a mapped text, so that a file of any size stays a small part of memory; whoever
 * looks again gets them back.  No effect unless s->mapped. */
void sl_source_forget(const struct sl_source *s, struct sl_str text);

/* The GeoJSON geometry at the cursor, which ends behind it when it is one; *problem (with SL_OK) says why
 * it is none, and the cursor stays. */
struct sl_json_cursor;
SL_CHECKED enum sl_code sl_geojson_geometry_at(struct sl_arena *a, struct sl_json_cursor *c,
                                               struct sl_geom *out, const char **problem, struct sl_err *e);
bool sl_geojson_is_geometry(struct sl_str type); /* "Point", ... */
/* One GeoJSON geometry object; *problem (with SL_OK) when it is none. What the fuzzer calls. */
SL_CHECKED enum sl_code sl_geojson_geometry(struct sl_arena *a, struct sl_str text, struct sl_geom *out,
                                            const char **problem, struct sl_err *e);

/* How many rows one take gives at most, and how much text: enough to keep the locks idle, little enough
 * to bound the memory. */
#define SL_ROWS_MAX 256
#define SL_ROWS_BYTES (1u << 20)
/* A geometry of more points is not read, the row is kept without it: every step (validity, land account, "what
 * is recorded here") holds it whole, in up to a kilobyte a point, and a laptop should do all of them.  The
 * outline of a large country has some hundred thousand. */
#define SL_ROW_POINTS_MAX 1000000u

#endif
