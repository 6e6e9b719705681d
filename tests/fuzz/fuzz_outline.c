/* Corners as somebody wrote them: whatever it is, there is an outline or one sentence about a line. */
#include "fuzz.h"

#include "app/outline.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sl_arena kept;
	static struct sl_dictionary *dict;
	struct sl_outline_question q = {.accuracy_m = (double)NAN, .crs = SL_STR("EPSG:4326")};
	struct sl_arena a = {0};
	struct sl_outline o;
	struct sl_buf b = {0};
	struct sl_err e = {0};

	if (!dict && sl_dictionary_load(&kept, NULL, &dict, &e))
		abort();
	q.text = (struct sl_str){(const char *)data, size};
	q.walked = size & 1;
	if (!sl_outline_make(&a, dict, &q, &o, &e)) {
		for (size_t i = 0; i < o.n; i++)
			if (!(fabs(o.point[i].at.lat_deg) <= 90 && fabs(o.point[i].at.lon_deg) <= 180) || !(o.point[i].leg_m >= 0))
				abort();
		if (!(o.area_m2 >= 0) || sl_outline_write(&q, &o, SL_FORMAT_JSON, &b, &e) ||
		    sl_outline_write(&q, &o, SL_FORMAT_CSV, &b, &e))
			abort();
	}
	sl_buf_done(&b);
	sl_arena_done(&a);
	return 0;
}
