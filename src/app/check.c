#include "app/check.h"

#include "app/form_publish.h"
#include "checks/check.h"
#include "checks/judge.h"
#include "checks/programme.h"

#include <math.h>
#include <string.h>

/* A record with more than one revision: its history is read after the walk over all records. */
struct revised {
	struct sl_uuid record;
	struct sl_str identity;
	const struct sl_kind *kind;
	double lon, lat; /* NAN when nowhere */
};

struct checking {
	struct sl_programme *p;
	struct sl_check_context context;
	struct sl_check_programme *all;
	struct sl_arena arena; /* of what is needed only until the findings are there */
	struct sl_arena row;   /* of one record's */
	struct sl_check_answer *answer;
	bool names;
	struct revised *revised;
	size_t n_revised, cap_revised;
	int64_t *side_head; /* numbers of records whose newest revision is not the one that counts */
	size_t n_side_heads, at_side_head;
};

/* Family and given name of the sealed part, when its key is here. */
static enum sl_code read_names(struct checking *c, const struct sl_revision *rev, struct sl_err *e)
{
	struct sl_arena scratch = {0};
	struct sl_str sealed;
	struct sl_json *json = NULL;
	struct sl_buf name = {0};
	enum sl_code code = sl_store_unseal(c->p->db, &scratch, rev->id, &sealed, e);

	if (code == SL_DENIED || code == SL_NOT_FOUND) {
		sl_err_clear(e);
		c->answer->n_sealed++;
		code = SL_OK;
	} else if (!code && sealed.n) {
		code = sl_json_parse(&scratch, sealed, &json, e);
	}
	if (!code && json) {
		sl_buf_str(&name, sl_json_get_str(json, "given_name"));
		sl_buf_putc(&name, ' ');
		sl_buf_str(&name, sl_json_get_str(json, "family_name"));
		code = sl_buf_check(&name, e);
		if (!code && sl_str_trim(sl_buf_view(&name)).n)
			code = sl_check_programme_name(c->all, sl_str_trim(sl_buf_view(&name)), e);
	}
	sl_buf_done(&name);
	sl_arena_done(&scratch);
	return code;
}

static enum sl_code remember(struct checking *c, const struct sl_revision *rev, const struct sl_record *rec,
                             struct sl_err *e)
{
	struct revised r = {.record = rev->record, .kind = rec->kind};
	struct revised *v =
	    sl_arena_grow(&c->arena, c->revised, &c->cap_revised, c->n_revised + 1, sizeof *v, e);
	char *identity = v ? sl_str_dup(&c->arena, rev->identity, e) : NULL;

	if (!identity)
		return e->code;
	r.identity = (struct sl_str){identity, rev->identity.n};
	if (!sl_geom_somewhere(&rec->geometry, &r.lon, &r.lat))
		r.lon = r.lat = (double)NAN;
	c->revised = v;
	c->revised[c->n_revised++] = r;
	return SL_OK;
}

static enum sl_code look(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                         struct sl_err *e)
{
	struct checking *c = ctx;
	struct sl_findings mine = {.a = &c->row};
	bool several;

	c->answer->n_records++;
	if (c->answer->n_records % 1000 == 0)
		sl_env_progress(c->p->env, "reading", c->answer->n_records, 0);
	if (sl_check_record(&c->context, rec, rev, &mine, e) || sl_check_programme_add(c->all, rev, rec, e))
		return e->code;
	for (size_t i = 0; i < mine.n; i++)
		if (sl_check_programme_told(c->all, &mine.v[i], &c->answer->findings, e))
			return e->code;
	sl_arena_reset(&c->row, (struct sl_arena_mark){0});
	if (c->names && sl_check_kind_of(rec->kind) == SL_CHECK_VICTIM && read_names(c, rev, e))
		return e->code;
	while (c->at_side_head < c->n_side_heads && c->side_head[c->at_side_head] < rev->record_number)
		c->at_side_head++; /* records come by number */
	several = rev->n_parents ||
	          (c->at_side_head < c->n_side_heads && c->side_head[c->at_side_head] == rev->record_number);
	return several ? remember(c, rev, rec, e) : SL_OK;
}

/* ---- histories ---- */

struct history {
	struct checking *c;
	struct sl_arena arena;
	struct sl_check_version *v;
	size_t n, cap;
	struct sl_hash said; /* of the entry that waits for approval */
	struct sl_str entered_by;
	struct sl_uuid record;
};

static struct sl_str keep(struct sl_arena *a, struct sl_str s, struct sl_err *e)
{
	char *p = e->code ? NULL : sl_str_dup(a, s, e);

	return p ? (struct sl_str){p, s.n} : (struct sl_str){0};
}

static enum sl_code add_version(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e)
{
	struct history *h = ctx;
	struct sl_check_version *v;

	if (rev->state != SL_APPROVED) {
		if (!h->entered_by.n || !sl_hash_eq(h->said, rev->said)) {
			h->said = rev->said;
			h->entered_by = keep(&h->arena, rev->author, e);
		}
		return e->code;
	}
	if (h->entered_by.n && sl_hash_eq(h->said, rev->said) &&
	    sl_check_programme_approval(h->c->all, rev->record_number, h->entered_by, rev->author, e))
		return e->code;
	if (sl_check_programme_version(h->c->all, rev, rec, e))
		return e->code;
	v = sl_arena_grow(&h->arena, h->v, &h->cap, h->n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	h->v = v;
	v[h->n++] = (struct sl_check_version){.effective = rev->effective,
	                                      .recorded_ms = rev->recorded_ms,
	                                      .author = keep(&h->arena, rev->author, e),
	                                      .status = keep(&h->arena, sl_record_text(rec, "status"), e),
	                                      .class = keep(&h->arena, sl_record_text(rec, "class"), e),
	                                      .reopens = keep(&h->arena, sl_record_text(rec, "reopens"), e),
	                                      .correction = rev->correction,
	                                      .content = rev->said};
	return e->code;
}

static enum sl_code check_history(struct checking *c, const struct revised *r, struct sl_err *e)
{
	struct history h = {.c = c, .record = r->record};
	double at[2] = {r->lon, r->lat};
	uint32_t one = 1;
	struct sl_record record;
	struct sl_revision last = {.record = r->record, .identity = r->identity, .kind = r->kind};

	if (!sl_store_history(c->p->db, r->record, add_version, &h, e) &&
	    !sl_record_new(&h.arena, r->kind, &record, e)) {
		if (isfinite(at[0]))
			record.geometry = (struct sl_geom){.type = SL_GEOM_POINT,
			                                   .xy = at,
			                                   .n_points = 1,
			                                   .ring_end = &one,
			                                   .n_rings = 1,
			                                   .part_end = &one,
			                                   .n_parts = 1};
		(void)!sl_check_history(&c->context, &last, &record, h.v, h.n, &c->answer->findings, e);
	}
	sl_arena_done(&h.arena);
	return e->code;
}

static enum sl_code histories(struct checking *c, struct sl_err *e)
{
	for (size_t i = 0; i < c->n_revised; i++) {
		if (i % 1000 == 0)
			sl_env_progress(c->p->env, "reading histories", i, c->n_revised);
		if (sl_env_stopped(c->p->env))
			return sl_fail(e, SL_CANCELLED, "interrupted");
		if (check_history(c, &c->revised[i], e))
			return e->code;
	}
	return SL_OK;
}

/* ---- what import has kept ---- */

/* The record and the field. */
static void place_key(const struct sl_finding *f, struct sl_buf *b)
{
	sl_buf_clear(b);
	sl_buf_add(b, f->uuid.b, sizeof f->uuid.b);
	sl_buf_str(b, f->field);
}

static void finding_key(const struct sl_finding *f, struct sl_buf *b)
{
	place_key(f, b);
	sl_buf_putc(b, 0);
	sl_buf_puts(b, f->rule);
}

static enum sl_code know(struct sl_map *known, struct sl_arena *a, const struct sl_buf *key, struct sl_err *e)
{
	char *copy = sl_buf_check(key, e) ? NULL : sl_arena_strndup(a, key->p, key->n, e);

	if (copy)
		(void)sl_map_put(known, (struct sl_str){copy, key->n}, 0, NULL, e);
	return e->code;
}

/* Stored findings, without those that the rules have just found again on the same record and field.  The rule of a
 * form, too, says nothing of a field that another rule spoke of. */
static enum sl_code add_stored(struct checking *c, struct sl_err *e)
{
	struct sl_findings *all = &c->answer->findings, stored = {.a = &c->answer->arena};
	const size_t n = all->n;
	struct sl_arena a = {0}; /* of the keys */
	struct sl_map concerned = {0}, known = {0};
	struct sl_buf key = {0};

	if (sl_store_findings(c->p->db, &stored, e))
		return e->code;
	for (size_t i = 0; i < stored.n && !e->code; i++) {
		place_key(&stored.v[i], &key);
		(void)!know(&concerned, &a, &key, e);
	}
	for (size_t i = 0; stored.n && i < n && !e->code; i++) {
		place_key(&all->v[i], &key);
		if (key.failed || !sl_map_get(&concerned, sl_buf_view(&key)) || know(&known, &a, &key, e))
			continue;
		finding_key(&all->v[i], &key);
		(void)!know(&known, &a, &key, e);
	}
	for (size_t i = 0; i < stored.n && !e->code && !sl_buf_check(&key, e); i++) {
		(stored.v[i].field.n && !strcmp(stored.v[i].rule, "I14") ? place_key : finding_key)(&stored.v[i], &key);
		if (sl_uuid_is_nil(stored.v[i].uuid) || !sl_map_get(&known, sl_buf_view(&key)))
			(void)!sl_findings_add(all, &stored.v[i], e);
	}
	sl_map_done(&concerned);
	sl_arena_done(&a);
	sl_buf_done(&key);
	sl_map_done(&known);
	return e->code;
}

static enum sl_code understand(const struct sl_programme *p, const struct sl_check_request *r,
                               struct sl_err *e)
{
	if (r->rule && !sl_rule_find(sl_str_from(r->rule)))
		return sl_fail(e, SL_INVALID, "there is no rule '%.20s'; docs/manual/rules.md lists them", r->rule);
	if (r->kind && !sl_dictionary_kind(p->dict, sl_str_from(r->kind)))
		return sl_fail(e, SL_INVALID, "there is no kind of record '%.40s'", r->kind);
	return SL_OK;
}

static void select_findings(struct sl_check_answer *answer, const struct sl_check_request *r)
{
	struct sl_findings *all = &answer->findings;
	size_t kept = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct sl_finding *f = &all->v[i];

		if ((r->rule && strcmp(f->rule, r->rule)) || (r->kind && !sl_str_is(f->kind, r->kind)) ||
		    f->severity < r->least)
			continue;
		answer->count[f->severity]++;
		all->v[kept++] = *f;
	}
	all->n = kept;
}

enum sl_code sl_check_answer(struct sl_programme *p, const struct sl_check_request *r,
                             struct sl_check_answer *out, struct sl_err *e)
{
	struct checking c = {.p = p, .answer = out, .names = r->names};
	struct sl_query query = {.as_of = sl_date_none()};
	struct sl_date today = {(int32_t)(sl_env_now_ms(p->env) / 86400000)};

	*out = (struct sl_check_answer){.all = r->rule != NULL};
	out->findings.a = &out->arena;
	if (understand(p, r, e))
		return e->code;
	sl_check_context_init(&c.context, p->dict, today);
	if (!sl_check_programme_new(&c.arena, &c.context, p->env, &c.all, e) &&
	    !sl_store_side_heads(p->db, &c.arena, &c.side_head, &c.n_side_heads, e) &&
	    !sl_store_each(p->db, &query, true, look, &c, e) && !histories(&c, e) &&
	    !sl_check_programme_gather(c.all, &out->findings, e))
		(void)!sl_check_programme_finish(c.all, &out->findings, e);
	sl_arena_done(&c.arena);
	sl_arena_done(&c.row);
	if (e->code || add_stored(&c, e) || sl_store_outside_waiting(p->db, &out->findings, e) ||
	    sl_check_not_judged(p->dict, &out->findings, e) || sl_forms_not_judged(p, &out->findings, e))
		return e->code;
	select_findings(out, r);
	sl_findings_sort(&out->findings);
	return SL_OK;
}

void sl_check_answer_done(struct sl_check_answer *answer)
{
	sl_arena_done(&answer->arena);
	*answer = (struct sl_check_answer){0};
}
