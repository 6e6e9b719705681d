#include "model/article5.h"

struct sl_article5 sl_article5_of(struct sl_date deposited, struct sl_date granted)
{
	struct sl_article5 out = {sl_date_none(), sl_date_none()};
	int year, month, day;

	if (sl_date_is_none(deposited))
		return out;
	sl_date_to_ymd(deposited, &year, &month, &day);
	month += 6;
	year += (month - 1) / 12;
	month = (month - 1) % 12 + 1;
	(void)sl_date_from_ymd(year, month, 1, &out.in_force);
	(void)sl_date_from_ymd(year + 10, month, 1, &out.deadline);
	if (!sl_date_is_none(granted))
		out.deadline = granted;
	return out;
}

struct sl_date sl_article20_of(struct sl_date deposited)
{
	struct sl_date out = sl_date_none();
	int year, month, day;

	if (sl_date_is_none(deposited))
		return out;
	sl_date_to_ymd(deposited, &year, &month, &day);
	month += 6;
	year += (month - 1) / 12;
	month = (month - 1) % 12 + 1;
	while (!sl_date_from_ymd(year, month, day, &out))
		day--;
	return out;
}
