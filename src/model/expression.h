/* An expression of a form (getodk.github.io/xforms-spec, "XPath Evaluator"): read once, then asked of an answer.
 * ODK compares and adds otherwise than XPath 1.0: a date is a number of days, an empty answer is false.  So the tree
 * is written out again as XPath in which those operators are functions of ours (form_functions.c), for libxml2; and
 * what needs nothing but the values of one record is evaluated on the tree itself, without any XML; functions that are
 * not in the tree's own small set are called one by one in libxml2 (expression_call.c). */
#ifndef SL_MODEL_EXPRESSION_H
#define SL_MODEL_EXPRESSION_H

#include "base/date.h"
#include "base/str.h"

enum sl_term_kind {
	SL_TERM_NUMBER, SL_TERM_TEXT, SL_TERM_SELF /* . */, SL_TERM_REF /* ${name} */, SL_TERM_PATH, SL_TERM_CALL,
	SL_TERM_STEPS /* what follows a call or a bracket: [1]/name */, SL_TERM_OR, SL_TERM_AND, SL_TERM_EQ, SL_TERM_NE,
	SL_TERM_LT, SL_TERM_LE, SL_TERM_GT, SL_TERM_GE, SL_TERM_ADD, SL_TERM_SUB, SL_TERM_MUL, SL_TERM_DIV, SL_TERM_MOD,
	SL_TERM_NEG, SL_TERM_UNION
};

struct sl_term {
	enum sl_term_kind kind;
	double number;
	struct sl_str text;                /* of a literal, a path, steps; the name of a call or of ${name} */
	int ref;                           /* of ${name}: what sl_expression_bind was told, -1 before */
	int function;                      /* of a call that needs no XML; -1: another */
	const struct sl_term *left, *right; /* operands; the first argument of a call */
	const struct sl_term *next;        /* argument */
	struct sl_term *made_before;
};

struct sl_expression {
	struct sl_str text;         /* as written */
	const struct sl_term *root;
	struct sl_term *newest;     /* all terms, by made_before */
	bool simple;                /* sl_expression_value can do it */
	bool calls;                 /* some function is libxml2's or ODK's: texts of the answer are gone, its truth stays */
	bool changes;               /* today(), now(), random(), uuid(): another value at another time */
};

/* Everything lives in `a`.  SL_INVALID with the place for what is no expression. */
SL_CHECKED enum sl_code sl_expression_parse(struct sl_arena *a, struct sl_str text, struct sl_expression *out,
                                            struct sl_err *e);
/* The same for libxml2; ${name} becomes /record/name. */
void sl_expression_xpath(const struct sl_expression *x, struct sl_buf *b);

/* ---- without XML ---- */
enum sl_answer_type { SL_ANSWER_BOOLEAN, SL_ANSWER_NUMBER, SL_ANSWER_TEXT, SL_ANSWER_NODE };

struct sl_answer {
	enum sl_answer_type type;
	bool boolean;
	bool is_date;       /* the number is a day, and as text a date */
	bool counted;       /* a NODE that is a number or a date: `text` is not made before it is asked for */
	double number;
	struct sl_str text; /* of TEXT and NODE */
};

/* Whose values are asked for: `ref` as bound, -1 for "." itself.  False: it cannot be told (a value that is
 * sealed, or asked and not known), so that nothing can be said of the expression either. */
typedef bool sl_answer_of(void *ctx, int ref, struct sl_answer *out);

/* Gives each ${name} its number; names that `number_of` does not know (-1) leave the expression not simple. */
void sl_expression_bind(struct sl_expression *x, int (*number_of)(const void *ctx, struct sl_str name), const void *ctx);
/* False when it cannot be told.  `x` is simple and bound.  Thread-safe. */
bool sl_expression_value(const struct sl_expression *x, struct sl_date today, sl_answer_of *answer, void *ctx,
                         struct sl_answer *out);

/* ---- what ODK makes of a value ---- */
/* The number in a text: as JavaScript reads numbers; a date or moment in days since 1970-01-01; else NAN. */
double sl_form_number(struct sl_str text);
bool sl_answer_is_true(const struct sl_answer *v);
double sl_answer_number(const struct sl_answer *v);
struct sl_str sl_answer_text(const struct sl_answer *v, char space[32]);

#endif
