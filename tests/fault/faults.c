#include "fault/faults.h"

#include "base/mem.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum fault_kind armed;
static long countdown;
static bool met;
static sqlite3_vfs *real_vfs;
static sqlite3_mem_methods real_memory;

const char *fault_name(enum fault_kind kind)
{
	static const char *const name[] = {"none",     "memory",    "engine memory", "i/o",
	                                   "i/o once", "disk full", "crash"};

	return name[kind];
}

void faults_arm(enum fault_kind kind, long nth)
{
	armed = kind;
	countdown = nth;
	met = false;
	(void)sl_mem_fail_from(kind == FAULT_MEMORY ? (unsigned long)nth : 0);
}

bool faults_met(void)
{
	if (armed == FAULT_MEMORY) {
		unsigned long made = sl_mem_fail_from(0);

		met |= countdown > 0 && made >= (unsigned long)countdown;
	}
	return met;
}

/* ---- SQLite's memory ---- */
static void *refuse_or(void *(*give)(void *, int), void *old, int n)
{
	if (armed == FAULT_ENGINE_MEMORY && --countdown <= 0) {
		met = true;
		return NULL;
	}
	return give(old, n);
}

static void *give_new(void *unused, int n)
{
	(void)unused;
	return real_memory.xMalloc(n);
}

static void *give_more(void *old, int n)
{
	return real_memory.xRealloc(old, n);
}

static void *fault_malloc(int n)
{
	return refuse_or(give_new, NULL, n);
}

static void *fault_realloc(void *old, int n)
{
	return refuse_or(give_more, old, n);
}

/* ---- SQLite's files ---- */
struct file {
	sqlite3_file base;
	sqlite3_file *real;
};

/* Whether this operation fails; a crash ends the process here. */
static int trouble(void)
{
	if (armed != FAULT_IO && armed != FAULT_IO_ONCE && armed != FAULT_FULL && armed != FAULT_CRASH)
		return SQLITE_OK;
	countdown--;
	if (countdown > 0 || (armed == FAULT_IO_ONCE && countdown < 0))
		return SQLITE_OK;
	met = true;
	return armed == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR;
}

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct file *)(void *)f)->real;
}

static int x_close(sqlite3_file *f)
{
	sqlite3_file *r = real_of(f);
	int rc = r->pMethods ? r->pMethods->xClose(r) : SQLITE_OK;

	free(r);
	return rc;
}

static int x_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}

static int x_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	int rc = trouble();

	if (rc && armed == FAULT_CRASH) {
		real_of(f)->pMethods->xWrite(real_of(f), p, n / 2, at);
		_exit(99);
	}
	return rc ? rc : real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}

static int x_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	int rc = trouble();

	if (rc && armed == FAULT_CRASH)
		_exit(99);
	return rc ? rc : real_of(f)->pMethods->xTruncate(real_of(f), n);
}

static int x_sync(sqlite3_file *f, int flags)
{
	int rc = trouble();

	(void)f;
	(void)flags;
	if (rc && armed == FAULT_CRASH)
		_exit(99);
	return rc; /* what the disk does with it is not the matter here, and tests need not wait for it */
}

static int x_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), n);
}

static int x_lock(sqlite3_file *f, int how)
{
	return real_of(f)->pMethods->xLock(real_of(f), how);
}

static int x_unlock(sqlite3_file *f, int how)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), how);
}

static int x_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int x_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int x_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int x_characteristics(sqlite3_file *f)
{
	return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int x_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
}

static int x_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return real_of(f)->pMethods->xShmLock(real_of(f), at, n, flags);
}

static void x_shm_barrier(sqlite3_file *f)
{
	real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int x_shm_unmap(sqlite3_file *f, int drop)
{
	return real_of(f)->pMethods->xShmUnmap(real_of(f), drop);
}

static const sqlite3_io_methods methods = {
    2,           x_close,    x_read,    x_write,  x_truncate,        x_sync,    x_size,     x_lock,
    x_unlock,    x_reserved, x_control, x_sector, x_characteristics, x_shm_map, x_shm_lock, x_shm_barrier,
    x_shm_unmap, NULL,       NULL,
};

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct file *w = (struct file *)(void *)f;
	int rc;

	(void)v;
	w->base.pMethods = NULL;
	w->real = calloc(1, (size_t)real_vfs->szOsFile);
	if (!w->real)
		return SQLITE_NOMEM;
	rc = real_vfs->xOpen(real_vfs, name, w->real, flags, out);
	if (rc) {
		free(w->real);
		return rc;
	}
	w->base.pMethods = &methods;
	return SQLITE_OK;
}

static int v_delete(sqlite3_vfs *v, const char *name, int sync)
{
	int rc = trouble();

	(void)v;
	(void)sync;
	if (rc && armed == FAULT_CRASH)
		_exit(99);
	return rc ? rc : real_vfs->xDelete(real_vfs, name, 0);
}

void faults_install(void)
{
	static sqlite3_vfs vfs;
	sqlite3_mem_methods memory;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
	memory = real_memory;
	memory.xMalloc = fault_malloc;
	memory.xRealloc = fault_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
	sqlite3_initialize();
	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.iVersion = 2;
	vfs.szOsFile = (int)sizeof(struct file);
	vfs.zName = "faults";
	vfs.xOpen = v_open;
	vfs.xDelete = v_delete;
	sqlite3_vfs_register(&vfs, 1);
}
