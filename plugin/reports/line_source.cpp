// SPDX-License-Identifier: Apache-2.0
#include "reports/line_source.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

namespace sales_leads::reports {
namespace {

constexpr std::int64_t kSliceMax = 20'000;
constexpr std::size_t kIdsMax = 5'000;  // of more the sieve alone decides
constexpr std::size_t kFew = 1'000;     // opportunities by which the ledger is asked
constexpr std::size_t kParts = 12;      // of a key

/// In the order in which a document's lines are told.
auto order_of(const SalesLine& line) {
  return std::tuple(line.line, line.opportunity, line.campaign, line.seller, line.customer, line.project, line.measure,
                    line.currency, line.corrects.value_or(0), line.corrects.has_value());
}

[[noreturn]] void refuse(const std::string& key) {
  throw Failure(Code::invalid_argument, "report.after.invalid",
                "after '" + key + "' is not a place in this list: give the \"next\" of the page before.");
}

Id number_of(const std::string& text, const std::string& key) {
  Id value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) refuse(key);
  return value;
}

SalesLine line_at(const std::string& key) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= key.size();) {
    const std::size_t end = std::min(key.find('/', from), key.size());
    parts.push_back(key.substr(from, end - from));
    from = end + 1;
  }
  const auto date = domain::parse_date(parts.front());
  if (parts.size() != kParts || !date) refuse(key);
  SalesLine line{.date = *date, .kind = parts[1], .measure = parts[9], .currency = parts[10]};
  std::size_t at = 2;
  for (Id* id :
       {&line.document, &line.line, &line.opportunity, &line.campaign, &line.seller, &line.customer, &line.project}) {
    *id = number_of(parts[at++], key);
  }
  if (!parts[11].empty()) {
    line.corrects = domain::parse_date(parts[11]);
    if (!line.corrects) refuse(key);
  }
  return line;
}

bool same_document(const SalesLine& one, const SalesLine& other) {
  return one.date == other.date && one.document == other.document && one.kind == other.kind;
}

}  // namespace

std::string SalesLine::key() const {
  std::string text = domain::date_text(date) + "/" + kind;
  for (const Id id : {document, line, opportunity, campaign, seller, customer, project})
    text += "/" + std::to_string(id);
  return text + "/" + measure + "/" + currency + "/" + (corrects ? domain::date_text(*corrects) : "");
}

LineSource::LineSource(const Context& context, const Question& question, std::vector<std::string> measures,
                       Labels& labels)
    : context_(context),
      labels_(labels),
      measures_(std::move(measures)),
      where_("l.company_id = :company"),
      binds_({{"company", context.company}}) {
  where_ += " and " + context.session.in_texts("l.measure", "measures");
  binds_.emplace_back("measures", context.session.texts_text(measures_));
  if (question.from) {
    where_ += " and l.effective_date >= :first";
    binds_.emplace_back("first", *question.from);
  }
  if (question.to) {
    where_ += " and l.effective_date <= :last";
    binds_.emplace_back("last", *question.to);
  }
  if (!context.sees_all()) {
    nothing_ = context.employees.empty();
    also_ids("l.seller_id", context.employees);
  }
  for (const auto& [axis, keys] : question.filter) sieves_.emplace_back(axis, keys, labels);
  for (const Picked& picked : question.picked) sieves_.emplace_back(picked, labels);
  for (Sieve& sieve : sieves_) narrow(sieve);
}

void LineSource::also_ids(const std::string& column, const std::vector<Id>& ids) {
  const std::string name = "ids" + std::to_string(binds_.size());
  if (ids.size() == 1) {
    // Of one an index has the lines in the order of their days.
    where_ += " and " + column + " = :" + name;
    binds_.emplace_back(name, ids.front());
    return;
  }
  where_ += " and " + context_.session.in_ids(column, name);
  binds_.emplace_back(name, context_.session.ids_text(ids));
}

std::vector<Id> LineSource::ids_of(const std::string& table) {
  std::vector<Id> ids;
  for (const auto& [id] : context_.session.query<Id>("select id from " + table + " where company_id = :company",
                                                     {{"company", context_.company}})) {
    ids.push_back(id);
  }
  return ids;
}

void LineSource::also_texts(const std::string& column, const std::vector<std::string>& texts) {
  const std::string name = "texts" + std::to_string(binds_.size());
  where_ += " and " + context_.session.in_texts(column, name);
  binds_.emplace_back(name, context_.session.texts_text(texts));
}

namespace {

/// What a sieve lets through is among these, as far as they are known: ids that no table has any more are keys
/// themselves.
std::vector<Id> passing(Sieve& sieve, const std::vector<Id>& known, Place (*place)(Id)) {
  std::set<Id> candidates(known.begin(), known.end());
  candidates.insert(sieve.named().begin(), sieve.named().end());
  std::vector<Id> ids;
  for (const Id id : candidates) {
    if (sieve.passes(place(id))) ids.push_back(id);
  }
  return ids;
}

}  // namespace

void LineSource::narrow_ids(const std::string& column, Sieve& sieve, const std::vector<Id>& known, Place (*place)(Id)) {
  if (sieve.others()) return;
  const std::vector<Id> ids = passing(sieve, known, place);
  nothing_ = nothing_ || ids.empty();
  if (ids.size() <= kIdsMax) also_ids(column, ids);
}

bool LineSource::narrow_few(const std::string& condition, const store::Param& bind) {
  std::vector<Id> ids;
  for (const auto& [id] : context_.session.query<Id>(
           "select o.id from sl_opportunity o where o.company_id = :company and " + condition + " limit :most",
           {{"company", context_.company}, bind, {"most", kFew + 1}})) {
    ids.push_back(id);
  }
  if (ids.size() > kFew) return false;
  nothing_ = nothing_ || ids.empty();
  also_ids("l.opportunity_id", ids);
  few_ = true;
  return true;
}

/// What an opportunity is today. Of few the ledger is asked by them: else all of it is looked through for their lines.
void LineSource::narrow_opportunities(const std::string& column, Sieve& sieve, const std::vector<Id>& known,
                                      Place (*place)(Id)) {
  joins_ = true;
  if (sieve.others()) return;
  const std::vector<Id> ids = passing(sieve, known, place);
  nothing_ = nothing_ || ids.empty();
  const bool linked = !sieve.passes({});  // alone: lines without an opportunity do not pass
  if (linked && narrow_few(context_.session.in_ids(column, "ids"), {"ids", context_.session.ids_text(ids)})) return;
  if (ids.size() <= kIdsMax) also_ids("coalesce(" + column + ", 0)", ids);
}

void LineSource::narrow_status(Sieve& sieve) {
  joins_ = true;
  std::vector<std::string> texts;
  for (const char* text : {"", "open", "won", "lost", "expired"}) {
    if (sieve.passes({.status = text})) texts.emplace_back(text);
  }
  nothing_ = nothing_ || texts.empty();
  const bool linked = !sieve.passes({});
  if (linked &&
      narrow_few(context_.session.in_texts("o.status", "texts"), {"texts", context_.session.texts_text(texts)})) {
    return;
  }
  also_texts("coalesce(o.status, '')", texts);
}

/// A currency is its own key.
void LineSource::narrow_currency(Sieve& sieve) {
  if (sieve.others()) return;
  std::vector<std::string> texts = sieve.keys();
  texts.emplace_back();
  also_texts("l.currency", texts);
}

/// Who was ever in a group that passes; of those in none there is no list.
void LineSource::narrow_group(Sieve& sieve) {
  const Label none = labels_.none("group");
  if (sieve.matches({none.key, none.label, none.id, none.order})) return;
  std::set<Id> sellers;
  for (const auto& [employee, group] : labels_.members()) {
    if (sieve.matches({group.key, group.label, group.id, group.order})) sellers.insert(employee);
  }
  nothing_ = nothing_ || sellers.empty();
  if (sellers.size() <= kIdsMax) also_ids("l.seller_id", {sellers.begin(), sellers.end()});
}

/// From the first month that passes to the last: years and quarters begin with a month.
void LineSource::narrow_days(Sieve& sieve) {
  const auto days = context_.session.first<std::optional<Id>, std::optional<Id>>(
      "select (select min(effective_date) from sl_ledger where company_id = :company), (select max(effective_date) "
      "from "
      "sl_ledger where company_id = :company)",
      {{"company", context_.company}});
  if (!days || !std::get<0>(*days)) {
    nothing_ = true;
    return;
  }
  const auto least = domain::civil_date(static_cast<domain::Day>(*std::get<0>(*days)));
  const auto most = static_cast<domain::Day>(std::get<1>(*days).value_or(0));
  std::optional<domain::Day> first, last;
  for (domain::Day month = static_cast<domain::Day>(*std::get<0>(*days)) - (least.day - 1); month <= most;
       month = domain::add_months(month, 1)) {
    if (!sieve.passes({.date = month})) continue;
    if (!first) first = month;
    last = domain::add_months(month, 1) - 1;
  }
  nothing_ = nothing_ || !first;
  if (!first) return;
  const std::string name = std::to_string(binds_.size());
  where_ += " and l.effective_date between :from" + name + " and :to" + name;
  binds_.emplace_back("from" + name, *first);
  binds_.emplace_back("to" + name, *last);
}

void LineSource::narrow(Sieve& sieve) {
  const auto directory = [&](const char* column, const std::vector<Id>& ids) {
    if (sieve.others()) return;
    nothing_ = nothing_ || ids.empty();
    if (ids.size() <= kIdsMax) also_ids(column, ids);
  };
  switch (sieve.axis()) {
    case Axis::month:
    case Axis::quarter:
    case Axis::year:
      return narrow_days(sieve);
    case Axis::seller:
      return narrow_ids("l.seller_id", sieve, ids_of("erp_employee"), [](Id id) { return Place{.seller = id}; });
    case Axis::group:
      return narrow_group(sieve);
    case Axis::campaign:
      return narrow_ids("l.campaign_id", sieve, ids_of("sl_campaign"), [](Id id) { return Place{.campaign = id}; });
    case Axis::medium:
      // A campaign that no table has any more has none either.
      if (sieve.passes({})) return;
      return narrow_ids("l.campaign_id", sieve, ids_of("sl_campaign"), [](Id id) { return Place{.campaign = id}; });
    case Axis::customer:
      return directory("l.customer_id", labels_.standing_for(sieve.named()));
    case Axis::project:
      if (!sieve.others() && !sieve.named().contains(0)) where_ += " and l.project_id > 0";  // as its index has them
      return directory("l.project_id", {sieve.named().begin(), sieve.named().end()});
    case Axis::type:
      return narrow_opportunities("o.type_id", sieve, ids_of("sl_list_entry"), [](Id id) { return Place{.type = id}; });
    case Axis::source:
      return narrow_opportunities("o.source_id", sieve, ids_of("sl_list_entry"),
                                  [](Id id) { return Place{.source = id}; });
    case Axis::step:
      return narrow_opportunities("o.step_id", sieve, ids_of("sl_step"), [](Id id) { return Place{.step = id}; });
    case Axis::status:
      return narrow_status(sieve);
    case Axis::currency:
      return narrow_currency(sieve);
    case Axis::adjustment:
      // Corrections are few and have an index of their own.
      if (!sieve.passes({})) where_ += " and l.corrects_date is not null";
      return;
  }
}

std::vector<LineSource::Row> LineSource::slice(const std::optional<SalesLine>& from, bool inclusive,
                                               std::int64_t rows) {
  std::string sql =
      "select l.effective_date, l.document_kind, l.document_id, l.line_id, l.opportunity_id, l.campaign_id, "
      "l.seller_id, l.customer_id, l.project_id, l.measure, l.currency, l.corrects_date, l.document_minor, "
      "l.company_minor, ";
  sql += joins_ ? "coalesce(o.type_id, 0), coalesce(o.source_id, 0), coalesce(o.step_id, 0), coalesce(o.status, '') "
                  "from sl_ledger l left join sl_opportunity o on o.id = l.opportunity_id and o.company_id = "
                  "l.company_id"
                : "cast(0 as bigint), cast(0 as bigint), cast(0 as bigint), cast('' as text) from sl_ledger l";
  sql += " where " + where_;
  store::Params binds(binds_);
  if (from) {
    sql += " and (l.effective_date, l.document_kind, l.document_id) " + std::string(inclusive ? "<=" : "<") +
           " (cast(:at_date as bigint), cast(:at_kind as text), cast(:at_document as bigint))";
    binds.emplace_back("at_date", from->date);
    binds.emplace_back("at_kind", from->kind);
    binds.emplace_back("at_document", from->document);
  }
  // With a sign before it no index is taken for its order: the lines of few are sorted.
  sql += " order by " + std::string(few_ ? "+" : "") +
         "l.effective_date desc, l.document_kind desc, l.document_id desc limit :most";
  binds.emplace_back("most", rows);
  std::vector<Row> found;
  for (auto& [date, kind, document, line, opportunity, campaign, seller, customer, project, measure, currency, corrects,
              own, company, type, source, step, status] :
       context_.session.query<Id, std::string, Id, Id, Id, Id, Id, Id, Id, std::string, std::string, std::optional<Id>,
                              std::int64_t, std::int64_t, Id, Id, Id, std::string>(sql, binds)) {
    Row row;
    row.line = {.date = static_cast<domain::Day>(date),
                .kind = std::move(kind),
                .document = document,
                .line = line,
                .opportunity = opportunity,
                .campaign = campaign,
                .seller = seller,
                .customer = customer,
                .project = project,
                .measure = std::move(measure),
                .currency = std::move(currency),
                .document_minor = own,
                .company_minor = company};
    if (corrects) row.line.corrects = static_cast<domain::Day>(*corrects);
    row.place = {.date = row.line.date,
                 .corrects = row.line.corrects,
                 .seller = seller,
                 .campaign = campaign,
                 .customer = customer,
                 .project = project,
                 .type = type,
                 .source = source,
                 .step = step,
                 .status = std::move(status),
                 .currency = row.line.currency};
    found.push_back(std::move(row));
  }
  return found;
}

bool LineSource::passes(const Place& place) {
  return std::all_of(sieves_.begin(), sieves_.end(), [&](Sieve& sieve) { return sieve.passes(place); });
}

std::vector<SalesLine> LineSource::read(const std::string& after, std::int64_t count) {
  std::optional<SalesLine> at;
  if (!after.empty()) at = line_at(after);
  std::vector<SalesLine> lines;
  if (nothing_) return lines;
  const std::optional<SalesLine> begin = at;
  bool inclusive = true;  // of the first document there may be more
  std::int64_t size = std::min(count * 2, kSliceMax);
  for (;;) {
    std::vector<Row> rows = slice(at, inclusive, size);
    const bool last = static_cast<std::int64_t>(rows.size()) < size;
    if (!last) {
      // The document at the end may have been cut: it is read whole with those that follow.
      const SalesLine cut = rows.back().line;
      if (same_document(rows.front().line, cut)) {
        size *= 2;
        continue;
      }
      while (same_document(rows.back().line, cut)) rows.pop_back();
    }
    for (std::size_t first = 0; first < rows.size();) {
      std::map<decltype(order_of(rows[first].line)), SalesLine> sums;
      std::size_t next = first;
      for (; next < rows.size() && same_document(rows[first].line, rows[next].line); ++next) {
        const Row& row = rows[next];
        if (!passes(row.place)) continue;
        const auto [entry, fresh] = sums.try_emplace(order_of(row.line), row.line);
        if (fresh) continue;
        entry->second.document_minor += row.line.document_minor;
        entry->second.company_minor += row.line.company_minor;
      }
      for (const auto& [order, line] : sums) {
        if (line.document_minor == 0 && line.company_minor == 0) continue;  // taken back
        if (begin && same_document(*begin, line) && order <= order_of(*begin)) continue;
        lines.push_back(line);
      }
      first = next;
    }
    if (last || static_cast<std::int64_t>(lines.size()) >= count) break;
    if (!rows.empty()) {
      at = rows.back().line;
      inclusive = false;
    }
    size = std::min(size * 2, kSliceMax);
  }
  if (static_cast<std::int64_t>(lines.size()) > count) lines.resize(static_cast<std::size_t>(count));
  return lines;
}

}  // namespace sales_leads::reports
