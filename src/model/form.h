/* A form as XLSForm describes it (xlsform.org): questions, groups and repeats, choice lists, settings, in any
 * languages.  Read from the rows of a workbook; formats/xform.h writes it as an ODK XForm.
 * Everything lives in the arena it was read into; texts are views into the workbook where they can be. */
#ifndef SL_MODEL_FORM_H
#define SL_MODEL_FORM_H

#include "base/arena.h"
#include "model/sheet.h"

/* ---- what is wrong with a form ---- */
struct sl_form_fault {
	bool is_error;                /* a warning does not keep the form from being used */
	struct sl_str sheet, column;  /* column empty: the whole row */
	size_t row;                   /* 0: the whole sheet */
	const char *message;          /* what is wrong and what to do */
};

struct sl_form_faults {
	struct sl_form_fault *fault;
	size_t n, cap, n_errors;
};

/* ---- texts in every language ---- */
enum sl_form_word {
	SL_WORD_LABEL, SL_WORD_HINT, SL_WORD_GUIDANCE, SL_WORD_CONSTRAINT, SL_WORD_REQUIRED, SL_WORD_IMAGE,
	SL_WORD_BIG_IMAGE, SL_WORD_AUDIO, SL_WORD_VIDEO, SL_WORDS
};

/* One text for each language of the form, in its order; NULL when the row has none in any. */
struct sl_form_words {
	struct sl_str *text[SL_WORDS];
	bool translated[SL_WORDS]; /* some column named a language */
};

/* ---- the tree ---- */
enum sl_form_control {
	SL_CONTROL_NONE, /* calculate, hidden, metadata: no place on the screen */
	SL_CONTROL_INPUT, SL_CONTROL_SELECT_ONE, SL_CONTROL_SELECT_MULTIPLE, SL_CONTROL_RANK, SL_CONTROL_UPLOAD,
	SL_CONTROL_TRIGGER, SL_CONTROL_RANGE, SL_CONTROL_GROUP, SL_CONTROL_REPEAT
};

/* What a word in the column `type` stands for. */
struct sl_form_type {
	const char *name;
	enum sl_form_control control;
	const char *bind;                    /* type attribute; NULL: none */
	const char *preload, *preload_params;
	const char *mediatype;
	bool readonly;                       /* notes */
	bool in_meta;                        /* audit */
};

struct sl_form_attribute {
	struct sl_str name, value;
};

struct sl_form_node {
	struct sl_str name, path; /* "/data/group/name" */
	const struct sl_form_type *type;
	struct sl_form_words words;
	struct sl_str list;         /* of choices; for selects from a file its name with the ending */
	bool from_file;
	struct sl_str relevant, constraint, required, readonly, calculation, value /* default */, appearance,
	    choice_filter, count /* of a repeat */, trigger;
	struct sl_form_attribute *parameter, *bind, *body, *instance;
	size_t n_parameters, n_bind, n_body, n_instance;
	struct sl_form_node *parent, *child, *last, *next;
	size_t row; /* of the sheet */
};

struct sl_form_choice {
	struct sl_str name;
	struct sl_form_words words;
	struct sl_form_attribute *extra; /* what choice_filter may ask for */
	size_t n_extra, row;
};

struct sl_form_list {
	struct sl_str name;
	struct sl_form_choice *choice;
	size_t n, cap;
	bool in_itext; /* some choice has languages or media */
};

struct sl_form {
	struct sl_str id, title, version, root_name, instance_name, style, default_language, submission_url, public_key,
	    auto_send, auto_delete, xmlns, namespaces, kind /* of record that it fills; empty: it does not say */;
	struct sl_str *language; /* "French (fr)"; the first is what the form falls back to; "default" without any */
	size_t n_languages;
	struct sl_form_list *list;
	size_t n_lists;
	struct sl_form_node *root;        /* the group of everything */
	struct sl_form_attribute *instance; /* attributes of the root node */
	size_t n_instance;
};

/* Reads the sheets survey, choices and settings; other sheets, unknown columns and settings are warnings.  A form
 * with an error among the faults is not to be used; *out is then whatever could be read.  Fails only for want of
 * memory. */
SL_CHECKED enum sl_code sl_form_read(struct sl_arena *a, const struct sl_workbook *book, struct sl_form *out,
                                     struct sl_form_faults *faults, struct sl_err *e);

/* Adds the languages of the dictionary: a text that the form has in English only, as translations.csv has it. */
struct sl_dictionary;
SL_CHECKED enum sl_code sl_form_translate(struct sl_arena *a, const struct sl_dictionary *d, struct sl_form *form,
                                          struct sl_err *e);

/* ---- for those who walk the tree ---- */
bool sl_form_is_name(struct sl_str text); /* an XML name without colon */
/* Enketo takes an element called model in a filled form for the model of the form, and sends nothing of what was filled
 * in (enketo-core 9, FormModel.createSession).  In our own forms the field of that name stands as model_. */
struct sl_str sl_form_element_of(struct sl_str field);
struct sl_str sl_form_field_of(struct sl_str element);
/* The next of settings.namespaces, esri="http://esri.com/xforms", that can be declared; false after the last. */
bool sl_form_namespace(struct sl_str *rest, struct sl_str *prefix, struct sl_str *address);
/* It is calculated as once(uuid()): an identifier, and no rule that an answer could break. */
bool sl_form_is_identifier(const struct sl_form_node *node);
/* In document order: children, then siblings; NULL after the last one below `root`. */
struct sl_form_node *sl_form_next(const struct sl_form_node *root, struct sl_form_node *node);
const struct sl_form_list *sl_form_list(const struct sl_form *form, struct sl_str name);
/* The node that ${name} means for `from`: the nearest of that name; NULL when there is none. */
const struct sl_form_node *sl_form_find(const struct sl_form *form, const struct sl_form_node *from, struct sl_str name);
/* "${x} > 1" with paths in the place of names, as seen from `from`: absolute, or relative where both stand in one
 * repeat.  `in_predicate`: the text stands in a filter of choices, so that the way back begins with current().
 * NULL with SL_INVALID names the one that does not exist. */
SL_CHECKED enum sl_code sl_form_expand(const struct sl_form *form, const struct sl_form_node *from, struct sl_str text,
                                       bool in_predicate, struct sl_buf *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_form_fault(struct sl_arena *a, struct sl_form_faults *faults, bool is_error, const char *sheet,
                                      size_t row, const char *column, struct sl_err *e, const char *fmt, ...)
    SL_PRINTF(8, 9);

#endif
