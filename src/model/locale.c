#include "model/locale.h"

#include <string.h>

/* Made by tools/catalogues.cmake. */
extern const struct sl_locale sl_locale_files[], sl_locale_files_end[];

const struct sl_locale *sl_locale_at(size_t i)
{
	return i < (size_t)(sl_locale_files_end - sl_locale_files) ? &sl_locale_files[i] : NULL;
}

const struct sl_locale *sl_locale_find(struct sl_str tag)
{
	struct sl_str bare = {tag.p, 0};
	const struct sl_locale *l;

	while (bare.n < tag.n && !strchr("-_.@", tag.p[bare.n]))
		bare.n++;
	for (size_t i = 0; (l = sl_locale_at(i)) != NULL; i++)
		if (sl_str_is_nocase(bare, l->code))
			return l;
	return NULL;
}

/* Languages whose script runs from right to left, as far as a country might add a catalogue. */
bool sl_locale_right_to_left(const struct sl_locale *l)
{
	static const char *const codes[] = {"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (!strcmp(l->code, codes[i]))
			return true;
	return false;
}

const char *sl_locale_name(const struct sl_locale *l)
{
	return sl_text(l, "page:language-name", "English");
}

const char *sl_text(const struct sl_locale *l, const char *context, const char *msgid)
{
	const char *found = NULL;

	if (l)
		found = sl_catalogue_find((struct sl_str){l->mo, (size_t)(l->mo_end - l->mo)}, context, msgid);
	return found ? found : msgid;
}

const char *sl_text_n(const struct sl_locale *l, const char *context, const char *msgid, const char *plural, uint64_t n)
{
	const char *found = NULL;

	if (l)
		found = sl_catalogue_plural((struct sl_str){l->mo, (size_t)(l->mo_end - l->mo)}, context, msgid, n);
	return found ? found : n == 1 ? msgid : plural;
}
