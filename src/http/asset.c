/* The files of web/, built into the binary by tools/embed.cmake: as they are, and gzipped. Pages name them under
 * a path that holds a hash of all of them, so that a browser keeps them for ever and yet never shows an old one. */
#include "http/parts.h"

#include <string.h>

struct entry {
	const char *path, *bytes, *bytes_end, *gzip, *gzip_end;
};
extern const struct entry sl_assets[], sl_assets_end[];

static char hash_of_all[17];

const struct sl_asset *sl_asset_find(struct sl_str path, struct sl_asset *out)
{
	for (const struct entry *x = sl_assets; x < sl_assets_end; x++)
		if (sl_str_is(path, x->path)) {
			*out = (struct sl_asset){x->path,
			                         {x->bytes, (size_t)(x->bytes_end - x->bytes)},
			                         {x->gzip, (size_t)(x->gzip_end - x->gzip)}};
			return out;
		}
	return NULL;
}

const char *sl_asset_hash(void)
{
	struct sl_hasher h;
	char text[65];

	if (hash_of_all[0])
		return hash_of_all;
	sl_hash_begin(&h);
	for (const struct entry *x = sl_assets; x < sl_assets_end; x++) {
		sl_hash_part(&h, x->path, strlen(x->path));
		sl_hash_part(&h, x->bytes, (size_t)(x->bytes_end - x->bytes));
	}
	sl_hash_text(sl_hash_end(&h), text);
	memcpy(hash_of_all, text, sizeof hash_of_all - 1);
	return hash_of_all;
}

void sl_asset_href(struct sl_buf *b, const struct sl_request *r, const char *path)
{
	/* The base holds a host and a prefix that were judged: nothing that needs to be escaped. */
	sl_buf_printf(b, "%s/assets/%s/%s", r->base, sl_asset_hash(), path);
}
