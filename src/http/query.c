/* Text of the outside world, decoded once: escapes of paths and queries (RFC 3986, and '+' as HTML forms write
 * a blank). */
#include "http/parts.h"

#include "base/utf8.h"

#include <string.h>

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

enum sl_code sl_percent_decode(struct sl_arena *a, struct sl_str s, bool plus, struct sl_str *out,
                               struct sl_err *e)
{
	char *to;
	size_t n = 0;

	if (s.n && (memchr(s.p, '%', s.n) || (plus && memchr(s.p, '+', s.n)))) {
		to = sl_arena_alloc(a, s.n + 1, 1, e);
		if (!to)
			return e->code;
		for (size_t i = 0; i < s.n; i++) {
			if (s.p[i] == '%') {
				if (i + 2 >= s.n || hex(s.p[i + 1]) < 0 || hex(s.p[i + 2]) < 0)
					return sl_fail(e, SL_INVALID, "'%%' stands without two hexadecimal digits behind it; "
					               "write %%25 for the sign itself");
				to[n++] = (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]));
				i += 2;
			} else {
				to[n++] = plus && s.p[i] == '+' ? ' ' : s.p[i];
			}
		}
		s = (struct sl_str){to, n};
	}
	if (s.n && memchr(s.p, 0, s.n))
		return sl_fail(e, SL_INVALID, "the address contains a NUL byte");
	if (!sl_utf8_valid(s))
		return sl_fail(e, SL_INVALID, "the address is not UTF-8 once its escapes are resolved");
	*out = s.n ? s : SL_STR("");
	return SL_OK;
}

enum sl_code sl_query_parse(struct sl_arena *a, struct sl_str text, struct sl_pair **out, size_t *n,
                            struct sl_err *e)
{
	struct sl_str rest = text, part, name;
	struct sl_pair *list = NULL;
	size_t k = 0, cap = 0;

	while (sl_str_split(&rest, '&', &part)) {
		if (!part.n)
			continue;
		if (k == SL_QUERY_MAX)
			return sl_fail(e, SL_INVALID, "there are more than %d parameters", SL_QUERY_MAX);
		list = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!list)
			return e->code;
		if (!sl_str_split(&part, '=', &name))
			name = SL_STR("");
		if (sl_percent_decode(a, name, true, &list[k].name, e) ||
		    sl_percent_decode(a, part, true, &list[k].value, e))
			return e->code;
		k++;
	}
	*out = list;
	*n = k;
	return SL_OK;
}

void sl_percent_encode(struct sl_buf *b, struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c && strchr("-._~", c)))
			sl_buf_putc(b, (char)c);
		else
			sl_buf_printf(b, "%%%02X", c);
	}
}
