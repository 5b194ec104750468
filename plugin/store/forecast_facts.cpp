// SPDX-License-Identifier: Apache-2.0
#include "store/forecast_facts.h"

#include <charconv>
#include <limits>

#include "store/bulk_columns.h"

namespace sales_leads::store {
namespace {

using Int = std::int64_t;
constexpr Int kMostVisits = 100'000;

class Writer {
 public:
  Writer& operator<<(Int number) {
    char digits[24];
    text_.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
    text_ += ' ';
    return *this;
  }
  std::string text_;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}
  template <class Integer>
  Reader& operator>>(Integer& value) {
    Int number = 0;
    const auto [next, error] = std::from_chars(at_, end_, number);
    good_ = good_ && error == std::errc() && next != end_ && *next == ' ' && number >= least<Integer>() &&
            number <= most<Integer>();
    if (!good_) return *this;
    value = static_cast<Integer>(number);
    at_ = next + 1;
    return *this;
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] std::string rest() const { return {at_, end_}; }

 private:
  template <class Integer>
  static constexpr Int least() {
    return std::numeric_limits<Integer>::min();
  }
  template <class Integer>
  static constexpr Int most() {
    return std::numeric_limits<Integer>::max();
  }
  const char* at_;
  const char* end_;
  bool good_ = true;
};

}  // namespace

std::string text_of(const DealFacts& facts) {
  Writer out;
  out << facts.born << facts.archived << facts.owner << facts.type << facts.source << facts.campaign << facts.entry
      << facts.close << static_cast<Int>(facts.outcome) << facts.value << facts.value_at_close << facts.hand_set
      << static_cast<Int>(facts.visits.size());
  for (const VisitedStep& visit : facts.visits) out << visit.step << visit.from << visit.to << visit.witnessed;
  return out.text_ + facts.product;
}

std::optional<DealFacts> facts_of(std::string_view text) {
  Reader in(text);
  DealFacts facts;
  std::uint8_t outcome = 0;
  Int visits = 0;
  in >> facts.born >> facts.archived >> facts.owner >> facts.type >> facts.source >> facts.campaign >> facts.entry >>
      facts.close >> outcome >> facts.value >> facts.value_at_close >> facts.hand_set >> visits;
  if (!in.good() || outcome > 2 || visits < 0 || visits > kMostVisits) return std::nullopt;
  facts.outcome = static_cast<domain::forecast::Outcome>(outcome);
  for (Int v = 0; v < visits && in.good(); ++v) {
    VisitedStep visit;
    in >> visit.step >> visit.from >> visit.to >> visit.witnessed;
    facts.visits.push_back(visit);
  }
  if (!in.good()) return std::nullopt;
  facts.product = in.rest();
  return facts;
}

bool ForecastFactsStore::begin(const std::string& form, domain::Day as_of) {
  const auto kept = session_.first<Int, std::string>(
      "select as_of, form from sl_forecast_reading where company_id = :company", {{"company", company_}});
  if (kept && std::get<1>(*kept) == form && std::get<0>(*kept) > as_of) return false;
  if (!kept || std::get<1>(*kept) != form)
    session_.execute("delete from sl_forecast_facts where company_id = :company", {{"company", company_}});
  session_.execute(
      "insert into sl_forecast_reading (company_id, as_of, form) values (:company, :day, :form) on conflict "
      "(company_id) do update set as_of = excluded.as_of, form = excluded.form",
      {{"company", company_}, {"day", as_of}, {"form", form}});
  return true;
}

void ForecastFactsStore::put(const std::vector<KeptFacts>& rows) {
  if (rows.empty()) return;
  session_.bulk(
      "sl_forecast_facts",
      {constant("company_id", rows, company_), column<Integers>("opportunity_id", rows, &KeptFacts::opportunity),
       column<Integers>("version", rows, &KeptFacts::version), column<Maybes>("next_at", rows, &KeptFacts::next_at),
       column<Texts>("facts", rows, &KeptFacts::facts)},
      "on conflict (company_id, opportunity_id) do update set version = excluded.version, next_at = "
      "excluded.next_at, facts = excluded.facts");
}

void ForecastFactsStore::forget_gone() {
  session_.execute(
      "delete from sl_forecast_facts where company_id = :company and opportunity_id in (select f.opportunity_id from "
      "sl_forecast_facts f where f.company_id = :company2 and not exists (select 1 from sl_opportunity o where o.id = "
      "f.opportunity_id) limit 10000)",
      {{"company", company_}, {"company2", company_}});
}

}  // namespace sales_leads::store
