#include "checks/traverse.h"

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

static bool read_leg(struct sl_str leg, double *bearing, double *distance)
{
	struct sl_str a, b;

	return halve(leg, &a, &b) && number(a, "°", bearing) && number(b, "m", distance) && *bearing >= 0 &&
	       *bearing <= 360 && *distance > 0 && *distance <= LEG_MAX_M;
}

static bool next_leg(struct sl_str *rest, struct sl_str *leg)
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

void sl_traverse_read(struct sl_str text, struct sl_traverse *out)
{
	struct sl_str leg;

	*out = (struct sl_traverse){0};
	while (next_leg(&text, &leg)) {
		double bearing, distance;

		for (size_t i = 0; i < leg.n; i++)
			if (leg.p[i] == ':') {
				leg = (struct sl_str){leg.p + i + 1, leg.n - i - 1};
				break;
			}
		leg = sl_str_trim(leg);
		if (!leg.n)
			continue;
		out->legs++;
		if (!read_leg(leg, &bearing, &distance)) {
			out->bad = out->legs;
			out->bad_text = leg;
			return;
		}
		out->perimeter_m += distance;
		out->east_m += distance * sin(bearing * PI / 180);
		out->north_m += distance * cos(bearing * PI / 180);
	}
}

double sl_traverse_misclosure_m(const struct sl_traverse *t)
{
	return hypot(t->east_m, t->north_m);
}
