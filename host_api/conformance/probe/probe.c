/* SPDX-License-Identifier: Apache-2.0 - the probe's life, its work and its one action. */
#define ERP_MODULE_IMPLEMENTATION /* before the first header of the contract */
#include "probe.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe_sql.h"

erp_str probe_text(const char* text) {
  erp_str out = {text, strlen(text)};
  return out;
}

const void* probe_ask(const erp_module* module, const char* id) {
  return module->host.get_extension(module->host.ctx, probe_text(id));
}

static erp_status refuse(erp_error* error, erp_status status, const char* message) {
  if (error != NULL && error->size >= sizeof *error) {
    error->code = status;
    snprintf(error->key, sizeof error->key, "probe.refused");
    snprintf(error->message, sizeof error->message, "%s", message);
  }
  return status;
}

/* A slot of the control lane: noted, long enough to overlap with another, failing when the mode says so. */
static erp_status control(const char* slot, erp_error* error) {
  probe_note(slot, "enter", "%s", "");
  usleep((unsigned)probe_mode_number("slow", 0) * 1000u);
  probe_note(slot, "leave", "%s", "");
  return probe_mode_has("fail", slot) ? refuse(error, ERP_UNAVAILABLE, "The probe fails on purpose.") : ERP_OK;
}

static erp_status create(const erp_host* host, erp_str folder, erp_module** out, erp_error* error) {
  const erp_status status = control("create", error);
  (void)folder;
  if (status != ERP_OK) return status;
  *out = calloc(1, sizeof **out);
  (*out)->host = *host;
  return ERP_OK;
}
static erp_status init(erp_module* module, erp_error* error) {
  (void)module;
  return control("init", error);
}
static erp_status start(erp_module* module, erp_error* error) {
  (void)module;
  return control("start", error);
}
static erp_status stop(erp_module* module, erp_error* error) {
  (void)module;
  return control("stop", error);
}
static void destroy(erp_module* module) {
  control("destroy", NULL);
  free(module);
}

static void look(erp_module* module, const erp_event* event) {
  const erp_database* database = probe_ask(module, ERP_EXT_DATABASE);
  erp_database_info info;
  char sql[512], cell[64], problem[256];
  memset(&info, 0, sizeof info);
  info.size = sizeof info;
  if (database == NULL || database->info(database->ctx, &info, NULL) != ERP_OK) {
    probe_note("work", "note", "no database");
    return;
  }
  if (probe_mode_has("work", "see")) {
    snprintf(sql, sizeof sql, "select state from erp_order where id = %lld", (long long)event->document);
    probe_sql(&info, sql, cell, sizeof cell, problem, sizeof problem);
    probe_note("work", "note", "saw %lld %s %s", (long long)event->document, cell[0] == '\0' ? "nothing" : cell,
               problem);
  }
  if (probe_mode_has("work", "write")) {
    char table[128];
    snprintf(table, sizeof table, "%.*s%s%.*swritten", (int)info.schema.len,
             info.schema.data == NULL ? "" : info.schema.data, info.schema.len > 0 ? "." : "", (int)info.prefix.len,
             info.prefix.data == NULL ? "" : info.prefix.data);
    snprintf(sql, sizeof sql, "create table if not exists %s (n bigint); insert into %s (n) values (1)", table, table);
    probe_sql(&info, sql, cell, sizeof cell, problem, sizeof problem);
    probe_note("work", "note", "wrote %s", problem[0] == '\0' ? "ok" : problem);
  }
}

static erp_status work(erp_module* module, const erp_call* call, const erp_work_request* request,
                       erp_work_result* result, erp_error* error) {
  const erp_events* events = probe_ask(module, ERP_EXT_EVENTS);
  erp_event batch[16];
  uint32_t count = 0, i;
  erp_status status = ERP_OK;
  (void)request;
  probe_note("work", "enter", "company %lld", (long long)call->company);
  usleep((unsigned)probe_mode_number("slow", 0) * 1000u);
  if (probe_mode_has("work", "later")) status = refuse(error, ERP_UNAVAILABLE, "The probe asks for another time.");
  if (probe_mode_has("work", "broken")) status = refuse(error, ERP_INTERNAL, "The probe is broken on purpose.");
  if (status == ERP_OK && events != NULL) {
    memset(batch, 0, sizeof batch);
    for (i = 0; i < 16; ++i) batch[i].size = sizeof batch[i];
    status = events->fetch(events->ctx, call, module->cursor, batch, sizeof batch[0], 16, &count, error);
    if (status != ERP_OK) probe_note("work", "note", "fetch answered %d", (int)status);
    for (i = 0; status == ERP_OK && i < count; ++i) {
      probe_note("work", "note", "event %lld %s %lld", (long long)batch[i].sequence, batch[i].kind,
                 (long long)batch[i].document);
      if (strncmp(batch[i].kind, "order.confirmed", 15) == 0) look(module, &batch[i]);
    }
    if (status == ERP_OK && count > 0) module->cursor = batch[count - 1].sequence;
  }
  result->more = count == 16;
  result->handled = count;
  probe_note("work", "leave", "company %lld", (long long)call->company);
  return status;
}

static void wake(erp_module* module) {
  (void)module;
  probe_note("wake", "enter", "%s", "");
  probe_note("wake", "leave", "%s", "");
}

static erp_status put(const erp_sink* out, const char* text) {
  return out->write(out->ctx, text, (uint32_t)strlen(text));
}

static const char* own_id(char* room, size_t size) { return probe_mode("id", "probe", room, size); }

static erp_status list(erp_module* module, const erp_sink* out, erp_error* error) {
  char text[256], id[64];
  (void)module;
  (void)error;
  snprintf(text, sizeof text,
           "{\"schema\":\"1.0\",\"actions\":[{\"name\":\"%s.run\",\"summary\":{\"en\":\"Runs an "
           "exercise\"},\"permission\":\"\","
           "\"changes\":false,\"input\":{\"type\":\"object\"}}]}",
           own_id(id, sizeof id));
  return put(out, text);
}

static erp_status run(erp_module* module, const erp_call* call, erp_str name, const erp_source* input,
                      const erp_sink* output, erp_error* error) {
  char json[512];
  uint32_t got = 0, length = 0;
  struct probe_findings* found;
  erp_status status = ERP_OK;
  (void)name;
  while (length < sizeof json - 1 &&
         (status = input->read(input->ctx, json + length, (uint32_t)sizeof json - 1 - length, &got)) == ERP_OK &&
         got > 0) {
    length += got;
  }
  json[length] = '\0';
  if (status != ERP_OK) return refuse(error, status, "The input could not be read.");
  probe_note("call", "enter", "company %lld", (long long)call->company);
  if (strstr(json, "wait") != NULL) usleep(300 * 1000);
  found = calloc(1, sizeof *found);
  probe_exercise(module, call, json, found);
  probe_note("call", "leave", "company %lld", (long long)call->company);
  status = put(output, "{\"findings\":[");
  if (status == ERP_OK && found->length > 0) status = put(output, found->text);
  if (status == ERP_OK) status = put(output, "]}");
  free(found);
  return status;
}

static int same(erp_str id, const char* name) {
  return id.data != NULL && id.len == strlen(name) && memcmp(id.data, name, id.len) == 0;
}

/* Behind the table: what a later minor, or rubbish, would hold. */
static struct {
  erp_module_actions table;
  unsigned char beyond[64];
} actions;
static pthread_once_t actions_once = PTHREAD_ONCE_INIT;

static void make_actions(void) {
  memset(&actions, 0xFF, sizeof actions);
  actions.table.size = sizeof actions.table;
  actions.table.reserved = 0;
  actions.table.list = list;
  if (probe_mode_number("long", 0)) actions.table.size = sizeof actions;
  if (probe_mode_number("short", 0)) {
    actions.table.size = offsetof(erp_module_actions, call);
  } else {
    actions.table.call = run;
  }
}

static const void* get_extension(erp_module* module, erp_str id) {
  static const erp_module_work kWork = {sizeof(erp_module_work), 0, work, wake};
  (void)module;
  if (same(id, ERP_EXT_MODULE_WORK)) return &kWork;
  if (!same(id, ERP_EXT_MODULE_ACTIONS)) return NULL;
  pthread_once(&actions_once, make_actions);
  return &actions.table;
}

erp_status erp_module_query(const erp_host_abi* host, erp_module_abi* out, erp_error* error) {
  static char id[64];
  struct {
    erp_module_abi abi;
    unsigned char beyond[64];
  } whole;
  const uint32_t room = out->size;
  (void)error;
  probe_note("query", "enter", "size=%u major=%u minor=%u name=%.*s room=%u", host->size, host->abi_major,
             host->abi_minor, (int)host->name.len, host->name.data == NULL ? "" : host->name.data, room);
  probe_note("query", "leave", "%s", "");
  memset(&whole, 0xFF, sizeof whole);
  memset(&whole.abi, 0, sizeof whole.abi);
  whole.abi.size = sizeof whole.abi;
  whole.abi.abi_major = (uint32_t)probe_mode_number("major", ERP_ABI_MAJOR);
  whole.abi.abi_minor_required = (uint32_t)probe_mode_number("needs", 0);
  whole.abi.id = probe_text(own_id(id, sizeof id));
  whole.abi.version = probe_text("1.0.0");
  whole.abi.create = create;
  whole.abi.init = init;
  whole.abi.start = start;
  whole.abi.stop = stop;
  whole.abi.destroy = destroy;
  whole.abi.get_extension = get_extension;
  if (probe_mode_number("long", 0)) whole.abi.size = sizeof whole; /* claims more than the host has room for */
  memcpy(out, &whole, room < sizeof whole ? room : sizeof whole);
  return ERP_OK;
}
