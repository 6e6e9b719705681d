#include "geo/mgrs.h"

#include "geo/utm.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* NGA.STND.0037_2.0.0_GRIDS: bands of 8 degrees from 80 S (X has 12), columns in sets of three zones,
 * rows repeating every 2000 km, shifted by five in even zones.  I and O are never used. */
static const char bands[] = "CDEFGHJKLMNPQRSTUVWX";
static const char *const columns[3] = {"ABCDEFGH", "JKLMNPQR", "STUVWXYZ"};
static const char rows[] = "ABCDEFGHJKLMNPQRSTUV";

/* At the poles: 100 km squares of the UPS grid, counted from `first` both ways; west and east of the
 * meridian 0/180 (easting 2000 km) have their own letters. */
static const struct polar {
	char west, east;
	const char *west_columns, *east_columns, *rows;
	int first;
} polar[2] = {
	{'A', 'B', "JKLPQRSTUXYZ", "ABCFGHJKLPQR", "ABCDEFGHJKLMNPQRSTUVWXYZ", 8},
	{'Y', 'Z', "RSTUXYZ", "ABCFGHJ", "ABCDEFGHJKLMNP", 13},
};
enum { POLAR_MIDDLE = 20, SQUARE_M = 100000, DIGITS_MAX = 10 };

/* A reference taken apart; letters in upper case. */
struct reference {
	int zone; /* 0 at the poles */
	char letter[3];
	int n_digits; /* of easting and northing together */
	int first_group; /* digits before a blank among them; 0 when there is none */
	bool broken_up;  /* digits in more than two groups */
	char digits[DIGITS_MAX + 1];
};

/* Index of a letter in a list, -1 when it is not there. */
static int index_of(const char *list, char letter)
{
	const char *hit = letter ? strchr(list, letter) : NULL;

	return hit ? (int)(hit - list) : -1;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

/* False when the text has not the outer form of a reference. */
static bool take_apart(struct sl_str s, struct reference *r)
{
	size_t i = 0;
	int letters = 0, zone_digits = 0;

	s = sl_str_trim(s);
	*r = (struct reference){0};
	for (; i < s.n && is_digit(s.p[i]) && zone_digits < 3; i++, zone_digits++)
		r->zone = r->zone * 10 + (s.p[i] - '0');
	if (zone_digits > 2)
		return false;
	for (; i < s.n && !is_digit(s.p[i]); i++) {
		char c = upper(s.p[i]);

		if (c == ' ')
			continue;
		if (c < 'A' || c > 'Z' || letters == 3)
			return false;
		r->letter[letters++] = c;
	}
	if (letters != 3 || (!zone_digits && index_of("ABYZ", r->letter[0]) < 0))
		return false;
	for (bool blank = false; i < s.n; i++) {
		if (s.p[i] == ' ') {
			blank = true;
			continue;
		}
		if (!is_digit(s.p[i]))
			return false;
		if (blank && r->n_digits) {
			r->broken_up |= r->first_group > 0;
			r->first_group = r->n_digits;
		}
		blank = false;
		if (r->n_digits < DIGITS_MAX)
			r->digits[r->n_digits] = s.p[i];
		r->n_digits++;
	}
	return true;
}

bool sl_mgrs_looks(struct sl_str text)
{
	struct reference r;

	return take_apart(text, &r);
}

static enum sl_code check_digits(const struct reference *r, struct sl_err *e)
{
	if (r->n_digits % 2)
		return sl_fail(e, SL_INVALID,
		               "MGRS with %d digits: easting and northing must have equally many, so their number is even",
		               r->n_digits);
	if (r->n_digits > DIGITS_MAX)
		return sl_fail(e, SL_INVALID, "MGRS with %d digits; it ends at %d, one metre", r->n_digits,
		               DIGITS_MAX);
	if (r->broken_up || (r->first_group && r->first_group * 2 != r->n_digits))
		return sl_fail(e, SL_INVALID, "MGRS easting and northing must have equally many digits");
	return SL_OK;
}

/* Metres within the 100 km square. */
static int offset_m(const char *digits, int n)
{
	int x = 0;

	for (int i = 0; i < 5; i++)
		x = x * 10 + (i < n ? digits[i] - '0' : 0);
	return x;
}

static enum sl_code parse_polar(const struct reference *r, double within_x, double within_y, double *lat,
                                double *lon, struct sl_err *e)
{
	const bool north = r->letter[0] >= 'Y', east = r->letter[0] == 'B' || r->letter[0] == 'Z';
	const struct polar *p = &polar[north];
	int column = index_of(east ? p->east_columns : p->west_columns, r->letter[1]);
	int row = index_of(p->rows, r->letter[2]);
	double x, y;

	if (r->zone)
		return sl_fail(e, SL_INVALID, "MGRS zone letter %c stands without a zone number, at the poles",
		               r->letter[0]);
	if (column < 0 || row < 0)
		return sl_fail(e, SL_INVALID, "MGRS has no square %c%c in %c", r->letter[1], r->letter[2],
		               r->letter[0]);
	x = (column + (east ? POLAR_MIDDLE : p->first)) * (double)SQUARE_M + within_x;
	y = (row + p->first) * (double)SQUARE_M + within_y;
	return sl_grid_inverse(north ? SL_GRID_UPS_NORTH : SL_GRID_UPS_SOUTH, 0, x, y, lat, lon, e);
}

static enum sl_code parse_zone(const struct reference *r, double within_x, double within_y, double size_m,
                               double *lat, double *lon, struct sl_err *e)
{
	const int band = index_of(bands, r->letter[0]), row = index_of(rows, r->letter[2]);
	const int column = index_of(columns[(r->zone + 2) % 3], r->letter[1]);
	double south = band * 8 - 80, north = band == 19 ? 84 : south + 8, slack, x, y, middle;

	if (r->zone < 1 || r->zone > 60)
		return sl_fail(e, SL_INVALID, "MGRS has zones 1 to 60, not %d", r->zone);
	if (band < 0)
		return sl_fail(e, SL_INVALID, "MGRS has no latitude band %c; they are C to X without I and O",
		               r->letter[0]);
	if (column < 0 || row < 0)
		return sl_fail(e, SL_INVALID, "MGRS has no square %c%c in zone %d", r->letter[1], r->letter[2],
		               r->zone);
	x = (column + 1) * (double)SQUARE_M + within_x;
	/* Rows repeat every 2000 km and a band is under 1400 km high: the nearest to its middle. */
	y = (row + (r->zone % 2 ? 0 : 15)) % 20 * (double)SQUARE_M + within_y;
	middle = (south + north) / 2 * 110600;
	y += 2e6 * nearbyint((middle - y) / 2e6);
	if (sl_grid_inverse(SL_GRID_TM, r->zone, x, y, lat, lon, e))
		return e->code;
	/* A square may stick out of its band by its own size. */
	slack = size_m / 110000 + 1e-4;
	if (*lat < south - slack || *lat > north + slack)
		return sl_fail(e, SL_INVALID, "MGRS square %c%c of zone %d lies at latitude %.2f, not in band %c",
		               r->letter[1], r->letter[2], r->zone, *lat, r->letter[0]);
	return SL_OK;
}

enum sl_code sl_mgrs_parse(struct sl_str text, bool corner, struct sl_coord *out, struct sl_err *e)
{
	struct sl_coord c = {.format = SL_COORD_MGRS};
	struct reference r;
	double size_m, x, y;

	if (!take_apart(text, &r))
		return sl_fail(e, SL_INVALID, "\"%.*s\" is no MGRS reference like 48PTV5103393596",
		               SL_STR_ARG(text));
	if (check_digits(&r, e))
		return e->code;
	size_m = pow(10, 5 - r.n_digits / 2);
	c.precision_m = size_m / 2;
	x = offset_m(r.digits, r.n_digits / 2) + (corner ? 0 : size_m / 2);
	y = offset_m(r.digits + r.n_digits / 2, r.n_digits / 2) + (corner ? 0 : size_m / 2);
	if (index_of("ABYZ", r.letter[0]) >= 0 ? parse_polar(&r, x, y, &c.lat_deg, &c.lon_deg, e)
	                                       : parse_zone(&r, x, y, size_m, &c.lat_deg, &c.lon_deg, e))
		return e->code;
	*out = c;
	return SL_OK;
}

/* Whole metres, downwards; the nudge keeps a corner that was read from text in its own square. */
static long whole_m(double x)
{
	return (long)floor(x + 1e-6);
}

static enum sl_code polar_text(double lat_deg, double lon_deg, char out[64], struct sl_err *e)
{
	const bool north = lat_deg > 0;
	const struct polar *p = &polar[north];
	double x, y;
	long ix, iy, column, row;
	bool east;

	if (sl_grid_forward(north ? SL_GRID_UPS_NORTH : SL_GRID_UPS_SOUTH, 0, lat_deg, lon_deg, &x, &y, e))
		return e->code;
	ix = whole_m(x);
	iy = whole_m(y);
	column = ix / SQUARE_M;
	row = iy / SQUARE_M - p->first;
	east = column >= POLAR_MIDDLE;
	column -= east ? POLAR_MIDDLE : p->first;
	if (column < 0 || row < 0 || column >= (long)strlen(east ? p->east_columns : p->west_columns) ||
	    row >= (long)strlen(p->rows))
		return sl_fail(e, SL_INVALID, "%.7g %.7g is outside the polar MGRS", lat_deg, lon_deg);
	snprintf(out, 64, "%c%c%c%05ld%05ld", east ? p->east : p->west,
	         (east ? p->east_columns : p->west_columns)[column], p->rows[row], ix % SQUARE_M, iy % SQUARE_M);
	return SL_OK;
}

enum sl_code sl_mgrs_text(double lat_deg, double lon_deg, char out[64], struct sl_err *e)
{
	int zone = sl_utm_zone(lat_deg, lon_deg), band = (int)floor((lat_deg + 80) / 8);
	long ix, iy, column;
	double x, y;

	if (lat_deg < -80 || lat_deg >= 84)
		return polar_text(lat_deg, lon_deg, out, e);
	if (sl_grid_forward(SL_GRID_TM, zone, lat_deg, lon_deg, &x, &y, e))
		return e->code;
	ix = whole_m(x);
	iy = whole_m(y + (lat_deg < 0 ? 1e7 : 0)); /* a multiple of 2000 km: the rows do not change */
	column = ix / SQUARE_M - 1;
	if (column < 0 || column > 7)
		return sl_fail(e, SL_INVALID, "%.7g %.7g is outside the MGRS zone %d", lat_deg, lon_deg, zone);
	snprintf(out, 64, "%02d%c%c%c%05ld%05ld", zone, bands[band > 19 ? 19 : band],
	         columns[(zone + 2) % 3][column], rows[(iy / SQUARE_M + (zone % 2 ? 0 : 5)) % 20],
	         ix % SQUARE_M, iy % SQUARE_M);
	return SL_OK;
}
