/* Values without XML: the operators as ODK has them, for records whose values stand in a row. */
#include "model/expression.h"

#include "model/expression_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool digits_at(struct sl_str s, size_t at, size_t n)
{
	if (at + n > s.n)
		return false;
	for (size_t i = at; i < at + n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

static int pair_at(struct sl_str s, size_t at)
{
	return (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
}

/* "hh", "hh:mm", "hh:mm:ss", "hh:mm:ss.fff", then nothing, "Z" or "±hh:mm": the part of a day since midnight UTC. */
static bool time_of_day(struct sl_str s, double *days)
{
	double seconds = 0, offset = 0;
	size_t at = 0;
	int field[3] = {0};

	for (int i = 0; i < 3; i++) {
		if (!digits_at(s, at, 2))
			return false;
		field[i] = pair_at(s, at);
		at += 2;
		if (at >= s.n || s.p[at] != ':')
			break;
		at++;
		if (i == 2)
			return false;
	}
	if (field[0] > 23 || field[1] > 59 || field[2] > 59 || (at && s.p[at - 1] == ':'))
		return false;
	if (at < s.n && s.p[at] == '.') {
		size_t start = ++at;
		double unit = 0.1;

		for (; digits_at(s, at, 1); at++, unit /= 10)
			seconds += unit * (s.p[at] - '0');
		if (at == start)
			return false;
	}
	if (at < s.n && s.p[at] == 'Z') {
		at++;
	} else if (at < s.n && (s.p[at] == '+' || s.p[at] == '-')) {
		if (!digits_at(s, at + 1, 2) || at + 6 > s.n || s.p[at + 3] != ':' || !digits_at(s, at + 4, 2) ||
		    pair_at(s, at + 1) > 14 || pair_at(s, at + 4) > 59)
			return false;
		offset = (pair_at(s, at + 1) * 60 + pair_at(s, at + 4)) * (s.p[at] == '-' ? -60.0 : 60.0);
		at += 6;
	}
	if (at != s.n)
		return false;
	seconds = floor(seconds * 1000 + 1e-6) / 1000;
	*days = (field[0] * 3600.0 + field[1] * 60.0 + field[2] + seconds - offset) / 86400;
	return true;
}

bool sl_form_days(struct sl_str s, double *days)
{
	struct sl_date day;
	double part = 0;

	if (s.n < 10 || !sl_date_parse((struct sl_str){s.p, 10}, &day))
		return false;
	if (s.n > 10 && (s.p[10] != 'T' || !time_of_day((struct sl_str){s.p + 11, s.n - 11}, &part)))
		return false;
	*days = day.day + part;
	return true;
}

bool sl_form_time(struct sl_str s, double *days)
{
	return s.n >= 5 && time_of_day(s, days);
}

double sl_form_number(struct sl_str s)
{
	char copy[64], *end;
	double x;
	size_t i = 0;

	while (s.n && is_blank(s.p[0]))
		s.p++, s.n--;
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	if (!s.n || s.n >= sizeof copy)
		return (double)NAN;
	if (sl_form_days(s, &x))
		return x;
	memcpy(copy, s.p, s.n);
	copy[s.n] = 0;
	if (copy[i] == '+' || copy[i] == '-')
		i++;
	if (!strcmp(copy + i, "Infinity"))
		return copy[0] == '-' ? (double)-INFINITY : (double)INFINITY;
	/* No hexadecimal, no "nan" and no "inf", which strtod takes. */
	if (strspn(copy + i, "0123456789.eE+-") != s.n - i || (copy[i] == '.' && !digits_at(s, i + 1, 1)) ||
	    (copy[i] != '.' && !digits_at(s, i, 1)))
		return (double)NAN;
	x = strtod(copy, &end);
	return *end ? (double)NAN : x;
}

bool sl_answer_is_true(const struct sl_answer *v)
{
	switch (v->type) {
	case SL_ANSWER_BOOLEAN:
		return v->boolean;
	case SL_ANSWER_NUMBER:
		return v->number != 0 && !isnan(v->number);
	case SL_ANSWER_TEXT:
		return v->text.n;
	default: /* a question that is there, answered or not (XPath 1.0, 4.3; so do web forms) */
		return true;
	}
}

double sl_answer_number(const struct sl_answer *v)
{
	if (v->type == SL_ANSWER_BOOLEAN)
		return v->boolean;
	return v->type == SL_ANSWER_NUMBER || v->counted ? v->number : sl_form_number(v->text);
}

struct sl_str sl_answer_text(const struct sl_answer *v, char space[32])
{
	if (v->type == SL_ANSWER_BOOLEAN)
		return v->boolean ? SL_STR("true") : SL_STR("false");
	if (v->type != SL_ANSWER_NUMBER && !v->counted)
		return v->text;
	if (v->is_date) {
		sl_date_text((struct sl_date){(int32_t)v->number}, space);
		return sl_str_from(space);
	}
	if (isnan(v->number))
		return SL_STR("NaN");
	if (isinf(v->number))
		return v->number < 0 ? SL_STR("-Infinity") : SL_STR("Infinity");
	return (struct sl_str){space, sl_double_text(v->number, space)};
}

static bool equal(const struct sl_answer *a, const struct sl_answer *b)
{
	char left[32], right[32];

	if (a->type == SL_ANSWER_BOOLEAN || b->type == SL_ANSWER_BOOLEAN)
		return sl_answer_is_true(a) == sl_answer_is_true(b);
	if (a->type == SL_ANSWER_NUMBER || b->type == SL_ANSWER_NUMBER)
		return sl_answer_number(a) == sl_answer_number(b);
	return sl_str_eq(sl_answer_text(a, left), sl_answer_text(b, right));
}

struct asking {
	struct sl_date today;
	sl_answer_of *answer;
	void *ctx;
	struct sl_caller *caller; /* of an expression that calls */
};

static bool value_of(const struct asking *q, const struct sl_term *t, struct sl_answer *out);

static bool both(const struct asking *q, const struct sl_term *t, struct sl_answer *a, struct sl_answer *b)
{
	return value_of(q, t->left, a) && value_of(q, t->right, b);
}

static struct sl_answer truth(bool is)
{
	return (struct sl_answer){.type = SL_ANSWER_BOOLEAN, .boolean = is, .number = is};
}

static struct sl_answer number(double x)
{
	return (struct sl_answer){.type = SL_ANSWER_NUMBER, .number = x};
}

bool sl_form_selected(struct sl_str list, struct sl_str code)
{
	while (list.n) {
		size_t n = 0;

		while (list.n && is_blank(list.p[0]))
			list.p++, list.n--;
		while (n < list.n && !is_blank(list.p[n]))
			n++;
		if (sl_str_eq((struct sl_str){list.p, n}, code))
			return true;
		list.p += n;
		list.n -= n;
	}
	return !code.n;
}

size_t sl_form_characters(struct sl_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (size_t)(((unsigned char)s.p[i] & 0xc0) != 0x80) + ((unsigned char)s.p[i] >= 0xf0);
	return n;
}

static bool called_value(const struct asking *q, const struct sl_term *t, struct sl_answer *out)
{
	struct sl_answer argument[SL_CALL_ARGUMENTS_MAX];
	size_t n = 0;

	for (const struct sl_term *x = t->left; x; x = x->next)
		if (!value_of(q, x, &argument[n++]))
			return false;
	return q->caller && sl_caller_call(q->caller, t->text, argument, n, out);
}

/* Of the two branches only the one that is taken need be known. */
static bool chosen(const struct asking *q, const struct sl_term *t, struct sl_answer *out)
{
	struct sl_answer is;

	return value_of(q, t->left, &is) &&
	       value_of(q, sl_answer_is_true(&is) ? t->left->next : t->left->next->next, out);
}

static bool call_value(const struct asking *q, const struct sl_term *t, struct sl_answer *out)
{
	struct sl_answer a = {0}, b = {0};
	char left[32], right[32];

	if (t->function == SL_SIMPLE_CALLED || t->function == SL_SIMPLE_IF)
		return t->function == SL_SIMPLE_IF ? chosen(q, t, out) : called_value(q, t, out);
	if ((t->left && !value_of(q, t->left, &a)) || (t->left && t->left->next && !value_of(q, t->left->next, &b)))
		return false;
	switch ((enum sl_simple_function)t->function) {
	case SL_SIMPLE_TODAY:
		*out = number(q->today.day);
		out->is_date = true;
		return true;
	case SL_SIMPLE_TRUE:
		*out = truth(true);
		return true;
	case SL_SIMPLE_FALSE:
		*out = truth(false);
		return true;
	case SL_SIMPLE_NOT:
		*out = truth(!sl_answer_is_true(&a));
		return true;
	case SL_SIMPLE_LENGTH:
		*out = number((double)sl_form_characters(sl_answer_text(&a, left)));
		return true;
	case SL_SIMPLE_SELECTED:
		*out = truth(sl_form_selected(sl_answer_text(&a, left), sl_str_trim(sl_answer_text(&b, right))));
		return true;
	default:
		*out = number(sl_answer_number(&a));
		return true;
	}
}

double sl_form_calculated(enum sl_term_kind kind, double x, double y)
{
	if (isnan(x) || isnan(y))
		return (double)NAN;
	switch (kind) {
	case SL_TERM_ADD:
		return x + y;
	case SL_TERM_SUB:
		return x - y;
	case SL_TERM_MUL:
		return x * y;
	case SL_TERM_DIV:
		return x / y;
	default:
		return fmod(x, y);
	}
}

bool sl_form_compared(enum sl_term_kind kind, const struct sl_answer *a, const struct sl_answer *b)
{
	double x, y;

	if (kind == SL_TERM_EQ || kind == SL_TERM_NE)
		return equal(a, b) == (kind == SL_TERM_EQ);
	x = sl_answer_number(a);
	y = sl_answer_number(b);
	return kind == SL_TERM_LT ? x < y : kind == SL_TERM_LE ? x <= y : kind == SL_TERM_GT ? x > y : x >= y;
}

/* What decides alone need not know the other side. */
static bool joined(const struct asking *q, const struct sl_term *t, struct sl_answer *out)
{
	bool decides = t->kind == SL_TERM_OR, told = value_of(q, t->left, out);
	struct sl_answer right;

	if (told && sl_answer_is_true(out) == decides) {
		*out = truth(decides);
		return true;
	}
	if (!value_of(q, t->right, &right) || (!told && sl_answer_is_true(&right) != decides))
		return false;
	*out = truth(sl_answer_is_true(&right));
	return true;
}

static bool value_of(const struct asking *q, const struct sl_term *t, struct sl_answer *out)
{
	struct sl_answer a, b;

	switch (t->kind) {
	case SL_TERM_NUMBER:
		*out = number(t->number);
		return true;
	case SL_TERM_TEXT:
		*out = (struct sl_answer){.type = SL_ANSWER_TEXT, .text = t->text};
		return true;
	case SL_TERM_SELF:
	case SL_TERM_REF:
		return q->answer(q->ctx, t->kind == SL_TERM_SELF ? -1 : t->ref, out);
	case SL_TERM_CALL:
		return call_value(q, t, out);
	case SL_TERM_OR:
	case SL_TERM_AND:
		return joined(q, t, out);
	case SL_TERM_NEG:
		if (!value_of(q, t->left, &a))
			return false;
		*out = number(-sl_answer_number(&a));
		return true;
	case SL_TERM_EQ:
	case SL_TERM_NE:
	case SL_TERM_LT:
	case SL_TERM_LE:
	case SL_TERM_GT:
	case SL_TERM_GE:
		if (!both(q, t, &a, &b))
			return false;
		if (sl_term_is_day(t->left))
			a = number(sl_answer_number(&a));
		if (sl_term_is_day(t->right))
			b = number(sl_answer_number(&b));
		*out = truth(sl_form_compared(t->kind, &a, &b));
		return true;
	default:
		if (!both(q, t, &a, &b))
			return false;
		*out = number(sl_form_calculated(t->kind, sl_answer_number(&a), sl_answer_number(&b)));
		return true;
	}
}

bool sl_expression_value(const struct sl_expression *x, struct sl_date today, sl_answer_of *answer, void *ctx,
                         struct sl_answer *out)
{
	struct asking q = {today, answer, ctx, x->calls ? sl_caller_take(today) : NULL};
	struct sl_answer v;
	bool told = value_of(&q, x->root, &v);

	if (told)
		*out = x->calls ? truth(sl_answer_is_true(&v)) : v;
	if (q.caller)
		sl_caller_give_back(q.caller);
	return told;
}

void sl_expression_bind(struct sl_expression *x, int (*number_of)(const void *ctx, struct sl_str name), const void *ctx)
{
	for (struct sl_term *t = x->newest; t; t = t->made_before)
		if (t->kind == SL_TERM_REF) {
			t->ref = number_of(ctx, t->text);
			x->simple = x->simple && t->ref >= 0;
		}
}
