/* Coordinates as people write and read them: DD, DM, DMS, UTM, MGRS.  domain.md 2.8. */
#ifndef SL_GEO_COORD_H
#define SL_GEO_COORD_H

#include "base/str.h"

enum sl_coord_format { SL_COORD_DD, SL_COORD_DM, SL_COORD_DMS, SL_COORD_UTM, SL_COORD_MGRS };

struct sl_coord {
	double lat_deg, lon_deg;
	enum sl_coord_format format; /* as written */
	double precision_m;          /* half-width that the written digits leave open */
};

/* One position in any of the formats, usual punctuation: "13.5 102.7", "13,5 102,7" (decimal comma only
 * when unambiguous), "13°30.000'N 102°42'E", "N 13 30 00.0 E 102 42 00.0", "48N 251034 1493597",
 * "48PTV5103493597".  DD order is latitude longitude.  An MGRS reference names a square: the answer is
 * its centre (as GeoConvert has it), or its south-west corner (as GEOTRANS has it) when `corner` is set.
 * The letter behind a UTM zone: N and S are hemispheres, any other is a latitude band.
 * SL_INVALID says what is wrong: odd MGRS digits, latitude above 90, minutes above 60, ... */
SL_CHECKED enum sl_code sl_coord_parse(struct sl_str text, bool corner, struct sl_coord *out,
                                       struct sl_err *e);
/* Text in the format; lat/lon must be in range. UTM outside 80 S..84 N is refused, MGRS goes on in UPS.
 * Written as "13.5000000 102.7000000", "13°30.00000'N 102°42.00000'E", "13°30'00.000\"N 102°42'00.000\"E",
 * "48N 251033.626 1493596.918", "48PTV5103393596". */
SL_CHECKED enum sl_code sl_coord_text(double lat_deg, double lon_deg, enum sl_coord_format format,
                                      char out[64], struct sl_err *e);
bool sl_coord_format_from(struct sl_str name, enum sl_coord_format *out);

struct sl_utm {
	int zone;        /* 1..60 */
	bool north;
	double easting_m, northing_m;
	double convergence_deg;
};
SL_CHECKED enum sl_code sl_utm_from(double lat_deg, double lon_deg, struct sl_utm *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_utm_to(const struct sl_utm *utm, double *lat_deg, double *lon_deg,
                                  struct sl_err *e);

#endif
