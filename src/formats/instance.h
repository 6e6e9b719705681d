/* A filled form as a phone sends it: the XML instance of an XForm (getodk.github.io/xforms-spec), its metadata, its
 * answers one by one with the types that the form's binds give them. */
#ifndef SL_FORMATS_INSTANCE_H
#define SL_FORMATS_INSTANCE_H

#include "formats/xml.h"
#include "geo/geometry.h"

enum sl_answer_type { SL_ANSWER_TEXT, SL_ANSWER_PLACE, SL_ANSWER_FILE, SL_ANSWER_CALCULATED };

/* What the server needs of a form: which answers are places, files or calculated; what repeats. */
struct sl_form_binds {
	struct sl_form_bind {
		struct sl_str path; /* "/data/group/name" */
		enum sl_answer_type type;
	} *bind;
	size_t n;
	/* kind: of the record that each repetition makes, empty: none, it is a row of the record around it; link: its field
	 * that names that record; inherit: fields that it takes from there (formats/field_form.h). */
	struct sl_form_repeat {
		struct sl_str path, name, kind, link, inherit;
	} *repeat;
	size_t n_repeats;
};
SL_CHECKED enum sl_code sl_form_binds_read(struct sl_arena *a, struct sl_str xform, struct sl_form_binds *out,
                                           struct sl_err *e);

struct sl_answer {
	struct sl_str name;  /* of the node */
	struct sl_str key;   /* where it stands below the root: "victim[2]/age" */
	struct sl_str value; /* trimmed, never empty */
	struct sl_str local; /* where it stands below its row, its part or the root */
	enum sl_answer_type type;
	size_t part; /* number of the part that it is of, from 1; 0: of the record itself */
	size_t row;  /* number of the row that it is of, from 1; 0: of none */
};
/* A repetition that makes a record of its own. */
struct sl_instance_part {
	const struct sl_form_repeat *repeat;
	size_t position;  /* among those of its repeat, from 1 */
	size_t place;     /* as it stands in the XML: those that were left out are counted, too */
	struct sl_str id; /* SL_FORM_ROW in it; empty: it has none, or one that an earlier one has too */
	bool filled;      /* somebody answered something */
};
/* A repetition that is a row of a table: of the outermost such repeat. */
struct sl_instance_row {
	const struct sl_form_repeat *repeat;
	size_t part; /* as of an answer */
};
struct sl_instance {
	struct sl_str form, version;
	struct sl_str id, deprecated; /* meta/instanceID and meta/deprecatedID; deprecated empty: no edit */
	bool encrypted;
	struct sl_xml_node *root;
	struct sl_answer *answer; /* sl_instance_answers */
	size_t n;
	struct sl_instance_part *part, *left_out; /* left_out: in which nobody answered anything */
	size_t n_parts, n_left_out;
	struct sl_instance_row *row;
	size_t n_rows;
};
/* Which form it is of, and which instance.  SL_INVALID: it is no XML, or lacks one of the two. */
SL_CHECKED enum sl_code sl_instance_read(struct sl_arena *a, struct sl_str xml, struct sl_instance *out,
                                         struct sl_err *e);
/* Its answers, parts and rows, in the order of the document; without meta's identifiers.  Empty ones are no answers;
 * parts in which nobody answered anything are left out, with what the form itself calculated there. */
SL_CHECKED enum sl_code sl_instance_answers(struct sl_arena *a, const struct sl_form_binds *form,
                                            struct sl_instance *x, struct sl_err *e);

/* "lat lon alt acc", or several of them split by semicolons: one is a point, a closed list a polygon, another list a
 * line.  Latitude stands first.  *problem says in one sentence why it cannot be read, NULL when it could. */
SL_CHECKED enum sl_code sl_answer_place(struct sl_arena *a, struct sl_str value, struct sl_geom *out,
                                        const char **problem, struct sl_err *e);

#endif
