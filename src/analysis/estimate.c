#include "analysis/estimate.h"

#include "analysis/estimate_chance.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_DRAWS = 200 };
/* Assumed relative spread of the share between regions: counts as much as one region more, so that the
 * spread does not vanish because a few regions happen to agree. */
#define BETWEEN 0.7
/* Degrees of freedom of the t factor above the effective number of contaminated hazards: chosen by
 * coverage. */
#define FREEDOM 2

struct pool { /* surveyed hazards of one size and group: x surveyed, y found, q sum of y^2 / x */
	size_t n, n_found;
	double x, y, q;
	double share;                     /* contaminated share of a contaminated hazard, mean of hazards */
	double open;                      /* standing area that rests on this pool */
	double wx, wy, wq, ratio, spread; /* of one draw */
};

struct cell {           /* ground of one region that rests on one pool */
	double open, open2; /* sum of standing areas and of their squares */
	double y, wx, wy;   /* of surveyed hazards, as in the pool */
};

struct maker {
	struct sl_arena *a;
	const struct sl_estimate_ask *ask;
	struct sl_estimate *out;
	size_t R, S, G, n_pools;
	struct pool *pool, country;
	size_t *pool_of;                   /* size x group -> pool */
	size_t of_size[SL_ESTIMATE_SIZES]; /* pool of all groups of a size, and of the sizes joined to it */
	struct cell *cell;                 /* region x pool */
	double *effect, *trust; /* by region: of the region on the share, and how far that is believed */
	size_t *surveyed, n_surveyed;
	bool uniform_share; /* nothing was found anywhere: any share is as likely */
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double sl_estimate_quantile(double *v, size_t n, double p)
{
	double at = p * (double)(n - 1);
	size_t i = (size_t)at;

	qsort(v, n, sizeof *v, by_value);
	return i + 1 < n ? v[i] + (at - (double)i) * (v[i + 1] - v[i]) : v[n - 1];
}

static double whole(const struct sl_estimate_unit *u)
{
	return u->open_m2 + u->settled_m2;
}

bool sl_estimate_surveyed(const struct sl_estimate_unit *u)
{
	return u->settled_m2 > 0 && u->settled_m2 >= SL_ESTIMATE_COMPLETE * whole(u);
}

static enum sl_code judge(const struct sl_estimate_ask *q, struct sl_err *e)
{
	size_t n = 0;

	if (!(q->level > 0 && q->level < 1))
		return sl_fail(e, SL_INVALID, "%s: the level of an interval lies between 0 and 1, such as 0.9",
		               q->what);
	if ((q->n_draws && q->n_draws < LEAST_DRAWS) || q->n_draws > 1000000)
		return sl_fail(e, SL_INVALID, "%s: %zu draws; ask for %d to 1000000", q->what, q->n_draws,
		               LEAST_DRAWS);
	for (size_t i = 0; i < q->n_units; i++) {
		const struct sl_estimate_unit *u = &q->unit[i];

		if (!isfinite(u->open_m2) || !isfinite(u->settled_m2) || !isfinite(u->found_m2))
			return sl_fail(e, SL_INVALID, "%s: area of hazard %zu is not a number; correct its record",
			               q->what, i + 1);
		if (u->open_m2 < 0 || u->settled_m2 < 0 || u->found_m2 < 0)
			return sl_fail(e, SL_INVALID, "%s: area of hazard %zu is negative; correct its record", q->what,
			               i + 1);
		if (u->found_m2 > u->settled_m2 * (1 + 1e-9))
			return sl_fail(e, SL_INVALID,
			               "%s: hazard %zu has more contaminated than surveyed ground; correct its record",
			               q->what, i + 1);
		if (u->region < 0 || u->region >= q->n_regions || u->group < 0 || u->group >= q->n_groups)
			return sl_fail(e, SL_INVALID, "%s: hazard %zu lies in no region or group that was given",
			               q->what, i + 1);
		n += sl_estimate_surveyed(u);
	}
	if (n == 0)
		return sl_fail(
		    e, SL_INVALID,
		    "%s: no hazard was surveyed to its end, so nothing says how much of the rest is contaminated; "
		    "record what surveys cancelled, reduced, confirmed or cleared",
		    q->what);
	if (n < SL_ESTIMATE_LEAST)
		return sl_fail(e, SL_INVALID,
		               "%s: only one hazard was surveyed to its end; an interval needs %d or more", q->what,
		               SL_ESTIMATE_LEAST);
	return SL_OK;
}

/* ---- classes of size: equal parts of the cumulated square root of area, a rule of thumb after Dalenius
 * and Hodges (J. Am. Stat. Assoc. 54 (1959) 88) ---- */

static enum sl_code limits(struct maker *m, struct sl_err *e)
{
	const struct sl_estimate_ask *q = m->ask;
	double *v = sl_arena_alloc(m->a, q->n_units, sizeof *v, e), sum = 0, so_far = 0;
	int k = 0;

	if (!v)
		return e->code;
	for (size_t i = 0; i < q->n_units; i++) {
		v[i] = whole(&q->unit[i]);
		sum += sqrt(v[i]);
	}
	qsort(v, q->n_units, sizeof *v, by_value);
	for (size_t i = 0; i < q->n_units; i++) {
		so_far += sqrt(v[i]);
		while (k < SL_ESTIMATE_SIZES - 1 && so_far >= sum * (k + 1) / SL_ESTIMATE_SIZES)
			m->out->size_limit_m2[k++] = v[i];
	}
	return SL_OK;
}

static size_t size_of(const struct maker *m, const struct sl_estimate_unit *u)
{
	size_t s = 0;

	while (s + 1 < m->S && whole(u) > m->out->size_limit_m2[s])
		s++;
	return s;
}

static size_t kind_of(const struct maker *m, const struct sl_estimate_unit *u)
{
	return size_of(m, u) * m->G + (size_t)u->group;
}

/* Neighbouring sizes are joined, from the largest down, until enough were surveyed (collapsed strata:
 * Cochran 1977, 5A.12); a size and group with enough has its own pool, else that of its sizes.  Counts
 * alone decide, never what was found. */
static enum sl_code pools(struct maker *m, struct sl_err *e)
{
	size_t n = m->S * m->G, *of_kind = sl_arena_alloc(m->a, n, sizeof *of_kind, e), joined = 0;
	size_t of_size[SL_ESTIMATE_SIZES] = {0};

	m->n_pools = n + m->S;
	m->pool_of = of_kind ? sl_arena_alloc(m->a, n, sizeof *m->pool_of, e) : NULL;
	m->pool = m->pool_of ? sl_arena_alloc(m->a, m->n_pools, sizeof *m->pool, e) : NULL;
	m->cell = m->pool ? sl_arena_alloc(m->a, m->n_pools * m->R, sizeof *m->cell, e) : NULL;
	if (!m->cell)
		return e->code;
	for (size_t i = 0; i < m->ask->n_units; i++) {
		const struct sl_estimate_unit *u = &m->ask->unit[i];

		of_kind[kind_of(m, u)] += sl_estimate_surveyed(u);
		of_size[size_of(m, u)] += sl_estimate_surveyed(u);
	}
	for (size_t s = m->S, left = m->S, first = m->S - 1;
	     s-- > 0;) { /* `left`: sizes from `first` down have no pool yet */
		joined += of_size[s];
		m->of_size[s] = n + first;
		if (joined >= SL_ESTIMATE_CELL && s > 0) {
			left = s;
			first = s - 1;
			joined = 0;
		}
		for (size_t k = 0; !s && joined < SL_ESTIMATE_CELL && left < m->S && k < left; k++)
			m->of_size[k] = m->of_size[left]; /* too few at the lower end: with the next larger */
	}
	for (size_t k = 0; k < n; k++)
		m->pool_of[k] = m->G > 1 && of_kind[k] >= SL_ESTIMATE_CELL ? k : m->of_size[k / m->G];
	return SL_OK;
}

static struct cell *cell_at(const struct maker *m, size_t region, size_t pool)
{
	return &m->cell[region * m->n_pools + pool];
}

static void add_surveyed(struct pool *p, const struct sl_estimate_unit *u)
{
	double share = u->found_m2 / u->settled_m2;

	p->n++;
	p->n_found += share > 0;
	p->x += u->settled_m2;
	p->y += u->found_m2;
	p->q += u->found_m2 * share;
	p->share += share;
}

static void add(struct maker *m, const struct sl_estimate_unit *u)
{
	size_t p = m->pool_of[kind_of(m, u)];
	struct cell *c = cell_at(m, (size_t)u->region, p);

	c->open += u->open_m2;
	c->open2 += u->open_m2 * u->open_m2;
	m->pool[p].open += u->open_m2;
	if (!sl_estimate_surveyed(u))
		return;
	c->y += u->found_m2;
	m->surveyed[m->n_surveyed++] = (size_t)(u - m->ask->unit);
	add_surveyed(&m->country, u);
	add_surveyed(&m->pool[p], u);
	if (p <
	    m->S *
	        m->G) /* a group's hazards speak for groups of the size that have no pool of their own, too */
		add_surveyed(&m->pool[m->of_size[size_of(m, u)]], u);
}

static void tally(struct sl_estimate_row *row, const struct sl_estimate_unit *u)
{
	bool surveyed = sl_estimate_surveyed(u);

	row->n_standing += u->open_m2 > 0 && !surveyed;
	row->n_partly += u->settled_m2 > 0 && !surveyed;
	row->n_surveyed += surveyed;
	row->n_found += surveyed && u->found_m2 > 0;
	row->open_m2 += u->open_m2;
	row->settled_m2 += surveyed ? u->settled_m2 : 0;
	row->found_m2 += surveyed ? u->found_m2 : 0;
}

static enum sl_code gather(struct maker *m, struct sl_err *e)
{
	m->surveyed = sl_arena_alloc(m->a, m->ask->n_units, sizeof *m->surveyed, e);
	if (!m->surveyed)
		return e->code;
	for (size_t i = 0; i < m->ask->n_units; i++) {
		tally(&m->out->total, &m->ask->unit[i]);
		tally(&m->out->region[m->ask->unit[i].region], &m->ask->unit[i]);
		add(m, &m->ask->unit[i]);
	}
	m->uniform_share = !m->country.n_found;
	m->country.share = m->uniform_share ? 0.5 : m->country.share / (double)m->country.n_found;
	for (size_t i = 0; i < m->n_pools; i++)
		m->pool[i].share =
		    m->pool[i].n_found ? m->pool[i].share / (double)m->pool[i].n_found : m->country.share;
	return SL_OK;
}

/* ---- regions ---- */

static double squared(double x)
{
	return x * x;
}

static enum sl_code regions(struct maker *m, struct sl_err *e)
{
	double sum = 0, weight = 0, tau2, known = BETWEEN * BETWEEN;
	double *expected = sl_arena_alloc(m->a, m->R, sizeof *expected, e);
	double *chance = expected ? sl_arena_alloc(m->a, m->R, sizeof *chance, e) : NULL;
	size_t n = 0;

	m->effect = chance ? sl_arena_alloc(m->a, m->R, sizeof *m->effect, e) : NULL;
	m->trust = m->effect ? sl_arena_alloc(m->a, m->R, sizeof *m->trust, e) : NULL;
	if (!m->trust)
		return e->code;
	for (size_t i = 0; i < m->n_surveyed;
	     i++) { /* what is found in a region, and its variance, were all alike */
		const struct sl_estimate_unit *u = &m->ask->unit[m->surveyed[i]];
		const struct pool *p = &m->pool[m->pool_of[kind_of(m, u)]];
		double ratio = p->y / p->x;

		expected[u->region] += u->settled_m2 * ratio;
		chance[u->region] += squared(u->settled_m2) * (p->q / p->x - ratio * ratio);
	}
	for (size_t r = 0; r < m->R; r++) {
		double found = 0;

		for (size_t p = 0; p < m->n_pools; p++)
			found += cell_at(m, r, p)->y;
		m->effect[r] = expected[r] > 0 ? found / expected[r] : 1;
		chance[r] = expected[r] > 0 ? chance[r] / squared(expected[r]) : 0;
		if (m->out->region[r].n_surveyed < SL_ESTIMATE_LEAST || !(chance[r] > 0))
			continue;
		sum += (squared(m->effect[r] - 1) - chance[r]) / (chance[r] + known);
		weight += 1 / (chance[r] + known);
		n++;
	}
	tau2 = (fmax(0, sum) + 1) / (weight + 1 / known);
	m->out->between = sqrt(tau2);
	m->out->between_assumed = n < 3;
	for (size_t r = 0; r < m->R; r++) {
		bool heard = m->R > 1 && m->out->region[r].n_surveyed >= SL_ESTIMATE_LEAST && chance[r] > 0;

		m->trust[r] = heard ? tau2 / (tau2 + chance[r]) : 0;
		m->out->region[r].borrowed = m->R > 1 && m->out->region[r].n_surveyed < SL_ESTIMATE_FEW;
	}
	return SL_OK;
}

static void points(struct maker *m)
{
	for (size_t r = 0; r < m->R; r++) {
		double by = 1 + m->trust[r] * (m->effect[r] - 1);

		for (size_t p = 0; p < m->n_pools; p++) {
			const struct cell *c = cell_at(m, r, p);
			double v = c->open > 0 ? c->open * fmin(1, m->pool[p].y / m->pool[p].x * by) : 0;

			m->out->region[r].value_m2 += v;
			m->out->total.value_m2 += v;
		}
	}
}

/* ---- one draw ---- */

static void add_weighted(struct pool *p, double w, const struct sl_estimate_unit *u)
{
	p->wx += w * u->settled_m2;
	p->wy += w * u->found_m2;
	p->wq += w * u->found_m2 * (u->found_m2 / u->settled_m2);
}

/* The share of the whole class of ground, with the half pseudo-observations. */
static double general(const struct maker *m, double wx, double wy, double share, gsl_rng *rng)
{
	double mean = m->country.x / (double)m->country.n, yes = mean * gsl_ran_gamma(rng, 0.5, 1);

	return (wy + yes * share) / (wx + yes + mean * gsl_ran_gamma(rng, 0.5, 1));
}

static void weigh(struct maker *m, size_t at, gsl_rng *rng)
{
	double share = gsl_rng_uniform(rng), wx = 0, wy = 0;
	size_t sizes = m->S * m->G;

	for (size_t i = 0; i < m->n_pools; i++)
		m->pool[i].wx = m->pool[i].wy = m->pool[i].wq = 0;
	for (size_t i = 0; i < m->R * m->n_pools; i++)
		m->cell[i].wx = m->cell[i].wy = 0;
	for (size_t i = 0; i < m->n_surveyed; i++) {
		const struct sl_estimate_unit *u = &m->ask->unit[m->surveyed[i]];
		size_t p = m->pool_of[kind_of(m, u)];
		struct cell *c = cell_at(m, (size_t)u->region, p);
		double w = gsl_ran_exponential(rng, 1);

		wx += w * u->settled_m2;
		wy += w * u->found_m2;
		c->wx += w * u->settled_m2;
		c->wy += w * u->found_m2;
		add_weighted(&m->pool[p], w, u);
		if (p < sizes)
			add_weighted(&m->pool[m->of_size[p / m->G]], w, u);
	}
	m->out->ratio[at] = general(m, wx, wy, m->uniform_share ? share : m->country.share, rng);
	for (size_t i = 0; i < m->n_pools; i++) {
		struct pool *p = &m->pool[i];
		double prior = 0.5 * p->open / m->out->total.open_m2, mean, yes, no,
		       s = m->uniform_share ? share : p->share;

		if (!(p->open > 0))
			continue;
		mean = p->x / (double)p->n;
		yes = mean * gsl_ran_gamma(rng, prior, 1);
		no = mean * gsl_ran_gamma(rng, prior, 1);
		p->ratio = (p->wy + yes * s) / (p->wx + yes + no);
		p->spread = fmax(0, (p->wq + yes * s * s) / (p->wx + yes + no) - p->ratio * p->ratio);
	}
}

/* What stands in a cell, when a share of `ratio` is contaminated on average and hazards differ by `spread`.
 */
static double predict(const struct cell *c, double ratio, double spread, gsl_rng *rng)
{
	double var = spread * c->open2 / (c->open * c->open), k, got;

	if (!(ratio > 0) || ratio >= 1)
		return c->open * (ratio >= 1);
	if (!(var > 0))
		return c->open * ratio;
	k = ratio * (1 - ratio) / var - 1;
	if (!(k > 1e-3))
		return c->open * (gsl_rng_uniform(rng) < ratio);
	got = gsl_ran_beta(rng, ratio * k, (1 - ratio) * k);
	return c->open * (isfinite(got) ? got : ratio);
}

static void draw(struct maker *m, size_t at, double **of_region, gsl_rng *rng)
{
	double total = 0, tau2 = squared(m->out->between);

	weigh(m, at, rng);
	for (size_t r = 0; r < m->R; r++) {
		double mine = 0, found = 0, expected = 0, by = 1, sigma = sqrt(log1p(tau2 * (1 - m->trust[r])));

		for (size_t p = 0; p < m->n_pools; p++) {
			const struct cell *c = cell_at(m, r, p);

			found += c->wy;
			expected += c->wx > 0 ? c->wx * m->pool[p].wy / m->pool[p].wx : 0;
		}
		if (expected > 0)
			by = 1 + m->trust[r] * (found / expected - 1);
		if (m->R > 1)
			by *= exp(gsl_ran_gaussian(rng, sigma) - sigma * sigma / 2);
		for (size_t p = 0; p < m->n_pools; p++) {
			const struct cell *c = cell_at(m, r, p);

			if (c->open > 0)
				mine += predict(c, fmin(1, m->pool[p].ratio * by), m->pool[p].spread, rng);
		}
		total += mine;
		of_region[r][at] = mine;
	}
	m->out->draw[at] = total;
}

/* The effective number of contaminated hazards behind the total (Kish, Survey Sampling, 1965,
 * section 11.7). */
static double effective(const struct maker *m)
{
	double sum = 0, square = 0;

	for (size_t i = 0; i < m->n_surveyed; i++) {
		const struct sl_estimate_unit *u = &m->ask->unit[m->surveyed[i]];
		const struct pool *p = &m->pool[m->pool_of[kind_of(m, u)]];
		double part = p->open / p->x * u->found_m2;

		sum += part;
		square += part * part;
	}
	return square > 0 ? sum * sum / square : 0;
}

/* Few contaminated hazards: the spread of the draws is itself uncertain, as Student's t is to the normal.
 * The draws are spread from their middle by that much, so that what is worked out from them has it, too. */
static void interval(struct sl_estimate_row *row, double *draws, double *sorted, size_t n, double level,
                     double freedom)
{
	double up = (1 + level) / 2, by = 1, middle;

	if (freedom > 0)
		by = gsl_cdf_tdist_Pinv(up, freedom) / gsl_cdf_ugaussian_Pinv(up);
	memcpy(sorted, draws, n * sizeof *draws);
	middle = sl_estimate_quantile(sorted, n, 0.5);
	for (size_t i = 0; middle > 0 && i < n; i++)
		draws[i] = fmin(row->open_m2, middle * pow(draws[i] / middle, by));
	memcpy(sorted, draws, n * sizeof *draws);
	/* Nothing found does not show that nothing is there; the value lies in its interval. */
	row->low_m2 = fmin(sl_estimate_quantile(sorted, n, 1 - up), row->value_m2);
	row->high_m2 = fmax(sl_estimate_quantile(sorted, n, up), row->value_m2);
}

static enum sl_code draws(struct maker *m, struct sl_err *e)
{
	size_t n = m->ask->n_draws;
	struct sl_estimate_chance chance;
	gsl_rng *rng = sl_estimate_chance(&chance, m->ask->seed);
	double **of_region = sl_arena_alloc(m->a, m->R, sizeof *of_region, e);
	double *copy = of_region ? sl_arena_alloc(m->a, n, sizeof *copy, e) : NULL;
	/* Where nothing was found the draws are those of the pseudo-observations alone: their spread is known.
	 */
	double freedom = m->uniform_share ? 0 : effective(m) + FREEDOM;

	m->out->n_draws = n;
	m->out->ratio = copy ? sl_arena_alloc(m->a, n, sizeof *m->out->ratio, e) : NULL;
	m->out->draw = m->out->ratio ? sl_arena_alloc(m->a, n, sizeof *m->out->draw, e) : NULL;
	for (size_t r = 0; m->out->draw && r < m->R; r++)
		if (!(of_region[r] = sl_arena_alloc(m->a, n, sizeof **of_region, e)))
			return e->code;
	if (!m->out->draw)
		return e->code;
	for (size_t i = 0; i < n; i++)
		draw(m, i, of_region, rng);
	for (size_t r = 0; r < m->R; r++)
		interval(&m->out->region[r], of_region[r], copy, n, m->ask->level, freedom);
	interval(&m->out->total, m->out->draw, copy, n, m->ask->level, freedom);
	return SL_OK;
}

enum sl_code sl_estimate_make(struct sl_arena *a, const struct sl_estimate_ask *ask,
                              struct sl_estimate *out, struct sl_err *e)
{
	struct sl_estimate made = {.n_regions = (size_t)ask->n_regions};
	struct maker m = {.a = a,
	                  .ask = ask,
	                  .out = &made,
	                  .R = (size_t)ask->n_regions,
	                  .S = SL_ESTIMATE_SIZES,
	                  .G = (size_t)ask->n_groups};

	if (judge(ask, e))
		return e->code;
	made.region = sl_arena_alloc(a, m.R, sizeof *made.region, e);
	if (!made.region || limits(&m, e) || pools(&m, e) || gather(&m, e) || regions(&m, e))
		return e->code;
	points(&m);
	if (sl_estimate_weigh(a, ask, &made.balance, e) || (ask->n_draws && draws(&m, e)))
		return e->code;
	*out = made;
	return SL_OK;
}
