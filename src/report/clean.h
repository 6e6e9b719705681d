/* Text from records, as HTML and XML may carry it: what is no UTF-8, and control characters, become U+FFFD.
 */
#ifndef SL_REPORT_CLEAN_H
#define SL_REPORT_CLEAN_H

#include "base/str.h"

/* Length of the well-formed sequence at `p` (p < end), 0 when there is none or no document may hold the
 * character. */
size_t sl_clean_length(const char *p, const char *end);
/* At most `most` units of UTF-16, then an ellipsis; 0: all of it. */
void sl_clean_text(struct sl_buf *b, struct sl_str s, size_t most);

#endif
