#include "analysis/sampling.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

const double sl_sampling_limit_percent[SL_SAMPLING_LIMITS] = {0.65, 1.0, 1.5, 2.5, 4.0, 6.5};

#define LETTERS "ABCDEFGHJKLMNPQR"
enum { N_LETTERS = sizeof LETTERS - 1, BELOW = -1, ABOVE = -2 };

/* ISO 2859-1, table 1: the last lot of each row, and its letters at levels I, II and III. */
static const struct {
	int64_t last;
	char letter[4];
} letters[] = {
    {8, "AAB"},     {15, "ABC"},    {25, "BCD"},     {50, "CDE"},     {90, "CEF"},
    {150, "DFG"},   {280, "EGH"},   {500, "FHJ"},    {1200, "GJK"},   {3200, "HKL"},
    {10000, "JLM"}, {35000, "KMN"}, {150000, "LNP"}, {500000, "MPQ"}, {INT64_MAX, "NQR"},
};

static const int64_t units_of[N_LETTERS] = {2,  3,   5,   8,   13,  20,  32,   50,
                                            80, 125, 200, 315, 500, 800, 1250, 2000};

/* ISO 2859-1, table 2-A: rejection numbers of single sampling, normal inspection, by limit and letter;
 * BELOW and ABOVE are its arrows.  The column of R follows the diagonals of the others. */
#define V BELOW
#define U ABOVE
static const signed char rejects[SL_SAMPLING_LIMITS][N_LETTERS] = {
    /*       A  B  C  D  E  F  G  H  J   K   L   M   N   P   Q   R */
    /* 0.65 */ {V, V, V, V, V, 1, U, V, 2, 3, 4, 6, 8, 11, 15, 22},
    /* 1.0 */ {V, V, V, V, 1, U, V, 2, 3, 4, 6, 8, 11, 15, 22, U},
    /* 1.5 */ {V, V, V, 1, U, V, 2, 3, 4, 6, 8, 11, 15, 22, U, U},
    /* 2.5 */ {V, V, 1, U, V, 2, 3, 4, 6, 8, 11, 15, 22, U, U, U},
    /* 4.0 */ {V, 1, U, V, 2, 3, 4, 6, 8, 11, 15, 22, U, U, U, U},
    /* 6.5 */ {1, U, V, 2, 3, 4, 6, 8, 11, 15, 22, U, U, U, U, U},
};

enum sl_code sl_sampling_letter(int64_t lot, enum sl_sampling_level level, char *out, struct sl_err *e)
{
	size_t row = 0;

	if (lot < 2)
		return sl_fail(e, SL_INVALID, "a lot of %lld units: sampling begins at 2; inspect all of it",
		               (long long)lot);
	if (level > SL_SAMPLING_III)
		return sl_fail(e, SL_INVALID, "the inspection levels are I, II and III");
	while (lot > letters[row].last)
		row++;
	*out = letters[row].letter[level];
	return SL_OK;
}

enum sl_code sl_sampling_plan(int64_t lot, enum sl_sampling_level level, double limit_percent,
                              struct sl_sampling_plan *out, struct sl_err *e)
{
	int limit = 0, i = 0, step;
	char letter;

	if (sl_sampling_letter(lot, level, &letter, e))
		return e->code;
	while (limit < SL_SAMPLING_LIMITS && !(fabs(sl_sampling_limit_percent[limit] - limit_percent) < 1e-9))
		limit++;
	if (limit == SL_SAMPLING_LIMITS)
		return sl_fail(
		    e, SL_INVALID,
		    "the acceptance quality limit is %g %%: the tables have 0.65, 1.0, 1.5, 2.5, 4.0 and 6.5",
		    limit_percent);
	while (LETTERS[i] != letter)
		i++;
	/* An arrow never meets the other one before a number: V stands over the first number of a row, U behind
	 * one. */
	step = rejects[limit][i] == BELOW ? 1 : -1;
	while (rejects[limit][i] < 0)
		i += step;
	*out = (struct sl_sampling_plan){.letter = letter,
	                                 .plan_letter = LETTERS[i],
	                                 .units = units_of[i] < lot ? units_of[i] : lot,
	                                 .accept = rejects[limit][i] - 1,
	                                 .reject = rejects[limit][i],
	                                 .all = units_of[i] >= lot};
	return SL_OK;
}

enum sl_code sl_sampling_level_read(struct sl_str text, enum sl_sampling_level *out, struct sl_err *e)
{
	static const char *const name[][2] = {{"I", "1"}, {"II", "2"}, {"III", "3"}};

	for (size_t i = 0; i < 3; i++)
		if (sl_str_is_nocase(text, name[i][0]) || sl_str_is(text, name[i][1])) {
			*out = (enum sl_sampling_level)i;
			return SL_OK;
		}
	return sl_fail(e, SL_INVALID, "level '%.*s': the inspection levels are I, II and III",
	               SL_STR_ARG(text));
}

/* Clause 9.3 in short: to tightened when 2 of 5 consecutive lots or fewer are rejected; back after 5
 * accepted in a row; inspection stops when the rejected lots on tightened inspection, without a return
 * between, come to 5. */
enum sl_code sl_sampling_switch(struct sl_str decisions, enum sl_sampling_severity *out, struct sl_err *e)
{
	enum sl_sampling_severity now = SL_SAMPLING_NORMAL;
	int accepted = 0, rejected = 0;
	unsigned last = 0; /* a bit a lot on this inspection, newest lowest */

	for (size_t i = 0; i < decisions.n; i++) {
		char c = decisions.p[i];
		bool bad = c == 'R' || c == 'r';

		if (c == ' ' || c == ',' || c == '\t' || c == '\n')
			continue;
		if (!bad && c != 'A' && c != 'a')
			return sl_fail(e, SL_INVALID, "lots: '%c' is neither A (accepted) nor R (rejected)",
			               c >= ' ' && c < 127 ? c : '?');
		if (now == SL_SAMPLING_STOPPED)
			continue;
		last = (last << 1 | bad) & 31;
		accepted = bad ? 0 : accepted + 1;
		rejected += bad;
		if (now == SL_SAMPLING_NORMAL && __builtin_popcount(last) >= 2) {
			now = SL_SAMPLING_TIGHTENED;
			accepted = rejected = 0;
			last = 0;
		} else if (now == SL_SAMPLING_TIGHTENED && rejected >= 5) {
			now = SL_SAMPLING_STOPPED;
		} else if (now == SL_SAMPLING_TIGHTENED && accepted >= 5) {
			now = SL_SAMPLING_NORMAL;
			accepted = rejected = 0;
			last = 0;
		}
	}
	*out = now;
	return SL_OK;
}

/* The terms from none upwards, in logarithms.  gsl_cdf_hypergeometric_P takes each from differences of
 * logarithms of factorials of the lot, which costs nine digits at 10^8 units; a product over the smaller
 * number costs none. */
static double from_none(int64_t lot, int64_t fewer, int64_t more, int64_t accept)
{
	double term = 0, sum;

	for (int64_t i = 0; i < fewer; i++)
		term += log1p(-(double)more / (double)(lot - i));
	sum = exp(term);
	for (int64_t k = 0; k < accept && k < fewer; k++) {
		term += log((double)(fewer - k)) + log((double)(more - k)) - log((double)(k + 1)) -
		        log((double)(lot - fewer - more + k + 1));
		sum += exp(term);
	}
	return sum < 1 ? sum : 1;
}

enum sl_code sl_sampling_accepts(int64_t lot, int64_t sample, int64_t accept, int64_t failed, double *out,
                                 struct sl_err *e)
{
	if (lot < 1 || lot > SL_SAMPLING_LOT_MAX)
		return sl_fail(e, SL_INVALID, "a lot of %lld units: 1 to %d", (long long)lot, SL_SAMPLING_LOT_MAX);
	if (sample < 0 || sample > lot)
		return sl_fail(e, SL_INVALID, "a sample of %lld units of a lot of %lld", (long long)sample,
		               (long long)lot);
	if (failed < 0 || failed > lot)
		return sl_fail(e, SL_INVALID, "%lld failed units in a lot of %lld", (long long)failed,
		               (long long)lot);
	if (accept < 0)
		return sl_fail(e, SL_INVALID, "the acceptance number is %lld: none is less than 0",
		               (long long)accept);
	if (accept >= sample || accept >= failed)
		*out = 1; /* there can be no more */
	else if (sample + failed <= lot)
		*out = from_none(lot, sample < failed ? sample : failed, sample < failed ? failed : sample, accept);
	else
		*out = gsl_cdf_hypergeometric_P((unsigned)accept, (unsigned)failed, (unsigned)(lot - failed),
		                                (unsigned)sample);
	return SL_OK;
}

double sl_sampling_accepts_binomial(int64_t sample, int64_t accept, double share)
{
	return gsl_cdf_binomial_P((unsigned)accept, share, (unsigned)sample);
}

double sl_sampling_accepts_poisson(int64_t sample, int64_t accept, double share)
{
	return share > 0 ? gsl_cdf_poisson_P((unsigned)accept, (double)sample * share) : 1;
}

static enum sl_code check_confidence(double confidence, struct sl_err *e)
{
	if (!(confidence > 0 && confidence < 1))
		return sl_fail(e, SL_INVALID, "a confidence of %g: it lies between 0 and 1", confidence);
	return SL_OK;
}

enum sl_code sl_sampling_clean_units(double share, double confidence, int64_t *out, struct sl_err *e)
{
	double n;

	if (check_confidence(confidence, e))
		return e->code;
	if (!(share > 0 && share < 1))
		return sl_fail(e, SL_INVALID, "a share of %g: it lies between 0 and 1", share);
	n = ceil(log1p(-confidence) / log1p(-share));
	if (!(n < 1e15))
		return sl_fail(e, SL_INVALID, "a share of %g: too small for any sample", share);
	*out = (int64_t)n;
	return SL_OK;
}

enum sl_code sl_sampling_clean_units_of(int64_t lot, int64_t failed, double confidence, int64_t *out,
                                        struct sl_err *e)
{
	int64_t low = 1, high = lot;

	if (check_confidence(confidence, e))
		return e->code;
	if (lot < 1 || lot > SL_SAMPLING_LOT_MAX || failed < 1 || failed > lot)
		return sl_fail(e, SL_INVALID, "%lld failed units in a lot of %lld", (long long)failed,
		               (long long)lot);
	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		double p;

		if (sl_sampling_accepts(lot, middle, 0, failed, &p, e))
			return e->code;
		if (p <= (1 - confidence) * (1 + 1e-12)) /* 0.05 of a lot of 100 is not exact in binary */
			high = middle;
		else
			low = middle + 1;
	}
	*out = low;
	return SL_OK;
}

enum sl_code sl_sampling_detection_bound(int64_t laid, int64_t detected, double confidence, double *out,
                                         struct sl_err *e)
{
	if (check_confidence(confidence, e))
		return e->code;
	if (laid < 1 || laid > SL_SAMPLING_LOT_MAX || detected < 0 || detected > laid)
		return sl_fail(e, SL_INVALID,
		               "%lld of %lld targets detected: a trial needs targets, and finds no more than them",
		               (long long)detected, (long long)laid);
	if (detected == laid)
		*out = exp(log1p(-confidence) / (double)laid);
	else if (!detected)
		*out = 0;
	else
		*out = gsl_cdf_beta_Pinv(1 - confidence, (double)detected, (double)(laid - detected) + 1);
	return SL_OK;
}
