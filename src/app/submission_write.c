/* Is it known, is it an edit, and then into the log: one revision, its XML, its files. */
#include "app/submission_parts.h"

#include "base/map.h"

#include <math.h>

/* The XML says what the record and its parts say: it stands in the open where all of that does. */
static bool may_stand_open(const struct sl_submission_made *m, const struct sl_kind *kind,
                           const struct sl_part_planned *part)
{
	bool open = !m->rev.sealed.n && !sl_attachment_is_sealed(kind, SL_STR(""));

	for (size_t i = 0; i < m->n_parts; i++)
		open = open && !part[i].made.rev.sealed.n && !sl_attachment_is_sealed(part[i].kind, SL_STR(""));
	return open;
}

/* ---- files ---- */

static const struct sl_submission_wanted *wanted_of(const struct sl_submission_made *m, struct sl_str name)
{
	for (size_t i = 0; i < m->n_wanted; i++)
		if (sl_str_eq(m->wanted[i].name, name))
			return &m->wanted[i];
	return NULL;
}

static enum sl_code note_wanted(struct sl_map *seen, const struct sl_submission_made *m, int64_t *n, struct sl_err *e)
{
	bool is_new;

	for (size_t i = 0; i < m->n_wanted; i++) {
		if (!sl_map_put(seen, m->wanted[i].name, 1, &is_new, e))
			return e->code;
		*n += is_new;
	}
	return SL_OK;
}

/* A file that two parts of the form name comes once. */
static enum sl_code count_wanted(const struct sl_submission_made *m, int64_t *n, struct sl_err *e)
{
	struct sl_map seen = {0};

	*n = 0;
	(void)!note_wanted(&seen, m, n, e);
	for (size_t i = 0; i < m->n_parts && !e->code; i++)
		(void)!note_wanted(&seen, &m->part[i], n, e);
	sl_map_done(&seen);
	return e->code;
}

/* Whose a file is: of the part that names it, as far as that is known. */
struct place {
	const struct sl_submission_wanted *wanted; /* NULL: nothing in the XML names it */
	const struct sl_kind *kind;
	struct sl_uuid record;
};

static struct place place_of(struct sl_programme *w, const struct sl_submission_made *m, const struct sl_kind *kind,
                             struct sl_uuid record, const struct sl_parts_known *parts, struct sl_str name)
{
	struct place at = {wanted_of(m, name), kind, record};

	for (size_t i = 0; i < m->n_parts && !at.wanted; i++) {
		const struct sl_part_known *known = sl_part_find(parts, &m->part[i]);

		at.wanted = wanted_of(&m->part[i], name);
		if (!at.wanted || !known)
			continue;
		at.kind = sl_dictionary_kind(w->dict, m->part[i].kind);
		at.record = known->record;
	}
	return at;
}

/* Those that have come; a file that the XML does not name belongs to the record all the same. */
enum sl_code sl_submission_write_files(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                                       struct sl_submission_result *out, struct sl_err *e)
{
	const struct sl_kind *kind = sl_dictionary_kind(w->dict, m->kind);
	int64_t came, wants;

	if (!out->submission || !kind)
		return SL_OK;
	for (size_t i = 0; i < m->sent->n_files; i++) {
		const struct sl_submission_file *f = &m->sent->file[i];
		const struct place at = place_of(w, m, kind, out->record, out->parts, f->name);
		const struct sl_submission_wanted *wanted = at.wanted;
		struct sl_uuid id = {{0}};

		out->touched = true;
		if (f->bytes.n &&
		    sl_attach_one(w, a, &m->sent->who, at.kind, at.record,
		                  &(struct sl_new_attachment){.name = f->name,
		                                              .caption = SL_STR(""),
		                                              .type = f->type,
		                                              .bytes = f->bytes,
		                                              .field = wanted ? wanted->field : SL_STR("")},
		                  &id, e))
			return e->code;
		if (wanted && sl_store_submission_file(w->db, out->submission, f->name, id, e))
			return e->code;
	}
	if (sl_store_submission_files(w->db, out->submission, &came, e) || count_wanted(m, &wants, e))
		return e->code;
	out->missing = wants - came;
	return SL_OK;
}

/* What sl_submission_write_files goes by. */
static enum sl_code note_files(struct sl_arena *a, int64_t submission, const struct sl_parts_known *parts,
                               struct sl_submission_result *out, struct sl_err *e)
{
	struct sl_parts_known *copy = sl_arena_alloc(a, 1, sizeof *copy, e);

	if (!copy)
		return e->code;
	*copy = *parts;
	out->parts = copy;
	out->submission = submission;
	return SL_OK;
}

/* ---- an instance that is known ---- */

/* What the record is now, and which parts that submission gave it. */
struct past {
	struct sl_arena *a;
	struct sl_uuid revision; /* that the submission became */
	struct sl_uuid id;
	int64_t seq;
	const struct sl_kind *kind;
	struct sl_str identity;
	struct sl_parts_known parts;
};

static enum sl_code take_past(void *ctx, const struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct past *h = ctx;

	(void)rec;
	if (sl_uuid_eq(rev->id, h->revision) && sl_parts_read(h->a, rev->entry, &h->parts, e))
		return e->code;
	if (rev->seq <= h->seq)
		return SL_OK;
	h->id = rev->id;
	h->seq = rev->seq;
	h->kind = rev->kind;
	h->identity = (struct sl_str){sl_str_dup(h->a, rev->identity, e), rev->identity.n};
	return e->code;
}

static enum sl_code read_past(struct sl_programme *w, struct sl_arena *a, const struct sl_submission *known,
                              struct past *out, struct sl_err *e)
{
	*out = (struct past){.a = a, .revision = known->revision};
	return sl_store_history(w->db, known->record, take_past, out, e);
}

/* The record may have been erased since: then nobody can say any more that it is not the same. */
static enum sl_code same_xml(struct sl_programme *w, struct sl_arena *a, const struct sl_submission *known,
                             struct sl_str xml, bool *same, bool *erased, struct sl_err *e)
{
	struct sl_attachment *list;
	struct sl_str bytes;
	size_t n;

	*same = *erased = false;
	if (sl_store_attachments(w->db, a, known->record, &list, &n, e))
		return e->code;
	for (size_t i = 0; i < n; i++) {
		if (!sl_uuid_eq(list[i].id, known->xml))
			continue;
		if (!sl_store_attachment_bytes(w->db, a, &list[i], &bytes, e)) {
			*same = sl_str_eq(bytes, xml);
		} else if (e->code == SL_DENIED) {
			sl_err_clear(e);
			*same = *erased = true;
		}
		return e->code;
	}
	return sl_fail(e, SL_CORRUPT, "submission %lld: its XML is missing", (long long)known->id);
}

static bool may_touch(const struct sl_person *who, const struct sl_submission *s, struct sl_str kind)
{
	return sl_may_write_record(who, &(struct sl_standing){.author = s->account,
	                                                      .organisation = s->organisation,
	                                                      .quality = sl_str_is(kind, "quality")});
}

static enum sl_code repeat(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                           const struct sl_submission *known, struct sl_submission_result *out, struct sl_err *e)
{
	struct past past = {.seq = 0};
	bool same, erased;

	if (!may_touch(&m->sent->who, known, m->kind))
		return sl_fail(e, SL_CONFLICT, "this instanceID is another organisation's");
	if (same_xml(w, a, known, m->sent->xml, &same, &erased, e))
		return e->code;
	if (!same)
		return sl_fail(e, SL_CONFLICT, "this instanceID is known, and says something else: send changes as an edit");
	out->verdict = SL_SUBMISSION_REPEATED;
	out->record = known->record;
	if (erased || (m->n_parts && read_past(w, a, known, &past, e)))
		return e->code;
	return note_files(a, known->id, &past.parts, out, e);
}

/* ---- an edit ---- */

static enum sl_code follow_edit(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                                struct sl_revision *rev, int64_t *edits, struct sl_parts_known *parts,
                                struct sl_err *e)
{
	struct sl_submission old;
	struct past h = {.seq = 0};
	bool found, edited;

	*edits = 0;
	if (!m->instance.deprecated.n)
		return SL_OK;
	if (sl_store_submission(w->db, a, m->instance.deprecated, &found, &old, e))
		return e->code;
	if (!found || !may_touch(&m->sent->who, &old, m->kind))
		return sl_fail(e, SL_NOT_FOUND, "the submission that this one edits is not known here");
	if (sl_store_submission_edited(w->db, old.id, &edited, e) || read_past(w, a, &old, &h, e))
		return e->code;
	if (edited)
		return sl_fail(e, SL_CONFLICT, "what this one edits was edited already: fetch the newest version");
	if (h.kind != rev->kind)
		return sl_fail(e, SL_CONFLICT, "what this one edits is a record of another kind");
	rev->record = old.record;
	rev->parent[0] = h.id;
	rev->n_parents = 1;
	/* A record without an identifier of its own goes on being called as it was. */
	if (sl_str_eq(rev->identity, m->instance.id) && h.identity.n)
		rev->identity = h.identity;
	*parts = h.parts;
	*edits = old.id;
	return SL_OK;
}

/* ---- into the log ---- */

static enum sl_code add_xml(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                            const struct sl_revision *rev, bool open, struct sl_uuid *id, struct sl_err *e)
{
	const struct sl_new_attachment xml = {.name = SL_STR("submission.xml"),
	                                      .caption = m->instance.id,
	                                      .type = SL_STR("text/xml"),
	                                      .bytes = m->sent->xml,
	                                      .field = SL_STR(""),
	                                      .sealed = !open};

	return sl_attach_one(w, a, &m->sent->who, rev->kind, rev->record, &xml, id, e);
}

static enum sl_code add_findings(struct sl_programme *w, const struct sl_submission_made *m,
                                 const struct sl_revision *rev, struct sl_err *e)
{
	for (size_t i = 0; i < m->n_findings && !e->code; i++) {
		struct sl_finding f = m->finding[i];

		f.record = rev->identity;
		f.uuid = rev->record;
		(void)!sl_store_finding_add(w->db, &f, e);
	}
	return e->code;
}

static enum sl_code add(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                        const struct sl_kind *kind, struct sl_submission_result *out, struct sl_err *e)
{
	struct sl_submission s = {.instance = m->instance.id,
	                          .form = m->instance.form,
	                          .version = m->instance.version,
	                          .account = m->sent->who.name,
	                          .organisation = m->sent->who.organisation};
	struct sl_revision rev = m->rev;
	struct sl_record record = m->record;
	struct sl_parts_known parts = {0};
	struct sl_part_planned *planned = NULL;

	rev.kind = record.kind = kind;
	rev.prepared = &m->prepared;
	if (count_wanted(m, &s.files, e))
		return e->code;
	if (m->closed)
		return sl_fail(e, SL_CONFLICT, "form '%.*s' is closed: nothing more is taken with it", SL_STR_ARG(s.form));
	if (follow_edit(w, a, m, &rev, &s.edits, &parts, e))
		return e->code;
	if (m->n_parts && sl_uuid_is_nil(rev.record))
		rev.record = sl_uuid_new(w->env);
	if ((m->n_parts || parts.n) && sl_parts_plan(w, a, m, &rev, &parts, &planned, e))
		return e->code;
	out->touched = true;
	if (sl_store_append(w->db, &rev, &record, e) ||
	    add_xml(w, a, m, &rev, may_stand_open(m, kind, planned), &s.xml, e) ||
	    ((m->n_parts || parts.n) && sl_parts_write(w, a, m, &rev, &parts, planned, e)))
		return e->code;
	s.record = out->record = rev.record;
	s.revision = rev.id;
	out->verdict = s.edits ? SL_SUBMISSION_EDITED : SL_SUBMISSION_NEW;
	if (sl_store_submission_add(w->db, &s, e) || add_findings(w, m, &rev, e))
		return e->code;
	out->identity = rev.identity;
	return note_files(a, s.id, &parts, out, e);
}

enum sl_code sl_submission_write_record(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                                        struct sl_submission_result *out, struct sl_err *e)
{
	const struct sl_kind *kind = sl_dictionary_kind(w->dict, m->kind);
	struct sl_submission known;
	bool found;

	*out = (struct sl_submission_result){.identity = m->rev.identity};
	if (!kind)
		return sl_fail(e, SL_NOT_FOUND, "there is no kind of record '%.*s'", SL_STR_ARG(m->kind));
	if (sl_store_submission(w->db, a, m->instance.id, &found, &known, e))
		return e->code;
	return found ? repeat(w, a, m, &known, out, e) : add(w, a, m, kind, out, e);
}

enum sl_code sl_submission_write(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                                 struct sl_submission_result *out, struct sl_err *e)
{
	return sl_submission_write_record(w, a, m, out, e) ? e->code : sl_submission_write_files(w, a, m, out, e);
}
