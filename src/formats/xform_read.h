/* What a published XForm asks of its answers: the reverse of formats/xform.h as far as rules need it, so that a
 * submission is judged by the very bytes that its phone had.  Questions with their binds, labels and messages in every
 * language, and the lists of choices; not how they look. */
#ifndef SL_FORMATS_XFORM_READ_H
#define SL_FORMATS_XFORM_READ_H

#include "model/form.h"

/* SL_INVALID: it is no XForm.  Everything lives in `a`; for sl_form_rules_new. */
SL_CHECKED enum sl_code sl_xform_read(struct sl_arena *a, struct sl_str xform, struct sl_form *out, struct sl_err *e);

#endif
