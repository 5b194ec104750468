/* SPDX-License-Identifier: Apache-2.0 - Fills the table before it looks at the major. */
#define ON_QUERY out->abi_major = ERP_ABI_MAJOR;
#include "good_module.h"
