#include "dict.h"

#include <stdlib.h>

static struct sl_arena arena;

static void done(void)
{
	sl_arena_done(&arena);
}

const struct sl_dictionary *test_dictionary(void)
{
	static struct sl_dictionary *d;
	struct sl_err e = {0};

	if (!d && !sl_dictionary_load(&arena, NULL, &d, &e))
		atexit(done);
	CHECK_OK(e.code, &e);
	if (!d)
		exit(1);
	return d;
}

const struct sl_kind *test_kind(const char *name)
{
	const struct sl_kind *k = sl_dictionary_kind(test_dictionary(), sl_str_from(name));

	CHECK(k);
	return k;
}
