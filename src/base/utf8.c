#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

static bool ascii(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

bool sl_utf8_valid(struct sl_str s)
{
	return ascii(s) || !u8_check((const uint8_t *)s.p, s.n);
}

/* Run of blanks to one, none at the ends; in place. */
static struct sl_str squeeze(char *p, size_t n)
{
	struct sl_str t = sl_str_trim((struct sl_str){p, n});
	size_t k = 0;

	for (size_t i = 0; i < t.n; i++) {
		bool blank = t.p[i] == ' ' || (t.p[i] >= '\t' && t.p[i] <= '\r');

		if (blank && k && p[k - 1] == ' ')
			continue;
		p[k++] = blank ? ' ' : t.p[i];
	}
	p[k] = 0;
	return (struct sl_str){p, k};
}

static enum sl_code from_lib(struct sl_arena *a, uint8_t *r, size_t n, struct sl_str *out,
                             struct sl_err *e)
{
	char *copy;

	if (!r)
		return sl_fail(e, SL_NOMEM, "out of memory");
	copy = sl_arena_strndup(a, (const char *)r, n, e);
	free(r);
	if (!copy)
		return e->code;
	*out = (struct sl_str){copy, n};
	return SL_OK;
}

enum sl_code sl_utf8_key(struct sl_arena *a, struct sl_str s, struct sl_str *key, struct sl_err *e)
{
	struct sl_str folded;
	size_t n = 0;

	if (ascii(s)) {
		char *copy = sl_arena_strndup(a, s.p, s.n, e);

		if (!copy)
			return e->code;
		for (size_t i = 0; i < s.n; i++)
			if (copy[i] >= 'A' && copy[i] <= 'Z')
				copy[i] = (char)(copy[i] + 32);
		*key = squeeze(copy, s.n);
		return SL_OK;
	}
	if (!sl_utf8_valid(s))
		return sl_fail(e, SL_INVALID, "text is not UTF-8");
	if (from_lib(a, u8_casefold((const uint8_t *)s.p, s.n, NULL, UNINORM_NFKC, NULL, &n), n, &folded,
	             e))
		return e->code;
	*key = squeeze((char *)(uintptr_t)folded.p, folded.n);
	return SL_OK;
}

enum sl_code sl_utf8_nfc(struct sl_arena *a, struct sl_str s, struct sl_str *out, struct sl_err *e)
{
	size_t n = 0;

	if (ascii(s)) {
		char *copy = sl_arena_strndup(a, s.p, s.n, e);

		if (!copy)
			return e->code;
		*out = (struct sl_str){copy, s.n};
		return SL_OK;
	}
	if (!sl_utf8_valid(s))
		return sl_fail(e, SL_INVALID, "text is not UTF-8");
	return from_lib(a, u8_normalize(UNINORM_NFC, (const uint8_t *)s.p, s.n, NULL, &n), n, out, e);
}

enum sl_code sl_utf8_scrub(struct sl_arena *a, struct sl_str s, struct sl_str *out, struct sl_err *e)
{
	char *to;
	size_t k = 0;

	if (sl_utf8_valid(s)) {
		*out = s;
		return SL_OK;
	}
	to = sl_arena_alloc(a, s.n + 1, 3, e);
	if (!to)
		return e->code;
	for (size_t i = 0; i < s.n;) {
		ucs4_t c;
		int len = u8_mbtoucr(&c, (const uint8_t *)s.p + i, s.n - i);

		if (len <= 0) {
			memcpy(to + k, "\xef\xbf\xbd", 3);
			k += 3;
			i++;
		} else {
			memcpy(to + k, s.p + i, (size_t)len);
			k += (size_t)len;
			i += (size_t)len;
		}
	}
	*out = (struct sl_str){to, k};
	return SL_OK;
}
