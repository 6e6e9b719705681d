/* What joins two records at the review desk: links and duplicates, and what taking them back leaves. */
#include "review_desk.h"

#include "app/account.h"
#include "ledger/account.h"
#include "ledger/ledger.h"

static struct sl_acted join(struct desk *d, const struct sl_person *person, enum sl_deed deed, struct sl_uuid record,
                            struct sl_uuid revision, struct sl_uuid other)
{
	struct sl_reviewer who = {person, false, d->people, SL_STR("test")};
	struct sl_act a = {.deed = deed, .record = record, .revision = revision, .other = other};
	struct sl_acted out;

	CHECK_OK(sl_review(&d->p, &who, &d->a, &a, 1, &out, &d->e), &d->e);
	return out;
}

static struct sl_uuid newest_of(struct desk *d, struct sl_uuid record, enum sl_state *state)
{
	struct sl_uuid out = {{0}};
	struct sl_waiting *w;
	struct sl_revision rev;
	struct sl_record rec;
	size_t n;

	for (enum sl_state s = SL_SUBMITTED; s <= SL_REJECTED; s++) {
		CHECK_OK(sl_store_waiting(d->p.db, &d->a, s, &w, &n, &d->e), &d->e);
		for (size_t i = 0; i < n; i++) {
			CHECK_OK(sl_store_revision(d->p.db, &d->a, w[i].seq, &rev, &rec, &d->e), &d->e);
			if (sl_uuid_eq(rev.record, record)) {
				*state = rev.state;
				out = rev.id;
			}
		}
	}
	return out;
}

TEST(review_a_link_makes_the_next_version_and_keeps_the_identifier)
{
	struct sl_revision stays, news;
	struct sl_identity who;
	struct sl_acted done;
	enum sl_state state = SL_DRAFT;
	struct sl_record rec;
	struct sl_revision now;
	struct desk d;
	struct sl_uuid next;
	bool found;

	start(&d);
	stays = say(&d, "cleo", "HA-1", "2024-01-01", "old words", SQUARE_A, SL_APPROVED);
	news = say(&d, "cleo", "RS-77", "2025-01-01", "new words", SQUARE_NEAR, SL_SUBMITTED);
	CHECK_INT(join(&d, &ada, SL_DEED_LINK, news.record, news.id, news.record).code, SL_INVALID);
	CHECK_INT(join(&d, &clerk, SL_DEED_LINK, news.record, news.id, stays.record).code, SL_DENIED);
	done = join(&d, &ada, SL_DEED_LINK, news.record, news.id, stays.record);
	CHECK_INT(done.code, SL_OK);
	CHECK_INT(done.state, SL_REJECTED);
	/* It waits as news of the record that stays; under the new identifier that record is found. */
	CHECK_INT(n_waiting(&d, &ada), 1);
	next = newest_of(&d, stays.record, &state);
	CHECK_INT(state, SL_SUBMITTED);
	CHECK_OK(sl_store_identify(d.p.db, stays.kind, SL_STR("rs-77"), &found, &who, &d.e), &d.e);
	CHECK(found && sl_uuid_eq(who.record, stays.record));
	CHECK(sl_str_is(current_name(&d, stays.record_number), "old words"));
	/* Who said it does not approve it, however it came here; who linked it does. */
	CHECK_INT(act(&d, &cleo_reviews, SL_DEED_APPROVE, stays.record, next, "").code, SL_DENIED);
	CHECK_INT(act(&d, &ada, SL_DEED_UNDO, stays.record, next, "").code, SL_CONFLICT);
	/* Taken back, both are as they were. */
	done = act(&d, &ada, SL_DEED_UNDO, news.record, done.revision, "");
	CHECK_INT(done.code, SL_OK);
	CHECK_INT(done.state, SL_SUBMITTED);
	CHECK_OK(sl_store_identify(d.p.db, stays.kind, SL_STR("RS-77"), &found, &who, &d.e), &d.e);
	CHECK(found && sl_uuid_eq(who.record, news.record));
	newest_of(&d, stays.record, &state);
	CHECK_INT(state, SL_REJECTED);
	CHECK_INT(n_waiting(&d, &ada), 1);

	done = join(&d, &ada, SL_DEED_LINK, news.record, done.revision, stays.record);
	CHECK_INT(done.code, SL_OK);
	next = newest_of(&d, stays.record, &state);
	CHECK_INT(act(&d, &ada, SL_DEED_APPROVE, stays.record, next, "").code, SL_OK);
	CHECK_OK(sl_store_by_number(d.p.db, &d.a, stays.record_number, &now, &rec, &d.e), &d.e);
	CHECK(sl_str_is(sl_record_text(&rec, "name"), "new words"));
	CHECK(sl_str_is(sl_record_text(&rec, "id"), "HA-1"));
	CHECK(sl_str_is(sl_record_text(&rec, "former_id"), "RS-77"));
	CHECK(sl_str_is(now.identity, "HA-1"));
	CHECK_INT(now.effective.day, news.effective.day);
	CHECK_NEAR(sl_geom_box(&rec.geometry).x0, 10.0005, 1e-9);
	/* What is approved is taken back there first. */
	CHECK_INT(act(&d, &ada, SL_DEED_UNDO, news.record, done.revision, "").code, SL_CONFLICT);
	/* A record that counts becomes no version of another one. */
	news = say(&d, "cleo", "HA-5", "2025-01-01", "five", SQUARE_FAR, SL_APPROVED);
	news = say(&d, "cleo", "HA-5", "2025-02-01", "five again", SQUARE_FAR, SL_SUBMITTED);
	CHECK_INT(join(&d, &ada, SL_DEED_LINK, news.record, news.id, stays.record).code, SL_CONFLICT);
	finish(&d);
}

TEST(review_a_link_to_another_kind_names_it)
{
	struct sl_revision hazard, release;
	struct sl_acted done, linked;
	enum sl_state state = SL_DRAFT;
	struct sl_revision now;
	struct sl_record rec;
	struct desk d;

	start(&d);
	hazard = say(&d, "cleo", "HA-1", "2024-01-01", "one", SQUARE_A, SL_APPROVED);
	release = tell(&d, "release", "cleo", "R-1", "2025-01-01", "product=CAN", SQUARE_A, SL_SUBMITTED);
	/* A hazard names no release but the one that it reopens. */
	linked = join(&d, &ada, SL_DEED_LINK, release.record, release.id, hazard.record);
	CHECK_INT(linked.code, SL_OK);
	CHECK_INT(linked.state, SL_SUBMITTED);
	CHECK(sl_uuid_eq(newest_of(&d, release.record, &state), linked.revision));
	CHECK_OK(sl_store_revision(d.p.db, &d.a, linked.seq, &now, &rec, &d.e), &d.e);
	CHECK(sl_str_is(sl_record_text(&rec, "hazard"), "HA-1"));
	done = act(&d, &ada, SL_DEED_UNDO, release.record, linked.revision, "");
	CHECK_INT(done.code, SL_OK);
	CHECK_OK(sl_store_revision(d.p.db, &d.a, done.seq, &now, &rec, &d.e), &d.e);
	CHECK_INT(sl_record_text(&rec, "hazard").n, 0);
	CHECK_INT(act(&d, &cleo_reviews, SL_DEED_APPROVE, release.record, done.revision, "").code, SL_DENIED);
	done = join(&d, &ada, SL_DEED_LINK, release.record, done.revision, hazard.record);
	CHECK_INT(act(&d, &cleo_reviews, SL_DEED_APPROVE, release.record, done.revision, "").code, SL_DENIED);
	CHECK_INT(act(&d, &ada, SL_DEED_APPROVE, release.record, done.revision, "").code, SL_OK);
	finish(&d);
}

/* Closing stock and one flow of a period, m². */
static double figure(struct desk *d, const char *from, const char *to, int flow)
{
	struct sl_account_request r = {.from = from, .to = to};
	struct sl_account_answer answer;
	sl_mm2 mm2;

	CHECK_OK(sl_account_answer(&d->p, &r, &answer, &d->e), &d->e);
	mm2 = flow < 0 ? answer.account.total.closing.mm2[0] + answer.account.total.closing.mm2[1]
	               : answer.account.total.flow[flow];
	sl_account_done(&answer);
	return (double)mm2 / 1e6;
}

#define STOCK (-1)
#define THIS_YEAR "2026-01-01", "2026-12-31"

TEST(review_a_duplicate_that_counted_stops_counting_and_the_past_stands)
{
	struct sl_revision stays, twin;
	struct sl_acted done;
	double one, both;
	struct desk d;

	start(&d); /* it is 2026-01-01 */
	stays = say(&d, "cleo", "HA-1", "2024-01-01", "one", SQUARE_A, SL_APPROVED);
	one = figure(&d, NULL, "2025-12-31", STOCK);
	twin = say(&d, "cleo", "HB-1", "2024-03-01", "the same", SQUARE_NEAR, SL_APPROVED);
	both = figure(&d, NULL, "2025-12-31", STOCK);
	CHECK_NEAR(both, 1.5 * one, 0.01 * one); /* half of it is common ground, which counts once */
	CHECK_INT(join(&d, &clerk, SL_DEED_DUPLICATE, twin.record, twin.id, stays.record).code, SL_DENIED);
	done = join(&d, &ada, SL_DEED_DUPLICATE, twin.record, twin.id, stays.record);
	CHECK_INT(done.code, SL_OK);
	CHECK_INT(done.state, SL_APPROVED);
	CHECK(sl_str_is(current_name(&d, twin.record_number), "a duplicate"));
	CHECK_NEAR(figure(&d, THIS_YEAR, STOCK), one, 1e-4); /* one rounding of the grid */
	CHECK_NEAR(figure(&d, THIS_YEAR, SL_FLOW_WITHDRAWN), both - one, 1e-4);
	CHECK_NEAR(figure(&d, THIS_YEAR, SL_FLOW_CANCELLED), 0, 0); /* no release */
	CHECK_NEAR(figure(&d, NULL, "2025-12-31", STOCK), both, 1e-4);
	/* Nothing is a duplicate of what is one itself. */
	CHECK_INT(join(&d, &ada, SL_DEED_DUPLICATE, stays.record, stays.id, twin.record).code, SL_CONFLICT);
	done = act(&d, &ada, SL_DEED_UNDO, twin.record, done.revision, "");
	CHECK_INT(done.code, SL_OK);
	CHECK(sl_str_is(current_name(&d, twin.record_number), "the same"));
	CHECK_NEAR(figure(&d, THIS_YEAR, STOCK), both, 1e-4);
	CHECK_NEAR(figure(&d, THIS_YEAR, SL_FLOW_WITHDRAWN), 0, 0);
	finish(&d);
}

TEST(review_a_release_that_is_a_duplicate_releases_nothing)
{
	struct sl_revision stays, twin;
	struct sl_acted done;
	struct desk d;

	start(&d);
	say(&d, "cleo", "HA-1", "2024-01-01", "one", SQUARE_A, SL_APPROVED);
	stays = tell(&d, "release", "cleo", "R-1", "2025-01-01", "product=CLR", SQUARE_A, SL_APPROVED);
	twin = tell(&d, "release", "cleo", "R-01", "2025-02-01", "product=CLR", SQUARE_A, SL_APPROVED);
	CHECK(figure(&d, NULL, "2025-12-31", SL_FLOW_AGAIN) > 9000);
	done = join(&d, &ada, SL_DEED_DUPLICATE, twin.record, twin.id, stays.record);
	CHECK_INT(done.code, SL_OK);
	CHECK_NEAR(figure(&d, NULL, "2025-12-31", SL_FLOW_AGAIN), 0, 0);
	CHECK(figure(&d, NULL, "2025-12-31", SL_FLOW_CLEARED) > 9000);
	done = act(&d, &ada, SL_DEED_UNDO, twin.record, done.revision, "");
	CHECK_INT(done.code, SL_OK);
	CHECK_INT(done.state, SL_APPROVED);
	CHECK(figure(&d, NULL, "2025-12-31", SL_FLOW_AGAIN) > 9000);
	finish(&d);
}

TEST(review_the_first_approval_of_every_kind_is_taken_back)
{
	struct desk d;

	start(&d);
	for (size_t i = 0; i < d.p.dict->n_kinds; i++) {
		const struct sl_kind *k = &d.p.dict->kind[i];
		bool land = sl_str_is(k->name, "hazard") || sl_str_is(k->name, "release");
		struct sl_revision rev, now;
		struct sl_acted done;
		struct sl_record rec;
		char id[24];

		if (!sl_kind_field(k, "effective_date"))
			continue;
		snprintf(id, sizeof id, "X-%zu", i);
		rev = tell(&d, k->name.p, "cleo", id, "2025-01-01",
		           sl_str_is(k->name, "hazard")    ? "class=CHA"
		           : sl_str_is(k->name, "release") ? "product=CLR"
		                                           : "",
		           land ? SQUARE_A : NULL, SL_SUBMITTED);
		for (int turn = 0; turn < 2; turn++) {
			done = act(&d, &ada, SL_DEED_APPROVE, rev.record, turn ? done.revision : rev.id, "");
			CHECK_INT(done.code, SL_OK);
			CHECK_OK(sl_store_by_number(d.p.db, &d.a, rev.record_number, &now, &rec, &d.e), &d.e);
			if (land)
				CHECK(figure(&d, NULL, "2025-12-31",
				             sl_str_is(k->name, "hazard") ? STOCK : SL_FLOW_OUTSIDE) > 9000);
			done = act(&d, &ada, SL_DEED_UNDO, rev.record, done.revision, "");
			if (done.code)
				printf("%.*s: %.*s\n", SL_STR_ARG(k->name), SL_STR_ARG(done.why));
			CHECK_INT(done.code, SL_OK);
			CHECK_INT(done.state, SL_SUBMITTED);
			CHECK_INT(sl_store_by_number(d.p.db, &d.a, rev.record_number, &now, &rec, &d.e), SL_NOT_FOUND);
			sl_err_clear(&d.e);
			if (land) {
				CHECK_NEAR(figure(&d, NULL, "2025-12-31", STOCK), 0, 0);
				CHECK_NEAR(figure(&d, NULL, "2025-12-31", SL_FLOW_OUTSIDE), 0, 0);
			}
		}
	}
	finish(&d);
}

TEST(review_a_release_that_names_the_old_identifier_ends_the_record_linked_to)
{
	struct sl_revision stays, news;
	enum sl_state state = SL_DRAFT;
	struct sl_uuid next;
	struct desk d;

	start(&d);
	stays = say(&d, "cleo", "HA-1", "2024-01-01", "one", SQUARE_A, SL_APPROVED);
	news = say(&d, "cleo", "RS-77", "2024-06-01", "again", SQUARE_A, SL_SUBMITTED);
	tell(&d, "release", "cleo", "R-1", "2025-01-01", "product=CAN;hazard=RS-77", SQUARE_A, SL_APPROVED);
	CHECK(figure(&d, NULL, "2025-12-31", STOCK) > 9000); /* it names another one */
	CHECK_INT(join(&d, &ada, SL_DEED_LINK, news.record, news.id, stays.record).code, SL_OK);
	next = newest_of(&d, stays.record, &state);
	CHECK_INT(act(&d, &ben, SL_DEED_APPROVE, stays.record, next, "").code, SL_OK);
	CHECK_NEAR(figure(&d, NULL, "2025-12-31", STOCK), 0, 0);
	finish(&d);
}

TEST(review_findings_of_what_waits_compare_it_with_what_is_there)
{
	static const char *const rules[] = {"G10", "I01", "I06"};
	struct sl_findings found;
	struct sl_revision rev;
	struct sl_record rec;
	struct desk d;
	bool said[3] = {false};

	start(&d);
	say(&d, "cleo", "HA-1", "2024-01-01", "one", SQUARE_A, SL_APPROVED);
	rev = tell(&d, "hazard", "cleo", "HA 1", "2024-02-01", "class=SHA;status=MERG;merged_into=HA-99", SQUARE_A,
	           SL_SUBMITTED);
	CHECK_OK(sl_store_revision(d.p.db, &d.a, rev.seq, &rev, &rec, &d.e), &d.e);
	found = (struct sl_findings){.a = &d.a};
	CHECK_OK(sl_review_findings(&d.p, &rev, &rec, &found, &d.e), &d.e);
	for (size_t i = 0; i < found.n; i++) {
		CHECK(found.v[i].suggestion.n > 0);
		for (size_t k = 0; k < 3; k++)
			said[k] |= !strcmp(found.v[i].rule, rules[k]);
	}
	CHECK(!said[0] && said[1] && said[2]); /* merged ground is not counted twice */
	rev = say(&d, "cleo", "HA-2", "2024-02-01", "the same field", SQUARE_A, SL_SUBMITTED);
	CHECK_OK(sl_store_revision(d.p.db, &d.a, rev.seq, &rev, &rec, &d.e), &d.e);
	found = (struct sl_findings){.a = &d.a};
	CHECK_OK(sl_review_findings(&d.p, &rev, &rec, &found, &d.e), &d.e);
	for (size_t i = 0; i < found.n; i++)
		said[0] |= !strcmp(found.v[i].rule, "G10");
	CHECK(said[0]);
	finish(&d);
}
