/* "Is my plot safe?": what is recorded at a point or on a parcel, how near, how well surveyed; dated, with what
 * is not known.  No record never means safe. */
#ifndef SL_APP_ASK_H
#define SL_APP_ASK_H

#include "app/programme.h"
#include "app/parcel.h"
#include "ledger/fold.h"

struct sl_ask_record {
	struct sl_str kind, id, name;
	struct sl_date date;
	double distance_m; /* 0: it holds the point or comes within a metre of it, or shares ground with the parcel */
	double m2;         /* parcels: ground shared with a standing hazard or a release; else 0 */
};

struct sl_ask_answer {
	struct sl_date as_of;
	int64_t known_ms;          /* the moment whose knowledge this is */
	int64_t version;           /* and its place in the log */
	double lat, lon;           /* points */
	bool parcel;               /* or the corridor of a route */
	double parcel_m2;
	bool route;
	double route_m, width_m;   /* routes: length, and width of the corridor as asked */
	double slack_m;            /* by how much the corridor is wider than asked, at most (geo/corridor.h) */
	struct sl_geom line;       /* routes */
	struct sl_geom shape;      /* what was asked about: the point, the parcel, the route's corridor */
	double state_m2[SL_STATES]; /* parcels: ground by state; NONE is what has no record */
	enum sl_land_state state;  /* points: the state; parcels: the worst on it */
	struct sl_ask_record *record; /* hazards, releases, surveys, accidents and finds here, then by distance */
	size_t n_records;
	struct sl_ask_record nearest; /* the nearest land recorded as hazardous; kind empty when none within `searched_m` */
	double searched_m;
	struct sl_date last_survey; /* of activities that cover the place; none when no survey is recorded here */
	struct sl_str last_survey_id;
	double surveyed_m2;         /* parcels: ground that the recorded outlines of surveys and clearance cover */
	int64_t n_without_boundary; /* hazards within searched_m known only as a point: their extent is not known */
};

/* SL_INVALID when the position or the parcel cannot be used. Texts live in `a`. */
SL_CHECKED enum sl_code sl_ask_point(struct sl_programme *p, struct sl_arena *a, double lat, double lon,
                                     struct sl_ask_answer *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_ask_parcel(struct sl_programme *p, struct sl_arena *a, const struct sl_geom *parcel,
                                      struct sl_ask_answer *out, struct sl_err *e);

/* All the ground within width_m / 2 of a line, as a parcel. */
SL_CHECKED enum sl_code sl_ask_route(struct sl_programme *p, struct sl_arena *a, const struct sl_geom *line,
                                     double width_m, struct sl_ask_answer *out, struct sl_err *e);

/* One door for whoever asks: a position, or a shape with its width. */
struct sl_question {
	bool at_point;
	double lat, lon;
	enum sl_asked sort;
	struct sl_geom shape;
	double width_m; /* routes */
};
SL_CHECKED enum sl_code sl_ask(struct sl_programme *p, struct sl_arena *a, const struct sl_question *q,
                               struct sl_ask_answer *out, struct sl_err *e);

void sl_ask_text(struct sl_buf *b, const struct sl_ask_answer *answer);
void sl_ask_json(struct sl_buf *b, const struct sl_ask_answer *answer);

#endif
