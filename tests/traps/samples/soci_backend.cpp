// SPDX-License-Identifier: Apache-2.0
// A library that opens a database by SOCI, its backend by the factory: by its
// name SOCI would load another library, whose end crashes the unloading.
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

extern "C" int trap_use(const char*) {
  try {
    int one = 0;
    soci::session session(soci::sqlite3, "db=:memory:");
    session << "select 1", soci::into(one);
    return one == 1 ? 0 : 1;
  } catch (...) {  // SOCI's exceptions are caught inside, behind a version script
    return 2;
  }
}
