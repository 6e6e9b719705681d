/* The inside of an open programme, shared by the files of this floor and by nobody else. */
#ifndef SL_STORE_DB_H
#define SL_STORE_DB_H

#include "store/driver.h"
#include "store/store.h"

/* For a call whose outcome is read from `e` afterwards. */
static inline void sl_noted(enum sl_code code)
{
	(void)code;
}

/* A change of the spatial index that waits for the end of the transaction (rtree_sqlite.c). */
struct sl_box_change {
	int64_t fid;
	double x0, y0, x1, y1; /* x0 > x1: taken out */
};

/* The layer of one kind: the table of its current approved records. */
struct sl_layer {
	const struct sl_kind *kind;
	int32_t term;      /* of the kind's name; 0 until it is needed */
	bool has_geometry; /* a geometry field that is not sensitive */
	int *column;       /* field index of each attribute column */
	size_t n_columns;
	struct sl_sql *insert, *remove; /* kept while the handle lives */
	struct sl_sql *find, *row;      /* the same, for reading */
	struct sl_box_change *change;   /* sl_mem; pending changes of the spatial index */
	size_t n_changes, cap_changes;
	int64_t n_indexed;     /* entries of the spatial index; -1: not counted yet */
	struct sl_box touched; /* union of the boxes written in this transaction */
	bool dirty;            /* rows were written in this transaction */
	bool made;             /* the table was made just now */
	int64_t recorded_ms;   /* the moment that `recorded` is the text of: many rows have the same */
	char recorded[32];
	/* Fields that the store itself looks at; -1 when the kind has none. */
	int f_status, f_class, f_product, f_hazard, f_area, f_organisation, f_contamination;
	int f_admin1, f_admin1_name, f_admin2, f_admin2_name;
};

struct sl_terms {
	struct sl_arena arena;
	struct sl_map by_text;
	struct sl_str *text; /* text[0] is empty; term i is text[i] */
	size_t n, cap;
};

/* The batch that is being written: its digest grows revision by revision. */
struct sl_open_batch {
	bool open, named;
	struct sl_hasher digest;
	struct sl_hash previous, file;
	struct sl_str source;
	int64_t id, first, begun_ms;
};

/* A log whose rows follow from each other, inside a transaction (chain.c). */
enum sl_chain_of { SL_CHAIN_ATTACHMENTS, SL_CHAIN_SUBMISSIONS, SL_CHAINS };
struct sl_chain {
	bool known, waits; /* known: the two below are its newest row's; waits: that is to be signed */
	int64_t last;
	struct sl_hash digest;
};

struct sl_db {
	struct sl_arena arena;   /* lives as long as the handle */
	struct sl_arena scratch; /* reset by whoever used it */
	struct sl_driver *driver, *keys;
	const struct sl_dictionary *dict;
	struct sl_env *env;
	const char *path;
	enum sl_open_mode mode;
	struct sl_layer *layer; /* by kind number */
	struct sl_terms terms;
	struct sl_features *features; /* what the feature query keeps; NULL until it is used */
	struct sl_open_batch batch;
	struct sl_chain chain[SL_CHAINS];
	int64_t next_seq, next_record, next_content, next_geometry, next_batch; /* inside a transaction */
	int64_t first_new_record; /* records from here on were made in this transaction */
	int64_t n_waiting;        /* releases whose hazard is not known yet */
	size_t n_outside;         /* edits from outside offered since opening */
	unsigned reading;         /* how many sl_store_read_begin wait for their sl_store_read_end */
	bool outside_pending;     /* reading: edits from outside are in the layers */
	bool filling;             /* first filling of an empty programme, see sl_dialect_begin */
	bool has_submissions;     /* it has their tables (form_store.c) */
	bool has_key;             /* the two below hold (keys.c) */
	unsigned char device_public[32], device_secret[64];
	bool looked;              /* the three below hold (version.c) */
	int64_t version, data_version, schema_version;
	bool failed;              /* a part of the transaction failed: it cannot be committed */
};

/* ---- term.c: texts that repeat, by number ---- */
SL_CHECKED enum sl_code sl_terms_load(struct sl_db *db, struct sl_err *e); /* those not yet known */
SL_CHECKED enum sl_code sl_term_meet(struct sl_db *db, int64_t term, struct sl_err *e); /* load if unknown */
SL_CHECKED enum sl_code sl_term_of(struct sl_db *db, struct sl_str text, int32_t *out, struct sl_err *e);
void sl_terms_forget(struct sl_db *db); /* after a rollback */
/* *out is NULL for a kind that is not in the dictionary. */
SL_CHECKED enum sl_code sl_layer_by_term(struct sl_db *db, int64_t term, const struct sl_layer **out,
                                         struct sl_err *e);
SL_CHECKED enum sl_code sl_layer_term(struct sl_db *db, const struct sl_kind *kind, int32_t *out,
                                      struct sl_err *e);

/* ---- revision_hash.c ---- */
struct sl_hash sl_base_hash(const struct sl_revision *rev); /* of document and geometry as entered */
struct sl_hash sl_said_hash(struct sl_hash base, struct sl_str sealed_mac);
/* Of everything that is kept of a content, so that it can be checked without any key. */
struct sl_hash sl_content_hash(const struct sl_revision *rev, struct sl_hash base, struct sl_hash said,
                               struct sl_str sealed);
/* Of content, the parents' hashes and every other field. */
struct sl_hash sl_revision_hash(const struct sl_revision *rev, struct sl_str kind,
                                const struct sl_hash *parent_hash);

/* ---- append.c ---- */
/* NULL: none that counts. */
const struct sl_prepared_revision *sl_prepared_of(const struct sl_revision *rev);

/* ---- batch.c ---- */
void sl_batch_add(struct sl_db *db, const struct sl_revision *rev);
/* Revisions outside a named batch get one of their own, so that every commit is signed. */
SL_CHECKED enum sl_code sl_batch_ensure(struct sl_db *db, struct sl_err *e);
SL_CHECKED enum sl_code sl_batch_close(struct sl_db *db, struct sl_err *e);
struct sl_hasher sl_batch_digest_begin(const struct sl_hash *previous, int64_t id, struct sl_str source,
                                       const struct sl_hash *file, int64_t begun_ms, int64_t first);

/* ---- keys.c: the second file ---- */
SL_CHECKED enum sl_code sl_keys_open(struct sl_db *db, bool create, struct sl_err *e); /* once */
SL_CHECKED enum sl_code sl_keys_commit(struct sl_db *db, struct sl_err *e);
void sl_keys_rollback(struct sl_db *db);
SL_CHECKED enum sl_code sl_keys_sign(struct sl_db *db, struct sl_hash digest, unsigned char signer[32],
                                     unsigned char signature[64], struct sl_err *e);
enum sl_key_found { SL_KEY_ABSENT, SL_KEY_ERASED, SL_KEY_PRESENT };
#define SL_KEY_BYTES 32
SL_CHECKED enum sl_code sl_keys_get(struct sl_db *db, struct sl_uuid record, bool make,
                                    enum sl_key_found *found, unsigned char key[SL_KEY_BYTES],
                                    struct sl_err *e);

/* ---- chain.c ---- */
/* Number of the row to come and the digest that it follows from; zeros for the first. */
SL_CHECKED enum sl_code sl_chain_next(struct sl_db *db, enum sl_chain_of of, int64_t *number, struct sl_hash *previous,
                                      struct sl_err *e);
void sl_chain_added(struct sl_db *db, enum sl_chain_of of, int64_t number, struct sl_hash digest); /* not signed yet */
SL_CHECKED enum sl_code sl_chains_sign(struct sl_db *db, struct sl_err *e); /* before the commit */
void sl_chains_forget(struct sl_db *db);
struct sl_chain_signature {
	bool made; /* else the next one in the log that is made is this row's, too */
	unsigned char signer[32], signature[64];
};
/* From two columns; false: it has not its length. */
bool sl_chain_signature(struct sl_sql *s, int at, struct sl_chain_signature *out);
bool sl_chain_signed(const struct sl_chain_signature *x, struct sl_hash digest);

/* ---- attachment_verify.c ---- */
/* Damage in the log of attachments goes to `out`, as sl_store_verify says. */
SL_CHECKED enum sl_code sl_attachments_verify(struct sl_db *db, struct sl_findings *out, struct sl_err *e);

/* ---- frozen_verify.c ---- */
/* The same of frozen accounts. */
SL_CHECKED enum sl_code sl_frozen_verify(struct sl_db *db, struct sl_findings *out, struct sl_err *e);

/* ---- submission_verify.c ---- */
/* Damage in the log of submissions goes to `out`, as sl_store_verify says. */
SL_CHECKED enum sl_code sl_submissions_verify(struct sl_db *db, struct sl_findings *out, struct sl_err *e);

/* ---- seal.c ---- */
/* Of the sealed part: its keyed hash into `mac` (empty when there is none), and, when `seal`, nonce and
 * ciphertext.  Texts in `a`. */
SL_CHECKED enum sl_code sl_seal(struct sl_db *db, struct sl_arena *a, const struct sl_revision *rev,
                                bool seal, struct sl_str *mac, struct sl_str *sealed, struct sl_err *e);
bool sl_kind_hides_geometry(const struct sl_kind *k);

/* ---- layer.c, and what differs by engine in layer_sqlite.c ---- */
SL_CHECKED enum sl_code sl_layers_describe(struct sl_db *db, struct sl_err *e); /* no I/O */
/* The row's blob and texts. */
SL_CHECKED enum sl_code sl_layer_prepare(struct sl_arena *a, const struct sl_revision *rev,
                                         const struct sl_record *rec, struct sl_prepared_revision *out,
                                         struct sl_err *e);
SL_CHECKED enum sl_code sl_layer_put(struct sl_db *db, struct sl_layer *l, const struct sl_revision *rev,
                                     const struct sl_record *rec, bool existed, struct sl_err *e);
SL_CHECKED enum sl_code sl_layer_remove(struct sl_db *db, struct sl_layer *l, int64_t record,
                                        struct sl_err *e);
void sl_layer_column_name(struct sl_buf *b, const struct sl_layer *l, size_t column); /* quoted */
/* The column `extra` of a record: empty when there is none. */
SL_CHECKED enum sl_code sl_layer_extra_text(struct sl_arena *a, struct sl_buf *b, const struct sl_record *rec,
                                            struct sl_err *e);
void sl_layer_done(struct sl_layer *l);
/* What stands in the columns "unknown" and "extra"; nothing when there is nothing to say. */
void sl_layer_unknown_text(struct sl_buf *b, const struct sl_record *rec);
SL_CHECKED enum sl_code sl_layer_extra_text(struct sl_arena *a, struct sl_buf *b, const struct sl_record *rec,
                                            struct sl_err *e);

/* ---- project.c: from an appended revision to current state ---- */
/* `rec` may be NULL.  `existed`: the record had revisions before this one. */
SL_CHECKED enum sl_code sl_project(struct sl_db *db, const struct sl_revision *rev, int64_t geometry,
                                   const struct sl_record *rec, bool existed, struct sl_err *e);
/* Which approved revision is current by `as_of` and known at `known_at_ms`, up to `last_seq`; 0 when none is. */
SL_CHECKED enum sl_code sl_current_of(struct sl_db *db, int64_t record, int32_t as_of, int64_t known_at_ms,
                                      int64_t last_seq, int64_t *seq, struct sl_err *e);
/* The one that the projection has; 0 when none. */
SL_CHECKED enum sl_code sl_current_seq(struct sl_db *db, int64_t record, int64_t *seq, struct sl_err *e);
/* Write the layer row of a record anew from the log (or take it out). */
SL_CHECKED enum sl_code sl_show_again(struct sl_db *db, struct sl_layer *l, int64_t record,
                                      struct sl_err *e);
bool sl_record_withdrawn(const struct sl_layer *l, const struct sl_record *rec);

/* ---- feature_read.c ---- */
void sl_features_done(struct sl_db *db); /* when the handle closes */

/* ---- outside.c ---- */
SL_CHECKED enum sl_code sl_outside_take(struct sl_db *db, struct sl_err *e); /* inside a transaction */

/* ---- rebuild.c ---- */
/* Fill layers whose tables were made anew in this programme. */
SL_CHECKED enum sl_code sl_layers_refill(struct sl_db *db, struct sl_err *e);

/* ---- land.c ---- */
SL_CHECKED enum sl_code sl_land_append(struct sl_db *db, const struct sl_layer *l,
                                       const struct sl_revision *rev, int64_t geometry,
                                       const struct sl_record *rec, struct sl_err *e);
/* A hazard with this identity is known now: releases that wait for it are joined to it. */
SL_CHECKED enum sl_code sl_land_hazard_known(struct sl_db *db, struct sl_str key, int64_t record,
                                             struct sl_err *e);

/* Releases that name the hazard by `key` mean record `to` where they meant `from`. */
SL_CHECKED enum sl_code sl_land_hazard_is(struct sl_db *db, struct sl_str key, int64_t from, int64_t to,
                                          struct sl_err *e);

/* ---- alias.c ---- */
/* A record that a reviewer linked to another one gives it its identifier, and takes it back when that is undone. */
SL_CHECKED enum sl_code sl_alias_follow(struct sl_db *db, const struct sl_revision *rev, struct sl_err *e);
/* In rows up to `last_seq`, in its order: what such steps changed since is put back to what it was then. */
SL_CHECKED enum sl_code sl_alias_undo(struct sl_db *db, int64_t last_seq, struct sl_land_event *rows, size_t n,
                                      struct sl_err *e);
/* What a reviewer said in an entry: JSON object {"review": ...} alone; empty when nothing. In `a`. */
SL_CHECKED enum sl_code sl_review_of_entry(struct sl_arena *a, struct sl_str entry, struct sl_str *out,
                                           struct sl_err *e);

/* ---- identity.c ---- */
/* 0: no record of the kind yet. */
/* Puts "WHERE"'s part for records that were said, as they stand approved, for an organisation: "COLUMN IN (SELECT ...)". */
SL_CHECKED enum sl_code sl_sql_own(struct sl_db *db, struct sl_buf *b, const char *column, struct sl_str organisation,
                                   struct sl_err *e);
SL_CHECKED enum sl_code sl_layer_term_known(struct sl_db *db, const struct sl_kind *kind, int32_t *term,
                                            struct sl_err *e);
SL_CHECKED enum sl_code sl_identity_key(struct sl_db *db, struct sl_arena *a, struct sl_str identity,
                                        struct sl_str *key, struct sl_err *e);
SL_CHECKED enum sl_code sl_identity_lookup(struct sl_db *db, int32_t kind_term, struct sl_str key,
                                           int64_t *record, struct sl_err *e); /* 0: nobody */

/* ---- read.c ---- */
/* Numbers of the records of a kind whose approved boxes meet `box`, from the log, ascending; in `a`. */
SL_CHECKED enum sl_code sl_near_by_log(struct sl_db *db, struct sl_arena *a, const struct sl_kind *kind,
                                       struct sl_box box, int64_t **record, size_t *n, struct sl_err *e);
/* The columns that sl_revision_read expects, for "SELECT ... FROM sl_revision r JOIN ... WHERE ...". */
#define SL_REVISION_COLUMNS                                                                                \
	"SELECT r.seq, r.id, r.record, p.uuid, p.kind, r.parents, r.effective, r.author, r.organisation, "     \
	"r.device, r.recorded_ms, r.state, r.correction, r.hash, c.id, c.geometry, c.hash, c.said, "           \
	"c.identity, c.document, c.entry "                                                                     \
	"FROM sl_revision r JOIN sl_record p ON p.number = r.record JOIN sl_content c ON c.id = r.content "
/* Texts in `a`.  kind is NULL when the dictionary does not have it; the geometry is not read. */
SL_CHECKED enum sl_code sl_revision_read(struct sl_db *db, struct sl_arena *a, struct sl_sql *s,
                                         struct sl_revision *rev, int64_t *content, int64_t *geometry,
                                         struct sl_err *e);
SL_CHECKED enum sl_code sl_geometry_insert(struct sl_db *db, int64_t id,
                                           const struct sl_prepared_geometry *g, struct sl_err *e);
SL_CHECKED enum sl_code sl_geometry_read(struct sl_db *db, struct sl_arena *a, int64_t id,
                                         struct sl_prepared_geometry *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_record_read(struct sl_arena *a, const struct sl_revision *rev,
                                       bool with_geometry, struct sl_record *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_revision_by_seq(struct sl_db *db, struct sl_arena *a, int64_t seq,
                                           bool with_geometry, struct sl_revision *rev, int64_t *content,
                                           int64_t *geometry, struct sl_err *e);

/* ---- what is particular to the engine: schema_sqlite.c, layer_sqlite.c, rtree_sqlite.c ---- */
#define SL_OUTSIDE_AUTHOR "edited outside Safelane"
#define SL_SCHEMA_VERSION 1
/* Step from version n to n + 1, n counted from 0. */
/* Whether one of the derived tables is gone; for writing it is made again, empty. */
SL_CHECKED enum sl_code sl_dialect_derived(struct sl_db *db, bool *missing, struct sl_err *e);
SL_CHECKED enum sl_code sl_dialect_migrate(struct sl_db *db, int from, struct sl_err *e);
/* The tables of attachments; files made before there were any gain them when they are opened for writing. */
SL_CHECKED enum sl_code sl_dialect_attachments_make(struct sl_db *db, struct sl_err *e);
/* The same for forms and what was sent with them. */
SL_CHECKED enum sl_code sl_dialect_submissions_make(struct sl_db *db, struct sl_err *e);
/* The same for frozen accounts. */
SL_CHECKED enum sl_code sl_dialect_frozen_make(struct sl_db *db, struct sl_err *e);
SL_CHECKED enum sl_code sl_dialect_new_file(struct sl_db *db, struct sl_err *e); /* before the schema */
SL_CHECKED enum sl_code sl_dialect_is_programme(struct sl_db *db, bool *yes, struct sl_err *e);
SL_CHECKED enum sl_code sl_dialect_opened(struct sl_db *db, struct sl_err *e); /* for writing */
/* What the engine's own check of the file finds, as findings. */
SL_CHECKED enum sl_code sl_dialect_integrity(struct sl_db *db, struct sl_findings *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_dialect_begin(struct sl_db *db, struct sl_err *e);
void sl_dialect_ended(struct sl_db *db); /* after commit or rollback */
/* The layer tables of all kinds, with what other programs need to read and edit them. */
SL_CHECKED enum sl_code sl_dialect_table_exists(struct sl_db *db, struct sl_str table, bool *yes, struct sl_err *e);
SL_CHECKED enum sl_code sl_dialect_layers_make(struct sl_db *db, struct sl_err *e);
SL_CHECKED enum sl_code sl_dialect_layers_drop(struct sl_db *db, struct sl_err *e);
SL_CHECKED enum sl_code sl_dialect_layer_touched(struct sl_db *db, struct sl_layer *l, struct sl_err *e);

/* Names of a table's columns: a statement to step and close; `table` lives that long. */
SL_CHECKED enum sl_code sl_dialect_columns(struct sl_db *db, struct sl_str table, struct sl_sql **out,
                                           struct sl_err *e);

SL_CHECKED enum sl_code sl_spatial_change(struct sl_layer *l, const struct sl_box_change *c,
                                          struct sl_err *e);
SL_CHECKED enum sl_code sl_spatial_flush(struct sl_db *db, struct sl_layer *l, struct sl_err *e);
/* Calls fn with the record numbers of the layer whose boxes meet `box`, in order. */
SL_CHECKED enum sl_code sl_spatial_search(struct sl_db *db, struct sl_arena *a, struct sl_layer *l,
                                          struct sl_box box, int64_t **record, size_t *n, struct sl_err *e);
void sl_spatial_table(struct sl_buf *b, const struct sl_layer *l, const char *suffix); /* quoted */

#endif
