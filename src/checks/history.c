/* Rules over the approved revisions of one record: what was known, when, and what changed. */
#include "checks/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN, WORK, CLOSED, HAND, SUSP, EXPD, DUPL, MERG, N_STATUS, NO_STATUS = -1 };

static const char *const status_code[N_STATUS] = {"OPEN", "WORK", "CLOSED", "HAND",
                                                  "SUSP", "EXPD", "DUPL",   "MERG"};

/* Which status may follow (+) which; rows from, columns to.  The withdrawn ones may only be undone, and by
 * another person than the one who withdrew. */
static const char allowed[N_STATUS][N_STATUS + 1] = {
    /*         OWCHSEDM */
    [OPEN] = "-++-++++", [WORK] = "+-+-++++", [CLOSED] = "++-+-++-", [HAND] = "++------",
    [SUSP] = "++---+++", [EXPD] = "2-------", [DUPL] = "2-------",   [MERG] = "2-------",
};

static int status_of(struct sl_str code)
{
	if (sl_str_is(code, "REOP")) /* passes over into OPEN */
		return OPEN;
	for (int i = 0; i < N_STATUS; i++)
		if (sl_str_is(code, status_code[i]))
			return i;
	return NO_STATUS;
}

/* Order in which the revisions count: by date of information, then as they were approved. */
static size_t *in_order(struct sl_arena *a, const struct sl_check_version *v, size_t n, struct sl_err *e)
{
	size_t *order = sl_arena_alloc(a, n, sizeof *order, e);

	for (size_t i = 0; order && i < n; i++) {
		size_t k = i;

		for (; k > 0 && v[order[k - 1]].effective.day > v[i].effective.day; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	return order;
}

static enum sl_code s01_transition(struct sl_judged *j, const struct sl_check_version *v,
                                   const size_t *order, size_t n, struct sl_err *e)
{
	const struct sl_check_version *before = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct sl_check_version *now = &v[order[i]];
		int from, to = status_of(now->status);
		char day[11];

		if (to == NO_STATUS)
			continue;
		from = before ? status_of(before->status) : to;
		if (from != to && !now->correction && allowed[from][to] != '+') {
			bool undo = allowed[from][to] == '2';

			if (undo && sl_str_eq(now->author, before->author)) {
				if (sl_judge_say(j, "S01", (struct sl_spot){.field = "status"}, e,
				                 "On %s the status went from %s back to %s by the person who withdrew the "
				                 "hazard; that "
				                 "takes a second person.",
				                 sl_day_text(now->effective, day), status_code[from], status_code[to]))
					return e->code;
			} else if (!undo &&
			           sl_judge_say(j, "S01", (struct sl_spot){.field = "status"}, e,
			                        "On %s the status went from %s to %s, which has no such step.",
			                        sl_day_text(now->effective, day), status_code[from], status_code[to])) {
				return e->code;
			}
		}
		before = now;
	}
	return SL_OK;
}

static enum sl_code s06_reopened(struct sl_judged *j, const struct sl_check_version *v, const size_t *order,
                                 size_t n, struct sl_err *e)
{
	int from = NO_STATUS;

	for (size_t i = 0; i < n; i++) {
		const struct sl_check_version *now = &v[order[i]];
		int to = status_of(now->status);
		char day[11];

		if (to == NO_STATUS)
			continue;
		/* A record whose status says REOP is judged by itself. */
		if ((from == CLOSED || from == HAND) && (to == OPEN || to == WORK) && !now->correction &&
		    !now->reopens.n && !sl_str_is(now->status, "REOP"))
			return sl_judge_say(
			    j, "S06", (struct sl_spot){.field = "reopens"}, e,
			    "Opened again on %s after it was %s, and no release is named that it reopens.",
			    sl_day_text(now->effective, day), from == CLOSED ? "closed" : "handed over");
		from = to;
	}
	return SL_OK;
}

static enum sl_code t04_older_news(struct sl_judged *j, const struct sl_check_version *v, size_t n,
                                   struct sl_err *e)
{
	struct sl_date newest = sl_date_none();

	for (size_t i = 0; i < n; i++) {
		char a[11], b[11];
		bool same_content = i && sl_hash_eq(v[i].content, v[i - 1].content);

		if (i && !same_content && !v[i].correction && !sl_date_is_none(newest) &&
		    !sl_date_is_none(v[i].effective) && v[i].effective.day <= newest.day &&
		    sl_judge_say(j, "T04", (struct sl_spot){.field = "effective_date"}, e,
		                 v[i].effective.day < newest.day ? "Information of %s was entered after that of "
		                                                   "%s: it does not change the present state."
		                                                 : "Information of %s was entered after other "
		                                                   "information of the same day (%s): the later "
		                                                   "entry counts.",
		                 sl_day_text(v[i].effective, a), sl_day_text(newest, b)))
			return e->code;
		if (!sl_date_is_none(v[i].effective) &&
		    (sl_date_is_none(newest) || v[i].effective.day > newest.day))
			newest = v[i].effective;
	}
	return SL_OK;
}

/* The moment after which the figures of a year are public. */
static bool closes_ms(const struct sl_check_limits *l, int year, int64_t *ms)
{
	struct sl_date d;

	if (!sl_date_from_ymd(year + 1, l->closed_month, l->closed_day, &d))
		return false;
	*ms = ((int64_t)d.day + 1) * 86400000;
	return true;
}

static enum sl_code t05_closed_year(struct sl_judged *j, const struct sl_check_version *v, size_t n,
                                    struct sl_err *e)
{
	for (size_t i = 1; i < n; i++) {
		struct sl_date since = v[i].effective;
		int64_t closed;
		char a[11], b[11];
		struct sl_date recorded = {(int32_t)(v[i].recorded_ms / 86400000)};

		if (sl_hash_eq(v[i].content, v[i - 1].content))
			continue;
		/* A correction changes the figures from the date of what it corrects. */
		if (v[i].correction && !sl_date_is_none(v[i - 1].effective) && v[i - 1].effective.day < since.day)
			since = v[i - 1].effective;
		if (sl_date_is_none(since) || !closes_ms(&j->c->limit, sl_date_year(since), &closed) ||
		    v[i].recorded_ms <= closed || v[i - 1].recorded_ms > closed)
			continue;
		if (sl_judge_say(j, "T05", (struct sl_spot){.field = "effective_date"}, e,
		                 "Changed on %s as from %s: the report for %d was already out.",
		                 sl_day_text(recorded, a), sl_day_text(since, b), sl_date_year(since)))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_check_history(const struct sl_check_context *c, const struct sl_revision *last,
                              const struct sl_record *record, const struct sl_check_version *v, size_t n,
                              struct sl_findings *out, struct sl_err *e)
{
	struct sl_arena scratch = {0};
	struct sl_judged j = {.c = c,
	                      .r = record,
	                      .rev = last,
	                      .kind = sl_check_kind_of(record->kind),
	                      .scratch = &scratch,
	                      .out = out};
	size_t *order = in_order(&scratch, v, n, e);
	enum sl_code code = order ? SL_OK : e->code;

	if (!code && j.kind == SL_CHECK_HAZARD)
		code = s01_transition(&j, v, order, n, e);
	if (!code && j.kind == SL_CHECK_HAZARD)
		code = s06_reopened(&j, v, order, n, e);
	if (!code)
		code = t04_older_news(&j, v, n, e);
	if (!code)
		code = t05_closed_year(&j, v, n, e);
	sl_arena_done(&scratch);
	return code;
}
