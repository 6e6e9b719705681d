/* Deadlines of Article 5 of the Mine Ban Convention: ten years after it enters into force for a State, unless a
 * meeting of the States Parties grants more.  Pure. */
#ifndef SL_MODEL_ARTICLE5_H
#define SL_MODEL_ARTICLE5_H

#include "base/date.h"

struct sl_article5 {
	struct sl_date in_force; /* first day of the sixth month after the one of deposit (Article 17, 2) */
	struct sl_date deadline; /* ten years later (Article 5, 1), or what was granted (Article 5, 3) */
};

/* `granted` none: no extension.  All none when there is no date of deposit. */
struct sl_article5 sl_article5_of(struct sl_date deposited, struct sl_date granted);
/* When a withdrawal takes effect: six months after its deposit, unless the State is at war then (Article 20, 3).  A month
 * that lacks the day ends earlier. */
struct sl_date sl_article20_of(struct sl_date deposited);

#endif
