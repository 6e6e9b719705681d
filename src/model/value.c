/* One cell of a file, read as the field it is for.  What could mean two things is left to a person. */
#include "base/utf8.h"
#include "model/parts.h"
#include "model/record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct sl_arena *a;
	const struct sl_field *field;
	struct sl_value *out;
	const char **problem;
	struct sl_err *e;
};

static enum sl_code problem(const struct reading *r, const char *text)
{
	if (!text)
		return r->e->code;
	*r->problem = text;
	return SL_OK;
}

/* Enough of a text to know it again, cut between characters. */
static int shown(struct sl_str s)
{
	size_t n = s.n;

	if (n > 80)
		for (n = 80; n && ((unsigned char)s.p[n] & 0xc0) == 0x80; n--)
			;
	return (int)n;
}

#define SHOWN(s) shown(s), (s).p
#define PROBLEM(r, ...) problem((r), sl_arena_printf((r)->a, (r)->e, __VA_ARGS__))

static bool one_of(struct sl_str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sl_str_is_nocase(s, words[i]))
			return true;
	return false;
}

static bool says_unknown(struct sl_str s)
{
	static const char *const words[] = {"UNK", "unknown", "not known"};

	return one_of(s, words, sizeof words / sizeof *words);
}

static bool says_not_applicable(struct sl_str s)
{
	static const char *const words[] = {"NA", "N/A", "N.A.", "not applicable"};

	return one_of(s, words, sizeof words / sizeof *words);
}

/* ---- numbers ---- */

struct number {
	char digits[64];     /* without separators, '.' before the fraction */
	size_t n_separators; /* that group thousands, or may */
	bool unclear;        /* one separator with three digits behind it: 2,006 */
	char separator;
};

/* Sort the marks between digits: "1,234.5" has a thousands comma, "2,5" a decimal comma, "2,006" could
 * have either.  False when it is no number at all. */
static bool take_apart(struct sl_str s, bool whole, struct number *out)
{
	size_t marks = 0, k = 0, last = 0, lead;
	char first = 0, final = 0;
	bool mixed = false;

	*out = (struct number){0};
	if (s.n >= sizeof out->digits)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool sign = (c == '-' || c == '+') && !i;

		if (c == '.' || c == ',' || c == ' ' || c == '\'') {
			if (!i || s.p[i - 1] < '0' || s.p[i - 1] > '9' || i + 1 == s.n)
				return false;
			mixed |= first && c != first;
			first = first ? first : c;
			final = c;
			last = i;
			marks++;
		} else if (!sign && (c < '0' || c > '9')) {
			return false;
		}
	}
	if (!marks)
		return false;
	lead = s.n && (s.p[0] == '-' || s.p[0] == '+');
	out->separator = final;
	if (marks == 1) {
		bool group = s.n - last == 4 && last - lead >= 1 && last - lead <= 3 && s.p[lead] != '0';

		if (final == ' ' || final == '\'') {
			if (!group)
				return false;
			out->n_separators = 1;
		} else if (group && (final == ',' || whole)) {
			out->unclear = true;
			out->n_separators = 1;
		}
	} else {
		out->n_separators = marks - mixed;
	}
	for (size_t i = 0; i < s.n; i++) {
		bool mark = strchr("., '", s.p[i]) != NULL;
		bool decimal = mark && i == last && (marks == 1 ? !out->n_separators : mixed);

		if (!mark || decimal)
			out->digits[k++] = decimal ? '.' : s.p[i];
	}
	return true;
}

static enum sl_code no_number(const struct reading *r, struct sl_str s)
{
	const struct sl_str unit = r->field->unit;

	if (s.n && s.p[s.n - 1] == '%')
		return PROBLEM(r, "'%.*s' has a percent sign; write the number alone", SHOWN(s));
	if (unit.n)
		return PROBLEM(r, "'%.*s' is not a number; write the number alone, in %.*s", SHOWN(s), SHOWN(unit));
	return PROBLEM(r, "'%.*s' is not a number", SHOWN(s));
}

/* 12.0 and 1e3 are whole numbers as programs write them. */
static enum sl_code whole_number(const struct reading *r, struct sl_str written, double x)
{
	if (x != floor(x))
		return PROBLEM(r, "'%.*s' is not a whole number", SHOWN(written));
	if (fabs(x) > 9007199254740992.0)
		return PROBLEM(r, "'%.*s' is too large", SHOWN(written));
	*r->out = (struct sl_value){.type = SL_VALUE_INTEGER, .integer = (int64_t)x};
	return SL_OK;
}

static enum sl_code read_number(const struct reading *r, struct sl_str written)
{
	const bool whole = r->field->type == SL_FIELD_INTEGER;
	struct number parts;
	struct sl_str s;
	double x = 0;
	int64_t i;

	if (sl_utf8_digits(r->a, written, &s, r->e))
		return r->e->code;
	if (whole && sl_str_int64(s, &i)) {
		*r->out = (struct sl_value){.type = SL_VALUE_INTEGER, .integer = i};
		return SL_OK;
	}
	if (take_apart(s, whole, &parts)) {
		const char *mark = parts.separator == '.' ? "point" : "comma";

		if (parts.unclear && whole)
			return PROBLEM(r, "the number '%.*s' has a thousands %s or a decimal %s; write %s",
			               SHOWN(written), mark, mark, parts.digits);
		if (parts.unclear)
			return PROBLEM(r, "the number '%.*s' has a thousands %s or a decimal %s; write %s or %.*s.%s",
			               SHOWN(written), mark, mark, parts.digits, (int)(strlen(parts.digits) - 3),
			               parts.digits, parts.digits + strlen(parts.digits) - 3);
		if (parts.n_separators && sl_str_double(sl_str_from(parts.digits), &x))
			return PROBLEM(r, "the number '%.*s' has thousands separators; write %s", SHOWN(written),
			               parts.digits);
		if (!sl_str_double(sl_str_from(parts.digits), &x))
			return no_number(r, written);
	} else if (!sl_str_double(s, &x)) {
		return no_number(r, written);
	}
	if (whole)
		return whole_number(r, written, x);
	*r->out = (struct sl_value){.type = SL_VALUE_DECIMAL, .decimal = x == 0 ? 0 : x};
	return SL_OK;
}

/* ---- dates ---- */

static enum sl_code read_date(const struct reading *r, struct sl_str written)
{
	struct sl_date date;
	struct sl_str s;
	bool ambiguous = false;
	int64_t year;

	if (sl_utf8_digits(r->a, written, &s, r->e))
		return r->e->code;
	if (sl_date_parse_loose(s, &date, &ambiguous)) {
		*r->out = (struct sl_value){.type = SL_VALUE_DATE, .date = date};
		return SL_OK;
	}
	if (ambiguous)
		return PROBLEM(r, "in the date '%.*s' day and month could be swapped; write YYYY-MM-DD",
		               SHOWN(written));
	if (s.n == 4 && sl_str_int64(s, &year))
		return PROBLEM(r, "'%.*s' is a year without month and day; write YYYY-MM-DD", SHOWN(written));
	return PROBLEM(r, "'%.*s' is not a date; write YYYY-MM-DD", SHOWN(written));
}

/* A moment stays as it is written, in ISO 8601: without a zone nobody knows which moment it was. */
static enum sl_code read_datetime(const struct reading *r, struct sl_str written)
{
	struct sl_str s;
	int64_t ms;
	char *text;

	if (sl_utf8_digits(r->a, written, &s, r->e))
		return r->e->code;
	if (s.n <= 10 || !sl_time_parse(s, &ms))
		return read_date(r, written);
	text = sl_str_dup(r->a, s, r->e);
	if (!text)
		return r->e->code;
	text[10] = 'T';
	*r->out = (struct sl_value){.type = SL_VALUE_TEXT, .text = {text, s.n}};
	return SL_OK;
}

/* ---- codes ---- */

static void set_code(struct sl_value *out, struct sl_str code)
{
	*out = (struct sl_value){.type = SL_VALUE_TEXT, .text = code};
	if (sl_str_is(code, "UNK"))
		*out = (struct sl_value){.type = SL_VALUE_UNKNOWN};
	else if (sl_str_is(code, "NA"))
		*out = (struct sl_value){.type = SL_VALUE_NA};
}

static enum sl_code not_in_list(const struct reading *r, struct sl_str s)
{
	return PROBLEM(r, "'%.*s' is not in the list %.*s; map it to one of its codes", SHOWN(s),
	               SHOWN(r->field->list->name));
}

/* A list may have its own code for unknown (outcome U): it goes before the word of all types. */
static enum sl_code read_one(const struct reading *r, struct sl_str s)
{
	const struct sl_choice *c;

	if (sl_choice_lookup(r->field->list, r->a, s, &c, r->e))
		return r->e->code;
	if (c)
		set_code(r->out, c->code);
	else if (says_unknown(s))
		r->out->type = SL_VALUE_UNKNOWN;
	else if (says_not_applicable(s))
		r->out->type = SL_VALUE_NA;
	else
		return not_in_list(r, s);
	return SL_OK;
}

struct codes {
	struct sl_str *v;
	size_t n, cap;
};

static enum sl_code add_code(const struct reading *r, struct codes *codes, struct sl_str code)
{
	size_t at = 0;
	struct sl_str *v;

	while (at < codes->n && sl_str_cmp(codes->v[at], code) < 0)
		at++;
	if (at < codes->n && sl_str_eq(codes->v[at], code))
		return SL_OK;
	v = sl_arena_grow(r->a, codes->v, &codes->cap, codes->n + 1, sizeof *v, r->e);
	if (!v)
		return r->e->code;
	codes->v = v;
	memmove(v + at + 1, v + at, (codes->n - at) * sizeof *v);
	v[at] = code;
	codes->n++;
	return SL_OK;
}

/* The whole text as one code, label or alias; else its parts, by marks that ever weaker part a list. */
static enum sl_code split_codes(const struct reading *r, struct codes *codes, struct sl_str s, size_t level)
{
	static const char *const marks[] = {",;|\n\r", "/+", " \t"};
	const struct sl_choice *c;
	size_t from = 0;

	s = sl_str_trim(s);
	if (!s.n)
		return SL_OK;
	if (sl_choice_lookup(r->field->list, r->a, s, &c, r->e))
		return r->e->code;
	if (c)
		return add_code(r, codes, c->code);
	while (level < 3) {
		size_t i = 0;

		while (i < s.n && !(s.p[i] && strchr(marks[level], s.p[i])))
			i++;
		if (i < s.n)
			break;
		level++;
	}
	if (level == 3)
		return not_in_list(r, s);
	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && !(s.p[i] && strchr(marks[level], s.p[i])))
			continue;
		if (split_codes(r, codes, (struct sl_str){s.p + from, i - from}, level + 1) || *r->problem)
			return r->e->code;
		from = i + 1;
	}
	return SL_OK;
}

static enum sl_code read_several(const struct reading *r, struct sl_str s)
{
	struct codes codes = {0};
	size_t n = 0;
	char *text;

	if (split_codes(r, &codes, s, 0))
		return r->e->code;
	if (*r->problem) {
		if (!says_unknown(s) && !says_not_applicable(s))
			return SL_OK;
		*r->problem = NULL;
		r->out->type = says_unknown(s) ? SL_VALUE_UNKNOWN : SL_VALUE_NA;
		return SL_OK;
	}
	if (codes.n <= 1) {
		if (codes.n)
			set_code(r->out, codes.v[0]);
		return SL_OK;
	}
	for (size_t i = 0; i < codes.n; i++)
		n += codes.v[i].n + 1;
	text = sl_arena_alloc(r->a, n, 1, r->e);
	if (!text)
		return r->e->code;
	n = 0;
	for (size_t i = 0; i < codes.n; i++) {
		if (i)
			text[n++] = ' ';
		memcpy(text + n, codes.v[i].p, codes.v[i].n);
		n += codes.v[i].n;
	}
	*r->out = (struct sl_value){.type = SL_VALUE_TEXT, .text = {text, n}};
	return SL_OK;
}

/* ---- text ---- */

static enum sl_code read_text(const struct reading *r, struct sl_str s)
{
	struct sl_str text;

	if (memchr(s.p, 0, s.n))
		return PROBLEM(r, "the text holds a byte 0");
	if (sl_utf8_nfc(r->a, s, &text, r->e))
		return r->e->code;
	*r->out = (struct sl_value){.type = SL_VALUE_TEXT, .text = text};
	return SL_OK;
}

static enum sl_code read_typed(const struct reading *r, struct sl_str s)
{
	switch (r->field->type) {
	case SL_FIELD_TEXT: return read_text(r, s);
	case SL_FIELD_SELECT_ONE: return read_one(r, s);
	case SL_FIELD_SELECT_MULTIPLE: return read_several(r, s);
	case SL_FIELD_GEOMETRY: return PROBLEM(r, "a geometry is not read as a value");
	default: break;
	}
	if (says_unknown(s) || says_not_applicable(s)) {
		r->out->type = says_unknown(s) ? SL_VALUE_UNKNOWN : SL_VALUE_NA;
		return SL_OK;
	}
	if (r->field->type == SL_FIELD_DATE)
		return read_date(r, s);
	return r->field->type == SL_FIELD_DATETIME ? read_datetime(r, s) : read_number(r, s);
}

enum sl_code sl_value_read(struct sl_arena *a, const struct sl_field *f, struct sl_str raw,
                           struct sl_value *out, const char **problem_out, struct sl_err *e)
{
	struct sl_value value = {0};
	const char *why = NULL;
	struct reading r = {.a = a, .field = f, .out = &value, .problem = &why, .e = e};
	struct sl_str s = sl_str_trim(raw);

	if (!s.n) {
		/* not asked */
	} else if (f->type == SL_FIELD_TEXT && (sl_str_is(s, "UNK") || sl_str_is(s, "NA"))) {
		value.type = sl_str_is(s, "UNK") ? SL_VALUE_UNKNOWN : SL_VALUE_NA;
	} else if (!sl_utf8_valid(s)) {
		if (PROBLEM(&r, "the text is not UTF-8; name the encoding of the file"))
			return e->code;
	} else if (read_typed(&r, s)) {
		return e->code;
	}
	*out = value;
	*problem_out = why;
	return SL_OK;
}

void sl_value_text(struct sl_buf *b, const struct sl_value *v)
{
	char text[32];

	switch (v->type) {
	case SL_VALUE_NONE: break;
	case SL_VALUE_UNKNOWN: sl_buf_puts(b, "UNK"); break;
	case SL_VALUE_NA: sl_buf_puts(b, "NA"); break;
	case SL_VALUE_TEXT: sl_buf_str(b, v->text); break;
	case SL_VALUE_INTEGER: sl_buf_add(b, text, sl_int_text(v->integer, text)); break;
	case SL_VALUE_DECIMAL:
		if (isfinite(v->decimal))
			sl_buf_add(b, text, sl_double_text(v->decimal, text));
		break;
	case SL_VALUE_DATE:
		sl_date_text(v->date, text);
		sl_buf_puts(b, text);
		break;
	}
}
