/* SPDX-License-Identifier: Apache-2.0 - the probe's mode and journal: two files beside its library. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

static void beside(const char* name, char* path, size_t size) {
  Dl_info self;
  const char* slash;
  path[0] = '\0';
  if (dladdr((const void*)&probe_mode_number, &self) == 0 || (slash = strrchr(self.dli_fname, '/')) == NULL) return;
  snprintf(path, size, "%.*s/%s", (int)(slash - self.dli_fname), self.dli_fname, name);
}

const char* probe_mode(const char* key, const char* otherwise, char* room, size_t size) {
  char path[1024], line[512];
  FILE* file;
  snprintf(room, size, "%s", otherwise);
  beside("probe.mode", path, sizeof path);
  file = fopen(path, "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    const size_t length = strlen(key);
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, key, length) == 0 && line[length] == '=') snprintf(room, size, "%s", line + length + 1);
  }
  if (file != NULL) fclose(file);
  return room;
}

int probe_mode_has(const char* key, const char* word) {
  char room[512];
  return strstr(probe_mode(key, "", room, sizeof room), word) != NULL;
}

int probe_mode_number(const char* key, int otherwise) {
  char room[512], text[16];
  snprintf(text, sizeof text, "%d", otherwise);
  return atoi(probe_mode(key, text, room, sizeof room));
}

void probe_note(const char* slot, const char* what, const char* form, ...) {
  char path[1024], line[1024];
  struct timespec now;
  va_list rest;
  int length, file;
  beside("journal", path, sizeof path);
  clock_gettime(CLOCK_MONOTONIC, &now);
  length = snprintf(line, sizeof line, "%d %ld %lld %s %s ", (int)getpid(), (long)syscall(SYS_gettid),
                    (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000, slot, what);
  va_start(rest, form);
  length += vsnprintf(line + length, sizeof line - (size_t)length - 1, form, rest);
  va_end(rest);
  if (length > (int)sizeof line - 2) length = (int)sizeof line - 2;
  line[length++] = '\n';
  file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  if (write(file, line, (size_t)length) != length) abort();
  close(file);
}

void probe_found(struct probe_findings* found, const char* form, ...) {
  va_list rest;
  char text[512];
  size_t i;
  va_start(rest, form);
  vsnprintf(text, sizeof text, form, rest);
  va_end(rest);
  for (i = 0; text[i] != '\0'; ++i) {
    if (text[i] == '"' || text[i] == '\\' || (unsigned char)text[i] < 0x20) text[i] = '\'';
  }
  if (found->length + strlen(text) + 8 > sizeof found->text) return;
  found->length += (size_t)snprintf(found->text + found->length, sizeof found->text - found->length, "%s\"%s\"",
                                    found->length == 0 ? "" : ",", text);
}
