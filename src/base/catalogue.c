#include "base/catalogue.h"

#include <string.h>

enum { MAGIC = (int)0x950412de, HEAD = 28, ENTRY = 8 };

static uint32_t word(struct sl_str mo, size_t at)
{
	const unsigned char *p = (const unsigned char *)mo.p + at;

	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Entry `i` of the table at `table`; false when it, or the NUL behind it, does not lie within the file. */
static bool entry(struct sl_str mo, size_t table, size_t i, struct sl_str *out)
{
	size_t n = word(mo, table + i * ENTRY), at = word(mo, table + i * ENTRY + 4);

	if (n >= mo.n || at >= mo.n - n || mo.p[at + n])
		return false;
	*out = (struct sl_str){mo.p + at, n};
	return true;
}

/* As strcmp, of "context EOT msgid" without putting it together; the key of an entry ends at its first NUL, behind
 * which its plural stands. */
static int compare(const char *context, const char *msgid, struct sl_str key)
{
	const char *p = key.p;
	size_t n;

	if (context) {
		n = strlen(context);
		for (size_t i = 0; i < n; i++, p++)
			if (context[i] != *p)
				return (unsigned char)context[i] - (unsigned char)*p;
		if (*p != '\4')
			return '\4' - (unsigned char)*p;
		p++;
	}
	return strcmp(msgid, p);
}

const char *sl_catalogue_find(struct sl_str mo, const char *context, const char *msgid)
{
	size_t low = 0, high, keys, texts;
	struct sl_str key, text;

	if (mo.n < HEAD || word(mo, 0) != (uint32_t)MAGIC)
		return NULL;
	high = word(mo, 8);
	keys = word(mo, 12);
	texts = word(mo, 16);
	if (high > mo.n / ENTRY || keys > mo.n - high * ENTRY || texts > mo.n - high * ENTRY)
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order;

		if (!entry(mo, keys, middle, &key))
			return NULL;
		order = compare(context, msgid, key);
		if (!order)
			return entry(mo, texts, middle, &text) && *text.p ? text.p : NULL;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
