/* The QR code that sets up a phone: ODK docs, "Collect settings via QR code". */
#include "app/device.h"

#include "base/gzip.h"

#include <qrencode.h>
#include <sodium.h>
#include <string.h>
#include <zlib.h>

enum { QUIET = 4 /* modules around it, ISO/IEC 18004 9.1 */, SCALE = 8, SIDE_MAX = 177 + 2 * QUIET };

static enum sl_code deflated(struct sl_str in, struct sl_buf *out, struct sl_err *e)
{
	uLongf n = compressBound((uLong)in.n);
	char *room = sl_buf_room(out, n);

	if (!room)
		return sl_fail(e, SL_NOMEM, "out of memory");
	if (compress2((Bytef *)room, &n, (const Bytef *)in.p, (uLong)in.n, 9) != Z_OK)
		return sl_fail(e, SL_NOMEM, "out of memory");
	out->n += n;
	return SL_OK;
}

enum sl_code sl_device_settings(struct sl_arena *a, struct sl_str url, struct sl_str user, struct sl_str passphrase,
                                struct sl_str project, struct sl_str *out, struct sl_err *e)
{
	struct sl_buf json = {0}, packed = {0};
	struct sl_json_writer w;
	size_t n;
	char *text;

	sl_json_writer_init(&w, &json);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("general"));
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "protocol", SL_STR("odk_default"));
	sl_json_kv_str(&w, "server_url", url);
	if (user.n) {
		sl_json_kv_str(&w, "username", user);
		sl_json_kv_str(&w, "password", passphrase);
	}
	sl_json_kv_str(&w, "form_update_mode", SL_STR("match_exactly"));
	sl_json_kv_str(&w, "autosend", SL_STR("wifi_and_cellular"));
	sl_json_end(&w, '}');
	sl_json_put_key(&w, SL_STR("admin"));
	sl_json_begin(&w, '{');
	sl_json_end(&w, '}');
	sl_json_put_key(&w, SL_STR("project"));
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "name", project);
	sl_json_end(&w, '}');
	sl_json_end(&w, '}');
	if (!sl_buf_check(&json, e) && !deflated(sl_buf_view(&json), &packed, e)) {
		n = sodium_base64_encoded_len(packed.n, sodium_base64_VARIANT_ORIGINAL);
		text = sl_arena_alloc(a, n, 1, e);
		if (text) {
			sodium_bin2base64(text, n, (const unsigned char *)packed.p, packed.n, sodium_base64_VARIANT_ORIGINAL);
			*out = sl_str_from(text);
		}
	}
	sl_buf_done(&json);
	sl_buf_done(&packed);
	return e->code;
}

static QRcode *encode(struct sl_str text, struct sl_err *e)
{
	QRcode *q = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_L);

	if (!q)
		sl_fail(e, SL_INVALID, "the text is too long for a QR code");
	return q;
}

static bool dark(const QRcode *q, int x, int y)
{
	return x >= 0 && y >= 0 && x < q->width && y < q->width && q->data[y * q->width + x] & 1;
}

enum sl_code sl_qr_svg(struct sl_str text, struct sl_buf *out, struct sl_err *e)
{
	QRcode *q = encode(text, e);
	int side;

	if (!q)
		return e->code;
	side = q->width + 2 * QUIET;
	sl_buf_printf(out,
	              "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
	              "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path d=\"",
	              side, side, side * SCALE, side * SCALE, side, side);
	for (int y = 0; y < q->width; y++)
		for (int x = 0; x < q->width; x++) {
			int from = x;

			while (dark(q, x, y))
				x++;
			if (x > from)
				sl_buf_printf(out, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
		}
	sl_buf_puts(out, "\"/></svg>\n");
	QRcode_free(q);
	return sl_buf_check(out, e);
}

/* ---- PNG (ISO/IEC 15948): one bit a point, one IDAT ---- */

static void put_32(struct sl_buf *b, uint32_t x)
{
	const char bytes[4] = {(char)(x >> 24), (char)(x >> 16), (char)(x >> 8), (char)x};

	sl_buf_add(b, bytes, 4);
}

static void put_chunk(struct sl_buf *b, const char *type, struct sl_str data)
{
	uLong crc = crc32(crc32(0, NULL, 0), (const Bytef *)type, 4);

	put_32(b, (uint32_t)data.n);
	sl_buf_add(b, type, 4);
	sl_buf_str(b, data);
	if (data.n)
		crc = crc32(crc, (const Bytef *)data.p, (uInt)data.n);
	put_32(b, (uint32_t)crc);
}

enum sl_code sl_qr_png(struct sl_str text, struct sl_buf *out, struct sl_err *e)
{
	struct sl_buf head = {0}, rows = {0}, packed = {0};
	QRcode *q = encode(text, e);
	int side;

	if (!q)
		return e->code;
	side = (q->width + 2 * QUIET) * SCALE;
	for (int y = 0; y < side; y++) {
		char row[1 + SIDE_MAX * SCALE / 8] = {0}; /* a filter byte, then 1 is white */

		for (int x = 0; x < side; x++)
			if (!dark(q, x / SCALE - QUIET, y / SCALE - QUIET))
				row[1 + x / 8] = (char)(row[1 + x / 8] | 0x80 >> x % 8);
		sl_buf_add(&rows, row, 1 + (size_t)side / 8);
	}
	QRcode_free(q);
	put_32(&head, (uint32_t)side);
	put_32(&head, (uint32_t)side);
	sl_buf_add(&head, "\1\0\0\0\0", 5); /* one bit, grey, deflate, no filter, not interlaced */
	if (!sl_buf_check(&rows, e) && !sl_buf_check(&head, e) && !deflated(sl_buf_view(&rows), &packed, e)) {
		sl_buf_add(out, "\x89PNG\r\n\x1a\n", 8);
		put_chunk(out, "IHDR", sl_buf_view(&head));
		put_chunk(out, "IDAT", sl_buf_view(&packed));
		put_chunk(out, "IEND", (struct sl_str){"", 0});
		(void)!sl_buf_check(out, e);
	}
	sl_buf_done(&head);
	sl_buf_done(&rows);
	sl_buf_done(&packed);
	return e->code;
}
