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

static const uint32_t no_item = SL_NO_ITEM;

/* ---- terms: texts that are compared, as small numbers ---- */

static uint32_t hash_of(struct sl_str s)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 0x100000001b3u;
	return (uint32_t)(h ^ (h >> 32));
}

/* The key of a text, in the arena; text that is not UTF-8 can only equal itself. */
static enum sl_code key_of(struct sl_arena *a, struct sl_str text, struct sl_str *key, struct sl_err *e)
{
	*key = text;
	return sl_utf8_valid(text) ? sl_utf8_key(a, text, key, e) : SL_OK;
}

/* The slot of a key: that of its term, or the free one where it belongs. */
static enum sl_code find_slot(struct sl_check_programme *p, struct sl_str key, uint32_t hash,
                              struct sl_term_slot **slot, struct sl_err *e)
{
	for (size_t i = hash & (p->n_slots - 1);; i = (i + 1) & (p->n_slots - 1)) {
		struct sl_term_slot *s = &p->slot[i];
		struct sl_str other;

		if (s->term && s->hash == hash) {
			struct sl_arena_mark mark = sl_arena_mark(p->a);
			bool same;

			if (key_of(p->a, p->term.v[s->term], &other, e))
				return e->code;
			same = sl_str_eq(key, other);
			sl_arena_reset(p->a, mark);
			if (!same)
				continue;
		} else if (s->term) {
			continue;
		}
		*slot = s;
		return SL_OK;
	}
}

static enum sl_code more_slots(struct sl_check_programme *p, struct sl_err *e)
{
	size_t n = p->n_slots ? 2 * p->n_slots : 1024;
	struct sl_buf memory = {0};
	struct sl_term_slot *slot = (void *)sl_buf_room(&memory, n * sizeof *slot);

	if (!slot) {
		sl_buf_done(&memory);
		return sl_fail(e, SL_NOMEM, "out of memory");
	}
	memset(slot, 0, n * sizeof *slot);
	for (size_t i = 0; i < p->n_slots; i++) {
		size_t k = p->slot[i].hash & (n - 1);

		if (!p->slot[i].term)
			continue;
		while (slot[k].term)
			k = (k + 1) & (n - 1);
		slot[k] = p->slot[i];
	}
	sl_buf_done(&p->slot_memory);
	p->slot_memory = memory;
	p->slot = slot;
	p->n_slots = n;
	return SL_OK;
}

enum sl_code sl_index_term(struct sl_check_programme *p, struct sl_str text, uint32_t *term,
                           struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(p->a);
	struct sl_term_slot *slot;
	struct sl_str key, own;
	uint32_t hash;
	char *copy;

	*term = 0;
	if (!text.n)
		return SL_OK;
	if (3 * p->term.n >= 2 * p->n_slots && more_slots(p, e))
		return e->code;
	if (key_of(p->a, text, &key, e))
		return e->code;
	if (!key.n)
		return SL_OK;
	hash = hash_of(key);
	if (find_slot(p, key, hash, &slot, e))
		return e->code;
	sl_arena_reset(p->a, mark);
	if (slot->term) {
		*term = slot->term;
		return SL_OK;
	}
	copy = sl_arena_strndup(p->a, text.p, text.n, e);
	if (!copy)
		return e->code;
	own = (struct sl_str){copy, text.n};
	*slot = (struct sl_term_slot){hash, (uint32_t)p->term.n};
	*term = slot->term;
	SL_PUSH(p, term, own, e);
	SL_PUSH(p, first_item, no_item, e);
	return SL_OK;
}

struct sl_str sl_item_id(const struct sl_check_programme *p, const struct sl_item *item)
{
	return item->spelling ? p->spelling.v[item->spelling] : p->term.v[item->id_term];
}

int sl_check_bit(enum sl_check_kind kind)
{
	int n = 0;

	for (unsigned k = kind; k > 1; k >>= 1)
		n++;
	return n;
}

const struct sl_kind *sl_item_kind(const struct sl_check_programme *p, const struct sl_item *item)
{
	return p->kind_of_bit[sl_check_bit(item->what)];
}

const struct sl_field *sl_reference_field(const struct sl_check_programme *p, const struct sl_reference *r)
{
	return &sl_item_kind(p, &p->item.v[r->item])->field[r->field];
}

enum sl_check_kind sl_reference_target(const struct sl_check_programme *p, const struct sl_reference *r)
{
	return sl_check_kind_of(sl_dictionary_kind(p->c->dict, sl_reference_field(p, r)->ref));
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
		f.kind = sl_item_kind(p, item)->name;
		f.record = sl_item_id(p, item);
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
	struct sl_buf *const memory[] = {
	    &p->item.memory,     &p->shape.memory,    &p->hazard.memory,         &p->release.memory,
	    &p->activity.memory, &p->ordnance.memory, &p->accident.memory,       &p->victim.memory,
	    &p->quality.memory,  &p->place.memory,    &p->claim.memory,          &p->reference.memory,
	    &p->approval.memory, &p->named.memory,    &p->term.memory,           &p->first_item.memory,
	    &p->slot_memory,     &p->spelling.memory, &p->item_of_number.memory, &p->evidence.memory,
	    &p->form.memory,     &p->served.memory,
	};

	for (size_t i = 0; i < sizeof memory / sizeof *memory; i++)
		sl_buf_done(memory[i]);
	sl_map_done(&p->named_at);
	sl_map_done(&p->item_by_other_name);
	sl_arena_done(&p->rule);
}

enum sl_code sl_check_programme_new(struct sl_arena *a, const struct sl_check_context *c,
                                    const struct sl_env *env, struct sl_check_programme **out,
                                    struct sl_err *e)
{
	struct sl_check_programme *p = sl_arena_alloc(a, 1, sizeof *p, e);
	const struct sl_str empty = {"", 0};

	if (!p || sl_arena_defer(a, done, p, e))
		return e->code;
	p->a = a;
	p->c = c;
	p->env = env;
	p->horizon = SL_DAY_NONE;
	SL_PUSH(p, term, empty, e);
	SL_PUSH(p, first_item, no_item, e);
	SL_PUSH(p, spelling, empty, e);
	*out = p;
	return SL_OK;
}

/* The polygon to compute with; *shape stays when there is none.  Of kinds whose ground is never overlaid,
 * only what it looks like is kept. */
static enum sl_code add_shape(struct sl_check_programme *p, const struct sl_revision *rev,
                              const struct sl_record *r, uint32_t item, bool current, uint32_t *shape,
                              struct sl_err *e)
{
	enum { OVERLAID = SL_CHECK_HAZARD | SL_CHECK_RELEASE | SL_CHECK_PLACE };
	struct sl_prepared_geometry made = {0};
	const struct sl_prepared_geometry *g = &rev->geometry;
	struct sl_shape s = {.item = item, .older = SL_NO_ITEM, .current = current};
	struct sl_geom valid = {0};
	enum sl_code code = SL_OK;
	struct sl_arena scratch = {0};

	if (r->geometry.type != SL_GEOM_POLYGON)
		return SL_OK;
	if (!g->wkb.n && !g->reason[0] && !g->repaired.n) {
		code = sl_geometry_prepare(&scratch, &r->geometry, &made, e);
		g = &made;
	}
	if (!code && g->repaired.n)
		code = sl_wkb_read(&scratch, g->repaired, &valid, e);
	else if (!code && !g->reason[0])
		valid = r->geometry;
	if (!code && valid.type == SL_GEOM_POLYGON) {
		s.box = sl_geom_box(&valid);
		s.area_m2 = g->repaired.n ? g->repaired_area_m2 : g->area_m2;
		if (!(s.area_m2 > 0))
			s.area_m2 = sl_geom_area_m2(&valid);
		s.key = sl_geom_key(&valid);
		if (sl_check_kind_of(r->kind) & OVERLAID)
			code = sl_geom_copy(p->a, &valid, &s.g, e);
	}
	sl_arena_done(&scratch);
	if (code || valid.type != SL_GEOM_POLYGON)
		return code;
	*shape = (uint32_t)p->shape.n;
	SL_PUSH(p, shape, s, e);
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
	SL_PUSH(p, hazard, h, e);
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
	SL_PUSH(p, release, x, e);
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
	SL_PUSH(p, activity, x, e);
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
	SL_PUSH(p, ordnance, x, e);
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
	SL_PUSH(p, accident, x, e);
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
	SL_PUSH(p, victim, x, e);
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
		x.by_result = true;
	}
	if (term_of(p, r, "visit", &x.visit, e) || term_of(p, r, "activity", &x.activity, e) || term_of(p, r, "hazard", &x.hazard, e) ||
	    term_of(p, r, "task", &x.task, e))
		return e->code;
	item->detail = (uint32_t)p->quality.n;
	SL_PUSH(p, quality, x, e);
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
	SL_PUSH(p, place, x, e);
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
	SL_PUSH(p, claim, x, e);
	return SL_OK;
}

/* Kinds whose records are named far more often than they exist: each name is kept once. */
static bool named_often(enum sl_check_kind target)
{
	return target == SL_CHECK_ORGANISATION || target == SL_CHECK_PLACE || target == SL_CHECK_SOURCE ||
	       target == SL_CHECK_FUNDING;
}

static enum sl_code add_named(struct sl_check_programme *p, struct sl_reference r,
                              enum sl_check_kind target, struct sl_err *e)
{
	uint32_t key[2] = {(uint32_t)target, r.term};
	struct sl_named named = {.first = r, .n = 1};
	uint64_t *at = sl_map_get(&p->named_at, (struct sl_str){(const char *)key, sizeof key});
	char *copy;

	if (at) {
		p->named.v[*at].n++;
		return SL_OK;
	}
	copy = sl_arena_strndup(p->a, (const char *)key, sizeof key, e);
	if (!copy || !sl_map_put(&p->named_at, (struct sl_str){copy, sizeof key}, p->named.n, NULL, e))
		return e->code;
	SL_PUSH(p, named, named, e);
	return SL_OK;
}

static enum sl_code add_references(struct sl_check_programme *p, const struct sl_record *r,
                                   struct sl_err *e)
{
	for (size_t i = 0; i < r->kind->n_fields; i++) {
		const struct sl_field *f = &r->kind->field[i];
		struct sl_reference x = {.item = (uint32_t)p->item.n, .field = (uint16_t)i};
		const struct sl_kind *kind;
		enum sl_check_kind target;

		if (!f->ref.n || r->value[i].type != SL_VALUE_TEXT)
			continue;
		kind = sl_dictionary_kind(p->c->dict, f->ref);
		target = kind ? sl_check_kind_of(kind) : (enum sl_check_kind)0;
		if (!target)
			continue;
		if (sl_index_term(p, r->value[i].text, &x.term, e))
			return e->code;
		if (!x.term)
			continue;
		if (named_often(target)) {
			if (add_named(p, x, target, e))
				return e->code;
			continue;
		}
		SL_PUSH(p, reference, x, e);
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
	if (item->id_term && sl_str_eq(id, p->term.v[item->id_term]))
		return SL_OK;
	if (!id.n) {
		sl_uuid_text(rev->record, uuid);
		id = sl_str_from(uuid);
	}
	copy = sl_arena_strndup(p->a, id.p, id.n, e);
	if (!copy)
		return e->code;
	id.p = copy;
	item->spelling = (uint32_t)p->spelling.n;
	SL_PUSH(p, spelling, id, e);
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
	                       .what = sl_check_kind_of(r->kind),
	                       .shape = SL_NO_ITEM,
	                       .same_term = SL_NO_ITEM,
	                       .lon = NAN,
	                       .lat = NAN};
	uint32_t number = (uint32_t)p->item.n;
	enum sl_code code = SL_OK;

	if (!item.what || rev->record_number < 0 || rev->record_number > UINT32_MAX)
		return SL_OK;
	p->kind_of_bit[sl_check_bit(item.what)] = r->kind;
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
	case SL_CHECK_HAZARD:
		code = add_hazard(p, r, &item, e);
		code = code ? code : sl_evidence_add(p, r, &item, e);
		break;
	case SL_CHECK_RELEASE: code = add_release(p, r, &item, e); break;
	case SL_CHECK_ACTIVITY: code = add_activity(p, r, &item, e); break;
	case SL_CHECK_ORDNANCE: code = add_ordnance(p, r, &item, e); break;
	case SL_CHECK_ACCIDENT: code = add_accident(p, r, &item, e); break;
	case SL_CHECK_VICTIM: code = add_victim(p, r, &item, e); break;
	case SL_CHECK_QUALITY: code = add_quality(p, r, &item, e); break;
	case SL_CHECK_PLACE: code = add_place(p, r, &item, e); break;
	case SL_CHECK_SOURCE:
		code = add_claim(p, r, e);
		code = code ? code : sl_evidence_add(p, r, &item, e);
		break;
	case SL_CHECK_ASSISTANCE: code = sl_served_add(p, r, e); break;
	default: break;
	}
	if (code || sl_form_add(p, r, e))
		return code ? code : e->code;
	p->count_of_kind[sl_check_bit(item.what)]++;
	SL_PUSH(p, item, item, e);
	link_term(p, item.id_term, number);
	while (p->item_of_number.n <= (size_t)rev->record_number)
		SL_PUSH(p, item_of_number, no_item, e);
	p->item_of_number.v[rev->record_number] = number;
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

static struct sl_item *item_of(struct sl_check_programme *p, int64_t record_number)
{
	uint32_t item = record_number >= 0 && (uint64_t)record_number < p->item_of_number.n
	                    ? p->item_of_number.v[record_number]
	                    : SL_NO_ITEM;

	return item == SL_NO_ITEM ? NULL : &p->item.v[item];
}

static void earlier(int32_t *known, int32_t day)
{
	if (day != SL_DAY_NONE && (*known == SL_DAY_NONE || day < *known))
		*known = day;
}

enum sl_code sl_check_programme_version(struct sl_check_programme *p, const struct sl_revision *rev,
                                        const struct sl_record *r, struct sl_err *e)
{
	struct sl_item *item = item_of(p, rev->record_number);
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

enum sl_code sl_check_programme_approval(struct sl_check_programme *p, int64_t record_number,
                                         struct sl_str entered_by, struct sl_str approved_by,
                                         struct sl_err *e)
{
	struct sl_item *item = item_of(p, record_number);
	struct sl_approvals one = {.n = 1};
	uint32_t entered;

	if (!item || sl_index_term(p, entered_by, &entered, e) || sl_index_term(p, approved_by, &one.author, e))
		return e->code;
	if (!entered || entered != one.author)
		return SL_OK;
	for (size_t i = 0; i < p->approval.n; i++)
		if (p->approval.v[i].author == one.author) {
			p->approval.v[i].n++;
			return SL_OK;
		}
	one.item = (uint32_t)(item - p->item.v);
	SL_PUSH(p, approval, one, e);
	return SL_OK;
}
