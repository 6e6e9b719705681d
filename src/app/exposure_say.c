/* What exposure says. */
#include "app/exposure_parts.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS_MAX = 500, SHAPES_MAX = 5000 };

static const char people[] = SL_TEXT("analysis-unit", "people");
static const char metres[] = SL_TEXT("analysis-unit", "m");
static const char kilometres[] = SL_TEXT("analysis-unit", "km");

static void figure(struct sl_statement *s, const char *name, const char *label, const char *unit,
                   double value, uint8_t decimals, const char *source, struct sl_err *e)
{
	sl_statement_figure(s,
	                    (struct sl_quantity){.name = name,
	                                         .label = label,
	                                         .unit = unit,
	                                         .value = value,
	                                         .decimals = decimals,
	                                         .source = sl_str_from(source)},
	                    e);
}

/* Nobody's number known is unknown, not 0. */
static double known(const struct sl_exposure_sum *sum)
{
	return sum->places && sum->unknown == sum->places ? (double)NAN : sum->people.value;
}

/* ---- by distance ---- */

enum column {
	DISTANCE,
	PLACES,
	UNKNOWN,
	PEOPLE,
	PEOPLE_LOW,
	PEOPLE_HIGH,
	LAYER,
	LAYER_LOW,
	LAYER_HIGH,
	ROADS,
	SCHOOLS,
	WATER,
	COLUMNS
};
static const struct sl_statement_column by_distance[COLUMNS] = {
    {"within_m", SL_TEXT("analysis", "Within"), metres, true,
     0}, /* text: the last is no distance, and not unknown */
    {"places", SL_TEXT("analysis", "Places"), NULL, false, 0},
    {"places_unknown", SL_TEXT("analysis", "of them with a number of people that is not known"), NULL,
     false, 0},
    {"people", SL_TEXT("analysis", "People in the others"), people, false, 0},
    {"people_low", SL_TEXT("analysis", "at least"), people, false, 0},
    {"people_high", SL_TEXT("analysis", "at most"), people, false, 0},
    {"population", SL_TEXT("analysis", "People by the population layer"), people, false, 0},
    {"population_low", SL_TEXT("analysis", "at least"), people, false, 0},
    {"population_high", SL_TEXT("analysis", "at most"), people, false, 0},
    {"roads_km", SL_TEXT("analysis", "Roads"), kilometres, false, 1},
    {"schools", SL_TEXT("analysis", "Schools"), NULL, false, 0},
    {"water", SL_TEXT("analysis", "Water points"), NULL, false, 0},
};

static bool has_column(const struct sl_exposure_results *r, enum column c)
{
	switch (c) {
	case DISTANCE: return true;
	case LAYER:
	case LAYER_LOW:
	case LAYER_HIGH: return r->population.n || r->has_grid;
	case ROADS: return r->roads.n;
	case SCHOOLS: return r->schools.n;
	case WATER: return r->water.n;
	default: return r->places.n;
	}
}

/* `band` == n_bands: all there is, near or not. */
static double in_column(const struct sl_exposure_results *r, enum column c, size_t band)
{
	bool all = band == r->n_bands;
	const struct sl_exposure_sum *p = all ? &r->of_places.all : &r->of_places.band[band];
	const struct sl_exposure_sum *l = all ? &r->of_population.all : &r->of_population.band[band];
	struct sl_exposed whole = {r->grid.people, r->grid.people, r->grid.people}, of_layer;

	of_layer = !r->has_grid ? l->people : all ? whole : r->grid.near[band];
	switch (c) {
	case PLACES: return (double)p->places;
	case UNKNOWN: return (double)p->unknown;
	case PEOPLE: return known(p);
	case PEOPLE_LOW: return isnan(known(p)) ? (double)NAN : p->people.low;
	case PEOPLE_HIGH: return isnan(known(p)) ? (double)NAN : p->people.high;
	case LAYER: return !r->has_grid ? known(l) : of_layer.value;
	case LAYER_LOW: return !r->has_grid && isnan(known(l)) ? (double)NAN : of_layer.low;
	case LAYER_HIGH: return !r->has_grid && isnan(known(l)) ? (double)NAN : of_layer.high;
	case ROADS: return (all ? r->roads_m : r->road_m[band].value) / 1000;
	case SCHOOLS: return (double)(all ? r->of_schools.all.places : r->of_schools.band[band].places);
	case WATER: return (double)(all ? r->of_water.all.places : r->of_water.band[band].places);
	default: return NAN;
	}
}

/* A number in a column of texts; empty after a failure. */
static struct sl_str number_text(struct sl_arena *a, double x, struct sl_err *e)
{
	char digits[32];
	size_t n = sl_double_text(x, digits);
	const char *copy = sl_arena_strndup(a, digits, n, e);

	return (struct sl_str){copy ? copy : "", copy ? n : 0};
}

static void say_distances(struct sl_statement *s, const struct sl_exposure_results *r, struct sl_err *e)
{
	struct sl_statement_column *column = sl_arena_alloc(s->a, COLUMNS, sizeof *column, e);
	enum column what[COLUMNS];
	struct sl_statement_table *t;
	size_t n = 0;

	if (!column)
		return;
	for (enum column c = DISTANCE; c < COLUMNS; c++)
		if (has_column(r, c)) {
			column[n] = by_distance[c];
			what[n++] = c;
		}
	t = sl_statement_table(
	    s, "distances",
	    SL_TEXT("analysis",
	            "Near a hazard, each counted once however many hazards are near; the last row is all "
	            "there is, near or not"),
	    column, n, e);
	for (size_t band = 0; t && band <= r->n_bands; band++) {
		struct sl_statement_cell *cell = sl_statement_row(s, t, e);

		for (size_t i = 1; cell && i < n; i++)
			cell[i].number = in_column(r, what[i], band);
		if (cell)
			cell[0].text =
			    band == r->n_bands ? SL_STR("\xe2\x88\x9e") : number_text(s->a, r->within_m[band], e);
	}
}

/* ---- by hazard ---- */

static const struct sl_statement_column by_hazard[] = {
    {"hazard", SL_TEXT("analysis", "Hazard"), NULL, true, 0},
    {"nearest_place", SL_TEXT("analysis", "Nearest place"), NULL, true, 0},
    {"distance_m", SL_TEXT("analysis", "Distance"), metres, false, 0},
    {"places", SL_TEXT("analysis", "Places within the widest distance"), NULL, false, 0},
    {"people", SL_TEXT("analysis", "People in them, where known"), people, false, 0},
    {"places_unknown", SL_TEXT("analysis", "of the places with a number of people that is not known"), NULL,
     false, 0},
};

struct order {
	size_t i;
	double key[4];
};

static int by_keys(const void *pa, const void *pb)
{
	const struct order *a = pa, *b = pb;

	for (int k = 0; k < 4; k++)
		if (a->key[k] != b->key[k])
			return a->key[k] < b->key[k] ? -1 : 1;
	return (a->i > b->i) - (a->i < b->i);
}

static struct sl_str shown(const struct sl_exposure_row *row)
{
	return row->name.n ? row->name : row->id.n ? row->id : row->uuid;
}

static struct sl_str hazard_shown(const struct sl_exposure_row *row)
{
	return row->id.n ? row->id : row->uuid;
}

/* Nobody known to live in any of the places is unknown. */
static double people_of(const struct sl_exposure_of_hazard *h, size_t band)
{
	return h->unknown[band] && h->unknown[band] == h->places[band] ? (double)NAN : h->people[band];
}

static void say_hazards(struct sl_statement *s, const struct sl_exposure_results *r, struct sl_err *e)
{
	size_t band = r->n_bands - 1, n = 0, rows;
	struct order *order = sl_arena_alloc(s->a, r->hazards.n, sizeof *order, e);
	struct sl_statement_table *t;

	for (size_t i = 0; order && i < r->hazards.n; i++) {
		const struct sl_exposure_of_hazard *h = &r->of_places.hazard[i];

		if (h->places[band])
			order[n++] = (struct order){i, {-h->people[band], -(double)h->unknown[band], h->m, 0}};
	}
	if (!order)
		return;
	qsort(order, n, sizeof *order, by_keys);
	rows = n < ROWS_MAX ? n : ROWS_MAX;
	t = sl_statement_table(
	    s, "hazards",
	    SL_TEXT("analysis",
	            "Hazards with places near; a place near several counts with each of them, so the "
	            "rows overlap and are not to be added up"),
	    by_hazard, sizeof by_hazard / sizeof *by_hazard, e);
	for (size_t i = 0; t && i < rows; i++) {
		const struct sl_exposure_of_hazard *h = &r->of_places.hazard[order[i].i];
		const struct sl_exposure_row *hazard = &r->hazards.v[order[i].i], *place = &r->places.v[h->place];
		struct sl_statement_cell *cell = sl_statement_row(s, t, e);

		if (!cell)
			return;
		cell[0].text = hazard_shown(hazard);
		cell[0].record = hazard->uuid;
		cell[1].text = shown(place);
		cell[1].record = place->uuid;
		cell[2].number = h->m;
		cell[3].number = h->places[band];
		cell[4].number = people_of(h, band);
		cell[5].number = h->unknown[band];
	}
	if (n > rows)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "The list of hazards shows {shown} of {all}: those with most people near."),
		    SL_SAID({"shown", .number = (double)rows}, {"all", .number = (double)n}), e);
	s->shape_label = SL_TEXT("analysis", "People in places within the widest distance, where known");
	s->shape_unit = people;
	for (size_t i = 0; i < n && i < SHAPES_MAX; i++) {
		const struct sl_exposure_row *hazard = &r->hazards.v[order[i].i];

		sl_statement_shape(
		    s,
		    (struct sl_statement_shape){.geometry = &hazard->at,
		                                .name = hazard_shown(hazard),
		                                .record = hazard->uuid,
		                                .value = people_of(&r->of_places.hazard[order[i].i], band),
		                                .low = NAN,
		                                .high = NAN},
		    e);
	}
}

/* ---- villages for risk education ---- */

static const struct sl_statement_column by_village[] = {
    {"place", SL_TEXT("analysis", "Place"), NULL, true, 0},
    {"last_session", SL_TEXT("analysis", "Last session"), NULL, true, 0},
    {"days", SL_TEXT("analysis", "Days since"), SL_TEXT("analysis-unit", "days"), true,
     0}, /* empty: never, or no date */
    {"sessions", SL_TEXT("analysis", "Sessions"), NULL, false, 0},
    {"nearest_hazard", SL_TEXT("analysis", "Nearest hazard"), NULL, true, 0},
    {"distance_m", SL_TEXT("analysis", "Distance"), metres, false, 0},
    {"hazards", SL_TEXT("analysis", "Hazards within the widest distance"), NULL, false, 0},
    {"people", SL_TEXT("analysis", "People"), people, false, 0},
};

/* Which of the distances it is within. */
static double band_of(const struct sl_exposure_results *r, double m)
{
	size_t k = 0;

	while (k < r->n_bands && m > r->within_m[k])
		k++;
	return m <= 0 ? -1 : (double)k;
}

static void put_village(struct sl_statement *s, struct sl_statement_table *t,
                        const struct sl_exposure_results *r, size_t i, struct sl_err *e)
{
	const struct sl_exposure_of_place *p = &r->of_places.place[i];
	const struct sl_exposure_row *place = &r->places.v[i], *hazard = &r->hazards.v[p->hazard];
	struct sl_date last = r->sessions.n ? r->sessions.last[i] : sl_date_none();
	struct sl_statement_cell *cell = sl_statement_row(s, t, e);
	char text[11], *copy;

	if (!cell)
		return;
	cell[0].text = shown(place);
	cell[0].record = place->uuid;
	if (!sl_date_is_none(last)) {
		sl_date_text(last, text);
		if (!(copy = sl_arena_printf(s->a, e, "%s", text)))
			return;
		cell[1].text = sl_str_from(copy);
		cell[2].text = number_text(s->a, r->today.day - last.day, e);
	}
	cell[3].number = r->sessions.n ? r->sessions.n[i] : (double)NAN;
	cell[4].text = hazard_shown(hazard);
	cell[4].record = hazard->uuid;
	cell[5].number = p->m;
	cell[6].number = p->hazards[r->n_bands - 1];
	cell[7].number = place->people;
}

static void say_villages(struct sl_statement *s, const struct sl_exposure_results *r, struct sl_err *e)
{
	struct order *order = sl_arena_alloc(s->a, r->places.n, sizeof *order, e);
	struct sl_statement_table *t;
	size_t n = 0, never = 0, rows;

	for (size_t i = 0; order && i < r->places.n; i++) {
		const struct sl_exposure_of_place *p = &r->of_places.place[i];
		bool visited = r->sessions.n && r->sessions.n[i];

		if (p->hazard == SL_NEAR_NONE)
			continue;
		never += !visited;
		/* Never visited first; then the nearest distance; then the longest ago (a session without a date
		 * before all); then most people, and who was never counted before those who were. */
		order[n++] = (struct order){
		    i,
		    {visited, band_of(r, p->m),
		     visited ? sl_date_is_none(r->sessions.last[i]) ? -1e9 : r->sessions.last[i].day : 0,
		     isnan(r->places.v[i].people) ? -(double)HUGE_VAL : -r->places.v[i].people}};
	}
	if (!order)
		return;
	qsort(order, n, sizeof *order, by_keys);
	rows = n < ROWS_MAX ? n : ROWS_MAX;
	t = sl_statement_table(
	    s, "education",
	    SL_TEXT("analysis",
	            "Places for risk education: never visited first, then by distance, by the time since the "
	            "last session and by people (a number that is not known stands before the known ones)"),
	    by_village, sizeof by_village / sizeof *by_village, e);
	for (size_t i = 0; t && i < rows; i++)
		put_village(s, t, r, order[i].i, e);
	figure(s, "never_visited",
	       SL_TEXT("analysis", "Places within the widest distance without a recorded session"), NULL,
	       (double)never, 0, NULL, e);
	sl_statement_say(
	    s, SL_SAYS_ANSWER,
	    SL_TEXT("analysis",
	            "Of the {n} places within the widest distance, {never} have no recorded session of risk "
	            "education in person."),
	    SL_SAID({"n", .number = (double)n}, {"never", .number = (double)never}), e);
	if (n > rows)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "The list for risk education shows the first {shown} of {all} places."),
		    SL_SAID({"shown", .number = (double)rows}, {"all", .number = (double)n}), e);
	if (r->sessions.matched < r->sessions.all)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "{n} of {all} sessions in person name no place that is known here and have no position "
		            "within 500 m of one: a place without a session may have had one of them."),
		    SL_SAID({"n", .number = (double)(r->sessions.all - r->sessions.matched)},
		            {"all", .number = (double)r->sessions.all}),
		    e);
}

/* ---- in words ---- */

static void say_inputs(struct sl_statement *s, const struct sl_exposure_results *r, struct sl_err *e)
{
	const struct {
		const char *name, *label;
		const struct sl_exposure_rows *rows;
	} layers[] = {
	    {"hazards", SL_TEXT("analysis", "Hazards measured from"), &r->hazards},
	    {"places", SL_TEXT("analysis", "Places"), &r->places},
	    {"population_areas", SL_TEXT("analysis", "Areas or points of the population layer"),
	     &r->population},
	    {"roads", SL_TEXT("analysis", "Roads"), &r->roads},
	    {"schools", SL_TEXT("analysis", "Schools"), &r->schools},
	    {"water", SL_TEXT("analysis", "Water points"), &r->water},
	    {"strikes", SL_TEXT("analysis", "Strikes recorded"), &r->strikes},
	};

	for (size_t i = 0; i < sizeof layers / sizeof *layers; i++)
		if (layers[i].rows->n)
			sl_statement_input(s,
			                   (struct sl_quantity){.name = layers[i].name,
			                                        .label = layers[i].label,
			                                        .value = (double)layers[i].rows->n,
			                                        .source = sl_str_from(layers[i].rows->file)},
			                   e);
	if (r->has_grid) {
		sl_statement_input(
		    s,
		    (struct sl_quantity){.name = "population_cells",
		                         .label = SL_TEXT("analysis", "Cells of the population raster"),
		                         .value = (double)r->grid.cells,
		                         .source = sl_str_from(r->grid_file)},
		    e);
		sl_statement_input(s,
		                   (struct sl_quantity){.name = "population_is",
		                                        .label = SL_TEXT("analysis", "Its cells hold"),
		                                        .value = NAN,
		                                        .text = r->density ? SL_STR("density") : SL_STR("counts")},
		                   e);
	}
}

static void say_figures(struct sl_statement *s, const struct sl_exposure_results *r, struct sl_err *e)
{
	size_t band = r->n_bands - 1;
	const struct sl_exposure_sum *sum = &r->of_places.band[band], *all = &r->of_places.all;

	if (r->places.n) {
		figure(s, "places_near", SL_TEXT("analysis", "Places within the widest distance"), NULL,
		       (double)sum->places, 0, NULL, e);
		figure(s, "places_unknown",
		       SL_TEXT("analysis", "of them with a number of people that is not known"), NULL,
		       (double)sum->unknown, 0, NULL, e);
		figure(s, "people_near", SL_TEXT("analysis", "People in the others"), people, known(sum), 0, NULL,
		       e);
		sl_statement_say(s, SL_SAYS_ANSWER,
		                 SL_TEXT("analysis", "{near} of {all} places lie within {m} m of a hazard. In "
		                                     "{known} of them the number of people "
		                                     "is known: {people}; in {unknown} it is not."),
		                 SL_SAID({"near", .number = (double)sum->places},
		                         {"all", .number = (double)all->places}, {"m", .number = r->within_m[band]},
		                         {"known", .number = (double)(sum->places - sum->unknown)},
		                         {"people", .number = known(sum)},
		                         {"unknown", .number = (double)sum->unknown}),
		                 e);
	}
	if (r->has_grid || r->population.n) {
		double near = in_column(r, LAYER, band), whole = in_column(r, LAYER, r->n_bands);

		figure(s, "population_near", SL_TEXT("analysis", "People by the population layer"), people, near, 0,
		       r->has_grid ? r->grid_file : r->population.file, e);
		sl_statement_say(
		    s, SL_SAYS_ANSWER,
		    SL_TEXT("analysis",
		            "By the population layer {near} of {all} people live within {m} m of a hazard."),
		    SL_SAID({"near", .number = near}, {"all", .number = whole}, {"m", .number = r->within_m[band]}),
		    e);
	}
	if (r->roads.n)
		figure(s, "roads_near_km", SL_TEXT("analysis", "Roads within the widest distance"), kilometres,
		       in_column(r, ROADS, band), 1, r->roads.file, e);
	if (r->schools.n)
		figure(s, "schools_near", SL_TEXT("analysis", "Schools within the widest distance"), NULL,
		       in_column(r, SCHOOLS, band), 0, r->schools.file, e);
	if (r->water.n)
		figure(s, "water_near", SL_TEXT("analysis", "Water points within the widest distance"), NULL,
		       in_column(r, WATER, band), 0, r->water.file, e);
}

static void warn(struct sl_statement *s, const struct sl_exposure_results *r, struct sl_err *e)
{
	const struct sl_exposure_rows *const files[] = {&r->places,  &r->population, &r->roads,
	                                                &r->schools, &r->water,      &r->strikes};
	size_t points = 0;

	for (size_t i = 0; i < r->hazards.n; i++)
		points += r->hazards.v[i].at.type == SL_GEOM_POINT;
	if (points)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT(
		        "analysis",
		        "{n} of {all} hazards are recorded as points: how far they reach is not known, and what is "
		        "near them may be nearer, or on them."),
		    SL_SAID({"n", .number = (double)points}, {"all", .number = (double)r->hazards.n}), e);
	if (r->hazards.without_place)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "{n} hazards have no position at all: what is near them is not known and not counted."),
		    SL_SAID({"n", .number = (double)r->hazards.without_place}), e);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		if (files[i]->n && (files[i]->without_place || files[i]->unreadable))
			sl_statement_say(
			    s, SL_SAYS_WARNING,
			    SL_TEXT("analysis", "{file}: {none} rows have no position, and of {bad} it cannot be read "
			                        "or is nowhere on Earth (first in row "
			                        "{row}); they are not counted."),
			    SL_SAID({"file", .text = sl_str_from(files[i]->file ? files[i]->file : "place")},
			            {"none", .number = (double)files[i]->without_place},
			            {"bad", .number = (double)files[i]->unreadable},
			            {"row", .number = files[i]->unreadable ? (double)files[i]->first_unreadable
			                                                   : (double)NAN}),
			    e);
	if (r->has_grid && r->grid.empty)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "{n} cells of the raster have no data; whoever lives there is not counted."),
		    SL_SAID({"n", .number = (double)r->grid.empty}), e);
}

static void explain(struct sl_statement *s, const struct sl_exposure_results *r, struct sl_err *e)
{
	sl_statement_say(
	    s, SL_SAYS_ASSUMPTION,
	    SL_TEXT(
	        "analysis",
	        "Hazards that are closed, handed over or withdrawn ({n}) are left out; of the others the whole "
	        "recorded outline counts, also what was released of it since."),
	    SL_SAID({"n", .number = (double)r->hazards.left_out}), e);
	sl_statement_say(s, SL_SAYS_ASSUMPTION,
	                 SL_TEXT("analysis", "Distances are geodesic on WGS 84, to the nearest ground of the "
	                                     "nearest hazard; whether it is within "
	                                     "a distance is decided exactly."),
	                 NULL, 0, e);
	if (r->places.n)
		sl_statement_say(s, SL_SAYS_ASSUMPTION,
		                 SL_TEXT("analysis",
		                         "A place recorded as a point is near as a whole or not at all; of one "
		                         "with an outline people are "
		                         "counted by the share of its ground, as if they lived evenly on it."),
		                 NULL, 0, e);
	if (r->population.n)
		sl_statement_say(
		    s, SL_SAYS_ASSUMPTION,
		    SL_TEXT("analysis",
		            "People of an area are counted by the share of its ground that is near, as if they "
		            "lived evenly "
		            "on it; low and high say how exactly the share is known, not where in it people live."),
		    NULL, 0, e);
	if (r->has_grid)
		sl_statement_say(s, SL_SAYS_ASSUMPTION,
		                 SL_TEXT("analysis",
		                         "Of a cell that is only partly near, people are counted by the share of "
		                         "its ground; low and high "
		                         "say how exactly the shares are known, not how good the raster is."),
		                 NULL, 0, e);
	sl_statement_say(s, SL_SAYS_VALIDATION,
	                 SL_TEXT("analysis", "Every pair of 200,000 hazards and 200,000 places was compared "
	                                     "with PostGIS (docs/method/exposure.md); "
	                                     "shares of circles agree with their areas within 1 %."),
	                 NULL, 0, e);
	sl_statement_say(s, SL_SAYS_NOT_SHOWN,
	                 SL_TEXT("analysis", "Who lives near a hazard is not who walks into it: fields, paths "
	                                     "and work are not in this, nor are "
	                                     "places and people that nobody recorded."),
	                 NULL, 0, e);
	sl_statement_say(s, SL_SAYS_NOT_SHOWN,
	                 SL_TEXT("analysis", "A place that is near no recorded hazard is not safe for that."),
	                 NULL, 0, e);
}

void sl_exposure_say(struct sl_statement *s, const struct sl_exposure_results *r, struct sl_err *e)
{
	say_inputs(s, r, e);
	say_figures(s, r, e);
	warn(s, r, e);
	say_distances(s, r, e);
	if (r->places.n) {
		say_hazards(s, r, e);
		say_villages(s, r, e);
	}
	explain(s, r, e);
}
