#include "base/io.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct mapping {
	void *p;
	size_t n;
};

static void unmap(void *ptr)
{
	struct mapping *m = ptr;

	munmap(m->p, m->n);
}

static enum sl_code io_error(const char *path, struct sl_err *e)
{
	return sl_fail(e, errno == ENOENT || errno == ENOTDIR ? SL_NOT_FOUND : SL_IO, "%s: %s", path,
	               strerror(errno));
}

enum sl_code sl_io_map(struct sl_arena *a, const char *path, struct sl_str *out, struct sl_err *e)
{
	struct mapping *m = sl_arena_alloc(a, 1, sizeof *m, e);
	struct stat st;
	int fd;

	if (!m)
		return e->code;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return io_error(path, e);
	if (fstat(fd, &st)) {
		io_error(path, e);
		close(fd);
		return e->code;
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return sl_fail(e, SL_INVALID, "%s: not a file", path);
	}
	if (!st.st_size) {
		close(fd);
		*out = (struct sl_str){"", 0};
		return SL_OK;
	}
	m->n = (size_t)st.st_size;
	m->p = mmap(NULL, m->n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (m->p == MAP_FAILED) {
		io_error(path, e);
		close(fd);
		return e->code;
	}
	close(fd);
	posix_madvise(m->p, m->n, POSIX_MADV_SEQUENTIAL);
	if (sl_arena_defer(a, unmap, m, e))
		return e->code;
	*out = (struct sl_str){m->p, m->n};
	return SL_OK;
}

/* All of [at, at + n); the system may give less at a time. */
static enum sl_code read_at(int fd, const char *path, uint64_t at, char *to, size_t n, struct sl_err *e)
{
	size_t got = 0;

	while (got < n) {
		ssize_t k = at > INT64_MAX - n ? 0 : pread(fd, to + got, n - got, (off_t)(at + got));

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return io_error(path, e);
		if (!k)
			return sl_fail(e, SL_CORRUPT, "%s: it ends too early", path);
		got += (size_t)k;
	}
	return SL_OK;
}

enum sl_code sl_io_part(struct sl_arena *a, const char *path, uint64_t at, size_t n, struct sl_str *out,
                        struct sl_err *e)
{
	char *to = sl_arena_alloc(a, n + 1, 1, e);
	int fd;

	if (!to)
		return e->code;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return io_error(path, e);
	(void)!read_at(fd, path, at, to, n, e);
	close(fd);
	if (!e->code)
		*out = (struct sl_str){to, n};
	return e->code;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct sl_io_entry *)a)->name, ((const struct sl_io_entry *)b)->name);
}

enum sl_code sl_io_list(struct sl_arena *a, const char *folder, struct sl_io_entry **out, size_t *n,
                        struct sl_err *e)
{
	DIR *d = opendir(folder);
	struct sl_io_entry *list = NULL;
	size_t count = 0, cap = 0;
	const struct dirent *x;

	if (!d && errno != ENOENT)
		return io_error(folder, e);
	while (d && !e->code && (x = readdir(d)) != NULL) {
		struct stat st;

		if (x->d_name[0] == '.' || fstatat(dirfd(d), x->d_name, &st, 0) || !S_ISREG(st.st_mode))
			continue;
		list = sl_arena_grow(a, list, &cap, count + 1, sizeof *list, e);
		if (!list)
			break;
		list[count] = (struct sl_io_entry){sl_arena_strndup(a, x->d_name, strlen(x->d_name), e),
		                                   (uint64_t)st.st_size,
		                                   (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec};
		count++;
	}
	if (d)
		closedir(d);
	if (e->code)
		return e->code;
	if (count)
		qsort(list, count, sizeof *list, by_name);
	*out = list;
	*n = count;
	return SL_OK;
}

enum sl_code sl_io_read(struct sl_arena *a, const char *path, size_t max, struct sl_str *out,
                        struct sl_err *e)
{
	FILE *f = fopen(path, "rbe");
	struct stat st;
	char *p;
	size_t n;

	if (!f)
		return io_error(path, e);
	if (fstat(fileno(f), &st) || !S_ISREG(st.st_mode)) {
		fclose(f);
		return sl_fail(e, SL_INVALID, "%s: not a file", path);
	}
	if ((size_t)st.st_size > max) {
		fclose(f);
		return sl_fail(e, SL_INVALID, "%s: larger than %zu bytes", path, max);
	}
	p = sl_arena_alloc(a, (size_t)st.st_size + 1, 1, e);
	if (!p) {
		fclose(f);
		return e->code;
	}
	n = fread(p, 1, (size_t)st.st_size, f);
	if (ferror(f)) {
		io_error(path, e);
		fclose(f);
		return e->code;
	}
	fclose(f);
	*out = (struct sl_str){p, n};
	return SL_OK;
}

enum sl_code sl_io_create(struct sl_io_out *o, const char *path, struct sl_err *e)
{
	*o = (struct sl_io_out){.direct = !strncmp(path, "/dev/", 5)};
	if (strlen(path) >= sizeof o->path)
		return sl_fail(e, SL_INVALID, "file name too long");
	snprintf(o->path, sizeof o->path, "%s", path);
	if (o->direct)
		snprintf(o->temp, sizeof o->temp, "%s", path);
	else
		snprintf(o->temp, sizeof o->temp, "%s.part-%ld", path, (long)getpid());
	o->f = fopen(o->temp, "wbe");
	return o->f ? SL_OK : io_error(path, e);
}

enum sl_code sl_io_write(struct sl_io_out *o, const void *p, size_t n, struct sl_err *e)
{
	return n && fwrite(p, 1, n, o->f) != n ? io_error(o->path, e) : SL_OK;
}

enum sl_code sl_io_commit(struct sl_io_out *o, struct sl_err *e)
{
	FILE *f = o->f;
	bool bad = fflush(f) || (!o->direct && fsync(fileno(f)));

	if (bad)
		io_error(o->path, e);
	o->f = NULL;
	if (fclose(f) && !bad) {
		bad = true;
		io_error(o->path, e);
	}
	if (!o->direct && (bad || rename(o->temp, o->path))) {
		if (!bad)
			io_error(o->path, e);
		unlink(o->temp);
		bad = true;
	}
	return bad ? e->code : SL_OK;
}

void sl_io_discard(struct sl_io_out *o)
{
	if (!o->f)
		return;
	fclose(o->f);
	o->f = NULL;
	if (!o->direct)
		unlink(o->temp);
}

bool sl_io_exists(const char *path)
{
	struct stat st;

	return !stat(path, &st);
}
