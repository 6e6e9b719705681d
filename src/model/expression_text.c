/* From the text of an expression to its tree (XPath 1.0, 3) and back to XPath for libxml2. */
#include "model/expression_parts.h"

#include <math.h>
#include <string.h>

enum { DEPTH_MAX = 60, TERMS_MAX = 2000 };

struct reading {
	struct sl_arena *a;
	struct sl_expression *x;
	const char *p, *end;
	int depth;
	size_t n_terms;
	struct sl_err *e;
};

static const struct {
	const char *name;
	enum sl_simple_function function;
	size_t arguments;
} simple[] = {
    {"today", SL_SIMPLE_TODAY, 0},         {"true", SL_SIMPLE_TRUE, 0},         {"false", SL_SIMPLE_FALSE, 0},
    {"not", SL_SIMPLE_NOT, 1},             {"string-length", SL_SIMPLE_LENGTH, 1}, {"selected", SL_SIMPLE_SELECTED, 2},
    {"number", SL_SIMPLE_NUMBER, 1},       {"if", SL_SIMPLE_IF, 3},
};

static const char *const changing[] = {"today", "now", "random", "uuid", "once", "pulldata", "randomize", "property"};

static void skip_blanks(struct reading *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\r' || *r->p == '\n'))
		r->p++;
}

static struct sl_term *nothing(struct reading *r, const char *why)
{
	if (!r->e->code)
		(void)!sl_fail(r->e, SL_INVALID, "character %zu: %s", (size_t)(r->p - r->x->text.p) + 1, why);
	return NULL;
}

static struct sl_term *term(struct reading *r, enum sl_term_kind kind, const struct sl_term *left, const struct sl_term *right)
{
	struct sl_term *t;

	if (++r->n_terms > TERMS_MAX)
		return nothing(r, "the expression is too long");
	t = sl_arena_alloc(r->a, 1, sizeof *t, r->e);
	if (!t)
		return NULL;
	*t = (struct sl_term){.kind = kind, .left = left, .right = right, .ref = -1, .function = -1, .made_before = r->x->newest};
	r->x->newest = t;
	return t;
}

static struct sl_term *either(struct reading *r);

static bool starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool in_name(char c)
{
	return starts_name(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

static struct sl_str name(struct reading *r)
{
	const char *start = r->p;

	while (r->p < r->end && in_name(*r->p))
		r->p++;
	return (struct sl_str){start, (size_t)(r->p - start)};
}

static bool take(struct reading *r, const char *text)
{
	size_t n = strlen(text);

	skip_blanks(r);
	if ((size_t)(r->end - r->p) < n || memcmp(r->p, text, n))
		return false;
	r->p += n;
	return true;
}

/* "and", and not the beginning of "android". */
static bool take_word(struct reading *r, const char *text)
{
	const char *start = r->p;

	if (take(r, text) && (r->p == r->end || !in_name(*r->p)))
		return true;
	r->p = start;
	return false;
}

/* [ expression ] */
static bool predicates(struct reading *r, struct sl_buf *b)
{
	while (take(r, "[")) {
		struct sl_term *t = either(r);
		struct sl_expression inner = {.root = t};

		if (!t || !take(r, "]"))
			return nothing(r, "a ] is missing");
		sl_buf_putc(b, '[');
		sl_expression_xpath(&inner, b);
		sl_buf_putc(b, ']');
	}
	return true;
}

static bool step(struct reading *r, struct sl_buf *b)
{
	skip_blanks(r);
	if (take(r, "..")) {
		sl_buf_puts(b, "..");
		return true;
	}
	if (r->p < r->end && *r->p == '.') {
		r->p++;
		sl_buf_putc(b, '.');
		return true;
	}
	if (take(r, "@"))
		sl_buf_putc(b, '@');
	for (bool named = false;; named = true) {
		skip_blanks(r);
		if (take(r, "*")) {
			sl_buf_putc(b, '*');
			break;
		}
		if (r->p == r->end || !starts_name(*r->p))
			return nothing(r, "a name is missing");
		sl_buf_str(b, name(r));
		if (take(r, "::")) {
			if (named)
				return nothing(r, "one axis too many");
			sl_buf_puts(b, "::");
			continue;
		}
		if (r->p < r->end && *r->p == ':') { /* prefix:name */
			r->p++;
			sl_buf_putc(b, ':');
			continue;
		}
		if (take(r, "(")) { /* node(), text() */
			if (!take(r, ")"))
				return nothing(r, "a ) is missing");
			sl_buf_puts(b, "()");
		}
		break;
	}
	return predicates(r, b);
}

/* steps parted by / and //; the first one was announced by what stands before */
static bool steps(struct reading *r, struct sl_buf *b)
{
	do {
		if (!step(r, b))
			return false;
		skip_blanks(r);
		if (r->p == r->end || *r->p != '/')
			return true;
		sl_buf_putc(b, *r->p++);
		if (r->p < r->end && *r->p == '/')
			sl_buf_putc(b, *r->p++);
	} while (true);
}

static bool keep(struct reading *r, struct sl_buf *b, struct sl_str *out)
{
	const char *copy = NULL;

	if (!r->e->code && !sl_buf_check(b, r->e))
		copy = sl_arena_strndup(r->a, b->p ? b->p : "", b->n, r->e);
	*out = (struct sl_str){copy, copy ? b->n : 0};
	sl_buf_done(b);
	return copy;
}

static struct sl_term *path(struct reading *r)
{
	struct sl_buf b = {0};
	struct sl_term *t = term(r, SL_TERM_PATH, NULL, NULL);
	bool root = false;

	if (!t)
		return NULL;
	skip_blanks(r);
	if (r->p < r->end && *r->p == '/') {
		sl_buf_putc(&b, *r->p++);
		root = r->p == r->end || !(starts_name(*r->p) || strchr("/.@* ", *r->p));
		if (!root && *r->p == '/')
			sl_buf_putc(&b, *r->p++);
	}
	if (!root)
		(void)!steps(r, &b);
	if (!keep(r, &b, &t->text))
		return NULL;
	if (sl_str_is(t->text, "."))
		t->kind = SL_TERM_SELF;
	else
		r->x->simple = false;
	return t;
}

/* [..] and /.. behind a call or a bracket */
static struct sl_term *followed(struct reading *r, struct sl_term *t)
{
	struct sl_buf b = {0};
	struct sl_term *s;

	skip_blanks(r);
	if (!t || r->p == r->end || (*r->p != '[' && *r->p != '/'))
		return t;
	s = term(r, SL_TERM_STEPS, t, NULL);
	if (!s)
		return NULL;
	if (predicates(r, &b)) {
		skip_blanks(r);
		if (r->p < r->end && *r->p == '/') {
			sl_buf_putc(&b, *r->p++);
			if (r->p < r->end && *r->p == '/')
				sl_buf_putc(&b, *r->p++);
			(void)!steps(r, &b);
		}
	}
	r->x->simple = false;
	return keep(r, &b, &s->text) ? s : NULL;
}

static struct sl_term *call(struct reading *r, struct sl_str name_of_it)
{
	struct sl_term *t = term(r, SL_TERM_CALL, NULL, NULL), *last = NULL;
	size_t n = 0;

	if (!t)
		return NULL;
	t->text = name_of_it;
	while (!take(r, ")")) {
		struct sl_term *argument;

		if (n++ && !take(r, ","))
			return nothing(r, "a ) or a comma is missing");
		argument = either(r);
		if (!argument)
			return NULL;
		if (argument->next || argument == last)
			return nothing(r, "an argument is missing");
		if (last)
			last->next = argument;
		else
			t->left = argument;
		last = argument;
	}
	for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
		if (sl_str_is(t->text, simple[i].name) && n == simple[i].arguments)
			t->function = (int)simple[i].function;
	if (t->function < 0 && sl_expression_callable(t->text, n)) {
		t->function = SL_SIMPLE_CALLED;
		r->x->calls = true;
	}
	for (size_t i = 0; i < sizeof changing / sizeof *changing; i++)
		r->x->changes = r->x->changes || sl_str_is(t->text, changing[i]);
	r->x->simple = r->x->simple && t->function >= 0;
	return followed(r, t);
}

static bool is_node_test(struct sl_str s)
{
	return sl_str_is(s, "node") || sl_str_is(s, "text") || sl_str_is(s, "comment") || sl_str_is(s, "processing-instruction");
}

static struct sl_term *literal(struct reading *r)
{
	const char quote = *r->p++, *close = memchr(r->p, quote, (size_t)(r->end - r->p));
	struct sl_term *t = close ? term(r, SL_TERM_TEXT, NULL, NULL) : nothing(r, "a quote is not closed");

	if (!t)
		return NULL;
	t->text = (struct sl_str){r->p, (size_t)(close - r->p)};
	r->p = close + 1;
	return t;
}

static struct sl_term *digits(struct reading *r)
{
	const char *start = r->p;
	struct sl_term *t = term(r, SL_TERM_NUMBER, NULL, NULL);

	while (r->p < r->end && ((*r->p >= '0' && *r->p <= '9') || *r->p == '.'))
		r->p++;
	if (!t)
		return NULL;
	t->text = (struct sl_str){start, (size_t)(r->p - start)};
	if (t->text.p[t->text.n - 1] == '.')
		t->text.n--;
	t->number = sl_form_number(t->text);
	return isnan(t->number) ? nothing(r, "this is no number") : t;
}

static struct sl_term *reference(struct reading *r)
{
	const char *close = memchr(r->p, '}', (size_t)(r->end - r->p));
	struct sl_term *t = close ? term(r, SL_TERM_REF, NULL, NULL) : nothing(r, "a } is missing");

	if (!t)
		return NULL;
	t->text = sl_str_trim((struct sl_str){r->p + 2, (size_t)(close - r->p) - 2});
	for (size_t i = 0; i < t->text.n; i++)
		if (!in_name(t->text.p[i]) || (!i && !starts_name(t->text.p[i])))
			return nothing(r, "${} takes the name of a question");
	r->p = close + 1;
	return t;
}

static struct sl_term *primary(struct reading *r)
{
	const char *start;
	struct sl_str word;

	skip_blanks(r);
	if (r->p == r->end)
		return nothing(r, "something is missing at the end");
	if (*r->p == '"' || *r->p == '\'')
		return literal(r);
	if ((*r->p >= '0' && *r->p <= '9') || (*r->p == '.' && r->p + 1 < r->end && r->p[1] >= '0' && r->p[1] <= '9'))
		return digits(r);
	if (*r->p == '$' && r->p + 1 < r->end && r->p[1] == '{')
		return reference(r);
	if (take(r, "(")) {
		struct sl_term *t = either(r);

		if (t && !take(r, ")"))
			return nothing(r, "a ) is missing");
		return followed(r, t);
	}
	start = r->p;
	if (starts_name(*r->p)) {
		word = name(r);
		if (r->p + 1 < r->end && *r->p == ':' && starts_name(r->p[1])) {
			r->p++;
			word.n += 1 + name(r).n;
		}
		if (take(r, "(") && !is_node_test(word))
			return call(r, word);
		r->p = start;
	}
	return path(r);
}

static struct sl_term *joined(struct reading *r)
{
	struct sl_term *t = primary(r), *right;

	while (t && take(r, "|")) {
		right = primary(r);
		t = right ? term(r, SL_TERM_UNION, t, right) : NULL;
		r->x->simple = false;
	}
	return t;
}

static struct sl_term *negated(struct reading *r)
{
	struct sl_term *t;
	bool minus = false, odd = false;

	while (take(r, "-")) {
		minus = true;
		odd = !odd;
	}
	t = joined(r);
	if (t && minus)
		t = term(r, SL_TERM_NEG, t, NULL);
	return t && minus && !odd ? term(r, SL_TERM_NEG, t, NULL) : t;
}

static bool operator(struct reading *r, int level, enum sl_term_kind *kind)
{
	static const struct {
		int level;
		const char *text;
		enum sl_term_kind kind;
		bool word;
	} all[] = {{0, "or", SL_TERM_OR, true},   {1, "and", SL_TERM_AND, true}, {2, "!=", SL_TERM_NE, false},
	           {2, "=", SL_TERM_EQ, false},   {3, "<=", SL_TERM_LE, false},  {3, ">=", SL_TERM_GE, false},
	           {3, "<", SL_TERM_LT, false},   {3, ">", SL_TERM_GT, false},   {4, "+", SL_TERM_ADD, false},
	           {4, "-", SL_TERM_SUB, false},  {5, "*", SL_TERM_MUL, false},  {5, "div", SL_TERM_DIV, true},
	           {5, "mod", SL_TERM_MOD, true}};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].level == level && (all[i].word ? take_word(r, all[i].text) : take(r, all[i].text))) {
			*kind = all[i].kind;
			return true;
		}
	return false;
}

static struct sl_term *binary(struct reading *r, int level)
{
	struct sl_term *t = level < 5 ? binary(r, level + 1) : negated(r), *right;
	enum sl_term_kind kind;

	while (t && operator(r, level, &kind)) {
		right = level < 5 ? binary(r, level + 1) : negated(r);
		t = right ? term(r, kind, t, right) : NULL;
	}
	return t;
}

static struct sl_term *either(struct reading *r)
{
	struct sl_term *t = NULL;

	if (++r->depth > DEPTH_MAX)
		return nothing(r, "too many brackets in each other");
	t = binary(r, 0);
	r->depth--;
	return t;
}

enum sl_code sl_expression_parse(struct sl_arena *a, struct sl_str text, struct sl_expression *out, struct sl_err *e)
{
	struct sl_expression x = {.text = text, .simple = true};
	struct reading r = {.a = a, .x = &x, .p = text.p, .end = text.p + text.n, .e = e};

	if (!text.n)
		return sl_fail(e, SL_INVALID, "the expression is empty");
	if (memchr(text.p, 0, text.n))
		return sl_fail(e, SL_INVALID, "there is a NUL in the expression");
	x.root = either(&r);
	skip_blanks(&r);
	if (x.root && r.p != r.end)
		x.root = nothing(&r, "nothing more is expected here");
	if (!x.root)
		return e->code;
	*out = x;
	return SL_OK;
}

/* ---- back to text ---- */

static void write(const struct sl_term *t, struct sl_buf *b);

static void write_call(const char *function, const struct sl_term *x, const struct sl_term *y, struct sl_buf *b)
{
	sl_buf_puts(b, function);
	sl_buf_putc(b, '(');
	write(x, b);
	if (y) {
		sl_buf_puts(b, ", ");
		write(y, b);
	}
	sl_buf_putc(b, ')');
}

/* What gives a date is a number to ODK; libxml2 knows it as text.  So = compares numbers where one stands. */
bool sl_term_is_day(const struct sl_term *t)
{
	return t->kind == SL_TERM_CALL && (sl_str_is(t->text, "today") || sl_str_is(t->text, "now") || sl_str_is(t->text, "date"));
}

static void write_equal(const struct sl_term *t, struct sl_buf *b)
{
	bool days = sl_term_is_day(t->left) || sl_term_is_day(t->right);

	sl_buf_puts(b, t->kind == SL_TERM_EQ ? "sl-eq(" : "sl-ne(");
	if (days && sl_term_is_day(t->left))
		write_call("number", t->left, NULL, b);
	else
		write(t->left, b);
	sl_buf_puts(b, ", ");
	if (days && sl_term_is_day(t->right))
		write_call("number", t->right, NULL, b);
	else
		write(t->right, b);
	sl_buf_putc(b, ')');
}

static void write_joined(const struct sl_term *t, struct sl_buf *b)
{
	sl_buf_putc(b, '(');
	write_call("boolean", t->left, NULL, b);
	sl_buf_puts(b, t->kind == SL_TERM_OR ? " or " : " and ");
	write_call("boolean", t->right, NULL, b);
	sl_buf_putc(b, ')');
}

static void write(const struct sl_term *t, struct sl_buf *b)
{
	static const char *const function[] = {[SL_TERM_LT] = "sl-lt",   [SL_TERM_LE] = "sl-le",   [SL_TERM_GT] = "sl-gt",
	                                       [SL_TERM_GE] = "sl-ge",   [SL_TERM_ADD] = "sl-add", [SL_TERM_SUB] = "sl-sub",
	                                       [SL_TERM_MUL] = "sl-mul", [SL_TERM_DIV] = "sl-div", [SL_TERM_MOD] = "sl-mod",
	                                       [SL_TERM_NEG] = "sl-neg"};
	char quote;

	switch (t->kind) {
	case SL_TERM_NUMBER:
	case SL_TERM_PATH:
		sl_buf_str(b, t->text);
		break;
	case SL_TERM_SELF:
		sl_buf_putc(b, '.');
		break;
	case SL_TERM_TEXT:
		quote = memchr(t->text.p, '\'', t->text.n) ? '"' : '\'';
		sl_buf_putc(b, quote);
		sl_buf_str(b, t->text);
		sl_buf_putc(b, quote);
		break;
	case SL_TERM_REF:
		sl_buf_puts(b, "/record/");
		sl_buf_str(b, t->text);
		break;
	case SL_TERM_CALL:
		sl_buf_str(b, t->text);
		sl_buf_putc(b, '(');
		for (const struct sl_term *argument = t->left; argument; argument = argument->next) {
			write(argument, b);
			if (argument->next)
				sl_buf_puts(b, ", ");
		}
		sl_buf_putc(b, ')');
		break;
	case SL_TERM_STEPS:
		sl_buf_puts(b, t->left->kind == SL_TERM_CALL ? "" : "(");
		write(t->left, b);
		sl_buf_puts(b, t->left->kind == SL_TERM_CALL ? "" : ")");
		sl_buf_str(b, t->text);
		break;
	case SL_TERM_UNION:
		sl_buf_putc(b, '(');
		write(t->left, b);
		sl_buf_puts(b, " | ");
		write(t->right, b);
		sl_buf_putc(b, ')');
		break;
	case SL_TERM_EQ:
	case SL_TERM_NE:
		write_equal(t, b);
		break;
	case SL_TERM_OR:
	case SL_TERM_AND:
		write_joined(t, b);
		break;
	default:
		write_call(function[t->kind], t->left, t->right, b);
	}
}

void sl_expression_xpath(const struct sl_expression *x, struct sl_buf *b)
{
	write(x->root, b);
}
