/* The rules of a form asked of a filled-in one: required, relevant, constraint and calculation again, on the server
 * as on the phone.  What breaks a rule is said and never changed or refused.
 *
 * Compile a form once (sl_form_rules_new) and keep it beside the form; then any thread may judge with it. */
#ifndef SL_MODEL_FORM_RULES_H
#define SL_MODEL_FORM_RULES_H

#include "model/form.h"

struct sl_form_rules; /* lives in its arena */

enum sl_form_breach_kind { SL_BREACH_MISSING, SL_BREACH_CONSTRAINT, SL_BREACH_IRRELEVANT, SL_BREACH_CALCULATION };

struct sl_form_breach {
	enum sl_form_breach_kind kind;
	const char *rule;                /* id of the finding: I07, I14, I15, I16 (docs/manual/rules.md) */
	const struct sl_form_node *node; /* the question */
	struct sl_str path;              /* "/data/victim[2]/age" */
	struct sl_str value;             /* as submitted; personal where the question is */
	struct sl_str expected;          /* of a calculation */
	struct sl_str label;             /* of the question, in that language too */
	struct sl_str message;           /* the form's own, in the language asked for; empty: it has none */
};

struct sl_form_verdict {
	struct sl_form_breach *breach; /* in the order of the form */
	size_t n, cap;
	size_t asked;   /* rules that were evaluated */
	size_t untold;  /* rules that only the phone can judge: files of its own, chance, an unknown function */
	bool too_many;  /* more than SL_FORM_BREACHES_MAX: the rest is not listed */
};

enum { SL_FORM_BREACHES_MAX = 1000 };

struct sl_form_moment {
	int64_t now_ms;           /* of submission: today() and now(), UTC */
	struct sl_str language;   /* of the reader, as a form names it: "French (fr)", or "fr"; empty: the form's first */
};

/* `form` has no errors and outlives `a`. */
SL_CHECKED enum sl_code sl_form_rules_new(struct sl_arena *a, const struct sl_form *form, struct sl_form_rules **out,
                                          struct sl_err *e);
/* `xml`: the submission, its root the form's instance.  SL_INVALID: not XML, a DTD, another form's root, or so large
 * that it is no answer to a form; the caller keeps it as it came.  Texts of *out are copied into `a`. */
SL_CHECKED enum sl_code sl_form_rules_judge(struct sl_form_rules *rules, struct sl_arena *a, struct sl_str xml,
                                            const struct sl_form_moment *at, struct sl_form_verdict *out, struct sl_err *e);

/* ---- what is not judged here, whatever is answered ---- */
struct sl_form_untold {
	const struct sl_form_node *node;
	const char *column;  /* of the sheet: "constraint" */
	struct sl_str text;  /* the expression as written */
	const char *why;     /* "pulldata() is known only to the phone" */
};
SL_CHECKED enum sl_code sl_form_rules_untold(struct sl_arena *a, const struct sl_form *form,
                                             struct sl_form_untold **out, size_t *n, struct sl_err *e);
/* Of one expression, its names already paths; NULL: it is judged, or there is no memory left. */
struct sl_expression;
const char *sl_form_why_untold(struct sl_arena *a, const struct sl_form *form, const struct sl_expression *x,
                               struct sl_err *e);

#endif
