/* Who a phone is: HTTP Digest as RFC 2617 has it (MD5 and qop=auth: what Collect answers), or a token in the path.
 *
 * A nonce says when it was made and carries a keyed hash, so that only its use has to be remembered: of each nonce
 * that was used, which of its counts were.  The table has a bound; what falls out of it is stale, not forgotten. */
#include "http/odk.h"
#include "http/server_parts.h"

#include "app/device.h"
#include "base/mem.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NONCE_MS = 300000,
	NONCE_TEXT = 64, /* 16 digits of time, 16 of chance, 32 of the hash */
	ROWS = 2048, WAYS = 8,
	WINDOW = 64,     /* counts may come in another order by so many: several connections at once */
};

struct used {
	uint64_t key; /* 0: free */
	int64_t made_ms;
	uint32_t highest;
	uint64_t seen; /* bit i: highest - i */
};

struct nonces {
	pthread_mutex_t lock;
	unsigned char secret[32];
	int64_t forgotten_ms; /* nonces made until then may have been used */
	struct used row[ROWS][WAYS];
};

static enum sl_code make_nonces(struct sl_request *r, void **out, struct sl_err *e)
{
	struct nonces *n = sl_mem_zeroed(sizeof *n);

	(void)r;
	if (!n)
		return sl_fail(e, SL_NOMEM, "out of memory");
	pthread_mutex_init(&n->lock, NULL);
	randombytes_buf(n->secret, sizeof n->secret);
	*out = n;
	return SL_OK;
}

static void free_nonces(void *thing)
{
	struct nonces *n = thing;

	pthread_mutex_destroy(&n->lock);
	sl_mem_free(n);
}

static const struct sl_shared_slot nonce_slot = {
    .name = "nonces", .make = make_nonces, .done = free_nonces, .lasting = true};

/* ---- nonces ---- */

static void sign(const struct nonces *n, const char *text, char out[33])
{
	struct sl_hasher h;
	char hash[65];

	sl_hash_begin(&h);
	sl_hash_part(&h, n->secret, sizeof n->secret);
	sl_hash_part(&h, text, 32);
	sl_hash_text(sl_hash_end(&h), hash);
	memcpy(out, hash, 32);
	out[32] = 0;
}

static void new_nonce(const struct nonces *n, char out[NONCE_TEXT + 1])
{
	uint64_t chance = 0;
	char mac[33];

	while (!chance)
		randombytes_buf(&chance, sizeof chance);
	snprintf(out, 33, "%016llx%016llx", (unsigned long long)sl_monotonic_ms(), (unsigned long long)chance);
	sign(n, out, mac);
	memcpy(out + 32, mac, 33);
}

/* Is it ours and young, and was this count of it not used before? */
static bool take_nonce(struct nonces *n, struct sl_str nonce, uint32_t count)
{
	char text[NONCE_TEXT + 1], mac[33], part[17] = "";
	struct used *row, *u = NULL;
	int64_t now = sl_monotonic_ms(), made;
	uint64_t key;
	bool good;

	if (nonce.n != NONCE_TEXT || !count)
		return false;
	memcpy(text, nonce.p, NONCE_TEXT);
	text[NONCE_TEXT] = 0;
	sign(n, text, mac);
	if (!sl_secret_equal(sl_str_from(mac), sl_str_from(text + 32)))
		return false;
	memcpy(part, text, 16);
	made = (int64_t)strtoull(part, NULL, 16);
	memcpy(part, text + 16, 16);
	key = strtoull(part, NULL, 16);
	if (made > now || now - made > NONCE_MS)
		return false;
	pthread_mutex_lock(&n->lock);
	row = n->row[key % ROWS];
	for (int i = 0; i < WAYS; i++)
		if (row[i].key == key && row[i].made_ms == made)
			u = &row[i];
	good = u || made > n->forgotten_ms;
	if (!u && good) {
		u = row;
		for (int i = 1; i < WAYS; i++)
			if (row[i].made_ms < u->made_ms)
				u = &row[i];
		if (u->key && u->made_ms > n->forgotten_ms)
			n->forgotten_ms = u->made_ms;
		*u = (struct used){.key = key, .made_ms = made};
		good = made > n->forgotten_ms;
	}
	if (good && count > u->highest) {
		uint32_t by = count - u->highest;

		u->seen = by < WINDOW ? u->seen << by | 1 : 1;
		u->highest = count;
	} else if (good) {
		uint32_t back = u->highest - count;

		good = back < WINDOW && !(u->seen >> back & 1);
		if (good)
			u->seen |= (uint64_t)1 << back;
	}
	pthread_mutex_unlock(&n->lock);
	return good;
}

enum sl_code sl_odk_challenge(struct sl_request *r, struct sl_response *out, bool stale, struct sl_err *e)
{
	char nonce[NONCE_TEXT + 1], *text;
	void *thing;

	if (sl_shared_get(r, &nonce_slot, &thing, e))
		return e->code;
	new_nonce(thing, nonce);
	text = sl_arena_printf(r->arena, e,
	                       "Digest realm=\"" SL_DEVICE_REALM "\", domain=\"%s/odk\", qop=\"auth\", algorithm=MD5, "
	                       "nonce=\"%s\"%s",
	                       r->base, nonce, stale ? ", stale=true" : "");
	if (!text)
		return e->code;
	out->status = 401;
	/* Our own pages say that it is they: their browser would ask the person for a passphrase that none of them has. */
	if (!sl_request_header(r, "x-csrf-token").n)
		sl_response_header(out, "WWW-Authenticate", sl_str_from(text));
	return sl_fail(e, SL_DENIED, stale ? "this took too long; send it again" : "sign in as a device");
}

/* ---- the header ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == ',';
}

/* name=value or name="value" off the front of *rest; texts in `a`. */
static bool next_pair(struct sl_arena *a, struct sl_str *rest, struct sl_str *name, struct sl_str *value,
                      struct sl_err *e)
{
	size_t i = 0, n = 0;
	char *to;

	while (rest->n && is_blank(rest->p[0]))
		*rest = (struct sl_str){rest->p + 1, rest->n - 1};
	while (i < rest->n && rest->p[i] != '=' && rest->p[i] != ',')
		i++;
	if (!i || i >= rest->n || rest->p[i] != '=')
		return false;
	*name = sl_str_trim((struct sl_str){rest->p, i});
	i++;
	to = sl_arena_alloc(a, rest->n + 1, 1, e);
	if (!to)
		return false;
	if (i < rest->n && rest->p[i] == '"') {
		for (i++; i < rest->n && rest->p[i] != '"'; i++) {
			if (rest->p[i] == '\\' && i + 1 < rest->n)
				i++;
			to[n++] = rest->p[i];
		}
		if (i++ >= rest->n)
			return false;
	} else {
		while (i < rest->n && !is_blank(rest->p[i]))
			to[n++] = rest->p[i++];
	}
	*value = (struct sl_str){to, n};
	*rest = (struct sl_str){rest->p + i, rest->n - i};
	return true;
}

static bool read_header(struct sl_arena *a, struct sl_str rest, struct sl_digest *d, struct sl_err *e)
{
	const struct {
		const char *name;
		struct sl_str *to;
	} field[] = {{"username", &d->user}, {"realm", &d->realm}, {"nonce", &d->nonce},
	             {"uri", &d->uri},       {"qop", &d->qop},     {"nc", &d->nc},
	             {"cnonce", &d->cnonce}, {"response", &d->response}, {"algorithm", &d->algorithm}};
	struct sl_str name, value;

	*d = (struct sl_digest){0};
	while (next_pair(a, &rest, &name, &value, e))
		for (size_t i = 0; i < sizeof field / sizeof *field; i++)
			if (sl_str_is_nocase(name, field[i].name)) {
				if (field[i].to->p)
					return false; /* said twice */
				*field[i].to = value;
			}
	return !e->code && d->user.n && d->nonce.n && d->uri.n && d->response.n == 32 && d->nc.n == 8 && d->cnonce.n &&
	       sl_str_is(d->qop, "auth") && sl_str_is(d->realm, SL_DEVICE_REALM) &&
	       (!d->algorithm.n || sl_str_is_nocase(d->algorithm, "md5"));
}

/* The address that was signed is the one that was asked for, with its query, byte for byte; behind a proxy it may
 * begin with the prefix that the proxy took away. */
static bool same_address(const struct sl_request *r, struct sl_str uri)
{
	const char *host = strstr(r->base, "://"), *prefix = host ? strchr(host + 3, '/') : NULL;
	size_t n = prefix ? strlen(prefix) : 0;

	for (int pass = 0; pass < 2; pass++) {
		if (uri.n >= r->path.n && !memcmp(uri.p, r->path.p, r->path.n)) {
			struct sl_str rest = {uri.p + r->path.n, uri.n - r->path.n};

			if (!rest.n)
				return !r->query_text.n;
			if (rest.p[0] == '?' && sl_str_eq((struct sl_str){rest.p + 1, rest.n - 1}, r->query_text))
				return true;
		}
		if (!n || uri.n < n || memcmp(uri.p, prefix, n))
			return false;
		uri = (struct sl_str){uri.p + n, uri.n - n};
	}
	return false;
}

static bool read_count(struct sl_str text, uint32_t *out)
{
	uint32_t x = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		int v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

		if (v < 0)
			return false;
		x = x << 4 | (uint32_t)v;
	}
	*out = x;
	return true;
}

static const char *method_of(const struct sl_request *r)
{
	return r->head ? "HEAD" : sl_method_name(r->method);
}

static enum sl_code take_person(struct sl_request *r, const struct sl_person *who, struct sl_err *e)
{
	struct sl_asking *asking = sl_arena_alloc(r->arena, 1, sizeof *asking, e);

	if (!asking)
		return e->code;
	asking->person = *who;
	asking->with = SL_CAME_WITH_TOKEN;
	r->asking = asking;
	r->person = &asking->person;
	r->role = who->role;
	return SL_OK;
}

static enum sl_code by_digest(struct sl_people *p, struct sl_request *r, struct sl_str header, struct sl_response *out,
                              struct sl_err *e)
{
	enum sl_device_verdict verdict;
	struct sl_person who;
	struct sl_digest d;
	uint32_t count;
	void *thing;

	if (!read_header(r->arena, header, &d, e) || !read_count(d.nc, &count) || !same_address(r, d.uri))
		return e->code ? e->code : sl_odk_challenge(r, out, false, e);
	if (sl_device_check(p, r->arena, &d, method_of(r), r->address, &verdict, &who, e) ||
	    sl_shared_get(r, &nonce_slot, &thing, e))
		return e->code;
	if (verdict == SL_DEVICE_WAIT) {
		out->status = 429;
		sl_response_header(out, "Retry-After", SL_STR("60"));
		return sl_fail(e, SL_BUSY, "too many wrong passphrases; wait a moment");
	}
	if (verdict == SL_DEVICE_REFUSED)
		return sl_odk_challenge(r, out, false, e);
	/* Right, but with a nonce of long ago, or said before: a client sends it again without asking anybody. */
	if (!take_nonce(thing, d.nonce, count))
		return sl_odk_challenge(r, out, true, e);
	return take_person(r, &who, e);
}

static enum sl_code by_token(struct sl_people *p, struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_asking asking;

	if (!sl_who_is_asking(p, r->arena, SL_STR(""), r->value[0].n ? r->value[0] : SL_STR("-"), &asking, e))
		return take_person(r, &asking.person, e);
	if (e->code == SL_DENIED) {
		sl_err_clear(e);
		out->status = 404;
		return sl_fail(e, SL_NOT_FOUND, "this address is not known, or not any more: ask for a new code");
	}
	return e->code;
}

enum sl_code sl_odk_identify(struct sl_people *p, struct sl_request *r, struct sl_response *out, bool *known,
                             struct sl_err *e)
{
	struct sl_str header = sl_str_trim(sl_request_header(r, "authorization"));

	*known = true;
	if (sl_str_has_prefix(sl_str_from(r->route->path), "/odk/key/"))
		return by_token(p, r, out, e);
	if (header.n > 7 && sl_str_is_nocase((struct sl_str){header.p, 6}, "digest") && is_blank(header.p[6]))
		return by_digest(p, r, (struct sl_str){header.p + 7, header.n - 7}, out, e);
	*known = false;
	return SL_OK;
}
