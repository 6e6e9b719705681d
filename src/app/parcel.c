#include "app/parcel.h"

#include "formats/source.h"
#include "geo/crs.h"

enum sl_code sl_parcel_read(struct sl_arena *a, const char *path, const char *crs, struct sl_geom *out,
                            struct sl_err *e)
{
	const struct sl_source_options options = {0};
	struct sl_source source;
	struct sl_rows rows;
	struct sl_geom found = {0};
	struct sl_crs *from;

	if (sl_source_open(a, path, &options, &source, e))
		return e->code;
	for (;;) {
		if (source.take(&source, a, &rows, e))
			return e->code;
		if (!rows.n)
			break;
		for (size_t i = 0; i < rows.n; i++) {
			struct sl_row row = {0};

			if (source.read(&source, a, &rows, i, &row, e))
				return e->code;
			if (row.has != SL_ROW_GEOMETRY || row.geometry.type != SL_GEOM_POLYGON)
				continue;
			if (found.type != SL_GEOM_NONE)
				return sl_fail(e, SL_INVALID, "%s holds more than one polygon; ask about one parcel at a time", path);
			found = row.geometry;
		}
	}
	if (found.type == SL_GEOM_NONE)
		return sl_fail(e, SL_INVALID, "%s holds no polygon", path);
	if (!crs && !source.crs.n)
		return sl_fail(e, SL_INVALID, "%s does not say its coordinate system; give --crs", path);
	if (sl_crs_open(a, crs ? sl_str_from(crs) : source.crs, &from, e) || sl_crs_to_wgs84(from, &found, e))
		return sl_err_within(e, "%s", path);
	*out = found;
	return SL_OK;
}
