/* A filled form as a phone sends it: the XML instance of an XForm (getodk.github.io/xforms-spec), its metadata, its
 * answers one by one with the types that the form's binds give them. */
#ifndef SL_FORMATS_INSTANCE_H
#define SL_FORMATS_INSTANCE_H

#include "formats/xml.h"
#include "geo/geometry.h"

enum sl_answer_type { SL_ANSWER_TEXT, SL_ANSWER_PLACE, SL_ANSWER_FILE };

/* What the server needs of a form: which answers are places, and which are files. */
struct sl_form_binds {
	struct sl_form_bind {
		struct sl_str path; /* "/data/group/name" */
		enum sl_answer_type type;
	} *bind;
	size_t n;
};
SL_CHECKED enum sl_code sl_form_binds_read(struct sl_arena *a, struct sl_str xform, struct sl_form_binds *out,
                                           struct sl_err *e);

struct sl_answer {
	struct sl_str name;  /* of the node */
	struct sl_str key;   /* where it stands below the root: "victim[2]/age" */
	struct sl_str value; /* trimmed, never empty */
	enum sl_answer_type type;
};
struct sl_instance {
	struct sl_str form, version;
	struct sl_str id, deprecated; /* meta/instanceID and meta/deprecatedID; deprecated empty: no edit */
	bool encrypted;
	struct sl_xml_node *root;
	struct sl_answer *answer; /* sl_instance_answers */
	size_t n;
};
/* Which form it is of, and which instance.  SL_INVALID: it is no XML, or lacks one of the two. */
SL_CHECKED enum sl_code sl_instance_read(struct sl_arena *a, struct sl_str xml, struct sl_instance *out,
                                         struct sl_err *e);
/* Its answers, in the order of the document; without meta's identifiers. */
SL_CHECKED enum sl_code sl_instance_answers(struct sl_arena *a, const struct sl_form_binds *form,
                                            struct sl_instance *x, struct sl_err *e);

/* "lat lon alt acc", or several of them split by semicolons: one is a point, a closed list a polygon, another list a
 * line.  Latitude stands first.  *problem says in one sentence why it cannot be read, NULL when it could. */
SL_CHECKED enum sl_code sl_answer_place(struct sl_arena *a, struct sl_str value, struct sl_geom *out,
                                        const char **problem, struct sl_err *e);

#endif
