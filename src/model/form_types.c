/* The column `type`: xlsform.org/en/#question-types and the older spellings that pyxform still takes. */
#include "model/form_parts.h"

#include <string.h>

#define UPLOAD(word, media) {word, SL_CONTROL_UPLOAD, "binary", NULL, NULL, media, false, false}
#define INPUT(word, bind) {word, SL_CONTROL_INPUT, bind, NULL, NULL, NULL, false, false}
#define LOADED(word, bind, preload, params) {word, SL_CONTROL_NONE, bind, preload, params, NULL, false, false}

static const struct sl_form_type types[] = {
    INPUT("text", "string"),
    INPUT("integer", "int"),
    INPUT("decimal", "decimal"),
    INPUT("date", "date"),
    INPUT("time", "time"),
    INPUT("datetime", "dateTime"),
    INPUT("geopoint", "geopoint"),
    INPUT("geotrace", "geotrace"),
    INPUT("geoshape", "geoshape"),
    INPUT("barcode", "barcode"),
    {"note", SL_CONTROL_INPUT, "string", NULL, NULL, NULL, true, false},
    {"range", SL_CONTROL_RANGE, "int", NULL, NULL, NULL, false, false},
    {"acknowledge", SL_CONTROL_TRIGGER, "string", NULL, NULL, NULL, false, false},
    {"select_one", SL_CONTROL_SELECT_ONE, "string", NULL, NULL, NULL, false, false},
    {"select_multiple", SL_CONTROL_SELECT_MULTIPLE, "string", NULL, NULL, NULL, false, false},
    {"rank", SL_CONTROL_RANK, "odk:rank", NULL, NULL, NULL, false, false},
    UPLOAD("image", "image/*"),
    UPLOAD("audio", "audio/*"),
    UPLOAD("video", "video/*"),
    UPLOAD("file", "application/*"),
    {"calculate", SL_CONTROL_NONE, "string", NULL, NULL, NULL, false, false},
    {"hidden", SL_CONTROL_NONE, "string", NULL, NULL, NULL, false, false},
    {"background-audio", SL_CONTROL_NONE, "binary", NULL, NULL, NULL, false, false},
    {"start-geopoint", SL_CONTROL_NONE, "geopoint", NULL, NULL, NULL, false, false},
    {"audit", SL_CONTROL_NONE, "binary", NULL, NULL, NULL, false, true},
    {"csv-external", SL_CONTROL_NONE, NULL, NULL, NULL, NULL, false, false},
    {"xml-external", SL_CONTROL_NONE, NULL, NULL, NULL, NULL, false, false},
    LOADED("start", "dateTime", "timestamp", "start"),
    LOADED("end", "dateTime", "timestamp", "end"),
    LOADED("today", "date", "date", "today"),
    LOADED("deviceid", "string", "property", "deviceid"),
    LOADED("subscriberid", "string", "property", "subscriberid"),
    LOADED("simserial", "string", "property", "simserial"),
    LOADED("phonenumber", "string", "property", "phonenumber"),
    LOADED("username", "string", "property", "username"),
    LOADED("email", "string", "property", "email"),
    LOADED("uri:deviceid", "string", "property", "uri:deviceid"),
    LOADED("uri:subscriberid", "string", "property", "uri:subscriberid"),
    LOADED("uri:simserial", "string", "property", "uri:simserial"),
    LOADED("uri:phonenumber", "string", "property", "uri:phonenumber"),
    LOADED("uri:username", "string", "property", "uri:username"),
    LOADED("uri:email", "string", "property", "uri:email"),
    {"group", SL_CONTROL_GROUP, NULL, NULL, NULL, NULL, false, false},
    {"repeat", SL_CONTROL_REPEAT, NULL, NULL, NULL, NULL, false, false},
};

static const struct {
	const char *word, *type;
} spellings[] = {
    {"string", "text"},           {"int", "integer"},         {"location", "geopoint"}, {"gps", "geopoint"},
    {"photo", "image"},           {"trigger", "acknowledge"}, {"select1", "select_one"}, {"imei", "deviceid"},
    {"device id", "deviceid"},    {"start time", "start"},    {"end time", "end"},
    {"sim serial", "simserial"},  {"phone number", "phonenumber"}, {"subscriber id", "subscriberid"},
    {"date and time", "datetime"}, {"select one", "select_one"}, {"select all that apply", "select_multiple"},
    {"select_one_external", "select_one"}, {"select multiple", "select_multiple"},
    {"uri:device id", "uri:deviceid"},
};

const struct sl_form_type *sl_form_type_of(const char *name)
{
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
		if (!strcmp(spellings[i].word, name))
			name = spellings[i].type;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (!strcmp(types[i].name, name))
			return &types[i];
	return NULL;
}

/* One blank between words. */
static char *squeeze(struct sl_arena *a, struct sl_str text, struct sl_err *e)
{
	char *out = sl_arena_alloc(a, text.n + 1, 1, e);
	size_t n = 0;

	for (size_t i = 0; out && i < text.n; i++) {
		bool blank = text.p[i] == ' ' || text.p[i] == '\t' || text.p[i] == '\n' || text.p[i] == '\r';

		if (!blank)
			out[n++] = text.p[i];
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (out && n && out[n - 1] == ' ')
		out[n - 1] = 0;
	return out;
}

static bool take(const char **text, const char *word)
{
	size_t n = strlen(word);

	if (strncasecmp(*text, word, n) || ((*text)[n] && (*text)[n] != ' '))
		return false;
	*text += n + ((*text)[n] == ' ');
	return true;
}

static bool drop_end(char *text, const char *word)
{
	size_t n = strlen(text), k = strlen(word);

	if (n <= k || strcasecmp(text + n - k, word))
		return false;
	text[n - k] = 0;
	return true;
}

static bool read_bracket(const char *text, struct sl_form_command *out, const char **hint)
{
	static const struct {
		const char *word;
		int what;
	} brackets[] = {
	    {"begin group", SL_FORM_BEGIN_GROUP},   {"begin_group", SL_FORM_BEGIN_GROUP},
	    {"begin lgroup", SL_FORM_BEGIN_REPEAT}, {"begin repeat", SL_FORM_BEGIN_REPEAT},
	    {"begin_repeat", SL_FORM_BEGIN_REPEAT}, {"end group", SL_FORM_END_GROUP},
	    {"end_group", SL_FORM_END_GROUP},       {"end repeat", SL_FORM_END_REPEAT},
	    {"end_repeat", SL_FORM_END_REPEAT},     {"end lgroup", SL_FORM_END_REPEAT},
	    {"begin_lgroup", SL_FORM_BEGIN_REPEAT}, {"end_lgroup", SL_FORM_END_REPEAT},
	};

	for (size_t i = 0; i < sizeof brackets / sizeof *brackets; i++)
		if (!strcasecmp(text, brackets[i].word)) {
			out->what = brackets[i].what;
			return true;
		}
	if (take(&text, "begin loop") || take(&text, "begin_loop") || take(&text, "end loop") || take(&text, "end_loop"))
		*hint = "a loop over choices is no longer part of XLSForm: write a repeat, or the questions one by one";
	else if (take(&text, "osm"))
		*hint = "nothing here knows OpenStreetMap's tags: write geopoint, geotrace or geoshape";
	else if (take(&text, "include"))
		*hint = "including another form is no longer part of XLSForm: copy its rows here";
	return false;
}

static bool read_select(struct sl_arena *a, const char *text, struct sl_form_command *out, struct sl_err *e)
{
	static const struct {
		const char *word, *type;
		bool file;
	} selects[] = {
	    {"select_one_from_file", "select_one", true},
	    {"select one from file", "select_one", true},
	    {"select_multiple_from_file", "select_multiple", true},
	    {"select multiple from file", "select_multiple", true},
	    {"select_one", "select_one", false},
	    {"select_one_external", "select_one", false},
	    {"select one from", "select_one", false},
	    {"select one using", "select_one", false},
	    {"select one", "select_one", false},
	    {"select1", "select_one", false},
	    {"add select one prompt using", "select_one", false},
	    {"add select1 prompt using", "select_one", false},
	    {"select_multiple", "select_multiple", false},
	    {"select multiple from", "select_multiple", false},
	    {"select multiple using", "select_multiple", false},
	    {"select multiple", "select_multiple", false},
	    {"select all that apply from", "select_multiple", false},
	    {"select all that apply", "select_multiple", false},
	    {"add select multiple prompt using", "select_multiple", false},
	    {"rank", "rank", false},
	};

	for (size_t i = 0; i < sizeof selects / sizeof *selects; i++) {
		const char *rest = text;
		char *list;

		if (!take(&rest, selects[i].word) || !*rest)
			continue;
		list = sl_arena_strndup(a, rest, strlen(rest), e);
		if (!list)
			return false;
		out->or_other = drop_end(list, " or_other") || drop_end(list, " or specify other") || drop_end(list, " or other");
		if (strchr(list, ' '))
			return false;
		out->type = sl_form_type_of(selects[i].type);
		out->list = sl_str_from(list);
		out->from_file = selects[i].file;
		return true;
	}
	return false;
}

bool sl_form_command_of(struct sl_arena *a, struct sl_str text, struct sl_form_command *out, const char **hint,
                        struct sl_err *e)
{
	char *word = squeeze(a, text, e);

	*out = (struct sl_form_command){.what = SL_FORM_QUESTION};
	*hint = NULL;
	if (!word)
		return false;
	if (read_bracket(word, out, hint))
		return true;
	if (*hint || read_select(a, word, out, e) || e->code)
		return out->type != NULL;
	for (char *p = word; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
	const char *rest = word;

	(void)(take(&rest, "q") || take(&rest, "get") || take(&rest, "add"));
	(void)(drop_end(word, " prompt") || drop_end(word, " question"));
	out->type = sl_form_type_of(rest);
	if (out->type && (out->type->control == SL_CONTROL_SELECT_ONE || out->type->control == SL_CONTROL_SELECT_MULTIPLE ||
	                  out->type->control == SL_CONTROL_RANK)) {
		*hint = "name the list of choices behind it: select_one LIST";
		return false;
	}
	if (out->type && (out->type->control == SL_CONTROL_GROUP || out->type->control == SL_CONTROL_REPEAT))
		out->type = NULL;
	return out->type != NULL;
}
