#include "checks/name_match.h"

#include "base/utf8.h"

#include <math.h>
#include <string.h>

enum { LETTERS_MAX = 64, WORDS_MAX = 6 };

double sl_jaro_winkler(const char *a, size_t n, const char *b, size_t m)
{
	bool hit_a[LETTERS_MAX] = {0}, hit_b[LETTERS_MAX] = {0};
	size_t longer, reach, common = 0, swaps = 0, prefix = 0;
	double x, jaro;

	n = n > LETTERS_MAX ? LETTERS_MAX : n;
	m = m > LETTERS_MAX ? LETTERS_MAX : m;
	if (!n || !m)
		return n == m ? 1 : 0;
	longer = n > m ? n : m;
	reach = longer / 2 > 0 ? longer / 2 - 1 : 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = i > reach ? i - reach : 0; k < m && k <= i + reach; k++)
			if (!hit_b[k] && a[i] == b[k]) {
				hit_a[i] = hit_b[k] = true;
				common++;
				break;
			}
	if (!common)
		return 0;
	for (size_t i = 0, k = 0; i < n; i++) {
		if (!hit_a[i])
			continue;
		while (!hit_b[k])
			k++;
		swaps += a[i] != b[k++];
	}
	x = (double)common;
	jaro = (x / (double)n + x / (double)m + (x - (double)(swaps / 2)) / x) / 3;
	while (prefix < 4 && prefix < n && prefix < m && a[prefix] == b[prefix])
		prefix++;
	return jaro + (double)prefix * 0.1 * (1 - jaro);
}

struct words {
	struct sl_str v[WORDS_MAX];
	size_t n;
};

static void split(struct sl_str s, struct words *out)
{
	struct sl_str word;

	out->n = 0;
	while (s.n && out->n < WORDS_MAX && sl_str_split(&s, ' ', &word))
		if (word.n)
			out->v[out->n++] = word;
}

/* Letters without vowels and doublings; bytes above ASCII (other scripts) all stay. */
static size_t consonants(struct sl_str s, char out[LETTERS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < LETTERS_MAX; i++) {
		char c = s.p[i];

		if (strchr("aeiouy'-", c) && c)
			continue;
		if (n && out[n - 1] == c)
			continue;
		out[n++] = c;
	}
	return n;
}

static double word_similarity(struct sl_str a, struct sl_str b)
{
	char x[LETTERS_MAX], y[LETTERS_MAX];
	size_t n = consonants(a, x), m = consonants(b, y);
	double letters = sl_jaro_winkler(a.p, a.n, b.p, b.n);

	/* Names that are all vowels have no skeleton to compare. */
	return n && m ? (letters + sl_jaro_winkler(x, n, y, m)) / 2 : letters;
}

/* Each word of the shorter name takes the free word that suits it best; the words left over count a little,
 * since many people are written with more or fewer names. */
static double words_similarity(const struct words *a, const struct words *b)
{
	bool taken[WORDS_MAX] = {0};
	double sum = 0;

	if (!a->n || !b->n)
		return 0;
	for (size_t i = 0; i < a->n; i++) {
		double best = 0;
		size_t at = 0;

		for (size_t k = 0; k < b->n; k++) {
			double s = taken[k] ? -1 : word_similarity(a->v[i], b->v[k]);

			if (s > best) {
				best = s;
				at = k;
			}
		}
		taken[at] |= best > 0;
		sum += best;
	}
	return sum / (double)a->n * (1 - 0.05 * (double)(b->n - a->n));
}

enum sl_code sl_name_similarity(struct sl_str a, struct sl_str b, double *out, struct sl_err *e)
{
	struct sl_arena scratch = {0};
	struct sl_str x, y;
	struct words u, v;

	if (!sl_utf8_valid(a) || !sl_utf8_valid(b)) {
		*out = 0;
		return SL_OK;
	}
	if (!sl_utf8_key(&scratch, a, &x, e) && !sl_utf8_key(&scratch, b, &y, e)) {
		split(x, &u);
		split(y, &v);
		*out = u.n <= v.n ? words_similarity(&u, &v) : words_similarity(&v, &u);
	}
	sl_arena_done(&scratch);
	return e->code;
}
