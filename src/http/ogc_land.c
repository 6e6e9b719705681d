/* The land by its state: the ledger's faces as features.  A face is known by what it is (where, how large,
 * under which boundaries), so that its id holds as long as the face does, whatever is recorded elsewhere.
 */
#include "http/ogc.h"

#include "base/hash.h"
#include "base/mem.h"
#include "ledger/timeline.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

struct item {
	uint32_t face, cluster;
	int32_t since;
	uint8_t state;
};

/* The states of one day; the lists of the days asked for last are kept as long as nothing is written. */
struct day_list {
	struct sl_arena arena;
	int32_t day;
	uint64_t generation; /* of the ledger that the numbers are of */
	struct item *item;
	size_t n;
};
enum { DAYS_KEPT = 4 };
struct land {
	pthread_mutex_t lock;
	struct day_list list[DAYS_KEPT];
	size_t n;
};

static enum sl_code make_land(struct sl_request *r, void **out, struct sl_err *e)
{
	struct land *l = sl_mem_zeroed(sizeof *l);

	(void)r;
	if (!l)
		return sl_fail(e, SL_NOMEM, "out of memory");
	pthread_mutex_init(&l->lock, NULL);
	*out = l;
	return SL_OK;
}

static void free_land(void *thing)
{
	struct land *l = thing;

	for (size_t i = 0; i < l->n; i++)
		sl_arena_done(&l->list[i].arena);
	pthread_mutex_destroy(&l->lock);
	sl_mem_free(l);
}

static const struct sl_shared_slot land_slot = {
    .name = "land by day", .make = make_land, .done = free_land};

/* The state at the end of the day, and since when. */
static enum sl_code fold_face(const struct sl_timeline *t, const struct sl_ledger_face *f, int32_t day,
                              struct sl_arena *a, struct sl_face_story *story, struct item *x,
                              struct sl_err *e)
{
	struct sl_fold fold;

	if (sl_face_story(t, &t->l->cover[f->cover], f->n_cover, day, a, story, e))
		return e->code;
	fold = (struct sl_fold){.active = story->active, .n_slots = (int32_t)story->n_slots};
	x->since = SL_DAY_NONE;
	for (size_t i = 0; i < story->n; i++) {
		const enum sl_land_state before = fold.state;

		sl_fold_step(&fold, &story->event[i]);
		if (fold.state != before)
			x->since = story->event[i].day;
	}
	x->state = (uint8_t)fold.state;
	return SL_OK;
}

static enum sl_code make_list(struct sl_arena *a, const struct sl_ledger *l, int32_t day, struct item **out,
                              size_t *n, struct sl_err *e)
{
	struct item *item = sl_arena_alloc(a, l->n_faces + 1, sizeof *item, e);
	struct sl_face_story story = {0};
	struct sl_arena scratch = {0};
	struct sl_timeline t;
	size_t k = 0;

	if (item && !sl_timeline_init(&t, &scratch, l, INT64_MAX, e))
		for (uint32_t c = 0; c < l->n_clusters && !e->code; c++)
			for (uint32_t i = 0; i < l->cluster[c].n_faces && !l->cluster[c].dead && !e->code; i++) {
				struct item x = {.face = l->cluster[c].face + i, .cluster = c};

				if (!fold_face(&t, &l->face[x.face], day, &scratch, &story, &x, e) &&
				    x.state != SL_STATE_NONE)
					item[k++] = x;
			}
	sl_arena_done(&scratch);
	*out = item;
	*n = k;
	return e->code;
}

struct walk {
	struct sl_request *r;
	struct sl_tile_loan loan;
	const struct sl_ledger *ledger;
	const struct item *item;
	size_t n;
	struct sl_arena a; /* of the cluster at hand */
	uint32_t cluster;  /* UINT32_MAX: none */
	struct sl_geom *geometry;
	struct sl_str admin1, admin2;
	int32_t admin1_of, admin2_of;
	struct sl_err *e;
};

static enum sl_code open_walk(struct walk *w, struct sl_request *r, struct sl_date as_of, struct sl_err *e)
{
	const int32_t day = sl_date_is_none(as_of) ? (int32_t)(sl_env_now_ms(r->env) / 86400000) : as_of.day;
	struct day_list *list = NULL;
	void *thing;
	struct land *land;
	struct item *item;

	*w = (struct walk){.r = r, .cluster = UINT32_MAX, .e = e};
	if (sl_shared_get(r, &land_slot, &thing, e) || sl_request_ledger(r, &w->loan, e))
		return e->code;
	w->ledger = w->loan.ledger;
	land = thing;
	pthread_mutex_lock(&land->lock);
	for (size_t i = 0; i < land->n && !list && w->loan.generation; i++)
		if (land->list[i].day == day && land->list[i].generation == w->loan.generation)
			list = &land->list[i];
	if (!list && land->n < DAYS_KEPT && w->loan.generation) {
		list = &land->list[land->n];
		list->day = day;
		list->generation = w->loan.generation;
		if (make_list(&list->arena, w->ledger, day, &list->item, &list->n, e))
			sl_arena_done(&list->arena);
		else
			land->n++;
	}
	pthread_mutex_unlock(&land->lock);
	if (e->code)
		return e->code;
	if (list) {
		w->item = list->item;
		w->n = list->n;
	} else if (!make_list(r->arena, w->ledger, day, &item, &w->n, e)) {
		w->item = item;
	}
	return e->code;
}

static void close_walk(struct walk *w)
{
	sl_arena_done(&w->a);
	sl_tile_ledger_return(&w->loan);
}

static enum sl_code geometry_of(struct walk *w, const struct item *x, const struct sl_geom **out)
{
	if (w->cluster != x->cluster) {
		sl_arena_done(&w->a);
		w->cluster = UINT32_MAX;
		if (sl_tile_ledger_geometry(&w->loan, x->cluster, &w->a, &w->geometry, w->e))
			return w->e->code;
		w->cluster = x->cluster;
	}
	*out = &w->geometry[x->face - w->ledger->cluster[x->cluster].face];
	return SL_OK;
}

static enum sl_code unit_id(struct walk *w, int32_t record, int32_t *of, struct sl_str *id)
{
	struct sl_str kind, uuid;

	if (*of == record && record)
		return SL_OK;
	*of = record;
	*id = SL_STR("");
	return record ? sl_feature_name(w->r->programme->db, w->r->arena, record, &kind, id, &uuid, w->e)
	              : SL_OK;
}

/* Numbers of the records over a face, each once, in the order of their approval. */
static enum sl_code records_of(struct walk *w, const struct item *x, int32_t **out, size_t *n)
{
	const struct sl_ledger_face *f = &w->ledger->face[x->face];
	int32_t *list = sl_arena_alloc(w->r->arena, f->n_cover + 1, sizeof *list, w->e);
	size_t k = 0;

	if (!list)
		return w->e->code;
	for (uint32_t i = 0; i < f->n_cover; i++) {
		int32_t record = w->ledger->event[w->ledger->cover[f->cover + i]].record;
		bool seen = false;

		for (size_t j = 0; j < k && !seen; j++)
			seen = list[j] == record;
		if (!seen)
			list[k++] = record;
	}
	*out = list;
	*n = k;
	return SL_OK;
}

/* "hazard:HA-1", one after the other, between them `between`. */
static enum sl_code put_records(struct walk *w, const struct item *x, struct sl_buf *b, bool json)
{
	struct sl_arena_mark m = sl_arena_mark(w->r->arena);
	struct sl_buf one = {0};
	int32_t *record;
	size_t n;

	if (records_of(w, x, &record, &n))
		return w->e->code;
	for (size_t i = 0; i < n; i++) {
		struct sl_str kind, id, uuid;

		if (sl_feature_name(w->r->programme->db, w->r->arena, record[i], &kind, &id, &uuid, w->e))
			break;
		sl_buf_clear(&one);
		sl_buf_str(&one, kind);
		sl_buf_putc(&one, ':');
		sl_buf_str(&one, id.n ? id : uuid);
		sl_buf_puts(b, i ? json ? "," : " " : "");
		if (json)
			sl_ogc_put_text(b, sl_buf_view(&one));
		else
			sl_buf_str(b, sl_buf_view(&one));
	}
	sl_buf_done(&one);
	sl_arena_reset(w->r->arena, m);
	return w->e->code;
}

/* ---- a filter ---- */

struct asked {
	struct walk *w;
	const struct item *x;
	struct sl_buf records;
};

static enum sl_code value_of(void *ctx, int column, struct sl_cql2_value *out, struct sl_err *e)
{
	struct asked *q = ctx;
	const struct sl_ledger_face *f = &q->w->ledger->face[q->x->face];

	switch (column) {
	case SL_OGC_STATE: out->text = sl_str_from(sl_land_state_name((enum sl_land_state)q->x->state)); break;
	case SL_OGC_SINCE:
		out->is_null = q->x->since == SL_DAY_NONE;
		out->ms = (int64_t)q->x->since * 86400000;
		break;
	case SL_OGC_AREA: out->number = (double)f->area_mm2 / 1e6; break;
	case SL_OGC_ADMIN1:
		if (unit_id(q->w, f->admin1, &q->w->admin1_of, &q->w->admin1))
			return e->code;
		out->text = q->w->admin1;
		out->is_null = !out->text.n;
		break;
	case SL_OGC_ADMIN2:
		if (unit_id(q->w, f->admin2, &q->w->admin2_of, &q->w->admin2))
			return e->code;
		out->text = q->w->admin2;
		out->is_null = !out->text.n;
		break;
	case SL_OGC_RECORDS:
		sl_buf_clear(&q->records);
		if (put_records(q->w, q->x, &q->records, false))
			return e->code;
		out->text = sl_buf_view(&q->records);
		break;
	default:
		if (geometry_of(q->w, q->x, &out->geometry))
			return e->code;
		out->is_null = out->geometry->type == SL_GEOM_NONE;
	}
	return SL_OK;
}

static bool cluster_may_meet(const struct sl_cluster *c, const struct sl_ogc_query *q)
{
	const struct sl_box box = {sl_grid_degrees(c->box.x0), sl_grid_degrees(c->box.y0),
	                           sl_grid_degrees(c->box.x1), sl_grid_degrees(c->box.y1)};

	for (size_t i = 0; i < q->n_boxes; i++)
		if (sl_box_meets(box, q->box[i]))
			return true;
	return !q->n_boxes;
}

static enum sl_code matches(struct walk *w, const struct sl_ogc_query *q, struct sl_arena *keep,
                            const struct item *x, bool *yes)
{
	struct asked asked = {.w = w, .x = x};
	const struct sl_geom *g;
	enum sl_truth t = SL_TRUE;

	*yes = cluster_may_meet(&w->ledger->cluster[x->cluster], q);
	if (*yes && q->n_boxes) {
		if (geometry_of(w, x, &g))
			return w->e->code;
		*yes = false;
		for (size_t i = 0; i < q->n_boxes && !*yes; i++)
			*yes = sl_geom_meets_box(g, q->box[i]);
	}
	if (!*yes || !q->filter)
		return SL_OK;
	(void)!sl_cql2_ask(q->filter, keep, value_of, &asked, &t, w->e);
	sl_buf_done(&asked.records);
	*yes = t == SL_TRUE;
	return w->e->code;
}

/* ---- features ---- */

static struct sl_str id_of(const struct walk *w, const struct item *x, char out[65])
{
	const struct sl_ledger_face *f = &w->ledger->face[x->face];
	struct sl_hasher h;

	sl_hash_begin(&h);
	sl_hash_int(&h, llrint(f->lon * 1e9));
	sl_hash_int(&h, llrint(f->lat * 1e9));
	sl_hash_int(&h, f->area_mm2);
	for (uint32_t i = 0; i < f->n_cover; i++)
		sl_hash_int(&h, w->ledger->event[w->ledger->cover[f->cover + i]].seq);
	sl_hash_text(sl_hash_end(&h), out);
	out[20] = 0;
	return sl_str_from(out);
}

static void put_row(struct sl_buf *b, const char *what, struct sl_str value)
{
	sl_buf_printf(b, "<dt>%s</dt><dd>", what);
	sl_html_text(b, value);
	sl_buf_puts(b, "</dd>\n");
}

static enum sl_code html_item(struct walk *w, struct sl_ogc_writer *out, const struct item *x,
                              struct sl_str id, const char *since)
{
	const struct sl_ledger_face *f = &w->ledger->face[x->face];
	struct sl_buf *b = out->b, records = {0};

	sl_buf_puts(b, "<section><h2>");
	sl_ogc_anchor(
	    b, sl_ogc_href(w->r, w->e, "/collections/" SL_OGC_LAND "/items/%.*s?f=html", SL_STR_ARG(id)), id);
	sl_buf_puts(b, "</h2><dl>\n");
	put_row(b, "State", sl_str_from(sl_land_state_name((enum sl_land_state)x->state)));
	put_row(b, "Since", sl_str_from(since));
	sl_buf_printf(b, "<dt>Area</dt><dd>%.1f m²</dd>\n", (double)f->area_mm2 / 1e6);
	if (out->c->shown[SL_OGC_RECORDS] && !put_records(w, x, &records, false))
		put_row(b, "Records", sl_buf_view(&records));
	sl_buf_puts(b, "</dl></section>\n");
	sl_buf_done(&records);
	return w->e->code;
}

static enum sl_code put_item(struct walk *w, struct sl_ogc_writer *out, const struct item *x)
{
	const struct sl_ledger_face *f = &w->ledger->face[x->face];
	const struct sl_geom *g;
	struct sl_json_writer json;
	struct sl_buf *b = out->b;
	char id[65], since[11];

	id_of(w, x, id);
	sl_date_text((struct sl_date){x->since}, since);
	if (out->keep_id) {
		out->id.n = strlen(id);
		out->id.p = sl_str_dup(w->r->arena, sl_str_from(id), w->e);
	}
	if (w->e->code || out->html)
		return w->e->code ? w->e->code : html_item(w, out, x, sl_str_from(id), since);
	if (geometry_of(w, x, &g) || unit_id(w, f->admin1, &w->admin1_of, &w->admin1) ||
	    unit_id(w, f->admin2, &w->admin2_of, &w->admin2))
		return w->e->code;
	sl_buf_printf(b, "%s\n{\"type\":\"Feature\",\"id\":\"%s\",\"geometry\":", out->n ? "," : "", id);
	if (sl_ogc_put_geometry(out, g, w->e))
		return w->e->code;
	sl_buf_puts(b, ",\"properties\":");
	sl_json_writer_init(&json, b);
	sl_json_begin(&json, '{');
	sl_json_kv_str(&json, "state", sl_str_from(sl_land_state_name((enum sl_land_state)x->state)));
	sl_json_put_key(&json, SL_STR("since"));
	if (since[0])
		sl_json_put_str(&json, sl_str_from(since));
	else
		sl_json_put_null(&json);
	sl_json_kv_double(&json, "area_m2", (double)f->area_mm2 / 1e6);
	sl_json_put_key(&json, SL_STR("admin1"));
	if (w->admin1.n)
		sl_json_put_str(&json, w->admin1);
	else
		sl_json_put_null(&json);
	sl_json_put_key(&json, SL_STR("admin2"));
	if (w->admin2.n)
		sl_json_put_str(&json, w->admin2);
	else
		sl_json_put_null(&json);
	if (out->c->shown[SL_OGC_RECORDS]) {
		sl_json_put_key(&json, SL_STR("records"));
		sl_buf_putc(b, '[');
		if (put_records(w, x, b, true))
			return w->e->code;
		sl_buf_putc(b, ']');
	}
	sl_buf_puts(b, out->keep_id ? "}" : "}}");
	return SL_OK;
}

enum sl_code sl_ogc_land_each(struct sl_ogc_writer *out, const struct sl_ogc_query *q, uint64_t *matched,
                              struct sl_err *e)
{
	const bool all = !q->filter && !q->n_boxes;
	struct sl_arena keep = {0};
	uint64_t n = 0;
	struct walk w;
	bool yes = true;

	if (!open_walk(&w, out->r, q->as_of, e))
		for (size_t i = all ? (size_t)q->offset : 0; i < w.n && !e->code; i++) {
			if (all && out->n >= (uint64_t)q->limit)
				break;
			if (!all && matches(&w, q, &keep, &w.item[i], &yes))
				break;
			if (!all && (!yes || n++ < (uint64_t)q->offset || out->n >= (uint64_t)q->limit))
				continue;
			if (put_item(&w, out, &w.item[i]))
				break;
			out->n++;
			if (sl_env_stopped(out->r->env))
				sl_fail(e, SL_CANCELLED, "interrupted");
		}
	*matched = all ? w.n : n;
	if (q->filter)
		sl_cql2_forget(q->filter);
	close_walk(&w);
	sl_arena_done(&keep);
	return e->code;
}

enum sl_code sl_ogc_land_find(struct sl_ogc_writer *out, struct sl_str id, struct sl_date as_of,
                              bool *found, struct sl_err *e)
{
	struct walk w;
	char other[65];

	*found = false;
	if (!open_walk(&w, out->r, as_of, e))
		for (size_t i = 0; i < w.n && !*found; i++)
			if (sl_str_eq(id_of(&w, &w.item[i], other), id)) {
				*found = true;
				if (!put_item(&w, out, &w.item[i]))
					out->n++;
			}
	close_walk(&w);
	return e->code;
}
