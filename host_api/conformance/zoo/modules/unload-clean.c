/* SPDX-License-Identifier: Apache-2.0 - Leaves the host's threads something to call when they end. */
static void at_thread_end(void* value);
#define ON_EXTENSION leave_something();
static void leave_something(void);
#include "good_module.h"

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void make_key(void) { pthread_key_create(&key, at_thread_end); }
static void leave_something(void) {
  pthread_once(&once, make_key);
  pthread_setspecific(key, &key);
}
static void at_thread_end(void* value) { (void)value; }
