#include "formats/place.h"

#include "formats/source.h"
#include "geo/coord.h"
#include "geo/wkb.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum sl_place_part sl_place_part_of(enum sl_transform t)
{
	return (enum sl_place_part)((int)t - (int)SL_TRANSFORM_WKT);
}

bool sl_place_number(struct sl_str text, double *out)
{
	char tmp[40];
	struct sl_str s = sl_str_trim(text);
	const char *comma = s.n ? memchr(s.p, ',', s.n) : NULL;

	if (sl_str_double(s, out))
		return true;
	if (!comma || s.n >= sizeof tmp || memchr(comma + 1, ',', (size_t)(s.p + s.n - comma - 1)) ||
	    memchr(s.p, '.', s.n))
		return false;
	memcpy(tmp, s.p, s.n);
	tmp[comma - s.p] = '.';
	if (!sl_str_double((struct sl_str){tmp, s.n}, out))
		return false;
	/* 102,700 is a longitude of 102.7; as an easting it could be 102,700 m. */
	return fabs(*out) <= 180 || s.p + s.n - comma != 4;
}

bool sl_place_is_wkt(struct sl_str text)
{
	static const char *const words[] = {
	    "POINT",        "LINESTRING",         "POLYGON", "MULTIPOINT", "MULTILINESTRING",
	    "MULTIPOLYGON", "GEOMETRYCOLLECTION", "SRID="};
	struct sl_str s = sl_str_trim(text);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i]);

		if (s.n > n && sl_str_is_nocase((struct sl_str){s.p, n}, words[i]))
			return true;
	}
	return false;
}

bool sl_place_is_hex_wkb(struct sl_str text)
{
	struct sl_str s = sl_str_trim(text);

	if (s.n < 10 || s.n % 2 || s.p[0] != '0' || (s.p[1] != '0' && s.p[1] != '1'))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!isxdigit((unsigned char)s.p[i]))
			return false;
	return true;
}

static enum sl_code trouble(struct sl_arena *a, struct sl_place *p, const char *rule, struct sl_err *inner,
                            struct sl_err *e)
{
	if (inner->code == SL_NOMEM) {
		*e = *inner;
		return e->code;
	}
	p->rule = rule;
	p->problem = sl_arena_printf(a, e, "%s", inner->msg);
	return p->problem ? SL_OK : e->code;
}

static enum sl_code point(struct sl_arena *a, double x, double y, struct sl_place *p, struct sl_err *e)
{
	struct sl_geom_builder b;

	sl_geom_build(&b, a, SL_GEOM_POINT);
	if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e) || sl_geom_add_point(&b, x, y, e))
		return e->code;
	sl_geom_finish(&b, &p->geometry);
	return SL_OK;
}

/* As in every other format (SL_ROW_POINTS_MAX). */
static enum sl_code too_large(struct sl_arena *a, struct sl_place *p, struct sl_err *e)
{
	p->rule = "G24";
	p->problem =
	    sl_arena_printf(a, e, "more than %u points; split it or make it simpler", SL_ROW_POINTS_MAX);
	return p->problem ? SL_OK : e->code;
}

static enum sl_code read_wkt(struct sl_arena *a, struct sl_str text, struct sl_place *p, struct sl_err *e)
{
	struct sl_err inner = {0};
	size_t commas = 0;

	if (text.n > SL_ROW_POINTS_MAX)
		for (size_t i = 0; i < text.n; i++)
			commas += text.p[i] == ',';
	if (commas > SL_ROW_POINTS_MAX)
		return too_large(a, p, e);

	if (sl_wkt_read(a, text, &p->geometry, &p->srid, &inner)) {
		p->geometry = (struct sl_geom){0};
		return trouble(a, p, "G24", &inner, e);
	}
	return SL_OK;
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

static enum sl_code read_hex(struct sl_arena *a, struct sl_str text, struct sl_place *p, struct sl_err *e)
{
	struct sl_err inner = {0};
	struct sl_str s = sl_str_trim(text);
	char *bytes;

	if (!sl_place_is_hex_wkb(s)) {
		p->rule = "G24";
		p->problem = "the text is no hexadecimal WKB";
		return SL_OK;
	}
	if (s.n / 32 > SL_ROW_POINTS_MAX)
		return too_large(a, p, e);
	bytes = sl_arena_alloc(a, s.n / 2, 1, e);
	if (!bytes)
		return e->code;
	for (size_t i = 0; i < s.n / 2; i++)
		bytes[i] = (char)(digit(s.p[2 * i]) << 4 | digit(s.p[2 * i + 1]));
	if (sl_wkb_read(a, (struct sl_str){bytes, s.n / 2}, &p->geometry, &inner)) {
		p->geometry = (struct sl_geom){0};
		return trouble(a, p, "G24", &inner, e);
	}
	return SL_OK;
}

/* Words for a position, through the reader of all formats. */
static enum sl_code read_words(struct sl_arena *a, struct sl_str text, struct sl_place *p, struct sl_err *e)
{
	struct sl_err inner = {0};
	struct sl_coord c;

	p->wgs84 = true;
	if (sl_coord_parse(text, false, &c, &inner))
		return trouble(a, p, "G24", &inner, e);
	p->precision_m = c.precision_m;
	return point(a, c.lon_deg, c.lat_deg, p, e);
}

/* "(6.14, -75.18)" as open data portals write it: brackets go. */
static struct sl_str strip_brackets(struct sl_str s)
{
	s = sl_str_trim(s);
	if (s.n >= 2 && s.p[0] == '(' && s.p[s.n - 1] == ')')
		s = sl_str_trim((struct sl_str){s.p + 1, s.n - 2});
	return s;
}

/* The digits of an MGRS reference come in two halves: an odd number was cut or mistyped (rule G18). */
static bool odd_mgrs(struct sl_str s)
{
	size_t digits = 0, letters = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (isalpha((unsigned char)s.p[i]))
			letters++;
		else if (letters >= 3 && isdigit((unsigned char)s.p[i]))
			digits++;
	}
	return letters == 3 && digits % 2;
}

static enum sl_code read_mgrs(struct sl_arena *a, struct sl_str text, struct sl_place *p, struct sl_err *e)
{
	if (read_words(a, sl_str_trim(text), p, e))
		return e->code;
	if (p->problem && odd_mgrs(text))
		p->rule = "G18";
	return SL_OK;
}

static enum sl_code missing(struct sl_arena *a, struct sl_place *p, const char *what, struct sl_err *e)
{
	p->rule = "G24";
	p->problem = sl_arena_printf(a, e, "the place is incomplete: %s is empty", what);
	return p->problem ? SL_OK : e->code;
}

static enum sl_code read_latlon(struct sl_arena *a, struct sl_str lat, struct sl_str lon,
                                struct sl_place *p, struct sl_err *e)
{
	double y, x;
	char *joined;

	p->wgs84 = true;
	if (!lat.n || !lon.n)
		return missing(a, p, lat.n ? "the longitude" : "the latitude", e);
	if (sl_place_number(lat, &y) && sl_place_number(lon, &x))
		return point(a, x, y, p, e);
	joined = sl_arena_printf(a, e, "%.*s %.*s", SL_STR_ARG(lat), SL_STR_ARG(lon));
	if (!joined)
		return e->code;
	return read_words(a, sl_str_from(joined), p, e);
}

static enum sl_code read_xy(struct sl_arena *a, struct sl_str tx, struct sl_str ty, struct sl_place *p,
                            struct sl_err *e)
{
	double x, y;
	bool bad_x;

	if (!tx.n || !ty.n)
		return missing(a, p, tx.n ? "y" : "x", e);
	bad_x = !sl_place_number(tx, &x);
	if (bad_x || !sl_place_number(ty, &y)) {
		struct sl_str bad = bad_x ? tx : ty;

		p->rule = "G24";
		p->problem =
		    sl_arena_printf(a, e, "'%.*s' is no coordinate; say 'number' or 'decimal_comma' in the mapping",
		                    SL_STR_ARG(bad));
		return p->problem ? SL_OK : e->code;
	}
	return point(a, x, y, p, e);
}

static enum sl_code read_utm(struct sl_arena *a, const struct sl_str *part, struct sl_place *p,
                             struct sl_err *e)
{
	struct sl_str zone = sl_str_trim(part[SL_PLACE_ZONE]);
	double x, y;
	char *joined;

	p->wgs84 = true;
	if (!zone.n || !part[SL_PLACE_EASTING].n || !part[SL_PLACE_NORTHING].n)
		return missing(a, p, !zone.n ? "the UTM zone" : "an easting or a northing", e);
	if (!sl_place_number(part[SL_PLACE_EASTING], &x) || !sl_place_number(part[SL_PLACE_NORTHING], &y)) {
		p->rule = "G24";
		p->problem =
		    "easting and northing are numbers of metres; say 'number' or 'decimal_comma' in the mapping";
		return SL_OK;
	}
	joined = sl_arena_printf(a, e, "%.*s %.12g %.12g", SL_STR_ARG(zone), x, y);
	if (!joined)
		return e->code;
	return read_words(a, sl_str_from(joined), p, e);
}

enum sl_code sl_place_read(struct sl_arena *a, const struct sl_place_texts *texts, struct sl_place *out,
                           struct sl_err *e)
{
	const struct sl_str *part = texts->part;
	struct sl_place p = {0};
	enum sl_code code = SL_OK;

	/* The fullest description first. */
	if (part[SL_PLACE_WKT].n)
		code = sl_place_is_hex_wkb(part[SL_PLACE_WKT]) ? read_hex(a, part[SL_PLACE_WKT], &p, e)
		                                               : read_wkt(a, part[SL_PLACE_WKT], &p, e);
	else if (part[SL_PLACE_WKB].n)
		code = read_hex(a, part[SL_PLACE_WKB], &p, e);
	else if (part[SL_PLACE_LAT].n || part[SL_PLACE_LON].n)
		code = read_latlon(a, part[SL_PLACE_LAT], part[SL_PLACE_LON], &p, e);
	else if (part[SL_PLACE_X].n || part[SL_PLACE_Y].n)
		code = read_xy(a, part[SL_PLACE_X], part[SL_PLACE_Y], &p, e);
	else if (part[SL_PLACE_LATLON].n)
		code = read_words(a, strip_brackets(part[SL_PLACE_LATLON]), &p, e);
	else if (part[SL_PLACE_MGRS].n)
		code = read_mgrs(a, part[SL_PLACE_MGRS], &p, e);
	else if (part[SL_PLACE_UTM].n)
		code = read_words(a, part[SL_PLACE_UTM], &p, e);
	else if (part[SL_PLACE_EASTING].n || part[SL_PLACE_NORTHING].n)
		code = read_utm(a, part, &p, e);
	if (code)
		return code;
	*out = p;
	return SL_OK;
}

enum sl_place_part sl_place_part_meant(struct sl_str heading)
{
	static const struct {
		const char *name;
		enum sl_place_part part;
	} known[] = {{"lat", SL_PLACE_LAT},       {"latitude", SL_PLACE_LAT}, {"lon", SL_PLACE_LON},
	             {"long", SL_PLACE_LON},      {"lng", SL_PLACE_LON},      {"longitude", SL_PLACE_LON},
	             {"mgrs", SL_PLACE_MGRS},     {"utm", SL_PLACE_UTM},      {"wkt", SL_PLACE_WKT},
	             {"geometry", SL_PLACE_WKT}, {"geom", SL_PLACE_WKT},     {"the_geom", SL_PLACE_WKT}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (sl_str_is_nocase(heading, known[i].name))
			return known[i].part;
	return SL_PLACE_PARTS;
}
