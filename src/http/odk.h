/* What the files of the OpenRosa server share.  docs/formats/openrosa.md */
#ifndef SL_HTTP_ODK_H
#define SL_HTTP_ODK_H

#include "app/submission.h"
#include "http/who.h"

/* Announced to phones, which split what is larger: the most that one answer may carry, and room for the heads. */
#define SL_ODK_ACCEPT (32u << 20)
#define SL_ODK_BODY_MAX (SL_ODK_ACCEPT + (1u << 20))

bool sl_odk_is(const struct sl_request *r); /* is the address the OpenRosa server's? */
/* The sentence in the envelope that Collect shows. */
void sl_odk_message(struct sl_response *out, const char *nature, struct sl_str text);
void sl_odk_headers(struct sl_response *out); /* of every answer */

/* ---- odk_digest.c ---- */
/* A token in the address, or Digest.  *known is false when the request has neither: then a session or a token in a
 * header may say who it is. */
SL_CHECKED enum sl_code sl_odk_identify(struct sl_people *p, struct sl_request *r, struct sl_response *out, bool *known,
                                        struct sl_err *e);
/* SL_DENIED with a challenge. */
enum sl_code sl_odk_challenge(struct sl_request *r, struct sl_response *out, bool stale, struct sl_err *e);

/* ---- odk_group.c ---- */
/* Hands the request on: it is answered when what was made is durable, or could not be written.  What several phones
 * send at once is one transaction. */
SL_CHECKED enum sl_code sl_odk_write(struct sl_request *r, struct sl_response *out, const struct sl_submission_made *m,
                                     struct sl_err *e);

/* ---- odk.c ---- */
void sl_odk_received(struct sl_response *out, const struct sl_submission_result *done);

#endif
