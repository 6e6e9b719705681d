/* The programme file: an append-only log of revisions, and a projection that can be dropped and rebuilt.
 * The only floor with SQL.  One writer (SL_BUSY for the second), many readers; WAL.
 * Nothing is overwritten: appending is the only way to change what is recorded. */
#ifndef SL_STORE_STORE_H
#define SL_STORE_STORE_H

#include "base/env.h"
#include "base/hash.h"
#include "base/uuid.h"
#include "model/finding.h"
#include "model/record.h"

struct sl_db;

enum sl_open_mode { SL_OPEN_READ, SL_OPEN_WRITE };

/* A new, empty programme: SL_CONFLICT when the file exists. `country` is ISO 3166 alpha-3. */
SL_CHECKED enum sl_code sl_store_create(const char *path, const struct sl_dictionary *dict,
                                        struct sl_env *env, const char *country, const char *name,
                                        struct sl_err *e);
/* Opens and migrates; layers edited from outside are noticed here (sl_store_outside_edits).
 * `dict` and `env` must outlive the handle. */
SL_CHECKED enum sl_code sl_store_open(const char *path, enum sl_open_mode mode,
                                      const struct sl_dictionary *dict, struct sl_env *env,
                                      struct sl_db **out, struct sl_err *e);
void sl_store_close(struct sl_db *db);
const struct sl_dictionary *sl_store_dictionary(const struct sl_db *db); /* the one it was opened with */

/* One write transaction at a time. */
SL_CHECKED enum sl_code sl_store_begin(struct sl_db *db, struct sl_err *e);
SL_CHECKED enum sl_code sl_store_commit(struct sl_db *db, struct sl_err *e); /* durable on return */
void sl_store_rollback(struct sl_db *db); /* no effect outside a transaction */

/* Facts of the programme: "country", "name", "created", ... */
SL_CHECKED enum sl_code sl_store_fact(struct sl_db *db, struct sl_arena *a, const char *key,
                                      struct sl_str *value, struct sl_err *e); /* empty when unset */
SL_CHECKED enum sl_code sl_store_set_fact(struct sl_db *db, const char *key, struct sl_str value,
                                          struct sl_err *e);

/* ---- what a long-lived reader needs ---- */
struct sl_look {
	int64_t version;   /* content version: seq of the last revision of the log, 0 when there is none */
	bool changed;      /* something was committed since the last look of this handle; true at the first */
	bool other_schema; /* tables were made or changed since: open the file anew */
};
SL_CHECKED enum sl_code sl_store_look(struct sl_db *db, struct sl_look *look, struct sl_err *e);
/* Between the two, all reading of a handle for reading sees one state of the file. */
SL_CHECKED enum sl_code sl_store_snapshot_begin(struct sl_db *db, struct sl_err *e);
void sl_store_snapshot_end(struct sl_db *db);

/* ---- revisions ---- */
enum sl_state { SL_DRAFT, SL_SUBMITTED, SL_RETURNED, SL_APPROVED, SL_REJECTED };
const char *sl_state_name(enum sl_state s);

#define SL_PARENTS_MAX 8

/* A geometry with what follows from it, made once (sl_geometry_prepare, thread-safe, no I/O). */
struct sl_prepared_geometry {
	struct sl_str wkb;         /* WGS 84 as entered; empty when there is none */
	struct sl_str repaired;    /* proposed repair as WKB; empty when the geometry is valid */
	double area_m2;            /* of the geometry as entered (0 unless polygon) */
	double repaired_area_m2;   /* of the repair; equals area_m2 when valid */
	struct sl_box box;
	char reason[80];           /* why it is not valid; empty when it is */
	double reason_lon, reason_lat;
};
SL_CHECKED enum sl_code sl_geometry_prepare(struct sl_arena *a, const struct sl_geom *g,
                                            struct sl_prepared_geometry *out, struct sl_err *e);

/* What else follows from a revision alone: made once, by any thread, before the one that writes has its turn.
 * It counts only while these texts stand where they stood. */
struct sl_prepared_revision {
	const char *document, *entry, *wkb;
	struct sl_hash base, content;         /* nil where they depend on the record's key */
	bool has_row;                         /* below: what its layer shows */
	struct sl_str blob, unknown, extra;
};

struct sl_revision {
	int64_t seq;                /* place in this file's log; given by the store */
	struct sl_uuid id, record;  /* UUIDv7 */
	int64_t record_number;      /* dense number of the record in this file; given by the store */
	const struct sl_kind *kind;
	struct sl_uuid parent[SL_PARENTS_MAX];
	size_t n_parents;
	struct sl_date effective;   /* when they learned it */
	struct sl_str author, organisation, device;
	int64_t recorded_ms;
	enum sl_state state;
	bool correction;            /* the parents were wrong from the start, not outdated; with SL_REJECTED on top of an
	                             * approved one: the record is taken back */
	struct sl_str identity;     /* the source's own identifier, or what stands for it */
	struct sl_str document;     /* canonical JSON (sl_record_json) */
	struct sl_str sealed;       /* JSON of the sensitive part, plain; empty when none */
	struct sl_str entry;        /* JSON: as entered: file, row, CRS, format, original geometry, raw values */
	struct sl_prepared_geometry geometry;
	const struct sl_prepared_revision *prepared; /* sl_revision_prepare; NULL: the store does it */
	struct sl_hash content;     /* of document, entry, geometry and sealed ciphertext */
	struct sl_hash hash;        /* of content, parents' hashes and every field above; given by the store */
	struct sl_hash said;        /* of what it says, however entered: see sl_revision_said; given by the store */
};

/* Of a revision whose kind, state, texts and geometry stand, and its record; thread-safe, no I/O. */
SL_CHECKED enum sl_code sl_revision_prepare(struct sl_arena *a, const struct sl_revision *rev,
                                            const struct sl_record *rec, struct sl_prepared_revision *out,
                                            struct sl_err *e);
/* Append one revision inside a transaction.  `record` (may be NULL) is document parsed, when the caller
 * has it: it saves reading it back.  Fills seq, record_number, hash (and id, recorded_ms, author, device
 * when nil or empty).  An approved revision becomes the current state of its record in the layers, in
 * the search index and in the land events. */
SL_CHECKED enum sl_code sl_store_append(struct sl_db *db, struct sl_revision *rev,
                                        const struct sl_record *record, struct sl_err *e);
/* Change the workflow state of a record's head(s): appends a revision with the same content. */
SL_CHECKED enum sl_code sl_store_set_state(struct sl_db *db, struct sl_uuid record, enum sl_state state,
                                           struct sl_revision *out, struct sl_err *e);

/* Batches: what one input file added.  begin remembers the file's hash; SL_OK with *already = true when
 * the same bytes were imported before under the same mapping. end signs the batch with the device's key. */
SL_CHECKED enum sl_code sl_store_batch_begin(struct sl_db *db, struct sl_str source, struct sl_hash file,
                                             bool *already, struct sl_err *e);
SL_CHECKED enum sl_code sl_store_batch_end(struct sl_db *db, struct sl_err *e);

/* Who is (kind, identity)?  Compared by sl_utf8_key. *found false when nobody.  Fills record, seq of the
 * head, its content hash and effective date. */
struct sl_identity {
	struct sl_uuid record;
	int64_t record_number;
	struct sl_uuid head;
	struct sl_hash content;
	struct sl_date effective;
	struct sl_hash said;    /* of the head: equal to sl_revision_said when the same is said again */
	enum sl_state state;    /* of the head */
};
SL_CHECKED enum sl_code sl_store_identify(struct sl_db *db, const struct sl_kind *kind,
                                          struct sl_str identity, bool *found, struct sl_identity *out,
                                          struct sl_err *e);
/* Hash of what a revision of `record` (nil: a new one) says: document, geometry as entered and, keyed by
 * the record's key, the sealed part.  Not of `entry`: the same said in another file, row or format is
 * the same.  Without a sealed part it is a pure function; of an erased record it leaves the sealed part
 * out, as sl_store_append does, so that a person who was erased does not come back with the next file. */
SL_CHECKED enum sl_code sl_revision_said(struct sl_db *db, struct sl_uuid record,
                                         const struct sl_revision *rev, struct sl_hash *out,
                                         struct sl_err *e);

/* ---- reading ---- */
struct sl_query {
	const struct sl_kind *kind;  /* NULL: all kinds */
	bool all_states;             /* the latest revision whatever its state; else the current approved one */
	struct sl_date as_of;        /* current state as effective by this date; none or {0}: latest */
	int64_t known_at_ms;         /* as the log stood then; 0: now */
	int64_t last_seq;            /* as the log stood after this revision; 0: now */
	const char *order;           /* reserved: records come by record number */
};
/* Calls fn for each record's revision; the revision and record live in `scratch`, reset per call.
 * fn returns an error to stop. With `with_geometry` false, geometry is not read. */
typedef enum sl_code sl_each_fn(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e);
SL_CHECKED enum sl_code sl_store_each(struct sl_db *db, const struct sl_query *q, bool with_geometry,
                                      sl_each_fn *fn, void *ctx, struct sl_err *e);
/* One record by UUID, or by the source's identifier in any kind (SL_CONFLICT lists the kinds when it is
 * not the only one; "hazard:HA-1" names the kind). */
SL_CHECKED enum sl_code sl_store_find(struct sl_db *db, struct sl_str name, struct sl_uuid *record,
                                      const struct sl_kind **kind, struct sl_err *e);
/* All revisions of a record, oldest first. */
SL_CHECKED enum sl_code sl_store_history(struct sl_db *db, struct sl_uuid record, sl_each_fn *fn,
                                         void *ctx, struct sl_err *e);
/* What a revision of the log is called: no document is read.  `seq` 0: the newest of the record with this number. */
struct sl_told {
	int64_t seq;
	struct sl_uuid record, revision;
	struct sl_str kind, identity, author, organisation; /* in `a` */
	struct sl_date effective;
	int64_t recorded_ms;
	bool correction;
};
SL_CHECKED enum sl_code sl_store_told(struct sl_db *db, struct sl_arena *a, int64_t seq, int64_t record_number,
                                      struct sl_told *out, struct sl_err *e);
/* Numbers of the approved records whose newest revision is not the one that counts (older news entered
 * later, or a revision that waits for approval), ascending; in `a`. */
SL_CHECKED enum sl_code sl_store_side_heads(struct sl_db *db, struct sl_arena *a, int64_t **numbers, size_t *n,
                                            struct sl_err *e);
/* Records of `kind` (NULL: all) whose current geometry's box meets `box`, through the R*Tree. */
SL_CHECKED enum sl_code sl_store_near(struct sl_db *db, const struct sl_kind *kind, struct sl_box box,
                                      sl_each_fn *fn, void *ctx, struct sl_err *e);
/* The record numbered so, current approved revision. SL_NOT_FOUND. */
SL_CHECKED enum sl_code sl_store_by_number(struct sl_db *db, struct sl_arena *a, int64_t record_number,
                                           struct sl_revision *rev, struct sl_record *rec,
                                           struct sl_err *e);

/* ---- layers, read quickly: what maps draw ---- */
/* What is read between the two is one state of the programme, whoever writes meanwhile.  May be nested: the
 * outermost pair counts.  No effect inside a write transaction; none may begin in between. */
SL_CHECKED enum sl_code sl_store_read_begin(struct sl_db *db, struct sl_err *e);
void sl_store_read_end(struct sl_db *db);
/* Place of the newest revision in the log: as long as it stays, everything stays; 0 in an empty programme. */
SL_CHECKED enum sl_code sl_store_newest(struct sl_db *db, int64_t *seq, struct sl_err *e);
/* Calls fn once for each record that has revisions after `after`, in order of record numbers, with the box of all
 * the ground that any revision of it ever had (empty: none). */
typedef enum sl_code sl_changed_fn(void *ctx, int64_t record_number, const struct sl_kind *kind, struct sl_box box,
                                   struct sl_err *e);
SL_CHECKED enum sl_code sl_store_changed(struct sl_db *db, int64_t after, sl_changed_fn *fn, void *ctx,
                                         struct sl_err *e);
/* Does the kind have a layer with places (its geometry is there and not sensitive)? */
bool sl_store_has_places(const struct sl_db *db, const struct sl_kind *kind);
/* Numbers of the records of `kind` that stand in its layer and whose box meets `box`, ascending; in `a`.  The index
 * rounds boxes outward by up to 1e-7 of a coordinate: some may lie just beside it. None when it has no places. */
SL_CHECKED enum sl_code sl_store_layer_find(struct sl_db *db, struct sl_arena *a, const struct sl_kind *kind,
                                            struct sl_box box, int64_t **number, size_t *n, struct sl_err *e);
struct sl_layer_row {             /* valid during the call */
	int64_t number;               /* of the record */
	struct sl_str uuid;           /* of the record, 36 characters */
	struct sl_str geometry;       /* as entered, for sl_wkb_read; empty when there is none */
	struct sl_str extra;          /* JSON object of what has no field; empty when there is none */
	double area_m2;               /* NAN when it has none */
	const struct sl_value *value; /* of the kind's fields; sensitive ones are NONE, dates may be TEXT */
};
typedef enum sl_code sl_layer_row_fn(void *ctx, const struct sl_layer_row *row, struct sl_err *e);
/* Calls fn for each of the records that stands in the layer, in the order given. */
SL_CHECKED enum sl_code sl_store_layer_rows(struct sl_db *db, const struct sl_kind *kind, const int64_t *number,
                                            size_t n, sl_layer_row_fn *fn, void *ctx, struct sl_err *e);
/* Whose a record is and since when it says what counts: every record, by UUID ascending. */
struct sl_owner {
	struct sl_uuid uuid;
	int64_t number, recorded_ms;
	struct sl_str organisation; /* lives as long as the handle */
	bool approved, draft;
};
typedef enum sl_code sl_owner_fn(void *ctx, const struct sl_owner *o, struct sl_err *e);
SL_CHECKED enum sl_code sl_store_each_owner(struct sl_db *db, sl_owner_fn *fn, void *ctx, struct sl_err *e);
/* Extent of the layer; empty (x0 > x1) when nothing stands in it. Never smaller than what is there; it does not
 * shrink when records are withdrawn. */
SL_CHECKED enum sl_code sl_store_layer_box(struct sl_db *db, const struct sl_kind *kind, struct sl_box *box,
                                           struct sl_err *e);
/* Where nearly all of a layer lies: middles of evenly chosen records, without the outer thirtieth on each side. Empty
 * when the layer is small, or has no index. */
SL_CHECKED enum sl_code sl_store_layer_middle(struct sl_db *db, const struct sl_kind *kind, struct sl_box *box,
                                              struct sl_err *e);

/* ---- what the ledger is made of: one row for each approved revision of a hazard or a release, and one (of
 * SL_LAND_NO_RELEASE) where a record was taken back ---- */
enum sl_land_what {
	SL_LAND_SHA, SL_LAND_CHA,                          /* a hazard version of that class */
	SL_LAND_OTHER,                                     /* a hazard that is no land area (IND, STO, SPT, ...) */
	SL_LAND_WITHDRAWN,                                 /* erroneous, duplicate or merged */
	SL_LAND_CANCELLED, SL_LAND_REDUCED, SL_LAND_CLEARED, /* a release */
	SL_LAND_NO_RELEASE,                                /* a product that releases nothing (REC, EXT, REM, INA); of a
	                                                    * hazard: nothing of it counts any more */
};
struct sl_land_event {
	int64_t seq;          /* approval order */
	int64_t approved_ms;
	int64_t record;       /* record number */
	int64_t geometry;     /* geometry id; 0: no geometry */
	int64_t hazard;       /* releases: record number of the hazard named; 0: none named; -1: named, not known (yet) */
	double reported_m2;   /* NAN: not stated */
	double lon, lat;      /* a point of the geometry, for records known only as points; NAN when none */
	int32_t day;          /* effective date; SL_DAY_NONE when missing */
	int32_t organisation, admin1, admin2; /* terms (sl_store_term); 0: not stated */
	uint32_t contamination; /* bit i: choice i of the list contamination_class */
	uint8_t what;         /* enum sl_land_what */
	bool correction;
	bool polygon;
};
/* Rows in seq order with seq > after and approved by known_at_ms (INT64_MAX: all); in `a`. */
SL_CHECKED enum sl_code sl_store_land_events(struct sl_db *db, struct sl_arena *a, int64_t after_seq,
                                             int64_t known_at_ms, struct sl_land_event **out, size_t *n,
                                             struct sl_err *e);
/* The same as the log stood after a revision: what reviewers found later about whom a release names is left out. */
SL_CHECKED enum sl_code sl_store_land_events_to(struct sl_db *db, struct sl_arena *a, int64_t last_seq,
                                                struct sl_land_event **out, size_t *n, struct sl_err *e);
/* The rows of some records only, in seq order. */
SL_CHECKED enum sl_code sl_store_land_events_of(struct sl_db *db, struct sl_arena *a, const int64_t *records,
                                                size_t n_records, struct sl_land_event **out, size_t *n,
                                                struct sl_err *e);
/* Text of a term that this handle has met in what it read; lives as long as the handle. */
struct sl_str sl_store_term(const struct sl_db *db, int64_t term);

/* Polygons in geometry id order, ids from..to (both included): the proposed repair where there is one.
 * fn is called with WKB that is valid during the call. Several readers may do this at once on handles of
 * their own. */
typedef enum sl_code sl_geometry_fn(void *ctx, int64_t id, struct sl_str wkb, bool repaired,
                                    struct sl_err *e);
SL_CHECKED enum sl_code sl_store_geometries(struct sl_db *db, int64_t from, int64_t to,
                                            sl_geometry_fn *fn, void *ctx, struct sl_err *e);
SL_CHECKED enum sl_code sl_store_geometry(struct sl_db *db, struct sl_arena *a, int64_t id,
                                          struct sl_geom *out, bool *repaired, struct sl_err *e);

/* ---- derived data of the ledger: blocks of bytes, droppable ---- */
SL_CHECKED enum sl_code sl_store_block_put(struct sl_db *db, int64_t block, struct sl_str bytes,
                                           struct sl_err *e);
SL_CHECKED enum sl_code sl_store_block_get(struct sl_db *db, struct sl_arena *a, int64_t block,
                                           struct sl_str *bytes, struct sl_err *e); /* empty when absent */
typedef enum sl_code sl_block_fn(void *ctx, int64_t block, struct sl_str bytes, struct sl_err *e);
SL_CHECKED enum sl_code sl_store_blocks(struct sl_db *db, sl_block_fn *fn, void *ctx, struct sl_err *e);
SL_CHECKED enum sl_code sl_store_blocks_clear(struct sl_db *db, struct sl_err *e);

/* ---- findings made while importing (they cannot be derived again from the records) ---- */
SL_CHECKED enum sl_code sl_store_finding_add(struct sl_db *db, const struct sl_finding *f,
                                             struct sl_err *e);
SL_CHECKED enum sl_code sl_store_findings(struct sl_db *db, struct sl_findings *out, struct sl_err *e);
/* Only those about one record as its newest revision has it. */
SL_CHECKED enum sl_code sl_store_findings_of(struct sl_db *db, struct sl_uuid record, struct sl_findings *out,
                                             struct sl_err *e);

/* ---- upkeep ---- */
/* Drop and rebuild layers, index, identifiers and land events from the log. Outside a transaction. */
SL_CHECKED enum sl_code sl_store_rebuild(struct sl_db *db, struct sl_err *e);
/* Recompute every hash, parent link and batch signature. Damage goes to `out` (rule "LOG"), one finding
 * per damaged revision; SL_OK when it could be read at all. */
SL_CHECKED enum sl_code sl_store_verify(struct sl_db *db, struct sl_findings *out, int64_t *n_revisions,
                                        struct sl_err *e);
/* BLAKE2b over the content of all projection tables in primary key order: equal before and after a rebuild. */
SL_CHECKED enum sl_code sl_store_digest(struct sl_db *db, struct sl_hash *out, struct sl_err *e);
/* Layers edited from outside: each edit becomes a submitted revision, and the layer row is put back as the
 * log has it. Opening for writing and beginning a transaction do this by themselves; *n_submitted counts
 * since the handle was opened. */
SL_CHECKED enum sl_code sl_store_outside_edits(struct sl_db *db, size_t *n_submitted, struct sl_err *e);
/* A finding (rule I13) for each edit from outside that is not taken up yet, and for each that waits for
 * approval.  Changes nothing. */
SL_CHECKED enum sl_code sl_store_outside_waiting(struct sl_db *db, struct sl_findings *out, struct sl_err *e);

/* ---- sealed data ---- */
/* Sealed data lies encrypted in the programme, under one key a record in FILE.gpkg.keys (mode 0600). Where a
 * kind's place is sensitive, `entry` is sealed with it; elsewhere the caller keeps sensitive values out of
 * `entry` and out of findings.
 * JSON of the sealed part of a revision, empty when it has none; SL_DENIED when its key is gone or not here. */
SL_CHECKED enum sl_code sl_store_unseal(struct sl_db *db, struct sl_arena *a, struct sl_uuid revision,
                                        struct sl_str *json, struct sl_err *e);
/* Destroy the key of a record: the person is erased, every hash stays valid. */
SL_CHECKED enum sl_code sl_store_erase(struct sl_db *db, struct sl_uuid record, struct sl_err *e);

#endif
