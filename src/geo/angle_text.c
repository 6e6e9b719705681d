#include "geo/angle_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS_MAX = 32, NUMBER_MAX = 40 };
/* One degree of the equator. */
static const double degree_m = 111319.49079327358;

enum token_type { NUMBER, MARK, HEMISPHERE, AXIS, SEPARATOR, DASH };

struct token {
	enum token_type type;
	double value;  /* NUMBER, without its sign */
	bool has_sign, negative, has_fraction;
	int decimals;
	char c;        /* MARK: 'd' 'm' 's'; HEMISPHERE: N S E W; AXIS: 'y' 'x' */
};

struct tokens {
	struct token v[TOKENS_MAX];
	int n;
};

/* What the outside world puts for the marks of degrees, minutes and seconds, and other signs. */
static const struct {
	const char *text;
	char meaning; /* 'd' 'm' 's' marks, '-' minus, ' ' blank, ',' separator, ':' joins like a blank */
} signs[] = {
	{"°", 'd'}, {"º", 'd'}, {"˚", 'd'}, {"∘", 'd'},
	{"''", 's'}, {"′′", 's'}, {"’’", 's'}, {"´´", 's'}, {"‘‘", 's'},
	{"'", 'm'}, {"′", 'm'}, {"’", 'm'}, {"‘", 'm'}, {"´", 'm'}, {"`", 'm'}, {"ʹ", 'm'}, {"ʼ", 'm'},
	{"\"", 's'}, {"″", 's'}, {"”", 's'}, {"“", 's'}, {"„", 's'}, {"ʺ", 's'}, {"˝", 's'}, {"‶", 's'},
	{"-", '-'}, {"−", '-'}, {"–", '-'},
	{" ", ' '}, {"\t", ' '}, {"\r", ' '}, {"\n", ' '}, {"(", ' '}, {")", ' '}, {"[", ' '}, {"]", ' '},
	{"\u00a0", ' '}, {"\u2009", ' '}, {"\u202f", ' '}, {"\ufeff", ' '}, {":", ' '}, {"=", ' '}, {"_", ' '},
	{",", ','}, {";", ','}, {"/", ','}, {"|", ','},
};

static const struct {
	const char *word;
	enum token_type type;
	char c;
} words[] = {
	{"N", HEMISPHERE, 'N'}, {"S", HEMISPHERE, 'S'}, {"E", HEMISPHERE, 'E'}, {"W", HEMISPHERE, 'W'},
	{"NORTH", HEMISPHERE, 'N'}, {"SOUTH", HEMISPHERE, 'S'}, {"EAST", HEMISPHERE, 'E'},
	{"WEST", HEMISPHERE, 'W'}, {"LAT", AXIS, 'y'}, {"LATITUDE", AXIS, 'y'}, {"LON", AXIS, 'x'},
	{"LONG", AXIS, 'x'}, {"LNG", AXIS, 'x'}, {"LONGITUDE", AXIS, 'x'}, {"D", MARK, 'd'},
	{"DEG", MARK, 'd'}, {"DEGREES", MARK, 'd'}, {"M", MARK, 'm'}, {"MIN", MARK, 'm'},
	{"MINUTES", MARK, 'm'}, {"SEC", MARK, 's'}, {"SECONDS", MARK, 's'},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t sign_at(struct sl_str s, size_t i, char *meaning)
{
	struct sl_str rest = {s.p + i, s.n - i};

	for (size_t k = 0; k < sizeof signs / sizeof *signs; k++)
		if (sl_str_has_prefix(rest, signs[k].text)) {
			*meaning = signs[k].meaning;
			return strlen(signs[k].text);
		}
	return 0;
}

static enum sl_code add(struct tokens *t, struct token token, struct sl_err *e)
{
	if (t->n == TOKENS_MAX)
		return sl_fail(e, SL_INVALID, "too much text for one position");
	t->v[t->n++] = token;
	return SL_OK;
}

/* Digits with at most one point, or one comma when that is the decimal sign. */
static enum sl_code take_number(struct tokens *t, struct sl_str s, size_t *at, bool decimal_comma,
                                bool has_sign, bool negative, struct sl_err *e)
{
	struct token token = {.type = NUMBER, .has_sign = has_sign, .negative = negative};
	char text[NUMBER_MAX + 1];
	size_t n = 0, i = *at;

	for (; i < s.n; i++) {
		bool comma = s.p[i] == ',' && decimal_comma && i > *at && is_digit(s.p[i - 1]) && i + 1 < s.n &&
		             is_digit(s.p[i + 1]);

		if (!is_digit(s.p[i]) && s.p[i] != '.' && !comma)
			break;
		if (n == NUMBER_MAX)
			return sl_fail(e, SL_INVALID, "a number of more than %d digits", NUMBER_MAX);
		if (!is_digit(s.p[i])) {
			if (token.has_fraction)
				return sl_fail(e, SL_INVALID,
				               "a number with two decimal signs; write minutes apart from degrees");
			token.has_fraction = true;
		} else if (token.has_fraction) {
			token.decimals++;
		}
		text[n++] = comma ? '.' : s.p[i];
	}
	text[n] = 0;
	if (n == 1 && text[0] == '.')
		return sl_fail(e, SL_INVALID, "a decimal point without digits");
	token.value = strtod(text, NULL);
	*at = i;
	return add(t, token, e);
}

static enum sl_code take_word(struct tokens *t, struct sl_str s, size_t *at, struct sl_err *e)
{
	struct sl_str word = {s.p + *at, 0};

	while (*at < s.n && is_letter(s.p[*at]))
		++*at, word.n++;
	for (size_t k = 0; k < sizeof words / sizeof *words; k++)
		if (sl_str_is_nocase(word, words[k].word))
			return add(t, (struct token){.type = words[k].type, .c = words[k].c}, e);
	if (sl_str_is_nocase(word, "O"))
		return sl_fail(e, SL_INVALID,
		               "O means east in German and west in French and Spanish; write E or W");
	return sl_fail(e, SL_INVALID, "\"%.*s\" is not understood in a position", SL_STR_ARG(word));
}

static enum sl_code tokenize(struct sl_str s, bool decimal_comma, struct tokens *t, struct sl_err *e)
{
	bool minus = false, plus = false;

	for (size_t i = 0; i < s.n;) {
		char meaning = 0, next;
		size_t n;

		if (is_digit(s.p[i]) || (s.p[i] == '.' && i + 1 < s.n && is_digit(s.p[i + 1]))) {
			if (take_number(t, s, &i, decimal_comma, minus || plus, minus, e))
				return e->code;
			minus = plus = false;
			continue;
		}
		if (minus || plus)
			return sl_fail(e, SL_INVALID, "a sign must stand directly before its number");
		if (is_letter(s.p[i])) {
			if (take_word(t, s, &i, e))
				return e->code;
			continue;
		}
		n = s.p[i] == '+' ? 1 : sign_at(s, i, &meaning);
		if (!n)
			return sl_fail(e, SL_INVALID, "character %zu is not understood in a position", i + 1);
		next = i + n < s.n ? s.p[i + n] : 0;
		if (s.p[i] == '+')
			plus = true;
		else if (meaning == '-' && i > 0 && is_digit(s.p[i - 1]) && is_digit(next))
			meaning = 0; /* 13-30-00: joins, when letters say so */
		else if (meaning == '-')
			minus = true;
		if (!meaning && s.p[i] != '+' && add(t, (struct token){.type = DASH}, e))
			return e->code;
		if (meaning == ',' && add(t, (struct token){.type = SEPARATOR}, e))
			return e->code;
		if ((meaning == 'd' || meaning == 'm' || meaning == 's') &&
		    add(t, (struct token){.type = MARK, .c = meaning}, e))
			return e->code;
		i += n;
	}
	return minus || plus ? sl_fail(e, SL_INVALID, "a sign without a number") : SL_OK;
}

static int count(const struct tokens *t, enum token_type type, char c)
{
	int n = 0;

	for (int i = 0; i < t->n; i++)
		n += t->v[i].type == type && (!c || t->v[i].c == c);
	return n;
}

/* Index of the nth token (from 1) of a type. */
static int nth(const struct tokens *t, enum token_type type, char c, int n)
{
	for (int i = 0; i < t->n; i++)
		if (t->v[i].type == type && (!c || t->v[i].c == c) && --n == 0)
			return i;
	return t->n;
}

/* The first token of the second coordinate. */
static enum sl_code find_split(const struct tokens *t, int *split, struct sl_err *e)
{
	int numbers = count(t, NUMBER, 0), hemispheres = count(t, HEMISPHERE, 0);

	if (count(t, SEPARATOR, 0) > 1)
		return sl_fail(e, SL_INVALID, "more than one separator between latitude and longitude");
	if (count(t, DASH, 0) && hemispheres != 2)
		return sl_fail(e, SL_INVALID, "a dash between digits may be a minus; put a blank before a minus sign");
	if (hemispheres == 1)
		return sl_fail(e, SL_INVALID, "only one of the two has a hemisphere letter; write N or S and E or W");
	if (hemispheres > 2)
		return sl_fail(e, SL_INVALID, "more than two hemisphere letters");
	if (count(t, SEPARATOR, 0) == 1)
		*split = nth(t, SEPARATOR, 0, 1);
	else if (count(t, AXIS, 0) == 2)
		*split = nth(t, AXIS, 0, 2);
	else if (hemispheres == 2)
		*split = t->v[0].type == HEMISPHERE ? nth(t, HEMISPHERE, 0, 2) : nth(t, HEMISPHERE, 0, 1) + 1;
	else if (count(t, MARK, 'd') == 2)
		*split = nth(t, MARK, 'd', 2) - 1;
	else if (numbers == 2 || numbers == 4 || numbers == 6)
		*split = nth(t, NUMBER, 0, numbers / 2 + 1);
	else
		return sl_fail(e, SL_INVALID, "a position needs a latitude and a longitude; %d number%s found",
		               numbers, numbers == 1 ? "" : "s");
	return SL_OK;
}

struct angle {
	double degrees;
	char axis; /* 'y', 'x', or 0 when nothing says */
	int parts; /* 1 degrees, 2 and minutes, 3 and seconds */
	double half_width_deg;
};

static enum sl_code check_part(const struct token *number, int level, struct sl_err *e)
{
	static const char *const names[] = {"degrees", "minutes", "seconds"};

	if (level > 2)
		return sl_fail(e, SL_INVALID, "more than degrees, minutes and seconds in one coordinate");
	if (level && number->has_sign)
		return sl_fail(e, SL_INVALID, "a sign before %s", names[level]);
	if (level && number->value >= 60)
		return sl_fail(e, SL_INVALID, "%.10g %s; they end below 60", number->value, names[level]);
	return SL_OK;
}

static enum sl_code parse_angle(const struct token *v, int n, struct angle *out, struct sl_err *e)
{
	static const double unit[] = {1, 60, 3600};
	struct angle a = {0};
	bool negative = false, has_sign = false, has_fraction = false;
	char hemisphere = 0, axis = 0;

	for (int i = 0; i < n; i++) {
		switch (v[i].type) {
		case NUMBER:
			if (check_part(&v[i], a.parts, e))
				return e->code;
			if (has_fraction)
				return sl_fail(e, SL_INVALID, "decimals before the last part of a coordinate");
			if (!a.parts) {
				negative = v[i].negative;
				has_sign = v[i].has_sign;
			}
			a.degrees += v[i].value / unit[a.parts];
			a.half_width_deg = 0.5 * pow(10, -v[i].decimals) / unit[a.parts];
			has_fraction = v[i].has_fraction;
			a.parts++;
			break;
		case MARK:
			if (i == 0 || v[i - 1].type != NUMBER || a.parts < 1 || v[i].c != "dms"[a.parts - 1])
				return sl_fail(e, SL_INVALID, "marks of degrees, minutes and seconds are out of order");
			break;
		case HEMISPHERE:
			if (hemisphere || (a.parts && i != n - 1))
				return sl_fail(e, SL_INVALID, "a hemisphere letter stands in the middle of a coordinate");
			hemisphere = v[i].c;
			break;
		case AXIS:
			if (axis)
				return sl_fail(e, SL_INVALID, "one coordinate is called latitude and longitude");
			axis = v[i].c;
			break;
		case SEPARATOR:
		case DASH:
			break;
		}
	}
	if (!a.parts)
		return sl_fail(e, SL_INVALID, "a coordinate without a number");
	if (hemisphere && has_sign)
		return sl_fail(e, SL_INVALID, "a sign and the letter %c together; write one of them", hemisphere);
	a.axis = hemisphere ? hemisphere == 'N' || hemisphere == 'S' ? 'y' : 'x' : axis;
	if (axis && a.axis != axis)
		return sl_fail(e, SL_INVALID, "the letter %c belongs to the other coordinate", hemisphere);
	if (negative || hemisphere == 'S' || hemisphere == 'W')
		a.degrees = -a.degrees;
	*out = a;
	return SL_OK;
}

static enum sl_code parse_as(struct sl_str text, bool decimal_comma, struct sl_coord *out, struct sl_err *e)
{
	static const enum sl_coord_format formats[] = {SL_COORD_DD, SL_COORD_DM, SL_COORD_DMS};
	struct tokens t = {.n = 0};
	struct angle a, b, lat, lon;
	int split = 0;

	if (tokenize(text, decimal_comma, &t, e))
		return e->code;
	while (t.n && t.v[t.n - 1].type == SEPARATOR)
		t.n--;
	if (!t.n)
		return sl_fail(e, SL_INVALID, "no position");
	if (find_split(&t, &split, e) || parse_angle(t.v, split, &a, e) ||
	    parse_angle(t.v + split, t.n - split, &b, e))
		return e->code;
	if (!a.axis != !b.axis)
		return sl_fail(e, SL_INVALID, "only one of the two says whether it is latitude or longitude");
	if (a.axis && a.axis == b.axis)
		return sl_fail(e, SL_INVALID, "both coordinates are %ss", a.axis == 'y' ? "latitude" : "longitude");
	lat = a.axis == 'x' ? b : a;
	lon = a.axis == 'x' ? a : b;
	if (fabs(lat.degrees) > 90)
		return sl_fail(e, SL_INVALID, "latitude %.10g is beyond 90%s", lat.degrees,
		               !a.axis && fabs(lon.degrees) <= 90 ? "; latitude comes first" : "");
	if (fabs(lon.degrees) > 180)
		return sl_fail(e, SL_INVALID, "longitude %.10g is beyond 180", lon.degrees);
	*out = (struct sl_coord){
		.lat_deg = lat.degrees,
		.lon_deg = lon.degrees,
		.format = formats[(a.parts > b.parts ? a.parts : b.parts) - 1],
		.precision_m = fmax(a.half_width_deg, b.half_width_deg) * degree_m,
	};
	return SL_OK;
}

enum sl_code sl_angle_parse(struct sl_str text, struct sl_coord *out, struct sl_err *e)
{
	struct sl_coord separated = {0}, decimal = {0};
	struct sl_err separated_e = {0}, decimal_e = {0};
	enum sl_code separated_code, decimal_code;
	int commas = 0;

	for (size_t i = 1; i + 1 < text.n; i++)
		commas += text.p[i] == ',' && is_digit(text.p[i - 1]) && is_digit(text.p[i + 1]);
	if (!commas)
		return parse_as(text, false, out, e);
	/* A comma between digits separates or is a decimal sign: it counts when only one of them makes sense. */
	separated_code = parse_as(text, false, &separated, &separated_e);
	decimal_code = parse_as(text, true, &decimal, &decimal_e);
	if (!separated_code && !decimal_code)
		return sl_fail(e, SL_INVALID, "a comma here may separate or be a decimal sign; write a decimal point");
	if (separated_code && decimal_code) {
		*e = commas > 1 ? decimal_e : separated_e;
		return e->code;
	}
	*out = separated_code ? decimal : separated;
	return SL_OK;
}

/* Whole units of the last place, so that 59.9999999 minutes carry over into the next degree. */
static int one_angle(double degrees, enum sl_coord_format format, const char *letters, char *out, size_t size)
{
	long long units;

	if (format == SL_COORD_DM) {
		units = llround(fabs(degrees) * 60 * 100000);
		return snprintf(out, size, "%lld°%02lld.%05lld'%c", units / 6000000, units / 100000 % 60,
		                units % 100000, letters[degrees < 0]);
	}
	units = llround(fabs(degrees) * 3600 * 1000);
	return snprintf(out, size, "%lld°%02lld'%02lld.%03lld\"%c", units / 3600000, units / 60000 % 60,
	                units / 1000 % 60, units % 1000, letters[degrees < 0]);
}

/* No "-0.0000000". */
static double rounded(double x)
{
	return fabs(x) < 0.5e-7 ? 0 : x;
}

void sl_angle_text(double lat_deg, double lon_deg, enum sl_coord_format format, char out[64])
{
	int n;

	if (format == SL_COORD_DD) {
		snprintf(out, 64, "%.7f %.7f", rounded(lat_deg), rounded(lon_deg));
		return;
	}
	n = one_angle(lat_deg, format, "NS", out, 64);
	out[n++] = ' ';
	one_angle(lon_deg, format, "EW", out + n, (size_t)(64 - n));
}
