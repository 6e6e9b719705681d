/* The OpenRosa server (ODK docs: Form List, Form Submission, HTTP and Metadata APIs): forms out, filled forms in. */
#include "http/odk.h"
#include "http/routes.h"

#include "app/device.h"
#include "base/mem.h"
#include "http/multipart.h"
#include "http/parts.h"

#include <string.h>

#define XML "text/xml; charset=utf-8"
#define TYPES "text/xml"
#define LIST_SPACE "http://openrosa.org/xforms/xformsList"
#define MANIFEST_SPACE "http://openrosa.org/xforms/xformsManifest"

bool sl_odk_is(const struct sl_request *r)
{
	return sl_str_is(r->path, "/odk") || sl_str_has_prefix(r->path, "/odk/");
}

/* What XML cannot hold becomes a blank. */
static void put_text(struct sl_buf *b, struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 32 && c != '\t' && c != '\n')
			sl_buf_putc(b, ' ');
		else
			sl_html_text(b, (struct sl_str){s.p + i, 1});
	}
}

void sl_odk_message(struct sl_response *out, const char *nature, struct sl_str text)
{
	out->type = XML;
	sl_buf_puts(&out->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenRosaResponse "
	                        "xmlns=\"http://openrosa.org/http/response\"><message");
	if (*nature)
		sl_buf_printf(&out->body, " nature=\"%s\"", nature);
	sl_buf_putc(&out->body, '>');
	put_text(&out->body, text);
	sl_buf_puts(&out->body, "</message></OpenRosaResponse>\n");
}

void sl_odk_headers(struct sl_response *out)
{
	sl_response_header(out, "X-OpenRosa-Version", SL_STR("1.0"));
	sl_response_header(out, "X-OpenRosa-Accept-Content-Length", SL_STR("33554432"));
}
_Static_assert(SL_ODK_ACCEPT == 33554432, "what is announced");

/* ---- forms ---- */

/* Where the other addresses of this client lie: with its token, when it came with one. */
static void put_base(struct sl_buf *b, const struct sl_request *r)
{
	put_text(b, sl_str_from(r->base));
	sl_buf_puts(b, "/odk");
	if (sl_str_has_prefix(sl_str_from(r->route->path), "/odk/key/")) {
		sl_buf_puts(b, "/key/");
		put_text(b, r->value[0]);
	}
}

static struct sl_str last_value(const struct sl_request *r)
{
	return r->n_values ? r->value[r->n_values - 1] : SL_STR("");
}

static bool may_fill(const struct sl_request *r, struct sl_str kind)
{
	struct sl_person who = sl_request_person(r);

	return sl_may_write_record(&who, &(struct sl_standing){.author = who.name,
	                                                       .organisation = who.organisation,
	                                                       .quality = sl_str_is(kind, "quality")});
}

static void put_element(struct sl_buf *b, const char *name, const char *before, struct sl_str text)
{
	sl_buf_printf(b, "<%s>%s", name, before);
	put_text(b, text);
	sl_buf_printf(b, "</%s>", name);
}

static void put_form(struct sl_buf *b, const struct sl_request *r, const struct sl_published_form *f)
{
	sl_buf_puts(b, "  <xform>");
	put_element(b, "formID", "", f->form);
	put_element(b, "name", "", f->title);
	put_element(b, "version", "", f->version);
	put_element(b, "hash", "md5:", f->md5);
	if (sl_str_is(sl_request_query(r, "verbose", NULL), "true"))
		put_element(b, "descriptionText", "", f->title);
	sl_buf_puts(b, "<downloadUrl>");
	put_base(b, r);
	sl_buf_printf(b, "/forms/%lld.xml</downloadUrl>", (long long)f->id);
	if (f->n_files) {
		sl_buf_puts(b, "<manifestUrl>");
		put_base(b, r);
		sl_buf_printf(b, "/forms/%lld/manifest</manifestUrl>", (long long)f->id);
	}
	sl_buf_puts(b, "</xform>\n");
}

static enum sl_code form_list(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_published_form *f = NULL;
	size_t n;

	if (sl_store_forms(r->programme->db, r->arena, sl_request_query(r, "formID", NULL),
	                   sl_str_is(sl_request_query(r, "listAllVersions", NULL), "true"), &f, &n, e))
		return e->code;
	out->type = XML;
	sl_buf_puts(&out->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xforms xmlns=\"" LIST_SPACE "\">\n");
	for (size_t i = 0; i < n; i++)
		if (!f[i].closed_ms && may_fill(r, f[i].kind))
			put_form(&out->body, r, &f[i]);
	sl_buf_puts(&out->body, "</xforms>\n");
	return SL_OK;
}

static enum sl_code form_numbered(struct sl_request *r, struct sl_str number, struct sl_published_form *out,
                                  struct sl_err *e)
{
	struct sl_published_form *f = NULL;
	int64_t id;
	size_t n;

	if (sl_store_forms(r->programme->db, r->arena, SL_STR(""), true, &f, &n, e))
		return e->code;
	if (sl_str_int64(number, &id))
		for (size_t i = 0; i < n; i++)
			if (f[i].id == id && may_fill(r, f[i].kind)) {
				*out = f[i];
				return SL_OK;
			}
	return sl_fail(e, SL_NOT_FOUND, "there is no such form");
}

/* The bytes whose hash the list has: nothing in them depends on who asks. */
static enum sl_code form_xml(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str name = last_value(r);
	struct sl_published_form f;
	bool found;

	if (!sl_str_has_suffix_nocase(name, ".xml"))
		return sl_fail(e, SL_NOT_FOUND, "there is no such form");
	name.n -= 4;
	if (form_numbered(r, name, &f, e) ||
	    sl_store_form_version(r->programme->db, r->arena, f.form, f.version, &found, &f, &out->fixed, e))
		return e->code;
	out->type = XML;
	return SL_OK;
}

static enum sl_code manifest(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_published_form f;
	struct sl_form_file *file = NULL;
	size_t n;

	if (form_numbered(r, last_value(r), &f, e) || sl_store_form_files(r->programme->db, r->arena, f.id, &file, &n, e))
		return e->code;
	out->type = XML;
	sl_buf_puts(&out->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest xmlns=\"" MANIFEST_SPACE "\">\n");
	for (size_t i = 0; i < n; i++) {
		sl_buf_puts(&out->body, "  <mediaFile>");
		put_element(&out->body, "filename", "", file[i].name);
		put_element(&out->body, "hash", "md5:", file[i].md5);
		sl_buf_puts(&out->body, "<downloadUrl>");
		put_base(&out->body, r);
		sl_buf_printf(&out->body, "/media/%lld</downloadUrl></mediaFile>\n", (long long)file[i].id);
	}
	sl_buf_puts(&out->body, "</manifest>\n");
	return SL_OK;
}

static enum sl_code media(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_form_file file;
	bool found = false;
	int64_t id;

	if (sl_str_int64(last_value(r), &id) && sl_store_form_file(r->programme->db, r->arena, id, &found, &file, e))
		return e->code;
	if (!found)
		return sl_fail(e, SL_NOT_FOUND, "there is no such file");
	out->type = "application/octet-stream";
	out->fixed = file.bytes;
	return SL_OK;
}

/* ---- submissions ---- */

/* Forms that were read stay read, for all threads; published versions never change. */
static enum sl_code make_known(struct sl_request *r, void **out, struct sl_err *e)
{
	(void)r;
	*out = sl_mem_zeroed(sizeof(struct sl_forms_known));
	if (!*out)
		return sl_fail(e, SL_NOMEM, "out of memory");
	sl_forms_known_init(*out);
	return SL_OK;
}

static void free_known(void *thing)
{
	sl_forms_known_done(thing);
	sl_mem_free(thing);
}

static const struct sl_shared_slot known_slot = {.name = "forms", .make = make_known, .done = free_known, .lasting = true};

static enum sl_code negotiate(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	(void)r;
	(void)e;
	out->status = 204; /* anything else of 2xx, and Collect says that it is no such server */
	return SL_OK;
}

/* The name of the field stands in for that of the file, and is as little a place. */
static struct sl_str name_of(const struct sl_form_part *part)
{
	struct sl_str name = part->name;

	if (part->file.n)
		return part->file;
	for (size_t i = name.n; i; i--)
		if (name.p[i - 1] == '/' || name.p[i - 1] == '\\') {
			name = (struct sl_str){name.p + i, name.n - i};
			break;
		}
	return !name.n || sl_str_is(name, ".") || sl_str_is(name, "..") ? SL_STR("file") : name;
}

/* One part is the XML, the others are files: the name of the part is the name in the XML. */
static enum sl_code read_parts(struct sl_request *r, struct sl_submission_sent *out, struct sl_err *e)
{
	struct sl_submission_file *file;
	struct sl_form_part *part;
	size_t n, k = 0;

	if (sl_multipart_read(r->arena, sl_request_header(r, "content-type"), r->body, &part, &n, e))
		return e->code;
	file = sl_arena_alloc(r->arena, n, sizeof *file, e);
	if (!file)
		return e->code;
	for (size_t i = 0; i < n; i++) {
		if (sl_str_is(part[i].name, "xml_submission_file")) {
			if (out->xml.p)
				return sl_fail(e, SL_INVALID, "the body has two parts xml_submission_file");
			out->xml = part[i].bytes.p ? part[i].bytes : SL_STR("");
		} else if (!sl_str_is(part[i].name, "*isIncomplete*")) {
			file[k].name = name_of(&part[i]);
			file[k].type = part[i].type;
			file[k++].bytes = part[i].bytes;
		}
	}
	if (!out->xml.p)
		return sl_fail(e, SL_INVALID, "the body has no part xml_submission_file");
	out->file = file;
	out->n_files = k;
	return SL_OK;
}

static enum sl_code submit(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_submission_sent *sent = sl_arena_alloc(r->arena, 1, sizeof *sent, e);
	struct sl_submission_made *made;
	void *known;

	if (!sent)
		return e->code;
	sent->who = sl_request_person(r);
	if (read_parts(r, sent, e) || sl_shared_get(r, &known_slot, &known, e) ||
	    sl_submission_make(r->programme, known, r->arena, sent, &made, e))
		return e->code;
	return sl_odk_write(r, out, made, e);
}

void sl_odk_received(struct sl_response *out, const struct sl_submission_result *done)
{
	struct sl_buf text = {0};

	out->status = 201;
	sl_buf_printf(&text, "Received: %.*s", SL_STR_ARG(done->identity));
	if (done->missing > 0)
		sl_buf_printf(&text, "; %lld file%s still to come", (long long)done->missing, done->missing == 1 ? "" : "s");
	sl_odk_message(out, "submit_success", sl_buf_view(&text));
	sl_buf_done(&text);
}

/* ---- setting up a phone ---- */

static enum sl_code qr(struct sl_request *r, struct sl_response *out, bool png, struct sl_err *e)
{
	struct sl_buf url = {0};
	struct sl_str settings, name;

	sl_buf_printf(&url, "%s/odk/key/%.*s", r->base, SL_STR_ARG(r->value[0]));
	if (!sl_buf_check(&url, e) && !sl_store_fact(r->programme->db, r->arena, "name", &name, e) &&
	    !sl_device_settings(r->arena, sl_buf_view(&url), SL_STR(""), SL_STR(""), name, &settings, e) &&
	    !(png ? sl_qr_png(settings, &out->body, e) : sl_qr_svg(settings, &out->body, e)))
		out->type = png ? "image/png" : "image/svg+xml";
	sl_buf_done(&url);
	return e->code;
}

static enum sl_code qr_svg(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	return qr(r, out, false, e);
}

static enum sl_code qr_png(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	return qr(r, out, true, e);
}

/* Phones add parameters of their own to every address. */
#define DEVICE .role = SL_ROLE_OPERATOR, .flags = SL_ROUTE_DEVICE | SL_ROUTE_OPEN_QUERY
#define BOTH(one) one("/odk"), one("/odk/key/{token}")
#define LIST(base) {.method = SL_GET, .path = base "/formList", .handler = form_list, .types = TYPES, DEVICE,           \
	                .summary = "The forms that may be filled (OpenRosa Form List)"}
#define FORM(base) {.method = SL_GET, .path = base "/forms/{file}", .handler = form_xml, .types = TYPES, DEVICE,        \
	                .summary = "One form as an XForm"}
#define MANIFEST(base) {.method = SL_GET, .path = base "/forms/{form}/manifest", .handler = manifest, .types = TYPES,   \
	                    DEVICE, .summary = "The files of a form"}
#define MEDIA(base) {.method = SL_GET, .path = base "/media/{file}", .handler = media,                                  \
	                 .types = "application/octet-stream", DEVICE, .summary = "One file of a form"}
#define NEGOTIATE(base) {.method = SL_GET, .path = base "/submission", .handler = negotiate, .types = TYPES, DEVICE,    \
	                     .summary = "Is this where filled forms are sent, and how large may they be"}
#define SUBMIT(base) {.method = SL_POST, .path = base "/submission", .handler = submit, .types = TYPES,                 \
	                  .body_types = "multipart/form-data", .body_max = SL_ODK_BODY_MAX, .role = SL_ROLE_OPERATOR,       \
	                  .flags = SL_ROUTE_DEVICE | SL_ROUTE_OPEN_QUERY | SL_ROUTE_SLOW | SL_ROUTE_LATER, \
	                  .summary = "Send a filled form with its files (OpenRosa Form Submission)"}

const struct sl_route sl_routes_odk[] = {
    BOTH(LIST), BOTH(FORM), BOTH(MANIFEST), BOTH(MEDIA), BOTH(NEGOTIATE), BOTH(SUBMIT),
    {.method = SL_GET, .path = "/odk/key/{token}/qr.svg", .handler = qr_svg, .types = "image/svg+xml", DEVICE,
     .summary = "The QR code that sets up a phone with this token"},
    {.method = SL_GET, .path = "/odk/key/{token}/qr.png", .handler = qr_png, .types = "image/png", DEVICE,
     .summary = "The same as a PNG picture"},
    {0}};
