/* The inside of an open file of people, shared by people_*.c and by nobody else. */
#ifndef SL_STORE_PEOPLE_DB_H
#define SL_STORE_PEOPLE_DB_H

#include "store/driver.h"
#include "store/people.h"

struct sl_people {
	struct sl_arena arena; /* lives as long as the handle */
	struct sl_driver *driver;
	struct sl_env *env;
	enum sl_open_mode mode;
	enum sl_password_cost cost;
};

#define SL_PEOPLE_SCHEMA_VERSION 3
/* Step from version n to n + 1, n counted from 0: people_schema_sqlite.c. */
SL_CHECKED enum sl_code sl_people_migrate(struct sl_people *p, int from, struct sl_err *e);
/* 0 for an empty file; SL_CORRUPT when it is another program's. */
SL_CHECKED enum sl_code sl_people_schema(struct sl_people *p, int64_t *version, struct sl_err *e);
SL_CHECKED enum sl_code sl_people_dialect_opened(struct sl_people *p, struct sl_err *e);

/* The columns that sl_user_read expects, from "user u", starting at column `at`. */
#define SL_USER_COLUMNS                                                                                    \
	"u.id, u.name, u.organisation, u.role, u.created_ms, u.password_ms, u.disabled_ms, u.signed_in_ms"
#define SL_USER_N_COLUMNS 8
SL_CHECKED enum sl_code sl_user_read(struct sl_people *p, struct sl_arena *a, struct sl_sql *s, int at,
                                     struct sl_user *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_people_text(struct sl_arena *a, struct sl_sql *s, int at, struct sl_str *out,
                                       struct sl_err *e);

#endif
