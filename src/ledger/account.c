#include "ledger/account.h"

#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What one hazard has in one line; the line's counts and naive sum follow each change of it. */
struct tally {
	int64_t open[2], close[2], covered;
};

struct tally_slot {
	uint64_t line_and_record; /* (line + 1) << 40 | record, plus 1; the total is line -1; 0: empty */
	struct tally tally;
};

enum { RECENT = 256 };

struct maker {
	struct sl_arena *a;
	const struct sl_ledger *l;
	struct sl_account_spec spec;
	const struct sl_account_names *names;
	struct sl_timeline t;
	struct sl_account_line total, *line;
	size_t n_lines, cap_lines;
	struct tally_slot *slot;
	size_t n_slots_used, cap_slots;
	struct sl_map by_raw, by_text;
	struct { int64_t value; size_t line; bool known; } recent[RECENT]; /* lines of keys of one value */
	struct sl_face_story story;
	struct sl_buf raw;
};

static void adjust_counts(struct sl_stock *s, const int64_t mm2[2], int sign)
{
	if (mm2[1] >= SL_COUNT_MM2)
		s->count[1] += sign;
	else if (mm2[0] + mm2[1] >= SL_COUNT_MM2)
		s->count[0] += sign;
}

static void weigh(struct sl_account_line *line, const struct tally *t, int sign)
{
	adjust_counts(&line->opening, t->open, sign);
	adjust_counts(&line->closing, t->close, sign);
	if (t->close[0] + t->close[1] >= SL_COUNT_MM2)
		line->naive += sign * (sl_mm2)t->covered;
}

/* Room for the hazards that share their ground, in one line. */
static size_t first_slots(const struct sl_ledger *l)
{
	size_t cap = 4096;

	while (cap + 2 * l->n_clusters < 2 * l->n_faces)
		cap *= 2;
	return cap;
}

static struct tally *find_tally(struct maker *m, size_t line, int64_t record, struct sl_err *e)
{
	uint64_t key = ((uint64_t)(line + 1) << 40 | (uint64_t)record) + 1;
	size_t i;

	if (2 * (m->n_slots_used + 1) > m->cap_slots) {
		size_t cap = m->cap_slots ? 2 * m->cap_slots : first_slots(m->l);
		struct tally_slot *old = m->slot, *table = sl_arena_alloc(m->a, cap, sizeof *table, e);

		if (!table)
			return NULL;
		for (size_t k = 0; k < m->cap_slots; k++) {
			if (!old[k].line_and_record)
				continue;
			for (i = (old[k].line_and_record * 0x9e3779b97f4a7c15u >> 20) & (cap - 1); table[i].line_and_record;
			     i = (i + 1) & (cap - 1))
				;
			table[i] = old[k];
		}
		m->slot = table;
		m->cap_slots = cap;
	}
	for (i = (key * 0x9e3779b97f4a7c15u >> 20) & (m->cap_slots - 1);
	     m->slot[i].line_and_record && m->slot[i].line_and_record != key; i = (i + 1) & (m->cap_slots - 1))
		;
	if (!m->slot[i].line_and_record) {
		m->slot[i].line_and_record = key;
		m->n_slots_used++;
	}
	return &m->slot[i].tally;
}

/* ---- keys ---- */

static void put_id(struct sl_buf *b, char tag, int64_t id)
{
	sl_buf_putc(b, tag);
	sl_buf_add(b, &id, sizeof id);
}

enum { KEY_TERMS = 32 };

static void add_term(int32_t *v, size_t *n, int32_t term)
{
	if (!term)
		return;
	for (size_t i = 0; i < *n; i++)
		if (v[i] == term)
			return;
	if (*n < KEY_TERMS)
		v[(*n)++] = term;
}

static int term_order(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static int32_t term_of(const struct sl_ledger_event *r, enum sl_account_by by)
{
	return by == SL_BY_ADMIN1 ? r->admin1 : by == SL_BY_ADMIN2 ? r->admin2 : r->organisation;
}

static bool is_hazard(uint8_t what)
{
	return what < SL_LAND_CANCELLED;
}

/* The raw key: equal for equal lines, made without text.  From the events in force up to the closing date. */
static void raw_key(const struct sl_timeline *t, enum sl_account_by by, const struct sl_horizon *until,
                    const uint32_t *events, size_t n, int64_t unit, struct sl_buf *raw)
{
	int32_t terms[KEY_TERMS];
	uint32_t bits = 0;
	size_t n_terms = 0;

	sl_buf_clear(raw);
	if (unit) {
		put_id(raw, 'u', unit);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct sl_ledger_event *r = &t->l->event[events[i]];

		if (!(t->moment[events[i]].flags & SL_IN_FORCE) || sl_horizon_beyond(t, events[i], until))
			continue;
		if (by == SL_BY_CONTAMINATION)
			bits |= is_hazard(r->what) ? r->contamination : 0;
		else
			add_term(terms, &n_terms, term_of(r, by));
	}
	if (by == SL_BY_CONTAMINATION) {
		put_id(raw, 'c', bits);
		return;
	}
	qsort(terms, n_terms, sizeof *terms, term_order);
	for (size_t i = 0; i < n_terms; i++)
		put_id(raw, 't', terms[i]);
}

static int str_order(const void *a, const void *b)
{
	return sl_str_cmp(*(const struct sl_str *)a, *(const struct sl_str *)b);
}

/* Text of a raw key: codes joined with '+', in byte order. */
static enum sl_code key_text(struct sl_str raw, const struct sl_account_names *names, struct sl_arena *a,
                             struct sl_str *out, struct sl_err *e)
{
	struct sl_str part[64];
	struct sl_buf b = {0};
	size_t n = 0;
	char *copy;

	for (size_t i = 0; i + 9 <= raw.n && n < 64; i += 9) {
		int64_t id;

		memcpy(&id, raw.p + i + 1, sizeof id);
		if (raw.p[i] == 'u')
			part[n++] = names->admin(names->ctx, id);
		else if (raw.p[i] == 't')
			part[n++] = names->term(names->ctx, (int32_t)id);
		else
			for (uint32_t k = 0; k < 32 && n < 64; k++)
				if (id >> k & 1 && k < names->contamination->n)
					part[n++] = names->contamination->choice[k].code;
	}
	qsort(part, n, sizeof *part, str_order);
	for (size_t i = 0; i < n; i++) {
		if (i)
			sl_buf_putc(&b, '+');
		sl_buf_str(&b, part[i]);
	}
	if (!b.n)
		sl_buf_puts(&b, "none");
	copy = sl_buf_check(&b, e) ? NULL : sl_arena_strndup(a, b.p, b.n, e);
	*out = (struct sl_str){copy, b.n};
	sl_buf_done(&b);
	return e->code;
}

static int64_t unit_of(const struct sl_ledger *l, enum sl_account_by by, int64_t admin1, int64_t admin2)
{
	if (by == SL_BY_ADMIN1)
		return l->has_admin1 ? admin1 : 0;
	return by == SL_BY_ADMIN2 && l->has_admin2 ? admin2 : 0;
}

enum sl_code sl_account_key(const struct sl_timeline *t, const struct sl_account_spec *spec,
                            const struct sl_account_names *names, const struct sl_ledger_face *f,
                            struct sl_arena *a, struct sl_str *key, struct sl_err *e)
{
	struct sl_horizon until = sl_horizon_day(spec->as_of.day);

	return sl_account_key_to(t, spec->by, &until, names, &t->l->cover[f->cover], f->n_cover, f->admin1, f->admin2, a,
	                         key, e);
}

enum sl_code sl_account_key_to(const struct sl_timeline *t, enum sl_account_by by, const struct sl_horizon *until,
                               const struct sl_account_names *names, const uint32_t *events, size_t n,
                               int64_t admin1, int64_t admin2, struct sl_arena *a, struct sl_str *key,
                               struct sl_err *e)
{
	struct sl_buf raw = {0};

	if (by == SL_BY_NOTHING || by == SL_BY_YEAR) {
		*key = SL_STR("");
		return SL_OK;
	}
	raw_key(t, by, until, events, n, unit_of(t->l, by, admin1, admin2), &raw);
	if (!sl_buf_check(&raw, e))
		(void)!key_text(sl_buf_view(&raw), names, a, key, e);
	sl_buf_done(&raw);
	return e->code;
}

static enum sl_code line_of_raw_key(struct maker *m, size_t *line, struct sl_err *e)
{
	struct sl_str raw = sl_buf_view(&m->raw), text;
	uint64_t *known = sl_map_get(&m->by_raw, raw);
	bool is_new;
	char *copy;

	if (known) {
		*line = *known;
		return SL_OK;
	}
	copy = sl_arena_strndup(m->a, raw.p, raw.n, e);
	if (!copy || key_text(raw, m->names, m->a, &text, e))
		return e->code;
	known = sl_map_put(&m->by_text, text, m->n_lines, &is_new, e);
	if (!known)
		return e->code;
	*line = *known;
	if (is_new) {
		m->line = sl_arena_grow(m->a, m->line, &m->cap_lines, m->n_lines + 1, sizeof *m->line, e);
		if (!m->line)
			return e->code;
		m->line[m->n_lines++] = (struct sl_account_line){.key = text};
	}
	return sl_map_put(&m->by_raw, (struct sl_str){copy, raw.n}, *line, NULL, e) ? SL_OK : e->code;
}

/* The one value that an event gives to its key. */
static uint32_t value_of(const struct sl_ledger_event *r, enum sl_account_by by)
{
	if (by == SL_BY_CONTAMINATION)
		return is_hazard(r->what) ? r->contamination : 0;
	return (uint32_t)term_of(r, by);
}

/* The line for the events' key, all in force; neighbours share their unit and most ground knows one record,
 * so few keys are spelt out.  SIZE_MAX on error or when there is no breakdown. */
static enum sl_code line_for(struct maker *m, const uint32_t *events, size_t n, int64_t unit, size_t *line,
                             struct sl_err *e)
{
	struct sl_horizon until = sl_horizon_day(m->spec.as_of.day);
	bool one_value = unit || n == 1;
	int64_t value;
	size_t at;

	*line = SIZE_MAX;
	if (m->spec.by == SL_BY_NOTHING)
		return SL_OK;
	value = unit ? unit : -1 - (int64_t)value_of(&m->l->event[*events], m->spec.by);
	at = (uint64_t)value * 0x9e3779b97f4a7c15u >> 56;
	if (one_value && m->recent[at].known && m->recent[at].value == value) {
		*line = m->recent[at].line;
		return SL_OK;
	}
	raw_key(&m->t, m->spec.by, &until, events, n, unit, &m->raw);
	if (sl_buf_check(&m->raw, e) || line_of_raw_key(m, line, e))
		return e->code;
	m->recent[at].value = value;
	m->recent[at].line = *line;
	m->recent[at].known = one_value;
	return SL_OK;
}

/* ---- faces ---- */

struct outcome {
	bool hazardous_before, hazardous_after;
	uint8_t before, after; /* 0 SHA, 1 CHA */
	bool repaired;
};

static void add_face(struct sl_account_line *line, const struct outcome *o, const sl_mm2 *flow, sl_mm2 area,
                     int sign)
{
	if (o->hazardous_before)
		line->opening.mm2[o->before] += sign * area;
	if (o->hazardous_after) {
		line->closing.mm2[o->after] += sign * area;
		if (o->repaired)
			line->on_repairs += sign * area;
	}
	for (int i = 0; i < SL_FLOWS; i++)
		if (flow[i])
			line->flow[i] += sign * flow[i];
}

static enum sl_code tally_hazards(struct maker *m, size_t line, const int64_t *records, const uint8_t *before,
                                  const uint8_t *after, const bool *covered, int64_t area, int sign, struct sl_err *e)
{
	struct sl_account_line *to = line == SIZE_MAX ? &m->total : &m->line[line];

	for (size_t i = 0; i < m->story.n_slots; i++) {
		int64_t record = records[i];
		struct tally *t = find_tally(m, line, record, e);

		if (!t)
			return e->code;
		if (t->covered || t->open[0] + t->open[1] + t->close[0] + t->close[1])
			weigh(to, t, -1);
		if (before[i])
			t->open[before[i] - SL_STATE_SHA] += sign * area;
		if (after[i])
			t->close[after[i] - SL_STATE_SHA] += sign * area;
		if (covered[i])
			t->covered += sign * area;
		weigh(to, t, 1);
	}
	return SL_OK;
}

enum { FEW = 64 };

/* One hazard told once, nothing else over it: the state needs no story. */
static bool is_single(const struct maker *m, const struct sl_ledger_face *f)
{
	const struct sl_moment *now = &m->t.moment[m->l->cover[f->cover]];

	return f->n_cover == 1 && now->what <= SL_LAND_CHA && now->flags == (SL_IN_FORCE | SL_ONLY);
}

static void add_alone(struct sl_account_line *line, const struct outcome *o, const sl_mm2 *flow, int64_t area,
                      int sign)
{
	struct tally t = {.covered = area};

	t.close[o->after] = area;
	if (o->hazardous_before)
		t.open[o->before] = area;
	weigh(line, &t, sign);
	add_face(line, o, flow, area, sign);
}

/* Most ground: a hazard told once and alone on its ground.  The same as the general way below, without a story
 * and, as the face is all there is of the hazard, without a tally. */
static enum sl_code take_alone(struct maker *m, const struct sl_ledger_face *f, int sign, struct sl_err *e)
{
	const uint32_t *cover = &m->l->cover[f->cover];
	const struct sl_moment *now = &m->t.moment[*cover];
	uint8_t class = now->what == SL_LAND_CHA;
	bool before_period = !sl_date_is_none(m->spec.from) && now->day < m->spec.from.day;
	struct outcome o = {before_period, true, class, class, now->repaired};
	sl_mm2 flow[SL_FLOWS] = {0};
	size_t line;

	if (now->day > m->spec.as_of.day)
		return SL_OK;
	if (!before_period)
		flow[class ? SL_FLOW_NEW_CHA : SL_FLOW_NEW_SHA] = f->area_mm2;
	add_alone(&m->total, &o, flow, f->area_mm2, sign);
	if (!line_for(m, cover, 1, unit_of(m->l, m->spec.by, f->admin1, f->admin2), &line, e) && line != SIZE_MAX)
		add_alone(&m->line[line], &o, flow, f->area_mm2, sign);
	return e->code;
}

/* `alone`: the face is the whole of its cluster. */
static enum sl_code take_face(struct maker *m, const struct sl_ledger_face *f, bool alone, int sign,
                              struct sl_err *e)
{
	const struct sl_ledger *l = m->l;
	const uint32_t *cover = &l->cover[f->cover];
	struct sl_arena_mark mark;
	struct sl_fold fold;
	struct outcome o = {0};
	sl_mm2 flow[SL_FLOWS] = {0};
	uint8_t few_before[FEW], *before = few_before;
	bool few_covered[FEW], *covered = few_covered;
	bool opened = false, moved_any = false, bounded_by_any = false;
	size_t line;

	if (alone && is_single(m, f))
		return take_alone(m, f, sign, e);
	if (sl_face_story(&m->t, cover, f->n_cover, m->spec.as_of.day, m->a, &m->story, e))
		return e->code;
	if (!m->story.n)
		return SL_OK;
	mark = sl_arena_mark(m->a);
	if (m->story.n_slots > FEW) {
		before = sl_arena_alloc(m->a, m->story.n_slots, 1, e);
		covered = before ? sl_arena_alloc(m->a, m->story.n_slots, sizeof *covered, e) : NULL;
		if (!covered)
			return e->code;
	}
	memset(before, 0, m->story.n_slots);
	memset(covered, 0, m->story.n_slots * sizeof *covered);
	fold = (struct sl_fold){.active = m->story.active, .n_slots = (int32_t)m->story.n_slots};
	for (size_t i = 0; i <= m->story.n; i++) {
		const struct sl_fold_event *ev = i < m->story.n ? &m->story.event[i] : NULL;
		bool in_period = sl_date_is_none(m->spec.from) || (ev && ev->day >= m->spec.from.day);
		enum sl_flow moved;

		if (!opened && (in_period || !ev)) { /* the stock on the eve of the period */
			opened = true;
			o.hazardous_before = fold.state >= SL_STATE_SHA;
			o.before = fold.state == SL_STATE_CHA;
			memcpy(before, fold.active, m->story.n_slots);
		}
		if (!ev)
			break;
		moved = sl_fold_step(&fold, ev);
		if (in_period && moved != SL_FLOW_NONE) {
			flow[moved] += f->area_mm2;
			moved_any = true;
		}
		if (ev->what < SL_FOLD_CANCELLED)
			covered[ev->hazard] = ev->what <= SL_FOLD_CHA && ev->covers;
	}
	o.hazardous_after = fold.state >= SL_STATE_SHA;
	o.after = fold.state == SL_STATE_CHA;
	for (size_t i = 0; i < m->story.n_slots; i++)
		bounded_by_any |= covered[i]; /* released ground still counts in the naive sum of its hazard */
	if (!o.hazardous_before && !o.hazardous_after && !moved_any && !bounded_by_any)
		return SL_OK;
	for (uint32_t i = 0; i < f->n_cover; i++)
		o.repaired |= m->t.moment[cover[i]].repaired && m->t.moment[cover[i]].flags & SL_IN_FORCE;
	add_face(&m->total, &o, flow, f->area_mm2, sign);
	if (tally_hazards(m, SIZE_MAX, m->story.slot_record, before, fold.active, covered, f->area_mm2, sign, e) ||
	    line_for(m, cover, f->n_cover, unit_of(l, m->spec.by, f->admin1, f->admin2), &line, e))
		return e->code;
	if (line != SIZE_MAX) {
		add_face(&m->line[line], &o, flow, f->area_mm2, sign);
		if (tally_hazards(m, line, m->story.slot_record, before, fold.active, covered, f->area_mm2, sign, e))
			return e->code;
	}
	if (before != few_before)
		sl_arena_reset(m->a, mark);
	return SL_OK;
}

/* Faces stand in the order of the ground, events in the order of time: every face is a walk to a far place in
 * memory.  Sending for it some faces ahead halves the time of an account. */
static void look_ahead(const struct maker *m, size_t face)
{
	const struct sl_ledger *l = m->l;

	uint32_t event;

	if (face + 16 >= l->n_faces)
		return;
	event = l->cover[l->face[face + 16].cover];
	__builtin_prefetch(&m->t.moment[event]);
	if (m->spec.by != SL_BY_NOTHING)
		__builtin_prefetch(&l->event[event].admin1);
}

static enum sl_code take_cluster(struct maker *m, const struct sl_cluster *c, int sign, struct sl_err *e)
{
	for (uint32_t i = 0; i < c->n_faces && !e->code; i++) {
		look_ahead(m, c->face + i);
		(void)!take_face(m, &m->l->face[c->face + i], c->n_faces == 1, sign, e);
	}
	return e->code;
}

static enum sl_code take_clusters(struct maker *m, struct sl_err *e)
{
	for (size_t c = 0; c < m->l->n_clusters && !e->code; c++)
		if (!m->l->cluster[c].dead)
			(void)!take_cluster(m, &m->l->cluster[c], 1, e);
	return e->code;
}

/* ---- records without a boundary ---- */

static void add_unbounded(struct sl_account_line *line, double reported_m2)
{
	line->without_boundary++;
	if (isnan(reported_m2))
		line->without_boundary_unstated++;
	else
		line->without_boundary_reported += sl_square_millimetres(reported_m2);
}

static bool bounded(const struct sl_ledger_event *ev)
{
	return ev->polygon && !ev->missing;
}

/* The event that makes a record stand without a boundary, or UINT32_MAX. */
static uint32_t unbounded_event(const struct maker *m, int64_t record)
{
	uint32_t last = UINT32_MAX;

	for (uint32_t k = m->t.first[record]; k != UINT32_MAX; k = m->t.moment[k].next)
		if (m->l->event[k].day <= m->spec.as_of.day)
			last = k;
	if (last == UINT32_MAX || bounded(&m->l->event[last]))
		return UINT32_MAX;
	if (m->l->event[last].what <= SL_LAND_CHA)
		return last;
	if (m->l->event[last].what < SL_LAND_CANCELLED)
		return UINT32_MAX;
	return sl_date_is_none(m->spec.from) || m->l->event[last].day >= m->spec.from.day ? last : UINT32_MAX;
}

static enum sl_code take_unbounded(struct maker *m, struct sl_err *e)
{
	for (size_t r = 0; r < m->t.n_records; r++) {
		uint32_t k = unbounded_event(m, (int64_t)r);
		const struct sl_ledger_event *ev = &m->l->event[k == UINT32_MAX ? 0 : k];
		size_t line;

		if (k == UINT32_MAX)
			continue;
		add_unbounded(&m->total, ev->reported_m2);
		if (line_for(m, &k, 1, unit_of(m->l, m->spec.by, ev->unit1, ev->unit2), &line, e))
			return e->code;
		if (line != SIZE_MAX)
			add_unbounded(&m->line[line], ev->reported_m2);
	}
	return SL_OK;
}

static int line_order(const void *pa, const void *pb)
{
	const struct sl_account_line *a = pa, *b = pb;

	return sl_str_cmp(a->key, b->key);
}

static void maker_done(struct maker *m)
{
	sl_map_done(&m->by_raw);
	sl_map_done(&m->by_text);
	sl_buf_done(&m->raw);
}

static enum sl_code make_one(struct sl_arena *a, const struct sl_ledger *l, const struct sl_account_spec *spec,
                             const struct sl_account_names *names, struct sl_account *out, struct sl_err *e)
{
	struct maker m = {.a = a, .l = l, .spec = *spec, .names = names};

	if (!sl_timeline_init_at(&m.t, a, l, spec->known_at_ms, spec->last_seq, e) && !take_clusters(&m, e) &&
	    !take_unbounded(&m, e)) {
		if (m.n_lines)
			qsort(m.line, m.n_lines, sizeof *m.line, line_order);
		*out = (struct sl_account){.spec = *spec, .total = m.total, .line = m.line, .n_lines = m.n_lines};
	}
	maker_done(&m);
	return e->code;
}

static int32_t first_day(const struct sl_ledger *l)
{
	int32_t day = SL_DAY_MAX;

	for (size_t i = 0; i < l->n_events; i++)
		if (l->event[i].day != SL_DAY_NONE && l->event[i].day < day)
			day = l->event[i].day;
	return day;
}

struct years {
	const struct sl_ledger *l;
	struct sl_account_spec spec;
	struct sl_account *out;
	int first;
};

/* An account of each year's own period. */
static enum sl_code make_year(void *ctx, unsigned worker, size_t from, size_t to, struct sl_err *e)
{
	const struct years *y = ctx;

	(void)worker;
	for (size_t i = from; i < to && !e->code; i++) {
		struct sl_account_spec one = y->spec;
		struct sl_arena scratch = {0};
		struct sl_account sub;
		struct sl_str key = y->out->line[i].key;

		if (i) /* the first year takes in what has no date */
			(void)!sl_date_from_ymd(y->first + (int)i, 1, 1, &one.from);
		(void)!sl_date_from_ymd(y->first + (int)i, 12, 31, &one.as_of);
		if (one.as_of.day > y->spec.as_of.day)
			one.as_of = y->spec.as_of;
		if (!make_one(&scratch, y->l, &one, NULL, &sub, e)) {
			y->out->line[i] = sub.total;
			y->out->line[i].key = key;
		}
		sl_arena_done(&scratch);
	}
	return e->code;
}

/* One line a year. */
static enum sl_code make_years(struct sl_arena *a, const struct sl_ledger *l, const struct sl_account_spec *spec,
                               struct sl_account *out, struct sl_err *e)
{
	struct years y = {.l = l, .spec = *spec, .out = out};
	int32_t start = sl_date_is_none(spec->from) ? first_day(l) : spec->from.day;
	int last = sl_date_year(spec->as_of);

	y.spec.by = SL_BY_NOTHING;
	if (make_one(a, l, &y.spec, NULL, out, e))
		return e->code;
	out->spec = *spec;
	if (start > spec->as_of.day)
		return SL_OK;
	y.first = sl_date_year((struct sl_date){start});
	out->line = sl_arena_alloc(a, (size_t)(last - y.first + 1), sizeof *out->line, e);
	if (!out->line)
		return e->code;
	for (int year = y.first; year <= last; year++) {
		char *key = sl_arena_printf(a, e, "%04d", year);

		if (!key)
			return e->code;
		out->line[out->n_lines++].key = sl_str_from(key);
	}
	return sl_parallel(NULL, out->n_lines, 1, make_year, &y, e);
}

enum sl_code sl_account_make(struct sl_arena *a, const struct sl_ledger *l, const struct sl_account_spec *spec,
                             const struct sl_account_names *names, struct sl_account *out, struct sl_err *e)
{
	return spec->by == SL_BY_YEAR ? make_years(a, l, spec, out, e) : make_one(a, l, spec, names, out, e);
}

/* ---- the running total ---- */

struct sl_running_total {
	struct maker m;
	struct sl_err err;
};

static void leave(void *ctx, const struct sl_cluster *c)
{
	struct sl_running_total *r = ctx;

	if (!r->err.code)
		(void)!take_cluster(&r->m, c, -1, &r->err);
}

static void new_events(void *ctx, size_t first_new)
{
	struct sl_running_total *r = ctx;

	if (!r->err.code)
		(void)!sl_timeline_extend(&r->m.t, first_new, &r->err);
}

static enum sl_code entered(void *ctx, const struct sl_cluster *c, struct sl_err *e)
{
	struct sl_running_total *r = ctx;

	if (r->err.code) {
		*e = r->err;
		return e->code;
	}
	return take_cluster(&r->m, c, 1, e);
}

static void running_done(void *p)
{
	struct sl_running_total *r = p;

	maker_done(&r->m);
}

enum sl_code sl_running_total_new(struct sl_arena *a, const struct sl_ledger *l, struct sl_date as_of,
                                  struct sl_running_total **out, struct sl_err *e)
{
	struct sl_running_total *r = sl_arena_alloc(a, 1, sizeof *r, e);

	if (!r)
		return e->code;
	r->m = (struct maker){.a = a, .l = l, .spec = {.as_of = as_of, .from = sl_date_none(),
	                                                .known_at_ms = INT64_MAX}};
	if (sl_arena_defer(a, running_done, r, e) || sl_timeline_init(&r->m.t, a, l, INT64_MAX, e) ||
	    take_clusters(&r->m, e))
		return e->code;
	*out = r;
	return SL_OK;
}

struct sl_ledger_watch sl_running_total_watch(struct sl_running_total *r)
{
	return (struct sl_ledger_watch){leave, new_events, entered, r};
}

const struct sl_account_line *sl_running_total_line(const struct sl_running_total *r)
{
	return &r->m.total;
}
