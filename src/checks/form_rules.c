/* What the form of a kind says of its answers, asked of every record wherever it came from
 * (docs/method/rules-of-forms.md). */
#include "checks/judge.h"

#include "model/expression.h"

#include <math.h>
#include <stdio.h>

enum { DEPTH_MAX = 8 };

struct asking {
	const struct sl_judged *j;
	const struct sl_field *field; /* "." */
	bool of_relevance;
	int depth;
};

enum asked { NOT_ASKED, ASKED, NOT_TOLD };

static enum asked asked_for(const struct sl_judged *j, const struct sl_field *f, int depth);

/* An unknown is not a breach, and what is sealed is not told: neither decides anything.  Nor does a question that
 * nobody answered decide that another was not asked: lists of other systems have the kind of marking and no column
 * that says "marked: yes". */
static bool answer_of(void *ctx, int ref, struct sl_answer *out)
{
	const struct asking *q = ctx;
	const struct sl_field *f = ref < 0 ? q->field : &q->j->r->kind->field[ref];
	const struct sl_value *v = &q->j->r->value[f->index];

	*out = (struct sl_answer){.type = SL_ANSWER_NODE};
	if (f->sensitive || v->type == SL_VALUE_UNKNOWN || (q->of_relevance && v->type == SL_VALUE_NONE) || f->index == q->j->r->kind->geometry)
		return false;
	if (ref >= 0 && f->relevance && asked_for(q->j, f, q->depth + 1) == NOT_ASKED) /* is read as empty */
		return true;
	out->counted = v->type == SL_VALUE_INTEGER || v->type == SL_VALUE_DECIMAL || v->type == SL_VALUE_DATE;
	out->is_date = v->type == SL_VALUE_DATE;
	if (v->type == SL_VALUE_TEXT)
		out->text = v->text;
	else if (v->type == SL_VALUE_INTEGER)
		out->number = (double)v->integer;
	else if (v->type == SL_VALUE_DECIMAL)
		out->number = v->decimal;
	else if (v->type == SL_VALUE_DATE)
		out->number = v->date.day;
	return true;
}

static enum asked asked_for(const struct sl_judged *j, const struct sl_field *f, int depth)
{
	struct asking q = {j, f, true, depth};
	struct sl_answer answer;

	if (!f->relevance)
		return ASKED;
	if (depth > DEPTH_MAX || !sl_expression_value(f->relevance, j->c->today, answer_of, &q, &answer))
		return NOT_TOLD;
	return sl_answer_is_true(&answer) ? ASKED : NOT_ASKED;
}

bool sl_field_is_asked(const struct sl_judged *j, const struct sl_field *f)
{
	return asked_for(j, f, 0) == ASKED;
}

/* True as well when that cannot be told. */
static bool keeps_limit(const struct sl_judged *j, const struct sl_field *f)
{
	struct asking q = {j, f, false, 0};
	struct sl_answer answer;

	return !sl_expression_value(f->limit, j->c->today, answer_of, &q, &answer) || sl_answer_is_true(&answer);
}

static bool is_given(const struct sl_value *v)
{
	return v->type == SL_VALUE_TEXT || v->type == SL_VALUE_INTEGER || v->type == SL_VALUE_DECIMAL ||
	       v->type == SL_VALUE_DATE;
}

static bool said_already(const struct sl_judged *j, const struct sl_field *f)
{
	for (size_t i = j->first; i < j->out->n; i++)
		if (sl_str_eq(j->out->v[i].field, f->name))
			return true;
	return false;
}

static const char *name_of(const struct sl_field *f, char out[64])
{
	snprintf(out, 64, "%.*s", SL_STR_ARG(f->name));
	return out;
}

enum sl_code sl_i14_constraint(struct sl_judged *j, struct sl_err *e)
{
	char name[64];

	for (size_t i = 0; i < j->r->kind->n_fields; i++) {
		const struct sl_field *f = &j->r->kind->field[i];

		if (!f->limit || f->sensitive || !is_given(&j->r->value[i]) || keeps_limit(j, f) ||
		    asked_for(j, f, 0) == NOT_ASKED ||
		    said_already(j, f))
			continue;
		if (f->message.n ? sl_judge_say(j, "I14", (struct sl_spot){.field = name_of(f, name)}, e, "%.*s: %.*s.",
		                                SL_STR_ARG(f->label),
		                                (int)(f->message.n - (f->message.p[f->message.n - 1] == '.')), f->message.p)
		                 : sl_judge_say(j, "I14", (struct sl_spot){.field = name_of(f, name)}, e,
		                                "%.*s does not keep the rule of the form: %.*s.", SL_STR_ARG(f->label),
		                                SL_STR_ARG(f->constraint)))
			return e->code;
	}
	return SL_OK;
}

/* Zeros stand everywhere in what other systems export: they say nothing. */
static bool is_zero(const struct sl_value *v)
{
	return (v->type == SL_VALUE_INTEGER && !v->integer) || (v->type == SL_VALUE_DECIMAL && v->decimal == 0);
}

enum sl_code sl_i15_not_asked(struct sl_judged *j, struct sl_err *e)
{
	char name[64];

	for (size_t i = 0; i < j->r->kind->n_fields; i++) {
		const struct sl_field *f = &j->r->kind->field[i];

		if (!f->relevance || f->sensitive || !is_given(&j->r->value[i]) || is_zero(&j->r->value[i]) ||
		    asked_for(j, f, 0) != NOT_ASKED)
			continue;
		if (sl_judge_say(j, "I15", (struct sl_spot){.field = name_of(f, name)}, e,
		                 "%.*s is answered, and the form asks for it only where %.*s.", SL_STR_ARG(f->label),
		                 SL_STR_ARG(f->relevant)))
			return e->code;
	}
	return SL_OK;
}

/* ---- rules that are not asked ---- */

static enum sl_code say_unjudged(const struct sl_kind *kind, const struct sl_unjudged *u, struct sl_findings *out,
                                 struct sl_err *e)
{
	const struct sl_rule *rule = sl_rule_find(SL_STR("I17"));
	char source[120], text[800];

	snprintf(source, sizeof source, "dictionary/%.*s.csv, row %zu", SL_STR_ARG(kind->name), u->line);
	snprintf(text, sizeof text, "The %s of %.*s is not judged, %s: %.*s", u->column, SL_STR_ARG(kind->field[u->field].name),
	         u->why, SL_STR_ARG(u->text));
	return sl_findings_add(out,
	                       &(struct sl_finding){.rule = rule->id,
	                                            .severity = rule->severity,
	                                            .kind = kind->name,
	                                            .field = kind->field[u->field].name,
	                                            .source = sl_str_from(source),
	                                            .text = sl_str_from(text),
	                                            .suggestion = sl_str_from(rule->advice),
	                                            .lon = (double)NAN,
	                                            .lat = (double)NAN},
	                       e);
}

enum sl_code sl_check_not_judged(const struct sl_dictionary *dict, struct sl_findings *out, struct sl_err *e)
{
	for (size_t k = 0; k < dict->n_kinds; k++)
		for (size_t i = 0; i < dict->kind[k].n_unjudged; i++)
			if (say_unjudged(&dict->kind[k], &dict->kind[k].unjudged[i], out, e))
				return e->code;
	return SL_OK;
}
