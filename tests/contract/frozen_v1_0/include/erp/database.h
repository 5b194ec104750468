/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.database/1 (host): the database that host and module share, each with its own rights.
 *
 * The module opens its own sessions with `connection` (its own least-privilege role where the backend has roles), reads
 * the views erp_* (host_api/sql/README.md; their names, columns and state values are part of this ABI) and writes only
 * tables in `schema`, or, where the backend has no schemas, tables whose names start with `prefix`. It opens at most
 * `max_sessions` sessions per process. The connection text can hold a password: it must not be logged.
 */
#ifndef ERP_DATABASE_H
#define ERP_DATABASE_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_DATABASE "erp.database/1"

#define ERP_BACKEND_SQLITE 1     /* connection = absolute path of the file */
#define ERP_BACKEND_POSTGRESQL 2 /* connection = libpq connection string */

/* Texts are owned by the host and valid until destroy. */
typedef struct erp_database_info {
  uint32_t size;
  int32_t backend;
  erp_str connection;
  erp_str read_replica; /* read-only connection for reports, may lag; empty = none. Never used for reconciling. */
  erp_str schema;       /* "" on SQLite */
  erp_str prefix;       /* "sl_" */
  uint32_t views_version;
  uint32_t max_sessions;
} erp_database_info;

typedef struct erp_database {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* `out->size` is set by the caller. [control, serial, worker] */
  erp_status (*info)(void* ctx, erp_database_info* out, erp_error* error);
} erp_database;

#ifdef __cplusplus
}
#endif
#endif
