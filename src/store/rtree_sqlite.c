/* The spatial index of a layer.  Changes wait for the end of the transaction; few are made one by one,
 * many by packing the tree anew: sort-tile-recursive (Leutenegger, Lopez, Edgington 1997,
 * doi:10.1109/ICDE.1997.582015) into the tables of SQLite's R*Tree, whose format is documented
 * (https://www.sqlite.org/rtree.html, section 4). */
#include "store/db.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELL 24      /* bytes: 64-bit id, four 32-bit floats */
#define NODE_HEAD 4  /* bytes: depth, number of cells */
#define CELLS_MAX 51 /* RTREE_MAXCELLS of SQLite */
/* From so many changes on, and when they are an eighth of the tree, packing is quicker. */
#define PACK_FROM 512

struct cell {
	int64_t id;
	float x0, x1, y0, y1;
};

enum sl_code sl_spatial_change(struct sl_layer *l, const struct sl_box_change *c, struct sl_err *e)
{
	if (l->n_changes == l->cap_changes) {
		size_t cap = l->cap_changes ? l->cap_changes * 2 : 256;
		void *p = sl_mem_realloc(l->change, cap * sizeof *l->change);

		if (!p)
			return sl_fail(e, SL_NOMEM, "out of memory");
		l->change = p;
		l->cap_changes = cap;
	}
	l->change[l->n_changes++] = *c;
	return SL_OK;
}

/* As SQLite's rtreeValueDown and rtreeValueUp round, so that a packed tree and one made row by row hold
 * the same boxes. */
static float down(double d)
{
	float f = (float)d;

	return (double)f > d ? (float)(d * (d < 0 ? 1.0 + 1.0 / 8388608.0 : 1.0 - 1.0 / 8388608.0)) : f;
}

static float up(double d)
{
	float f = (float)d;

	return (double)f < d ? (float)(d * (d < 0 ? 1.0 - 1.0 / 8388608.0 : 1.0 + 1.0 / 8388608.0)) : f;
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

static enum sl_code one_by_one(struct sl_db *db, const struct sl_layer *l, const struct sl_box_change *c,
                               size_t n, struct sl_err *e)
{
	struct sl_sql *put = NULL, *out = NULL;

	if (!open_on(db, l, "INSERT OR REPLACE INTO ", "", " VALUES ($1, $2, $3, $4, $5)", &put, e))
		open_on(db, l, "DELETE FROM ", "", " WHERE id = $1", &out, e);
	for (size_t i = 0; i < n && !e->code; i++) {
		struct sl_sql *s = c[i].x0 > c[i].x1 ? out : put;

		sl_sql_int(s, 1, c[i].fid);
		if (s == put) {
			sl_sql_double(s, 2, c[i].x0);
			sl_sql_double(s, 3, c[i].x1);
			sl_sql_double(s, 4, c[i].y0);
			sl_sql_double(s, 5, c[i].y1);
		}
		sl_noted(sl_sql_run(s, e));
	}
	sl_sql_close(put);
	sl_sql_close(out);
	return e->code;
}

/* ---- packing ---- */
struct packer {
	struct cell *cell;
	size_t n, cap;
	size_t per_node, node_bytes;
	int64_t next_node;
	struct sl_sql *node, *parent, *rowid;
};

static int by_id(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* Ties by id, so that the same content always gives the same tree. */
static int by_x(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	float cx = x->x0 + x->x1, cy = y->x0 + y->x1;

	return cx < cy ? -1 : cx > cy ? 1 : by_id(a, b);
}

static int by_y(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	float cx = x->y0 + x->y1, cy = y->y0 + y->y1;

	return cx < cy ? -1 : cx > cy ? 1 : by_id(a, b);
}

static void put16(unsigned char *p, size_t x)
{
	p[0] = (unsigned char)(x >> 8);
	p[1] = (unsigned char)x;
}

static void put_float(unsigned char *p, float f)
{
	uint32_t bits;

	memcpy(&bits, &f, sizeof bits);
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(bits >> (24 - 8 * i));
}

static struct cell cover(const struct cell *c, size_t n, int64_t id)
{
	struct cell box = c[0];

	for (size_t i = 1; i < n; i++) {
		box.x0 = fminf(box.x0, c[i].x0);
		box.x1 = fmaxf(box.x1, c[i].x1);
		box.y0 = fminf(box.y0, c[i].y0);
		box.y1 = fmaxf(box.y1, c[i].y1);
	}
	box.id = id;
	return box;
}

static enum sl_code write_node(struct packer *p, int64_t nodeno, int depth, const struct cell *c, size_t n,
                               struct sl_err *e)
{
	unsigned char data[NODE_HEAD + CELL * CELLS_MAX] = {0};

	put16(data, nodeno == 1 ? (size_t)depth : 0);
	put16(data + 2, n);
	for (size_t i = 0; i < n; i++) {
		unsigned char *at = data + NODE_HEAD + CELL * i;

		for (int k = 0; k < 8; k++)
			at[k] = (unsigned char)((uint64_t)c[i].id >> (56 - 8 * k));
		put_float(at + 8, c[i].x0);
		put_float(at + 12, c[i].x1);
		put_float(at + 16, c[i].y0);
		put_float(at + 20, c[i].y1);
	}
	sl_sql_int(p->node, 1, nodeno);
	sl_sql_blob(p->node, 2, data, p->node_bytes);
	return sl_sql_run(p->node, e);
}

static enum sl_code link_child(struct sl_sql *s, int64_t child, int64_t node, struct sl_err *e)
{
	sl_sql_int(s, 1, child);
	sl_sql_int(s, 2, node);
	return sl_sql_run(s, e);
}

/* Order the cells so that consecutive ones make good nodes: vertical slices, each from south to north. */
static void tile(struct packer *p, size_t n_nodes)
{
	size_t slices = (size_t)ceil(sqrt((double)n_nodes));
	size_t per_slice = (p->n + slices - 1) / slices;

	qsort(p->cell, p->n, sizeof *p->cell, by_x);
	for (size_t i = 0; i < p->n; i += per_slice)
		qsort(p->cell + i, p->n - i < per_slice ? p->n - i : per_slice, sizeof *p->cell, by_y);
}

/* Which node each entry went to, written in order of the ids: appending is quicker than searching. */
struct home {
	int64_t id, node;
};

static int by_home(const void *a, const void *b)
{
	const struct home *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

/* One level: the cells become nodes, and the nodes' boxes the cells of the next level. */
static enum sl_code pack_level(struct packer *p, int depth, struct sl_err *e)
{
	size_t n_nodes = (p->n + p->per_node - 1) / p->per_node, done = 0;
	struct home *home = sl_mem_alloc(p->n * sizeof *home);

	if (!home)
		return sl_fail(e, SL_NOMEM, "out of memory");
	tile(p, n_nodes);
	for (size_t k = 0; k < n_nodes && !e->code; k++) {
		size_t end = (k + 1) * p->n / n_nodes; /* evenly: no node is left with a remainder */
		int64_t nodeno = p->next_node++;
		struct cell box;

		for (size_t i = done; i < end; i++)
			home[i] = (struct home){p->cell[i].id, nodeno};
		if (write_node(p, nodeno, depth, p->cell + done, end - done, e))
			break;
		box = cover(p->cell + done, end - done, nodeno);
		p->cell[k] = box;
		done = end;
	}
	if (!e->code)
		qsort(home, p->n, sizeof *home, by_home);
	for (size_t i = 0; i < p->n && !e->code; i++)
		link_child(depth ? p->parent : p->rowid, home[i].id, home[i].node, e);
	sl_mem_free(home);
	p->n = n_nodes;
	return e->code;
}

static enum sl_code pack(struct packer *p, struct sl_err *e)
{
	int depth = 0;

	/* The root is node 1 and is written last; SQLite wants the others to be numbered after it. */
	for (p->next_node = 2; p->n > p->per_node; depth++)
		if (pack_level(p, depth, e))
			return e->code;
	for (size_t i = 0; i < p->n; i++)
		if (link_child(depth ? p->parent : p->rowid, p->cell[i].id, 1, e))
			return e->code;
	return write_node(p, 1, depth, p->cell, p->n, e);
}

static enum sl_code clear(struct sl_db *db, const struct sl_layer *l, struct sl_err *e)
{
	static const char *const part[] = {"_node", "_rowid", "_parent"};
	struct sl_sql *s;

	for (size_t i = 0; i < sizeof part / sizeof *part; i++)
		if (open_on(db, l, "DELETE FROM ", part[i], "", &s, e) || sl_sql_finish(s, e))
			return e->code;
	return SL_OK;
}

static enum sl_code add_cell(struct packer *p, struct cell c, struct sl_err *e)
{
	if (p->n == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 1024;
		void *q = sl_mem_realloc(p->cell, cap * sizeof *p->cell);

		if (!q)
			return sl_fail(e, SL_NOMEM, "out of memory");
		p->cell = q;
		p->cap = cap;
	}
	p->cell[p->n++] = c;
	return SL_OK;
}

static bool changed(const struct sl_box_change *c, size_t n, int64_t id)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (c[mid].fid < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < n && c[lo].fid == id;
}

/* What stays of the tree, and what comes in. */
static enum sl_code collect(struct sl_db *db, const struct sl_layer *l, const struct sl_box_change *c,
                            size_t n, struct packer *p, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (open_on(db, l, "SELECT id, minx, maxx, miny, maxy FROM ", "", "", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		struct cell cell = {sl_sql_get_int(s, 0), (float)sl_sql_get_double(s, 1),
		                    (float)sl_sql_get_double(s, 2), (float)sl_sql_get_double(s, 3),
		                    (float)sl_sql_get_double(s, 4)};

		if (!changed(c, n, cell.id) && add_cell(p, cell, e))
			break;
	}
	sl_sql_close(s);
	for (size_t i = 0; i < n && !e->code; i++)
		if (c[i].x0 <= c[i].x1)
			add_cell(p, (struct cell){c[i].fid, down(c[i].x0), up(c[i].x1), down(c[i].y0), up(c[i].y1)}, e);
	return e->code;
}

static enum sl_code node_size(struct sl_db *db, const struct sl_layer *l, struct packer *p,
                              struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (open_on(db, l, "SELECT length(data) FROM ", "_node", " WHERE nodeno = 1", &s, e))
		return e->code;
	if (!sl_sql_step(s, &row, e))
		p->node_bytes = row ? (size_t)sl_sql_get_int(s, 0) : 0;
	sl_sql_close(s);
	if (e->code)
		return e->code;
	if (p->node_bytes < NODE_HEAD + 8 * CELL || p->node_bytes > NODE_HEAD + CELLS_MAX * CELL)
		return sl_fail(e, SL_CORRUPT,
		               "%s: the spatial index of %.*s is damaged; 'safelane debug rebuild' makes "
		               "it anew",
		               db->path, SL_STR_ARG(l->kind->name));
	p->per_node = (p->node_bytes - NODE_HEAD) / CELL;
	return SL_OK;
}

static enum sl_code repack(struct sl_db *db, const struct sl_layer *l, const struct sl_box_change *c,
                           size_t n, struct sl_err *e)
{
	struct packer p = {0};

	if (!node_size(db, l, &p, e) && !collect(db, l, c, n, &p, e) && !clear(db, l, e) &&
	    !open_on(db, l, "INSERT INTO ", "_node", " (nodeno, data) VALUES ($1, $2)", &p.node, e) &&
	    !open_on(db, l, "INSERT INTO ", "_parent", " (nodeno, parentnode) VALUES ($1, $2)", &p.parent, e) &&
	    !open_on(db, l, "INSERT INTO ", "_rowid", " (rowid, nodeno) VALUES ($1, $2)", &p.rowid, e))
		pack(&p, e);
	sl_sql_close(p.node);
	sl_sql_close(p.parent);
	sl_sql_close(p.rowid);
	sl_mem_free(p.cell);
	return e->code;
}

/* ---- the waiting changes ---- */
static int by_fid(const void *a, const void *b)
{
	const struct sl_box_change *x = a, *y = b;

	return x->fid < y->fid ? -1 : x->fid > y->fid;
}

/* By fid, the last change of each; a merge sort would be stable, qsort need not be: the sort is skipped
 * when the changes are in order, as they are when records are new. */
static enum sl_code last_of_each(struct sl_layer *l, struct sl_err *e)
{
	size_t n = l->n_changes, k = 0;
	bool sorted = true;

	for (size_t i = 1; i < n && sorted; i++)
		sorted = l->change[i - 1].fid <= l->change[i].fid;
	if (!sorted) {
		/* Stable by going through the list backwards and keeping the first met of each fid. */
		struct sl_map seen = {0};

		for (size_t i = n; i-- > 0 && !e->code;) {
			struct sl_str key = {(const char *)&l->change[i].fid, sizeof l->change[i].fid};
			bool is_new;

			if (sl_map_put(&seen, key, 1, &is_new, e) && !is_new)
				l->change[i].y0 = (double)NAN; /* overtaken */
		}
		sl_map_done(&seen);
		if (e->code)
			return e->code;
		for (size_t i = 0; i < n; i++)
			if (!isnan(l->change[i].y0))
				l->change[k++] = l->change[i];
		l->n_changes = n = k;
		qsort(l->change, n, sizeof *l->change, by_fid);
	}
	k = 0;
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || l->change[i + 1].fid != l->change[i].fid)
			l->change[k++] = l->change[i];
	l->n_changes = k;
	return SL_OK;
}

enum sl_code sl_spatial_flush(struct sl_db *db, struct sl_layer *l, struct sl_err *e)
{
	size_t n;

	if (!l->has_geometry || !l->n_changes)
		return SL_OK;
	if (last_of_each(l, e))
		return e->code;
	n = l->n_changes;
	if (n >= PACK_FROM && l->n_indexed < 0) {
		struct sl_sql *s;
		bool row;

		if (open_on(db, l, "SELECT count(*) FROM ", "_rowid", "", &s, e))
			return e->code;
		if (!sl_sql_step(s, &row, e))
			l->n_indexed = row ? sl_sql_get_int(s, 0) : 0;
		sl_sql_close(s);
		if (e->code)
			return e->code;
	}
	if (n >= PACK_FROM && (int64_t)n >= l->n_indexed / 8)
		repack(db, l, l->change, n, e);
	else
		one_by_one(db, l, l->change, n, e);
	l->n_changes = 0;
	l->n_indexed = -1;
	return e->code;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

enum sl_code sl_spatial_search(struct sl_db *db, struct sl_arena *a, struct sl_layer *l, struct sl_box box,
                               int64_t **record, size_t *n, struct sl_err *e)
{
	int64_t *list = NULL, *more;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	if (!l->find && open_on(db, l, "SELECT id FROM ", "",
	                        " WHERE minx <= $1 AND maxx >= $2 AND miny <= $3 AND maxy >= $4", &l->find, e))
		return e->code;
	s = l->find;
	sl_sql_double(s, 1, box.x1);
	sl_sql_double(s, 2, box.x0);
	sl_sql_double(s, 3, box.y1);
	sl_sql_double(s, 4, box.y0);
	while (!sl_sql_step(s, &row, e) && row) {
		if (k == cap) {
			more = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
			if (!more)
				break;
			list = more;
		}
		list[k++] = sl_sql_get_int(s, 0);
	}
	sl_sql_reset(s);
	if (e->code)
		return e->code;
	if (k)
		qsort(list, k, sizeof *list, by_number);
	*record = list;
	*n = k;
	return SL_OK;
}

/* ---- where most of it lies ---- */

enum { SAMPLES = 2000, SAMPLES_LEAST = 40 };

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static enum sl_code sample(struct sl_db *db, struct sl_layer *l, double *x, double *y, size_t *n, struct sl_err *e)
{
	struct sl_sql *last = NULL, *one = NULL;
	int64_t most = 0;
	bool row;

	/* Identifiers are record numbers: dense over all kinds. */
	if (!open_on(db, l, "SELECT max(rowid) FROM ", "_rowid", "", &last, e) && !sl_sql_step(last, &row, e) && row)
		most = sl_sql_get_int(last, 0);
	sl_sql_close(last);
	if (!e->code)
		open_on(db, l, "SELECT (minx + maxx) / 2, (miny + maxy) / 2 FROM ", "", " WHERE id = $1", &one, e);
	for (int64_t i = 0; i < SAMPLES && i < most && !e->code; i++) {
		sl_sql_int(one, 1, most <= SAMPLES ? i + 1 : 1 + (int64_t)((double)i / SAMPLES * (double)most));
		if (!sl_sql_step(one, &row, e) && row) {
			x[*n] = sl_sql_get_double(one, 0);
			y[(*n)++] = sl_sql_get_double(one, 1);
		}
		sl_sql_reset(one);
	}
	sl_sql_close(one);
	return e->code;
}

enum sl_code sl_store_layer_middle(struct sl_db *db, const struct sl_kind *kind, struct sl_box *box,
                                   struct sl_err *e)
{
	double x[SAMPLES], y[SAMPLES];
	size_t n = 0;

	if (sample(db, &db->layer[kind->number], x, y, &n, e))
		return e->code;
	*box = (struct sl_box){1, 1, 0, 0};
	if (n < SAMPLES_LEAST)
		return SL_OK;
	qsort(x, n, sizeof *x, by_size);
	qsort(y, n, sizeof *y, by_size);
	*box = (struct sl_box){x[n / 30], y[n / 30], x[n - 1 - n / 30], y[n - 1 - n / 30]};
	return SL_OK;
}
