// SPDX-License-Identifier: Apache-2.0
//
// What pages need beside actions: news to wait for, what a user has set, and a list as a file.
#include <charconv>
#include <filesystem>
#include <fstream>

#include "export/list_export.h"
#include "export/sheet_writer.h"
#include "http/state.h"
#include "web/table.h"

namespace erp::host::http {
namespace {

namespace json = boost::json;

constexpr auto kPatience = std::chrono::seconds(25);

[[noreturn]] void refuse(const std::string& key, const std::string& message) {
  throw HostError(ERP_INVALID_ARGUMENT, key, message);
}

json::value parsed(const std::string& text, const std::string& name) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error) refuse("json.invalid", name + " is not JSON: " + error.message() + ".");
  return value;
}

void answer_changes(State& state, const Request& request, Response& response) {
  const std::string text = request.get_param_value("after");
  std::int64_t after = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), after);
  if (!text.empty() && (error != std::errc() || end != text.data() + text.size()))
    refuse("changes.after.invalid", "after must be the seq of the answer before.");
  const Changes::Answer answer = state.changes.since(after, text.empty() ? std::chrono::seconds(0) : kPatience);
  json::array sources;
  for (const std::string& source : answer.sources) sources.emplace_back(source);
  json::object out{{"seq", answer.sequence}, {"sources", std::move(sources)}};
  if (answer.all && !text.empty()) out["all"] = true;
  if (!answer.waited) out["retry_after"] = 5;
  set_json(response, json::serialize(out));
}

/// A file that goes when the answer has been sent.
class PassingFile {
 public:
  explicit PassingFile(const std::string& ending) {
    std::string pattern = (std::filesystem::temp_directory_path() / "erp-list-XXXXXX").string() + ending;
    const int file = mkstemps(pattern.data(), static_cast<int>(ending.size()));
    if (file < 0)
      throw HostError(ERP_UNAVAILABLE, "export.file.unwritable", "No temporary file can be made on the host.");
    close(file);
    path_ = pattern;
  }
  ~PassingFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  PassingFile(const PassingFile&) = delete;
  PassingFile& operator=(const PassingFile&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void send_file(Response& response, const std::shared_ptr<PassingFile>& file, const std::string& name, bool workbook) {
  const auto in = std::make_shared<std::ifstream>(file->path(), std::ios::binary);
  const auto size = std::filesystem::file_size(file->path());
  response.set_header("Cache-Control", "no-store");
  response.set_header("Content-Disposition", "attachment; filename=\"" + name + (workbook ? ".xlsx\"" : ".csv\""));
  response.set_content_provider(
      size, workbook ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv; charset=utf-8",
      [file, in](std::size_t offset, std::size_t length, httplib::DataSink& sink) {
        std::array<char, 64 * 1024> part{};
        in->seekg(static_cast<std::streamoff>(offset));
        in->read(part.data(), static_cast<std::streamsize>(std::min(length, part.size())));
        return in->gcount() > 0 && sink.write(part.data(), static_cast<std::size_t>(in->gcount()));
      });
}

/// A report that comes in pages is told whole, up to so many rows.
constexpr std::size_t kSheetRows = 100'000;
constexpr std::int64_t kSheetPage = 1'000;

json::value whole_report(State& state, const Caller& caller, const std::string& name, const json::value& params) {
  json::value report = state.app.run_report(caller, name, params);
  const auto next_of = [](const json::value& page) {
    const json::value* next = page.is_object() ? page.get_object().if_contains("next") : nullptr;
    return next == nullptr || !next->is_string() ? std::string() : std::string(next->get_string());
  };
  std::string next = next_of(report);
  if (next.empty() || !params.is_object()) return report;
  json::object more = params.get_object();
  more["limit"] = kSheetPage;
  json::array& rows = report.as_object().at("rows").as_array();
  while (!next.empty() && rows.size() < kSheetRows) {
    more["after"] = next;
    json::value page = state.app.run_report(caller, name, more);
    for (json::value& row : page.as_object().at("rows").as_array()) rows.push_back(std::move(row));
    next = next_of(page);
  }
  return report;
}

/// A report as a workbook: what the page shows, with the headings of its language.
void answer_sheet(State& state, const Caller& caller, const Request& request, Response& response) {
  const std::string params = request.get_param_value("params");
  const auto report = whole_report(state, caller, request.get_param_value("report"),
                                   params.empty() ? json::value(json::object{}) : parsed(params, "params"));
  const auto file = std::make_shared<PassingFile>(".xlsx");
  const auto sheet = exports::write_xlsx(file->path());
  for (const auto& line : web::as_lines(web::table_of_report(report, web::language_named(caller.locale))))
    sheet->row(line);
  sheet->close();
  send_file(response, file, "report", true);
}

void answer_export(State& state, const Caller& caller, const Request& request, Response& response) {
  const bool workbook = request.get_param_value("format") == "xlsx";
  exports::ListRequest wanted;
  const json::value query = parsed(request.get_param_value("query"), "query");
  if (!query.is_object() || !query.get_object().contains("list")) refuse("export.query.invalid", "query needs a list.");
  wanted.query = query.get_object();
  const json::value columns = parsed(request.get_param_value("columns"), "columns");
  if (!columns.is_array() || columns.get_array().empty() || columns.get_array().size() > 100)
    refuse("export.columns.invalid", "columns must be a list of {\"field\", \"label\"}.");
  for (const json::value& column : columns.get_array()) {
    const auto* object = column.if_object();
    const auto* field = object == nullptr ? nullptr : object->if_contains("field");
    const auto* label = object == nullptr ? nullptr : object->if_contains("label");
    if (field == nullptr || !field->is_string())
      refuse("export.columns.invalid", "columns must be a list of {\"field\", \"label\"}.");
    wanted.columns.emplace_back(field->get_string(),
                                label != nullptr && label->is_string() ? label->get_string() : field->get_string());
  }
  const auto file = std::make_shared<PassingFile>(workbook ? ".xlsx" : ".csv");
  wanted.file = file->path();
  exports::export_list(state.app, caller, wanted);
  send_file(response, file, "list", workbook);
}

}  // namespace

void add_data_routes(State& state) {
  state.http.Post("/api/upload", [&state](const Request& request, Response& response) {
    if (!is_same_origin(origin_of(request)))
      throw HostError(ERP_PERMISSION, "http.origin",
                      "The request comes from another site; the host answers its own pages alone.");
    // A form of another site cannot send this type.
    if (request.get_header_value("Content-Type") != "application/octet-stream")
      refuse("http.content_type", "The file must be sent as application/octet-stream.");
    if (const auto caller = api_caller(state, request, response))
      set_json(response, json::serialize(state.imports->take(*caller, request.get_param_value("name"), request.body)));
  });
  state.http.Get("/api/changes", [&state](const Request& request, Response& response) {
    if (api_caller(state, request, response)) answer_changes(state, request, response);
  });
  state.http.Get("/api/preferences", [&state](const Request& request, Response& response) {
    if (const auto caller = api_caller(state, request, response))
      set_json(response, json::serialize(state.app.preference(*caller, request.get_param_value("key"))));
  });
  state.http.Post("/api/preferences", [&state](const Request& request, Response& response) {
    require_api_request(request);
    if (const auto caller = api_caller(state, request, response))
      set_json(response, json::serialize(state.app.set_preference(*caller, parsed(request.body, "The request"))));
  });
  state.http.Get("/api/export", [&state](const Request& request, Response& response) {
    const auto caller = api_caller(state, request, response);
    if (!caller) return;
    if (request.has_param("report")) {
      answer_sheet(state, *caller, request, response);
    } else {
      answer_export(state, *caller, request, response);
    }
  });
}

}  // namespace erp::host::http
