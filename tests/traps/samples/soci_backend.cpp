// SPDX-License-Identifier: Apache-2.0
// A library that opens a database by SOCI: its backend by name (SOCI loads another library) or by its factory.
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

extern "C" int trap_use(const char* how) {
  try {
    int one = 0;
    if (how[0] == 'n') {
      soci::session session("sqlite3", "db=:memory:");
      session << "select 1", soci::into(one);
    } else {
      soci::session session(soci::sqlite3, "db=:memory:");
      session << "select 1", soci::into(one);
    }
    return one == 1 ? 0 : 1;
  } catch (...) {  // SOCI's exceptions are caught inside, behind a version script
    return 2;
  }
}
