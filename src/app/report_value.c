/* The numbers of a report, each with its cell. */
#include "app/report_parts.h"

#include <string.h>

static enum sl_code cell_of(struct sl_report_maker *m, struct sl_buf *b, struct sl_amount *out,
                            struct sl_err *e)
{
	if (!sl_buf_check(b, e))
		out->cell = (struct sl_str){sl_arena_strndup(m->a, b->n ? b->p : "", b->n, e), b->n};
	sl_buf_done(b);
	return e->code;
}

enum sl_code sl_maker_account(struct sl_report_maker *m, struct sl_str by, bool period,
                              struct sl_account_answer **out, struct sl_err *e)
{
	struct sl_account_request r = {
	    .as_of = m->to_text, .known_at = m->request->known_at, .ledger = m->request->ledger};
	size_t i = m->n_accounts;

	for (size_t k = 0; k < m->n_accounts; k++)
		if (m->account[k].period == period && sl_str_eq(m->account[k].by, by)) {
			*out = &m->account[k].answer;
			return SL_OK;
		}
	if (i == SL_MAKER_ACCOUNTS_MAX)
		return sl_fail(e, SL_UNSUPPORTED, "%s asks for more than %d accounts", m->template.name,
		               SL_MAKER_ACCOUNTS_MAX);
	r.from = period && *m->from_text ? m->from_text : NULL;
	r.by = by.n ? sl_str_dup(m->a, by, e) : NULL;
	if (e->code)
		return e->code;
	/* The ledger is opened once, for the first of them. */
	if (!r.ledger && !m->has_first) {
		m->has_first = true;
		if (sl_account_prepare(m->p, &(struct sl_account_request){.as_of = m->to_text}, &m->first, e))
			return e->code;
	}
	if (!r.ledger)
		r.ledger = &m->first.ledger;
	m->account[i].by = by;
	m->account[i].period = period;
	m->n_accounts++;
	if (sl_account_answer(m->p, &r, &m->account[i].answer, e))
		return e->code;
	*out = &m->account[i].answer;
	return SL_OK;
}

void sl_maker_query(const struct sl_report_maker *m, const struct sl_spec *s,
                    const struct sl_measure *measure, const struct sl_tally_condition *row, size_t n_row,
                    struct sl_tally_condition *room, struct sl_tally_query *out)
{
	size_t n = 0;

	*out = measure->query;
	out->kind = s->kind;
	out->dates = s->dates;
	out->from = s->dates.n && !s->all_time ? m->from : sl_date_none();
	out->to = s->dates.n ? m->to : sl_date_none();
	for (size_t i = 0; i < s->n_where; i++)
		room[n++] = s->where[i];
	for (size_t i = 0; i < measure->query.n_conditions; i++)
		room[n++] = measure->condition[i];
	for (size_t i = 0; i < n_row; i++)
		room[n++] = row[i];
	out->condition = room;
	out->n_conditions = n;
}

static enum sl_code of_records(struct sl_report_maker *m, const struct sl_spec *s,
                               const struct sl_measure *measure, const struct sl_tally_condition *row,
                               size_t n_row, struct sl_amount *out, struct sl_err *e)
{
	struct sl_tally_condition room[2 * SL_SPEC_CONDITIONS_MAX + SL_SPEC_BY_MAX + 1];
	struct sl_tally *t = &m->tally[s->kind->number];
	struct sl_tally_result r;
	struct sl_tally_query q;
	struct sl_buf b = {0};

	sl_maker_query(m, s, measure, row, n_row, room, &q);
	if (sl_tally_ask(t, &q, &r, e))
		return sl_err_within(e, "%s, line %d", m->template.name, s->item->line);
	out->units = r.units;
	out->scale = r.scale;
	out->state = SL_AMOUNT_KNOWN;
	/* A sum of which nothing is stated is not known; of none at all it is nought. */
	if (q.what == SL_TALLY_SUM && r.n && r.unstated == r.n)
		out->state = SL_AMOUNT_UNKNOWN;
	out->at_least = r.unstated > 0 && q.what == SL_TALLY_SUM;
	sl_record_cell_text(&b, &q, m->to, m->request->known_at);
	return cell_of(m, &b, out, e);
}

enum sl_code sl_maker_value(struct sl_report_maker *m, const struct sl_spec *s,
                            const struct sl_measure *measure, const struct sl_account_line *line,
                            const struct sl_tally_condition *row, size_t n_row, struct sl_amount *out,
                            struct sl_err *e)
{
	struct sl_amount v = {.unit = measure->unit, .decimals = measure->decimals};
	struct sl_account_answer *answer;
	struct sl_buf b = {0};

	if (measure->type == SL_MEASURE_RECORDS) {
		if (of_records(m, s, measure, row, n_row, &v, e))
			return e->code;
	} else if (measure->type == SL_MEASURE_GROUND) {
		if (sl_maker_account(m, s->n_by ? s->by[0] : SL_STR(""), !s->all_time, &answer, e))
			return e->code;
		if (!line)
			line = &answer->account.total;
		v.state = SL_AMOUNT_KNOWN;
		v.scale = measure->term[0].hazards ? 0 : 6;
		v.units = sl_cell_terms_value(line, measure->term, measure->n_terms);
		sl_account_cell_text(&b, answer, line->key, measure->term, measure->n_terms);
		if (cell_of(m, &b, &v, e))
			return e->code;
	}
	*out = v;
	return SL_OK;
}
