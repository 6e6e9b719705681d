#include "app/achieved.h"

static const struct sl_account_line *line_of_year(const struct sl_account *account, int year)
{
	for (size_t i = 0; i < account->n_lines; i++) {
		int64_t n;

		if (sl_str_int64(account->line[i].key, &n) && n == year)
			return &account->line[i];
	}
	return NULL;
}

void sl_achieved_years(const struct sl_account *by_year, struct sl_date until, const enum sl_flow *flow,
                       size_t n_flows, struct sl_achieved_years *out)
{
	int year, month, day;

	*out = (struct sl_achieved_years){0};
	sl_date_to_ymd(until, &year, &month, &day);
	if (month != 12 || day != 31)
		year--;
	for (int i = 0; i < SL_ACHIEVED_YEARS; i++) {
		const struct sl_account_line *line = line_of_year(by_year, year - i);
		sl_mm2 sum = 0;

		if (!line)
			continue;
		for (size_t k = 0; k < n_flows; k++)
			sum += line->flow[flow[k]];
		out->year[out->n] = year - i;
		out->line[out->n] = line;
		out->m2[out->n++] = sl_mm2_to_m2(sum);
	}
}
