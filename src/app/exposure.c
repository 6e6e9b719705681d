/* Who and what lies beside hazards: the analysis `exposure`. */
#include "app/exposure_parts.h"

#include "base/parallel.h"
#include "geo/area.h"

#include <math.h>
#include <string.h>

static const struct sl_analysis_parameter parameters[] = {
    {.name = "within",
     .says = SL_TEXT("analysis", "Distances in metres, ascending, separated by commas"),
     .type = SL_ANALYSIS_TEXT,
     .otherwise = "500,1000"},
    {.name = "places",
     .says = SL_TEXT("analysis", "Places from a file, in place of the programme's own"),
     .type = SL_ANALYSIS_FILE},
    {.name = "population",
     .says = SL_TEXT("analysis", "People: points or areas with a population, or a raster"),
     .type = SL_ANALYSIS_FILE},
    {.name = "population-is",
     .says =
         SL_TEXT("analysis", "What the cells of the raster hold: people, or people per square kilometre"),
     .type = SL_ANALYSIS_TEXT,
     .choices = "counts|density",
     .of_file = true},
    {.name = "roads", .says = SL_TEXT("analysis", "Roads: lines"), .type = SL_ANALYSIS_FILE},
    {.name = "schools", .says = SL_TEXT("analysis", "Schools: points or areas"), .type = SL_ANALYSIS_FILE},
    {.name = "water", .says = SL_TEXT("analysis", "Water points"), .type = SL_ANALYSIS_FILE},
    {.name = "strikes",
     .says = SL_TEXT("analysis", "Strikes: points with a date"),
     .type = SL_ANALYSIS_FILE},
    {.name = "columns",
     .says = SL_TEXT("analysis", "Columns of a table without headings, such as date,lat,lon"),
     .type = SL_ANALYSIS_TEXT,
     .of_file = true},
    {.name = "crs",
     .says = SL_TEXT("analysis", "Coordinate system of files that do not say theirs, such as EPSG:4326"),
     .type = SL_ANALYSIS_TEXT,
     .of_file = true},
    {0}};

static const char *text_of(struct sl_arena *a, const struct sl_analysis_question *q, const char *name,
                           struct sl_err *e)
{
	const struct sl_analysis_answer *answer = sl_analysis_given(q, name);

	return answer->given && answer->text.n ? sl_str_dup(a, answer->text, e) : NULL;
}

static enum sl_code read_distances(const struct sl_analysis_question *q, double *within_m, size_t *n,
                                   struct sl_err *e)
{
	struct sl_str rest = sl_analysis_given(q, "within")->text, one;

	*n = 0;
	while (sl_str_split(&rest, ',', &one)) {
		double m;

		if (!sl_str_double(one, &m))
			return sl_fail(e, SL_INVALID, "within: '%.*s' is no number of metres", SL_STR_ARG(one));
		if (!(m >= 0 && m <= 100000))
			return sl_fail(e, SL_INVALID, "within: %g m is not between 0 and 100000", m);
		if (*n == SL_EXPOSURE_BANDS_MAX || (*n && m <= within_m[*n - 1]))
			return sl_fail(e, SL_INVALID, "within: give one to %d distances that ascend, such as 500,1000",
			               SL_EXPOSURE_BANDS_MAX);
		within_m[(*n)++] = m;
	}
	return *n ? SL_OK : sl_fail(e, SL_INVALID, "within: give a distance in metres, such as 500,1000");
}

struct layer {
	const char *name;
	enum sl_geom_type wanted[2];
	bool dated;
	struct sl_exposure_rows *rows;
};

static enum sl_code read_layers(struct sl_programme *p, struct sl_arena *a,
                                const struct sl_analysis_question *q, struct sl_exposure_results *r,
                                struct sl_err *e)
{
	const struct layer layers[] = {
	    {"places", {SL_GEOM_POINT, SL_GEOM_POLYGON}, false, &r->places},
	    {"population", {SL_GEOM_POINT, SL_GEOM_POLYGON}, false, &r->population},
	    {"roads", {SL_GEOM_LINE, SL_GEOM_LINE}, false, &r->roads},
	    {"schools", {SL_GEOM_POINT, SL_GEOM_POLYGON}, false, &r->schools},
	    {"water", {SL_GEOM_POINT, SL_GEOM_POLYGON}, false, &r->water},
	    {"strikes", {SL_GEOM_POINT, SL_GEOM_NONE}, true, &r->strikes},
	};
	struct sl_exposure_file f = {.crs = text_of(a, q, "crs", e),
	                             .columns = sl_str_from(text_of(a, q, "columns", e))};

	for (size_t i = 0; i < sizeof layers / sizeof *layers && !e->code; i++) {
		f.path = text_of(a, q, layers[i].name, e);
		f.wanted[0] = layers[i].wanted[0];
		f.wanted[1] = layers[i].wanted[1];
		f.dated = layers[i].dated;
		if (!f.path || (layers[i].rows == &r->population && sl_exposure_is_raster(f.path)))
			continue;
		if (sl_exposure_read(p, a, &f, layers[i].rows, e))
			return e->code;
	}
	return e->code;
}

static enum sl_code read_raster(struct sl_programme *p, struct sl_arena *a,
                                const struct sl_analysis_question *q, struct sl_exposure_results *r,
                                struct sl_err *e)
{
	struct sl_exposure_file f = {.path = text_of(a, q, "population", e), .crs = text_of(a, q, "crs", e)};
	const char *is = text_of(a, q, "population-is", e), *slash;

	if (e->code || !f.path || !sl_exposure_is_raster(f.path))
		return e->code;
	if (!is)
		return sl_fail(e, SL_INVALID,
		               "%s: say what its cells hold: --population-is counts (people) or density (people "
		               "per square kilometre)",
		               f.path);
	r->has_grid = true;
	r->density = *is == 'd';
	slash = strrchr(f.path, '/');
	r->grid_file = slash ? slash + 1 : f.path;
	return sl_exposure_raster(p, r->near, &f, r->density, r->within_m, r->n_bands, &r->grid, e);
}

static enum sl_code measure(struct sl_programme *p, struct sl_arena *a, struct sl_exposure_results *r,
                            const struct sl_exposure_rows *rows, struct sl_exposure *out, struct sl_err *e)
{
	struct sl_exposure_place *place = sl_arena_alloc(a, rows->n, sizeof *place, e);

	if (!place || !rows->n)
		return e->code;
	for (size_t i = 0; i < rows->n; i++)
		place[i] = (struct sl_exposure_place){rows->v[i].at, rows->v[i].people};
	return sl_exposure_of_places(a, p->env, r->near, r->hazards.n, place, rows->n, r->within_m, r->n_bands,
	                             out, e);
}

struct road {
	double m;
	struct sl_exposed near[SL_EXPOSURE_BANDS_MAX];
};
struct roads {
	const struct sl_exposure_results *r;
	struct road *road;
};

static enum sl_code measure_some(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct roads *x = ctx;

	(void)worker;
	(void)e;
	for (size_t i = first; i < last; i++) {
		const struct sl_geom *line = &x->r->roads.v[i].at;

		x->road[i].m = sl_geom_length_m(line);
		for (size_t k = 0; k < x->r->n_bands; k++)
			x->road[i].near[k] = sl_exposed_line(x->r->near, line, x->r->within_m[k]);
	}
	return SL_OK;
}

static enum sl_code measure_roads(struct sl_programme *p, struct sl_arena *a, struct sl_exposure_results *r,
                                  struct sl_err *e)
{
	struct roads x = {r, sl_arena_alloc(a, r->roads.n, sizeof *x.road, e)};

	if (!x.road || sl_parallel(p->env, r->roads.n, 16, measure_some, &x, e))
		return e->code;
	for (size_t i = 0; i < r->roads.n; i++) {
		r->roads_m += x.road[i].m;
		for (size_t k = 0; k < r->n_bands; k++)
			r->road_m[k].value += x.road[i].near[k].value;
	}
	return SL_OK;
}

static enum sl_code read_records(struct sl_programme *p, struct sl_arena *a, struct sl_exposure_results *r,
                                 struct sl_err *e)
{
	struct sl_exposure_rows settlements = {0};
	struct sl_geom *at;

	if (sl_exposure_hazards(p, a, &r->hazards, &r->every_hazard, e) ||
	    sl_exposure_place_records(p, a, &settlements, &r->provinces, e) ||
	    (r->strikes.n && sl_exposure_surveyed(p, a, &r->surveyed, e)))
		return e->code;
	if (!r->places.n)
		r->places = settlements;
	if (!r->hazards.n)
		return sl_fail(e, SL_INVALID,
		               "no hazard with a position is recorded that is neither closed nor withdrawn: there "
		               "is nothing to measure from");
	at = sl_arena_alloc(a, r->hazards.n, sizeof *at, e);
	for (size_t i = 0; at && i < r->hazards.n; i++)
		at[i] = r->hazards.v[i].at;
	return at ? sl_near_build(a, at, r->hazards.n, &r->near, e) : e->code;
}

static enum sl_code run(struct sl_programme *p, struct sl_arena *a, const struct sl_analysis_question *q,
                        struct sl_statement *out, struct sl_err *e)
{
	struct sl_exposure_results *r = sl_arena_alloc(a, 1, sizeof *r, e);
	double *within_m = r ? sl_arena_alloc(a, SL_EXPOSURE_BANDS_MAX, sizeof *within_m, e) : NULL;

	if (!within_m || read_distances(q, within_m, &r->n_bands, e) || read_layers(p, a, q, r, e))
		return e->code;
	r->within_m = within_m;
	r->today.day = (int32_t)(sl_env_now_ms(p->env) / 86400000);
	if (read_records(p, a, r, e) || read_raster(p, a, q, r, e))
		return e->code;
	if (!r->places.n && !r->population.n && !r->has_grid && !r->roads.n && !r->schools.n && !r->water.n &&
	    !r->strikes.n)
		return sl_fail(e, SL_INVALID,
		               "no settlement with a position is recorded and no layer was given: import places, "
		               "or give --places FILE");
	if (measure(p, a, r, &r->places, &r->of_places, e) ||
	    measure(p, a, r, &r->population, &r->of_population, e) ||
	    measure(p, a, r, &r->schools, &r->of_schools, e) || measure(p, a, r, &r->water, &r->of_water, e) ||
	    (r->places.n && sl_exposure_education(p, a, &r->places, &r->sessions, e)))
		return e->code;
	if (measure_roads(p, a, r, e))
		return e->code;
	sl_statement_begin(
	    out, a, "exposure/1", SL_TEXT("analysis", "Who and what lies beside hazards"),
	    "Distances of 0.5 to 1 km: PriSMA, Sri Lanka (GICHD brief 4); geodesics: C. F. F. Karney 2013, "
	    "doi:10.1007/s00190-012-0578-z");
	sl_exposure_say(out, r, e);
	return e->code || !r->strikes.n ? e->code : sl_exposure_say_strikes(out, p->env, r, e);
}

const struct sl_analysis sl_analysis_exposure = {
    .name = "exposure",
    .title = SL_TEXT("analysis", "Who and what lies beside hazards"),
    .says = SL_TEXT(
        "analysis",
        "People, places, roads, schools and water points near hazards, each counted once; places for risk "
        "education; strike records beside hazards and survey."),
    .parameter = parameters,
    .run = run,
};
