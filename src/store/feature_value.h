/* One value of a row, as it is stored. */
#ifndef SL_STORE_FEATURE_VALUE_H
#define SL_STORE_FEATURE_VALUE_H

#include "base/str.h"

enum sl_feature_value_type { SL_FEATURE_NULL, SL_FEATURE_TEXT, SL_FEATURE_INTEGER, SL_FEATURE_DECIMAL };

struct sl_feature_value {
	enum sl_feature_value_type type;
	struct sl_str text; /* TEXT; dates are ISO 8601 */
	int64_t integer;
	double decimal;
};

#endif
