/* What sources claim: records of kind `source` whose attribute is an active life or a failure, and the
 * catalogue. */
#include "app/neutralising_parts.h"

#include "base/utf8.h"

#include <math.h>
#include <string.h>

enum { CLAIMS_MAX = 2000 };

/* Hours in a unit as sources write it; 0: no time. */
static double hours_in(struct sl_str unit)
{
	static const struct {
		const char *name;
		double hours;
	} units[] = {{"h", 1},          {"hour", 1},           {"hours", 1},     {"d", 24},
	             {"day", 24},       {"days", 24},          {"week", 168},    {"weeks", 168},
	             {"min", 1 / 60.0}, {"minutes", 1 / 60.0}, {"month", 730.5}, {"months", 730.5},
	             {"year", 8766},    {"years", 8766}};

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (sl_str_is_nocase(unit, units[i].name))
			return units[i].hours;
	return 0;
}

static bool same_word(struct sl_arena *a, struct sl_str x, struct sl_str y, struct sl_err *e)
{
	struct sl_str kx, ky;

	if (e->code || !x.n || !y.n || sl_utf8_key(a, x, &kx, e) || sl_utf8_key(a, y, &ky, e))
		return false;
	return sl_str_eq(kx, ky);
}

static bool is_called(struct sl_arena *a, const struct sl_ordnance_type *o, struct sl_str name,
                      struct sl_err *e)
{
	struct sl_str rest = o->aliases, one;

	if (same_word(a, o->id, name, e) || same_word(a, o->model, name, e))
		return true;
	while (sl_str_split(&rest, '|', &one))
		if (same_word(a, one, name, e))
			return true;
	return false;
}

const struct sl_ordnance_type *sl_clock_entry(const struct sl_dictionary *d, struct sl_arena *a,
                                              struct sl_str name, struct sl_err *e)
{
	for (size_t i = 0; i < d->n_ordnance && !e->code; i++)
		if (is_called(a, &d->ordnance[i], name, e))
			return &d->ordnance[i];
	return NULL;
}

static enum sl_code add(struct sl_arena *a, struct clock_type *t, struct clock_claim c, struct sl_err *e)
{
	struct clock_claim *grown;

	if (t->n >= CLAIMS_MAX)
		return sl_fail(e, SL_INVALID, "'%.*s': more than %d claims", SL_STR_ARG(t->name), CLAIMS_MAX);
	grown = sl_arena_grow(a, t->claim, &t->cap, t->n + 1, sizeof *grown, e);
	if (!grown)
		return e->code;
	t->claim = grown;
	grown[t->n++] = c;
	return SL_OK;
}

/* ---- records ---- */

struct reading {
	struct sl_arena *a;
	struct clock_type *t;
};

/* "active life"; "failure probability", "failure probability after 30 days".  False: about something else.
 */
static bool read_attribute(struct sl_str attribute, struct sl_neutral_claim *c)
{
	struct sl_str text = sl_str_trim(attribute), number;
	const char *after;

	c->after_hours = (double)NAN;
	if (sl_str_is_nocase(text, "active life")) {
		c->kind = SL_NEUTRAL_LIFE;
		return true;
	}
	if (text.n < 19 || !sl_str_is_nocase((struct sl_str){text.p, 19}, "failure probability"))
		return false;
	c->kind = SL_NEUTRAL_FAILURE;
	after = sl_str_find(text, " after ");
	if (after) {
		struct sl_str rest = {after + 7, text.n - (size_t)(after + 7 - text.p)};
		double x, unit;

		if (!sl_str_split(&rest, ' ', &number) || !sl_str_double(number, &x) ||
		    !(unit = hours_in(sl_str_trim(rest))))
			return false;
		c->after_hours = x * unit;
	}
	return true;
}

/* In hours, or as a share. */
static bool scale(struct sl_neutral_claim *c, struct sl_str unit)
{
	double factor = c->kind == SL_NEUTRAL_LIFE                                  ? hours_in(unit)
	                : sl_str_is(unit, "%") || sl_str_is_nocase(unit, "percent") ? 0.01
	                : !unit.n || sl_str_is_nocase(unit, "share")                ? 1
	                                                                            : 0;

	if (factor == 0 && isnan(c->low) && isnan(c->high))
		return true;
	c->low = factor > 0 ? c->low * factor : (double)NAN;
	c->high = factor > 0 ? c->high * factor : (double)NAN;
	return factor > 0;
}

static struct sl_str keep(struct sl_arena *a, struct sl_str s, struct sl_err *e)
{
	const char *copy = s.n && !e->code ? sl_str_dup(a, s, e) : NULL;

	return copy ? (struct sl_str){copy, s.n} : (struct sl_str){0};
}

static struct sl_str label_of(struct sl_arena *a, const struct sl_record *rec, struct sl_str identity,
                              struct sl_err *e)
{
	struct sl_str document = sl_record_text(rec, "document");
	double number = sl_record_number(rec, "claim_number");

	if (e->code || !document.n)
		return keep(a, identity.n ? identity : sl_record_text(rec, "title"), e);
	return isnan(number) ? keep(a, document, e)
	                     : sl_str_from(sl_arena_printf(a, e, "%.*s, %.0f", SL_STR_ARG(document), number));
}

static enum sl_code take_source(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e)
{
	struct reading *r = ctx;
	const struct sl_ordnance_type *entry = r->t->entry;
	struct sl_str subject = sl_record_text(rec, "subject"), type = sl_record_text(rec, "catalogue_id");
	struct clock_claim c = {0};
	char uuid[37];

	if (!read_attribute(sl_record_text(rec, "attribute"), &c.c))
		return SL_OK;
	if (!(entry && (is_called(r->a, entry, subject, e) || same_word(r->a, type, entry->id, e))) &&
	    !same_word(r->a, subject, r->t->name, e) && !same_word(r->a, type, r->t->name, e))
		return e->code;
	c.c.low = sl_record_number(rec, "value_low");
	c.c.high = sl_record_number(rec, "value_high");
	if (sl_str_is(sl_record_text(rec, "claim_direction"),
	              "DENY")) /* what is denied leaves everything open */
		c.c.low = c.c.high = (double)NAN;
	c.unreadable = !scale(&c.c, sl_record_text(rec, "unit"));
	sl_uuid_text(rev->record, uuid);
	c.record = keep(r->a, (struct sl_str){uuid, 36}, e);
	c.identity = keep(r->a, rev->identity, e);
	c.label = label_of(r->a, rec, c.identity, e);
	c.said_by = keep(r->a, sl_record_text(rec, "attributed_to"), e);
	c.text = keep(r->a, sl_record_text(rec, "claim"), e);
	c.derived_from = keep(r->a, sl_record_text(rec, "derived_from"), e);
	c.origin = keep(r->a, sl_record_text(rec, "origin"), e);
	c.via = keep(r->a, sl_record_text(rec, "via"), e);
	c.document = keep(r->a, sl_record_text(rec, "document"), e);
	if (!e->code &&
	    (sl_record_text(rec, "source_reliability").n || sl_record_text(rec, "information_reliability").n)) {
		struct sl_str source = sl_record_text(rec, "source_reliability"),
		              said = sl_record_text(rec, "information_reliability");

		c.grade =
		    sl_str_from(sl_arena_printf(r->a, e, "%.*s%.*s", SL_STR_ARG(source.n ? source : SL_STR("-")),
		                                SL_STR_ARG(said.n ? said : SL_STR("-"))));
	}
	return e->code ? e->code : add(r->a, r->t, c, e);
}

/* ---- the catalogue ---- */

/* The entry's own row, and its further ones: "APM-X-R4" is another claim about "APM-X". */
static bool claims_of(const struct sl_ordnance_type *o, const struct sl_ordnance_type *entry)
{
	return o->neutralise_kind.n && o->id.n >= entry->id.n && !memcmp(o->id.p, entry->id.p, entry->id.n) &&
	       (o->id.n == entry->id.n || (o->id.p[entry->id.n] == '-' && !o->aliases.n));
}

static enum sl_code take_catalogue(const struct sl_dictionary *d, struct sl_arena *a, struct clock_type *t,
                                   struct sl_err *e)
{
	for (size_t i = 0; i < d->n_ordnance; i++) {
		const struct sl_ordnance_type *o = &d->ordnance[i];
		struct clock_claim c = {.c = {.kind = SL_NEUTRAL_LIFE,
		                              .low = o->active_hours_low,
		                              .high = o->active_hours_high,
		                              .after_hours = (double)NAN},
		                        .label = o->id,
		                        .said_by = o->claim_source,
		                        .text = o->note,
		                        .origin = o->claim_source};

		if (claims_of(o, t->entry) && add(a, t, c, e))
			return e->code;
	}
	return SL_OK;
}

/* ---- who repeats whom ---- */

static bool same_number(double x, double y)
{
	return x == y || (isnan(x) && isnan(y));
}

/* A row of the catalogue that somebody copied from this claim: its figures, and its document named. */
static bool is_copy(const struct clock_claim *row, const struct clock_claim *of)
{
	const char *document = of->document.p;

	return !row->record.n && of->record.n && document && of->document.n &&
	       sl_str_find(row->origin, document) && row->c.kind == SL_NEUTRAL_LIFE &&
	       of->c.kind == SL_NEUTRAL_LIFE && same_number(row->c.low, of->c.low) &&
	       same_number(row->c.high, of->c.high);
}

/* One origin: the same word for it, the same newspaper between, one derived from the other, one document.
 */
static bool one_origin(const struct clock_claim *x, const struct clock_claim *y)
{
	return (x->origin.n && sl_str_eq(x->origin, y->origin)) || (x->via.n && sl_str_eq(x->via, y->via)) ||
	       (x->document.n && sl_str_eq(x->document, y->document)) ||
	       (x->derived_from.n && sl_str_eq(x->derived_from, y->identity)) ||
	       (y->derived_from.n && sl_str_eq(y->derived_from, x->identity)) || is_copy(x, y) || is_copy(y, x);
}

static void name_origins(struct clock_type *t)
{
	for (size_t i = 0; i < t->n; i++) {
		t->claim[i].c.origin = (int)i;
		for (size_t k = 0; k < i; k++)
			if (one_origin(&t->claim[i], &t->claim[k])) {
				int from = t->claim[i].c.origin, to = t->claim[k].c.origin;

				for (size_t j = 0; j <= i; j++)
					if (t->claim[j].c.origin == from)
						t->claim[j].c.origin = to;
			}
	}
	t->n_origins = 0;
	for (size_t i = 0; i < t->n; i++) {
		bool first = true;

		for (size_t k = 0; k < i; k++)
			first &= t->claim[k].c.origin != t->claim[i].c.origin;
		t->n_origins += first;
	}
}

enum sl_code sl_clock_claims(struct sl_programme *p, struct sl_arena *a, struct clock_type *t,
                             const struct clock_claim *given, bool limits, struct sl_err *e)
{
	struct sl_query query = {.kind = sl_dictionary_kind(p->dict, SL_STR("source"))};
	struct reading r = {a, t};

	if (sl_store_each(p->db, &query, false, take_source, &r, e) ||
	    (t->entry && take_catalogue(p->dict, a, t, e)) || (given && add(a, t, *given, e)))
		return e->code;
	for (size_t i = 0; i < t->n; i++)
		if (sl_neutral_check(&t->claim[i].c, 1, e)) {
			struct sl_err inner = *e;

			sl_err_clear(e);
			return sl_fail(e, SL_INVALID, "claim '%.*s': %s; put its record right",
			               SL_STR_ARG(t->claim[i].label),
			               strncmp(inner.msg, "claim 1: ", 9) ? inner.msg : inner.msg + 9);
		}
	for (size_t i = 0; limits && i < SL_NEUTRAL_LIMITS; i++) {
		struct clock_claim c = {.c = sl_neutral_limit[i],
		                        .said_by = SL_STR("CCW AP II, technical annex"),
		                        .label = i ? SL_STR("CCW AP II, 120 d") : SL_STR("CCW AP II, 30 d"),
		                        .origin = SL_STR("CCW AP II, technical annex")};

		if (add(a, t, c, e))
			return e->code;
	}
	name_origins(t);
	t->plain = sl_arena_alloc(a, t->n + 1, sizeof *t->plain, e);
	for (size_t i = 0; t->plain && i < t->n; i++)
		t->plain[i] = t->claim[i].c;
	return e->code;
}
