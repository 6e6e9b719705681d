/* Operators, numbers, and what is true or false. */
#include "model/form_function_parts.h"

#include <math.h>
#include <string.h>

/* ---- operators (expression_text.c writes them as calls) ---- */

static void compare(xmlXPathParserContextPtr c, int n, enum sl_term_kind kind)
{
	xmlXPathObjectPtr right, left;
	bool holds = false;

	ARGUMENTS(c, n, 2, 2);
	right = valuePop(c);
	left = valuePop(c);
	if (left && right && (kind == SL_TERM_EQ || kind == SL_TERM_NE) &&
	    (left->type == XPATH_BOOLEAN || right->type == XPATH_BOOLEAN)) {
		holds = (sl_form_object_true(left) == sl_form_object_true(right)) == (kind == SL_TERM_EQ);
	} else if (left && right) {
		for (size_t i = 0; i < sl_xpath_items(left) && !holds; i++) {
			xmlChar *a, *b;
			struct sl_answer x = sl_xpath_item(left, i, &a), y;

			for (size_t k = 0; k < sl_xpath_items(right) && !holds; k++) {
				y = sl_xpath_item(right, k, &b);
				holds = sl_form_compared(kind, &x, &y);
				xmlFree(b);
				/* Many nodes against many: counted, so that libxml2's limit stops it. */
				if (++c->context->opCount > c->context->opLimit) {
					c->error = XPATH_OP_LIMIT_EXCEEDED;
					break;
				}
			}
			xmlFree(a);
			if (c->error)
				break;
		}
	}
	xmlXPathFreeObject(left);
	xmlXPathFreeObject(right);
	sl_xpath_give_true(c, holds);
}

static void calculate(xmlXPathParserContextPtr c, int n, enum sl_term_kind kind)
{
	double y;

	ARGUMENTS(c, n, 2, 2);
	y = sl_xpath_pop_number(c);
	sl_xpath_give_number(c, sl_form_calculated(kind, sl_xpath_pop_number(c), y));
}

#define COMPARISON(name, kind) static void name(xmlXPathParserContextPtr c, int n) { compare(c, n, kind); }
#define CALCULATION(name, kind) static void name(xmlXPathParserContextPtr c, int n) { calculate(c, n, kind); }
COMPARISON(op_eq, SL_TERM_EQ)
COMPARISON(op_ne, SL_TERM_NE)
COMPARISON(op_lt, SL_TERM_LT)
COMPARISON(op_le, SL_TERM_LE)
COMPARISON(op_gt, SL_TERM_GT)
COMPARISON(op_ge, SL_TERM_GE)
CALCULATION(op_add, SL_TERM_ADD)
CALCULATION(op_sub, SL_TERM_SUB)
CALCULATION(op_mul, SL_TERM_MUL)
CALCULATION(op_div, SL_TERM_DIV)
CALCULATION(op_mod, SL_TERM_MOD)

/* ---- numbers ---- */

static double negative(double x) { return -x; }
static double same(double x) { return x; }
static double ten_to(double x) { return pow(10, x); }
static double half_up(double x) { return floor(x + 0.5); } /* as JavaScript rounds */

#define OF_ONE(name, function)                                 \
	static void name(xmlXPathParserContextPtr c, int n)        \
	{                                                          \
		ARGUMENTS(c, n, 1, 1);                                 \
		sl_xpath_give_number(c, function(sl_xpath_pop_number(c)));               \
	}
OF_ONE(op_neg, negative)
OF_ONE(fn_int, trunc)
OF_ONE(fn_floor, floor)
OF_ONE(fn_ceiling, ceil)
OF_ONE(fn_abs, fabs)
OF_ONE(fn_log, log)
OF_ONE(fn_log10, log10)
OF_ONE(fn_exp, exp)
OF_ONE(fn_exp10, ten_to)
OF_ONE(fn_sqrt, sqrt)
OF_ONE(fn_sin, sin)
OF_ONE(fn_cos, cos)
OF_ONE(fn_tan, tan)
OF_ONE(fn_asin, asin)
OF_ONE(fn_acos, acos)
OF_ONE(fn_atan, atan)
OF_ONE(to_number, same)

static void fn_number(xmlXPathParserContextPtr c, int n)
{
	if (!n) {
		valuePush(c, xmlXPathNewNodeSet(c->context->node));
		n = 1;
	}
	to_number(c, n);
}

static void fn_pow(xmlXPathParserContextPtr c, int n)
{
	double y;

	ARGUMENTS(c, n, 2, 2);
	y = sl_xpath_pop_number(c);
	sl_xpath_give_number(c, pow(sl_xpath_pop_number(c), y));
}

static void fn_atan2(xmlXPathParserContextPtr c, int n)
{
	double y;

	ARGUMENTS(c, n, 2, 2);
	y = sl_xpath_pop_number(c);
	sl_xpath_give_number(c, atan2(sl_xpath_pop_number(c), y));
}

static void fn_round(xmlXPathParserContextPtr c, int n)
{
	double places = 0, x, scale;

	ARGUMENTS(c, n, 1, 2);
	if (n == 2)
		places = sl_xpath_pop_number(c);
	x = sl_xpath_pop_number(c);
	scale = pow(10, places);
	sl_xpath_give_number(c, half_up(fabs(x) * scale) / scale * (x < 0 ? -1 : 1));
}

static void fn_pi(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 0, 0);
	sl_xpath_give_number(c, 3.141592653589793);
}

/* What chance or the phone decided cannot be calculated again. */
void sl_xpath_untold(xmlXPathParserContextPtr c, int n)
{
	while (n-- > 0)
		xmlXPathFreeObject(valuePop(c));
	sl_xpath_asked_of(c)->untold = true;
	sl_xpath_give_text(c, (struct sl_str){0});
}

struct range {
	double sum, least, most;
	size_t n, filled;
};

static void into_range(void *ctx, const struct sl_answer *v)
{
	struct range *r = ctx;
	double x = sl_answer_number(v);

	r->least = !r->n || !(x >= r->least) ? x : r->least; /* one that is no number makes all none */
	r->most = !r->n || !(x <= r->most) ? x : r->most;
	if (r->n && (isnan(x) || isnan(r->sum)))
		r->least = r->most = (double)NAN;
	r->sum += x;
	r->n++;
	r->filled += v->text.n != 0;
}

static void fn_sum(xmlXPathParserContextPtr c, int n)
{
	struct range r = {0};

	ARGUMENTS(c, n, 1, 1);
	sl_xpath_over_all(c, n, into_range, &r);
	sl_xpath_give_number(c, r.n ? r.sum : (double)NAN);
}

static void fn_max(xmlXPathParserContextPtr c, int n)
{
	struct range r = {.most = (double)NAN};

	sl_xpath_over_all(c, n, into_range, &r);
	sl_xpath_give_number(c, r.most);
}

static void fn_min(xmlXPathParserContextPtr c, int n)
{
	struct range r = {.least = (double)NAN};

	sl_xpath_over_all(c, n, into_range, &r);
	sl_xpath_give_number(c, r.least);
}

static void fn_count_non_empty(xmlXPathParserContextPtr c, int n)
{
	struct range r = {0};

	ARGUMENTS(c, n, 1, 1);
	sl_xpath_over_all(c, n, into_range, &r);
	sl_xpath_give_number(c, (double)r.filled);
}

/* ---- true or false ---- */

static void fn_boolean(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 1, 1);
	sl_xpath_give_true(c, sl_xpath_pop_true(c));
}

static void fn_not(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 1, 1);
	sl_xpath_give_true(c, !sl_xpath_pop_true(c));
}

static void fn_boolean_from_string(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;
	struct sl_str text;

	ARGUMENTS(c, n, 1, 1);
	text = sl_xpath_pop_text(c, &owned);
	sl_xpath_give_true(c, sl_str_is(text, "1") || sl_str_is(text, "true"));
	xmlFree(owned);
}

static void fn_if(xmlXPathParserContextPtr c, int n)
{
	xmlXPathObjectPtr no, yes;
	bool is;

	ARGUMENTS(c, n, 3, 3);
	no = valuePop(c);
	yes = valuePop(c);
	is = sl_xpath_pop_true(c);
	valuePush(c, is ? yes : no);
	xmlXPathFreeObject(is ? no : yes);
}

static void into_count(void *ctx, const struct sl_answer *v)
{
	*(size_t *)ctx += v->type == SL_ANSWER_NODE ? sl_str_trim(v->text).n != 0 : sl_answer_is_true(v);
}

static bool between(double low, double high, double x)
{
	return x >= low && (high == -1 || x <= high);
}

static void fn_checklist(xmlXPathParserContextPtr c, int n)
{
	size_t held = 0;
	double high;

	ARGUMENTS(c, n, 2, 1000);
	sl_xpath_over_all(c, n - 2, into_count, &held);
	high = sl_xpath_pop_number(c);
	sl_xpath_give_true(c, between(sl_xpath_pop_number(c), high, (double)held));
}

static void fn_weighted_checklist(xmlXPathParserContextPtr c, int n)
{
	double held = 0, high, weight;

	ARGUMENTS(c, n, 2, 1000);
	if (n % 2) {
		xmlXPathErr(c, XPATH_INVALID_ARITY);
		return;
	}
	for (; n > 2; n -= 2) {
		size_t answered = 0;

		weight = sl_xpath_pop_number(c);
		sl_xpath_over_all(c, 1, into_count, &answered);
		held += answered ? weight : 0;
	}
	high = sl_xpath_pop_number(c);
	sl_xpath_give_true(c, between(sl_xpath_pop_number(c), high, held));
}

const struct sl_xpath_function sl_xpath_number[] = {
    {"sl-eq", op_eq}, {"sl-ne", op_ne}, {"sl-lt", op_lt}, {"sl-le", op_le}, {"sl-gt", op_gt},
    {"sl-ge", op_ge}, {"sl-add", op_add}, {"sl-sub", op_sub}, {"sl-mul", op_mul}, {"sl-div", op_div},
    {"sl-mod", op_mod}, {"sl-neg", op_neg}, {"int", fn_int}, {"floor", fn_floor},
    {"ceiling", fn_ceiling}, {"abs", fn_abs}, {"log", fn_log}, {"log10", fn_log10}, {"exp", fn_exp},
    {"exp10", fn_exp10}, {"sqrt", fn_sqrt}, {"sin", fn_sin}, {"cos", fn_cos}, {"tan", fn_tan},
    {"asin", fn_asin}, {"acos", fn_acos}, {"atan", fn_atan}, {"atan2", fn_atan2}, {"pow", fn_pow},
    {"round", fn_round}, {"pi", fn_pi}, {"number", fn_number}, {"sum", fn_sum}, {"max", fn_max},
    {"min", fn_min}, {"count-non-empty", fn_count_non_empty}, {"boolean", fn_boolean}, {"not", fn_not},
    {"boolean-from-string", fn_boolean_from_string}, {"if", fn_if}, {"checklist", fn_checklist},
    {"weighted-checklist", fn_weighted_checklist}, {"random", sl_xpath_untold}, {"uuid", sl_xpath_untold},
    {"pulldata", sl_xpath_untold}, {"randomize", sl_xpath_untold}, {"digest", sl_xpath_untold}, {"property", sl_xpath_untold},
    {"version", sl_xpath_untold}, {"base64-decode", sl_xpath_untold}, {"geofence", sl_xpath_untold}, {NULL, NULL}};
