/* SPDX-License-Identifier: Apache-2.0
 *
 * Basic types of the ERP host ABI, major version 1. Pure C11; nothing but stdint.h and stddef.h.
 *
 * Law of this ABI
 *  - Every struct that may grow starts with `uint32_t size`. A field or slot is present iff it lies inside `size` and,
 *    for a slot, is not null. Each side reads at most min(size, its own sizeof) and writes at most the caller's size.
 *  - A struct that is filled for its caller: the caller sets `size` to its room, the other side lowers it to what it
 *    wrote. New members go to the end; `reserved` members keep structs free of padding and are zero.
 *  - No memory is ever freed across the border. Borrowed data is valid for the length of the call it came with.
 *  - No C++ exception crosses the border, in either direction.
 *  - Text is UTF-8 with a length. A NUL inside is representable but refused in any stored text.
 *  - Money is int64 minor units and an ISO 4217 code; the exponent comes from erp.money. No floating point anywhere.
 *  - Unknown enumeration values, event kinds and JSON keys are tolerated.
 *
 * Thread tags, written at each slot: [query] pure, any thread; [control] the host's one control lane; [serial] any
 * thread, never two at once per instance and company; [worker] concurrent; [any] every thread at every time. Callbacks
 * into the host are valid only on the calling thread inside a call, except [any].
 */
#ifndef ERP_BASE_H
#define ERP_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_ABI_MAJOR 1u
#define ERP_ABI_MINOR 0u

/* Outcome of a call. 0 is success; the negative values are fixed for ever. */
typedef int32_t erp_status;
#define ERP_OK ((erp_status)0)
#define ERP_INVALID_ARGUMENT ((erp_status)-1) /* the caller's data is at fault; the message names field and value */
#define ERP_NOT_FOUND ((erp_status)-2)
#define ERP_CONFLICT ((erp_status)-3)   /* version check failed, or the row exists already */
#define ERP_PERMISSION ((erp_status)-4) /* the user behind the token may not */
#define ERP_UNSUPPORTED ((erp_status)-5)
#define ERP_UNAVAILABLE ((erp_status)-6) /* a resource is gone for now: try again later */
#define ERP_BUSY ((erp_status)-7)        /* somebody else holds it: try again soon */
#define ERP_DEADLINE ((erp_status)-8)
#define ERP_CANCELLED ((erp_status)-9)
#define ERP_LIMIT ((erp_status)-10)     /* a stated limit was passed */
#define ERP_DATA_LOSS ((erp_status)-11) /* stored data is damaged */
#define ERP_WRONG_STATE ((erp_status)-12)
#define ERP_WRONG_THREAD ((erp_status)-13)
#define ERP_VERSION ((erp_status)-14)
#define ERP_OUT_OF_RANGE ((erp_status)-15)
#define ERP_INTERNAL ((erp_status)-16)

/* Borrowed UTF-8 text; need not end in NUL. {NULL, 0} is the empty text. */
typedef struct erp_str {
  const char* data;
  uint64_t len;
} erp_str;

/* A reason, owned by the caller of the failing function, who sets `size` first. Every parameter of this type may be
 * NULL. Text that does not fit is cut at a UTF-8 boundary; both texts end in NUL. */
typedef struct erp_error {
  uint32_t size;
  erp_status code;
  char key[64];       /* stable and translatable: "order.not_found" */
  char message[1024]; /* for a person, in the call's locale: what, which, what to do */
} erp_error;

/* Where output goes, in chunks of at most 64 KiB. The bytes are borrowed for the call and may split a UTF-8 sequence.
 * A failing write ends the producing call with that status. Output counts only if the final status is ERP_OK. */
typedef struct erp_sink {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  erp_status (*write)(void* ctx, const char* data, uint32_t len);
} erp_sink;

/* Where input comes from. `*got` = 0 with ERP_OK is the end. Short reads are allowed. */
typedef struct erp_source {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  erp_status (*read)(void* ctx, char* buffer, uint32_t capacity, uint32_t* got);
} erp_source;

/* Goes with every business call: no ambient state. The token is minted by the host and checked in its callbacks;
 * `actor` is information only. */
typedef struct erp_call {
  uint32_t size;
  uint32_t reserved;
  uint64_t token;
  int64_t company;
  int64_t actor;          /* host user id, 0 = the system or the local operator */
  erp_str locale;         /* BCP 47; an unknown one falls back to "en" */
  erp_str correlation_id; /* for logs and audit */
  int64_t deadline_us;    /* on erp.clock's monotonic time; 0 = none */
} erp_call;

#ifdef __cplusplus
}
#endif
#endif
