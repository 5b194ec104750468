// SPDX-License-Identifier: Apache-2.0
#include "reports/commission.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "domain/attribution/attribution.h"
#include "domain/attribution/split.h"
#include "reports/pivot.h"
#include "store/period_store.h"
#include "store/read_snapshot.h"

namespace sales_leads::reports {
namespace json = boost::json;
namespace {

constexpr std::int64_t kWhole = 10'000;
constexpr std::int64_t kPage = 2'000;  // order lines held at a time

/// "2.50" per cent as basis points.
std::int64_t rate_of(const json::object& params) {
  const json::value* value = params.if_contains("rate");
  const std::string text = value != nullptr && value->is_string() ? std::string(value->get_string()) : "0";
  const auto point = text.find('.');
  std::string decimals = point == std::string::npos ? "" : text.substr(point + 1);
  decimals.resize(2, '0');
  return std::stoll(text.substr(0, point)) * 100 + std::stoll(decimals);
}

/// Half a unit away from zero, as a bookkeeper rounds; a credit takes back just what its invoice gave.
std::int64_t part(std::int64_t amount, std::int64_t basis_points) {
  const domain::Wide product = static_cast<domain::Wide>(amount) * basis_points;
  const domain::Wide half = product < 0 ? -kWhole / 2 : kWhole / 2;
  return static_cast<std::int64_t>((product + half) / kWhole);
}

struct Sum {
  std::int64_t base = 0, adjusted = 0;
};

// line, customer, project, seller, when it was confirmed, net, net in the company's currency, what invoices took up
using Left = store::Awaited<Id, Id, Id, Id, std::int64_t, std::int64_t, std::int64_t, std::int64_t>;

/// Lines of orders that something is left of, a page of them after an id. Past the order's price nothing is left; a
/// negative line is used up from below. Most lines are done with: the database keeps them to itself.
Left ask_left(const Context& context, Id after) {
  std::string mine;
  store::Params binds{{"company", context.company}, {"after", after}, {"rows", kPage}};
  if (!context.sees_all()) {
    mine = " and " + context.session.in_ids("coalesce(o.salesperson_id, 0)", "them");
    binds.emplace_back("them", context.session.ids_text(context.employees));
  }
  return context.session.ask<Id, Id, Id, Id, std::int64_t, std::int64_t, std::int64_t, std::int64_t>(
      "select t.* from (select l.id, o.customer_id, coalesce(o.project_id, 0), coalesce(o.salesperson_id, 0), "
      "o.confirmed_at, l.net_minor, l.company_net_minor, cast(coalesce((select sum(s.net_minor) from "
      "erp_invoice_line_source s join erp_invoice_line il on il.id = s.invoice_line_id and il.company_id = "
      "s.company_id join erp_invoice i on i.id = il.invoice_id and i.company_id = il.company_id where s.company_id = "
      "l.company_id and s.source_kind = 'order_line' and s.source_line_id = l.id and i.counts = 1), 0) as bigint) as "
      "taken from erp_order_line l join erp_order o on o.id = l.order_id and o.company_id = l.company_id where "
      "o.company_id = :company and o.state = 'confirmed' and o.confirmed_at is not null and l.counts_as_sale = 1 and "
      "l.company_net_minor is not null and l.net_minor <> 0 and l.id > :after" +
          mine +
          ") t where (t.net_minor > 0 and t.taken < t.net_minor) or (t.net_minor < 0 and t.taken > t.net_minor) order "
          "by t.id limit :rows",
      binds);
}

}  // namespace

json::object commission(const Context& context, const json::object& params) {
  if (!context.sees_commission) {
    throw Failure(Code::permission, "permission.missing",
                  "You lack the right sales_leads.commission. Ask your administrator for it.");
  }
  const auto date = domain::civil_date(read_day(params, "month", false).value_or(context.today));
  const domain::Day first = *domain::day_of({date.year, date.month, 1}), last = domain::add_months(first, 1) - 1;
  const std::int64_t rate = rate_of(params);
  const json::value* base = params.if_contains("base");
  const bool paid = base != nullptr && base->is_string() && base->get_string() == "paid";
  std::string where =
      " where l.company_id = :company and l.measure in ('invoices', 'credits') and l.effective_date >= :first and "
      "l.effective_date <= :last";
  store::Params binds{{"company", context.company}, {"first", first}, {"last", last}};
  if (!context.sees_all()) {
    where += " and " + context.session.in_ids("l.seller_id", "them");
    binds.emplace_back("them", context.session.ids_text(context.employees));
  }
  // Paid: the invoice's state today. A credit note needs no payment to count.
  if (paid) {
    where +=
        " and (l.measure = 'credits' or exists (select 1 from erp_invoice i where i.company_id = l.company_id and i.id "
        "= "
        "l.document_id and i.state = 'paid'))";
  }
  // Thousands: told from the rows as they are.
  auto documents = context.session.query<Id, std::string, Id, std::int64_t, std::int64_t, std::optional<std::string>>(
      "select s.seller_id, s.document_kind, s.document_id, s.amount, s.adjusted, d.number from (select "
      "l.seller_id, l.document_kind, l.document_id, cast(sum(l.company_minor) as bigint) as amount, cast(sum(case "
      "when l.corrects_date is null then 0 else l.company_minor end) as bigint) as adjusted from sl_ledger l" +
          where +
          " group by l.seller_id, l.document_kind, l.document_id) s left join sl_document d on d.company_id = "
          ":company and d.document_kind = 'invoice' and d.document_id = s.document_id and d.effective_date <= "
          ":last where s.amount <> 0 order by s.seller_id, s.document_kind, s.document_id",
      binds);
  Labels labels(context);
  std::map<std::pair<std::string, std::string>, json::object> rows;
  Sum total;
  std::int64_t earned = 0;
  const auto measures = [&](const Sum& sum, std::int64_t commission) {
    return json::object{{"base", amount_json(sum.base, context.currency)},
                        {"adjustments", amount_json(sum.adjusted, context.currency)},
                        {"commission", amount_json(commission, context.currency)}};
  };
  for (auto document = documents.begin(); document != documents.end();) {
    const Id seller = std::get<0>(*document);
    const Label& label = labels.seller(seller);
    json::array of;
    Sum sum;
    // Rounded once per document, so that the statement is the sum of what it lists.
    std::int64_t commission = 0;
    for (; document != documents.end() && std::get<0>(*document) == seller; ++document) {
      const auto& [whose, kind, id, amount, adjusted, number] = *document;
      const std::int64_t mine = part(amount, rate);
      commission += mine;
      sum.base += amount;
      sum.adjusted += adjusted;
      of.push_back(json::object{{"document_kind", kind},
                                {"document", id},
                                {"number", number.value_or("")},
                                {"measures", measures({amount, adjusted}, mine)}});
    }
    json::object row{{"key", label.key}, {"label", label.label}, {"id", seller}};
    row["measures"] = measures(sum, commission);
    row["documents"] = std::move(of);
    rows[{label.order, label.key}] = std::move(row);
    total.base += sum.base;
    total.adjusted += sum.adjusted;
    earned += commission;
  }
  json::array list;
  for (auto& [key, row] : rows) list.push_back(std::move(row));
  const auto closed = store::PeriodStore(context.session, context.company).closed_through();
  return {{"rows", std::move(list)},
          {"totals", json::object{{"measures", measures(total, earned)}}},
          {"month", domain::month_key(first)},
          {"closed", closed.has_value() && *closed >= last}};
}

json::object not_invoiced(const Context& context, const json::object& params) {
  static const std::vector<MeasureInfo> kMeasures = {{"lines", false}, {"ordered"}, {"taken_up"}, {"remaining"}};
  json::object asked = params;
  if (!asked.contains("columns")) asked["columns"] = "customer";
  const Question question = read_question(asked, "seller", kMeasures);
  const Needs needs = question.needs();
  if (needs.campaign || needs.opportunity || needs.currency || needs.adjustment) {
    throw Failure(Code::invalid_argument, "report.rows.invalid",
                  "Orders not yet invoiced go by month, quarter, year, seller, group, customer and project.");
  }
  Labels labels(context);
  Pivot pivot(question, labels);
  const store::ReadSnapshot one_state(context.session);
  for (auto lines = ask_left(context, 0).take(); !lines.empty();) {
    auto following = ask_left(context, std::get<0>(lines.back()));
    for (const auto& [line, customer, project, seller, confirmed, net, company_net, taken] : lines) {
      const std::int64_t whole = net > 0 ? net : -net;
      const std::int64_t up = std::max<std::int64_t>(0, net > 0 ? taken : -taken);
      const std::int64_t used = domain::largest_remainder(company_net, {up, whole - up}).front();
      Place place{.seller = seller, .customer = customer, .project = project};
      place.date = context.calendar->day_of(confirmed);
      if ((question.from && *place.date < *question.from) || (question.to && *place.date > *question.to)) continue;
      std::vector<std::int64_t> values;
      for (const MeasureInfo& info : question.measures) {
        values.push_back(info.name == "lines"      ? 1
                         : info.name == "ordered"  ? company_net
                         : info.name == "taken_up" ? used
                                                   : company_net - used);
      }
      pivot.add(place, values);
    }
    lines = following.take();
  }
  return pivot.json();
}

}  // namespace sales_leads::reports
