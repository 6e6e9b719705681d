#include "geo/geojson_fixed.h"

#include "geo/wkb.h"

#include <math.h>
#include <string.h>

/* Longest number: sign, 19 digits, point. */
enum { NUMBER_MAX = 24, DECIMALS_MAX = 9 };

static const uint64_t power10[DECIMALS_MAX + 1] = {1,      10,      100,      1000,      10000,
                                                   100000, 1000000, 10000000, 100000000, 1000000000};

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

/* x * 10^decimals to the nearest whole number.  The product is rounded once before; only next to a tie can
 * that matter, and there the exact remainder decides (fused multiply-add). */
static inline int64_t scaled(double x, int decimals)
{
	/* Below 2^51 adding and taking away 1.5 * 2^52 rounds to the nearest whole number, ties to even. */
	const double by = (double)power10[decimals], product = x * by, shift = 0x1.8p52,
	             whole = fabs(product) < 0x1p51 ? product + shift - shift : nearbyint(product);
	double rest = product - whole; /* exact: both are near */

	if (fabs(fabs(rest) - 0.5) < 1e-3) {
		double error = fma(x, by, -product);

		if (rest + error > 0.5 || (rest == 0.5 && error > 0))
			return (int64_t)whole + 1;
		if (rest + error < -0.5 || (rest == -0.5 && error < 0))
			return (int64_t)whole - 1;
	}
	return (int64_t)whole;
}

static char *put_whole(char *p, uint64_t v)
{
	char digits[20];
	int n = 20;

	if (v < 1000) { /* degrees */
		if (v >= 100)
			*p++ = (char)('0' + v / 100);
		if (v >= 10)
			*p++ = (char)('0' + v / 10 % 10);
		*p++ = (char)('0' + v % 10);
		return p;
	}
	while (v >= 100) {
		n -= 2;
		memcpy(digits + n, pairs + 2 * (v % 100), 2);
		v /= 100;
	}
	if (v >= 10) {
		n -= 2;
		memcpy(digits + n, pairs + 2 * v, 2);
	} else {
		digits[--n] = (char)('0' + v);
	}
	memcpy(p, digits + n, (size_t)(20 - n));
	return p + 20 - n;
}

/* The fraction's digits, without the zeros at its end. */
static inline char *put_fraction(char *p, uint64_t v, int decimals)
{
	char digits[DECIMALS_MAX + 1] = {0};
	int n = decimals;

	while (n >= 2) {
		n -= 2;
		memcpy(digits + n, pairs + 2 * (v % 100), 2);
		v /= 100;
	}
	if (n)
		digits[0] = (char)('0' + v);
	for (n = decimals; digits[n - 1] == '0';)
		n--;
	*p++ = '.';
	memcpy(p, digits, sizeof digits); /* there is room, and a fixed length costs no call */
	return p + n;
}

/* Inlined where the decimals are known: dividing by a constant is multiplying. */
__attribute__((always_inline)) static inline char *put_number(char *p, double x, int decimals)
{
	int64_t s;
	uint64_t v;

	if (!isfinite(x)) {
		memcpy(p, "null", 4);
		return p + 4;
	}
	if (fabs(x) >= 1e9)
		return p + sl_double_text(x, p);
	s = scaled(x, decimals);
	if (s < 0)
		*p++ = '-';
	v = s < 0 ? (uint64_t)-s : (uint64_t)s;
	p = put_whole(p, v / power10[decimals]);
	v %= power10[decimals];
	return v ? put_fraction(p, v, decimals) : p;
}

static char *put_degrees(char *p, double x)
{
	return put_number(p, x, SL_GEOJSON_DEGREE_DECIMALS);
}

static char *put_any(char *p, double x, int decimals)
{
	return put_number(p, x, decimals);
}

void sl_geojson_put_fixed(struct sl_buf *b, double x, int decimals)
{
	char *p = sl_buf_room(b, 33), *end;

	if (!p)
		return;
	end = put_any(p, x, decimals);
	b->n += (size_t)(end - p);
	*end = 0;
}

static double take(const unsigned char *p)
{
	double x;

	memcpy(&x, p, sizeof x);
	return x;
}

/* Twice the signed area, relative to the first point so that far-away rings keep their digits. */
static double turning(const unsigned char *xy, size_t n)
{
	const double x0 = take(xy), y0 = take(xy + 8);
	double sum = 0, px = 0, py = 0;

	for (size_t i = 1; i < n; i++) {
		double x = take(xy + 16 * i) - x0, y = take(xy + 16 * i + 8) - y0;

		sum += px * y - x * py;
		px = x;
		py = y;
	}
	return sum;
}

static char *put_position(char *p, const unsigned char *xy, struct sl_geojson_style s)
{
	const double x = take(xy + (s.swapped ? 8 : 0)), y = take(xy + (s.swapped ? 0 : 8));
	const bool degrees = s.decimals == SL_GEOJSON_DEGREE_DECIMALS;

	*p++ = '[';
	p = degrees ? put_degrees(p, x) : put_any(p, x, s.decimals);
	*p++ = ',';
	p = degrees ? put_degrees(p, y) : put_any(p, y, s.decimals);
	*p++ = ']';
	return p;
}

/* `turn`: 1 a ring to be counter-clockwise, -1 clockwise, 0 points as they come.  A ring is closed here
 * when its last point is not its first. */
static void put_points(struct sl_buf *b, const unsigned char *xy, size_t n, int turn,
                       struct sl_geojson_style s)
{
	bool reversed = turn && n && turning(xy, n) * turn < 0;
	bool open = turn && n && memcmp(xy, xy + 16 * (n - 1), 16) != 0;
	char *p = sl_buf_room(b, (n + 1) * (2 * (NUMBER_MAX + 9) + 4) + 3), *start = p;

	if (!p)
		return;
	*p++ = '[';
	/* Reversed, a ring still begins with its first point: closed it ends there, open it is put first. */
	if (open && reversed) {
		p = put_position(p, xy, s);
		*p++ = ',';
	}
	for (size_t i = 0; i < n; i++) {
		if (i)
			*p++ = ',';
		p = put_position(p, xy + 16 * (reversed ? n - 1 - i : i), s);
	}
	if (open && !reversed && n > 1) {
		*p++ = ',';
		p = put_position(p, xy, s);
	}
	*p++ = ']';
	b->n += (size_t)(p - start);
	*p = 0;
}

static const char *const heads[] = {
    NULL,
    "{\"type\":\"Point\",\"coordinates\":",
    "{\"type\":\"LineString\",\"coordinates\":",
    "{\"type\":\"Polygon\",\"coordinates\":",
    "{\"type\":\"MultiPoint\",\"coordinates\":[",
    "{\"type\":\"MultiLineString\",\"coordinates\":[",
    "{\"type\":\"MultiPolygon\",\"coordinates\":[",
};

static void put_point(struct sl_buf *b, const unsigned char *xy, struct sl_geojson_style s)
{
	char *p = sl_buf_room(b, 2 * (NUMBER_MAX + 9) + 4), *end;

	if (!p)
		return;
	end = put_position(p, xy, s);
	b->n += (size_t)(end - p);
	*end = 0;
}

static void put_ring(struct sl_buf *b, enum sl_geom_type type, const unsigned char *xy, size_t n,
                     bool outer, struct sl_geojson_style s)
{
	if (type == SL_GEOM_POINT)
		put_point(b, xy, s);
	else
		put_points(b, xy, n, type == SL_GEOM_LINE ? 0 : outer ? 1 : -1, s);
}

void sl_geojson_fixed(struct sl_buf *b, const struct sl_geom *g, struct sl_geojson_style s)
{
	const bool multi = g->n_parts > 1;
	size_t ring = 0, start = 0;

	if (g->type == SL_GEOM_NONE) {
		sl_buf_puts(b, "null");
		return;
	}
	sl_buf_puts(b, heads[(int)g->type + (multi ? 3 : 0)]);
	for (size_t part = 0; part < g->n_parts; part++) {
		const size_t first = ring;

		sl_buf_puts(b, part ? "," : "");
		sl_buf_puts(b, g->type == SL_GEOM_POLYGON ? "[" : "");
		for (; ring < g->part_end[part]; start = g->ring_end[ring], ring++) {
			sl_buf_puts(b, ring > first ? "," : "");
			put_ring(b, g->type, (const unsigned char *)(g->xy + 2 * start), g->ring_end[ring] - start,
			         ring == first, s);
		}
		sl_buf_puts(b, g->type == SL_GEOM_POLYGON ? "]" : "");
	}
	sl_buf_puts(b, multi ? "]}" : "}");
}

/* ---- straight from the bytes ---- */

struct bytes {
	const unsigned char *p, *end;
};

static bool count(struct bytes *r, size_t least, uint32_t *n)
{
	if (r->end - r->p < 4)
		return false;
	memcpy(n, r->p, 4);
	r->p += 4;
	return *n && *n <= (size_t)(r->end - r->p) / least;
}

static bool head(struct bytes *r, uint32_t *type)
{
	if (r->end - r->p < 5 || r->p[0] != 1)
		return false;
	memcpy(type, r->p + 1, 4);
	r->p += 5;
	return true;
}

/* One point, line or polygon, its head taken. False for anything out of the ordinary. */
static bool simple(struct sl_buf *b, struct bytes *r, uint32_t type, struct sl_geojson_style s)
{
	uint32_t rings = 1, n = 1;

	if (type == 3 && !count(r, 4, &rings))
		return false;
	sl_buf_puts(b, type == 3 ? "[" : "");
	for (uint32_t i = 0; i < rings; i++) {
		if (type == 1 ? r->end - r->p < 16 : !count(r, 16, &n))
			return false;
		sl_buf_puts(b, i ? "," : "");
		put_ring(b, (enum sl_geom_type)type, r->p, n, i == 0, s);
		r->p += (size_t)n * 16;
	}
	sl_buf_puts(b, type == 3 ? "]" : "");
	return true;
}

/* What this program itself writes on this kind of machine: two dimensions, little-endian, nothing empty. */
static bool ordinary(struct sl_buf *b, struct sl_str text, struct sl_geojson_style s)
{
	static const unsigned char envelope[5] = {0, 32, 48, 48, 64};
	struct bytes r = {(const unsigned char *)text.p, (const unsigned char *)text.p + text.n};
	const uint16_t one = 1;
	uint32_t type, n, member;

	if (!*(const unsigned char *)&one)
		return false;
	if (text.n > 8 && r.p[0] == 'G' && r.p[1] == 'P') {
		if (r.p[2] || r.p[3] & 0x30 || (r.p[3] >> 1 & 7) > 4 || text.n < 8u + envelope[r.p[3] >> 1 & 7])
			return false;
		r.p += 8 + envelope[r.p[3] >> 1 & 7];
	}
	if (!head(&r, &type) || type < 1 || type > 6)
		return false;
	sl_buf_puts(b, heads[type]);
	if (type <= 3) {
		if (!simple(b, &r, type, s) || r.p != r.end)
			return false;
	} else {
		if (!count(&r, 9, &n))
			return false;
		for (uint32_t i = 0; i < n; i++) {
			sl_buf_puts(b, i ? "," : "");
			if (!head(&r, &member) || member != type - 3 || !simple(b, &r, member, s))
				return false;
		}
		if (r.p != r.end)
			return false;
		sl_buf_putc(b, ']');
	}
	sl_buf_putc(b, '}');
	return true;
}

enum sl_code sl_geojson_fixed_bytes(struct sl_buf *b, struct sl_str bytes, struct sl_geojson_style style,
                                    struct sl_err *e)
{
	const size_t before = b->n;
	struct sl_arena scratch = {0};
	struct sl_geom g;

	if (!bytes.n) {
		sl_buf_puts(b, "null");
		return SL_OK;
	}
	if (ordinary(b, bytes, style))
		return SL_OK;
	if (!b->failed && b->p) {
		b->n = before;
		b->p[before] = 0;
	}
	if (!sl_wkb_read(&scratch, bytes, &g, e))
		sl_geojson_fixed(b, &g, style);
	sl_arena_done(&scratch);
	return e->code;
}
