/* SPDX-License-Identifier: Apache-2.0
 *
 * The module of version 1.0: frozen, see README.md. It was made from the good module of the zoo,
 * whose hooks it leaves empty.
 *
 * Threads: as the tags say; one lock, never held while the host is called. Errors: every refusal is filled in one
 * place.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ERP_MODULE_IMPLEMENTATION
#include "erp/erp.h"

#ifndef ON_QUERY /* before anything else; host, out, error */
#define ON_QUERY
#endif
#ifndef ON_ANSWER /* when the table is filled; out */
#define ON_ANSWER
#endif
#ifndef ON_REFUSAL /* before every refusal; error */
#define ON_REFUSAL
#endif
#ifndef ON_CREATE /* m */
#define ON_CREATE
#endif
#ifndef ON_INIT /* m->log and the others are fetched; m, error */
#define ON_INIT
#endif
#ifndef ON_START /* m */
#define ON_START
#endif
#ifndef ON_STOP /* m */
#define ON_STOP
#endif
#ifndef ON_DESTROY /* m */
#define ON_DESTROY
#endif
#ifndef ON_WORK /* in the lock's absence; m, call */
#define ON_WORK
#endif
#ifndef ON_CALL /* of an action; m, call */
#define ON_CALL
#endif
#ifndef ON_EXTENSION /* id */
#define ON_EXTENSION
#endif
#ifndef HOST_OF /* the host that an instance asks */
#define HOST_OF(m) (&(m)->host)
#endif
#ifndef VERSION
#define VERSION "1.0.0"
#endif
#ifndef LEAST_MINOR
#define LEAST_MINOR 0
#endif
#ifndef REFUSES_MINOR
#define REFUSES_MINOR(minor) ((int)(minor) < LEAST_MINOR)
#endif
#ifndef CLOCK_MISSING
#define CLOCK_MISSING(m) ((m)->clock == NULL || !HAS((m)->clock, erp_clock, now_us))
#endif
#ifndef SECOND_START
#define SECOND_START ERP_WRONG_STATE
#endif

#define HAS(table, type, slot) ((table)->size >= offsetof(type, slot) + sizeof(void*) && (table)->slot != NULL)

struct erp_module {
  erp_host host;
  const erp_clock* clock;
  const erp_log* log;
  const erp_events* events;
  const erp_ui* ui;
  pthread_mutex_t lock;
  int64_t cursor, handled;
  int initialised, started, woken;
  pthread_t thread;
  volatile int running;
};

static erp_status refuse(erp_error* error, erp_status status, const char* key, const char* message) {
  ON_REFUSAL
  if (error != NULL && error->size >= sizeof *error) {
    error->code = status;
    snprintf(error->key, sizeof error->key, "%s", key);
    snprintf(error->message, sizeof error->message, "%s", message);
  }
  return status;
}

static int same(erp_str id, const char* name) {
  return id.data != NULL && id.len == strlen(name) && memcmp(id.data, name, id.len) == 0;
}

static erp_str text_of(const char* text) {
  erp_str out = {text, strlen(text)};
  return out;
}

static const void* ask(const erp_host* host, const char* id) { return host->get_extension(host->ctx, text_of(id)); }

static int64_t now(erp_module* m) { return m->clock->now_us(m->clock->ctx); }

static erp_status create(const erp_host* host, erp_str folder, erp_module** out, erp_error* error) {
  erp_module* m = calloc(1, sizeof *m);
  (void)folder;
  (void)error;
  m->host = *host;
  pthread_mutex_init(&m->lock, NULL);
  ON_CREATE
  *out = m;
  return ERP_OK;
}

static erp_status init(erp_module* m, erp_error* error) {
  m->clock = ask(&m->host, ERP_EXT_CLOCK);
  m->log = ask(&m->host, ERP_EXT_LOG);
  m->events = ask(&m->host, ERP_EXT_EVENTS);
  m->ui = ask(&m->host, ERP_EXT_UI);
  ON_INIT
  if (CLOCK_MISSING(m))
    return refuse(error, ERP_UNSUPPORTED, "zoo.no_clock", "This module needs erp.clock/1; grant it.");
  m->initialised = 1;
  return ERP_OK;
}

static erp_status start(erp_module* m, erp_error* error) {
  if (!m->initialised) return refuse(error, ERP_WRONG_STATE, "module.state", "start comes after init.");
  if (m->started)
    return SECOND_START == ERP_OK ? ERP_OK : refuse(error, SECOND_START, "module.state", "It has started.");
  ON_START
  m->started = 1;
  return ERP_OK;
}

static erp_status stop(erp_module* m, erp_error* error) {
  if (!m->started) return refuse(error, ERP_WRONG_STATE, "module.state", "stop comes after start.");
  m->started = 0;
  ON_STOP
  return ERP_OK;
}

static void destroy(erp_module* m) {
  if (m == NULL) return;
  ON_DESTROY
  pthread_mutex_destroy(&m->lock);
  free(m);
}

static erp_status work(erp_module* m, const erp_call* call, const erp_work_request* request, erp_work_result* result,
                       erp_error* error) {
  erp_event event;
  uint32_t count = 0;
  (void)request;
  if (!m->started) return refuse(error, ERP_WRONG_STATE, "module.state", "work comes after start.");
  ON_WORK(void) HOST_OF(m)->get_extension(HOST_OF(m)->ctx, text_of(ERP_EXT_CLOCK));
  now(m);
  memset(&event, 0, sizeof event);
  event.size = sizeof event;
  if (m->events != NULL && HAS(m->events, erp_events, fetch)) {
    const erp_status status = m->events->fetch(m->events->ctx, call, m->cursor, &event, sizeof event, 1, &count, error);
    if (status != ERP_OK) return status;
  }
  pthread_mutex_lock(&m->lock);
  if (count > 0) m->cursor = event.sequence;
  m->handled += count;
  pthread_mutex_unlock(&m->lock);
  result->more = count > 0;
  result->handled = count;
  return ERP_OK;
}

static void wake(erp_module* m) {
  pthread_mutex_lock(&m->lock);
  m->woken = 1;
  pthread_mutex_unlock(&m->lock);
}

static erp_status put(const erp_sink* out, const char* text) {
  return out->write(out->ctx, text, (uint32_t)strlen(text));
}

static erp_status list(erp_module* m, const erp_sink* out, erp_error* error) {
  (void)m;
  (void)error;
  return put(out,
             "{\"schema\":\"1.0\",\"actions\":[{\"name\":\"zoo.count\",\"permission\":\"\",\"changes\":false,"
             "\"input\":{\"type\":\"object\"},\"example\":{\"input\":{}}}]}");
}

static erp_status run(erp_module* m, const erp_call* call, erp_str name, const erp_source* input,
                      const erp_sink* output, erp_error* error) {
  char text[64];
  (void)call;
  (void)input;
  if (!same(name, "zoo.count")) return refuse(error, ERP_NOT_FOUND, "action.unknown", "There is no such action.");
  ON_CALL
  pthread_mutex_lock(&m->lock);
  snprintf(text, sizeof text, "{\"handled\":%lld}", (long long)m->handled);
  pthread_mutex_unlock(&m->lock);
  return put(output, text);
}

static erp_status health(erp_module* m, const erp_sink* out, erp_error* error) {
  (void)error;
  pthread_mutex_lock(&m->lock);
  pthread_mutex_unlock(&m->lock);
  return put(out, "{\"state\":0,\"reason\":\"\",\"metrics\":{}}");
}

static const void* get_extension(erp_module* m, erp_str id) {
  static const erp_module_work kWork = {sizeof(erp_module_work), 0, work, wake};
  static const erp_module_actions kActions = {sizeof(erp_module_actions), 0, list, run};
  static const erp_module_health kHealth = {sizeof(erp_module_health), 0, health};
  (void)m;
  ON_EXTENSION
  if (same(id, ERP_EXT_MODULE_WORK)) return &kWork;
  if (same(id, ERP_EXT_MODULE_ACTIONS)) return &kActions;
  if (same(id, ERP_EXT_MODULE_HEALTH)) return &kHealth;
  return NULL;
}

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  char message[160];
  const uint32_t room = out->size;
  erp_module_abi abi;
  ON_QUERY
  if (host->abi_major != ERP_ABI_MAJOR || REFUSES_MINOR(host->abi_minor)) {
    snprintf(message, sizeof message,
             "This module needs host ABI %u.%d, this host has %u.%u; update the older of the two.", ERP_ABI_MAJOR,
             LEAST_MINOR, host->abi_major, host->abi_minor);
    return refuse(error, ERP_VERSION, "module.version", message);
  }
  memset(&abi, 0, sizeof abi);
  abi.size = room < sizeof abi ? room : sizeof abi;
  abi.abi_major = ERP_ABI_MAJOR;
  abi.abi_minor_required = LEAST_MINOR;
  abi.id = text_of(ZOO_ID);
  abi.version = text_of(VERSION);
  abi.create = create;
  abi.init = init;
  abi.start = start;
  abi.stop = stop;
  abi.destroy = destroy;
  abi.get_extension = get_extension;
  memcpy(out, &abi, abi.size);
  ON_ANSWER
  return ERP_OK;
}
