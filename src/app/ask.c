#include "app/ask.h"

#include "geo/area.h"
#include "geo/corridor.h"
#include "geo/overlay.h"
#include "geo/validity.h"
#include "ledger/timeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Half-widths of the boxes searched, degrees: most places answer in the first. */
static const double reach_deg[] = {0.01, 0.1, 1.0};
/* No position of a plot, and no corner of an outline, is known better than this: a place nearer to recorded land is
 * answered as one on it.  "Not covered by any record, the nearest hazard is 0 m away" would be true, and could kill. */
static const double as_good_as_on_it_m = 1;

struct near_list {
	struct sl_arena *a;
	const struct sl_geom *place; /* a point or a parcel */
	double lon, lat;
	struct sl_ask_record *v;
	size_t n, cap;
	int64_t *land; /* record numbers of hazards and releases */
	size_t n_land, cap_land;
	int64_t nearest; /* record number of the nearest hazard standing; 0: none */
	struct sl_geom *survey; /* outlines of surveys and clearance that share ground with the parcel */
	size_t n_survey, cap_survey;
	struct sl_ask_answer *out;
};

static enum sl_code copy_text(struct sl_arena *a, struct sl_str from, struct sl_str *to, struct sl_err *e)
{
	char *copy = sl_str_dup(a, from, e);

	if (!copy)
		return e->code;
	*to = (struct sl_str){copy, from.n};
	return SL_OK;
}

/* Of an outline that is not valid the proposed repair is measured: it is what the land account counts. */
static enum sl_code shared_ground(const struct sl_geom *place, const struct sl_geom *g, double *m2, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_validity valid;
	struct sl_geom mended = *g;

	if (!sl_geom_validity(g, &valid, e) && (valid.valid || !sl_geom_repair(&a, g, &mended, e)))
		(void)!sl_overlay_area_m2(&mended, place, m2, e);
	sl_arena_done(&a);
	return e->code;
}

/* Distance between the place and a geometry, 0 on common ground. */
static enum sl_code distance_to(const struct near_list *l, const struct sl_geom *g, double *m, double *shared,
                                struct sl_err *e)
{
	*shared = 0;
	if (l->place->type == SL_GEOM_POINT) {
		*m = sl_geom_distance_m(g, l->lon, l->lat);
		*m = *m < as_good_as_on_it_m ? 0 : *m;
		return SL_OK;
	}
	*m = sl_geom_apart_m(l->place, g);
	return *m <= 0 && g->type == SL_GEOM_POLYGON ? shared_ground(l->place, g, shared, e) : SL_OK;
}

static bool is_land(const struct sl_kind *k)
{
	return sl_str_is(k->name, "hazard") || sl_str_is(k->name, "release");
}

static bool is_survey(const struct sl_record *rec)
{
	static const char *const types[] = {"NTS", "TS", "CLR", "BAC"};

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (sl_record_has_code(rec, "type", types[i]))
			return true;
	return false;
}

static enum sl_code keep_survey(struct near_list *l, const struct sl_geom *g, struct sl_err *e)
{
	struct sl_validity valid;
	struct sl_geom copy;

	if (g->type != SL_GEOM_POLYGON || sl_geom_validity(g, &valid, e) ||
	    (valid.valid ? sl_geom_copy(l->a, g, &copy, e) : sl_geom_repair(l->a, g, &copy, e)) ||
	    copy.type != SL_GEOM_POLYGON)
		return e->code;
	l->survey = sl_arena_grow(l->a, l->survey, &l->cap_survey, l->n_survey + 1, sizeof *l->survey, e);
	if (l->survey)
		l->survey[l->n_survey++] = copy;
	return e->code;
}

static enum sl_code take_near(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                              struct sl_err *e)
{
	struct near_list *l = ctx;
	struct sl_ask_record r = {.kind = rev->kind->name, .date = rev->effective};

	if (sl_str_is(rev->kind->name, "place") || sl_str_is(rev->kind->name, "task"))
		return SL_OK;
	if (distance_to(l, &rec->geometry, &r.distance_m, &r.m2, e) || copy_text(l->a, rev->identity, &r.id, e) ||
	    copy_text(l->a, sl_record_text(rec, "name"), &r.name, e))
		return e->code;
	if (is_land(rev->kind)) {
		l->land = sl_arena_grow(l->a, l->land, &l->cap_land, l->n_land + 1, sizeof *l->land, e);
		if (!l->land)
			return e->code;
		l->land[l->n_land++] = rev->record_number;
		if (sl_str_is(rev->kind->name, "hazard") && rec->geometry.type == SL_GEOM_POINT)
			l->out->n_without_boundary++;
	}
	if (sl_str_is(rev->kind->name, "activity")) {
		if (!is_survey(rec) || r.distance_m > 0)
			return SL_OK;
		if (sl_date_is_none(l->out->last_survey) || r.date.day > l->out->last_survey.day) {
			l->out->last_survey = r.date;
			l->out->last_survey_id = r.id;
		}
		if (r.m2 > 0 && keep_survey(l, &rec->geometry, e))
			return e->code;
	}
	l->v = sl_arena_grow(l->a, l->v, &l->cap, l->n + 1, sizeof *l->v, e);
	if (!l->v)
		return e->code;
	l->v[l->n++] = r;
	return SL_OK;
}

/* Faces of the land around, with their state today. */
static enum sl_code judge_land(struct sl_programme *p, struct near_list *l, struct sl_err *e)
{
	struct sl_ask_answer *out = l->out;
	struct sl_land_event *rows;
	struct sl_ledger ledger = {0};
	struct sl_timeline t;
	size_t n;

	if (sl_store_land_events_of(p->db, l->a, l->land, l->n_land, &rows, &n, e) ||
	    sl_ledger_local(&ledger, p->db, rows, n, e) || sl_timeline_init(&t, l->a, &ledger, INT64_MAX, e))
		goto done;
	for (uint32_t c = 0; c < ledger.n_clusters && !e->code; c++) {
		struct sl_geom *geometry;

		if (ledger.cluster[c].dead)
			continue;
		if (sl_ledger_geometry(&ledger, p->db, c, l->a, &geometry, e))
			goto done;
		for (uint32_t i = 0; i < ledger.cluster[c].n_faces; i++) {
			const struct sl_ledger_face *f = &ledger.face[ledger.cluster[c].face + i];
			struct sl_face_story story = {0};
			enum sl_land_state state;
			double m, shared;

			if (sl_face_story(&t, &ledger.cover[f->cover], f->n_cover, out->as_of.day, l->a, &story, e))
				goto done;
			state = sl_story_state(&story);
			if (state == SL_STATE_NONE)
				continue;
			if (distance_to(l, &geometry[i], &m, &shared, e))
				goto done;
			if (m <= 0) {
				out->state_m2[state] += shared;
				if (state > out->state)
					out->state = state;
			}
			if (state >= SL_STATE_SHA && m < out->nearest.distance_m) {
				for (size_t k = 0; k < story.n_slots; k++)
					if (story.active[k])
						l->nearest = story.slot_record[k];
				out->nearest.distance_m = m;
			}
		}
	}
done:
	sl_ledger_close(&ledger);
	return e->code;
}

static int by_distance(const void *pa, const void *pb)
{
	const struct sl_ask_record *a = pa, *b = pb;

	if (a->distance_m != b->distance_m)
		return a->distance_m < b->distance_m ? -1 : 1;
	return sl_str_cmp(a->id, b->id);
}

static enum sl_code name_nearest(struct sl_programme *p, struct near_list *l, struct sl_err *e)
{
	struct sl_ask_record *r = &l->out->nearest;
	struct sl_revision rev;
	struct sl_record rec;

	if (!l->nearest) {
		*r = (struct sl_ask_record){0};
		return SL_OK;
	}
	if (sl_store_by_number(p->db, l->a, l->nearest, &rev, &rec, e))
		return e->code;
	r->kind = rev.kind->name;
	r->date = rev.effective;
	r->name = sl_record_text(&rec, "name");
	return copy_text(l->a, rev.identity, &r->id, e);
}

/* How much of the parcel was ever worked on: the parcel without what no outline of such work covers. */
static enum sl_code judge_survey(struct near_list *l, const struct sl_geom *place, struct sl_err *e)
{
	const struct sl_geom **out = sl_arena_alloc(l->a, l->n_survey + 1, sizeof *out, e);
	struct sl_ground left;

	if (!out)
		return e->code;
	for (size_t i = 0; i < l->n_survey; i++)
		out[i] = &l->survey[i];
	if (!l->n_survey || sl_overlay_ground(&place, 1, out, l->n_survey, 0, &left, e))
		return e->code;
	l->out->surveyed_m2 = fmax(0, l->out->parcel_m2 - left.m2);
	return SL_OK;
}

/* Look wider until land recorded as hazardous is found, or far enough. */
static enum sl_code ask(struct sl_programme *p, struct sl_arena *a, const struct sl_geom *place,
                        struct sl_ask_answer *out, struct sl_err *e)
{
	struct sl_box around = sl_geom_box(place);
	struct sl_ask_answer first = *out;
	struct near_list l = {0};

	for (size_t i = 0; i < sizeof reach_deg / sizeof *reach_deg; i++) {
		double reach = reach_deg[i];
		struct sl_box box = {around.x0 - reach, around.y0 - reach, around.x1 + reach, around.y1 + reach};

		*out = first;
		out->searched_m = sl_distance_m(around.x0, around.y1, box.x0, around.y1);
		out->nearest.distance_m = out->searched_m;
		l = (struct near_list){.a = a, .place = place, .lon = place->xy[0], .lat = place->xy[1], .out = out};
		if (sl_store_near(p->db, NULL, box, take_near, &l, e) || judge_land(p, &l, e))
			return e->code;
		if (l.nearest)
			break;
	}
	if (l.n)
		qsort(l.v, l.n, sizeof *l.v, by_distance);
	out->record = l.v;
	out->n_records = l.n;
	out->shape = *place;
	return judge_survey(&l, place, e) ? e->code : name_nearest(p, &l, e);
}

static enum sl_code dated(struct sl_programme *p, struct sl_ask_answer *out, struct sl_err *e)
{
	*out = (struct sl_ask_answer){.known_ms = sl_env_now_ms(p->env), .last_survey = sl_date_none()};
	out->as_of = (struct sl_date){(int32_t)(out->known_ms / 86400000)};
	return sl_store_newest(p->db, &out->version, e);
}

enum sl_code sl_ask_point(struct sl_programme *p, struct sl_arena *a, double lat, double lon,
                          struct sl_ask_answer *out, struct sl_err *e)
{
	struct sl_geom_builder b;
	struct sl_geom place;

	if (!(fabs(lat) <= 90 && fabs(lon) <= 180))
		return sl_fail(e, SL_INVALID, "latitude %g longitude %g is nowhere on earth; latitude comes first", lat, lon);
	sl_geom_build(&b, a, SL_GEOM_POINT);
	if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e) || sl_geom_add_point(&b, lon, lat, e))
		return e->code;
	sl_geom_finish(&b, &place);
	if (dated(p, out, e))
		return e->code;
	out->lat = lat;
	out->lon = lon;
	return ask(p, a, &place, out, e);
}

/* `out` is dated and knows whether it is a route. */
static enum sl_code ask_ground(struct sl_programme *p, struct sl_arena *a, const struct sl_geom *ground,
                               struct sl_ask_answer *out, struct sl_err *e)
{
	double known = 0;

	out->parcel = true;
	out->parcel_m2 = sl_geom_area_m2(ground);
	if (ask(p, a, ground, out, e))
		return e->code;
	for (int s = SL_STATE_CANCELLED; s < SL_STATES; s++)
		known += out->state_m2[s];
	out->state_m2[SL_STATE_NONE] = fmax(0, out->parcel_m2 - known);
	return SL_OK;
}

enum sl_code sl_ask_parcel(struct sl_programme *p, struct sl_arena *a, const struct sl_geom *parcel,
                           struct sl_ask_answer *out, struct sl_err *e)
{
	struct sl_validity valid;

	if (parcel->type != SL_GEOM_POLYGON || !sl_geom_in_range(parcel))
		return sl_fail(e, SL_INVALID, "the parcel is no polygon in longitude and latitude");
	if (sl_geom_validity(parcel, &valid, e))
		return e->code;
	if (!valid.valid)
		return sl_fail(e, SL_INVALID, "the parcel's boundary is not valid (%s near %.7f %.7f); draw it again",
		               valid.reason, valid.lat, valid.lon);
	return dated(p, out, e) ? e->code : ask_ground(p, a, parcel, out, e);
}

enum sl_code sl_ask_route(struct sl_programme *p, struct sl_arena *a, const struct sl_geom *line, double width_m,
                          struct sl_ask_answer *out, struct sl_err *e)
{
	struct sl_geom ground;
	double slack_m;

	if (sl_corridor(a, line, width_m, &ground, &slack_m, e) || dated(p, out, e))
		return e->code;
	out->route = true;
	out->line = *line;
	out->route_m = sl_geom_length_m(line);
	out->width_m = width_m;
	out->slack_m = slack_m;
	return ask_ground(p, a, &ground, out, e);
}

enum sl_code sl_ask(struct sl_programme *p, struct sl_arena *a, const struct sl_question *q,
                    struct sl_ask_answer *out, struct sl_err *e)
{
	if (q->at_point)
		return sl_ask_point(p, a, q->lat, q->lon, out, e);
	return q->sort == SL_ASKED_ROUTE ? sl_ask_route(p, a, &q->shape, q->width_m, out, e)
	                                 : sl_ask_parcel(p, a, &q->shape, out, e);
}
