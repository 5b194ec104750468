// SPDX-License-Identifier: Apache-2.0
// Exports nothing that a host could call.
extern "C" int erp_module_of_another_kind();
extern "C" int erp_module_of_another_kind() { return 0; }
