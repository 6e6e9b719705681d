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

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
	    day > month_days(year, month))
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
	int z = d.day + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
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

static bool month_name(struct sl_str s, int *m)
{
	static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun",
	                                    "jul", "aug", "sep", "oct", "nov", "dec"};

	if (s.n < 3)
		return false;
	for (int i = 0; i < 12; i++)
		if (sl_str_is_nocase((struct sl_str){s.p, 3}, names[i])) {
			*m = i + 1;
			return true;
		}
	return false;
}

bool sl_date_parse_loose(struct sl_str s, struct sl_date *out, bool *ambiguous)
{
	struct sl_str t, rest;
	int y, m, d, a, b;
	size_t i;

	*ambiguous = false;
	s = sl_str_trim(s);
	t = s;
	if (digits(&t, 8, 8, &y) && !t.n)
		return sl_date_from_ymd(y / 10000, y / 100 % 100, y % 100, out);
	t = s;
	if (digits(&t, 4, 4, &y)) {
		char sep = t.n ? t.p[0] : 0;

		if (!sep || !strchr("-/.", sep) || !literal(&t, sep) || !digits(&t, 1, 2, &m) ||
		    !literal(&t, sep) || !digits(&t, 1, 2, &d))
			return false;
		if (t.n && t.p[0] != ' ' && t.p[0] != 'T' && t.p[0] != 'Z' && t.p[0] != '+')
			return false;
		return sl_date_from_ymd(y, m, d, out);
	}
	t = s;
	if (digits(&t, 1, 2, &a) && t.n && strchr("./-", t.p[0])) {
		char sep = t.p[0];

		literal(&t, sep);
		if (digits(&t, 1, 2, &b) && literal(&t, sep) && digits(&t, 4, 4, &y) &&
		    (!t.n || t.p[0] == ' ' || t.p[0] == 'T')) {
			if (sep == '.' || a > 12) /* 31.12.2020 is day first wherever dots are written */
				return sl_date_from_ymd(y, b, a, out);
			if (b > 12)
				return sl_date_from_ymd(y, a, b, out);
			if (a == b)
				return sl_date_from_ymd(y, b, a, out);
			*ambiguous = true;
			return false;
		}
	}
	/* "3 March 2020", "3-Mar-2020", "Mar 3, 2020" */
	t = s;
	if (digits(&t, 1, 2, &d)) {
		while (t.n && (t.p[0] == ' ' || t.p[0] == '-'))
			literal(&t, t.p[0]);
		for (i = 0; i < t.n && ((t.p[i] | 32) >= 'a' && (t.p[i] | 32) <= 'z'); i++)
			;
		rest = (struct sl_str){t.p + i, t.n - i};
		if (!month_name((struct sl_str){t.p, i}, &m))
			return false;
		while (rest.n && strchr(" -.,", rest.p[0]))
			literal(&rest, rest.p[0]);
		return digits(&rest, 4, 4, &y) && !rest.n && sl_date_from_ymd(y, m, d, out);
	}
	for (i = 0; i < s.n && ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z'); i++)
		;
	if (!month_name((struct sl_str){s.p, i}, &m))
		return false;
	rest = (struct sl_str){s.p + i, s.n - i};
	while (rest.n && strchr(" -.,", rest.p[0]))
		literal(&rest, rest.p[0]);
	if (!digits(&rest, 1, 2, &d))
		return false;
	while (rest.n && strchr(" -.,", rest.p[0]))
		literal(&rest, rest.p[0]);
	return digits(&rest, 4, 4, &y) && !rest.n && sl_date_from_ymd(y, m, d, out);
}

void sl_date_text(struct sl_date d, char out[11])
{
	int y, m, day;
	char tmp[40];

	if (sl_date_is_none(d)) {
		out[0] = 0;
		return;
	}
	sl_date_to_ymd(d, &y, &m, &day);
	snprintf(tmp, sizeof tmp, "%04d-%02d-%02d", y, m, day);
	memcpy(out, tmp, 10);
	out[10] = 0;
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
