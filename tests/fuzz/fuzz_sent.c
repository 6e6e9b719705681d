/* What a phone may send, without a server: a multipart body (boundary "b"), or else bytes taken as the XML alone, with a
 * photograph.  It is refused with a sentence, or becomes a record: written, sent again and known again, given up. */
#include "fuzz.h"

#include "app/form_publish.h"
#include "app/submission.h"
#include "app/upkeep.h"
#include "base/io.h"
#include "http/multipart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct desk {
	char dir[64], path[96], form[96];
	struct sl_env env;
	struct sl_programme p;
	struct sl_forms_known known;
} d;

static const char form[] = "\"survey\"\n,\"type\",\"name\",\"label\"\n,\"text\",\"id\",\"Number\"\n,\"geoshape\",\"geometry\",\"Outline\"\n"
                           ",\"begin_repeat\",\"r\",\"Repeat\"\n,\"integer\",\"age\",\"Age\"\n,\"image\",\"photo\",\"Photo\"\n,\"end_repeat\",,\n"
                           "\"settings\"\n,\"form_title\",\"form_id\",\"version\"\n,\"F\",\"f\",\"1\"\n";

static const struct sl_person phone = {
    .name = {"phone", 5}, .organisation = {"Clear Ways", 10}, .role = SL_ROLE_OPERATOR, .scope = SL_SCOPE_DEVICES};

static void must(bool good)
{
	if (!good)
		abort();
}

static void clear(void)
{
	static const char *const end[] = {"p.gpkg", "p.gpkg-wal", "p.gpkg-shm", "p.gpkg.keys", "p.gpkg.people", "f.csv"};
	char path[200];

	sl_forms_known_done(&d.known);
	sl_programme_close(&d.p);
	for (size_t i = 0; i < sizeof end / sizeof *end; i++) {
		snprintf(path, sizeof path, "%s/%s", d.dir, end[i]);
		unlink(path);
	}
	rmdir(d.dir);
}

static void publish(const char *name, const char *kind)
{
	struct sl_form_faults faults = {0};
	struct sl_publish_result done;
	struct sl_arena a = {0};
	struct sl_err e = {0};

	must(!sl_form_publish(&d.p, &a, &(struct sl_publish){.name = name, .kind = kind}, &done, &faults, &e));
	sl_arena_done(&a);
}

/* Else nothing of what follows would be tried. */
static void try_good(void)
{
	struct sl_submission_sent sent = {
	    .who = phone, .xml = SL_STR("<data id=\"f\" version=\"1\" instanceID=\"uuid:0\"><id>A-0</id></data>")};
	struct sl_submission_made *made;
	struct sl_arena a = {0};
	struct sl_err e = {0};

	must(!sl_submission_make(&d.p, &d.known, &a, &sent, &made, &e));
	sl_arena_done(&a);
}

static void begin(void)
{
	uint64_t places, errors;
	struct sl_err e = {0};
	FILE *f;

	strcpy(d.dir, access("/dev/shm", W_OK) ? "/tmp/sl-fuzz-XXXXXX" : "/dev/shm/sl-fuzz-XXXXXX");
	must(mkdtemp(d.dir) != NULL);
	snprintf(d.path, sizeof d.path, "%s/p.gpkg", d.dir);
	snprintf(d.form, sizeof d.form, "%s/f.csv", d.dir);
	sl_env_init(&d.env);
	d.env.author = d.env.device = "fuzz";
	d.env.fixed_ms = 1780000000000;
	d.env.seed = 3;
	must(!sl_programme_create(&(struct sl_create_request){.path = d.path, .country = "XAA"}, &d.env, &places, &errors, &e));
	must(!sl_programme_open(&d.p, d.path, SL_OPEN_WRITE, &d.env, &e));
	f = fopen(d.form, "w");
	must(f && fputs(form, f) >= 0 && !fclose(f));
	publish(d.form, "hazard");
	publish("hazard", NULL);
	publish("victim", NULL);
	publish("accident", NULL);
	try_good();
	atexit(clear);
}

/* As the server takes a body apart; the rest of the answers is the sender's. */
static void take_parts(struct sl_arena *a, struct sl_str bytes, struct sl_submission_sent *sent)
{
	static struct sl_submission_file file[SL_PARTS_MAX];
	struct sl_form_part *part;
	struct sl_err e = {0};
	size_t n, k = 0;

	sent->xml = bytes;
	file[0] = (struct sl_submission_file){SL_STR("1.jpg"), SL_STR("image/jpeg"), SL_STR("\xff\xd8\xff\xe0 a photograph")};
	sent->file = file;
	sent->n_files = 1;
	if (!sl_str_has_prefix(bytes, "--b") ||
	    sl_multipart_read(a, SL_STR("multipart/form-data; boundary=b"), bytes, &part, &n, &e))
		return;
	sent->xml = part[0].bytes;
	for (size_t i = 1; i < n; i++)
		file[k++] = (struct sl_submission_file){part[i].file.n ? part[i].file : part[i].name, part[i].type, part[i].bytes};
	sent->n_files = k;
}

static bool is_answer(const struct sl_err *e)
{
	return e->msg[0] && (e->code == SL_INVALID || e->code == SL_NOT_FOUND || e->code == SL_DENIED || e->code == SL_CONFLICT);
}

static void write_twice(struct sl_arena *a, const struct sl_submission_made *made)
{
	struct sl_submission_result first, second;
	struct sl_err e = {0};

	must(!sl_store_begin(d.p.db, &e));
	if (sl_submission_write(&d.p, a, made, &first, &e)) {
		must(is_answer(&e));
	} else {
		must(first.verdict == SL_SUBMISSION_NEW && first.missing >= 0 && first.touched);
		must(!sl_submission_write(&d.p, a, made, &second, &e));
		must(second.verdict == SL_SUBMISSION_REPEATED && second.missing == first.missing &&
		     sl_uuid_eq(first.record, second.record));
	}
	sl_store_rollback(d.p.db);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_submission_sent sent = {.who = phone};
	struct sl_submission_made *made;
	struct sl_arena a = {0};
	struct sl_err e = {0};

	if (!d.p.db)
		begin();
	take_parts(&a, (struct sl_str){(const char *)data, size}, &sent);
	if (sl_submission_make(&d.p, &d.known, &a, &sent, &made, &e))
		must(is_answer(&e));
	else
		write_twice(&a, made);
	sl_arena_done(&a);
	return 0;
}
