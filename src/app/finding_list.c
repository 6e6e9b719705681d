#include "app/finding_list.h"

#include "app/check.h"
#include "base/gzip.h"
#include "base/map.h"
#include "base/mem.h"
#include "checks/rule.h"

#include <stdlib.h>
#include <string.h>

enum { IN_BLOCK = 64, BLOCK_MAX = 1 << 26, NAMES_MAX = UINT16_MAX, MS_A_DAY = 86400000 };

enum { HAS_RECORD = 1, APPROVED = 2, DRAFT = 4 };

struct entry {
	int32_t day; /* of the version that counts; SL_DAY_NONE */
	uint16_t rule, kind, organisation; /* numbers of names */
	uint8_t severity, flags;
};

/* Texts by number, each once. */
struct names {
	struct sl_str *text;
	size_t n, cap;
	struct sl_map number_of;
};

struct sl_finding_list {
	struct sl_arena arena;
	struct entry *entry;
	size_t n, n_records;
	struct names rule, kind, organisation;
	const struct sl_rule **rule_of; /* by number of a rule; NULL: not in the table */
	struct sl_buf packed;           /* blocks of IN_BLOCK findings */
	size_t *end;                    /* of each block */
};

static const char *const ages[SL_FINDING_AGES] = {"", "month", "year", "older", "none"};

bool sl_finding_age_from(struct sl_str name, enum sl_finding_age *out)
{
	for (int i = SL_AGE_MONTH; i < SL_FINDING_AGES; i++)
		if (sl_str_is(name, ages[i])) {
			*out = (enum sl_finding_age)i;
			return true;
		}
	return false;
}

void sl_finding_list_free(struct sl_finding_list *l)
{
	if (!l)
		return;
	sl_map_done(&l->rule.number_of);
	sl_map_done(&l->kind.number_of);
	sl_map_done(&l->organisation.number_of);
	sl_buf_done(&l->packed);
	sl_arena_done(&l->arena);
	sl_mem_free(l);
}

static enum sl_code number_of(struct sl_finding_list *l, struct names *names, struct sl_str text, uint16_t *out,
                              struct sl_err *e)
{
	uint64_t *known = sl_map_get(&names->number_of, text);
	struct sl_str copy;

	if (known) {
		*out = (uint16_t)*known;
		return SL_OK;
	}
	if (names->n == NAMES_MAX)
		return sl_fail(e, SL_UNSUPPORTED, "findings name more than %d organisations", NAMES_MAX);
	copy = (struct sl_str){sl_arena_strndup(&l->arena, text.p, text.n, e), text.n};
	names->text = copy.p ? sl_arena_grow(&l->arena, names->text, &names->cap, names->n + 1, sizeof copy, e) : NULL;
	if (!names->text || !sl_map_put(&names->number_of, copy, names->n, NULL, e))
		return e->code;
	names->text[names->n] = copy;
	*out = (uint16_t)names->n++;
	return SL_OK;
}

/* ---- making: owners ---- */

struct by_uuid {
	struct sl_uuid uuid;
	uint32_t at;
};

static int uuid_order(const void *a, const void *b)
{
	return memcmp(((const struct by_uuid *)a)->uuid.b, ((const struct by_uuid *)b)->uuid.b, 16);
}

struct joining {
	struct sl_finding_list *l;
	const struct by_uuid *v;
	size_t n, at;
};

/* Both lists are in the order of UUIDs. */
static enum sl_code join(void *ctx, const struct sl_owner *o, struct sl_err *e)
{
	struct joining *j = ctx;
	int order = -1;

	for (; j->at < j->n && (order = memcmp(j->v[j->at].uuid.b, o->uuid.b, 16)) <= 0; j->at++) {
		struct entry *x = &j->l->entry[j->v[j->at].at];

		if (order < 0)
			continue;
		x->day = (int32_t)(o->recorded_ms / MS_A_DAY);
		x->flags = (uint8_t)(HAS_RECORD | (o->approved ? APPROVED : 0) | (o->draft ? DRAFT : 0));
		if (number_of(j->l, &j->l->organisation, o->organisation, &x->organisation, e))
			break;
	}
	return e->code;
}

static enum sl_code find_owners(struct sl_programme *p, struct sl_finding_list *l, const struct sl_findings *f,
                                struct sl_err *e)
{
	struct sl_arena a = {0};
	struct by_uuid *v = sl_arena_alloc(&a, f->n + 1, sizeof *v, e);
	struct joining j = {.l = l, .v = v};

	for (size_t i = 0; v && i < f->n; i++)
		if (!sl_uuid_is_nil(f->v[i].uuid))
			v[j.n++] = (struct by_uuid){f->v[i].uuid, (uint32_t)i};
	if (v) {
		qsort(v, j.n, sizeof *v, uuid_order);
		(void)!sl_store_each_owner(p->db, join, &j, e);
	}
	sl_arena_done(&a);
	return e->code;
}

/* ---- making: texts ---- */

/* A finding in parts, because not everybody may see all of it: JSON of what it is about, of its text, of its place, of
 * its source; and what to do as it is, with a NUL, because it is told in the reader's language.  The lengths stand
 * before them. */
enum { HEAD, TEXT, PLACE, SOURCE, ADVICE, PARTS };

static void put_parts(struct sl_buf *b, struct sl_buf *scratch, const struct sl_finding *f)
{
	uint32_t length[PARTS];
	struct sl_json_writer w;
	size_t from = 0;

	sl_buf_clear(scratch);
	sl_json_writer_init(&w, scratch);
	sl_json_begin(&w, '{');
	for (int part = HEAD; part < ADVICE; part++) {
		sl_finding_json(&w, f, part == HEAD, part == TEXT, part == PLACE, part == SOURCE);
		length[part] = (uint32_t)(scratch->n - from);
		from = scratch->n;
	}
	sl_buf_str(scratch, f->suggestion);
	sl_buf_putc(scratch, 0);
	length[ADVICE] = (uint32_t)(scratch->n - from);
	sl_buf_add(b, length, sizeof length);
	sl_buf_str(b, sl_buf_view(scratch));
}

static enum sl_code pack(struct sl_finding_list *l, const struct sl_findings *f, struct sl_err *e)
{
	struct sl_buf block = {0}, scratch = {0};

	l->end = sl_arena_alloc(&l->arena, f->n / IN_BLOCK + 1, sizeof *l->end, e);
	for (size_t i = 0; l->end && i < f->n && !e->code; i++) {
		put_parts(&block, &scratch, &f->v[i]);
		if ((i + 1) % IN_BLOCK && i + 1 < f->n)
			continue;
		if (!sl_buf_check(&scratch, e) && !sl_buf_check(&block, e) && !sl_gzip(sl_buf_view(&block), 3, &l->packed, e))
			l->end[i / IN_BLOCK] = l->packed.n;
		sl_buf_clear(&block);
	}
	sl_buf_done(&block);
	sl_buf_done(&scratch);
	return e->code ? e->code : sl_buf_check(&l->packed, e);
}

static enum sl_code fill(struct sl_programme *p, struct sl_finding_list *l, const struct sl_findings *f,
                         struct sl_err *e)
{
	uint16_t nobody;

	l->entry = sl_arena_alloc(&l->arena, f->n + 1, sizeof *l->entry, e);
	if (!l->entry || number_of(l, &l->organisation, SL_STR(""), &nobody, e))
		return e->code;
	l->n = f->n;
	for (size_t i = 0; i < f->n && !e->code; i++) {
		l->entry[i] = (struct entry){.day = SL_DAY_NONE, .severity = (uint8_t)f->v[i].severity};
		if (!number_of(l, &l->rule, sl_str_from(f->v[i].rule), &l->entry[i].rule, e))
			(void)!number_of(l, &l->kind, f->v[i].kind, &l->entry[i].kind, e);
	}
	if (e->code || find_owners(p, l, f, e) || pack(l, f, e))
		return e->code;
	l->rule_of = sl_arena_alloc(&l->arena, l->rule.n + 1, sizeof *l->rule_of, e);
	for (size_t i = 0; l->rule_of && i < l->rule.n; i++)
		l->rule_of[i] = sl_rule_find(l->rule.text[i]);
	return e->code;
}

enum sl_code sl_finding_list_make(struct sl_programme *p, struct sl_finding_list **out, struct sl_err *e)
{
	const struct sl_check_request all = {.least = SL_NOTE};
	struct sl_finding_list *l = sl_mem_zeroed(sizeof *l);
	struct sl_check_answer answer;

	if (!l)
		return sl_fail(e, SL_NOMEM, "out of memory");
	if (!sl_check_answer(p, &all, &answer, e)) {
		l->n_records = answer.n_records;
		(void)!fill(p, l, &answer.findings, e);
	}
	sl_check_answer_done(&answer);
	sl_mem_trim();
	if (e->code)
		sl_finding_list_free(l);
	else
		*out = l;
	return e->code;
}

/* ---- asking ---- */

struct asking {
	const struct sl_finding_list *l;
	const struct sl_finding_query *q;
	int rule, kind, organisation; /* -1: all; the number of none when there is none of that name */
	struct sl_arena a;
	bool *mine[2]; /* by organisation; not approved, approved */
};

static int wanted(const struct names *names, struct sl_str text)
{
	uint64_t *known = sl_map_get(&names->number_of, text);

	return known ? (int)*known : NAMES_MAX;
}

static enum sl_code begin(struct asking *k, const struct sl_finding_list *l, const struct sl_finding_query *q,
                          struct sl_err *e)
{
	*k = (struct asking){.l = l, .q = q, .rule = -1, .kind = -1, .organisation = -1};
	if (q->rule.n)
		k->rule = wanted(&l->rule, q->rule);
	if (q->kind.n)
		k->kind = wanted(&l->kind, q->kind);
	if (q->organisation)
		k->organisation = wanted(&l->organisation, *q->organisation);
	for (int approved = 0; q->only && approved < 2; approved++) {
		k->mine[approved] = sl_arena_alloc(&k->a, l->organisation.n + 1, sizeof(bool), e);
		for (size_t i = 0; k->mine[approved] && i < l->organisation.n; i++) {
			const struct sl_standing s = {.organisation = l->organisation.text[i], .approved = approved};

			k->mine[approved][i] = sl_may_see_record(q->only, &s) && sl_may_on(q->only, SL_RIGHT_READ_FINDINGS, &s);
		}
	}
	return e->code;
}

static enum sl_finding_age age_of(const struct asking *k, const struct entry *x)
{
	if (x->day == SL_DAY_NONE)
		return SL_AGE_NONE;
	return k->q->today - x->day <= 30 ? SL_AGE_MONTH : k->q->today - x->day <= 365 ? SL_AGE_YEAR : SL_AGE_OLDER;
}

/* What each condition says, a bit each, so that a choice can be counted as if it were not made yet. */
enum { BY_RULE = 1, BY_KIND = 2, BY_ORGANISATION = 4, BY_SEVERITY = 8, BY_AGE = 16, SEEN = 32, ALL = 63 };

static unsigned met(const struct asking *k, const struct entry *x)
{
	unsigned m = 0;

	if (!k->q->only || (x->flags & HAS_RECORD && !(x->flags & DRAFT) &&
	                    k->mine[(x->flags & APPROVED) != 0][x->organisation]))
		m |= SEEN;
	m |= k->rule < 0 || k->rule == x->rule ? BY_RULE : 0;
	m |= k->kind < 0 || k->kind == x->kind ? BY_KIND : 0;
	m |= k->organisation < 0 || (k->organisation == x->organisation && x->flags & HAS_RECORD) ? BY_ORGANISATION : 0;
	m |= x->severity >= k->q->least ? BY_SEVERITY : 0;
	m |= k->q->age == SL_AGE_ANY || k->q->age == age_of(k, x) ? BY_AGE : 0;
	return m;
}

static void put_severities(struct sl_json_writer *w, const size_t count[3])
{
	sl_json_put_key(w, SL_STR("counts"));
	sl_json_begin(w, '{');
	for (int s = SL_ERROR; s >= SL_NOTE; s--)
		sl_json_kv_int(w, sl_severity_name((enum sl_severity)s), (int64_t)count[s]);
	sl_json_end(w, '}');
}

static void put_records(struct sl_json_writer *w, const struct asking *k)
{
	sl_json_put_key(w, SL_STR("records"));
	if (k->q->only)
		sl_json_put_null(w); /* how many others have is not theirs to know */
	else
		sl_json_put_int(w, (int64_t)k->l->n_records);
}

/* Rules that look at several records say what others have. */
static bool speaks_of_others(const struct sl_rule *rule)
{
	return !rule || (rule->scope != SL_RULE_RECORD && rule->scope != SL_RULE_HISTORY);
}

static void put_finding(const struct asking *k, struct sl_buf *b, const char *at, const struct entry *x)
{
	const struct sl_rule *rule = k->l->rule_of[x->rule];
	const bool hidden = k->q->only && speaks_of_others(rule);
	const char *part[PARTS];
	struct sl_json_writer w;
	struct sl_str advice;
	uint32_t n[PARTS];
	char day[11];

	memcpy(n, at, sizeof n);
	at += sizeof n;
	for (int i = HEAD; i < PARTS; at += n[i++])
		part[i] = at;
	advice = hidden ? sl_str_from(rule ? rule->advice : "") : (struct sl_str){part[ADVICE], n[ADVICE] - 1};
	sl_buf_add(b, part[HEAD], n[HEAD]);
	sl_json_writer_init(&w, b);
	w.comma = true;
	if (hidden)
		sl_json_kv_str(&w, "text", sl_str_from(rule ? sl_text(k->q->locale, "rule", rule->title) : ""));
	else
		sl_buf_add(b, part[TEXT], n[TEXT]);
	sl_finding_words_json(&w, k->l->rule.text[x->rule].p, advice, k->q->locale);
	sl_buf_add(b, part[PLACE], n[PLACE]);
	if (!k->q->only)
		sl_buf_add(b, part[SOURCE], n[SOURCE]);
	if (x->flags & HAS_RECORD) {
		sl_json_kv_str(&w, "organisation", k->l->organisation.text[x->organisation]);
		sl_date_text((struct sl_date){x->day}, day);
		sl_json_kv_str(&w, "recorded", sl_str_from(day));
	}
	sl_buf_putc(b, '}');
}

struct page {
	struct sl_buf block;
	size_t which; /* SIZE_MAX: none */
	size_t at, offset;
};

/* Where the parts of a finding stand: its block is unpacked when it is not the last one. */
static enum sl_code find(const struct sl_finding_list *l, struct page *p, size_t i, const char **out,
                         struct sl_err *e)
{
	size_t which = i / IN_BLOCK, from = which ? l->end[which - 1] : 0;

	if (p->which != which) {
		sl_buf_clear(&p->block);
		p->which = SIZE_MAX;
		if (sl_gunzip((struct sl_str){l->packed.p + from, l->end[which] - from}, BLOCK_MAX, &p->block, e))
			return e->code;
		p->which = which;
		p->at = which * IN_BLOCK;
		p->offset = 0;
	}
	for (; p->at < i; p->at++) {
		uint32_t n[PARTS];

		memcpy(n, p->block.p + p->offset, sizeof n);
		p->offset += sizeof n + n[HEAD] + n[TEXT] + n[PLACE] + n[SOURCE] + n[ADVICE];
	}
	*out = p->block.p + p->offset;
	return SL_OK;
}

enum sl_code sl_finding_list_page(const struct sl_finding_list *l, const struct sl_finding_query *q,
                                  struct sl_buf *b, struct sl_err *e)
{
	struct page p = {.which = SIZE_MAX};
	size_t count[3] = {0};
	struct sl_json_writer w;
	struct asking k;
	int64_t n = 0, put = 0;
	const char *at;

	if (begin(&k, l, q, e))
		goto done;
	for (size_t i = 0; i < l->n; i++)
		count[l->entry[i].severity] += met(&k, &l->entry[i]) == ALL;
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	put_records(&w, &k);
	put_severities(&w, count);
	sl_buf_puts(b, ",\"findings\":[");
	for (size_t i = 0; i < l->n && put < q->limit; i++) {
		if (met(&k, &l->entry[i]) != ALL || n++ < q->offset)
			continue;
		if (find(l, &p, i, &at, e))
			goto done;
		if (put++)
			sl_buf_putc(b, ',');
		put_finding(&k, b, at, &l->entry[i]);
	}
	sl_buf_puts(b, "]}\n");
	(void)!sl_buf_check(b, e);
done:
	sl_buf_done(&p.block);
	sl_arena_done(&k.a);
	return e->code;
}

/* ---- counting ---- */

static void put_names(struct sl_json_writer *w, const char *list, const char *key, const struct names *names,
                      const size_t *count)
{
	sl_json_put_key(w, sl_str_from(list));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < names->n; i++)
		if (count[i]) {
			sl_json_begin(w, '{');
			sl_json_kv_str(w, key, names->text[i]);
			sl_json_kv_int(w, "count", (int64_t)count[i]);
			sl_json_end(w, '}');
		}
	sl_json_end(w, ']');
}

static void put_rules(struct sl_json_writer *w, const struct sl_finding_list *l, const struct sl_locale *locale,
                      const size_t *count)
{
	sl_json_put_key(w, SL_STR("rules"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < l->rule.n; i++)
		if (count[i]) {
			sl_json_begin(w, '{');
			sl_json_kv_str(w, "rule", l->rule.text[i]);
			sl_json_kv_str(w, "title",
			               sl_str_from(l->rule_of[i] ? sl_text(locale, "rule", l->rule_of[i]->title) : ""));
			sl_json_kv_int(w, "count", (int64_t)count[i]);
			sl_json_end(w, '}');
		}
	sl_json_end(w, ']');
}

enum sl_code sl_finding_list_counts(const struct sl_finding_list *l, const struct sl_finding_query *q,
                                    struct sl_buf *b, struct sl_err *e)
{
	size_t severity[3] = {0}, age[SL_FINDING_AGES] = {0}, *rule, *kind, *organisation;
	struct sl_json_writer w;
	struct asking k;

	if (begin(&k, l, q, e))
		goto done;
	rule = sl_arena_alloc(&k.a, l->rule.n + 1, sizeof *rule, e);
	kind = rule ? sl_arena_alloc(&k.a, l->kind.n + 1, sizeof *kind, e) : NULL;
	organisation = kind ? sl_arena_alloc(&k.a, l->organisation.n + 1, sizeof *organisation, e) : NULL;
	if (!organisation)
		goto done;
	for (size_t i = 0; i < l->n; i++) {
		const struct entry *x = &l->entry[i];
		unsigned m = met(&k, x);

		rule[x->rule] += (m | BY_RULE) == ALL;
		kind[x->kind] += (m | BY_KIND) == ALL;
		organisation[x->organisation] += (m | BY_ORGANISATION) == ALL && x->flags & HAS_RECORD;
		severity[x->severity] += (m | BY_SEVERITY) == ALL;
		age[age_of(&k, x)] += (m | BY_AGE) == ALL;
	}
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	put_records(&w, &k);
	put_severities(&w, severity);
	put_rules(&w, l, q->locale, rule);
	put_names(&w, "kinds", "kind", &l->kind, kind);
	put_names(&w, "organisations", "organisation", &l->organisation, organisation);
	sl_json_put_key(&w, SL_STR("ages"));
	sl_json_begin(&w, '{');
	for (int i = SL_AGE_MONTH; i < SL_FINDING_AGES; i++)
		sl_json_kv_int(&w, ages[i], (int64_t)age[i]);
	sl_json_end(&w, '}');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	(void)!sl_buf_check(b, e);
done:
	sl_arena_done(&k.a);
	return e->code;
}
