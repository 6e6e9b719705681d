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

static bool find(struct sl_str mo, const char *context, const char *msgid, struct sl_str *out)
{
	size_t low = 0, high, keys, texts;
	struct sl_str key;

	if (mo.n < HEAD || word(mo, 0) != (uint32_t)MAGIC)
		return false;
	high = word(mo, 8);
	keys = word(mo, 12);
	texts = word(mo, 16);
	if (high > mo.n / ENTRY || keys > mo.n - high * ENTRY || texts > mo.n - high * ENTRY)
		return false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order;

		if (!entry(mo, keys, middle, &key))
			return false;
		order = compare(context, msgid, key);
		if (!order)
			return entry(mo, texts, middle, out) && *out->p;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

const char *sl_catalogue_find(struct sl_str mo, const char *context, const char *msgid)
{
	struct sl_str text;

	return find(mo, context, msgid, &text) ? text.p : NULL;
}

/* The part of the head behind "plural=", up to the semicolon. */
static struct sl_str plural_rule(struct sl_str mo)
{
	struct sl_str head, rule = {0};
	const char *line, *at;

	if (!find(mo, NULL, "", &head) || !(line = strstr(head.p, "Plural-Forms:")) || !(at = strstr(line, "plural=")))
		return rule;
	if (at > line && at[-1] == 'n' && !(at = strstr(at + 1, "plural=")))
		return rule;
	rule.p = at + strlen("plural=");
	rule.n = strcspn(rule.p, ";\n");
	return rule;
}

const char *sl_catalogue_plural(struct sl_str mo, const char *context, const char *msgid, uint64_t n)
{
	struct sl_str forms;
	uint64_t form;

	if (!find(mo, context, msgid, &forms))
		return NULL;
	form = sl_plural_form(plural_rule(mo), n);
	for (const char *p = forms.p, *end = forms.p + forms.n; form && p < end; p++)
		if (!*p && !--form)
			return p[1] ? p + 1 : forms.p;
	return forms.p; /* fewer forms than the rule has: the first */
}
