// SPDX-License-Identifier: Apache-2.0
//
// By libxlsxwriter with constant memory. Every cell is text, integers included: a workbook's numbers are binary
// fractions of fifteen digits, and ids and amounts must come back as they were.
#include <xlsxwriter.h>

#include "app.h"
#include "export/sheet_writer.h"

namespace erp::host::exports {
namespace {

constexpr lxw_row_t kRowsMax = 1'048'576;
constexpr std::size_t kCellCharactersMax = 32'767;

[[noreturn]] void unwritable(const std::string& why) {
  throw HostError(ERP_UNAVAILABLE, "export.file.unwritable", "The workbook cannot be written: " + why + ".");
}

class XlsxWriter : public SheetWriter {
 public:
  explicit XlsxWriter(const std::filesystem::path& file) {
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.use_zip64 = LXW_TRUE;
    book_ = workbook_new_opt(file.c_str(), &options);
    if (book_ == nullptr) unwritable("is the disk full?");
    sheet_ = workbook_add_worksheet(book_, nullptr);
  }
  ~XlsxWriter() override {
    if (book_ != nullptr) workbook_close(book_);
  }
  XlsxWriter(const XlsxWriter&) = delete;
  XlsxWriter& operator=(const XlsxWriter&) = delete;

  void row(const boost::json::array& cells) override {
    if (row_ >= kRowsMax) {
      throw HostError(ERP_INVALID_ARGUMENT, "export.xlsx.rows",
                      "A sheet holds 1048576 rows and the list has more: export it as CSV.");
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto& cell = cells[i];
      const std::string text = cell.is_int64()    ? std::to_string(cell.get_int64())
                               : cell.is_string() ? std::string(cell.get_string())
                                                  : std::string();
      if (!text.empty()) put(static_cast<lxw_col_t>(i), text);
    }
    ++row_;
  }

  void close() override {
    lxw_workbook* book = book_;
    book_ = nullptr;
    const lxw_error error = workbook_close(book);
    if (error != LXW_NO_ERROR) unwritable(lxw_strerror(error));
  }

 private:
  void put(lxw_col_t column, const std::string& text) {
    const lxw_error error = worksheet_write_string(sheet_, row_, column, text.c_str(), nullptr);
    if (error == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED) {
      throw HostError(ERP_INVALID_ARGUMENT, "export.xlsx.cell",
                      "A cell of a workbook holds " + std::to_string(kCellCharactersMax) +
                          " characters and the list has a longer text: export it as CSV.");
    }
    if (error != LXW_NO_ERROR) unwritable(lxw_strerror(error));
  }

  lxw_workbook* book_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_row_t row_ = 0;
};

}  // namespace

std::unique_ptr<SheetWriter> write_xlsx(const std::filesystem::path& file) {
  return std::make_unique<XlsxWriter>(file);
}

}  // namespace erp::host::exports
