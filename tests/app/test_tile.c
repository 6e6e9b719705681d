#include "app/training.h"
#include "mvt_reader.h"
#include "tile_check.h"

#include "app/tile.h"
#include "ledger/timeline.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- every tile of a simulated country ---- */

struct seen {
	uint64_t n_tiles, n_features, n_polygons, n_merged;
	uint64_t counted[SL_TILE_MAX_ZOOM + 1]; /* in merged squares, each in the tile that its cell lies in */
	uint8_t *zoom_of[SL_TILE_MAX_ZOOM + 1]; /* by id: it was drawn at the zoom */
	uint64_t drawn[SL_TILE_MAX_ZOOM + 1];
	size_t n_ids;
	const struct sl_kind *kind;  /* NULL: the land */
	struct sl_tile_maker *again; /* makes each tile once more */
	struct sl_tile_options o;
	struct sl_date day;
	int faults;
};

static void seen_open(struct seen *s, size_t n_ids)
{
	s->n_ids = n_ids + 1;
	for (int z = 0; z <= SL_TILE_MAX_ZOOM; z++)
		s->zoom_of[z] = calloc(s->n_ids, 1);
}

static void seen_close(struct seen *s)
{
	for (int z = 0; z <= SL_TILE_MAX_ZOOM; z++)
		free(s->zoom_of[z]);
}

static void fault(struct seen *s, struct sl_tile_id t, size_t feature, const char *what)
{
	if (s->faults++ < 10)
		printf("tile %u/%u/%u feature %zu: %s\n", t.z, t.x, t.y, feature, what);
}

static bool in_own_cell(const struct sl_tile_shape *s)
{
	int32_t x = s->point[0].x, y = s->point[0].y;

	for (uint32_t i = 1; i < s->n_points; i++) {
		x = s->point[i].x < x ? s->point[i].x : x;
		y = s->point[i].y < y ? s->point[i].y : y;
	}
	return x >= 0 && y >= 0 && x < SL_TILE_EXTENT && y < SL_TILE_EXTENT;
}

static void look(struct seen *s, struct sl_tile_id t, struct sl_str bytes, uint32_t n_features)
{
	struct mvt_layer l;
	struct mvt_feature f;
	const char *wrong = mvt_layer_read(bytes, &l);

	if (wrong)
		fault(s, t, 0, wrong);
	if (l.n_features != n_features)
		fault(s, t, 0, "not as many features as it says");
	if (!sl_str_eq(l.name, s->kind ? s->kind->name : SL_STR("land")))
		fault(s, t, 0, "another layer's name");
	for (size_t i = 0; !wrong && i < l.n_features; i++) {
		const struct mvt_value *count;

		wrong = mvt_feature_read(&l, i, &f);
		if (!wrong)
			wrong = tile_shape_wrong(&f.shape);
		if (wrong)
			fault(s, t, i, wrong);
		count = mvt_get(&f, "count");
		s->n_polygons += f.shape.type == SL_GEOM_POLYGON;
		if (f.has_id) {
			if (f.id >= s->n_ids)
				fault(s, t, i, "an unknown id");
			else if (!s->zoom_of[t.z][f.id]++)
				s->drawn[t.z]++;
			if (s->zoom_of[t.z][f.id] == UINT8_MAX)
				s->zoom_of[t.z][f.id] = 1;
			if (count || (s->kind ? !mvt_get(&f, "record") || !mvt_get(&f, "id") : !mvt_get(&f, "state")))
				fault(s, t, i, "not its attributes");
		} else {
			s->n_merged++;
			if (!s->o.merge || !count || count->number < 2 || (!s->kind && !mvt_get(&f, "state")))
				fault(s, t, i, "merged, and does not count");
			else if (in_own_cell(&f.shape))
				s->counted[t.z] += (uint64_t)count->number;
		}
	}
	mvt_layer_done(&l);
	s->n_tiles++;
	s->n_features += n_features;
}

static enum sl_code look_at_tile(void *ctx, struct sl_tile_id id, const struct sl_tile_bytes *t,
                                 struct sl_err *e)
{
	struct seen *s = ctx;
	struct sl_tile_bytes *one;

	look(s, id, (struct sl_str){t->p, t->n}, t->n_features);
	if (s->again) {
		if (sl_tile_kind(s->again, s->kind, id, &s->o, &one, e))
			return e->code;
		if (one->n != t->n || memcmp(one->p, t->p, t->n))
			fault(s, id, 0, "made alone it is another one");
		sl_tile_bytes_release(one);
	}
	return SL_OK;
}

struct country {
	struct training t;
	struct sl_programme reader;
	struct sl_tiles *tiles;
	struct sl_tile_maker *m, *again;
};

static void country_open(struct country *c, uint32_t hazards, double faults,
                         const struct sl_tile_limits *limits)
{
	struct sl_err *e = &c->t.e;

	training_open(&c->t, hazards, 7, faults);
	if (c->t.e.code)
		return;
	CHECK_OK(sl_programme_open(&c->reader, c->t.path, SL_OPEN_READ, &c->t.env, e), e);
	CHECK_OK(sl_tiles_new(limits, &c->tiles, e), e);
	CHECK_OK(sl_tile_maker_new(c->tiles, c->reader.db, &c->m, e), e);
	CHECK_OK(sl_tile_maker_new(c->tiles, c->reader.db, &c->again, e), e);
}

static void country_close(struct country *c)
{
	sl_tile_maker_free(c->m);
	sl_tile_maker_free(c->again);
	sl_tiles_free(c->tiles);
	sl_programme_close(&c->reader);
	training_close(&c->t);
}

static const struct sl_kind *kind_named(const struct country *c, const char *name)
{
	return sl_dictionary_kind(c->reader.dict, sl_str_from(name));
}

static size_t number_of(struct country *c, const struct sl_kind *k, int64_t *last)
{
	struct sl_arena a = {0};
	int64_t *number = NULL;
	size_t n = 0;

	CHECK_OK(
	    sl_store_layer_find(c->reader.db, &a, k, (struct sl_box){-180, -90, 180, 90}, &number, &n, &c->t.e),
	    &c->t.e);
	*last = n ? number[n - 1] : 0;
	sl_arena_done(&a);
	return n;
}

/* Every record is drawn or counted at every zoom, and everything drawn is valid. */
static void walk_kind(struct country *c, const struct sl_kind *k, struct sl_tile_options o, bool twice)
{
	struct seen s = {.kind = k, .o = o, .again = twice ? c->again : NULL};
	int64_t last;
	size_t n = number_of(c, k, &last);

	seen_open(&s, (size_t)last);
	CHECK_OK(sl_tile_walk(c->m, k, 0, SL_TILE_MAX_ZOOM, &o, look_at_tile, &s, &c->t.e), &c->t.e);
	CHECK_INT(s.faults, 0);
	for (int z = 0; z <= SL_TILE_MAX_ZOOM; z++) {
		CHECK_INT(s.drawn[z] + s.counted[z], n);
		if (s.drawn[z] + s.counted[z] != n)
			printf("  %.*s at zoom %d: %llu drawn, %llu counted\n", SL_STR_ARG(k->name), z,
			       (unsigned long long)s.drawn[z], (unsigned long long)s.counted[z]);
	}
	CHECK(!n || s.n_tiles >= SL_TILE_MAX_ZOOM);
	CHECK(o.merge || !s.n_merged);
	seen_close(&s);
}

TEST(tiles_of_a_simulated_country)
{
	static struct country c;
	size_t with_places = 0;

	country_open(&c, 150, 0.1, NULL);
	for (size_t i = 0; i < c.reader.dict->n_kinds && !c.t.e.code; i++) {
		const struct sl_kind *k = &c.reader.dict->kind[i];
		struct sl_tile_bytes *t;

		if (!sl_store_has_places(c.reader.db, k)) {
			CHECK_INT(sl_tile_kind(c.m, k, (struct sl_tile_id){0, 0, 0}, &(struct sl_tile_options){0}, &t,
			                       &c.t.e),
			          SL_NOT_FOUND);
			sl_err_clear(&c.t.e);
			continue;
		}
		with_places++;
		walk_kind(&c, k, (struct sl_tile_options){.all_fields = true, .merge = true}, true);
		walk_kind(&c, k, (struct sl_tile_options){.merge = false}, false);
	}
	CHECK(with_places > 5);
	country_close(&c);
}

/* Nothing is kept ready: each tile reads its records again. */
TEST(tiles_without_memory)
{
	static struct country c;
	struct sl_tile_limits small = {.record_bytes = 4096, .face_bytes = 4096, .cache_bytes = 4096};

	country_open(&c, 60, 0, &small);
	walk_kind(&c, kind_named(&c, "hazard"), (struct sl_tile_options){.all_fields = true, .merge = true},
	          true);
	country_close(&c);
}

/* ---- the land ---- */

static enum sl_code descend(struct country *c, struct seen *s, struct sl_tile_id t, struct sl_err *e)
{
	struct sl_tile_bytes *tile;

	if (sl_tile_land(c->m, s->day, t, &s->o, &tile, e))
		return e->code;
	if (tile->n)
		look(s, t, (struct sl_str){tile->p, tile->n}, tile->n_features);
	if (tile->n && t.z < SL_TILE_MAX_ZOOM)
		for (uint32_t i = 0; i < 4 && !e->code; i++)
			descend(c, s, (struct sl_tile_id){t.z + 1, 2 * t.x + i % 2, 2 * t.y + i / 2}, e);
	sl_tile_bytes_release(tile);
	return e->code;
}

/* How many faces have a state at the date, by the ledger itself. */
static size_t faces_with_a_state(struct country *c, struct sl_date day, size_t *n_faces)
{
	struct sl_ledger l = {0};
	struct sl_timeline t;
	struct sl_arena a = {0};
	struct sl_face_story story = {0};
	struct sl_err *e = &c->t.e;
	size_t n = 0;

	CHECK_OK(sl_ledger_open(&l, c->reader.db, NULL, e), e);
	CHECK_OK(sl_timeline_init(&t, &a, &l, INT64_MAX, e), e);
	for (size_t i = 0; i < l.n_clusters && !e->code; i++)
		for (uint32_t k = 0; k < l.cluster[i].n_faces && !l.cluster[i].dead; k++) {
			const struct sl_ledger_face *f = &l.face[l.cluster[i].face + k];

			CHECK_OK(sl_face_story(&t, &l.cover[f->cover], f->n_cover, day.day, &a, &story, e), e);
			n += sl_story_state(&story) != SL_STATE_NONE;
		}
	*n_faces = l.n_faces;
	sl_arena_done(&a);
	sl_ledger_close(&l);
	return n;
}

TEST(tiles_of_the_land_at_three_dates)
{
	static const struct {
		int year, month;
	} days[] = {{2012, 6}, {2019, 1}, {2025, 6}};
	static struct country c;
	size_t before = 0;

	country_open(&c, 200, 0.1, NULL);
	for (size_t i = 0; i < 3 && !c.t.e.code; i++) {
		struct seen s = {.o = {.all_fields = true, .merge = true}};
		size_t n, n_faces;

		CHECK(sl_date_from_ymd(days[i].year, days[i].month, 30, &s.day));
		n = faces_with_a_state(&c, s.day, &n_faces);
		seen_open(&s, n_faces);
		CHECK_OK(descend(&c, &s, (struct sl_tile_id){0, 0, 0}, &c.t.e), &c.t.e);
		CHECK_INT(s.faults, 0);
		CHECK(n > before); /* land that was recorded stays recorded */
		before = n;
		for (int z = 0; z <= SL_TILE_MAX_ZOOM; z++)
			CHECK_INT(s.drawn[z] + s.counted[z], n);
		seen_close(&s);
	}
	country_close(&c);
}

/* ---- what the attributes say ---- */

static void compare_field(const struct sl_field *f, const struct sl_value *v, const struct mvt_value *got)
{
	struct sl_buf b = {0};

	sl_value_text(&b, v);
	switch (v->type) {
	case SL_VALUE_INTEGER: CHECK(got && got->number == (double)v->integer); break;
	case SL_VALUE_DECIMAL: CHECK(got && got->type == 'd' && got->number == v->decimal); break;
	case SL_VALUE_TEXT:
	case SL_VALUE_DATE: CHECK(got && got->type == 's' && sl_str_eq(got->text, sl_buf_view(&b))); break;
	default: CHECK(!got); /* unknown and not applicable are no value */
	}
	if (test_failures)
		printf("  field %.*s: %.*s\n", SL_STR_ARG(f->name), SL_STR_ARG(sl_buf_view(&b)));
	sl_buf_done(&b);
}

static enum sl_code compare_attributes(void *ctx, struct sl_tile_id id, const struct sl_tile_bytes *t,
                                       struct sl_err *e)
{
	struct country *c = ctx;
	struct mvt_layer l;
	struct mvt_feature f;

	(void)id;
	CHECK(!mvt_layer_read((struct sl_str){t->p, t->n}, &l));
	for (size_t i = 0; i < l.n_features; i++) {
		struct sl_arena a = {0};
		struct sl_revision rev;
		struct sl_record rec;
		char uuid[37];

		CHECK(!mvt_feature_read(&l, i, &f));
		CHECK_OK(sl_store_by_number(c->t.p.db, &a, (int64_t)f.id, &rev, &rec, e), e);
		sl_uuid_text(rev.record, uuid);
		CHECK_STR(mvt_get(&f, "record")->text, uuid);
		for (size_t k = 0; k < rec.kind->n_fields && !test_failures; k++) {
			const struct sl_field *field = &rec.kind->field[k];
			char name[80];

			snprintf(name, sizeof name, "%.*s", SL_STR_ARG(field->name));
			if (field->sensitive || (int)k == rec.kind->geometry)
				CHECK(!mvt_get(&f, name));
			else
				compare_field(field, &rec.value[k], mvt_get(&f, name));
		}
		for (size_t k = 0; k < rec.n_extra; k++) {
			char name[300];

			snprintf(name, sizeof name, "extra.%.*s", SL_STR_ARG(rec.extra[k].key));
			CHECK(mvt_get(&f, name) || sl_str_is(rec.extra[k].value, "null"));
		}
		if (rev.geometry.area_m2 > 0)
			CHECK(mvt_get(&f, "area_m2") && mvt_get(&f, "area_m2")->number == rev.geometry.area_m2);
		sl_arena_done(&a);
		if (test_failures)
			break;
	}
	mvt_layer_done(&l);
	return e->code;
}

TEST(tile_attributes_are_the_records)
{
	static const char *const kinds[] = {"hazard", "release", "activity", "accident", "ordnance"};
	static struct country c;

	country_open(&c, 60, 0.1, NULL);
	for (size_t i = 0; i < 5 && !c.t.e.code && !test_failures; i++)
		CHECK_OK(sl_tile_walk(c.m, kind_named(&c, kinds[i]), 12, 12,
		                      &(struct sl_tile_options){.all_fields = true}, compare_attributes, &c,
		                      &c.t.e),
		         &c.t.e);
	country_close(&c);
}

/* ---- following the log ---- */

static void add_hazard(struct country *c, const char *id, double lon, double lat)
{
	struct sl_import_options o = {.kind = "hazard", .approve = true, .no_suggestion = true};
	struct sl_import_result result;
	char path[160];
	const char *paths[] = {path};
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.geojson", c->t.folder, id);
	f = fopen(path, "w");
	CHECK(f != NULL);
	fprintf(
	    f,
	    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"id\":\"%s\","
	    "\"class\":\"CHA\",\"effective_date\":\"2020-05-01\"},\"geometry\":{\"type\":\"Polygon\","
	    "\"coordinates\":"
	    "[[[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f],[%.7f,%.7f]]]}}]}",
	    id, lon, lat, lon + 0.002, lat, lon + 0.002, lat + 0.002, lon, lat);
	fclose(f);
	CHECK_OK(sl_import_files(&c->t.p, &o, paths, 1, &result, &c->t.e), &c->t.e);
}

static uint32_t features_in(struct country *c, bool land, struct sl_tile_id t)
{
	const struct sl_tile_options o = {.all_fields = true};
	struct sl_tile_bytes *tile = NULL;
	struct sl_date day = {20500};
	uint32_t n = 0;

	CHECK_OK(land ? sl_tile_land(c->m, day, t, &o, &tile, &c->t.e)
	              : sl_tile_kind(c->m, kind_named(c, "hazard"), t, &o, &tile, &c->t.e),
	         &c->t.e);
	if (tile)
		n = tile->n_features;
	sl_tile_bytes_release(tile);
	return n;
}

TEST(an_approved_record_replaces_only_its_tiles)
{
	static struct country c;
	const double lon = 12.3456, lat = -34.5678; /* far from anything else */
	struct sl_tile_id far = sl_tile_at(sl_world_from(lon + 0.001, lat + 0.001), 12), whole = {0, 0, 0},
	                  other = {1, 0, 0};
	struct sl_tile_cache_use before, after;
	uint32_t n;

	country_open(&c, 60, 0, NULL);
	for (int land = 0; land < 2 && !c.t.e.code; land++) {
		struct sl_err *e = &c.t.e;

		n = features_in(&c, land, whole);
		features_in(&c, land, other);
		CHECK_INT(features_in(&c, land, far), land);
		before = sl_tile_cache_use(sl_tiles_cache(c.tiles));
		CHECK_INT(features_in(&c, land, whole), n);
		CHECK_INT(features_in(&c, land, far), land);
		after = sl_tile_cache_use(sl_tiles_cache(c.tiles));
		CHECK_INT(after.hits - before.hits, 2);
		add_hazard(&c, land ? "FAR-2" : "FAR-1", lon + 0.0001 * land, lat);
		CHECK_OK(e->code, e);
		before = after;
		/* The second overlaps the first: three faces. */
		CHECK_INT(features_in(&c, land, far), land ? 3 : 1);
		CHECK_INT(features_in(&c, land, whole), land ? n + 2 : n + 1);
		features_in(&c, land, other);
		after = sl_tile_cache_use(sl_tiles_cache(c.tiles));
		CHECK_INT(after.misses - before.misses, 2);
		CHECK_INT(after.hits - before.hits, 1);
	}
	country_close(&c);
}

TEST(the_cache_is_bounded_and_forgets_the_oldest)
{
	struct sl_tile_cache *c = NULL;
	struct sl_tile_bytes *t = NULL, *got;
	struct sl_err e = {0};
	char bytes[1000] = {0};
	uint64_t epoch;

	CHECK_OK(sl_tile_cache_new(100000, &c, &e), &e);
	CHECK_OK(sl_tile_bytes_new((struct sl_str){bytes, sizeof bytes}, 1, 7, &t, &e), &e);
	epoch = sl_tile_cache_epoch(c);
	for (uint32_t i = 0; i < 2000; i++) {
		struct sl_tile_key k = {1, 0, 0, {12, i, i}};

		sl_tile_cache_put(c, &k, t, epoch);
		sl_tile_cache_put(c, &k, t, epoch);
		got = sl_tile_cache_get(
		    c, &(struct sl_tile_key){1, 0, 0, {12, 0, 0}}); /* the first is always in use */
		CHECK(got == t);
		sl_tile_bytes_release(got);
		CHECK(sl_tile_cache_use(c).bytes <= 100000);
	}
	CHECK(!sl_tile_cache_get(c, &(struct sl_tile_key){1, 0, 0, {12, 5, 5}}));
	CHECK(!sl_tile_cache_get(c, &(struct sl_tile_key){1, 0, 1, {12, 1999, 1999}}));
	CHECK(!sl_tile_cache_get(c, &(struct sl_tile_key){1, 5, 0, {12, 1999, 1999}}));
	sl_tile_cache_changed(c, 2, (struct sl_box){-180, -90, 180, 90}); /* another layer */
	got = sl_tile_cache_get(c, &(struct sl_tile_key){1, 0, 0, {12, 1999, 1999}});
	CHECK(got == t);
	sl_tile_bytes_release(got);
	/* What was made before the change is not kept after it. */
	sl_tile_cache_put(c, &(struct sl_tile_key){1, 0, 0, {3, 1, 1}}, t, epoch);
	CHECK(!sl_tile_cache_get(c, &(struct sl_tile_key){1, 0, 0, {3, 1, 1}}));
	sl_tile_cache_changed(c, 1, (struct sl_box){-180, -90, 180, 90});
	CHECK_INT(sl_tile_cache_use(c).n, 0);
	CHECK_INT(sl_tile_cache_use(c).bytes, 0);
	sl_tile_cache_free(c);
	CHECK_INT(t->references, 1);
	sl_tile_bytes_release(t);
}

/* ---- several threads, and a writer ---- */

struct drawer {
	pthread_t thread;
	const char *path;
	struct sl_tiles *tiles;
	struct sl_env env;
	uint64_t chance;
	struct sl_err e;
	int faults;
	atomic_bool *stop;
	uint64_t n;
};

static void *draw(void *arg)
{
	struct drawer *d = arg;
	struct sl_programme p = {0};
	struct sl_tile_maker *m = NULL;
	struct sl_err *e = &d->e;

	if (!sl_programme_open(&p, d->path, SL_OPEN_READ, &d->env, e) &&
	    !sl_tile_maker_new(d->tiles, p.db, &m, e))
		while ((!atomic_load(d->stop) || d->n < 50) && !e->code) {
			const struct sl_kind *k = sl_dictionary_kind(p.dict, SL_STR("hazard"));
			struct sl_tile_options o = {.all_fields = true, .merge = sl_splitmix64(&d->chance) % 2};
			struct sl_tile_id id = {(uint32_t)(sl_splitmix64(&d->chance) % 3), 0, 0};
			struct sl_tile_bytes *t;
			struct mvt_layer l;

			id.x = (uint32_t)(sl_splitmix64(&d->chance) & ((1u << id.z) - 1));
			id.y = (uint32_t)(sl_splitmix64(&d->chance) & ((1u << id.z) - 1));
			d->n++;
			if (sl_splitmix64(&d->chance) % 2 ? sl_tile_kind(m, k, id, &o, &t, e)
			                                  : sl_tile_land(m, (struct sl_date){20500}, id, &o, &t, e))
				break;
			if (t->n) {
				d->faults += mvt_layer_read((struct sl_str){t->p, t->n}, &l) != NULL ||
				             l.n_features != t->n_features;
				mvt_layer_done(&l);
			}
			sl_tile_bytes_release(t);
		}
	sl_tile_maker_free(m);
	sl_programme_close(&p);
	return NULL;
}

TEST(tiles_from_several_threads_while_somebody_writes)
{
	enum { N = 3 };
	static struct country c;
	static struct drawer d[N];
	struct sl_tile_limits small = {.record_bytes = 40000, .face_bytes = 20000, .cache_bytes = 200000};
	atomic_bool stop = false;

	country_open(&c, 60, 0, &small);
	for (int i = 0; i < N; i++) {
		d[i] = (struct drawer){.path = c.t.path, .tiles = c.tiles, .chance = (uint64_t)i, .stop = &stop};
		sl_env_init(&d[i].env);
		CHECK(!pthread_create(&d[i].thread, NULL, draw, &d[i]));
	}
	for (int i = 0; i < 8; i++) {
		char id[20];

		snprintf(id, sizeof id, "NEW-%d", i);
		add_hazard(&c, id, 20 + 0.001 * i, 10);
	}
	atomic_store(&stop, true);
	for (int i = 0; i < N; i++) {
		pthread_join(d[i].thread, NULL);
		CHECK_OK(d[i].e.code, &d[i].e);
		CHECK_INT(d[i].faults, 0);
		CHECK(d[i].n >= 50);
	}
	CHECK_INT(features_in(&c, false, sl_tile_at(sl_world_from(20.005, 10.001), 8)), 8);
	country_close(&c);
}

/* ---- TileJSON, and what is refused ---- */

TEST(tile_json_says_what_is_there)
{
	static struct country c;
	struct sl_arena a = {0};
	struct sl_buf b = {0};
	struct sl_json *all;
	const struct sl_json *layer, *bounds;
	struct sl_err *e;

	country_open(&c, 60, 0, NULL);
	e = &c.t.e;
	for (int land = 0; land < 2 && !e->code; land++) {
		const struct sl_kind *k = land ? NULL : kind_named(&c, "hazard");

		sl_buf_clear(&b);
		CHECK_OK(sl_tile_json(c.reader.db, k, SL_STR("http://x/tiles/{z}/{x}/{y}"), false, &b, e), e);
		CHECK_OK(sl_json_parse(&a, sl_buf_view(&b), &all, e), e);
		CHECK_STR(sl_json_get_str(all, "tilejson"), "3.0.0");
		CHECK_STR(sl_json_get(all, "tiles")->child->text, "http://x/tiles/{z}/{x}/{y}");
		CHECK(sl_json_get(all, "maxzoom")->number == 14);
		layer = sl_json_get(all, "vector_layers")->child;
		CHECK_STR(sl_json_get_str(layer, "id"), land ? "land" : "hazard");
		CHECK_STR(sl_json_get_str(sl_json_get(layer, "fields"), land ? "state" : "class"), "String");
		CHECK_STR(sl_json_get_str(sl_json_get(layer, "fields"), "area_m2"), "Number");
		bounds = sl_json_get(all, "bounds");
		CHECK(bounds && bounds->n == 4 && bounds->child->number < bounds->child->next->next->number);
	}
	sl_buf_clear(&b);
	CHECK_INT(sl_tile_json(c.reader.db, kind_named(&c, "victim"), SL_STR(""), false, &b, e), SL_NOT_FOUND);
	CHECK_INT(b.n, 0);
	sl_err_clear(e);
	sl_buf_done(&b);
	sl_arena_done(&a);
	country_close(&c);
}

TEST(tiles_that_are_not_there)
{
	static const struct sl_tile_id none[] = {
	    {15, 0, 0}, {3, 8, 0}, {3, 0, 8}, {0, 1, 0}, {UINT32_MAX, 0, 0}};
	struct sl_tile_options o = sl_tile_usual(3);
	struct sl_tile_bytes *t;
	static struct country c;

	country_open(&c, 60, 0, NULL);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		CHECK_INT(sl_tile_kind(c.m, kind_named(&c, "hazard"), none[i], &o, &t, &c.t.e), SL_NOT_FOUND);
		sl_err_clear(&c.t.e);
		CHECK_INT(sl_tile_land(c.m, (struct sl_date){20000}, none[i], &o, &t, &c.t.e), SL_NOT_FOUND);
		sl_err_clear(&c.t.e);
	}
	CHECK_INT(sl_tile_land(c.m, sl_date_none(), (struct sl_tile_id){0, 0, 0}, &o, &t, &c.t.e), SL_INVALID);
	sl_err_clear(&c.t.e);
	country_close(&c);
}
