#include "geo/coord.h"

#include "geo/angle_text.h"
#include "geo/mgrs.h"
#include "geo/numerals.h"
#include "geo/utm.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 400 }; /* bytes of one position */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static void skip(struct sl_str *s, const char *any_of)
{
	while (s->n && *s->p && strchr(any_of, *s->p)) {
		s->p++;
		s->n--;
	}
}

static struct sl_str take_letters(struct sl_str *s)
{
	struct sl_str word = {s->p, 0};

	while (s->n && is_letter(*s->p)) {
		s->p++;
		s->n--;
		word.n++;
	}
	return word;
}

/* Digits, points and commas in one run, without commas at its end. */
static struct sl_str take_run(struct sl_str *s)
{
	struct sl_str run = {s->p, 0};

	while (run.n < s->n && (is_digit(s->p[run.n]) || s->p[run.n] == '.' || s->p[run.n] == ','))
		run.n++;
	s->p += run.n;
	s->n -= run.n;
	while (run.n && run.p[run.n - 1] == ',')
		run.n--;
	return run;
}

/* "UTM", zone and letter taken off the front; false when the text does not begin so. */
static bool take_zone(struct sl_str *s, int *zone, struct sl_str *letter)
{
	struct sl_str rest = sl_str_trim(*s), word = take_letters(&rest);
	size_t digits = 0;

	while (word.n && (sl_str_is_nocase(word, "UTM") || sl_str_is_nocase(word, "ZONE"))) {
		skip(&rest, " \t:,;");
		word = take_letters(&rest);
	}
	if (word.n)
		return false;
	for (*zone = 0; digits < rest.n && digits < 3 && is_digit(rest.p[digits]); digits++)
		*zone = *zone * 10 + (rest.p[digits] - '0');
	if (digits < 1 || digits > 2)
		return false;
	rest.p += digits;
	rest.n -= digits;
	skip(&rest, " \t");
	*letter = take_letters(&rest);
	skip(&rest, " \t,;/:");
	*s = rest;
	return true;
}

enum comma { COMMA_NONE, COMMA_THOUSANDS, COMMA_DECIMAL, COMMA_UNCLEAR };

/* "251,034" and "1,493,597" have thousands; "251033,626" a decimal comma. */
static enum comma comma_of(struct sl_str run)
{
	size_t commas = 0, since = 0, first = 0;
	bool thousands = true, point = false;

	for (size_t i = 0; i < run.n; i++) {
		if (run.p[i] == ',') {
			thousands &= commas ? since == 3 : since >= 1 && since <= 3;
			thousands &= !point;
			first = commas++ ? first : since;
			since = 0;
		} else if (run.p[i] == '.') {
			thousands &= !commas || since == 3;
			point = true;
		} else if (!point) {
			since++;
		}
	}
	if (!commas)
		return COMMA_NONE;
	if (thousands && since == 3)
		return COMMA_THOUSANDS;
	return commas == 1 && !point && first > 0 ? COMMA_DECIMAL : COMMA_UNCLEAR;
}

/* A zone, then a number far too large for degrees. */
static bool looks_like_utm(struct sl_str text)
{
	struct sl_str letter, run;
	size_t front = 0, digits = 0;
	int zone;

	if (!take_zone(&text, &zone, &letter))
		return false;
	take_letters(&text);
	skip(&text, " \t:=");
	run = take_run(&text);
	while (front < run.n && is_digit(run.p[front]))
		front++;
	for (size_t i = 0; i < run.n; i++)
		digits += is_digit(run.p[i]);
	return front >= 5 || (digits >= 6 && comma_of(run) == COMMA_THOUSANDS);
}

static enum sl_code grid_number(struct sl_str run, const char *name, double *x, int *decimals,
                                struct sl_err *e)
{
	enum comma comma = comma_of(run);
	char text[48];
	size_t n = 0;
	const char *point;

	for (size_t i = 0; i < run.n && n < sizeof text - 1; i++)
		if (run.p[i] != ',')
			text[n++] = run.p[i];
		else if (comma == COMMA_DECIMAL)
			text[n++] = '.';
	text[n] = 0;
	if (comma == COMMA_UNCLEAR || run.n >= sizeof text || !sl_str_double((struct sl_str){text, n}, x))
		return sl_fail(e, SL_INVALID, "UTM %s \"%.*s\" is no number of metres", name, SL_STR_ARG(run));
	point = strchr(text, '.');
	*decimals = point ? (int)strlen(point + 1) : 0;
	return SL_OK;
}

/* Is the word what may stand beside an easting ("E", "mE", "m") or a northing? */
static bool is_axis_word(struct sl_str word, char axis)
{
	const char with_m[] = {'M', axis, 0}, alone[] = {axis, 0};

	return !word.n || sl_str_is_nocase(word, "M") || sl_str_is_nocase(word, alone) ||
	       sl_str_is_nocase(word, with_m);
}

/* Easting and northing as two runs. */
static enum sl_code take_grid_runs(struct sl_str s, struct sl_str run[2], struct sl_err *e)
{
	static const char axes[2] = {'E', 'N'};

	for (int k = 0; k < 2; k++) {
		struct sl_str before, after;

		skip(&s, " \t,;/:=");
		before = take_letters(&s);
		skip(&s, " \t:=");
		run[k] = take_run(&s);
		skip(&s, " \t");
		/* What follows the easting may already be the northing's letter: "E 251034 N 1493597". */
		after = take_letters(&s);
		if (k == 0 && before.n && is_axis_word(after, 'N') && after.n) {
			s.p -= after.n;
			s.n += after.n;
			after.n = 0;
		}
		if (!is_axis_word(before, axes[k]) || !is_axis_word(after, axes[k]))
			return sl_fail(e, SL_INVALID, "UTM is written zone, easting, northing: 48N 251034 1493597");
	}
	skip(&s, " \t");
	if (s.n)
		return sl_fail(e, SL_INVALID, "UTM with \"%.*s\" after the northing", SL_STR_ARG(s));
	/* "251034,1493597": the one comma separates. */
	if (!run[1].n) {
		const char *comma = run[0].n ? memchr(run[0].p, ',', run[0].n) : NULL;

		if (comma && !memchr(comma + 1, ',', run[0].n - (size_t)(comma + 1 - run[0].p))) {
			run[1] = (struct sl_str){comma + 1, run[0].n - (size_t)(comma + 1 - run[0].p)};
			run[0].n = (size_t)(comma - run[0].p);
		}
	}
	if (!run[0].n || !run[1].n)
		return sl_fail(e, SL_INVALID, "UTM needs an easting and a northing: 48N 251034 1493597");
	return SL_OK;
}

/* The letter behind the zone: N or S for the hemisphere (as PROJ and GeographicLib have it), any other as the
 * band of MGRS.  N as a band lies in the north too; S as a band does as well, 32 to 40 degrees north, and is
 * looked at when the northing is known. */
static enum sl_code hemisphere_of(struct sl_str letter, bool *north, int *band, struct sl_err *e)
{
	static const char bands[] = "CDEFGHJKLMNPQRSTUVWX";
	const char *hit;
	char c;

	*band = -1;
	if (!letter.n)
		return sl_fail(e, SL_INVALID, "the UTM zone has no hemisphere; write N or S behind it");
	c = (char)(letter.p[0] & ~0x20);
	*north = c == 'N';
	if ((letter.n == 1 && (c == 'N' || c == 'S')) || sl_str_is_nocase(letter, "NORTH") ||
	    sl_str_is_nocase(letter, "SOUTH"))
		return SL_OK;
	hit = letter.n == 1 ? strchr(bands, c) : NULL;
	if (!hit)
		return sl_fail(e, SL_INVALID, "\"%.*s\" behind the UTM zone is neither N, S nor a latitude band",
		               SL_STR_ARG(letter));
	*band = (int)(hit - bands);
	*north = *band >= 10;
	return SL_OK;
}

/* Latitudes in which a northing of the southern hemisphere is one of band S too, with some room at the edges of
 * a zone: those of the Falkland Islands. */
static bool could_be_band_s(int zone, double northing_m)
{
	struct sl_utm u = {.zone = zone, .north = true, .easting_m = 500000, .northing_m = northing_m};
	struct sl_err ignored = {0};
	double lat, lon;

	return !sl_utm_to(&u, &lat, &lon, &ignored) && lat > 31.9 && lat < 40.1;
}

static enum sl_code parse_utm(struct sl_str text, struct sl_coord *out, struct sl_err *e)
{
	struct sl_coord c = {.format = SL_COORD_UTM};
	struct sl_str letter, run[2];
	struct sl_utm u = {0};
	int band, decimals[2];

	if (!take_zone(&text, &u.zone, &letter))
		return sl_fail(e, SL_INVALID, "UTM is written zone, easting, northing: 48N 251034 1493597");
	if (hemisphere_of(letter, &u.north, &band, e) || take_grid_runs(text, run, e))
		return e->code;
	if ((comma_of(run[0]) == COMMA_THOUSANDS && comma_of(run[1]) == COMMA_DECIMAL) ||
	    (comma_of(run[0]) == COMMA_DECIMAL && comma_of(run[1]) == COMMA_THOUSANDS))
		return sl_fail(e, SL_INVALID, "UTM with commas for thousands and for decimals; write a decimal point");
	if (grid_number(run[0], "easting", &u.easting_m, &decimals[0], e) ||
	    grid_number(run[1], "northing", &u.northing_m, &decimals[1], e) ||
	    sl_utm_to(&u, &c.lat_deg, &c.lon_deg, e))
		return e->code;
	if (band >= 0) {
		double south = band * 8 - 80, north = band == 19 ? 84 : south + 8;

		if (c.lat_deg < south - 0.1 || c.lat_deg > north + 0.1)
			return sl_fail(e, SL_INVALID, "UTM northing %.10g lies at latitude %.2f, not in band %c",
			               u.northing_m, c.lat_deg, letter.p[0]);
	}
	/* Armies write bands, surveyors hemispheres: guessed wrongly the point moves by 10,000 km. */
	if (letter.n == 1 && !u.north && band < 0 && could_be_band_s(u.zone, u.northing_m))
		return sl_fail(e, SL_INVALID,
		               "\"%d%c\" with this northing is in the southern hemisphere (latitude %.1f) or in band S "
		               "of MGRS, in the north; write %d south or %d north",
		               u.zone, letter.p[0], c.lat_deg, u.zone, u.zone);
	c.precision_m = 0.5 * pow(10, -(decimals[0] < decimals[1] ? decimals[0] : decimals[1]));
	*out = c;
	return SL_OK;
}

enum sl_code sl_coord_parse(struct sl_str text, bool corner, struct sl_coord *out, struct sl_err *e)
{
	char plain[TEXT_MAX];

	if (text.n > TEXT_MAX || (text.n && memchr(text.p, 0, text.n)))
		return sl_fail(e, SL_INVALID, "too much text for one position");
	text = sl_str_trim((struct sl_str){plain, sl_numerals_plain(text, plain)});
	if (!text.n)
		return sl_fail(e, SL_INVALID, "no position");
	if (sl_mgrs_looks(text))
		return sl_mgrs_parse(text, corner, out, e);
	if (looks_like_utm(text))
		return parse_utm(text, out, e);
	return sl_angle_parse(text, out, e);
}

enum sl_code sl_coord_text(double lat_deg, double lon_deg, enum sl_coord_format format, char out[64],
                           struct sl_err *e)
{
	struct sl_utm u = {.north = lat_deg >= 0};

	if (!(fabs(lat_deg) <= 90) || !(fabs(lon_deg) <= 180))
		return sl_fail(e, SL_INVALID, "%.7g %.7g is no latitude and longitude", lat_deg, lon_deg);
	switch (format) {
	case SL_COORD_DD:
	case SL_COORD_DM:
	case SL_COORD_DMS:
		sl_angle_text(lat_deg, lon_deg, format, out);
		return SL_OK;
	case SL_COORD_UTM:
		if (sl_utm_from(lat_deg, lon_deg, &u, e))
			return e->code;
		snprintf(out, 64, "%d%s %.3f %.3f", u.zone,
		         u.north                                    ? "N"
		         : could_be_band_s(u.zone, u.northing_m) ? "south"
		                                                    : "S",
		         u.easting_m, u.northing_m);
		return SL_OK;
	case SL_COORD_MGRS:
		return sl_mgrs_text(lat_deg, lon_deg, out, e);
	}
	return sl_fail(e, SL_UNSUPPORTED, "no such coordinate format");
}

bool sl_coord_format_from(struct sl_str name, enum sl_coord_format *out)
{
	static const char *const names[] = {"dd", "dm", "dms", "utm", "mgrs"};

	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		if (sl_str_is_nocase(name, names[i])) {
			*out = (enum sl_coord_format)i;
			return true;
		}
	return false;
}
