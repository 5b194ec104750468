// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "app.h"
#include "export/sheet_writer.h"
#include "import/problems.h"

namespace erp::host::exports {
namespace {

class CsvWriter : public SheetWriter {
 public:
  CsvWriter(const std::filesystem::path& file, char separator, bool byte_order_mark)
      : out_(file, std::ios::binary | std::ios::trunc), separator_(separator) {
    if (byte_order_mark) out_ << "\xEF\xBB\xBF";
    check();
  }

  void row(const boost::json::array& cells) override {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i != 0) line += separator_;
      const auto& cell = cells[i];
      if (cell.is_int64()) line += std::to_string(cell.get_int64());
      if (cell.is_string()) line += import::csv_cell(std::string(cell.get_string()));
    }
    out_ << line << "\r\n";
    check();
  }

  void close() override {
    out_.close();
    check();
  }

 private:
  void check() const {
    if (!out_)
      throw HostError(ERP_UNAVAILABLE, "export.file.unwritable", "The file cannot be written: is the disk full?");
  }

  std::ofstream out_;
  char separator_;
};

}  // namespace

std::unique_ptr<SheetWriter> write_csv(const std::filesystem::path& file, char separator, bool byte_order_mark) {
  return std::make_unique<CsvWriter>(file, separator, byte_order_mark);
}

}  // namespace erp::host::exports
