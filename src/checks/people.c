/* Rules about people: accidents, victims, education. */
#include "checks/judge.h"

#include <math.h>
#include <stdio.h>

enum sl_code sl_v01_total(struct sl_judged *j, struct sl_err *e)
{
	double k = sl_record_number(j->r, "killed"), i = sl_record_number(j->r, "injured"),
	       u = sl_record_number(j->r, "unknown"), total = sl_record_number(j->r, "total");
	double sum = (k > 0 ? k : 0) + (i > 0 ? i : 0) + (u > 0 ? u : 0);
	bool all = k >= 0 && i >= 0 && u >= 0;
	char a[40], b[40];

	if (!(total >= 0) || (isnan(k) && isnan(i)) || total == sum)
		return SL_OK;
	if (!all && total > sum)
		return sl_judge_say(
		    j, "V01", (struct sl_spot){.field = "total", .graded = true, .severity = SL_WARNING}, e,
		    "The total is %s and the outcomes stated give %s: the outcome of the others is not stated.",
		    sl_number_text(total, a), sl_number_text(sum, b));
	return sl_judge_say(j, "V01", (struct sl_spot){.field = "total"}, e,
	                    "The total is %s; killed, injured and unknown add up to %s.",
	                    sl_number_text(total, a), sl_number_text(sum, b));
}

static double year_of_accident(const struct sl_record *r)
{
	struct sl_date d = sl_record_date(r, "accident_date");

	return sl_date_is_none(d) ? sl_record_number(r, "year") : sl_date_year(d);
}

enum sl_code sl_v02_age(struct sl_judged *j, struct sl_err *e)
{
	double age = sl_record_number(j->r, "age"), born = sl_record_number(j->r, "birth_year"),
	       year = year_of_accident(j->r);
	bool child = sl_record_has_code(j->r, "age_group", "CHILD"),
	     adult = sl_record_has_code(j->r, "age_group", "ADULT");

	if (age > j->c->limit.victim_age_max)
		return sl_judge_say(j, "V02", (struct sl_spot){.field = "age"}, e, "An age of %.0f years.", age);
	if (year < born)
		return sl_judge_say(j, "V02", (struct sl_spot){.field = "birth_year"}, e,
		                    "Born in %.0f, after the accident in %.0f.", born, year);
	/* Whoever was born in `born` is one of two ages in `year`. */
	if (age > year - born + j->c->limit.victim_age_tolerance ||
	    age < year - born - 1 - j->c->limit.victim_age_tolerance)
		return sl_judge_say(j, "V02", (struct sl_spot){.field = "age"}, e,
		                    "Aged %.0f at an accident in %.0f, and born in %.0f.", age, year, born);
	if ((child && age >= j->c->limit.child_age_below) || (adult && age < j->c->limit.child_age_below))
		return sl_judge_say(j, "V02", (struct sl_spot){.field = "age_group"}, e,
		                    "Aged %.0f, and said to be %s.", age, child ? "a child" : "an adult");
	return SL_OK;
}

enum sl_code sl_v04_consent(struct sl_judged *j, struct sl_err *e)
{
	bool public = sl_record_has_code(j->r, "access_level", "PUBLIC"),
	     partner = sl_record_has_code(j->r, "access_level", "PARTNER"),
	     authority = sl_record_has_code(j->r, "access_level", "NMAA");
	const char *refused = NULL;

	if (!public && !partner && !authority)
		return SL_OK;
	if (sl_record_has_code(j->r, "consent_record", "no"))
		refused = "consent_record";
	else if ((public || partner) && sl_record_has_code(j->r, "consent_ngos", "no"))
		refused = "consent_ngos";
	else if (sl_record_has_code(j->r, "consent_authorities", "no"))
		refused = "consent_authorities";
	if (!refused)
		return SL_OK;
	return sl_judge_say(j, "V04", (struct sl_spot){.field = refused}, e,
	                    "The record may be read by %s, and consent for that was refused (%s).",
	                    public    ? "everyone"
	                    : partner ? "partners"
	                              : "the authority",
	                    refused);
}

enum sl_code sl_v06_killed(struct sl_judged *j, struct sl_err *e)
{
	struct sl_str later = sl_record_text(j->r, "later_outcome");

	if (!sl_record_has_code(j->r, "outcome", "I") || !sl_record_text(j->r, "place_of_death").n ||
	    sl_str_is(later, "K") || sl_str_is(later, "KL"))
		return SL_OK;
	return sl_judge_say(j, "V06", (struct sl_spot){.field = "outcome"}, e,
	                    "Listed as injured, and a place of death is given.");
}

/* Sum of the fields that are stated; *stated tells whether every one is. */
static double sum_of(const struct sl_record *r, const char *const *fields, size_t n, bool *all, bool *any)
{
	double sum = 0;

	*all = true;
	*any = false;
	for (size_t i = 0; i < n; i++) {
		double x = sl_record_number(r, fields[i]);

		if (isnan(x)) {
			*all = false;
			continue;
		}
		*any = true;
		sum += x;
	}
	return sum;
}

static const char *const bands[] = {"under5", "m5_12", "f5_12", "m13_17", "f13_17",
                                    "m18",    "f18",   "boys",  "girls",  "unknown_age_sex"};

enum sl_code sl_r03_media(struct sl_judged *j, struct sl_err *e)
{
	static const char *const broadcast[] = {"radio", "tv", "socialmedia", "printedpress"};
	double total = sl_record_number(j->r, "total"), reach = sl_record_number(j->r, "media_reach");
	bool all, any, media = false;
	double people = sum_of(j->r, bands, sizeof bands / sizeof *bands, &all, &any);
	char a[40], b[40];

	for (size_t i = 0; i < sizeof broadcast / sizeof *broadcast; i++)
		media |= sl_record_has_code(j->r, "education_activity", broadcast[i]);
	if (!(total > 0))
		return SL_OK;
	if (reach > 0 && total >= reach && (total == reach || (any && total == people + reach)))
		return sl_judge_say(j, "R03", (struct sl_spot){.field = "total"}, e,
		                    "The total of %s people includes the estimated reach of media, %s.",
		                    sl_number_text(total, a), sl_number_text(reach, b));
	if (media && isnan(reach))
		return sl_judge_say(j, "R03", (struct sl_spot){.field = "total"}, e,
		                    "%s people are counted as attending what was broadcast or printed.",
		                    sl_number_text(total, a));
	return SL_OK;
}

enum sl_code sl_r08_bands(struct sl_judged *j, struct sl_err *e)
{
	double total = sl_record_number(j->r, "total"), reach = sl_record_number(j->r, "media_reach");
	bool all, any;
	double people = sum_of(j->r, bands, sizeof bands / sizeof *bands, &all, &any);
	char a[40], b[40];

	if (isnan(total) || !any || total == people || (reach > 0 && total == people + reach))
		return SL_OK;
	if (!all && total > people)
		return SL_OK; /* people whose age or sex nobody wrote down */
	return sl_judge_say(j, "R08", (struct sl_spot){.field = "total"}, e,
	                    "The total is %s; the people by sex and age add up to %s.",
	                    sl_number_text(total, a), sl_number_text(people, b));
}
