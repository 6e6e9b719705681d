/* Shared by the files of expressions only. */
#ifndef SL_MODEL_EXPRESSION_PARTS_H
#define SL_MODEL_EXPRESSION_PARTS_H

#include "model/expression.h"

/* Calls that need nothing but values. */
enum sl_simple_function {
	SL_SIMPLE_TODAY, SL_SIMPLE_TRUE, SL_SIMPLE_FALSE, SL_SIMPLE_NOT, SL_SIMPLE_LENGTH, SL_SIMPLE_SELECTED, SL_SIMPLE_NUMBER,
	SL_SIMPLE_IF,
	SL_SIMPLE_CALLED /* sl_caller_call */
};
enum { SL_CALL_ARGUMENTS_MAX = 16 };

/* expression_call.c: every other function that needs values alone, by libxml2 and the functions of ODK. */
struct sl_caller; /* one for each thread that evaluates at the same time */
bool sl_expression_callable(struct sl_str name, size_t arguments);
struct sl_caller *sl_caller_take(struct sl_date today); /* NULL: no memory */
void sl_caller_give_back(struct sl_caller *c);
/* The texts of *out live until the caller is given back.  False: it cannot be told. */
bool sl_caller_call(struct sl_caller *c, struct sl_str name, const struct sl_answer *argument, size_t n,
                    struct sl_answer *out);
bool sl_term_is_day(const struct sl_term *t); /* ODK takes what it gives as a number of days */

bool sl_form_days(struct sl_str text, double *days); /* an ISO date or moment; UTC where it names no zone */
bool sl_form_time(struct sl_str text, double *days); /* an ISO time, as a part of the day */
bool sl_form_selected(struct sl_str list, struct sl_str code);
size_t sl_form_characters(struct sl_str text); /* UTF-16 units, as JavaScript and Java count */
double sl_form_calculated(enum sl_term_kind kind, double x, double y);
bool sl_form_compared(enum sl_term_kind kind, const struct sl_answer *a, const struct sl_answer *b);

#endif
