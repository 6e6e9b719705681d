/* The colours and hatches of the land and of what else is charted: IMAS 07.11, as in web/symbols.js. */
#include "report/chart.h"

#include <math.h>

struct sl_look sl_style_look(enum sl_doc_style style)
{
	switch (style) {
	case SL_STYLE_CHA:
		return (struct sl_look){{0xe00000, 0.45, SL_HATCH_CROSS, 0xe00000}, {0xe00000, 1.1, 0, 0}};
	case SL_STYLE_SHA:
		return (struct sl_look){{0xf4a718, 0.45, SL_HATCH_SLANT, 0xb97700}, {0xb97700, 1.1, 3, 2}};
	case SL_STYLE_CANCELLED:
		return (struct sl_look){{0xb9c8b0, 0.45, SL_HATCH_DOTS, 0x5f7355}, {0x7f9273, 0.6, 0, 0}};
	case SL_STYLE_REDUCED:
		return (struct sl_look){{0x8fbf6a, 0.4, SL_HATCH_COUNTER, 0x6f9a4a}, {0x6f9a4a, 0.6, 0, 0}};
	case SL_STYLE_CLEARED:
		return (struct sl_look){{0x3f9b3f, 0.35, SL_HATCH_NONE, 0}, {0x3f9b3f, 0.8, 0, 0}};
	case SL_STYLE_COUNTRY: return (struct sl_look){{0xf4f3ee, 1, SL_HATCH_NONE, 0}, {0x6b7178, 1.1, 0, 0}};
	case SL_STYLE_ADMIN1: return (struct sl_look){{0, 0, SL_HATCH_NONE, 0}, {0x8a9097, 0.7, 5, 2}};
	case SL_STYLE_ADMIN2: return (struct sl_look){{0, 0, SL_HATCH_NONE, 0}, {0xaab0b5, 0.5, 2, 1.5}};
	case SL_STYLE_ACCIDENT: return (struct sl_look){{0x7a1fa2, 1, SL_HATCH_NONE, 0}, {SL_PAPER, 0.6, 0, 0}};
	case SL_STYLE_EVIDENCE: return (struct sl_look){{SL_INK, 1, SL_HATCH_NONE, 0}, {SL_PAPER, 0.6, 0, 0}};
	case SL_STYLE_PLACE: return (struct sl_look){{SL_PAPER, 1, SL_HATCH_NONE, 0}, {0x6b5a3e, 1, 0, 0}};
	case SL_STYLE_TASK: return (struct sl_look){{SL_ACCENT, 0.12, SL_HATCH_NONE, 0}, {SL_ACCENT, 1, 6, 2}};
	case SL_STYLE_PARCEL: return (struct sl_look){{0, 0, SL_HATCH_NONE, 0}, {SL_INK, 1.6, 0, 0}};
	case SL_STYLE_TARGET: return (struct sl_look){{0, 0, SL_HATCH_NONE, 0}, {0x7a1fa2, 1.2, 4, 2.5}};
	case SL_STYLE_FORECAST:
		return (struct sl_look){{SL_ACCENT, 0.14, SL_HATCH_LEVEL, 0x6aa5b8}, {SL_ACCENT, 1.3, 2, 2}};
	case SL_STYLE_REFERENCE:
	case SL_STYLE_BENCHMARK:
	case SL_STYLE_START_POINT:
	case SL_STYLE_TURNING_POINT:
		return (struct sl_look){{SL_PAPER, 1, SL_HATCH_NONE, 0}, {SL_INK, 1, 0, 0}};
	case SL_STYLE_PLAIN:
	case SL_STYLE_VALUE: break;
	}
	return sl_plain_look(0);
}

struct sl_look sl_plain_look(size_t n)
{
	/* Lightness falls and rises from one to the next, so grey print keeps neighbours apart; dashes and
	 * hatches too. */
	static const struct sl_look looks[] = {
	    {{SL_ACCENT, 0.85, SL_HATCH_NONE, 0}, {SL_ACCENT, 1.5, 0, 0}},
	    {{0xe3b75f, 0.6, SL_HATCH_SLANT, 0x9a6a00}, {0x9a6a00, 1.5, 6, 2}},
	    {{0x7a1fa2, 0.75, SL_HATCH_NONE, 0}, {0x7a1fa2, 1.5, 2, 2}},
	    {{0xa9c4cf, 0.6, SL_HATCH_DOTS, 0x355a69}, {0x355a69, 1.5, 8, 2}},
	    {{0x555c63, 0.8, SL_HATCH_NONE, 0}, {0x555c63, 1.5, 4, 4}},
	    {{0xd9c2e3, 0.6, SL_HATCH_COUNTER, 0x7a1fa2}, {0x7a1fa2, 1, 1, 2}},
	};

	return looks[n % (sizeof looks / sizeof *looks)];
}

struct sl_ticks sl_ticks(double lowest, double highest, int about)
{
	struct sl_ticks t = {0};
	double low = fmin(lowest, 0), high = fmax(highest, 0), rough, power, nice;

	if (!(isfinite(low) && isfinite(high)) || high - low > 1e300)
		low = high = 0;
	if (high - low < 1e-9)
		high = low + 1;
	rough = (high - low) / (about > 1 ? about : 1);
	power = pow(10, floor(log10(rough)));
	nice = rough / power;
	t.step = power * (nice <= 1.0000001 ? 1 : nice <= 2.0000001 ? 2 : nice <= 5.0000001 ? 5 : 10);
	t.low = floor(low / t.step + 1e-9) * t.step;
	t.n = (int)ceil((high - t.low) / t.step - 1e-9) + 1;
	t.high = t.low + (t.n - 1) * t.step;
	t.decimals = (int)fmax(0, -floor(log10(t.step) + 1e-9));
	return t;
}
