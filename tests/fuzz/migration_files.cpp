// SPDX-License-Identifier: Apache-2.0
//
// Random migration files, grown out of the module's own: migration_files
// SECONDS [SEED]. Each is split for both databases, and applied to an SQLite
// database that holds the first migration. Either it is refused by a Failure,
// and the database is what it was, or it is applied as a whole and recorded.
// Built with the sanitizers: a fault ends it.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "store/migrations.h"

namespace {

using namespace sales_leads;
namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

class Grower {
 public:
  Grower(std::vector<std::string> seeds, unsigned seed) : seeds_(std::move(seeds)), random_(seed) {}

  std::string grow() {
    std::string text = seeds_[pick(seeds_.size())];
    if (pick(3) == 0) text = text.substr(0, pick(text.size()));
    for (std::size_t n = pick(6); n-- > 0;) mutate(text);
    return text;
  }

 private:
  std::size_t pick(std::size_t below) { return below == 0 ? 0 : random_() % below; }

  void mutate(std::string& text) {
    static const std::vector<std::string> pieces = {"--",
                                                    "--@ sqlite\n",
                                                    "--@ postgresql\n",
                                                    "--@",
                                                    "'",
                                                    "''",
                                                    ";",
                                                    ";;",
                                                    "@identity@",
                                                    "@clustered@",
                                                    "\n",
                                                    "\r\n",
                                                    std::string(1, '\0'),
                                                    "\xff\xfe",
                                                    "/*",
                                                    "*/",
                                                    ":name",
                                                    "\"",
                                                    "create table sl_x (x @identity@) @clustered@;",
                                                    "commit;",
                                                    "rollback;",
                                                    "begin;",
                                                    "drop table sl_migration;",
                                                    "delete from sl_migration;",
                                                    "insert into sl_migration values (9, 'x', 'y', 1);",
                                                    "select 1;",
                                                    "pragma journal_mode = delete;",
                                                    "attach ':memory:' as m;",
                                                    "vacuum;"};
    const std::size_t at = pick(text.size() + 1);
    switch (pick(4)) {
      case 0:
        text.insert(at, pieces[pick(pieces.size())]);
        break;
      case 1:
        text.erase(at, pick(40));
        break;
      case 2:
        text.insert(at, text.substr(pick(text.size() + 1), pick(200)));
        break;
      default:
        if (!text.empty()) text[pick(text.size())] = static_cast<char>(pick(256));
    }
  }

  std::vector<std::string> seeds_;
  std::mt19937 random_;
};

/// Everything that the database holds, in one text.
std::string picture(store::Session& session) {
  std::string text;
  for (const auto& [name, sql] :
       session.query<std::string, std::optional<std::string>>("select name, sql from sqlite_master order by name")) {
    text += name + "|" + sql.value_or("") + "\n";
  }
  for (const auto& [number] : session.query<store::Id>("select number from sl_migration order by number")) {
    text += std::to_string(number) + "\n";
  }
  return text;
}

struct Counts {
  long files = 0, refused = 0, applied = 0;
};

/// One file as the second migration of a fresh database. Answers what is wrong,
/// "" when nothing is.
std::string play(const fs::path& folder, const std::string& first, const std::string& text, Counts& counts) {
  for (const Backend backend : {Backend::sqlite, Backend::postgresql}) {
    try {
      for (const std::string& statement : store::split_statements(text, backend)) {
        if (statement.empty()) return "an empty statement";
      }
    } catch (const Failure&) {  // refused in words
    }
  }
  const fs::path migrations = folder / "schemas" / "migrations", file = folder / "t.db";
  fs::create_directories(migrations);
  for (const char* tail : {"", "-wal", "-shm", "-journal"}) fs::remove(file.string() + tail);
  std::ofstream(migrations / "0001_first.sql", std::ios::binary) << first;
  fs::remove(migrations / "0002_second.sql");
  DatabaseInfo info;
  info.connection = file.string();
  auto database = store::Database::open(info);
  store::Migrations(folder).apply(*database, 1);
  const std::string before = picture(*database->lease());
  std::ofstream(migrations / "0002_second.sql", std::ios::binary) << text;
  try {
    store::Migrations(folder).apply(*database, 2);
    ++counts.applied;
    const auto session = database->lease();
    if (session->query<store::Id>("select number from sl_migration where number = 2").size() != 1) {
      return "applied and not recorded";
    }
  } catch (const Failure& failure) {
    ++counts.refused;
    if (std::string(failure.what()).empty()) return "refused without words";
    if (picture(*database->lease()) != before) return std::string("refused, and something stayed: ") + failure.what();
  }
  return "";
}

}  // namespace

int main(int count, char** arguments) {
  const long seconds = count > 1 ? std::atol(arguments[1]) : 20;
  const auto seed = static_cast<unsigned>(count > 2 ? std::atol(arguments[2]) : 1);
  std::vector<std::string> seeds;
  for (const auto& entry : fs::directory_iterator(fs::path(PROJECT_DIR) / "schemas" / "migrations")) {
    if (entry.path().extension() == ".sql") seeds.push_back(content_of(entry.path()));
  }
  const std::string first =
      "create table sl_first (id @identity@, text text "
      "not null default 'a;b');\n";
  seeds.push_back(first);
  seeds.emplace_back(
      "create table sl_second (id bigint);\ninsert into "
      "sl_second (id) values (1);\n");
  const fs::path folder = fs::temp_directory_path() / ("sales_leads_fuzz_" + std::to_string(getpid()));
  Grower grower(std::move(seeds), seed);
  Counts counts;
  int found = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (std::chrono::steady_clock::now() < end && found < 5) {
    const std::string text = grower.grow();
    ++counts.files;
    const std::string wrong = play(folder, first, text, counts);
    if (wrong.empty()) continue;
    ++found;
    std::cout << "FOUND " << wrong << " in:\n" << text.substr(0, 600) << "\n---\n";
  }
  fs::remove_all(folder);
  std::cout << "{\"fuzz\": \"migration files\", \"seed\": " << seed << ", \"files\": " << counts.files
            << ", \"applied\": " << counts.applied << ", \"refused\": " << counts.refused << ", \"found\": " << found
            << "}\n"
            << (found == 0 ? 1 : 0) << " passed, " << found << " failed\n";
  return found == 0 ? 0 : 1;
}
