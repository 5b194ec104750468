/* SPDX-License-Identifier: Apache-2.0
 *
 * The module's second, private library: phones by libphonenumber, names by ICU. Both are heavy and cannot be unloaded
 * cleanly, so they stand apart from libsales_leads.so, are opened at first use and stay. One exported function; texts
 * are UTF-8 with a length, results go into the caller's buffer.
 *
 * Threads: any. Errors: 0 = the text holds nothing of the kind, or the result does not fit. Ownership: the table lives
 * as long as the process.
 */
#ifndef SALES_LEADS_LEADS_TEXT_H
#define SALES_LEADS_LEADS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sales_leads_text_table {
  uint32_t size;
  /* "070-123 45 67", "SE" -> "+46701234567". Without a region only numbers that begin with + or 00 are understood. */
  size_t (*phone)(const char* text, size_t length, const char* region, char* out, size_t capacity);
  /* "Göta Bygg & Betong AB (publ)" -> "gota bygg betong": folded, in ASCII, without punctuation and form of company. */
  size_t (*name)(const char* text, size_t length, char* out, size_t capacity);
  /* The same, but keeps every word: for addresses and persons. */
  size_t (*fold)(const char* text, size_t length, char* out, size_t capacity);
  /* "Europe/Stockholm" -> "SE". */
  size_t (*region)(const char* zone, size_t length, char* out, size_t capacity);
} sales_leads_text_table;

typedef const sales_leads_text_table* (*sales_leads_text_function)(void);

#ifdef __cplusplus
}
#endif
#endif
