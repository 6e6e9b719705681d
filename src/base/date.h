/* Calendar dates (proleptic Gregorian) and moments (UTC).  Never text inside the program. */
#ifndef SL_BASE_DATE_H
#define SL_BASE_DATE_H

#include "base/str.h"

struct sl_date {
	int32_t day; /* days since 1970-01-01; SL_DAY_NONE when there is no date */
};

#define SL_DAY_NONE INT32_MIN
#define SL_DAY_MAX INT32_MAX /* later than every date */

struct sl_date sl_date_none(void);
bool sl_date_is_none(struct sl_date d);
/* False when there is no such day.  Years 1 to 9999. */
bool sl_date_from_ymd(int year, int month, int day, struct sl_date *out);
void sl_date_to_ymd(struct sl_date d, int *year, int *month, int *day);
int sl_date_year(struct sl_date d);

/* ISO 8601 "YYYY-MM-DD" only; the whole text. */
bool sl_date_parse(struct sl_str s, struct sl_date *out);

/* What files hold: YYYY-MM-DD, YYYY/MM/DD, YYYYMMDD, YYYY.MM.DD, DD.MM.YYYY, DD/MM/YYYY when the
 * first number is above 12, D Mon YYYY, a time after a blank or 'T' is dropped.
 * False when it is no date or when day and month could be swapped: a date is never guessed. */
bool sl_date_parse_loose(struct sl_str s, struct sl_date *out, bool *ambiguous);

/* Writes "YYYY-MM-DD" and a NUL; empty text for none. */
void sl_date_text(struct sl_date d, char out[11]);

/* Moments: milliseconds since 1970-01-01T00:00:00Z. */
/* "2025-01-31T12:00:00Z", fraction and ±hh:mm allowed; a bare date means the end of that day. */
bool sl_time_parse(struct sl_str s, int64_t *out_ms);
void sl_time_text(int64_t ms, char out[32]); /* "2025-01-31T12:00:00.000Z" */

#endif
