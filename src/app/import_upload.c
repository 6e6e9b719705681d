/* A file that came over the network.  The readers of formats want a file with a name: it gets one in a folder of its
 * own, which nobody else may look into and which goes again. */
#include "app/import.h"

#include "app/people.h"
#include "base/io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MAX = 80 };

/* The last part of what the sender calls it, in letters that no format's reader takes for something else. */
static void safe_name(struct sl_str given, char out[NAME_MAX + 1])
{
	size_t n = 0, start = 0;

	for (size_t i = 0; i < given.n; i++)
		if (given.p[i] == '/' || given.p[i] == '\\')
			start = i + 1;
	if (given.n - start > NAME_MAX)
		start = given.n - NAME_MAX; /* the end tells the format */
	for (size_t i = start; i < given.n; i++) {
		unsigned char c = (unsigned char)given.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
		             c == '_' || (c == '.' && n);

		out[n++] = plain ? (char)c : '_';
	}
	out[n] = 0;
}

/* Where it lies for a moment is nobody's business. */
static void hide(struct sl_err *e, const char *folder)
{
	size_t n = strlen(folder) + 1;
	char *at = strstr(e->msg, folder);

	if (at && at[n - 1] == '/')
		memmove(at, at + n, strlen(at + n) + 1);
}

static enum sl_code import_in(struct sl_programme *p, const struct sl_import_options *o, struct sl_arena *a,
                              const char *path, struct sl_str bytes, struct sl_import_file *out, struct sl_err *e)
{
	const char *author = p->env->author;
	struct sl_import_result result = {0};
	struct sl_io_out file;

	if (sl_io_create(&file, path, e))
		return e->code;
	if (sl_io_write(&file, bytes.p, bytes.n, e) || sl_io_commit(&file, e)) {
		sl_io_discard(&file);
		return e->code;
	}
	/* Who sent it says so; the handle is under the lock of who writes. */
	p->env->author = sl_str_dup(a, o->by->person, e);
	if (!e->code && !sl_import_files(p, o, &path, 1, &result, e)) {
		*out = result.file[0];
		out->path = out->suggestion = out->crs = NULL; /* they end with the folder */
	}
	p->env->author = author;
	return e->code;
}

enum sl_code sl_import_upload(struct sl_programme *p, const struct sl_import_options *given, struct sl_str name,
                              struct sl_str bytes, struct sl_import_file *out, struct sl_err *e)
{
	const char *where = getenv("TMPDIR");
	struct sl_import_options o = *given;
	char called[NAME_MAX + 1], *folder, *path;
	struct sl_arena a = {0};

	safe_name(name, called);
	if (!called[0])
		return sl_fail(e, SL_INVALID, "name the file: its end (.csv, .geojson, .gpkg, .xlsx, .zip) tells the format");
	folder = sl_arena_printf(&a, e, "%s/safelane-XXXXXX", where && *where ? where : "/tmp");
	if (folder && !mkdtemp(folder))
		sl_fail(e, SL_IO, "there is no room for an upload: %s", strerror(errno));
	if (!e->code) {
		path = sl_arena_printf(&a, e, "%s/%s", folder, called);
		o.called = called;
		o.no_suggestion = true;
		if (path)
			(void)!import_in(p, &o, &a, path, bytes, out, e);
		if (path)
			unlink(path);
		rmdir(folder);
		hide(e, folder);
	}
	sl_arena_done(&a);
	return e->code;
}
