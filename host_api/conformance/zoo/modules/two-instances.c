/* SPDX-License-Identifier: Apache-2.0 - Remembers one host for all instances. */
static const void* last_host;
#define ON_CREATE last_host = host;
#define HOST_OF(m) ((const erp_host*)last_host)
#include "good_module.h"
