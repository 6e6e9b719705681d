/* Who may do what: roles, rights, and one table of both.  No I/O, nothing is remembered.
 * Whatever is not allowed in the table is denied: a zeroed struct sl_person may do nothing. */
#ifndef SL_MODEL_ROLE_H
#define SL_MODEL_ROLE_H

#include "base/str.h"

enum sl_role {
	SL_ROLE_PUBLIC, /* not signed in, where the programme is open to the public */
	SL_ROLE_READER,
	SL_ROLE_OPERATOR, /* only the records of the own organisation */
	SL_ROLE_DATA_ENTRY,
	SL_ROLE_REVIEWER,
	SL_ROLE_QUALITY,
	SL_ROLE_OFFICER, /* information officer */
	SL_ROLE_ADMINISTRATOR,
};
#define SL_ROLES 8

enum sl_right {
	SL_RIGHT_READ_PUBLISHED, /* generalised layers, small cells suppressed */
	SL_RIGHT_READ_APPROVED,
	SL_RIGHT_READ_SUBMITTED, /* whatever waits, was returned or rejected; drafts are their author's only */
	SL_RIGHT_READ_SENSITIVE, /* names, telephones, exact places of people */
	SL_RIGHT_WRITE,          /* drafts; hand them in for review */
	SL_RIGHT_REVIEW,         /* approve, return, reject, link, mark as duplicate: see sl_may_approve */
	SL_RIGHT_WRITE_QUALITY,  /* records of the kind quality */
	SL_RIGHT_READ_FINDINGS,
	SL_RIGHT_EXPORT,        /* write what one may read as a file */
	SL_RIGHT_MANAGE_LISTS,  /* vocabularies, organisations, base maps, languages */
	SL_RIGHT_MANAGE_PEOPLE, /* accounts, tokens of others, settings */
	SL_RIGHT_READ_AUDIT,
};
#define SL_RIGHTS 12

/* How far a right goes.  Each includes those before it. */
enum sl_extent {
	SL_EXTENT_NONE,
	SL_EXTENT_OWN_ENTRIES,      /* what this person entered */
	SL_EXTENT_OWN_ORGANISATION, /* the records of the person's organisation */
	SL_EXTENT_ALL,
};

/* What somebody came with. A session has the whole role; an API token has a part of it. */
enum sl_scope {
	SL_SCOPE_NONE,    /* nothing: the default */
	SL_SCOPE_READ,    /* the reading rights, without sensitive data and the audit log */
	SL_SCOPE_WRITE,   /* those, and writing and reviewing records */
	SL_SCOPE_DEVICES, /* a field device: forms out, filled forms in */
	SL_SCOPE_FULL,
};

struct sl_person {
	struct sl_str name;         /* as registered; empty: nobody who is known */
	struct sl_str organisation; /* empty: none */
	enum sl_role role;
	enum sl_scope scope;
};

const char *sl_role_name(enum sl_role r); /* "public", "reader", "operator", "data-entry", ... */
bool sl_role_from(struct sl_str name, enum sl_role *out);
const char *sl_right_name(enum sl_right r); /* "read-published", ... */
const char *sl_scope_name(enum sl_scope s); /* "none", "read", "write", "devices", "full" */
bool sl_scope_from(struct sl_str name, enum sl_scope *out);

enum sl_extent sl_role_may(enum sl_role role, enum sl_right right); /* the table */
bool sl_scope_has(enum sl_scope scope, enum sl_right right);
/* Both together: how far the right of this person goes, as they came in. */
enum sl_extent sl_person_may(const struct sl_person *p, enum sl_right right);

/* What rights look at in a record (a revision of it). */
struct sl_standing {
	struct sl_str author, organisation; /* who said it, for whom */
	bool approved, draft;               /* neither: submitted, returned or rejected */
	bool quality;                       /* of the kind quality */
};
/* Are these the same organisation?  Spelled as clerks do: capitals, blanks and forms of letters do not count. Empty is
 * none, and equals none.  Whoever asks for an operator's own records decides by this and nothing else. */
bool sl_organisation_same(struct sl_str x, struct sl_str y);
/* Does the right reach this record? Names and organisations are compared as a clerk would (sl_utf8_key). */
bool sl_may_on(const struct sl_person *p, enum sl_right right, const struct sl_standing *r);
/* Its public part: approved ones with READ_APPROVED, waiting ones with READ_SUBMITTED, drafts by their
 * author. READ_PUBLISHED is no right to see a record: published layers are generalised by whoever makes
 * them. */
bool sl_may_see_record(const struct sl_person *p, const struct sl_standing *r);
/* Its sensitive part; each such reading belongs in the audit log. */
bool sl_may_see_sensitive(const struct sl_person *p, const struct sl_standing *r);
/* Change it or hand it in, with WRITE, or WRITE_QUALITY for the kind quality. */
bool sl_may_write_record(const struct sl_person *p, const struct sl_standing *r);
/* Approve it.  `approve_own` is the programme's setting: without it, nobody approves what they entered.
 * To be asked of every revision since the last approved one: a stranger's comma does not hide the author.
 */
bool sl_may_approve(const struct sl_person *p, const struct sl_standing *r, bool approve_own);

#endif
