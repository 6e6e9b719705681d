/* What a pack says of itself: a page in the team's language, and a list with the hash of each file. */
#include "app/pack_parts.h"

#include "base/io.h"
#include "base/json.h"
#include "store/review.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- sentences with words to be put in ---- */

struct word {
	const char *name; /* "{n}" */
	struct sl_str text;
};

static void put(struct sl_buf *b, const char *text, const struct word *word)
{
	while (*text) {
		const struct word *w = word;

		while (w && w->name && strncmp(text, w->name, strlen(w->name)))
			w++;
		if (w && w->name) {
			sl_buf_str(b, w->text);
			text += strlen(w->name);
		} else {
			sl_buf_putc(b, *text++);
		}
	}
}

#define WORDS(...) (const struct word[]){__VA_ARGS__, {0}}

static struct sl_str number(struct sl_packing *k, uint64_t n, struct sl_err *e)
{
	return sl_str_from(sl_arena_printf(k->a, e, "%llu", (unsigned long long)n));
}

static void item(struct sl_buf *b, const char *file, const char *text, const struct word *word)
{
	sl_buf_printf(b, "- %s\n  ", file);
	put(b, text, word);
	sl_buf_puts(b, "\n");
}

static bool has_part(const struct sl_packing *k, const char *beginning)
{
	for (size_t i = 0; i < k->n_parts; i++)
		if (!strncmp(k->part[i].name, beginning, strlen(beginning)))
			return true;
	return false;
}

static void put_files(struct sl_packing *k, struct sl_buf *b, const struct sl_locale *l, struct sl_err *e)
{
	struct sl_str metres = sl_str_from(sl_arena_printf(k->a, e, "%g m", k->wish->margin_m)),
	              zoom = number(k, (uint64_t)k->result.max_zoom, e);

	if (has_part(k, "forms/"))
		item(b, "forms/", sl_text(l, "pack", "Forms to fill in: {n}."), WORDS({"{n}", number(k, k->result.forms, e)}));
	item(b, "hazards.geojson",
	     sl_text(l, "pack", "Recorded hazards here and within {metres} around: {n}. For the map, and for forms that choose one."),
	     WORDS({"{n}", number(k, k->result.hazards, e)}, {"{metres}", metres}));
	item(b, "hazards.csv", sl_text(l, "pack", "The same hazards as a table."), NULL);
	item(b, "ordnance.csv", sl_text(l, "pack", "Kinds of ordnance by the names they are known under: {n}."),
	     WORDS({"{n}", number(k, k->result.ordnance, e)}));
	if (k->result.map.n)
		item(b, "layers/base-map.mbtiles", sl_text(l, "pack", "Base map: {map}, down to zoom {zoom}. {source}"),
		     WORDS({"{map}", k->result.map}, {"{zoom}", zoom}, {"{source}", k->map_attribution}));
	else
		item(b, "layers/", sl_text(l, "pack", "There is no base map in this pack: the office has none that shows this ground."),
		     NULL);
	item(b, "manifest.json", sl_text(l, "pack", "For programs: every file with its BLAKE2b hash."), NULL);
}

static void put_warnings(struct sl_packing *k, struct sl_buf *b, const struct sl_locale *l, struct sl_err *e)
{
	const struct sl_person *who = k->wish->person;

	sl_buf_printf(b, "%s\n", sl_text(l, "pack", "NO RECORD DOES NOT MEAN SAFE. These are the hazards that somebody recorded; where the map shows none, nothing is known."));
	if (k->result.kept_back) {
		put(b, sl_text(l, "pack", "Hazards here that may not leave the office: {n}. Ask the national authority before anybody goes there."),
		    WORDS({"{n}", number(k, k->result.kept_back, e)}));
		sl_buf_putc(b, '\n');
	}
	if (who && sl_person_may(who, SL_RIGHT_READ_APPROVED) < SL_EXTENT_ALL) {
		put(b, sl_text(l, "pack", "Only hazards that {organisation} recorded are in this pack. Ask the national authority for those of others."),
		    WORDS({"{organisation}", who->organisation}));
		sl_buf_putc(b, '\n');
	}
	if (k->result.map_coarser)
		sl_buf_printf(b, "%s\n", sl_text(l, "pack", "The base map is coarser than its source: this ground is too large for all of it. Ask for a smaller area."));
}

/* Of the newest thing recorded, not of now: the same content is the same pack. */
static enum sl_code content_moment(struct sl_packing *k, int64_t *seq, char moment[32], struct sl_err *e)
{
	struct sl_revision rev;
	struct sl_record rec;

	moment[0] = 0;
	if (sl_store_newest(k->p->db, seq, e) || !*seq)
		return e->code;
	if (sl_store_revision(k->p->db, k->a, *seq, &rev, &rec, e))
		return e->code;
	sl_time_text(rev.recorded_ms, moment);
	return SL_OK;
}

enum sl_code sl_pack_page(struct sl_packing *k, struct sl_err *e)
{
	const struct sl_locale *l = k->wish->locale;
	struct sl_buf b = {0};
	struct sl_str page;
	char moment[32];
	int64_t seq;

	if (content_moment(k, &seq, moment, e))
		return e->code;
	if (k->task.n)
		put(&b, sl_text(l, "pack", "Pack for the task {task}"), WORDS({"{task}", k->task}));
	else
		sl_buf_puts(&b, sl_text(l, "pack", "Pack for an area"));
	sl_buf_puts(&b, "\n\n");
	put(&b, sl_text(l, "pack", "Programme: {programme}. As recorded there until {moment}."),
	    WORDS({"{programme}", k->programme}, {"{moment}", sl_str_from(moment)}));
	sl_buf_puts(&b, "\n\n");
	put_warnings(k, &b, l, e);
	sl_buf_printf(&b, "\n%s\n\n", sl_text(l, "pack", "What is in it"));
	put_files(k, &b, l, e);
	sl_buf_printf(&b, "\n%s\n\n", sl_text(l, "pack", "On the phone, with ODK Collect"));
	sl_buf_printf(&b, "1. %s\n   Android/data/org.odk.collect.android/files/projects/.../\n",
	              sl_text(l, "pack", "Copy the folders forms and layers into the folder of the project:"));
	sl_buf_printf(&b, "2. %s\n", sl_text(l, "pack", "Choose the base map in the settings of the project, under Maps, as the layer."));
	sl_buf_printf(&b, "3. %s\n", sl_text(l, "pack", "hazards.geojson opens in any map program. Forms that choose a hazard have it already."));
	sl_buf_printf(&b, "4. %s\n", sl_text(l, "pack", "Fill in and save without a network; send when there is one. The page Sent says of each form whether it was received, approved or returned with questions."));
	if (!sl_pack_keep(k, &b, &page, e))
		(void)!sl_pack_add(k, "README.txt", page, e);
	return e->code;
}

/* ---- for programs ---- */

static enum sl_code put_file(struct sl_packing *k, struct sl_json_writer *w, const struct sl_zip_part *part, struct sl_err *e)
{
	struct sl_str bytes = part->bytes;
	char hash[65];

	if (part->path && sl_io_map(k->a, part->path, &bytes, e))
		return e->code;
	sl_hash_text(sl_hash_of(bytes.p, bytes.n), hash);
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "name", sl_str_from(part->name));
	sl_json_kv_int(w, "bytes", (int64_t)bytes.n);
	sl_json_kv_str(w, "blake2b", sl_str_from(hash));
	sl_json_end(w, '}');
	return SL_OK;
}

enum sl_code sl_pack_manifest(struct sl_packing *k, struct sl_err *e)
{
	const double box[] = {k->reach.x0, k->reach.y0, k->reach.x1, k->reach.y1};
	struct sl_json_writer w;
	struct sl_buf b = {0};
	struct sl_str text;
	char moment[32];
	int64_t seq;

	if (content_moment(k, &seq, moment, e))
		return e->code;
	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "format", SL_STR("safelane-pack-1"));
	sl_json_kv_str(&w, "programme", k->programme);
	sl_json_kv_str(&w, "task", k->task);
	sl_json_kv_str(&w, "language", sl_str_from(k->wish->locale ? k->wish->locale->code : "en"));
	sl_json_kv_int(&w, "version", seq);
	sl_json_kv_str(&w, "recorded_until", sl_str_from(moment));
	sl_json_put_key(&w, SL_STR("bounds"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < 4; i++)
		sl_json_put_double(&w, round(box[i] * 1e7) / 1e7);
	sl_json_end(&w, ']');
	sl_json_kv_double(&w, "margin_m", k->wish->margin_m);
	sl_json_kv_int(&w, "hazards", (int64_t)k->result.hazards);
	sl_json_kv_int(&w, "kept_back", (int64_t)k->result.kept_back);
	sl_json_kv_int(&w, "tiles", (int64_t)k->result.tiles);
	sl_json_put_key(&w, SL_STR("files"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < k->n_parts && !e->code; i++)
		(void)!put_file(k, &w, &k->part[i], e);
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(&b, '\n');
	if (!sl_pack_keep(k, &b, &text, e))
		(void)!sl_pack_add(k, "manifest.json", text, e);
	return e->code;
}
