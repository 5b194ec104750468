// SPDX-License-Identifier: Apache-2.0
//
// Parts of pages: tables, bar charts, messages, the form above a report. Plain functions; any thread.
#pragma once

#include <string>
#include <vector>

#include "web/html.h"
#include "web/pages.h"
#include "web/table.h"

namespace erp::host::web {

void write_table(Html& out, const Table& table, Language language, const std::string& caption);

/// Bars of one column of amounts or numbers, with the rows' first column below; nothing when there are too few or too
/// many rows. For eyes alone: the table says the same.
void write_bars(Html& out, const Table& table, const std::string& key, Language language);

void write_note(Html& out, const std::string& text);
void write_problem(Html& out, const std::string& text);

/// The choices above a report: axis and period, sent back as the page's query.
void write_report_form(Html& out, const Asked& asked, const std::vector<std::string>& axes, const std::string& axis);

}  // namespace erp::host::web
