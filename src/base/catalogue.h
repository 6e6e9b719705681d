/* A message catalogue as gettext's msgfmt compiles it (.mo, little-endian), looked up where it lies: nothing is
 * unpacked, so any number of threads may read it, each in another language.  Not setlocale, not libintl: those know
 * one language for a whole process, and only the locales that the machine has installed.
 * Format: GNU gettext manual, section 11.3, "The Format of GNU MO Files". */
#ifndef SL_BASE_CATALOGUE_H
#define SL_BASE_CATALOGUE_H

#include "base/str.h"

/* The translation of `msgid` in `context` (may be NULL: none); NULL when the catalogue has none or is damaged.
 * It ends with NUL and lives as long as `mo`.  Of a message with plural forms it is the first form. */
const char *sl_catalogue_find(struct sl_str mo, const char *context, const char *msgid);

/* The form of a message for the number `n`, as the catalogue's Plural-Forms choose it; NULL as above. */
const char *sl_catalogue_plural(struct sl_str mo, const char *context, const char *msgid, uint64_t n);
/* Value of an expression as Plural-Forms has it, "n%10==1 && n%100!=11 ? 0 : 1"; 0 when it cannot be read. */
uint64_t sl_plural_form(struct sl_str expression, uint64_t n);

#endif
