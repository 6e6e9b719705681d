#define SL_GDAL_NAMES_OFF
#include "formats/gdal_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

struct sl_gdal_functions sl_gdal;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *missing; /* what could not be found */

static void *find(void *library, const char *name)
{
	void *p = dlsym(library, name);

	if (!p && !missing)
		missing = name;
	return p;
}

static void load(void)
{
	void *library = dlopen(SL_GDAL_SONAME, RTLD_LAZY | RTLD_GLOBAL);
	void *p;

	if (!library) {
		missing = SL_GDAL_SONAME;
		return;
	}
/* POSIX lets a pointer from dlsym become a function; ISO C wants the bytes copied. */
#define SL_GDAL_FIND(name) \
	p = find(library, #name); \
	memcpy(&sl_gdal.name, &p, sizeof p);
	SL_GDAL_FUNCTIONS(SL_GDAL_FIND)
#undef SL_GDAL_FIND
	if (missing)
		return;
	sl_gdal.CPLSetErrorHandler(sl_gdal.CPLQuietErrorHandler);
	sl_gdal.CPLSetConfigOption("CPL_VSIL_GZIP_WRITE_PROPERTIES", "NO");
	sl_gdal.CPLSetConfigOption("SHAPE_RESTORE_SHX", "NO");
	sl_gdal.CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
	sl_gdal.CPLSetConfigOption("OGR_GPX_SHORT_NAMES", "NO");
	sl_gdal.GDALAllRegister();
}

enum sl_code sl_gdal_load(struct sl_err *e)
{
	pthread_once(&once, load);
	return missing ? sl_fail(e, SL_UNSUPPORTED, "this format needs GDAL, and %s is not to be found; install it", missing)
	               : SL_OK;
}
