/* The words of a report: translated, filled, and the names of places, organisations and choices. */
#include "app/report_parts.h"

#include "report/wording.h"

#include <string.h>

/* A template's text in the language of the report; catalogues are asked with a text that ends. */
struct sl_str sl_maker_text(struct sl_report_maker *m, struct sl_str english, struct sl_err *e)
{
	const char *id = english.n ? sl_str_dup(m->a, english, e) : NULL;
	const char *found;

	if (!id)
		return SL_STR("");
	found = sl_catalogue_find((struct sl_str){m->locale->mo, (size_t)(m->locale->mo_end - m->locale->mo)},
	                          "template", id);
	return sl_str_from(found ? found : id);
}

static const struct sl_str *fact(const struct sl_report_maker *m, struct sl_str name)
{
	for (size_t i = 0; i < m->request->n_facts; i++)
		if (sl_str_eq(m->request->fact[i].name, name))
			return &m->request->fact[i].value;
	return NULL;
}

/* Does an "@ask NAME | ..." of the template say that it may be given? */
static bool asked(const struct sl_report_maker *m, struct sl_str name)
{
	for (size_t i = 0; i < m->template.n; i++)
		if (sl_str_is(m->template.item[i].word, "ask") &&
		    sl_str_eq(sl_template_part(m->template.item[i].text, 0), name))
			return true;
	return false;
}

static enum sl_code number_text(struct sl_report_maker *m, int64_t n, struct sl_str *out, struct sl_err *e)
{
	char *text = sl_arena_printf(m->a, e, "%lld", (long long)n);

	*out = sl_str_from(text);
	return e->code;
}

static enum sl_code note_number(struct sl_report_maker *m, struct sl_str key, int line, size_t *out,
                                struct sl_err *e)
{
	for (size_t i = 0; i < m->template.n; i++) {
		const struct sl_template_item *item = &m->template.item[i];
		struct sl_note note = {.key = key};

		if (item->type != SL_TEMPLATE_WORD || !sl_str_is(item->word, "note") ||
		    !sl_str_eq(sl_template_part(item->text, 0), key))
			continue;
		note.term = sl_maker_text(m, sl_template_part(item->text, 1), e);
		if (e->code || sl_maker_plain(m, sl_template_part(item->text, 2), item->line, &note.text, e))
			return e->code;
		return sl_doc_note(m->d, note, out, e);
	}
	return sl_fail(e, SL_INVALID, "%s, line %d: there is no @note '%.*s'", m->template.name, line,
	               SL_STR_ARG(key));
}

static enum sl_code own_text(struct sl_report_maker *m, struct sl_str text, struct sl_run *run, struct sl_err *e)
{
	struct sl_buf b = {0};

	sl_word_isolated(&b, m->d, text);
	if (!sl_buf_check(&b, e))
		run->text = (struct sl_str){sl_arena_strndup(m->a, b.n ? b.p : "", b.n, e), b.n};
	sl_buf_done(&b);
	return e->code;
}

/* What a {name} stands for. */
static enum sl_code placeholder(struct sl_report_maker *m, struct sl_str name, int line, struct sl_run *run,
                                struct sl_err *e)
{
	const struct sl_str *given = fact(m, name);
	struct sl_date day;

	*run = (struct sl_run){.type = SL_RUN_TEXT};
	for (size_t i = 0; i < m->n_figures; i++)
		if (sl_str_eq(m->figure[i].name, name)) {
			*run = (struct sl_run){.type = SL_RUN_AMOUNT, .amount = m->figure[i].amount};
			return SL_OK;
		}
	if (sl_str_is(name, "programme")) {
		return own_text(m, m->d->programme, run, e);
	} else if (sl_str_is(name, "country")) {
		return own_text(m, given ? *given : m->d->programme, run, e); /* the programme knows a code only */
	} else if (sl_str_is(name, "as_of") || sl_str_is(name, "to")) {
		*run = (struct sl_run){.type = SL_RUN_DATE, .date = m->to};
	} else if (sl_str_is(name, "from")) {
		*run = (struct sl_run){.type = SL_RUN_DATE, .date = m->from};
	} else if (sl_str_is(name, "made")) {
		*run = (struct sl_run){.type = SL_RUN_DATE, .date = {(int32_t)(m->d->made_ms / 86400000)}};
	} else if (sl_str_is(name, "year")) {
		return number_text(m, sl_date_year(m->to), &run->text, e);
	} else if (m->subject.number && sl_str_is(name, "record")) {
		return own_text(m, m->subject.id, run, e);
	} else if (m->subject.number && sl_str_is(name, "record_name")) {
		return own_text(m, m->subject.name.n ? m->subject.name : m->subject.id, run, e);
	} else if (sl_str_has_prefix(name, "note:")) {
		run->type = SL_RUN_NOTE;
		return note_number(m, (struct sl_str){name.p + 5, name.n - 5}, line, &run->note, e);
	} else if (given && sl_date_parse(*given, &day)) {
		*run = (struct sl_run){.type = SL_RUN_DATE, .date = day};
	} else if (given) {
		return own_text(m, *given, run, e);
	} else if (asked(m, name)) {
		run->text = sl_str_from(sl_text(m->locale, "report", "not stated"));
	} else {
		return sl_fail(e, SL_INVALID,
		               "%s, line %d: nothing is called {%.*s}; declare it with @figure or @ask",
		               m->template.name, line, SL_STR_ARG(name));
	}
	return SL_OK;
}

enum sl_code sl_maker_runs(struct sl_report_maker *m, struct sl_str text, int line, struct sl_runs *out,
                           struct sl_err *e)
{
	size_t from = 0, i = 0;

	while (i < text.n) {
		const char *close = text.p[i] == '{' ? memchr(text.p + i, '}', text.n - i) : NULL;
		struct sl_run run;

		if (!close) {
			i++;
			continue;
		}
		if (sl_runs_text(m->a, out, (struct sl_str){text.p + from, i - from}, e) ||
		    placeholder(m, (struct sl_str){text.p + i + 1, (size_t)(close - text.p) - i - 1}, line, &run,
		                e) ||
		    sl_runs_add(m->a, out, run, e))
			return e->code;
		i = from = (size_t)(close - text.p) + 1;
	}
	return sl_runs_text(m->a, out, (struct sl_str){text.p + from, text.n - from}, e);
}

enum sl_code sl_maker_plain(struct sl_report_maker *m, struct sl_str text, int line, struct sl_str *out,
                            struct sl_err *e)
{
	struct sl_str translated = sl_maker_text(m, text, e);
	struct sl_runs runs = {0};
	struct sl_buf b = {0};

	if (!e->code && !sl_maker_runs(m, translated, line, &runs, e)) {
		for (size_t i = 0; i < runs.n; i++)
			if (runs.v[i].type == SL_RUN_AMOUNT)
				sl_word_amount(&b, m->d, &runs.v[i].amount, true);
			else if (runs.v[i].type == SL_RUN_DATE)
				sl_word_date(&b, m->d, runs.v[i].date);
			else
				sl_buf_str(&b, runs.v[i].text);
		if (!sl_buf_check(&b, e))
			*out = (struct sl_str){sl_arena_strndup(m->a, b.n ? b.p : "", b.n, e), b.n};
	}
	sl_buf_done(&b);
	return e->code;
}

/* ---- names ---- */

static enum sl_code remember(struct sl_report_maker *m, struct sl_map *map, struct sl_str code,
                             struct sl_str name, struct sl_err *e)
{
	struct sl_str *v;
	char *key, *value;
	bool is_new;

	if (!code.n || !name.n || sl_map_get(map, code))
		return SL_OK;
	v = sl_arena_grow(m->a, m->name, &m->cap_names, m->n_names + 1, sizeof *v, e);
	key = v ? sl_str_dup(m->a, code, e) : NULL;
	value = key ? sl_str_dup(m->a, name, e) : NULL;
	if (!value)
		return e->code;
	m->name = v;
	m->name[m->n_names] = (struct sl_str){value, name.n};
	return sl_map_put(map, (struct sl_str){key, code.n}, m->n_names++, &is_new, e) ? SL_OK : e->code;
}

static enum sl_code take_place(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                               struct sl_err *e)
{
	struct sl_report_maker *m = ctx;
	struct sl_str code = sl_record_text(rec, "code");

	(void)rev;
	if (!sl_record_has_code(rec, "level", "admin1") && !sl_record_has_code(rec, "level", "admin2"))
		return SL_OK;
	return remember(m, &m->places, code.n ? code : sl_record_text(rec, "id"), sl_record_text(rec, "name"),
	                e);
}

static enum sl_code take_organisation(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                      struct sl_err *e)
{
	struct sl_report_maker *m = ctx;

	(void)rev;
	return remember(m, &m->organisations, sl_record_text(rec, "id"), sl_record_text(rec, "name"), e);
}

static void done_map(void *map)
{
	sl_map_done(map);
}

enum sl_code sl_maker_names(struct sl_report_maker *m, struct sl_err *e)
{
	struct sl_query places = {.kind = sl_dictionary_kind(m->p->dict, SL_STR("place")),
	                          .as_of = sl_date_none()},
	                organisations = {.kind = sl_dictionary_kind(m->p->dict, SL_STR("organisation")),
	                                 .as_of = sl_date_none()};

	if (sl_arena_defer(m->a, done_map, &m->places, e) ||
	    sl_arena_defer(m->a, done_map, &m->organisations, e))
		return e->code;
	return sl_store_each(m->p->db, &places, false, take_place, m, e)
	           ? e->code
	           : sl_store_each(m->p->db, &organisations, false, take_organisation, m, e);
}

static struct sl_str named(const struct sl_report_maker *m, const struct sl_map *map, struct sl_str code)
{
	uint64_t *at = sl_map_get(map, code);

	return at ? m->name[*at] : code;
}

bool sl_maker_is_organisation(struct sl_str field)
{
	return sl_str_is(field, "organisation") || sl_str_is(field, "inspected_organisation");
}

struct sl_str sl_maker_organisation(const struct sl_report_maker *m, struct sl_str code)
{
	return named(m, &m->organisations, code);
}

/* Which list of choices a dimension of these records comes from. */
static const struct sl_choice_list *list_of(const struct sl_report_maker *m, const struct sl_spec *s,
                                            struct sl_str dimension)
{
	if (sl_str_is(dimension, "age_band"))
		return sl_dictionary_list(m->p->dict, SL_STR("age_group"));
	if (sl_str_is(dimension, "contamination") && s->source == SL_FROM_GROUND)
		return sl_dictionary_list(m->p->dict, SL_STR("contamination_class"));
	for (size_t i = 0; s->kind && i < s->kind->n_fields; i++)
		if (sl_str_eq(s->kind->field[i].name, dimension))
			return s->kind->field[i].list;
	return NULL;
}

static struct sl_str one_label(const struct sl_report_maker *m, const struct sl_spec *s,
                               struct sl_str dimension, struct sl_str code)
{
	const struct sl_choice_list *list = list_of(m, s, dimension);

	if (sl_str_is(code, "UNK"))
		return m->d->unknown;
	if (sl_str_is(code, "NA"))
		return m->d->not_applicable;
	if (sl_str_is(code, "none") && s->source == SL_FROM_GROUND)
		return sl_str_from(sl_text(m->locale, "report", "not stated"));
	for (size_t i = 0; list && i < list->n; i++)
		if (sl_str_eq(list->choice[i].code, code))
			return sl_choice_label(m->p->dict, &list->choice[i], m->language);
	if (sl_str_is(dimension, "province") || sl_str_is(dimension, "admin1") ||
	    sl_str_is(dimension, "admin2"))
		return named(m, &m->places, code);
	if (sl_str_is(dimension, "org") || sl_maker_is_organisation(dimension))
		return named(m, &m->organisations, code);
	return code;
}

static bool is_year_month(struct sl_str s)
{
	return s.n == 7 && s.p[4] == '-';
}

struct two {
	struct sl_str first, second;
};

static void fill_two(void *ctx, struct sl_str name, struct sl_buf *b)
{
	const struct two *x = ctx;

	sl_buf_str(b, sl_str_is(name, "month") || sl_str_is(name, "first") ? x->first : x->second);
}

static enum sl_code joined(struct sl_report_maker *m, const char *pattern, struct two x, struct sl_str *out,
                           struct sl_err *e)
{
	struct sl_buf b = {0};

	sl_word_fill(&b, sl_str_from(pattern), fill_two, &x);
	if (!sl_buf_check(&b, e))
		*out = (struct sl_str){sl_arena_strndup(m->a, b.p, b.n, e), b.n};
	sl_buf_done(&b);
	return e->code;
}

/* "APM+UXO" is ground with both: each by its name. */
enum sl_code sl_maker_label(struct sl_report_maker *m, const struct sl_spec *s, struct sl_str dimension,
                            struct sl_str key, struct sl_str *out, struct sl_err *e)
{
	bool several = s->source == SL_FROM_GROUND; /* ground has all of them at once */
	struct sl_str rest = key, part, label = {0};

	if (sl_str_is(dimension, "month") && is_year_month(key)) {
		struct sl_buf b = {0};
		int64_t month = 0;

		(void)sl_str_int64((struct sl_str){key.p + 5, 2}, &month);
		sl_word_month_alone(&b, m->locale, (int)month);
		if (!sl_buf_check(&b, e))
			(void)!joined(m, sl_text(m->locale, "report", "{month} {year}"),
			              (struct two){sl_buf_view(&b), {key.p, 4}}, out, e);
		sl_buf_done(&b);
		return e->code;
	}
	if (!several) {
		*out = one_label(m, s, dimension, key);
		return SL_OK;
	}
	while (sl_str_split(&rest, '+', &part)) {
		struct sl_str one = one_label(m, s, dimension, part);

		if (!label.n)
			label = one;
		else if (joined(m, sl_text(m->locale, "report", "{first}, {second}"), (struct two){label, one},
		                &label, e))
			return e->code;
	}
	*out = label.n ? label : key;
	return SL_OK;
}
