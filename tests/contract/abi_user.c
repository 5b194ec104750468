/* SPDX-License-Identifier: Apache-2.0
 *
 * A host and a module in plain C11: proves that the ABI needs no C++ on either side. Called by abi_golden_test.cpp.
 */
#include <string.h>

#include "erp/erp.h"

static const void* no_extension(void* ctx, erp_str id) {
  (void)ctx;
  (void)id;
  return NULL;
}

static erp_status c_create(const erp_host* host, erp_str folder, erp_module** out, erp_error* error) {
  static int instance;
  (void)host;
  (void)folder;
  (void)error;
  *out = (erp_module*)(void*)&instance;
  return ERP_OK;
}

static erp_status c_step(erp_module* module, erp_error* error) {
  (void)error;
  return module == NULL ? ERP_INVALID_ARGUMENT : ERP_OK;
}

static void c_destroy(erp_module* module) { (void)module; }

static const void* c_get_extension(erp_module* module, erp_str id) {
  (void)module;
  (void)id;
  return NULL;
}

static erp_status c_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  erp_module_abi ours;
  uint32_t length = out->size < sizeof ours ? out->size : (uint32_t)sizeof ours;
  (void)error;
  if (host->abi_major != ERP_ABI_MAJOR) return ERP_VERSION;
  memset(&ours, 0, sizeof ours);
  ours.size = length;
  ours.abi_major = ERP_ABI_MAJOR;
  ours.id.data = "in_c";
  ours.id.len = 4;
  ours.create = c_create;
  ours.init = c_step;
  ours.start = c_step;
  ours.stop = c_step;
  ours.destroy = c_destroy;
  ours.get_extension = c_get_extension;
  memcpy(out, &ours, length);
  return ERP_OK;
}

/* The whole life of a module; 0 when every step answered OK. */
int abi_user_in_c(void);
int abi_user_in_c(void) {
  erp_module_query_fn query = c_query;
  erp_host_abi numbers;
  erp_host host;
  erp_module_abi abi;
  erp_error error;
  erp_module* module = NULL;
  erp_str folder = {"/", 1};
  memset(&numbers, 0, sizeof numbers);
  memset(&host, 0, sizeof host);
  memset(&abi, 0, sizeof abi);
  memset(&error, 0, sizeof error);
  numbers.size = sizeof numbers;
  numbers.abi_major = ERP_ABI_MAJOR;
  numbers.abi_minor = ERP_ABI_MINOR;
  host.size = sizeof host;
  host.get_extension = no_extension;
  abi.size = sizeof abi;
  error.size = sizeof error;
  if (query(&numbers, &abi, &error) != ERP_OK) return 1;
  if (abi.create(&host, folder, &module, &error) != ERP_OK) return 2;
  if (abi.init(module, &error) != ERP_OK || abi.start(module, &error) != ERP_OK) return 3;
  if (abi.stop(module, &error) != ERP_OK) return 4;
  abi.destroy(module);
  return 0;
}
