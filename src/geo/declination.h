/* The magnetic field of the Earth: how far a compass points from true north.
 * World Magnetic Model of NOAA/NCEI and BGS: WMM2015v2, WMM2020 (doi:10.25923/ytk1-yx35) and WMM2025
 * (doi:10.25921/aqfd-sd83); their coefficients come with the build (npm geomagnetism). */
#ifndef SL_GEO_DECLINATION_H
#define SL_GEO_DECLINATION_H

#include "base/date.h"

struct sl_magnetic_field {
	double declination_deg; /* of magnetic north from true north, east positive */
	double inclination_deg; /* of the needle below the horizontal */
	double horizontal_nt, total_nt;
	double declination_deg_per_year;
	const char *model; /* "WMM-2025" */
};

/* Below this horizontal field a compass is of no use; below the second it is uncertain (WMM2020 report,
 * section 1.8: blackout and caution zones). */
#define SL_COMPASS_BLACKOUT_NT 2000
#define SL_COMPASS_CAUTION_NT 6000

/* Height in metres above the ellipsoid, from -10 000 to 600 000; the year with its fraction, 2015 to 2030.
 * SL_INVALID: outside of these, or at a pole, where every direction is south or north. */
SL_CHECKED enum sl_code sl_magnetic_field(double lat_deg, double lon_deg, double height_m, double year,
                                          struct sl_magnetic_field *out, struct sl_err *e);
/* Noon of the day as a year with its fraction. */
double sl_decimal_year(int32_t day);

#endif
