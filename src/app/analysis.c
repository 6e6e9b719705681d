#include "app/analysis.h"

#include "base/json.h"

#include <math.h>
#include <string.h>

/* In the order in which the page lists them. */
static const struct sl_analysis *const analyses[] = {
    &sl_analysis_residual,
    &sl_analysis_sample,
    &sl_analysis_clock,
    &sl_analysis_exposure,
    &sl_analysis_estimate,
    NULL,
};

const struct sl_analysis *sl_analysis_at(size_t i)
{
	return i < sizeof analyses / sizeof *analyses ? analyses[i] : NULL;
}

const struct sl_analysis *sl_analysis_find(struct sl_str name)
{
	for (size_t i = 0; analyses[i]; i++)
		if (sl_str_is(name, analyses[i]->name))
			return analyses[i];
	return NULL;
}

/* ---- what it is asked ---- */

static enum sl_code read_number(const struct sl_analysis_parameter *p, struct sl_str text, double *out,
                                struct sl_err *e)
{
	double low = p->low, high = p->high, x;

	if (p->type == SL_ANALYSIS_SHARE && low >= high)
		low = 0, high = 1;
	if (p->type == SL_ANALYSIS_COUNT && low >= high)
		low = 0, high = 9e15;
	if (!sl_str_double(text, &x))
		return sl_fail(e, SL_INVALID, "%s: '%.*s' is no number", p->name, SL_STR_ARG(text));
	if (low < high && (x < low || x > high))
		return sl_fail(e, SL_INVALID, "%s: %g is not between %g and %g", p->name, x, low, high);
	if (p->type == SL_ANALYSIS_COUNT && x != floor(x))
		return sl_fail(e, SL_INVALID, "%s: %g is not a whole number", p->name, x);
	*out = x;
	return SL_OK;
}

static bool is_choice(const char *choices, struct sl_str text)
{
	struct sl_str rest = sl_str_from(choices), one;

	while (sl_str_split(&rest, '|', &one))
		if (sl_str_eq(one, text))
			return true;
	return false;
}

static enum sl_code read_answer(const struct sl_analysis_parameter *p, struct sl_str text,
                                struct sl_analysis_answer *out, struct sl_err *e)
{
	struct sl_analysis_answer answer = {.given = true, .text = text, .number = NAN, .date = sl_date_none()};

	switch (p->type) {
	case SL_ANALYSIS_NUMBER:
	case SL_ANALYSIS_COUNT:
	case SL_ANALYSIS_SHARE:
		if (read_number(p, text, &answer.number, e))
			return e->code;
		break;
	case SL_ANALYSIS_DATE:
		if (!sl_date_parse(text, &answer.date))
			return sl_fail(e, SL_INVALID, "%s: '%.*s' is no date: write YYYY-MM-DD", p->name, SL_STR_ARG(text));
		break;
	case SL_ANALYSIS_TEXT:
		if (p->choices && !is_choice(p->choices, text))
			return sl_fail(e, SL_INVALID, "%s: '%.*s' is none of %s", p->name, SL_STR_ARG(text), p->choices);
		break;
	case SL_ANALYSIS_RECORD:
	case SL_ANALYSIS_FILE:
	case SL_ANALYSIS_FLAG: break;
	}
	*out = answer;
	return SL_OK;
}

enum sl_code sl_analysis_ask(const struct sl_analysis *n, struct sl_arena *a, struct sl_analysis_question *out,
                             struct sl_err *e)
{
	struct sl_analysis_question q = {.analysis = n};
	size_t count = 0;

	while (n->parameter[count].name)
		count++;
	q.answer = sl_arena_alloc(a, count + 1, sizeof *q.answer, e);
	for (size_t i = 0; !e->code && i < count; i++) {
		q.answer[i] = (struct sl_analysis_answer){.number = NAN, .date = sl_date_none()};
		if (n->parameter[i].otherwise)
			(void)!read_answer(&n->parameter[i], sl_str_from(n->parameter[i].otherwise), &q.answer[i], e);
	}
	if (!e->code)
		*out = q;
	return e->code;
}

enum sl_code sl_analysis_answer(struct sl_analysis_question *q, struct sl_str parameter, struct sl_str text,
                                struct sl_err *e)
{
	const struct sl_analysis_parameter *p = q->analysis->parameter;

	for (size_t i = 0; p[i].name; i++)
		if (sl_str_is(parameter, p[i].name))
			return read_answer(&p[i], text, &q->answer[i], e);
	return sl_fail(e, SL_INVALID, "'%s' takes no '%.*s'", q->analysis->name, SL_STR_ARG(parameter));
}

const struct sl_analysis_answer *sl_analysis_given(const struct sl_analysis_question *q, const char *parameter)
{
	const struct sl_analysis_parameter *p = q->analysis->parameter;
	size_t i = 0;

	while (strcmp(p[i].name, parameter) != 0)
		i++;
	return &q->answer[i];
}

enum sl_code sl_analysis_run(struct sl_programme *p, struct sl_arena *a, const struct sl_analysis_question *q,
                             struct sl_statement *out, struct sl_err *e)
{
	const struct sl_analysis_parameter *parameter = q->analysis->parameter;
	struct sl_statement s;

	for (size_t i = 0; parameter[i].name; i++)
		if (parameter[i].required && !q->answer[i].given)
			return sl_fail(e, SL_INVALID, "%s needs '%s'", q->analysis->name, parameter[i].name);
	if (q->analysis->run(p, a, q, &s, e))
		return e->code;
	*out = s;
	return SL_OK;
}

/* ---- what there is ---- */

static void put_parameter(struct sl_json_writer *w, const struct sl_analysis_parameter *p, const struct sl_locale *l)
{
	static const char *const types[] = {"text", "number", "count", "share", "date", "record", "file", "flag"};
	struct sl_str rest = sl_str_from(p->choices), one;

	sl_json_begin(w, '{');
	sl_json_kv_str(w, "name", sl_str_from(p->name));
	sl_json_kv_str(w, "says", sl_str_from(sl_text(l, "analysis", p->says)));
	sl_json_kv_str(w, "type", sl_str_from(p->of_file ? "file" : types[p->type]));
	if (p->unit)
		sl_json_kv_str(w, "unit", sl_str_from(sl_text(l, "analysis-unit", p->unit)));
	if (p->choices) {
		sl_json_put_key(w, SL_STR("choices"));
		sl_json_begin(w, '[');
		while (sl_str_split(&rest, '|', &one))
			sl_json_put_str(w, one);
		sl_json_end(w, ']');
	}
	if (p->low < p->high) {
		sl_json_kv_double(w, "low", p->low);
		sl_json_kv_double(w, "high", p->high);
	}
	if (p->otherwise)
		sl_json_kv_str(w, "otherwise", sl_str_from(p->otherwise));
	sl_json_put_key(w, SL_STR("required"));
	sl_json_put_bool(w, p->required);
	sl_json_end(w, '}');
}

void sl_analyses_json(struct sl_buf *b, const struct sl_locale *l)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '[');
	for (size_t i = 0; analyses[i]; i++) {
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "name", sl_str_from(analyses[i]->name));
		sl_json_kv_str(&w, "title", sl_str_from(sl_text(l, "analysis", analyses[i]->title)));
		sl_json_kv_str(&w, "says", sl_str_from(sl_text(l, "analysis", analyses[i]->says)));
		sl_json_put_key(&w, SL_STR("parameters"));
		sl_json_begin(&w, '[');
		for (const struct sl_analysis_parameter *p = analyses[i]->parameter; p->name; p++)
			put_parameter(&w, p, l);
		sl_json_end(&w, ']');
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
}
