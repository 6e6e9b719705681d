/* What the last whole years achieved: the rate that projections rest on (Article 5, estimates). */
#ifndef SL_APP_ACHIEVED_H
#define SL_APP_ACHIEVED_H

#include "analysis/estimate_work.h"
#include "ledger/account.h"

enum { SL_ACHIEVED_YEARS = 3 };
struct sl_achieved_years {
	int n; /* whole years before the closing date with an account line, newest first */
	int year[SL_ACHIEVED_YEARS];
	const struct sl_account_line *line[SL_ACHIEVED_YEARS];
	double m2[SL_ACHIEVED_YEARS];
};
/* Of an account by year, the sum of the flows named; a year that is not over on `until` is no rate. */
void sl_achieved_years(const struct sl_account *by_year, struct sl_date until, const enum sl_flow *flow,
                       size_t n_flows, struct sl_achieved_years *out);

#endif
