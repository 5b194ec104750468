/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole host: it loads one module, gives it time for one event, calls one action, and ends.
 *   tiny_host FOLDER LIBRARY ACTION JSON
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "erp/erp.h"

static uint64_t token; /* of the call that is under way; 0 = none */

static erp_str text(const char* t) { return (erp_str){t, strlen(t)}; }

static erp_status refuse(erp_error* error, erp_status status, const char* key, const char* message) {
  if (error != NULL && error->size >= sizeof *error) {
    error->code = status;
    snprintf(error->key, sizeof error->key, "%s", key);
    snprintf(error->message, sizeof error->message, "%s", message);
  }
  return status;
}

/* --- what this host offers: log, clock, events ------------------------------------------------------------------ */

static void log_write(void* ctx, int32_t level, erp_str message, const erp_log_pair* pairs, uint32_t count) {
  (void)ctx, (void)pairs, (void)count;
  fprintf(stderr, "module says (%d): %.*s\n", level, (int)message.len, message.data);
}

static int64_t microseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}
static int64_t now_us(void* ctx) { return (void)ctx, microseconds(CLOCK_REALTIME); }
static int64_t monotonic_us(void* ctx) { return (void)ctx, microseconds(CLOCK_MONOTONIC); }
static erp_status company_time(void* ctx, int64_t company, erp_company_time* out, erp_error* error) {
  (void)ctx;
  if (company != 1) return refuse(error, ERP_NOT_FOUND, "company.not_found", "There is one company here, 1.");
  if (out->size < sizeof *out) return refuse(error, ERP_INVALID_ARGUMENT, "out.size", "The struct is too short.");
  *out = (erp_company_time){sizeof *out, 1, "Europe/Stockholm"};
  return ERP_OK;
}

static erp_status fetch(void* ctx, const erp_call* call, int64_t after, erp_event* out, uint32_t stride,
                        uint32_t capacity, uint32_t* count, erp_error* error) {
  (void)ctx, (void)stride;
  if (call->token != token) return refuse(error, ERP_PERMISSION, "call.token", "The call has ended, or never was.");
  *count = after < 1 && capacity > 0 && out->size >= sizeof *out ? 1 : 0;
  if (*count == 1) *out = (erp_event){sizeof *out, 0, 1, 1, 7, now_us(NULL), "order.confirmed", "draft", "confirmed"};
  return ERP_OK;
}
static erp_status horizon(void* ctx, const erp_call* call, erp_event_horizon* out, erp_error* error) {
  (void)ctx, (void)call, (void)error;
  *out = (erp_event_horizon){sizeof *out, 0, 1, 1};
  return ERP_OK;
}

static const void* get_extension(void* ctx, erp_str id) {
  static const erp_log kLog = {sizeof kLog, 0, NULL, log_write};
  static const erp_clock kClock = {sizeof kClock, 0, NULL, now_us, monotonic_us, company_time};
  static const erp_events kEvents = {sizeof kEvents, 0, NULL, fetch, horizon, NULL}; /* publish: not offered */
  const struct {
    const char* id;
    const void* table;
  } all[] = {{ERP_EXT_LOG, &kLog}, {ERP_EXT_CLOCK, &kClock}, {ERP_EXT_EVENTS, &kEvents}};
  (void)ctx;
  for (size_t i = 0; i < sizeof all / sizeof all[0]; ++i) {
    if (id.data != NULL && id.len == strlen(all[i].id) && memcmp(id.data, all[i].id, id.len) == 0) return all[i].table;
  }
  return NULL; /* unknown, not offered, not granted: all the same to the module */
}

/* --- the module ------------------------------------------------------------------------------------------------- */

static void check(erp_status status, const erp_error* error, const char* what) {
  if (status == ERP_OK) return;
  fprintf(stderr, "%s: %d %s: %s\n", what, status, error->key, error->message);
  exit(1);
}

static erp_status read_text(void* ctx, char* buffer, uint32_t capacity, uint32_t* got) {
  const char** rest = ctx;
  *got = (uint32_t)strnlen(*rest, capacity);
  memcpy(buffer, *rest, *got);
  *rest += *got;
  return ERP_OK;
}
static erp_status print_text(void* ctx, const char* data, uint32_t len) {
  return fwrite(data, 1, len, ctx) == len ? ERP_OK : ERP_UNAVAILABLE;
}

/* A token lives as long as its call. */
static erp_call begin_call(void) {
  token = (uint64_t)monotonic_us(NULL) * 2 + 1;
  return (erp_call){sizeof(erp_call), 0, token, 1, 0, text("en"), text("tiny"), 0};
}

int main(int argc, char** argv) {
  if (argc != 5) return fprintf(stderr, "tiny_host FOLDER LIBRARY ACTION JSON\n"), 2;
  void* library = dlopen(argv[2], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return fprintf(stderr, "%s\n", dlerror()), 1;
  erp_module_query_fn query = (erp_module_query_fn)dlsym(library, ERP_MODULE_QUERY_SYMBOL);
  if (query == NULL) return fprintf(stderr, "%s is no module\n", argv[2]), 1;

  const erp_host_abi self = {sizeof self, ERP_ABI_MAJOR, ERP_ABI_MINOR, 0, text("tiny_host"), text("1.0.0")};
  erp_module_abi abi = {.size = sizeof abi};
  erp_error error = {.size = sizeof error};
  check(query(&self, &abi, &error), &error, "query");
  if (abi.size < sizeof abi || abi.abi_major != ERP_ABI_MAJOR || abi.abi_minor_required > ERP_ABI_MINOR) {
    return fprintf(stderr, "it needs ABI %u.%u, this host has %u.%u\n", abi.abi_major, abi.abi_minor_required,
                   ERP_ABI_MAJOR, ERP_ABI_MINOR),
           1;
  }

  const erp_host host = {sizeof host, 0, NULL, get_extension};
  erp_module* module = NULL;
  check(abi.create(&host, text(argv[1]), &module, &error), &error, "create");
  check(abi.init(module, &error), &error, "init"); /* when it fails, only destroy is legal */
  check(abi.start(module, &error), &error, "start");

  const erp_module_work* work = abi.get_extension(module, text(ERP_EXT_MODULE_WORK));
  for (int more = work != NULL && work->size >= sizeof *work; more;) {
    const erp_call call = begin_call();
    const erp_work_request request = {sizeof request, 0, 20000, text("")};
    erp_work_result result = {.size = sizeof result};
    check(work->work(module, &call, &request, &result, &error), &error, "work");
    token = 0;
    more = result.more != 0;
  }

  const erp_module_actions* actions = abi.get_extension(module, text(ERP_EXT_MODULE_ACTIONS));
  if (actions != NULL && actions->size >= sizeof *actions) {
    const erp_call call = begin_call();
    const char* rest = argv[4];
    const erp_source input = {sizeof input, 0, &rest, read_text};
    const erp_sink output = {sizeof output, 0, stdout, print_text};
    check(actions->call(module, &call, text(argv[3]), &input, &output, &error), &error, argv[3]);
    token = 0;
    printf("\n");
  }
  check(abi.stop(module, &error), &error, "stop");
  abi.destroy(module);
  return 0;
}
