/* Bodies of the type multipart/form-data (RFC 7578, RFC 2046): forms with files, as pages and phones send them.
 *
 * The body is there as a whole, bounded by its route (sl_route.body_max), and is not copied: the bytes of a part
 * are a view of it, whatever is in them.  Everything else about the body is hostile; what is accepted has
 * - a boundary of 1 to 70 characters of those that RFC 2046 allows,
 * - its closing delimiter: a body that was cut off on the way is refused as a whole,
 * - 1 to SL_PARTS_MAX parts, each with a head of at most SL_PART_HEAD_MAX bytes, one Content-Disposition of
 *   form-data and the name of a field; the names may repeat (several files of one field),
 * - names in UTF-8 without control characters, and no Content-Transfer-Encoding that changes the bytes.
 * Everything refused is SL_INVALID with a sentence that names the part by its number. */
#ifndef SL_HTTP_MULTIPART_H
#define SL_HTTP_MULTIPART_H

#include "base/str.h"

enum { SL_PARTS_MAX = 128, SL_PART_HEAD_MAX = 4096, SL_PART_NAME_MAX = 255 };

struct sl_form_part {
	struct sl_str name;  /* of the field; never empty */
	struct sl_str file;  /* name of the file as its sender calls it: without folders, control characters or anything
	                      * that names a folder; at most SL_PART_NAME_MAX bytes; empty when it has none */
	bool is_file;        /* a file name was sent, maybe an empty one (a form's file field left empty) */
	struct sl_str type;  /* media type as claimed, lower case, without parameters; "text/plain" when none is */
	struct sl_str bytes; /* a view of the body */
};

/* `content_type` is the header of the request, with its boundary.  Parts in the order of the body; texts in `a` or
 * views of the body. */
SL_CHECKED enum sl_code sl_multipart_read(struct sl_arena *a, struct sl_str content_type, struct sl_str body,
                                          struct sl_form_part **part, size_t *n, struct sl_err *e);
/* The first part of the field; NULL when there is none. */
const struct sl_form_part *sl_form_part_named(const struct sl_form_part *part, size_t n, const char *name);

#endif
