#include "http/report_body.h"

#include "base/hash.h"
#include "report/html.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

/* One report at a time is made, and none is larger: what reports may take of the memory is known. */
enum { REPORT_MAX = 64 << 20, PATIENCE_S = 30 };
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

enum sl_code sl_report_turn(struct sl_err *e)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	if (pthread_mutex_timedlock(&making, &until))
		return sl_fail(e, SL_BUSY, "another report is being made; ask again in a minute");
	return SL_OK;
}

void sl_report_turn_over(void)
{
	pthread_mutex_unlock(&making);
}

static enum sl_code to_body(void *ctx, const void *p, size_t n, struct sl_err *e)
{
	struct sl_buf *b = ctx;

	if (b->n + n > REPORT_MAX)
		return sl_fail(e, SL_INVALID, "this report is larger than %d MB: ask for a shorter period, or make it with "
		               "`safelane report`", REPORT_MAX >> 20);
	sl_buf_add(b, p, n);
	return sl_buf_check(b, e);
}

struct sl_sink sl_report_body(struct sl_response *out)
{
	return (struct sl_sink){to_body, &out->body};
}

/* The style stands in the page, and the policy names it by what it is: no script, no other style, nothing from
 * anywhere. */
enum sl_code sl_report_policy(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str style = sl_html_style();
	char *text = sl_arena_alloc(r->arena, style.n + 1, 1, e), sum[45];

	if (!text)
		return e->code;
	text[0] = '\n'; /* behind <style> */
	memcpy(text + 1, style.p, style.n);
	sl_sha256_base64(text, style.n + 1, sum);
	out->security_policy = sl_arena_printf(r->arena, e,
	                                       "default-src 'none'; style-src 'sha256-%s'; img-src data:; base-uri 'none'; "
	                                       "form-action 'none'; frame-ancestors 'none'", sum);
	return e->code;
}
