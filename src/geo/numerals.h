/* Figures as other scripts write them, in ASCII: Arabic-Indic, Persian, Devanagari, Bengali, Thai, Lao, Burmese, Khmer and
 * full-width digits, Arabic decimal sign and commas.  Marks of writing direction, which come along when such text is
 * copied, are left out. */
#ifndef SL_GEO_NUMERALS_H
#define SL_GEO_NUMERALS_H

#include "base/str.h"

/* Into `out`, never longer than `in`; returns the length.  What is none of these stays as it is. */
size_t sl_numerals_plain(struct sl_str in, char *out);

#endif
