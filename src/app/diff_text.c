/* A difference as a table, CSV, JSON and GeoJSON. */
#include "app/diff.h"

#include "base/csv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SENTENCES = 40 }; /* of a table; the other formats have all */

/* ---- JSON ---- */

static void put_figures(struct sl_json_writer *w, const sl_mm2 *figure)
{
	sl_json_begin(w, '{');
	for (int f = 0; f < SL_FIGURES; f++)
		if (figure[f]) {
			sl_json_put_key(w, sl_str_from(f == SL_FIGURE_WITHOUT_BOUNDARY ? "without_boundary.reported_m2"
			                                                               : sl_figure_name((enum sl_figure)f)));
			sl_json_put_mm2(w, figure[f]);
		}
	sl_json_end(w, '}');
}

static void put_side(struct sl_json_writer *w, const char *key, const struct sl_diff_side *s)
{
	char day[11], moment[32];

	sl_date_text(s->spec.as_of, day);
	sl_json_put_key(w, sl_str_from(key));
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "label", sl_str_from(s->label));
	sl_json_kv_str(w, "as_of", sl_str_from(day));
	sl_json_put_key(w, SL_STR("known_at"));
	if (s->spec.known_at_ms == INT64_MAX) {
		sl_json_put_null(w);
	} else {
		sl_time_text(s->spec.known_at_ms, moment);
		sl_json_put_str(w, sl_str_from(moment));
	}
	sl_json_put_key(w, SL_STR("snapshot"));
	if (s->frozen)
		sl_frozen_json(w, &s->f);
	else
		sl_json_put_null(w);
	sl_json_end(w, '}');
}

static void put_told(struct sl_json_writer *w, const struct sl_told *t)
{
	char uuid[37];

	sl_uuid_text(t->record, uuid);
	sl_json_kv_str(w, "kind", t->kind);
	sl_json_kv_str(w, "id", t->identity);
	sl_json_kv_str(w, "uuid", sl_str_from(uuid));
}

static void put_record(struct sl_json_writer *w, const struct sl_diff *d, const struct sl_change *c,
                       const struct sl_diff_names *n)
{
	char revision[37], day[11], moment[32];

	sl_json_put_key(w, SL_STR("record"));
	sl_json_begin(w, '{');
	put_told(w, &n->told);
	sl_uuid_text(n->told.revision, revision);
	sl_json_kv_str(w, "revision", sl_str_from(revision));
	sl_json_kv_int(w, "seq", n->told.seq);
	sl_date_text(n->told.effective, day);
	sl_json_put_key(w, SL_STR("effective"));
	if (day[0])
		sl_json_put_str(w, sl_str_from(day));
	else
		sl_json_put_null(w);
	sl_time_text(n->told.recorded_ms, moment);
	sl_json_kv_str(w, "approved", sl_str_from(moment));
	sl_json_kv_str(w, "author", n->told.author);
	sl_json_put_key(w, SL_STR("replaces_seq"));
	if (c->replaces == UINT32_MAX)
		sl_json_put_null(w);
	else
		sl_json_put_int(w, d->answer.ledger.event[c->replaces].seq);
	sl_json_end(w, '}');
	sl_json_put_key(w, SL_STR("hazards"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < n->n_hazards; i++) {
		sl_json_begin(w, '{');
		put_told(w, &n->hazard[i]);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
	sl_json_kv_int(w, "n_hazards", (int64_t)c->n_hazards);
	if (c->face != UINT32_MAX) {
		sl_json_kv_double(w, "lon", d->answer.ledger.face[c->face].lon);
		sl_json_kv_double(w, "lat", d->answer.ledger.face[c->face].lat);
	}
}

static enum sl_code put_change(struct sl_json_writer *w, struct sl_diff *d, const struct sl_change *c, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_diff_names n;
	struct sl_buf sentence = {0};

	if (!sl_diff_names(d, c, &a, &n, e)) {
		sl_diff_sentence(&sentence, d, c, &n);
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "cause", sl_str_from(sl_cause_name(c->cause)));
		sl_json_put_key(w, SL_STR("m2"));
		put_figures(w, c->figure);
		sl_json_kv_int(w, "without_boundary", c->without_boundary);
		sl_json_put_key(w, SL_STR("late"));
		sl_json_put_bool(w, c->late);
		sl_json_kv_str(w, "sentence", sl_buf_view(&sentence));
		if (c->event != UINT32_MAX)
			put_record(w, d, c, &n);
		sl_json_end(w, '}');
	}
	w->b->failed |= sentence.failed;
	sl_buf_done(&sentence);
	sl_arena_done(&a);
	return e->code;
}

static void put_line_sums(struct sl_json_writer *w, const struct sl_diff *d, const struct sl_diff_line *l, size_t line)
{
	static const char *const side[] = {"a", "b", "difference"};
	sl_mm2 figure[SL_FIGURES];

	for (int s = 0; s < 3; s++) {
		sl_json_put_key(w, sl_str_from(side[s]));
		for (int f = 0; f < SL_FIGURES; f++)
			figure[f] = s < 2 ? l->figure[s][f] : l->figure[1][f] - l->figure[0][f];
		put_figures(w, figure);
	}
	sl_json_put_key(w, SL_STR("without_boundary"));
	sl_json_begin(w, '{');
	sl_json_kv_int(w, "a", l->loose[0]);
	sl_json_kv_int(w, "b", l->loose[1]);
	sl_json_end(w, '}');
	sl_json_put_key(w, SL_STR("by_cause"));
	sl_json_begin(w, '{');
	for (int cause = 0; cause < SL_CAUSES; cause++) {
		sl_json_put_key(w, sl_str_from(sl_cause_name((enum sl_cause)cause)));
		put_figures(w, d->sum[line][cause]);
	}
	sl_json_end(w, '}');
}

static enum sl_code put_json(struct sl_diff *d, struct sl_buf *b, struct sl_err *e)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	put_side(&w, "a", &d->side[0]);
	put_side(&w, "b", &d->side[1]);
	sl_json_put_key(&w, SL_STR("by"));
	if (d->by)
		sl_json_put_str(&w, sl_str_from(d->by));
	else
		sl_json_put_null(&w);
	sl_json_put_key(&w, SL_STR("total"));
	sl_json_begin(&w, '{');
	put_line_sums(&w, d, &d->total, d->n_lines);
	sl_json_end(&w, '}');
	sl_json_put_key(&w, SL_STR("lines"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < d->n_lines; i++) {
		sl_json_begin(&w, '{');
		sl_json_put_key(&w, SL_STR("key"));
		if (d->by)
			sl_json_put_str(&w, d->line[i].key);
		else
			sl_json_put_null(&w);
		put_line_sums(&w, d, &d->line[i], i);
		sl_json_put_key(&w, SL_STR("changes"));
		sl_json_begin(&w, '[');
		for (size_t k = 0; k < d->changes.n; k++)
			if (d->changes.v[k].line == i && put_change(&w, d, &d->changes.v[k], e))
				return e->code;
		sl_json_end(&w, ']');
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return SL_OK;
}

/* ---- CSV: a row for each figure of each change ---- */

static void csv_row(struct sl_csv_writer *w, const struct sl_diff *d, const struct sl_change *c, const char *figure,
                    struct sl_str amount, const struct sl_diff_names *n, struct sl_str sentence)
{
	char revision[37] = "", day[11] = "", moment[32] = "";

	if (c->event != UINT32_MAX) {
		sl_uuid_text(n->told.revision, revision);
		sl_date_text(n->told.effective, day);
		sl_time_text(n->told.recorded_ms, moment);
	}
	sl_csv_put(w, d->line[c->line].key);
	sl_csv_put(w, sl_str_from(sl_cause_name(c->cause)));
	sl_csv_put(w, sl_str_from(figure));
	sl_csv_put(w, amount);
	sl_csv_put(w, n->told.kind);
	sl_csv_put(w, n->told.identity);
	sl_csv_put(w, sl_str_from(revision));
	sl_csv_put(w, sl_str_from(day));
	sl_csv_put(w, sl_str_from(moment));
	sl_csv_put(w, c->late ? SL_STR("late") : SL_STR(""));
	sl_csv_put(w, sentence);
	sl_csv_end(w);
}

static enum sl_code csv_change(struct sl_csv_writer *w, struct sl_diff *d, const struct sl_change *c, struct sl_err *e)
{
	struct sl_buf sentence = {0}, amount = {0};
	struct sl_arena a = {0};
	struct sl_diff_names n;

	if (!sl_diff_names(d, c, &a, &n, e)) {
		sl_diff_sentence(&sentence, d, c, &n);
		for (int f = 0; f < SL_FIGURES; f++) {
			if (!c->figure[f])
				continue;
			sl_buf_clear(&amount);
			sl_mm2_text(&amount, c->figure[f]);
			csv_row(w, d, c, sl_figure_name((enum sl_figure)f), sl_buf_view(&amount), &n, sl_buf_view(&sentence));
		}
		if (c->without_boundary) {
			sl_buf_clear(&amount);
			sl_buf_printf(&amount, "%lld", (long long)c->without_boundary);
			csv_row(w, d, c, "without_boundary.count", sl_buf_view(&amount), &n, sl_buf_view(&sentence));
		}
	}
	w->b->failed |= sentence.failed | amount.failed;
	sl_buf_done(&sentence);
	sl_buf_done(&amount);
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code put_csv(struct sl_diff *d, struct sl_buf *b, struct sl_err *e)
{
	struct sl_csv_writer w;

	sl_csv_writer_init(&w, b, ',', true);
	sl_buf_puts(b, "key,cause,figure,m2,kind,record,revision,effective,approved,late,sentence\n");
	for (size_t i = 0; i < d->changes.n; i++)
		if (csv_change(&w, d, &d->changes.v[i], e))
			return e->code;
	return SL_OK;
}

/* ---- the table ---- */

static void put_m2(struct sl_buf *b, sl_mm2 v, bool sign)
{
	struct sl_buf text = {0};

	if (sign && v > 0)
		sl_buf_putc(&text, '+');
	sl_mm2_text(&text, v);
	sl_buf_printf(b, "%22.*s", SL_STR_ARG(sl_buf_view(&text)));
	b->failed |= text.failed;
	sl_buf_done(&text);
}

static void put_row(struct sl_buf *b, struct sl_str label, sl_mm2 sha, sl_mm2 cha, bool sign)
{
	sl_buf_printf(b, "  %-30.*s", (int)(label.n > 30 ? 30 : label.n), label.p);
	put_m2(b, sha, sign);
	put_m2(b, cha, sign);
	sl_buf_putc(b, '\n');
}

static void put_table_line(struct sl_buf *b, const struct sl_diff *d, const struct sl_diff_line *l, size_t line)
{
	struct sl_str key = line == d->n_lines ? SL_STR("all land") : l->key;

	sl_buf_printf(b, "  %-30.*s%22s%22s\n", (int)(key.n > 30 ? 30 : key.n), key.p, "SHA m2", "CHA m2");
	put_row(b, sl_str_from(d->side[0].label), l->figure[0][SL_FIGURE_STOCK_SHA], l->figure[0][SL_FIGURE_STOCK_CHA],
	        false);
	for (int cause = 0; cause < SL_CAUSES; cause++) {
		const sl_mm2 sha = d->sum[line][cause][SL_FIGURE_STOCK_SHA], cha = d->sum[line][cause][SL_FIGURE_STOCK_CHA];

		if (sha || cha)
			put_row(b, sl_str_from(sl_cause_name((enum sl_cause)cause)), sha, cha, true);
	}
	put_row(b, sl_str_from(d->side[1].label), l->figure[1][SL_FIGURE_STOCK_SHA], l->figure[1][SL_FIGURE_STOCK_CHA],
	        false);
	sl_buf_putc(b, '\n');
}

static sl_mm2 weight(const struct sl_change *c)
{
	sl_mm2 sum = 0;

	for (int f = 0; f < SL_FIGURES; f++)
		sum += c->figure[f] < 0 ? -c->figure[f] : c->figure[f];
	return sum;
}

struct heavy {
	sl_mm2 weight;
	size_t at;
};

static int heavier(const void *pa, const void *pb)
{
	const struct heavy *a = pa, *b = pb;

	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return (a->at > b->at) - (a->at < b->at);
}

static void put_amounts(struct sl_buf *b, const struct sl_change *c)
{
	bool any = false;

	for (int f = 0; f < SL_FIGURES; f++) {
		struct sl_buf text = {0};

		/* flows go with the stocks they change; alone they say what was only told otherwise */
		if (!c->figure[f] || (f > SL_FIGURE_STOCK_CHA && any))
			continue;
		sl_mm2_text(&text, c->figure[f]);
		sl_buf_printf(b, "%s%s %s%.*s m2", any ? ", " : "", sl_figure_name((enum sl_figure)f),
		              c->figure[f] > 0 ? "+" : "", SL_STR_ARG(sl_buf_view(&text)));
		any = true;
		b->failed |= text.failed;
		sl_buf_done(&text);
	}
	if (c->without_boundary)
		sl_buf_printf(b, "%srecords without boundary %+lld", any ? ", " : "", (long long)c->without_boundary);
}

static enum sl_code put_sentences(struct sl_diff *d, struct sl_buf *b, struct sl_err *e)
{
	size_t n = d->changes.n;
	struct heavy *order = sl_arena_alloc(&d->answer.arena, n + 1, sizeof *order, e);

	if (!order)
		return e->code;
	for (size_t i = 0; i < n; i++)
		order[i] = (struct heavy){weight(&d->changes.v[i]), i};
	if (n)
		qsort(order, n, sizeof *order, heavier);
	for (size_t i = 0; i < n && i < SENTENCES && !e->code; i++) {
		const struct sl_change *c = &d->changes.v[order[i].at];
		struct sl_arena a = {0};
		struct sl_diff_names names;

		if (!sl_diff_names(d, c, &a, &names, e)) {
			sl_buf_printf(b, "  %s", sl_cause_name(c->cause));
			if (d->by)
				sl_buf_printf(b, ", %.*s", SL_STR_ARG(d->line[c->line].key));
			sl_buf_puts(b, ": ");
			sl_diff_sentence(b, d, c, &names);
			sl_buf_puts(b, "\n      ");
			put_amounts(b, c);
			sl_buf_putc(b, '\n');
		}
		sl_arena_done(&a);
	}
	if (n > SENTENCES)
		sl_buf_printf(b, "  and %zu smaller changes: --format csv has all of them\n", n - SENTENCES);
	if (!n)
		sl_buf_puts(b, "  Nothing differs.\n");
	return e->code;
}

static enum sl_code put_table(struct sl_diff *d, struct sl_buf *b, struct sl_err *e)
{
	sl_buf_printf(b, "%s -> %s\n\n", d->side[0].label, d->side[1].label);
	for (size_t i = 0; d->by && i < d->n_lines; i++)
		if (d->line[i].figure[0][SL_FIGURE_STOCK_SHA] != d->line[i].figure[1][SL_FIGURE_STOCK_SHA] ||
		    d->line[i].figure[0][SL_FIGURE_STOCK_CHA] != d->line[i].figure[1][SL_FIGURE_STOCK_CHA])
			put_table_line(b, d, &d->line[i], i);
	put_table_line(b, d, &d->total, d->n_lines);
	return put_sentences(d, b, e);
}

static enum sl_code put_ground(struct sl_diff *d, struct sl_buf *b, struct sl_err *e)
{
	struct sl_parts parts;
	char *title = sl_arena_printf(&d->answer.arena, e, "%s -> %s", d->side[0].label, d->side[1].label);

	if (!title || sl_difference(&d->answer.arena, &d->answer.ledger, &d->side[0].spec, &d->side[1].spec, &parts, e))
		return e->code;
	return sl_parts_text(&d->answer, &parts, title, true, SL_FORMAT_GEOJSON, b, e);
}

enum sl_code sl_diff_text(struct sl_diff *d, enum sl_text_format format, struct sl_buf *b, struct sl_err *e)
{
	switch (format) {
	case SL_FORMAT_JSON: return put_json(d, b, e);
	case SL_FORMAT_CSV: return put_csv(d, b, e);
	case SL_FORMAT_GEOJSON: return put_ground(d, b, e);
	default: return put_table(d, b, e);
	}
}
