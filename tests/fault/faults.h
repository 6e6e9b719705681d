/* Faults on demand: memory refused by base/mem.h or by SQLite's allocator, writes that the disk refuses,
 * and a process that ends in the middle of a write.  A workload is run with the 1st, 2nd, 3rd ... request
 * failing until it runs through without meeting a fault.  Single-threaded. */
#ifndef SL_TESTS_FAULTS_H
#define SL_TESTS_FAULTS_H

#include <stdbool.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_MEMORY,        /* base/mem.h refuses from the nth request on */
	FAULT_ENGINE_MEMORY, /* SQLite's allocator does */
	FAULT_IO,            /* writing, syncing, truncating and deleting fail from the nth on */
	FAULT_IO_ONCE,       /* only the nth fails */
	FAULT_FULL,          /* the disk is full from the nth write on */
	FAULT_CRASH,         /* the process ends at the nth, half of that write done */
};

/* Before anything touches SQLite. */
void faults_install(void);
void faults_arm(enum fault_kind kind, long nth); /* counting starts anew; FAULT_NONE switches off */
bool faults_met(void);                           /* the armed fault happened since */
const char *fault_name(enum fault_kind kind);

#endif
