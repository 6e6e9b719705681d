#include "app/statement_words.h"

#include "report/wording.h"

#include <math.h>
#include <string.h>

static void fill_said(void *ctx, struct sl_str name, struct sl_buf *b)
{
	const struct {
		const struct sl_sentence *sentence;
		const struct sl_locale *l;
	} *c = ctx;

	for (size_t i = 0; i < c->sentence->n; i++) {
		const struct sl_said *said = &c->sentence->said[i];

		if (!sl_str_is(name, said->name))
			continue;
		if (said->text.p)
			sl_buf_str(b, said->text);
		else if (isnan(said->number))
			sl_buf_puts(b, sl_text(c->l, "analysis", "unknown"));
		else
			sl_word_number(b, c->l, said->number, said->decimals);
	}
}

void sl_sentence_text(struct sl_buf *b, const struct sl_sentence *s, const struct sl_locale *l)
{
	struct {
		const struct sl_sentence *sentence;
		const struct sl_locale *l;
	} c = {s, l};

	sl_word_fill(b, sl_str_from(sl_text(l, "analysis", s->text)), fill_said, &c);
}

const char *sl_sentences_heading(enum sl_sentence_sort sort, const struct sl_locale *l)
{
	switch (sort) {
	case SL_SAYS_ANSWER: return sl_text(l, "analysis", "In words");
	case SL_SAYS_WARNING: return sl_text(l, "analysis", "Warnings");
	case SL_SAYS_ASSUMPTION: return sl_text(l, "analysis", "Assumptions");
	case SL_SAYS_VALIDATION: return sl_text(l, "analysis", "How it was validated");
	default: return sl_text(l, "analysis", "What this does not show");
	}
}

const char *sl_sentences_name(enum sl_sentence_sort sort)
{
	static const char *const names[SL_SENTENCE_SORTS] = {"answer", "warnings", "assumptions", "validation", "not_shown"};

	return names[sort];
}

const char *sl_statement_changes_nothing(const struct sl_locale *l)
{
	return sl_text(l, "analysis", "This is an estimate. It changes the status of no land: only an approved record does.");
}

void sl_quantity_value(struct sl_buf *b, const struct sl_quantity *q, const struct sl_locale *l)
{
	if (q->text.n)
		sl_buf_str(b, q->text);
	else if (isnan(q->value))
		sl_buf_puts(b, sl_text(l, "analysis", "unknown"));
	else if (isinf(q->value))
		sl_buf_puts(b, sl_text(l, "analysis", "no end"));
	else
		sl_word_number(b, l, q->value, q->decimals);
}

static void put_bound(struct sl_buf *b, double x, const struct sl_quantity *q, const struct sl_locale *l)
{
	const struct sl_quantity bound = {.value = x, .decimals = q->decimals};

	sl_quantity_value(b, &bound, l);
}

void sl_quantity_interval(struct sl_buf *b, const struct sl_quantity *q, const struct sl_locale *l)
{
	struct sl_buf low = {0}, high = {0};
	struct sl_said said[3] = {{.name = "low"}, {.name = "high"}, {.name = "level", .number = q->level * 100}};
	const struct sl_sentence sentence = {.text = SL_TEXT("analysis", "{low} to {high} ({level} %)"), .said = said, .n = 3};

	if (q->level <= 0)
		return;
	put_bound(&low, q->low, q, l);
	put_bound(&high, q->high, q, l);
	said[0].text = sl_buf_view(&low);
	said[1].text = sl_buf_view(&high);
	sl_sentence_text(b, &sentence, l);
	b->failed |= low.failed || high.failed;
	sl_buf_done(&low);
	sl_buf_done(&high);
}

const char *sl_quantity_unit(const char *unit, const struct sl_locale *l)
{
	return unit ? sl_text(l, "analysis-unit", unit) : "";
}
