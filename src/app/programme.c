#include "app/programme.h"

enum sl_code sl_programme_open(struct sl_programme *p, const char *path, enum sl_open_mode mode,
                               struct sl_env *env, struct sl_err *e)
{
	*p = (struct sl_programme){.env = env, .path = path};
	if (sl_crypto_init(e) || sl_dictionary_load(&p->arena, NULL, &p->dict, e) ||
	    sl_store_open(path, mode, p->dict, env, &p->db, e))
		return e->code;
	return SL_OK;
}

void sl_programme_close(struct sl_programme *p)
{
	if (p->db)
		sl_store_close(p->db);
	sl_arena_done(&p->arena);
	*p = (struct sl_programme){0};
}
