#include "base/str.h"

#include "base/mem.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sl_str sl_str_from(const char *cstr)
{
	return (struct sl_str){cstr, cstr ? strlen(cstr) : 0};
}

bool sl_str_eq(struct sl_str a, struct sl_str b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

bool sl_str_is(struct sl_str a, const char *b)
{
	return sl_str_eq(a, sl_str_from(b));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool eq_nocase(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool sl_str_is_nocase(struct sl_str a, const char *b)
{
	return a.n == strlen(b) && eq_nocase(a.p, b, a.n);
}

int sl_str_cmp(struct sl_str a, struct sl_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static size_t blank_front(struct sl_str s)
{
	if (!s.n)
		return 0;
	if (s.p[0] == ' ' || (s.p[0] >= '\t' && s.p[0] <= '\r'))
		return 1;
	return s.n >= 2 && !memcmp(s.p, "\xc2\xa0", 2) ? 2 : 0;
}

static size_t blank_back(struct sl_str s)
{
	char c = s.n ? s.p[s.n - 1] : 'x';

	if (c == ' ' || (c >= '\t' && c <= '\r'))
		return 1;
	return s.n >= 2 && !memcmp(s.p + s.n - 2, "\xc2\xa0", 2) ? 2 : 0;
}

struct sl_str sl_str_trim(struct sl_str s)
{
	for (size_t k; (k = blank_front(s)); s.p += k, s.n -= k)
		;
	for (size_t k; (k = blank_back(s)); s.n -= k)
		;
	return s;
}

bool sl_str_has_prefix(struct sl_str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && !memcmp(s.p, prefix, n);
}

const char *sl_str_find(struct sl_str s, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= s.n; i++)
		if (!memcmp(s.p + i, what, n))
			return s.p + i;
	return NULL;
}

bool sl_str_has_suffix_nocase(struct sl_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && eq_nocase(s.p + s.n - n, suffix, n);
}

bool sl_str_split(struct sl_str *rest, char sep, struct sl_str *part)
{
	const char *hit;

	if (!rest->p)
		return false;
	hit = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
	*part = (struct sl_str){rest->p, hit ? (size_t)(hit - rest->p) : rest->n};
	*rest = hit ? (struct sl_str){hit + 1, rest->n - part->n - 1} : (struct sl_str){NULL, 0};
	return true;
}

char *sl_str_dup(struct sl_arena *a, struct sl_str s, struct sl_err *e)
{
	return sl_arena_strndup(a, s.p, s.n, e);
}

bool sl_str_double(struct sl_str s, double *out)
{
	char tmp[64], *end;
	double x;

	s = sl_str_trim(s);
	if (!s.n || s.n >= sizeof tmp)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789+-.eE", s.p[i]) || !s.p[i])
			return false;
	memcpy(tmp, s.p, s.n);
	tmp[s.n] = 0;
	x = strtod(tmp, &end);
	if (*end || end == tmp || !isfinite(x))
		return false;
	*out = x;
	return true;
}

bool sl_str_int64(struct sl_str s, int64_t *out)
{
	char tmp[32], *end;
	long long x;

	s = sl_str_trim(s);
	if (!s.n || s.n >= sizeof tmp)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(i == 0 && (s.p[0] == '-' || s.p[0] == '+')))
			return false;
	memcpy(tmp, s.p, s.n);
	tmp[s.n] = 0;
	errno = 0;
	x = strtoll(tmp, &end, 10);
	if (errno || *end || end == tmp)
		return false;
	*out = x;
	return true;
}

void sl_buf_done(struct sl_buf *b)
{
	sl_mem_free(b->p);
	*b = (struct sl_buf){0};
}

void sl_buf_clear(struct sl_buf *b)
{
	b->n = 0;
	b->failed = false;
	if (b->p)
		b->p[0] = 0;
}

char *sl_buf_room(struct sl_buf *b, size_t n)
{
	size_t need, cap;
	char *p;

	if (b->failed)
		return NULL;
	if (__builtin_add_overflow(b->n, n, &need) || __builtin_add_overflow(need, 1, &need)) {
		b->failed = true;
		return NULL;
	}
	if (need > b->cap) {
		cap = b->cap ? b->cap : 64;
		while (cap < need)
			cap = cap > SIZE_MAX / 2 ? need : cap * 2;
		p = sl_mem_realloc(b->p, cap);
		if (!p) {
			b->failed = true;
			return NULL;
		}
		b->p = p;
		b->cap = cap;
	}
	return b->p + b->n;
}

void sl_buf_add(struct sl_buf *b, const void *p, size_t n)
{
	char *to = sl_buf_room(b, n);

	if (!to)
		return;
	if (n)
		memcpy(to, p, n);
	b->n += n;
	b->p[b->n] = 0;
}

void sl_buf_str(struct sl_buf *b, struct sl_str s)
{
	sl_buf_add(b, s.p, s.n);
}

void sl_buf_puts(struct sl_buf *b, const char *cstr)
{
	sl_buf_add(b, cstr, strlen(cstr));
}

void sl_buf_putc(struct sl_buf *b, char c)
{
	sl_buf_add(b, &c, 1);
}

void sl_buf_printf(struct sl_buf *b, const char *fmt, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !(to = sl_buf_room(b, (size_t)n)))
		return;
	va_start(ap, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

struct sl_str sl_buf_view(const struct sl_buf *b)
{
	return (struct sl_str){b->n ? b->p : "", b->n};
}

enum sl_code sl_buf_check(const struct sl_buf *b, struct sl_err *e)
{
	return b->failed ? sl_fail(e, SL_NOMEM, "out of memory") : SL_OK;
}

/* "%d.%0*d" of an exact decimal, trailing zeros dropped. */
static size_t fixed_text(uint64_t scaled, int decimals, bool negative, char *out)
{
	char digits[24];
	size_t n = 0, k = 0;

	while (decimals > 0 && scaled % 10 == 0) {
		scaled /= 10;
		decimals--;
	}
	do {
		digits[n++] = (char)('0' + scaled % 10);
		scaled /= 10;
	} while (scaled || n <= (size_t)decimals);
	if (negative)
		out[k++] = '-';
	while (n) {
		if (n == (size_t)decimals)
			out[k++] = '.';
		out[k++] = digits[--n];
	}
	return k;
}

size_t sl_double_text(double x, char out[32])
{
	/* Coordinates and areas mostly have few decimals: try those before the general search.
	 * Both scalings are checked by dividing back, so the shortcut never changes a value. */
	static const struct {
		double scale;
		int decimals;
	} tries[] = {{1, 0}, {1e2, 2}, {1e7, 7}};
	double a = fabs(x);
	char tmp[40];
	int n = 0;

	if (x == 0) {
		out[0] = '0';
		return 1;
	}
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		double s = a * tries[i].scale, r = nearbyint(s);

		if (r < 9007199254740992.0 && r >= 1 && r / tries[i].scale == a)
			return fixed_text((uint64_t)r, tries[i].decimals, x < 0, out);
	}
	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(tmp, sizeof tmp, "%.*g", digits, x);
		if (strtod(tmp, NULL) == x)
			break;
	}
	memcpy(out, tmp, (size_t)n);
	return (size_t)n;
}

size_t sl_int_text(int64_t x, char out[32])
{
	return fixed_text(x < 0 ? 0 - (uint64_t)x : (uint64_t)x, 0, x < 0, out);
}
