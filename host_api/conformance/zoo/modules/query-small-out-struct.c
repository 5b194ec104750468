/* SPDX-License-Identifier: Apache-2.0 - Fills the table that it knows, whatever room the caller has. */
#define ON_ANSWER memset((char*)out + sizeof *out, 0, 16);
#include "good_module.h"
