/* A programme in a temporary file, filled through the real store. */
#ifndef SL_TESTS_LEDGER_PROGRAMME_H
#define SL_TESTS_LEDGER_PROGRAMME_H

#include "ledger/account.h"

struct test_programme {
	struct sl_arena arena;
	struct sl_dictionary *dict;
	struct sl_env env;
	struct sl_db *db;
	char path[64];
	struct sl_err e;
	enum sl_state state; /* of what is added: approved, until a test says otherwise */
	bool correction;     /* the same */
	const char *entry;   /* the same; NULL: an empty one */
};

void programme_open(struct test_programme *p);
void programme_close(struct test_programme *p); /* and remove */
/* Approved at once, in a transaction of its own unless one is open. `fields`: "class=SHA;organisation=OP1". */
void programme_add(struct test_programme *p, const char *kind, const char *id, const char *date,
                   const char *fields, const struct sl_geom *g);
void programme_add_wkt(struct test_programme *p, const char *kind, const char *id, const char *date,
                       const char *fields, const char *wkt);
/* An account from a ledger built anew. */
void programme_account(struct test_programme *p, struct sl_arena *a, const char *as_of, const char *from,
                       enum sl_account_by by, struct sl_account *out);
/* A polygon of 3 to 14 corners near 13.5 N 102.7 E. */
void programme_star(uint64_t *seed, struct sl_arena *a, struct sl_geom *out);
/* A random edit of one of a few hazards and releases, `number` hours after the first: versions, corrections, withdrawals,
 * records taken back, without a date, without a boundary, with one that is not valid. */
#define PROGRAMME_FIRST_DAY 18000 /* 2019-04-14; and up to 40 days later */
#define PROGRAMME_FIRST_MS INT64_C(1577836800000)
#define PROGRAMME_HOUR_MS INT64_C(3600000)
void programme_edit(struct test_programme *p, uint64_t *seed, int number);
struct sl_account_names programme_names(struct test_programme *p);

#endif
