/* Expressions of Plural-Forms: those of C without assignment, on the one variable n (GNU gettext manual,
 * section 11.2.6, "Additional functions for plural forms").  A catalogue may come from a country's own
 * folder: nothing in it may overrun the stack or divide by zero. */
#include "base/catalogue.h"

#include <ctype.h>
#include <string.h>

struct reading {
	const char *p, *end;
	uint64_t n;
	int depth;
	bool wrong;
};

enum { DEPTH_MAX = 64 };

static uint64_t choice(struct reading *r);

static bool take(struct reading *r, const char *what)
{
	size_t n = strlen(what);

	while (r->p < r->end && isspace((unsigned char)*r->p))
		r->p++;
	if ((size_t)(r->end - r->p) < n || memcmp(r->p, what, n) != 0)
		return false;
	r->p += n;
	return true;
}

static uint64_t primary(struct reading *r)
{
	uint64_t v = 0;

	if (++r->depth > DEPTH_MAX) {
		r->wrong = true;
	} else if (take(r, "!")) {
		v = !primary(r);
	} else if (take(r, "(")) {
		v = choice(r);
		r->wrong |= !take(r, ")");
	} else if (take(r, "n")) {
		v = r->n;
	} else if (r->p < r->end && isdigit((unsigned char)*r->p)) {
		while (r->p < r->end && isdigit((unsigned char)*r->p))
			v = v * 10 + (uint64_t)(*r->p++ - '0');
	} else {
		r->wrong = true;
	}
	r->depth--;
	return v;
}

static uint64_t product(struct reading *r)
{
	uint64_t v = primary(r), by;

	while (!r->wrong) {
		bool rest = take(r, "%");

		if (!rest && !take(r, "*") && !take(r, "/"))
			break;
		char what = rest ? '%' : r->p[-1];
		by = primary(r);
		if (what != '*' && by == 0)
			r->wrong = true;
		else
			v = what == '*' ? v * by : what == '/' ? v / by : v % by;
	}
	return v;
}

static uint64_t sum(struct reading *r)
{
	uint64_t v = product(r);

	for (;;) {
		if (take(r, "+"))
			v += product(r);
		else if (take(r, "-"))
			v -= product(r);
		else
			return v;
	}
}

static uint64_t order(struct reading *r)
{
	uint64_t v = sum(r);

	for (;;) {
		if (take(r, "<="))
			v = v <= sum(r);
		else if (take(r, ">="))
			v = v >= sum(r);
		else if (take(r, "<"))
			v = v < sum(r);
		else if (take(r, ">"))
			v = v > sum(r);
		else
			return v;
	}
}

static uint64_t equality(struct reading *r)
{
	uint64_t v = order(r);

	for (;;) {
		if (take(r, "=="))
			v = v == order(r);
		else if (take(r, "!="))
			v = v != order(r);
		else
			return v;
	}
}

/* Both sides are always read: there is nothing that could go wrong in the one that does not count. */
static uint64_t both(struct reading *r)
{
	uint64_t v = equality(r);

	while (take(r, "&&"))
		v = (equality(r) != 0) & (v != 0);
	return v;
}

static uint64_t either(struct reading *r)
{
	uint64_t v = both(r);

	while (take(r, "||"))
		v = (both(r) != 0) | (v != 0);
	return v;
}

static uint64_t choice(struct reading *r)
{
	uint64_t v, yes, no;

	if (++r->depth > DEPTH_MAX) {
		r->wrong = true;
		r->depth--;
		return 0;
	}
	v = either(r);
	if (take(r, "?")) {
		yes = choice(r);
		r->wrong |= !take(r, ":");
		no = r->wrong ? 0 : choice(r);
		v = v ? yes : no;
	}
	r->depth--;
	return v;
}

uint64_t sl_plural_form(struct sl_str expression, uint64_t n)
{
	struct reading r = {expression.p, expression.p + expression.n, n, 0, false};
	uint64_t v;

	if (!expression.n)
		return 0;
	v = choice(&r);
	while (r.p < r.end && isspace((unsigned char)*r.p))
		r.p++;
	return r.wrong || r.p < r.end ? 0 : v;
}
