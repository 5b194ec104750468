/* SPDX-License-Identifier: Apache-2.0
 *
 * The probe: the module that host-check has a host load. A file `probe.mode` beside its library (lines key=value) tells
 * how to behave; everything that the host does with it goes into the file `journal` there, a line each:
 *
 *   pid thread microseconds slot enter|leave|note text
 *
 * Threads: any; a line is one write at the end of the file. Errors: findings are texts. Ownership: one instance.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "erp/erp.h"

struct erp_module {
  erp_host host;
  int64_t cursor;
  uint64_t ended_token; /* of a call that is over */
};

/* Value of a key of probe.mode, or otherwise. */
const char* probe_mode(const char* key, const char* otherwise, char* room, size_t size);
int probe_mode_has(const char* key, const char* word);
int probe_mode_number(const char* key, int otherwise);
void probe_note(const char* slot, const char* what, const char* form, ...) __attribute__((format(printf, 3, 4)));

/* What an exercise found, as the inside of a JSON array of texts. */
struct probe_findings {
  char text[8192];
  size_t length;
};
void probe_found(struct probe_findings* found, const char* form, ...) __attribute__((format(printf, 2, 3)));

/* Exercises the host's tables from inside a call of an action. */
void probe_exercise(erp_module* module, const erp_call* call, const char* what, struct probe_findings* found);

const void* probe_ask(const erp_module* module, const char* id);
erp_str probe_text(const char* text);

#endif
