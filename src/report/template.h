/* Templates: the text files from which reports are made, so that a country can change and translate them
 * without a programmer.  This module reads them and knows nothing of programmes; app/report.h fills them.
 * The syntax, line by line: docs/formats/template.md. */
#ifndef SL_REPORT_TEMPLATE_H
#define SL_REPORT_TEMPLATE_H

#include "base/str.h"

enum sl_template_type {
	SL_TEMPLATE_TEXT,    /* a paragraph: lines joined by a blank */
	SL_TEMPLATE_HEADING, /* "# ...", level is the number of marks */
	SL_TEMPLATE_ITEM,    /* "- ..." */
	SL_TEMPLATE_WORD     /* "@word ...": what it means is for who fills the template */
};

struct sl_template_property { /* an indented line under an @word */
	struct sl_str key, value;
	int line;
};

struct sl_template_item {
	enum sl_template_type type;
	int level, line;
	struct sl_str word; /* "table" */
	struct sl_str text; /* paragraph, heading, or what follows the word */
	struct sl_template_property *property;
	size_t n_properties, cap_properties;
};

struct sl_template {
	const char *name; /* of the file, for errors */
	struct sl_template_item *item;
	size_t n, cap;
};

/* SL_INVALID names file and line.  Texts are views of `text`, or joined in `a`. */
SL_CHECKED enum sl_code sl_template_read(struct sl_arena *a, const char *name, struct sl_str text,
                                         struct sl_template *out, struct sl_err *e);
/* Value of the first property of that key; empty when there is none. */
struct sl_str sl_template_property(const struct sl_template_item *item, const char *key);
/* The n-th part of "a | b | c" (from 0), trimmed; empty when there are fewer. */
struct sl_str sl_template_part(struct sl_str value, size_t n);

#endif
