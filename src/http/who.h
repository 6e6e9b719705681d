/* Who asks, and the people of the programme as handlers need them: app/people.h behind cookies and headers.
 */
#ifndef SL_HTTP_WHO_H
#define SL_HTTP_WHO_H

#include "app/people.h"
#include "http/http.h"

/* For sl_server_options.identify: a session in a cookie, or a token in "Authorization: Bearer".  What
 * changes something by a session needs the session's second secret in X-CSRF-Token. `ctx` is not used. */
SL_CHECKED enum sl_code sl_identify(void *ctx, struct sl_request *r, struct sl_response *out,
                                    struct sl_err *e);

bool sl_request_has_session(const struct sl_request *r);
/* FILE.gpkg.people, this handle's own: as long as r->programme. */
SL_CHECKED enum sl_code sl_request_people(struct sl_request *r, struct sl_people **out, struct sl_err *e);
struct sl_actor sl_request_actor(const struct sl_request *r);
/* The settings were changed: the next request of any handle reads them anew. */
void sl_request_settings_changed(struct sl_request *r);

struct sl_str sl_request_session(const struct sl_request *r); /* the cookie's value; empty without one */
/* Set-Cookie; `session` empty: the browser forgets it. */
SL_CHECKED enum sl_code sl_response_session(struct sl_request *r, struct sl_response *out,
                                            struct sl_str session, struct sl_err *e);

#endif
