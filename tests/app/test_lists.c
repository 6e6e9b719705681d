/* What a programme keeps about itself: its name, its own values in lists, its organisations; and that each change, also
 * those of the command line, leaves one entry in the audit log. */
#include "check.h"

#include "app/import.h"
#include "app/lists.h"
#include "app/upkeep.h"
#include "app/vocabulary.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct desk {
	char dir[64], path[96];
	struct sl_env env;
	struct sl_programme p;
	struct sl_people *people;
	struct sl_arena a;
	struct sl_actor by;
	struct sl_person who;
	struct sl_err e;
};

static void open_again(struct desk *d)
{
	if (d->p.db)
		sl_programme_close(&d->p);
	CHECK_OK(sl_programme_open(&d->p, d->path, SL_OPEN_WRITE, &d->env, &d->e), &d->e);
}

static void start(struct desk *d)
{
	uint64_t places, errors;

	*d = (struct desk){.by = {SL_STR("Anna"), SL_STR("1.2.3.4")},
	                   .who = {SL_STR("Anna"), SL_STR("Centre"), SL_ROLE_OFFICER, SL_SCOPE_FULL}};
	sl_env_init(&d->env);
	d->env.author = "clerk";
	d->env.device = "desk";
	d->env.fixed_ms = 1717245296000; /* 2024-06-01 */
	strcpy(d->dir, "/tmp/sl-lists-XXXXXX");
	CHECK(mkdtemp(d->dir) != NULL);
	snprintf(d->path, sizeof d->path, "%s/p.gpkg", d->dir);
	CHECK_OK(sl_programme_create(&(struct sl_create_request){.path = d->path, .country = "KHM"}, &d->env, &places,
	                             &errors, &d->e),
	         &d->e);
	open_again(d);
	CHECK_OK(sl_programme_people(&d->p, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &d->people, &d->e), &d->e);
}

static void finish(struct desk *d)
{
	char command[160];

	sl_people_close(d->people);
	sl_programme_close(&d->p);
	sl_arena_done(&d->a);
	snprintf(command, sizeof command, "rm -r %s", d->dir);
	CHECK_INT(system(command), 0);
}

/* Entries of the audit log with this word; *last is the last of them. */
static int noted(struct desk *d, const char *what, struct sl_audit_entry *last)
{
	const struct sl_audit_range all = {.what = sl_str_from(what)};
	struct sl_audit_entry *x = NULL;
	size_t n = 0;

	CHECK_OK(sl_people_audit_read(d->people, &d->a, &all, &x, &n, &d->e), &d->e);
	if (last && n)
		*last = x[n - 1];
	return (int)n;
}

static int total(struct desk *d)
{
	struct sl_audit_check c = {0};

	CHECK_OK(sl_people_audit_verify(d->people, &c, &d->e), &d->e);
	return (int)c.n;
}

static struct sl_str fact(struct desk *d, const char *key)
{
	struct sl_str value = {"", 0};

	CHECK_OK(sl_store_fact(d->p.db, &d->a, key, &value, &d->e), &d->e);
	return value;
}

static enum sl_code forget(struct desk *d, enum sl_code code)
{
	sl_err_clear(&d->e);
	return code;
}

TEST(programme_gets_another_name)
{
	struct sl_audit_entry x = {0};
	struct desk d;

	start(&d);
	CHECK_OK(sl_programme_describe(&d.p, d.people, &d.by, SL_STR(" Training "), SL_STR("LAO"), &d.e), &d.e);
	CHECK_STR(fact(&d, "name"), "Training");
	CHECK_STR(fact(&d, "country"), "LAO");
	CHECK_INT(noted(&d, "programme-set", &x), 1);
	CHECK_STR(x.details, "Training (LAO), was KHM (KHM)");
	CHECK_STR(x.person, "Anna");
	CHECK_OK(sl_programme_describe(&d.p, d.people, &d.by, SL_STR(""), SL_STR("LAO"), &d.e), &d.e);
	CHECK_INT(noted(&d, "programme-set", NULL), 1); /* nothing changed */
	CHECK_INT(forget(&d, sl_programme_describe(&d.p, d.people, &d.by, SL_STR("x"), SL_STR("lao"), &d.e)), SL_INVALID);
	CHECK_INT(forget(&d, sl_programme_describe(&d.p, d.people, &d.by, SL_STR("a\nb"), SL_STR(""), &d.e)), SL_INVALID);
	CHECK_STR(fact(&d, "name"), "Training");
	finish(&d);
}

static enum sl_code put_choice(struct desk *d, const char *list, const char *code, const char *label, const char *aliases)
{
	const struct sl_choice c = {.code = sl_str_from(code), .label = sl_str_from(label), .aliases = sl_str_from(aliases)};

	return forget(d, sl_vocabulary_put(&d->p, d->people, &d->by, sl_str_from(list), &c, &d->e));
}

TEST(country_has_values_of_its_own)
{
	const struct sl_choice_list *l;
	const struct sl_choice *c;
	struct sl_buf b = {0};
	struct sl_audit_entry x = {0};
	struct desk d;
	int n;

	start(&d);
	CHECK_INT(put_choice(&d, "soil", "gravel", "Gravel, red", "red soil|sol rouge"), SL_OK);
	CHECK(sl_programme_outdated(&d.p, &d.e));
	n = noted(&d, "vocabulary-set", &x);
	CHECK_INT(n, 1);
	CHECK_STR(x.record, "soil:gravel");
	open_again(&d);
	CHECK(!sl_programme_outdated(&d.p, &d.e));
	l = sl_dictionary_list(d.p.dict, SL_STR("soil"));
	c = sl_choice_find(l, &d.a, SL_STR("Sol  Rouge"));
	CHECK(c && sl_str_is(c->code, "gravel"));
	CHECK_STR(sl_choice_find(l, &d.a, SL_STR("gravel, RED"))->label, "Gravel, red");
	/* Another label for it, and for a value that everybody has. */
	CHECK_INT(put_choice(&d, "soil", "gravel", "Gravel \"hard\", dry", ""), SL_OK);
	CHECK_INT(put_choice(&d, "land_class", "CHA", "Confirmed (ZK)", "ZK"), SL_OK);
	open_again(&d);
	l = sl_dictionary_list(d.p.dict, SL_STR("soil"));
	CHECK_STR(sl_choice_find(l, &d.a, SL_STR("gravel"))->label, "Gravel \"hard\", dry");
	CHECK(!sl_choice_find(l, &d.a, SL_STR("sol rouge"))); /* said anew without */
	c = sl_choice_find(sl_dictionary_list(d.p.dict, SL_STR("land_class")), &d.a, SL_STR("zk"));
	CHECK_STR(c->code, "CHA");
	CHECK_STR(sl_choice_label(d.p.dict, c, sl_dictionary_language(d.p.dict, SL_STR("fr"))), "Confirmed (ZK)");
	CHECK_OK(sl_vocabularies_json(&d.p, true, &b, &d.e), &d.e);
	CHECK(strstr(b.p, "\"code\":\"gravel\",\"label\":\"Gravel \\\"hard\\\", dry\",\"aliases\":\"\",\"local\":true"));
	CHECK(!strstr(b.p, "\"local\":false"));
	sl_buf_clear(&b);
	CHECK_OK(sl_vocabularies_json(&d.p, false, &b, &d.e), &d.e);
	CHECK(strstr(b.p, "\"name\":\"soil\",\"fields\":[\"") && strstr(b.p, "\"local\":false"));
	n = total(&d);
	/* What cannot be taken changes nothing and is not in the log. */
	CHECK_INT(put_choice(&d, "no_such_list", "x", "X", ""), SL_INVALID);
	CHECK_INT(put_choice(&d, "soil", "two words", "X", ""), SL_INVALID);
	CHECK_INT(put_choice(&d, "soil", "x", " ", ""), SL_INVALID);
	CHECK_INT(put_choice(&d, "soil", "x", "X\nY", ""), SL_INVALID);
	CHECK_INT(put_choice(&d, "soil", "x", "X", "Marsh"), SL_INVALID);
	CHECK_INT(put_choice(&d, "land_class", "NEW", "A new class", ""), SL_INVALID);
	CHECK_INT(total(&d), n);
	sl_buf_done(&b);
	finish(&d);
}

/* A newer dictionary may have taken the word: the file still opens. */
TEST(country_values_that_clash_are_passed_over)
{
	struct desk d;

	start(&d);
	CHECK_OK(sl_store_begin(d.p.db, &d.e), &d.e);
	CHECK_OK(sl_store_set_fact(d.p.db, SL_CHOICES_FACT,
	                           SL_STR("list_name,name,label,aliases\nsoil,one,One,\nsoil,two,Two,one\ngone,x,X,\n"), &d.e),
	         &d.e);
	CHECK_OK(sl_store_commit(d.p.db, &d.e), &d.e);
	open_again(&d);
	CHECK(sl_choice_find(sl_dictionary_list(d.p.dict, SL_STR("soil")), &d.a, SL_STR("one")) != NULL);
	CHECK(!sl_choice_find(sl_dictionary_list(d.p.dict, SL_STR("soil")), &d.a, SL_STR("two")));
	finish(&d);
}

static enum sl_code put_organisation(struct desk *d, const char *id, struct sl_uuid before, const char *values)
{
	struct sl_organisation_change change = {.id = sl_str_from(id), .before = before};
	struct sl_json *value;

	CHECK_OK(sl_json_parse(&d->a, sl_str_from(values), &value, &d->e), &d->e);
	change.value = value;
	return forget(d, sl_organisation_put(&d->p, d->people, &d->who, &d->by, &change, &d->e));
}

static struct sl_identity organisation(struct desk *d, const char *id)
{
	struct sl_identity out = {.record_number = 0};
	bool found = false;

	CHECK_OK(sl_store_identify(d->p.db, sl_dictionary_kind(d->p.dict, SL_STR("organisation")), sl_str_from(id), &found,
	                           &out, &d->e),
	         &d->e);
	CHECK(found);
	return out;
}

TEST(organisations_are_records)
{
	struct sl_identity first, second;
	struct sl_audit_entry x = {0};
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_str sealed;
	struct desk d;
	int n;

	start(&d);
	CHECK_INT(put_organisation(&d, "", (struct sl_uuid){{0}}, "{\"id\":\"CW\",\"name\":\"Clear Ways\",\"country\":\"KHM\"}"),
	          SL_OK);
	CHECK_INT(noted(&d, "organisation-add", &x), 1);
	CHECK_STR(x.record, "organisation:CW");
	first = organisation(&d, "cw");
	CHECK_INT(first.state, SL_APPROVED);
	CHECK_INT(put_organisation(&d, "", (struct sl_uuid){{0}}, "{\"id\":\"cw\",\"name\":\"Again\"}"), SL_CONFLICT);
	CHECK_INT(put_organisation(&d, "CW", first.head, "{\"name\":\"Clear Ways International\"}"), SL_OK);
	CHECK_INT(noted(&d, "organisation-change", NULL), 1);
	second = organisation(&d, "CW");
	CHECK(sl_uuid_eq(first.record, second.record) && !sl_uuid_eq(first.head, second.head));
	CHECK_OK(sl_store_by_number(d.p.db, &d.a, second.record_number, &rev, &rec, &d.e), &d.e);
	CHECK_STR(sl_record_text(&rec, "name"), "Clear Ways International");
	CHECK_STR(sl_record_text(&rec, "country"), "KHM"); /* what was not said stays */
	CHECK_STR(rev.author, "Anna");
	CHECK_INT(rev.effective.day, 1717245296000 / 86400000);
	n = total(&d);
	CHECK_INT(put_organisation(&d, "CW", first.head, "{\"name\":\"Late\"}"), SL_CONFLICT);
	CHECK_INT(put_organisation(&d, "XX", first.head, "{\"name\":\"Nobody\"}"), SL_NOT_FOUND);
	CHECK_INT(put_organisation(&d, "CW", second.head, "{\"name\":\"\"}"), SL_INVALID);
	CHECK_INT(put_organisation(&d, "CW", second.head, "{\"contact_name\":\"A person\"}"), SL_INVALID); /* sealed */
	CHECK_INT(put_organisation(&d, "CW", second.head, "{\"id\":\"other\"}"), SL_INVALID);
	CHECK_INT(put_organisation(&d, "CW", second.head, "{\"type\":\"no such type\"}"), SL_INVALID);
	CHECK_INT(put_organisation(&d, "CW", second.head, "{\"name\":7}"), SL_INVALID);
	CHECK_INT(total(&d), n);
	CHECK_OK(sl_store_unseal(d.p.db, &d.a, rev.id, &sealed, &d.e), &d.e);
	CHECK_INT(sealed.n, 0);
	finish(&d);
}

TEST(organisations_keep_what_is_sealed)
{
	const struct sl_import_options o = {.kind = "organisation", .approve = true, .by = &(struct sl_actor){.person = {"Anna", 4}}};
	struct sl_import_file done = {0};
	struct sl_identity known;
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_audit_entry x = {0};
	struct sl_str sealed;
	struct desk d;

	start(&d);
	CHECK_OK(sl_import_upload(&d.p, &o, SL_STR("o.csv"), SL_STR("id,name,contact_name\nCW,Clear Ways,Sealed Person\n"),
	                          &done, &d.e),
	         &d.e);
	known = organisation(&d, "CW");
	CHECK_INT(put_organisation(&d, "CW", known.head, "{\"short_name\":\"CW\"}"), SL_OK);
	known = organisation(&d, "CW");
	CHECK_OK(sl_store_by_number(d.p.db, &d.a, known.record_number, &rev, &rec, &d.e), &d.e);
	CHECK_OK(sl_store_unseal(d.p.db, &d.a, rev.id, &sealed, &d.e), &d.e);
	CHECK_STR(sealed, "{\"contact_name\":\"Sealed Person\"}");
	CHECK(!strstr(rev.document.p, "Sealed Person") && !strstr(rev.entry.p, "Sealed Person"));
	CHECK_OK(sl_person_erase(&d.p, known.record, &d.e), &d.e);
	CHECK_INT(noted(&d, "erase", &x), 1);
	CHECK_STR(x.address, "console");
	finish(&d);
}

TEST(uploads_are_imported_and_noted)
{
	const struct sl_actor by = {SL_STR("Anna"), SL_STR("1.2.3.4")};
	struct sl_import_options o = {.kind = "hazard", .by = &by};
	const char *const csv = "id,class\nHA-1,CHA\nHA-2,SHA\n";
	struct sl_import_file done = {0};
	struct sl_audit_entry x = {0};
	const struct sl_kind *kind;
	struct sl_uuid record;
	struct desk d;

	start(&d);
	o.people = d.people;
	CHECK_OK(sl_import_upload(&d.p, &o, SL_STR("C:\\My files\\../..\\Häzards.csv"), sl_str_from(csv), &done, &d.e), &d.e);
	CHECK_INT(done.n_added, 2);
	CHECK_STR(sl_str_from(d.env.author), "clerk"); /* as it was */
	CHECK_INT(noted(&d, "import", &x), 1);
	CHECK_STR(x.record, "H__zards.csv");
	CHECK_STR(x.person, "Anna");
	CHECK_STR(x.details, "2 rows: 2 added, 0 revised, 0 approved");
	CHECK_OK(sl_store_find(d.p.db, SL_STR("hazard:HA-1"), &record, &kind, &d.e), &d.e);
	CHECK_OK(sl_import_upload(&d.p, &o, SL_STR("again.csv"), sl_str_from(csv), &done, &d.e), &d.e);
	CHECK(done.already);
	CHECK_INT(noted(&d, "import", NULL), 1); /* nothing was done */
	CHECK_INT(sl_import_upload(&d.p, &o, SL_STR("x/"), sl_str_from(csv), &done, &d.e), SL_INVALID);
	sl_err_clear(&d.e);
	o.kind = NULL;
	CHECK(sl_import_upload(&d.p, &o, SL_STR("what.csv"), SL_STR("a,b\n1,2\n"), &done, &d.e) != SL_OK);
	CHECK(sl_str_has_prefix(sl_str_from(d.e.msg), "what.csv")); /* not where it lay */
	sl_err_clear(&d.e);
	CHECK_INT(noted(&d, "import", NULL), 1);
	finish(&d);
}
