/* Import: files of any format become revisions of records, and findings.  Bad data never stops an import:
 * the record is kept and the finding says what is wrong and where.  What stops one is a question only a
 * person can answer: which kind, which CRS, which layer.  One transaction a file: all of it or nothing. */
#ifndef SL_APP_IMPORT_H
#define SL_APP_IMPORT_H

#include "app/programme.h"

struct sl_people;
struct sl_actor;

struct sl_import_options {
	const char *kind;         /* NULL: told by the columns or the name, else SL_INVALID */
	const char *mapping;      /* path of a mapping CSV; NULL: names and aliases */
	const char *organisation; /* fills the field where it is empty */
	const char *layer;
	const char *crs;        /* overrides what the file says; anything PROJ knows */
	const char *encoding;   /* of CSV and shapefiles that do not say it */
	const char *const *set; /* "field=value", for every record */
	size_t n_set;
	bool approve;       /* approved at once, else submitted for review */
	bool no_suggestion; /* write no INPUT.mapping.csv */
	/* Whose audit log says it, an entry for each file, before it counts; NULL: none. */
	struct sl_people *people;
	const struct sl_actor *by;
	const char *called; /* what the log calls the file; NULL: its path */
};

struct sl_import_file {
	const char *path;
	bool already;           /* these bytes were imported before in the same way: nothing was done */
	uint64_t n_rows;        /* read */
	uint64_t n_empty;       /* of these nothing in them */
	uint64_t n_unreadable;  /* of these no row at all (broken JSON) */
	uint64_t n_added;       /* new records */
	uint64_t n_revised;     /* new revisions of known records, later in time */
	uint64_t n_corrected;   /* the same day said otherwise */
	uint64_t n_history;     /* revisions older than what was known */
	uint64_t n_unchanged;   /* said again as it is known */
	uint64_t n_approved;    /* known and waiting, approved now */
	uint64_t n_findings[3]; /* by enum sl_severity */
	const char *suggestion; /* path of the mapping that was written; NULL */
	const char *crs;        /* identifier of the CRS used; NULL without geometry */
};

struct sl_import_result {
	struct sl_import_file *file; /* in the programme's arena */
	size_t n;                    /* files finished; the rest were not begun */
};

/* Imports the files in order.  On failure the files before stand, the one named in the error has left
 * nothing, and out tells of those before.  SL_INVALID, SL_NOT_FOUND, SL_CANCELLED, SL_BUSY, SL_IO. */
SL_CHECKED enum sl_code sl_import_files(struct sl_programme *p, const struct sl_import_options *o,
                                        const char *const *paths, size_t n, struct sl_import_result *out,
                                        struct sl_err *e);

/* One file that came as bytes, named so by who sent it: as sl_import_files, in `writer`, said by o->by->person.  What
 * the log and messages call it is the last part of the name. */
SL_CHECKED enum sl_code sl_import_upload(struct sl_programme *writer, const struct sl_import_options *o,
                                         struct sl_str name, struct sl_str bytes, struct sl_import_file *out,
                                         struct sl_err *e);

#endif
