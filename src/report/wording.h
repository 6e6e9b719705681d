/* Numbers, dates and units as the readers of a language write them: digits, marks, order, plural forms. The
 * texts come from the catalogues of po/; nothing depends on what locales the machine has. */
#ifndef SL_REPORT_WORDING_H
#define SL_REPORT_WORDING_H

#include "report/document.h"

/* Digits and marks, and the unit behind it when `with_unit`; "unknown", "fewer than 5", ... where there is
 * none. */
void sl_word_amount(struct sl_buf *b, const struct sl_document *d, const struct sl_amount *m,
                    bool with_unit);
/* `x` rounded half away from zero; for axes and scales.  Not for NAN. */
void sl_word_number(struct sl_buf *b, const struct sl_locale *l, double x, int decimals);
void sl_word_integer(struct sl_buf *b, const struct sl_locale *l, int64_t x);
void sl_word_date(struct sl_buf *b, const struct sl_document *d,
                  struct sl_date date);                                     /* "31 December 2025" */
/* 1 to 12: "December", as it stands in a date; and as it stands alone, which other languages write otherwise. */
void sl_word_month(struct sl_buf *b, const struct sl_locale *l, int month);
void sl_word_month_alone(struct sl_buf *b, const struct sl_locale *l, int month);
struct sl_str sl_word_unit(const struct sl_locale *l,
                           enum sl_unit unit); /* "km²"; empty for counts and money */

/* The exact value: "1234.5", a point, no separators, trailing zeros dropped; areas in m².  For CSV. */
void sl_amount_exact(struct sl_buf *b, const struct sl_amount *m);

/* A name, number or position from records or people, among words: it runs in its own direction and turns nothing around
 * it (Unicode, UAX 9, isolates); a position read backwards is another place.  Plain where neither can happen. */
void sl_word_isolated(struct sl_buf *b, const struct sl_document *d, struct sl_str text);

/* Text with {names}: each is given to `fill`, which adds what it stands for.  What has no name stays. */
typedef void sl_word_fill_fn(void *ctx, struct sl_str name, struct sl_buf *b);
void sl_word_fill(struct sl_buf *b, struct sl_str text, sl_word_fill_fn *fill, void *ctx);

#endif
