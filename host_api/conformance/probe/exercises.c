/* SPDX-License-Identifier: Apache-2.0 - what the probe does with the host's tables from inside a call. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

static const char* const kExtensions[] = {ERP_EXT_LOG,    ERP_EXT_CLOCK,     ERP_EXT_CONFIG,    ERP_EXT_DATABASE,
                                          ERP_EXT_EVENTS, ERP_EXT_DOCUMENTS, ERP_EXT_DIRECTORY, ERP_EXT_IDENTITY,
                                          ERP_EXT_MONEY,  ERP_EXT_UI,        ERP_EXT_JOBS};
static const size_t kSizes[] = {sizeof(erp_log),    sizeof(erp_clock),     sizeof(erp_config),    sizeof(erp_database),
                                sizeof(erp_events), sizeof(erp_documents), sizeof(erp_directory), sizeof(erp_identity),
                                sizeof(erp_money),  sizeof(erp_ui),        sizeof(erp_jobs)};
#define KNOWN (sizeof kExtensions / sizeof kExtensions[0])

/* A struct to be filled, with a margin behind it that must stay as it is. */
#define MARGIN 64
struct room {
  unsigned char bytes[2048];
};
static void* prepare(struct room* room, uint32_t size) {
  memset(room, 0x5A, sizeof *room);
  memcpy(room->bytes, &size, sizeof size);
  return room->bytes;
}
static void expect_margin(const struct room* room, uint32_t size, const char* slot, struct probe_findings* found) {
  size_t i;
  for (i = size; i < size + MARGIN; ++i) {
    if (room->bytes[i] != 0x5A) {
      probe_found(found, "%s wrote past a struct of %u bytes", slot, size);
      return;
    }
  }
}

static void sizes(erp_module* module, const erp_call* call, struct probe_findings* found) {
  const erp_clock* clock = probe_ask(module, ERP_EXT_CLOCK);
  const erp_database* database = probe_ask(module, ERP_EXT_DATABASE);
  const erp_events* events = probe_ask(module, ERP_EXT_EVENTS);
  const erp_identity* identity = probe_ask(module, ERP_EXT_IDENTITY);
  struct room room;
  uint32_t cut;
  /* The whole struct of 1.0, and a beginning of it: nothing of either may be overrun. */
  for (cut = 0; cut <= 8; cut += 8) {
    const uint32_t time = sizeof(erp_company_time) - cut, info = sizeof(erp_database_info) - cut;
    const uint32_t horizon = sizeof(erp_event_horizon) - cut, actor = sizeof(erp_actor) - cut;
    if (clock != NULL) {
      clock->company_time(clock->ctx, call->company, prepare(&room, time), NULL);
      expect_margin(&room, time, "clock.company_time", found);
      clock->company_time(clock->ctx, -1, NULL, prepare(&room, sizeof(erp_error) - cut));
      expect_margin(&room, sizeof(erp_error) - cut, "clock.company_time's error", found);
    }
    if (database != NULL) {
      database->info(database->ctx, prepare(&room, info), NULL);
      expect_margin(&room, info, "database.info", found);
    }
    if (events != NULL) {
      events->horizon(events->ctx, call, prepare(&room, horizon), NULL);
      expect_margin(&room, horizon, "events.horizon", found);
    }
    if (identity != NULL) {
      identity->whoami(identity->ctx, call, prepare(&room, actor), NULL);
      expect_margin(&room, actor, "identity.whoami", found);
    }
  }
}

static void pointers(erp_module* module, struct probe_findings* found) {
  static const char* const kOdd[] = {
      "", "erp.clock", "erp.clock/", "erp.clock/1x", "erp.clock/2", "ERP.CLOCK/1", " erp.clock/1", "no.such/1"};
  erp_str none = {NULL, 0}, huge;
  size_t i;
  int round;
  for (i = 0; i < KNOWN; ++i) {
    const void* first = probe_ask(module, kExtensions[i]);
    for (round = 0; round < 100; ++round) {
      if (probe_ask(module, kExtensions[i]) != first) {
        probe_found(found, "%s is another table the next time", kExtensions[i]);
        break;
      }
    }
  }
  for (i = 0; i < sizeof kOdd / sizeof kOdd[0]; ++i) {
    if (probe_ask(module, kOdd[i]) != NULL) probe_found(found, "there is a table for '%s'", kOdd[i]);
  }
  if (module->host.get_extension(module->host.ctx, none) != NULL) probe_found(found, "there is a table for NULL");
  huge.len = 1 << 20;
  huge.data = calloc(1, huge.len);
  if (module->host.get_extension(module->host.ctx, huge) != NULL) probe_found(found, "there is a table for a megabyte");
  free((void*)(uintptr_t)huge.data);
}

static void tables(erp_module* module, struct probe_findings* found) {
  size_t i, at;
  for (i = 0; i < KNOWN; ++i) {
    const unsigned char* table = probe_ask(module, kExtensions[i]);
    uint32_t size;
    if (table == NULL) continue; /* not offered: a host may */
    memcpy(&size, table, sizeof size);
    if (size < kSizes[i]) {
      probe_found(found, "%s has %u bytes, version 1.0 has %zu", kExtensions[i], size, kSizes[i]);
      continue;
    }
    for (at = offsetof(erp_log, write); at < kSizes[i]; at += sizeof(void*)) {
      const void* slot;
      memcpy(&slot, table + at, sizeof slot);
      if (slot == NULL)
        probe_found(found, "%s: slot %zu is null", kExtensions[i], (at - offsetof(erp_log, write)) / sizeof(void*) + 1);
    }
  }
}

static void withheld(erp_module* module, const erp_call* call, struct probe_findings* found) {
  const erp_identity* identity = probe_ask(module, ERP_EXT_IDENTITY);
  size_t i;
  for (i = 0; i < KNOWN; ++i) {
    if (!probe_mode_has("asks", kExtensions[i]) && probe_ask(module, kExtensions[i]) != NULL) {
      probe_found(found, "%s is given, though the manifest does not ask for it", kExtensions[i]);
    }
  }
  if (identity != NULL) {
    erp_actor honest, forged;
    erp_call other = *call;
    other.actor = call->actor + 41;
    memset(&honest, 0, sizeof honest);
    memset(&forged, 0, sizeof forged);
    honest.size = forged.size = sizeof honest;
    if (identity->whoami(identity->ctx, call, &honest, NULL) == ERP_OK &&
        identity->whoami(identity->ctx, &other, &forged, NULL) == ERP_OK && honest.user != forged.user) {
      probe_found(found, "another actor beside the token changes who it is: %lld", (long long)forged.user);
    }
  }
}

static void token(erp_module* module, const erp_call* call, struct probe_findings* found) {
  const erp_identity* identity = probe_ask(module, ERP_EXT_IDENTITY);
  const erp_events* events = probe_ask(module, ERP_EXT_EVENTS);
  const uint64_t bad[] = {0, call->token ^ 0x5A5A5A5Au, module->ended_token};
  static const char* const kNames[] = {"no token", "a forged token", "the token of a call that is over"};
  erp_actor actor;
  erp_event_horizon horizon;
  size_t i;
  if (identity == NULL) {
    probe_found(found, "skip: erp.identity/1 is not offered");
    return;
  }
  for (i = 0; i < 3; ++i) {
    erp_call other = *call;
    erp_status status;
    if (i == 2 && module->ended_token == 0) continue;
    other.token = bad[i];
    memset(&actor, 0, sizeof actor);
    actor.size = sizeof actor;
    status = identity->whoami(identity->ctx, &other, &actor, NULL);
    if (status != ERP_PERMISSION)
      probe_found(found, "identity.whoami answers %d to %s, not PERMISSION", (int)status, kNames[i]);
    memset(&horizon, 0, sizeof horizon);
    horizon.size = sizeof horizon;
    status = events == NULL ? ERP_PERMISSION : events->horizon(events->ctx, &other, &horizon, NULL);
    if (status != ERP_PERMISSION)
      probe_found(found, "events.horizon answers %d to %s, not PERMISSION", (int)status, kNames[i]);
  }
  module->ended_token = call->token; /* for the next time */
}

struct hammer {
  const erp_log* log;
  const erp_clock* clock;
  const erp_money* money;
  int64_t back;
  erp_status refused;
};

static void* hammer(void* given) {
  struct hammer* h = given;
  int64_t last = 0;
  int i;
  for (i = 0; i < 200; ++i) {
    int32_t digits = 0;
    if (h->log != NULL) h->log->write(h->log->ctx, ERP_LOG_DEBUG, probe_text("probe"), NULL, 0);
    if (h->clock != NULL) {
      const int64_t now = h->clock->monotonic_us(h->clock->ctx);
      if (now < last) h->back = last - now;
      last = now;
      if (h->clock->now_us(h->clock->ctx) <= 0) h->refused = ERP_INTERNAL;
    }
    if (h->money != NULL) {
      const erp_status status = h->money->exponent(h->money->ctx, probe_text("SEK"), &digits, NULL);
      if (status != ERP_OK || digits != 2) h->refused = status == ERP_OK ? ERP_INTERNAL : status;
    }
  }
  return NULL;
}

static void any(erp_module* module, struct probe_findings* found) {
  pthread_t threads[8];
  struct hammer given[8];
  int i;
  for (i = 0; i < 8; ++i) {
    memset(&given[i], 0, sizeof given[i]);
    given[i].log = probe_ask(module, ERP_EXT_LOG);
    given[i].clock = probe_ask(module, ERP_EXT_CLOCK);
    given[i].money = probe_ask(module, ERP_EXT_MONEY);
    pthread_create(&threads[i], NULL, hammer, &given[i]);
  }
  for (i = 0; i < 8; ++i) {
    pthread_join(threads[i], NULL);
    if (given[i].back > 0) probe_found(found, "clock.monotonic_us stepped back by %lld us", (long long)given[i].back);
    if (given[i].refused != ERP_OK)
      probe_found(found, "a slot with the tag [any] answers %d on another thread", (int)given[i].refused);
  }
}

void probe_exercise(erp_module* module, const erp_call* call, const char* what, struct probe_findings* found) {
  if (strstr(what, "sizes") != NULL) sizes(module, call, found);
  if (strstr(what, "pointers") != NULL) pointers(module, found);
  if (strstr(what, "tables") != NULL) tables(module, found);
  if (strstr(what, "withheld") != NULL) withheld(module, call, found);
  if (strstr(what, "token") != NULL) token(module, call, found);
  if (strstr(what, "any") != NULL) any(module, found);
}
