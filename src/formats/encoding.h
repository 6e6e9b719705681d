/* Text that is not UTF-8.  An encoding is told by the person, by the file, or by a byte order mark; it is
 * never guessed from the text. */
#ifndef SL_FORMATS_ENCODING_H
#define SL_FORMATS_ENCODING_H

#include "base/str.h"

struct sl_encoding; /* not thread-safe: one converter, one thread at a time */

/* Any name that iconv knows: "ISO-8859-1", "windows-1252", "cp850".  SL_INVALID for others. */
SL_CHECKED enum sl_code sl_encoding_open(struct sl_arena *a, const char *name, struct sl_encoding **out,
                                         struct sl_err *e);
/* As UTF-8; what has no meaning in the encoding becomes U+FFFD. */
SL_CHECKED enum sl_code sl_encoding_text(struct sl_encoding *c, struct sl_arena *a, struct sl_str bytes,
                                         struct sl_str *out, struct sl_err *e);
bool sl_encoding_is_utf8(const char *name);

bool sl_encoding_is_utf16(struct sl_str text); /* it begins with a byte order mark of UTF-16 */
/* The whole text as UTF-8 without the mark; SL_INVALID for more than 512 MB. */
SL_CHECKED enum sl_code sl_encoding_from_utf16(struct sl_arena *a, const char *path, struct sl_str text,
                                               struct sl_str *out, struct sl_err *e);
/* Bytes in hexadecimal, at most 4,096 of them. */
SL_CHECKED enum sl_code sl_encoding_hex(struct sl_arena *a, struct sl_str bytes, struct sl_str *out,
                                        struct sl_err *e);

#endif
