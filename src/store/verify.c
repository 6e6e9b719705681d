/* Recompute every hash of the log, follow every parent and batch, and name what does not fit. */
#include "store/db.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS                                                                                            \
	"SELECT r.seq, r.id, r.record, p.uuid, p.kind, r.parents, r.effective, r.author, r.organisation, "     \
	"r.device, r.recorded_ms, r.state, r.correction, r.hash, c.hash, c.said, c.identity, c.document, "     \
	"c.entry, c.geometry, g.shape, g.wkb, g.repaired, g.area_m2, g.repaired_area_m2, g.min_x, g.min_y, "   \
	"g.max_x, g.max_y, g.reason, g.reason_lon, g.reason_lat, z.data "                                      \
	"FROM sl_revision r LEFT JOIN sl_record p ON p.number = r.record "                                     \
	"LEFT JOIN sl_content c ON c.id = r.content LEFT JOIN sl_geometry g ON g.id = c.geometry "             \
	"LEFT JOIN sl_sealed z ON z.content = c.id ORDER BY r.seq"

struct walk {
	struct sl_db *db;
	struct sl_findings *out;
	struct sl_sql *batches;
	bool batch_open;
	int64_t batch, first, last; /* of the batch at hand */
	struct sl_hasher digest;
	struct sl_hash previous, claimed;
	unsigned char signer[32], signature[64];
	int64_t expected; /* the next place in the log */
	bool broken;      /* of the batch at hand: a revision is missing or damaged, which was told */
};

static enum sl_code damage(struct walk *w, int64_t seq, const struct sl_revision *r, struct sl_str kind,
                           const char *what, struct sl_err *e)
{
	char text[600], uuid[37] = "";
	struct sl_finding f = {.rule = "LOG", .severity = SL_ERROR, .lon = (double)NAN, .lat = (double)NAN};

	w->broken = true;
	if (r) {
		f.kind = kind;
		f.uuid = r->record;
		sl_uuid_text(r->record, uuid);
		f.record = r->identity.n ? r->identity : sl_str_from(uuid);
		snprintf(text, sizeof text, "Revision %lld of %.*s: %s.", (long long)seq,
		         (int)(f.record.n < 100 ? f.record.n : 100), f.record.p, what);
	} else {
		snprintf(text, sizeof text, "Revision %lld: %s.", (long long)seq, what);
	}
	f.text = sl_str_from(text);
	f.suggestion = SL_STR("Take this revision from a copy of the file that verifies.");
	return sl_findings_add(w->out, &f, e);
}

static enum sl_code batch_damage(struct walk *w, const char *what, struct sl_err *e)
{
	char text[240];
	struct sl_finding f = {.rule = "LOG", .severity = SL_ERROR, .lon = (double)NAN, .lat = (double)NAN};

	snprintf(text, sizeof text, "Batch %lld (revisions %lld to %lld): %s.", (long long)w->batch,
	         (long long)w->first, (long long)w->last, what);
	f.text = sl_str_from(text);
	f.suggestion = SL_STR("Compare with a copy of the file that verifies.");
	return sl_findings_add(w->out, &f, e);
}

/* ---- one revision ---- */
static struct sl_prepared_geometry geometry_of(struct sl_sql *s)
{
	struct sl_prepared_geometry g = {
	    .wkb = sl_sql_get_blob(s, 21),
	    .repaired = sl_sql_get_blob(s, 22),
	    .area_m2 = sl_sql_get_double(s, 23),
	    .repaired_area_m2 = sl_sql_get_double(s, 24),
	    .box = {sl_sql_get_double(s, 25), sl_sql_get_double(s, 26), sl_sql_get_double(s, 27),
	            sl_sql_get_double(s, 28)},
	    .reason_lon = sl_sql_get_double(s, 30),
	    .reason_lat = sl_sql_get_double(s, 31),
	};
	struct sl_str reason = sl_sql_get_text(s, 29);

	memcpy(g.reason, reason.p, reason.n < sizeof g.reason ? reason.n : sizeof g.reason - 1);
	return g;
}

/* The keyed hash of the sealed part, where its key is here; *known tells. */
static enum sl_code mac_of(struct sl_db *db, const struct sl_revision *r, struct sl_str *mac, bool *known,
                           struct sl_err *e)
{
	struct sl_revision opened = *r;
	struct sl_str unused;

	*known = false;
	if (sl_store_unseal(db, &db->scratch, r->id, &opened.sealed, e)) {
		if (e->code == SL_DENIED) /* without the key the ciphertext is checked, not the plain text */
			sl_err_clear(e);
		return e->code;
	}
	if (sl_seal(db, &db->scratch, &opened, false, mac, &unused, e))
		return e->code;
	*known = true;
	return SL_OK;
}

static enum sl_code parents_of(struct walk *w, const struct sl_revision *r, struct sl_hash *hash,
                               const char **problem, struct sl_err *e)
{
	for (size_t i = 0; i < r->n_parents; i++) {
		struct sl_sql *s;
		bool row;

		if (sl_sql_open(w->db->driver, "SELECT seq, record, hash FROM sl_revision WHERE id = $1", &s, e))
			return e->code;
		sl_sql_blob(s, 1, r->parent[i].b, sizeof r->parent[i].b);
		if (!sl_sql_step(s, &row, e)) {
			if (!row)
				*problem = "a revision that it builds on is missing";
			else if (sl_sql_get_int(s, 0) >= r->seq)
				*problem = "it builds on a later revision";
			else if (sl_sql_get_int(s, 1) != r->record_number)
				*problem = "it builds on a revision of another record";
			else if (!sl_sql_get_bytes(s, 2, hash[i].b, sizeof hash[i].b))
				*problem = "the hash of the revision before it is damaged";
		}
		sl_sql_close(s);
		if (e->code)
			return e->code;
	}
	return SL_OK;
}

static enum sl_code check_hashes(struct walk *w, struct sl_sql *s, struct sl_revision *r,
                                 struct sl_str kind, const char **problem, struct sl_err *e)
{
	struct sl_hash parent[SL_PARENTS_MAX], base, said;
	struct sl_str sealed = sl_sql_get_blob(s, 32), mac = {"", 0};
	bool known = !sealed.n;

	if (parents_of(w, r, parent, problem, e) || *problem)
		return e->code;
	if (sealed.n && mac_of(w->db, r, &mac, &known, e))
		return e->code;
	base = sl_base_hash(r);
	said = known ? sl_said_hash(base, mac) : r->said;
	if (!sl_hash_eq(said, r->said))
		*problem = "its document, geometry or sealed part is not what was hashed";
	else if (!sl_hash_eq(sl_content_hash(r, base, said, sealed), r->content))
		*problem = "its entry, its geometry as computed or its sealed part is not what was hashed";
	else if (!sl_hash_eq(sl_revision_hash(r, kind, parent), r->hash))
		*problem = "its author, dates, state, record, identifier or parents are not what was hashed";
	return SL_OK;
}

static enum sl_code check_revision(struct walk *w, struct sl_sql *s, struct sl_revision *r,
                                   struct sl_err *e)
{
	static const int terms[] = {4, 7, 8, 9};
	struct sl_str kind, parents = sl_sql_get_blob(s, 5);
	const char *problem = NULL;
	int type;

	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
		if (sl_term_meet(w->db, sl_sql_get_int(s, terms[i]), e))
			return e->code;
	kind = sl_store_term(w->db, sl_sql_get_int(s, 4));
	r->identity = sl_sql_get_text(s, 16);
	if (!sl_sql_get_bytes(s, 3, r->record.b, sizeof r->record.b))
		problem = "its record is missing or damaged";
	else if (!sl_sql_get_bytes(s, 14, r->content.b, sizeof r->content.b) ||
	         !sl_sql_get_bytes(s, 15, r->said.b, sizeof r->said.b))
		problem = "its content is missing or damaged";
	else if (!sl_sql_get_bytes(s, 1, r->id.b, sizeof r->id.b) ||
	         !sl_sql_get_bytes(s, 13, r->hash.b, sizeof r->hash.b) || parents.n % 16 ||
	         parents.n > sizeof r->parent)
		problem = "its identifier, hash or parents are damaged";
	else if (sl_sql_get_int(s, 19) && sl_sql_is_null(s, 21))
		problem = "its geometry is missing";
	if (problem)
		return damage(w, r->seq, r, kind, problem, e);
	memcpy(r->parent, parents.p, parents.n);
	r->n_parents = parents.n / 16;
	r->record_number = sl_sql_get_int(s, 2);
	r->effective.day = sl_sql_is_null(s, 6) ? SL_DAY_NONE : (int32_t)sl_sql_get_int(s, 6);
	r->author = sl_store_term(w->db, sl_sql_get_int(s, 7));
	r->organisation = sl_store_term(w->db, sl_sql_get_int(s, 8));
	r->device = sl_store_term(w->db, sl_sql_get_int(s, 9));
	r->recorded_ms = sl_sql_get_int(s, 10);
	r->state = (enum sl_state)sl_sql_get_int(s, 11);
	r->correction = sl_sql_get_int(s, 12) != 0;
	r->document = sl_sql_get_text(s, 17);
	r->entry = sl_sql_get_text(s, 18);
	if (sl_sql_get_int(s, 19))
		r->geometry = geometry_of(s);
	if (check_hashes(w, s, r, kind, &problem, e))
		return e->code;
	type = r->geometry.wkb.n > 5 ? (unsigned char)r->geometry.wkb.p[1] : 0;
	if (!problem && r->geometry.wkb.n && sl_sql_get_int(s, 20) != (type > 3 ? type - 3 : type))
		problem = "the kind of its geometry is not what the geometry is";
	return problem ? damage(w, r->seq, r, kind, problem, e) : SL_OK;
}

/* ---- the chain of batches ---- */
static enum sl_code next_batch(struct walk *w, struct sl_err *e)
{
	struct sl_hash previous, file;
	struct sl_sql *s = w->batches;
	int64_t before = w->batch, end = w->last;
	bool row;

	w->batch_open = false;
	w->broken = false;
	if (sl_sql_step(s, &row, e) || !row)
		return e->code;
	w->batch_open = true;
	w->batch = sl_sql_get_int(s, 0);
	w->first = sl_sql_get_int(s, 3);
	w->last = sl_sql_get_int(s, 4);
	if (!sl_sql_get_bytes(s, 2, file.b, sizeof file.b) ||
	    !sl_sql_get_bytes(s, 6, previous.b, sizeof previous.b) ||
	    !sl_sql_get_bytes(s, 7, w->claimed.b, sizeof w->claimed.b) ||
	    !sl_sql_get_bytes(s, 8, w->signer, sizeof w->signer) ||
	    !sl_sql_get_bytes(s, 9, w->signature, sizeof w->signature)) {
		w->broken = true;
		return batch_damage(w, "its row is damaged", e);
	}
	if (w->batch != before + 1 && batch_damage(w, "the batch before it is missing", e))
		return e->code;
	if (!sl_hash_eq(previous, w->previous) &&
	    batch_damage(w, "it does not follow from the batch before it", e))
		return e->code;
	if ((w->first != end + 1 || w->last < end) &&
	    batch_damage(w, "its place in the log does not follow from the batch before it", e))
		return e->code;
	w->digest = sl_batch_digest_begin(&previous, w->batch, sl_sql_get_text(s, 1), &file,
	                                  sl_sql_get_int(s, 5), w->first);
	return SL_OK;
}

static enum sl_code end_batch(struct walk *w, struct sl_err *e)
{
	struct sl_hash digest;

	/* A hostile range may overflow; then it is as wrong as any other. */
	sl_hash_int(&w->digest, (int64_t)((uint64_t)w->last - (uint64_t)w->first + 1));
	digest = sl_hash_end(&w->digest);
	/* Damage inside was named already, by revision. */
	if (!w->broken && !sl_hash_eq(digest, w->claimed))
		sl_noted(batch_damage(w, "its revisions were changed, exchanged or reordered", e));
	if (!e->code && crypto_sign_verify_detached(w->signature, w->claimed.b, sizeof w->claimed.b, w->signer))
		sl_noted(batch_damage(w, "its signature is not that of the device it names", e));
	w->previous = w->claimed;
	return e->code;
}

/* The revisions of the batch at hand from `from` to `to` are not there. */
static enum sl_code missing(struct walk *w, int64_t from, int64_t to, struct sl_err *e)
{
	char text[96];

	if (from == to)
		snprintf(text, sizeof text, "it is missing from the log");
	else
		snprintf(text, sizeof text, "it is missing from the log, as are all up to revision %lld",
		         (long long)to);
	return damage(w, from, NULL, (struct sl_str){"", 0}, text, e);
}

/* Revision `seq` comes next; INT64_MAX at the end of the log. Batches that end before it are closed. */
static enum sl_code advance(struct walk *w, int64_t seq, struct sl_err *e)
{
	while (w->batch_open) {
		int64_t from = w->expected > w->first ? w->expected : w->first;
		int64_t to = w->last < seq ? w->last : seq - 1;

		if (from <= to && missing(w, from, to, e))
			return e->code;
		if (w->last >= seq)
			break;
		if (end_batch(w, e) || next_batch(w, e))
			return e->code;
	}
	w->expected = seq;
	return SL_OK;
}

static enum sl_code walk_log(struct walk *w, int64_t *n, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(w->db->driver, COLUMNS, &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		struct sl_arena_mark m = sl_arena_mark(&w->db->scratch);
		struct sl_revision r = {.seq = sl_sql_get_int(s, 0), .geometry = {.box = {1, 1, 0, 0}}};

		if (!advance(w, r.seq, e) && !check_revision(w, s, &r, e)) {
			if (w->batch_open && r.seq >= w->first)
				sl_hash_part(&w->digest, r.hash.b, sizeof r.hash.b);
			else
				sl_noted(damage(w, r.seq, &r, (struct sl_str){"", 0}, "no signed batch contains it", e));
		}
		sl_arena_reset(&w->db->scratch, m);
		w->expected = r.seq + 1;
		if (++*n % 1000 == 0)
			sl_env_progress(w->db->env, "verifying", (uint64_t)*n, 0);
		if (!e->code && sl_env_stopped(w->db->env))
			sl_fail(e, SL_CANCELLED, "interrupted");
		if (e->code)
			break;
	}
	sl_sql_close(s);
	return e->code ? e->code : advance(w, INT64_MAX, e);
}

enum sl_code sl_store_verify(struct sl_db *db, struct sl_findings *out, int64_t *n_revisions,
                             struct sl_err *e)
{
	struct walk w = {.db = db, .out = out, .expected = 1};
	int64_t n = 0;

	if (sl_dialect_integrity(db, out, e))
		return e->code;
	if (sl_sql_open(db->driver,
	                "SELECT id, source, file, first_seq, last_seq, begun_ms, previous, digest, signer, "
	                "signature FROM sl_batch ORDER BY id",
	                &w.batches, e))
		return e->code;
	if (!next_batch(&w, e))
		sl_noted(walk_log(&w, &n, e));
	sl_sql_close(w.batches);
	if (e->code == SL_CORRUPT) { /* so much could be read */
		char text[sizeof e->msg + 40];

		snprintf(text, sizeof text, "%s: from revision %lld on", e->msg, (long long)n + 1);
		sl_err_clear(e);
		sl_noted(damage(&w, n + 1, NULL, (struct sl_str){"", 0}, text, e));
	}
	if (e->code || sl_attachments_verify(db, out, e) || sl_submissions_verify(db, out, e) ||
	    sl_frozen_verify(db, out, e))
		return e->code;
	*n_revisions = n;
	return SL_OK;
}
