#include "ledger/square_millimetres.h"

#include <math.h>

int64_t sl_square_millimetres(double m2)
{
	return m2 >= 9.2e12 ? (int64_t)9200000000000000000 : llrint(m2 * 1e6);
}

void sl_mm2_text(struct sl_buf *b, sl_mm2 v)
{
	char digits[48];
	int n = 0, decimals = 6;

	if (v < 0) {
		sl_buf_putc(b, '-');
		v = -v;
	}
	for (; decimals && v % 10 == 0; decimals--)
		v /= 10;
	do {
		digits[n++] = (char)('0' + (int)(v % 10));
		v /= 10;
	} while (v || n <= decimals);
	while (n) {
		if (n == decimals)
			sl_buf_putc(b, '.');
		sl_buf_putc(b, digits[--n]);
	}
}

void sl_json_put_mm2(struct sl_json_writer *w, sl_mm2 v)
{
	struct sl_buf text = {0};

	sl_mm2_text(&text, v);
	sl_json_put_raw(w, sl_buf_view(&text));
	w->b->failed |= text.failed;
	sl_buf_done(&text);
}

double sl_mm2_to_m2(sl_mm2 v)
{
	return (double)v / 1e6;
}
