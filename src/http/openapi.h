/* OpenAPI 3.0 documents, from the route tables alone. */
#ifndef SL_HTTP_OPENAPI_H
#define SL_HTTP_OPENAPI_H

#include "http/http.h"

struct sl_openapi {
	const char *title, *description;
	const char *server; /* URL before all paths: base and prefix */
	const char *prefix; /* "/ogc": only routes under it, and their paths are written without it; "" for all */
	/* JSON Schema of a path value or of a parameter that depends on the data (an enum of collections); NULL
	 * leaves it as the table has it, and path values are strings.  The function may be NULL. */
	const char *(*schema)(void *ctx, const struct sl_route *route, const char *name);
	/* More parameters of a route that takes an open query, ending with a NULL name; may be NULL. */
	const struct sl_parameter *(*parameters)(void *ctx, const struct sl_route *route);
	void *ctx;
};

/* The `default` answer of every operation is application/problem+json. */
void sl_openapi_json(struct sl_buf *b, const struct sl_openapi *doc);

#endif
