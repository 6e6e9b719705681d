#include "geo/numerals.h"

#include <string.h>

/* Unicode 15, general category Nd: the digit zero of each script whose writers send coordinates. */
static const uint32_t zeros[] = {0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0x0ed0, 0x1040, 0x17e0, 0xff10};

static const struct {
	uint32_t from;
	char to; /* 0: left out */
} signs[] = {{0x066b, '.'}, {0x066c, ','}, {0x060c, ','}, {0x061b, ';'}, {0x200e, 0}, {0x200f, 0}, {0x061c, 0},
             {0x202a, 0},   {0x202b, 0},   {0x202c, 0},   {0x202d, 0},   {0x202e, 0}, {0x2066, 0}, {0x2067, 0},
             {0x2068, 0},   {0x2069, 0},   {0x200b, 0}};

/* One letter of two or three bytes; its length, 0 when it is none. */
static size_t letter_at(struct sl_str s, size_t i, uint32_t *out)
{
	const unsigned char *p = (const unsigned char *)s.p + i;
	size_t rest = s.n - i;

	if (rest >= 2 && (p[0] & 0xe0) == 0xc0 && (p[1] & 0xc0) == 0x80) {
		*out = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		return 2;
	}
	if (rest >= 3 && (p[0] & 0xf0) == 0xe0 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80) {
		*out = (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
		return 3;
	}
	return 0;
}

static bool plain(uint32_t letter, char *to)
{
	for (size_t k = 0; k < sizeof zeros / sizeof *zeros; k++)
		if (letter >= zeros[k] && letter < zeros[k] + 10) {
			*to = (char)('0' + (letter - zeros[k]));
			return true;
		}
	for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
		if (letter == signs[k].from) {
			*to = signs[k].to;
			return true;
		}
	return false;
}

size_t sl_numerals_plain(struct sl_str in, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n;) {
		uint32_t letter;
		size_t length = letter_at(in, i, &letter);
		char to;

		if (length && plain(letter, &to)) {
			if (to)
				out[n++] = to;
			i += length;
			continue;
		}
		for (size_t end = i + (length ? length : 1); i < end; i++)
			out[n++] = in.p[i];
	}
	return n;
}
