/* CQL2 (OGC 21-065r2): a filter as text or as JSON becomes one tree, which is bound to the fields of a
 * collection and then asked of each record, or made into SQL (store/feature_where.c).
 * The classes basic, advanced comparison, case-insensitive comparison, property-property and the spatial
 * functions; no arithmetic, no temporal or array functions: they are refused by name.
 * Hostile input: nesting, length and number of nodes are limited; every error names the place. */
#ifndef SL_MODEL_CQL2_H
#define SL_MODEL_CQL2_H

#include "base/date.h"
#include "geo/predicate.h"

enum sl_cql2_op {
	SL_CQL2_AND, /* operators of truth; children: two or more, two or more, one */
	SL_CQL2_OR,
	SL_CQL2_NOT,
	SL_CQL2_TRUTH, /* TRUE or FALSE: `boolean` */
	SL_CQL2_EQ,    /* comparisons; children: two */
	SL_CQL2_NE,
	SL_CQL2_LT,
	SL_CQL2_LE,
	SL_CQL2_GT,
	SL_CQL2_GE,
	SL_CQL2_LIKE,    /* value, pattern */
	SL_CQL2_BETWEEN, /* value, low, high */
	SL_CQL2_IN,      /* value, then the list */
	SL_CQL2_IS_NULL,
	SL_CQL2_SPATIAL,  /* `spatial`; children: two geometries */
	SL_CQL2_PROPERTY, /* values; `text` is the name, after binding `column` its place */
	SL_CQL2_CASEI,    /* child: a text */
	SL_CQL2_TEXT,
	SL_CQL2_NUMBER,
	SL_CQL2_DATE,
	SL_CQL2_TIMESTAMP,
	SL_CQL2_GEOMETRY,
};

enum sl_cql2_type {
	SL_CQL2_IS_TRUTH,
	SL_CQL2_IS_TEXT,
	SL_CQL2_IS_NUMBER,
	SL_CQL2_IS_DATE,
	SL_CQL2_IS_TIMESTAMP,
	SL_CQL2_IS_GEOMETRY,
};

struct sl_cql2 {
	enum sl_cql2_op op;
	enum sl_cql2_type type; /* of its value; of properties after binding */
	enum sl_spatial_predicate spatial;
	size_t at; /* place in the text: bytes from its start */
	struct sl_str text;
	double number;
	bool boolean;
	struct sl_date date;
	int64_t ms;
	struct sl_geom *geometry;
	struct sl_spatial_test *test; /* of a literal geometry compared with a property, made on first use */
	int column;
	struct sl_cql2 *child, *next;
	size_t n; /* children */
};

#define SL_CQL2_LENGTH_MAX 65536
#define SL_CQL2_DEPTH_MAX 64
#define SL_CQL2_NODES_MAX 4096

/* SL_INVALID says where and what was expected.  The tree lives in `a`; it views into `text`, which must
 * live as long. */
SL_CHECKED enum sl_code sl_cql2_read_text(struct sl_arena *a, struct sl_str text, struct sl_cql2 **out,
                                          struct sl_err *e);
SL_CHECKED enum sl_code sl_cql2_read_json(struct sl_arena *a, struct sl_str json, struct sl_cql2 **out,
                                          struct sl_err *e);
/* The one text of a tree: what both readers mean by it. */
void sl_cql2_text(struct sl_buf *b, const struct sl_cql2 *tree);

struct sl_cql2_field {
	struct sl_str name;
	enum sl_cql2_type type;
};
/* Find every property among the fields and see that like is compared with like; a text compared with a date
 * or a moment becomes one when it reads as one.  Changes the tree. */
SL_CHECKED enum sl_code sl_cql2_bind(struct sl_cql2 *tree, const struct sl_cql2_field *field, size_t n,
                                     struct sl_err *e);
/* Geometries of the filter into WGS 84 longitude, latitude; before binding. */
SL_CHECKED enum sl_code sl_cql2_each_geometry(struct sl_cql2 *tree,
                                              enum sl_code (*fn)(void *ctx, struct sl_geom *g,
                                                                 struct sl_err *e),
                                              void *ctx, struct sl_err *e);

/* What a record has for a field. */
struct sl_cql2_value {
	bool is_null;
	struct sl_str text; /* TEXT */
	double number;      /* NUMBER */
	int64_t ms;         /* DATE (its first moment), TIMESTAMP */
	const struct sl_geom *geometry;
};
typedef enum sl_code sl_cql2_value_fn(void *ctx, int column, struct sl_cql2_value *out, struct sl_err *e);

/* Three truths: a comparison with what is not known is not known, and so is its opposite. */
enum sl_truth { SL_FALSE, SL_TRUE, SL_UNKNOWN };
/* Of a bound tree, on one thread.  `a` keeps what is made once for a tree (prepared geometries): call
 * sl_cql2_forget before `a` goes when the tree lives on. */
void sl_cql2_forget(struct sl_cql2 *tree);
SL_CHECKED enum sl_code sl_cql2_ask(struct sl_cql2 *tree, struct sl_arena *a, sl_cql2_value_fn *value,
                                    void *ctx, enum sl_truth *out, struct sl_err *e);

/* Does `text` match the pattern: % any run, _ any one character, \ before either or itself means it. */
bool sl_cql2_like(struct sl_str text, struct sl_str pattern);

/* ---- for the readers (cql2_text.c, cql2_json.c) and for who builds a tree himself ---- */
struct sl_cql2_maker {
	struct sl_arena *a;
	size_t n_nodes;
	int depth;
};
struct sl_cql2 *sl_cql2_node(struct sl_cql2_maker *m, enum sl_cql2_op op, size_t at, struct sl_err *e);
void sl_cql2_add(struct sl_cql2 *parent, struct sl_cql2 *child); /* as the last child */
/* west, south, east, north; west > east crosses the antimeridian: two parts. */
SL_CHECKED enum sl_code sl_cql2_box(struct sl_cql2_maker *m, const double box[4], size_t at,
                                    struct sl_cql2 **out, struct sl_err *e);
/* The word of a predicate without "S_", in any case; false when it is none. */
bool sl_cql2_spatial_word(struct sl_str word, enum sl_spatial_predicate *out);
SL_CHECKED enum sl_code sl_cql2_moment(struct sl_cql2 *node, struct sl_str text, bool whole_day,
                                       struct sl_err *e);
extern const char *const sl_cql2_spatial_words[SL_SPATIAL_PREDICATES]; /* "INTERSECTS", ... */

#endif
