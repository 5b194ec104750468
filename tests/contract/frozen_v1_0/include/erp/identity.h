/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.identity/1 (host): who stands behind a call's token, and what they may do.
 */
#ifndef ERP_IDENTITY_H
#define ERP_IDENTITY_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_IDENTITY "erp.identity/1"

#define ERP_ACTOR_SYSTEM 0   /* work: no user's rights */
#define ERP_ACTOR_OPERATOR 1 /* the command line without a user: the local operator, may do everything */
#define ERP_ACTOR_USER 2

typedef struct erp_actor {
  uint32_t size;
  int32_t kind;
  int64_t user;
  int64_t employee; /* 0 = none */
  char login[128];
  char name[256];
} erp_actor;

typedef struct erp_identity {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* Who holds the call's token. PERMISSION for a token that the host did not mint or that has ended. [serial, worker]
   */
  erp_status (*whoami)(void* ctx, const erp_call* call, erp_actor* out, erp_error* error);
  /* OK when the token's holder has the permission in the call's company, else PERMISSION. [serial, worker] */
  erp_status (*check)(void* ctx, const erp_call* call, erp_str permission, erp_error* error);
} erp_identity;

#ifdef __cplusplus
}
#endif
#endif
