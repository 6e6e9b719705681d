#include "formats/encoding.h"

#include <iconv.h>
#include <string.h>
#include <strings.h>

#define UTF16_MAX ((size_t)512 << 20)
#define HEX_MAX 4096

struct sl_encoding {
	iconv_t cd;
};

static void close_encoding(void *ptr)
{
	struct sl_encoding *c = ptr;

	iconv_close(c->cd);
}

enum sl_code sl_encoding_open(struct sl_arena *a, const char *name, struct sl_encoding **out,
                              struct sl_err *e)
{
	struct sl_encoding *c = sl_arena_alloc(a, 1, sizeof *c, e);

	if (!c)
		return e->code;
	c->cd = iconv_open("UTF-8", name);
	if (c->cd == (iconv_t)-1)
		return sl_fail(e, SL_INVALID, "'%s' is no encoding that is known; try ISO-8859-1 or windows-1252",
		               name);
	if (sl_arena_defer(a, close_encoding, c, e))
		return e->code;
	*out = c;
	return SL_OK;
}

enum sl_code sl_encoding_text(struct sl_encoding *c, struct sl_arena *a, struct sl_str bytes,
                              struct sl_str *out, struct sl_err *e)
{
	/* No byte of the encodings iconv knows makes more than four of UTF-8; U+FFFD is three. */
	size_t room, left = bytes.n, space;
	char *in = (char *)(uintptr_t)bytes.p, *text, *p;

	if (__builtin_mul_overflow(bytes.n, (size_t)4, &room))
		return sl_fail(e, SL_NOMEM, "out of memory");
	text = p = sl_arena_alloc(a, room + 4, 1, e);
	if (!text)
		return e->code;
	space = room;
	iconv(c->cd, NULL, NULL, NULL, NULL);
	while (left && iconv(c->cd, &in, &left, &p, &space) == (size_t)-1) {
		if (!left || space < 3)
			break;
		memcpy(p, "\xef\xbf\xbd", 3);
		p += 3;
		space -= 3;
		in++;
		left--;
	}
	*out = (struct sl_str){text, (size_t)(p - text)};
	return SL_OK;
}

bool sl_encoding_is_utf8(const char *name)
{
	return !strcasecmp(name, "UTF-8") || !strcasecmp(name, "UTF8");
}

bool sl_encoding_is_utf16(struct sl_str text)
{
	return text.n >= 2 && (!memcmp(text.p, "\xff\xfe", 2) || !memcmp(text.p, "\xfe\xff", 2));
}

enum sl_code sl_encoding_from_utf16(struct sl_arena *a, const char *path, struct sl_str text,
                                    struct sl_str *out, struct sl_err *e)
{
	const unsigned char *p = (const unsigned char *)text.p + 2;
	const size_t n = (text.n - 2) / 2;
	const size_t low = p[-2] == 0xfe, high = !low; /* which of the two bytes of a unit */
	char *to;
	size_t k = 0;

	if (text.n > UTF16_MAX)
		return sl_fail(e, SL_INVALID, "%s: UTF-16 text of more than 512 MB; save it as UTF-8", path);
	to = sl_arena_alloc(a, 3 * n + 1, 1, e);
	if (!to)
		return e->code;
	for (size_t i = 0; i < n; i++) {
		uint32_t c = (uint32_t)p[2 * i + low] | (uint32_t)p[2 * i + high] << 8;

		if (c >= 0xd800 && c < 0xdc00 && i + 1 < n) {
			uint32_t d = (uint32_t)p[2 * i + 2 + low] | (uint32_t)p[2 * i + 2 + high] << 8;

			if (d >= 0xdc00 && d < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (d - 0xdc00);
				i++;
			}
		}
		if (c >= 0xd800 && c < 0xe000)
			c = 0xfffd; /* half of a pair stands for no character */
		if (c < 0x80) {
			to[k++] = (char)c;
		} else if (c < 0x800) {
			to[k++] = (char)(0xc0 | c >> 6);
			to[k++] = (char)(0x80 | (c & 0x3f));
		} else if (c < 0x10000) {
			to[k++] = (char)(0xe0 | c >> 12);
			to[k++] = (char)(0x80 | (c >> 6 & 0x3f));
			to[k++] = (char)(0x80 | (c & 0x3f));
		} else { /* two units, so there is room for four bytes */
			to[k++] = (char)(0xf0 | c >> 18);
			to[k++] = (char)(0x80 | (c >> 12 & 0x3f));
			to[k++] = (char)(0x80 | (c >> 6 & 0x3f));
			to[k++] = (char)(0x80 | (c & 0x3f));
		}
	}
	*out = (struct sl_str){to, k};
	return SL_OK;
}

enum sl_code sl_encoding_hex(struct sl_arena *a, struct sl_str bytes, struct sl_str *out, struct sl_err *e)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = bytes.n < HEX_MAX ? bytes.n : HEX_MAX;
	char *to = sl_arena_alloc(a, 2 * n + 1, 1, e);

	if (!to)
		return e->code;
	for (size_t i = 0; i < n; i++) {
		to[2 * i] = hex[(unsigned char)bytes.p[i] >> 4];
		to[2 * i + 1] = hex[(unsigned char)bytes.p[i] & 15];
	}
	*out = (struct sl_str){to, 2 * n};
	return SL_OK;
}
