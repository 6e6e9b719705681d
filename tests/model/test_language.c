#include "check.h"

#include "model/language.h"

TEST(language_by_tag)
{
	const struct sl_language *uk = sl_language_find(SL_STR("uk"));

	CHECK(uk && !strcmp(uk->code, "uk"));
	CHECK(sl_language_find(SL_STR("UK-ua")) == uk);
	CHECK(sl_language_find(SL_STR("uk_UA.UTF-8")) == uk);
	CHECK(!sl_language_find(SL_STR("u")));
	CHECK(!sl_language_find(SL_STR("ukr")));
	CHECK(!sl_language_find(SL_STR("")));
	CHECK(!strcmp(sl_language_at(0)->code, "en"));
	CHECK(!sl_language_at(1000));
}

/* The six that were promised, each under its own name. */
TEST(language_names)
{
	static const char *const name[][2] = {{"en", "English"},   {"ar", "العربية"},    {"es", "Español"},
	                                      {"fr", "Français"}, {"km", "ភាសាខ្មែរ"}, {"uk", "Українська"}};

	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		const struct sl_language *l = sl_language_find(sl_str_from(name[i][0]));

		CHECK(l && !strcmp(sl_language_name(l), name[i][1]));
		CHECK(l && sl_language_right_to_left(l) == !strcmp(name[i][0], "ar"));
	}
}

TEST(language_text)
{
	const struct sl_language *fr = sl_language_find(SL_STR("fr"));

	CHECK(!strcmp(sl_text(fr, "status", "Not found"), "Introuvable"));
	CHECK(!strcmp(sl_text(fr, "no such context", "Not found"), "Not found"));
	CHECK(!strcmp(sl_text(NULL, "status", "Not found"), "Not found"));
	CHECK(!strcmp(sl_text(sl_language_at(0), "status", "Not found"), "Not found"));
}
