/* What the two halves of the writer of XForms share: xform_model.c and xform_body.c. */
#ifndef SL_FORMATS_XFORM_PARTS_H
#define SL_FORMATS_XFORM_PARTS_H

#include "model/form.h"

#include <libxml/xmlwriter.h>

struct sl_xform {
	const struct sl_form *form;
	xmlTextWriterPtr w;
	struct sl_buf text; /* for one attribute or text at a time */
	struct sl_buf put;  /* " name name " of the attributes of the element that is open: each stands once */
	bool failed;        /* out of memory, or a reference that leads nowhere */
	struct sl_err *e;
};

void sl_xform_open(struct sl_xform *x, const char *element);
void sl_xform_close(struct sl_xform *x);
void sl_xform_put(struct sl_xform *x, const char *attribute, const char *value);
void sl_xform_put_str(struct sl_xform *x, const char *attribute, struct sl_str value);
/* What is in x->text. */
void sl_xform_put_text(struct sl_xform *x, const char *attribute);
/* With ${} as paths, as seen from `from`. */
void sl_xform_put_expanded(struct sl_xform *x, const char *attribute, const struct sl_form_node *from, struct sl_str value);
void sl_xform_text(struct sl_xform *x, struct sl_str text);
/* Text with <output> in the place of each ${}. */
void sl_xform_mixed(struct sl_xform *x, const struct sl_form_node *from, struct sl_str text);

bool sl_xform_in_itext(const struct sl_form_node *node, enum sl_form_word word);
bool sl_xform_list_in_itext(const struct sl_form *form, const struct sl_form_list *list);
/* The text in that language, else in another one that has it. */
struct sl_str sl_xform_word(const struct sl_form *form, const struct sl_form_words *words, enum sl_form_word word,
                            size_t language);
bool sl_xform_is_dynamic(struct sl_str value); /* a default that has to be calculated */
const struct sl_form_attribute *sl_xform_parameter(const struct sl_form_node *node, const char *name);
bool sl_xform_in_repeat(const struct sl_form_node *node);

void sl_xform_model(struct sl_xform *x);
void sl_xform_body(struct sl_xform *x);
void sl_xform_setvalue(struct sl_xform *x, const struct sl_form_node *node, const char *event, struct sl_str value);

#endif
