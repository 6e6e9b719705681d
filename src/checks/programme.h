/* Checks that need all records: fed record by record, then judged at once on a compact index in memory
 * (about 300 bytes a record beside its polygon).
 *
 *     sl_check_programme_new → add each current approved record → version for older revisions of hazards
 *     → finish
 */
#ifndef SL_CHECKS_PROGRAMME_H
#define SL_CHECKS_PROGRAMME_H

#include "checks/check.h"

struct sl_check_programme;

/* Lives in `a`; `c` and `env` must outlive it. */
SL_CHECKED enum sl_code sl_check_programme_new(struct sl_arena *a, const struct sl_check_context *c,
                                               const struct sl_env *env, struct sl_check_programme **out,
                                               struct sl_err *e);

/* The current approved state of one record, each record once, with its geometry. */
SL_CHECKED enum sl_code sl_check_programme_add(struct sl_check_programme *p, const struct sl_revision *rev,
                                               const struct sl_record *r, struct sl_err *e);

/* Names of the victim added last, when the sealed part may be read: V03 compares them; no finding ever
 * prints them. */
SL_CHECKED enum sl_code sl_check_programme_name(struct sl_check_programme *p, struct sl_str name,
                                                struct sl_err *e);

/* An approved revision of a record that was added: hazards have more than one boundary, class and date. */
SL_CHECKED enum sl_code sl_check_programme_version(struct sl_check_programme *p,
                                                   const struct sl_revision *rev, const struct sl_record *r,
                                                   struct sl_err *e);

/* `entered_by` entered what `approved_by` approved (Q01 when they are one person). */
SL_CHECKED enum sl_code sl_check_programme_approval(struct sl_check_programme *p, int64_t record_number,
                                                    struct sl_str entered_by, struct sl_str approved_by,
                                                    struct sl_err *e);

/* Every programme rule; findings are added to `out`.  Once, at the end. */
SL_CHECKED enum sl_code sl_check_programme_finish(struct sl_check_programme *p, struct sl_findings *out,
                                                  struct sl_err *e);

/* A finding of the record rules about the record added last: in `list`, or kept small until gather. */
SL_CHECKED enum sl_code sl_check_programme_told(struct sl_check_programme *p, const struct sl_finding *f,
                                                struct sl_findings *list, struct sl_err *e);

/* Findings of the record rules that say the same of most records of a kind ("no contamination in any of
 * 3,129") become one; the others stay, or are added.  In place, before finish. */
SL_CHECKED enum sl_code sl_check_programme_gather(struct sl_check_programme *p, struct sl_findings *list,
                                                  struct sl_err *e);

#endif
