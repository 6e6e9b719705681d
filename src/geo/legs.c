#include "geo/legs.h"

#include <math.h>

#define PI 3.14159265358979323846

/* Longer legs are no field traverse, and sums of them no numbers. */
#define LEG_MAX_M 1e6

/* A number with a decimal point or comma, and a unit behind it that may be left out. */
static bool number(struct sl_str text, const char *unit, double *out)
{
	char digits[32];

	text = sl_str_trim(text);
	if (sl_str_has_suffix_nocase(text, unit))
		text.n -= sl_str_from(unit).n;
	text = sl_str_trim(text);
	if (!text.n || text.n >= sizeof digits)
		return false;
	for (size_t i = 0; i < text.n; i++)
		digits[i] = text.p[i] == ',' ? '.' : text.p[i];
	return sl_str_double((struct sl_str){digits, text.n}, out) && isfinite(*out);
}

/* Where the bearing ends: at a slash, else at the first blank before a digit, else at a comma. */
static bool halve(struct sl_str leg, struct sl_str *bearing, struct sl_str *distance)
{
	size_t at = leg.n;

	for (size_t i = 0; i < leg.n && at == leg.n; i++)
		if (leg.p[i] == '/')
			at = i;
	for (size_t i = 1; i + 1 < leg.n && at == leg.n; i++)
		if ((leg.p[i] == ' ' || leg.p[i] == '\t') && leg.p[i + 1] >= '0' && leg.p[i + 1] <= '9')
			at = i;
	for (size_t i = 0; i < leg.n && at == leg.n; i++)
		if (leg.p[i] == ',')
			at = i;
	if (at == leg.n)
		return false;
	*bearing = sl_str_trim((struct sl_str){leg.p, at});
	*distance = (struct sl_str){leg.p + at + 1, leg.n - at - 1};
	if (bearing->n && bearing->p[bearing->n - 1] == ',') /* "45.5, 120" */
		bearing->n--;
	return true;
}

/* "slope 12" at the end, up or down. */
static bool take_slope(struct sl_str *leg, double *slope)
{
	enum { WORD = 5 };

	*slope = 0;
	for (size_t i = 0; i + WORD <= leg->n; i++)
		if (sl_str_is_nocase((struct sl_str){leg->p + i, WORD}, "slope")) {
			struct sl_str text = {leg->p + i + WORD, leg->n - i - WORD};

			*leg = sl_str_trim((struct sl_str){leg->p, i});
			return number(text, "°", slope) && fabs(*slope) < 90;
		}
	return true;
}

static bool read_leg(struct sl_str text, struct sl_leg *leg)
{
	struct sl_str a, b;

	return take_slope(&text, &leg->slope_deg) && halve(text, &a, &b) && number(a, "°", &leg->bearing_deg) &&
	       number(b, "m", &leg->distance_m) && leg->bearing_deg >= 0 && leg->bearing_deg <= 360 &&
	       leg->distance_m > 0 && leg->distance_m <= LEG_MAX_M;
}

static bool next_piece(struct sl_str *rest, struct sl_str *leg)
{
	size_t n = 0;

	if (!rest->n)
		return false;
	while (n < rest->n && rest->p[n] != ';' && rest->p[n] != '\n')
		n++;
	*leg = (struct sl_str){rest->p, n};
	n += n < rest->n;
	*rest = (struct sl_str){rest->p + n, rest->n - n};
	return true;
}

enum sl_leg_read sl_leg_next(struct sl_str *rest, struct sl_leg *out)
{
	struct sl_str piece;

	while (next_piece(rest, &piece)) {
		*out = (struct sl_leg){.text = sl_str_trim(piece)};
		for (size_t i = 0; i < piece.n; i++)
			if (piece.p[i] == ':') {
				out->label = sl_str_trim((struct sl_str){piece.p, i});
				piece = (struct sl_str){piece.p + i + 1, piece.n - i - 1};
				break;
			}
		piece = sl_str_trim(piece);
		if (piece.n)
			return read_leg(piece, out) ? SL_LEG_READ : SL_LEG_BAD;
	}
	return SL_LEG_END;
}

double sl_leg_horizontal_m(const struct sl_leg *leg)
{
	return leg->distance_m * cos(leg->slope_deg * PI / 180);
}

void sl_legs_sum(struct sl_str text, struct sl_legs_sum *out)
{
	struct sl_leg leg;

	*out = (struct sl_legs_sum){0};
	for (enum sl_leg_read read; (read = sl_leg_next(&text, &leg)) != SL_LEG_END;) {
		double distance;

		out->legs++;
		if (read == SL_LEG_BAD) {
			out->bad = out->legs;
			out->bad_text = leg.text;
			return;
		}
		distance = sl_leg_horizontal_m(&leg);
		out->perimeter_m += distance;
		out->east_m += distance * sin(leg.bearing_deg * PI / 180);
		out->north_m += distance * cos(leg.bearing_deg * PI / 180);
	}
}

double sl_legs_misclosure_m(const struct sl_legs_sum *t)
{
	return hypot(t->east_m, t->north_m);
}
