/* How long the store takes for one hazard of 15 vertices and 26 answers, in one transaction.
 * usage: store_append [N] [FILE]      prints one line: records, seconds, microseconds a record */
#include "base/mem.h"
#include "store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

#define VERTICES 15

static void answers(struct sl_record *rec, const struct sl_kind *k, struct sl_arena *a, int i,
                    struct sl_err *e)
{
	static const char *const choice[] = {"class",         "SHA",     "status", "OPEN",
	                                     "geometry_kind", "polygon", NULL};
	int n = 0;

	for (size_t f = 0; f < k->n_fields && n < 26; f++) {
		const struct sl_field *field = &k->field[f];
		struct sl_value *v = &rec->value[f];
		bool fixed = false;

		if (field->sensitive || (int)f == k->geometry)
			continue;
		for (int c = 0; choice[c]; c += 2)
			if (sl_str_is(field->name, choice[c])) {
				*v = (struct sl_value){.type = SL_VALUE_TEXT, .text = sl_str_from(choice[c + 1])};
				fixed = true;
			}
		if (!fixed && field->type == SL_FIELD_DATE)
			*v = (struct sl_value){.type = SL_VALUE_DATE, .date = {19000 + i % 700}};
		else if (!fixed && field->type == SL_FIELD_DECIMAL)
			*v = (struct sl_value){.type = SL_VALUE_DECIMAL, .decimal = i * 1.25};
		else if (!fixed && field->type == SL_FIELD_INTEGER)
			*v = (struct sl_value){.type = SL_VALUE_INTEGER, .integer = i};
		else if (!fixed && field->type == SL_FIELD_TEXT) {
			const char *t = sl_str_is(field->name, "organisation") ? sl_arena_printf(a, e, "OP%d", i % 7)
			                : sl_str_has_prefix(field->name, "admin")
			                    ? sl_arena_printf(a, e, "XX%02d", i % 25)
			                    : sl_arena_printf(a, e, "%.*s %d", SL_STR_ARG(field->name), i);

			*v = (struct sl_value){.type = SL_VALUE_TEXT, .text = sl_str_from(t)};
		} else if (!fixed)
			continue;
		n++;
	}
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 200000;
	const char *path = argc > 2 ? argv[2] : "/tmp/sl-store-append.gpkg";
	struct sl_err e = {0};
	struct sl_arena a = {0}, row = {0};
	struct sl_dictionary *dict;
	const struct sl_kind *hazard;
	struct sl_db *db;
	struct sl_env env;
	struct rusage usage;
	double t0, in_store = 0, preparing = 0, t_commit, t_close;
	uint64_t seed = 7;

	unlink(path);
	sl_env_init(&env);
	if (sl_crypto_init(&e) || sl_dictionary_load(&a, NULL, &dict, &e) ||
	    sl_store_create(path, dict, &env, "ZZZ", "bench", &e) ||
	    sl_store_open(path, SL_OPEN_WRITE, dict, &env, &db, &e) || sl_store_begin(db, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	hazard = sl_dictionary_kind(dict, SL_STR("hazard"));
	t0 = now();
	for (int i = 0; i < n; i++) {
		struct sl_arena_mark m = sl_arena_mark(&row);
		struct sl_geom_builder b;
		struct sl_geom g;
		struct sl_revision r = {.kind = hazard,
		                        .state = SL_APPROVED,
		                        .effective = {19000 + i % 700},
		                        .organisation = SL_STR("OP1"),
		                        .entry = SL_STR("{\"file\":1,\"row\":123456}")};
		struct sl_record rec;
		struct sl_buf doc = {0};
		double x = sl_uniform(&seed) * 6 + 100, y = sl_uniform(&seed) * 5 + 10, t = now();
		bool found = false;
		struct sl_identity id;

		sl_geom_build(&b, &row, SL_GEOM_POLYGON);
		if (sl_geom_add_part(&b, &e) || sl_geom_add_ring(&b, &e))
			break;
		for (int k = 0; k <= VERTICES; k++)
			if (sl_geom_add_point(&b, x + 0.001 * cos(2 * 3.14159265358979 * (k % VERTICES) / VERTICES),
			                      y + 0.001 * sin(2 * 3.14159265358979 * (k % VERTICES) / VERTICES), &e))
				break;
		sl_geom_finish(&b, &g);
		if (sl_record_new(&row, hazard, &rec, &e) || sl_geometry_prepare(&row, &g, &r.geometry, &e))
			break;
		rec.geometry = g;
		answers(&rec, hazard, &row, i, &e);
		r.identity = sl_record_text(&rec, "id");
		sl_record_json(&doc, &rec);
		r.document = sl_buf_view(&doc);
		preparing += now() - t;
		t = now();
		if (sl_store_identify(db, hazard, r.identity, &found, &id, &e) || sl_store_append(db, &r, &rec, &e))
			break;
		in_store += now() - t;
		if (i == 0)
			printf("document %zu bytes, wkb %zu bytes\n", doc.n, r.geometry.wkb.n);
		sl_buf_done(&doc);
		sl_arena_reset(&row, m);
	}
	if (e.code) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	t_commit = now();
	if (sl_store_commit(db, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	t_close = now();
	sl_store_close(db);
	getrusage(RUSAGE_SELF, &usage);
	printf("%d records: %.2f s in all, preparing %.1f us, store %.1f us a record (append %.1f, commit %.2f "
	       "s, close "
	       "%.2f s), %ld MB\n",
	       n, now() - t0, preparing / n * 1e6, (in_store + now() - t_commit) / n * 1e6, in_store / n * 1e6,
	       t_close - t_commit, now() - t_close, usage.ru_maxrss / 1024);
	sl_arena_done(&row);
	sl_arena_done(&a);
	return 0;
}
