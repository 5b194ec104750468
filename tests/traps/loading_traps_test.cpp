// SPDX-License-Identifier: Apache-2.0
//
// What loading and unloading a library does, and the build's answers: a version
// script, no thread_local, rtld_now, SOCI's backends by their factories. The
// samples lie in tests/traps/samples.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/dll/shared_library.hpp>
#include <string>
#include <thread>

namespace sales_leads::test {
namespace {

std::string sample(const std::string& name) {
  return std::string(BUILD_DIR) + "/test_modules/traps/lib" + name + ".so";
}

/// Loads, uses and unloads; answers whether it is mapped still.
bool stays(const std::string& name) {
  void* const library = dlopen(sample(name).c_str(), RTLD_NOW | RTLD_LOCAL);
  EXPECT_NE(library, nullptr) << dlerror();
  if (library == nullptr) return false;
  const auto use = reinterpret_cast<int (*)(const char*)>(dlsym(library, "trap_use"));
  EXPECT_EQ(use(""), 0);
  dlclose(library);
  return dlopen(sample(name).c_str(), RTLD_NOLOAD | RTLD_NOW) != nullptr;
}

TEST(LoadingTraps, AUniqueSymbolPinsALibrary_AVersionScriptFreesIt) {
  EXPECT_TRUE(stays("trap_unique"));
  EXPECT_FALSE(stays("trap_unique_hidden"));
}

TEST(LoadingTraps, AThreadLocalWithADestructorPinsALibraryWhileTheThreadLives_OursHasNone) {
  bool stayed = false;
  std::thread user([&] { stayed = stays("trap_thread_local_hidden"); });
  user.join();
  EXPECT_TRUE(stayed) << "in spite of the version script";
}

TEST(LoadingTraps, AMissingSymbolShowsAtTheFirstCall_UnlessAskedForAtOnce) {
  using boost::dll::shared_library;
  using boost::dll::load_mode::rtld_local;
  EXPECT_NO_THROW(shared_library(sample("trap_undefined"), rtld_local)) << "lazy: the fault waits for the call";
  try {
    shared_library(sample("trap_undefined"), boost::dll::load_mode::rtld_now | rtld_local);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::bad_file_descriptor) << "always this one, whatever the reason";
    EXPECT_NE(std::string(error.what()).find("trap_function_that_nobody_has"), std::string::npos) << error.what();
  }
}

/// Exit status of the loader that uses the SOCI sample so, -1 when a signal
/// ended it.
int loaded(const char* how) {
  const std::string loader = std::string(BUILD_DIR) + "/test_modules/traps/trap_loader";
  const std::string library = sample("trap_soci");
  const pid_t child = fork();
  if (child == 0) {
    execl(loader.c_str(), loader.c_str(), library.c_str(), how, nullptr);
    _exit(99);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(LoadingTraps, ALibraryWithSocisBackendByItsFactoryUnloadsCleanly) { EXPECT_EQ(loaded("factory"), 0); }

}  // namespace
}  // namespace sales_leads::test
