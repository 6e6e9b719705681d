/* The parts of the training programme's generator; used by simulate*.c only. */
#ifndef SL_APP_SIMULATE_PARTS_H
#define SL_APP_SIMULATE_PARTS_H

#include "app/simulate.h"
#include "base/csv.h"
#include "base/date.h"
#include "base/io.h"
#include "base/json.h"

/* ---- chance: independent streams, so that one decision never shifts another ---- */
enum chance {
	CHANCE_COUNTRY,
	CHANCE_TOWN,
	CHANCE_ROAD,
	CHANCE_FRONT,
	CHANCE_SITE,
	CHANCE_PLACE,
	CHANCE_ORDER,
	CHANCE_SHAPE,
	CHANCE_LIFE,
	CHANCE_CUT,
	CHANCE_RECORD,
	CHANCE_PEOPLE,
	CHANCE_FAULT,
	CHANCE_EDUCATION,
	CHANCE_SURVEY,
	CHANCE_INVENTED,
};
uint64_t chance(uint64_t seed, enum chance purpose, uint64_t index); /* a state for sl_splitmix64 */
double chance_in(uint64_t *state, double low, double high);
uint32_t chance_of(uint64_t *state, uint32_t n); /* 0 .. n-1 */
bool chance_hits(uint64_t *state, double probability);
double chance_normal(uint64_t *state);

/* ---- positions: whole 1e-7 degrees (about 1 cm), so that common borders are equal to the last digit ----
 */
struct spot {
	int64_t x, y; /* longitude, latitude */
};
#define SPOT_DEG 1e7
double metres_per_degree_lon(double lat_deg);
double metres_per_degree_lat(double lat_deg);
/* The spot that lies x_m east and y_m north of `from`. */
struct spot spot_at(struct spot from, double x_m, double y_m);

#define RING_MAX 160
struct ring {
	struct spot p[RING_MAX];
	int n; /* open: the first point is not repeated */
};

/* ---- the country ---- */
#define EDGE_STEPS 16 /* legs of one side of a district */
#define PROVINCES_MAX 25
#define DISTRICTS_MAX 150

struct district {
	struct spot ring[4 * EDGE_STEPS];
	int province;
	char code[8]; /* "0103" */
	char name[32];
};

struct province {
	char code[4]; /* "01": leading zeros count */
	char name[32];
	struct spot *ring;
	int n;
};

struct town {
	struct spot at;
	int district;
	char id[16], name[32];
	int people;
};

struct polyline {
	double *lonlat;
	int n;
	double *length; /* up to the end of each leg */
};

struct country {
	uint64_t seed;
	int columns, rows, across, down; /* provinces, and districts in each */
	struct district district[DISTRICTS_MAX];
	struct province province[PROVINCES_MAX];
	struct spot *outline;
	int n_outline, n_districts, n_provinces;
	struct town *town;
	int n_towns;
	int town_of[DISTRICTS_MAX]; /* a town in the district + 1; 0: none */
	struct polyline *road, front;
	int n_roads;
	double west, south, cell_w, cell_h; /* lattice, degrees */
};

SL_CHECKED enum sl_code country_make(struct sl_arena *a, uint64_t seed, uint32_t hazards, struct country *c,
                                     struct sl_err *e);
/* The district that holds a circle whole, -1 when none does. */
int country_district(const struct country *c, struct spot at, double radius_m);
/* Where hazards are: along the front, the roads, around towns. */
struct spot country_hazard_spot(const struct country *c, uint64_t *state);
/* A name that no place on Earth is meant by. */
void fictional_name(uint64_t *state, char out[32]);

/* ---- sites: the ground that one or two hazards lie on ---- */
enum site_kind {
	SITE_SINGLE,
	SITE_PAIR,   /* two hazards with a common border */
	SITE_DOUBLE, /* the same hazard recorded by two operators; merged later */
	SITE_ACROSS, /* two hazards partly over each other, on purpose (option) */
	SITE_FAULT_DOUBLE,
	SITE_FAULT_ACROSS, /* planted: never merged, never settled */
	SITE_FAULT_COPY,   /* planted: the outline of another site, moved */
	SITE_MODEL,        /* the site that was copied */
};

struct site {
	struct spot at;
	float radius_m;
	uint32_t shape; /* whose outline: its own number, or that of the site it was copied from */
	int16_t district;
	uint8_t kind;
};

struct sites {
	struct site *v;
	uint32_t n;
	uint32_t *hazard_slot; /* hazard -> site * 2 + half */
	uint32_t *hazard_of;   /* slot -> hazard + 1, 0 for none */
	/* the nearest are found through a grid */
	uint32_t *head, *next;
	int grid_w, grid_h;
	double grid_west, grid_south;
};

SL_CHECKED enum sl_code sites_make(struct sl_arena *a, const struct sl_simulation *s,
                                   const struct country *c, const struct sl_env *env, struct sites *out,
                                   struct sl_err *e);
/* Does a circle meet a site other than `except`? */
bool sites_clash(const struct sites *s, struct spot at, double radius_m, uint32_t except);

/* ---- shapes: an outline that is star-shaped about its centre, so always simple, in metres ---- */
#define CUTS_MAX 12
struct shape {
	double x[64], y[64];
	int n;
	double ux, uy; /* the axis along which the outline is cut into slices */
	double radius_m;
	struct spot centre;
	double cut[CUTS_MAX]; /* positions along the axis, ascending */
	int n_cuts;
	bool halved; /* the two hazards of a pair meet at cut `half_cut` */
	int half_cut;
	double half_at;
};

/* The outline of a site's hazard; `half` tells which of two.  Cuts: none but the common border. */
void shape_make(uint64_t seed, const struct site *site, uint32_t site_number, int half, struct shape *out);
/* Radius that holds the site whole. */
double site_radius(uint64_t seed, enum site_kind kind, uint32_t shape_number);
/* Adds a cut so that `share` of the hazard (half of a pair: of that half) lies before it; moves it a little
 * when the line would cross the outline more than twice or pass a turning point too closely; false when
 * there is no such line near. */
bool shape_cut(struct shape *s, int half, double share, uint64_t *state);
/* Slices first..last (-1 for the last one there is) as a ring on the map: slices of one outline have
 * common points wherever they meet.  Slice 0 of half 1 is the one after the common border. */
void shape_slices(const struct shape *s, int half, int first, int last, struct ring *out);
int shape_n_slices(const struct shape *s, int half);
/* A spot inside the slice, well away from its border. */
struct spot shape_inside(const struct shape *s, int half, int slice, uint64_t *state);
double ring_area_m2(const struct ring *r);
/* Do two legs of the ring cross? */
bool ring_crosses(const struct ring *r);

/* ---- lives: what happens to a hazard ---- */
enum product { PRODUCT_CAN, PRODUCT_RDT, PRODUCT_RDN, PRODUCT_CLR };
#define STEPS_MAX 10

struct step {
	enum product product;
	double until;    /* share of the hazard done after it */
	int first, last; /* slices */
	int start, end;  /* days */
	int organisation, team;
};

struct life {
	bool point_only; /* a viewing point and a size from an old survey */
	bool cha;        /* confirmed from the start */
	bool old_survey;
	int day; /* of the first version */
	int organisation;
	int n_steps;
	struct step step[STEPS_MAX];
	int confirmed; /* day on which what was left became CHA; 0: never */
	int confirmed_slice;
	int working; /* day of the version with status WORK; 0: none */
	int working_slice;
	bool closed;  /* everything is released, and a closing version says so */
	int reopened; /* day; 0: never */
	int reopened_step;
	int withdrawn; /* day; 0: never */
	const char *withdrawn_status;
	int withdrawn_into;                /* hazard number + 1 */
	int accident;                      /* day of an accident in the hazard; 0: none */
	int contamination, contamination2; /* classes; the second -1 when there is none */
	bool quiet;                        /* one version, no release, no accident: room for a planted fault */
};

#define OPERATORS 8
void life_make(uint64_t seed, uint32_t hazard, const struct sites *sites, struct life *out);
/* Cuts the shape for the life's steps; steps for which no line is found merge with the next. */
void life_cut(uint64_t seed, uint32_t hazard, int half, struct life *l, struct shape *s);
extern const char *const life_classes[]; /* codes of contamination, by number */
int day_of(int year, int month, int day);
extern const char *const product_codes[];

/* ---- files ---- */
struct writer {
	struct sl_io_out out;
	struct sl_buf b;
	struct sl_json_writer json;
	struct sl_csv_writer csv;
	const char *const *columns; /* CSV: their order */
	int n_columns, at;          /* the next column */
	bool geojson, open;
	uint64_t records;
};

SL_CHECKED enum sl_code writer_open(struct writer *w, const char *path, const char *name,
                                    const char *const *columns, int n_columns, struct sl_err *e);
SL_CHECKED enum sl_code writer_close(struct writer *w, struct sl_err *e);
void writer_discard(struct writer *w);
/* One record: begin, fields, end.  CSV: fields in the order of the columns, empty ones may be left out. */
void record_begin(struct writer *w);
void put_text(struct writer *w, const char *field, const char *text); /* NULL or "": left out */
void put_int(struct writer *w, const char *field, int64_t x);
void put_number(struct writer *w, const char *field, double x); /* one decimal at most */
void put_day(struct writer *w, const char *field, int day);
void put_lonlat(struct writer *w, struct spot at); /* CSV: columns latitude, longitude */
/* GeoJSON; `ring` closed on writing, or a single point, or null. */
SL_CHECKED enum sl_code record_end(struct writer *w, const struct ring *ring, const struct spot *point,
                                   struct sl_err *e);
SL_CHECKED enum sl_code record_end_long(struct writer *w, const struct spot *p, int n, struct sl_err *e);

/* ---- faults ---- */
enum fault {
	FAULT_NONE,
	/* in a hazard's first version */
	FAULT_SWAPPED,
	FAULT_BOW_TIE,
	FAULT_DUPLICATE_VERTEX,
	FAULT_LONG_LEG,
	FAULT_UNIT_SLIP,
	FAULT_AREA,
	FAULT_OUTSIDE_COUNTRY,
	FAULT_UNKNOWN_CODE,
	FAULT_SPELLED_ID,
	FAULT_FUTURE,
	FAULT_LOST_ZERO,
	FAULT_CIRCLE,
	FAULT_TWO_VERTICES,
	FAULT_LAST_TWO,
	FAULT_COARSE,
	FAULT_NO_EVIDENCE,
	FAULT_MISSING,
	FAULT_STATUS,
	FAULT_CLOSING_POINT,
	FAULT_NO_REFERENCE,
	FAULT_MISCLOSURE,
	FAULT_STILL_SUSPECTED,
	FAULT_EVIDENCE_SAID,
	FAULT_OLDER_NEWS,
	FAULT_CLOSED_YEAR,
	FAULT_HAZARDS_END,
	/* in a hazard known as a viewing point only */
	FAULT_TOO_LARGE,
	FAULT_SKETCHES_END,
	/* in a release */
	FAULT_OUTSIDE_PARENT,
	FAULT_NO_DEPTH,
	FAULT_TOO_EARLY,
	FAULT_MISMATCH,
	FAULT_RELEASE_AREA,
	FAULT_CERTIFICATE,
	FAULT_TWICE,
	FAULT_RECLASSIFIED,
	FAULT_RELEASES_END,
	/* in an activity */
	FAULT_START_AFTER_END,
	FAULT_PRODUCTIVITY,
	FAULT_DANGLING,
	FAULT_LONG_LIST,
	FAULT_ACTIVITIES_END,
	/* in a find of ordnance */
	FAULT_AMMUNITION,
	FAULT_MORE_DESTROYED,
	FAULT_IN_CANCELLED,
	FAULT_HOAX,
	FAULT_DISPOSAL,
	FAULT_ORDNANCE_END,
	FAULT_ACCIDENT_TOTAL,
	FAULT_EXCHANGED,
	FAULT_ACCIDENTS_END,
	FAULT_AGE,
	FAULT_SAME_VICTIM,
	FAULT_CONSENT,
	FAULT_DEATH,
	FAULT_VICTIMS_END,
	FAULT_BANDS,
	FAULT_MEDIA,
	FAULT_EDUCATION_END,
	FAULT_OVERDUE,
	FAULT_ACCEPTED,
	FAULT_SAMPLE,
	FAULT_QUALITY_END,
	/* of an organisation or a team, over many reports */
	FAULT_ROUNDED,
	FAULT_NOTHING_FOUND,
	FAULT_IDENTICAL,
	/* of two records, by site */
	FAULT_DOUBLE,
	FAULT_ACROSS,
	FAULT_COPY,
	/* in a later version of a hazard */
	FAULT_REOPENED,
	FAULT_CLOSED,
	FAULT_MERGED,
	FAULTS,
};

struct fault_kind {
	const char *name, *rule, *kind, *text;
};
extern const struct fault_kind fault_kinds[FAULTS];
/* One of the faults after `group` up to its end mark, or none: each record has the chance `rate`. */
enum fault fault_draw(uint64_t seed, enum fault first, enum fault end, uint64_t index, double rate);

/* ---- the whole run ---- */
struct run {
	const struct sl_simulation *s;
	const struct sl_env *env;
	struct country country;
	struct sites sites;
	struct writer file[SL_SIMULATED_FILES], truth;
	uint64_t vertices, faults;
	uint32_t digit[64]; /* the next last digit of an area, by who reports it */
	uint64_t n_accidents, n_victims;
};

SL_CHECKED enum sl_code run_truth(struct run *r, enum fault fault, const char *ids, struct sl_err *e);
/* Area as a team would report it: within 2 %, in whole m², last digits evenly spread. */
double reported_area(struct run *r, double area_m2, int who, uint64_t *state);
void put_place(struct writer *w, const struct run *r, int district); /* admin codes and names */
void hazard_id(uint32_t hazard, char out[24]);
void operator_code(int organisation, char out[8]);

SL_CHECKED enum sl_code write_country(struct run *r, struct sl_err *e);
SL_CHECKED enum sl_code write_hazard(struct run *r, uint32_t hazard, struct sl_err *e);
SL_CHECKED enum sl_code write_releases(struct run *r, uint32_t hazard, const struct site *site, int half,
                                       const struct life *l, const struct shape *shape, struct sl_err *e);
SL_CHECKED enum sl_code write_accident(struct run *r, uint32_t hazard, const struct life *l, struct spot at,
                                       int district, int day, const char *release, struct sl_err *e);
SL_CHECKED enum sl_code write_education(struct run *r, struct sl_err *e);
/* Reports of work that was never done, by an organisation of their own; where faults are planted and there
 * is enough honest work beside them. */
#define INVENTING_OPERATOR "OP9"
bool has_invented(const struct run *r);
SL_CHECKED enum sl_code write_invented(struct run *r, struct sl_err *e);

#endif
