#include "report/pdf_tail.h"

#include <inttypes.h>
#include <string.h>
#include <unistr.h>

enum { BODY_MAX = 4000 };

static enum sl_code keep_object(struct sl_pdf_tail *t, struct sl_err *e)
{
	struct sl_pdf_object *v, made = {.number = t->number};
	struct sl_str body = sl_buf_view(&t->body);
	char *copy;

	t->keeping = false;
	if (sl_buf_check(&t->body, e))
		return e->code;
	copy = sl_str_dup(t->a, body, e);
	if (!copy)
		return e->code;
	made.body = (struct sl_str){copy, body.n};
	if (sl_str_find(body, "/Type /Catalog")) {
		t->catalogue = made;
	} else if (sl_str_find(body, "/S /Figure")) {
		v = sl_arena_grow(t->a, t->figure, &t->cap_figures, t->n_figures + 1, sizeof *v, e);
		if (!v)
			return e->code;
		t->figure = v;
		v[t->n_figures++] = made;
	}
	return SL_OK;
}

/* Lines of text between the compressed streams. */
static enum sl_code take_line(struct sl_pdf_tail *t, struct sl_err *e)
{
	struct sl_str line = {t->line, t->n_line}, digits = line;
	int64_t number;

	if (t->in_trailer) {
		sl_buf_str(&t->end, line);
		sl_buf_putc(&t->end, '\n');
	} else if (sl_str_is(line, "trailer")) {
		t->in_trailer = true;
		sl_buf_clear(&t->end);
	} else if (t->keeping) {
		if (sl_str_is(line, "endobj"))
			return keep_object(t, e);
		sl_buf_str(&t->body, line);
		sl_buf_putc(&t->body, '\n');
		t->keeping = t->body.n < BODY_MAX;
	} else if (line.n > 6 && !memcmp(line.p + line.n - 6, " 0 obj", 6)) {
		digits.n -= 6;
		t->number = sl_str_int64(digits, &number) && number > 0 ? (uint64_t)number : 0;
	} else {
		if (t->number &&
		    (sl_str_is(line, "<< /Type /StructElem") || sl_str_is(line, "<< /Type /Catalog"))) {
			t->keeping = true;
			sl_buf_clear(&t->body);
			sl_buf_str(&t->body, line);
			sl_buf_putc(&t->body, '\n');
		} else {
			t->number = 0;
		}
	}
	return SL_OK;
}

enum sl_code sl_pdf_tail_write(struct sl_pdf_tail *t, const void *bytes, size_t n, struct sl_err *e)
{
	const char *p = bytes, *end = p + n;

	t->bytes += n;
	while (p < end) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t piece = (size_t)((stop ? stop : end) - p), fits = sizeof t->line - t->n_line;

		memcpy(t->line + t->n_line, p, piece < fits ? piece : fits);
		t->n_line += piece < fits ? piece : fits;
		p += piece + (stop ? 1 : 0);
		if (!stop)
			break;
		if (take_line(t, e))
			return e->code;
		t->n_line = 0;
	}
	return t->sink->write(t->sink->ctx, bytes, n, e);
}

/* ---- the update ---- */

static void put_text(struct sl_buf *b, struct sl_str text)
{
	sl_buf_puts(b, "<FEFF");
	for (size_t i = 0; i < text.n;) {
		ucs4_t c;
		uint16_t unit[2];
		int n = u8_mbtouc(&c, (const uint8_t *)text.p + i, text.n - i), units = u16_uctomb(unit, c, 2);

		i += n > 0 ? (size_t)n : 1;
		for (int k = 0; k < units; k++)
			sl_buf_printf(b, "%04X", unit[k]);
	}
	sl_buf_putc(b, '>');
}

struct placed {
	uint64_t number, at;
};

/* The object with `more` before its closing brackets. */
static void put_object(struct sl_pdf_tail *t, struct sl_buf *b, const struct sl_pdf_object *o,
                       const struct sl_buf *more, struct placed *where)
{
	struct sl_str body = sl_str_trim(o->body);

	*where = (struct placed){o->number, t->bytes + b->n};
	sl_buf_printf(b, "%" PRIu64 " 0 obj\n", o->number);
	sl_buf_add(b, body.p, body.n - 2);
	sl_buf_str(b, sl_buf_view(more));
	sl_buf_puts(b, ">>\nendobj\n");
}

static struct sl_str line_after(struct sl_str text, const char *name)
{
	const char *at = sl_str_find(text, name), *end;

	if (!at)
		return (struct sl_str){0};
	at += strlen(name);
	end = memchr(at, '\n', (size_t)(text.p + text.n - at));
	return sl_str_trim((struct sl_str){at, (size_t)((end ? end : text.p + text.n) - at)});
}

enum sl_code sl_pdf_tail_finish(struct sl_pdf_tail *t, const char *language, bool right_to_left,
                                const struct sl_str *alternative, size_t n, struct sl_err *e)
{
	struct sl_str end = sl_buf_view(&t->end), size = line_after(end, "/Size"),
	              root = line_after(end, "/Root"), info = line_after(end, "/Info"),
	              start = line_after(end, "startxref\n");
	struct placed *where = sl_arena_alloc(t->a, n + 1, sizeof *where, e);
	struct sl_buf b = {0}, more = {0};
	size_t n_where = 0;
	uint64_t at;

	if (!where)
		return e->code;
	if (!t->catalogue.number || t->n_figures != n || !size.n || !root.n || !info.n || !start.n ||
	    sl_str_find(t->catalogue.body, "/Lang"))
		return SL_OK;
	if (!sl_str_find(t->catalogue.body, "/MarkInfo"))
		sl_buf_puts(&more, "   /MarkInfo << /Marked true >>\n");
	sl_buf_printf(&more,
	              "   /Lang (%s)\n   /ViewerPreferences << /DisplayDocTitle true /Direction /%s >>\n",
	              language, right_to_left ? "R2L" : "L2R");
	put_object(t, &b, &t->catalogue, &more, &where[n_where++]);
	for (size_t i = 0; i < n; i++) {
		if (!alternative[i].n)
			continue;
		sl_buf_clear(&more);
		sl_buf_puts(&more, "   /Alt ");
		put_text(&more, alternative[i]);
		sl_buf_putc(&more, '\n');
		put_object(t, &b, &t->figure[i], &more, &where[n_where++]);
	}
	at = t->bytes + b.n;
	sl_buf_puts(&b, "xref\n");
	for (size_t i = 0; i < n_where; i++)
		sl_buf_printf(&b, "%" PRIu64 " 1\n%010" PRIu64 " 00000 n \n", where[i].number, where[i].at);
	sl_buf_puts(&b, "trailer\n<< /Size ");
	sl_buf_str(&b, size);
	sl_buf_puts(&b, "\n   /Root ");
	sl_buf_str(&b, root);
	sl_buf_puts(&b, "\n   /Info ");
	sl_buf_str(&b, info);
	sl_buf_puts(&b, "\n   /Prev ");
	sl_buf_str(&b, start);
	sl_buf_printf(&b, "\n>>\nstartxref\n%" PRIu64 "\n%%%%EOF\n", at);
	if (!sl_buf_check(&more, e) && !sl_buf_check(&b, e))
		(void)!t->sink->write(t->sink->ctx, b.p, b.n, e);
	sl_buf_done(&b);
	sl_buf_done(&more);
	return e->code;
}

void sl_pdf_tail_done(struct sl_pdf_tail *t)
{
	sl_buf_done(&t->body);
	sl_buf_done(&t->end);
}
