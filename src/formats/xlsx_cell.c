/* Cells of .xlsx files: ECMA-376 part 1, 18.3.1.4, 18.8.30 and 22.9.2.19. */
#include "formats/xlsx_parts.h"

#include "base/date.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DAY_1899_12_30 = -25569, DAY_1904_01_01 = -24107, SECONDS_A_DAY = 86400, DAYS_MAX = 2958465 /* 9999-12-31 */ };

/* ---- number formats ---- */

/* Outside quotes, brackets and escapes; only the first section: "yyyy-mm-dd;@". */
enum sl_xlsx_moment sl_xlsx_moment_of(long id, struct sl_str code)
{
	bool date = false, time = false, elapsed = false, month = false;

	if (!code.n)
		return (id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58) ? SL_XLSX_DATE
		       : id == 22                                                                             ? SL_XLSX_DATETIME
		       : id == 46                                                                             ? SL_XLSX_DURATION
		       : (id >= 18 && id <= 21) || id == 45 || id == 47 || (id >= 32 && id <= 35)             ? SL_XLSX_TIME
		                                                                                              : SL_XLSX_NUMBER;
	for (size_t i = 0; i < code.n && code.p[i] != ';'; i++) {
		char c = (char)(code.p[i] | 32);

		if (code.p[i] == '"') {
			for (i++; i < code.n && code.p[i] != '"'; i++)
				;
		} else if (code.p[i] == '[') {
			char first = i + 1 < code.n ? (char)(code.p[i + 1] | 32) : 0;

			for (i++; i < code.n && code.p[i] != ']'; i++)
				if ((code.p[i] | 32) != first)
					first = 0;
			elapsed = elapsed || first == 'h' || first == 'm' || first == 's';
		} else if (code.p[i] == '\\' || code.p[i] == '_' || code.p[i] == '*') {
			i++;
		} else if (c == 'd' || c == 'y') {
			date = true;
		} else if (c == 'h' || c == 's') {
			time = true;
		} else if (c == 'm') {
			month = true; /* or minutes, beside hours or seconds */
		} else if (c == 'g' && code.n - i >= 7 && sl_str_is_nocase((struct sl_str){code.p + i, 7}, "general")) {
			i += 6;
		}
	}
	if (elapsed)
		return SL_XLSX_DURATION;
	date = date || (month && !time);
	return date && time ? SL_XLSX_DATETIME : date ? SL_XLSX_DATE : time ? SL_XLSX_TIME : SL_XLSX_NUMBER;
}

static struct sl_str copied(struct sl_arena *a, const char *text, struct sl_err *e)
{
	return sl_str_from(sl_arena_strndup(a, text, strlen(text), e));
}

/* What the format shows decides, and then the value: midnight is left out of a date. */
static bool moment_text(double serial, enum sl_xlsx_moment moment, bool from_1904, char out[40])
{
	double whole = floor(serial);
	long seconds = lround((serial - whole) * SECONDS_A_DAY), day = (long)whole;
	int year, month, dom;

	if (seconds == SECONDS_A_DAY) {
		seconds = 0;
		day++;
	}
	if (moment == SL_XLSX_TIME || moment == SL_XLSX_DURATION) {
		long hours = seconds / 3600 + (moment == SL_XLSX_DURATION ? 24 * day : 0);

		snprintf(out, 40, "%02ld:%02ld:%02ld", hours, seconds / 60 % 60, seconds % 60);
		return true;
	}
	/* Lotus held 1900 for a leap year, and so do spreadsheets: day 60 never was. */
	if (!from_1904 && day == 60)
		return false;
	day += from_1904 ? DAY_1904_01_01 : day < 60 ? DAY_1899_12_30 + 1 : DAY_1899_12_30;
	sl_date_to_ymd((struct sl_date){(int32_t)day}, &year, &month, &dom);
	if (moment == SL_XLSX_DATE || !seconds)
		snprintf(out, 40, "%04d-%02d-%02d", year, month, dom);
	else
		snprintf(out, 40, "%04d-%02d-%02dT%02ld:%02ld:%02ld", year, month, dom, seconds / 3600, seconds / 60 % 60,
		         seconds % 60);
	return true;
}

enum sl_code sl_xlsx_number(struct sl_arena *a, struct sl_str text, enum sl_xlsx_moment moment, bool from_1904,
                            struct sl_str *out, struct sl_err *e)
{
	char shown[40] = {0};
	double x;

	if (!sl_str_double(text, &x)) {
		*out = text;
		return SL_OK;
	}
	if (moment != SL_XLSX_NUMBER && x >= 0 && x < DAYS_MAX - 2000 && moment_text(x, moment, from_1904, shown))
		;
	else if (floor(x) == x && fabs(x) < 1e15)
		snprintf(shown, sizeof shown, "%lld", (long long)x);
	else
		shown[sl_double_text(x, shown)] = 0;
	*out = copied(a, shown, e);
	return e->code;
}

/* ---- texts ---- */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* A character of the basic plane behind "_xHHHH_"; 0 when there is none that a text can hold. */
static unsigned escaped(const char *p, size_t n)
{
	unsigned code = 0;

	if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return 0;
	for (int i = 2; i < 6; i++) {
		if (hex(p[i]) < 0)
			return 0;
		code = code * 16 + (unsigned)hex(p[i]);
	}
	return code >= 0xD800 && code < 0xE000 ? 0 : code;
}

enum sl_code sl_xlsx_text(struct sl_arena *a, struct sl_str text, struct sl_str *out, struct sl_err *e)
{
	size_t n = 0;
	char *to;

	*out = text;
	if (!sl_str_find(text, "_x"))
		return SL_OK;
	to = sl_arena_alloc(a, text.n + 1, 1, e); /* never longer than it was */
	for (size_t i = 0; to && i < text.n; i++) {
		unsigned code = escaped(text.p + i, text.n - i);

		if (!code) {
			to[n++] = text.p[i];
			continue;
		}
		if (code < 0x80) {
			to[n++] = (char)code;
		} else {
			if (code < 0x800) {
				to[n++] = (char)(0xC0 | code >> 6);
			} else {
				to[n++] = (char)(0xE0 | code >> 12);
				to[n++] = (char)(0x80 | (code >> 6 & 0x3F));
			}
			to[n++] = (char)(0x80 | (code & 0x3F));
		}
		i += 6;
	}
	*out = (struct sl_str){to, n};
	return e->code;
}

bool sl_xlsx_place(struct sl_str ref, size_t *column)
{
	size_t at = 0, i = 0;

	for (; i < ref.n && i < 4 && ref.p[i] >= 'A' && ref.p[i] <= 'Z'; i++)
		at = at * 26 + (size_t)(ref.p[i] - 'A') + 1;
	if (!i || i == 4)
		return false;
	*column = at - 1;
	return true;
}
