/* SPDX-License-Identifier: Apache-2.0 - a library that is no module: host-check has a host find that out. */
__attribute__((visibility("default"))) int library_of_another_kind(void);
__attribute__((visibility("default"))) int library_of_another_kind(void) { return 0; }
