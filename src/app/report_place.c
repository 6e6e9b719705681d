/* The answer to who asks for a place, on paper: what is recorded there and near, how well it was surveyed, and what
 * is not known.  Nothing here says that land is safe: records cannot. */
#include "app/report_parts.h"

#include "geo/coord.h"
#include "report/wording.h"

enum { NEAR_SHOWN = 20, FILLS = 3 };

struct saying {
	struct sl_report_maker *m;
	struct sl_node *list;
	struct sl_str fill[FILLS]; /* {0}, {1}, ...; {n} is the first */
};

enum sl_code sl_maker_place(struct sl_report_maker *m, struct sl_err *e)
{
	if (sl_ask(m->p, m->a, m->request->place, &m->answer, e))
		return e->code;
	if (m->answer.as_of.day != m->to.day)
		return sl_fail(e, SL_INVALID, "an answer about a place is of today: leave the dates away");
	m->has_answer = true;
	return SL_OK;
}

static void fill_numbered(void *ctx, struct sl_str name, struct sl_buf *b)
{
	const struct saying *s = ctx;

	if (sl_str_is(name, "n"))
		sl_word_isolated(b, s->m->d, s->fill[0]);
	else if (name.n == 1 && name.p[0] >= '0' && name.p[0] < '0' + FILLS)
		sl_word_isolated(b, s->m->d, s->fill[name.p[0] - '0']);
}

static struct sl_str number(struct saying *s, double x, int decimals, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_str out = {0};

	sl_word_number(&b, s->m->locale, x, decimals);
	if (!sl_buf_check(&b, e))
		out = (struct sl_str){sl_arena_strndup(s->m->a, b.p, b.n, e), b.n};
	sl_buf_done(&b);
	return out;
}

static struct sl_str day(struct saying *s, struct sl_date d, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_str out = {0};

	sl_word_date(&b, s->m->d, d);
	if (!sl_buf_check(&b, e))
		out = (struct sl_str){sl_arena_strndup(s->m->a, b.n ? b.p : "", b.n, e), b.n};
	sl_buf_done(&b);
	return out;
}

static struct sl_str coordinates(struct saying *s, enum sl_coord_format format, struct sl_err *e)
{
	char text[64], *copy;

	if (sl_coord_text(s->m->answer.lat, s->m->answer.lon, format, text, e))
		return (struct sl_str){0};
	copy = sl_str_dup(s->m->a, sl_str_from(text), e);
	return copy ? sl_str_from(copy) : (struct sl_str){0};
}

static enum sl_code say(struct saying *s, const char *phrase, struct sl_err *e)
{
	struct sl_node *node = sl_arena_alloc(s->m->a, 1, sizeof *node, e), **at;
	struct sl_buf b = {0};
	char *text = NULL;

	if (!node || e->code)
		return e->code;
	sl_word_fill(&b, sl_str_from(phrase), fill_numbered, s);
	if (!sl_buf_check(&b, e))
		text = sl_arena_strndup(s->m->a, b.p, b.n, e);
	sl_buf_done(&b);
	if (!text)
		return e->code;
	node->type = SL_NODE_PARAGRAPH;
	for (at = &s->list->child; *at;)
		at = &(*at)->next;
	*at = node;
	return sl_runs_text(s->m->a, &node->runs, sl_str_from(text), e);
}

static const char *state_sentence(const struct sl_locale *l, enum sl_land_state state)
{
	switch (state) {
	case SL_STATE_CHA:
		return sl_text(l, "report", "This place is recorded as confirmed hazardous area (CHA). Do not enter.");
	case SL_STATE_SHA:
		return sl_text(l, "report", "This place is recorded as suspected hazardous area (SHA). Do not enter.");
	case SL_STATE_CLEARED:
		return sl_text(l, "report",
		               "This place is recorded as cleared. Clearance reaches to the depth required and no deeper.");
	case SL_STATE_REDUCED:
		return sl_text(l, "report",
		               "This place is recorded as released after technical survey found no contamination.");
	case SL_STATE_CANCELLED:
		return sl_text(l, "report", "This place is recorded as released after non-technical survey found no "
		                            "evidence of contamination.");
	default:
		return sl_text(l, "report",
		               "No record covers this place. That there is no record does not mean that there is no danger.");
	}
}

/* The definition behind the last sentence. */
static enum sl_code note_state(struct saying *s, enum sl_land_state state, struct sl_err *e)
{
	static const char *const notes[SL_STATES] = {[SL_STATE_NONE] = "norecord",   [SL_STATE_CANCELLED] = "cancelled",
	                                             [SL_STATE_REDUCED] = "reduced", [SL_STATE_CLEARED] = "cleared",
	                                             [SL_STATE_SHA] = "sha",         [SL_STATE_CHA] = "cha"};
	struct sl_spec_column c = {.notes = sl_str_from(notes[state])};
	struct sl_doc_column number = {0};
	struct sl_node *node = s->list->child;

	if (sl_maker_column_notes(s->m, &c, &number, e))
		return e->code;
	while (node->next)
		node = node->next;
	return sl_runs_add(s->m->a, &node->runs, (struct sl_run){.type = SL_RUN_NOTE, .note = number.note[0]}, e);
}

static const char *plot_sentence(const struct sl_locale *l, const struct sl_ask_answer *x)
{
	if (x->state >= SL_STATE_SHA)
		return sl_text(l, "report", "Ground of this plot is recorded as hazardous. Do not enter.");
	if (x->state_m2[SL_STATE_NONE] > 0.5)
		return sl_text(l, "report",
		               "Of {0} m² of this plot there is no record. That there is no record does not mean that there "
		               "is no danger.");
	return sl_text(l, "report", "All ground of this plot is recorded as released; the table below says how.");
}

static enum sl_code say_survey(struct saying *s, struct sl_err *e)
{
	const struct sl_ask_answer *x = &s->m->answer;
	const struct sl_locale *l = s->m->locale;

	if (sl_date_is_none(x->last_survey))
		return say(s, sl_text(l, "report", "No survey is recorded here: what is in the ground is not known."), e);
	s->fill[0] = x->last_survey_id;
	s->fill[1] = day(s, x->last_survey, e);
	if (e->code || say(s, sl_text(l, "report", "The last survey or clearance recorded here is {0}, of {1}."), e))
		return e->code;
	if (!x->parcel || x->surveyed_m2 <= 0.005)
		return SL_OK;
	s->fill[0] = number(s, x->surveyed_m2, 0, e);
	return say(s, sl_text(l, "report", "Recorded surveys and clearance cover {0} m² of the plot."), e);
}

static enum sl_code say_nearest(struct saying *s, struct sl_err *e)
{
	const struct sl_ask_answer *x = &s->m->answer;
	const struct sl_locale *l = s->m->locale;

	if (!x->nearest.kind.n) {
		s->fill[0] = number(s, x->searched_m / 1000, 1, e);
		(void)!say(s, sl_text(l, "report", "No hazardous land is recorded within {0} km."), e);
	} else if (x->nearest.distance_m > 0) {
		s->fill[0] = x->nearest.id;
		s->fill[1] = number(s, x->nearest.distance_m, 0, e);
		(void)!say(s, sl_text(l, "report", "The nearest land recorded as hazardous, {0}, is {1} m away."), e);
	}
	if (e->code || !x->n_without_boundary)
		return e->code;
	s->fill[0] = number(s, (double)x->n_without_boundary, 0, e);
	return say(s,
	           sl_text_n(l, "report", "{n} hazard nearby is known only as a point: how far it reaches is not known.",
	                     "{n} hazards nearby are known only as points: how far they reach is not known.",
	                     (uint64_t)x->n_without_boundary),
	           e);
}

enum sl_code sl_maker_answer(struct sl_report_maker *m, struct sl_err *e)
{
	const struct sl_ask_answer *x = &m->answer;
	struct saying s = {.m = m, .list = sl_doc_add(m->d, SL_NODE_LIST, e)};

	if (!s.list)
		return e->code;
	if (x->parcel) {
		s.fill[0] = number(&s, x->parcel_m2, 0, e);
		if (e->code || say(&s, sl_text(m->locale, "report", "The plot asked about has {0} m²."), e))
			return e->code;
		s.fill[0] = number(&s, x->state_m2[SL_STATE_NONE], 0, e);
	} else {
		s.fill[0] = coordinates(&s, SL_COORD_DD, e);
		s.fill[1] = e->code ? (struct sl_str){0} : coordinates(&s, SL_COORD_MGRS, e);
		if (e->code ||
		    say(&s, sl_text(m->locale, "report", "The place asked about is {0} (WGS 84), MGRS {1}."), e))
			return e->code;
	}
	return say(&s, x->parcel ? plot_sentence(m->locale, x) : state_sentence(m->locale, x->state), e) ||
	               note_state(&s, x->parcel && x->state < SL_STATE_SHA ? SL_STATE_NONE : x->state, e) ||
	               say_nearest(&s, e) || say_survey(&s, e)
	           ? e->code
	           : SL_OK;
}

/* ---- tables ---- */

static struct sl_amount measured(enum sl_unit unit, double x, int decimals)
{
	return (struct sl_amount){.units = sl_square_millimetres(x),
	                          .scale = 6,
	                          .decimals = (uint8_t)decimals,
	                          .state = SL_AMOUNT_KNOWN,
	                          .unit = unit};
}

static enum sl_code columns(struct sl_report_maker *m, struct sl_doc_table *t, const struct sl_doc_column *columns,
                            size_t n, struct sl_err *e)
{
	t->n_columns = n;
	t->n_heads = 1;
	t->column = sl_arena_alloc(m->a, n, sizeof *columns, e);
	for (size_t i = 0; t->column && i < n; i++)
		t->column[i] = columns[i];
	return e->code;
}

enum sl_code sl_maker_ground(struct sl_report_maker *m, struct sl_doc_table *t, struct sl_err *e)
{
	const struct sl_locale *l = m->locale;
	const struct {
		enum sl_land_state state;
		const char *text;
	} states[] = {{SL_STATE_CHA, sl_text(l, "report", "Confirmed hazardous area")},
	              {SL_STATE_SHA, sl_text(l, "report", "Suspected hazardous area")},
	              {SL_STATE_CLEARED, sl_text(l, "report", "Cleared")},
	              {SL_STATE_REDUCED, sl_text(l, "report", "Reduced")},
	              {SL_STATE_CANCELLED, sl_text(l, "report", "Cancelled")},
	              {SL_STATE_NONE, sl_text(l, "report", "No record: nothing is known")}};
	const struct sl_doc_column own[] = {
	    {.name = SL_STR("state"), .heading = sl_str_from(sl_text(l, "report", "State of the ground"))},
	    {.name = SL_STR("area_m2"),
	     .heading = sl_str_from(sl_text(l, "report", "Area")),
	     .type = SL_COLUMN_AMOUNT,
	     .unit = SL_UNIT_M2}};
	struct sl_doc_cell *cell;

	if (columns(m, t, own, 2, e))
		return e->code;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		if (sl_doc_row_add(m->a, t, SL_ROW_BODY, &cell, e))
			return e->code;
		cell[0] = sl_doc_text(sl_str_from(states[i].text));
		cell[1] = sl_doc_amount(measured(SL_UNIT_M2, m->answer.state_m2[states[i].state], 0));
	}
	if (sl_doc_row_add(m->a, t, SL_ROW_TOTAL, &cell, e))
		return e->code;
	cell[0] = sl_doc_text(sl_str_from(sl_text(l, "report", "Total")));
	cell[1] = sl_doc_amount(measured(SL_UNIT_M2, m->answer.parcel_m2, 0));
	return SL_OK;
}

static struct sl_str kind_label(const struct sl_report_maker *m, struct sl_str name)
{
	const struct sl_kind *kind = sl_dictionary_kind(m->p->dict, name);

	return kind ? sl_kind_label(m->p->dict, kind, m->language) : name;
}

enum sl_code sl_maker_near(struct sl_report_maker *m, struct sl_doc_table *t, struct sl_err *e)
{
	const struct sl_locale *l = m->locale;
	const struct sl_doc_column own[] = {
	    {.name = SL_STR("id"), .heading = sl_str_from(sl_text(l, "report", "Identifier"))},
	    {.name = SL_STR("kind"), .heading = sl_str_from(sl_text(l, "report", "Kind of record"))},
	    {.name = SL_STR("date"),
	     .heading = sl_str_from(sl_text(l, "report", "Information of")),
	     .type = SL_COLUMN_DATE},
	    {.name = SL_STR("distance_m"),
	     .heading = sl_str_from(sl_text(l, "report", "Distance")),
	     .type = SL_COLUMN_AMOUNT,
	     .unit = SL_UNIT_M}};
	const struct sl_ask_answer *x = &m->answer;
	struct sl_doc_cell *cell;

	t->empty = sl_str_from(
	    sl_text(l, "report", "Nothing is recorded near this place. That is no statement that land is safe."));
	if (columns(m, t, own, 4, e))
		return e->code;
	for (size_t i = 0; i < x->n_records && i < NEAR_SHOWN; i++) {
		const struct sl_ask_record *r = &x->record[i];

		if (sl_doc_row_add(m->a, t, SL_ROW_BODY, &cell, e))
			return e->code;
		cell[0] = sl_doc_text(r->id);
		cell[1] = sl_doc_text(kind_label(m, r->kind));
		cell[2] = sl_doc_date(r->date);
		cell[3] = sl_doc_amount(measured(SL_UNIT_M, r->distance_m, 0));
	}
	return SL_OK;
}
