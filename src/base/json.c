#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void sl_json_cursor_init(struct sl_json_cursor *c, struct sl_str text)
{
	c->p = c->start = text.n ? text.p : "";
	c->end = c->p + text.n;
	if (text.n >= 3 && !memcmp(text.p, "\xef\xbb\xbf", 3))
		c->p += 3;
}

static void blanks(struct sl_json_cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\n' || *c->p == '\r' || *c->p == '\t'))
		c->p++;
}

static enum sl_code unexpected(struct sl_json_cursor *c, const char *wanted, struct sl_err *e)
{
	if (c->p >= c->end)
		return sl_fail(e, SL_INVALID, "JSON ends at byte %zu where %s is expected",
		               (size_t)(c->p - c->start), wanted);
	return sl_fail(e, SL_INVALID, "JSON byte %zu: %s expected, '%c' found", (size_t)(c->p - c->start),
	               wanted, *c->p >= 32 && *c->p < 127 ? *c->p : '?');
}

enum sl_code sl_json_peek(struct sl_json_cursor *c, enum sl_json_type *t, struct sl_err *e)
{
	blanks(c);
	if (c->p >= c->end)
		return unexpected(c, "a value", e);
	switch (*c->p) {
	case '{': *t = SL_JSON_OBJECT; break;
	case '[': *t = SL_JSON_ARRAY; break;
	case '"': *t = SL_JSON_STRING; break;
	case 't':
	case 'f': *t = SL_JSON_BOOL; break;
	case 'n': *t = SL_JSON_NULL; break;
	default:
		if (*c->p != '-' && (*c->p < '0' || *c->p > '9'))
			return unexpected(c, "a value", e);
		*t = SL_JSON_NUMBER;
	}
	return SL_OK;
}

enum sl_code sl_json_open(struct sl_json_cursor *c, char bracket, struct sl_err *e)
{
	blanks(c);
	if (c->p >= c->end || *c->p != bracket)
		return unexpected(c, bracket == '{' ? "'{'" : "'['", e);
	c->p++;
	return SL_OK;
}

enum sl_code sl_json_more(struct sl_json_cursor *c, bool *first, char close, bool *more, struct sl_err *e)
{
	blanks(c);
	if (c->p < c->end && *c->p == close) {
		c->p++;
		*more = false;
		return SL_OK;
	}
	if (!*first) {
		if (c->p >= c->end || *c->p != ',')
			return unexpected(c, "',' or the end of the list", e);
		c->p++;
		blanks(c);
		if (c->p < c->end && *c->p == close)
			return unexpected(c, "a value after ','", e);
	}
	*first = false;
	*more = true;
	return SL_OK;
}

static int hex4(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		char ch = p[i];
		int d = ch >= '0' && ch <= '9'                 ? ch - '0'
		        : (ch | 32) >= 'a' && (ch | 32) <= 'f' ? (ch | 32) - 'a' + 10
		                                               : -1;

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

static size_t put_utf8(char *to, unsigned cp)
{
	if (cp < 0x80) {
		to[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		to[0] = (char)(0xc0 | cp >> 6);
		to[1] = (char)(0x80 | (cp & 63));
		return 2;
	}
	if (cp < 0x10000) {
		to[0] = (char)(0xe0 | cp >> 12);
		to[1] = (char)(0x80 | (cp >> 6 & 63));
		to[2] = (char)(0x80 | (cp & 63));
		return 3;
	}
	to[0] = (char)(0xf0 | cp >> 18);
	to[1] = (char)(0x80 | (cp >> 12 & 63));
	to[2] = (char)(0x80 | (cp >> 6 & 63));
	to[3] = (char)(0x80 | (cp & 63));
	return 4;
}

static enum sl_code unescape(struct sl_json_cursor *c, struct sl_arena *a, struct sl_str raw,
                             struct sl_str *s, struct sl_err *e)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char *out = sl_arena_alloc(a, raw.n + 1, 1, e);
	size_t k = 0;

	if (!out)
		return e->code;
	for (size_t i = 0; i < raw.n; i++) {
		const char *hit;

		if (raw.p[i] != '\\') {
			out[k++] = raw.p[i];
			continue;
		}
		i++; /* the scan made sure that one byte follows */
		if (raw.p[i] == 'u') {
			int hi = i + 4 < raw.n ? hex4(raw.p + i + 1) : -1, lo;
			unsigned cp;

			if (hi < 0)
				return sl_fail(e, SL_INVALID, "JSON byte %zu: bad \\u escape",
				               (size_t)(raw.p + i - c->start));
			cp = (unsigned)hi;
			i += 4;
			if (cp >= 0xd800 && cp < 0xdc00 && i + 6 < raw.n && raw.p[i + 1] == '\\' &&
			    raw.p[i + 2] == 'u' && (lo = hex4(raw.p + i + 3)) >= 0xdc00 && lo < 0xe000) {
				cp = 0x10000 + ((cp - 0xd800) << 10) + ((unsigned)lo - 0xdc00);
				i += 6;
			} else if (cp >= 0xd800 && cp < 0xe000) {
				cp = 0xfffd; /* half of a pair stands for no character */
			}
			k += put_utf8(out + k, cp);
			continue;
		}
		hit = raw.p[i] ? strchr(from, raw.p[i]) : NULL;
		if (!hit)
			return sl_fail(e, SL_INVALID, "JSON byte %zu: unknown escape", (size_t)(raw.p + i - c->start));
		out[k++] = to[hit - from];
	}
	*s = (struct sl_str){out, k};
	return SL_OK;
}

enum sl_code sl_json_string(struct sl_json_cursor *c, struct sl_arena *a, struct sl_str *s,
                            struct sl_err *e)
{
	const char *q;
	bool escaped = false;
	struct sl_str raw;

	blanks(c);
	if (c->p >= c->end || *c->p != '"')
		return unexpected(c, "a string", e);
	for (q = c->p + 1; q < c->end && *q != '"'; q++) {
		if ((unsigned char)*q < 0x20)
			return sl_fail(e, SL_INVALID, "JSON byte %zu: control character in a string",
			               (size_t)(q - c->start));
		if (*q == '\\') {
			escaped = true;
			if (q + 1 < c->end)
				q++;
		}
	}
	if (q >= c->end)
		return sl_fail(e, SL_INVALID, "JSON byte %zu: the string has no end", (size_t)(c->p - c->start));
	raw = (struct sl_str){c->p + 1, (size_t)(q - c->p - 1)};
	c->p = q + 1;
	if (escaped)
		return unescape(c, a, raw, s, e);
	*s = raw;
	return SL_OK;
}

enum sl_code sl_json_key(struct sl_json_cursor *c, struct sl_arena *a, struct sl_str *key, struct sl_err *e)
{
	if (sl_json_string(c, a, key, e))
		return e->code;
	blanks(c);
	if (c->p >= c->end || *c->p != ':')
		return unexpected(c, "':'", e);
	c->p++;
	return SL_OK;
}

enum sl_code sl_json_number(struct sl_json_cursor *c, double *x, struct sl_str *raw, struct sl_err *e)
{
	static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
	                             1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	const char *p, *digits;
	uint64_t m = 0;
	int64_t exp = 0, n_digits = 0;
	bool minus;

	blanks(c);
	p = c->p;
	minus = p < c->end && *p == '-';
	p += minus;
	digits = p;
	for (; p < c->end && *p >= '0' && *p <= '9'; p++, n_digits++)
		m = m * 10 + (uint64_t)(*p - '0');
	if (p == digits)
		return unexpected(c, "a number", e);
	if (*digits == '0' && p - digits > 1)
		return unexpected(c, "a number without leading zeros", e);
	if (p < c->end && *p == '.') {
		const char *fraction = ++p;

		for (; p < c->end && *p >= '0' && *p <= '9'; p++, n_digits++, exp--)
			m = m * 10 + (uint64_t)(*p - '0');
		if (p == fraction)
			return unexpected(c, "a digit after '.'", e);
	}
	if (p < c->end && (*p | 32) == 'e') {
		const char *from;

		n_digits = 99; /* rare: leave it to strtod */
		p++;
		if (p < c->end && (*p == '+' || *p == '-'))
			p++;
		for (from = p; p < c->end && *p >= '0' && *p <= '9'; p++)
			;
		if (p == from)
			return unexpected(c, "an exponent", e);
	}
	if (raw)
		*raw = (struct sl_str){c->p, (size_t)(p - c->p)};
	/* Both exact in a double, one correctly rounded division (Clinger 1990, the fast path). */
	if (n_digits <= 19 && m < (uint64_t)1 << 53 && exp >= -22) {
		*x = (double)m / ten[-exp];
		if (minus)
			*x = -*x;
	} else {
		char tmp[128];
		size_t n = (size_t)(p - c->p);
		double read = (double)INFINITY;

		if (n < sizeof tmp) {
			memcpy(tmp, c->p, n);
			tmp[n] = 0;
			read = strtod(tmp, NULL);
		}
		if (!isfinite(read))
			return sl_fail(e, SL_INVALID, "JSON byte %zu: number out of range", (size_t)(c->p - c->start));
		*x = read;
	}
	c->p = p;
	return SL_OK;
}

static enum sl_code word(struct sl_json_cursor *c, const char *w, struct sl_err *e)
{
	size_t n = strlen(w);

	if ((size_t)(c->end - c->p) < n || memcmp(c->p, w, n))
		return unexpected(c, w, e);
	c->p += n;
	return SL_OK;
}

static enum sl_code value(struct sl_json_cursor *c, struct sl_arena *a, int depth, struct sl_json **out,
                          struct sl_err *e)
{
	enum sl_json_type t;
	struct sl_json *v, **tail, *item;
	struct sl_str key = {0};
	bool first = true, more;
	char close;

	if (sl_json_peek(c, &t, e))
		return e->code;
	if (depth == SL_JSON_DEPTH_MAX && (t == SL_JSON_ARRAY || t == SL_JSON_OBJECT))
		return sl_fail(e, SL_INVALID, "JSON is nested deeper than %d", SL_JSON_DEPTH_MAX);
	v = sl_arena_alloc(a, 1, sizeof *v, e);
	if (!v)
		return e->code;
	v->type = t;
	switch (t) {
	case SL_JSON_NULL:
		if (word(c, "null", e))
			return e->code;
		break;
	case SL_JSON_BOOL:
		v->boolean = *c->p == 't';
		if (word(c, v->boolean ? "true" : "false", e))
			return e->code;
		break;
	case SL_JSON_NUMBER:
		if (sl_json_number(c, &v->number, &v->text, e))
			return e->code;
		break;
	case SL_JSON_STRING:
		if (sl_json_string(c, a, &v->text, e))
			return e->code;
		break;
	case SL_JSON_ARRAY:
	case SL_JSON_OBJECT:
		close = t == SL_JSON_ARRAY ? ']' : '}';
		tail = &v->child;
		c->p++;
		for (;;) {
			if (sl_json_more(c, &first, close, &more, e))
				return e->code;
			if (!more)
				break;
			if (t == SL_JSON_OBJECT && sl_json_key(c, a, &key, e))
				return e->code;
			if (value(c, a, depth + 1, &item, e))
				return e->code;
			item->key = key;
			*tail = item;
			tail = &item->next;
			v->n++;
		}
		break;
	}
	*out = v;
	return SL_OK;
}

enum sl_code sl_json_value(struct sl_json_cursor *c, struct sl_arena *a, struct sl_json **out,
                           struct sl_err *e)
{
	return value(c, a, 0, out, e);
}

enum sl_code sl_json_parse(struct sl_arena *a, struct sl_str text, struct sl_json **out, struct sl_err *e)
{
	struct sl_json_cursor c;

	sl_json_cursor_init(&c, text);
	return value(&c, a, 0, out, e) ? e->code : sl_json_finish(&c, e);
}

enum sl_code sl_json_finish(struct sl_json_cursor *c, struct sl_err *e)
{
	blanks(c);
	return c->p == c->end ? SL_OK : unexpected(c, "the end", e);
}

/* c->p stands on the opening quote.  As strict as sl_json_string, without making the text. */
static enum sl_code skip_string(struct sl_json_cursor *c, struct sl_err *e)
{
	const char *q = c->p + 1;

	for (; q < c->end && *q != '"'; q++) {
		if ((unsigned char)*q < 0x20)
			return sl_fail(e, SL_INVALID, "JSON byte %zu: control character in a string",
			               (size_t)(q - c->start));
		if (*q != '\\')
			continue;
		q++;
		if (q < c->end &&
		    (!*q || !strchr("\"\\/bfnrtu", *q) || (*q == 'u' && (c->end - q < 5 || hex4(q + 1) < 0))))
			return sl_fail(e, SL_INVALID, "JSON byte %zu: unknown escape", (size_t)(q - c->start));
		if (q >= c->end)
			break;
	}
	if (q >= c->end)
		return sl_fail(e, SL_INVALID, "JSON byte %zu: the string has no end", (size_t)(c->p - c->start));
	c->p = q + 1;
	return SL_OK;
}

static enum sl_code skip_key(struct sl_json_cursor *c, struct sl_err *e)
{
	blanks(c);
	if (c->p >= c->end || *c->p != '"')
		return unexpected(c, "a string", e);
	if (skip_string(c, e))
		return e->code;
	blanks(c);
	if (c->p >= c->end || *c->p != ':')
		return unexpected(c, "':'", e);
	c->p++;
	return SL_OK;
}

/* Ends the brackets that close after a value, up to the next value or the outermost end. */
static enum sl_code skip_ends(struct sl_json_cursor *c, const char *close, int *depth, struct sl_err *e)
{
	while (*depth) {
		blanks(c);
		if (c->p < c->end && *c->p == ',') {
			c->p++;
			return close[*depth - 1] == '}' ? skip_key(c, e) : SL_OK;
		}
		if (c->p >= c->end || *c->p != close[*depth - 1])
			return unexpected(c, "',' or the end of the list", e);
		c->p++;
		--*depth;
	}
	return SL_OK;
}

/* A loop, no recursion; what it passes over is well-formed, so that a raw text can be kept and written
 * out again. */
enum sl_code sl_json_skip(struct sl_json_cursor *c, struct sl_str *raw, struct sl_err *e)
{
	char close[SL_JSON_DEPTH_MAX];
	const char *from = NULL;
	enum sl_json_type t;
	int depth = 0;
	double x;

	do {
		if (sl_json_peek(c, &t, e))
			return e->code;
		from = from ? from : c->p;
		switch (t) {
		case SL_JSON_ARRAY:
		case SL_JSON_OBJECT:
			if (depth == SL_JSON_DEPTH_MAX)
				return sl_fail(e, SL_INVALID, "JSON is nested deeper than %d", SL_JSON_DEPTH_MAX);
			close[depth++] = t == SL_JSON_OBJECT ? '}' : ']';
			c->p++;
			blanks(c);
			if (c->p < c->end && *c->p == close[depth - 1]) {
				c->p++;
				depth--;
				break;
			}
			if (t == SL_JSON_OBJECT && skip_key(c, e))
				return e->code;
			continue; /* with the first item */
		case SL_JSON_STRING:
			if (skip_string(c, e))
				return e->code;
			break;
		case SL_JSON_NUMBER:
			if (sl_json_number(c, &x, NULL, e))
				return e->code;
			break;
		case SL_JSON_BOOL:
			if (word(c, *c->p == 't' ? "true" : "false", e))
				return e->code;
			break;
		case SL_JSON_NULL:
			if (word(c, "null", e))
				return e->code;
			break;
		}
		if (skip_ends(c, close, &depth, e))
			return e->code;
	} while (depth);
	if (raw)
		*raw = (struct sl_str){from, (size_t)(c->p - from)};
	return SL_OK;
}

const struct sl_json *sl_json_get(const struct sl_json *o, const char *key)
{
	const struct sl_json *found = NULL;

	if (o && o->type == SL_JSON_OBJECT)
		for (const struct sl_json *m = o->child; m; m = m->next)
			if (sl_str_is(m->key, key))
				found = m;
	return found;
}

struct sl_str sl_json_get_str(const struct sl_json *o, const char *key)
{
	const struct sl_json *m = sl_json_get(o, key);

	return m && m->type == SL_JSON_STRING ? m->text : (struct sl_str){"", 0};
}

void sl_json_writer_init(struct sl_json_writer *w, struct sl_buf *b)
{
	*w = (struct sl_json_writer){.b = b};
}

static void before_value(struct sl_json_writer *w)
{
	if (w->comma)
		sl_buf_putc(w->b, ',');
	w->comma = true;
}

void sl_json_begin(struct sl_json_writer *w, char bracket)
{
	before_value(w);
	sl_buf_putc(w->b, bracket);
	w->comma = false;
}

void sl_json_end(struct sl_json_writer *w, char bracket)
{
	sl_buf_putc(w->b, bracket);
	w->comma = true;
}

/* Length of the well-formed UTF-8 sequence at p, 0 when there is none. */
static size_t sequence(const unsigned char *p, size_t n)
{
	if (p[0] >= 0xc2 && p[0] <= 0xdf && n >= 2 && (p[1] & 0xc0) == 0x80)
		return 2;
	if ((p[0] & 0xf0) == 0xe0 && n >= 3 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 &&
	    !(p[0] == 0xe0 && p[1] < 0xa0) && !(p[0] == 0xed && p[1] >= 0xa0))
		return 3;
	if (p[0] >= 0xf0 && p[0] <= 0xf4 && n >= 4 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 &&
	    (p[3] & 0xc0) == 0x80 && !(p[0] == 0xf0 && p[1] < 0x90) && !(p[0] == 0xf4 && p[1] >= 0x90))
		return 4;
	return 0;
}

static void quoted(struct sl_buf *b, struct sl_str s)
{
	size_t from = 0;

	sl_buf_putc(b, '"');
	for (size_t i = 0; i < s.n;) {
		unsigned char ch = (unsigned char)s.p[i];
		size_t len = 1;

		if (ch >= 0x20 && ch < 0x80 && ch != '"' && ch != '\\') {
			i++;
			continue;
		}
		if (ch >= 0x80 && (len = sequence((const unsigned char *)s.p + i, s.n - i))) {
			i += len;
			continue;
		}
		sl_buf_add(b, s.p + from, i - from);
		if (ch == '"' || ch == '\\')
			sl_buf_printf(b, "\\%c", ch);
		else if (ch == '\n')
			sl_buf_puts(b, "\\n");
		else if (ch < 0x20)
			sl_buf_printf(b, "\\u%04x", ch);
		else
			sl_buf_puts(b, "\xef\xbf\xbd");
		i++;
		from = i;
	}
	sl_buf_add(b, s.p + from, s.n - from);
	sl_buf_putc(b, '"');
}

void sl_json_put_key(struct sl_json_writer *w, struct sl_str key)
{
	before_value(w);
	quoted(w->b, key);
	sl_buf_putc(w->b, ':');
	w->comma = false;
}

void sl_json_put_str(struct sl_json_writer *w, struct sl_str s)
{
	before_value(w);
	quoted(w->b, s);
}

void sl_json_put_double(struct sl_json_writer *w, double x)
{
	char tmp[32];

	before_value(w);
	if (isfinite(x))
		sl_buf_add(w->b, tmp, sl_double_text(x, tmp));
	else
		sl_buf_puts(w->b, "null");
}

void sl_json_put_int(struct sl_json_writer *w, int64_t x)
{
	char tmp[32];

	before_value(w);
	sl_buf_add(w->b, tmp, sl_int_text(x, tmp));
}

void sl_json_put_bool(struct sl_json_writer *w, bool x)
{
	before_value(w);
	sl_buf_puts(w->b, x ? "true" : "false");
}

void sl_json_put_null(struct sl_json_writer *w)
{
	before_value(w);
	sl_buf_puts(w->b, "null");
}

void sl_json_put_raw(struct sl_json_writer *w, struct sl_str json)
{
	before_value(w);
	sl_buf_str(w->b, json);
}

struct sorted_member {
	const struct sl_json *m;
	size_t place;
};

static int by_key(const void *pa, const void *pb)
{
	const struct sorted_member *a = pa, *b = pb;
	int c = sl_str_cmp(a->m->key, b->m->key);

	return c ? c : (a->place > b->place) - (a->place < b->place);
}

/* Members by key; of equal keys the last one, as sl_json_get takes it. */
static void put_sorted(struct sl_json_writer *w, const struct sl_json *o)
{
	struct sl_buf room = {0};
	struct sorted_member *v;
	size_t n = 0;

	v = o->n > SIZE_MAX / sizeof *v ? NULL
	                                : (struct sorted_member *)(void *)sl_buf_room(&room, o->n * sizeof *v);
	if (!v) {
		w->b->failed = true;
		sl_buf_done(&room);
		return;
	}
	for (const struct sl_json *m = o->child; m; m = m->next, n++)
		v[n] = (struct sorted_member){m, n};
	qsort(v, n, sizeof *v, by_key);
	for (size_t i = 0; i < n; i++) {
		if (i + 1 < n && sl_str_eq(v[i].m->key, v[i + 1].m->key))
			continue;
		sl_json_put_key(w, v[i].m->key);
		sl_json_put_tree(w, v[i].m, true);
	}
	sl_buf_done(&room);
}

void sl_json_put_tree(struct sl_json_writer *w, const struct sl_json *v, bool sort_keys)
{
	int64_t whole;

	switch (v->type) {
	case SL_JSON_NULL: sl_json_put_null(w); break;
	case SL_JSON_BOOL: sl_json_put_bool(w, v->boolean); break;
	case SL_JSON_NUMBER:
		/* An identifier of 19 digits is more than a double holds. */
		if (sl_str_int64(v->text, &whole))
			sl_json_put_int(w, whole);
		else
			sl_json_put_double(w, v->number);
		break;
	case SL_JSON_STRING: sl_json_put_str(w, v->text); break;
	case SL_JSON_ARRAY:
		sl_json_begin(w, '[');
		for (const struct sl_json *m = v->child; m; m = m->next)
			sl_json_put_tree(w, m, sort_keys);
		sl_json_end(w, ']');
		break;
	case SL_JSON_OBJECT:
		sl_json_begin(w, '{');
		if (sort_keys)
			put_sorted(w, v);
		for (const struct sl_json *m = sort_keys ? NULL : v->child; m; m = m->next) {
			sl_json_put_key(w, m->key);
			sl_json_put_tree(w, m, sort_keys);
		}
		sl_json_end(w, '}');
		break;
	}
}

void sl_json_kv_str(struct sl_json_writer *w, const char *key, struct sl_str s)
{
	sl_json_put_key(w, sl_str_from(key));
	sl_json_put_str(w, s);
}

void sl_json_kv_double(struct sl_json_writer *w, const char *key, double x)
{
	sl_json_put_key(w, sl_str_from(key));
	sl_json_put_double(w, x);
}

void sl_json_kv_int(struct sl_json_writer *w, const char *key, int64_t x)
{
	sl_json_put_key(w, sl_str_from(key));
	sl_json_put_int(w, x);
}
