/* Frozen accounts over HTTP: who makes and who lists them, what the audit log says, and the year's end by itself. */
#include "office.h"

#include "store/frozen.h"

static size_t how_many(struct office *o, struct sl_arena *a, struct sl_frozen **list)
{
	size_t n = 0;

	CHECK_OK(sl_store_frozen(o->t.p.db, a, list, &n, &o->e), &o->e);
	return n;
}

TEST(snapshots_an_officer_freezes_and_everybody_reads)
{
	struct sl_arena a = {0};
	struct sl_audit_entry last = {0};
	struct sl_sign_in officer, reader;
	struct sl_frozen *list;
	struct office o;
	int before;

	office_open(&o);
	office_sign_in(&o, "officer", &officer);
	office_sign_in(&o, "reader", &reader);
	before = office_noted(&o, &a, "snapshot", NULL);
	office_manage(&o, &officer, "POST", "/api/snapshots", "{\"name\":\"end of 2021\",\"as_of\":\"2021-12-31\"}", 201,
	              "\"as_of\":\"2021-12-31\"");
	CHECK_INT(office_noted(&o, &a, "snapshot", &last), before + 1);
	CHECK_STR(last.person, "officer");
	CHECK_STR(last.record, "end of 2021");
	/* a name is used once, as a clerk reads it; what cannot be read is said; nothing of that is kept or noted */
	office_manage(&o, &officer, "POST", "/api/snapshots", "{\"name\":\"End  of 2021\",\"as_of\":\"2020-12-31\"}", 409,
	              "another name");
	office_manage(&o, &officer, "POST", "/api/snapshots", "{\"name\":\"x\",\"as_of\":\"31.12.2021\"}", 400, "is no date");
	office_manage(&o, &officer, "POST", "/api/snapshots", "{\"name\":\"2021-12-31\",\"as_of\":\"2021-12-31\"}", 400,
	              "reads as a date");
	office_manage(&o, &officer, "POST", "/api/snapshots", "{\"name\":\"a\\nb\",\"as_of\":\"2021-12-31\"}", 400, "one line");
	office_manage(&o, &officer, "POST", "/api/snapshots",
	              "{\"name\":\"x\",\"as_of\":\"2021-12-31\",\"known_at\":\"2999-01-01\"}", 400, "cannot be frozen yet");
	office_manage(&o, &reader, "POST", "/api/snapshots", "{\"name\":\"x\",\"as_of\":\"2021-12-31\"}", 403, NULL);
	CHECK_INT(office_noted(&o, &a, "snapshot", NULL), before + 1);
	CHECK_INT(how_many(&o, &a, &list), 1);
	office_manage(&o, &reader, "GET", "/api/snapshots", NULL, 200, "\"name\":\"end of 2021\"");
	office_manage(&o, &reader, "GET", "/api/diff?a=end%20of%202021&b=2022-12-31&by=org", NULL, 200, "\"by_cause\"");
	office_manage(&o, &reader, "GET", "/api/diff?a=nowhere&b=2022-12-31", NULL, 404, "nowhere");
	office_manage(&o, &reader, "GET", "/api/diff?a=2021-12-31", NULL, 400, NULL);
	office_manage(&o, &reader, "GET", "/api/diff?a=2021-12-31&b=2022-12-31&by=year", NULL, 400, "year");
	sl_arena_done(&a);
	office_close(&o);
}

/* The server of another day. */
static void start_on(struct office *o, const char *day)
{
	const struct sl_server_options options = {.path = o->t.p.path, .listen = "127.0.0.1:0", .log = -1, .threads = 1,
	                                          .password_cost = SL_PASSWORD_CHEAP};
	struct sl_date d;

	CHECK(sl_date_parse(sl_str_from(day), &d));
	sl_server_stop(o->t.server, 2000);
	o->t.p.env.fixed_ms = (int64_t)d.day * 86400000 + 3600000;
	CHECK_OK(sl_server_start(&options, &o->t.p.env, &o->t.server, &o->e), &o->e);
}

/* With the clock in the hand: not before its day, once, and never when nobody asked for it. */
TEST(snapshots_the_server_freezes_a_years_end_once)
{
	static const struct {
		const char *today, *days;
		int year;
	} rows[] = {
	    {"2026-01-02", "0", 0},  {"2026-01-30", "31", 0}, {"2026-01-31", "31", 2025}, {"2026-01-31", "31", 0},
	    {"2026-12-31", "1", 0},  {"2027-01-01", "1", 2026},
	};
	struct sl_arena a = {0};
	struct sl_audit_entry last = {0};
	struct sl_frozen *list;
	struct office o;

	office_open(&o);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int year = -1;

		CHECK_OK(sl_serving_change(o.people, &o.by, SL_STR("freeze"), sl_str_from(rows[i].days), &o.e), &o.e);
		start_on(&o, rows[i].today);
		CHECK_OK(sl_server_freeze(o.t.server, &year, &o.e), &o.e);
		CHECK_INT(year, rows[i].year);
	}
	CHECK_INT(how_many(&o, &a, &list), 2);
	CHECK_STR(list[0].name, "end of 2025");
	CHECK_STR(list[1].name, "end of 2026");
	CHECK_INT(office_noted(&o, &a, "snapshot", &last), 2);
	CHECK_STR(last.person, "Safelane");
	sl_arena_done(&a);
	office_close(&o);
}
