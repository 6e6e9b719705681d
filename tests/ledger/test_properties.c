/* Properties of the ledger on random programmes; the seed is printed. */
#include "programme.h"

#include "check.h"
#include "geo/area.h"
#include "geo/wkb.h"

#include <stdlib.h>

/* An event as the test itself remembers it, to judge by without the ledger. */
struct told {
	int day; /* offset in days */
	uint8_t what;
	int hazard; /* hazards: its number; releases: the one named, -1 none */
	bool release;
	struct sl_geom g;
	size_t order; /* of approval */
	char id[16];
};

struct world {
	struct told v[80];
	size_t n;
};

static const int first_day = 18000; /* 2019-04-14 */

/* On one day approval order decides, so a test that changes the order wants a day for each event. */
static void make_world(uint64_t *seed, struct sl_arena *a, bool own_days, struct world *w)
{
	int n_hazards = 2 + (int)(sl_uniform(seed) * 8);
	size_t n = 5 + (size_t)(sl_uniform(seed) * 30);

	w->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct told *t = &w->v[w->n];
		double dice = sl_uniform(seed);

		*t = (struct told){.day = own_days ? (int)(w->n * 7 % 41) : (int)(sl_uniform(seed) * 40), .order = w->n,
		                   .hazard = (int)(sl_uniform(seed) * n_hazards)};
		if (dice < .6) {
			t->what = sl_uniform(seed) < .5 ? SL_LAND_SHA : SL_LAND_CHA;
			if (dice < .08)
				t->what = SL_LAND_WITHDRAWN;
		} else {
			t->release = true;
			t->what = dice < .75 ? SL_LAND_CANCELLED : dice < .87 ? SL_LAND_REDUCED : SL_LAND_CLEARED;
			if (sl_uniform(seed) < .4)
				t->hazard = -1;
		}
		programme_star(seed, a, &t->g);
		if (!t->release && w->n && sl_uniform(seed) < .2)
			t->g = w->v[w->n - 1].g; /* the same ground again, exactly */
		snprintf(t->id, sizeof t->id, t->release ? "R-%d" : "H-%d", t->release ? (int)w->n : t->hazard);
		w->n++;
	}
}

static void tell(struct test_programme *p, const struct told *t, const struct sl_geom *g)
{
	static const char *const product[] = {"CAN", "RDT", "CLR"};
	char fields[120], date[11];

	sl_date_text((struct sl_date){first_day + t->day}, date);
	if (t->release && t->hazard >= 0)
		snprintf(fields, sizeof fields, "product=%s;hazard=H-%d;organisation=OP%d",
		         product[t->what - SL_LAND_CANCELLED], t->hazard, t->hazard % 3);
	else if (t->release)
		snprintf(fields, sizeof fields, "product=%s", product[t->what - SL_LAND_CANCELLED]);
	else
		snprintf(fields, sizeof fields, "class=%s;contamination=%s;organisation=OP%d%s",
		         t->what == SL_LAND_CHA ? "CHA" : "SHA", t->hazard % 2 ? "APM" : "UXO", t->hazard % 2,
		         t->what == SL_LAND_WITHDRAWN ? ";status=EXPD" : "");
	programme_add(p, t->release ? "release" : "hazard", t->id, date, fields, g);
}

static void tell_world(struct test_programme *p, const struct world *w, int until)
{
	CHECK_OK(sl_store_begin(p->db, &p->e), &p->e);
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].day <= until)
			tell(p, &w->v[i], &w->v[i].g);
	CHECK_OK(sl_store_commit(p->db, &p->e), &p->e);
}

static int told_rank(const struct told *t)
{
	return t->what <= SL_LAND_OTHER ? 0 : t->what == SL_LAND_WITHDRAWN ? 1 : t->what - SL_LAND_CANCELLED + 2;
}

/* In the order of DESIGN section 4 rule 4. */
static bool comes_after(const struct told *a, const struct told *b)
{
	if (a->day != b->day)
		return a->day > b->day;
	if (told_rank(a) != told_rank(b))
		return told_rank(a) > told_rank(b);
	return a->order > b->order;
}

/* The state of a point by the words of the design, without faces and without a fold. */
static enum sl_land_state judge(const struct world *w, int day, double lon, double lat)
{
	enum sl_land_state state = SL_STATE_NONE;
	const struct told *last_release = NULL;

	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].release && w->v[i].day <= day && sl_geom_contains(&w->v[i].g, lon, lat) &&
		    (!last_release || comes_after(&w->v[i], last_release)))
			last_release = &w->v[i];
	if (last_release)
		state = (enum sl_land_state)(SL_STATE_CANCELLED + (last_release->what - SL_LAND_CANCELLED));
	for (int h = 0; h < 16; h++) {
		const struct told *now = NULL, *since;
		bool ended = false, again = true;

		for (size_t i = 0; i < w->n; i++)
			if (!w->v[i].release && w->v[i].hazard == h && w->v[i].day <= day &&
			    (!now || comes_after(&w->v[i], now)))
				now = &w->v[i];
		if (!now || now->what == SL_LAND_WITHDRAWN || !sl_geom_contains(&now->g, lon, lat))
			continue;
		/* the first of the equal versions that stand together up to now */
		for (since = now; again;) {
			const struct told *before = NULL;

			for (size_t i = 0; i < w->n; i++) {
				bool replaced = false;

				if (w->v[i].release || w->v[i].hazard != h || !comes_after(since, &w->v[i]))
					continue;
				for (size_t k = 0; k < w->n; k++) /* told again for the same day: replaced */
					replaced |= !w->v[k].release && w->v[k].hazard == h && w->v[k].day == w->v[i].day &&
					            w->v[k].order > w->v[i].order &&
					            (told_rank(&w->v[k]) == told_rank(&w->v[i]));
				if (!replaced && (!before || comes_after(&w->v[i], before)))
					before = &w->v[i];
			}
			again = before && before->what == since->what && sl_geom_equal(&before->g, &since->g);
			if (again)
				since = before;
		}
		for (size_t i = 0; i < w->n && !ended; i++) {
			const struct told *r = &w->v[i];

			ended = r->release && r->day <= day && comes_after(r, since) && sl_geom_contains(&r->g, lon, lat) &&
			        (r->what != SL_LAND_CANCELLED || r->hazard < 0 || r->hazard == h);
		}
		if (ended)
			continue;
		if (now->what == SL_LAND_CHA)
			return SL_STATE_CHA;
		state = SL_STATE_SHA;
	}
	return state;
}

static bool lies_near_a_boundary(const struct sl_geom *g, double lon, double lat)
{
	for (size_t r = 0; r < g->n_rings; r++) {
		size_t first = sl_geom_ring_start(g, r), n = g->ring_end[r] - first;

		for (size_t i = 0; i < n; i++) {
			const double *a = &g->xy[2 * (first + i)], *b = &g->xy[2 * (first + (i + 1) % n)];
			double dx = b[0] - a[0], dy = b[1] - a[1], len = hypot(dx, dy);

			if (len > 0 && fabs(dx * (lat - a[1]) - dy * (lon - a[0])) / len < 1e-9)
				return true;
		}
	}
	return false;
}

TEST(a_million_points_agree_with_the_fold)
{
	uint64_t seed = 42;
	long points = 0, land = 0;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 100; round++) {
		struct test_programme p;
		struct sl_ledger l = {0};
		struct sl_timeline t;
		struct world w;
		int day = (int)(sl_uniform(&seed) * 42);
		struct sl_geom **face;

		programme_open(&p);
		make_world(&seed, &p.arena, false, &w);
		tell_world(&p, &w, 99);
		CHECK_OK(sl_ledger_build(&l, p.db, &p.env, &p.e), &p.e);
		CHECK_OK(sl_timeline_init(&t, &p.arena, &l, INT64_MAX, &p.e), &p.e);
		face = sl_arena_alloc(&p.arena, l.n_clusters, sizeof *face, &p.e);
		for (uint32_t c = 0; c < l.n_clusters; c++)
			CHECK_OK(sl_ledger_geometry(&l, p.db, c, &p.arena, &face[c], &p.e), &p.e);
		for (int k = 0; k < 10000; k++) {
			double lon = 102.698 + .008 * sl_uniform(&seed), lat = 13.498 + .008 * sl_uniform(&seed);
			enum sl_land_state want, got = SL_STATE_NONE;
			bool edge = false;
			int hits = 0;

			for (size_t i = 0; i < w.n && !edge; i++)
				edge = lies_near_a_boundary(&w.v[i].g, lon, lat);
			if (edge)
				continue;
			want = judge(&w, day, lon, lat);
			for (uint32_t c = 0; c < l.n_clusters; c++)
				for (uint32_t i = 0; i < l.cluster[c].n_faces; i++) {
					const struct sl_ledger_face *f = &l.face[l.cluster[c].face + i];
					struct sl_face_story s = {0};
					struct sl_fold fold = {0};
					struct sl_arena_mark mark;

					if (!sl_geom_contains(&face[c][i], lon, lat))
						continue;
					hits++;
					mark = sl_arena_mark(&p.arena);
					CHECK_OK(sl_face_story(&t, &l.cover[f->cover], f->n_cover, first_day + day, &p.arena, &s, &p.e),
					         &p.e);
					fold.active = s.active;
					fold.n_slots = (int32_t)s.n_slots;
					for (size_t j = 0; j < s.n; j++)
						sl_fold_step(&fold, &s.event[j]);
					got = fold.state;
					sl_arena_reset(&p.arena, mark);
				}
			CHECK(hits <= 1);
			CHECK_INT(got, want);
			points++;
			land += want != SL_STATE_NONE;
			if (test_failures > 5)
				break;
		}
		sl_ledger_close(&l);
		programme_close(&p);
		if (test_failures)
			break;
	}
	printf("%ld points, %ld on recorded land\n", points, land);
	CHECK(points > 900000 && land > 100000);
}

static bool lines_equal(const struct sl_account_line *a, const struct sl_account_line *b, sl_mm2 tolerance)
{
	for (int i = 0; i < SL_FLOWS; i++)
		if (a->flow[i] - b->flow[i] > tolerance || b->flow[i] - a->flow[i] > tolerance)
			return false;
	for (int i = 0; i < 2; i++) {
		sl_mm2 d = a->closing.mm2[i] - b->closing.mm2[i], o = a->opening.mm2[i] - b->opening.mm2[i];

		if (d > tolerance || -d > tolerance || o > tolerance || -o > tolerance ||
		    a->closing.count[i] != b->closing.count[i])
			return false;
	}
	return true;
}

static void check_line_balance(const struct sl_account_line *l)
{
	const sl_mm2 *f = l->flow;

	CHECK(l->closing.mm2[0] + l->closing.mm2[1] ==
	      l->opening.mm2[0] + l->opening.mm2[1] + f[SL_FLOW_NEW_SHA] + f[SL_FLOW_NEW_CHA] + f[SL_FLOW_REOPENED] +
	          f[SL_FLOW_BOUNDARY_GAIN] - f[SL_FLOW_CANCELLED] - f[SL_FLOW_REDUCED] - f[SL_FLOW_CLEARED] -
	          f[SL_FLOW_BOUNDARY_LOSS] - f[SL_FLOW_WITHDRAWN]);
}

TEST(accounts_balance_for_every_date_and_breakdown)
{
	uint64_t seed = 1001;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 60; round++) {
		struct test_programme p;
		struct sl_ledger l = {0};
		struct world w;
		struct sl_account_names names;

		programme_open(&p);
		names = programme_names(&p);
		make_world(&seed, &p.arena, false, &w);
		tell_world(&p, &w, 99);
		CHECK_OK(sl_ledger_build(&l, p.db, &p.env, &p.e), &p.e);
		for (int day = 0; day < 42; day += 3)
			for (int by = 0; by <= SL_BY_YEAR; by++) {
				struct sl_account_spec spec = {.as_of = {first_day + day}, .from = sl_date_none(),
				                               .known_at_ms = INT64_MAX, .by = (enum sl_account_by)by};
				struct sl_account_line sum = {0};
				struct sl_account acc;

				if (sl_uniform(&seed) < .5)
					spec.from.day = first_day + (int)(sl_uniform(&seed) * (day + 1));
				CHECK_OK(sl_account_make(&p.arena, &l, &spec, &names, &acc, &p.e), &p.e);
				check_line_balance(&acc.total);
				for (size_t i = 0; i < acc.n_lines; i++) {
					check_line_balance(&acc.line[i]);
					for (int k = 0; k < SL_FLOWS; k++)
						sum.flow[k] += acc.line[i].flow[k];
				}
				CHECK(!acc.n_lines || !memcmp(sum.flow, acc.total.flow, sizeof sum.flow));
			}
		sl_ledger_close(&l);
		programme_close(&p);
	}
}

/* Order of import of different records, the vertex a ring starts with and its direction change nothing. */
TEST(order_rotation_and_direction_change_nothing)
{
	uint64_t seed = 77;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 40; round++) {
		struct test_programme p, q;
		struct sl_account one, two;
		struct world w, v;
		size_t used = 0;

		programme_open(&p);
		programme_open(&q);
		make_world(&seed, &p.arena, true, &w);
		v = w;
		for (size_t i = 0; i < v.n; i++) { /* rotate and perhaps turn round */
			struct sl_geom *g = &v.v[i].g;
			size_t n = g->n_points, shift = (size_t)(sl_uniform(&seed) * (double)n);
			bool turn = sl_uniform(&seed) < .5;
			double *xy = sl_arena_alloc(&q.arena, 2 * n, sizeof *xy, &q.e);

			for (size_t k = 0; k < n; k++) {
				size_t from = (shift + (turn ? n - k : k)) % n;

				xy[2 * k] = g->xy[2 * from];
				xy[2 * k + 1] = g->xy[2 * from + 1];
			}
			g->xy = xy;
		}
		tell_world(&p, &w, 99);
		CHECK_OK(sl_store_begin(q.db, &q.e), &q.e);
		/* records in another order; revisions of one record keep theirs, for their order says which is newer */
		while (used < v.n) {
			size_t pick = (size_t)(sl_uniform(&seed) * (double)v.n);

			while (v.v[pick].id[0] == 0)
				pick = (pick + 1) % v.n;
			char id[16];

			memcpy(id, v.v[pick].id, sizeof id);
			for (size_t i = 0; i < v.n; i++)
				if (v.v[i].id[0] && !strcmp(v.v[i].id, id)) {
					tell(&q, &v.v[i], &v.v[i].g);
					v.v[i].id[0] = 0;
					used++;
				}
		}
		CHECK_OK(sl_store_commit(q.db, &q.e), &q.e);
		programme_account(&p, &p.arena, "2019-05-20", "2019-04-25", SL_BY_NOTHING, &one);
		programme_account(&q, &q.arena, "2019-05-20", "2019-04-25", SL_BY_NOTHING, &two);
		CHECK(lines_equal(&one.total, &two.total, 50));
		programme_close(&p);
		programme_close(&q);
	}
}

/* An account at date D from the full ledger equals the account of a ledger built only from events up to D. */
TEST(later_events_do_not_change_earlier_accounts)
{
	uint64_t seed = 4711;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 40; round++) {
		struct test_programme p, q;
		struct sl_account one, two;
		struct world w;

		programme_open(&p);
		programme_open(&q);
		make_world(&seed, &p.arena, false, &w);
		tell_world(&p, &w, 99);
		tell_world(&q, &w, 20);
		programme_account(&p, &p.arena, "2019-05-04", NULL, SL_BY_ORGANISATION, &one); /* day 20 */
		programme_account(&q, &q.arena, "2019-05-04", NULL, SL_BY_ORGANISATION, &two);
		CHECK(lines_equal(&one.total, &two.total, 20000)); /* 0.02 m² of about 100,000: collinear edges */
		CHECK_INT(one.n_lines, two.n_lines);
		for (size_t i = 0; i < one.n_lines && i < two.n_lines; i++) {
			CHECK(sl_str_eq(one.line[i].key, two.line[i].key));
			CHECK(lines_equal(&one.line[i], &two.line[i], 20000));
		}
		programme_close(&p);
		programme_close(&q);
	}
}

/* Record by record into an open, stored ledger, or all at once: the same faces, the same account; and the
 * running total follows. */
TEST(a_ledger_that_grows_equals_one_built_whole)
{
	uint64_t seed = 5;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 30; round++) {
		struct test_programme p;
		struct sl_ledger grown = {0}, whole = {0};
		struct sl_account_spec spec = {.as_of = {first_day + 30}, .from = sl_date_none(), .known_at_ms = INT64_MAX};
		struct sl_running_total *running;
		struct sl_account one, two;
		struct world w;

		programme_open(&p);
		make_world(&seed, &p.arena, false, &w);
		CHECK_OK(sl_ledger_open(&grown, p.db, &p.env, &p.e), &p.e);
		CHECK_OK(sl_running_total_new(&p.arena, &grown, spec.as_of, &running, &p.e), &p.e);
		for (size_t i = 0; i < w.n; i++) {
			struct sl_ledger_watch watch = sl_running_total_watch(running);

			tell(&p, &w.v[i], &w.v[i].g);
			CHECK_OK(sl_ledger_sync(&grown, p.db, &watch, &p.e), &p.e);
			if (i % 7 == 3) { /* stored and read again in between */
				CHECK_OK(sl_store_begin(p.db, &p.e), &p.e);
				CHECK_OK(sl_ledger_save(&grown, p.db, &p.e), &p.e);
				CHECK_OK(sl_store_commit(p.db, &p.e), &p.e);
				CHECK(sl_ledger_is_saved(&grown));
				sl_ledger_close(&grown);
				CHECK_OK(sl_ledger_open(&grown, p.db, &p.env, &p.e), &p.e);
				CHECK_OK(sl_running_total_new(&p.arena, &grown, spec.as_of, &running, &p.e), &p.e);
			}
		}
		CHECK_OK(sl_account_make(&p.arena, &grown, &spec, NULL, &one, &p.e), &p.e);
		CHECK_OK(sl_ledger_build(&whole, p.db, &p.env, &p.e), &p.e);
		CHECK_OK(sl_account_make(&p.arena, &whole, &spec, NULL, &two, &p.e), &p.e);
		CHECK(lines_equal(&one.total, &two.total, 0));
		CHECK(lines_equal(sl_running_total_line(running), &two.total, 0));
		CHECK(sl_running_total_line(running)->naive == two.total.naive);
		sl_ledger_close(&grown);
		sl_ledger_close(&whole);
		programme_close(&p);
	}
}
