/* A programme in a temporary folder, and short ways to fill it. */
#ifndef SL_TESTS_STORE_FIXTURE_H
#define SL_TESTS_STORE_FIXTURE_H

#include "check.h"
#include "store/store.h"

struct fixture {
	struct sl_arena a;
	struct sl_dictionary *dict;
	struct sl_env env;
	struct sl_db *db;
	char dir[64], path[96], keys[112];
	struct sl_err e;
};

/* Creates FILE.gpkg and opens it for writing. Fixed clock and seed. */
void fixture_open(struct fixture *f);
void fixture_reopen(struct fixture *f, enum sl_open_mode mode);
void fixture_close(struct fixture *f); /* and deletes the folder */

/* One revision in the open transaction: fields as "name=value" texts ending with NULL; `wkt` may be NULL.
 * The record's identity is its id.  Returns false (and prints) on failure. */
struct append_options {
	struct sl_uuid record, parent;
	enum sl_state state; /* SL_DRAFT is 0: say it */
	bool correction;
	const char *date; /* effective */
	const char *wkt;
	int64_t recorded_ms;
};
bool fixture_append(struct fixture *f, const char *kind, const struct append_options *o,
                    const char *const *field, struct sl_revision *out);
/* verify finds nothing, and a rebuild changes nothing. */
void fixture_expect_sound(struct fixture *f);
/* Through a connection of its own, as another program would. */
void fixture_sql(struct fixture *f, const char *sql);
int64_t fixture_number(struct fixture *f, const char *sql);
/* True when a file of the folder holds the bytes. */
bool fixture_files_hold(struct fixture *f, const char *bytes);

#endif
