/* Residual risk of what was released: effort, finds and samples of a programme's releases, judged by
 * analysis/residual.h.  Private to app/residual*.c but for the two at the end. */
#ifndef SL_APP_RESIDUAL_H
#define SL_APP_RESIDUAL_H

#include "analysis/residual.h"
#include "app/analysis.h"
#include "base/map.h"

#define SL_NONE_SITE SIZE_MAX

/* One pass, or several alike, over a release: a row of --effort, or what the release says of itself. */
struct sl_effort {
	struct sl_str method;
	double coverage, passes, probability, trials; /* NAN: not stated */
};

/* A release of searched ground as its records have it; NAN: not stated. */
struct sl_residual_site {
	int64_t number;
	struct sl_str id, record, method, soil, hazard, activity, task;
	struct sl_geom geometry;
	double area_m2;
	bool area_reported; /* no boundary: the area is as reported, and there are no cells */
	struct sl_date day;
	double passes, probability, trials, processed_m2, depth_cm, fade_out_m, stated;
	double recorded; /* items of ordnance records */
	bool any_recorded, quantity_unknown;
	double later; /* items found there after the release */
	double sample_m2, sample_found;
	size_t n_samples, n_silent; /* visits that sampled; of them without a number of items */
	size_t next_activity, next_hazard, first_find;
	struct sl_effort *effort; /* of --effort; NULL: its own */
	size_t n_effort;
};

struct sl_residual_find {
	double lon, lat, quantity;
	size_t next;
};

struct sl_residual_site_list {
	struct sl_arena *a;
	struct sl_residual_site *v;
	size_t n, cap;
	struct sl_residual_find *find;
	size_t n_finds, cap_finds;
	struct sl_map by_id, by_activity, by_hazard; /* defer: gone with the arena */
	size_t n_unplaced;                           /* finds and samples that no release could be told for */
};

/* A row of --detection-table. */
struct sl_detection_row {
	struct sl_str method, soil, source;
	double from_cm, to_cm, share, probability, trials;
	size_t line;
};

struct sl_residual_settings {
	struct sl_residual_prior prior;
	double probability, trials, passes, coverage, shared, hidden, sample_probability; /* NAN: not given */
	double cell_m, target, scatter_m, fade_share;
	struct sl_date as_of;
	struct sl_detection_row *row;
	size_t n_rows;
};

/* What came out for one release, or in `why` the sentence that says why nothing did. */
struct sl_residual_result {
	const struct sl_residual_site *site;
	char why[400];
	struct sl_search search;
	struct sl_polygon_remaining left;
	double found, sampled;
	size_t n_passes;
	double probability_low, probability_high; /* of the passes */
	struct sl_cell_grid *grid;                /* NULL: no boundary */
	struct sl_searched_cell *cell;            /* those with ground, in the order of the grid */
	size_t *place;                            /* in the grid */
	size_t n_cells;
};

/* residual_gather.c */
SL_CHECKED enum sl_code sl_residual_gather(struct sl_programme *p, struct sl_arena *a, struct sl_date as_of,
                                           struct sl_residual_site_list **out, struct sl_err *e);
/* residual_tables.c */
SL_CHECKED enum sl_code sl_residual_read_detection(struct sl_arena *a, const char *path,
                                                   struct sl_residual_settings *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_residual_read_effort(struct sl_arena *a, const char *path,
                                                struct sl_residual_site_list *out, struct sl_err *e);
/* residual_site.c: SL_OK also when nothing can be said: then `why` has the reason. */
SL_CHECKED enum sl_code sl_residual_judge(struct sl_arena *a, struct sl_residual_work *w,
                                          const struct sl_residual_settings *set,
                                          const struct sl_residual_site_list *list,
                                          const struct sl_residual_site *site,
                                          struct sl_residual_result *out, struct sl_err *e);
/* The same with another search over the same ground, found and cells: what would change. */
SL_CHECKED enum sl_code sl_residual_again(struct sl_residual_work *w, const struct sl_residual_result *r,
                                          const struct sl_search *search, struct sl_polygon_remaining *out,
                                          struct sl_err *e);
SL_CHECKED enum sl_code sl_residual_more(struct sl_residual_work *w, const struct sl_residual_result *r,
                                         const struct sl_search *more, struct sl_outlook *out,
                                         struct sl_err *e);
/* residual_say.c, residual_say_one.c */
enum { SL_RESIDUAL_ROWS_MAX = 1000 };
struct sl_residual_rank {
	size_t i;
	double expected;
};
int sl_residual_by_expected(const void *a, const void *b); /* the most expected first */
uint8_t sl_residual_places(double x);
void sl_residual_figure(struct sl_statement *s, const char *name, const char *label, const char *unit,
                        double value, uint8_t decimals, struct sl_err *e);
void sl_residual_items(struct sl_statement *s, const char *name, const char *label,
                       const struct sl_remaining *x, struct sl_err *e);
void sl_residual_input(struct sl_statement *s, const char *name, const char *label, const char *unit,
                       double value, uint8_t decimals, struct sl_str source,
                       struct sl_err *e); /* not of NAN */
SL_CHECKED enum sl_code sl_residual_say_one(struct sl_statement *s, struct sl_residual_work *w,
                                            const struct sl_residual_settings *set,
                                            const struct sl_residual_result *r, struct sl_err *e);
SL_CHECKED enum sl_code sl_residual_say_many(struct sl_statement *s, const struct sl_residual_settings *set,
                                             const struct sl_residual_result *r, size_t n,
                                             struct sl_err *e);
void sl_residual_say_common(struct sl_statement *s, const struct sl_residual_settings *set,
                            struct sl_err *e);

#endif
