#include "checks/rule.h"

/* Most ids are the field's own list of checks; those whose source begins with "Safelane" we added where the
 * list had no number.  Rows are in the order of the manual. */
const struct sl_rule sl_rules[] = {
    {"G01", SL_ERROR, SL_RULE_RECORD, "the outline is not a valid polygon",
     "Look at the place shown, most often the order of the points is wrong; correct the points, or accept "
     "the proposed repair.",
     "GICHD geocheck (2020)"},
    {"G02", SL_ERROR, SL_RULE_RECORD, "a ring of fewer than three points",
     "Find the missing turning points in the original report.", "GICHD geocheck (2020)"},
    {"G03", SL_WARNING, SL_RULE_RECORD, "points of a polygon repeat each other",
     "Delete the repeated points, or correct the one that was typed twice.", "GICHD geocheck (2020)"},
    {"G05", SL_WARNING, SL_RULE_RECORD, "the last two points of a polygon are its first two again",
     "Delete the last two points: a polygon closes by itself.", "GICHD geocheck (2020), CleanUp scripts"},
    {"G06", SL_WARNING, SL_RULE_RECORD, "a leg longer than 5 km, the closing leg included",
     "Look for a point with a wrong digit or in the wrong place of the order.", "GICHD geocheck (2020)"},
    {"G07", SL_NOTE, SL_RULE_RECORD, "a leg longer than 50 m without an intermediate point",
     "Add the intermediate points of the survey, or leave it when the next turning point was in sight.",
     "IMSMA wiki, Point Types"},
    {"G08", SL_ERROR, SL_RULE_RECORD, "the same polygon twice in one record", "Delete one of the two.",
     "GICHD geocheck (2020)"},
    {"G09", SL_WARNING, SL_RULE_RECORD, "parts of one record overlap each other",
     "Correct the boundary between the parts, or draw them as one.", "GICHD geocheck (2020)"},
    {"G10", SL_WARNING, SL_RULE_PROGRAMME, "two hazards, both open, overlap",
     "Agree on the boundary between the two, or merge them and withdraw one; the account counts the ground "
     "once.",
     "GICHD geocheck (2020) compares within one record only; Safelane compares all"},
    {"G11", SL_WARNING, SL_RULE_PROGRAMME, "a release lies outside the hazard that it names",
     "Name the right hazard, correct the outline, or record the extension of the hazard first.",
     "IMAS 07.11; IMAS 05.10 (product inside its area)"},
    {"G12", SL_WARNING, SL_RULE_PROGRAMME, "outside the country or the administrative area that it names",
     "Correct the coordinates or the code of the area.", "IMAS 05.10"},
    {"G15", SL_WARNING, SL_RULE_RECORD, "coordinates too coarse for what they bound",
     "Take the coordinates from the original with all their digits, or survey the corners again.",
     "IMAS 05.10; docs/method/area.md"},
    {"G16", SL_ERROR, SL_RULE_PROGRAMME, "latitude and longitude are exchanged, or a sign is lost",
     "Exchange the two coordinates or restore the sign, after a look at the original.", "IMAS 05.10"},
    {"G17", SL_ERROR, SL_RULE_READING, "coordinates in an unknown or wrong reference system",
     "Import again with --crs and the system that the coordinates are in.", "IMAS 05.10"},
    {"G18", SL_ERROR, SL_RULE_READING, "an MGRS reference with an odd number of digits",
     "Take the reference from the original with all its digits.", "IMSMA wiki, MGRS"},
    {"G19", SL_WARNING, SL_RULE_RECORD, "the area reported is not that of the polygon",
     "Find out which of the two is right; the account uses the polygon.", "IMAS 05.10"},
    {"G20", SL_ERROR, SL_RULE_RECORD, "the area was reported in another unit",
     "Correct the reported area or its unit; the account uses the polygon.",
     "IMSMA wiki, Activity Summary Window"},
    {"G21", SL_ERROR, SL_RULE_PROGRAMME,
     "more hazardous land than the administrative area or half the country has",
     "Look for a wrong unit, for circles drawn around viewing points, and for records counted twice.",
     "Landmine Monitor 2013, Angola"},
    {"G22", SL_WARNING, SL_RULE_RECORD, "a circle around a viewing point stands for a boundary",
     "Record it as a point with a reported size, and plan a non-technical survey.",
     "A. Engeset, Journal of Mine Action 7.3"},
    {"G23", SL_WARNING, SL_RULE_PROGRAMME, "land released twice",
     "Keep the release that happened, or record that the land was reopened in between; the account counts "
     "it as released again.",
     "Safelane; docs/method/ledger.md; IMAS 07.11"},
    {"G24", SL_ERROR, SL_RULE_READING, "a geometry or coordinate that cannot be read",
     "Take the coordinates from the original; what was written is kept.",
     "Safelane; RFC 7946; OGC 06-103r4"},
    {"G25", SL_WARNING, SL_RULE_READING, "no geometry",
     "Enter the place or the boundary when it is known; the record is kept without.",
     "Safelane; IMAS 05.10"},
    {"T01", SL_ERROR, SL_RULE_RECORD, "an end before its start", "Correct the date that was typed wrongly.",
     "IMAS 05.10"},
    {"T02", SL_ERROR, SL_RULE_RECORD, "a date in the future, before all records, or after its own entry",
     "Correct the date.", "IMAS 05.10"},
    {"T03", SL_ERROR, SL_RULE_PROGRAMME, "land released before its hazard was identified",
     "Correct one of the two dates, or enter the date on which the hazard was first identified.",
     "IMAS 07.11"},
    {"T04", SL_NOTE, SL_RULE_HISTORY, "a later entry with an earlier or equal date of information",
     "Nothing to do when it is older news; mark it as a correction when the later record was wrong.",
     "IMSMA wiki, Other Reconcile Actions"},
    {"T05", SL_WARNING, SL_RULE_HISTORY, "a change in a year that was already reported",
     "Tell the readers of that report; account --known-at gives the figures as they were published.",
     "Mine Ban Convention, Article 7"},
    {"T06", SL_WARNING, SL_RULE_RECORD, "no date of information",
     "Enter the day on which this was true; it is never guessed.",
     "Safelane; IMAS 05.10; IMSMA wiki, MineActionFieldReport"},
    {"T07", SL_WARNING, SL_RULE_READING, "a date that cannot be read, or could be two dates",
     "Say the order in the mapping, or write YYYY-MM-DD.", "Safelane; ISO 8601"},
    {"S01", SL_ERROR, SL_RULE_HISTORY, "a change of status that cannot be",
     "Enter the step that is missing, or correct the status.",
     "docs/manual/rules.md, table of transitions"},
    {"S02", SL_ERROR, SL_RULE_PROGRAMME, "closed, and hazardous land remains",
     "Record the release of the rest, or open the hazard again.", "IMAS 07.11"},
    {"S03", SL_ERROR, SL_RULE_PROGRAMME, "a change from suspected to confirmed counted as release",
     "Record the change of class in the hazard, and release only what is free.", "IMAS 07.11"},
    {"S04", SL_WARNING, SL_RULE_RECORD, "cleared land without a depth",
     "Enter the depth of the task order or of the completion report.", "IMAS 09.10"},
    {"S05", SL_WARNING, SL_RULE_PROGRAMME, "the kind of release does not follow from the kind of activity",
     "Non-technical survey cancels, technical survey reduces, clearance clears: correct one of the two.",
     "IMAS 07.11, 08.10, 08.20, 09.10"},
    {"S06", SL_WARNING, SL_RULE_PROGRAMME, "hazardous again without a word about the earlier release",
     "Name the release that it reopens, or correct the outline.", "IMAS 07.11"},
    {"S07", SL_WARNING, SL_RULE_PROGRAMME, "handed over without a certificate",
     "Enter the number of the handover certificate.", "IMAS 08.30"},
    {"S08", SL_WARNING, SL_RULE_RECORD, "merged or duplicate, and the hazard that stays is not named",
     "Name the hazard that stays.", "Safelane; IMAS 05.10"},
    {"S09", SL_WARNING, SL_RULE_RECORD, "confirmed without direct evidence",
     "Enter the direct evidence, or record the area as suspected; what is direct is decided in "
     "dictionary/rules.csv.",
     "Safelane; IMSMA wiki, Evidence of Contamination; IMAS 07.11"},
    {"E01", SL_ERROR, SL_RULE_RECORD, "small-arms ammunition or components counted as mines",
     "Correct the category; ammunition and components are counted apart.",
     "Mine Ban Convention, Article 7"},
    {"E02", SL_WARNING, SL_RULE_PROGRAMME, "found and not destroyed, or more destroyed than found",
     "Record the destruction, or what became of the items.", "Mine Ban Convention, Article 7"},
    {"E03", SL_WARNING, SL_RULE_PROGRAMME, "several items found where they were disposed of",
     "Enter where the items were found: the demolition site is no evidence of contamination.",
     "IMSMA wiki, Point Types"},
    {"E04", SL_ERROR, SL_RULE_PROGRAMME,
     "explosive ordnance in land that was cancelled or reduced, or an accident in released land",
     "Reopen the land: record a hazard that names the release, and investigate the decision.",
     "IMAS 07.11"},
    {"E05", SL_ERROR, SL_RULE_RECORD, "a hoax or a false alarm counted as an item",
     "Set the quantity to 0; the event itself is kept.", "GICHD, IED Clearance Good Practice Guide (2020)"},
    {"I01", SL_ERROR, SL_RULE_PROGRAMME, "two records with the same identifier but for its spelling",
     "Merge the two, or give one of them an identifier of its own.", "GICHD geocheck (2020), ToolBox"},
    {"I02", SL_WARNING, SL_RULE_READING, "a code that the dictionary does not know",
     "Map the value, or add the code or its alias to dictionary/choices.csv.",
     "GICHD geocheck (2020), Enum Value Review"},
    {"I03", SL_WARNING, SL_RULE_PROGRAMME,
     "an area code that the gazetteer does not know, or without its leading zeros",
     "Restore the code as the gazetteer has it; keep codes as text.", "OCHA, P-codes"},
    {"I05", SL_WARNING, SL_RULE_RECORD, "a list that was cut",
     "Export the links again from the system that they come from.", "IMSMA Core documentation"},
    {"I06", SL_WARNING, SL_RULE_PROGRAMME, "a record is named that is not there",
     "Import the record that is named, or correct the identifier.", "Safelane; IMAS 05.10"},
    {"I07", SL_WARNING, SL_RULE_RECORD, "a required field is missing",
     "Enter it; UNK when it was asked and is not known.",
     "Safelane; IMAS 05.10, minimum data requirements"},
    {"I08", SL_ERROR, SL_RULE_RECORD, "a number outside what is possible",
     "Correct the number or its unit.", "Safelane; dictionary, constraint"},
    {"I09", SL_ERROR, SL_RULE_READING, "a row that is no record",
     "Correct the row in the file and import it again: what is known is not added twice.", "Safelane"},
    {"I10", SL_WARNING, SL_RULE_READING, "text that is not UTF-8",
     "Say the encoding of the file with --encoding; the bytes are kept.", "Safelane"},
    {"I11", SL_WARNING, SL_RULE_READING, "a value that cannot be read",
     "Correct the value, or say in the mapping how it is written.", "Safelane"},
    {"I12", SL_WARNING, SL_RULE_READING, "the columns or separators of a file are not as they should be",
     "Look at the headings, separators and quotes of the file.", "Safelane"},
    {"R01", SL_ERROR, SL_RULE_RECORD, "opening, changes and closing of a stock do not agree",
     "Find the entry that is missing; the residual is printed until then.",
     "Mine Ban Convention, Article 7"},
    {"R02", SL_ERROR, SL_RULE_PROGRAMME, "the parts do not add up to the whole",
     "Find the area that is missing or counted twice.", "IMAS 05.10"},
    {"R03", SL_ERROR, SL_RULE_RECORD, "people reached by media counted as participants",
     "Keep the reach of media in its own field.", "IMAS 12.10"},
    {"R04", SL_WARNING, SL_RULE_RECORD, "more land in a day than people can work",
     "Check area, days and method with the operator.", "HALO Trust: 10 to 50 m² per deminer and day"},
    {"R05", SL_WARNING, SL_RULE_PROGRAMME, "last digits of areas that chance does not produce",
     "Ask how the areas were measured; rounding by eye and invention look alike.",
     "chi-squared test of uniform last digits"},
    {"R06", SL_WARNING, SL_RULE_PROGRAMME, "the same outline in two records",
     "Look whether one was copied; survey the second place.",
     "Clearing Cluster Munition Remnants 2018, Laos"},
    {"R07", SL_WARNING, SL_RULE_PROGRAMME, "one team cleared much land and found nothing",
     "Look at the evidence on which the land was recorded, and at the team's quality visits.",
     "Clearing Cluster Munition Remnants 2018, Laos"},
    {"R08", SL_WARNING, SL_RULE_RECORD, "participants by sex and age do not add up",
     "Correct the total or the groups.", "Safelane; IMAS 12.10; TNMA 05.10/01"},
    {"R09", SL_WARNING, SL_RULE_PROGRAMME, "the same output several times in a row",
     "Ask the team for its daily sheets.", "Safelane; Clearing Cluster Munition Remnants 2018, Laos"},
    {"V01", SL_ERROR, SL_RULE_RECORD, "the total is not killed, injured and unknown together",
     "Correct the total or the outcome that is missing.", "IMAS 10.60"},
    {"V02", SL_ERROR, SL_RULE_RECORD, "age, birth and date of the accident contradict each other",
     "Correct the one that was typed wrongly.", "IMAS 05.10"},
    {"V03", SL_WARNING, SL_RULE_PROGRAMME, "two records that may be one person",
     "Compare the two; merge them and keep both identifiers when they are one person.", "IMAS 05.10"},
    {"V04", SL_ERROR, SL_RULE_RECORD, "shared without consent",
     "Restrict the record, or record the consent.", "IMSMA wiki, permission to share"},
    {"V05", SL_WARNING, SL_RULE_PROGRAMME, "so few people in a public group that they can be recognised",
     "Restrict the records, or publish a larger area.", "small_cell in dictionary/rules.csv"},
    {"V06", SL_ERROR, SL_RULE_PROGRAMME, "killed people among the injured, or the reverse",
     "Correct the outcome.", "IMAS 10.60"},
    {"Q01", SL_WARNING, SL_RULE_PROGRAMME, "approved by the person who entered it",
     "Let a second person approve.", "IMSMA wiki, Approve"},
    {"Q02", SL_ERROR, SL_RULE_PROGRAMME, "a serious nonconformity is overdue",
     "Close it with its corrective action, or stop the work it is about.", "IMAS 07.40"},
    {"Q03", SL_ERROR, SL_RULE_RECORD, "land accepted with ordnance found in it",
     "Reject the lot and have it cleared again.", "IMAS 09.20"},
    {"Q04", SL_ERROR, SL_RULE_RECORD, "a sample larger than its lot", "Correct one of the two areas.",
     "IMAS 09.20"},
    {"Q05", SL_NOTE, SL_RULE_PROGRAMME, "no quality visit to ongoing work for a long time", "Plan a visit.",
     "IMAS 07.40"},
};
const size_t sl_rules_n = sizeof sl_rules / sizeof *sl_rules;

const struct sl_rule *sl_rule_find(struct sl_str id)
{
	for (size_t i = 0; i < sl_rules_n; i++)
		if (sl_str_is(id, sl_rules[i].id))
			return &sl_rules[i];
	return NULL;
}

const char *sl_rule_scope_name(enum sl_rule_scope scope)
{
	static const char *const names[] = {[SL_RULE_RECORD] = "record",
	                                    [SL_RULE_HISTORY] = "history",
	                                    [SL_RULE_PROGRAMME] = "programme",
	                                    [SL_RULE_READING] = "reading"};

	return names[scope];
}

static void capitalised(struct sl_buf *b, const char *text)
{
	sl_buf_putc(b, *text >= 'a' && *text <= 'z' ? (char)(*text - 32) : *text);
	sl_buf_puts(b, text + 1);
}

void sl_rules_markdown(struct sl_buf *b)
{
	sl_buf_puts(b, "| rule | severity | looks at | what is wrong | what to do | source "
	               "|\n|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < sl_rules_n; i++) {
		const struct sl_rule *r = &sl_rules[i];

		sl_buf_printf(b, "| %s | %s | %s | ", r->id, sl_severity_name(r->severity),
		              sl_rule_scope_name(r->scope));
		capitalised(b, r->title);
		sl_buf_printf(b, " | %s | %s |\n", r->advice, r->source);
	}
}
