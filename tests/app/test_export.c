/* Export and back: what each format carries comes home as it was. */
#include "app/export.h"
#include "app/training.h"
#include "base/io.h"
#include "base/json.h"
#include "base/map.h"
#include "geo/wkb.h"

#include "check.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

/* Records with what formats find hard: extras of every type, quotes, line ends, other scripts, UNK in a
 * number, no place, several parts, holes, formulas, an extra called as a field. */
static const char hard[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"id\":\"X-1\",\"class\":\"SHA\",\"effective_date\":\"2020-02-"
    "29\","
    "\"contamination\":\"APM UXO\",\"area_reported_m2\":1234.5,\"households\":\"UNK\",\"name\":\"=1+1\","
    "\"notes\":\"He said \\\"no\\\", then\\nleft; ប៉ោយប៉ែត – наступ\",\"operator ref\":17,\"score x\":0.1,"
    "\"flag\":true,\"mixed\":5,\"a<b & \\\"c\\\"\":7,\"a_b____c_\":8,"
    "\"longer_than_ten_letters\":\"a\",\"longer_than_ten_lines\":\"b\"},"
    "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[80,-12],[80.01,-12],[80.01,-11.99],[80,-11.99],["
    "80,-12]],"
    "[[80.002,-11.998],[80.002,-11.996],[80.004,-11.996],[80.004,-11.998],[80.002,-11.998]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"id\":\"X-2\",\"class\":\"CHA\",\"effective_date\":\"2021-01-"
    "01\","
    "\"contamination\":\"UNK\",\"households\":3,\"operator "
    "ref\":18,\"mixed\":\"five\",\"accuracy_m\":0.30000000000000004},"
    "\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[[[[81,-12],[81.001,-12],[81.001,-11.999],[81,"
    "-12]]],"
    "[[[81.1,-12],[81.1012345,-12],[81.101,-11.9987654],[81.1,-12]]]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"id\":\"X-3\",\"class\":\"SHA\",\"effective_date\":\"2021-01-"
    "01\","
    "\"contamination\":\"NA\",\"area_reported_m2\":50000,\"informant_name\":\"Secret Person\"},"
    "\"geometry\":{\"type\":\"Point\",\"coordinates\":[82.5,-13.123456789]}},"
    "{\"type\":\"Feature\",\"properties\":{\"id\":\"X-4\",\"class\":\"SHA\",\"effective_date\":\"2022-05-"
    "06\","
    "\"contamination\":\"AVM\"},\"geometry\":null}]}";

struct content {
	struct sl_arena *a;
	struct sl_map by_identity;
	struct sl_str *document, *wkb;
	size_t n, cap, cap_wkb;
};

static enum sl_code keep(void *ctx, const struct sl_revision *rev, const struct sl_record *r,
                         struct sl_err *e)
{
	struct content *c = ctx;
	struct sl_str *d = sl_arena_grow(c->a, c->document, &c->cap, c->n + 1, sizeof *d, e);
	struct sl_str *w = sl_arena_grow(c->a, c->wkb, &c->cap_wkb, c->n + 1, sizeof *w, e);
	char *id = sl_str_dup(c->a, rev->identity, e);

	(void)r;
	c->document = d;
	c->wkb = w;
	d[c->n] = (struct sl_str){sl_arena_strndup(c->a, rev->document.p, rev->document.n, e), rev->document.n};
	w[c->n] = (struct sl_str){
	    sl_arena_strndup(c->a, rev->geometry.wkb.p ? rev->geometry.wkb.p : "", rev->geometry.wkb.n, e),
	    rev->geometry.wkb.n};
	CHECK(sl_map_put(&c->by_identity, (struct sl_str){id, rev->identity.n}, c->n, NULL, e) != NULL);
	c->n++;
	return SL_OK;
}

static void read_all(struct sl_programme *p, const char *kind, struct content *c, struct sl_err *e)
{
	struct sl_query q = {.kind = sl_dictionary_kind(p->dict, sl_str_from(kind)), .as_of = sl_date_none()};

	CHECK_OK(sl_store_each(p->db, &q, true, keep, c, e), e);
}

static void import_layer(struct sl_programme *p, const char *path, const char *map, const char *layer,
                         const char *crs, struct sl_err *e)
{
	struct sl_import_options o = {.kind = "hazard",
	                              .mapping = map,
	                              .layer = layer,
	                              .crs = crs,
	                              .approve = true,
	                              .no_suggestion = true};
	struct sl_import_result result;

	if (!e->code)
		CHECK_OK(sl_import_files(p, &o, &path, 1, &result, e), e);
}

/* What a format cannot say: types of columns without a field; areas; records without a place; which way a
 * ring turns; the last digits of a number; long names; the CRS; a text that begins like a formula; which
 * texts only look like numbers ("07"); texts of more than 254 bytes. */
enum {
	ALL_SAID = 0,
	TEXT_EXTRAS = 1,
	OUTLINES = 2,
	ONLY_PLACES = 4,
	RINGS_TURNED = 8,
	DIGITS_15 = 16,
	EXTRA_NAMES_CUT = 32,
	NO_CRS = 64,
	GUARDED = 128,
	ONLY_IDENTITY = 256,
	TEXTS_CUT = 512,
};

/* The document without what the format cannot say. */
static struct sl_str loosened(struct sl_arena *a, struct sl_str document, unsigned limits, struct sl_err *e)
{
	struct sl_json *tree;
	struct sl_buf b = {0};
	struct sl_json_writer w;
	struct sl_str out;

	CHECK_OK(sl_json_parse(a, document, &tree, e), e);
	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	for (struct sl_json *m = tree ? tree->child : NULL; m; m = m->next) {
		char digits[40];

		if (limits & EXTRA_NAMES_CUT && sl_str_is(m->key, "_extra"))
			continue;
		sl_json_put_key(&w, m->key);
		if (limits & DIGITS_15 && m->type == SL_JSON_NUMBER) {
			snprintf(digits, sizeof digits, "%.15g", m->number);
			sl_json_put_raw(&w, sl_str_from(digits));
			continue;
		}
		if (limits & GUARDED && m->type == SL_JSON_STRING && sl_str_has_prefix(m->text, "'=")) {
			sl_json_put_str(&w, (struct sl_str){m->text.p + 1, m->text.n - 1});
			continue;
		}
		if (limits & TEXTS_CUT && m->type == SL_JSON_STRING && m->text.n > 254)
			m->text.n = 254;
		if (!sl_str_is(m->key, "_extra")) {
			sl_json_put_tree(&w, m, true);
			continue;
		}
		sl_json_begin(&w, '{');
		for (struct sl_json *x = m->child; x; x = x->next) {
			sl_json_put_key(&w, x->key);
			sl_json_put_str(&w, x->type == SL_JSON_BOOL ? x->boolean ? SL_STR("true") : SL_STR("false")
			                                            : x->text);
		}
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, '}');
	out = (struct sl_str){sl_arena_strndup(a, b.p, b.n, e), b.n};
	sl_buf_done(&b);
	return out;
}

/* The smallest point first and the same direction: two rings that are one become equal. */
static void turn_ring(double *p, size_t n)
{
	struct sl_buf b = {0};
	size_t first = 0;
	double area = 0;

	for (size_t i = 0, j = n - 1; i < n; j = i++) {
		area += (p[2 * j] - p[0]) * (p[2 * i + 1] - p[1]) - (p[2 * i] - p[0]) * (p[2 * j + 1] - p[1]);
		if (p[2 * i] < p[2 * first] || (p[2 * i] == p[2 * first] && p[2 * i + 1] < p[2 * first + 1]))
			first = i;
	}
	sl_buf_add(&b, p, 2 * n * sizeof *p);
	for (size_t i = 0; i < n; i++)
		memcpy(p + 2 * i, b.p + 2 * sizeof *p * (area > 0 ? (first + i) % n : (first + n - i) % n),
		       2 * sizeof *p);
	sl_buf_done(&b);
}

static bool same_place(struct sl_arena *a, struct sl_str x, struct sl_str y, unsigned limits,
                       struct sl_err *e)
{
	struct sl_geom g, h;

	if (sl_str_eq(x, y))
		return true;
	if (!(limits & (RINGS_TURNED | OUTLINES)) || !x.n || !y.n)
		return false;
	CHECK_OK(sl_wkb_read(a, x, &g, e), e);
	CHECK_OK(sl_wkb_read(a, y, &h, e), e);
	/* A track along the edge has the closing point that a polygon has not. */
	if (limits & OUTLINES)
		return h.type == SL_GEOM_LINE && h.n_rings == g.n_rings && h.n_points == g.n_points + g.n_rings &&
		       h.xy[0] == g.xy[0] && h.xy[1] == g.xy[1];
	for (size_t r = 0; r < g.n_rings; r++)
		turn_ring(g.xy + 2 * sl_geom_ring_start(&g, r), g.ring_end[r] - sl_geom_ring_start(&g, r));
	for (size_t r = 0; r < h.n_rings; r++)
		turn_ring(h.xy + 2 * sl_geom_ring_start(&h, r), h.ring_end[r] - sl_geom_ring_start(&h, r));
	return sl_geom_equal(&g, &h);
}

static void compare(const struct content *a, const struct content *b, unsigned limits, const char *what,
                    struct sl_err *e)
{
	int shown = 0;

	if (!(limits & ONLY_PLACES))
		CHECK_INT(b->n, a->n);
	for (size_t i = 0; i < a->by_identity.cap; i++) {
		const struct sl_map_slot *s = &a->by_identity.slot[i];
		const uint64_t *at;
		struct sl_str want, got;

		if (!s->key.p)
			continue;
		if (limits & ONLY_PLACES && !a->wkb[s->value].n)
			continue;
		at = sl_map_get(&b->by_identity, s->key);
		CHECK(at != NULL);
		if (!at)
			continue;
		want = a->document[s->value];
		got = b->document[*at];
		if (limits & ONLY_IDENTITY)
			got = want;
		if (limits) {
			want = loosened(a->a, want, limits, e);
			got = loosened(a->a, got, limits, e);
		}
		if ((!sl_str_eq(want, got) || !same_place(a->a, a->wkb[s->value], b->wkb[*at], limits, e)) &&
		    shown++ < 3) {
			size_t k = 0;

			while (k < want.n && k < got.n && want.p[k] == got.p[k])
				k++;
			k = k > 20 ? k - 20 : 0;
			printf("%s: %.*s\n  was ...%.*s\n  is  ...%.*s\n  %s\n", what, SL_STR_ARG(s->key),
			       (int)(want.n > k ? want.n - k : 0), want.p + k, (int)(got.n > k ? got.n - k : 0),
			       got.p + k,
			       same_place(a->a, a->wkb[s->value], b->wkb[*at], limits, e) ? "same place"
			                                                                  : "another place");
			test_failures++;
		}
	}
}

/* Export hazards of a training programme with the hard records among them, import them elsewhere, compare.
 */
static void round_trip(const char *ending, unsigned limits)
{
	struct content before = {0}, after = {0};
	struct sl_export_options o = {.as_of = sl_date_none()};
	struct sl_export_result result;
	struct sl_programme other;
	struct sl_io_out out;
	struct sl_arena a = {0};
	struct training t;
	char path[128], map[128], empty[96];

	training_open(&t, 300, 3, 0);
	snprintf(path, sizeof path, "%s/hard.geojson", t.folder);
	CHECK_OK(sl_io_create(&out, path, &t.e), &t.e);
	CHECK_OK(sl_io_write(&out, hard, sizeof hard - 1, &t.e), &t.e);
	CHECK_OK(sl_io_commit(&out, &t.e), &t.e);
	import_layer(&t.p, path, NULL, NULL, NULL, &t.e);

	snprintf(path, sizeof path, "%s/out%s", t.folder, ending);
	CHECK_OK(sl_export(&t.p, path, &o, &result, &t.e), &t.e);
	if (t.e.code) {
		training_close(&t);
		return;
	}
	CHECK_INT(result.records, 304 - (limits & ONLY_PLACES ? 1 : 0));
	training_empty(&t, "other.gpkg", empty, &other);
	snprintf(map, sizeof map, "%s/out.names.csv", t.folder);
	import_layer(&other, path, result.names_cut ? map : NULL, limits & OUTLINES ? "tracks" : NULL,
	             limits & NO_CRS ? "EPSG:4326" : NULL, &t.e);
	if (limits & OUTLINES)
		import_layer(&other, path, NULL, "waypoints", NULL, &t.e);
	for (size_t i = 0; i < result.n_also; i++)
		if (sl_str_has_suffix_nocase(sl_str_from(result.also[i]), ".shp"))
			import_layer(&other, result.also[i], map, NULL, NULL, &t.e);
	before.a = after.a = &a;
	read_all(&t.p, "hazard", &before, &t.e);
	read_all(&other, "hazard", &after, &t.e);
	compare(&before, &after, limits, ending, &t.e);
	sl_map_done(&before.by_identity);
	sl_map_done(&after.by_identity);
	sl_arena_done(&a);
	sl_programme_close(&other);
	training_close(&t);
}

TEST(geojson_comes_home)
{
	round_trip(".geojson", RINGS_TURNED);
}
TEST(geopackage_comes_home)
{
	round_trip(".gpkg", TEXT_EXTRAS);
}
TEST(flatgeobuf_comes_home)
{
	round_trip(".fgb", TEXT_EXTRAS | ONLY_PLACES);
}
TEST(csv_comes_home)
{
	round_trip(".csv", TEXT_EXTRAS | NO_CRS | GUARDED);
}
TEST(xlsx_comes_home)
{
	round_trip(".xlsx", TEXT_EXTRAS | NO_CRS | GUARDED | DIGITS_15);
}
TEST(kml_comes_home)
{
	round_trip(".kml", TEXT_EXTRAS | DIGITS_15);
}
TEST(shapefile_comes_home)
{
	round_trip(".shp", TEXT_EXTRAS | RINGS_TURNED | DIGITS_15 | EXTRA_NAMES_CUT | TEXTS_CUT);
}
TEST(gpx_comes_home)
{
	round_trip(".gpx", OUTLINES | ONLY_PLACES | ONLY_IDENTITY);
}

static bool holds(const char *path, const char *text)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_str bytes = {0};
	bool found = false;

	CHECK_OK(sl_io_map(&a, path, &bytes, &e), &e);
	for (size_t i = 0; i + strlen(text) <= bytes.n && !found; i++)
		found = !memcmp(bytes.p + i, text, strlen(text));
	sl_arena_done(&a);
	return found;
}

/* RFC 7946 and shapefiles turn rings, each its own way: what comes back is known. */
TEST(own_export_adds_nothing)
{
	static const char clockwise[] =
	    "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"id\":\"X-1\","
	    "\"class\":\"SHA\",\"effective_date\":\"2020-02-29\",\"contamination\":\"APM\"},\"geometry\":"
	    "{\"type\":\"Polygon\",\"coordinates\":[[[80,-12],[80,-11.99],[80.01,-11.99],[80.01,-12],[80,-12]],"
	    "[[80.002,-11.998],[80.004,-11.998],[80.004,-11.996],[80.002,-11.998]]]}}]}";
	static const char *const endings[] = {".geojson", ".shp", ".gpkg", ".kml"};
	struct sl_export_options o = {.as_of = sl_date_none()};
	struct sl_import_options again = {.kind = "hazard", .approve = true, .no_suggestion = true};
	struct sl_export_result result;
	struct sl_import_result back;
	struct sl_io_out out;
	struct training t;
	char path[160], map[160];
	const char *file = path;

	training_folder(&t);
	training_empty(&t, "training.gpkg", t.path, &t.p);
	snprintf(path, sizeof path, "%s/clockwise.geojson", t.folder);
	CHECK_OK(sl_io_create(&out, path, &t.e), &t.e);
	CHECK_OK(sl_io_write(&out, clockwise, sizeof clockwise - 1, &t.e), &t.e);
	CHECK_OK(sl_io_commit(&out, &t.e), &t.e);
	import_layer(&t.p, path, NULL, NULL, NULL, &t.e);
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		snprintf(path, sizeof path, "%s/turned%s", t.folder, endings[i]);
		snprintf(map, sizeof map, "%s/turned.names.csv", t.folder);
		CHECK_OK(sl_export(&t.p, path, &o, &result, &t.e), &t.e);
		if (!i) {
			CHECK(holds(path, "[[[80,-12],[80.01,-12],[80.01,-11.99],[80,-11.99],[80,-12]],"));
			CHECK(holds(path, ",[[80.002,-11.998],[80.004,-11.996],[80.004,-11.998],[80.002,-11.998]]]"));
		}
		again.mapping = result.names_cut ? map : NULL;
		CHECK_OK(sl_import_files(&t.p, &again, &file, 1, &back, &t.e), &t.e);
		CHECK_INT(back.n, 1);
		CHECK_INT(back.file[0].n_unchanged, 1);
	}
	training_close(&t);
}

TEST(sealed_fields_never_leave)
{
	static const char *const endings[] = {".geojson", ".csv", ".kml", ".gpkg"};
	struct sl_export_options o = {.kind = "victim", .as_of = sl_date_none()};
	struct sl_export_result result;
	struct training t;
	char path[128];

	training_open(&t, 400, 3, 0);
	/* Every telephone of the victims' file begins so: it is there, and stays there. */
	CHECK(holds(t.made.file[SL_SIMULATED_VICTIM].path, "+999 "));
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		snprintf(path, sizeof path, "%s/victims%s", t.folder, endings[i]);
		CHECK_OK(sl_export(&t.p, path, &o, &result, &t.e), &t.e);
		CHECK_INT(result.records, t.made.file[SL_SIMULATED_VICTIM].records);
		CHECK(holds(path, "AX-00001-V1"));
		CHECK(!holds(path, "+999 "));
		CHECK(!holds(path, "family_name"));
	}
	/* Victims have no place that may leave. */
	snprintf(path, sizeof path, "%s/victims.fgb", t.folder);
	CHECK_INT(sl_export(&t.p, path, &o, &result, &t.e), SL_UNSUPPORTED);
	sl_err_clear(&t.e);
	training_close(&t);
}

/* The export has no sealed part; brought back, it says nothing of it, and nothing of it is lost: neither when
 * all is as it was nor when an open field is corrected. */
TEST(own_export_leaves_the_sealed_part)
{
	struct sl_export_options o = {.as_of = sl_date_none()};
	struct sl_import_options again = {.approve = true, .no_suggestion = true};
	struct sl_export_result result;
	struct sl_import_result back;
	struct sl_uuid record;
	const struct sl_kind *kind;
	struct sl_str was, is;
	struct sl_identity id;
	struct training t;
	char path[128];
	const char *file = path;
	bool found;

	training_open(&t, 400, 3, 0);
	sl_programme_close(&t.p);
	CHECK_OK(sl_programme_open(&t.p, t.path, SL_OPEN_WRITE, &t.env, &t.e), &t.e);
	CHECK_OK(sl_store_find(t.p.db, SL_STR("AX-00001-V1"), &record, &kind, &t.e), &t.e);
	CHECK_OK(sl_store_identify(t.p.db, kind, SL_STR("AX-00001-V1"), &found, &id, &t.e), &t.e);
	CHECK_OK(sl_store_unseal(t.p.db, &t.p.arena, id.head, &was, &t.e), &t.e);
	CHECK(was.n > 0);
	for (int i = 0; i < 2; i++) {
		o.kind = again.kind = i ? "victim" : "hazard";
		snprintf(path, sizeof path, "%s/%s.%s", t.folder, o.kind, i ? "csv" : "geojson");
		CHECK_OK(sl_export(&t.p, path, &o, &result, &t.e), &t.e);
		CHECK_OK(sl_import_files(&t.p, &again, &file, 1, &back, &t.e), &t.e);
		CHECK_INT(back.file[0].n_unchanged, result.records);
	}
	again.set = &(const char *){"entry_reason=firewood"};
	again.n_set = 1;
	CHECK_OK(sl_import_files(&t.p, &again, &file, 1, &back, &t.e), &t.e);
	CHECK_INT(back.file[0].n_corrected, result.records);
	CHECK_OK(sl_store_identify(t.p.db, kind, SL_STR("AX-00001-V1"), &found, &id, &t.e), &t.e);
	CHECK_OK(sl_store_unseal(t.p.db, &t.p.arena, id.head, &is, &t.e), &t.e);
	CHECK(sl_str_eq(was, is));
	training_close(&t);
}

TEST(all_kinds_in_one_file)
{
	static const char *const endings[] = {".gpkg", ".xlsx"};
	struct sl_export_options o = {.kind = "all", .as_of = sl_date_none()};
	struct sl_export_result result;
	struct training t;
	char path[128];

	training_open(&t, 200, 3, 0);
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/all%s", t.folder, endings[i]);
		CHECK_OK(sl_export(&t.p, path, &o, &result, &t.e), &t.e);
		CHECK_INT(result.layers, SL_SIMULATED_FILES - 1); /* hazards are in two of the files */
	}
	snprintf(path, sizeof path, "%s/all.csv", t.folder);
	CHECK_INT(sl_export(&t.p, path, &o, &result, &t.e), SL_INVALID);
	sl_err_clear(&t.e);
	CHECK(!sl_io_exists(path));
	training_close(&t);
}

static int files_in(const char *folder)
{
	DIR *d = opendir(folder);
	int n = 0;

	for (struct dirent *f; d && (f = readdir(d));)
		n += strcmp(f->d_name, ".") && strcmp(f->d_name, "..");
	if (d)
		closedir(d);
	return n;
}

TEST(export_is_whole_or_absent)
{
	static const char *const endings[] = {".geojson", ".gpkg", ".fgb", ".kml",
	                                      ".gpx",     ".shp",  ".csv", ".xlsx"};
	struct sl_export_options o = {.as_of = sl_date_none()};
	struct sl_export_result result;
	atomic_bool stop = true;
	struct training t;
	char path[160];

	training_open(&t, 200, 3, 0);
	/* Interrupted: nothing remains, neither the file nor its beginnings. */
	t.env.interrupt = &stop;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		snprintf(path, sizeof path, "%s/files/x%s", t.folder, endings[i]);
		CHECK_INT(sl_export(&t.p, path, &o, &result, &t.e), SL_CANCELLED);
		sl_err_clear(&t.e);
		CHECK(!sl_io_exists(path));
	}
	atomic_store(&stop, false);
	/* A folder that is not there, a full disk, an ending that is none. */
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		snprintf(path, sizeof path, "%s/nowhere/x%s", t.folder, endings[i]);
		CHECK_INT(sl_export(&t.p, path, &o, &result, &t.e), SL_NOT_FOUND);
		sl_err_clear(&t.e);
	}
	CHECK_INT(sl_export(&t.p, "/dev/full", &o, &result, &t.e), SL_IO);
	sl_err_clear(&t.e);
	snprintf(path, sizeof path, "%s/x.dwg", t.folder);
	CHECK_INT(sl_export(&t.p, path, &o, &result, &t.e), SL_INVALID);
	sl_err_clear(&t.e);
	o.kind = "dragon";
	snprintf(path, sizeof path, "%s/x.csv", t.folder);
	CHECK_INT(sl_export(&t.p, path, &o, &result, &t.e), SL_INVALID);
	sl_err_clear(&t.e);
	sl_programme_close(&t.p);
	CHECK_OK(sl_programme_open(&t.p, t.path, SL_OPEN_READ, &t.env, &t.e), &t.e);
	CHECK_INT(files_in(t.files), SL_SIMULATED_FILES + 1);
	training_close(&t);
}

TEST(export_as_of_a_day)
{
	struct sl_export_options o = {.kind = "hazard"};
	struct sl_export_result then, now;
	struct training t;
	char path[128];

	training_open(&t, 300, 3, 0);
	snprintf(path, sizeof path, "%s/x.geojson", t.folder);
	CHECK(sl_date_from_ymd(2007, 12, 31, &o.as_of));
	CHECK_OK(sl_export(&t.p, path, &o, &then, &t.e), &t.e);
	CHECK(!holds(path, "\"effective_date\":\"2008"));
	CHECK(holds(path, "\"effective_date\":\"2006"));
	o.as_of = sl_date_none();
	CHECK_OK(sl_export(&t.p, path, &o, &now, &t.e), &t.e);
	CHECK_INT(now.records, 300);
	CHECK(then.records > 50 && then.records < 200);
	training_close(&t);
}
