#include "formats/transform.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	enum sl_transform what;
} names[] = {
    {"trim", SL_TRANSFORM_TRIM},
    {"upper", SL_TRANSFORM_UPPER},
    {"number", SL_TRANSFORM_NUMBER},
    {"decimal_comma", SL_TRANSFORM_DECIMAL_COMMA},
    {"ha_to_m2", SL_TRANSFORM_HA},
    {"km2_to_m2", SL_TRANSFORM_KM2},
    {"negate", SL_TRANSFORM_NEGATE},
    {"lpad", SL_TRANSFORM_LPAD},
    {"const", SL_TRANSFORM_CONST},
    {"split", SL_TRANSFORM_SPLIT},
    {"date:DMY", SL_TRANSFORM_DMY},
    {"date:MDY", SL_TRANSFORM_MDY},
    {"date:YMD", SL_TRANSFORM_YMD},
    {"date:excel", SL_TRANSFORM_EXCEL},
    {"date:year", SL_TRANSFORM_YEAR},
    {"date:year_start", SL_TRANSFORM_YEAR_START},
    {"date:year_end", SL_TRANSFORM_YEAR_END},
    {"date:month", SL_TRANSFORM_MONTH},
    {"date:month_start", SL_TRANSFORM_MONTH_START},
    {"date:month_end", SL_TRANSFORM_MONTH_END},
    {"date:day", SL_TRANSFORM_DAY},
    {"wkt", SL_TRANSFORM_WKT},
    {"wkb", SL_TRANSFORM_WKB},
    {"lat", SL_TRANSFORM_LAT},
    {"lon", SL_TRANSFORM_LON},
    {"latlon", SL_TRANSFORM_LATLON},
    {"mgrs", SL_TRANSFORM_MGRS},
    {"utm", SL_TRANSFORM_UTM},
    {"utm_zone", SL_TRANSFORM_UTM_ZONE},
    {"utm_easting", SL_TRANSFORM_UTM_EASTING},
    {"utm_northing", SL_TRANSFORM_UTM_NORTHING},
    {"x", SL_TRANSFORM_X},
    {"y", SL_TRANSFORM_Y},
};

const char *sl_transform_name(enum sl_transform t)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].what == t)
			return names[i].name;
	return "";
}

bool sl_transform_is_place(enum sl_transform t)
{
	return t >= SL_TRANSFORM_WKT;
}

bool sl_transform_is_date_part(enum sl_transform t)
{
	return t >= SL_TRANSFORM_YEAR && t <= SL_TRANSFORM_DAY;
}

static bool find_name(struct sl_str s, enum sl_transform *out)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sl_str_is_nocase(s, names[i].name)) {
			*out = names[i].what;
			return true;
		}
	return false;
}

/* "lpad:5", "const:SHA", "split:/:2": the part behind the first colon is the argument. */
static enum sl_code parse_step(struct sl_str text, struct sl_transform_step *out, struct sl_err *e)
{
	struct sl_str rest = text, word, number;
	int64_t n;

	*out = (struct sl_transform_step){0};
	if (find_name(text, &out->what)) {
		if (out->what == SL_TRANSFORM_LPAD || out->what == SL_TRANSFORM_CONST)
			return sl_fail(e, SL_INVALID, "transform '%.*s' needs ':' and a value", SL_STR_ARG(text));
		return SL_OK;
	}
	if (!sl_str_split(&rest, ':', &word) || !find_name(word, &out->what))
		return sl_fail(e, SL_INVALID, "no transform '%.*s'", SL_STR_ARG(text));
	switch (out->what) {
	case SL_TRANSFORM_LPAD:
		if (!sl_str_int64(rest, &n) || n < 1 || n > 30)
			return sl_fail(e, SL_INVALID, "'%.*s': lpad needs a number of digits from 1 to 30",
			               SL_STR_ARG(text));
		out->number = (int)n;
		return SL_OK;
	case SL_TRANSFORM_CONST: out->text = rest; return SL_OK;
	case SL_TRANSFORM_SPLIT:
		number = rest;
		if (rest.n > 2 && rest.p[1] == ':') {
			number = (struct sl_str){rest.p + 2, rest.n - 2};
			rest.n = 1;
			if (!sl_str_int64(number, &n) || n < 1 || n > 100)
				return sl_fail(e, SL_INVALID, "'%.*s': which part is a number from 1 to 100",
				               SL_STR_ARG(text));
			out->number = (int)n;
		}
		if (rest.n != 1)
			return sl_fail(e, SL_INVALID, "'%.*s': the separator is one character", SL_STR_ARG(text));
		out->text = rest;
		return SL_OK;
	default: return sl_fail(e, SL_INVALID, "transform '%.*s' takes no value", SL_STR_ARG(word));
	}
}

enum sl_code sl_transform_parse(struct sl_str text, struct sl_transform_step step[SL_TRANSFORM_STEPS_MAX],
                                size_t *n, struct sl_err *e)
{
	struct sl_str rest = sl_str_trim(text), word;
	size_t k = 0;

	/* A constant may hold any character, so it is a step alone. */
	if (rest.n >= 6 && !memcmp(rest.p, "const:", 6)) {
		if (parse_step(rest, &step[0], e))
			return e->code;
		*n = 1;
		return SL_OK;
	}
	while (rest.n && sl_str_split(&rest, '|', &word)) {
		if (k == SL_TRANSFORM_STEPS_MAX)
			return sl_fail(e, SL_INVALID, "more than %d transforms", SL_TRANSFORM_STEPS_MAX);
		if (k && (sl_transform_is_place(step[k - 1].what) || sl_transform_is_date_part(step[k - 1].what)))
			return sl_fail(e, SL_INVALID, "'%s' is the last transform, or none",
			               sl_transform_name(step[k - 1].what));
		if (parse_step(sl_str_trim(word), &step[k], e))
			return e->code;
		k++;
	}
	*n = k;
	return SL_OK;
}

/* ---- carrying out ---- */

static enum sl_code say(struct sl_arena *a, const char **problem, struct sl_err *e, const char *what,
                        struct sl_str in)
{
	*problem = sl_arena_printf(a, e, "'%.*s' %s", SL_STR_ARG(in), what);
	return *problem ? SL_OK : e->code;
}

/* Digits, sign, and `mark` before a fraction; `drop` are marks between digits that go. */
static bool plain_number(struct sl_str in, const char *drop, char mark, char *out, size_t room)
{
	size_t k = 0;
	bool fraction = false, digit = false;

	if (in.n + 1 > room)
		return false;
	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (c == mark && mark) {
			if (fraction)
				return false;
			fraction = true;
			out[k++] = '.';
		} else if (c >= '0' && c <= '9') {
			digit = true;
			out[k++] = c;
		} else if ((c == '-' || c == '+') && !k) {
			out[k++] = c;
		} else if (c && strchr(drop, c)) {
			if (!digit || fraction)
				return false;
		} else if ((unsigned char)c == 0xc2 && i + 1 < in.n && (unsigned char)in.p[i + 1] == 0xa0) {
			i++; /* a no-break space between thousands */
		} else {
			return false;
		}
	}
	out[k] = 0;
	return digit;
}

static enum sl_code number_text(struct sl_arena *a, struct sl_str in, const char *drop, char mark,
                                struct sl_str *out, const char **problem, struct sl_err *e)
{
	char tmp[64];
	char *copy;
	double x;

	in = sl_str_trim(in);
	/* What is a number already, exponent and all, stays. */
	if (mark == '.' && sl_str_double(in, &x)) {
		*out = in;
		return SL_OK;
	}
	if (!plain_number(in, drop, mark, tmp, sizeof tmp))
		return say(a, problem, e, "is not a number", in);
	copy = sl_arena_printf(a, e, "%s", tmp);
	if (!copy)
		return e->code;
	*out = sl_str_from(copy);
	return SL_OK;
}

/* Times a power of ten, in the decimal text itself: 0.0321 km² are 32100 m² and not 32099.999999999996. */
static enum sl_code shift(struct sl_arena *a, struct sl_str in, int places, struct sl_str *out,
                          const char **problem, struct sl_err *e)
{
	char text[80], number[32];
	double x;

	in = sl_str_trim(in);
	if (!sl_str_double(in, &x) || in.n > 60)
		return say(a, problem, e, "is not a number (put 'number' or 'decimal_comma' before)", in);
	if (memchr(in.p, 'e', in.n) || memchr(in.p, 'E', in.n)) {
		x *= pow(10, places);
	} else {
		snprintf(text, sizeof text, "%.*se%d", (int)in.n, in.p, places);
		if (!sl_str_double(sl_str_from(text), &x))
			return say(a, problem, e, "is not a number", in);
	}
	if (!isfinite(x))
		return say(a, problem, e, "is too large", in);
	out->n = sl_double_text(x, number);
	out->p = sl_arena_strndup(a, number, out->n, e);
	return out->p ? SL_OK : e->code;
}

static enum sl_code negate(struct sl_arena *a, struct sl_str in, struct sl_str *out, const char **problem,
                           struct sl_err *e)
{
	char number[32];
	double x;

	if (!sl_str_double(sl_str_trim(in), &x))
		return say(a, problem, e, "is not a number (put 'number' or 'decimal_comma' before)", in);
	out->n = sl_double_text(x == 0 ? 0 : -x, number);
	out->p = sl_arena_strndup(a, number, out->n, e);
	return out->p ? SL_OK : e->code;
}

static enum sl_code lpad(struct sl_arena *a, struct sl_str in, size_t width, struct sl_str *out,
                         struct sl_err *e)
{
	char *p;

	in = sl_str_trim(in);
	*out = in;
	for (size_t i = 0; i < in.n; i++)
		if (in.p[i] < '0' || in.p[i] > '9')
			return SL_OK; /* not a code of digits: nothing was lost */
	if (!in.n || in.n >= width)
		return SL_OK;
	p = sl_arena_alloc(a, width + 1, 1, e);
	if (!p)
		return e->code;
	memset(p, '0', width - in.n);
	memcpy(p + width - in.n, in.p, in.n);
	*out = (struct sl_str){p, width};
	return SL_OK;
}

/* The order is told, so 03/04/2005 is clear.  Two digits of a year are not: they stay a problem. */
static enum sl_code ordered_date(struct sl_arena *a, struct sl_str in, enum sl_transform order,
                                 struct sl_str *out, const char **problem, struct sl_err *e)
{
	int part[3] = {0}, digits[3] = {0}, k = 0, y, m, d;
	struct sl_date date;
	size_t i;
	char *text;

	in = sl_str_trim(in);
	for (i = 0; i < in.n && k < 3; i++) {
		char c = in.p[i];

		if (c >= '0' && c <= '9') {
			if (++digits[k] > 4)
				break;
			part[k] = part[k] * 10 + (c - '0');
		} else if (c == ' ' || c == 'T' || !digits[k] || !strchr("-/. ", c)) {
			break;
		} else {
			k++;
		}
	}
	y = order == SL_TRANSFORM_YMD ? 0 : 2;
	m = order == SL_TRANSFORM_MDY ? 0 : 1;
	d = order == SL_TRANSFORM_YMD ? 2 : order == SL_TRANSFORM_DMY ? 0 : 1;
	if (k == 2 && digits[y] == 2)
		return say(a, problem, e, "is a date with two digits for the year", in);
	if (k != 2 || digits[y] != 4 || (i < in.n && in.p[i] != ' ' && in.p[i] != 'T') ||
	    !sl_date_from_ymd(part[y], part[m], part[d], &date))
		return say(a, problem, e, "is no date in the order that the mapping says", in);
	text = sl_arena_alloc(a, 11, 1, e);
	if (!text)
		return e->code;
	sl_date_text(date, text);
	*out = (struct sl_str){text, 10};
	return SL_OK;
}

/* Spreadsheets count days from 1900-01-01 as 1 and believe in 1900-02-29: from 1900-03-01 on that is days
 * since 1899-12-30; before, the count is off by one and is refused. */
static enum sl_code excel_date(struct sl_arena *a, struct sl_str in, struct sl_str *out,
                               const char **problem, struct sl_err *e)
{
	struct sl_date epoch, date;
	double x;
	char *text;

	if (!sl_str_double(sl_str_trim(in), &x) || !(x >= 61) || x >= 2958466 ||
	    !sl_date_from_ymd(1899, 12, 30, &epoch))
		return say(a, problem, e, "is no day number of a spreadsheet", in);
	date.day = epoch.day + (int32_t)floor(x);
	text = sl_arena_alloc(a, 11, 1, e);
	if (!text)
		return e->code;
	sl_date_text(date, text);
	*out = (struct sl_str){text, 10};
	return SL_OK;
}

static enum sl_code split(struct sl_arena *a, const struct sl_transform_step *step, struct sl_str in,
                          struct sl_str *out, struct sl_err *e)
{
	const char mark = step->text.n ? step->text.p[0] : ' ';
	struct sl_str rest = in, word;
	char *copy;

	if (step->number) {
		for (int i = 0; sl_str_split(&rest, mark, &word);)
			if (++i == step->number) {
				*out = sl_str_trim(word);
				return SL_OK;
			}
		*out = (struct sl_str){"", 0};
		return SL_OK;
	}
	copy = sl_str_dup(a, in, e);
	if (!copy)
		return e->code;
	for (size_t i = 0; i < in.n; i++)
		if (copy[i] == mark)
			copy[i] = ';';
	*out = (struct sl_str){copy, in.n};
	return SL_OK;
}

static enum sl_code upper(struct sl_arena *a, struct sl_str in, struct sl_str *out, struct sl_err *e)
{
	char *copy = sl_str_dup(a, in, e);

	if (!copy)
		return e->code;
	for (size_t i = 0; i < in.n; i++)
		if (copy[i] >= 'a' && copy[i] <= 'z')
			copy[i] = (char)(copy[i] - 'a' + 'A');
	*out = (struct sl_str){copy, in.n};
	return SL_OK;
}

enum sl_code sl_transform_text(struct sl_arena *a, const struct sl_transform_step *step, struct sl_str in,
                               struct sl_str *out, const char **problem, struct sl_err *e)
{
	*out = in;
	switch (step->what) {
	case SL_TRANSFORM_TRIM: *out = sl_str_trim(in); return SL_OK;
	case SL_TRANSFORM_UPPER: return upper(a, in, out, e);
	case SL_TRANSFORM_NUMBER: return number_text(a, in, ", '", '.', out, problem, e);
	case SL_TRANSFORM_DECIMAL_COMMA: return number_text(a, in, ". '", ',', out, problem, e);
	case SL_TRANSFORM_HA: return shift(a, in, 4, out, problem, e);
	case SL_TRANSFORM_KM2: return shift(a, in, 6, out, problem, e);
	case SL_TRANSFORM_NEGATE: return negate(a, in, out, problem, e);
	case SL_TRANSFORM_LPAD: return lpad(a, in, (size_t)step->number, out, e);
	case SL_TRANSFORM_CONST: *out = step->text; return SL_OK;
	case SL_TRANSFORM_SPLIT: return split(a, step, in, out, e);
	case SL_TRANSFORM_DMY:
	case SL_TRANSFORM_MDY:
	case SL_TRANSFORM_YMD: return ordered_date(a, in, step->what, out, problem, e);
	case SL_TRANSFORM_EXCEL: return excel_date(a, in, out, problem, e);
	default: return SL_OK;
	}
}

enum sl_code sl_date_part_add(struct sl_arena *a, struct sl_date_parts *d, enum sl_transform part,
                              struct sl_str text, const char **problem, struct sl_err *e)
{
	const bool year = part <= SL_TRANSFORM_YEAR_END, day = part == SL_TRANSFORM_DAY;
	const int64_t low = 1, high = year ? 9999 : day ? 31 : 12;
	int64_t n;
	double x;

	text = sl_str_trim(text);
	if (!sl_str_int64(text, &n)) {
		if (!sl_str_double(text, &x) || x != floor(x) || fabs(x) > 9999)
			return say(a, problem, e, year ? "is no year" : day ? "is no day" : "is no month", text);
		n = (int64_t)x;
	}
	if (n < low || n > high || (year && n < 1000))
		return say(a, problem, e, year ? "is no year" : day ? "is no day" : "is no month", text);
	*(year ? &d->year : day ? &d->day : &d->month) = (int)n;
	d->any = true;
	/* What stands for a month also stands for the day; a year alone needs its own word. */
	if (part != SL_TRANSFORM_YEAR && part != SL_TRANSFORM_MONTH && part != SL_TRANSFORM_DAY &&
	    (!d->stands || !year))
		d->stands = part;
	return SL_OK;
}

bool sl_date_parts_date(const struct sl_date_parts *d, struct sl_date *out)
{
	const bool year_alone = d->stands == SL_TRANSFORM_YEAR_START || d->stands == SL_TRANSFORM_YEAR_END;
	const bool end = d->stands == SL_TRANSFORM_YEAR_END || d->stands == SL_TRANSFORM_MONTH_END;
	int month = d->month, day = d->day;

	if (!d->year || (!month && !year_alone) || (!day && !d->stands))
		return false;
	if (!month) {
		month = end ? 12 : 1;
		day = end ? 31 : 1;
	} else if (!day) {
		for (day = end ? 31 : 1; day > 28 && !sl_date_from_ymd(d->year, month, day, out); day--)
			;
	}
	return sl_date_from_ymd(d->year, month, day, out);
}
