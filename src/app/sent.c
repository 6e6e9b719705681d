#include "app/sent.h"

#include "base/json.h"
#include "store/listing.h"
#include "store/submission.h"

#include <string.h>

static const struct {
	const char *name, *text;
} fates[] = {
    [SL_FATE_RECEIVED] = {"received", SL_TEXT("sent", "Received. It waits for review.")},
    [SL_FATE_INCOMPLETE] = {"incomplete", SL_TEXT("sent", "Received, but files are still missing: send it again when the network is better.")},
    [SL_FATE_RETURNED] = {"returned", SL_TEXT("sent", "Returned with questions. Correct it and send it again.")},
    [SL_FATE_APPROVED] = {"approved", SL_TEXT("sent", "Approved.")},
    [SL_FATE_REJECTED] = {"rejected", SL_TEXT("sent", "Not taken.")},
    [SL_FATE_DUPLICATE] = {"duplicate", SL_TEXT("sent", "Not taken: this is recorded already.")},
    [SL_FATE_LINKED] = {"linked", SL_TEXT("sent", "Taken as news of a record that is there already.")},
    [SL_FATE_REPLACED] = {"replaced", SL_TEXT("sent", "Replaced by a later version.")},
};

const char *sl_fate_name(enum sl_fate f)
{
	return fates[f].name;
}

const char *sl_fate_text(const struct sl_locale *l, enum sl_fate f)
{
	const char *text = fates[f].text;

	return sl_text(l, "sent", text);
}

/* ---- what the log says of one revision and those that follow from it ---- */

struct following {
	struct sl_arena *a;
	struct sl_uuid *line; /* the revision that was sent, and all that came of it */
	size_t n, cap;
	struct sl_hash said;  /* what the last of them says */
	bool over;            /* approved, and somebody has other news since: that is no fate of this one */
	struct sl_sent *out;
	struct sl_str other;  /* UUID of the record that it was said to be, as text */
};

static bool follows(const struct following *f, const struct sl_revision *rev)
{
	for (size_t i = 0; i < rev->n_parents; i++)
		for (size_t k = 0; k < f->n; k++)
			if (sl_uuid_eq(rev->parent[i], f->line[k]))
				return true;
	return false;
}

static enum sl_code keep(struct sl_arena *a, struct sl_str from, struct sl_str *to, struct sl_err *e)
{
	char *copy = sl_str_dup(a, from, e);

	*to = (struct sl_str){copy ? copy : "", copy ? from.n : 0};
	return e->code;
}

/* The reviewer's words at this step; a step that only repeats the content says nothing anew. */
static enum sl_code read_step(struct following *f, const struct sl_revision *rev, struct sl_err *e)
{
	struct sl_str entry, action;
	struct sl_json *tree;
	const struct sl_json *review;

	f->out->questions = f->out->of = f->other = SL_STR("");
	if (keep(f->a, rev->entry, &entry, e) || !strstr(entry.p, "\"review\"") || sl_json_parse(f->a, entry, &tree, e))
		return e->code;
	review = sl_json_get(tree, "review");
	action = sl_json_get_str(review, "action");
	f->out->questions = sl_json_get_str(review, "comment");
	if (sl_str_is(action, "duplicate")) {
		f->out->fate = SL_FATE_DUPLICATE;
		f->other = sl_json_get_str(review, "duplicate_of");
	} else if (sl_str_is(action, "link") && sl_json_get(review, "linked_revision")) {
		f->out->fate = SL_FATE_LINKED;
		f->other = sl_json_get_str(review, "linked_to");
	}
	return SL_OK;
}

static enum sl_code take(void *ctx, const struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct following *f = ctx;
	bool first = sl_uuid_eq(rev->id, f->line[0]);

	(void)rec;
	if (!first && (f->over || !f->n || !follows(f, rev)))
		return SL_OK;
	if (first) {
		f->n = 1;
	} else {
		if (f->out->fate == SL_FATE_APPROVED && !sl_hash_eq(rev->said, f->said)) {
			f->over = true;
			return SL_OK;
		}
		f->line = sl_arena_grow(f->a, f->line, &f->cap, f->n + 1, sizeof *f->line, e);
		if (!f->line)
			return e->code;
		f->line[f->n++] = rev->id;
	}
	f->said = rev->said;
	f->out->fate_ms = first ? 0 : rev->recorded_ms;
	f->out->fate = rev->state == SL_APPROVED   ? SL_FATE_APPROVED
	               : rev->state == SL_RETURNED ? SL_FATE_RETURNED
	               : rev->state == SL_REJECTED ? SL_FATE_REJECTED
	                                           : SL_FATE_RECEIVED;
	if (keep(f->a, rev->identity, &f->out->identity, e))
		return e->code;
	if (f->out->fate == SL_FATE_RETURNED || f->out->fate == SL_FATE_REJECTED)
		return read_step(f, rev, e);
	f->out->questions = f->other = SL_STR("");
	return SL_OK;
}

/* ---- what the other record is called, for who may see it ---- */

static enum sl_code name_other(struct sl_programme *p, struct sl_arena *a, const struct sl_person *who,
                               struct sl_str uuid, struct sl_str *out, struct sl_err *e)
{
	struct sl_person eyes = *who;
	struct sl_standing standing;
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_uuid record;
	int64_t number;

	if (!sl_uuid_parse(uuid, &record))
		return SL_OK;
	if (sl_store_number_of(p->db, record, &number, e) || sl_store_by_number(p->db, a, number, &rev, &rec, e)) {
		if (e->code == SL_NOT_FOUND)
			sl_err_clear(e);
		return e->code;
	}
	standing = (struct sl_standing){.author = rev.author, .organisation = rev.organisation, .approved = true};
	if (eyes.scope == SL_SCOPE_DEVICES)
		eyes.scope = SL_SCOPE_READ; /* what its organisation's records are called a device may know */
	if (sl_may_see_record(&eyes, &standing))
		*out = rev.identity;
	return SL_OK;
}

static enum sl_code one(struct sl_programme *p, struct sl_arena *a, const struct sl_person *who,
                        const struct sl_sent_row *row, struct sl_sent *out, struct sl_err *e)
{
	struct following f = {.a = a, .out = out, .cap = 0};

	*out = (struct sl_sent){.id = row->s.id, .instance = row->s.instance, .title = row->title, .form = row->s.form,
	                        .version = row->s.version, .kind = row->kind, .account = row->s.account,
	                        .identity = SL_STR(""), .record = row->s.record, .received_ms = row->s.received_ms,
	                        .questions = SL_STR(""), .of = SL_STR("")};
	out->missing = row->s.files > row->came ? row->s.files - row->came : 0;
	f.line = sl_arena_grow(a, NULL, &f.cap, 4, sizeof *f.line, e);
	if (!f.line)
		return e->code;
	f.line[0] = row->s.revision;
	if (sl_store_history(p->db, row->s.record, take, &f, e))
		return e->code;
	if (row->edited) {
		out->fate = SL_FATE_REPLACED;
		out->fate_ms = 0;
		out->questions = SL_STR("");
	} else if (out->missing && out->fate == SL_FATE_RECEIVED) {
		out->fate = SL_FATE_INCOMPLETE;
	}
	return !row->edited && f.other.n ? name_other(p, a, who, f.other, &out->of, e) : SL_OK;
}

static enum sl_code make_query(const struct sl_sent_wish *w, struct sl_sent_query *q, struct sl_err *e)
{
	enum sl_extent may = sl_person_may(w->person, SL_RIGHT_READ_SUBMITTED);

	*q = (struct sl_sent_query){.before = w->before, .limit = w->limit};
	if (!w->person->name.n)
		return sl_fail(e, SL_DENIED, "sign in first");
	switch (w->of) {
	case SL_SENT_ALL:
		return may == SL_EXTENT_ALL ? SL_OK : sl_fail(e, SL_DENIED, "you may not see what everybody sent");
	case SL_SENT_ORGANISATION:
		if (may < SL_EXTENT_OWN_ORGANISATION)
			return sl_fail(e, SL_DENIED, "you may not see what others of your organisation sent");
		if (!w->person->organisation.n)
			return sl_fail(e, SL_INVALID, "your account belongs to no organisation");
		q->organisation = &w->person->organisation;
		return SL_OK;
	case SL_SENT_MINE:
		break;
	}
	q->account = w->person->name;
	return SL_OK;
}

enum sl_code sl_sent_list(struct sl_programme *p, struct sl_arena *a, const struct sl_sent_wish *wish,
                          struct sl_sent **out, size_t *n, bool *more, struct sl_err *e)
{
	struct sl_sent_query q;
	struct sl_sent_row *row;
	struct sl_sent *list;
	size_t found;
	bool rest;

	if (make_query(wish, &q, e) || sl_store_sent(p->db, a, &q, &row, &found, &rest, e))
		return e->code;
	list = sl_arena_alloc(a, found + 1, sizeof *list, e);
	for (size_t i = 0; list && i < found; i++)
		if (one(p, a, wish->person, &row[i], &list[i], e))
			return e->code;
	if (!list)
		return e->code;
	*out = list;
	*n = found;
	*more = rest;
	return SL_OK;
}

/* ---- JSON ---- */

static void put_moment(struct sl_json_writer *w, const char *key, int64_t ms)
{
	char text[32];

	sl_time_text(ms, text);
	sl_json_kv_str(w, key, sl_str_from(text));
}

void sl_sent_json(struct sl_buf *b, const struct sl_locale *l, const struct sl_sent *list, size_t n, bool more)
{
	struct sl_json_writer w;
	char uuid[37];

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("sent"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < n; i++) {
		const struct sl_sent *s = &list[i];

		sl_uuid_text(s->record, uuid);
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "instance", s->instance);
		sl_json_kv_str(&w, "form", s->form);
		sl_json_kv_str(&w, "version", s->version);
		sl_json_kv_str(&w, "title", s->title);
		sl_json_kv_str(&w, "kind", s->kind);
		sl_json_kv_str(&w, "id", s->identity);
		sl_json_kv_str(&w, "record", sl_str_from(uuid));
		sl_json_kv_str(&w, "sender", s->account);
		put_moment(&w, "received_at", s->received_ms);
		sl_json_kv_str(&w, "state", sl_str_from(sl_fate_name(s->fate)));
		sl_json_kv_str(&w, "says", sl_str_from(sl_fate_text(l, s->fate)));
		if (s->fate_ms)
			put_moment(&w, "state_at", s->fate_ms);
		if (s->questions.n)
			sl_json_kv_str(&w, "questions", s->questions);
		if (s->of.n)
			sl_json_kv_str(&w, "of", s->of);
		if (s->missing)
			sl_json_kv_int(&w, "missing_files", s->missing);
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	if (more && n)
		sl_json_kv_int(&w, "next", list[n - 1].id);
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
}
