/* The languages that Safelane speaks: English, in which the texts are written, and one for each catalogue in po/.
 * A server answers several at once, so a language is a value that goes with the request.
 * What a translator works on: docs/manual/languages.md. */
#ifndef SL_MODEL_LOCALE_H
#define SL_MODEL_LOCALE_H

#include "base/catalogue.h"

struct sl_locale {
	const char *code; /* "uk": ISO 639, as the file in po/ is called */
	const char *mo, *mo_end;
};

/* English is the first; the others in the order of their codes.  NULL behind the last. */
const struct sl_locale *sl_locale_at(size_t i);
/* By a tag of BCP 47 or POSIX: "uk", "uk-UA", "km_KH.UTF-8"; NULL when there is none. */
const struct sl_locale *sl_locale_find(struct sl_str tag);
bool sl_locale_right_to_left(const struct sl_locale *l);
const char *sl_locale_name(const struct sl_locale *l); /* in itself: "Українська" */

/* `msgid` in a language (NULL: English), or itself where it has no translation.  `context` tells apart what is one
 * word in English and two elsewhere.  tools/texts.mjs finds the texts by this call's name, so both are literals;
 * where a text stands in a table, SL_TEXT marks it. */
const char *sl_text(const struct sl_locale *l, const char *context, const char *msgid);
#define SL_TEXT(context, msgid) msgid
/* The form for the number `n`; `msgid` and `plural` have {n} where it stands. */
const char *sl_text_n(const struct sl_locale *l, const char *context, const char *msgid, const char *plural, uint64_t n);

#endif
