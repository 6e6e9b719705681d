/* Any text as a position: refused with a reason, or read into range and written in every format. */
#include "fuzz.h"

#include "geo/coord.h"

#include <math.h>
#include <stdlib.h>

static void must(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_str text = {(const char *)data, size};
	struct sl_coord c, back;
	char out[64];

	for (int corner = 0; corner < 2; corner++) {
		struct sl_err e = {0};

		if (sl_coord_parse(text, corner, &c, &e)) {
			must(e.msg[0]);
			continue;
		}
		must(fabs(c.lat_deg) <= 90 && fabs(c.lon_deg) <= 180 && c.precision_m >= 0);
		for (int f = SL_COORD_DD; f <= SL_COORD_MGRS; f++) {
			struct sl_err f_e = {0};

			if (sl_coord_text(c.lat_deg, c.lon_deg, (enum sl_coord_format)f, out, &f_e))
				continue;
			must(!sl_coord_parse(sl_str_from(out), false, &back, &f_e));
			must(fabs(back.lat_deg - c.lat_deg) < 3e-5);
			must(back.format == (enum sl_coord_format)f);
		}
	}
	return 0;
}
