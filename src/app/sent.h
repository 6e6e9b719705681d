/* What became of what somebody sent: received, approved, returned with the reviewer's questions, and so on.  Of a
 * record it says no more than what it is called: nothing of its content, sealed or not.  docs/formats/api.md */
#ifndef SL_APP_SENT_H
#define SL_APP_SENT_H

#include "app/programme.h"
#include "model/locale.h"
#include "model/role.h"

enum sl_fate {
	SL_FATE_RECEIVED,   /* it waits for review */
	SL_FATE_INCOMPLETE, /* the same, and files are still to come */
	SL_FATE_RETURNED,   /* with questions: to be corrected and sent again */
	SL_FATE_APPROVED,
	SL_FATE_REJECTED,
	SL_FATE_DUPLICATE, /* of another record */
	SL_FATE_LINKED,    /* it became news of another record, and its fate is that one's: see `of` */
	SL_FATE_REPLACED,  /* the sender sent a corrected version */
};
const char *sl_fate_name(enum sl_fate f); /* "received", ... */
/* In a sentence for the sender. */
const char *sl_fate_text(const struct sl_locale *l, enum sl_fate f);

struct sl_sent {
	int64_t id;
	struct sl_str instance, title, form, version, kind, account;
	struct sl_str identity; /* what the record is called */
	struct sl_uuid record;
	int64_t received_ms;
	enum sl_fate fate;
	int64_t fate_ms;         /* when it came to that; 0: with its receipt */
	struct sl_str questions; /* what the reviewer wrote at that step */
	struct sl_str of;        /* DUPLICATE, LINKED: what the other record is called; empty when it is not to be seen */
	int64_t missing;
};

enum sl_sent_of { SL_SENT_MINE, SL_SENT_ORGANISATION, SL_SENT_ALL };
struct sl_sent_wish {
	const struct sl_person *person;
	enum sl_sent_of of;
	int64_t before; /* go on behind this id; 0: the newest */
	size_t limit;
};
/* The newest first, in `a`; *more: there are older ones.  SL_DENIED when the person may not see those of others,
 * SL_INVALID for an organisation that they have not. */
SL_CHECKED enum sl_code sl_sent_list(struct sl_programme *p, struct sl_arena *a, const struct sl_sent_wish *wish,
                                     struct sl_sent **out, size_t *n, bool *more, struct sl_err *e);
/* With the sentence of each in the language. */
void sl_sent_json(struct sl_buf *b, const struct sl_locale *l, const struct sl_sent *list, size_t n, bool more);

#endif
