#include "ledger/fold.h"

const char *sl_land_state_name(enum sl_land_state s)
{
	static const char *const names[] = {"none", "cancelled", "reduced", "cleared", "SHA", "CHA"};

	return names[s];
}

const char *sl_flow_name(enum sl_flow f)
{
	static const char *const names[] = {
		"new_sha", "new_cha", "confirmed", "downgraded", "cancelled", "reduced", "cleared", "reopened",
		"boundary_gain", "boundary_loss", "withdrawn", "outside", "again", "none"};

	return names[f];
}

static int rank(uint8_t what)
{
	switch (what) {
	case SL_FOLD_SHA: case SL_FOLD_CHA: return 0;
	case SL_FOLD_NO_HAZARD: case SL_FOLD_WITHDRAWN: return 1;
	case SL_FOLD_CANCELLED: return 2;
	case SL_FOLD_REDUCED: return 3;
	default: return 4;
	}
}

int sl_fold_order(const void *pa, const void *pb)
{
	const struct sl_fold_event *a = pa, *b = pb;

	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	if (rank(a->what) != rank(b->what))
		return rank(a->what) - rank(b->what);
	return (a->event > b->event) - (a->event < b->event);
}

static bool hazardous(enum sl_land_state s)
{
	return s == SL_STATE_SHA || s == SL_STATE_CHA;
}

/* Rule 3: CHA if any active hazard is CHA, else SHA if any is active, else the last release, else none. */
static enum sl_land_state state_of(const struct sl_fold *f)
{
	enum sl_land_state s = f->released;

	for (int32_t i = 0; i < f->n_slots; i++) {
		if (f->active[i] == SL_STATE_CHA)
			return SL_STATE_CHA;
		if (f->active[i] == SL_STATE_SHA)
			s = SL_STATE_SHA;
	}
	return s;
}

static enum sl_flow reclassified(enum sl_land_state from, enum sl_land_state to)
{
	if (from == to)
		return SL_FLOW_NONE;
	return to == SL_STATE_CHA ? SL_FLOW_CONFIRMED : SL_FLOW_DOWNGRADED;
}

static enum sl_flow hazard_version(struct sl_fold *f, const struct sl_fold_event *ev)
{
	enum sl_land_state from = f->state;

	f->active[ev->hazard] = !ev->covers ? SL_STATE_NONE : ev->what == SL_FOLD_CHA ? SL_STATE_CHA : SL_STATE_SHA;
	f->state = state_of(f);
	if (hazardous(from))
		return hazardous(f->state) ? reclassified(from, f->state) : SL_FLOW_BOUNDARY_LOSS;
	if (!hazardous(f->state))
		return SL_FLOW_NONE;
	if (from != SL_STATE_NONE)
		return SL_FLOW_REOPENED;
	if (ev->known)
		return SL_FLOW_BOUNDARY_GAIN;
	return f->state == SL_STATE_CHA ? SL_FLOW_NEW_CHA : SL_FLOW_NEW_SHA;
}

static enum sl_flow withdrawal(struct sl_fold *f, const struct sl_fold_event *ev)
{
	enum sl_land_state from = f->state;

	f->active[ev->hazard] = SL_STATE_NONE;
	f->state = state_of(f);
	if (!hazardous(from))
		return SL_FLOW_NONE;
	return hazardous(f->state) ? reclassified(from, f->state) : SL_FLOW_WITHDRAWN;
}

/* Rule 2: cleared and reduced end every hazard, cancelled the one it names, or every one. */
static enum sl_flow release(struct sl_fold *f, const struct sl_fold_event *ev)
{
	enum sl_land_state from = f->state;

	f->released = ev->what == SL_FOLD_CANCELLED ? SL_STATE_CANCELLED
	              : ev->what == SL_FOLD_REDUCED ? SL_STATE_REDUCED : SL_STATE_CLEARED;
	for (int32_t i = 0; i < f->n_slots; i++)
		if (ev->what != SL_FOLD_CANCELLED || ev->hazard < 0 || ev->hazard == i)
			f->active[i] = SL_STATE_NONE;
	f->state = state_of(f);
	if (!hazardous(from))
		return from == SL_STATE_NONE ? SL_FLOW_OUTSIDE : SL_FLOW_AGAIN;
	if (hazardous(f->state))
		return reclassified(from, f->state);
	return ev->what == SL_FOLD_CANCELLED ? SL_FLOW_CANCELLED
	       : ev->what == SL_FOLD_REDUCED ? SL_FLOW_REDUCED : SL_FLOW_CLEARED;
}

enum sl_flow sl_fold_step(struct sl_fold *f, const struct sl_fold_event *ev)
{
	switch (ev->what) {
	case SL_FOLD_SHA:
	case SL_FOLD_CHA:
		return hazard_version(f, ev);
	case SL_FOLD_NO_HAZARD:
	case SL_FOLD_WITHDRAWN:
		return withdrawal(f, ev);
	default:
		return release(f, ev);
	}
}
