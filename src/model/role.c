#include "model/role.h"

#include "base/utf8.h"
#include "model/locale.h"

#include <ctype.h>

/* The table of rights.  tests/cases/roles.txt says the same for people to read, and a test compares.
 *
 * Separation of duties: who runs the machine (administrator) does not read the names of victims; who keys
 * in (data entry) sees the names that they keyed in, to correct them, and no others; who judges quality
 * reads the work and writes only about it; who only enters (operator, data entry) does not review. */
#define NONE SL_EXTENT_NONE
#define MINE SL_EXTENT_OWN_ENTRIES
#define OURS SL_EXTENT_OWN_ORGANISATION
#define ALL SL_EXTENT_ALL
static const unsigned char table[SL_ROLES][SL_RIGHTS] = {
    /* Columns in the order of enum sl_right. */
    [SL_ROLE_PUBLIC] = {ALL, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE},
    [SL_ROLE_READER] = {ALL, ALL, NONE, NONE, NONE, NONE, NONE, NONE, ALL, NONE, NONE, NONE},
    [SL_ROLE_OPERATOR] = {ALL, OURS, OURS, OURS, OURS, NONE, NONE, OURS, OURS, NONE, NONE, NONE},
    [SL_ROLE_DATA_ENTRY] = {ALL, ALL, ALL, MINE, ALL, NONE, NONE, ALL, ALL, NONE, NONE, NONE},
    [SL_ROLE_REVIEWER] = {ALL, ALL, ALL, ALL, ALL, ALL, NONE, ALL, ALL, NONE, NONE, NONE},
    [SL_ROLE_QUALITY] = {ALL, ALL, ALL, NONE, NONE, NONE, ALL, ALL, ALL, NONE, NONE, NONE},
    [SL_ROLE_OFFICER] = {ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL, NONE, ALL},
    [SL_ROLE_ADMINISTRATOR] = {ALL, ALL, ALL, MINE, ALL, ALL, ALL, ALL, ALL, ALL, ALL, ALL},
};
#undef NONE
#undef MINE
#undef OURS
#undef ALL

#define BIT(right) (1u << (right))
#define READING                                                                                            \
	(BIT(SL_RIGHT_READ_PUBLISHED) | BIT(SL_RIGHT_READ_APPROVED) | BIT(SL_RIGHT_READ_SUBMITTED) |           \
	 BIT(SL_RIGHT_READ_FINDINGS) | BIT(SL_RIGHT_EXPORT))

/* A token lies in a script or on a telephone: none manages people, and none reads what is sealed. */
static const unsigned scope_rights[] = {
    [SL_SCOPE_NONE] = 0,
    [SL_SCOPE_READ] = READING,
    [SL_SCOPE_WRITE] = READING | BIT(SL_RIGHT_WRITE) | BIT(SL_RIGHT_WRITE_QUALITY) | BIT(SL_RIGHT_REVIEW),
    [SL_SCOPE_DEVICES] = BIT(SL_RIGHT_READ_PUBLISHED) | BIT(SL_RIGHT_WRITE) | BIT(SL_RIGHT_WRITE_QUALITY),
    [SL_SCOPE_FULL] = BIT(SL_RIGHTS) - 1,
};

static const char *const role_names[SL_ROLES] = {
    SL_TEXT("role", "public"),   SL_TEXT("role", "reader"),  SL_TEXT("role", "operator"), SL_TEXT("role", "data-entry"),
    SL_TEXT("role", "reviewer"), SL_TEXT("role", "quality"), SL_TEXT("role", "officer"),  SL_TEXT("role", "administrator")};
static const char *const right_names[SL_RIGHTS] = {
    "read-published", "read-approved", "read-submitted", "read-sensitive", "write",         "review",
    "write-quality",  "read-findings", "export",         "manage-lists",   "manage-people", "read-audit"};
static const char *const scope_names[] = {"none", "read", "write", "devices", "full"};
#define SCOPES (sizeof scope_names / sizeof *scope_names)

const char *sl_role_name(enum sl_role r)
{
	return (unsigned)r < SL_ROLES ? role_names[r] : "";
}

bool sl_role_from(struct sl_str name, enum sl_role *out)
{
	for (unsigned i = 0; i < SL_ROLES; i++)
		if (sl_str_is(name, role_names[i])) {
			*out = (enum sl_role)i;
			return true;
		}
	return false;
}

const char *sl_right_name(enum sl_right r)
{
	return (unsigned)r < SL_RIGHTS ? right_names[r] : "";
}

const char *sl_scope_name(enum sl_scope s)
{
	return (unsigned)s < SCOPES ? scope_names[s] : "";
}

bool sl_scope_from(struct sl_str name, enum sl_scope *out)
{
	for (unsigned i = 0; i < SCOPES; i++)
		if (sl_str_is(name, scope_names[i])) {
			*out = (enum sl_scope)i;
			return true;
		}
	return false;
}

enum sl_extent sl_role_may(enum sl_role role, enum sl_right right)
{
	if ((unsigned)role >= SL_ROLES || (unsigned)right >= SL_RIGHTS)
		return SL_EXTENT_NONE;
	return (enum sl_extent)table[role][right];
}

bool sl_scope_has(enum sl_scope scope, enum sl_right right)
{
	return (unsigned)scope < SCOPES && (unsigned)right < SL_RIGHTS && scope_rights[scope] & BIT(right);
}

enum sl_extent sl_person_may(const struct sl_person *p, enum sl_right right)
{
	return sl_scope_has(p->scope, right) ? sl_role_may(p->role, right) : SL_EXTENT_NONE;
}

static bool ascii(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > 0x7e || (unsigned char)s.p[i] < 0x21)
			return false;
	return true;
}

/* Empty is nobody, and equals nobody. When in doubt, false: see the two callers for what that means. */
static bool same(struct sl_str x, struct sl_str y, bool doubt)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_str key_x, key_y;
	bool equal = doubt;

	if (!x.n || !y.n)
		return false;
	if (sl_str_eq(x, y))
		return true;
	if (ascii(x) && ascii(y)) {
		for (size_t i = 0; i < x.n && x.n == y.n; i++)
			if (tolower((unsigned char)x.p[i]) != tolower((unsigned char)y.p[i]))
				return false;
		return x.n == y.n;
	}
	if (!sl_utf8_key(&a, x, &key_x, &e) && !sl_utf8_key(&a, y, &key_y, &e))
		equal = sl_str_eq(key_x, key_y);
	sl_arena_done(&a);
	return equal;
}

bool sl_organisation_same(struct sl_str x, struct sl_str y)
{
	return same(x, y, false);
}

bool sl_may_on(const struct sl_person *p, enum sl_right right, const struct sl_standing *r)
{
	switch (sl_person_may(p, right)) {
	case SL_EXTENT_ALL: return true;
	case SL_EXTENT_OWN_ORGANISATION: return sl_organisation_same(p->organisation, r->organisation);
	case SL_EXTENT_OWN_ENTRIES: return same(p->name, r->author, false);
	case SL_EXTENT_NONE: break;
	}
	return false;
}

bool sl_may_see_record(const struct sl_person *p, const struct sl_standing *r)
{
	if (r->draft)
		return same(p->name, r->author, false) && sl_may_on(p, SL_RIGHT_READ_SUBMITTED, r);
	return sl_may_on(p, r->approved ? SL_RIGHT_READ_APPROVED : SL_RIGHT_READ_SUBMITTED, r);
}

bool sl_may_see_sensitive(const struct sl_person *p, const struct sl_standing *r)
{
	return sl_may_see_record(p, r) && sl_may_on(p, SL_RIGHT_READ_SENSITIVE, r);
}

bool sl_may_write_record(const struct sl_person *p, const struct sl_standing *r)
{
	if (r->draft && r->author.n && !same(p->name, r->author, false))
		return false;
	return sl_may_on(p, r->quality ? SL_RIGHT_WRITE_QUALITY : SL_RIGHT_WRITE, r);
}

bool sl_may_approve(const struct sl_person *p, const struct sl_standing *r, bool approve_own)
{
	if (!p->name.n || !sl_may_on(p, SL_RIGHT_REVIEW, r))
		return false;
	return approve_own || !same(p->name, r->author, true);
}
