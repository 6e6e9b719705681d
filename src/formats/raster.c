#include "formats/raster.h"

#include "formats/gdal_crs.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

/* Formats that hold everything in the file itself: none that points to others, to servers or to scripts. */
static const char *const drivers[] = {"GTiff", "AAIGrid", NULL};

struct state {
	GDALDatasetH dataset;
	GDALRasterBandH band;
	double nodata, scale, offset;
	bool single; /* its numbers are floats: no data is compared as one */
};

static void close_dataset(void *ptr)
{
	GDALClose(ptr);
}

static enum sl_code unreadable(const char *path, const char *what, enum sl_code code, struct sl_err *e)
{
	const char *why = CPLGetLastErrorMsg();

	return sl_fail(e, code, "%s: %s%s%.*s", path, what, why && *why ? ": " : "",
	               (int)strcspn(why ? why : "", "\n"), why ? why : "");
}

static enum sl_code look_at_size(const char *path, GDALDatasetH d, GDALRasterBandH band,
                                 struct sl_raster *r, struct sl_err *e)
{
	int columns = GDALGetRasterXSize(d), rows = GDALGetRasterYSize(d), across = 0, down = 0;

	if (columns < 1 || rows < 1)
		return sl_fail(e, SL_INVALID, "%s: a raster without cells", path);
	GDALGetBlockSize(band, &across, &down);
	if (columns > SL_RASTER_SIDE_MAX || rows > SL_RASTER_SIDE_MAX ||
	    (double)columns * rows > SL_RASTER_CELLS_MAX || across < 1 || down < 1 ||
	    (double)across * down > SL_RASTER_BLOCK_MAX)
		return sl_fail(e, SL_INVALID,
		               "%s: a raster of %d by %d cells in blocks of %d by %d is too large to be read here",
		               path, columns, rows, across, down);
	r->columns = (size_t)columns;
	r->rows = (size_t)rows;
	return SL_OK;
}

/* Where the cells lie: six finite numbers that make a cell of some size. */
static enum sl_code look_at_place(const char *path, GDALDatasetH d, struct sl_raster *r, struct sl_err *e)
{
	double *t = r->transform;
	bool finite = GDALGetGeoTransform(d, t) == CE_None;

	for (int i = 0; i < 6; i++)
		finite = finite && isfinite(t[i]);
	if (!finite || !(fabs(t[1] * t[5] - t[2] * t[4]) > 0))
		return sl_fail(e, SL_INVALID,
		               "%s: has no georeference: nothing says where its cells lie; give one that has it "
		               "inside (a GeoTIFF)",
		               path);
	return SL_OK;
}

enum sl_code sl_raster_open(struct sl_arena *a, const char *path, struct sl_raster *out, struct sl_err *e)
{
	struct sl_raster r = {.path = path};
	struct state *s = sl_arena_alloc(a, 1, sizeof *s, e);
	struct stat st;
	int has = 0;

	if (!s || sl_gdal_load(e))
		return e->code;
	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return sl_fail(e, SL_NOT_FOUND, "%s: no such file", path);
	CPLErrorReset();
	s->dataset =
	    GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, drivers, NULL, NULL);
	if (!s->dataset)
		return unreadable(path, "no raster that is read here (GeoTIFF, Arc/Info ASCII grid)", SL_INVALID,
		                  e);
	if (sl_arena_defer(a, close_dataset, s->dataset, e))
		return e->code;
	if (GDALGetRasterCount(s->dataset) != 1)
		return sl_fail(e, SL_INVALID, "%s: has %d bands; give a raster of one band", path,
		               GDALGetRasterCount(s->dataset));
	s->band = GDALGetRasterBand(s->dataset, 1);
	if (!s->band || GDALDataTypeIsComplex(GDALGetRasterDataType(s->band)))
		return sl_fail(e, SL_INVALID, "%s: its cells are no plain numbers", path);
	if (look_at_size(path, s->dataset, s->band, &r, e) || look_at_place(path, s->dataset, &r, e) ||
	    sl_gdal_crs(a, GDALGetSpatialRef(s->dataset), &r.crs, e))
		return e->code;
	s->nodata = GDALGetRasterNoDataValue(s->band, &has);
	r.has_nodata = has;
	s->single = GDALGetRasterDataType(s->band) == GDT_Float32;
	s->scale = GDALGetRasterScale(s->band, &has);
	s->scale = has ? s->scale : 1;
	s->offset = GDALGetRasterOffset(s->band, &has);
	s->offset = has ? s->offset : 0;
	r.state = s;
	*out = r;
	return SL_OK;
}

enum sl_code sl_raster_read(const struct sl_raster *r, size_t first, size_t n, double *out,
                            struct sl_err *e)
{
	const struct state *s = r->state;

	CPLErrorReset();
	if (GDALRasterIO(s->band, GF_Read, 0, (int)first, (int)r->columns, (int)n, out, (int)r->columns, (int)n,
	                 GDT_Float64, 0, 0) != CE_None)
		return unreadable(r->path, "its cells cannot be read", SL_CORRUPT, e);
	for (size_t i = 0; i < r->columns * n; i++) {
		bool none =
		    r->has_nodata && (out[i] == s->nodata || (s->single && (float)out[i] == (float)s->nodata));

		out[i] = none ? (double)NAN : out[i] * s->scale + s->offset;
	}
	return SL_OK;
}

enum sl_code sl_raster_corners(const struct sl_raster *r, struct sl_crs *crs, size_t first, size_t n,
                               double *out, struct sl_err *e)
{
	const double *t = r->transform;
	size_t across = r->columns + 1;
	struct sl_geom g = {.type = SL_GEOM_POINT, .xy = out, .n_points = across * (n + 1)};

	for (size_t row = 0; row <= n; row++)
		for (size_t column = 0; column < across; column++) {
			double *p = out + 2 * (row * across + column), y = (double)(first + row), x = (double)column;

			p[0] = t[0] + x * t[1] + y * t[2];
			p[1] = t[3] + x * t[4] + y * t[5];
		}
	if (!sl_crs_is_wgs84(crs) && sl_crs_to_wgs84(crs, &g, e))
		return sl_err_within(e, "%s", r->path);
	for (size_t i = 0; i < g.n_points; i++) {
		/* Some rasters run from 0 to 360 degrees, and some half a cell over a pole. */
		if (!(fabs(out[2 * i]) <= 540 && fabs(out[2 * i + 1]) <= 90.5))
			return sl_fail(
			    e, SL_INVALID,
			    "%s: row %zu, column %zu would lie at longitude %g, latitude %g, which is nowhere on Earth",
			    r->path, first + i / across + 1, i % across + 1, out[2 * i], out[2 * i + 1]);
		if (fabs(out[2 * i]) > 180)
			out[2 * i] = remainder(out[2 * i], 360);
		out[2 * i + 1] = fmax(-90, fmin(90, out[2 * i + 1]));
	}
	return SL_OK;
}
