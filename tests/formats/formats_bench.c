#include "formats/formats_bench.h"

#include "base/io.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

void formats_bench_begin(struct formats_bench *b)
{
	*b = (struct formats_bench){.n = 0};
	snprintf(b->folder, sizeof b->folder, "/tmp/sl-formats-XXXXXX");
	CHECK(mkdtemp(b->folder) != NULL);
}

void formats_bench_end(struct formats_bench *b)
{
	DIR *d = opendir(b->folder);
	struct dirent *entry;
	char path[512];

	sl_arena_done(&b->a);
	while (d && (entry = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", b->folder, entry->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
	rmdir(b->folder);
}

const char *formats_bench_file(struct formats_bench *b, const char *name, const void *bytes, size_t n)
{
	const char *path = sl_arena_printf(&b->a, &b->e, "%s/%s", b->folder, name);
	FILE *f = fopen(path, "wb");

	CHECK(f && fwrite(bytes, 1, n, f) == n);
	if (f)
		fclose(f);
	return path;
}

enum sl_code formats_bench_read(struct formats_bench *b, const char *path, const char *layer,
                                const char *encoding)
{
	const struct sl_source_options options = {.layer = layer, .encoding = encoding};
	struct sl_rows rows;

	b->e = (struct sl_err){0};
	b->n = 0;
	if (sl_source_open(&b->a, path, &options, &b->s, &b->e))
		return b->e.code;
	do {
		if (b->s.take(&b->s, &b->a, &rows, &b->e))
			return b->e.code;
		for (size_t i = 0; i < rows.n && b->n < sizeof b->row / sizeof *b->row; i++)
			if (b->s.read(&b->s, &b->a, &rows, i, &b->row[b->n++], &b->e))
				return b->e.code;
	} while (rows.n);
	return SL_OK;
}

enum sl_code formats_bench_text(struct formats_bench *b, const char *name, const char *text)
{
	return formats_bench_read(b, formats_bench_file(b, name, text, strlen(text)), NULL, NULL);
}

struct sl_str formats_bench_cell(const struct formats_bench *b, size_t row, const char *column)
{
	for (size_t i = 0; row < b->n && i < b->row[row].n; i++)
		if (sl_str_is(b->row[row].cell[i].name, column))
			return b->row[row].cell[i].text;
	return SL_STR("(absent)");
}

const char *formats_bench_shared(struct formats_bench *b, const char *test, const char *path)
{
	const char *shared = getenv("SAFELANE_SHARED");
	const char *full = shared ? sl_arena_printf(&b->a, &b->e, "%s/data/%s", shared, path)
	                          : sl_arena_printf(&b->a, &b->e, "%s/../shared/data/%s", SL_SOURCE_DIR, path);

	if (sl_io_exists(full))
		return full;
	printf("skip %s: %s is not there\n", test, path);
	return NULL;
}
