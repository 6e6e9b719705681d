/* S09, S10, S11: is land classed as its evidence asks?  What is direct evidence is decided by each country
 * (IMSMA wiki, Evidence of Contamination): evidence.CODE in dictionary/rules.csv, or evidence.CODE.CLASS
 * where it depends on the contamination.  Direct evidence has to be reliable, alone or beside another of
 * independent origin: three villagers who repeat one soldier are one source. */
#include "checks/index.h"

#include <stdio.h>
#include <string.h>

static enum sl_directness directness(struct sl_str code)
{
	return sl_str_is(code, "DIRECT")     ? SL_EVIDENCE_DIRECT
	       : sl_str_is(code, "INDIRECT") ? SL_EVIDENCE_INDIRECT
	       : sl_str_is(code, "NONE")     ? SL_EVIDENCE_NONE
	                                     : SL_EVIDENCE_SILENT;
}

static bool in_list(struct sl_str list, struct sl_str code)
{
	struct sl_str one;

	while (sl_str_split(&list, ' ', &one))
		if (sl_str_eq(one, code))
			return true;
	return false;
}

/* What the national table says of one code; silent about one that the country added without a row. */
static enum sl_directness of_code(const struct sl_dictionary *dict, struct sl_str code,
                                  struct sl_str contamination)
{
	static const char mark[] = "evidence.";
	enum sl_directness any = SL_EVIDENCE_SILENT, of_class = SL_EVIDENCE_SILENT;

	for (size_t i = 0; i < dict->n_settings; i++) {
		struct sl_str key = dict->setting[i].key;
		enum sl_directness d;

		if (key.n < sizeof mark - 1 + code.n || memcmp(key.p, mark, sizeof mark - 1) != 0)
			continue;
		key = (struct sl_str){key.p + sizeof mark - 1, key.n - (sizeof mark - 1)};
		if (memcmp(key.p, code.p, code.n) != 0)
			continue;
		d = directness(dict->setting[i].value);
		if (key.n == code.n)
			any = d;
		else if (key.p[code.n] == '.' && d > of_class &&
		         in_list(contamination, (struct sl_str){key.p + code.n + 1, key.n - code.n - 1}))
			of_class = d;
	}
	return of_class != SL_EVIDENCE_SILENT ? of_class : any;
}

static enum sl_directness of_list(const struct sl_dictionary *dict, struct sl_str codes,
                                  struct sl_str contamination)
{
	enum sl_directness most = SL_EVIDENCE_SILENT;
	struct sl_str code;

	while (codes.n && sl_str_split(&codes, ' ', &code)) {
		enum sl_directness d = code.n ? of_code(dict, code, contamination) : SL_EVIDENCE_SILENT;

		most = d > most ? d : most;
	}
	return most;
}

/* Is a grade known to be worse?  `unknown` (F, 6) is not the worst grade but none. */
static bool falls_short(struct sl_str grade, struct sl_str least, char unknown)
{
	return grade.n && least.n && grade.p[0] != unknown && grade.p[0] > least.p[0];
}

/* Is it known to be good enough? */
static bool reaches(struct sl_str grade, struct sl_str least, char unknown)
{
	return !least.n || (grade.n && grade.p[0] != unknown && grade.p[0] <= least.p[0]);
}

enum sl_code sl_evidence_add(struct sl_check_programme *p, const struct sl_record *r,
                             const struct sl_item *item, struct sl_err *e)
{
	const struct sl_check_limits *l = &p->c->limit;
	bool source = item->what == SL_CHECK_SOURCE;
	struct sl_str list = sl_record_text(r, source ? "evidence" : "evidence_list"),
	              told = sl_record_text(r, "source_reliability"),
	              known = sl_record_text(r, "information_reliability");
	struct sl_evidence_item x = {.item = (uint32_t)p->item.n,
	                             .hazard = item->id_term,
	                             .listed = of_list(p->c->dict, list, sl_record_text(r, "contamination")),
	                             .stated = source ? SL_EVIDENCE_SILENT
	                                              : directness(sl_record_text(r, "evidence")),
	                             .reliable = !falls_short(told, l->direct_source, 'F') &&
	                                         !falls_short(known, l->direct_information, '6'),
	                             .fairly_reliable = reaches(told, l->independent_source, 'F') &&
	                                                reaches(known, l->independent_information, '6')};

	/* A claim that denies the danger is no evidence of it. */
	if (source && (x.listed == SL_EVIDENCE_SILENT || sl_record_has_code(r, "claim_direction", "DENY")))
		return SL_OK;
	if (source && sl_index_term(p, sl_record_text(r, "hazard"), &x.hazard, e))
		return e->code;
	if (source && sl_index_term(p, sl_record_text(r, "origin"), &x.origin, e))
		return e->code;
	if (sl_index_term(p, sl_record_text(r, source ? "derived_from" : "source"), &x.derived_from, e) ||
	    sl_index_term(p, list, &x.list, e))
		return e->code;
	SL_PUSH(p, evidence, x, e);
	return SL_OK;
}

/* ---- the verdict on each hazard ---- */

enum { CHAIN_MAX = 32, ORIGINS_MAX = 16 };

struct sl_verdict {
	enum sl_directness is, stated;
	uint32_t list;       /* term: codes of the evidence that decides */
	uint32_t unreliable; /* term: codes of a direct kind with too little behind them; 0 */
	uint32_t source;     /* item of the source that decides; SL_NO_ITEM: the hazard's own evidence */
};

/* Where evidence comes from in the end: the same number for all that repeat one origin. */
static uint64_t origin_of(const struct sl_check_programme *p, const uint32_t *of_item,
                          const struct sl_evidence_item *x)
{
	for (int i = 0; i < CHAIN_MAX && !x->origin && x->derived_from; i++) {
		uint32_t item = sl_index_find(p, SL_CHECK_SOURCE, x->derived_from);

		/* A source that is not recorded, or that says nothing of evidence, is one origin all the same. */
		if (item == SL_NO_ITEM || of_item[item] == SL_NO_ITEM)
			return (uint64_t)1 << 32 | x->derived_from;
		x = &p->evidence.v[of_item[item]];
	}
	if (x->origin)
		return (uint64_t)2 << 32 | x->origin;
	return p->item.v[x->item].what == SL_CHECK_SOURCE ? (uint64_t)1 << 32 | p->item.v[x->item].id_term
	                                                  : (uint64_t)3 << 32 | x->item;
}

struct origins {
	uint64_t v[ORIGINS_MAX];
	size_t n;
};

static void count_origin(struct origins *o, uint64_t one)
{
	for (size_t i = 0; i < o->n; i++)
		if (o->v[i] == one)
			return;
	if (o->n < ORIGINS_MAX)
		o->v[o->n++] = one;
}

static void weigh(const struct sl_check_programme *p, const uint32_t *of_item,
                  const struct sl_evidence_item *x, struct sl_verdict *v, struct origins *origins)
{
	bool direct = x->listed == SL_EVIDENCE_DIRECT, own = p->item.v[x->item].what == SL_CHECK_HAZARD;
	enum sl_directness is = direct && !x->reliable ? SL_EVIDENCE_INDIRECT : x->listed;

	if (own)
		v->stated = x->stated;
	if (direct && !x->reliable)
		v->unreliable = x->list;
	if (direct && x->fairly_reliable)
		count_origin(origins, origin_of(p, of_item, x));
	if (is <= v->is)
		return;
	v->is = is;
	v->list = x->list;
	v->source = own ? SL_NO_ITEM : x->item;
}

static enum sl_code judge_all(struct sl_check_programme *p, struct sl_err *e)
{
	uint32_t *first = sl_arena_alloc(&p->rule, p->hazard.n, sizeof *first, e); /* evidence of each hazard */
	uint32_t *next = first ? sl_arena_alloc(&p->rule, p->evidence.n, sizeof *next, e) : NULL;
	uint32_t *of_item = next ? sl_arena_alloc(&p->rule, p->item.n, sizeof *of_item, e) : NULL;
	struct sl_verdict *v = of_item ? sl_arena_alloc(p->a, p->hazard.n, sizeof *v, e) : NULL;

	if (!v)
		return e->code;
	for (size_t i = 0; i < p->hazard.n; i++)
		first[i] = SL_NO_ITEM;
	for (size_t i = 0; i < p->item.n; i++)
		of_item[i] = SL_NO_ITEM;
	for (uint32_t i = (uint32_t)p->evidence.n; i-- > 0;) {
		const struct sl_evidence_item *x = &p->evidence.v[i];
		bool own = p->item.v[x->item].what == SL_CHECK_HAZARD;
		uint32_t at = own ? x->item : sl_index_find(p, SL_CHECK_HAZARD, x->hazard);

		of_item[x->item] = i;
		next[i] = SL_NO_ITEM;
		if (at == SL_NO_ITEM)
			continue;
		next[i] = first[p->item.v[at].detail];
		first[p->item.v[at].detail] = i;
	}
	for (size_t h = 0; h < p->hazard.n; h++) {
		struct origins origins = {.n = 0};

		v[h] = (struct sl_verdict){.source = SL_NO_ITEM};
		for (uint32_t i = first[h]; i != SL_NO_ITEM; i = next[i])
			weigh(p, of_item, &p->evidence.v[i], &v[h], &origins);
		if (v[h].is == SL_EVIDENCE_INDIRECT && v[h].unreliable &&
		    (double)origins.n >= p->c->limit.evidence_independent_sources) {
			v[h].is = SL_EVIDENCE_DIRECT;
			v[h].list = v[h].unreliable;
		}
		if (v[h].is == SL_EVIDENCE_DIRECT)
			v[h].unreliable = 0;
	}
	p->verdict = v;
	return SL_OK;
}

/* ---- the rules ---- */

static const char *const words[] = {"not stated", "none", "indirect", "direct"};

/* Confirmed, and neither what is listed nor, without a list, what is stated is direct. */
static bool lacks_evidence(const struct sl_hazard_item *h, const struct sl_verdict *v)
{
	enum sl_directness is = v->is != SL_EVIDENCE_SILENT ? v->is : v->stated;

	return h->class == SL_CLASS_CHA && is != SL_EVIDENCE_SILENT && is != SL_EVIDENCE_DIRECT;
}

/* Suspected still, and the evidence is direct. */
static bool could_be_confirmed(const struct sl_hazard_item *h, const struct sl_verdict *v)
{
	enum sl_directness is = v->is != SL_EVIDENCE_SILENT ? v->is : v->stated;

	return h->class == SL_CLASS_SHA && h->state == SL_HAZARD_OPEN && is == SL_EVIDENCE_DIRECT;
}

static bool contradicts(const struct sl_hazard_item *h, const struct sl_verdict *v)
{
	return v->is != SL_EVIDENCE_SILENT && v->stated != SL_EVIDENCE_SILENT && v->is != v->stated &&
	       !lacks_evidence(h, v) && !could_be_confirmed(h, v);
}

/* A hazard of which the rule speaks: its place, and "(D5 of source S-12)". */
static struct sl_spot hazard_spot(const struct sl_check_programme *p, const struct sl_hazard_item *h,
                                  const struct sl_verdict *v, const char *list_field, char from[120])
{
	uint32_t shape = p->item.v[h->item].shape;
	struct sl_str list = p->term.v[v->unreliable ? v->unreliable : v->list];
	struct sl_str id = v->source == SL_NO_ITEM ? SL_STR("") : sl_item_id(p, &p->item.v[v->source]);

	snprintf(from, 120, "%.*s%s%.*s", (int)(list.n > 50 ? 50 : list.n), list.p, id.n ? " of source " : "",
	         (int)(id.n > 40 ? 40 : id.n), id.p);
	return (struct sl_spot){.field = v->is == SL_EVIDENCE_SILENT ? "evidence" : list_field,
	                        .m2 = shape == SL_NO_ITEM ? 0 : p->shape.v[shape].area_m2};
}

typedef enum sl_code say_fn(struct sl_check_programme *p, const struct sl_item *hazard, const struct sl_verdict *v,
                            struct sl_spot at, const char *from, struct sl_err *e);

static enum sl_code each_hazard(struct sl_check_programme *p, const char *list_field,
                                bool (*applies)(const struct sl_hazard_item *, const struct sl_verdict *), say_fn *say,
                                struct sl_err *e)
{
	if (!p->verdict && judge_all(p, e))
		return e->code;
	for (size_t i = 0; i < p->hazard.n; i++) {
		const struct sl_hazard_item *h = &p->hazard.v[i];
		const struct sl_verdict *v = &p->verdict[i];
		char from[120];

		if (!applies(h, v))
			continue;
		if (say(p, &p->item.v[h->item], v, hazard_spot(p, h, v, list_field, from), from, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code say_s09(struct sl_check_programme *p, const struct sl_item *hazard, const struct sl_verdict *v,
                            struct sl_spot at, const char *from, struct sl_err *e)
{
	if (v->is == SL_EVIDENCE_SILENT)
		return sl_index_say(p, "S09", hazard, at, e,
		                    "Confirmed as hazardous, and the evidence is said to be %s.", words[v->stated]);
	return sl_index_say(p, "S09", hazard, at, e,
	                    v->unreliable ? "Confirmed as hazardous, and the direct evidence (%s) is less reliable than "
	                                    "the national table asks."
	                                  : "Confirmed as hazardous, and none of the evidence listed (%s) is direct by "
	                                    "the national table.",
	                    from);
}

static enum sl_code say_s10(struct sl_check_programme *p, const struct sl_item *hazard, const struct sl_verdict *v,
                            struct sl_spot at, const char *from, struct sl_err *e)
{
	if (v->is == SL_EVIDENCE_SILENT)
		return sl_index_say(p, "S10", hazard, at, e, "Suspected only, and the evidence is said to be direct.");
	return sl_index_say(p, "S10", hazard, at, e,
	                    "Suspected only, and the evidence (%s) is direct by the national table.", from);
}

static enum sl_code say_s11(struct sl_check_programme *p, const struct sl_item *hazard, const struct sl_verdict *v,
                            struct sl_spot at, const char *from, struct sl_err *e)
{
	return sl_index_say(p, "S11", hazard, at, e,
	                    "The evidence is said to be %s; by the national table what is listed (%s) is %s%s.",
	                    words[v->stated], from, words[v->is],
	                    v->unreliable ? ", because it is not reliable enough" : "");
}

enum sl_code sl_s09_confirmed(struct sl_check_programme *p, struct sl_err *e)
{
	return each_hazard(p, "evidence_list", lacks_evidence, say_s09, e);
}

enum sl_code sl_s10_suspected(struct sl_check_programme *p, struct sl_err *e)
{
	return each_hazard(p, "class", could_be_confirmed, say_s10, e);
}

enum sl_code sl_s11_contradiction(struct sl_check_programme *p, struct sl_err *e)
{
	return each_hazard(p, "evidence", contradicts, say_s11, e);
}
