/* Ordnance that is said to neutralise itself, in a programme: what hazards hold of it, what sources claim,
 * and how many items may still function at a date, beside how many lie there.  Only numbers, dates and
 * claims. */
#ifndef SL_APP_NEUTRALISING_H
#define SL_APP_NEUTRALISING_H

#include "app/analysis.h"


#endif
