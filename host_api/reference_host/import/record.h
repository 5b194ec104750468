// SPDX-License-Identifier: Apache-2.0
//
// One row of a file in the terms of its kind: the profile applied, cells typed on request, faults noted where they
// stand. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "import/csv_reader.h"
#include "import/problems.h"
#include "import/profile.h"

namespace erp::host::import {

/// What the cells are read against; from the company.
struct Setting {
  std::string currency;  // where neither row nor profile says one; "" = there is none yet
  std::string zone;      // of times without Z
};

class Record {
 public:
  [[nodiscard]] std::int64_t line() const { return line_; }
  /// False when the row's cells do not fit the header or a required one is empty; the fault is noted then.
  [[nodiscard]] bool complete() const { return complete_; }
  /// The field's text, trimmed, mapped, with default or constant; "" = nothing.
  [[nodiscard]] const std::string& text(std::string_view field) const;
  /// These note a fault and answer nothing where the text does not fit; an empty text is nothing without a fault.
  std::optional<std::int64_t> integer(std::string_view field, Problems& problems) const;
  std::optional<bool> boolean(std::string_view field, Problems& problems) const;
  std::optional<std::int64_t> amount(std::string_view field, const std::string& currency, Problems& problems) const;
  /// Percent with two decimals, as text: "33.34".
  std::optional<std::string> share(std::string_view field, Problems& problems) const;
  std::optional<std::int32_t> date(std::string_view field, Problems& problems) const;
  std::optional<std::int64_t> time(std::string_view field, const std::string& zone, Problems& problems) const;
  /// The row's currency, else the profile's, else the company's; a fault when it is unknown or there is none.
  std::string currency(const Setting& setting, Problems& problems) const;
  /// What the file itself may write there, where the profile maps its values: "1, 2, 3"; "" where it does not.
  [[nodiscard]] std::string choices(std::string_view field) const;
  /// A fault at this field.
  void fault(std::string_view field, const std::string& reason, Problems& problems) const;

 private:
  friend class RecordMaker;
  struct Cell {
    std::string text;
    const ColumnUse* use = nullptr;  // null = default or constant
    CellKind kind = CellKind::kText;
  };
  [[nodiscard]] const Cell& cell(std::string_view field) const;
  template <class T>
  std::optional<T> checked(std::string_view field, const Read<T>& read, Problems& problems) const;

  const Profile* profile_ = nullptr;
  std::int64_t line_ = 0;
  bool complete_ = true;
  std::vector<Cell> cells_;
};

class RecordMaker {
 public:
  /// Binds the columns of the header to the profile. HostError when a needed one is missing or one stands there twice.
  RecordMaker(const Profile& profile, const CsvRow& header);
  /// The row as a record; of a faulty row what can be read of it, so that its document is known.
  Record make(const CsvRow& row, Problems& problems) const;
  /// Columns of the file that nothing reads.
  [[nodiscard]] const std::vector<std::string>& unread() const { return unread_; }

 private:
  struct Bound {
    std::size_t cell = 0;
    const ColumnUse* use = nullptr;
  };
  const Profile& profile_;
  std::vector<std::string> header_;
  std::vector<Bound> bound_;
  std::vector<std::string> unread_;
};

}  // namespace erp::host::import
