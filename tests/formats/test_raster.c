#include "check.h"

#include "base/env.h"
#include "formats/raster.h"
#include "geo/area.h"

#include <stdlib.h>
#include <unistd.h>

/* A GeoTIFF by hand (TIFF 6.0; OGC 19-008r4): one band of floats in one strip, with what is asked for. */
struct tiff {
	uint32_t columns, rows, bands;
	const float *value;
	double west, north, cell; /* cell 0: no georeference */
	int crs;                  /* 0: none; 4326 or a projected one */
	const char *nodata;       /* longer than 3 letters */
	uint32_t claimed_columns; /* 0: the truth */
};

static void put(FILE *f, const void *p, size_t n)
{
	CHECK(fwrite(p, 1, n, f) == n);
}

static void tag(FILE *f, uint16_t id, uint16_t type, uint32_t n, uint32_t value)
{
	put(f, &id, 2);
	put(f, &type, 2);
	put(f, &n, 4);
	put(f, &value, 4);
}

static void write_tiff(const char *path, const struct tiff *t)
{
	FILE *f = fopen(path, "wb");
	uint32_t bands = t->bands ? t->bands : 1, bytes = t->columns * t->rows * bands * 4, at = 8 + bytes;
	uint16_t n = (uint16_t)(10 + (t->cell > 0 ? 2 : 0) + (t->crs ? 1 : 0) + (t->nodata ? 1 : 0));
	double scale[] = {t->cell, t->cell, 0}, tie[] = {0, 0, 0, t->west, t->north, 0};
	uint16_t geographic[] = {1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, (uint16_t)t->crs};
	uint16_t projected[] = {1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, (uint16_t)t->crs};
	uint32_t nodata_n = t->nodata ? (uint32_t)strlen(t->nodata) + 1 : 0, rest = at + 2 + 12u * n + 4;

	CHECK(f != NULL);
	put(f, "II*\0", 4);
	put(f, &at, 4);
	for (uint32_t i = 0; i < t->columns * t->rows * bands; i++)
		put(f, &t->value[i % (t->columns * t->rows)], 4);
	put(f, &n, 2);
	tag(f, 256, 4, 1, t->claimed_columns ? t->claimed_columns : t->columns);
	tag(f, 257, 4, 1, t->rows);
	tag(f, 258, 3, 1, 32);
	tag(f, 259, 3, 1, 1);
	tag(f, 262, 3, 1, 1);
	tag(f, 273, 4, 1, 8);
	tag(f, 277, 3, 1, bands);
	tag(f, 278, 4, 1, t->rows);
	tag(f, 279, 4, 1, bytes);
	tag(f, 339, 3, 1, 3);
	if (t->cell > 0) {
		tag(f, 33550, 12, 3, rest);
		tag(f, 33922, 12, 6, rest + 24);
	}
	if (t->crs)
		tag(f, 34735, 3, 16, rest + 72);
	if (t->nodata)
		tag(f, 42113, 2, nodata_n, rest + 104);
	tag(f, 0, 0, 0, 0); /* ends with 4 zero bytes and then some */
	fseek(f, (long)rest, SEEK_SET);
	put(f, scale, 24);
	put(f, tie, 48);
	put(f, t->crs == 4326 ? geographic : projected, 32);
	if (t->nodata)
		put(f, t->nodata, nodata_n);
	CHECK(!fclose(f));
}

static char path[200];

static void begin(const char *name)
{
	const char *folder = getenv("TMPDIR");

	snprintf(path, sizeof path, "%s/sl-raster-%ld-%s", folder && *folder ? folder : "/tmp", (long)getpid(),
	         name);
}

static const float six[] = {1, 2, 3, 4, -9999, 6};

TEST(raster_reads_cells_and_corners)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_raster r;
	struct sl_crs *crs;
	double value[6], corner[24];

	begin("plain.tif");
	write_tiff(path, &(struct tiff){.columns = 3,
	                                .rows = 2,
	                                .value = six,
	                                .west = 102,
	                                .north = 14,
	                                .cell = 0.5,
	                                .crs = 4326,
	                                .nodata = "-9999"});
	CHECK_OK(sl_raster_open(&a, path, &r, &e), &e);
	CHECK_INT(r.columns, 3);
	CHECK_INT(r.rows, 2);
	CHECK(r.has_nodata);
	CHECK_STR(r.crs, "EPSG:4326");
	CHECK_OK(sl_raster_read(&r, 0, 2, value, &e), &e);
	CHECK(value[0] == 1 && value[3] == 4 && isnan(value[4]) && value[5] == 6);
	CHECK_OK(sl_crs_open(&a, r.crs, &crs, &e), &e);
	CHECK_OK(sl_raster_corners(&r, crs, 1, 1, corner, &e), &e);
	CHECK_NEAR(corner[0], 102, 1e-12);
	CHECK_NEAR(corner[1], 13.5, 1e-12);
	CHECK_NEAR(corner[14], 103.5, 1e-12);
	CHECK_NEAR(corner[15], 13, 1e-12);
	sl_arena_done(&a);
	unlink(path);
}

/* A cell of 1,000 m in UTM 48 north has 1,000 m on the ground but for the scale of the grid, 0.9996 at the
 * middle. */
TEST(raster_in_metres)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_raster r;
	struct sl_crs *crs;
	double corner[16];

	begin("utm.tif");
	write_tiff(path, &(struct tiff){.columns = 3,
	                                .rows = 2,
	                                .value = six,
	                                .west = 500000,
	                                .north = 1500000,
	                                .cell = 1000,
	                                .crs = 32648});
	CHECK_OK(sl_raster_open(&a, path, &r, &e), &e);
	CHECK(!r.has_nodata);
	CHECK_OK(sl_crs_open(&a, r.crs, &crs, &e), &e);
	CHECK_OK(sl_raster_corners(&r, crs, 0, 1, corner, &e), &e);
	CHECK_NEAR(corner[0], 105, 1e-9);
	CHECK_NEAR(sl_distance_m(corner[0], corner[1], corner[2], corner[3]), 1000 / 0.9996, 0.01);
	sl_arena_done(&a);
	unlink(path);
}

/* What a file does not say is not guessed, and what it cannot be is said in one sentence. */
TEST(raster_refuses_in_one_sentence)
{
	static const struct {
		struct tiff t;
		const char *says;
	} cases[] = {
	    {{.columns = 3, .rows = 2, .value = six}, "has no georeference: nothing says where its cells lie"},
	    {{.columns = 3,
	      .rows = 2,
	      .value = six,
	      .west = 1,
	      .north = 2,
	      .cell = 0.1,
	      .crs = 4326,
	      .bands = 2},
	     "has 2 bands"},
	    {{.columns = 3,
	      .rows = 2,
	      .value = six,
	      .west = 1,
	      .north = 2,
	      .cell = 0.1,
	      .crs = 4326,
	      .claimed_columns = 2147483000},
	     "plain.tif: "},
	};
	struct sl_raster r;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};

		begin("plain.tif");
		write_tiff(path, &cases[i].t);
		CHECK(sl_raster_open(&a, path, &r, &e) == SL_INVALID);
		CHECK(strstr(e.msg, cases[i].says) != NULL);
		CHECK(!strchr(e.msg, '\n'));
		sl_arena_done(&a);
		unlink(path);
	}
}

TEST(raster_without_a_system_or_off_the_earth)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_raster r;
	struct sl_crs *crs;
	double corner[24];

	begin("bare.tif");
	write_tiff(path,
	           &(struct tiff){.columns = 3, .rows = 2, .value = six, .west = 1, .north = 2, .cell = 0.1});
	CHECK_OK(sl_raster_open(&a, path, &r, &e), &e);
	CHECK_INT(r.crs.n, 0);
	write_tiff(path, &(struct tiff){.columns = 3,
	                                .rows = 2,
	                                .value = six,
	                                .west = 500000,
	                                .north = 1500000,
	                                .cell = 100,
	                                .crs = 4326});
	CHECK_OK(sl_raster_open(&a, path, &r, &e), &e);
	CHECK_OK(sl_crs_open(&a, r.crs, &crs, &e), &e);
	CHECK(sl_raster_corners(&r, crs, 0, 2, corner, &e) == SL_INVALID);
	CHECK(strstr(e.msg, "nowhere on Earth"));
	e = (struct sl_err){0};
	CHECK(sl_raster_open(&a, "/nonexistent/x.tif", &r, &e) == SL_NOT_FOUND);
	sl_arena_done(&a);
	unlink(path);
}

/* A file cut short anywhere is refused, or its cells are; nothing is read from beyond it. */
TEST(raster_cut_short)
{
	struct sl_arena a = {0};
	float value[400];
	char whole[4000];
	size_t size;
	FILE *f;

	for (int i = 0; i < 400; i++)
		value[i] = (float)i;
	begin("cut.tif");
	write_tiff(path, &(struct tiff){.columns = 20,
	                                .rows = 20,
	                                .value = value,
	                                .west = 1,
	                                .north = 2,
	                                .cell = 0.1,
	                                .crs = 4326,
	                                .nodata = "-9999"});
	f = fopen(path, "rb");
	size = fread(whole, 1, sizeof whole, f);
	fclose(f);
	for (size_t n = 0; n < size; n += 37) {
		struct sl_err e = {0};
		struct sl_raster r;
		double out[400];
		struct sl_arena cut = {0};

		f = fopen(path, "wb");
		put(f, whole, n);
		fclose(f);
		if (sl_raster_open(&cut, path, &r, &e))
			CHECK(e.code == SL_INVALID && strstr(e.msg, "cut.tif"));
		else if (r.columns * r.rows <= 400 && sl_raster_read(&r, 0, r.rows, out, &e))
			CHECK(e.code == SL_CORRUPT && strstr(e.msg, "cannot be read"));
		sl_arena_done(&cut);
	}
	sl_arena_done(&a);
	unlink(path);
}

TEST(raster_ascii_grid)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_raster r;
	double value[6];
	FILE *f;

	begin("grid.asc");
	f = fopen(path, "w");
	fprintf(
	    f, "ncols 3\nnrows 2\nxllcorner 102\nyllcorner 13\ncellsize 0.5\nNODATA_value -1\n1 2 3\n4 -1 6\n");
	fclose(f);
	CHECK_OK(sl_raster_open(&a, path, &r, &e), &e);
	CHECK_INT(r.crs.n, 0); /* it cannot say */
	CHECK_OK(sl_raster_read(&r, 0, 2, value, &e), &e);
	CHECK(value[2] == 3 && isnan(value[4]));
	sl_arena_done(&a);
	unlink(path);
}
