// SPDX-License-Identifier: Apache-2.0
// A library with one inline variable of a template: g++ makes its symbol unique
// in the process (STB_GNU_UNIQUE).
template <class T>
inline int counter = 0;

extern "C" int trap_use(const char*) { return ++counter<long> > 0 ? 0 : 1; }
