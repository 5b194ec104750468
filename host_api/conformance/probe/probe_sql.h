/* SPDX-License-Identifier: Apache-2.0
 *
 * A session of the probe's own on the database that the host names. The client libraries are opened when they are
 * needed, so that the probe itself loads everywhere. Threads: one session per call. Errors: a text, "" when all is
 * well.
 */
#ifndef PROBE_SQL_H
#define PROBE_SQL_H

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "erp/erp.h"

typedef int (*probe_sqlite_open)(const char*, void**);
typedef int (*probe_sqlite_exec)(void*, const char*, int (*)(void*, int, char**, char**), void*, char**);
typedef int (*probe_sqlite_timeout)(void*, int);
typedef int (*probe_sqlite_close)(void*);
typedef void* (*probe_pq_connect)(const char*);
typedef void* (*probe_pq_exec)(void*, const char*);
typedef int (*probe_pq_status)(const void*);
typedef char* (*probe_pq_message)(const void*);
typedef int (*probe_pq_rows)(const void*);
typedef char* (*probe_pq_value)(const void*, int, int);
typedef void (*probe_pq_end)(void*);

struct probe_cell {
  char* text;
  size_t room;
};

static int probe_keep(void* cell, int columns, char** values, char** names) {
  struct probe_cell* kept = cell;
  (void)names;
  if (columns > 0 && values[0] != NULL) snprintf(kept->text, kept->room, "%s", values[0]);
  return 0;
}

/* Runs the statement; the first column of its last row comes into `cell`. Waits at most two seconds for others. */
static void probe_sql(const erp_database_info* info, const char* sql, char* cell, size_t room, char* problem,
                      size_t problem_room) {
  char connection[1024];
  struct probe_cell kept = {cell, room};
  void* library;
  snprintf(connection, sizeof connection, "%.*s", (int)info->connection.len, info->connection.data);
  cell[0] = problem[0] = '\0';
  if (info->backend == ERP_BACKEND_SQLITE) {
    void* db = NULL;
    char* message = NULL;
    library = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
      snprintf(problem, problem_room, "%s", dlerror());
      return;
    }
    ((probe_sqlite_open)dlsym(library, "sqlite3_open"))(connection, &db);
    ((probe_sqlite_timeout)dlsym(library, "sqlite3_busy_timeout"))(db, 2000);
    if (((probe_sqlite_exec)dlsym(library, "sqlite3_exec"))(db, sql, probe_keep, &kept, &message) != 0) {
      snprintf(problem, problem_room, "%s", message == NULL ? "unknown" : message);
    }
    ((probe_sqlite_close)dlsym(library, "sqlite3_close"))(db);
  } else {
    void *session, *rows;
    library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
      snprintf(problem, problem_room, "%s", dlerror());
      return;
    }
    session = ((probe_pq_connect)dlsym(library, "PQconnectdb"))(connection);
    rows = ((probe_pq_exec)dlsym(library, "PQexec"))(session, "set lock_timeout = 2000");
    ((probe_pq_end)dlsym(library, "PQclear"))(rows);
    rows = ((probe_pq_exec)dlsym(library, "PQexec"))(session, sql);
    if (((probe_pq_status)dlsym(library, "PQresultStatus"))(rows) > 2) {
      snprintf(problem, problem_room, "%s", ((probe_pq_message)dlsym(library, "PQerrorMessage"))(session));
    } else if (((probe_pq_rows)dlsym(library, "PQntuples"))(rows) > 0) {
      snprintf(cell, room, "%s", ((probe_pq_value)dlsym(library, "PQgetvalue"))(rows, 0, 0));
    }
    ((probe_pq_end)dlsym(library, "PQclear"))(rows);
    ((probe_pq_end)dlsym(library, "PQfinish"))(session);
  }
}

#endif
