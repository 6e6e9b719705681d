#include "app/upkeep.h"

#include "app/import.h"
#include "app/people.h"
#include "app/submission_parts.h"
#include "ledger/ledger.h"

#include <unistd.h>

static enum sl_code import_places(const struct sl_create_request *r, struct sl_env *env, uint64_t *n_places,
                                  uint64_t *n_errors, struct sl_err *e)
{
	const struct sl_import_options options = {.kind = "place", .approve = true, .no_suggestion = true};
	struct sl_import_result result = {0};
	struct sl_programme p;

	if (!sl_programme_open(&p, r->path, SL_OPEN_WRITE, env, e) &&
	    !sl_import_files(&p, &options, &r->admin, 1, &result, e) && result.n) {
		*n_places = result.file[0].n_added;
		*n_errors = result.file[0].n_findings[SL_ERROR];
	}
	sl_programme_close(&p);
	return e->code;
}

/* The file was made a moment ago by ourselves. */
static void take_back(const char *path)
{
	static const char *const part[] = {"", ".keys", "-wal", "-shm", "-journal"};
	struct sl_buf b = {0};

	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		sl_buf_clear(&b);
		sl_buf_printf(&b, "%s%s", path, part[i]);
		if (!b.failed)
			unlink(b.p);
	}
	sl_buf_done(&b);
}

enum sl_code sl_programme_create(const struct sl_create_request *r, struct sl_env *env, uint64_t *n_places,
                                 uint64_t *n_errors, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_dictionary *dict;

	*n_places = *n_errors = 0;
	if (!sl_crypto_init(e) && !sl_dictionary_load(&a, NULL, &dict, e) &&
	    !sl_store_create(r->path, dict, env, r->country, r->name, e) && r->admin &&
	    import_places(r, env, n_places, n_errors, e))
		take_back(r->path);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_programme_verify(struct sl_programme *p, struct sl_verify_answer *out, struct sl_err *e)
{
	*out = (struct sl_verify_answer){.findings.a = &p->arena};
	return sl_store_verify(p->db, &out->findings, &out->n_revisions, e);
}

void sl_verify_text(struct sl_buf *b, const struct sl_verify_answer *answer)
{
	const struct sl_findings *f = &answer->findings;

	for (size_t i = 0; i < f->n; i++) {
		sl_buf_str(b, f->v[i].text);
		sl_buf_putc(b, '\n');
	}
	if (f->n)
		sl_buf_printf(b, "%lld revisions, %zu findings: the log is damaged.\n",
		              (long long)answer->n_revisions, f->n);
	else
		sl_buf_printf(b, "%lld revisions: every hash, parent and signature is right.\n",
		              (long long)answer->n_revisions);
}

void sl_verify_json(struct sl_buf *b, const struct sl_verify_answer *answer)
{
	const struct sl_findings *f = &answer->findings;
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_int(&w, "revisions", answer->n_revisions);
	sl_json_put_key(&w, SL_STR("damage"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < f->n; i++) {
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "kind", f->v[i].kind);
		sl_json_kv_str(&w, "record", f->v[i].record);
		sl_json_kv_str(&w, "text", f->v[i].text);
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
}

static enum sl_code build_ledger(struct sl_programme *p, struct sl_err *e)
{
	struct sl_ledger l = {0};

	if (!sl_ledger_build(&l, p->db, p->env, e) && !sl_store_begin(p->db, e) &&
	    (sl_ledger_save(&l, p->db, e) || sl_store_commit(p->db, e)))
		sl_store_rollback(p->db);
	sl_ledger_close(&l);
	return e->code;
}

enum sl_code sl_programme_rebuild(struct sl_programme *p, bool ledger, bool *same, struct sl_err *e)
{
	struct sl_hash before, after;

	*same = true;
	if (ledger)
		return build_ledger(p, e);
	if (sl_store_digest(p->db, &before, e) || sl_store_rebuild(p->db, e) ||
	    sl_store_digest(p->db, &after, e))
		return e->code;
	*same = sl_hash_eq(before, after);
	return SL_OK;
}

enum sl_code sl_person_erase(struct sl_programme *p, struct sl_uuid record, struct sl_err *e)
{
	const struct sl_actor by = {sl_str_from(p->env->author), SL_STR("console")};
	struct sl_arena a = {0};
	struct sl_people *people;
	struct sl_uuid whole;
	bool found = false;
	char uuid[37];

	sl_uuid_text(record, uuid);
	if (sl_programme_people_known(p, &people, e))
		return e->code;
	/* The form as it was sent lies, sealed, with the record around it, and names the person too. */
	if (!sl_part_whole(p, &a, record, &whole, &found, e) &&
	    (!people || !sl_audit_note(people, &by, "erase", sl_str_from(uuid), SL_STR(""), e)) &&
	    !sl_store_erase(p->db, record, e) && found)
		(void)!sl_store_erase(p->db, whole, e);
	sl_arena_done(&a);
	sl_people_close(people);
	return e->code;
}
