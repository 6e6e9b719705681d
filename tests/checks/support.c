#include "support.h"

#include "base/io.h"
#include "geo/wkb.h"

#include <stdlib.h>

#ifndef SL_SOURCE_DIR
#define SL_SOURCE_DIR "."
#endif

void bench_begin(struct bench *b, const char *today)
{
	struct sl_date d;

	*b = (struct bench){0};
	b->found.a = &b->a;
	sl_env_init(&b->env);
	CHECK(sl_date_parse(sl_str_from(today), &d));
	CHECK_OK(sl_crypto_init(&b->e), &b->e);
	CHECK_OK(sl_dictionary_load(&b->a, NULL, &b->dict, &b->e), &b->e);
	if (!b->dict) {
		printf("no dictionary: nothing can be tested\n");
		exit(1);
	}
	sl_check_context_init(&b->c, b->dict, d);
}

void bench_end(struct bench *b)
{
	sl_arena_done(&b->a);
}

struct sl_str bench_case_file(struct bench *b, const char *name)
{
	char path[1024];
	struct sl_str text = {"", 0};

	snprintf(path, sizeof path, "%s/tests/cases/%s", SL_SOURCE_DIR, name);
	CHECK_OK(sl_io_read(&b->a, path, 10000000, &text, &b->e), &b->e);
	return text;
}

void bench_record(struct bench *b, const char *kind, struct sl_str json, struct sl_str wkt,
                  struct sl_record *out)
{
	const struct sl_kind *k = sl_dictionary_kind(b->dict, sl_str_from(kind));
	int srid;

	CHECK(k != NULL);
	if (!k)
		exit(1);
	CHECK_OK(sl_record_from_json(&b->a, k, json, out, &b->e), &b->e);
	if (wkt.n)
		CHECK_OK(sl_wkt_read(&b->a, wkt, &out->geometry, &srid, &b->e), &b->e);
}
