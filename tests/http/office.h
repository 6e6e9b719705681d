/* A server with accounts of every role, for tests of who may do what. */
#ifndef SL_TESTS_HTTP_OFFICE_H
#define SL_TESTS_HTTP_OFFICE_H

#include "support.h"

#include "http/who.h"

#define PASSWORD "correct horse battery"
enum { OFFICE_FIRST = SL_ROLE_READER, OFFICE_SCOPES = 3 };
extern const enum sl_scope office_scopes[OFFICE_SCOPES];

struct office {
	struct test_server t;
	struct sl_people *people;
	struct sl_actor by;
	struct sl_err e;
	char token[SL_ROLES][OFFICE_SCOPES][SL_TOKEN_TEXT];
};

void office_empty(struct office *o, bool behind_proxy);
/* One account a role, called as the role, with tokens of each scope; records of two organisations. */
void office_open(struct office *o);
void office_close(struct office *o); /* the chain of the audit log is whole */
void office_sign_in(struct office *o, const char *name, struct sl_sign_in *in);
void office_request(const struct office *o, const char *method, const char *path, const char *headers,
                    const char *body, struct reply *r);
/* The value of the cookie that an answer sets; empty when it sets none or takes it away. */
void office_cookie(const struct reply *r, char out[64]);
/* A request by a session, what it answers, and what stands in the answer (may be NULL). */
void office_manage(struct office *o, const struct sl_sign_in *in, const char *method, const char *path,
                   const char *body, int status, const char *holds);
/* Entries of the audit log with this word (NULL: any); *last (may be NULL) is the last one, its texts in `a`. */
int office_noted(struct office *o, struct sl_arena *a, const char *what, struct sl_audit_entry *last);

#endif
