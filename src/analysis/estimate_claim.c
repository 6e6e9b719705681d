#include "analysis/estimate_claim.h"

#include <math.h>
#include <string.h>

#define FOOT 0.3048

static const struct {
	const char *name;
	double m2;
} units[] = {{"m2", 1},
             {"m²", 1},
             {"sqm", 1},
             {"sq m", 1},
             {"square metre", 1},
             {"square meter", 1},
             {"a", 100},
             {"are", 100},
             {"dunam", 1000},
             {"dunum", 1000},
             {"donum", 1000},
             {"ha", 1e4},
             {"hectare", 1e4},
             {"km2", 1e6},
             {"km²", 1e6},
             {"sqkm", 1e6},
             {"sq km", 1e6},
             {"square kilometre", 1e6},
             {"square kilometer", 1e6},
             {"acre", 43560 * FOOT *FOOT},
             {"mi2", 5280.0 * 5280.0 * FOOT *FOOT},
             {"mi²", 5280.0 * 5280.0 * FOOT *FOOT},
             {"sq mi", 5280.0 * 5280.0 * FOOT *FOOT},
             {"square mile", 5280.0 * 5280.0 * FOOT *FOOT},
             {"sq ft", FOOT *FOOT},
             {"ft2", FOOT *FOOT},
             {"square foot", FOOT *FOOT},
             {"square feet", FOOT *FOOT}};

bool sl_area_unit(struct sl_str unit, double *m2)
{
	unit = sl_str_trim(unit);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct sl_str one = unit;

		/* "square miles", "hectares"; a one-letter name has no plural */
		if (strlen(units[i].name) > 2 && one.n == strlen(units[i].name) + 1 &&
		    (one.p[one.n - 1] | 0x20) == 's')
			one.n--;
		if (sl_str_is_nocase(one, units[i].name)) {
			*m2 = units[i].m2;
			return true;
		}
	}
	return false;
}

static bool bad(double x)
{
	return isinf(x) || x < 0;
}

enum sl_code sl_area_claim_read(struct sl_area_claim *io, const char *name, struct sl_err *e)
{
	double m2;

	if (bad(io->low) || bad(io->high) || io->high < io->low)
		return sl_fail(e, SL_INVALID,
		               "%s: an area is not negative, finite, and its upper value not below its lower; "
		               "correct the claim",
		               name);
	if (isnan(io->low) && isnan(io->high))
		return sl_fail(e, SL_INVALID, "%s gives no number; write the area into the claim's values", name);
	if (!sl_str_trim(io->unit).n)
		return sl_fail(e, SL_INVALID, "%s has no unit; write km2, ha, square miles, ... into the claim",
		               name);
	if (!sl_area_unit(io->unit, &m2))
		return sl_fail(e, SL_INVALID,
		               "%s: '%.*s' is no unit of area; write km2, ha, square miles, ... into the claim",
		               name, SL_STR_ARG(io->unit));
	io->low_m2 = io->low * m2;
	io->high_m2 = io->high * m2;
	return SL_OK;
}

enum sl_claim_verdict sl_area_claim_against(const struct sl_area_claim *c, double low_m2, double high_m2,
                                            double *times)
{
	*times = (double)NAN;
	if (isnan(c->low_m2) && isnan(c->high_m2))
		return SL_CLAIM_OPEN;
	if (c->low_m2 > high_m2) {
		if (high_m2 > 0)
			*times = c->low_m2 / high_m2;
		return SL_CLAIM_ABOVE;
	}
	if (c->high_m2 < low_m2) {
		*times = c->high_m2 / low_m2;
		return SL_CLAIM_BELOW;
	}
	return SL_CLAIM_AGREES;
}

bool sl_area_claims_contradict(const struct sl_area_claim *a, const struct sl_area_claim *b)
{
	if (!sl_str_eq(a->subject, b->subject) || !sl_str_eq(a->attribute, b->attribute) ||
	    !sl_str_eq(a->admin1, b->admin1))
		return false;
	/* A comparison with an open end (NAN) is false: nothing speaks against it there. */
	if (a->denies != b->denies)
		return !(a->low_m2 > b->high_m2 || b->low_m2 > a->high_m2);
	return !a->denies && (a->low_m2 > b->high_m2 || b->low_m2 > a->high_m2);
}
