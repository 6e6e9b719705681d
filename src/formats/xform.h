/* A form as an ODK XForm: getodk.github.io/xforms-spec; what phones and the web pages read. */
#ifndef SL_FORMATS_XFORM_H
#define SL_FORMATS_XFORM_H

#include "model/form.h"

/* Appends the XML.  The same form gives the same bytes.  `form` has no errors among its faults. */
SL_CHECKED enum sl_code sl_xform_write(const struct sl_form *form, struct sl_buf *out, struct sl_err *e);

#endif
