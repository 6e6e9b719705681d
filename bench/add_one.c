/* One approved record added and the totals right again: the ledger and its running total in memory, as a server
 * holds them.  Each round appends a hazard durably (a commit), brings the ledger up to it and reads the total.
 * usage: add_one FILE.gpkg ROUNDS   (the file is changed) */
#include "app/programme.h"
#include "ledger/account.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static enum sl_code add(struct sl_programme *p, const struct sl_ledger *l, int number, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_revision rev = {.kind = sl_dictionary_kind(p->dict, SL_STR("hazard")), .state = SL_APPROVED};
	/* across an existing face, so that something is cut */
	const struct sl_ledger_face *near = &l->face[(size_t)number * 7919 % l->n_faces];
	const struct sl_field *f;
	struct sl_geom_builder b;
	struct sl_record rec;
	struct sl_geom g;
	struct sl_buf json = {0};
	const char *problem;
	char *id = sl_arena_printf(&a, e, "BENCH-%d-%d", number, rand());

	if (!id || sl_record_new(&a, rev.kind, &rec, e))
		goto done;
	f = sl_kind_field(rev.kind, "class");
	if (sl_value_read(&a, f, SL_STR("SHA"), &rec.value[f->index], &problem, e))
		goto done;
	f = sl_kind_field(rev.kind, "id");
	if (sl_value_read(&a, f, sl_str_from(id), &rec.value[f->index], &problem, e))
		goto done;
	sl_geom_build(&b, &a, SL_GEOM_POLYGON);
	if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e))
		goto done;
	for (int i = 0; i < 12; i++)
		if (sl_geom_add_point(&b, near->lon + .0007 * cos(i * M_PI / 6), near->lat + .0005 * sin(i * M_PI / 6), e))
			goto done;
	sl_geom_finish(&b, &g);
	rec.geometry = g;
	rev.effective.day = 20000;
	rev.identity = sl_str_from(id);
	rev.entry = SL_STR("{}");
	sl_record_json(&json, &rec);
	rev.document = sl_buf_view(&json);
	if (!sl_geometry_prepare(&a, &g, &rev.geometry, e) && !sl_store_begin(p->db, e) &&
	    !sl_store_append(p->db, &rev, &rec, e))
		(void)!sl_store_commit(p->db, e);
done:
	sl_buf_done(&json);
	sl_arena_done(&a);
	return e->code;
}

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	struct sl_programme p;
	struct sl_ledger l = {0};
	struct sl_running_total *total;
	struct sl_arena a = {0};
	struct sl_env env;
	struct sl_err e = {0};
	double took[1000];
	int rounds = argc == 3 ? atoi(argv[2]) : 0;

	sl_env_init(&env);
	srand((unsigned)time(NULL));
	if (rounds < 1 || rounds > 1000 || sl_programme_open(&p, argv[1], SL_OPEN_WRITE, &env, &e) ||
	    sl_ledger_open(&l, p.db, &env, &e) || sl_running_total_new(&a, &l, (struct sl_date){30000}, &total, &e))
		goto failed;
	for (int i = 0; i < rounds; i++) {
		struct sl_ledger_watch watch = sl_running_total_watch(total);
		double from = seconds();

		if (add(&p, &l, i, &e) || sl_ledger_sync(&l, p.db, &watch, &e))
			goto failed;
		took[i] = (seconds() - from) * 1e3;
	}
	qsort(took, (size_t)rounds, sizeof *took, order);
	printf("%zu clusters; added and totals right again: median %.2f ms, worst %.2f ms of %d; stock %.3f m2\n",
	       l.n_clusters, took[rounds / 2], took[rounds - 1], rounds,
	       sl_mm2_to_m2(sl_running_total_line(total)->closing.mm2[0]));
	sl_ledger_close(&l);
	sl_arena_done(&a);
	sl_programme_close(&p);
	return 0;
failed:
	fprintf(stderr, "add_one: %s\n", e.msg);
	return 1;
}
