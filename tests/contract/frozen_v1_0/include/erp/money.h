/* SPDX-License-Identifier: Apache-2.0
 *
 * erp.money/1 (host): currencies, their exponents, and rates by date.
 */
#ifndef ERP_MONEY_H
#define ERP_MONEY_H

#include "erp/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ERP_EXT_MONEY "erp.money/1"

/* A rate: company currency for one major unit of `currency` = units * 10^exponent. */
typedef struct erp_rate {
  uint32_t size;
  int32_t exponent;
  int64_t units;
  int32_t date; /* the day the rate was set for, days since 1970-01-01; the latest not after the day asked for */
  uint32_t reserved;
} erp_rate;

typedef struct erp_money {
  uint32_t size;
  uint32_t reserved;
  void* ctx;
  /* Minor digits of a currency: SEK 2, JPY 0, KWD 3. NOT_FOUND for an unknown code. [any] */
  erp_status (*exponent)(void* ctx, erp_str currency, int32_t* out, erp_error* error);
  /* The company's currency code, NUL-terminated, into 4 bytes; "" while the company has none yet. [serial, worker] */
  erp_status (*company_currency)(void* ctx, const erp_call* call, char out[4], erp_error* error);
  /* NOT_FOUND when there is no rate on or before the day: never 1 : 1. [serial, worker] */
  erp_status (*rate)(void* ctx, const erp_call* call, erp_str currency, int32_t day, erp_rate* out, erp_error* error);
} erp_money;

#ifdef __cplusplus
}
#endif
#endif
