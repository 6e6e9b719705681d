#include "base/date.h"

#include <stdio.h>
#include <string.h>

struct sl_date sl_date_none(void)
{
	return (struct sl_date){SL_DAY_NONE};
}

bool sl_date_is_none(struct sl_date d)
{
	return d.day == SL_DAY_NONE;
}

static int month_days(int y, int m)
{
	static const int n[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return m == 2 && leap ? 29 : n[m - 1];
}

/* H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
bool sl_date_from_ymd(int year, int month, int day, struct sl_date *out)
{
	int y, era, yoe, doy, doe;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
		return false;
	y = month <= 2 ? year - 1 : year;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	out->day = era * 146097 + doe - 719468;
	return true;
}

void sl_date_to_ymd(struct sl_date d, int *year, int *month, int *day)
{
	int64_t z = (int64_t)d.day + 719468; /* SL_DAY_MAX is a day, too */
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = (int)(z - era * 146097);
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

int sl_date_year(struct sl_date d)
{
	int y, m, day;

	sl_date_to_ymd(d, &y, &m, &day);
	return y;
}

/* Up to `max` digits; false unless at least `min` are there. */
static bool digits(struct sl_str *s, size_t min, size_t max, int *out)
{
	size_t i = 0;
	int v = 0;

	while (i < s->n && i < max && s->p[i] >= '0' && s->p[i] <= '9')
		v = v * 10 + (s->p[i++] - '0');
	if (i < min)
		return false;
	s->p += i;
	s->n -= i;
	*out = v;
	return true;
}

static bool literal(struct sl_str *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

bool sl_date_parse(struct sl_str s, struct sl_date *out)
{
	int y, m, d;

	return digits(&s, 4, 4, &y) && literal(&s, '-') && digits(&s, 2, 2, &m) && literal(&s, '-') &&
	       digits(&s, 2, 2, &d) && !s.n && sl_date_from_ymd(y, m, d, out);
}

static bool is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* An English month, whole or as its first three letters ("Sept" too), taken off the front. */
static bool month_name(struct sl_str *s, int *m)
{
	static const char *const names[] = {"January",   "February", "March",    "April",
	                                    "May",       "June",     "July",     "August",
	                                    "September", "October",  "November", "December"};
	struct sl_str word = {s->p, 0};

	while (word.n < s->n && is_letter(s->p[word.n]))
		word.n++;
	for (int i = 0; i < 12; i++) {
		char three[4] = {names[i][0], names[i][1], names[i][2], 0};

		if (sl_str_is_nocase(word, names[i]) || sl_str_is_nocase(word, three) ||
		    (i == 8 && sl_str_is_nocase(word, "Sept"))) {
			s->p += word.n;
			s->n -= word.n;
			*m = i + 1;
			return true;
		}
	}
	return false;
}

static void skip_any(struct sl_str *s, const char *set)
{
	while (s->n && s->p[0] && strchr(set, s->p[0])) {
		s->p++;
		s->n--;
	}
}

/* Nothing, or a time of day and a zone, which say no more about the day. "2020-01-05 to 2020-02-01" is no
 * date with a time. */
static bool only_time_follows(struct sl_str s)
{
	int h, m, sec;

	if (literal(&s, 'T') || literal(&s, ' ')) {
		skip_any(&s, " ");
		if (!digits(&s, 1, 2, &h) || !literal(&s, ':') || !digits(&s, 2, 2, &m) || h > 24 || m > 59)
			return false;
		if (literal(&s, ':') && (!digits(&s, 2, 2, &sec) || sec > 60))
			return false;
		if (literal(&s, '.') || literal(&s, ','))
			skip_any(&s, "0123456789");
		skip_any(&s, " ");
		if (sl_str_is_nocase(s, "am") || sl_str_is_nocase(s, "pm"))
			return true;
	}
	if (literal(&s, 'Z'))
		return !s.n;
	if (literal(&s, '+') || literal(&s, '-')) {
		if (!digits(&s, 2, 2, &h))
			return false;
		literal(&s, ':');
		return !s.n || (digits(&s, 2, 2, &m) && !s.n);
	}
	return !s.n;
}

static bool year_first(struct sl_str s, int y, struct sl_date *out)
{
	char sep = s.n ? s.p[0] : 0;
	int m, d;

	return sep && strchr("-/.", sep) && literal(&s, sep) && digits(&s, 1, 2, &m) && literal(&s, sep) &&
	       digits(&s, 1, 2, &d) && only_time_follows(s) && sl_date_from_ymd(y, m, d, out);
}

/* "31.12.2020", "31/12/2020", "12/31/2020"; `a` is the first number, `s` begins with the mark. */
static bool year_last(struct sl_str s, int a, struct sl_date *out, bool *ambiguous)
{
	char sep = s.p[0];
	int b, y;

	if (!literal(&s, sep) || !digits(&s, 1, 2, &b) || !literal(&s, sep) || !digits(&s, 4, 4, &y) ||
	    !only_time_follows(s))
		return false;
	if (sep == '.' || a > 12 || a == b) /* 31.12.2020 is day first wherever dots are written */
		return sl_date_from_ymd(y, b, a, out);
	if (b > 12)
		return sl_date_from_ymd(y, a, b, out);
	*ambiguous = a > 0 && b > 0;
	return false;
}

bool sl_date_parse_loose(struct sl_str s, struct sl_date *out, bool *ambiguous)
{
	struct sl_str t;
	int y, m, d;

	*ambiguous = false;
	s = sl_str_trim(s);
	t = s;
	if (digits(&t, 8, 8, &y) && !t.n)
		return sl_date_from_ymd(y / 10000, y / 100 % 100, y % 100, out);
	t = s;
	if (digits(&t, 4, 4, &y))
		return year_first(t, y, out);
	t = s;
	if (digits(&t, 1, 2, &d)) {
		if (t.n >= 2 && t.p[0] && strchr("./-", t.p[0]) && t.p[1] >= '0' && t.p[1] <= '9')
			return year_last(t, d, out, ambiguous);
		/* "3 March 2020", "3-Mar-2020" */
		skip_any(&t, " -./");
		if (!month_name(&t, &m))
			return false;
	} else {
		/* "Mar 3, 2020" */
		if (!month_name(&t, &m))
			return false;
		skip_any(&t, " -.,/");
		if (!digits(&t, 1, 2, &d))
			return false;
	}
	skip_any(&t, " -.,/");
	return digits(&t, 4, 4, &y) && only_time_follows(t) && sl_date_from_ymd(y, m, d, out);
}

void sl_date_text(struct sl_date d, char out[11])
{
	int y, m, day;

	if (sl_date_is_none(d)) {
		out[0] = 0;
		return;
	}
	sl_date_to_ymd(d, &y, &m, &day);
	memcpy(out, "0000-00-00", 11);
	for (int i = 3; i >= 0; i--, y /= 10)
		out[i] = (char)('0' + y % 10);
	out[5] = (char)('0' + m / 10);
	out[6] = (char)('0' + m % 10);
	out[8] = (char)('0' + day / 10);
	out[9] = (char)('0' + day % 10);
}

bool sl_time_parse(struct sl_str s, int64_t *out_ms)
{
	struct sl_date date;
	int h = 23, mi = 59, sec = 59, ms = 999, oh = 0, om = 0, scale = 100;
	int64_t offset = 0;
	bool minus;

	s = sl_str_trim(s);
	if (s.n < 10 || !sl_date_parse((struct sl_str){s.p, 10}, &date))
		return false;
	s.p += 10;
	s.n -= 10;
	if (s.n) {
		if (!literal(&s, 'T') && !literal(&s, ' '))
			return false;
		sec = ms = 0;
		if (!digits(&s, 2, 2, &h) || !literal(&s, ':') || !digits(&s, 2, 2, &mi) || h > 23 || mi > 59)
			return false;
		if (literal(&s, ':') && (!digits(&s, 2, 2, &sec) || sec > 59))
			return false;
		if (literal(&s, '.')) {
			if (!s.n || s.p[0] < '0' || s.p[0] > '9')
				return false;
			for (; s.n && s.p[0] >= '0' && s.p[0] <= '9'; s.p++, s.n--, scale /= 10)
				ms += (s.p[0] - '0') * scale;
		}
		minus = s.n && s.p[0] == '-';
		if (literal(&s, '+') || literal(&s, '-')) {
			if (!digits(&s, 2, 2, &oh))
				return false;
			literal(&s, ':');
			if (!digits(&s, 2, 2, &om) || oh > 14 || om > 59)
				return false;
			offset = (oh * 60 + om) * (minus ? -1 : 1);
		} else {
			literal(&s, 'Z');
		}
		if (s.n)
			return false;
	}
	*out_ms = ((int64_t)date.day * 86400 + h * 3600 + mi * 60 + sec - offset * 60) * 1000 + ms;
	return true;
}

void sl_time_text(int64_t ms, char out[32])
{
	int64_t day = ms / 86400000, rem = ms % 86400000;
	int y, m, d;
	char tmp[80];

	if (rem < 0) {
		rem += 86400000;
		day--;
	}
	sl_date_to_ymd((struct sl_date){(int32_t)day}, &y, &m, &d);
	snprintf(tmp, sizeof tmp, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", y, m, d, (int)(rem / 3600000),
	         (int)(rem / 60000 % 60), (int)(rem / 1000 % 60), (int)(rem % 1000));
	memcpy(out, tmp, strlen(tmp) < 31 ? strlen(tmp) + 1 : 31);
	out[31] = 0;
}
