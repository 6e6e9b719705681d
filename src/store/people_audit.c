/* The audit log.  The hash of an entry is BLAKE2b-256 of the hash before it (32 zero bytes for the first),
 * seq, time and texts, each with its length (base/hash.h): an entry that was changed, put in or taken out
 * breaks the chain.  What the chain alone cannot show is that its end was cut off: for that the hash of the
 * last entry is noted elsewhere from time to time. */
#include "store/people_db.h"

#include "base/utf8.h"

#include <string.h>

#define WORD_MAX 100
#define DETAILS_MAX 1000

static struct sl_hash chain(const struct sl_hash *previous, const struct sl_audit_entry *x)
{
	struct sl_hasher h;

	sl_hash_begin(&h);
	sl_hash_part(&h, previous->b, sizeof previous->b);
	sl_hash_int(&h, x->seq);
	sl_hash_int(&h, x->at_ms);
	sl_hash_part(&h, x->person.p, x->person.n);
	sl_hash_part(&h, x->address.p, x->address.n);
	sl_hash_part(&h, x->what.p, x->what.n);
	sl_hash_part(&h, x->record.p, x->record.n);
	sl_hash_part(&h, x->details.p, x->details.n);
	return sl_hash_end(&h);
}

/* One line of UTF-8, not longer than `most` bytes and not cut within a character. */
static enum sl_code one_line(struct sl_arena *a, struct sl_str text, size_t most, struct sl_str *out,
                             struct sl_err *e)
{
	struct sl_str clean;
	char *line;

	if (sl_utf8_scrub(a, text, &clean, e))
		return e->code;
	if (clean.n > most) {
		clean.n = most;
		while (clean.n && ((unsigned char)clean.p[clean.n] & 0xc0) == 0x80)
			clean.n--;
	}
	line = sl_arena_strndup(a, clean.p ? clean.p : "", clean.n, e);
	if (!line)
		return e->code;
	for (size_t i = 0; i < clean.n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = ' ';
	*out = (struct sl_str){line, clean.n};
	return SL_OK;
}

static enum sl_code last(struct sl_people *p, int64_t *seq, struct sl_hash *hash, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	*seq = 0;
	*hash = (struct sl_hash){{0}};
	if (sl_sql_open(p->driver, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", &s, e))
		return e->code;
	if (!sl_sql_step(s, &row, e) && row) {
		*seq = sl_sql_get_int(s, 0);
		if (!sl_sql_get_bytes(s, 1, hash->b, sizeof hash->b))
			sl_fail(e, SL_CORRUPT, "%s: the last entry of the audit log has no hash",
			        sl_driver_name(p->driver));
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_people_audit_append(struct sl_people *p, struct sl_audit_entry *entry, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_audit_entry x = {.at_ms = entry->at_ms};
	struct sl_hash hash;
	struct sl_sql *s;

	if (one_line(&a, entry->person, WORD_MAX, &x.person, e) ||
	    one_line(&a, entry->address, WORD_MAX, &x.address, e) ||
	    one_line(&a, entry->what, WORD_MAX, &x.what, e) ||
	    one_line(&a, entry->record, WORD_MAX, &x.record, e) ||
	    one_line(&a, entry->details, DETAILS_MAX, &x.details, e) || last(p, &x.seq, &hash, e))
		goto done;
	x.seq++;
	hash = chain(&hash, &x);
	if (sl_sql_open(p->driver,
	                "INSERT INTO audit (seq, at_ms, person, address, what, record, details, hash) "
	                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
	                &s, e))
		goto done;
	sl_sql_int(s, 1, x.seq);
	sl_sql_int(s, 2, x.at_ms);
	sl_sql_text(s, 3, x.person);
	sl_sql_text(s, 4, x.address);
	sl_sql_text(s, 5, x.what);
	sl_sql_text(s, 6, x.record);
	sl_sql_text(s, 7, x.details);
	sl_sql_blob(s, 8, hash.b, sizeof hash.b);
	if (!sl_sql_finish(s, e))
		entry->seq = x.seq;
done:
	sl_arena_done(&a);
	return e->code;
}

#define AUDIT_COLUMNS "SELECT seq, at_ms, person, address, what, record, details, hash FROM audit "

/* A record is named in several ways (uuid, "kind:id"): a part of the name finds it, as typed. */
#define AUDIT_ONLY                                                                                         \
	" AND ($4 = '' OR person = $4) AND ($5 = '' OR what = $5) AND ($6 = '' OR instr(record, $6) > 0) "

static enum sl_code read_entry(struct sl_arena *a, struct sl_sql *s, struct sl_audit_entry *x,
                               struct sl_err *e)
{
	x->seq = sl_sql_get_int(s, 0);
	x->at_ms = sl_sql_get_int(s, 1);
	if (sl_people_text(a, s, 2, &x->person, e) || sl_people_text(a, s, 3, &x->address, e) ||
	    sl_people_text(a, s, 4, &x->what, e) || sl_people_text(a, s, 5, &x->record, e) ||
	    sl_people_text(a, s, 6, &x->details, e))
		return e->code;
	return SL_OK;
}

enum sl_code sl_people_audit_read(struct sl_people *p, struct sl_arena *a, const struct sl_audit_range *r,
                                  struct sl_audit_entry **out, size_t *n, struct sl_err *e)
{
	struct sl_audit_entry *list = NULL;
	size_t count = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver,
	                r->newest_first ? AUDIT_COLUMNS "WHERE at_ms >= $1 AND at_ms < $2 AND seq < $3" AUDIT_ONLY
	                                                "ORDER BY seq DESC LIMIT $7"
	                                : AUDIT_COLUMNS
	                    "WHERE at_ms >= $1 AND at_ms < $2 AND seq > $3" AUDIT_ONLY "ORDER BY seq LIMIT $7",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, r->from_ms);
	sl_sql_int(s, 2, r->to_ms ? r->to_ms : INT64_MAX);
	sl_sql_int(s, 3, r->newest_first && !r->after_seq ? INT64_MAX : r->after_seq);
	sl_sql_text(s, 4, r->person);
	sl_sql_text(s, 5, r->what);
	sl_sql_text(s, 6, r->record);
	sl_sql_int(s, 7, r->limit > 0 ? r->limit : INT64_MAX);
	while (!sl_sql_step(s, &row, e) && row) {
		list = sl_arena_grow(a, list, &cap, count + 1, sizeof *list, e);
		if (!list || read_entry(a, s, &list[count], e))
			break;
		count++;
	}
	sl_sql_close(s);
	if (e->code)
		return e->code;
	*out = list;
	*n = count;
	return SL_OK;
}

enum sl_code sl_people_audit_verify(struct sl_people *p, struct sl_audit_check *out, struct sl_err *e)
{
	struct sl_audit_check c = {0};
	struct sl_arena a = {0};
	struct sl_arena_mark start = sl_arena_mark(&a);
	struct sl_audit_entry x = {0};
	struct sl_hash stored, want;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(p->driver, AUDIT_COLUMNS "ORDER BY seq", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row && !read_entry(&a, s, &x, e)) {
		c.n++;
		want = chain(&c.head, &x);
		if (!c.first_wrong && (x.seq != c.n || !sl_sql_get_bytes(s, 7, stored.b, sizeof stored.b) ||
		                       !sl_hash_eq(stored, want)))
			c.first_wrong = x.seq > c.n ? c.n : x.seq;
		c.head = want;
		sl_arena_reset(&a, start);
	}
	sl_sql_close(s);
	sl_arena_done(&a);
	if (!e->code)
		*out = c;
	return e->code;
}
