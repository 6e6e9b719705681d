#include "app/programme.h"

enum sl_code sl_programme_open(struct sl_programme *p, const char *path, enum sl_open_mode mode,
                               struct sl_env *env, struct sl_err *e)
{
	*p = (struct sl_programme){.env = env, .path = path};
	if (sl_crypto_init(e) || sl_dictionary_load(&p->arena, NULL, &p->dict, e) ||
	    sl_store_open(path, mode, p->dict, env, &p->db, e) ||
	    sl_store_fact(p->db, &p->arena, SL_CHOICES_FACT, &p->choices, e))
		return e->code;
	/* Nobody else has the dictionary yet. */
	return p->choices.n ? sl_dictionary_extend(&p->arena, p->dict, path, p->choices, e) : SL_OK;
}

bool sl_programme_outdated(struct sl_programme *p, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_str now;
	bool outdated = false;

	if (!sl_store_fact(p->db, &a, SL_CHOICES_FACT, &now, e))
		outdated = !sl_str_eq(now, p->choices);
	sl_arena_done(&a);
	return outdated;
}

void sl_programme_close(struct sl_programme *p)
{
	if (p->db)
		sl_store_close(p->db);
	sl_arena_done(&p->arena);
	*p = (struct sl_programme){0};
}
