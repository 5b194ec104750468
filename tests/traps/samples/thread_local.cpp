// SPDX-License-Identifier: Apache-2.0
// A library with a thread_local that has a destructor.
namespace {
struct Noisy {
  ~Noisy() { value = 0; }
  volatile int value = 1;
};
thread_local Noisy noisy;
}  // namespace

extern "C" int trap_use(const char*) { return noisy.value == 1 ? 0 : 1; }
