// SPDX-License-Identifier: Apache-2.0
//
// What loading the module costs, beside a bare dlopen/dlclose of a library that needs nothing but libc. One JSON line
// per case. "cold": the first time in this process, with the module's own libraries still unmapped (the files may well
// be in the system's cache). "warm": the mean of the following rounds.
//
//   load_bench [module library] [empty library]
#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "erp/erp.h"

namespace {

using Clock = std::chrono::steady_clock;

long nanoseconds(Clock::time_point since) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - since).count();
}

/// Opens, asks, closes; answers nanoseconds, or -1.
long round_trip(const std::string& file, bool ask) {
  const auto begin = Clock::now();
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::fprintf(stderr, "%s\n", dlerror());
    return -1;
  }
  if (ask) {
    const auto query = reinterpret_cast<erp_module_query_fn>(dlsym(library, ERP_MODULE_QUERY_SYMBOL));
    erp_host_abi host{};
    host.size = sizeof host;
    host.abi_major = ERP_ABI_MAJOR;
    host.abi_minor = ERP_ABI_MINOR;
    erp_module_abi abi{};
    abi.size = sizeof abi;
    erp_error error{};
    error.size = sizeof error;
    if (query == nullptr || query(&host, &abi, &error) != ERP_OK) {
      std::fprintf(stderr, "%s: %s\n", file.c_str(), query == nullptr ? "no entry" : error.message);
      return -1;
    }
  }
  dlclose(library);
  return nanoseconds(begin);
}

bool measure(const char* name, const std::string& file, bool ask) {
  constexpr int kRounds = 50;
  const long cold = round_trip(file, ask);
  if (cold < 0) return false;
  const bool gone = dlopen(file.c_str(), RTLD_NOLOAD | RTLD_NOW) == nullptr;
  long sum = 0, least = cold;
  for (int i = 0; i < kRounds; ++i) {
    const long one = round_trip(file, ask);
    sum += one;
    if (one < least) least = one;
  }
  std::printf(
      "{\"name\":\"load_%s\",\"n\":%d,\"cold_us\":%ld,\"warm_mean_us\":%ld,\"warm_least_us\":%ld,\"unmapped\":%s}\n",
      name, kRounds, cold / 1000, sum / kRounds / 1000, least / 1000, gone ? "true" : "false");
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string module = argc > 1 ? argv[1] : BUILD_DIR "/modules/sales_leads/libsales_leads.so";
  const std::string empty = argc > 2 ? argv[2] : BUILD_DIR "/test_modules/empty/libempty.so";
  const bool both = measure("empty_library", empty, false) && measure("sales_leads", module, true);
  return both ? 0 : 1;
}
