// SPDX-License-Identifier: Apache-2.0
#include "web/blocks.h"

#include <algorithm>

namespace erp::host::web {
namespace {

constexpr std::int64_t kChartWidth = 960, kChartHeight = 220, kChartFoot = 24;

std::string number(std::int64_t value) { return std::to_string(value); }

void write_cell(Html& out, const Cell& cell, const Column& column, Language language, bool head) {
  std::string style = column.right ? "figure" : "";
  if ((cell.kind == Cell::Kind::kAmount || cell.kind == Cell::Kind::kNumber) && cell.number < 0) style += " negative";
  std::string shown = cell_text(cell, language);
  // Keys are the host's own words; dates are written as the reader's language does.
  if (cell.kind == Cell::Kind::kText) {
    const std::string word = column.key + "." + shown;
    shown = has_text(word) ? text(language, word) : day_text(shown, language);
  }
  if (shown.empty()) shown = "–";
  if (head) {
    out.element("th", {{"scope", "row"}}, shown);
  } else {
    out.element("td", {{style.empty() ? "" : "class", style}, {"data-label", column.title}}, shown);
  }
}

}  // namespace

void write_table(Html& out, const Table& table, Language language, const std::string& caption) {
  out.open("div", {{"class", "table"}, {"role", "region"}, {"aria-label", caption}, {"tabindex", "0"}}).raw("<table>");
  out.element("caption", {{"class", "unseen"}}, caption).raw("<thead><tr>");
  for (const Column& column : table.columns) {
    out.element("th", {{"scope", "col"}, {column.right ? "class" : "", "figure"}}, column.title);
  }
  out.raw("</tr></thead><tbody>");
  for (const auto& row : table.rows) {
    out.raw("<tr>");
    for (std::size_t i = 0; i < row.size(); ++i) write_cell(out, row[i], table.columns[i], language, i == 0);
    out.raw("</tr>");
  }
  out.raw("</tbody>");
  if (!table.totals.empty()) {
    out.raw("<tfoot><tr>");
    for (std::size_t i = 0; i < table.totals.size(); ++i) {
      write_cell(out, table.totals[i], table.columns[i], language, i == 0);
    }
    out.raw("</tr></tfoot>");
  }
  out.raw("</table></div>");
}

void write_bars(Html& out, const Table& table, const std::string& key, Language language) {
  const auto column =
      std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.key == key; });
  const auto rows = static_cast<std::int64_t>(table.rows.size());
  if (column == table.columns.end() || rows < 2 || rows > 60) return;
  const auto at = static_cast<std::size_t>(column - table.columns.begin());
  std::int64_t most = 0, least = 0;
  for (const auto& row : table.rows) {
    most = std::max(most, row[at].number);
    least = std::min(least, row[at].number);
  }
  if (most == 0 && least == 0) return;
  // In whole thousandths of the greatest amount: no rounding of money, and no overflow.
  const std::int64_t unit = std::max<std::int64_t>(1, std::max(most, -least) / 1000 + 1);
  const std::int64_t span = std::max<std::int64_t>(1, most / unit - least / unit);
  const std::int64_t room = kChartHeight - kChartFoot;
  const std::int64_t base = (most / unit) * room / span;
  const std::int64_t step = kChartWidth / rows;
  out.raw("<figure class=\"chart\">").element("figcaption", {}, column->title);
  out.open("svg", {{"viewBox", "0 0 " + number(kChartWidth) + " " + number(kChartHeight)},
                   {"role", "img"},
                   {"aria-label", column->title}});
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto& row = table.rows[static_cast<std::size_t>(i)];
    const Cell& cell = row[at];
    const std::int64_t height = std::max<std::int64_t>(cell.number == 0 ? 0 : 1,
                                                       (cell.number < 0 ? -1 : 1) * (cell.number / unit) * room / span);
    const std::int64_t top = cell.number < 0 ? base : base - height;
    out.open("rect", {{"x", number(i * step + step / 8)},
                      {"y", number(top)},
                      {"width", number(std::max<std::int64_t>(1, step - step / 4))},
                      {"height", number(height)},
                      {"rx", "3"},
                      {"class", cell.number < 0 ? "down" : "up"}});
    out.element("title", {}, cell_text(row[0], language) + ": " + cell_text(cell, language)).close("rect");
    // A label for each bar where there is room, else for every third.
    if (rows <= 12 || i % 3 == 0) {
      std::string label = cell_text(row[0], language);
      std::size_t cut = 0, shown = 0;
      for (const std::size_t limit = rows <= 6 ? 20 : 10; cut < label.size(); ++cut) {
        if ((static_cast<unsigned char>(label[cut]) & 0xC0) != 0x80 && ++shown > limit) break;
      }
      out.element("text",
                  {{"x", number(i * step + step / 2)}, {"y", number(kChartHeight - 6)}, {"text-anchor", "middle"}},
                  label.substr(0, cut));
    }
  }
  out.open("line", {{"x1", "0"}, {"x2", number(kChartWidth)}, {"y1", number(base)}, {"y2", number(base)}})
      .close("line");
  out.raw("</svg></figure>");
}

void write_note(Html& out, const std::string& text) {
  out.open("div", {{"class", "empty"}}).element("p", {}, text).close("div");
}

void write_problem(Html& out, const std::string& text) {
  out.open("div", {{"class", "problem"}, {"role", "alert"}}).element("p", {}, text).close("div");
}

void write_report_form(Html& out, const Asked& asked, const std::vector<std::string>& axes, const std::string& axis) {
  const Language language = asked.language;
  const auto value = [&](const char* key) {
    const auto found = asked.query.find(key);
    return found == asked.query.end() ? std::string() : found->second;
  };
  out.open("form", {{"class", "choices"}, {"method", "get"}, {"action", asked.path}});
  if (!axes.empty()) {
    out.open("label", {}).element("span", {}, text(language, "axis")).open("select", {{"name", "rows"}});
    for (const std::string& one : axes) {
      out.element("option", {{"value", one}, {one == axis ? "selected" : "", ""}}, text(language, one));
    }
    out.raw("</select></label>");
  }
  for (const char* key : {"from", "to"}) {
    out.open("label", {}).element("span", {}, text(language, key));
    out.open("input", {{"name", key}, {"value", value(key)}, {"placeholder", "2026-11"}, {"size", "10"}})
        .raw("</label>");
  }
  out.element("button", {{"type", "submit"}}, text(language, "show")).raw("</form>");
}

}  // namespace erp::host::web
