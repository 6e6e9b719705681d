#include "app/parcel.h"

#include "formats/source.h"
#include "geo/crs.h"

/* The one polygon of a source, on WGS 84; `name` is for messages. */
static enum sl_code take_polygon(struct sl_arena *a, struct sl_source *source, const char *name, const char *crs,
                                 struct sl_geom *out, struct sl_err *e)
{
	struct sl_rows rows;
	struct sl_geom found = {0};
	struct sl_crs *from;

	for (;;) {
		if (source->take(source, a, &rows, e))
			return e->code;
		if (!rows.n)
			break;
		for (size_t i = 0; i < rows.n; i++) {
			struct sl_row row = {0};

			if (source->read(source, a, &rows, i, &row, e))
				return e->code;
			if (row.has != SL_ROW_GEOMETRY || row.geometry.type != SL_GEOM_POLYGON)
				continue;
			if (found.type != SL_GEOM_NONE)
				return sl_fail(e, SL_INVALID, "%s holds more than one polygon; ask about one parcel at a time", name);
			found = row.geometry;
		}
	}
	if (found.type == SL_GEOM_NONE)
		return sl_fail(e, SL_INVALID, "%s holds no polygon", name);
	if (!crs && !source->crs.n)
		return sl_fail(e, SL_INVALID, "%s does not say its coordinate system; give --crs", name);
	if (sl_crs_open(a, crs ? sl_str_from(crs) : source->crs, &from, e) || sl_crs_to_wgs84(from, &found, e))
		return sl_err_within(e, "%s", name);
	*out = found;
	return SL_OK;
}

enum sl_code sl_parcel_read(struct sl_arena *a, const char *path, const char *crs, struct sl_geom *out,
                            struct sl_err *e)
{
	const struct sl_source_options options = {0};
	struct sl_source source;

	return sl_source_open(a, path, &options, &source, e) ? e->code : take_polygon(a, &source, path, crs, out, e);
}

enum sl_code sl_parcel_from_geojson(struct sl_arena *a, struct sl_str text, struct sl_geom *out, struct sl_err *e)
{
	struct sl_source source = {0};

	if (sl_geojson_source(a, text, &source, e))
		return sl_err_within(e, "parcel");
	return take_polygon(a, &source, "the parcel", NULL, out, e);
}
