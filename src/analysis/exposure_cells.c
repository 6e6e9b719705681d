/* People of a raster near hazards: blocks of cells that are near or far as a whole are settled at once. */
#include "analysis/exposure_share.h"

#include "base/parallel.h"
#include "geo/area.h"

#include <math.h>

enum { BLOCK = 32, CELL_HALVINGS_MAX = 7 };

struct block_sum {
	double people;
	size_t cells, empty;
	struct sl_exposed near[SL_EXPOSURE_BANDS_MAX];
};

struct cells {
	const struct sl_near *hazards;
	const struct sl_exposure_cells *c;
	const double *within_m;
	size_t n_bands, first_row, across;
	struct block_sum *block;
};

static struct sl_quad cell_quad(const struct sl_exposure_cells *c, size_t column, size_t row,
                                size_t columns, size_t rows)
{
	const size_t at[4][2] = {
	    {column, row}, {column + columns, row}, {column + columns, row + rows}, {column, row + rows}};
	struct sl_quad q;

	for (int k = 0; k < 4; k++) {
		const double *p = c->corner + 2 * (at[k][1] * (c->columns + 1) + at[k][0]);

		q.lon[k] = k ? q.lon[0] + remainder(p[0] - q.lon[0], 360) : p[0];
		q.lat[k] = p[1];
	}
	return q;
}

static double people_of(const struct sl_exposure_cells *c, size_t column, size_t row)
{
	double value = c->value[row * c->columns + column];
	struct sl_quad q;
	double xy[8];

	if (!c->density || !(value > 0))
		return value;
	q = cell_quad(c, column, row, 1, 1);
	for (int k = 0; k < 4; k++) {
		xy[2 * k] = q.lon[k];
		xy[2 * k + 1] = q.lat[k];
	}
	return value * fabs(sl_ring_area_m2(xy, 4)) / 1e6;
}

static void add(struct sl_exposed *io, double people, struct sl_exposed share)
{
	io->value += people * share.value;
	io->low += people * share.low;
	io->high += people * share.high;
}

/* So often that the smallest piece is a sixteenth of the distance: of a circle that leaves less than a
 * hundredth. */
static int halvings(double reach_m, double within_m)
{
	int n = 1;

	for (double piece = reach_m; n < CELL_HALVINGS_MAX && piece > fmax(within_m, 50) / 16; piece /= 2)
		n++;
	return n;
}

/* A rectangle of cells and one distance: as a whole, by quarters, or cell by cell. */
static void near_cells(const struct cells *x, size_t column, size_t row, size_t columns, size_t rows,
                       size_t band, struct sl_exposed *io)
{
	struct sl_quad q = cell_quad(x->c, column, row, columns, rows);
	double lon, lat, reach, m, within = x->within_m[band];

	sl_quad_middle(&q, &lon, &lat, &reach);
	m = sl_near_point(x->hazards, lon, lat, within + reach, NULL);
	if (m > within + reach)
		return;
	if (columns == 1 && rows == 1) {
		double people = people_of(x->c, column, row);

		if (people > 0)
			add(io, people, sl_exposed_quad(x->hazards, &q, within, halvings(reach, within)));
		return;
	}
	if (m + reach <= within) {
		for (size_t r = row; r < row + rows; r++)
			for (size_t c = column; c < column + columns; c++) {
				double people = people_of(x->c, c, r);

				if (people > 0)
					add(io, people, (struct sl_exposed){1, 1, 1});
			}
		return;
	}
	for (int k = 0; k < 4; k++) {
		size_t left = columns - columns / 2, up = rows - rows / 2;
		size_t w = k % 2 ? columns - left : left, h = k / 2 ? rows - up : up;

		if (w && h)
			near_cells(x, column + (k % 2 ? left : 0), row + (k / 2 ? up : 0), w, h, band, io);
	}
}

static enum sl_code sum_blocks(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct cells *x = ctx;

	(void)worker;
	for (size_t b = first; b < last; b++) {
		struct block_sum *s = &x->block[b];
		size_t column = b % x->across * BLOCK, row = b / x->across * BLOCK;
		size_t columns = x->c->columns - column < BLOCK ? x->c->columns - column : BLOCK;
		size_t rows = x->c->rows - row < BLOCK ? x->c->rows - row : BLOCK;

		for (size_t r = row; r < row + rows; r++)
			for (size_t c = column; c < column + columns; c++) {
				double value = x->c->value[r * x->c->columns + c];

				if (isnan(value)) {
					s->empty++;
					continue;
				}
				if (!(value >= 0 && isfinite(value)))
					return sl_fail(
					    e, SL_INVALID,
					    "the cell in row %zu, column %zu holds %g; people are a number from 0 on",
					    x->first_row + r + 1, c + 1, value);
				s->cells++;
				s->people += people_of(x->c, c, r);
			}
		for (size_t band = 0; band < x->n_bands && s->people > 0; band++)
			near_cells(x, column, row, columns, rows, band, &s->near[band]);
	}
	return SL_OK;
}

enum sl_code sl_exposure_add_cells(const struct sl_near *hazards, const struct sl_env *env,
                                   const struct sl_exposure_cells *cells, size_t first_row,
                                   const double *within_m, size_t n_bands, struct sl_exposure_grid *io,
                                   struct sl_err *e)
{
	struct sl_arena a = {0};
	size_t across = (cells->columns + BLOCK - 1) / BLOCK, n = across * ((cells->rows + BLOCK - 1) / BLOCK);
	struct cells x = {.hazards = hazards,
	                  .c = cells,
	                  .within_m = within_m,
	                  .n_bands = n_bands,
	                  .first_row = first_row,
	                  .across = across};

	x.block = sl_arena_alloc(&a, n, sizeof *x.block, e);
	if (!x.block || sl_parallel(env, n, 1, sum_blocks, &x, e))
		goto done;
	/* Added up in their order, whoever made them. */
	for (size_t b = 0; b < n; b++) {
		io->people += x.block[b].people;
		io->cells += x.block[b].cells;
		io->empty += x.block[b].empty;
		for (size_t k = 0; k < n_bands; k++)
			add(&io->near[k], 1, x.block[b].near[k]);
	}
done:
	sl_arena_done(&a);
	return e->code;
}
