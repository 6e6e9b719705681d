/* Map tiles and what describes them, from app/tile.h: docs/method/tiles.md.  Approved records without their
 * sensitive part: all of them, those of the own organisation, or what is published of them. */
#include "http/routes.h"

#include "http/ogc.h"
#include "http/parts.h"
#include "http/server_parts.h"

#include "app/tile.h"
#include "base/mem.h"

#include <string.h>

#define MVT "application/vnd.mapbox-vector-tile"

enum {
	GZIPPED = 1 << 24, /* a bit of struct sl_tile_key.variant that is ours */
	GZIP_FROM = 1024,  /* below this the head is longer than what compression saves */
	FORM = 1,          /* to be raised when the same records make other tiles: part of every ETag */
	DETAIL_FROM = 8,   /* zoom; further out a tile with every field may hold the whole programme */
	QUICK_FROM = 11,   /* zoom from which a tile with every field takes no time */
};

/* ---- the tiles of a file ---- */

/* Another file may come to stand under the programme's name, and what is kept of one is not right for the other:
 * one struct sl_tiles for each file that some reader still has open. */
struct file_tiles {
	struct sl_tiles *tiles;
	uint64_t device, inode;
	int makers;
	struct file_tiles *next;
};

struct tile_house {
	pthread_mutex_t lock;
	struct file_tiles *first;
};

struct kept_maker {
	struct sl_tile_maker *maker;
	struct file_tiles *file;
	struct tile_house *house;
};

static enum sl_code make_house(struct sl_request *r, void **out, struct sl_err *e)
{
	struct tile_house *h = sl_mem_zeroed(sizeof *h);

	(void)r;
	if (!h)
		return sl_fail(e, SL_NOMEM, "out of memory");
	pthread_mutex_init(&h->lock, NULL);
	*out = h;
	return SL_OK;
}

/* The server frees handles, with what they keep, before what is shared: no file is left. */
static void free_house(void *thing)
{
	struct tile_house *h = thing;

	pthread_mutex_destroy(&h->lock);
	sl_mem_free(h);
}

static const struct sl_shared_slot house_slot = {
    .name = "tiles", .make = make_house, .done = free_house, .lasting = true};

static void leave_file(struct tile_house *h, struct file_tiles *f)
{
	bool last;

	pthread_mutex_lock(&h->lock);
	last = --f->makers == 0;
	for (struct file_tiles **at = &h->first; last && *at; at = &(*at)->next)
		if (*at == f) {
			*at = f->next;
			break;
		}
	pthread_mutex_unlock(&h->lock);
	if (!last)
		return;
	sl_tiles_free(f->tiles);
	sl_mem_free(f);
}

static struct file_tiles *enter_file(struct tile_house *h, const struct sl_reader *reader, int cache_mib,
                                     struct sl_err *e)
{
	const struct sl_tile_limits limits = {.cache_bytes = cache_mib > 0 ? (size_t)cache_mib << 20 : 0};
	struct file_tiles *f;

	pthread_mutex_lock(&h->lock);
	for (f = h->first; f && (f->device != reader->device || f->inode != reader->inode); f = f->next)
		;
	if (!f) {
		f = sl_mem_zeroed(sizeof *f);
		if (!f) {
			sl_fail(e, SL_NOMEM, "out of memory");
		} else if (sl_tiles_new(&limits, &f->tiles, e)) {
			sl_mem_free(f);
			f = NULL;
		} else {
			f->device = reader->device;
			f->inode = reader->inode;
			f->next = h->first;
			h->first = f;
		}
	}
	if (f)
		f->makers++;
	pthread_mutex_unlock(&h->lock);
	return f;
}

static void free_maker(void *thing)
{
	struct kept_maker *k = thing;

	sl_tile_maker_free(k->maker);
	leave_file(k->house, k->file);
	sl_mem_free(k);
}

static enum sl_code make_maker(struct sl_request *r, void **out, struct sl_err *e)
{
	struct kept_maker *k;
	void *house;

	if (sl_shared_get(r, &house_slot, &house, e))
		return e->code;
	k = sl_mem_zeroed(sizeof *k);
	if (!k)
		return sl_fail(e, SL_NOMEM, "out of memory");
	k->house = house;
	k->file = enter_file(k->house, r->reader, r->server->options.tile_cache_mib, e);
	if (!k->file) {
		sl_mem_free(k);
		return e->code;
	}
	if (sl_tile_maker_new(k->file->tiles, r->programme->db, &k->maker, e)) {
		leave_file(k->house, k->file);
		sl_mem_free(k);
		return e->code;
	}
	*out = k;
	return SL_OK;
}

static const struct sl_shared_slot maker_slot = {.name = "tile maker", .make = make_maker, .done = free_maker};

/* ---- the ledger for others ---- */

/* A ledger that was built anew is stored for the next start, when the file may be written just now. */
static void store_ledger(struct sl_request *r, struct sl_tiles *t)
{
	struct sl_err e = {0};
	struct sl_programme *writer;

	if (sl_server_write_begin(r, &writer, &e))
		return; /* derived: made again next time */
	if (!sl_store_begin(writer->db, &e) && !sl_tile_ledger_save(t, writer->db, &e))
		(void)!sl_store_commit(writer->db, &e);
	sl_server_write_end(r);
}

enum sl_code sl_request_ledger(struct sl_request *r, struct sl_tile_loan *out, struct sl_err *e)
{
	struct kept_maker *k;
	void *thing;

	*out = (struct sl_tile_loan){0};
	if (sl_kept_get(r, &maker_slot, &thing, e))
		return e->code;
	k = thing;
	if (sl_tile_ledger_borrow(k->maker, r->version, out, e) || out->own || sl_ledger_is_saved(out->ledger))
		return e->code;
	sl_tile_ledger_return(out);
	store_ledger(r, k->file->tiles);
	return sl_tile_ledger_borrow(k->maker, r->version, out, e);
}

enum sl_code sl_tiles_warm(struct sl_request *r, struct sl_err *e)
{
	const struct sl_tile_id world = {0, 0, 0};
	const struct sl_tile_options o = sl_tile_usual(0);
	const struct sl_date today = {(int32_t)(sl_env_now_ms(r->env) / 86400000)};
	const struct sl_kind *hazard = sl_dictionary_kind(r->programme->dict, SL_STR("hazard"));
	struct kept_maker *k;
	struct sl_tile_bytes *t;
	void *thing;

	if (sl_kept_get(r, &maker_slot, &thing, e))
		return e->code;
	k = thing;
	if (sl_tile_land(k->maker, today, world, &o, &t, e))
		return e->code;
	sl_tile_bytes_release(t);
	if (hazard && !sl_tile_kind(k->maker, hazard, world, &o, &t, e))
		sl_tile_bytes_release(t);
	return e->code;
}

/* ---- what is asked for ---- */

static bool read_number(struct sl_str s, uint32_t *out)
{
	int64_t v;

	if (!s.n || s.n > 6 || s.p[0] < '0' || s.p[0] > '9' || !sl_str_int64(s, &v) || v < 0)
		return false;
	*out = (uint32_t)v;
	return true;
}

static bool cut_ending(struct sl_str *s, const char *ending)
{
	size_t n = strlen(ending);

	if (s->n <= n || memcmp(s->p + s->n - n, ending, n))
		return false;
	s->n -= n;
	return true;
}

/* z, x and "y.mvt" from the values on. */
static enum sl_code read_place(const struct sl_request *r, size_t from, struct sl_tile_id *out, struct sl_err *e)
{
	struct sl_str y = r->value[from + 2];

	if ((cut_ending(&y, ".mvt") || cut_ending(&y, ".pbf")) && read_number(r->value[from], &out->z) &&
	    read_number(r->value[from + 1], &out->x) && read_number(y, &out->y))
		return SL_OK;
	return sl_fail(e, SL_NOT_FOUND, "a tile is called zoom/column/row.mvt, as in 7/73/42.mvt");
}

static enum sl_code read_kind(const struct sl_request *r, struct sl_str name, const struct sl_kind **out,
                              struct sl_err *e)
{
	*out = sl_dictionary_kind(r->programme->dict, name);
	if (*out && !sl_ogc_kind_shown(sl_ogc_access_of(r), *out))
		*out = NULL;
	return *out ? SL_OK : sl_fail(e, SL_NOT_FOUND, "there is no kind of record '%.*s'", SL_STR_ARG(name));
}

/* "as-of", or today; *given tells which. */
static enum sl_code read_date(const struct sl_request *r, struct sl_date *out, bool *given, struct sl_err *e)
{
	struct sl_str text = sl_request_query(r, "as-of", given);

	*out = (struct sl_date){(int32_t)(sl_env_now_ms(r->env) / 86400000)};
	if (*given && !sl_date_parse(text, out))
		return sl_fail(e, SL_INVALID, "as-of=%.*s is no date; write it as 2024-12-31", SL_STR_ARG(text));
	return SL_OK;
}

/* What a map wants, or with detail=all every record with every field and corner. */
static enum sl_code read_detail(const struct sl_request *r, struct sl_tile_id id, struct sl_tile_options *out,
                                struct sl_err *e)
{
	bool given;
	struct sl_str text = sl_request_query(r, "detail", &given);

	*out = sl_tile_usual(id.z);
	if (!given)
		return SL_OK;
	if (!sl_str_is(text, "all"))
		return sl_fail(e, SL_INVALID, "detail=%.*s: it is 'all', or left out", SL_STR_ARG(text));
	if (id.z < DETAIL_FROM)
		return sl_fail(e, SL_INVALID, "detail=all is for zoom %d and closer", DETAIL_FROM);
	*out = (struct sl_tile_options){.all_fields = true, .exact = true};
	return SL_OK;
}

/* A whole country may lie in one tile. */
static bool detail_slow(const struct sl_request *r)
{
	bool given;
	int64_t z;

	sl_request_query(r, "detail", &given);
	return given && (!sl_str_int64(r->value[1], &z) || z < QUICK_FROM);
}

/* ---- answers ---- */

static void let_go(void *tile)
{
	sl_tile_bytes_release(tile);
}

/* An answer holds the tile until it has gone out. */
static enum sl_code hold(struct sl_request *r, struct sl_tile_bytes *t, struct sl_str *out, struct sl_err *e)
{
	if (sl_arena_defer(r->arena, let_go, t, e)) {
		sl_tile_bytes_release(t);
		return e->code;
	}
	*out = (struct sl_str){t->p, t->n};
	return SL_OK;
}

/* From the version of the tile, not of the programme: what was approved elsewhere leaves it as it is.  The file
 * counts, because another one under the same name may have come as far. */
static enum sl_code put_etag(struct sl_request *r, struct sl_response *out, int64_t version, int32_t day,
                             const struct sl_tile_options *own, uint32_t variant, struct sl_err *e)
{
	struct sl_hasher h;
	char text[65];
	char *copy;

	sl_hash_begin(&h);
	sl_hash_int(&h, FORM);
	sl_hash_int(&h, version);
	sl_hash_int(&h, day);
	sl_hash_int(&h, variant);
	if (own)
		sl_hash_part(&h, own->only->organisation.p, own->only->organisation.n);
	sl_hash_int(&h, (int64_t)r->reader->device);
	sl_hash_int(&h, (int64_t)r->reader->inode);
	sl_hash_part(&h, r->path.p, r->path.n);
	sl_hash_text(sl_hash_end(&h), text);
	copy = sl_arena_strndup(r->arena, text, 32, e);
	if (copy)
		out->etag = (struct sl_str){copy, 32};
	return e->code;
}

/* The gzipped form of `t`, made once and kept beside it. */
static enum sl_code zipped(struct sl_request *r, const struct kept_maker *k, const struct sl_tile_options *o,
                           struct sl_tile_key key, uint64_t epoch, const struct sl_tile_bytes *t,
                           struct sl_str *out, struct sl_err *e)
{
	struct sl_tile_cache *cache = sl_tiles_cache(k->file->tiles);
	struct sl_tile_bytes *z;
	struct sl_buf b = {0};

	z = o->no_cache ? NULL : sl_tile_cache_get(cache, &key);
	if (z && z->version != t->version) {
		sl_tile_bytes_release(z);
		z = NULL;
	}
	if (!z) {
		if (!sl_gzip((struct sl_str){t->p, t->n}, 4, &b, e) &&
		    !sl_tile_bytes_new(sl_buf_view(&b), t->n_features, t->version, &z, e) && !o->no_cache)
			sl_tile_cache_put(cache, &key, z, epoch);
		sl_buf_done(&b);
	}
	return z ? hold(r, z, out, e) : e->code;
}

/* What of a layer who asks may see: an operator the own records, and of the land what is published. */
static enum sl_ogc_access access_of(const struct sl_request *r, const struct sl_kind *kind)
{
	const enum sl_ogc_access access = sl_ogc_access_of(r);

	return access == SL_OGC_OWN && !kind ? SL_OGC_PUBLISHED : access;
}

static bool is_published(const struct sl_request *r, const struct sl_kind *kind)
{
	return access_of(r, kind) == SL_OGC_PUBLISHED;
}

static enum sl_code answer_tile(struct sl_request *r, struct sl_response *out, const struct sl_kind *kind,
                                struct sl_date day, struct sl_tile_id id, struct sl_tile_options *o,
                                struct sl_err *e)
{
	struct sl_tile_key key = {.layer = kind ? kind->number : SL_TILE_LAYER_LAND, .day = kind ? 0 : day.day, .tile = id};
	const enum sl_ogc_access access = access_of(r, kind);
	struct sl_tile_bytes *t;
	struct kept_maker *k;
	uint64_t epoch;
	void *thing;

	if (sl_kept_get(r, &maker_slot, &thing, e))
		return e->code;
	if (access == SL_OGC_PUBLISHED) {
		*o = sl_tile_usual(id.z); /* whatever detail was asked for */
		o->all_fields = false;
		o->generalise_m = (uint32_t)r->serving.generalise_m;
	} else if (access == SL_OGC_OWN) {
		o->only = r->person;
	}
	k = thing;
	o->no_cache = r->server->options.tile_cache_mib < 0;
	epoch = sl_tile_cache_epoch(sl_tiles_cache(k->file->tiles));
	if (kind ? sl_tile_kind(k->maker, kind, id, o, &t, e) : sl_tile_land(k->maker, day, id, o, &t, e))
		return e->code;
	out->type = MVT;
	key.variant = GZIPPED | sl_tile_variant(o);
	if (hold(r, t, &out->fixed, e) || put_etag(r, out, t->version, key.day, o->only ? o : NULL, key.variant, e))
		return e->code;
	if (!t->n)
		out->status = 204;
	else if (t->n >= GZIP_FROM && !o->only && !sl_response_is_known(r, out) &&
	         sl_accept_gzip(sl_request_header(r, "accept-encoding")))
		(void)!zipped(r, k, o, key, epoch, t, &out->fixed_gzip, e);
	return e->code;
}

static enum sl_code kind_tile(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	const struct sl_kind *kind;
	struct sl_tile_id id;

	struct sl_tile_options o;

	if (read_kind(r, r->value[0], &kind, e) || read_place(r, 1, &id, e) || read_detail(r, id, &o, e))
		return e->code;
	return answer_tile(r, out, kind, sl_date_none(), id, &o, e);
}

static enum sl_code land_tile(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_date day;
	struct sl_tile_id id;
	bool given;

	struct sl_tile_options o;

	if (read_date(r, &day, &given, e) || read_place(r, 0, &id, e))
		return e->code;
	o = sl_tile_usual(id.z);
	return answer_tile(r, out, NULL, day, id, &o, e);
}

static enum sl_code kind_json(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str name = r->value[0];
	const struct sl_kind *kind;
	const char *url;

	if (!cut_ending(&name, ".json"))
		return sl_fail(e, SL_NOT_FOUND, "tiles are described at /tiles/hazard.json, and so on for each kind");
	if (read_kind(r, name, &kind, e) || sl_response_etag(r, out, sl_str_from(sl_role_name(r->role)), e))
		return e->code;
	url = sl_arena_printf(r->arena, e, "%s/tiles/%.*s/{z}/{x}/{y}.mvt", r->base, SL_STR_ARG(name));
	out->type = "application/json";
	return url ? sl_tile_json(r->programme->db, kind, sl_str_from(url), is_published(r, kind), &out->body, e) : e->code;
}

static enum sl_code land_json(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_date day;
	const char *url;
	char date[11];
	bool given;

	if (read_date(r, &day, &given, e) || sl_response_etag(r, out, sl_str_from(sl_role_name(r->role)), e))
		return e->code;
	/* Without a date the tiles are those of the day on which they are asked for. */
	sl_date_text(day, date);
	url = sl_arena_printf(r->arena, e, "%s/tiles/land/{z}/{x}/{y}.mvt%s%s", r->base, given ? "?as-of=" : "",
	                      given ? date : "");
	out->type = "application/json";
	return url ? sl_tile_json(r->programme->db, NULL, sl_str_from(url), is_published(r, NULL), &out->body, e) : e->code;
}

static const struct sl_parameter land_query[] = {
    {.name = "as-of", .schema = "{\"type\":\"string\",\"format\":\"date\"}",
     .description = "The day at whose end the land is shown; today when left out."},
    {0}};

static const struct sl_parameter kind_query[] = {
    {.name = "detail", .schema = "{\"type\":\"string\",\"enum\":[\"all\"]}",
     .description = "all: every record with every field, nothing merged or simplified; from zoom 8 on."},
    {0}};

/* Who may read published layers gets them generalised; who may read more, more: see answer_tile. */
#define PUBLISHED .role = SL_ROLE_PUBLIC, .right = SL_RIGHT_READ_PUBLISHED, .extent = SL_EXTENT_ALL

const struct sl_route sl_routes_tiles[] = {
    {.method = SL_GET, .path = "/tiles/land.json", PUBLISHED, .handler = land_json,
     .query = land_query, .types = "application/json", .summary = "TileJSON of the land by state"},
    {.method = SL_GET, .path = "/tiles/{file}", PUBLISHED, .handler = kind_json,
     .types = "application/json", .summary = "TileJSON of a kind of record, as in hazard.json"},
    {.method = SL_GET, .path = "/tiles/land/{z}/{x}/{file}", PUBLISHED, .handler = land_tile,
     .query = land_query, .types = MVT, .summary = "Tile of the land by state",
     .flags = SL_ROUTE_NO_SNAPSHOT | SL_ROUTE_SLOW}, /* the first one opens the ledger */
    {.method = SL_GET, .path = "/tiles/{kind}/{z}/{x}/{file}", PUBLISHED, .handler = kind_tile,
     .query = kind_query, .types = MVT, .summary = "Tile of a kind of record", .slow = detail_slow},
    {0}};
