/* Texts and choices. */
#include "model/form_function_parts.h"

#include "base/mem.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <math.h>
#include <pcre2.h>
#include <string.h>

enum { PATTERN_STEPS = 200000 };

/* ---- text ---- */

static void fn_string(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;

	ARGUMENTS(c, n, 0, 1);
	if (!n)
		valuePush(c, xmlXPathNewNodeSet(c->context->node));
	sl_xpath_give_text(c, sl_xpath_pop_text(c, &owned));
	xmlFree(owned);
}

static void fn_string_length(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;

	ARGUMENTS(c, n, 0, 1);
	if (!n)
		valuePush(c, xmlXPathNewNodeSet(c->context->node));
	sl_xpath_give_number(c, (double)sl_form_characters(sl_xpath_pop_text(c, &owned)));
	xmlFree(owned);
}

static void fn_coalesce(xmlXPathParserContextPtr c, int n)
{
	xmlChar *a, *b;
	struct sl_str second, first;

	ARGUMENTS(c, n, 2, 2);
	second = sl_xpath_pop_text(c, &b);
	first = sl_xpath_pop_text(c, &a);
	sl_xpath_give_text(c, first.n ? first : second);
	xmlFree(a);
	xmlFree(b);
}

static void fn_ends_with(xmlXPathParserContextPtr c, int n)
{
	xmlChar *a, *b;
	struct sl_str end, text;

	ARGUMENTS(c, n, 2, 2);
	end = sl_xpath_pop_text(c, &b);
	text = sl_xpath_pop_text(c, &a);
	sl_xpath_give_true(c, text.n >= end.n && (!end.n || !memcmp(text.p + text.n - end.n, end.p, end.n)));
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
		glue = sl_xpath_pop_text(c, &owned);
	for (int i = 0; o && i < n; i++) {
		if (o[i])
			sl_xpath_in_order(o[i]);
		for (size_t k = 0; o[i] && k < sl_xpath_items(o[i]); k++) {
			xmlChar *text;
			struct sl_answer v = sl_xpath_item(o[i], k, &text);
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
	sl_xpath_give_buffer(c, &b);
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
		end = trunc(sl_xpath_pop_number(c));
	start = trunc(sl_xpath_pop_number(c));
	text = sl_xpath_pop_text(c, &owned);
	length = (double)sl_form_characters(text);
	start = start < 0 ? start + length : start;
	end = end < 0 ? end + length : end;
	from = place_of(text, start);
	to = place_of(text, end);
	sl_xpath_give_text(c, from < to ? (struct sl_str){text.p + from, to - from} : (struct sl_str){0});
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
	pattern = sl_xpath_pop_text(c, &b);
	text = sl_xpath_pop_text(c, &a);
	sl_xpath_give_true(c, matches(sl_xpath_asked_of(c), text.p ? text : SL_STR(""), pattern.p ? pattern : SL_STR("")));
	xmlFree(a);
	xmlFree(b);
}

/* ---- choices ---- */

static void fn_selected(xmlXPathParserContextPtr c, int n)
{
	xmlChar *a, *b;
	struct sl_str list, code;

	ARGUMENTS(c, n, 2, 2);
	code = sl_xpath_pop_text(c, &b);
	list = sl_xpath_pop_text(c, &a);
	sl_xpath_give_true(c, sl_form_selected(list, sl_str_trim(code)));
	xmlFree(a);
	xmlFree(b);
}

static void fn_count_selected(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;
	struct sl_str list, code;
	double count = 0;

	ARGUMENTS(c, n, 1, 1);
	for (list = sl_xpath_pop_text(c, &owned); sl_xpath_next_code(&list, &code);)
		count++;
	sl_xpath_give_number(c, count);
	xmlFree(owned);
}

static void fn_selected_at(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;
	struct sl_str list, code = {0};
	double at;

	ARGUMENTS(c, n, 2, 2);
	at = trunc(sl_xpath_pop_number(c));
	list = sl_xpath_pop_text(c, &owned);
	while (sl_xpath_next_code(&list, &code) && at > 0)
		at--;
	sl_xpath_give_text(c, at == 0 ? code : (struct sl_str){0});
	xmlFree(owned);
}

const struct sl_xpath_function sl_xpath_text[] = {
    {"string", fn_string}, {"string-length", fn_string_length}, {"coalesce", fn_coalesce},
    {"ends-with", fn_ends_with}, {"concat", fn_concat}, {"join", fn_join}, {"substr", fn_substr},
    {"regex", fn_regex}, {"selected", fn_selected}, {"is-selected", fn_selected},
    {"count-selected", fn_count_selected}, {"selected-at", fn_selected_at}, {NULL, NULL}};
