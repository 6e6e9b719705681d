/* Inside exposure*.c only: what exposure is made of, read from files and from the programme. */
#ifndef SL_APP_EXPOSURE_PARTS_H
#define SL_APP_EXPOSURE_PARTS_H

#include "analysis/exposure.h"
#include "app/analysis.h"

struct sl_exposure_row {
	struct sl_geom at;
	struct sl_str id, name, uuid; /* uuid: of a record; empty for a row of a file */
	struct sl_str admin1;
	double people;       /* NAN: not known */
	struct sl_date date; /* none when not stated */
	uint64_t number;     /* of a row of a file */
	bool standing;       /* hazards: not closed, handed over or withdrawn */
	bool survey;         /* activities: technical or non-technical survey, clearance */
};
struct sl_exposure_rows {
	const char *file; /* its name without folders; NULL: records */
	struct sl_exposure_row *v;
	size_t n, cap;
	size_t without_place; /* rows or records left out: nothing says where they are */
	size_t
	    unreadable; /* rows whose place cannot be read, or is nowhere on Earth: one in a hundred at most */
	uint64_t first_unreadable;
	size_t left_out; /* hazards that are closed, handed over or withdrawn; places that are no settlement */
};

/* ---- exposure_read.c: files ---- */
struct sl_exposure_file {
	const char *path;            /* with #LAYER behind it where a file has several */
	const char *crs;             /* of a file that does not say; NULL */
	struct sl_str columns;       /* names for a table without headings, separated by commas; empty */
	enum sl_geom_type wanted[2]; /* what its rows have to be; SL_GEOM_NONE: anything */
	bool dated;                  /* each row has a date */
};
/* On all cores. SL_INVALID: one sentence with the file and the row. */
SL_CHECKED enum sl_code sl_exposure_read(struct sl_programme *p, struct sl_arena *a,
                                         const struct sl_exposure_file *f, struct sl_exposure_rows *out,
                                         struct sl_err *e);
/* Is it a raster, by its name? */
bool sl_exposure_is_raster(const char *path);
/* People of a raster within the distances. */
SL_CHECKED enum sl_code sl_exposure_raster(struct sl_programme *p, const struct sl_near *hazards,
                                           const struct sl_exposure_file *f, bool density,
                                           const double *within_m, size_t n_bands,
                                           struct sl_exposure_grid *out, struct sl_err *e);

/* ---- exposure_records.c: the programme ---- */
SL_CHECKED enum sl_code sl_exposure_hazards(struct sl_programme *p, struct sl_arena *a,
                                            struct sl_exposure_rows *standing, struct sl_exposure_rows *all,
                                            struct sl_err *e);
/* Settlements and camps; provinces with an outline. */
SL_CHECKED enum sl_code sl_exposure_place_records(struct sl_programme *p, struct sl_arena *a,
                                                  struct sl_exposure_rows *settlements,
                                                  struct sl_exposure_rows *provinces, struct sl_err *e);
/* Outlines of surveys, of clearance and of released land. */
SL_CHECKED enum sl_code sl_exposure_surveyed(struct sl_programme *p, struct sl_arena *a,
                                             struct sl_exposure_rows *out, struct sl_err *e);
/* The last session held in person at each place, and how many. */
struct sl_exposure_sessions {
	struct sl_date *last; /* by place; none: never */
	uint32_t *n;
	size_t all, matched; /* sessions in person; those of a known place */
};
SL_CHECKED enum sl_code sl_exposure_education(struct sl_programme *p, struct sl_arena *a,
                                              const struct sl_exposure_rows *places,
                                              struct sl_exposure_sessions *out, struct sl_err *e);

/* ---- exposure_say.c: the statement ---- */
struct sl_exposure_results {
	struct sl_date today;
	const double *within_m;
	size_t n_bands;
	struct sl_exposure_rows hazards, every_hazard, places, provinces, population, roads, schools, water,
	    strikes, surveyed;
	struct sl_near *near; /* of the hazards */
	struct sl_exposure of_places, of_population, of_schools, of_water;
	struct sl_exposure_grid grid;
	bool has_grid, density;
	const char *grid_file;
	struct sl_exposed road_m[SL_EXPOSURE_BANDS_MAX];
	double roads_m;
	struct sl_exposure_sessions sessions;
};
void sl_exposure_say(struct sl_statement *s, const struct sl_exposure_results *r, struct sl_err *e);
/* ---- exposure_strikes.c ---- */
SL_CHECKED enum sl_code sl_exposure_say_strikes(struct sl_statement *s, const struct sl_env *env,
                                                const struct sl_exposure_results *r, struct sl_err *e);

#endif
