#include "formats/gdal_crs.h"

#include <string.h>

enum sl_code sl_gdal_crs(struct sl_arena *a, OGRSpatialReferenceH srs, struct sl_str *out, struct sl_err *e)
{
	const char *authority, *code, *name;
	char *wkt = NULL, *copy;

	*out = (struct sl_str){0};
	if (!srs || OSRIsLocal(srs))
		return SL_OK;
	name = OSRGetName(srs);
	if (name && !strncmp(name, "Undefined", 9))
		return SL_OK;
	authority = OSRGetAuthorityName(srs, NULL);
	code = OSRGetAuthorityCode(srs, NULL);
	if (authority && code) {
		copy = sl_arena_printf(a, e, "%s:%s", authority, code);
	} else {
		const char *options[] = {"FORMAT=WKT2_2019", NULL};

		if (OSRExportToWktEx(srs, &wkt, options) != OGRERR_NONE || !wkt) {
			CPLFree(wkt);
			return SL_OK;
		}
		copy = sl_arena_printf(a, e, "%s", wkt);
		CPLFree(wkt);
	}
	if (!copy)
		return e->code;
	*out = sl_str_from(copy);
	return SL_OK;
}
