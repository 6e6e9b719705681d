/* GeoJSON (RFC 7946) as it streams: one feature a line.  Rows are collected in batches and made into text
 * on all cores; the order is kept.  The file is whole or absent (base/io.h).
 * What it does not do: transform (WGS 84 only), or decide what may leave. */
#ifndef SL_FORMATS_GEOJSON_WRITER_H
#define SL_FORMATS_GEOJSON_WRITER_H

#include "base/env.h"
#include "base/io.h"

struct sl_geojson_row {
	size_t document, n_document, wkb, n_wkb; /* in `text` */
};

struct sl_geojson_writer {
	struct sl_io_out out;
	const struct sl_env *env;
	struct sl_buf text, rows; /* the batch: bytes, and struct sl_geojson_row */
	size_t n_rows;
	struct sl_buf *part; /* what each slice of a batch became */
	uint64_t n;          /* features */
	bool open, first;
};

/* `name` is that of the collection.  The writer is closed or discarded by the caller, also after a failure.
 */
SL_CHECKED enum sl_code sl_geojson_writer_open(struct sl_geojson_writer *w, struct sl_arena *a,
                                               const char *path, struct sl_str name,
                                               const struct sl_env *env, struct sl_err *e);
/* `document`: a record's canonical JSON (model/record.h); its extras become properties beside the fields.
 * `wkb` may be empty: the geometry is null.  Both are copied. */
SL_CHECKED enum sl_code sl_geojson_writer_add(struct sl_geojson_writer *w, struct sl_str document,
                                              struct sl_str wkb, struct sl_err *e);
SL_CHECKED enum sl_code sl_geojson_writer_close(struct sl_geojson_writer *w, struct sl_err *e);
void sl_geojson_writer_discard(struct sl_geojson_writer *w); /* no effect after close */

/* One feature; scratch memory from `a`. */
SL_CHECKED enum sl_code sl_geojson_feature(struct sl_arena *a, struct sl_buf *b, struct sl_str document,
                                           struct sl_str wkb, struct sl_err *e);

#endif
