// SPDX-License-Identifier: Apache-2.0
#include "export/exporter.h"

#include "export/sheet_writer.h"

namespace erp::host::exports {
namespace {

constexpr std::int64_t kRowsPerPage = 2'000;

std::unique_ptr<SheetWriter> writer_for(const Request& request, const std::filesystem::path& file) {
  const std::string ending = request.file.extension().string();
  if (ending == ".xlsx") return write_xlsx(file);
  if (ending == ".csv") return write_csv(file, request.separator, request.byte_order_mark);
  throw HostError(ERP_INVALID_ARGUMENT, "export.file.kind",
                  "The file " + request.file.string() + " must end in .csv or .xlsx.");
}

Outcome write(App& app, const Caller& caller, const Request& request, const std::filesystem::path& file) {
  Outcome outcome;
  std::unique_ptr<SheetWriter> writer;
  boost::json::object input{{"entity", request.entity}, {"limit", kRowsPerPage}};
  for (;;) {
    const auto page = app.call_action(caller, "export.page", input);
    if (!writer) {
      writer = writer_for(request, file);
      writer->row(page.at("columns").as_array());
    }
    for (const auto& row : page.at("rows").as_array()) {
      writer->row(row.as_array());
      ++outcome.rows;
    }
    if (page.at("next").is_null()) break;
    input["after"] = page.at("next");
  }
  writer->close();
  return outcome;
}

}  // namespace

Outcome run(App& app, const Caller& caller, const Request& request) {
  const std::filesystem::path part = request.file.string() + ".part";
  std::error_code error;
  try {
    const Outcome outcome = write(app, caller, request, part);
    // It may hold what not everybody may see.
    std::filesystem::permissions(part, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    std::filesystem::rename(part, request.file, error);
    if (error) {
      throw HostError(ERP_UNAVAILABLE, "export.file.unwritable",
                      "The file " + request.file.string() + " cannot be written: " + error.message() + ".");
    }
    return outcome;
  } catch (...) {
    std::filesystem::remove(part, error);
    throw;
  }
}

}  // namespace erp::host::exports
