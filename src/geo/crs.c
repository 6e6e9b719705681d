#include "geo/crs.h"

#include "geo/proj_error.h"

#include <math.h>
#include <proj.h>
#include <string.h>

enum { DEFINITION_MAX = 100000 };

struct sl_crs {
	PJ_CONTEXT *ctx;
	PJ *to_wgs84; /* NULL when it is WGS 84 already */
	const char *name, *identifier;
	double accuracy_m;
	bool lacks_datum_shift;
};

static void close_context(void *p)
{
	proj_context_destroy(p);
}

static void close_pj(void *p)
{
	proj_destroy(p);
}

/* Hand `pj` to the arena; NULL with an error when there is none. */
static PJ *keep(struct sl_arena *a, PJ *pj, struct sl_err *e)
{
	return pj && sl_arena_defer(a, close_pj, pj, e) == SL_OK ? pj : NULL;
}

/* The definition as PROJ wants it: a PROJ string must say that it is a CRS and not an operation. */
static const char *terminated(struct sl_arena *a, struct sl_str definition, struct sl_err *e)
{
	const char *text;

	definition = sl_str_trim(definition);
	if (!definition.n) {
		sl_fail(e, SL_INVALID, "no coordinate reference system is given; name one like EPSG:32648");
		return NULL;
	}
	if (definition.n > DEFINITION_MAX || memchr(definition.p, 0, definition.n)) {
		sl_fail(e, SL_INVALID, "the coordinate reference system is no text that PROJ could know");
		return NULL;
	}
	text = sl_str_dup(a, definition, e);
	if (text && (strstr(text, "+proj=") || !strncmp(text, "proj=", 5)) && !strstr(text, "type=crs"))
		text = sl_arena_printf(a, e, "%s +type=crs", text);
	return text;
}

static const char *identifier_of(struct sl_arena *a, const PJ *crs, const char *definition,
                                 struct sl_err *e)
{
	const char *authority = proj_get_id_auth_name(crs, 0), *code = proj_get_id_code(crs, 0);

	if (authority && code)
		return sl_arena_printf(a, e, "%s:%s", authority, code);
	return definition;
}

/* PROJ picks among several transformations by place, so the stated accuracy is that of the one it takes
 * in the middle of the system's area of use. */
static double accuracy_in_the_middle(const struct sl_crs *crs, const PJ *source)
{
	double west, south, east, north, accuracy = -1;
	PJ_COORD middle;
	PJ *used;

	if (!proj_get_area_of_use(crs->ctx, source, &west, &south, &east, &north, NULL) || west < -180) {
		PJ_PROJ_INFO info = proj_pj_info(crs->to_wgs84);

		return info.accuracy;
	}
	if (east < west)
		east += 360;
	middle = proj_coord((west + east) / 2, (south + north) / 2, 0, 0);
	middle = proj_trans(crs->to_wgs84, PJ_INV, middle);
	if (middle.xy.x == HUGE_VAL)
		return -1;
	proj_trans(crs->to_wgs84, PJ_FWD, middle);
	used = proj_trans_get_last_used_operation(crs->to_wgs84);
	if (used) {
		accuracy = proj_coordoperation_get_accuracy(crs->ctx, used);
		proj_destroy(used);
	}
	return accuracy;
}

static enum sl_code make_transformation(struct sl_arena *a, struct sl_crs *crs, PJ *source, PJ *wgs84,
                                        struct sl_err *e)
{
	/* Without this PROJ leaves out the datum shift, some 400 m in Indochina, wherever a point lies outside
	 * the area that the transformation was published for. */
	const char *const no_ballpark[] = {"ALLOW_BALLPARK=NO", NULL};
	PJ *plain, *normal;

	plain = proj_create_crs_to_crs_from_pj(crs->ctx, source, wgs84, NULL, no_ballpark);
	/* A system of unknown datum has nothing better; its accuracy is then unknown, and said so. */
	if (!plain) {
		plain = proj_create_crs_to_crs_from_pj(crs->ctx, source, wgs84, NULL, NULL);
		crs->lacks_datum_shift = true;
	}
	if (!plain)
		return sl_proj_fail(crs->ctx, e, "PROJ has no way from this system to WGS 84");
	normal = proj_normalize_for_visualization(crs->ctx, plain);
	proj_destroy(plain);
	if (!normal)
		return sl_proj_fail(crs->ctx, e, "PROJ cannot put this system's axes in the order east, north");
	crs->to_wgs84 = keep(a, normal, e);
	return crs->to_wgs84 ? SL_OK : e->code;
}

static bool is_position_on_the_map(PJ_CONTEXT *ctx, PJ *crs)
{
	PJ_TYPE type = proj_get_type(crs);
	PJ *base;
	bool yes;

	switch (type) {
	case PJ_TYPE_GEOGRAPHIC_2D_CRS:
	case PJ_TYPE_GEOGRAPHIC_3D_CRS:
	case PJ_TYPE_PROJECTED_CRS:
		return true;
	case PJ_TYPE_COMPOUND_CRS:
		base = proj_crs_get_sub_crs(ctx, crs, 0);
		break;
	case PJ_TYPE_BOUND_CRS:
		base = proj_get_source_crs(ctx, crs);
		break;
	default:
		return false;
	}
	yes = base && is_position_on_the_map(ctx, base);
	proj_destroy(base);
	return yes;
}

enum sl_code sl_crs_open(struct sl_arena *a, struct sl_str definition, struct sl_crs **out,
                         struct sl_err *e)
{
	struct sl_crs *crs = sl_arena_alloc(a, 1, sizeof *crs, e);
	const char *text = crs ? terminated(a, definition, e) : NULL, *name;
	PJ *source, *wgs84;

	if (!text || !(crs->ctx = sl_proj_context(e)) || sl_arena_defer(a, close_context, crs->ctx, e))
		return e->code;
	source = proj_create(crs->ctx, text);
	if (!source) {
		sl_proj_fail(crs->ctx, e, "not a coordinate reference system that PROJ knows");
		return sl_err_within(e, "%.100s", text);
	}
	if (!(source = keep(a, source, e)))
		return e->code;
	if (!is_position_on_the_map(crs->ctx, source))
		return sl_fail(e, SL_INVALID, "%.100s: not a system of positions on the map (geographic or projected)",
		               text);
	wgs84 = proj_create(crs->ctx, "EPSG:4326");
	if (!wgs84)
		return sl_proj_fail(crs->ctx, e, "PROJ's database (proj.db) is missing; install proj-data");
	if (!(wgs84 = keep(a, wgs84, e)))
		return e->code;
	name = proj_get_name(source);
	crs->name = sl_arena_printf(a, e, "%s", name && *name && strcmp(name, "unknown") ? name : text);
	crs->identifier = crs->name ? identifier_of(a, source, text, e) : NULL;
	if (!crs->identifier)
		return e->code;
	if (!proj_is_equivalent_to_with_ctx(crs->ctx, source, wgs84,
	                                    PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS)) {
		if (make_transformation(a, crs, source, wgs84, e))
			return sl_err_within(e, "%.100s", text);
		crs->accuracy_m = accuracy_in_the_middle(crs, source);
	}
	*out = crs;
	return SL_OK;
}

bool sl_crs_is_wgs84(const struct sl_crs *crs)
{
	return !crs->to_wgs84;
}

const char *sl_crs_name(const struct sl_crs *crs)
{
	return crs->name;
}

const char *sl_crs_identifier(const struct sl_crs *crs)
{
	return crs->identifier;
}

double sl_crs_accuracy_m(const struct sl_crs *crs)
{
	return crs->accuracy_m;
}

bool sl_crs_lacks_datum_shift(const struct sl_crs *crs)
{
	return crs->lacks_datum_shift;
}

static enum sl_code transform(struct sl_crs *crs, const struct sl_geom *g, double *xy, struct sl_err *e)
{
	const size_t stride = 2 * sizeof *xy;

	proj_errno_reset(crs->to_wgs84);
	proj_trans_generic(crs->to_wgs84, PJ_FWD, xy, stride, g->n_points, xy + 1, stride, g->n_points, NULL, 0,
	                   0, NULL, 0, 0);
	for (size_t i = 0; i < g->n_points; i++)
		if (!(fabs(xy[2 * i]) <= 180) || !(fabs(xy[2 * i + 1]) <= 90))
			return sl_fail(e, SL_INVALID,
			               "point %zu (%.10g %.10g) has no place on the Earth in %s; "
			               "is it the right system, and x before y?",
			               i + 1, g->xy[2 * i], g->xy[2 * i + 1], crs->name);
	return SL_OK;
}

enum sl_code sl_crs_to_wgs84(struct sl_crs *crs, struct sl_geom *g, struct sl_err *e)
{
	struct sl_buf copy = {0};
	size_t bytes = g->n_points * 2 * sizeof *g->xy;
	enum sl_code code;

	if (!crs->to_wgs84 || !g->n_points)
		return SL_OK;
	sl_buf_add(&copy, g->xy, bytes);
	code = sl_buf_check(&copy, e);
	if (!code)
		code = transform(crs, g, (double *)(void *)copy.p, e);
	if (!code)
		memcpy(g->xy, copy.p, bytes);
	sl_buf_done(&copy);
	return code;
}

enum sl_code sl_crs_from_wgs84(struct sl_crs *crs, struct sl_geom *g, struct sl_err *e)
{
	const size_t stride = 2 * sizeof *g->xy;
	struct sl_buf copy = {0};
	double *xy;

	if (!crs->to_wgs84 || !g->n_points)
		return SL_OK;
	sl_buf_add(&copy, g->xy, g->n_points * stride);
	if (sl_buf_check(&copy, e))
		return e->code;
	xy = (double *)(void *)copy.p;
	proj_errno_reset(crs->to_wgs84);
	proj_trans_generic(crs->to_wgs84, PJ_INV, xy, stride, g->n_points, xy + 1, stride, g->n_points, NULL, 0, 0,
	                   NULL, 0, 0);
	for (size_t i = 0; i < g->n_points && !e->code; i++)
		if (!isfinite(xy[2 * i]) || !isfinite(xy[2 * i + 1]))
			sl_fail(e, SL_INVALID, "point %zu (%.10g %.10g) has no place in %s", i + 1, g->xy[2 * i],
			        g->xy[2 * i + 1], crs->name);
	if (!e->code)
		memcpy(g->xy, xy, g->n_points * stride);
	sl_buf_done(&copy);
	return e->code;
}
