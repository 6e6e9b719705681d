/* All map tiles of a kind, or of the land at a date, in one file for use without a server: MBTiles. */
#ifndef SL_APP_ARCHIVE_H
#define SL_APP_ARCHIVE_H

#include "app/programme.h"

struct sl_archive_options {
	const char *kind; /* "hazard" when NULL; "land" */
	struct sl_date as_of; /* of the land; today when none */
	uint32_t from, to;    /* zooms */
	bool all; /* every field and every record at every zoom; else as the map shows them (sl_tile_usual) */
};
struct sl_archive_result {
	uint64_t tiles, bytes;
};
bool sl_archive_name(const char *output); /* does it end in .mbtiles? */
SL_CHECKED enum sl_code sl_archive(struct sl_programme *p, const char *output, const struct sl_archive_options *o,
                                   struct sl_archive_result *out, struct sl_err *e);

#endif
