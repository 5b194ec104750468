/* SPDX-License-Identifier: Apache-2.0
 * Loads a library, calls its trap_use, unloads it and ends: what is wrong with the unloading shows in the exit status.
 * A program of its own, since it must not hold SOCI itself. */
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char** arguments) {
  void* library = count == 3 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 3;
  }
  int (*use)(const char*) = NULL;
  *(void**)&use = dlsym(library, "trap_use");
  const int result = use != NULL ? use(arguments[2]) : 4;
  dlclose(library);
  return result;
}
