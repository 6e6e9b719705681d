/* ODK XForms functions (getodk.github.io/xforms-spec/#xpath-functions) for libxml2.  Where the text of the
 * specification leaves a choice, what ODK Web Forms does decides (tests/model/odk_rules_test.mjs asks both). */
#include "model/form_functions.h"

#include "base/date.h"
#include "base/mem.h"
#include "geo/area.h"
#include "model/expression_parts.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <libxml/xpathInternals.h>
#include <math.h>
#include <pcre2.h>
#include <stdio.h>
#include <string.h>

enum { POINTS_MAX = 20000, PATTERN_STEPS = 200000 };

static struct sl_form_asked *asked_of(xmlXPathParserContextPtr c)
{
	return c->context->userData;
}

static struct sl_str view(const xmlChar *text)
{
	return sl_str_from((const char *)text);
}

static size_t items(xmlXPathObjectPtr o)
{
	return o->type != XPATH_NODESET ? 1 : o->nodesetval ? (size_t)o->nodesetval->nodeNr : 0;
}

/* One value of what may be many nodes. */
static struct sl_answer item(xmlXPathObjectPtr o, size_t i, xmlChar **owned)
{
	*owned = NULL;
	switch (o->type) {
	case XPATH_BOOLEAN:
		return (struct sl_answer){.type = SL_ANSWER_BOOLEAN, .boolean = o->boolval};
	case XPATH_NUMBER:
		return (struct sl_answer){.type = SL_ANSWER_NUMBER, .number = o->floatval};
	case XPATH_NODESET:
		if (i < items(o))
			*owned = xmlNodeGetContent(o->nodesetval->nodeTab[i]);
		return (struct sl_answer){.type = SL_ANSWER_NODE, .text = view(*owned)};
	default:
		return (struct sl_answer){.type = SL_ANSWER_TEXT, .text = view(o->stringval)};
	}
}

static void in_order(xmlXPathObjectPtr o)
{
	if (o->type == XPATH_NODESET && o->nodesetval)
		xmlXPathNodeSetSort(o->nodesetval);
}

bool sl_form_object_true(xmlXPathObjectPtr o)
{
	xmlChar *owned;
	struct sl_answer v;

	if (o->type == XPATH_NODESET)
		return items(o);
	v = item(o, 0, &owned);
	return sl_answer_is_true(&v);
}

struct sl_str sl_form_object_text(xmlXPathObjectPtr o, xmlChar **owned)
{
	struct sl_answer v;
	char space[32];
	struct sl_str text;

	in_order(o);
	v = item(o, 0, owned);
	text = sl_answer_text(&v, space);
	if (!*owned) {
		*owned = xmlStrndup((const xmlChar *)(text.p ? text.p : ""), (int)text.n);
		text = view(*owned);
	}
	return text;
}

static double object_number(xmlXPathObjectPtr o)
{
	xmlChar *owned;
	struct sl_answer v;
	double x;

	in_order(o);
	v = item(o, 0, &owned);
	x = sl_answer_number(&v);
	xmlFree(owned);
	return x;
}

/* Arguments come from the stack, the last one first. */
static double pop_number(xmlXPathParserContextPtr c)
{
	xmlXPathObjectPtr o = valuePop(c);
	double x = o ? object_number(o) : (double)NAN;

	xmlXPathFreeObject(o);
	return x;
}

static bool pop_true(xmlXPathParserContextPtr c)
{
	xmlXPathObjectPtr o = valuePop(c);
	bool is = o && sl_form_object_true(o);

	xmlXPathFreeObject(o);
	return is;
}

static struct sl_str pop_text(xmlXPathParserContextPtr c, xmlChar **owned)
{
	xmlXPathObjectPtr o = valuePop(c);
	struct sl_str text = {0};

	*owned = NULL;
	if (o)
		text = sl_form_object_text(o, owned);
	xmlXPathFreeObject(o);
	return text;
}

static void give_number(xmlXPathParserContextPtr c, double x)
{
	valuePush(c, xmlXPathNewFloat(x));
}

static void give_true(xmlXPathParserContextPtr c, bool is)
{
	valuePush(c, xmlXPathNewBoolean(is));
}

static void give_text(xmlXPathParserContextPtr c, struct sl_str text)
{
	valuePush(c, xmlXPathWrapString(xmlStrndup((const xmlChar *)(text.p ? text.p : ""), (int)text.n)));
}

static void give_buffer(xmlXPathParserContextPtr c, struct sl_buf *b)
{
	give_text(c, sl_buf_view(b));
	sl_buf_done(b);
}

/* Wrong number of arguments: an error of the expression. */
#define ARGUMENTS(c, n, low, high)                    \
	do {                                              \
		if ((n) < (low) || (n) > (high)) {            \
			xmlXPathErr((c), XPATH_INVALID_ARITY);    \
			return;                                   \
		}                                             \
	} while (0)

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
		for (size_t i = 0; i < items(left) && !holds; i++) {
			xmlChar *a, *b;
			struct sl_answer x = item(left, i, &a), y;

			for (size_t k = 0; k < items(right) && !holds; k++) {
				y = item(right, k, &b);
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
	give_true(c, holds);
}

static void calculate(xmlXPathParserContextPtr c, int n, enum sl_term_kind kind)
{
	double y;

	ARGUMENTS(c, n, 2, 2);
	y = pop_number(c);
	give_number(c, sl_form_calculated(kind, pop_number(c), y));
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
		give_number(c, function(pop_number(c)));               \
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
	y = pop_number(c);
	give_number(c, pow(pop_number(c), y));
}

static void fn_atan2(xmlXPathParserContextPtr c, int n)
{
	double y;

	ARGUMENTS(c, n, 2, 2);
	y = pop_number(c);
	give_number(c, atan2(pop_number(c), y));
}

static void fn_round(xmlXPathParserContextPtr c, int n)
{
	double places = 0, x, scale;

	ARGUMENTS(c, n, 1, 2);
	if (n == 2)
		places = pop_number(c);
	x = pop_number(c);
	scale = pow(10, places);
	give_number(c, half_up(fabs(x) * scale) / scale * (x < 0 ? -1 : 1));
}

static void fn_pi(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 0, 0);
	give_number(c, 3.141592653589793);
}

/* What chance or the phone decided cannot be calculated again. */
static void fn_untold(xmlXPathParserContextPtr c, int n)
{
	while (n-- > 0)
		xmlXPathFreeObject(valuePop(c));
	asked_of(c)->untold = true;
	give_text(c, (struct sl_str){0});
}

/* All values of all arguments, in no order. */
static void over_all(xmlXPathParserContextPtr c, int n, void (*take)(void *ctx, const struct sl_answer *v), void *ctx)
{
	for (; n > 0; n--) {
		xmlXPathObjectPtr o = valuePop(c);

		for (size_t i = 0; o && i < items(o); i++) {
			xmlChar *owned;
			struct sl_answer v = item(o, i, &owned);

			take(ctx, &v);
			xmlFree(owned);
		}
		xmlXPathFreeObject(o);
	}
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
	over_all(c, n, into_range, &r);
	give_number(c, r.n ? r.sum : (double)NAN);
}

static void fn_max(xmlXPathParserContextPtr c, int n)
{
	struct range r = {.most = (double)NAN};

	over_all(c, n, into_range, &r);
	give_number(c, r.most);
}

static void fn_min(xmlXPathParserContextPtr c, int n)
{
	struct range r = {.least = (double)NAN};

	over_all(c, n, into_range, &r);
	give_number(c, r.least);
}

static void fn_count_non_empty(xmlXPathParserContextPtr c, int n)
{
	struct range r = {0};

	ARGUMENTS(c, n, 1, 1);
	over_all(c, n, into_range, &r);
	give_number(c, (double)r.filled);
}

/* ---- true or false ---- */

static void fn_boolean(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 1, 1);
	give_true(c, pop_true(c));
}

static void fn_not(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 1, 1);
	give_true(c, !pop_true(c));
}

static void fn_boolean_from_string(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;
	struct sl_str text;

	ARGUMENTS(c, n, 1, 1);
	text = pop_text(c, &owned);
	give_true(c, sl_str_is(text, "1") || sl_str_is(text, "true"));
	xmlFree(owned);
}

static void fn_if(xmlXPathParserContextPtr c, int n)
{
	xmlXPathObjectPtr no, yes;
	bool is;

	ARGUMENTS(c, n, 3, 3);
	no = valuePop(c);
	yes = valuePop(c);
	is = pop_true(c);
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
	over_all(c, n - 2, into_count, &held);
	high = pop_number(c);
	give_true(c, between(pop_number(c), high, (double)held));
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

		weight = pop_number(c);
		over_all(c, 1, into_count, &answered);
		held += answered ? weight : 0;
	}
	high = pop_number(c);
	give_true(c, between(pop_number(c), high, held));
}

/* ---- text ---- */

static void fn_string(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;

	ARGUMENTS(c, n, 0, 1);
	if (!n)
		valuePush(c, xmlXPathNewNodeSet(c->context->node));
	give_text(c, pop_text(c, &owned));
	xmlFree(owned);
}

static void fn_string_length(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;

	ARGUMENTS(c, n, 0, 1);
	if (!n)
		valuePush(c, xmlXPathNewNodeSet(c->context->node));
	give_number(c, (double)sl_form_characters(pop_text(c, &owned)));
	xmlFree(owned);
}

static void fn_coalesce(xmlXPathParserContextPtr c, int n)
{
	xmlChar *a, *b;
	struct sl_str second, first;

	ARGUMENTS(c, n, 2, 2);
	second = pop_text(c, &b);
	first = pop_text(c, &a);
	give_text(c, first.n ? first : second);
	xmlFree(a);
	xmlFree(b);
}

static void fn_ends_with(xmlXPathParserContextPtr c, int n)
{
	xmlChar *a, *b;
	struct sl_str end, text;

	ARGUMENTS(c, n, 2, 2);
	end = pop_text(c, &b);
	text = pop_text(c, &a);
	give_true(c, text.n >= end.n && (!end.n || !memcmp(text.p + text.n - end.n, end.p, end.n)));
	xmlFree(a);
	xmlFree(b);
}

/* All values, in order, with `glue` between them: the stack has them in reverse. */
static void glued(xmlXPathParserContextPtr c, int n, bool has_glue)
{
	xmlXPathObjectPtr *o = n ? sl_mem_zeroed((size_t)n * sizeof(xmlXPathObjectPtr)) : NULL;
	struct sl_buf b = {0};
	struct sl_str glue = {0};
	xmlChar *owned = NULL;
	size_t said = 0;

	for (int i = n; o && i-- > 0;)
		o[i] = valuePop(c);
	if (o && has_glue)
		glue = pop_text(c, &owned);
	for (int i = 0; o && i < n; i++) {
		if (o[i])
			in_order(o[i]);
		for (size_t k = 0; o[i] && k < items(o[i]); k++) {
			xmlChar *text;
			struct sl_answer v = item(o[i], k, &text);
			char space[32];

			if (said++)
				sl_buf_str(&b, glue);
			sl_buf_str(&b, sl_answer_text(&v, space));
			xmlFree(text);
		}
		xmlXPathFreeObject(o[i]);
	}
	sl_mem_free(o);
	xmlFree(owned);
	give_buffer(c, &b);
}

static void fn_concat(xmlXPathParserContextPtr c, int n)
{
	glued(c, n, false);
}

static void fn_join(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 1, 1000);
	glued(c, n - 1, true);
}

/* Where a character begins; characters are counted from 0. */
static size_t place_of(struct sl_str s, double character)
{
	size_t i = 0;

	for (double k = 0; i < s.n && k < character; k++)
		for (i++; i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80; i++)
			;
	return i;
}

static void fn_substr(xmlXPathParserContextPtr c, int n)
{
	double start, end = INFINITY, length;
	struct sl_str text;
	xmlChar *owned;
	size_t from, to;

	ARGUMENTS(c, n, 2, 3);
	if (n == 3)
		end = trunc(pop_number(c));
	start = trunc(pop_number(c));
	text = pop_text(c, &owned);
	length = (double)sl_form_characters(text);
	start = start < 0 ? start + length : start;
	end = end < 0 ? end + length : end;
	from = place_of(text, start);
	to = place_of(text, end);
	give_text(c, from < to ? (struct sl_str){text.p + from, to - from} : (struct sl_str){0});
	xmlFree(owned);
}

static bool matches(struct sl_form_asked *asked, struct sl_str text, struct sl_str pattern)
{
	int number, found = PCRE2_ERROR_NOMATCH;
	size_t at;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n, PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &number,
	                                 &at, NULL);
	pcre2_match_data *data = code ? pcre2_match_data_create(1, NULL) : NULL;
	pcre2_match_context *limits = data ? pcre2_match_context_create(NULL) : NULL;

	if (limits) {
		pcre2_set_match_limit(limits, PATTERN_STEPS);
		pcre2_set_depth_limit(limits, 1000);
		pcre2_set_heap_limit(limits, 4096);
		found = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, 0, data, limits);
	}
	if (!limits || (found < 0 && found != PCRE2_ERROR_NOMATCH)) /* not a pattern, or one that never ends */
		asked->untold = true;
	pcre2_match_context_free(limits);
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	return found >= 0;
}

static void fn_regex(xmlXPathParserContextPtr c, int n)
{
	xmlChar *a, *b;
	struct sl_str text, pattern;

	ARGUMENTS(c, n, 2, 2);
	pattern = pop_text(c, &b);
	text = pop_text(c, &a);
	give_true(c, matches(asked_of(c), text.p ? text : SL_STR(""), pattern.p ? pattern : SL_STR("")));
	xmlFree(a);
	xmlFree(b);
}

/* ---- choices ---- */

static void fn_selected(xmlXPathParserContextPtr c, int n)
{
	xmlChar *a, *b;
	struct sl_str list, code;

	ARGUMENTS(c, n, 2, 2);
	code = pop_text(c, &b);
	list = pop_text(c, &a);
	give_true(c, sl_form_selected(list, sl_str_trim(code)));
	xmlFree(a);
	xmlFree(b);
}

static bool next_code(struct sl_str *rest, struct sl_str *code)
{
	*rest = sl_str_trim(*rest);
	code->p = rest->p;
	for (code->n = 0; code->n < rest->n && !strchr(" \t\r\n", rest->p[code->n]); code->n++)
		;
	rest->p += code->n;
	rest->n -= code->n;
	return code->n;
}

static void fn_count_selected(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;
	struct sl_str list, code;
	double count = 0;

	ARGUMENTS(c, n, 1, 1);
	for (list = pop_text(c, &owned); next_code(&list, &code);)
		count++;
	give_number(c, count);
	xmlFree(owned);
}

static void fn_selected_at(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;
	struct sl_str list, code = {0};
	double at;

	ARGUMENTS(c, n, 2, 2);
	at = trunc(pop_number(c));
	list = pop_text(c, &owned);
	while (next_code(&list, &code) && at > 0)
		at--;
	give_text(c, at == 0 ? code : (struct sl_str){0});
	xmlFree(owned);
}

/* ---- dates: days since 1970-01-01 UTC ---- */

static void give_moment(xmlXPathParserContextPtr c, double days)
{
	double day = floor(days);
	char text[32];

	if (!(fabs(days) < 3e6)) {
		give_text(c, SL_STR("Invalid Date"));
		return;
	}
	if (day == days)
		sl_date_text((struct sl_date){(int32_t)day}, text);
	else
		sl_time_text((int64_t)floor(days * 86400000 + 0.5), text);
	give_text(c, sl_str_from(text));
}

static void fn_today(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 0, 0);
	give_moment(c, floor((double)asked_of(c)->now_ms / 86400000));
}

static void fn_now(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 0, 0);
	give_moment(c, (double)asked_of(c)->now_ms / 86400000);
}

/* A number is days already. */
static double pop_days(xmlXPathParserContextPtr c)
{
	xmlXPathObjectPtr o = valuePop(c);
	xmlChar *owned = NULL;
	double days = (double)NAN;

	if (o && o->type == XPATH_NUMBER)
		days = o->floatval;
	else if (o && !sl_form_days(sl_form_object_text(o, &owned), &days))
		days = (double)NAN;
	xmlXPathFreeObject(o);
	xmlFree(owned);
	return days;
}

static void fn_date(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;
	struct sl_str text, rest, year, month, day;
	char padded[11];
	double days = (double)NAN;

	ARGUMENTS(c, n, 1, 1);
	if (c->value && c->value->type == XPATH_NUMBER) {
		give_moment(c, pop_days(c));
		return;
	}
	rest = text = pop_text(c, &owned);
	if (text.n && !sl_form_days(text, &days) && text.n < 10 && sl_str_split(&rest, '-', &year) &&
	    sl_str_split(&rest, '-', &month) && sl_str_split(&rest, '-', &day) && year.n == 4 && month.n < 3 && day.n < 3 &&
	    snprintf(padded, sizeof padded, "%.4s-%s%.*s-%s%.*s", year.p, month.n < 2 ? "0" : "", SL_STR_ARG(month),
	             day.n < 2 ? "0" : "", SL_STR_ARG(day)) == 10 &&
	    !sl_form_days(sl_str_from(padded), &days)) /* "2024-2-9" */
		days = (double)NAN;
	if (text.n)
		give_moment(c, days);
	else
		give_text(c, (struct sl_str){0});
	xmlFree(owned);
}

static void fn_decimal_date_time(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 1, 1);
	give_number(c, pop_days(c));
}

static void fn_decimal_time(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;
	double days;

	ARGUMENTS(c, n, 1, 1);
	give_number(c, sl_form_time(pop_text(c, &owned), &days) ? days : (double)NAN);
	xmlFree(owned);
}

static void put_part(struct sl_buf *b, char what, double days)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	static const char *const weekdays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}; /* 1970-01-01 */
	int64_t ms = (int64_t)floor((days - floor(days)) * 86400000 + 0.5), day = (int64_t)floor(days);
	int y, m, d;

	sl_date_to_ymd((struct sl_date){(int32_t)day}, &y, &m, &d);
	switch (what) {
	case 'Y': sl_buf_printf(b, "%04d", y); break;
	case 'y': sl_buf_printf(b, "%02d", y % 100); break;
	case 'm': sl_buf_printf(b, "%02d", m); break;
	case 'n': sl_buf_printf(b, "%d", m); break;
	case 'b': sl_buf_puts(b, months[m - 1]); break;
	case 'd': sl_buf_printf(b, "%02d", d); break;
	case 'e': sl_buf_printf(b, "%d", d); break;
	case 'a': sl_buf_puts(b, weekdays[((day % 7) + 7) % 7]); break;
	case 'H': sl_buf_printf(b, "%02d", (int)(ms / 3600000)); break;
	case 'h': sl_buf_printf(b, "%d", (int)(ms / 3600000)); break;
	case 'M': sl_buf_printf(b, "%02d", (int)(ms / 60000 % 60)); break;
	case 'S': sl_buf_printf(b, "%02d", (int)(ms / 1000 % 60)); break;
	case '3': sl_buf_printf(b, "%03d", (int)(ms % 1000)); break;
	default:
		sl_buf_putc(b, '%');
		sl_buf_putc(b, what);
	}
}

static void fn_format_date(xmlXPathParserContextPtr c, int n)
{
	struct sl_buf b = {0};
	struct sl_str format;
	xmlChar *owned;
	double days;

	ARGUMENTS(c, n, 2, 2);
	format = pop_text(c, &owned);
	days = pop_days(c);
	for (size_t i = 0; i < format.n && fabs(days) < 3e6; i++)
		if (format.p[i] == '%' && i + 1 < format.n)
			put_part(&b, format.p[++i], days);
		else
			sl_buf_putc(&b, format.p[i]);
	xmlFree(owned);
	give_buffer(c, &b);
}

/* ---- places: on the ellipsoid; phones take a sphere, 0.2 to 0.7 % away ---- */

struct line {
	double *lonlat;
	size_t n;
	bool bad;
};

/* "lat lon altitude accuracy; lat lon ..." */
static void into_line(void *ctx, const struct sl_answer *v)
{
	struct line *l = ctx;
	struct sl_str rest = v->text, point, number[4];
	size_t n;

	while (sl_str_split(&rest, ';', &point)) {
		for (n = 0; n < 4 && next_code(&point, &number[n]); n++)
			;
		if (!n)
			continue;
		if (n < 2 || l->n == POINTS_MAX || !sl_str_double(number[0], &l->lonlat[2 * l->n + 1]) ||
		    !sl_str_double(number[1], &l->lonlat[2 * l->n]) || fabs(l->lonlat[2 * l->n + 1]) > 90 ||
		    fabs(l->lonlat[2 * l->n]) > 180) {
			l->bad = true;
			return;
		}
		l->n++;
	}
}

static void fn_area(xmlXPathParserContextPtr c, int n)
{
	struct line l = {sl_mem_zeroed(2 * POINTS_MAX * sizeof(double)), 0, false};
	double area = 0;

	l.bad = !l.lonlat;
	if (!l.bad)
		over_all(c, n, into_line, &l);
	if (l.n > 1 && l.lonlat[0] == l.lonlat[2 * l.n - 2] && l.lonlat[1] == l.lonlat[2 * l.n - 1])
		l.n--;
	if (!l.bad && l.n > 2)
		area = fabs(sl_ring_area_m2(l.lonlat, l.n));
	sl_mem_free(l.lonlat);
	give_number(c, floor(area * 100 + 0.5) / 100);
}

static void fn_distance(xmlXPathParserContextPtr c, int n)
{
	struct line l = {sl_mem_zeroed(2 * POINTS_MAX * sizeof(double)), 0, false};
	double metres = 0;

	l.bad = !l.lonlat;
	if (!l.bad)
		over_all(c, n, into_line, &l);
	for (size_t i = 1; i < l.n && !l.bad; i++)
		metres += sl_distance_m(l.lonlat[2 * i - 2], l.lonlat[2 * i - 1], l.lonlat[2 * i], l.lonlat[2 * i + 1]);
	asked_of(c)->untold = asked_of(c)->untold || l.bad;
	sl_mem_free(l.lonlat);
	give_number(c, floor(metres * 100 + 0.5) / 100);
}

/* ---- nodes ---- */

static void fn_current(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 0, 0);
	valuePush(c, xmlXPathNewNodeSet(asked_of(c)->current));
}

static void fn_once(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;

	ARGUMENTS(c, n, 1, 1);
	if (sl_form_characters(view(owned = xmlNodeGetContent(asked_of(c)->current)))) {
		xmlXPathFreeObject(valuePop(c));
		give_text(c, view(owned));
	}
	xmlFree(owned);
}

/* position(..): which one of the repeats it is. */
static void fn_position(xmlXPathParserContextPtr c, int n)
{
	xmlXPathObjectPtr o;
	double place = 0;

	ARGUMENTS(c, n, 0, 1);
	if (!n) {
		give_number(c, c->context->proximityPosition);
		return;
	}
	o = valuePop(c);
	if (o && o->type == XPATH_NODESET && items(o) == 1)
		for (xmlNodePtr node = o->nodesetval->nodeTab[0], same_name = node; same_name; same_name = same_name->prev)
			place += same_name->type == XML_ELEMENT_NODE && xmlStrEqual(same_name->name, node->name);
	xmlXPathFreeObject(o);
	give_number(c, place ? place : (double)NAN);
}

static bool is_below(xmlNodePtr node, xmlNodePtr above)
{
	for (; node; node = node->parent)
		if (node == above)
			return true;
	return false;
}

/* Keeps of `target` what is below the place-th node of `repeat`. */
static void keep_below(xmlXPathObjectPtr target, xmlXPathObjectPtr repeat, double place, xmlNodePtr *within)
{
	xmlNodePtr found = NULL;
	double k = 0;

	for (size_t i = 0; i < items(repeat) && !found; i++) {
		xmlNodePtr node = repeat->nodesetval->nodeTab[i];

		if ((!*within || is_below(node, *within)) && ++k == place)
			found = node;
	}
	*within = found;
	for (size_t i = items(target); i-- > 0;)
		if (!found || !is_below(target->nodesetval->nodeTab[i], found))
			xmlXPathNodeSetRemove(target->nodesetval, (int)i);
}

/* indexed-repeat(node, outer repeat, its number, inner repeat, its number, ...) */
static void fn_indexed_repeat(xmlXPathParserContextPtr c, int n)
{
	xmlXPathObjectPtr o[7] = {0};
	xmlNodePtr within = NULL;
	bool nodes = true;

	ARGUMENTS(c, n, 3, 7);
	if (n % 2 == 0) {
		xmlXPathErr(c, XPATH_INVALID_ARITY);
		return;
	}
	for (int i = n; i-- > 0;)
		o[i] = valuePop(c);
	for (int i = 0; i < n; i++) {
		nodes = nodes && o[i] && (i % 2 == 0 && i ? true : o[i]->type == XPATH_NODESET);
		if (o[i])
			in_order(o[i]);
	}
	for (int i = 1; nodes && i < n && (i == 1 || within); i += 2)
		keep_below(o[0], o[i], object_number(o[i + 1]), &within);
	valuePush(c, nodes ? o[0] : xmlXPathNewNodeSet(NULL));
	for (int i = nodes; i < n; i++)
		xmlXPathFreeObject(o[i]);
}

static struct sl_str word_of(const struct sl_form_words *w, int language)
{
	return w->text[SL_WORD_LABEL] ? w->text[SL_WORD_LABEL][language] : (struct sl_str){0};
}

static void add_text(xmlNodePtr parent, struct sl_str name, struct sl_str text)
{
	char tag[100];
	xmlNodePtr node, content;

	if (!name.n || name.n >= sizeof tag || !sl_form_is_name(name))
		return;
	memcpy(tag, name.p, name.n);
	tag[name.n] = 0;
	node = xmlNewChild(parent, NULL, (const xmlChar *)tag, NULL);
	content = node ? xmlNewTextLen((const xmlChar *)(text.p ? text.p : ""), (int)text.n) : NULL;
	if (content)
		xmlAddChild(node, content);
}

/* <root><item><name/><label/>...</item></root>, as the XForm has its lists. */
static xmlDocPtr list_document(const struct sl_form_list *list, int language)
{
	xmlDocPtr doc = xmlNewDoc((const xmlChar *)"1.0");
	xmlNodePtr top = doc ? xmlNewNode(NULL, (const xmlChar *)"instance") : NULL, root;

	if (!top)
		return doc;
	xmlDocSetRootElement(doc, top);
	root = xmlNewChild(top, NULL, (const xmlChar *)"root", NULL);
	for (size_t i = 0; root && i < list->n; i++) {
		xmlNodePtr node = xmlNewChild(root, NULL, (const xmlChar *)"item", NULL);

		if (!node)
			break;
		add_text(node, SL_STR("name"), list->choice[i].name);
		add_text(node, SL_STR("label"), word_of(&list->choice[i].words, language));
		for (size_t k = 0; k < list->choice[i].n_extra; k++)
			add_text(node, list->choice[i].extra[k].name, list->choice[i].extra[k].value);
	}
	return doc;
}

static void fn_instance(xmlXPathParserContextPtr c, int n)
{
	struct sl_form_asked *asked = asked_of(c);
	xmlNodePtr root = NULL;
	struct sl_str name;
	xmlChar *owned;
	bool known = false;

	ARGUMENTS(c, n, 1, 1);
	name = pop_text(c, &owned);
	for (size_t i = 0; i < asked->form->n_lists && !known; i++) {
		known = sl_str_eq(asked->form->list[i].name, name);
		if (known && !asked->list[i])
			asked->list[i] = list_document(&asked->form->list[i], asked->language);
		if (known && asked->list[i])
			root = xmlDocGetRootElement(asked->list[i]);
	}
	asked->untold = asked->untold || !known; /* a file of the phone */
	xmlFree(owned);
	valuePush(c, xmlXPathNewNodeSet(root));
}

/* jr:choice-name(code, '/data/question') */
static void fn_choice_name(xmlXPathParserContextPtr c, int n)
{
	struct sl_form_asked *asked = asked_of(c);
	const struct sl_form_list *list = NULL;
	struct sl_str path, code, last = {0}, word = {0}, part;
	xmlChar *a, *b;

	ARGUMENTS(c, n, 2, 2);
	path = sl_str_trim(pop_text(c, &b));
	code = pop_text(c, &a);
	while (sl_str_split(&path, '/', &part))
		last = part;
	for (const struct sl_form_node *node = asked->form->root; node && !list; node = sl_form_next(asked->form->root, (struct sl_form_node *)node))
		if (node->list.n && sl_str_eq(node->name, last))
			list = sl_form_list(asked->form, node->list);
	for (size_t i = 0; list && i < list->n; i++)
		if (sl_str_eq(list->choice[i].name, code))
			word = word_of(&list->choice[i].words, asked->language);
	give_text(c, word);
	xmlFree(a);
	xmlFree(b);
}

enum sl_code sl_form_functions(struct sl_form_asked *asked, struct sl_err *e)
{
	static const struct {
		const char *name;
		xmlXPathFunction call;
	} all[] = {
	    {"sl-eq", op_eq}, {"sl-ne", op_ne}, {"sl-lt", op_lt}, {"sl-le", op_le}, {"sl-gt", op_gt}, {"sl-ge", op_ge},
	    {"sl-add", op_add}, {"sl-sub", op_sub}, {"sl-mul", op_mul}, {"sl-div", op_div}, {"sl-mod", op_mod}, {"sl-neg", op_neg},
	    {"int", fn_int}, {"floor", fn_floor}, {"ceiling", fn_ceiling}, {"abs", fn_abs}, {"log", fn_log}, {"log10", fn_log10},
	    {"exp", fn_exp}, {"exp10", fn_exp10}, {"sqrt", fn_sqrt}, {"sin", fn_sin}, {"cos", fn_cos}, {"tan", fn_tan},
	    {"asin", fn_asin}, {"acos", fn_acos}, {"atan", fn_atan}, {"atan2", fn_atan2}, {"pow", fn_pow}, {"round", fn_round},
	    {"pi", fn_pi}, {"number", fn_number}, {"sum", fn_sum}, {"max", fn_max}, {"min", fn_min},
	    {"count-non-empty", fn_count_non_empty}, {"boolean", fn_boolean}, {"not", fn_not},
	    {"boolean-from-string", fn_boolean_from_string}, {"if", fn_if}, {"checklist", fn_checklist},
	    {"weighted-checklist", fn_weighted_checklist}, {"string", fn_string}, {"string-length", fn_string_length},
	    {"coalesce", fn_coalesce}, {"ends-with", fn_ends_with}, {"concat", fn_concat}, {"join", fn_join},
	    {"substr", fn_substr}, {"regex", fn_regex}, {"selected", fn_selected}, {"is-selected", fn_selected},
	    {"count-selected", fn_count_selected}, {"selected-at", fn_selected_at}, {"today", fn_today}, {"now", fn_now},
	    {"date", fn_date}, {"date-time", fn_date}, {"decimal-date-time", fn_decimal_date_time},
	    {"decimal-time", fn_decimal_time}, {"format-date", fn_format_date}, {"format-date-time", fn_format_date},
	    {"area", fn_area}, {"enclosed-area", fn_area}, {"distance", fn_distance}, {"current", fn_current}, {"once", fn_once},
	    {"position", fn_position}, {"indexed-repeat", fn_indexed_repeat}, {"instance", fn_instance},
	    {"random", fn_untold}, {"uuid", fn_untold}, {"pulldata", fn_untold}, {"randomize", fn_untold}, {"digest", fn_untold},
	    {"property", fn_untold}, {"version", fn_untold}, {"base64-decode", fn_untold}, {"geofence", fn_untold},
	};
	static const xmlChar javarosa[] = "http://openrosa.org/javarosa";
	bool failed = false;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		(void)xmlXPathRegisterFunc(asked->xpath, (const xmlChar *)all[i].name, NULL); /* the one of XPath 1.0 goes */
		failed = failed || xmlXPathRegisterFunc(asked->xpath, (const xmlChar *)all[i].name, all[i].call);
	}
	if (failed || xmlXPathRegisterNs(asked->xpath, (const xmlChar *)"jr", javarosa) ||
	    xmlXPathRegisterFuncNS(asked->xpath, (const xmlChar *)"choice-name", javarosa, fn_choice_name) ||
	    xmlXPathRegisterFuncNS(asked->xpath, (const xmlChar *)"itext", javarosa, fn_untold))
		return sl_fail(e, SL_NOMEM, "out of memory");
	asked->xpath->userData = asked;
	return SL_OK;
}
