#include "app/archive.h"

#include "app/tile.h"
#include "base/gzip.h"
#include "base/parallel.h"
#include "store/mbtiles_writer.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

enum {
	/* Above this zoom tiles are made one by one, from it on each with all inside it by one thread: few enough records
	 * lie in one, and enough of them for all threads. */
	SPLIT_ZOOM = 8,
	GZIP_LEVEL = 1,
};

struct worker {
	struct sl_programme p;
	struct sl_env env;
	struct sl_tiles *tiles; /* own for a kind, because they need not wait for each other then; else the first's */
	struct sl_tile_maker *maker;
	struct sl_gzipper *gzip;
	struct sl_buf packed;
	bool open, reading;
};

struct archive {
	const struct sl_archive_options *o;
	const struct sl_kind *kind; /* NULL: the land */
	struct sl_date day;
	struct worker *worker;
	unsigned n_workers;
	struct sl_mbtiles *file;
	pthread_mutex_t lock; /* of the file and what follows */
	struct sl_archive_result result;
	struct sl_arena arena;
	const struct sl_tile_id *level; /* tiles of one zoom */
	bool *full;                     /* by number in level: the tile holds something */
};

bool sl_archive_name(const char *output)
{
	return sl_str_has_suffix_nocase(sl_str_from(output), ".mbtiles");
}

static enum sl_code open_worker(struct archive *x, struct worker *w, const struct sl_programme *p, struct sl_err *e)
{
	const struct sl_tile_limits land = {.face_bytes = (size_t)1 << 30}; /* each face is wanted at every zoom */
	const struct sl_tile_limits kind = {0};

	w->env = *p->env;
	w->env.progress = NULL;
	w->open = true;
	if (sl_programme_open(&w->p, p->path, SL_OPEN_READ, &w->env, e))
		return e->code;
	if (!x->kind && w != x->worker)
		w->tiles = x->worker->tiles;
	else if (sl_tiles_new(x->kind ? &kind : &land, &w->tiles, e))
		return e->code;
	if (sl_tile_maker_new(w->tiles, w->p.db, &w->maker, e) || sl_gzipper_new(GZIP_LEVEL, &w->gzip, e))
		return e->code;
	if (x->kind && !sl_store_read_begin(w->p.db, e))
		w->reading = true;
	return e->code;
}

static void close_worker(struct archive *x, struct worker *w)
{
	if (w->reading)
		sl_store_read_end(w->p.db);
	sl_tile_maker_free(w->maker);
	if (x->kind)
		sl_tiles_free(w->tiles);
	sl_gzipper_free(w->gzip);
	sl_buf_done(&w->packed);
	if (w->open)
		sl_programme_close(&w->p);
	w->maker = NULL;
}

/* All look at the same moment, or the archive would be of two. */
static enum sl_code same_moment(struct archive *x, struct sl_err *e)
{
	int64_t first = 0, other;

	for (unsigned i = 0; x->kind && i < x->n_workers; i++) {
		if (sl_store_newest(x->worker[i].p.db, &other, e))
			return e->code;
		if (i && other != first)
			return sl_fail(e, SL_BUSY, "somebody is writing just now; try again");
		first = other;
	}
	return SL_OK;
}

/* ---- one tile ---- */

static enum sl_code put_tile(struct archive *x, struct worker *w, struct sl_tile_id id, struct sl_str bytes,
                             struct sl_err *e)
{
	if (sl_gzipper_pack(w->gzip, bytes, &w->packed, e))
		return e->code;
	pthread_mutex_lock(&x->lock);
	x->result.tiles++;
	x->result.bytes += w->packed.n;
	(void)!sl_mbtiles_put(x->file, id, sl_buf_view(&w->packed), e);
	pthread_mutex_unlock(&x->lock);
	return e->code;
}

static struct sl_tile_options options_at(const struct archive *x, uint32_t z)
{
	struct sl_tile_options o = sl_tile_usual(z);

	if (x->o->all)
		o = (struct sl_tile_options){.all_fields = true};
	o.no_cache = true;
	return o;
}

static enum sl_code one_by_one(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct archive *x = ctx;
	struct worker *w = &x->worker[worker];

	for (size_t i = first; i < last && !e->code; i++) {
		struct sl_tile_options o = options_at(x, x->level[i].z);
		struct sl_tile_bytes *t;

		if (x->kind ? sl_tile_kind(w->maker, x->kind, x->level[i], &o, &t, e)
		            : sl_tile_land(w->maker, x->day, x->level[i], &o, &t, e))
			break;
		x->full[i] = t->n > 0;
		if (t->n)
			(void)!put_tile(x, w, x->level[i], (struct sl_str){t->p, t->n}, e);
		sl_tile_bytes_release(t);
	}
	return e->code;
}

/* ---- a kind from the split zoom on: each record is read once ---- */

struct walking {
	struct archive *x;
	struct worker *w;
};

static enum sl_code walked(void *ctx, struct sl_tile_id id, const struct sl_tile_bytes *t, struct sl_err *e)
{
	struct walking *k = ctx;

	return put_tile(k->x, k->w, id, (struct sl_str){t->p, t->n}, e);
}

static enum sl_code by_walking(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct archive *x = ctx;
	struct walking k = {x, &x->worker[worker]};

	for (size_t i = first; i < last && !e->code; i++) {
		const uint32_t top = x->level[i].z, to = x->o->to;
		struct sl_tile_options o = options_at(x, top);

		(void)!sl_tile_walk_top(k.w->maker, x->kind, x->level[i], to, x->o->all ? &o : NULL, walked, &k, e);
	}
	return e->code;
}

/* The tiles of the next zoom inside those that hold something: ground is never dropped for being small, so that
 * nothing lies in an empty tile. */
static enum sl_code go_deeper(struct archive *x, size_t *n, struct sl_err *e)
{
	struct sl_tile_id *next = sl_arena_alloc(&x->arena, 4 * *n + 1, sizeof *next, e);
	size_t k = 0;

	for (size_t i = 0; next && i < *n; i++)
		for (uint32_t q = 0; x->full[i] && q < 4; q++)
			next[k++] = (struct sl_tile_id){x->level[i].z + 1, 2 * x->level[i].x + q % 2, 2 * x->level[i].y + q / 2};
	x->level = next;
	x->full = next ? sl_arena_alloc(&x->arena, k + 1, sizeof *x->full, e) : NULL;
	*n = k;
	return e->code;
}

static enum sl_code make_all(struct archive *x, const struct sl_env *env, struct sl_err *e)
{
	const uint32_t split = !x->kind ? UINT32_MAX : x->o->from > SPLIT_ZOOM ? x->o->from : SPLIT_ZOOM;
	struct sl_tile_id *top;
	size_t n;

	if (x->o->from < split) {
		x->level = top = sl_arena_alloc(&x->arena, 1, sizeof *top, e);
		x->full = sl_arena_alloc(&x->arena, 1, sizeof *x->full, e);
		n = 1;
		for (uint32_t z = 0; !e->code && z <= x->o->to && z < split; z++) {
			if (z < x->o->from) {
				for (size_t i = 0; i < n; i++)
					x->full[i] = true;
			} else if (sl_parallel(env, n, 1, one_by_one, x, e)) {
				return e->code;
			}
			if (z < x->o->to && go_deeper(x, &n, e))
				return e->code;
		}
	}
	if (e->code || x->o->to < split)
		return e->code;
	if (sl_tile_tops(x->worker->maker, x->kind, split, &x->arena, &top, &n, e))
		return e->code;
	x->level = top;
	return n ? sl_parallel(env, n, 1, by_walking, x, e) : SL_OK;
}

/* ---- what the archive says of itself ---- */

static enum sl_code describe(struct archive *x, struct sl_programme *p, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_json_writer w;
	struct sl_str programme;
	struct sl_box box;
	char day[11];

	if (sl_tile_bounds(p->db, x->kind, &box, e) || sl_store_fact(p->db, &x->arena, "name", &programme, e))
		return e->code;
	box = box.x0 > box.x1 ? (struct sl_box){-180, -SL_MERCATOR_LAT_MAX, 180, SL_MERCATOR_LAT_MAX}
	                      : (struct sl_box){fmax(box.x0, -180), fmax(box.y0, -SL_MERCATOR_LAT_MAX), fmin(box.x1, 180),
	                                        fmin(box.y1, SL_MERCATOR_LAT_MAX)};
	sl_date_text(x->day, day);
	sl_buf_printf(&b, "%.*s: %s", SL_STR_ARG(programme), x->kind ? "" : "land by state at the end of ");
	sl_buf_str(&b, x->kind ? x->kind->label : sl_str_from(day));
	if (sl_buf_check(&b, e) || sl_mbtiles_say(x->file, "name", sl_buf_view(&b), e) ||
	    sl_mbtiles_say(x->file, "format", SL_STR("pbf"), e) || sl_mbtiles_say(x->file, "type", SL_STR("overlay"), e) ||
	    sl_mbtiles_say(x->file, "version", SL_STR("1"), e))
		goto done;
	sl_buf_clear(&b);
	sl_buf_printf(&b, "%.7f,%.7f,%.7f,%.7f", box.x0, box.y0, box.x1, box.y1);
	if (sl_buf_check(&b, e) || sl_mbtiles_say(x->file, "bounds", sl_buf_view(&b), e))
		goto done;
	sl_buf_clear(&b);
	sl_buf_printf(&b, "%.7f,%.7f,%u", (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, x->o->from);
	if (sl_buf_check(&b, e) || sl_mbtiles_say(x->file, "center", sl_buf_view(&b), e))
		goto done;
	sl_buf_clear(&b);
	sl_buf_printf(&b, "%u", x->o->from);
	if (sl_buf_check(&b, e) || sl_mbtiles_say(x->file, "minzoom", sl_buf_view(&b), e))
		goto done;
	sl_buf_clear(&b);
	sl_buf_printf(&b, "%u", x->o->to);
	if (sl_buf_check(&b, e) || sl_mbtiles_say(x->file, "maxzoom", sl_buf_view(&b), e))
		goto done;
	sl_buf_clear(&b);
	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("vector_layers"));
	sl_tile_layers_json(&w, x->kind, false, x->o->from, x->o->to);
	sl_json_end(&w, '}');
	if (!sl_buf_check(&b, e))
		(void)!sl_mbtiles_say(x->file, "json", sl_buf_view(&b), e);
done:
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code understand(struct sl_programme *p, const struct sl_archive_options *o, struct archive *x,
                               struct sl_err *e)
{
	const char *name = o->kind ? o->kind : "hazard";

	if (o->from > o->to || o->to > SL_TILE_MAX_ZOOM)
		return sl_fail(e, SL_INVALID, "zooms go from %d to %d", SL_TILE_MIN_ZOOM, SL_TILE_MAX_ZOOM);
	x->day = sl_date_is_none(o->as_of) ? (struct sl_date){(int32_t)(sl_env_now_ms(p->env) / 86400000)} : o->as_of;
	if (!strcmp(name, "land"))
		return SL_OK;
	x->kind = sl_dictionary_kind(p->dict, sl_str_from(name));
	if (!x->kind)
		return sl_fail(e, SL_INVALID, "there is no kind of record '%.40s'", name);
	if (!sl_store_has_places(p->db, x->kind))
		return sl_fail(e, SL_INVALID, "records of the kind '%.40s' have no place on a map", name);
	return SL_OK;
}

enum sl_code sl_archive(struct sl_programme *p, const char *output, const struct sl_archive_options *o,
                        struct sl_archive_result *out, struct sl_err *e)
{
	struct archive x = {.o = o, .n_workers = sl_parallel_workers()};
	struct sl_err close = {0};

	if (understand(p, o, &x, e))
		return e->code;
	pthread_mutex_init(&x.lock, NULL);
	x.worker = sl_arena_alloc(&x.arena, x.n_workers, sizeof *x.worker, e);
	for (unsigned i = 0; x.worker && i < x.n_workers && !e->code; i++)
		(void)!open_worker(&x, &x.worker[i], p, e);
	if (!e->code && !same_moment(&x, e) && !sl_mbtiles_create(output, &x.file, e) && !describe(&x, p, e))
		(void)!make_all(&x, p->env, e);
	if (x.file && sl_mbtiles_close(x.file, !e->code, &close) && !e->code)
		*e = close;
	for (unsigned i = 0; x.worker && i < x.n_workers; i++)
		close_worker(&x, &x.worker[i]);
	if (!x.kind && x.worker)
		sl_tiles_free(x.worker->tiles);
	sl_arena_done(&x.arena);
	pthread_mutex_destroy(&x.lock);
	if (!e->code)
		*out = x.result;
	return e->code;
}
