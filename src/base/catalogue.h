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

#endif
