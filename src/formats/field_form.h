/* Forms made of the dictionary: a survey sheet that names fields and groups of kinds of record, and says
 * only what is otherwise than there.  dictionary/README.md, "Forms for the field".
 *
 * A workbook is one when its settings have a `kind`, or its survey has a column `record`:
 *   - a row without a type is a field of the kind: cells left empty are the dictionary's, "-" is nothing in
 * its place;
 *   - a row of type `fields` is a group of the kind, with all that is in it;
 *   - begin_repeat with `record` (a kind) makes a record of each repetition; `link` is its field that names
 * the record around it, `inherit` the fields that it takes from there where it has none (own=other under
 * another name);
 *   - lists of choices that the form does not bring are the dictionary's. */
#ifndef SL_FORMATS_FIELD_FORM_H
#define SL_FORMATS_FIELD_FORM_H

#include "model/dictionary.h"
#include "model/form.h"

/* What binds of an XForm say of such a repeat; the node in it that tells one repetition from another. */
#define SL_FORM_SPACE "urn:safelane:form"
#define SL_FORM_ROW "row_id"

bool sl_field_form_is(const struct sl_workbook *book);
/* An ordinary XLSForm: *out.  Rows that name nothing are left out and are errors among the faults, to be
 * added to those of sl_form_read. */
SL_CHECKED enum sl_code sl_field_form_expand(struct sl_arena *a, const struct sl_workbook *book,
                                             struct sl_workbook *out, struct sl_form_faults *faults,
                                             struct sl_err *e);
/* The form that is in the binary under that name, as its sheet; expand it. */
SL_CHECKED enum sl_code sl_field_form_read(struct sl_arena *a, const struct sl_field_form *form,
                                           struct sl_workbook *out, struct sl_err *e);

#endif
