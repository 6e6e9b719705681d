/* Any text as a date or a moment: what is read is written in ISO 8601 and reads as the same. */
#include "fuzz.h"

#include "base/date.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_str text = {(const char *)data, size};
	struct sl_date date = sl_date_none(), again;
	bool ambiguous = false;
	char written[32];
	int64_t ms, ms_again;

	if (sl_date_parse_loose(text, &date, &ambiguous)) {
		if (ambiguous)
			abort();
		sl_date_text(date, written);
		if (!sl_date_parse(sl_str_from(written), &again) || again.day != date.day)
			abort();
	} else if (!sl_date_is_none(date)) {
		abort();
	}
	if (sl_date_parse(text, &date)) {
		if (!sl_date_parse_loose(text, &again, &ambiguous) || again.day != date.day)
			abort();
	}
	if (sl_time_parse(text, &ms)) {
		sl_time_text(ms, written);
		/* A zone can move the first and the last day out of the years 1 to 9999. */
		if (sl_time_parse(sl_str_from(written), &ms_again) ? ms_again != ms
		                                                   : ms > -62135596800000 && ms < 253402300800000)
			abort();
	}
	return 0;
}
