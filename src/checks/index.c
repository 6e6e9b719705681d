#include "checks/index.h"

#include "base/utf8.h"
#include "checks/ring.h"
#include "geo/area.h"
#include "geo/wkb.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PUSH(p, list, value, e)                                                                            \
	do {                                                                                                   \
		void *grown_ =                                                                                     \
		    sl_arena_grow((p)->a, (p)->list.v, &(p)->list.cap, (p)->list.n + 1, sizeof *(p)->list.v, (e)); \
		if (!grown_)                                                                                       \
			return (e)->code;                                                                              \
		(p)->list.v = grown_;                                                                              \
		(p)->list.v[(p)->list.n++] = (value);                                                              \
	} while (0)

/* ---- terms: texts that are compared, as small numbers ---- */

enum sl_code sl_index_term(struct sl_check_programme *p, struct sl_str text, uint32_t *term,
                           struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(p->a);
	struct sl_str key;
	uint64_t *slot;
	bool is_new;
	char *copy;

	*term = 0;
	if (!text.n)
		return SL_OK;
	if (sl_utf8_valid(text)) {
		if (sl_utf8_key(p->a, text, &key, e))
			return e->code;
	} else {
		key = text; /* kept as it came; it can only equal itself */
	}
	if (!key.n)
		return SL_OK;
	slot = sl_map_get(&p->term_by_key, key);
	if (slot) {
		*term = (uint32_t)*slot;
		sl_arena_reset(p->a, mark);
		return SL_OK;
	}
	copy = sl_arena_strndup(p->a, key.p, key.n, e);
	if (!copy)
		return e->code;
	key.p = copy;
	copy = sl_arena_strndup(p->a, text.p, text.n, e);
	if (!copy)
		return e->code;
	*term = (uint32_t)p->term.n;
	if (!sl_map_put(&p->term_by_key, key, *term, &is_new, e))
		return e->code;
	PUSH(p, term, ((struct sl_str){copy, text.n}), e);
	PUSH(p, first_item, SL_NO_ITEM, e);
	return SL_OK;
}

uint32_t sl_index_find(const struct sl_check_programme *p, enum sl_check_kind what, uint32_t term)
{
	uint32_t i = term ? p->first_item.v[term] : SL_NO_ITEM;

	while (i != SL_NO_ITEM && p->item.v[i].what != what)
		i = p->item.v[i].same_term;
	return i;
}

static void name_key(enum sl_check_kind what, uint32_t term, char key[24])
{
	snprintf(key, 24, "%u/%u", (unsigned)what, (unsigned)term);
}

uint32_t sl_index_find_named(const struct sl_check_programme *p, enum sl_check_kind what, uint32_t term)
{
	uint32_t item = sl_index_find(p, what, term);
	char key[24];
	const uint64_t *at;

	if (item != SL_NO_ITEM || !term)
		return item;
	name_key(what, term, key);
	at = sl_map_get(&p->item_by_other_name, sl_str_from(key));
	return at ? (uint32_t)*at : SL_NO_ITEM;
}

struct sl_grid_box sl_index_box(struct sl_box b)
{
	struct sl_grid_point lo, hi;

	if (!(b.x0 <= b.x1))
		return (struct sl_grid_box){1, 1, 0, 0};
	lo = sl_grid_from(b.x0, b.y0);
	hi = sl_grid_from(b.x1, b.y1);
	return (struct sl_grid_box){lo.x, lo.y, hi.x, hi.y};
}

enum sl_code sl_index_say(struct sl_check_programme *p, const char *rule, const struct sl_item *item,
                          struct sl_spot at, struct sl_err *e, const char *fmt, ...)
{
	const struct sl_rule *r = sl_rule_find(sl_str_from(rule));
	char text[600];
	struct sl_finding f;
	va_list args;

	assert(r);
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	f = (struct sl_finding){.rule = r->id,
	                        .severity = at.graded ? at.severity : r->severity,
	                        .field = sl_str_from(at.field),
	                        .text = sl_str_from(text),
	                        .suggestion = sl_str_from(at.advice ? at.advice : r->advice),
	                        .lon = NAN,
	                        .lat = NAN,
	                        .area_m2 = at.m2};
	if (item) {
		f.kind = item->kind->name;
		f.record = item->id;
		f.uuid = item->uuid;
		if (!item->sealed_place) {
			f.lon = item->lon;
			f.lat = item->lat;
		}
	}
	if (at.placed && !(item && item->sealed_place)) {
		f.lon = at.lon;
		f.lat = at.lat;
	}
	return sl_findings_add(p->out, &f, e);
}

/* ---- building ---- */

static void done(void *ptr)
{
	struct sl_check_programme *p = ptr;

	sl_map_done(&p->term_by_key);
	sl_map_done(&p->item_by_uuid);
	sl_map_done(&p->item_by_other_name);
}

enum sl_code sl_check_programme_new(struct sl_arena *a, const struct sl_check_context *c,
                                    const struct sl_env *env, struct sl_check_programme **out,
                                    struct sl_err *e)
{
	struct sl_check_programme *p = sl_arena_alloc(a, 1, sizeof *p, e);

	if (!p || sl_arena_defer(a, done, p, e))
		return e->code;
	p->a = a;
	p->c = c;
	p->env = env;
	p->horizon = SL_DAY_NONE;
	PUSH(p, term, ((struct sl_str){"", 0}), e);
	PUSH(p, first_item, SL_NO_ITEM, e);
	*out = p;
	return SL_OK;
}

/* The polygon to compute with, in the index's arena; *shape stays when there is none. */
static enum sl_code add_shape(struct sl_check_programme *p, const struct sl_revision *rev,
                              const struct sl_record *r, uint32_t item, bool current, uint32_t *shape,
                              struct sl_err *e)
{
	struct sl_prepared_geometry made = {0};
	const struct sl_prepared_geometry *g = &rev->geometry;
	struct sl_shape s = {.item = item, .older = SL_NO_ITEM, .current = current};
	enum sl_code code = SL_OK;
	struct sl_arena scratch = {0};

	if (r->geometry.type != SL_GEOM_POLYGON)
		return SL_OK;
	if (!g->wkb.n && !g->reason[0] && !g->repaired.n) {
		code = sl_geometry_prepare(&scratch, &r->geometry, &made, e);
		g = &made;
	}
	if (!code && g->repaired.n)
		code = sl_wkb_read(p->a, g->repaired, &s.g, e);
	else if (!code && !g->reason[0])
		code = sl_geom_copy(p->a, &r->geometry, &s.g, e);
	if (!code && s.g.type == SL_GEOM_POLYGON) {
		s.box = sl_geom_box(&s.g);
		s.area_m2 = g->repaired.n ? g->repaired_area_m2 : g->area_m2;
		if (!(s.area_m2 > 0))
			s.area_m2 = sl_geom_area_m2(&s.g);
		s.key = sl_geom_key(&s.g);
	}
	sl_arena_done(&scratch);
	if (code || s.g.type != SL_GEOM_POLYGON)
		return code;
	*shape = (uint32_t)p->shape.n;
	PUSH(p, shape, s, e);
	return SL_OK;
}

static int32_t day_of(const struct sl_record *r, const char *field)
{
	return sl_record_date(r, field).day;
}

static enum sl_code term_of(struct sl_check_programme *p, const struct sl_record *r, const char *field,
                            uint32_t *term, struct sl_err *e)
{
	return sl_index_term(p, sl_record_text(r, field), term, e);
}

static void short_code(const struct sl_record *r, const char *field, char *out, size_t size)
{
	snprintf(out, size, "%.*s", SL_STR_ARG(sl_record_text(r, field)));
}

static enum sl_code add_hazard(struct sl_check_programme *p, const struct sl_record *r,
                               struct sl_item *item, struct sl_err *e)
{
	struct sl_hazard_item h = {.item = (uint32_t)p->item.n,
	                           .reported_m2 = sl_record_number(r, "area_reported_m2"),
	                           .identified = day_of(r, "date_identified"),
	                           .first_sha = SL_DAY_NONE,
	                           .first_cha = SL_DAY_NONE};
	struct sl_str class = sl_record_text(r, "class"), status = sl_record_text(r, "status");

	h.class = sl_str_is(class, "CHA")   ? SL_CLASS_CHA
	          : sl_str_is(class, "SHA") ? SL_CLASS_SHA
	                                    : SL_CLASS_OTHER;
	h.stated = status.n > 0;
	h.state = sl_str_is(status, "CLOSED") ? SL_HAZARD_CLOSED
	          : sl_str_is(status, "HAND") ? SL_HAZARD_HANDED
	          : sl_str_is(status, "EXPD") || sl_str_is(status, "DUPL") || sl_str_is(status, "MERG")
	              ? SL_HAZARD_WITHDRAWN
	              : SL_HAZARD_OPEN;
	if (h.class == SL_CLASS_CHA)
		h.first_cha = item->day;
	if (h.class == SL_CLASS_SHA)
		h.first_sha = item->day;
	if (term_of(p, r, "reopens", &h.reopens, e))
		return e->code;
	item->detail = (uint32_t)p->hazard.n;
	PUSH(p, hazard, h, e);
	return SL_OK;
}

static enum sl_code add_release(struct sl_check_programme *p, const struct sl_record *r,
                                struct sl_item *item, struct sl_err *e)
{
	struct sl_release_item x = {.item = (uint32_t)p->item.n,
	                            .reported_m2 = sl_record_number(r, "area_reported_m2"),
	                            .agreed_outside_m2 = sl_record_number(r, "outside_hazard_m2"),
	                            .found = sl_record_number(r, "ordnance_found"),
	                            .certificate = sl_record_text(r, "handover_certificate").n > 0};
	struct sl_str product = sl_record_text(r, "product");

	x.product = sl_str_is(product, "CAN")                                ? SL_PRODUCT_CANCELLED
	            : sl_str_is(product, "RDT") || sl_str_is(product, "RDN") ? SL_PRODUCT_REDUCED
	            : sl_str_is(product, "CLR")                              ? SL_PRODUCT_CLEARED
	                                                                     : SL_PRODUCT_NONE;
	x.extension = sl_str_is(product, "EXT");
	if (term_of(p, r, "hazard", &x.hazard, e) || term_of(p, r, "activity", &x.activity, e))
		return e->code;
	item->detail = (uint32_t)p->release.n;
	PUSH(p, release, x, e);
	return SL_OK;
}

static enum sl_code add_activity(struct sl_check_programme *p, const struct sl_record *r,
                                 struct sl_item *item, struct sl_err *e)
{
	static const char *const counts[] = {"apm_destroyed", "avm_destroyed", "submunitions_destroyed",
	                                     "uxo_destroyed", "ied_destroyed", "items_destroyed"};
	struct sl_activity_item x = {.item = (uint32_t)p->item.n,
	                             .start = day_of(r, "start_date"),
	                             .end = day_of(r, "end_date"),
	                             .found = NAN,
	                             .processed_m2 = sl_record_number(r, "area_processed_m2"),
	                             .cleared_m2 = sl_record_number(r, "cleared_m2"),
	                             .cumulative = sl_record_has_code(r, "quantity_mode", "cumulative"),
	                             .none_found = sl_record_has_code(r, "ordnance_found", "no")};

	short_code(r, "type", x.type, sizeof x.type);
	short_code(r, "status", x.status, sizeof x.status);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		double n = sl_record_number(r, counts[i]);

		if (!isnan(n))
			x.found = (isnan(x.found) ? 0 : x.found) + n;
	}
	if (sl_record_has_code(r, "ordnance_found", "yes"))
		x.found = fmax(1, isnan(x.found) ? 1 : x.found);
	if (term_of(p, r, "hazard", &x.hazard, e) || term_of(p, r, "task", &x.task, e))
		return e->code;
	item->detail = (uint32_t)p->activity.n;
	PUSH(p, activity, x, e);
	return SL_OK;
}

static enum sl_code add_ordnance(struct sl_check_programme *p, const struct sl_record *r,
                                 struct sl_item *item, struct sl_err *e)
{
	struct sl_str category = sl_record_text(r, "category"), state = sl_record_text(r, "state"),
	              ied = sl_record_text(r, "ied_activation");
	struct sl_ordnance_item x = {.item = (uint32_t)p->item.n,
	                             .quantity = sl_record_number(r, "quantity"),
	                             .destroyed = sl_record_number(r, "destroyed_quantity"),
	                             .disposal_lat = sl_record_number(r, "disposal_lat"),
	                             .disposal_lon = sl_record_number(r, "disposal_lon"),
	                             .accuracy_m = sl_record_number(r, "accuracy_m"),
	                             .found_day = day_of(r, "found_date")};

	if (x.found_day == SL_DAY_NONE)
		x.found_day = item->day;
	x.counts = !sl_str_is(category, "SAA") && !sl_str_is(category, "FUZ") && !sl_str_is(ied, "HOAX") &&
	           !sl_str_is(ied, "FALSE") && !sl_record_has_code(r, "verification", "REJECTED") &&
	           x.quantity != 0;
	x.gone = sl_str_is(state, "DEST") || sl_str_is(state, "MOVED") || sl_str_is(state, "HAND") ||
	         sl_str_is(state, "GONE") || sl_str_is(state, "LEFT");
	x.in_place = sl_record_has_code(r, "disposal_method", "PLACE");
	if (term_of(p, r, "hazard", &x.hazard, e) || term_of(p, r, "activity", &x.activity, e) ||
	    term_of(p, r, "release", &x.release, e))
		return e->code;
	item->detail = (uint32_t)p->ordnance.n;
	PUSH(p, ordnance, x, e);
	return SL_OK;
}

static enum sl_code add_accident(struct sl_check_programme *p, const struct sl_record *r,
                                 struct sl_item *item, struct sl_err *e)
{
	struct sl_accident_item x = {.item = (uint32_t)p->item.n,
	                             .killed = sl_record_number(r, "killed"),
	                             .injured = sl_record_number(r, "injured"),
	                             .unknown = sl_record_number(r, "unknown"),
	                             .total = sl_record_number(r, "total"),
	                             .accuracy_m = sl_record_number(r, "accuracy_m"),
	                             .day = day_of(r, "date"),
	                             .exact = sl_record_has_code(r, "location_accuracy", "EXACT")};

	if (x.day == SL_DAY_NONE)
		x.day = item->day;
	if (term_of(p, r, "release", &x.release, e))
		return e->code;
	item->detail = (uint32_t)p->accident.n;
	PUSH(p, accident, x, e);
	return SL_OK;
}

static enum sl_code add_victim(struct sl_check_programme *p, const struct sl_record *r,
                               struct sl_item *item, struct sl_err *e)
{
	struct sl_victim_item x = {.item = (uint32_t)p->item.n,
	                           .age = sl_record_number(r, "age"),
	                           .day = day_of(r, "accident_date"),
	                           .lon = item->lon,
	                           .lat = item->lat,
	                           .public = sl_record_has_code(r, "access_level", "PUBLIC"),
	                           .child = sl_record_has_code(r, "age_group", "CHILD"),
	                           .adult = sl_record_has_code(r, "age_group", "ADULT")};

	short_code(r, "sex", x.sex, sizeof x.sex);
	short_code(r, "outcome", x.outcome, sizeof x.outcome);
	if (term_of(p, r, "accident", &x.accident, e))
		return e->code;
	item->detail = (uint32_t)p->victim.n;
	PUSH(p, victim, x, e);
	return SL_OK;
}

static enum sl_code add_quality(struct sl_check_programme *p, const struct sl_record *r,
                                struct sl_item *item, struct sl_err *e)
{
	struct sl_quality_item x = {.item = (uint32_t)p->item.n,
	                            .critical = sl_record_has_code(r, "severity", "CRIT"),
	                            .major = sl_record_has_code(r, "severity", "MAJ"),
	                            .closed = day_of(r, "closed_date") != SL_DAY_NONE,
	                            .due = day_of(r, "due_date")};

	if (!sl_record_text(r, "severity").n) { /* the result of the visit says it when no severity was given */
		x.critical = sl_record_has_code(r, "result", "critical");
		x.major = sl_record_has_code(r, "result", "major");
	}
	if (term_of(p, r, "activity", &x.activity, e) || term_of(p, r, "hazard", &x.hazard, e) ||
	    term_of(p, r, "task", &x.task, e))
		return e->code;
	item->detail = (uint32_t)p->quality.n;
	PUSH(p, quality, x, e);
	return SL_OK;
}

static enum sl_code add_place(struct sl_check_programme *p, const struct sl_record *r, struct sl_item *item,
                              struct sl_err *e)
{
	struct sl_place_item x = {.item = (uint32_t)p->item.n,
	                          .population = sl_record_number(r, "population"),
	                          .population_year = sl_record_number(r, "population_year")};

	short_code(r, "level", x.level, sizeof x.level);
	if (term_of(p, r, "code", &x.code, e) || term_of(p, r, "parent", &x.parent, e))
		return e->code;
	if (!x.code)
		x.code = item->id_term;
	item->detail = (uint32_t)p->place.n;
	PUSH(p, place, x, e);
	return SL_OK;
}

static int decimals_of(double x)
{
	char text[32];
	size_t n = sl_double_text(x, text);
	const char *dot = memchr(text, '.', n);

	return dot && !memchr(text, 'e', n) ? (int)(text + n - dot - 1) : 0;
}

static enum sl_code add_claim(struct sl_check_programme *p, const struct sl_record *r, struct sl_err *e)
{
	struct sl_claim_item x = {.item = (uint32_t)p->item.n, .value = sl_record_number(r, "value_low")};
	double high = sl_record_number(r, "value_high");

	if (isnan(x.value) || x.value != high) /* "at least" and "at most" do not add up */
		return SL_OK;
	x.decimals = decimals_of(x.value);
	if (term_of(p, r, "document", &x.document, e) || term_of(p, r, "subject", &x.subject, e) ||
	    term_of(p, r, "attribute", &x.attribute, e) || term_of(p, r, "unit", &x.unit, e))
		return e->code;
	PUSH(p, claim, x, e);
	return SL_OK;
}

static enum sl_code add_references(struct sl_check_programme *p, const struct sl_record *r,
                                   struct sl_err *e)
{
	for (size_t i = 0; i < r->kind->n_fields; i++) {
		const struct sl_field *f = &r->kind->field[i];
		struct sl_reference x = {.item = (uint32_t)p->item.n, .field = f};
		const struct sl_kind *target;

		if (!f->ref.n || r->value[i].type != SL_VALUE_TEXT)
			continue;
		target = sl_dictionary_kind(p->c->dict, f->ref);
		x.target = target ? sl_check_kind_of(target) : (enum sl_check_kind)0;
		if (!x.target)
			continue;
		if (sl_index_term(p, r->value[i].text, &x.term, e))
			return e->code;
		if (x.term)
			PUSH(p, reference, x, e);
	}
	return SL_OK;
}

static enum sl_code label(struct sl_check_programme *p, const struct sl_revision *rev,
                          const struct sl_record *r, struct sl_item *item, struct sl_err *e)
{
	struct sl_str id = rev->identity.n ? rev->identity : sl_record_text(r, "id");
	char uuid[37];
	char *copy;

	if (sl_index_term(p, id, &item->id_term, e))
		return e->code;
	if (!id.n) {
		sl_uuid_text(rev->record, uuid);
		id = sl_str_from(uuid);
	}
	copy = sl_arena_strndup(p->a, id.p, id.n, e);
	if (!copy)
		return e->code;
	item->id = (struct sl_str){copy, id.n};
	return SL_OK;
}

static void link_term(struct sl_check_programme *p, uint32_t term, uint32_t item)
{
	if (!term)
		return;
	p->item.v[item].same_term = p->first_item.v[term];
	p->first_item.v[term] = item;
}

static enum sl_code also_called(struct sl_check_programme *p, struct sl_str name, uint32_t target,
                                struct sl_err *e)
{
	uint32_t term;
	char key[24], *copy;
	bool is_new;

	if (sl_index_term(p, name, &term, e) || !term)
		return e->code;
	name_key(p->item.v[target].what, term, key);
	copy = sl_arena_strndup(p->a, key, strlen(key), e);
	if (!copy)
		return e->code;
	return sl_map_put(&p->item_by_other_name, sl_str_from(copy), target, &is_new, e) ? SL_OK : e->code;
}

static int bit_number(enum sl_check_kind kind)
{
	int n = 0;

	for (unsigned k = kind; k > 1; k >>= 1)
		n++;
	return n;
}

static enum sl_code add_names(struct sl_check_programme *p, const struct sl_record *r, uint32_t item,
                              struct sl_err *e)
{
	struct sl_str names = sl_record_text(r, "alternative_names"), one;

	if (p->item.v[item].what == SL_CHECK_ORGANISATION) {
		if (also_called(p, sl_record_text(r, "name"), item, e) ||
		    also_called(p, sl_record_text(r, "short_name"), item, e))
			return e->code;
		while (names.n && sl_str_split(&names, ';', &one))
			if (also_called(p, one, item, e))
				return e->code;
	}
	if (p->item.v[item].what == SL_CHECK_PLACE)
		return also_called(p, sl_record_text(r, "code"), item, e);
	return SL_OK;
}

enum sl_code sl_check_programme_add(struct sl_check_programme *p, const struct sl_revision *rev,
                                    const struct sl_record *r, struct sl_err *e)
{
	struct sl_item item = {.uuid = rev->record,
	                       .kind = r->kind,
	                       .what = sl_check_kind_of(r->kind),
	                       .shape = SL_NO_ITEM,
	                       .same_term = SL_NO_ITEM,
	                       .lon = NAN,
	                       .lat = NAN};
	uint32_t number = (uint32_t)p->item.n;
	enum sl_code code = SL_OK;
	struct sl_str uuid;
	bool is_new;

	if (!item.what)
		return SL_OK;
	item.sealed_place = r->kind->geometry >= 0 && r->kind->field[r->kind->geometry].sensitive;
	if (!sl_geom_somewhere(&r->geometry, &item.lon, &item.lat))
		item.lon = item.lat = NAN;
	item.day = rev->effective.day;
	if (item.day == SL_DAY_NONE)
		item.day = day_of(r, "effective_date");
	item.first_day = item.day;
	if (item.day != SL_DAY_NONE && item.day <= p->c->today.day && item.day > p->horizon)
		p->horizon = item.day;
	if (label(p, rev, r, &item, e) || add_shape(p, rev, r, number, true, &item.shape, e) ||
	    term_of(p, r, "organisation", &item.organisation, e) || term_of(p, r, "team", &item.team, e) ||
	    term_of(p, r, "place", &item.place, e) || term_of(p, r, "locality", &item.locality, e) ||
	    term_of(p, r, "admin1", &item.admin[0], e) || term_of(p, r, "admin2", &item.admin[1], e) ||
	    term_of(p, r, "admin3", &item.admin[2], e) || add_references(p, r, e))
		return e->code;
	switch (item.what) {
	case SL_CHECK_HAZARD: code = add_hazard(p, r, &item, e); break;
	case SL_CHECK_RELEASE: code = add_release(p, r, &item, e); break;
	case SL_CHECK_ACTIVITY: code = add_activity(p, r, &item, e); break;
	case SL_CHECK_ORDNANCE: code = add_ordnance(p, r, &item, e); break;
	case SL_CHECK_ACCIDENT: code = add_accident(p, r, &item, e); break;
	case SL_CHECK_VICTIM: code = add_victim(p, r, &item, e); break;
	case SL_CHECK_QUALITY: code = add_quality(p, r, &item, e); break;
	case SL_CHECK_PLACE: code = add_place(p, r, &item, e); break;
	case SL_CHECK_SOURCE: code = add_claim(p, r, e); break;
	default: break;
	}
	if (code)
		return code;
	p->count_of_kind[bit_number(item.what)]++;
	PUSH(p, item, item, e);
	link_term(p, item.id_term, number);
	uuid = (struct sl_str){
	    (const char *)sl_arena_strndup(p->a, (const char *)item.uuid.b, sizeof item.uuid.b, e),
	    sizeof item.uuid.b};
	if (!uuid.p || !sl_map_put(&p->item_by_uuid, uuid, number, &is_new, e))
		return e->code;
	return add_names(p, r, number, e);
}

enum sl_code sl_check_programme_name(struct sl_check_programme *p, struct sl_str name, struct sl_err *e)
{
	char *copy;

	if (!p->victim.n || p->victim.v[p->victim.n - 1].item + 1 != p->item.n)
		return sl_fail(e, SL_INVALID, "the record added last is no victim");
	copy = sl_arena_strndup(p->a, name.p, name.n, e);
	if (!copy)
		return e->code;
	p->victim.v[p->victim.n - 1].name = (struct sl_str){copy, name.n};
	return SL_OK;
}

static struct sl_item *item_of(struct sl_check_programme *p, struct sl_uuid record)
{
	uint64_t *at = sl_map_get(&p->item_by_uuid, (struct sl_str){(const char *)record.b, sizeof record.b});

	return at ? &p->item.v[*at] : NULL;
}

static void earlier(int32_t *known, int32_t day)
{
	if (day != SL_DAY_NONE && (*known == SL_DAY_NONE || day < *known))
		*known = day;
}

enum sl_code sl_check_programme_version(struct sl_check_programme *p, const struct sl_revision *rev,
                                        const struct sl_record *r, struct sl_err *e)
{
	struct sl_item *item = item_of(p, rev->record);
	struct sl_hazard_item *h;
	uint32_t shape = SL_NO_ITEM, *end;
	uint64_t key;

	if (!item)
		return SL_OK;
	earlier(&item->first_day, rev->effective.day);
	if (item->what != SL_CHECK_HAZARD)
		return SL_OK;
	h = &p->hazard.v[item->detail];
	earlier(&h->identified, day_of(r, "date_identified"));
	if (!h->reopens && term_of(p, r, "reopens", &h->reopens, e))
		return e->code;
	if (sl_record_has_code(r, "class", "CHA"))
		earlier(&h->first_cha, rev->effective.day);
	if (sl_record_has_code(r, "class", "SHA"))
		earlier(&h->first_sha, rev->effective.day);
	if (r->geometry.type != SL_GEOM_POLYGON)
		return SL_OK;
	key = sl_geom_key(&r->geometry);
	for (end = &item->shape; *end != SL_NO_ITEM; end = &p->shape.v[*end].older)
		if (p->shape.v[*end].key == key)
			return SL_OK; /* this outline is there already */
	if (add_shape(p, rev, r, (uint32_t)(item - p->item.v), false, &shape, e))
		return e->code;
	/* The list of shapes may have moved. */
	for (end = &item->shape; *end != SL_NO_ITEM;)
		end = &p->shape.v[*end].older;
	*end = shape;
	return SL_OK;
}

enum sl_code sl_check_programme_approval(struct sl_check_programme *p, struct sl_uuid record,
                                         struct sl_str entered_by, struct sl_str approved_by,
                                         struct sl_err *e)
{
	struct sl_item *item = item_of(p, record);
	uint32_t entered, approved;

	if (!item || sl_index_term(p, entered_by, &entered, e) || sl_index_term(p, approved_by, &approved, e))
		return e->code;
	if (!entered || entered != approved)
		return SL_OK;
	for (size_t i = 0; i < p->approval.n; i++)
		if (p->approval.v[i].author == approved) {
			p->approval.v[i].n++;
			return SL_OK;
		}
	PUSH(p, approval, ((struct sl_approvals){approved, 1, (uint32_t)(item - p->item.v)}), e);
	return SL_OK;
}
