// SPDX-License-Identifier: Apache-2.0
// A library that calls what nobody has.
extern "C" int trap_function_that_nobody_has();

extern "C" int trap_use(const char*) { return trap_function_that_nobody_has(); }
