#include "app/pack_parts.h"

#include "base/io.h"
#include "store/submission.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MAX = 60 };

enum sl_code sl_pack_add(struct sl_packing *k, const char *name, struct sl_str bytes, struct sl_err *e)
{
	k->part = sl_arena_grow(k->a, k->part, &k->cap_parts, k->n_parts + 1, sizeof *k->part, e);
	if (k->part)
		k->part[k->n_parts++] = (struct sl_zip_part){.name = name, .bytes = bytes, .packed = true};
	return e->code;
}

enum sl_code sl_pack_keep(struct sl_packing *k, struct sl_buf *b, struct sl_str *out, struct sl_err *e)
{
	if (!sl_buf_check(b, e)) {
		char *copy = sl_arena_strndup(k->a, b->n ? b->p : "", b->n, e);

		*out = (struct sl_str){copy, copy ? b->n : 0};
	}
	sl_buf_done(b);
	return e->code;
}

/* ---- forms ---- */

/* Names come from forms that others made: in a pack they are one segment of a path, and no hidden file. */
static bool is_plain(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 32 || strchr("/\\:*?\"<>|", c))
			return false;
	}
	return s.n && s.n <= 200 && s.p[0] != '.';
}

static bool may_fill(const struct sl_person *who, struct sl_str kind)
{
	return !who || sl_may_write_record(who, &(struct sl_standing){.author = who->name,
	                                                              .organisation = who->organisation,
	                                                              .quality = sl_str_is(kind, "quality")});
}

/* A list of the pack's goes before the one that was published with the form: it is of this ground, and of today. */
static struct sl_str own_list(const struct sl_packing *k, struct sl_str name)
{
	return sl_str_is(name, "hazards.csv")       ? k->hazards_csv
	       : sl_str_is(name, "hazards.geojson") ? k->hazards_geojson
	       : sl_str_is(name, "ordnance.csv")    ? k->ordnance_csv
	                                            : SL_STR("");
}

static enum sl_code add_files(struct sl_packing *k, const struct sl_published_form *f, struct sl_err *e)
{
	struct sl_form_file *file = NULL;
	size_t n;

	if (sl_store_form_files(k->p->db, k->a, f->id, &file, &n, e))
		return e->code;
	for (size_t i = 0; i < n; i++) {
		const char *name = sl_arena_printf(k->a, e, "forms/%.*s-media/%.*s", SL_STR_ARG(f->form), SL_STR_ARG(file[i].name));
		struct sl_str bytes = own_list(k, file[i].name);
		struct sl_form_file one;
		bool found = bytes.n > 0;

		if (!is_plain(file[i].name))
			continue;
		if (!name || (!found && sl_store_form_file(k->p->db, k->a, file[i].id, &found, &one, e)))
			return e->code;
		if (found && sl_pack_add(k, name, bytes.n ? bytes : one.bytes, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code add_form(struct sl_packing *k, const struct sl_published_form *f, struct sl_err *e)
{
	const char *name = sl_arena_printf(k->a, e, "forms/%.*s.xml", SL_STR_ARG(f->form));
	struct sl_published_form again;
	struct sl_str xml;
	bool found;

	if (!name || sl_store_form_version(k->p->db, k->a, f->form, f->version, &found, &again, &xml, e))
		return e->code;
	if (!found || !is_plain(f->form))
		return SL_OK;
	k->result.forms++;
	return sl_pack_add(k, name, xml, e) ? e->code : add_files(k, f, e);
}

static enum sl_code forms(struct sl_packing *k, struct sl_err *e)
{
	const struct sl_pack_wish *w = k->wish;
	struct sl_published_form *f = NULL;
	bool *taken;
	size_t n;

	if (sl_store_forms(k->p->db, k->a, SL_STR(""), false, &f, &n, e))
		return e->code;
	taken = sl_arena_alloc(k->a, w->n_forms + 1, sizeof *taken, e);
	for (size_t i = 0; taken && i < n; i++) {
		bool wanted = !w->n_forms;

		for (size_t j = 0; j < w->n_forms; j++)
			if (sl_str_eq(w->form[j], f[i].form))
				wanted = taken[j] = true;
		if (wanted && !f[i].closed_ms && may_fill(w->person, f[i].kind) && add_form(k, &f[i], e))
			return e->code;
	}
	for (size_t j = 0; taken && j < w->n_forms; j++)
		if (!taken[j])
			return sl_fail(e, SL_NOT_FOUND, "no form '%.*s' is published: safelane form publish", SL_STR_ARG(w->form[j]));
	return e->code;
}

/* ---- the whole ---- */

static enum sl_code make_name(struct sl_packing *k, struct sl_err *e)
{
	struct sl_str from = k->task.n ? k->task : SL_STR("area");
	char name[NAME_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < from.n && n < NAME_MAX; i++) {
		char c = from.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (plain)
			name[n++] = c;
		else if (n && name[n - 1] != '-')
			name[n++] = '-';
	}
	name[n] = 0;
	k->result.name = sl_str_from(sl_arena_printf(k->a, e, "pack-%s", n ? name : "task"));
	return e->code;
}

static enum sl_code fill(struct sl_packing *k, const char *output, struct sl_err *e)
{
	if (sl_store_fact(k->p->db, k->a, "name", &k->programme, e) || sl_pack_find_area(k, e) || make_name(k, e) ||
	    sl_pack_hazards(k, e) || sl_pack_ordnance(k, e) || forms(k, e) || sl_pack_map(k, e) || sl_pack_page(k, e) ||
	    sl_pack_manifest(k, e))
		return e->code;
	return sl_zip_write(output, k->part, k->n_parts, e);
}

enum sl_code sl_pack(struct sl_programme *p, struct sl_arena *a, const struct sl_pack_wish *wish, const char *output,
                     struct sl_pack_result *out, struct sl_err *e)
{
	const char *where = getenv("TMPDIR");
	struct sl_packing k = {.p = p, .a = a, .wish = wish};
	char *folder = sl_arena_printf(a, e, "%s/safelane-XXXXXX", where && *where ? where : "/tmp"), *map;
	struct stat size;

	if (!folder)
		return e->code;
	if (!mkdtemp(folder))
		return sl_fail(e, SL_IO, "there is no room for a map while it is made: %s", strerror(errno));
	k.map_file = map = sl_arena_printf(a, e, "%s/base-map.mbtiles", folder);
	k.language = wish->locale ? sl_dictionary_language(p->dict, sl_str_from(wish->locale->code)) : 0;
	k.language = k.language < 0 ? 0 : k.language;
	if (map && !sl_store_read_begin(p->db, e)) {
		(void)!fill(&k, output, e);
		sl_store_read_end(p->db);
	}
	if (map)
		unlink(map);
	rmdir(folder);
	if (!e->code && !stat(output, &size))
		k.result.bytes = (uint64_t)size.st_size;
	if (!e->code)
		*out = k.result;
	return e->code;
}
