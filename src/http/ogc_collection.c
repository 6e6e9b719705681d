/* Collections: the kinds of record, and the land by its state; what of them a client may see. */
#include "http/ogc.h"

#include "base/mem.h"
#include "ledger/fold.h"

#include <pthread.h>
#include <string.h>

const struct sl_cql2_field sl_ogc_land_field[SL_OGC_LAND_PROPERTIES + 1] = {
    [SL_OGC_STATE] = {{"state", 5}, SL_CQL2_IS_TEXT},
    [SL_OGC_SINCE] = {{"since", 5}, SL_CQL2_IS_DATE},
    [SL_OGC_AREA] = {{"area_m2", 7}, SL_CQL2_IS_NUMBER},
    [SL_OGC_ADMIN1] = {{"admin1", 6}, SL_CQL2_IS_TEXT},
    [SL_OGC_ADMIN2] = {{"admin2", 6}, SL_CQL2_IS_TEXT},
    [SL_OGC_RECORDS] = {{"records", 7}, SL_CQL2_IS_TEXT},
    [SL_OGC_LAND_PROPERTIES] = {{"geometry", 8}, SL_CQL2_IS_GEOMETRY},
};

static const char *const land_titles[SL_OGC_LAND_PROPERTIES] = {
    "State of the land",
    "Day on which it came into this state",
    "Geodesic area, square metres",
    "First-level area code",
    "Second-level area code",
    "Hazards and releases whose boundaries cover it",
};

enum sl_ogc_access sl_ogc_access_of(const struct sl_request *r)
{
	enum sl_extent extent = r->person ? sl_person_may(r->person, SL_RIGHT_READ_APPROVED)
	                                  : sl_role_may(r->role, SL_RIGHT_READ_APPROVED);
	enum sl_extent published = r->person ? sl_person_may(r->person, SL_RIGHT_READ_PUBLISHED)
	                                     : sl_role_may(r->role, SL_RIGHT_READ_PUBLISHED);

	switch (extent) {
	case SL_EXTENT_ALL: return SL_OGC_ALL;
	case SL_EXTENT_OWN_ORGANISATION:
		return r->person && r->person->organisation.n ? SL_OGC_OWN : SL_OGC_NOTHING;
	default: return published == SL_EXTENT_ALL ? SL_OGC_PUBLISHED : SL_OGC_NOTHING;
	}
}

/* ---- what may be seen ---- */

/* To the public: where land is, was and what it is called.  People, accidents and work are not published
 * one by one. */
bool sl_ogc_kind_shown(enum sl_ogc_access access, const struct sl_kind *k)
{
	static const char *const published[] = {"hazard", "release", "place"};

	if (access == SL_OGC_OWN || access == SL_OGC_ALL)
		return true;
	for (size_t i = 0; access == SL_OGC_PUBLISHED && i < sizeof published / sizeof *published; i++)
		if (sl_str_is(k->name, published[i]))
			return true;
	return false;
}

static bool starts(struct sl_str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sl_str_has_prefix(s, words[i]))
			return true;
	return false;
}

/* Free text may hold anything, and so may columns that nobody described. */
static bool property_shown(enum sl_ogc_access access, const struct sl_feature_property *p)
{
	static const char *const names[] = {"id", "name", "admin", "organisation", "hazard", "level", "pcode"};

	if (access != SL_OGC_PUBLISHED)
		return true;
	if (!p->field)
		return p->own == SL_FEATURE_AREA_M2;
	return p->field->type != SL_FIELD_TEXT || starts(p->name, names, sizeof names / sizeof *names);
}

static enum sl_code of_land(struct sl_request *r, struct sl_ogc_collection *c, struct sl_err *e)
{
	*c = (struct sl_ogc_collection){
	    .id = SL_STR(SL_OGC_LAND),
	    .title = SL_STR("Land by its state"),
	    .description =
	        "Ground that was ever recorded as hazardous or released, cut so that no piece overlaps "
	        "another, in its state at the end of a day (as-of; today when left out).",
	    .access = sl_ogc_access_of(r),
	    .n_fields = SL_OGC_LAND_PROPERTIES + 1,
	    .n_properties = SL_OGC_LAND_PROPERTIES,
	    .has_geometry = true,
	    .time = SL_OGC_SINCE,
	};
	c->field = sl_arena_alloc(r->arena, c->n_fields, sizeof *c->field, e);
	c->shown = c->field ? sl_arena_alloc(r->arena, c->n_fields, sizeof *c->shown, e) : NULL;
	if (!c->shown)
		return e->code;
	memcpy(c->field, sl_ogc_land_field, sizeof sl_ogc_land_field);
	for (size_t i = 0; i < c->n_fields; i++) {
		c->shown[i] = i != SL_OGC_RECORDS || c->access == SL_OGC_ALL;
		if (!c->shown[i])
			c->field[i].name = SL_STR("");
	}
	return SL_OK;
}

static enum sl_code of_kind(struct sl_request *r, const struct sl_kind *k, struct sl_ogc_collection *c,
                            struct sl_err *e)
{
	const enum sl_ogc_access access = sl_ogc_access_of(r);
	const struct sl_feature_schema *s;

	if (sl_feature_schema_of(r->programme->db, k, &s, e))
		return e->code;
	*c = (struct sl_ogc_collection){
	    .id = k->name,
	    .title = k->label.n ? k->label : k->name,
	    .description = "Current approved records of this kind; with as-of, those in force on that day.",
	    .kind = k,
	    .schema = s,
	    .access = access,
	    .field = s->field,
	    .n_fields = s->n_fields,
	    .n_properties = s->n_properties,
	    .has_geometry = s->has_geometry,
	    .time = s->time,
	};
	if (access != SL_OGC_PUBLISHED)
		return SL_OK;
	c->field = sl_arena_alloc(r->arena, c->n_fields, sizeof *c->field, e);
	c->shown = c->field ? sl_arena_alloc(r->arena, c->n_fields, sizeof *c->shown, e) : NULL;
	if (!c->shown)
		return e->code;
	memcpy(c->field, s->field, s->n_fields * sizeof *c->field);
	for (size_t i = 0; i < s->n_properties; i++) {
		c->shown[i] = property_shown(access, &s->property[i]);
		if (!c->shown[i])
			c->field[i].name = SL_STR("");
	}
	return SL_OK;
}

enum sl_code sl_ogc_collection_of(struct sl_request *r, struct sl_str id, struct sl_ogc_collection *out,
                                  struct sl_err *e)
{
	const enum sl_ogc_access access = sl_ogc_access_of(r);
	const struct sl_kind *k;

	if (access != SL_OGC_NOTHING && sl_str_is(id, SL_OGC_LAND))
		return of_land(r, out, e);
	k = sl_dictionary_kind(r->programme->dict, id);
	if (!k || !sl_ogc_kind_shown(access, k))
		return sl_fail(e, SL_NOT_FOUND, "there is no collection '%.*s'; /ogc/collections lists them",
		               SL_STR_ARG(id));
	return of_kind(r, k, out, e);
}

/* A name that is not shown to this client is no name here. */
static size_t property_called(const struct sl_ogc_collection *c, struct sl_str name)
{
	size_t i = 0;

	while (i < c->n_properties && !(name.n && sl_str_eq(c->field[i].name, name)))
		i++;
	return i;
}

enum sl_code sl_ogc_read_properties(struct sl_request *r, struct sl_ogc_collection *io, struct sl_err *e)
{
	bool found, *wanted;
	struct sl_str rest = sl_request_query(r, "properties", &found), name;

	if (!found)
		return SL_OK;
	if (!io->kind)
		return sl_fail(e, SL_INVALID, "leave 'properties' out: the land comes with all it has");
	wanted = sl_arena_alloc(r->arena, io->n_fields, sizeof *wanted, e);
	if (!wanted)
		return e->code;
	while (sl_str_split(&rest, ',', &name)) {
		size_t i = property_called(io, name);

		if (i == io->n_properties)
			return sl_fail(e, SL_INVALID, "'%.*s' is no property of '%.*s'", SL_STR_ARG(name), SL_STR_ARG(io->id));
		wanted[i] = true;
	}
	io->shown = wanted;
	return SL_OK;
}

enum sl_code sl_ogc_collections(struct sl_request *r, struct sl_ogc_collection **out, size_t *n,
                                struct sl_err *e)
{
	const struct sl_dictionary *d = r->programme->dict;
	const enum sl_ogc_access access = sl_ogc_access_of(r);
	struct sl_ogc_collection *c = sl_arena_alloc(r->arena, d->n_kinds + 1, sizeof *c, e);
	size_t k = 0;

	if (!c || (access != SL_OGC_NOTHING && of_land(r, &c[k++], e)))
		return e->code;
	for (size_t i = 0; i < d->n_kinds; i++)
		if (sl_ogc_kind_shown(access, &d->kind[i]) && of_kind(r, &d->kind[i], &c[k++], e))
			return e->code;
	*out = c;
	*n = k;
	return SL_OK;
}

/* ---- metadata ---- */

struct extent {
	struct sl_box box; /* empty: nothing has a place */
	struct sl_feature_interval when;
};

/* When the features of each kind are: looked up once, and widened by what is approved later. */
struct intervals {
	pthread_mutex_t lock;
	int64_t seq; /* of the last revision that they know of; 0: nothing is known yet */
	struct sl_feature_interval kind[];
};

static enum sl_code make_intervals(struct sl_request *r, void **out, struct sl_err *e)
{
	struct intervals *v = sl_mem_zeroed(sizeof *v + r->programme->dict->n_kinds * sizeof *v->kind);

	if (!v)
		return sl_fail(e, SL_NOMEM, "out of memory");
	pthread_mutex_init(&v->lock, NULL);
	for (size_t i = 0; i < r->programme->dict->n_kinds; i++)
		v->kind[i] = (struct sl_feature_interval){sl_date_none(), sl_date_none()};
	*out = v;
	return SL_OK;
}

static void free_intervals(void *thing)
{
	struct intervals *v = thing;

	pthread_mutex_destroy(&v->lock);
	sl_mem_free(v);
}

static enum sl_code interval_of(struct sl_request *r, const struct sl_kind *k,
                                struct sl_feature_interval *out, struct sl_err *e)
{
	static const struct sl_shared_slot slot = {
	    .name = "intervals", .make = make_intervals, .done = free_intervals, .lasting = true};
	struct intervals *v;
	void *thing;

	if (sl_shared_get(r, &slot, &thing, e))
		return e->code;
	v = thing;
	pthread_mutex_lock(&v->lock);
	if (v->seq < r->version && !sl_feature_intervals(r->programme->db, v->seq, v->kind, e))
		v->seq = r->version;
	*out = v->kind[k->number];
	pthread_mutex_unlock(&v->lock);
	return e->code;
}

/* The land is where hazards and releases are; since when it is in its state only the ledger knows, which
 * may have to be built first: that interval is left out rather than guessed. */
static enum sl_code extent_of(struct sl_request *r, const struct sl_ogc_collection *c, struct extent *x,
                              struct sl_err *e)
{
	static const char *const land[] = {"hazard", "release"};

	*x = (struct extent){{1, 1, 0, 0}, {sl_date_none(), sl_date_none()}};
	if (c->kind)
		return sl_feature_box(r->programme->db, c->kind, &x->box, e) ? e->code
		                                                             : interval_of(r, c->kind, &x->when, e);
	for (size_t i = 0; i < sizeof land / sizeof *land; i++) {
		const struct sl_kind *k = sl_dictionary_kind(r->programme->dict, sl_str_from(land[i]));
		struct sl_box box;

		if (k && sl_feature_box(r->programme->db, k, &box, e))
			return e->code;
		if (k)
			x->box = sl_box_join(x->box, box);
	}
	return SL_OK;
}

static void put_moment(struct sl_json_writer *w, struct sl_date d, const char *time)
{
	char text[40];

	sl_date_text(d, text);
	strcat(text, time);
	sl_json_put_str(w, sl_str_from(text));
}

static void put_extent(struct sl_json_writer *w, const struct sl_ogc_collection *c, const struct extent *x)
{
	const double grow = c->access == SL_OGC_PUBLISHED ? 0.01 : 0; /* what is published may be moved */
	const double box[4] = {x->box.x0 - grow, x->box.y0 - grow, x->box.x1 + grow, x->box.y1 + grow};
	const bool placed = x->box.x0 <= x->box.x1, timed = !sl_date_is_none(x->when.first);

	if (!placed && !timed)
		return;
	sl_json_put_key(w, SL_STR("extent"));
	sl_json_begin(w, '{');
	if (placed) {
		sl_json_put_key(w, SL_STR("spatial"));
		sl_json_begin(w, '{');
		sl_json_put_key(w, SL_STR("bbox"));
		sl_json_begin(w, '[');
		sl_json_begin(w, '[');
		for (int i = 0; i < 4; i++)
			sl_json_put_double(w, box[i]);
		sl_json_end(w, ']');
		sl_json_end(w, ']');
		sl_json_kv_str(w, "crs", sl_str_from(sl_ogc_crs_uri[SL_OGC_CRS84]));
		sl_json_end(w, '}');
	}
	if (timed) {
		sl_json_put_key(w, SL_STR("temporal"));
		sl_json_begin(w, '{');
		sl_json_put_key(w, SL_STR("interval"));
		sl_json_begin(w, '[');
		sl_json_begin(w, '[');
		put_moment(w, x->when.first, "T00:00:00Z");
		put_moment(w, x->when.last, "T23:59:59Z");
		sl_json_end(w, ']');
		sl_json_end(w, ']');
		sl_json_kv_str(w, "trs", SL_STR("http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"));
		sl_json_end(w, '}');
	}
	sl_json_end(w, '}');
}

static void put_collection(struct sl_request *r, struct sl_json_writer *w,
                           const struct sl_ogc_collection *c, const struct extent *x, struct sl_err *e)
{
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "id", c->id);
	sl_json_kv_str(w, "title", c->title);
	sl_json_kv_str(w, "description", sl_str_from(c->description));
	sl_json_kv_str(w, "itemType", SL_STR("feature"));
	put_extent(w, c, x);
	sl_json_put_key(w, SL_STR("crs"));
	sl_json_begin(w, '[');
	for (int i = 0; i < SL_OGC_CRS_N; i++)
		sl_json_put_str(w, sl_str_from(sl_ogc_crs_uri[i]));
	sl_json_end(w, ']');
	sl_json_kv_str(w, "storageCrs", sl_str_from(sl_ogc_crs_uri[SL_OGC_CRS84]));
	sl_json_put_key(w, SL_STR("links"));
	sl_json_begin(w, '[');
	sl_ogc_put_link(w, "self", "application/json", "This collection",
	                sl_ogc_href(r, e, "/collections/%.*s", SL_STR_ARG(c->id)));
	sl_ogc_put_link(w, "alternate", SL_OGC_HTML, "This collection as a page",
	                sl_ogc_href(r, e, "/collections/%.*s?f=html", SL_STR_ARG(c->id)));
	sl_ogc_put_link(w, "items", SL_OGC_GEOJSON, "Its features",
	                sl_ogc_href(r, e, "/collections/%.*s/items", SL_STR_ARG(c->id)));
	sl_ogc_put_link(w, "items", SL_OGC_HTML, "Its features as a page",
	                sl_ogc_href(r, e, "/collections/%.*s/items?f=html", SL_STR_ARG(c->id)));
	sl_ogc_put_link(w, "http://www.opengis.net/def/rel/ogc/1.0/queryables", SL_OGC_SCHEMA,
	                "What may be asked for in filters",
	                sl_ogc_href(r, e, "/collections/%.*s/queryables", SL_STR_ARG(c->id)));
	sl_json_end(w, ']');
	sl_json_end(w, '}');
}

static void put_html_collection(struct sl_request *r, struct sl_buf *b, const struct sl_ogc_collection *c,
                                const struct extent *x, struct sl_err *e)
{
	uint64_t n = 0;
	char day[11];

	sl_buf_printf(b, "<p>%s</p>\n<ul>", c->description);
	if (c->kind && c->access != SL_OGC_OWN && !sl_feature_count(r->programme->db, c->kind, &n, e))
		sl_buf_printf(b, "<li>%llu features</li>", (unsigned long long)n);
	if (!sl_date_is_none(x->when.first)) {
		sl_date_text(x->when.first, day);
		sl_buf_printf(b, "<li>from %s", day);
		sl_date_text(x->when.last, day);
		sl_buf_printf(b, " to %s</li>", day);
	}
	sl_buf_puts(b, "<li>");
	sl_ogc_anchor(b, sl_ogc_href(r, e, "/collections/%.*s/items?f=html", SL_STR_ARG(c->id)),
	              SL_STR("Features"));
	sl_buf_puts(b, "</li><li>");
	sl_ogc_anchor(b, sl_ogc_href(r, e, "/collections/%.*s/queryables?f=html", SL_STR_ARG(c->id)),
	              SL_STR("What may be asked for in filters"));
	sl_buf_puts(b, "</li></ul>\n");
}

enum sl_code sl_ogc_list(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_buf *b = &out->body;
	struct sl_ogc_collection *c;
	struct extent x;
	struct sl_json_writer w;
	bool html, known;
	size_t n;

	if (sl_ogc_format(r, out, "application/json", &html, e) || sl_ogc_etag(r, out, &known, e) || known ||
	    sl_ogc_collections(r, &c, &n, e))
		return e->code;
	if (html) {
		sl_ogc_page_begin(r, b, SL_STR("Collections"));
		sl_buf_puts(b, "<ul>\n");
		for (size_t i = 0; i < n && !e->code; i++) {
			sl_buf_puts(b, "<li>");
			sl_ogc_anchor(b, sl_ogc_href(r, e, "/collections/%.*s?f=html", SL_STR_ARG(c[i].id)),
			              c[i].title);
			sl_buf_puts(b, "</li>\n");
		}
		sl_buf_puts(b, "</ul>\n");
		sl_ogc_page_end(r, b);
		return e->code;
	}
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("links"));
	sl_json_begin(&w, '[');
	sl_ogc_put_self(r, &w, "application/json", e);
	sl_json_end(&w, ']');
	sl_json_put_key(&w, SL_STR("collections"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < n && !e->code; i++)
		if (!extent_of(r, &c[i], &x, e))
			put_collection(r, &w, &c[i], &x, e);
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return e->code;
}

enum sl_code sl_ogc_one(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_ogc_collection c;
	struct extent x;
	struct sl_json_writer w;
	bool html, known;

	if (sl_ogc_collection_of(r, r->value[0], &c, e) ||
	    sl_ogc_format(r, out, "application/json", &html, e) || sl_ogc_etag(r, out, &known, e) || known ||
	    extent_of(r, &c, &x, e))
		return e->code;
	if (html) {
		sl_ogc_page_begin(r, &out->body, c.title);
		put_html_collection(r, &out->body, &c, &x, e);
		sl_ogc_page_end(r, &out->body);
		return e->code;
	}
	sl_json_writer_init(&w, &out->body);
	put_collection(r, &w, &c, &x, e);
	sl_buf_putc(&out->body, '\n');
	return e->code;
}

/* ---- queryables ---- */

static struct sl_str title_of(struct sl_request *r, const struct sl_ogc_collection *c, size_t i, int language)
{
	const struct sl_field *f = c->kind && i < c->n_properties ? c->schema->property[i].field : NULL;

	if (f)
		return sl_field_text(r->programme->dict, f, SL_LABEL, language);
	if (!c->kind && i < SL_OGC_LAND_PROPERTIES)
		return sl_str_from(land_titles[i]);
	return c->field[i].name;
}

static void put_codes(struct sl_json_writer *w, const struct sl_ogc_collection *c, size_t i)
{
	const struct sl_field *f = c->kind && i < c->n_properties ? c->schema->property[i].field : NULL;

	if (f && f->type == SL_FIELD_SELECT_ONE && f->list && f->list->n) {
		sl_json_put_key(w, SL_STR("enum"));
		sl_json_begin(w, '[');
		for (size_t k = 0; k < f->list->n; k++)
			sl_json_put_str(w, f->list->choice[k].code);
		sl_json_end(w, ']');
	} else if (!c->kind && i == SL_OGC_STATE) {
		sl_json_put_key(w, SL_STR("enum"));
		sl_json_begin(w, '[');
		for (int s = SL_STATE_NONE + 1; s < SL_STATES; s++)
			sl_json_put_str(w, sl_str_from(sl_land_state_name((enum sl_land_state)s)));
		sl_json_end(w, ']');
	}
}

static void put_queryable(struct sl_request *r, struct sl_json_writer *w, const struct sl_ogc_collection *c,
                          size_t i, int language)
{
	const struct sl_cql2_field *f = &c->field[i];

	sl_json_put_key(w, f->name);
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "title", title_of(r, c, i, language));
	switch (f->type) {
	case SL_CQL2_IS_GEOMETRY:
		sl_json_kv_str(w, "format", SL_STR("geometry-any"));
		sl_json_kv_str(w, "x-ogc-role", SL_STR("primary-geometry"));
		break;
	case SL_CQL2_IS_NUMBER: sl_json_kv_str(w, "type", SL_STR("number")); break;
	default:
		sl_json_kv_str(w, "type", SL_STR("string"));
		if (f->type == SL_CQL2_IS_DATE)
			sl_json_kv_str(w, "format", SL_STR("date"));
		else if (f->type == SL_CQL2_IS_TIMESTAMP)
			sl_json_kv_str(w, "format", SL_STR("date-time"));
		put_codes(w, c, i);
	}
	sl_json_end(w, '}');
}

enum sl_code sl_ogc_queryables(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	static const char *const words[] = {"condition", "text", "number", "date", "date and time", "geometry"};
	struct sl_ogc_collection c;
	struct sl_json_writer w;
	struct sl_str self;
	bool html;
	int language;

	if (sl_ogc_collection_of(r, r->value[0], &c, e) || sl_ogc_format(r, out, SL_OGC_SCHEMA, &html, e))
		return e->code;
	language = sl_request_language(r, out);
	if (html) {
		sl_ogc_page_begin(r, &out->body, c.title);
		sl_buf_puts(
		    &out->body,
		    "<table><thead><tr><th>Name</th><th>What it is</th><th>Type</th></tr></thead><tbody>\n");
		for (size_t i = 0; i < c.n_fields; i++) {
			if (!c.field[i].name.n)
				continue;
			sl_buf_puts(&out->body, "<tr><td>");
			sl_html_text(&out->body, c.field[i].name);
			sl_buf_puts(&out->body, "</td><td>");
			sl_html_text(&out->body, title_of(r, &c, i, language));
			sl_buf_printf(&out->body, "</td><td>%s</td></tr>\n", words[c.field[i].type]);
		}
		sl_buf_puts(&out->body, "</tbody></table>\n");
		sl_ogc_page_end(r, &out->body);
		return e->code;
	}
	self = sl_ogc_href_with(r, NULL, NULL, e);
	sl_json_writer_init(&w, &out->body);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "$schema", SL_STR("https://json-schema.org/draft/2020-12/schema"));
	sl_json_kv_str(&w, "$id", self);
	sl_json_kv_str(&w, "type", SL_STR("object"));
	sl_json_kv_str(&w, "title", c.title);
	sl_json_put_key(&w, SL_STR("properties"));
	sl_json_begin(&w, '{');
	for (size_t i = 0; i < c.n_fields; i++)
		if (c.field[i].name.n)
			put_queryable(r, &w, &c, i, language);
	sl_json_end(&w, '}');
	sl_json_put_key(&w, SL_STR("additionalProperties"));
	sl_json_put_bool(&w, false);
	sl_json_end(&w, '}');
	sl_buf_putc(&out->body, '\n');
	return e->code;
}
