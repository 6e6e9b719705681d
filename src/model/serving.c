#include "model/serving.h"

#include <string.h>

static const struct sl_serving_key keys[] = {
    {"public", "published layers answer without signing in", true, 0, 1, NULL},
    {"approve-own", "reviewers may approve what they entered themselves", true, 0, 1, NULL},
    {"small-cell", "published counts of people below this number are suppressed", false, 0, 1000, NULL},
    {"generalise", "published places are moved to a grid so many metres wide (0: exact)", false, 0, 100000, NULL},
    {"session-hours", "a sign-in ends after so many hours", false, 1, 720, NULL},
    {"session-idle", "and after so many minutes without a request", false, 1, 43200, NULL},
    {"language", "the pages are in this language for who has chosen none", false, 0, 0, "browser en ar es fr km uk"},
    {"freeze", "the account of 31 December is frozen so many days after it (0: never)", false, 0, 366, NULL},
};
#define KEYS (sizeof keys / sizeof *keys)

struct sl_serving sl_serving_default(void)
{
	return (struct sl_serving){
	    .small_cell = 5, .generalise_m = 100, .session_hours = 12, .session_idle_minutes = 60};
}

const struct sl_serving_key *sl_serving_key(size_t i)
{
	return i < KEYS ? &keys[i] : NULL;
}

static int get(const struct sl_serving *s, size_t i)
{
	const int value[KEYS] = {s->open_to_public, s->approve_own,   s->small_cell,
	                         s->generalise_m,   s->session_hours, s->session_idle_minutes,
	                         s->language,       s->freeze_days};

	return value[i];
}

static void put(struct sl_serving *s, size_t i, int value)
{
	switch (i) {
	case 0: s->open_to_public = value; break;
	case 1: s->approve_own = value; break;
	case 2: s->small_cell = value; break;
	case 3: s->generalise_m = value; break;
	case 4: s->session_hours = value; break;
	case 5: s->session_idle_minutes = value; break;
	case SL_SERVING_LANGUAGE: s->language = value; break;
	default: s->freeze_days = value; break;
	}
}

void sl_serving_value(const struct sl_serving *s, size_t i, char out[16])
{
	char digits[32];
	size_t n;

	if (keys[i].words) {
		struct sl_str rest = sl_str_from(keys[i].words), word = rest;

		for (int at = 0; at <= get(s, i) && sl_str_split(&rest, ' ', &word); at++)
			;
		memcpy(out, word.p, word.n);
		out[word.n] = 0;
		return;
	}
	if (keys[i].on_off) {
		strcpy(out, get(s, i) ? "on" : "off");
		return;
	}
	n = sl_int_text(get(s, i), digits);
	memcpy(out, digits, n);
	out[n] = 0;
}

enum sl_code sl_serving_set(struct sl_serving *s, struct sl_str key, struct sl_str value, size_t *at,
                            struct sl_err *e)
{
	int64_t number = -1;
	size_t i = 0;

	while (i < KEYS && !sl_str_is(key, keys[i].name))
		i++;
	if (i == KEYS)
		return sl_fail(e, SL_INVALID,
		               "%.*s: no such setting; there are public, approve-own, small-cell, generalise, "
		               "session-hours, session-idle, language and freeze",
		               SL_STR_ARG(key));
	if (keys[i].words) {
		struct sl_str rest = sl_str_from(keys[i].words), word;
		int nth = 0;

		for (; number < 0 && sl_str_split(&rest, ' ', &word); nth++)
			if (sl_str_eq(value, word))
				number = nth;
		if (number < 0)
			return sl_fail(e, SL_INVALID, "%s is one of %s, not '%.*s'", keys[i].name, keys[i].words,
			               SL_STR_ARG(value));
	} else if (keys[i].on_off) {
		number = sl_str_is(value, "on") ? 1 : sl_str_is(value, "off") ? 0 : -1;
		if (number < 0)
			return sl_fail(e, SL_INVALID, "%s is on or off, not '%.*s'", keys[i].name, SL_STR_ARG(value));
	} else if (!sl_str_int64(value, &number) || number < keys[i].least || number > keys[i].most) {
		return sl_fail(e, SL_INVALID, "%s is a whole number from %d to %d, not '%.*s'", keys[i].name,
		               keys[i].least, keys[i].most, SL_STR_ARG(value));
	}
	put(s, i, (int)number);
	*at = i;
	return SL_OK;
}
