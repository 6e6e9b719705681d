/* The dictionary over HTTP: in the language that is asked for, with an etag of its own. */
#include "support.h"

static bool says(const struct reply *r, const char *text)
{
	for (size_t i = 0, n = strlen(text); i + n <= r->body.n; i++)
		if (!memcmp(r->body.p + i, text, n))
			return true;
	printf("%.*s...: no '%s'\n", (int)(r->body.n > 300 ? 300 : r->body.n), r->body.p, text);
	return false;
}

static void expect(const struct test_server *t, const char *path, const char *headers, const char *language,
                   const char *text)
{
	struct reply r;

	ask(t, "GET", path, headers, &r);
	CHECK_INT(r.status, 200);
	CHECK_STR(reply_header(&r, "content-language"), language);
	CHECK(says(&r, text));
	reply_done(&r);
}

TEST(words_in_the_language_asked_for)
{
	struct test_server t;
	struct reply r;

	server_open(&t, NULL);
	expect(&t, "/api/dictionary/hazard?lang=fr", "", "fr", "\"name\":\"status_date\",\"type\":\"date\",\"label\":\"Date du statut\"");
	expect(&t, "/api/dictionary/hazard?lang=fr", "", "fr", "{\"code\":\"SHA\",\"label\":\"Zone soupçonnée dangereuse\"}");
	expect(&t, "/api/dictionary/hazard?lang=ar", "", "ar", "\"nothing\":{\"UNK\":\"غير معروف\",\"NA\":\"لا ينطبق\"}");
	expect(&t, "/api/dictionary/hazard?lang=uk", "", "uk",
	       "{\"name\":\"section_identity\",\"label\":\"Небезпечна ділянка\"}");
	expect(&t, "/api/dictionary/hazard?lang=km", "", "km", "\"message\":\"កាលបរិច្ឆេទមិនអាចនៅអនាគតទេ។\"");
	expect(&t, "/api/dictionary/hazard?lang=es-CO", "", "es", "\"label\":\"Área peligrosa\"");
	expect(&t, "/api/dictionary/hazard?lang=tlh", "", "en", "\"label\":\"Hazardous area\"");
	expect(&t, "/api/dictionary?lang=uk", "", "uk", "{\"code\":\"km\",\"name\":\"ភាសាខ្មែរ\"}");
	expect(&t, "/api/dictionary?lang=uk", "", "uk", "{\"kind\":\"task\",\"label\":\"Завдання\"}");
	/* Without the parameter the browser's languages decide, by their weights. */
	expect(&t, "/api/dictionary", "", "en", "\"language\":\"en\"");
	expect(&t, "/api/dictionary", "Accept-Language: de, es;q=0.4, fr-CH;q=0.8, *;q=0.1\r\n", "fr", "Zone dangereuse");
	expect(&t, "/api/dictionary", "Accept-Language: de\r\n", "en", "Hazardous area");
	expect(&t, "/api/dictionary", "Accept-Language: fr;q=0, ar\r\n", "ar", "منطقة خطرة");
	expect(&t, "/api/dictionary?lang=en", "Accept-Language: fr\r\n", "en", "Hazardous area");
	/* What was chosen in the pages goes before what the browser asks for. */
	expect(&t, "/api/dictionary", "Cookie: language=km\r\nAccept-Language: fr\r\n", "km", "តំបន់គ្រោះថ្នាក់");
	expect(&t, "/api/dictionary", "Cookie: language=xx\r\nAccept-Language: fr\r\n", "fr", "Zone dangereuse");
	/* An error speaks the language of the pages, and says so once. */
	ask(&t, "GET", "/api/dictionary/nothing?lang=es", "Accept-Language: fr\r\n", &r);
	CHECK_INT(r.status, 404);
	CHECK_STR(reply_header(&r, "content-language"), "fr");
	CHECK(!strstr(r.text.p, "Content-Language: es"));
	reply_done(&r);
	/* The body stays small: a phone fetches it over a bad line. */
	ask(&t, "GET", "/api/dictionary/victim?lang=km", "Accept-Encoding: gzip\r\n", &r);
	CHECK(r.body.n > 1000 && r.body.n < 20000);
	reply_done(&r);
	server_close(&t);
}

TEST(words_are_cached_by_language)
{
	const char *path = "/api/dictionary/hazard";
	char known[200], french[100];
	struct test_server t;
	struct reply r;
	struct sl_str etag;

	server_open(&t, NULL);
	ask(&t, "GET", path, "Accept-Language: fr\r\n", &r);
	etag = reply_header(&r, "etag");
	CHECK(etag.n > 10 && etag.n < sizeof french);
	snprintf(french, sizeof french, "%.*s", SL_STR_ARG(etag));
	CHECK_STR(reply_header(&r, "vary"), "Accept, Accept-Encoding, Accept-Language, Cookie");
	reply_done(&r);
	snprintf(known, sizeof known, "Accept-Language: fr\r\nIf-None-Match: %s\r\n", french);
	ask(&t, "GET", path, known, &r);
	CHECK_INT(r.status, 304);
	reply_done(&r);
	/* What is known in French is not known in Arabic. */
	snprintf(known, sizeof known, "Accept-Language: ar\r\nIf-None-Match: %s\r\n", french);
	ask(&t, "GET", path, known, &r);
	CHECK_INT(r.status, 200);
	CHECK(!sl_str_is(reply_header(&r, "etag"), french));
	reply_done(&r);
	server_close(&t);
}

TEST(words_label_kinds_and_queryables)
{
	struct test_server t;
	struct reply r;
	char etag[100], known[200];

	server_open(&t, NULL);
	expect(&t, "/api/programme?lang=km", "", "km", "\"kind\":\"hazard\",\"label\":\"តំបន់គ្រោះថ្នាក់\",\"records\":3");
	expect(&t, "/ogc/collections/hazard/queryables", "Accept-Language: uk\r\n", "uk",
	       "\"status_date\":{\"title\":\"Дата статусу\"");
	expect(&t, "/ogc/collections/hazard/queryables", "", "en", "\"status_date\":{\"title\":\"Date of the status\"");
	ask(&t, "GET", "/api/programme", "Accept-Language: fr\r\n", &r);
	snprintf(etag, sizeof etag, "%.*s", SL_STR_ARG(reply_header(&r, "etag")));
	reply_done(&r);
	snprintf(known, sizeof known, "Accept-Language: es\r\nIf-None-Match: %s\r\n", etag);
	ask(&t, "GET", "/api/programme", known, &r);
	CHECK_INT(r.status, 200);
	CHECK(says(&r, "Área peligrosa"));
	reply_done(&r);
	server_close(&t);
}
