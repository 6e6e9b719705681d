#include "programme.h"

#include "check.h"
#include "geo/wkb.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

void programme_open(struct test_programme *p)
{
	int fd;

	*p = (struct test_programme){.path = "/tmp/safelane-test-XXXXXX"};
	fd = mkstemp(p->path);
	close(fd);
	unlink(p->path);
	CHECK_OK(sl_crypto_init(&p->e), &p->e);
	sl_env_init(&p->env);
	p->env.fixed_ms = 1767225600000; /* 2026-01-01 */
	p->env.seed = 1;
	p->state = SL_APPROVED;
	CHECK_OK(sl_dictionary_load(&p->arena, NULL, &p->dict, &p->e), &p->e);
	CHECK_OK(sl_store_create(p->path, p->dict, &p->env, "ZZZ", "Test", &p->e), &p->e);
	CHECK_OK(sl_store_open(p->path, SL_OPEN_WRITE, p->dict, &p->env, &p->db, &p->e), &p->e);
}

void programme_close(struct test_programme *p)
{
	static const char *const tails[] = {"", "-wal", "-shm", ".keys", ".keys-wal", ".keys-shm", ".keys-journal",
	                                    ".people", ".people-wal", ".people-shm"};
	char path[128];

	sl_store_close(p->db);
	sl_arena_done(&p->arena);
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		snprintf(path, sizeof path, "%s%s", p->path, tails[i]);
		unlink(path);
	}
}

static void set_field(struct test_programme *p, struct sl_arena *a, struct sl_record *rec, struct sl_str name,
                      struct sl_str value)
{
	char *field = sl_str_dup(a, name, &p->e);
	const struct sl_field *f = sl_kind_field(rec->kind, field);
	const char *problem = NULL;

	CHECK(f != NULL);
	if (f)
		CHECK_OK(sl_value_read(a, f, value, &rec->value[f->index], &problem, &p->e), &p->e);
	CHECK(!problem);
}

void programme_add(struct test_programme *p, const char *kind, const char *id, const char *date,
                   const char *fields, const struct sl_geom *g)
{
	struct sl_arena a = {0};
	struct sl_buf json = {0};
	struct sl_record rec;
	struct sl_revision rev = {.kind = sl_dictionary_kind(p->dict, sl_str_from(kind)), .state = p->state,
	                          .correction = p->correction};
	struct sl_str rest = sl_str_from(fields), part;
	struct sl_identity who;
	bool found, own = !sl_store_begin(p->db, &p->e);

	if (!own)
		sl_err_clear(&p->e);
	CHECK_OK(sl_record_new(&a, rev.kind, &rec, &p->e), &p->e);
	set_field(p, &a, &rec, SL_STR("id"), sl_str_from(id));
	rev.effective = sl_date_none();
	if (date) {
		set_field(p, &a, &rec, SL_STR("effective_date"), sl_str_from(date));
		CHECK(sl_date_parse(sl_str_from(date), &rev.effective));
	}
	while (fields && *fields && sl_str_split(&rest, ';', &part)) {
		struct sl_str value = part, name;

		CHECK(sl_str_split(&value, '=', &name));
		set_field(p, &a, &rec, name, value);
	}
	if (g) {
		rec.geometry = *g;
		CHECK_OK(sl_geometry_prepare(&a, g, &rev.geometry, &p->e), &p->e);
	}
	if (sl_kind_field(rev.kind, "organisation"))
		rev.organisation = sl_record_text(&rec, "organisation"); /* as import does */
	sl_record_json(&json, &rec);
	rev.document = sl_buf_view(&json);
	rev.identity = sl_str_from(id);
	rev.entry = sl_str_from(p->entry ? p->entry : "{}");
	CHECK_OK(sl_store_identify(p->db, rev.kind, rev.identity, &found, &who, &p->e), &p->e);
	if (found) {
		rev.record = who.record;
		rev.parent[rev.n_parents++] = who.head;
	}
	CHECK_OK(sl_store_append(p->db, &rev, &rec, &p->e), &p->e);
	if (own)
		CHECK_OK(sl_store_commit(p->db, &p->e), &p->e);
	sl_buf_done(&json);
	sl_arena_done(&a);
}

void programme_add_wkt(struct test_programme *p, const char *kind, const char *id, const char *date,
                       const char *fields, const char *wkt)
{
	struct sl_arena a = {0};
	struct sl_geom g;

	if (wkt)
		CHECK_OK(sl_wkt_read(&a, sl_str_from(wkt), &g, NULL, &p->e), &p->e);
	programme_add(p, kind, id, date, fields, wkt ? &g : NULL);
	sl_arena_done(&a);
}

static struct sl_str admin_name(void *ctx, int64_t record)
{
	static _Thread_local char text[8][24];
	static _Thread_local int turn;
	char *to = text[turn++ % 8];

	(void)ctx;
	snprintf(to, 24, "unit%lld", (long long)record);
	return sl_str_from(to);
}

static struct sl_str term_name(void *ctx, int32_t term)
{
	return sl_store_term(ctx, term);
}

struct sl_account_names programme_names(struct test_programme *p)
{
	return (struct sl_account_names){admin_name, term_name,
	                                 sl_dictionary_list(p->dict, SL_STR("contamination_class")), p->db};
}

void programme_account(struct test_programme *p, struct sl_arena *a, const char *as_of, const char *from,
                       enum sl_account_by by, struct sl_account *out)
{
	struct sl_account_names names = programme_names(p);
	struct sl_account_spec spec = {.known_at_ms = INT64_MAX, .by = by, .from = sl_date_none()};
	struct sl_ledger l = {0};

	CHECK(sl_date_parse(sl_str_from(as_of), &spec.as_of));
	if (from)
		CHECK(sl_date_parse(sl_str_from(from), &spec.from));
	CHECK_OK(sl_ledger_build(&l, p->db, &p->env, &p->e), &p->e);
	CHECK_OK(sl_account_make(a, &l, &spec, &names, out, &p->e), &p->e);
	sl_ledger_close(&l);
}

void programme_star(uint64_t *seed, struct sl_arena *a, struct sl_geom *out)
{
	struct sl_err e = {0};
	struct sl_geom_builder b;
	int n = 3 + (int)(sl_uniform(seed) * 12);
	double x = 102.7 + .004 * sl_uniform(seed), y = 13.5 + .004 * sl_uniform(seed);
	double size = .0003 + .002 * sl_uniform(seed);

	sl_geom_build(&b, a, SL_GEOM_POLYGON);
	CHECK_OK(sl_geom_add_part(&b, &e), &e);
	CHECK_OK(sl_geom_add_ring(&b, &e), &e);
	for (int i = 0; i < n; i++) {
		double t = (i + .6 * sl_uniform(seed)) * 2 * M_PI / n, r = size * (.4 + .6 * sl_uniform(seed));

		CHECK_OK(sl_geom_add_point(&b, round((x + r * cos(t)) * 1e6) / 1e6, round((y + r * sin(t)) * 1e6) / 1e6, &e),
		         &e);
	}
	sl_geom_finish(&b, out);
}

void programme_edit(struct test_programme *p, uint64_t *seed, int number)
{
	static const char *const product[] = {"CAN", "RDT", "CLR", "REC"};
	static const char *const contamination[] = {"APM", "UXO", "CMR"};
	char fields[160], date[11], id[16];
	struct sl_geom g = {0};
	double dice = sl_uniform(seed);
	int hazard = (int)(sl_uniform(seed) * 7), organisation = (int)(sl_uniform(seed) * 3);
	bool release = dice > .6, bare = sl_uniform(seed) < .08, dated = sl_uniform(seed) > .03;

	p->env.fixed_ms = PROGRAMME_FIRST_MS + number * PROGRAMME_HOUR_MS;
	p->correction = sl_uniform(seed) < .2;
	sl_date_text((struct sl_date){PROGRAMME_FIRST_DAY + (int)(sl_uniform(seed) * 40)}, date);
	if (release)
		snprintf(fields, sizeof fields, "product=%s;organisation=OP%d%s%d", product[(int)(sl_uniform(seed) * 4)],
		         organisation, sl_uniform(seed) < .5 ? ";hazard=H-" : ";name=x", hazard);
	else
		snprintf(fields, sizeof fields, "class=%s;contamination=%s;organisation=OP%d%s%s",
		         dice < .04 ? "IND" : dice < .3 ? "CHA" : "SHA", contamination[(int)(sl_uniform(seed) * 3)], organisation,
		         dice > .54 ? ";status=EXPD" : "", bare && dice > .3 ? ";area_reported_m2=1234.5" : "");
	if (release)
		snprintf(id, sizeof id, "R-%d", (int)(sl_uniform(seed) * 9));
	else
		snprintf(id, sizeof id, "H-%d", hazard);
	programme_star(seed, &p->arena, &g);
	if (sl_uniform(seed) < .1) { /* not valid: a bow tie */
		double x = g.xy[0];

		g.xy[0] = g.xy[2];
		g.xy[2] = x;
	}
	p->state = number > 6 && sl_uniform(seed) < .05 ? SL_REJECTED : SL_APPROVED;
	if (p->state == SL_REJECTED) /* taken back */
		p->correction = true;
	programme_add(p, release ? "release" : "hazard", id, dated ? date : NULL, fields, bare ? NULL : &g);
	p->state = SL_APPROVED;
	p->correction = false;
}
