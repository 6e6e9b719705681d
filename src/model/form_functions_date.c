/* Days and moments. */
#include "model/form_function_parts.h"

#include "base/date.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- dates: days since 1970-01-01 UTC ---- */

static void give_moment(xmlXPathParserContextPtr c, double days)
{
	double day = floor(days);
	char text[32];

	if (!(fabs(days) < 3e6)) {
		sl_xpath_give_text(c, SL_STR("Invalid Date"));
		return;
	}
	if (day == days)
		sl_date_text((struct sl_date){(int32_t)day}, text);
	else
		sl_time_text((int64_t)floor(days * 86400000 + 0.5), text);
	sl_xpath_give_text(c, sl_str_from(text));
}

static void fn_today(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 0, 0);
	give_moment(c, floor((double)sl_xpath_asked_of(c)->now_ms / 86400000));
}

static void fn_now(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 0, 0);
	give_moment(c, (double)sl_xpath_asked_of(c)->now_ms / 86400000);
}

/* A number is days already. */
static double pop_days(xmlXPathParserContextPtr c)
{
	xmlXPathObjectPtr o = valuePop(c);
	xmlChar *owned = NULL;
	double days = (double)NAN;

	if (o && o->type == XPATH_NUMBER)
		days = o->floatval;
	else if (o && !sl_form_days(sl_form_object_text(o, &owned), &days))
		days = (double)NAN;
	xmlXPathFreeObject(o);
	xmlFree(owned);
	return days;
}

static void fn_date(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;
	struct sl_str text, rest, year, month, day;
	char padded[11];
	double days = (double)NAN;

	ARGUMENTS(c, n, 1, 1);
	if (c->value && c->value->type == XPATH_NUMBER) {
		give_moment(c, pop_days(c));
		return;
	}
	rest = text = sl_xpath_pop_text(c, &owned);
	if (text.n && !sl_form_days(text, &days) && text.n < 10 && sl_str_split(&rest, '-', &year) &&
	    sl_str_split(&rest, '-', &month) && sl_str_split(&rest, '-', &day) && year.n == 4 && month.n < 3 && day.n < 3 &&
	    snprintf(padded, sizeof padded, "%.4s-%s%.*s-%s%.*s", year.p, month.n < 2 ? "0" : "", SL_STR_ARG(month),
	             day.n < 2 ? "0" : "", SL_STR_ARG(day)) == 10 &&
	    !sl_form_days(sl_str_from(padded), &days)) /* "2024-2-9" */
		days = (double)NAN;
	if (text.n)
		give_moment(c, days);
	else
		sl_xpath_give_text(c, (struct sl_str){0});
	xmlFree(owned);
}

static void fn_decimal_date_time(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 1, 1);
	sl_xpath_give_number(c, pop_days(c));
}

static void fn_decimal_time(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;
	double days;

	ARGUMENTS(c, n, 1, 1);
	sl_xpath_give_number(c, sl_form_time(sl_xpath_pop_text(c, &owned), &days) ? days : (double)NAN);
	xmlFree(owned);
}

static void put_part(struct sl_buf *b, char what, double days)
{
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	static const char *const weekdays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}; /* 1970-01-01 */
	int64_t ms = (int64_t)floor((days - floor(days)) * 86400000 + 0.5), day = (int64_t)floor(days);
	int y, m, d;

	sl_date_to_ymd((struct sl_date){(int32_t)day}, &y, &m, &d);
	switch (what) {
	case 'Y': sl_buf_printf(b, "%04d", y); break;
	case 'y': sl_buf_printf(b, "%02d", y % 100); break;
	case 'm': sl_buf_printf(b, "%02d", m); break;
	case 'n': sl_buf_printf(b, "%d", m); break;
	case 'b': sl_buf_puts(b, months[m - 1]); break;
	case 'd': sl_buf_printf(b, "%02d", d); break;
	case 'e': sl_buf_printf(b, "%d", d); break;
	case 'a': sl_buf_puts(b, weekdays[((day % 7) + 7) % 7]); break;
	case 'H': sl_buf_printf(b, "%02d", (int)(ms / 3600000)); break;
	case 'h': sl_buf_printf(b, "%d", (int)(ms / 3600000)); break;
	case 'M': sl_buf_printf(b, "%02d", (int)(ms / 60000 % 60)); break;
	case 'S': sl_buf_printf(b, "%02d", (int)(ms / 1000 % 60)); break;
	case '3': sl_buf_printf(b, "%03d", (int)(ms % 1000)); break;
	default:
		sl_buf_putc(b, '%');
		sl_buf_putc(b, what);
	}
}

static void fn_format_date(xmlXPathParserContextPtr c, int n)
{
	struct sl_buf b = {0};
	struct sl_str format;
	xmlChar *owned;
	double days;

	ARGUMENTS(c, n, 2, 2);
	format = sl_xpath_pop_text(c, &owned);
	days = pop_days(c);
	for (size_t i = 0; i < format.n && fabs(days) < 3e6; i++)
		if (format.p[i] == '%' && i + 1 < format.n)
			put_part(&b, format.p[++i], days);
		else
			sl_buf_putc(&b, format.p[i]);
	xmlFree(owned);
	sl_xpath_give_buffer(c, &b);
}

const struct sl_xpath_function sl_xpath_date[] = {
    {"today", fn_today}, {"now", fn_now}, {"date", fn_date}, {"date-time", fn_date},
    {"decimal-date-time", fn_decimal_date_time}, {"decimal-time", fn_decimal_time},
    {"format-date", fn_format_date}, {"format-date-time", fn_format_date}, {NULL, NULL}};
