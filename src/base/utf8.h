/* UTF-8 text as the outside world sends it. */
#ifndef SL_BASE_UTF8_H
#define SL_BASE_UTF8_H

#include "base/str.h"

/* True when every byte belongs to a well-formed sequence (no surrogates, no overlong forms). */
bool sl_utf8_valid(struct sl_str s);

/* The form in which identifiers and names are compared: NFKC, case-folded, blanks trimmed and runs
 * of blanks made one.  Two spellings with equal keys are the same word to a clerk.
 * SL_INVALID when `s` is not UTF-8. */
SL_CHECKED enum sl_code sl_utf8_key(struct sl_arena *a, struct sl_str s, struct sl_str *key,
                                    struct sl_err *e);

/* Without the difference of capital and small letters, in any script; blanks stay as they are.
 * SL_INVALID when `s` is not UTF-8. */
SL_CHECKED enum sl_code sl_utf8_casefold(struct sl_arena *a, struct sl_str s, struct sl_str *out,
                                         struct sl_err *e);

/* A copy in NFC (the form in which text is stored). SL_INVALID when `s` is not UTF-8. */
SL_CHECKED enum sl_code sl_utf8_nfc(struct sl_arena *a, struct sl_str s, struct sl_str *out,
                                    struct sl_err *e);

/* Replace each byte that is not UTF-8 by U+FFFD; returns `s` itself when it is valid. */
SL_CHECKED enum sl_code sl_utf8_scrub(struct sl_arena *a, struct sl_str s, struct sl_str *out,
                                      struct sl_err *e);

/* Decimal digits of any script (Arabic, Khmer, Lao, full width, ...) as 0-9, the Arabic decimal point and
 * U+2212 as '.' and '-'; `s` itself when there is none of them.  A change of script, not of value. */
SL_CHECKED enum sl_code sl_utf8_digits(struct sl_arena *a, struct sl_str s, struct sl_str *out,
                                       struct sl_err *e);

#endif
