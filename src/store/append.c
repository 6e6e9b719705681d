#include "store/db.h"
#include "store/review.h"

#include <assert.h>
#include <string.h>

const char *sl_state_name(enum sl_state s)
{
	static const char *const name[] = {"draft", "submitted", "returned", "approved", "rejected"};

	return (unsigned)s < sizeof name / sizeof *name ? name[s] : "unknown";
}

/* What a revision shares with the steps of its workflow. */
struct content {
	int64_t id, geometry;
	struct sl_hash parent_hash[SL_PARENTS_MAX];
	bool new_record;
};

static enum sl_code preconditions(struct sl_db *db, const struct sl_revision *rev, struct sl_err *e)
{
	if (!sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CONFLICT, "%s: a revision belongs into a transaction", db->path);
	if (!rev->kind || rev->kind->number < 0 || (size_t)rev->kind->number >= db->dict->n_kinds ||
	    rev->n_parents > SL_PARENTS_MAX || (unsigned)rev->state > SL_REJECTED || !rev->document.n)
		return sl_fail(e, SL_INVALID, "a revision needs a kind, a state, a document and at most %d parents",
		               SL_PARENTS_MAX);
	/* The exact place of a person never stands in the open (DESIGN 4). */
	if (sl_kind_hides_geometry(rev->kind) && rev->geometry.wkb.n && !rev->sealed.n)
		return sl_fail(e, SL_INVALID, "the place of a %.*s is sensitive: it belongs into the sealed part",
		               SL_STR_ARG(rev->kind->name));
	return SL_OK;
}

static enum sl_code find_record(struct sl_db *db, struct sl_revision *r, bool *is_new, struct sl_err *e)
{
	int64_t kind = 0;
	int32_t term;
	struct sl_sql *s;
	bool row;

	*is_new = r->record_number != 0; /* made by fill_in: nobody knows it yet */
	if (*is_new)
		return SL_OK;
	if (sl_sql_open(db->driver, "SELECT number, kind FROM sl_record WHERE uuid = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, r->record.b, sizeof r->record.b);
	if (!sl_sql_step(s, &row, e)) {
		*is_new = !row;
		r->record_number = row ? sl_sql_get_int(s, 0) : db->next_record;
		kind = row ? sl_sql_get_int(s, 1) : 0;
	}
	sl_sql_close(s);
	if (e->code || *is_new || sl_layer_term(db, r->kind, &term, e))
		return e->code;
	return kind == term ? SL_OK
	                    : sl_fail(e, SL_CONFLICT, "the record is a %.*s, so it cannot become a %.*s",
	                              SL_STR_ARG(sl_store_term(db, kind)), SL_STR_ARG(r->kind->name));
}

static enum sl_code find_parents(struct sl_db *db, const struct sl_revision *r, struct sl_hash *hash,
                                 struct sl_err *e)
{
	for (size_t i = 0; i < r->n_parents; i++) {
		struct sl_sql *s;
		char text[37];
		bool row;

		sl_uuid_text(r->parent[i], text);
		if (sl_sql_open(db->driver, "SELECT record, hash FROM sl_revision WHERE id = $1", &s, e))
			return e->code;
		sl_sql_blob(s, 1, r->parent[i].b, sizeof r->parent[i].b);
		if (!sl_sql_step(s, &row, e)) {
			if (!row)
				sl_fail(e, SL_NOT_FOUND, "the revision before it, %s, is not in %s", text, db->path);
			else if (sl_sql_get_int(s, 0) != r->record_number)
				sl_fail(e, SL_CONFLICT, "revision %s is about another record", text);
			else if (!sl_sql_get_bytes(s, 1, hash[i].b, sizeof hash[i].b))
				sl_fail(e, SL_CORRUPT, "%s: revision %s is damaged", db->path, text);
		}
		sl_sql_close(s);
		if (e->code)
			return e->code;
	}
	return SL_OK;
}

static enum sl_code insert_record(struct sl_db *db, const struct sl_revision *r, struct sl_err *e)
{
	struct sl_sql *s;
	int32_t kind;

	if (sl_layer_term(db, r->kind, &kind, e) ||
	    sl_sql_open(db->driver,
	                "INSERT INTO sl_record (number, uuid, kind, head, approved) "
	                "VALUES ($1, $2, $3, $4, $5)",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, r->record_number);
	sl_sql_blob(s, 2, r->record.b, sizeof r->record.b);
	sl_sql_int(s, 3, kind);
	sl_sql_int(s, 4, r->seq);
	if (r->state == SL_APPROVED)
		sl_sql_int(s, 5, r->seq);
	return sl_sql_finish(s, e);
}

static enum sl_code insert_content(struct sl_db *db, const struct sl_revision *r, const struct content *c,
                                   struct sl_str sealed, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver,
	                "INSERT INTO sl_content (id, geometry, said, hash, identity, document, entry) "
	                "VALUES ($1, $2, $3, $4, $5, $6, $7)",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, c->id);
	sl_sql_int(s, 2, c->geometry);
	sl_sql_blob(s, 3, r->said.b, sizeof r->said.b);
	sl_sql_blob(s, 4, r->content.b, sizeof r->content.b);
	sl_sql_text(s, 5, r->identity);
	sl_sql_text(s, 6, r->document);
	sl_sql_text(s, 7, r->entry);
	if (sl_sql_finish(s, e) || !sealed.n)
		return e->code;
	if (sl_sql_open(db->driver, "INSERT INTO sl_sealed (content, data) VALUES ($1, $2)", &s, e))
		return e->code;
	sl_sql_int(s, 1, c->id);
	sl_sql_blob(s, 2, sealed.p, sealed.n);
	return sl_sql_finish(s, e);
}

static enum sl_code insert_revision(struct sl_db *db, const struct sl_revision *r, const struct content *c,
                                    struct sl_err *e)
{
	int32_t author, organisation, device;
	struct sl_sql *s;

	static_assert(sizeof r->parent == 16 * SL_PARENTS_MAX, "parents are one run of bytes");
	if (sl_term_of(db, r->author, &author, e) || sl_term_of(db, r->organisation, &organisation, e) ||
	    sl_term_of(db, r->device, &device, e) ||
	    sl_sql_open(
	        db->driver,
	        "INSERT INTO sl_revision (seq, id, record, parents, effective, author, organisation, device, "
	        "recorded_ms, state, correction, content, hash) "
	        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
	        &s, e))
		return e->code;
	sl_sql_int(s, 1, r->seq);
	sl_sql_blob(s, 2, r->id.b, sizeof r->id.b);
	sl_sql_int(s, 3, r->record_number);
	sl_sql_blob(s, 4, r->parent, 16 * r->n_parents);
	if (!sl_date_is_none(r->effective))
		sl_sql_int(s, 5, r->effective.day);
	sl_sql_int(s, 6, author);
	sl_sql_int(s, 7, organisation);
	sl_sql_int(s, 8, device);
	sl_sql_int(s, 9, r->recorded_ms);
	sl_sql_int(s, 10, r->state);
	sl_sql_int(s, 11, r->correction);
	sl_sql_int(s, 12, c->id);
	sl_sql_blob(s, 13, r->hash.b, sizeof r->hash.b);
	return sl_sql_finish(s, e);
}

/* From here on a failure leaves something behind, so the transaction can only be rolled back. */
static enum sl_code write_revision(struct sl_db *db, const struct sl_revision *r, const struct content *c,
                                   const struct sl_record *rec, struct sl_err *e)
{
	if ((c->new_record && insert_record(db, r, e)) || insert_revision(db, r, c, e)) {
		db->failed = true;
		return e->code;
	}
	sl_batch_add(db, r);
	db->next_seq++;
	if (c->new_record)
		db->next_record++;
	if (sl_project(db, r, c->geometry, rec, !c->new_record, e))
		db->failed = true;
	return e->code;
}

static void fill_in(struct sl_db *db, struct sl_revision *r)
{
	if (sl_uuid_is_nil(r->record)) {
		r->record = sl_uuid_new(db->env);
		r->record_number = db->next_record;
	}
	if (sl_uuid_is_nil(r->id))
		r->id = sl_uuid_new(db->env);
	if (!r->recorded_ms)
		r->recorded_ms = sl_env_now_ms(db->env);
	if (!r->author.n)
		r->author = sl_str_from(db->env->author);
	if (!r->device.n)
		r->device = sl_str_from(db->env->device);
	r->seq = db->next_seq;
}

enum sl_code sl_revision_prepare(struct sl_arena *a, const struct sl_revision *rev,
                                 const struct sl_record *rec, struct sl_prepared_revision *out,
                                 struct sl_err *e)
{
	struct sl_prepared_revision p = {
	    .document = rev->document.p, .entry = rev->entry.p, .wkb = rev->geometry.wkb.p};

	/* What waits for its approval is not shown yet. */
	if (rev->state == SL_APPROVED && sl_layer_prepare(a, rev, rec, &p, e))
		return e->code;
	if (!sl_kind_hides_geometry(rev->kind)) {
		p.base = sl_base_hash(rev);
		if (!rev->sealed.n)
			p.content = sl_content_hash(rev, p.base, p.base, (struct sl_str){"", 0});
	}
	*out = p;
	return SL_OK;
}

static bool is_made(const struct sl_hash *h)
{
	return !sl_hash_eq(*h, (struct sl_hash){{0}});
}

const struct sl_prepared_revision *sl_prepared_of(const struct sl_revision *r)
{
	const struct sl_prepared_revision *p = r->prepared;

	return p && p->document == r->document.p && p->entry == r->entry.p && p->wkb == r->geometry.wkb.p
	           ? p
	           : NULL;
}

static struct sl_hash base_of(const struct sl_revision *r)
{
	const struct sl_prepared_revision *p = sl_prepared_of(r);

	return p && is_made(&p->base) ? p->base : sl_base_hash(r);
}

static struct sl_hash content_of(const struct sl_revision *r, struct sl_hash base, struct sl_str sealed)
{
	const struct sl_prepared_revision *p = sl_prepared_of(r);

	return p && is_made(&p->content) ? p->content : sl_content_hash(r, base, r->said, sealed);
}

static enum sl_code append(struct sl_db *db, struct sl_revision *r, const struct sl_record *rec,
                           struct sl_err *e)
{
	struct content c;
	struct sl_str mac, sealed, key;
	struct sl_hash base;

	if (find_record(db, r, &c.new_record, e) || find_parents(db, r, c.parent_hash, e) ||
	    sl_identity_key(db, &db->scratch, r->identity, &key, e) || sl_batch_ensure(db, e))
		return e->code;
	if (sl_kind_hides_geometry(r->kind))
		r->geometry = (struct sl_prepared_geometry){.box = {1, 1, 0, 0}};
	if (sl_seal(db, &db->scratch, r, true, &mac, &sealed, e))
		return e->code;
	if (sl_kind_hides_geometry(r->kind))
		sl_noted(sl_review_of_entry(&db->scratch, r->entry, &r->entry, e)); /* the rest is in the sealed part */
	if (e->code)
		return e->code;
	base = base_of(r);
	r->said = sl_said_hash(base, mac);
	r->content = content_of(r, base, sealed);
	r->hash = sl_revision_hash(r, r->kind->name, c.parent_hash);
	c.id = db->next_content;
	c.geometry = r->geometry.wkb.n ? db->next_geometry : 0;
	if ((c.geometry && sl_geometry_insert(db, c.geometry, &r->geometry, e)) ||
	    insert_content(db, r, &c, sealed, e)) {
		db->failed = true;
		return e->code;
	}
	db->next_content++;
	db->next_geometry += c.geometry != 0;
	return write_revision(db, r, &c, rec, e);
}

enum sl_code sl_store_append(struct sl_db *db, struct sl_revision *rev, const struct sl_record *record,
                             struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_revision r = *rev;

	if (preconditions(db, rev, e))
		return e->code;
	r.record_number = 0;
	fill_in(db, &r);
	append(db, &r, record, e);
	sl_arena_reset(&db->scratch, m);
	if (e->code)
		return e->code;
	rev->seq = r.seq;
	rev->id = r.id;
	rev->record = r.record;
	rev->record_number = r.record_number;
	rev->recorded_ms = r.recorded_ms;
	rev->author = r.author;
	rev->device = r.device;
	rev->said = r.said;
	rev->content = r.content;
	rev->hash = r.hash;
	return SL_OK;
}

enum sl_code sl_revision_said(struct sl_db *db, struct sl_uuid record, const struct sl_revision *rev,
                              struct sl_hash *out, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_str mac, sealed;
	struct sl_revision r = *rev;

	r.record = record;
	if (sl_kind_hides_geometry(r.kind))
		r.geometry.wkb = (struct sl_str){"", 0};
	if (!sl_seal(db, &db->scratch, &r, false, &mac, &sealed, e))
		*out = sl_said_hash(base_of(&r), mac);
	sl_arena_reset(&db->scratch, m);
	return e->code;
}

/* ---- the workflow ---- */
struct head {
	struct sl_uuid id;
	int64_t seq, content;
};

/* Heads are the revisions that are nobody's parent. */
static enum sl_code heads_of(struct sl_db *db, int64_t record, struct head *head, size_t *n,
                             struct sl_err *e)
{
	struct sl_sql *s;
	size_t k = 0;
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT seq, id, content, parents FROM sl_revision WHERE record = $1 ORDER BY seq", &s,
	                e))
		return e->code;
	sl_sql_int(s, 1, record);
	while (!sl_sql_step(s, &row, e) && row) {
		struct head h = {.seq = sl_sql_get_int(s, 0), .content = sl_sql_get_int(s, 2)};
		struct sl_str parents = sl_sql_get_blob(s, 3);
		size_t kept = 0;

		if (!sl_sql_get_bytes(s, 1, h.id.b, sizeof h.id.b)) {
			sl_fail(e, SL_CORRUPT, "%s: revision %lld is damaged", db->path, (long long)h.seq);
			break;
		}
		for (size_t i = 0; i < k; i++) {
			bool is_parent = false;

			for (size_t p = 0; p + 16 <= parents.n; p += 16)
				is_parent |= !memcmp(head[i].id.b, parents.p + p, 16);
			if (!is_parent)
				head[kept++] = head[i];
		}
		k = kept;
		if (k == SL_PARENTS_MAX) {
			sl_fail(e, SL_UNSUPPORTED, "the record has more than %d open versions", SL_PARENTS_MAX);
			break;
		}
		head[k++] = h;
	}
	sl_sql_close(s);
	*n = k;
	return e->code;
}

static enum sl_code number_of(struct sl_db *db, struct sl_uuid record, int64_t *number, struct sl_err *e)
{
	struct sl_sql *s;
	char text[37];
	bool row;

	if (sl_sql_open(db->driver, "SELECT number FROM sl_record WHERE uuid = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, record.b, sizeof record.b);
	if (!sl_sql_step(s, &row, e)) {
		sl_uuid_text(record, text);
		if (row)
			*number = sl_sql_get_int(s, 0);
		else
			sl_fail(e, SL_NOT_FOUND, "%s: there is no record %s", db->path, text);
	}
	sl_sql_close(s);
	return e->code;
}

static enum sl_code set_state(struct sl_db *db, struct sl_uuid record, enum sl_state state,
                              struct sl_revision *r, struct sl_err *e)
{
	struct head head[SL_PARENTS_MAX];
	struct content c = {0};
	int64_t number = 0;
	size_t n = 0;

	if (number_of(db, record, &number, e) || heads_of(db, number, head, &n, e))
		return e->code;
	for (size_t i = 1; i < n; i++)
		if (head[i].content != head[0].content)
			return sl_fail(e, SL_CONFLICT,
			               "the record has %zu versions that say different things; settle "
			               "them first",
			               n);
	if (!n)
		return sl_fail(e, SL_CORRUPT, "%s: the record has no revision", db->path);
	if (sl_revision_by_seq(db, &db->scratch, head[n - 1].seq, true, r, &c.id, &c.geometry, e))
		return e->code;
	if (!r->kind)
		return sl_fail(e, SL_UNSUPPORTED, "%s: the dictionary has no such kind of record", db->path);
	r->id = (struct sl_uuid){{0}};
	r->recorded_ms = 0;
	r->author = r->device = (struct sl_str){"", 0};
	r->state = state;
	r->n_parents = n;
	for (size_t i = 0; i < n; i++)
		r->parent[i] = head[i].id;
	fill_in(db, r);
	if (find_parents(db, r, c.parent_hash, e) || sl_batch_ensure(db, e))
		return e->code;
	r->hash = sl_revision_hash(r, r->kind->name, c.parent_hash);
	return write_revision(db, r, &c, NULL, e);
}

enum sl_code sl_store_set_state(struct sl_db *db, struct sl_uuid record, enum sl_state state,
                                struct sl_revision *out, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_revision r;

	if (!sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CONFLICT, "%s: a revision belongs into a transaction", db->path);
	if (!set_state(db, record, state, &r, e) && out) {
		/* Texts that live in the scratch arena do not leave with it. */
		r.identity = r.document = r.entry = r.sealed = (struct sl_str){"", 0};
		r.geometry.wkb = r.geometry.repaired = (struct sl_str){"", 0};
		*out = r;
	}
	sl_arena_reset(&db->scratch, m);
	return e->code;
}

/* ---- steps that say why ---- */

enum sl_code sl_entry_with_review(struct sl_arena *a, struct sl_str entry, struct sl_str review, struct sl_str *out,
                                  struct sl_err *e)
{
	struct sl_json_writer w;
	struct sl_buf b = {0};
	struct sl_json *old = NULL;
	char *copy;

	if (entry.n && sl_json_parse(a, entry, &old, e))
		return e->code;
	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	for (const struct sl_json *m = old && old->type == SL_JSON_OBJECT ? old->child : NULL; m; m = m->next) {
		if (sl_str_is(m->key, "review"))
			continue;
		sl_json_put_key(&w, m->key);
		sl_json_put_tree(&w, m, false);
	}
	sl_json_put_key(&w, SL_STR("review"));
	sl_json_put_raw(&w, review);
	sl_json_end(&w, '}');
	copy = sl_buf_check(&b, e) ? NULL : sl_arena_strndup(a, b.p, b.n, e);
	if (copy)
		*out = (struct sl_str){copy, b.n};
	sl_buf_done(&b);
	return e->code;
}

static enum sl_code copy_sealed(struct sl_db *db, int64_t from, struct sl_str *out, struct sl_err *e)
{
	struct sl_sql *s;
	char *copy;
	bool row;

	*out = (struct sl_str){"", 0};
	if (sl_sql_open(db->driver, "SELECT data FROM sl_sealed WHERE content = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, from);
	if (!sl_sql_step(s, &row, e) && row) {
		*out = sl_sql_get_blob(s, 0);
		copy = sl_arena_strndup(&db->scratch, out->p, out->n, e);
		out->p = copy;
	}
	sl_sql_close(s);
	return e->code;
}

/* A content of its own that says the same, with the same geometry and sealed part. */
static enum sl_code content_with(struct sl_db *db, struct sl_revision *r, struct content *c, struct sl_str review,
                                 struct sl_err *e)
{
	struct sl_str sealed;

	if (copy_sealed(db, c->id, &sealed, e) || sl_entry_with_review(&db->scratch, r->entry, review, &r->entry, e))
		return e->code;
	r->content = sl_content_hash(r, sl_base_hash(r), r->said, sealed);
	c->id = db->next_content;
	db->failed = true; /* until all of it stands */
	if (insert_content(db, r, c, sealed, e))
		return e->code;
	db->next_content++;
	db->failed = false;
	return SL_OK;
}

static enum sl_code take_step(struct sl_db *db, const struct sl_step *step, struct sl_revision *r, struct sl_err *e)
{
	struct head head[SL_PARENTS_MAX];
	struct content c = {0};
	int64_t number = 0;
	size_t n = 0;

	if (number_of(db, step->record, &number, e) || heads_of(db, number, head, &n, e))
		return e->code;
	if (n != 1)
		return sl_fail(e, SL_CONFLICT, "the record has %zu versions that stand side by side; settle them first", n);
	if (sl_revision_by_seq(db, &db->scratch, step->says ? step->says : head[0].seq, true, r, &c.id, &c.geometry, e))
		return e->code;
	if (!r->kind)
		return sl_fail(e, SL_UNSUPPORTED, "%s: the dictionary has no such kind of record", db->path);
	if (r->record_number != number)
		return sl_fail(e, SL_CONFLICT, "revision %lld is about another record", (long long)r->seq);
	r->parent[0] = head[0].id;
	r->n_parents = 1;
	/* What is said again stands behind the step between: a correction that is approved later then still takes out
	 * what it corrects (project.c). */
	if (step->says && step->says != head[0].seq && step->state == SL_SUBMITTED)
		r->parent[r->n_parents++] = r->id;
	r->id = (struct sl_uuid){{0}};
	r->recorded_ms = 0;
	r->author = step->author;
	r->device = (struct sl_str){"", 0};
	r->state = step->state;
	if (step->sets_correction)
		r->correction = step->correction;
	fill_in(db, r);
	if (find_parents(db, r, c.parent_hash, e) || sl_batch_ensure(db, e) ||
	    (step->review.n && content_with(db, r, &c, step->review, e)))
		return e->code;
	r->hash = sl_revision_hash(r, r->kind->name, c.parent_hash);
	return write_revision(db, r, &c, NULL, e);
}

enum sl_code sl_store_step(struct sl_db *db, const struct sl_step *step, struct sl_uuid *revision, int64_t *seq,
                           struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_revision r = {0};

	if (!sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CONFLICT, "%s: a revision belongs into a transaction", db->path);
	if (!take_step(db, step, &r, e)) {
		if (revision)
			*revision = r.id;
		if (seq)
			*seq = r.seq;
	}
	sl_arena_reset(&db->scratch, m);
	return e->code;
}
