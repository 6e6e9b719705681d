/* A .zip of files that are there: the same bytes for the same content, whoever makes it and when (order as given, one
 * moment for all, no owner).  Through libzip. */
#ifndef SL_FORMATS_ZIP_WRITER_H
#define SL_FORMATS_ZIP_WRITER_H

#include "base/str.h"

struct sl_zip_part {
	const char *name;    /* "forms/hazard.xml" */
	struct sl_str bytes; /* or, when `path` is set, that file's */
	const char *path;
	bool packed;         /* deflated; pictures and tiles do not get smaller */
};
/* The output is whole or absent; SL_IO says why. */
SL_CHECKED enum sl_code sl_zip_write(const char *output, const struct sl_zip_part *part, size_t n, struct sl_err *e);

#endif
