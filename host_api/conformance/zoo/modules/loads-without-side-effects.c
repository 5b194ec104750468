/* SPDX-License-Identifier: Apache-2.0 - Changes the locale of the whole process as it is loaded. */
#include <locale.h>
__attribute__((constructor)) static void meddle(void) { setlocale(LC_ALL, "C.UTF-8"); }
#include "good_module.h"
