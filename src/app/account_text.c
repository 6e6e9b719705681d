/* An account as JSON, CSV and a table for people. */
#include "app/account.h"

#include "base/csv.h"

#include <stdio.h>

static void put_m2(struct sl_json_writer *w, const char *key, sl_mm2 v)
{
	sl_json_put_key(w, sl_str_from(key));
	sl_json_put_mm2(w, v);
}

static void put_stock(struct sl_json_writer *w, const char *key, const struct sl_stock *s)
{
	static const char *const names[] = {"SHA", "CHA"};

	sl_json_put_key(w, sl_str_from(key));
	sl_json_begin(w, '{');
	for (int i = 0; i < 2; i++) {
		sl_json_put_key(w, sl_str_from(names[i]));
		sl_json_begin(w, '{');
		sl_json_kv_int(w, "count", s->count[i]);
		put_m2(w, "m2", s->mm2[i]);
		sl_json_end(w, '}');
	}
	sl_json_end(w, '}');
}

static void put_line(struct sl_json_writer *w, const struct sl_account_answer *answer,
                     const struct sl_account_line *line)
{
	struct sl_buf cell = {0};

	sl_json_begin(w, '{');
	sl_json_put_key(w, SL_STR("key"));
	if (line->key.n)
		sl_json_put_str(w, line->key);
	else
		sl_json_put_null(w);
	put_stock(w, "opening", &line->opening);
	put_stock(w, "stock", &line->closing);
	sl_json_put_key(w, SL_STR("flow"));
	sl_json_begin(w, '{');
	for (int i = 0; i < SL_FLOW_OUTSIDE; i++)
		put_m2(w, sl_flow_name((enum sl_flow)i), line->flow[i]);
	sl_json_end(w, '}');
	put_m2(w, "outside_m2", line->flow[SL_FLOW_OUTSIDE]);
	put_m2(w, "again_m2", line->flow[SL_FLOW_AGAIN]);
	sl_json_put_key(w, SL_STR("without_boundary"));
	sl_json_begin(w, '{');
	sl_json_kv_int(w, "count", line->without_boundary);
	put_m2(w, "reported_m2", line->without_boundary_reported);
	sl_json_kv_int(w, "size_not_stated", line->without_boundary_unstated);
	sl_json_end(w, '}');
	put_m2(w, "on_repairs_m2", line->on_repairs);
	put_m2(w, "naive_m2", line->naive);
	sl_json_put_key(w, SL_STR("cells"));
	sl_json_begin(w, '{');
	for (int f = 0; f < SL_FIGURES; f++) {
		if (f == SL_FIGURE_WITHOUT_BOUNDARY || f == SL_FIGURE_NAIVE)
			continue;
		sl_buf_clear(&cell);
		sl_cell_text(&cell, answer, line->key, (enum sl_figure)f);
		sl_json_kv_str(w, sl_figure_name((enum sl_figure)f), sl_buf_view(&cell));
	}
	sl_json_end(w, '}');
	sl_json_end(w, '}');
	w->b->failed |= cell.failed;
	sl_buf_done(&cell);
}

static void put_date(struct sl_json_writer *w, const char *key, bool given, struct sl_date d)
{
	char text[11];

	sl_json_put_key(w, sl_str_from(key));
	sl_date_text(d, text);
	if (given)
		sl_json_put_str(w, sl_str_from(text));
	else
		sl_json_put_null(w);
}

void sl_account_json(struct sl_buf *b, const struct sl_account_answer *answer)
{
	const struct sl_account *acc = &answer->account;
	struct sl_json_writer w;
	char moment[32];

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	put_date(&w, "as_of", true, acc->spec.as_of);
	sl_json_put_key(&w, SL_STR("known_at"));
	sl_time_text(acc->spec.known_at_ms == INT64_MAX ? 0 : acc->spec.known_at_ms, moment);
	if (answer->known_at_given)
		sl_json_put_str(&w, sl_str_from(moment));
	else
		sl_json_put_null(&w);
	put_date(&w, "from", answer->from_given, acc->spec.from);
	put_date(&w, "to", answer->period, acc->spec.as_of);
	sl_json_put_key(&w, SL_STR("by"));
	if (answer->by)
		sl_json_put_str(&w, sl_str_from(answer->by));
	else
		sl_json_put_null(&w);
	sl_json_put_key(&w, SL_STR("total"));
	put_line(&w, answer, &acc->total);
	sl_json_put_key(&w, SL_STR("lines"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < acc->n_lines; i++)
		put_line(&w, answer, &acc->line[i]);
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
}

/* ---- CSV ---- */

static void csv_m2(struct sl_csv_writer *w, sl_mm2 v)
{
	struct sl_buf text = {0};

	sl_mm2_text(&text, v);
	sl_csv_put(w, sl_buf_view(&text));
	w->b->failed |= text.failed;
	sl_buf_done(&text);
}

static void csv_line(struct sl_csv_writer *w, const struct sl_account_line *l, struct sl_str key)
{
	sl_csv_put(w, key);
	for (int side = 0; side < 2; side++) {
		const struct sl_stock *s = side ? &l->closing : &l->opening;

		for (int i = 0; i < 2; i++) {
			sl_csv_put_int(w, s->count[i]);
			csv_m2(w, s->mm2[i]);
		}
	}
	for (int i = 0; i < SL_FLOWS; i++)
		csv_m2(w, l->flow[i]);
	sl_csv_put_int(w, l->without_boundary);
	csv_m2(w, l->without_boundary_reported);
	csv_m2(w, l->on_repairs);
	csv_m2(w, l->naive);
	sl_csv_end(w);
}

void sl_account_csv(struct sl_buf *b, const struct sl_account_answer *answer)
{
	struct sl_csv_writer w;

	sl_csv_writer_init(&w, b, ',', true);
	sl_buf_puts(b, "key,opening_sha_count,opening_sha_m2,opening_cha_count,opening_cha_m2,"
	               "stock_sha_count,stock_sha_m2,stock_cha_count,stock_cha_m2");
	for (int i = 0; i < SL_FLOWS; i++)
		sl_buf_printf(b, ",%s_m2", sl_flow_name((enum sl_flow)i));
	sl_buf_puts(b, ",without_boundary_count,without_boundary_reported_m2,on_repairs_m2,naive_m2\n");
	for (size_t i = 0; i < answer->account.n_lines; i++)
		csv_line(&w, &answer->account.line[i], answer->account.line[i].key);
	csv_line(&w, &answer->account.total, SL_STR("total"));
}

/* ---- the table ---- */

/* Whole square metres with blanks between thousands, right-aligned to `width`. */
static void put_aligned(struct sl_buf *b, sl_mm2 v, int width)
{
	char text[64];
	int n = 0;
	bool minus = v < 0;
	sl_mm2 m2 = ((minus ? -v : v) + 500000) / 1000000;

	do {
		if (n % 4 == 3)
			text[n++] = ' ';
		text[n++] = (char)('0' + (int)(m2 % 10));
		m2 /= 10;
	} while (m2);
	if (minus)
		text[n++] = '-';
	for (int i = n; i < width; i++)
		sl_buf_putc(b, ' ');
	while (n)
		sl_buf_putc(b, text[--n]);
}

static void put_row(struct sl_buf *b, const char *label, sl_mm2 v)
{
	sl_buf_printf(b, "  %-44s", label);
	put_aligned(b, v, 20);
	sl_buf_putc(b, '\n');
}

static void put_stock_rows(struct sl_buf *b, const char *when, const struct sl_stock *s)
{
	char label[80];

	snprintf(label, sizeof label, "%s, suspected (SHA), hazards: %lld", when, (long long)s->count[0]);
	put_row(b, label, s->mm2[0]);
	snprintf(label, sizeof label, "%s, confirmed (CHA), hazards: %lld", when, (long long)s->count[1]);
	put_row(b, label, s->mm2[1]);
}

static void put_total(struct sl_buf *b, const struct sl_account_line *t)
{
	static const struct {
		enum sl_flow flow;
		const char *label;
	} rows[] = {
		{SL_FLOW_NEW_SHA, "+ newly recorded as suspected"},
		{SL_FLOW_NEW_CHA, "+ newly recorded as confirmed"},
		{SL_FLOW_REOPENED, "+ reopened after release"},
		{SL_FLOW_BOUNDARY_GAIN, "+ boundary re-measured, gained"},
		{SL_FLOW_CANCELLED, "- cancelled"},
		{SL_FLOW_REDUCED, "- reduced"},
		{SL_FLOW_CLEARED, "- cleared"},
		{SL_FLOW_BOUNDARY_LOSS, "- boundary re-measured, lost"},
		{SL_FLOW_WITHDRAWN, "- erroneous, duplicate or merged"},
		{SL_FLOW_CONFIRMED, "  of it SHA to CHA (confirmed)"},
		{SL_FLOW_DOWNGRADED, "  of it CHA to SHA (downgraded)"},
	};

	sl_buf_printf(b, "  %-44s%20s\n", "", "m2");
	put_stock_rows(b, "opening", &t->opening);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		put_row(b, rows[i].label, t->flow[rows[i].flow]);
	put_stock_rows(b, "closing", &t->closing);
	sl_buf_puts(b, "  beside the account:\n");
	put_row(b, "released outside any recorded hazard", t->flow[SL_FLOW_OUTSIDE]);
	put_row(b, "released again", t->flow[SL_FLOW_AGAIN]);
	put_row(b, "closing stock resting on repaired boundaries", t->on_repairs);
	put_row(b, "polygon areas simply added up (overlaps twice)", t->naive);
	put_row(b, "reported without boundary", t->without_boundary_reported);
	sl_buf_printf(b, "  %-44s%20lld\n", "  records without boundary", (long long)t->without_boundary);
	if (t->without_boundary_unstated)
		sl_buf_printf(b, "  %-44s%20lld\n", "  of them with no size stated", (long long)t->without_boundary_unstated);
}

static void put_lines(struct sl_buf *b, const struct sl_account *acc)
{
	int width = 5;

	for (size_t i = 0; i < acc->n_lines; i++)
		width = acc->line[i].key.n > (size_t)width ? (int)acc->line[i].key.n : width;
	width = width > 30 ? 30 : width;
	sl_buf_printf(b, "\n  %-*s%15s%15s%15s%15s%15s%15s%7s%15s%7s%15s\n", width, "", "opening m2", "new m2",
	              "cancelled m2", "reduced m2", "cleared m2", "other m2", "SHA", "SHA m2", "CHA", "CHA m2");
	for (size_t i = 0; i <= acc->n_lines; i++) {
		const struct sl_account_line *l = i < acc->n_lines ? &acc->line[i] : &acc->total;
		struct sl_str key = i < acc->n_lines ? l->key : SL_STR("total");

		sl_buf_printf(b, "  %-*.*s", width, (int)(key.n > 30 ? 30 : key.n), key.p);
		put_aligned(b, l->opening.mm2[0] + l->opening.mm2[1], 15);
		put_aligned(b, l->flow[SL_FLOW_NEW_SHA] + l->flow[SL_FLOW_NEW_CHA], 15);
		put_aligned(b, l->flow[SL_FLOW_CANCELLED], 15);
		put_aligned(b, l->flow[SL_FLOW_REDUCED], 15);
		put_aligned(b, l->flow[SL_FLOW_CLEARED], 15);
		put_aligned(b, l->flow[SL_FLOW_REOPENED] + l->flow[SL_FLOW_BOUNDARY_GAIN] -
		               l->flow[SL_FLOW_BOUNDARY_LOSS] - l->flow[SL_FLOW_WITHDRAWN], 15);
		for (int k = 0; k < 2; k++) {
			sl_buf_printf(b, "%7lld", (long long)l->closing.count[k]);
			put_aligned(b, l->closing.mm2[k], 15);
		}
		sl_buf_putc(b, '\n');
	}
}

void sl_account_table(struct sl_buf *b, const struct sl_account_answer *answer)
{
	char day[11], moment[32];

	sl_date_text(answer->spec.as_of, day);
	sl_buf_printf(b, "Land account as of %s", day);
	if (answer->from_given) {
		sl_date_text(answer->spec.from, day);
		sl_buf_printf(b, ", for the period from %s", day);
	}
	if (answer->known_at_given) {
		sl_time_text(answer->spec.known_at_ms, moment);
		sl_buf_printf(b, ", as known at %s", moment);
	}
	sl_buf_puts(b, "\n\n");
	put_total(b, &answer->account.total);
	if (answer->account.n_lines)
		put_lines(b, &answer->account);
}
