// SPDX-License-Identifier: Apache-2.0
//
// A table written row by row. One thread; close() once, at the end. Errors: HostError "export.file.unwritable",
// "export.xlsx.rows".
#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <memory>

namespace erp::host::exports {

class SheetWriter {
 public:
  virtual ~SheetWriter() = default;
  virtual void row(const boost::json::array& cells) = 0;
  virtual void close() = 0;
};

std::unique_ptr<SheetWriter> write_csv(const std::filesystem::path& file, char separator, bool byte_order_mark);
std::unique_ptr<SheetWriter> write_xlsx(const std::filesystem::path& file);

}  // namespace erp::host::exports
