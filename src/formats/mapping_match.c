#include "formats/mapping.h"

#include "model/record.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Guesses are only written down, never applied: what applies by itself is a name, an alias, or the plain
 * words for coordinates when the values fit them. */

/* ---- the words for coordinates ---- */

struct place_words {
	enum sl_transform what;
	const char *words; /* '|'-separated, lower case, without blanks, '_' and '-' */
};

static const struct place_words place_words[] = {
    {SL_TRANSFORM_LAT,
     "lat|latitude|latitud|latitudine|latdd|ylat|latitudedd|wgs84lat|latwgs84|широта|خطالعرض"},
    {SL_TRANSFORM_LON,
     "lon|long|lng|longitude|longitud|londd|xlon|longitudedd|wgs84lon|lonwgs84|довгота|خطالطول"},
    {SL_TRANSFORM_MGRS, "mgrs|mgrsref|mgrscoordinate|mgrscoordinates|gridreference|mgrsgrid"},
    {SL_TRANSFORM_UTM_ZONE, "utmzone|zone|huso|fuseau"},
    {SL_TRANSFORM_UTM_EASTING, "utmeasting|utme|utmx|easting"},
    {SL_TRANSFORM_UTM_NORTHING, "utmnorthing|utmn|utmy|northing"},
    {SL_TRANSFORM_X, "x|xcoord|coordx|xcoordinate|este|easting"},
    {SL_TRANSFORM_Y, "y|ycoord|coordy|ycoordinate|norte|northing"},
    {SL_TRANSFORM_WKT, "wkt|geometry|geom|thegeom|wkbgeometry|shape|geometrywkt|wktgeometry|geomwkt"},
};

static bool is_word(const char *words, struct sl_str column)
{
	struct sl_str rest = sl_str_from(words), word;

	while (sl_str_split(&rest, '|', &word)) {
		size_t k = 0, i = 0;

		for (; i < column.n; i++) {
			char c = column.p[i];

			if (c == ' ' || c == '_' || c == '-' || c == '.' || c == '(' || c == ')')
				continue;
			if (k >= word.n || (char)tolower((unsigned char)c) != word.p[k])
				break;
			k++;
		}
		if (i == column.n && k == word.n)
			return true;
	}
	return false;
}

bool sl_mapping_shows_place(struct sl_str column)
{
	for (size_t w = 0; w < sizeof place_words / sizeof *place_words; w++)
		if (is_word(place_words[w].words, column))
			return true;
	return false;
}

/* The column of that name, one with values first; SIZE_MAX when there is none. */
static size_t column_for(const struct sl_sample *s, enum sl_transform what)
{
	size_t found = SIZE_MAX;

	for (size_t w = 0; w < sizeof place_words / sizeof *place_words; w++)
		for (size_t i = 0; place_words[w].what == what && i < s->n_columns; i++)
			if (is_word(place_words[w].words, s->column[i]) &&
			    (found == SIZE_MAX || (!s->n_values[found] && s->n_values[i])))
				found = i;
	return found;
}

static bool most(const struct sl_sample *s, size_t column, bool (*fits)(struct sl_str))
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_values[column]; i++)
		n += fits(s->value[column][i]);
	return n && 10 * n >= 9 * s->n_values[column];
}

static bool is_number(struct sl_str s)
{
	double x;

	return sl_place_number(s, &x);
}

static void place_match(struct sl_column_match *m, const struct sl_kind *kind, enum sl_transform what,
                        const char *why)
{
	m->field = &kind->field[kind->geometry];
	m->step = (struct sl_transform_step){.what = what};
	m->has_step = true;
	m->match = SL_MATCH_PLACE;
	m->confidence = 0.95;
	m->why = why;
}

/* One way to give a place, the fullest first; the source's own geometry needs none. */
static void match_place(const struct sl_mapping *given, const struct sl_kind *kind,
                        const struct sl_sample *s, struct sl_column_match *m)
{
	size_t wkt, lat, lon, x, y, zone, mgrs;

	if (kind->geometry < 0 || s->own_geometry ||
	    sl_mapping_gives(given, &kind->field[kind->geometry], kind))
		return;
	wkt = column_for(s, SL_TRANSFORM_WKT);
	/* Any column whose values are WKT is one, whatever its name. */
	for (size_t i = 0; i < s->n_columns && (wkt == SIZE_MAX || !most(s, wkt, sl_place_is_wkt)); i++)
		if (most(s, i, sl_place_is_wkt))
			wkt = i;
	lat = column_for(s, SL_TRANSFORM_LAT);
	lon = column_for(s, SL_TRANSFORM_LON);
	zone = column_for(s, SL_TRANSFORM_UTM_ZONE);
	mgrs = column_for(s, SL_TRANSFORM_MGRS);
	if (wkt != SIZE_MAX && most(s, wkt, sl_place_is_wkt)) {
		place_match(&m[wkt], kind, SL_TRANSFORM_WKT, "its values are WKT");
	} else if (wkt != SIZE_MAX && most(s, wkt, sl_place_is_hex_wkb)) {
		place_match(&m[wkt], kind, SL_TRANSFORM_WKB, "its values are hexadecimal WKB");
	} else if (lat != SIZE_MAX && lon != SIZE_MAX) {
		place_match(&m[lat], kind, SL_TRANSFORM_LAT, "name of a latitude");
		place_match(&m[lon], kind, SL_TRANSFORM_LON, "name of a longitude");
	} else if (mgrs != SIZE_MAX) {
		place_match(&m[mgrs], kind, SL_TRANSFORM_MGRS, "name of a grid reference");
	} else if (zone != SIZE_MAX && (x = column_for(s, SL_TRANSFORM_UTM_EASTING)) != SIZE_MAX &&
	           (y = column_for(s, SL_TRANSFORM_UTM_NORTHING)) != SIZE_MAX) {
		place_match(&m[zone], kind, SL_TRANSFORM_UTM_ZONE, "name of a UTM zone");
		place_match(&m[x], kind, SL_TRANSFORM_UTM_EASTING, "name of an easting");
		place_match(&m[y], kind, SL_TRANSFORM_UTM_NORTHING, "name of a northing");
	} else if ((x = column_for(s, SL_TRANSFORM_X)) != SIZE_MAX &&
	           (y = column_for(s, SL_TRANSFORM_Y)) != SIZE_MAX && most(s, x, is_number) &&
	           most(s, y, is_number)) {
		place_match(&m[x], kind, SL_TRANSFORM_X, "name of an x, of the CRS that is said");
		place_match(&m[y], kind, SL_TRANSFORM_Y, "name of a y, of the CRS that is said");
	}
}

/* ---- names ---- */

static bool same_name(struct sl_str column, struct sl_str name)
{
	size_t k = 0;

	for (size_t i = 0; i < column.n; i++) {
		char c = (char)tolower((unsigned char)column.p[i]);

		if (c == ' ' || c == '_' || c == '-')
			continue;
		while (k < name.n && name.p[k] == '_')
			k++;
		if (k >= name.n || name.p[k] != c)
			return false;
		k++;
	}
	return k == name.n;
}

/* Aliases stand in the dictionary with the surest first. */
static size_t alias_place(const struct sl_field *f, struct sl_str column)
{
	struct sl_str rest = f->aliases, word;
	size_t n = 0;

	while (sl_str_split(&rest, '|', &word)) {
		if (same_name(column, word))
			return n;
		n++;
	}
	return n;
}

static bool surer(const struct sl_sample *s, const struct sl_column_match *m, size_t k, size_t i)
{
	size_t ai, ak;

	if (!s->n_values[k] != !s->n_values[i])
		return s->n_values[k] > 0;
	if (m[k].match != m[i].match)
		return m[k].match < m[i].match;
	ai = alias_place(m[i].field, s->column[i]);
	ak = alias_place(m[k].field, s->column[k]);
	return ak < ai || (ak == ai && k < i);
}

static void match_names(struct sl_arena *a, const struct sl_mapping *given, const struct sl_kind *kind,
                        const struct sl_sample *s, struct sl_column_match *m)
{
	for (size_t i = 0; i < s->n_columns; i++) {
		const struct sl_field *f;

		if (m[i].match != SL_MATCH_NONE)
			continue;
		f = sl_kind_field_meant(kind, a, s->column[i]);
		if (!f || f->index == kind->geometry || sl_mapping_gives(given, f, kind))
			continue;
		m[i].field = f;
		m[i].match = same_name(s->column[i], f->name) ? SL_MATCH_NAME : SL_MATCH_ALIAS;
		m[i].confidence = m[i].match == SL_MATCH_NAME ? 1 : 0.9;
		m[i].why = m[i].match == SL_MATCH_NAME ? "name" : "alias";
	}
	/* One column a field: one that has values, the name before an alias, the surer alias first. */
	for (size_t i = 0; i < s->n_columns; i++) {
		if (m[i].match != SL_MATCH_NAME && m[i].match != SL_MATCH_ALIAS)
			continue;
		for (size_t k = 0; k < s->n_columns; k++)
			if (k != i && m[k].field == m[i].field && !m[k].has_step && surer(s, m, k, i)) {
				m[i].match = SL_MATCH_NONE;
				m[i].named = m[i].field;
				m[i].field = NULL;
				m[i].confidence = 0;
				m[i].why = "another column is surer for the field of that name";
				break;
			}
	}
}

/* ---- values ---- */

/* Share of the values that the field reads; 0 as soon as it falls below `least`. */
static enum sl_code share_read(struct sl_arena *a, const struct sl_field *f, const struct sl_sample *s,
                               size_t column, double least, double *share, struct sl_err *e)
{
	const size_t n = s->n_values[column];
	size_t good = 0;

	*share = 0;
	for (size_t i = 0; i < n; i++) {
		struct sl_value v;
		const char *problem;

		if (sl_value_read(a, f, s->value[column][i], &v, &problem, e))
			return e->code;
		good += !problem && v.type != SL_VALUE_UNKNOWN && v.type != SL_VALUE_NA;
		if ((double)(i + 1 - good) > (1 - least) * (double)n)
			return SL_OK;
	}
	*share = n ? (double)good / (double)n : 0;
	return SL_OK;
}

static bool taken(const struct sl_mapping *given, const struct sl_kind *kind, const struct sl_field *f,
                  const struct sl_column_match *m, size_t n, size_t but)
{
	for (size_t i = 0; i < n; i++)
		if (i != but && m[i].field == f)
			return true;
	return sl_mapping_gives(given, f, kind);
}

/* The select field of the kind that reads these values best; at least nine of ten. */
static enum sl_code best_list(struct sl_arena *a, const struct sl_mapping *given,
                              const struct sl_kind *kind, const struct sl_sample *s,
                              const struct sl_column_match *m, size_t column, bool even_taken,
                              const struct sl_field **best, double *share, struct sl_err *e)
{
	*best = NULL;
	*share = 0.9;
	for (size_t k = 0; k < kind->n_fields; k++) {
		const struct sl_field *f = &kind->field[k];
		double x;

		/* A yes fits every yes_no field, so it says nothing. */
		if (f->type != SL_FIELD_SELECT_ONE || sl_str_is(f->list->name, "yes_no") ||
		    (!even_taken && taken(given, kind, f, m, s->n_columns, column)))
			continue;
		if (share_read(a, f, s, column, 0.9, &x, e))
			return e->code;
		if (x > *share || (x == *share && !*best)) {
			*best = f;
			*share = x;
		}
	}
	return SL_OK;
}

static bool is_select(const struct sl_field *f)
{
	return f->type == SL_FIELD_SELECT_ONE || f->type == SL_FIELD_SELECT_MULTIPLE;
}

/* The name says one field and every value says another: headings were swapped.  Neither is applied. */
static enum sl_code contradicted(struct sl_arena *a, const struct sl_mapping *given,
                                 const struct sl_kind *kind, const struct sl_sample *s,
                                 struct sl_column_match *m, struct sl_err *e)
{
	for (size_t i = 0; i < s->n_columns; i++) {
		const struct sl_field *other;
		double share;

		if ((m[i].match != SL_MATCH_NAME && m[i].match != SL_MATCH_ALIAS) || !is_select(m[i].field) ||
		    s->n_values[i] < 5)
			continue;
		if (share_read(a, m[i].field, s, i, 0, &share, e))
			return e->code;
		if (share > 0)
			continue;
		if (best_list(a, given, kind, s, m, i, true, &other, &share, e))
			return e->code;
		if (!other || other == m[i].field)
			continue;
		m[i].named = m[i].field;
		m[i].field = other;
		m[i].match = SL_MATCH_VALUES;
		m[i].confidence = 0.8 * share;
		m[i].why = "the values fit this field and not the one that the name means: swapped headings?";
	}
	return SL_OK;
}

/* Short, with a letter and a digit, and no two alike in the sample. */
static bool looks_like_ids(const struct sl_sample *s, size_t column)
{
	if (s->n_values[column] < 5)
		return false;
	for (size_t i = 0; i < s->n_values[column]; i++) {
		struct sl_str v = s->value[column][i];
		bool digit = false, letter = false;

		for (size_t k = 0; k < v.n; k++) {
			digit |= isdigit((unsigned char)v.p[k]) != 0;
			letter |= isalpha((unsigned char)v.p[k]) != 0;
			if (v.p[k] == ' ')
				return false;
		}
		if (!digit || !letter || v.n > 40)
			return false;
		for (size_t k = 0; k < i; k++)
			if (sl_str_eq(v, s->value[column][k]))
				return false;
	}
	return true;
}

static enum sl_code match_values(struct sl_arena *a, const struct sl_mapping *given,
                                 const struct sl_kind *kind, const struct sl_sample *s,
                                 struct sl_column_match *m, struct sl_err *e)
{
	const struct sl_field *day = sl_kind_field(kind, "effective_date");

	for (size_t i = 0; i < s->n_columns; i++) {
		const struct sl_field *f;
		double share;

		if (m[i].match != SL_MATCH_NONE || m[i].named || s->n_values[i] < 3)
			continue;
		if (best_list(a, given, kind, s, m, i, false, &f, &share, e))
			return e->code;
		if (f) {
			m[i].field = f;
			m[i].match = SL_MATCH_VALUES;
			m[i].confidence = 0.5 * share;
			m[i].why = "the values are in its list";
			continue;
		}
		f = sl_kind_field(kind, "id");
		if (f && !taken(given, kind, f, m, s->n_columns, i) && looks_like_ids(s, i)) {
			m[i].field = f;
			m[i].match = SL_MATCH_VALUES;
			m[i].confidence = 0.4;
			m[i].why = "every value is another one, with digits: identifiers?";
			continue;
		}
		if (!day || taken(given, kind, day, m, s->n_columns, i))
			continue;
		if (share_read(a, day, s, i, 0.9, &share, e))
			return e->code;
		if (share >= 0.9) {
			m[i].field = day;
			m[i].match = SL_MATCH_VALUES;
			m[i].confidence = 0.4 * share;
			m[i].why = "the values are dates";
		}
	}
	return SL_OK;
}

enum sl_code sl_mapping_match(struct sl_arena *a, const struct sl_mapping *given,
                              const struct sl_kind *kind, const struct sl_sample *sample,
                              struct sl_column_match **out, struct sl_err *e)
{
	struct sl_column_match *m = sl_arena_alloc(a, sample->n_columns, sizeof *m, e);

	if (!m)
		return e->code;
	for (size_t i = 0; i < sample->n_columns; i++) {
		m[i].column = sample->column[i];
		m[i].match = SL_MATCH_NONE;
		m[i].why = sample->n_values[i] ? "nothing fits; kept among the extras" : "empty in the first rows";
		if (sl_mapping_names(given, kind, sample->column[i])) {
			m[i].match = SL_MATCH_GIVEN;
			m[i].confidence = 1;
			m[i].why = "given";
		}
	}
	match_place(given, kind, sample, m);
	match_names(a, given, kind, sample, m);
	if (contradicted(a, given, kind, sample, m, e) || match_values(a, given, kind, sample, m, e))
		return e->code;
	*out = m;
	return SL_OK;
}

enum sl_code sl_mapping_complete(struct sl_arena *a, struct sl_mapping *m, const struct sl_kind *kind,
                                 const struct sl_column_match *match, size_t n, bool *complete,
                                 struct sl_err *e)
{
	*complete = true;
	if (sl_mapping_add_kind(a, m, kind, e))
		return e->code;
	for (size_t i = 0; i < n; i++) {
		struct sl_mapping_rule rule = {
		    .source = match[i].column, .kind = kind, .field = match[i].field, .match = match[i].match};

		if (match[i].match == SL_MATCH_NONE || match[i].match == SL_MATCH_VALUES)
			*complete = false;
		if (match[i].match != SL_MATCH_NAME && match[i].match != SL_MATCH_ALIAS &&
		    match[i].match != SL_MATCH_PLACE)
			continue;
		if (match[i].has_step) {
			rule.step[0] = match[i].step;
			rule.n_steps = 1;
		}
		if (sl_mapping_add(a, m, &rule, e))
			return e->code;
	}
	return SL_OK;
}

/* ---- which kind? ---- */

/* "hazards.geojson", "2019_hazard.csv", "Accidents - North.xlsx": a word of the name is the kind's. */
static bool named_for(const struct sl_kind *kind, struct sl_str name)
{
	size_t i = 0;

	while (i < name.n) {
		struct sl_str word = {name.p + i, 0};

		while (i < name.n && isalpha((unsigned char)name.p[i])) {
			i++;
			word.n++;
		}
		if (word.n == kind->name.n + 1 && (word.p[word.n - 1] | 32) == 's')
			word.n--;
		if (word.n == kind->name.n && same_name(word, kind->name))
			return true;
		while (i < name.n && !isalpha((unsigned char)name.p[i]))
			i++;
	}
	return false;
}

enum sl_code sl_mapping_kind(struct sl_arena *a, const struct sl_dictionary *d,
                             const struct sl_sample *sample, struct sl_str file_name, struct sl_str layer,
                             const struct sl_kind **certain, const struct sl_kind **best, struct sl_err *e)
{
	const struct sl_kind *named = NULL, *top = NULL, *full = NULL;
	size_t n_named = 0, n_full = 0, top_score = 0, named_score = 0;

	*certain = NULL;
	for (size_t i = 0; i < d->n_kinds; i++) {
		const struct sl_kind *k = &d->kind[i];
		const struct sl_mapping none = {0};
		struct sl_column_match *m;
		size_t score = 0, required = 0, present = 0;

		if (sl_mapping_match(a, &none, k, sample, &m, e))
			return e->code;
		for (size_t c = 0; c < sample->n_columns; c++)
			score += m[c].match == SL_MATCH_NAME || m[c].match == SL_MATCH_ALIAS;
		for (size_t f = 0; f < k->n_fields; f++) {
			if (!k->field[f].required || (int)f == k->geometry)
				continue;
			required++;
			for (size_t c = 0; c < sample->n_columns; c++)
				if (m[c].field == &k->field[f] && m[c].match <= SL_MATCH_ALIAS) {
					present++;
					break;
				}
		}
		if (named_for(k, file_name) || named_for(k, layer)) {
			named = k;
			n_named++;
			named_score = score;
		}
		/* Everything that must be there, more than an identifier and a name, and most of the columns. */
		if (required >= 2 && present == required && score >= 4 && 2 * score > sample->n_columns) {
			full = k;
			n_full++;
		}
		if (score > top_score || !top) {
			top = k;
			top_score = score;
		}
	}
	if (n_named == 1 && 2 * named_score >= sample->n_columns)
		*certain = named;
	else if (n_full == 1 && (!n_named || named == full))
		*certain = full;
	*best = n_named == 1 ? named : top;
	return SL_OK;
}
