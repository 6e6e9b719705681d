#include "app/snapshot.h"

#include <stdio.h>

static const char *const breakdowns[] = {"", "admin1", "admin2", "org", "contamination", "year"};

/* ---- counting ---- */

/* Nothing was known when the log was empty: 0 would mean all of it. */
static int64_t bound(int64_t last_seq)
{
	return last_seq ? last_seq : -1;
}

/* All breakdowns on a ledger of the log as it stood then. */
static enum sl_code count(struct sl_programme *p, const struct sl_frozen *f, const struct sl_ledger *ledger,
                          struct sl_buf *b, struct sl_err *e)
{
	char day[11], moment[32];
	struct sl_account_request r = {.as_of = day, .known_at = moment, .by = "admin1", .ledger = ledger,
	                               .last_seq = bound(f->last_seq)};
	struct sl_account_answer answer = {0};

	sl_date_text(f->as_of, day);
	sl_time_text(f->known_at_ms, moment);
	sl_snapshot_head(b, f);
	(void)!sl_account_prepare(p, &r, &answer, e);
	for (int by = SL_BY_NOTHING; by <= SL_BY_YEAR && !e->code; by++) {
		struct sl_account acc;

		answer.spec.by = (enum sl_account_by)by;
		if (sl_account_make(&answer.arena, &answer.ledger, &answer.spec, &answer.names, &acc, e))
			break;
		if (by == SL_BY_NOTHING)
			sl_snapshot_lines(b, "", &acc.total, 1);
		else
			sl_snapshot_lines(b, breakdowns[by], acc.line, acc.n_lines);
	}
	sl_account_done(&answer);
	return e->code ? e->code : sl_buf_check(b, e);
}

static enum sl_code definition_now(struct sl_programme *p, struct sl_arena *a, struct sl_str *out, struct sl_err *e)
{
	struct sl_buf b = {0};
	char *text = NULL;

	sl_definition_text(&b, p->dict);
	if (!sl_buf_check(&b, e))
		text = sl_str_dup(a, sl_buf_view(&b), e);
	if (text)
		*out = sl_str_from(text);
	sl_buf_done(&b);
	return e->code;
}

/* ---- making ---- */

static enum sl_code read_request(const struct sl_snapshot_request *r, struct sl_env *env, struct sl_frozen *f,
                                 struct sl_err *e)
{
	int64_t now = sl_env_now_ms(env);
	struct sl_str rest = r->name, part;
	struct sl_date d;

	*f = (struct sl_frozen){.name = r->name, .organisation = r->organisation, .known_at_ms = now};
	if (!r->as_of || !sl_date_parse(sl_str_from(r->as_of), &f->as_of))
		return sl_fail(e, SL_INVALID, "--as-of '%.40s' is no date; write 2025-12-31", r->as_of ? r->as_of : "");
	if (f->as_of.day > now / 86400000)
		return sl_fail(e, SL_INVALID, "%.40s is still to come: it cannot be frozen yet", r->as_of);
	if (r->known_at && !sl_time_parse(sl_str_from(r->known_at), &f->known_at_ms))
		return sl_fail(e, SL_INVALID, "--known-at '%.40s' is no moment; write 2025-12-31 or 2025-12-31T12:00:00Z",
		               r->known_at);
	if (f->known_at_ms > now)
		return sl_fail(e, SL_INVALID, "what will be known at %.40s cannot be frozen yet", r->known_at);
	if (sl_str_split(&rest, '@', &part) && sl_date_parse(part, &d))
		return sl_fail(e, SL_INVALID, "'%.*s' reads as a date; give the snapshot a name in words", SL_STR_ARG(r->name));
	return SL_OK;
}

enum sl_code sl_snapshot_check(const struct sl_snapshot_request *r, struct sl_env *env, struct sl_err *e)
{
	struct sl_frozen f;

	return read_request(r, env, &f, e);
}

enum sl_code sl_snapshot_count(struct sl_programme *p, const struct sl_snapshot_request *r, struct sl_snapshot *out,
                               struct sl_err *e)
{
	*out = (struct sl_snapshot){0};
	if (read_request(r, p->env, &out->f, e) || definition_now(p, &out->arena, &out->f.definition, e) ||
	    sl_store_read_begin(p->db, e))
		return e->code;
	if (!sl_store_newest(p->db, &out->f.last_seq, e))
		(void)!count(p, &out->f, NULL, &out->account, e);
	sl_store_read_end(p->db);
	return e->code;
}

void sl_snapshot_done(struct sl_snapshot *s)
{
	sl_buf_done(&s->account);
	sl_arena_done(&s->arena);
}

enum sl_code sl_snapshot_keep(struct sl_db *writer, struct sl_people *people, const struct sl_actor *by,
                              struct sl_snapshot *s, struct sl_err *e)
{
	char details[200], day[11], hash[65];

	s->f.author = by->person;
	if (sl_store_begin(writer, e))
		return e->code;
	if (!sl_store_freeze(writer, &s->f, sl_buf_view(&s->account), e) && people) {
		sl_date_text(s->f.as_of, day);
		sl_hash_text(s->f.account, hash);
		snprintf(details, sizeof details, "as of %s, up to revision %lld, account %s", day, (long long)s->f.last_seq,
		         hash);
		(void)!sl_audit_note(people, by, "snapshot", s->f.name, sl_str_from(details), e);
	}
	if (e->code || sl_store_commit(writer, e))
		sl_store_rollback(writer);
	return e->code;
}

enum sl_code sl_snapshot_make(struct sl_programme *p, const struct sl_snapshot_request *r, struct sl_hash *account,
                              struct sl_err *e)
{
	const struct sl_actor by = {sl_str_from(p->env->author), SL_STR("console")};
	struct sl_people *people = NULL;
	struct sl_snapshot s = {0};
	struct sl_db *writer = NULL;

	if (!sl_snapshot_count(p, r, &s, e) && !sl_programme_people_known(p, &people, e) &&
	    !sl_store_open(p->path, SL_OPEN_WRITE, p->dict, p->env, &writer, e) &&
	    !sl_snapshot_keep(writer, people, &by, &s, e))
		*account = s.f.account;
	if (writer)
		sl_store_close(writer);
	sl_people_close(people);
	sl_snapshot_done(&s);
	return e->code;
}

/* ---- the year's end ---- */

static enum sl_code any_event_by(struct sl_programme *p, struct sl_date last, bool *any, struct sl_err *e)
{
	struct sl_land_event *rows;
	struct sl_arena a = {0};
	size_t n;

	*any = false;
	if (!sl_store_land_events(p->db, &a, 0, INT64_MAX, &rows, &n, e))
		for (size_t i = 0; i < n && !*any; i++)
			*any = rows[i].day <= last.day;
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_snapshot_year_due(struct sl_programme *p, int days, int *year, struct sl_err *e)
{
	struct sl_date today = {(int32_t)(sl_env_now_ms(p->env) / 86400000)}, last;
	struct sl_arena a = {0};
	struct sl_frozen f;
	char name[40];
	int y = sl_date_year(today) - 1;
	bool any = false;

	*year = 0;
	if (days <= 0 || !sl_date_from_ymd(y, 12, 31, &last) || today.day < last.day + days)
		return SL_OK;
	snprintf(name, sizeof name, SL_YEAR_END_NAME, y);
	if (!sl_store_frozen_named(p->db, &a, sl_str_from(name), &f, e))
		goto done;
	if (e->code != SL_NOT_FOUND)
		goto done;
	sl_err_clear(e);
	if (!any_event_by(p, last, &any, e) && any)
		*year = y;
done:
	sl_arena_done(&a);
	return e->code;
}

/* ---- counting again ---- */

static enum sl_code count_again(struct sl_programme *p, const struct sl_frozen *f, struct sl_buf *b, struct sl_err *e)
{
	struct sl_ledger then = {0};
	int64_t newest;

	if (sl_store_read_begin(p->db, e))
		return e->code;
	/* While nothing came since, the stored ledger is the one of then. */
	if (!sl_store_newest(p->db, &newest, e)) {
		if (newest == f->last_seq)
			(void)!count(p, f, NULL, b, e);
		else if (!sl_ledger_build_at(&then, p->db, p->env, bound(f->last_seq), e))
			(void)!count(p, f, &then, b, e);
	}
	sl_ledger_close(&then);
	sl_store_read_end(p->db);
	return e->code;
}

static enum sl_code add_difference(struct sl_arena *a, const struct sl_frozen_cell *c, sl_mm2 frozen, sl_mm2 now,
                                   struct sl_snapshot_verdict *out, struct sl_err *e)
{
	if (frozen == now)
		return SL_OK;
	out->cell = sl_arena_grow(a, out->cell, &out->cap_cells, out->n_cells + 1, sizeof *out->cell, e);
	if (!out->cell)
		return e->code;
	out->cell[out->n_cells++] = (struct sl_cell_difference){c->by, c->key, c->figure, frozen, now};
	return SL_OK;
}

static enum sl_code compare(struct sl_arena *a, struct sl_str frozen, struct sl_str now, struct sl_snapshot_verdict *out,
                            struct sl_err *e)
{
	struct sl_frozen_cells was = {0}, is = {0};

	if (sl_frozen_cells_read(a, frozen, &was, e) || sl_frozen_cells_read(a, now, &is, e))
		goto done;
	for (size_t i = 0; i < was.n && !e->code; i++) {
		const struct sl_frozen_cell *c = &was.v[i];
		sl_mm2 other = sl_frozen_cell_value(&is, a, c->by, c->key, c->figure, e);

		(void)!(e->code ? e->code : add_difference(a, c, c->value, other, out, e));
	}
	for (size_t i = 0; i < is.n && !e->code; i++) { /* those that were nought */
		const struct sl_frozen_cell *c = &is.v[i];

		if (!sl_frozen_cell_value(&was, a, c->by, c->key, c->figure, e) && !e->code)
			(void)!add_difference(a, c, 0, c->value, out, e);
	}
done:
	sl_map_done(&was.index);
	sl_map_done(&is.index);
	return e->code;
}

enum sl_code sl_snapshot_verify(struct sl_programme *p, struct sl_arena *a, struct sl_str name,
                                struct sl_snapshot_verdict *out, struct sl_err *e)
{
	struct sl_str frozen, now = {"", 0};
	struct sl_buf b = {0};
	struct sl_frozen f;
	char *copy;

	*out = (struct sl_snapshot_verdict){0};
	if (sl_store_frozen_named(p->db, a, name, &out->f, e) || sl_store_frozen_account(p->db, a, &out->f, &frozen, e) ||
	    definition_now(p, a, &out->definition, e))
		return e->code;
	f = out->f;
	if (!count_again(p, &f, &b, e)) {
		copy = sl_arena_strndup(a, b.p, b.n, e);
		now = copy ? (struct sl_str){copy, b.n} : now;
	}
	sl_buf_done(&b);
	if (e->code)
		return e->code;
	/* The head says by which definition it was counted then; the cells say whether that matters. */
	out->same = sl_str_eq(frozen, now);
	return out->same ? SL_OK : compare(a, frozen, now, out, e);
}
