#include "formats/zip_writer.h"

#include <zip.h>

enum {
	DOS_DAY = 1 << 5 | 1, /* 1 January 1980, the first that a .zip can say */
	LEVEL = 6,
};

static enum sl_code fail_zip(zip_t *zip, const char *output, struct sl_err *e)
{
	return sl_fail(e, SL_IO, "%s: %s", output, zip_error_strerror(zip_get_error(zip)));
}

static enum sl_code add(zip_t *zip, const char *output, const struct sl_zip_part *part, struct sl_err *e)
{
	zip_source_t *source = part->path ? zip_source_file(zip, part->path, 0, -1)
	                                  : zip_source_buffer(zip, part->bytes.n ? part->bytes.p : "", part->bytes.n, 0);
	zip_int64_t at = source ? zip_file_add(zip, part->name, source, ZIP_FL_ENC_UTF_8) : -1;

	if (at < 0) {
		(void)!fail_zip(zip, output, e);
		if (source)
			zip_source_free(source);
		return e->code;
	}
	/* Not zip_file_set_mtime: that goes by the time zone of whoever makes it. */
	if (zip_file_set_dostime(zip, (zip_uint64_t)at, 0, DOS_DAY, 0) ||
	    zip_set_file_compression(zip, (zip_uint64_t)at, part->packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
	                             part->packed ? LEVEL : 0))
		return fail_zip(zip, output, e);
	return SL_OK;
}

enum sl_code sl_zip_write(const char *output, const struct sl_zip_part *part, size_t n, struct sl_err *e)
{
	zip_error_t why;
	int code = 0;
	zip_t *zip = zip_open(output, ZIP_CREATE | ZIP_TRUNCATE, &code);

	if (!zip) {
		zip_error_init_with_code(&why, code);
		(void)!sl_fail(e, SL_IO, "%s: %s", output, zip_error_strerror(&why));
		zip_error_fini(&why);
		return e->code;
	}
	for (size_t i = 0; i < n && !e->code; i++)
		(void)!add(zip, output, &part[i], e);
	if (!e->code && !zip_close(zip)) /* writes beside and renames */
		return SL_OK;
	if (!e->code)
		(void)!fail_zip(zip, output, e);
	zip_discard(zip);
	return e->code;
}
