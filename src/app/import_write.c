#include "app/import_parts.h"

#include "app/import_fill.h"
#include "app/import_seen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The writer: who is this record, is it said already, and what is it then: new, later, older, corrected?
 * One thread, in the order of the file, inside the file's transaction. */

/* Findings of one rule about one field beyond this are counted, not listed: a column that was never mapped
 * would else give a finding a row. */
#define FINDINGS_MAX 5000
#define TALLIES_AT_HAND 32

struct tally { /* of one rule, kind and field */
	uint64_t n;
	uint64_t last_row;
	struct sl_finding first;
};

struct import_writer {
	struct sl_arena *a;
	struct sl_programme *p;
	const struct sl_import_options *o;
	struct sl_import_file *file;
	int64_t first_seq;        /* of this file; INT64_MAX while nothing was written */
	struct import_seen rows;  /* rows without identifier, by content */
	struct import_seen known; /* records and dates that this file spoke of and that were known before */
	struct import_seen clash; /* identifiers that came twice with different content */
	struct sl_map tally_of;
	struct tally *tally;
	size_t n_tallies, cap_tallies;
	uint64_t *mended; /* by rule of the layer's mapping */
	uint64_t *empty;  /* first of the empty rows, for the finding */
	size_t n_empty;
	struct sl_arena scratch;
};

#define EMPTY_NAMED 20

enum sl_code import_writer_begin(struct sl_arena *a, struct sl_programme *p,
                                 const struct sl_import_options *o, struct sl_import_file *file,
                                 struct import_writer **out, struct sl_err *e)
{
	struct import_writer *w = sl_arena_alloc(a, 1, sizeof *w, e);

	if (!w)
		return e->code;
	*w = (struct import_writer){.a = a, .p = p, .o = o, .file = file, .first_seq = INT64_MAX};
	w->empty = sl_arena_alloc(a, EMPTY_NAMED, sizeof *w->empty, e);
	if (!w->empty)
		return e->code;
	*out = w;
	return SL_OK;
}

void import_writer_done(struct import_writer *w)
{
	import_seen_done(&w->rows);
	import_seen_done(&w->known);
	import_seen_done(&w->clash);
	sl_map_done(&w->tally_of);
	sl_arena_done(&w->scratch);
}

/* ---- findings ---- */

static enum sl_code tally_for(struct import_writer *w, const struct sl_finding *f, struct tally **out,
                              struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&w->scratch);
	uint64_t *at;
	struct tally *v;
	char *key;

	/* Mostly one of a few, whose texts are the same ones of the program and the dictionary. */
	for (size_t i = 0; i < w->n_tallies && i < TALLIES_AT_HAND; i++) {
		const struct sl_finding *t = &w->tally[i].first;

		if (t->rule == f->rule && t->kind.p == f->kind.p && t->field.p == f->field.p) {
			*out = &w->tally[i];
			return SL_OK;
		}
	}
	key =
	    sl_arena_printf(&w->scratch, e, "%s %.*s %.*s", f->rule, SL_STR_ARG(f->kind), SL_STR_ARG(f->field));
	if (!key)
		return e->code;
	at = sl_map_get(&w->tally_of, sl_str_from(key));
	if (!at) {
		key = sl_arena_printf(w->a, e, "%s", key);
		if (!key || !(at = sl_map_put(&w->tally_of, sl_str_from(key), w->n_tallies, NULL, e)))
			return e->code;
		v = sl_arena_grow(w->a, w->tally, &w->cap_tallies, w->n_tallies + 1, sizeof *v, e);
		if (!v)
			return e->code;
		w->tally = v;
		w->tally[w->n_tallies++] = (struct tally){.first = {.rule = f->rule,
		                                                    .severity = f->severity,
		                                                    .kind = f->kind,
		                                                    .field = f->field,
		                                                    .lon = (double)NAN,
		                                                    .lat = (double)NAN}};
	}
	*out = &w->tally[*at];
	sl_arena_reset(&w->scratch, m);
	return SL_OK;
}

enum sl_code import_writer_finding(struct import_writer *w, const struct sl_finding *f, struct sl_err *e)
{
	w->file->n_findings[f->severity]++;
	return sl_store_finding_add(w->p->db, f, e);
}

static enum sl_code add_finding(struct import_writer *w, const struct import_plan *plan,
                                const struct sl_finding *from, const struct import_item *item,
                                struct sl_str identity, struct sl_uuid record, uint64_t row,
                                struct sl_err *e)
{
	struct sl_finding f = *from;
	struct tally *t = NULL;
	char source[400];

	if (tally_for(w, &f, &t, e))
		return e->code;
	t->n++;
	t->last_row = row;
	if (t->n > FINDINGS_MAX) {
		w->file->n_findings[f.severity]++;
		return SL_OK;
	}
	if (row)
		snprintf(source, sizeof source, "%.*s, row %llu", SL_STR_ARG(plan->label), (unsigned long long)row);
	else
		snprintf(source, sizeof source, "%.*s", SL_STR_ARG(plan->label));
	f.source = sl_str_from(source);
	f.record = identity;
	f.uuid = record;
	if (item && isnan(f.lon)) {
		f.lon = item->lon;
		f.lat = item->lat;
	}
	return import_writer_finding(w, &f, e);
}

/* What the mapping mended is said once a column: the figures are no longer as they were written. */
static enum sl_code tell_mended(struct import_writer *w, const struct import_plan *plan, struct sl_err *e)
{
	for (size_t i = 0; w->mended && i < plan->mapping.n; i++) {
		const struct sl_mapping_rule *r = &plan->mapping.rule[i];
		const bool zeros = r->n_steps && r->step[r->n_steps - 1].what == SL_TRANSFORM_LPAD;
		struct sl_finding f = {.rule = zeros ? "I03" : "I11",
		                       .severity = SL_NOTE,
		                       .kind = r->kind->name,
		                       .source = plan->label,
		                       .lon = (double)NAN,
		                       .lat = (double)NAN};
		char *text;

		if (!w->mended[i])
			continue;
		text = sl_arena_printf(
		    w->a, e,
		    zeros ? "%llu codes of the column '%.*s' had lost a leading zero or had separators; they"
		            " were made codes again as the mapping says."
		          : "%llu numbers of the column '%.*s' had separators of thousands; they were"
		            " left out as the mapping says.",
		    (unsigned long long)w->mended[i], SL_STR_ARG(r->source));
		if (!text)
			return e->code;
		f.field = r->field->name;
		f.text = sl_str_from(text);
		f.suggestion = SL_STR("Nothing to do; the entry of each record keeps what was written.");
		if (import_writer_finding(w, &f, e))
			return e->code;
	}
	w->mended = NULL;
	return SL_OK;
}

enum sl_code import_layer_end(struct import_writer *w, const struct import_plan *plan, struct sl_err *e)
{
	enum sl_code code = tell_mended(w, plan, e);
	struct sl_buf b = {0};

	for (size_t i = 0; i < w->n_tallies && !code; i++) {
		struct tally *t = &w->tally[i];

		if (t->n <= FINDINGS_MAX)
			continue;
		sl_buf_clear(&b);
		sl_buf_printf(&b, "%llu more rows have the same trouble with %.*s; the last is row %llu.",
		              (unsigned long long)(t->n - FINDINGS_MAX), SL_STR_ARG(t->first.field),
		              (unsigned long long)t->last_row);
		t->first.text = sl_buf_view(&b);
		t->first.suggestion = SL_STR("A mapping mends them all at once.");
		t->first.source = plan->label;
		code = sl_buf_check(&b, e);
		if (!code)
			code = sl_store_finding_add(w->p->db, &t->first, e);
		t->n = 0;
	}
	if (!code && w->n_empty) {
		struct sl_finding f = {.rule = "I09",
		                       .severity = SL_NOTE,
		                       .source = plan->label,
		                       .lon = (double)NAN,
		                       .lat = (double)NAN};

		sl_buf_clear(&b);
		sl_buf_printf(&b, "%llu empty %s no record (row", (unsigned long long)w->file->n_empty,
		              w->file->n_empty == 1 ? "row is" : "rows are");
		for (size_t i = 0; i < w->n_empty; i++)
			sl_buf_printf(&b, "%s %llu", i ? "," : "", (unsigned long long)w->empty[i]);
		sl_buf_puts(&b, w->file->n_empty > w->n_empty ? ", ...)." : ").");
		f.text = sl_buf_view(&b);
		f.suggestion = SL_STR("Nothing to do when the rows are empty in the original too.");
		code = sl_buf_check(&b, e);
		if (!code)
			code = import_writer_finding(w, &f, e);
		w->n_empty = 0;
	}
	sl_buf_done(&b);
	return code;
}

/* ---- who is it, and what is new? ---- */

static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t x = a * 0x9e3779b97f4a7c15u + b;

	return sl_splitmix64(&x);
}

struct look { /* what the log has of the same date */
	struct sl_date effective;
	bool found;
	struct sl_hash said;
	int64_t seq;
};

static enum sl_code look_at(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                            struct sl_err *e)
{
	struct look *l = ctx;

	(void)rec;
	(void)e;
	if (rev->effective.day == l->effective.day && (!l->found || rev->seq > l->seq)) {
		l->found = true;
		l->said = rev->said;
		l->seq = rev->seq;
	}
	return SL_OK;
}

enum verdict { NEW, SAME, LATER, OLDER, CORRECTED, CLASH };

/* The same identifier: a later date is a new version, an older one history, the same date said otherwise
 * a correction, but within one file two records that share a name. */
static enum sl_code judge(struct import_writer *w, const struct sl_identity *id, struct sl_revision *rev,
                          enum verdict *out, struct sl_err *e)
{
	struct look l = {.effective = rev->effective};
	const uint64_t key = mix((uint64_t)id->record_number, (uint64_t)(uint32_t)rev->effective.day);
	struct sl_hash said;

	if (sl_revision_said(w->p->db, id->record, rev, &said, e))
		return e->code;
	if (sl_hash_eq(said, id->said)) {
		*out = SAME;
		return SL_OK;
	}
	if (sl_store_history(w->p->db, id->record, look_at, &l, e))
		return e->code;
	if (!l.found)
		*out = rev->effective.day > id->effective.day ? LATER : OLDER;
	else if (sl_hash_eq(said, l.said))
		*out = SAME;
	else if (l.seq >= w->first_seq || import_seen_count(&w->known, key))
		*out = CLASH;
	else
		*out = CORRECTED;
	return SL_OK;
}

static enum sl_code remember(struct import_writer *w, const struct sl_identity *id,
                             struct sl_date effective, struct sl_err *e)
{
	uint32_t count;

	return import_seen_add(&w->known, mix((uint64_t)id->record_number, (uint64_t)(uint32_t)effective.day),
	                       &count, e);
}

/* The name of the k-th record that shares an identifier, as the field writes it (ToolBox of GICHD). */
static enum sl_code twin_name(struct import_writer *w, struct sl_str identity, uint32_t k,
                              struct sl_str *out, struct sl_err *e)
{
	char *name = sl_arena_printf(&w->scratch, e, "%.*s-DUP%02u", (int)(identity.n > 400 ? 400 : identity.n),
	                             identity.p, k);

	if (!name)
		return e->code;
	*out = sl_str_from(name);
	return SL_OK;
}

/* Look for the twin that says the same; the first free name when there is none. */
static enum sl_code find_twin(struct import_writer *w, const struct sl_identity *base,
                              struct sl_revision *rev, struct sl_identity *id, enum verdict *out,
                              struct sl_err *e)
{
	const uint64_t key = mix((uint64_t)base->record_number, 0x647570);
	const struct sl_str identity = rev->identity;
	uint32_t seen;
	bool found;

	if (import_seen_add(&w->clash, key, &seen, e))
		return e->code;
	for (uint32_t k = 2;; k++) {
		/* Among many twins only the first are compared: a file of one identifier must end. */
		if (k > 20 && k < seen + 2)
			k = seen + 2;
		if (twin_name(w, identity, k, &rev->identity, e) ||
		    sl_store_identify(w->p->db, rev->kind, rev->identity, &found, id, e))
			return e->code;
		if (!found) {
			*out = NEW;
			return SL_OK;
		}
		if (judge(w, id, rev, out, e))
			return e->code;
		if (*out != CLASH)
			return SL_OK;
	}
}

static enum sl_code name_by_content(struct import_writer *w, const struct import_item *item,
                                    struct sl_str *out, struct sl_err *e)
{
	char hex[65], *name;
	uint64_t key;
	uint32_t count;

	memcpy(&key, item->content.b, sizeof key);
	if (import_seen_add(&w->rows, mix(key, (uint64_t)item->kind->kind->number), &count, e))
		return e->code;
	sl_hash_text(item->content, hex);
	name = sl_arena_printf(&w->scratch, e, "%.32s#%u", hex, count + 1);
	if (!name)
		return e->code;
	*out = sl_str_from(name);
	return SL_OK;
}

static enum sl_code append(struct import_writer *w, const struct sl_record *record, struct sl_revision *rev,
                           const struct sl_identity *id, enum verdict verdict, struct sl_err *e)
{
	if (verdict == NEW) {
		w->file->n_added++; /* the store makes its UUID, and need not look whether it is known */
	} else {
		rev->record = id->record;
		rev->parent[0] = id->head;
		rev->n_parents = 1;
		rev->correction = verdict == CORRECTED;
		w->file->n_revised += verdict == LATER;
		w->file->n_history += verdict == OLDER;
		w->file->n_corrected += verdict == CORRECTED;
	}
	if (sl_store_append(w->p->db, rev, record, e))
		return e->code;
	if (rev->seq < w->first_seq)
		w->first_seq = rev->seq;
	return SL_OK;
}

static enum sl_code unchanged(struct import_writer *w, const struct sl_identity *id, struct sl_err *e)
{
	struct sl_revision ignored;

	if (w->o->approve && id->state == SL_SUBMITTED) {
		w->file->n_approved++;
		return sl_store_set_state(w->p->db, id->record, SL_APPROVED, &ignored, e);
	}
	w->file->n_unchanged++;
	return SL_OK;
}

static enum sl_code write_item(struct import_writer *w, const struct import_plan *plan,
                               const struct import_item *item, struct sl_revision *rev, bool *said_before,
                               struct sl_err *e)
{
	const struct sl_record *record = &item->record;
	struct sl_identity id = {0};
	enum verdict verdict = NEW;
	struct sl_record filled;
	struct sl_str own;
	bool found, same, twin = false;

	*rev = (struct sl_revision){
	    .kind = item->kind->kind,
	    .effective = item->effective,
	    .organisation = item->organisation,
	    .state = import_state(plan),
	    .identity = item->identity,
	    .document = item->document,
	    .sealed = item->sealed,
	    .entry = item->entry,
	    .geometry = item->geometry,
	    .prepared = &item->prepared,
	};
	if (!rev->identity.n && name_by_content(w, item, &rev->identity, e))
		return e->code;
	own = rev->identity;
	if (sl_store_identify(w->p->db, rev->kind, rev->identity, &found, &id, e))
		return e->code;
	if (found) {
		if (judge(w, &id, rev, &verdict, e))
			return e->code;
		if (verdict == CLASH) {
			struct sl_identity base = id;

			twin = true;
			if (find_twin(w, &base, rev, &id, &verdict, e))
				return e->code;
		}
		if (verdict != NEW && remember(w, &id, rev->effective, e))
			return e->code;
	}
	if (verdict != NEW && verdict != SAME) {
		if (import_fill(w->p->db, &w->scratch, id.record, rev, &filled, &same, e))
			return e->code;
		if (!rev->prepared)
			record = &filled;
		if (same && !item->has_error) /* what could not be read stays in the log, as it was entered */
			verdict = SAME;
	}
	*said_before = verdict == SAME;
	if (*said_before) {
		rev->record = id.record;
		return unchanged(w, &id, e);
	}
	if (append(w, record, rev, &id, verdict, e))
		return sl_err_within(e, "%.*s, row %llu", SL_STR_ARG(plan->label), (unsigned long long)item->row);
	if (twin && verdict == NEW) {
		struct sl_finding f = {.rule = "I01",
		                       .severity = SL_ERROR,
		                       .kind = rev->kind->name,
		                       .field = SL_STR("id"),
		                       .lon = (double)NAN,
		                       .lat = (double)NAN};
		char *text =
		    sl_arena_printf(&w->scratch, e,
		                    "The identifier '%.*s' stands twice in the file with different content; this"
		                    " record is kept as '%.*s'.",
		                    SL_STR_ARG(own), SL_STR_ARG(rev->identity));

		if (!text)
			return e->code;
		f.text = sl_str_from(text);
		f.suggestion = SL_STR("Merge the two, or give one of them an identifier of its own.");
		return add_finding(w, plan, &f, item, rev->identity, rev->record, item->row, e);
	}
	return SL_OK;
}

static enum sl_code write_items(struct import_writer *w, const struct import_plan *plan,
                                const struct import_chunk *c, struct sl_err *e)
{
	size_t next = 0; /* pending findings stand in the order of items */

	for (size_t i = 0; i < c->n; i++) {
		struct sl_arena_mark m = sl_arena_mark(&w->scratch);
		struct sl_revision rev;
		bool said_before = false;

		if (write_item(w, plan, &c->item[i], &rev, &said_before, e))
			return e->code;
		for (; next < c->n_pending && (c->pending[next].item == i || c->pending[next].item == SIZE_MAX);
		     next++) {
			const struct import_pending *p = &c->pending[next];

			if (p->item == SIZE_MAX) {
				if (add_finding(w, plan, &p->finding, NULL, (struct sl_str){"", 0}, (struct sl_uuid){{0}},
				                0, e))
					return e->code;
			} else if (!said_before && add_finding(w, plan, &p->finding, &c->item[i], rev.identity,
			                                       rev.record, c->item[i].row, e)) {
				return e->code;
			}
		}
		sl_arena_reset(&w->scratch, m);
	}
	for (; next < c->n_pending; next++)
		if (add_finding(w, plan, &c->pending[next].finding, NULL, (struct sl_str){"", 0},
		                (struct sl_uuid){{0}}, 0, e))
			return e->code;
	return SL_OK;
}

enum sl_code import_write(struct import_writer *w, const struct import_plan *plan, struct import_chunk *c,
                          struct sl_err *e)
{
	if (!w->mended && !(w->mended = sl_arena_alloc(w->a, plan->mapping.n, sizeof *w->mended, e)))
		return e->code;
	for (size_t i = 0; c->mended && i < plan->mapping.n; i++)
		w->mended[i] += c->mended[i];
	w->file->n_rows += c->n_rows;
	w->file->n_unreadable += c->n_unreadable;
	w->file->n_empty += c->n_empty;
	for (size_t i = 0; i < c->n_empty && w->n_empty < EMPTY_NAMED; i++)
		w->empty[w->n_empty++] = c->empty[i];
	return write_items(w, plan, c, e);
}
