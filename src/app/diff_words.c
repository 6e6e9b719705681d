/* A change in words. */
#include "app/diff.h"

enum { NAMED = 3 }; /* hazards in a sentence; how many more is said */

enum sl_code sl_diff_names(struct sl_diff *d, const struct sl_change *c, struct sl_arena *a, struct sl_diff_names *out,
                           struct sl_err *e)
{
	struct sl_db *db = d->answer.p->db;

	*out = (struct sl_diff_names){0};
	if (c->event == UINT32_MAX)
		return SL_OK;
	if (sl_store_told(db, a, d->answer.ledger.event[c->event].seq, 0, &out->told, e))
		return e->code;
	out->hazard = sl_arena_alloc(a, NAMED, sizeof *out->hazard, e);
	if (!out->hazard)
		return e->code;
	for (; out->n_hazards < c->n_hazards && out->n_hazards < NAMED; out->n_hazards++)
		if (sl_store_told(db, a, 0, c->hazard[out->n_hazards], &out->hazard[out->n_hazards], e))
			return e->code;
	return SL_OK;
}

static const char *class_name(uint8_t what)
{
	static const char *const names[] = {"SHA", "CHA", "no land area", "withdrawn", "cancelled", "reduced", "cleared",
	                                    "no release"};

	return names[what];
}

static void put_plain(struct sl_buf *b, uint8_t what)
{
	static const char *const words[] = {"was recorded as suspected", "was recorded as confirmed",
	                                    "was recorded as no land area", "was withdrawn", "cancelled land",
	                                    "reduced land", "cleared land", "released nothing"};

	sl_buf_puts(b, words[what]);
}

static void put_what(struct sl_buf *b, const struct sl_diff *d, const struct sl_change *c)
{
	const struct sl_ledger_event *ev = &d->answer.ledger.event[c->event];
	const struct sl_ledger_event *before = c->replaces == UINT32_MAX ? NULL : &d->answer.ledger.event[c->replaces];

	switch (c->cause) {
	case SL_CAUSE_CORRECTION:
		sl_buf_puts(b, ev->what == SL_LAND_WITHDRAWN     ? "was withdrawn as erroneous, a duplicate or merged"
		               : ev->what == SL_LAND_NO_RELEASE ? "was taken back"
		                                                : "was corrected: what was said before was wrong");
		return;
	case SL_CAUSE_RESURVEY:
		sl_buf_puts(b, "was surveyed again, with another boundary");
		return;
	case SL_CAUSE_BOUNDARY:
		sl_buf_puts(b, "has another boundary for the same day");
		return;
	case SL_CAUSE_RECLASSIFICATION:
		if (before && before->what != ev->what)
			sl_buf_printf(b, "became %s and was %s", class_name(ev->what), class_name(before->what));
		else
			sl_buf_puts(b, "has another contamination");
		return;
	default:
		put_plain(b, ev->what);
		if (c->cause == SL_CAUSE_LATE)
			sl_buf_puts(b, ", which the earlier account did not know yet");
	}
}

static void put_name(struct sl_buf *b, const struct sl_told *t)
{
	char uuid[37];

	sl_uuid_text(t->record, uuid);
	sl_buf_str(b, t->identity.n ? t->identity : sl_str_from(uuid));
}

static void put_hazards(struct sl_buf *b, const struct sl_change *c, const struct sl_diff_names *n)
{
	for (size_t i = 0; i < n->n_hazards; i++) {
		sl_buf_puts(b, i ? ", " : " (on ");
		put_name(b, &n->hazard[i]);
	}
	if (c->n_hazards > n->n_hazards)
		sl_buf_printf(b, " and %zu more", c->n_hazards - n->n_hazards);
	if (n->n_hazards)
		sl_buf_putc(b, ')');
}

static void put_definition(struct sl_buf *b, const struct sl_diff *d, const struct sl_change *c)
{
	const struct sl_diff_side *s = &d->side[c->replaces ? 1 : 0];
	struct sl_buf now = {0};

	sl_definition_text(&now, d->answer.p->dict);
	if (sl_str_eq(sl_buf_view(&now), s->f.definition))
		sl_buf_printf(b, "the ground of '%.*s' is cut otherwise by boundaries, names or units that came later.",
		              SL_STR_ARG(s->f.name));
	else
		sl_buf_printf(b, "'%.*s' was counted by: %.*s; now it is: %.*s.", SL_STR_ARG(s->f.name),
		              SL_STR_ARG(s->f.definition), SL_STR_ARG(sl_buf_view(&now)));
	b->failed |= now.failed;
	sl_buf_done(&now);
}

void sl_diff_sentence(struct sl_buf *b, const struct sl_diff *d, const struct sl_change *c,
                      const struct sl_diff_names *n)
{
	char day[11], moment[32];

	if (c->event == UINT32_MAX) {
		put_definition(b, d, c);
		return;
	}
	sl_date_text(n->told.effective, day);
	sl_time_text(n->told.recorded_ms, moment);
	sl_buf_str(b, n->told.kind);
	sl_buf_putc(b, ' ');
	put_name(b, &n->told);
	sl_buf_putc(b, ' ');
	put_what(b, d, c);
	put_hazards(b, c, n);
	if (day[0])
		sl_buf_printf(b, "; information of %s, approved %.10s.", day, moment);
	else
		sl_buf_printf(b, "; information without a date, approved %.10s.", moment);
}
