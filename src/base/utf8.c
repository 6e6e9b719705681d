#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
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

static enum sl_code from_lib(struct sl_arena *a, uint8_t *r, size_t n, struct sl_str *out, struct sl_err *e)
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

/* True when normalising and folding leave `s` as it is, told from its characters alone: lower-case Latin-1
 * and Cyrillic, Arabic and Khmer letters stand for themselves and combine with nothing in this list
 * (test_key_fast_path compares it with the library).  Names in files are mostly such. */
static bool already_folded(struct sl_str s)
{
	static const struct {
		unsigned first, last;
	} stable[] = {
	    {0x00e0, 0x00ff}, {0x0430, 0x045f}, {0x0620, 0x064a}, {0x0671, 0x0674},
	    {0x0679, 0x06d3}, {0x1780, 0x17b3}, {0x17b6, 0x17d2}, {0x17e0, 0x17e9},
	};
	const unsigned char *p = (const unsigned char *)s.p, *end = p + s.n;

	while (p < end) {
		unsigned c = *p, i = 0;

		if (c < 0x80) {
			if (c >= 'A' && c <= 'Z')
				return false;
			p++;
			continue;
		}
		if (c >= 0xc2 && c < 0xe0 && end - p >= 2 && (p[1] & 0xc0) == 0x80) {
			c = (c & 0x1f) << 6 | (p[1] & 0x3fu);
			p += 2;
		} else if (c == 0xe1 && end - p >= 3 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80) {
			c = (c & 0x0f) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
			p += 3;
		} else {
			return false;
		}
		while (i < sizeof stable / sizeof *stable && (c < stable[i].first || c > stable[i].last))
			i++;
		if (i == sizeof stable / sizeof *stable)
			return false;
	}
	return true;
}

enum sl_code sl_utf8_key(struct sl_arena *a, struct sl_str s, struct sl_str *key, struct sl_err *e)
{
	bool is_ascii = ascii(s);
	struct sl_str folded = {0};
	uint8_t *r;
	size_t n = 0;

	if (is_ascii || already_folded(s)) {
		char *copy = sl_arena_strndup(a, s.p, s.n, e);

		if (!copy)
			return e->code;
		for (size_t i = 0; is_ascii && i < s.n; i++)
			if (copy[i] >= 'A' && copy[i] <= 'Z')
				copy[i] = (char)(copy[i] + 32);
		*key = squeeze(copy, s.n);
		return SL_OK;
	}
	if (!sl_utf8_valid(s))
		return sl_fail(e, SL_INVALID, "text is not UTF-8");
	r = u8_casefold((const uint8_t *)s.p, s.n, NULL, UNINORM_NFKC, NULL, &n);
	if (from_lib(a, r, n, &folded, e))
		return e->code;
	*key = squeeze((char *)(uintptr_t)folded.p, folded.n);
	return SL_OK;
}

enum sl_code sl_utf8_casefold(struct sl_arena *a, struct sl_str s, struct sl_str *out, struct sl_err *e)
{
	uint8_t *r;
	size_t n = 0;

	if (ascii(s)) {
		char *copy = sl_arena_strndup(a, s.p, s.n, e);

		if (!copy)
			return e->code;
		for (size_t i = 0; i < s.n; i++)
			if (copy[i] >= 'A' && copy[i] <= 'Z')
				copy[i] = (char)(copy[i] + 32);
		*out = (struct sl_str){copy, s.n};
		return SL_OK;
	}
	if (!sl_utf8_valid(s))
		return sl_fail(e, SL_INVALID, "text is not UTF-8");
	r = u8_casefold((const uint8_t *)s.p, s.n, NULL, UNINORM_NFC, NULL, &n);
	return from_lib(a, r, n, out, e);
}

enum sl_code sl_utf8_nfc(struct sl_arena *a, struct sl_str s, struct sl_str *out, struct sl_err *e)
{
	uint8_t *r;
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
	r = u8_normalize(UNINORM_NFC, (const uint8_t *)s.p, s.n, NULL, &n);
	return from_lib(a, r, n, out, e);
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

enum sl_code sl_utf8_digits(struct sl_arena *a, struct sl_str s, struct sl_str *out, struct sl_err *e)
{
	char *to;
	size_t k = 0;

	if (ascii(s)) {
		*out = s;
		return SL_OK;
	}
	to = sl_arena_alloc(a, s.n + 1, 1, e);
	if (!to)
		return e->code;
	for (size_t i = 0; i < s.n;) {
		ucs4_t c;
		int len = u8_mbtoucr(&c, (const uint8_t *)s.p + i, s.n - i);
		int digit = len > 1 ? uc_decimal_value(c) : -1;

		if (len <= 0)
			len = 1;
		if (digit >= 0) {
			to[k++] = (char)('0' + digit);
		} else if (len > 1 && c == 0x066b) {
			to[k++] = '.';
		} else if (len > 1 && c == 0x2212) {
			to[k++] = '-';
		} else {
			memcpy(to + k, s.p + i, (size_t)len);
			k += (size_t)len;
		}
		i += (size_t)len;
	}
	*out = (struct sl_str){to, k};
	return SL_OK;
}
