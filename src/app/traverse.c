#include "app/traverse.h"

#include "checks/check.h"
#include "geo/area.h"
#include "geo/numerals.h"
#include "geo/validity.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct reading {
	struct sl_arena *a;
	const struct sl_traverse_question *q;
	struct sl_traverse_answer *out;
	struct sl_err *e;
	size_t n_legs, room;
	bool has_start;
	struct sl_str legs_to[2]; /* the legs to the benchmark and to the start, walked when the declination is known */
};

/* "reference 13.5 102.7", "Reference: 13.5 102.7" */
static bool take_word(struct sl_str *line, const char *word)
{
	size_t n = sl_str_from(word).n;

	if (line->n <= n || !sl_str_is_nocase((struct sl_str){line->p, n}, word) ||
	    (line->p[n] != ' ' && line->p[n] != '\t' && line->p[n] != ':'))
		return false;
	*line = sl_str_trim((struct sl_str){line->p + n + 1, line->n - n - 1});
	return true;
}

static enum sl_code read_position(struct reading *r, struct sl_str text, const char *what, struct sl_coord *out)
{
	return sl_coord_parse(text, false, out, r->e) ? sl_err_within(r->e, "%s", what) : SL_OK;
}

/* A position where nothing leads there yet, else a leg. */
static enum sl_code read_point(struct reading *r, struct sl_str text, const char *what, bool leg_expected,
                               struct sl_coord *out, struct sl_str *leg)
{
	if (take_word(&text, "at") || !leg_expected)
		return read_position(r, text, what, out);
	*leg = text;
	return SL_OK;
}

static enum sl_code read_leg(struct reading *r, struct sl_str text, struct sl_leg *leg, const char *what)
{
	if (sl_leg_next(&text, leg) == SL_LEG_READ)
		return SL_OK;
	return sl_fail(r->e, SL_INVALID,
	               "%s: \"%.*s\" is not a leg: write a bearing of 0 to 360 degrees and a distance in metres, as in "
	               "45 120 or TP2: 45 120 slope 12",
	               what, SL_STR_ARG(leg->text));
}

static enum sl_code add_leg(struct reading *r, struct sl_str text)
{
	char what[40];

	if (r->n_legs == r->room) {
		size_t room = r->room ? 2 * r->room : 32;
		struct sl_leg *more = sl_arena_alloc(r->a, room, sizeof *more, r->e);

		if (!more)
			return r->e->code;
		if (r->n_legs)
			memcpy(more, r->out->leg, r->n_legs * sizeof *more);
		r->out->leg = more;
		r->room = room;
	}
	snprintf(what, sizeof what, "leg %zu", r->n_legs + 1);
	if (read_leg(r, text, &r->out->leg[r->n_legs], what))
		return r->e->code;
	r->n_legs++;
	return SL_OK;
}

static enum sl_code read_line(struct reading *r, struct sl_str line)
{
	struct sl_traverse_answer *out = r->out;

	if (take_word(&line, "reference")) {
		out->has_reference = true;
		return read_position(r, line, "reference", &out->reference);
	}
	if (take_word(&line, "benchmark")) {
		out->has_benchmark = true;
		return read_point(r, line, "benchmark", out->has_reference, &out->benchmark, &r->legs_to[0]);
	}
	if (take_word(&line, "start")) {
		r->has_start = true;
		return read_point(r, line, "start", out->has_reference || out->has_benchmark, &out->start, &r->legs_to[1]);
	}
	return add_leg(r, line);
}

static enum sl_code read_text(struct reading *r)
{
	char *plain = sl_arena_alloc(r->a, r->q->text.n + 1, 1, r->e);
	struct sl_str rest = {plain, plain ? sl_numerals_plain(r->q->text, plain) : 0};

	if (!plain)
		return r->e->code;
	while (rest.n) {
		size_t n = 0;
		struct sl_str line;

		while (n < rest.n && rest.p[n] != ';' && rest.p[n] != '\n')
			n++;
		line = sl_str_trim((struct sl_str){rest.p, n});
		n += n < rest.n;
		rest = (struct sl_str){rest.p + n, rest.n - n};
		if (line.n && line.p[0] != '#' && read_line(r, line))
			return r->e->code;
	}
	if (!r->has_start)
		return sl_fail(r->e, SL_INVALID, "traverse: no start point: write a line such as: start 13.5 102.7");
	if (!r->n_legs)
		return sl_fail(r->e, SL_INVALID, "traverse: there are no legs: write one a line, as in: TP1: 45 120");
	return SL_OK;
}

static enum sl_code find_declination(struct reading *r)
{
	struct sl_traverse_answer *out = r->out;
	const struct sl_traverse_question *q = r->q;
	const struct sl_coord *near = out->has_reference ? &out->reference
	                              : out->has_benchmark && !r->legs_to[0].n ? &out->benchmark
	                                                                       : &out->start;

	if (q->north != SL_NORTH_MAGNETIC)
		return SL_OK;
	if (!isnan(q->declination_deg)) {
		out->declination_deg = q->declination_deg;
		return fabs(q->declination_deg) <= 180
		           ? SL_OK
		           : sl_fail(r->e, SL_INVALID, "declination: %g is not between -180 and 180 degrees", q->declination_deg);
	}
	if (sl_date_is_none(q->date))
		return sl_fail(r->e, SL_INVALID,
		               "traverse: magnetic bearings need the date of the measurement, or the declination that was used");
	if (sl_magnetic_field(near->lat_deg, near->lon_deg, q->height_m, sl_decimal_year(q->date.day), &out->field, r->e))
		return r->e->code;
	out->declination_deg = out->field.declination_deg;
	return SL_OK;
}

static enum sl_code step(struct reading *r, struct sl_str text, const char *what, const struct sl_coord *from,
                         struct sl_coord *to)
{
	struct sl_station s;
	struct sl_leg leg;

	if (!text.n)
		return SL_OK;
	if (read_leg(r, text, &leg, what) ||
	    sl_traverse_step(from->lat_deg, from->lon_deg, r->q->north, r->out->declination_deg, &leg, &s, r->e))
		return r->e->code;
	*to = (struct sl_coord){.lat_deg = s.lat_deg, .lon_deg = s.lon_deg, .format = from->format};
	return SL_OK;
}

static enum sl_code warn(struct reading *r, const char *fmt, ...) SL_PRINTF(2, 3);
static enum sl_code warn(struct reading *r, const char *fmt, ...)
{
	char text[300];
	va_list args;
	int n;
	const char *kept;

	va_start(args, fmt);
	n = vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	kept = sl_arena_strndup(r->a, text, n < (int)sizeof text ? (size_t)n : sizeof text - 1, r->e);
	if (kept)
		r->out->warning[r->out->n_warnings++] = sl_str_from(kept);
	return r->e->code;
}

static enum sl_code warn_of_compass(struct reading *r)
{
	double h = r->out->field.horizontal_nt;

	if (!r->out->field.model || h >= SL_COMPASS_CAUTION_NT)
		return SL_OK;
	return warn(r, "The horizontal field is %.0f nT here: a compass is %s. Measure against another north.", h,
	            h < SL_COMPASS_BLACKOUT_NT ? "of no use" : "uncertain");
}

/* G07: where points are farther apart than a survey marker ought to be. */
static enum sl_code warn_of_legs(struct reading *r, const struct sl_check_limits *limit)
{
	const struct sl_traverse *t = &r->out->traverse;
	size_t over = 0, first = 0, far = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->station[i].distance_m > limit->leg_intermediate_m && !over++)
			first = i + 1;
		if (t->station[i].distance_m > limit->leg_max_m && !far)
			far = i + 1;
	}
	if (far && warn(r, "Leg %zu is longer than %g m: look whether a digit is too much. (G06)", far, limit->leg_max_m))
		return r->e->code;
	return over ? warn(r, "%zu leg%s longer than %g m, the first is leg %zu: set intermediate points. (G07)", over,
	                   over == 1 ? " is" : "s are", limit->leg_intermediate_m, first)
	            : SL_OK;
}

static enum sl_code warn_of_closure(struct reading *r)
{
	const struct sl_traverse *t = &r->out->traverse;

	if (t->misclosure_m <= r->out->allowed_m)
		return SL_OK;
	return warn(r,
	            "It ends %.2f m from the start, 1 part in %.0f; %.2f m are allowed: measure again before adjusting. (G14)",
	            t->misclosure_m, t->perimeter_m / t->misclosure_m, r->out->allowed_m);
}

static enum sl_code warn_of_shape(struct reading *r)
{
	const struct sl_traverse *t = &r->out->traverse;
	struct sl_geom ring;
	struct sl_validity valid;

	if (t->n < 3)
		return warn(r, "%zu leg%s bound%s no ground: a polygon needs three.", t->n, t->n == 1 ? "" : "s",
		            t->n == 1 ? "s" : "");
	if (sl_traverse_ring(r->a, r->out, false, &ring, r->e) || sl_geom_validity(&ring, &valid, r->e))
		return r->e->code;
	return valid.valid ? SL_OK
	                   : warn(r, "The outline crosses itself near %.6f %.6f: look at the order of the legs. (G01)",
	                          valid.lat, valid.lon);
}

enum sl_code sl_traverse_ring(struct sl_arena *a, const struct sl_traverse_answer *answer, bool adjusted,
                              struct sl_geom *out, struct sl_err *e)
{
	const struct sl_traverse *t = &answer->traverse;
	const struct sl_station *station = adjusted ? t->adjusted : t->station;
	struct sl_geom_builder b;

	*out = (struct sl_geom){0};
	if (t->n < 3) /* a line there and back */
		return SL_OK;
	sl_geom_build(&b, a, SL_GEOM_POLYGON);
	if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e) ||
	    sl_geom_add_point(&b, answer->start.lon_deg, answer->start.lat_deg, e))
		return e->code;
	for (size_t i = 0; i + 1 < t->n; i++) /* the last station is the start again */
		if (sl_geom_add_point(&b, station[i].lon_deg, station[i].lat_deg, e))
			return e->code;
	if (sl_geom_add_point(&b, answer->start.lon_deg, answer->start.lat_deg, e))
		return e->code;
	sl_geom_finish(&b, out);
	return SL_OK;
}

enum sl_code sl_traverse_answer(struct sl_arena *a, const struct sl_dictionary *dict,
                                const struct sl_traverse_question *q, struct sl_traverse_answer *out,
                                struct sl_err *e)
{
	struct reading r = {.a = a, .q = q, .out = out, .e = e};
	struct sl_check_context checks;
	struct sl_traverse *t = &out->traverse;

	*out = (struct sl_traverse_answer){0};
	if (read_text(&r) || find_declination(&r))
		return e->code;
	if (step(&r, r.legs_to[0], "benchmark", &out->reference, &out->benchmark) ||
	    step(&r, r.legs_to[1], "start", out->has_benchmark ? &out->benchmark : &out->reference, &out->start) ||
	    sl_traverse_walk(a, out->start.lat_deg, out->start.lon_deg, q->north, out->declination_deg, out->leg, r.n_legs, t,
	                     e))
		return e->code;
	out->back_m = sl_arena_alloc(a, t->n, sizeof *out->back_m, e);
	if (!out->back_m)
		return e->code;
	for (size_t i = 0; i < t->n; i++)
		out->back_m[i] = sl_distance_m(t->station[i].lon_deg, t->station[i].lat_deg, out->start.lon_deg,
		                               out->start.lat_deg);
	sl_check_context_init(&checks, dict, q->date);
	out->allowed_m =
	    fmin(checks.limit.traverse_closure_ratio * t->perimeter_m, checks.limit.traverse_closure_m);
	if (warn_of_compass(&r) || warn_of_legs(&r, &checks.limit) || warn_of_closure(&r) || warn_of_shape(&r))
		return e->code;
	return SL_OK;
}
