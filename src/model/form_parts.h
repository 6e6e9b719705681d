/* What the readers of forms share. */
#ifndef SL_MODEL_FORM_PARTS_H
#define SL_MODEL_FORM_PARTS_H

#include "model/form.h"

enum sl_form_column {
	SL_COLUMN_UNKNOWN, SL_COLUMN_IGNORED, /* known, and of no matter to a form */
	SL_COLUMN_TYPE, SL_COLUMN_NAME, SL_COLUMN_LIST_NAME, SL_COLUMN_WORD, SL_COLUMN_RELEVANT, SL_COLUMN_CONSTRAINT,
	SL_COLUMN_REQUIRED, SL_COLUMN_READONLY, SL_COLUMN_CALCULATION, SL_COLUMN_DEFAULT, SL_COLUMN_APPEARANCE,
	SL_COLUMN_CHOICE_FILTER, SL_COLUMN_COUNT, SL_COLUMN_TRIGGER, SL_COLUMN_PARAMETERS, SL_COLUMN_DISABLED,
	SL_COLUMN_BIND, SL_COLUMN_BODY, SL_COLUMN_INSTANCE /* an attribute written as it is */
};

struct sl_form_head {
	enum sl_form_column column;
	enum sl_form_word word;      /* of SL_COLUMN_WORD */
	struct sl_str language;      /* of SL_COLUMN_WORD; empty: none was named */
	struct sl_str attribute;     /* of BIND, BODY and INSTANCE */
	struct sl_str text;          /* as written */
};

/* "label::French (fr)", "bind:relevant", "Read only".  Never fails: what it does not know is UNKNOWN. */
struct sl_form_head sl_form_head_of(struct sl_str text, bool in_choices);

struct sl_form_command {
	enum { SL_FORM_QUESTION, SL_FORM_BEGIN_GROUP, SL_FORM_BEGIN_REPEAT, SL_FORM_END_GROUP, SL_FORM_END_REPEAT } what;
	const struct sl_form_type *type;
	struct sl_str list; /* or file */
	bool from_file, or_other;
};
/* The column `type`: "select_multiple hazards or_other".  False when it is none; *hint may then say what to do. */
bool sl_form_command_of(struct sl_arena *a, struct sl_str text, struct sl_form_command *out, const char **hint,
                        struct sl_err *e);
const struct sl_form_type *sl_form_type_of(const char *name);

/* Index of the language in the form, added when new; -1 with SL_NOMEM. */
int sl_form_language(struct sl_arena *a, struct sl_form *form, struct sl_str language, struct sl_err *e);
SL_CHECKED enum sl_code sl_form_set_word(struct sl_arena *a, struct sl_form *form, struct sl_form_words *words,
                                         const struct sl_form_head *head, struct sl_str text, struct sl_err *e);
SL_CHECKED enum sl_code sl_form_read_choices(struct sl_arena *a, const struct sl_sheet *sheet, bool duplicates_allowed,
                                             struct sl_form *form, struct sl_form_faults *faults, struct sl_err *e);
SL_CHECKED enum sl_code sl_form_read_survey(struct sl_arena *a, const struct sl_sheet *sheet, struct sl_form *form,
                                            struct sl_form_faults *faults, struct sl_err *e);
/* References, expressions and lists that lead nowhere. */
SL_CHECKED enum sl_code sl_form_judge(struct sl_arena *a, struct sl_form *form, struct sl_form_faults *faults,
                                      struct sl_err *e);
struct sl_form_node *sl_form_add_node(struct sl_arena *a, struct sl_form_node *parent, struct sl_str name,
                                 const struct sl_form_type *type, size_t row, struct sl_err *e);
bool sl_form_is_yes(struct sl_str text); /* yes, true, true(), 1 */
/* Appends an attribute to a list of them. */
SL_CHECKED enum sl_code sl_form_attribute(struct sl_arena *a, struct sl_form_attribute **list, size_t *n, struct sl_str name,
                                          struct sl_str value, struct sl_err *e);

#endif
