#include "report/wording.h"

#include <math.h>
#include <string.h>

/* Rounded half away from zero to `decimals` places after dividing by 10^power; what statistics offices do,
 * and what a reader checks by hand. */
static sl_mm2 rounded(sl_mm2 units, int power)
{
	bool minus = units < 0;
	sl_mm2 v = minus ? -units : units, divisor = 1;

	for (; power < 0; power++)
		v *= 10;
	for (int i = 0; i < power; i++)
		divisor *= 10;
	v = (v + divisor / 2) / divisor;
	return minus ? -v : v;
}

/* Thousands apart, and the decimal mark: "number:..." of the catalogues.  The digits 0 to 9 in every
 * language, as on the pages: figures are compared between reports, and typed into instruments. */
static void put_grouped(struct sl_buf *b, const struct sl_locale *l, sl_mm2 v, int decimals)
{
	const char *thousands = sl_text(l, "number:thousands", "\u202f"),
	           *mark = sl_text(l, "number:decimal", ".");
	char digit[64];
	int n = 0;

	if (v < 0) {
		sl_buf_puts(b, "\u2212");
		v = -v;
	}
	while (n <= decimals || v) {
		digit[n++] = (char)('0' + (int)(v % 10));
		v /= 10;
	}
	while (n-- > 0) {
		sl_buf_putc(b, digit[n]);
		if (n == decimals && n)
			sl_buf_puts(b, mark);
		else if (n > decimals && (n - decimals) % 3 == 0)
			sl_buf_puts(b, thousands);
	}
}

/* How far the unit is from the one it is held in, as a power of ten. */
static int power_of(enum sl_unit unit)
{
	return unit == SL_UNIT_HA ? 4 : unit == SL_UNIT_KM2 || unit == SL_UNIT_KM2_PER_YEAR ? 6 : 0;
}

double sl_amount_number(const struct sl_amount *m)
{
	int power = power_of(m->unit) + m->scale;
	sl_mm2 divisor = 1;

	if (m->state != SL_AMOUNT_KNOWN)
		return (double)NAN;
	for (int i = 0; i < power; i++)
		divisor *= 10;
	/* Of two exact numbers, so that the quotient is the nearest double as long as both fit 53 bits. */
	return (double)m->units / (double)divisor;
}

struct sl_str sl_word_unit(const struct sl_locale *l, enum sl_unit unit)
{
	switch (unit) {
	case SL_UNIT_M2: return sl_str_from(sl_text(l, "unit", "m²"));
	case SL_UNIT_HA: return sl_str_from(sl_text(l, "unit", "ha"));
	case SL_UNIT_KM2: return sl_str_from(sl_text(l, "unit", "km²"));
	case SL_UNIT_KM2_PER_YEAR: return sl_str_from(sl_text(l, "unit", "km² a year"));
	case SL_UNIT_M: return sl_str_from(sl_text(l, "unit", "m"));
	case SL_UNIT_CM: return sl_str_from(sl_text(l, "unit", "cm"));
	case SL_UNIT_DEGREES: return SL_STR("°");
	case SL_UNIT_DAYS: return sl_str_from(sl_text(l, "unit", "days"));
	case SL_UNIT_YEARS: return sl_str_from(sl_text(l, "unit", "years"));
	case SL_UNIT_PERCENT: return SL_STR("%");
	case SL_UNIT_COUNT:
	case SL_UNIT_MONEY: break;
	}
	return SL_STR("");
}

/* The number alone goes through here, so that "at least {n}" and "{n} km²" are whole phrases of a
 * translator. */
struct filling {
	const struct sl_locale *l;
	const struct sl_amount *m;
	struct sl_str unit;
};

static void put_value(struct sl_buf *b, const struct filling *f)
{
	int power = power_of(f->m->unit) + f->m->scale - f->m->decimals;
	struct sl_str unit = f->m->unit == SL_UNIT_MONEY ? f->m->currency : f->unit;

	put_grouped(b, f->l, rounded(f->m->units, power), f->m->decimals);
	if (!unit.n)
		return;
	if (f->m->unit != SL_UNIT_DEGREES)
		sl_buf_puts(b, "\u00a0");
	sl_buf_str(b, unit);
}

static void fill_value(void *ctx, struct sl_str name, struct sl_buf *b)
{
	(void)name;
	put_value(b, ctx);
}

/* Forms for one, two, a few, ... */
static const char *time_form(const struct sl_locale *l, const struct sl_amount *m)
{
	sl_mm2 n = rounded(m->units, m->scale);
	uint64_t count = n < 0 ? (uint64_t)-n : (uint64_t)n;

	if (m->unit == SL_UNIT_DAYS)
		return sl_text_n(l, "report", "{n} day", "{n} days", count);
	return sl_text_n(l, "report", "{n} year", "{n} years", count);
}

void sl_word_amount(struct sl_buf *b, const struct sl_document *d, const struct sl_amount *m,
                    bool with_unit)
{
	const struct sl_locale *l = d->locale;
	struct filling f = {l, m, SL_STR("")};

	switch (m->state) {
	case SL_AMOUNT_NONE: return;
	case SL_AMOUNT_UNKNOWN: sl_buf_str(b, d->unknown); return;
	case SL_AMOUNT_SUPPRESSED: sl_buf_str(b, d->suppressed); return;
	case SL_AMOUNT_NOT_APPLICABLE: sl_buf_str(b, d->not_applicable); return;
	case SL_AMOUNT_KNOWN: break;
	}
	if (with_unit && (m->unit == SL_UNIT_DAYS || m->unit == SL_UNIT_YEARS) && !m->decimals &&
	    !m->at_least) {
		sl_word_fill(b, sl_str_from(time_form(l, m)), fill_value, &f);
		return;
	}
	if (with_unit || m->unit == SL_UNIT_MONEY)
		f.unit = sl_word_unit(l, m->unit);
	if (m->at_least)
		sl_word_fill(b, sl_str_from(sl_text(l, "report", "at least {n}")), fill_value, &f);
	else
		put_value(b, &f);
}

void sl_word_integer(struct sl_buf *b, const struct sl_locale *l, int64_t x)
{
	put_grouped(b, l, x, 0);
}

void sl_word_number(struct sl_buf *b, const struct sl_locale *l, double x, int decimals)
{
	double scaled = x * pow(10, decimals);

	put_grouped(b, l, (sl_mm2)(scaled < 0 ? scaled - 0.5 : scaled + 0.5), decimals);
}

static void put_month(struct sl_buf *b, struct sl_str all, int month)
{
	struct sl_str one = {0};

	for (int i = 0; i < month; i++)
		if (!sl_str_split(&all, ' ', &one))
			return;
	sl_buf_str(b, one);
}

void sl_word_month(struct sl_buf *b, const struct sl_locale *l, int month)
{
	put_month(b,
	          sl_str_from(sl_text(l, "date:months",
	                              "January February March April May June July August "
	                              "September October November December")),
	          month);
}

void sl_word_month_alone(struct sl_buf *b, const struct sl_locale *l, int month)
{
	put_month(b,
	          sl_str_from(sl_text(l, "date:months-alone",
	                              "January February March April May June July August "
	                              "September October November December")),
	          month);
}

struct dating {
	const struct sl_locale *l;
	int year, month, day;
};

static void fill_date(void *ctx, struct sl_str name, struct sl_buf *b)
{
	const struct dating *x = ctx;

	if (sl_str_is(name, "day"))
		sl_buf_printf(b, "%d", x->day);
	else if (sl_str_is(name, "month"))
		sl_word_month(b, x->l, x->month);
	else
		sl_buf_printf(b, "%d", x->year);
}

void sl_word_date(struct sl_buf *b, const struct sl_document *d, struct sl_date date)
{
	struct dating x = {.l = d->locale};

	if (sl_date_is_none(date)) {
		sl_buf_str(b, d->unknown);
		return;
	}
	sl_date_to_ymd(date, &x.year, &x.month, &x.day);
	sl_word_fill(b, sl_str_from(sl_text(d->locale, "date:words", "{day} {month} {year}")), fill_date, &x);
}

void sl_amount_exact(struct sl_buf *b, const struct sl_amount *m)
{
	sl_mm2 v = m->units;
	char digit[64];
	int n = 0, scale = m->scale;

	if (m->state != SL_AMOUNT_KNOWN)
		return;
	if (v < 0) {
		sl_buf_putc(b, '-');
		v = -v;
	}
	for (; scale && v % 10 == 0; scale--)
		v /= 10;
	while (n <= scale || v) {
		digit[n++] = (char)('0' + (int)(v % 10));
		v /= 10;
	}
	while (n-- > 0) {
		sl_buf_putc(b, digit[n]);
		if (n == scale && n)
			sl_buf_putc(b, '.');
	}
}

void sl_word_fill(struct sl_buf *b, struct sl_str text, sl_word_fill_fn *fill, void *ctx)
{
	size_t i = 0, from = 0;

	while (i < text.n) {
		const char *close = text.p[i] == '{' ? memchr(text.p + i, '}', text.n - i) : NULL;

		if (!close) {
			i++;
			continue;
		}
		sl_buf_add(b, text.p + from, i - from);
		fill(ctx, (struct sl_str){text.p + i + 1, (size_t)(close - text.p) - i - 1}, b);
		i = from = (size_t)(close - text.p) + 1;
	}
	sl_buf_add(b, text.p + from, text.n - from);
}

/* LRE, RLE, PDF, LRO, RLO (U+202A to U+202E) and the isolates (U+2066 to U+2069); all of three bytes. */
static bool is_direction(struct sl_str s, size_t i)
{
	unsigned char a = (unsigned char)s.p[i], b = i + 2 < s.n ? (unsigned char)s.p[i + 1] : 0,
	              c = i + 2 < s.n ? (unsigned char)s.p[i + 2] : 0;

	return a == 0xe2 && ((b == 0x80 && c >= 0xaa && c <= 0xae) || (b == 0x81 && c >= 0xa6 && c <= 0xa9));
}

/* Hebrew to Arabic Extended, their presentation forms, and signs of direction. */
static bool may_turn(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i], d = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;

		if ((c >= 0xd6 && c <= 0xdf) || (c == 0xe0 && d >= 0xa0 && d <= 0xa3) || (c == 0xef && d >= 0xac) ||
		    is_direction(s, i))
			return true;
	}
	return false;
}

void sl_word_isolated(struct sl_buf *b, const struct sl_document *d, struct sl_str text)
{
	if (!text.n || (!d->right_to_left && !may_turn(text))) {
		sl_buf_str(b, text);
		return;
	}
	sl_buf_puts(b, may_turn(text) ? "\u2068" : "\u2066");
	for (size_t i = 0; i < text.n; i++)
		if (is_direction(text, i))
			i += 2;
		else
			sl_buf_putc(b, text.p[i]);
	sl_buf_puts(b, "\u2069");
}
