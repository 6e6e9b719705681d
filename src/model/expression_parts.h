/* Shared by the files of expressions only. */
#ifndef SL_MODEL_EXPRESSION_PARTS_H
#define SL_MODEL_EXPRESSION_PARTS_H

#include "model/expression.h"

/* Calls that need nothing but values. */
enum sl_simple_function {
	SL_SIMPLE_TODAY, SL_SIMPLE_TRUE, SL_SIMPLE_FALSE, SL_SIMPLE_NOT, SL_SIMPLE_LENGTH, SL_SIMPLE_SELECTED, SL_SIMPLE_NUMBER
};

bool sl_form_days(struct sl_str text, double *days); /* an ISO date or moment; UTC where it names no zone */
bool sl_form_time(struct sl_str text, double *days); /* an ISO time, as a part of the day */
bool sl_form_selected(struct sl_str list, struct sl_str code);
size_t sl_form_characters(struct sl_str text); /* UTF-16 units, as JavaScript and Java count */
double sl_form_calculated(enum sl_term_kind kind, double x, double y);
bool sl_form_compared(enum sl_term_kind kind, const struct sl_answer *a, const struct sl_answer *b);

#endif
