// SPDX-License-Identifier: Apache-2.0
//
// How a file from elsewhere becomes records: which source column fills which field, in which unit and date format, what
// stands in for empty cells, and what is derived. Read from YAML, strictly: an unknown or doubled key, an anchor or a
// wrong type is refused with its line. The guide is schemas/import/README.md. A Profile is a plain value.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/encoding.h"
#include "import/fields.h"
#include "import/values.h"

namespace erp::host::import {

inline constexpr std::size_t kProfileBytesMax = 64 * 1024;

/// One source column into one field.
struct ColumnUse {
  std::string column;
  std::size_t field = 0;  // index in fields_of(kind)
  AmountFormat amount;
  std::string date_format = "YYYY-MM-DD";
  bool trim = true;
  std::map<std::string, std::string> values;  // text in the file -> text taken; others stay as they are
};

struct StepToMake {
  std::string code;
  std::map<std::string, std::string> titles;  // language -> title
  std::string probability;
};

struct Profile {
  std::string name;  // for messages
  bool apostrophes =
      false;  // of a file that may be an export: the sign before what a spreadsheet would run is taken away
  Kind kind = Kind::kCustomers;
  Encoding encoding = Encoding::kUtf8;
  std::string encoding_name;  // of Encoding::kOther
  char separator = 0;
  std::string currency;  // where no column says it; "" = the company's
  std::string as_of;     // "YYYY-MM-DD": the day that the file shows; "" = today
  std::vector<ColumnUse> columns;
  std::vector<std::string> ignore;
  std::map<std::size_t, std::string> defaults;   // for empty cells
  std::map<std::size_t, std::string> constants;  // for every row

  // derived
  bool make_customers = false;          // a customer that is named and missing is made: number = name
  std::string stand_in;                 // customer for rows that name none; "" = such a row is refused
  std::string title;                    // "{product} {customer_no}"
  std::vector<std::string> group_path;  // fields, outermost group first
  std::string group_kind = "sales";
  std::string group_from;  // "YYYY-MM-DD" since when they are members; "" = the module's default
  std::vector<StepToMake> steps;
};

/// HostError with a key import.profile.*, the file and the line of the fault.
Profile read_profile(const std::filesystem::path& file);

/// The host's own columns, when no profile is named: a column is called as its field; amounts as `net` in major units
/// or `net_minor` in minor units.
Profile canonical_profile(Kind kind);

/// `map` is a path (it holds a slash or ends in .yaml) or a name below <modules>/<module>/schemas/import.
Profile load_profile(const std::string& map, const std::filesystem::path& modules_dir);

}  // namespace erp::host::import
