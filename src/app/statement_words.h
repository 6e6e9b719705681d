/* Private to app/statement*.c: what all forms of a statement say. */
#ifndef SL_APP_STATEMENT_WORDS_H
#define SL_APP_STATEMENT_WORDS_H

#include "app/analysis.h"

/* The heading over the sentences of a sort. */
const char *sl_sentences_heading(enum sl_sentence_sort sort, const struct sl_locale *l);
const char *sl_sentences_name(enum sl_sentence_sort sort); /* "assumptions", in JSON */
/* What stands under every statement. */
const char *sl_statement_changes_nothing(const struct sl_locale *l);
/* "12.5", "unknown", or the text of an input. */
void sl_quantity_value(struct sl_buf *b, const struct sl_quantity *q, const struct sl_locale *l);
/* "3.1 to 20.4 (90 %)"; nothing without an interval. */
void sl_quantity_interval(struct sl_buf *b, const struct sl_quantity *q, const struct sl_locale *l);
const char *sl_quantity_unit(const char *unit, const struct sl_locale *l); /* "" for none */

#endif
