#include "formats/source.h"

#include "base/io.h"
#include "base/parallel.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct sl_str base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return sl_str_from(slash ? slash + 1 : path);
}

/* A GeoJSON text begins with '{' (a byte order mark and blanks before it are forgiven). */
static bool looks_like_json(struct sl_str t)
{
	size_t i = t.n >= 3 && !memcmp(t.p, "\xef\xbb\xbf", 3) ? 3 : 0;

	while (i < t.n &&
	       (t.p[i] == ' ' || t.p[i] == '\n' || t.p[i] == '\r' || t.p[i] == '\t' || t.p[i] == 0x1e))
		i++;
	return i < t.n && t.p[i] == '{';
}

/* GDAL reads what has a magic number or markup; a table of text is ours. The name decides only between
 * kinds of text. */
static bool looks_like_csv(struct sl_str name, struct sl_str t)
{
	if (!sl_str_has_suffix_nocase(name, ".csv") && !sl_str_has_suffix_nocase(name, ".tsv") &&
	    !sl_str_has_suffix_nocase(name, ".txt"))
		return false;
	return t.n < 4 || (memcmp(t.p, "SQLi", 4) && memcmp(t.p, "PK\3\4", 4) && memcmp(t.p, "<?xm", 4));
}

/* Only ever of a read-only mapping of a file: its pages come back when they are looked at. */
static void forget(struct sl_str text)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	const uintptr_t from = ((uintptr_t)text.p + page - 1) / page * page,
	                to = (uintptr_t)(text.p + text.n) / page * page;

	if (to > from)
		madvise((void *)from, to - from, MADV_DONTNEED);
}

void sl_source_forget(const struct sl_source *s, struct sl_str text)
{
	if (s->mapped)
		forget(text);
}

static enum sl_code open_mapped(struct sl_arena *a, const char *path,
                                const struct sl_source_options *options, struct sl_source *s, bool *done,
                                struct sl_err *e)
{
	struct sl_str text;

	*done = false;
	if (sl_str_has_suffix_nocase(s->file, ".gz") || sl_str_has_suffix_nocase(s->file, ".zip"))
		return sl_io_exists(path) ? SL_OK : sl_fail(e, SL_NOT_FOUND, "%s: no such file", path);
	if (sl_io_map(a, path, &text, e))
		return e->code;
	if (!text.n)
		return sl_fail(e, SL_INVALID, "%s: the file is empty", path);
	s->mapped = true;
	if (looks_like_json(text)) {
		*done = true;
		return sl_geojson_source(a, text, s, e);
	}
	if (looks_like_csv(s->file, text)) {
		*done = true;
		return sl_csv_source(a, text, options->encoding, s, e);
	}
	return SL_OK;
}

enum sl_code sl_source_open(struct sl_arena *a, const char *path, const struct sl_source_options *options,
                            struct sl_source *out, struct sl_err *e)
{
	struct sl_source s = {.path = path, .file = base_name(path)};
	bool done;

	if (open_mapped(a, path, options, &s, &done, e))
		return e->code;
	if (done && options->layer)
		return sl_fail(e, SL_NOT_FOUND, "%s: %.*s has no layers; leave out --layer", path,
		               SL_STR_ARG(s.format));
	if (!done && sl_gdal_source(a, path, options, &s, e))
		return e->code;
	*out = s;
	return SL_OK;
}

enum sl_code sl_source_layers(struct sl_arena *a, const char *path, struct sl_str **name, size_t *n,
                              struct sl_err *e)
{
	struct sl_str file = base_name(path), text;

	*n = 0;
	if (!sl_str_has_suffix_nocase(file, ".gz") && !sl_str_has_suffix_nocase(file, ".zip")) {
		if (sl_io_map(a, path, &text, e))
			return e->code;
		if (!text.n || looks_like_json(text) || looks_like_csv(file, text))
			return SL_OK;
	} else if (!sl_io_exists(path)) {
		return sl_fail(e, SL_NOT_FOUND, "%s: no such file", path);
	}
	return sl_gdal_layers(a, path, name, n, e);
}

/* ---- hash of a file: of the hashes of its blocks, so that all cores share the work ---- */

#define HASH_BLOCK ((size_t)8 << 20)

struct blocks {
	struct sl_str text;
	struct sl_hash *hash;
};

static enum sl_code hash_blocks(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct blocks *b = ctx;

	(void)worker;
	(void)e;
	for (size_t i = first; i < last; i++) {
		size_t from = i * HASH_BLOCK, left = b->text.n - from;
		struct sl_str block = {b->text.p + from, left < HASH_BLOCK ? left : HASH_BLOCK};

		b->hash[i] = sl_hash_of(block.p, block.n);
		forget(block);
	}
	return SL_OK;
}

static enum sl_code hash_file(struct sl_arena *a, const char *path, struct sl_hasher *h, struct sl_err *e)
{
	struct blocks b = {0};
	size_t n;

	if (sl_io_map(a, path, &b.text, e))
		return e->code;
	n = (b.text.n + HASH_BLOCK - 1) / HASH_BLOCK;
	b.hash = sl_arena_alloc(a, n, sizeof *b.hash, e);
	if (!b.hash || sl_parallel(NULL, n, 1, hash_blocks, &b, e))
		return e->code;
	sl_hash_int(h, (int64_t)b.text.n);
	for (size_t i = 0; i < n; i++)
		sl_hash_part(h, b.hash[i].b, sizeof b.hash[i].b);
	return SL_OK;
}

/* Formats of several files, and what belongs to the one that is named: under the same stem, or behind the
 * whole name. */
static const struct {
	const char *suffix;
	const char *beside[8];
} sets[] = {
    {".shp", {".dbf", ".shx", ".prj", ".cpg", ".DBF", ".PRJ", NULL}},
    {".tab", {".dat", ".map", ".id", ".DAT", ".MAP", ".ID", NULL}},
    {".mif", {".mid", ".MID", NULL}},
    {".gpkg", {".gpkg-wal", NULL}},
    {".sqlite", {".sqlite-wal", NULL}},
};

static enum sl_code hash_beside(struct sl_arena *a, const char *path, struct sl_hasher *h, struct sl_err *e)
{
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		if (!sl_str_has_suffix_nocase(sl_str_from(path), sets[i].suffix))
			continue;
		for (const char *const *beside = sets[i].beside; *beside; beside++) {
			size_t stem = strlen(path) - strlen(sets[i].suffix);
			char *name = sl_arena_printf(a, e, "%.*s%s", (int)stem, path, *beside);

			if (!name || (sl_io_exists(name) && hash_file(a, name, h, e)))
				return e->code;
		}
	}
	return SL_OK;
}

enum sl_code sl_source_hash(const char *path, struct sl_hash *out, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_hasher h;
	enum sl_code code;

	sl_hash_begin(&h);
	code = hash_file(&a, path, &h, e);
	if (!code)
		code = hash_beside(&a, path, &h, e);
	if (!code)
		*out = sl_hash_end(&h);
	sl_arena_done(&a);
	return code;
}
