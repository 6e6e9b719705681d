/* Inside the use cases of people only. */
#ifndef SL_APP_PEOPLE_PARTS_H
#define SL_APP_PEOPLE_PARTS_H

#include "app/people.h"

/* An entry of the audit log in the open transaction. */
SL_CHECKED enum sl_code sl_people_note(struct sl_people *p, struct sl_str person, struct sl_str address,
                                       const char *what, struct sl_str record, struct sl_str details,
                                       struct sl_err *e);
/* Commit when there is no error, else take everything back; returns e's code. */
SL_CHECKED enum sl_code sl_people_end(struct sl_people *p, struct sl_err *e);

/* The name as it is kept: NFC, trimmed, one line, not empty. */
SL_CHECKED enum sl_code sl_user_name(struct sl_arena *a, struct sl_str given, const char *what,
                                     struct sl_str *out, struct sl_err *e);
/* The password as it is hashed: NFC, so that two keyboards type the same. SL_INVALID for a short one. */
SL_CHECKED enum sl_code sl_user_secret(struct sl_arena *a, struct sl_str given, struct sl_str *out,
                                       struct sl_err *e);
/* The same without a look at its length; empty when it cannot be anybody's. */
SL_CHECKED enum sl_code sl_user_typed(struct sl_arena *a, struct sl_str given, struct sl_str *out,
                                      struct sl_err *e);
/* In the open transaction; the password is hashed already. */
SL_CHECKED enum sl_code sl_user_insert(struct sl_people *p, struct sl_user *u, const char *password,
                                       struct sl_str by, struct sl_str address, struct sl_err *e);

/* A password that nobody knows, hashed: of an account whose person has still to choose one. */
SL_CHECKED enum sl_code sl_user_unknown(struct sl_people *p, char password[SL_PASSWORD_TEXT], struct sl_err *e);
/* A new link of the account, in the open transaction. */
SL_CHECKED enum sl_code sl_user_link_put(struct sl_people *p, int64_t user, char link[SL_SECRET_TEXT],
                                         struct sl_err *e);
/* All that goes with a new password, in the open transaction: sessions, failed sign-ins and links end. */
SL_CHECKED enum sl_code sl_user_password_put(struct sl_people *p, const struct sl_user *u, const char *password,
                                             struct sl_err *e);

/* Count one more try before it is made, so that many at once are counted too.  *wait_s > 0: do not try. */
SL_CHECKED enum sl_code sl_attempt_begin(struct sl_people *p, struct sl_str name, struct sl_str address,
                                         int64_t *wait_s, struct sl_err *e);
/* Only look: *wait_s as above, and whether anything failed for the name lately. */
SL_CHECKED enum sl_code sl_attempt_wait(struct sl_people *p, struct sl_str name, struct sl_str address,
                                        int64_t *wait_s, bool *failed, struct sl_err *e);
/* It was right after all; in the open transaction. */
SL_CHECKED enum sl_code sl_attempt_good(struct sl_people *p, struct sl_str name, struct sl_str address,
                                        struct sl_err *e);

#endif
