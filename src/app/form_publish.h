/* Giving forms to phones. */
#ifndef SL_APP_FORM_PUBLISH_H
#define SL_APP_FORM_PUBLISH_H

#include "app/form.h"
#include "app/programme.h"

struct sl_publish {
	const char *name;  /* as of sl_form_open */
	const char *kind;  /* of record that it fills; NULL: the kind that its settings say, else its form_id */
	const char *media; /* folder with the files that it shows or chooses from; NULL: none */
};
struct sl_publish_result {
	struct sl_str form, version, title;
	bool already; /* the same was published before */
};
/* A form without a version of its own gets one of the day, and a new one only when it changed.  SL_INVALID: the form has
 * errors (`faults` lists them) or names no kind.  SL_CONFLICT: its version is published and says something else. */
SL_CHECKED enum sl_code sl_form_publish(struct sl_programme *writer, struct sl_arena *a, const struct sl_publish *wish,
                                        struct sl_publish_result *out, struct sl_form_faults *faults,
                                        struct sl_err *e);
SL_CHECKED enum sl_code sl_form_close(struct sl_programme *writer, struct sl_str form, struct sl_err *e);
/* What is published: form, version, kind, when, closed or not. */
SL_CHECKED enum sl_code sl_forms_published_write(struct sl_programme *p, enum sl_text_format format, struct sl_buf *b,
                                                 struct sl_err *e);

/* Rules of the open forms that are not judged here, whatever is answered: findings I17, each once. */
SL_CHECKED enum sl_code sl_forms_not_judged(struct sl_programme *p, struct sl_findings *out, struct sl_err *e);

#endif
