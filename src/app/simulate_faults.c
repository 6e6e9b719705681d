/* The mistakes that are planted, and what should find them. */
#include "app/simulate_parts.h"

#include <stdio.h>

const struct fault_kind fault_kinds[FAULTS] = {
    [FAULT_SWAPPED] = {"swapped axes", "G16", "hazard",
                       "Latitude and longitude of the outline are exchanged."},
    [FAULT_BOW_TIE] = {"bow-tie", "G01", "hazard",
                       "Two turning points are in the wrong order, so that legs cross."},
    [FAULT_DUPLICATE_VERTEX] = {"duplicate vertex", "G03", "hazard", "A turning point was entered twice."},
    [FAULT_LONG_LEG] = {"leg over 5 km", "G06", "hazard",
                        "A turning point has a wrong digit and lies kilometres off."},
    [FAULT_UNIT_SLIP] = {"unit slip", "G20", "hazard",
                         "The area was written in hectares or km² and entered as m²."},
    [FAULT_AREA] = {"area mismatch", "G19", "hazard", "The area reported is not that of the polygon."},
    [FAULT_OUTSIDE_COUNTRY] = {"outside the country", "G12", "hazard",
                               "The outline lies east of the country."},
    [FAULT_UNKNOWN_CODE] = {"unknown code", "I02", "hazard", "The soil is a word that no list has."},
    [FAULT_SPELLED_ID] =
        {"identifier spelled anew", "I01", "hazard",
         "A second record has the same identifier in small letters and with a blank behind it."},
    [FAULT_FUTURE] = {"date in the future", "T02", "hazard", "The date of information has a wrong year."},
    [FAULT_LOST_ZERO] = {"lost zero", "I03", "hazard", "The area code lost its leading zero, or is none."},
    [FAULT_CIRCLE] = {"circle as boundary", "G22", "hazard",
                      "A circle of equal area stands for a boundary."},
    [FAULT_TWO_VERTICES] = {"two vertices", "G02", "hazard", "Only two turning points were entered."},
    [FAULT_LAST_TWO] = {"last two are first two", "G05", "hazard",
                        "The first two turning points were entered again at the end."},
    [FAULT_COARSE] = {"coarse coordinates", "G15", "hazard", "The corners are good to 75 m only."},
    [FAULT_NO_EVIDENCE] = {"no direct evidence", "S09", "hazard", "Confirmed on indirect evidence."},
    [FAULT_MISSING] = {"required field missing", "I07", "hazard", "The contamination was not entered."},
    [FAULT_STATUS] = {"impossible status", "S01", "hazard", "Handed over without ever having been closed."},
    [FAULT_CLOSING_POINT] = {"first point repeated", "G04", "hazard",
                             "The first turning point was entered again as the last one."},
    [FAULT_NO_REFERENCE] = {"no bearing reference", "G13", "hazard",
                            "Measured by compass and tape, and nothing says against which north."},
    [FAULT_MISCLOSURE] = {"traverse not closed", "G14", "hazard",
                          "The distance of one leg of the traverse was misread."},
    [FAULT_STILL_SUSPECTED] = {"still suspected", "S10", "hazard",
                               "Suspected only, although the evidence is direct."},
    [FAULT_EVIDENCE_SAID] = {"evidence misstated", "S11", "hazard",
                             "The evidence is said to be direct, and what is listed is not."},
    [FAULT_OLDER_NEWS] = {"older news entered later", "T04", "hazard",
                          "A report was entered after a newer one."},
    [FAULT_CLOSED_YEAR] = {"change in a reported year", "T05", "hazard",
                           "Changed as from a year whose report was out."},
    [FAULT_TOO_LARGE] = {"larger than its district", "G21", "hazard",
                         "The reported size of a viewing point is more than its district has."},
    [FAULT_OUTSIDE_PARENT] = {"product outside parent", "G11", "release",
                              "The outline lies beside the hazard that it names."},
    [FAULT_NO_DEPTH] = {"cleared without depth", "S04", "release", "The depth of clearance is missing."},
    [FAULT_TOO_EARLY] = {"released before identified", "T03", "release",
                         "The date is before the hazard was identified."},
    [FAULT_MISMATCH] = {"product of another activity", "S05", "release",
                        "Non-technical survey is said to have cleared land."},
    [FAULT_RELEASE_AREA] = {"area mismatch", "G19", "release",
                            "The area reported is not that of the polygon."},
    [FAULT_CERTIFICATE] = {"no certificate", "S07", "release", "Handed over, and no certificate is named."},
    [FAULT_TWICE] = {"released twice", "G23", "release",
                     "A second operator reports the same land as released."},
    [FAULT_RECLASSIFIED] = {"reclassified and released", "S03", "release",
                            "A change of class is counted as release."},
    [FAULT_START_AFTER_END] = {"start after end", "T01", "activity", "First and last day are exchanged."},
    [FAULT_PRODUCTIVITY] = {"implausible output", "R04", "activity",
                            "The deminer-days are too few for the area."},
    [FAULT_DANGLING] = {"dangling reference", "I06", "activity",
                        "The task that is named is not in the files."},
    [FAULT_LONG_LIST] = {"truncated list", "I05", "activity",
                         "The list of other hazards was cut at 20,000 characters."},
    [FAULT_AMMUNITION] = {"ammunition as mines", "E01", "ordnance",
                          "Small-arms ammunition is counted as mines."},
    [FAULT_MORE_DESTROYED] = {"more destroyed than found", "E02", "ordnance",
                              "More items are destroyed than were found."},
    [FAULT_IN_CANCELLED] = {"ordnance in cancelled land", "E04", "ordnance",
                            "An item was found in cancelled land."},
    [FAULT_HOAX] = {"hoax counted", "E05", "ordnance", "A hoax is counted as items."},
    [FAULT_DISPOSAL] =
        {"disposal site as place of find", "E03", "ordnance",
         "Several items have the place of their disposal as the place where they were found."},
    [FAULT_ACCIDENT_TOTAL] = {"victim totals", "V01", "accident",
                              "The total is not killed, injured and unknown together."},
    [FAULT_EXCHANGED] = {"form identifiers exchanged", "I04", "accident",
                         "reportGUID and fieldReportGUID are exchanged."},
    [FAULT_AGE] = {"impossible age", "V02", "victim", "Age and year of birth contradict each other."},
    [FAULT_SAME_VICTIM] = {"victim twice", "V03", "victim", "A hospital reports the same person again."},
    [FAULT_CONSENT] = {"shared without consent", "V04", "victim",
                       "Partners may read it, and consent was refused."},
    [FAULT_DEATH] = {"killed among injured", "V06", "victim", "Listed as injured, with a place of death."},
    [FAULT_BANDS] = {"groups do not add up", "R08", "education",
                     "Participants by sex and age are not the total."},
    [FAULT_MEDIA] = {"media among participants", "R03", "education",
                     "The reach of radio is counted as participants."},
    [FAULT_OVERDUE] = {"nonconformity overdue", "Q02", "quality",
                       "A major nonconformity was never closed."},
    [FAULT_ACCEPTED] = {"accepted with finds", "Q03", "quality",
                        "The lot was accepted although an item was found."},
    [FAULT_SAMPLE] = {"sample over lot", "Q04", "quality", "The sample is larger than the lot."},
    [FAULT_ROUNDED] = {"rounded areas", "R05", "activity", "Every area of an operator ends in 0."},
    [FAULT_NOTHING_FOUND] = {"nothing ever found", "R07", "activity",
                             "One team clears many hectares and never finds anything."},
    [FAULT_IDENTICAL] = {"equal outputs", "R09", "activity",
                         "One team reports the same output day by day."},
    [FAULT_DOUBLE] = {"duplicate hazard", "G10", "hazard", "Two operators recorded the same area."},
    [FAULT_ACROSS] = {"overlapping hazards", "G10", "hazard", "Two open hazards overlap."},
    [FAULT_COPY] = {"copied outline", "R06", "hazard", "The outline is that of another hazard, moved."},
    [FAULT_REOPENED] = {"reopened without link", "S06", "hazard", "Opened again, and no release is named."},
    [FAULT_CLOSED] = {"closed with remaining", "S02", "hazard",
                      "Closed, and part of it was never released."},
    [FAULT_MERGED] = {"merged into nothing", "S08", "hazard",
                      "Merged, and the hazard that stays is not named."},
};

enum fault fault_draw(uint64_t seed, enum fault first, enum fault end, uint64_t index, double rate)
{
	uint64_t s = chance(seed, CHANCE_FAULT, ((uint64_t)first << 40) + index);

	if (rate <= 0 || !chance_hits(&s, rate))
		return FAULT_NONE;
	return (enum fault)((uint32_t)first + 1 + chance_of(&s, (uint32_t)end - (uint32_t)first - 1));
}

enum sl_code run_truth(struct run *r, enum fault fault, const char *ids, struct sl_err *e)
{
	const struct fault_kind *f = &fault_kinds[fault];

	r->faults++;
	record_begin(&r->truth);
	put_text(&r->truth, "fault", f->name);
	put_text(&r->truth, "rule", f->rule);
	put_text(&r->truth, "kind", f->kind);
	put_text(&r->truth, "record", ids);
	put_text(&r->truth, "text", f->text);
	return record_end(&r->truth, NULL, NULL, e);
}
