#include "geo/cells.h"

#include "geo/area.h"

#include <math.h>

struct raster {
	const struct sl_cell_grid *g;
	double *piece; /* area of the piece in its cell, in cells, for what lies right of an edge */
	double *cover; /* height of the edges of a cell: all cells to the right of it are covered by as much */
	double sign;   /* of the ring */
};

/* An edge that stays in one cell. */
static void add_in_cell(struct raster *r, double x0, double y0, double x1, double y1)
{
	double x = (x0 + x1) / 2, dy = (y0 - y1) * r->sign;
	uint32_t ix = (uint32_t)fmin(fmax(floor(x), 0), r->g->nx - 1);
	uint32_t iy = (uint32_t)fmin(fmax(floor((y0 + y1) / 2), 0), r->g->ny - 1);
	size_t at = (size_t)iy * r->g->nx + ix;

	r->piece[at] += dy * (ix + 1 - x);
	r->cover[at] += dy;
}

static void add_in_row(struct raster *r, double x0, double y0, double x1, double y1)
{
	double x = x0, y = y0, step = x1 > x0 ? 1 : -1;
	double border = x1 > x0 ? floor(x0) + 1 : ceil(x0) - 1;

	for (; step > 0 ? border < x1 : border > x1; border += step) {
		double at = y0 + (y1 - y0) * (border - x0) / (x1 - x0);

		add_in_cell(r, x, y, border, at);
		x = border;
		y = at;
	}
	add_in_cell(r, x, y, x1, y1);
}

static void add_edge(struct raster *r, double x0, double y0, double x1, double y1)
{
	double x = x0, y = y0, step = y1 > y0 ? 1 : -1;
	double border = y1 > y0 ? floor(y0) + 1 : ceil(y0) - 1;

	if (y0 == y1) /* level edges bound nothing to their right */
		return;
	for (; step > 0 ? border < y1 : border > y1; border += step) {
		double at = x0 + (x1 - x0) * (border - y0) / (y1 - y0);

		add_in_row(r, x, y, at, border);
		x = at;
		y = border;
	}
	add_in_row(r, x, y, x1, y1);
}

static void add_ring(struct raster *r, const struct sl_geom *geom, size_t from, size_t to, bool hole)
{
	const struct sl_cell_grid *g = r->g;
	bool left = sl_ring_area_m2(geom->xy + 2 * from, to - from) > 0;

	r->sign = left != hole ? 1 : -1;
	for (size_t i = from; i < to; i++) {
		const double *p = geom->xy + 2 * i, *q = geom->xy + 2 * (i + 1 < to ? i + 1 : from);

		add_edge(r, (p[0] - g->lon0) / g->d_lon, (p[1] - g->lat0) / g->d_lat, (q[0] - g->lon0) / g->d_lon,
		         (q[1] - g->lat0) / g->d_lat);
	}
}

static void lay_out(struct sl_cell_grid *g, struct sl_box box, double per_lon, double per_lat, size_t most)
{
	double width = (box.x1 - box.x0) * per_lon, height = (box.y1 - box.y0) * per_lat;

	while (ceil(width / g->cell_m) * ceil(height / g->cell_m) > (double)most)
		g->cell_m *= 1.25;
	/* A fiftieth of a cell more is no column of its own: cells are so much larger instead. */
	g->nx = (uint32_t)fmax(1, ceil(width / g->cell_m - 0.02));
	g->ny = (uint32_t)fmax(1, ceil(height / g->cell_m - 0.02));
	g->lon0 = box.x0;
	g->lat0 = box.y0;
	g->d_lon = fmax(g->cell_m, width / g->nx) / per_lon;
	g->d_lat = fmax(g->cell_m, height / g->ny) / per_lat;
}

enum sl_code sl_geom_cells(struct sl_arena *a, const struct sl_geom *geom, double cell_m, size_t most,
                           struct sl_cell_grid *out, struct sl_err *e)
{
	struct sl_box box = sl_geom_box(geom);
	struct sl_cell_grid g = {.cell_m = cell_m};
	double m2 = geom->type == SL_GEOM_POLYGON ? sl_geom_area_m2(geom) : 0, total = 0, lat, per_lon, per_lat;
	struct raster r = {.g = &g};
	size_t n;

	if (!(cell_m > 0) || !isfinite(cell_m) || !most)
		return sl_fail(e, SL_INVALID, "a cell of %g m; write metres above 0", cell_m);
	if (!(m2 > 0))
		return sl_fail(e, SL_INVALID,
		               "there is no ground to cut into cells: no boundary, or none with an area");
	lat = (box.y0 + box.y1) / 2;
	per_lon = sl_distance_m(box.x0, lat, box.x0 + 1e-3, lat) / 1e-3;
	per_lat = sl_distance_m(box.x0, lat - 5e-4, box.x0, lat + 5e-4) / 1e-3;
	if (!(per_lon > 1))
		return sl_fail(e, SL_INVALID, "ground so near to a pole is not cut into cells");
	lay_out(&g, box, per_lon, per_lat, most);
	n = (size_t)g.nx * g.ny;
	if (!(g.m2 = sl_arena_alloc(a, n, sizeof *g.m2, e)) ||
	    !(r.cover = sl_arena_alloc(a, n, sizeof *r.cover, e)))
		return e->code;
	r.piece = g.m2;
	for (size_t part = 0; part < geom->n_parts; part++)
		for (size_t ring = sl_geom_part_start(geom, part); ring < geom->part_end[part]; ring++)
			add_ring(&r, geom, sl_geom_ring_start(geom, ring), geom->ring_end[ring],
			         ring != sl_geom_part_start(geom, part));
	for (size_t y = 0; y < g.ny; y++) {
		double covered = 0;

		for (size_t x = 0; x < g.nx; x++) {
			size_t at = y * g.nx + x;
			double whole = r.piece[at] + covered;

			covered += r.cover[at];
			g.m2[at] = whole > 1e-9 ? whole : 0; /* what rounding leaves outside */
			total += g.m2[at];
		}
	}
	for (size_t i = 0; i < n; i++)
		g.m2[i] *= m2 / total;
	*out = g;
	return SL_OK;
}

bool sl_cell_at(const struct sl_cell_grid *g, double lon, double lat, size_t *cell)
{
	double x = floor((lon - g->lon0) / g->d_lon), y = floor((lat - g->lat0) / g->d_lat);

	/* A point on the far border belongs to the last cell. */
	if (lon <= g->lon0 + g->d_lon * g->nx)
		x = fmin(x, g->nx - 1);
	if (lat <= g->lat0 + g->d_lat * g->ny)
		y = fmin(y, g->ny - 1);
	if (!(x >= 0) || !(y >= 0) || x >= g->nx || y >= g->ny)
		return false;
	*cell = (size_t)y * g->nx + (size_t)x;
	return true;
}
