#include "report/sink.h"

enum sl_code sl_sink_drain(const struct sl_sink *s, struct sl_buf *b, size_t most, struct sl_err *e)
{
	if (sl_buf_check(b, e))
		return e->code;
	if (b->n <= most)
		return SL_OK;
	if (s->write(s->ctx, b->p, b->n, e))
		return e->code;
	sl_buf_clear(b);
	return SL_OK;
}
