/* Private to app/sample*.c. */
#ifndef SL_APP_SAMPLE_PARTS_H
#define SL_APP_SAMPLE_PARTS_H

#include "analysis/sampling.h"
#include "app/sample.h"

struct sampling {
	struct sl_programme *p;
	struct sl_arena *a;
	const struct sl_analysis_question *q;
	struct sl_statement *s;
	struct sl_sample_lot lot;
	struct sl_square_grid grid;
	bool has_grid;
	int64_t units, sample, missed;
	double confidence;
	struct sl_sampling_plan plan;
};

void sl_sample_figures(struct sampling *m, struct sl_err *e);
void sl_sample_words(struct sampling *m, struct sl_err *e);
void sl_sample_power(struct sampling *m, struct sl_err *e); /* what the sample lets pass */
void sl_sample_clean(struct sampling *m, struct sl_err *e); /* how much has to be clean to say so */
void sl_sample_form(struct sampling *m, struct sl_err *e);  /* what goes into the quality form */

#endif
