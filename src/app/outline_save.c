#include "app/outline_save.h"

#include "app/attachment.h"
#include "app/import_fill.h"
#include "app/review.h"
#include "geo/numerals.h"

#include <math.h>
#include <string.h>

static const char *const measured_names[] = {"legs", "points", "walk", "track"};

bool sl_measured_from(struct sl_str name, enum sl_measured *out)
{
	for (unsigned i = 0; i < sizeof measured_names / sizeof *measured_names; i++)
		if (sl_str_is(name, measured_names[i])) {
			*out = (enum sl_measured)i;
			return true;
		}
	return false;
}

struct saving {
	struct sl_programme *p;
	struct sl_arena *a;
	const struct sl_outline_save *s;
	struct sl_traverse_answer traverse;
	struct sl_outline outline;
	struct sl_record rec;
	struct sl_revision rev;
	struct sl_err *e;
};

/* ---- the outline, and what the record's fields say of how it was measured ---- */

static void set_text(struct saving *v, const char *field, struct sl_str text)
{
	const struct sl_field *f = sl_kind_field(v->rec.kind, field);

	if (f && text.n && v->rec.value[f->index].type == SL_VALUE_NONE)
		v->rec.value[f->index] = (struct sl_value){.type = SL_VALUE_TEXT, .text = text};
}

static void set_number(struct saving *v, const char *field, double x)
{
	const struct sl_field *f = sl_kind_field(v->rec.kind, field);

	if (f && isfinite(x) && v->rec.value[f->index].type == SL_VALUE_NONE)
		v->rec.value[f->index] = (struct sl_value){.type = SL_VALUE_DECIMAL, .decimal = x};
}

static struct sl_str kept(struct saving *v, struct sl_buf *b)
{
	char *copy = sl_buf_check(b, v->e) ? NULL : sl_arena_strndup(v->a, b->n ? b->p : "", b->n, v->e);
	struct sl_str out = {copy ? copy : "", copy ? b->n : 0};

	sl_buf_done(b);
	return out;
}

/* The legs alone, as rule G14 reads them; in figures that every program reads. */
static struct sl_str legs_text(struct saving *v)
{
	struct sl_buf b = {0};

	for (size_t i = 0; i < v->traverse.traverse.n; i++) {
		if (i)
			sl_buf_puts(&b, "; ");
		if (v->traverse.leg[i].label.n) {
			sl_buf_str(&b, v->traverse.leg[i].label);
			sl_buf_puts(&b, ": ");
		}
		sl_buf_printf(&b, "%.10g %.10g", v->traverse.leg[i].bearing_deg, v->traverse.leg[i].distance_m);
		if (fabs(v->traverse.leg[i].slope_deg) > 0)
			sl_buf_printf(&b, " slope %.10g", v->traverse.leg[i].slope_deg);
	}
	return kept(v, &b);
}

static enum sl_code take_legs(struct saving *v)
{
	static const char *const norths[] = {[SL_NORTH_MAGNETIC] = "MAG", [SL_NORTH_TRUE] = "TRUE", [SL_NORTH_GRID] = "GRID"};

	if (sl_traverse_answer(v->a, v->p->dict, &v->s->legs, &v->traverse, v->e) ||
	    sl_traverse_ring(v->a, &v->traverse, v->s->adjusted, &v->rec.geometry, v->e))
		return v->e->code;
	set_text(v, "fixed_by", SL_STR("BRD"));
	set_text(v, "bearing_reference", sl_str_from(norths[v->s->legs.north]));
	set_text(v, "traverse", legs_text(v));
	if (v->traverse.has_reference) {
		set_number(v, "reference_lat", v->traverse.reference.lat_deg);
		set_number(v, "reference_lon", v->traverse.reference.lon_deg);
	}
	if (v->traverse.has_benchmark) {
		set_number(v, "benchmark_lat", v->traverse.benchmark.lat_deg);
		set_number(v, "benchmark_lon", v->traverse.benchmark.lon_deg);
	}
	return v->e->code;
}

static struct sl_str points_text(struct saving *v)
{
	struct sl_buf b = {0};

	for (size_t i = 0; i < v->outline.n; i++) {
		if (i)
			sl_buf_puts(&b, "; ");
		if (v->outline.point[i].label.n) {
			sl_buf_str(&b, v->outline.point[i].label);
			sl_buf_puts(&b, ": ");
		}
		sl_buf_str(&b, v->outline.point[i].as);
	}
	return kept(v, &b);
}

static enum sl_code take_corners(struct saving *v)
{
	const struct sl_outline_question *q = &v->s->corners;
	double coarse;

	if (sl_outline_make(v->a, v->p->dict, q, &v->outline, v->e))
		return v->e->code;
	coarse = isnan(q->accuracy_m) ? v->outline.precision_m : fmax(q->accuracy_m, v->outline.precision_m);
	v->rec.geometry = v->outline.ring;
	set_text(v, "fixed_by", q->fixed_by);
	if (v->s->measured == SL_MEASURED_POINTS)
		set_text(v, "turning_points", points_text(v));
	if (coarse > 0)
		set_number(v, "accuracy_m", coarse);
	return v->e->code;
}

/* ---- the record ---- */

static enum sl_code read_values(struct saving *v)
{
	const struct sl_outline_save *s = v->s;

	for (size_t i = 0; i < s->n_values; i++) {
		const struct sl_outline_value *x = &s->value[i];
		const struct sl_field *f = NULL;
		const char *problem;

		for (size_t k = 0; k < s->kind->n_fields; k++)
			if (sl_str_eq(s->kind->field[k].name, x->field))
				f = &s->kind->field[k];
		if (!f || f->index == s->kind->geometry)
			return sl_fail(v->e, SL_INVALID, "a %.*s has no field '%.*s' that is filled here", SL_STR_ARG(s->kind->name),
			               SL_STR_ARG(x->field));
		if (f->sensitive)
			return sl_fail(v->e, SL_INVALID, "%.*s is about a person: it is filled with a form", SL_STR_ARG(x->field));
		if (sl_str_trim(x->text).n && sl_value_read(v->a, f, x->text, &v->rec.value[f->index], &problem, v->e))
			return v->e->code;
		if (sl_str_trim(x->text).n && problem)
			return sl_fail(v->e, SL_INVALID, "%.*s: %s", SL_STR_ARG(x->field), problem);
	}
	return SL_OK;
}

/* As it was typed, said and measured, keys in order as everywhere. */
static struct sl_str entry_of(struct saving *v)
{
	static const char *const norths[] = {[SL_NORTH_MAGNETIC] = "magnetic", [SL_NORTH_TRUE] = "true", [SL_NORTH_GRID] = "grid"};
	const struct sl_outline_save *s = v->s;
	bool legs = s->measured == SL_MEASURED_LEGS;
	struct sl_json_writer w;
	struct sl_buf b = {0};
	char day[11];

	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	if (!legs && !isnan(s->corners.accuracy_m))
		sl_json_kv_double(&w, "accuracy_m", s->corners.accuracy_m);
	if (legs) {
		sl_json_put_key(&w, SL_STR("adjusted"));
		sl_json_put_bool(&w, s->adjusted);
		sl_json_kv_str(&w, "bearings", sl_str_from(norths[s->legs.north]));
	}
	if (legs || s->corners.crs.n)
		sl_json_kv_str(&w, "crs", legs ? SL_STR("EPSG:4326") : s->corners.crs);
	sl_date_text(s->legs.date, day);
	if (legs && !sl_date_is_none(s->legs.date))
		sl_json_kv_str(&w, "date", sl_str_from(day));
	if (legs && s->legs.north == SL_NORTH_MAGNETIC) {
		sl_json_kv_double(&w, "declination_deg", v->traverse.declination_deg);
		sl_json_kv_str(&w, "declination_model",
		               sl_str_from(v->traverse.field.model ? v->traverse.field.model : "as given"));
	}
	if (!legs && s->corners.file.n)
		sl_json_kv_str(&w, "file", s->corners.file_name);
	if (!legs && s->corners.fixed_by.n)
		sl_json_kv_str(&w, "fixed_by", s->corners.fixed_by);
	if (legs && fabs(s->legs.height_m) > 0)
		sl_json_kv_double(&w, "height_m", s->legs.height_m);
	sl_json_kv_str(&w, "method", sl_str_from(measured_names[s->measured]));
	if (legs || s->corners.text.n)
		sl_json_kv_str(&w, "text", legs ? s->legs.text : s->corners.text);
	sl_json_end(&w, '}');
	return kept(v, &b);
}

static enum sl_code make_revision(struct saving *v)
{
	const struct sl_outline_save *s = v->s;
	const struct sl_field *own = sl_kind_field(s->kind, "organisation");
	struct sl_value *organisation = own ? &v->rec.value[own->index] : NULL;
	struct sl_buf b = {0};

	if (organisation && organisation->type == SL_VALUE_NONE && s->who->organisation.n)
		*organisation = (struct sl_value){.type = SL_VALUE_TEXT, .text = s->who->organisation};
	v->rev = (struct sl_revision){
	    .kind = s->kind,
	    .state = SL_SUBMITTED,
	    .effective = sl_record_date(&v->rec, "effective_date"),
	    .author = s->who->name,
	    .organisation = s->who->organisation.n                                      ? s->who->organisation
	                    : organisation && organisation->type == SL_VALUE_TEXT ? organisation->text
	                                                                              : SL_STR(""),
	    .identity = sl_record_text(&v->rec, "id"),
	    .sealed = SL_STR("")};
	if (sl_date_is_none(v->rev.effective))
		return sl_fail(v->e, SL_INVALID, "effective_date: say on which day this was true");
	sl_record_json(&b, &v->rec);
	v->rev.document = kept(v, &b);
	v->rev.entry = entry_of(v);
	return v->e->code ? v->e->code : sl_geometry_prepare(v->a, &v->rec.geometry, &v->rev.geometry, v->e);
}

/* ---- what has the identifier already ---- */

struct head {
	struct sl_standing standing;
	struct sl_arena *a;
};

static enum sl_code take_head(void *ctx, const struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct head *h = ctx;

	(void)rec;
	h->standing = sl_standing_of(rev);
	h->standing.author = sl_str_from(sl_str_dup(h->a, h->standing.author, e));
	h->standing.organisation = e->code ? SL_STR("") : sl_str_from(sl_str_dup(h->a, h->standing.organisation, e));
	return e->code;
}

static enum sl_code join_known(struct saving *v, struct sl_outline_saved *out)
{
	struct head head = {.a = v->a};
	struct sl_identity there;
	bool same;

	if (sl_store_identify(v->p->db, v->s->kind, v->rev.identity, &out->known, &there, v->e) || !out->known)
		return v->e->code;
	if (sl_store_history(v->p->db, there.record, take_head, &head, v->e))
		return v->e->code;
	if (!sl_may_see_record(v->s->who, &head.standing) || !sl_may_write_record(v->s->who, &head.standing))
		return sl_fail(v->e, SL_CONFLICT, "the identifier %.*s is taken: choose another one", SL_STR_ARG(v->rev.identity));
	if (there.state == SL_SUBMITTED || there.state == SL_DRAFT)
		return sl_fail(v->e, SL_CONFLICT, "a version of %.*s waits for review already: it is judged first",
		               SL_STR_ARG(v->rev.identity));
	v->rev.record = there.record;
	v->rev.parent[0] = there.head;
	v->rev.n_parents = 1;
	return import_fill(v->p->db, v->a, there.record, &v->rev, &v->rec, &same, v->e);
}

/* ---- the whole ---- */

static enum sl_code append(struct saving *v, struct sl_outline_saved *out)
{
	const struct sl_outline_question *q = &v->s->corners;
	struct sl_uuid id;

	if (join_known(v, out) || sl_store_append(v->p->db, &v->rev, &v->rec, v->e))
		return v->e->code;
	if (v->s->measured == SL_MEASURED_TRACK &&
	    sl_attach_one(v->p, v->a, v->s->who, v->s->kind, v->rev.record,
	                  &(struct sl_new_attachment){.name = q->file_name, .caption = SL_STR("track as measured"),
	                                              .type = SL_STR("application/octet-stream"), .bytes = q->file,
	                                              .field = SL_STR("")},
	                  &id, v->e))
		return v->e->code;
	out->record = v->rev.record;
	out->revision = v->rev.id;
	out->id = v->rev.identity;
	return SL_OK;
}

static enum sl_code judge_wish(const struct sl_outline_save *s, struct sl_err *e)
{
	const struct sl_kind *k = s->kind;

	if (k->geometry < 0 || k->field[k->geometry].sensitive || !sl_kind_field(k, "id") || !sl_kind_field(k, "effective_date") ||
	    sl_str_is(k->name, "place") || sl_str_is(k->name, "ordnance"))
		return sl_fail(e, SL_INVALID, "records of the kind '%.*s' have no outline that is measured", SL_STR_ARG(k->name));
	if (!sl_str_trim(s->id).n)
		return sl_fail(e, SL_INVALID, "id: give the identifier of the record");
	if (!sl_may_write_record(s->who, &(struct sl_standing){.author = s->who->name, .organisation = s->who->organisation,
	                                                       .quality = sl_str_is(k->name, "quality")}))
		return sl_fail(e, SL_DENIED, "your role does not allow this");
	return SL_OK;
}

enum sl_code sl_outline_save(struct sl_programme *writer, struct sl_arena *a, const struct sl_outline_save *s,
                             struct sl_outline_saved *out, struct sl_err *e)
{
	struct saving v = {.p = writer, .a = a, .s = s, .e = e};
	const struct sl_field *id = sl_kind_field(s->kind, "id");
	struct sl_outline_saved saved = {.found.a = a};

	if (judge_wish(s, e) || sl_record_new(a, s->kind, &v.rec, e))
		return e->code;
	v.rec.value[id->index] = (struct sl_value){.type = SL_VALUE_TEXT, .text = sl_str_trim(s->id)};
	if (read_values(&v) || (s->measured == SL_MEASURED_LEGS ? take_legs(&v) : take_corners(&v)))
		return e->code;
	if (v.rec.geometry.type != SL_GEOM_POLYGON)
		return sl_fail(e, SL_INVALID, "fewer than three different corners bound no ground: there is nothing to keep yet");
	if (make_revision(&v) || sl_store_begin(writer->db, e))
		return e->code;
	if (append(&v, &saved) || sl_store_commit(writer->db, e)) {
		sl_store_rollback(writer->db);
		return e->code;
	}
	if (sl_review_findings(writer, &v.rev, &v.rec, &saved.found, e))
		return e->code;
	sl_findings_sort(&saved.found);
	*out = saved;
	return SL_OK;
}
