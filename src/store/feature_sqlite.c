/* What the feature query needs of SQLite in particular. */
#include "store/feature.h"

#include <endian.h>
#include <string.h>

enum sl_code sl_dialect_stamp(struct sl_db *db, struct sl_feature_stamp *out, struct sl_err *e)
{
	struct sl_feature_stamp s;

	/* data_version tells commits of others apart; our own are told by their revisions and row changes. */
	if (sl_sql_number(db->driver, "PRAGMA data_version", &s.data_version, e) ||
	    sl_sql_number(db->driver, "SELECT max(seq) FROM sl_revision", &s.seq, e) ||
	    sl_sql_number(db->driver, "SELECT total_changes()", &s.changes, e))
		return e->code;
	*out = s;
	return SL_OK;
}

static enum sl_code run(struct sl_db *db, const char *literal, struct sl_err *e)
{
	struct sl_sql *s;

	return sl_sql_open(db->driver, literal, &s, e) ? e->code : sl_sql_finish(s, e);
}

enum sl_code sl_dialect_read_begin(struct sl_db *db, bool *begun, struct sl_err *e)
{
	*begun = false;
	if (sl_driver_in_transaction(db->driver))
		return SL_OK;
	if (run(db, "BEGIN", e))
		return e->code;
	*begun = true;
	return SL_OK;
}

void sl_dialect_read_end(struct sl_db *db, bool begun)
{
	struct sl_err ignored = {0}; /* nothing was written: there is nothing to lose */

	if (begun && run(db, "COMMIT", &ignored))
		sl_driver_rollback(db->driver);
}

static enum sl_code open_on(struct sl_db *db, const struct sl_layer *l, const char *before,
                            const char *suffix, const char *after, struct sl_sql **out, struct sl_err *e)
{
	struct sl_buf b = {0};

	sl_buf_puts(&b, before);
	sl_spatial_table(&b, l, suffix);
	sl_buf_puts(&b, after);
	if (!sl_buf_check(&b, e))
		sl_noted(sl_sql_open_text(db->driver, sl_buf_view(&b), out, e));
	sl_buf_done(&b);
	return e->code;
}

const char sl_dialect_in_list[] = "WHERE \"fid\" IN (SELECT value FROM json_each($1)) ORDER BY \"fid\"";

/* The tree is read node by node, as its format is documented (https://www.sqlite.org/rtree.html, section
 * 4): a node has its depth (root only), the number of its cells, and cells of an id and four 32-bit floats,
 * big-endian. Through the virtual table every hit would be a row of its own, ten times the work. */
enum { NODE_HEAD = 4, CELL = 24, DEPTH_MAX = 40, NODES_MAX = 10000000 /* a ring of nodes must end */ };

struct tree_walk {
	struct sl_db *db;
	struct sl_feature_reader *r;
	struct sl_arena *a;
	struct sl_box box;
	struct sl_feature_hit *hit;
	size_t n, cap, visited;
	struct sl_err *e;
};

static int64_t number_at(const unsigned char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof x);
	return (int64_t)be64toh(x);
}

static uint16_t short_at(const unsigned char *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static double side(const unsigned char *p)
{
	uint32_t bits;
	float f;

	memcpy(&bits, p, sizeof bits);
	bits = be32toh(bits);
	memcpy(&f, &bits, sizeof f);
	return (double)f;
}

static enum sl_code walk_cells(struct tree_walk *w, const unsigned char *cell, size_t n, int depth);

static enum sl_code damaged(struct tree_walk *w)
{
	return sl_fail(w->e, SL_CORRUPT,
	               "%s: the spatial index of %.*s is damaged; 'safelane debug rebuild' mends it",
	               w->db->path, SL_STR_ARG(w->r->layer->kind->name));
}

/* `depth`: how many levels below it there are; -1: the root, which says so itself. */
static enum sl_code walk_node(struct tree_walk *w, int64_t number, int depth)
{
	struct sl_str node, copy;
	size_t n = 0;
	bool row;

	sl_sql_int(w->r->boxes, 1, number);
	if (sl_sql_step(w->r->boxes, &row, w->e))
		return w->e->code;
	node = row ? sl_sql_get_blob(w->r->boxes, 0) : (struct sl_str){0};
	copy = node;
	if (node.n >= NODE_HEAD) {
		n = short_at((const unsigned char *)node.p + 2);
		if (depth < 0)
			depth = short_at((const unsigned char *)node.p);
	}
	if (node.n < NODE_HEAD || n > (node.n - NODE_HEAD) / CELL || depth > DEPTH_MAX ||
	    ++w->visited > NODES_MAX) {
		sl_sql_reset(w->r->boxes);
		return damaged(w);
	}
	if (depth > 0) { /* the statement is needed again below */
		copy.p = sl_arena_strndup(w->a, node.p, node.n, w->e);
		sl_sql_reset(w->r->boxes);
	}
	if (!w->e->code)
		walk_cells(w, (const unsigned char *)copy.p + NODE_HEAD, n, depth);
	if (depth == 0)
		sl_sql_reset(w->r->boxes);
	return w->e->code;
}

static enum sl_code walk_cells(struct tree_walk *w, const unsigned char *cell, size_t n, int depth)
{
	const struct sl_box *b = &w->box;

	for (size_t i = 0; i < n; i++, cell += CELL) {
		const double x0 = side(cell + 8), x1 = side(cell + 12), y0 = side(cell + 16), y1 = side(cell + 20);
		const int64_t id = number_at(cell);
		struct sl_feature_hit *more;

		if (!(x0 <= b->x1 && x1 >= b->x0 && y0 <= b->y1 && y1 >= b->y0))
			continue;
		if (depth > 0) {
			if (walk_node(w, id, depth - 1))
				return w->e->code;
			continue;
		}
		more = sl_arena_grow(w->a, w->hit, &w->cap, w->n + 1, sizeof *more, w->e);
		if (!more)
			return w->e->code;
		w->hit = more;
		/* The index rounds its boxes outward, so what lies inside by its word does. */
		w->hit[w->n++] =
		    (struct sl_feature_hit){id, x0 >= b->x0 && x1 <= b->x1 && y0 >= b->y0 && y1 <= b->y1};
	}
	return SL_OK;
}

enum sl_code sl_dialect_hits(struct sl_db *db, struct sl_feature_reader *r, struct sl_arena *a,
                             struct sl_box box, struct sl_feature_hit **out, size_t *n, struct sl_err *e)
{
	struct tree_walk w = {.db = db, .r = r, .a = a, .box = box, .e = e};

	if (!r->boxes &&
	    open_on(db, r->layer, "SELECT data FROM ", "_node", " WHERE nodeno = $1", &r->boxes, e))
		return e->code;
	if (walk_node(&w, 1, -1))
		return e->code;
	*out = w.hit;
	*n = w.n;
	return SL_OK;
}

enum sl_code sl_dialect_placed(struct sl_db *db, const struct sl_layer *l, struct sl_sql **out,
                               struct sl_err *e)
{
	return open_on(db, l, "SELECT rowid FROM ", "_rowid", " ORDER BY rowid", out, e);
}
