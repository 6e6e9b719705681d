/* Tiles a second on one core: tiles PROGRAMME [KIND [SECONDS]].
 * Tiles at zoom 14, 11 and 8 that hold 1,000 records drawn at random (each tile once), as bench/PEERS does
 * it.  Every field, no thinning ("all") is what peers serve; "usual" is what a map gets; "cached" comes
 * from memory. */
#include "app/programme.h"
#include "app/tile.h"
#include "geo/wkb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { SAMPLE = 1000, TILES_MAX = SAMPLE };

struct sample {
	struct sl_world_point at[SAMPLE];
	size_t n;
	struct sl_arena a;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double resident_mib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_maxrss / 1024;
}

static enum sl_code take(void *ctx, const struct sl_layer_row *row, struct sl_err *e)
{
	struct sample *s = ctx;
	struct sl_arena_mark mark = sl_arena_mark(&s->a);
	struct sl_geom g;

	if (row->geometry.n && !sl_wkb_read(&s->a, row->geometry, &g, e) && g.n_points)
		s->at[s->n++] = sl_world_from(g.xy[0], g.xy[1]);
	sl_arena_reset(&s->a, mark);
	return e->code;
}

static int tile_order(const void *pa, const void *pb)
{
	return memcmp(pa, pb, sizeof(struct sl_tile_id));
}

static size_t tiles_at(const struct sample *s, uint32_t z, struct sl_tile_id *out)
{
	size_t n = 0, k = 0;
	uint64_t chance = 7;

	for (size_t i = 0; i < s->n; i++)
		out[n++] = sl_tile_at(s->at[i], z);
	qsort(out, n, sizeof *out, tile_order);
	for (size_t i = 0; i < n; i++)
		if (!k || memcmp(&out[k - 1], &out[i], sizeof *out))
			out[k++] = out[i];
	for (size_t i = k; i > 1; i--) { /* in no order */
		size_t j = sl_splitmix64(&chance) % i;
		struct sl_tile_id swap = out[i - 1];

		out[i - 1] = out[j];
		out[j] = swap;
	}
	return k;
}

struct run {
	struct sl_tile_maker *m;
	const struct sl_kind *kind; /* NULL: the land */
	struct sl_date day;
	struct sl_tile_options o;
	double seconds;
};

static enum sl_code one(const struct run *r, struct sl_tile_id t, size_t *bytes, size_t *features,
                        struct sl_err *e)
{
	struct sl_tile_bytes *tile;

	if (r->kind ? sl_tile_kind(r->m, r->kind, t, &r->o, &tile, e)
	            : sl_tile_land(r->m, r->day, t, &r->o, &tile, e))
		return e->code;
	*bytes += tile->n;
	*features += tile->n_features;
	sl_tile_bytes_release(tile);
	return SL_OK;
}

static enum sl_code measure(const struct run *r, const char *what, uint32_t z, const struct sl_tile_id *t,
                            size_t n, struct sl_err *e)
{
	size_t bytes = 0, features = 0, done = 0;
	double start = now(), first, rest;

	for (size_t i = 0; i < n; i++)
		if (one(r, t[i], &bytes, &features, e))
			return e->code;
	first = now() - start;
	start = now();
	do {
		for (size_t i = 0; i < n; i++, done++) {
			size_t ignored = 0;

			if (one(r, t[i], &ignored, &ignored, e))
				return e->code;
		}
		rest = now() - start;
	} while (rest < r->seconds);
	printf("%-8s z%-2u %5zu tiles %9.0f bytes %8.1f features each: first round %8.0f/s, then %8.0f/s; %.0f "
	       "MiB\n",
	       what, z, n, (double)bytes / (double)n, (double)features / (double)n, (double)n / first,
	       (double)done / rest, resident_mib());
	return SL_OK;
}

struct archive {
	size_t n, bytes;
};

static enum sl_code count_tile(void *ctx, struct sl_tile_id id, const struct sl_tile_bytes *t,
                               struct sl_err *e)
{
	struct archive *a = ctx;

	(void)id;
	(void)e;
	a->n++;
	a->bytes += t->n;
	return SL_OK;
}

static enum sl_code bench(struct sl_programme *p, const char *name, double seconds, struct sl_err *e)
{
	static const uint32_t zooms[] = {14, 11, 8};
	const struct sl_kind *kind = sl_dictionary_kind(p->dict, sl_str_from(name));
	static struct sl_tile_id tile[TILES_MAX];
	static struct sample s;
	struct sl_tiles *tiles = NULL;
	struct sl_tile_maker *m = NULL;
	struct archive all = {0};
	int64_t *number;
	size_t n;
	uint64_t chance = 1;
	double start;

	if (!kind)
		return sl_fail(e, SL_NOT_FOUND, "there is no kind '%s'", name);
	if (sl_store_layer_find(p->db, &p->arena, kind, (struct sl_box){-180, -90, 180, 90}, &number, &n, e))
		return e->code;
	for (int i = 0; i < SAMPLE && n; i++)
		if (sl_store_layer_rows(p->db, kind, &number[sl_splitmix64(&chance) % n], 1, take, &s, e))
			return e->code;
	printf("%zu records of kind %s\n", n, name);
	if (sl_tiles_new(NULL, &tiles, e) || sl_tile_maker_new(tiles, p->db, &m, e))
		return e->code;
	for (int i = 0; i < 3; i++) {
		size_t k = tiles_at(&s, zooms[i], tile);
		struct run r = {m, kind, {0}, {.all_fields = true, .no_cache = true}, seconds};

		if (measure(&r, "all", zooms[i], tile, k, e))
			return e->code;
		r.o = sl_tile_usual(zooms[i]);
		r.o.no_cache = true;
		if (measure(&r, "usual", zooms[i], tile, k, e))
			return e->code;
		r.o = (struct sl_tile_options){.all_fields = true};
		if (measure(&r, "cached", zooms[i], tile, k < 12 ? k : 12, e)) /* as many as are kept for sure */
			return e->code;
	}
	start = now();
	if (sl_tile_walk(m, kind, 8, 14, &(struct sl_tile_options){.all_fields = true}, count_tile, &all, e))
		return e->code;
	printf("archive  z8-14: %zu tiles, %.0f MB, %.0f/s; %.0f MiB\n", all.n, (double)all.bytes / 1e6,
	       (double)all.n / (now() - start), resident_mib());
	for (int i = 0; i < 3; i++) {
		struct run r = {m, NULL, {19500}, sl_tile_usual(zooms[i]), seconds};

		r.o.no_cache = true;
		if (measure(&r, "land", zooms[i], tile, tiles_at(&s, zooms[i], tile), e))
			return e->code;
	}
	sl_tile_maker_free(m);
	sl_tiles_free(tiles);
	sl_arena_done(&s.a);
	return SL_OK;
}

int main(int argc, char **argv)
{
	struct sl_env env;
	struct sl_programme p = {0};
	struct sl_err e = {0};

	if (argc < 2) {
		fprintf(stderr, "usage: tiles PROGRAMME [KIND [SECONDS]]\n");
		return 2;
	}
	sl_env_init(&env);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (sl_programme_open(&p, argv[1], SL_OPEN_READ, &env, &e) ||
	    bench(&p, argc > 2 ? argv[2] : "hazard", argc > 3 ? strtod(argv[3], NULL) : 2, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		sl_programme_close(&p);
		return sl_code_exit(e.code);
	}
	sl_programme_close(&p);
	return 0;
}
