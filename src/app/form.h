/* Forms: of the dictionary, and of a country's own workbooks. */
#ifndef SL_APP_FORM_H
#define SL_APP_FORM_H

#include "app/account.h"
#include "model/form_rules.h"

/* `name` is a kind of the dictionary ("hazard") or one of its forms for the field ("accident_report"), else the path of
 * a workbook (formats/workbook.h). */
SL_CHECKED enum sl_code sl_form_open(struct sl_arena *a, const char *name, struct sl_form *out,
                                     struct sl_form_faults *faults, struct sl_err *e);
/* One line a fault, "survey, row 12, relevant: ..."; or JSON. */
void sl_form_faults_write(const char *name, const struct sl_form *form, const struct sl_form_faults *faults,
                          enum sl_text_format format, struct sl_buf *b);
/* The i-th form of the dictionary, those for the field first; NULL behind the last. */
const char *sl_form_name(struct sl_arena *a, const struct sl_dictionary *d, size_t i, struct sl_err *e);
/* Its sheet as it stands in the dictionary, for a country to change.  SL_NOT_FOUND. */
SL_CHECKED enum sl_code sl_form_sheet_write(const char *name, struct sl_buf *b, struct sl_err *e);
/* The forms of the dictionary: name, title, questions, languages. */
SL_CHECKED enum sl_code sl_form_list_write(struct sl_arena *a, enum sl_text_format format, struct sl_buf *b,
                                           struct sl_err *e);
/* What the rules say of a filled-in form (a submission as XML): a line a finding, or one JSON object a file. *broken is
 * set when there is one, else left as it is.  Values are not printed: they may be personal. */
SL_CHECKED enum sl_code sl_form_verdict_write(struct sl_arena *a, struct sl_form_rules *rules, const char *file,
                                              const struct sl_form_moment *at, enum sl_text_format format,
                                              struct sl_buf *b, bool *broken, struct sl_err *e);

#endif
