/* What exposure takes from the programme's own records, through its layers. */
#include "app/exposure_parts.h"

#include "base/map.h"
#include "base/utf8.h"
#include "geo/wkb.h"
#include "store/feature_query.h"

#include <math.h>
#include <string.h>

enum { FIELDS_MAX = 12 };

struct gathering {
	struct sl_arena *a;
	const struct sl_feature_schema *schema;
	const char *const *field; /* ends with NULL */
	size_t at[FIELDS_MAX];
	enum sl_code (*fn)(struct gathering *g, const struct sl_feature *f, struct sl_exposure_row *row,
	                   struct sl_err *e);
	struct sl_exposure_rows *rows, *others;
	const struct sl_date *today;
	struct matching *matching;
};

static struct sl_str text_of(const struct gathering *g, const struct sl_feature *f, const char *field)
{
	for (size_t i = 0; g->field[i]; i++)
		if (!strcmp(g->field[i], field))
			return f->value[g->at[i]].type == SL_FEATURE_TEXT ? f->value[g->at[i]].text
			                                                  : (struct sl_str){"", 0};
	return (struct sl_str){"", 0};
}

static double number_of(const struct gathering *g, const struct sl_feature *f, const char *field)
{
	for (size_t i = 0; g->field[i]; i++)
		if (!strcmp(g->field[i], field)) {
			const struct sl_feature_value *v = &f->value[g->at[i]];

			return v->type == SL_FEATURE_INTEGER   ? (double)v->integer
			       : v->type == SL_FEATURE_DECIMAL ? v->decimal
			                                       : (double)NAN;
		}
	return NAN;
}

static bool is_one_of(struct sl_str s, const char *words)
{
	struct sl_str rest = sl_str_from(words), word;

	while (sl_str_split(&rest, '|', &word))
		if (sl_str_eq(s, word))
			return true;
	return false;
}

static enum sl_code keep_text(struct sl_arena *a, struct sl_str from, struct sl_str *to, struct sl_err *e)
{
	char *copy = sl_str_dup(a, from, e);

	if (!copy)
		return e->code;
	*to = (struct sl_str){copy, from.n};
	return SL_OK;
}

/* At the end of `rows`; the texts are still those of the call. */
static enum sl_code keep(struct gathering *g, struct sl_exposure_rows *rows,
                         const struct sl_exposure_row *row, struct sl_err *e)
{
	struct sl_exposure_row *to;

	if (row->at.type == SL_GEOM_NONE) {
		rows->without_place++;
		return SL_OK;
	}
	rows->v = sl_arena_grow(g->a, rows->v, &rows->cap, rows->n + 1, sizeof *rows->v, e);
	if (!rows->v)
		return e->code;
	to = &rows->v[rows->n];
	*to = *row;
	if (keep_text(g->a, row->id, &to->id, e) || keep_text(g->a, row->name, &to->name, e) ||
	    keep_text(g->a, row->uuid, &to->uuid, e) || keep_text(g->a, row->admin1, &to->admin1, e))
		return e->code;
	rows->n++;
	return SL_OK;
}

static enum sl_code take(void *ctx, const struct sl_feature *f, struct sl_err *e)
{
	struct gathering *g = ctx;
	struct sl_exposure_row row = {.people = NAN, .date = sl_date_none(), .uuid = f->record};

	row.id = text_of(g, f, "id");
	row.name = text_of(g, f, "name");
	row.admin1 = text_of(g, f, "admin1");
	if (f->geometry.n && sl_wkb_read(g->a, f->geometry, &row.at, e))
		return e->code;
	if (!sl_geom_in_range(&row.at))
		row.at = (struct sl_geom){.type = SL_GEOM_NONE};
	return g->fn(g, f, &row, e);
}

/* Every record of a kind, with those of `field` that it has. */
static enum sl_code gather(struct sl_programme *p, struct gathering *g, const char *kind, struct sl_err *e)
{
	struct sl_feature_query q = {.kind = sl_dictionary_kind(p->dict, sl_str_from(kind)),
	                             .limit = UINT64_MAX};
	struct sl_arena work = {0};
	uint64_t matched;
	bool *wanted;

	if (sl_feature_schema_of(p->db, q.kind, &g->schema, e))
		return e->code;
	wanted = sl_arena_alloc(&work, g->schema->n_properties, sizeof *wanted, e);
	for (size_t i = 0; wanted && g->field[i]; i++)
		for (size_t k = 0; k < g->schema->n_properties; k++)
			if (sl_str_is(g->schema->property[k].name, g->field[i])) {
				wanted[k] = true;
				g->at[i] = k;
			}
	q.wanted = wanted;
	/* Room for all at once: growing lists of hundreds of thousands leaves their halves behind. */
	if (wanted && g->rows && !g->rows->v && sl_feature_count(p->db, q.kind, &matched, e))
		goto done;
	if (wanted && g->rows && !g->rows->v) {
		struct sl_exposure_rows *most = g->others && !strcmp(kind, "hazard") ? g->others : g->rows;

		most->cap = (size_t)matched;
		most->v = sl_arena_alloc(g->a, most->cap, sizeof *most->v, e);
	}
	if (wanted && !e->code)
		(void)!sl_feature_each(p->db, &q, take, g, &matched, e);
done:
	sl_arena_done(&work);
	return e->code;
}

/* ---- hazards ---- */

static enum sl_code take_hazard(struct gathering *g, const struct sl_feature *f,
                                struct sl_exposure_row *row, struct sl_err *e)
{
	struct sl_str status = text_of(g, f, "status");

	if (is_one_of(status, "EXPD|DUPL|MERG")) {
		g->rows->left_out++;
		return SL_OK;
	}
	row->standing = !is_one_of(status, "CLOSED|HAND");
	g->rows->left_out += !row->standing;
	g->rows->without_place += row->standing && row->at.type == SL_GEOM_NONE;
	return keep(g, g->others, row, e);
}

enum sl_code sl_exposure_hazards(struct sl_programme *p, struct sl_arena *a,
                                 struct sl_exposure_rows *standing, struct sl_exposure_rows *all,
                                 struct sl_err *e)
{
	static const char *const fields[] = {"id", "name", "status", NULL};
	struct gathering g = {.a = a, .field = fields, .fn = take_hazard, .rows = standing, .others = all};

	if (gather(p, &g, "hazard", e))
		return e->code;
	standing->v = sl_arena_alloc(a, all->n, sizeof *standing->v, e);
	for (size_t i = 0; standing->v && i < all->n; i++)
		if (all->v[i].standing)
			standing->v[standing->n++] = all->v[i];
	return e->code;
}

/* ---- places ---- */

static enum sl_code take_place(struct gathering *g, const struct sl_feature *f, struct sl_exposure_row *row,
                               struct sl_err *e)
{
	struct sl_str level = text_of(g, f, "level");
	struct sl_date until;

	if (sl_date_parse(text_of(g, f, "valid_to"), &until) && until.day < g->today->day) {
		g->rows->left_out++;
		return SL_OK;
	}
	if (is_one_of(level, "admin1") && row->at.type == SL_GEOM_POLYGON)
		return keep(g, g->others, row, e);
	if (is_one_of(level, "country|admin1|admin2|admin3")) {
		g->rows->left_out++;
		return SL_OK;
	}
	row->people = number_of(g, f, "population");
	return keep(g, g->rows, row, e);
}

enum sl_code sl_exposure_place_records(struct sl_programme *p, struct sl_arena *a,
                                       struct sl_exposure_rows *settlements,
                                       struct sl_exposure_rows *provinces, struct sl_err *e)
{
	static const char *const fields[] = {"id", "name", "admin1", "level", "population", "valid_to", NULL};
	struct sl_date today = {.day = (int32_t)(sl_env_now_ms(p->env) / 86400000)};
	struct gathering g = {.a = a,
	                      .field = fields,
	                      .fn = take_place,
	                      .rows = settlements,
	                      .others = provinces,
	                      .today = &today};

	return gather(p, &g, "place", e);
}

/* ---- surveyed land ---- */

static enum sl_code take_outline(struct gathering *g, const struct sl_feature *f,
                                 struct sl_exposure_row *row, struct sl_err *e)
{
	struct sl_str type = text_of(g, f, "type");

	if (row->at.type != SL_GEOM_POLYGON || (type.n && !is_one_of(type, "NTS|TS|CLR|BAC")))
		return SL_OK;
	return keep(g, g->rows, row, e);
}

enum sl_code sl_exposure_surveyed(struct sl_programme *p, struct sl_arena *a, struct sl_exposure_rows *out,
                                  struct sl_err *e)
{
	static const char *const of_activity[] = {"id", "type", NULL}, *const of_release[] = {"id", NULL};
	struct gathering g = {.a = a, .field = of_activity, .fn = take_outline, .rows = out};

	if (gather(p, &g, "activity", e))
		return e->code;
	g.field = of_release;
	return gather(p, &g, "release", e);
}

/* ---- education ---- */

/* Near a place: a session with a position and without the name of a place belongs to the nearest within
 * this. */
static const double session_reach_m = 500;

struct matching {
	const struct sl_exposure_rows *places;
	struct sl_map by_id, by_name; /* sl_utf8_key -> index; a name of two places is nobody's */
	struct sl_near *near;         /* made when a session asks for it */
	struct sl_exposure_sessions *out;
	struct sl_arena *a;
};

static enum sl_code put_key(struct matching *m, struct sl_map *map, struct sl_str text, size_t i,
                            struct sl_err *e)
{
	struct sl_str key;
	uint64_t *slot;
	bool is_new;

	if (!text.n || sl_utf8_key(m->a, text, &key, e))
		return e->code;
	slot = sl_map_put(map, key, i, &is_new, e);
	if (slot && !is_new && *slot != i)
		*slot = UINT64_MAX;
	return e->code;
}

static bool by_key(struct matching *m, const struct sl_map *map, struct sl_str text, size_t *i,
                   struct sl_err *e)
{
	struct sl_str key;
	const uint64_t *slot;

	if (!text.n || sl_utf8_key(m->a, text, &key, e))
		return false;
	slot = sl_map_get(map, key);
	if (!slot || *slot == UINT64_MAX)
		return false;
	*i = *slot;
	return true;
}

static enum sl_code make_ready(struct matching *m, struct sl_err *e)
{
	struct sl_geom *at = sl_arena_alloc(m->a, m->places->n, sizeof *at, e);

	for (size_t i = 0; at && i < m->places->n; i++)
		at[i] = m->places->v[i].at;
	if (!at || sl_near_build(m->a, at, m->places->n, &m->near, e))
		return e->code;
	for (size_t i = 0; i < m->places->n && !e->code; i++)
		if (!put_key(m, &m->by_id, m->places->v[i].id, i, e))
			(void)!put_key(m, &m->by_name, m->places->v[i].name, i, e);
	return e->code;
}

static enum sl_code take_session(struct gathering *g, const struct sl_feature *f,
                                 struct sl_exposure_row *row, struct sl_err *e)
{
	static const char *const dates[] = {"end_date", "start_date", "effective_date"};
	struct matching *m = g->matching;
	struct sl_date day = sl_date_none();
	uint32_t nearest = SL_NEAR_NONE;
	size_t i = 0;
	bool known;

	/* Media reach people, but nobody was there; trainers are no village. */
	if (is_one_of(text_of(g, f, "category"), "indirect|training"))
		return SL_OK;
	m->out->all++;
	if (!m->near && make_ready(m, e))
		return e->code;
	known = by_key(m, &m->by_id, text_of(g, f, "place"), &i, e) ||
	        by_key(m, &m->by_name, text_of(g, f, "locality"), &i, e);
	if (!known && !e->code && row->at.type == SL_GEOM_POINT) {
		sl_near_point(m->near, row->at.xy[0], row->at.xy[1], session_reach_m, &nearest);
		known = nearest != SL_NEAR_NONE;
		i = nearest;
	}
	if (!known || e->code)
		return e->code;
	m->out->matched++;
	m->out->n[i]++;
	for (size_t k = 0; k < sizeof dates / sizeof *dates && sl_date_is_none(day); k++)
		(void)sl_date_parse(text_of(g, f, dates[k]), &day);
	if (!sl_date_is_none(day) && (sl_date_is_none(m->out->last[i]) || day.day > m->out->last[i].day))
		m->out->last[i] = day;
	return SL_OK;
}

enum sl_code sl_exposure_education(struct sl_programme *p, struct sl_arena *a,
                                   const struct sl_exposure_rows *places, struct sl_exposure_sessions *out,
                                   struct sl_err *e)
{
	static const char *const fields[] = {"id",       "place",      "locality",       "category",
	                                     "end_date", "start_date", "effective_date", NULL};
	struct sl_exposure_sessions s = {0};
	struct matching m = {.places = places, .out = &s, .a = a};
	struct gathering g = {.a = a, .field = fields, .fn = take_session, .matching = &m};

	s.last = sl_arena_alloc(a, places->n, sizeof *s.last, e);
	s.n = s.last ? sl_arena_alloc(a, places->n, sizeof *s.n, e) : NULL;
	if (!s.n)
		return e->code;
	for (size_t i = 0; i < places->n; i++)
		s.last[i] = sl_date_none();
	(void)!gather(p, &g, "education", e);
	sl_map_done(&m.by_id);
	sl_map_done(&m.by_name);
	if (!e->code)
		*out = s;
	return e->code;
}
