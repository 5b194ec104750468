// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>
#include <thread>

#include "signals/reconcile.h"
#include "store/link_store.h"
#include "store/world.h"

namespace sales_leads::test {
namespace {

using Expected = std::map<std::string, std::int64_t>;

class ReconcileTest : public WorldTest {};

std::string at(std::int64_t day) { return " d" + std::to_string(day); }

TEST_P(ReconcileTest, W5AnOrderInvoicedInThreePartsKeepsOpportunityCampaignAndSeller) {
  customer(7);
  session_->execute(
      "insert into sl_campaign (id, company_id, code, title, created_at, created_by, changed_at, changed_by) "
      "values (3, 1, 'c', 'C', 0, 0, 0, 0)");
  opportunity(5, 7, 2, 3);
  order(1, 7, kDay, {{11, 90'000}});
  event("order.confirmed", 1);
  drain();
  EXPECT_EQ(balances(), (Expected{{"O1/11 o5 c3 s2 ordered" + at(kDay), 90'000}}));
  Expected expected = balances();
  for (Id i = 1; i <= 3; ++i) {
    // Who else sells it later changes nothing for what was ordered.
    history(5, "owner", "9", (kDay + i) * kDayUs);
    invoice(i, 7, kDay + 10 * i, {{100 + i, 30'000, {{"order_line", 11, 30'000}}}}, "invoice", 4);
    event("invoice.posted", i);
    drain();
    expected["I" + std::to_string(i) + "/" + std::to_string(100 + i) + " o5 c3 s2 invoices" + at(kDay + 10 * i)] =
        30'000;
    EXPECT_EQ(balances(), expected);
    EXPECT_EQ(sum("invoices", 5), 30'000 * i);
  }
  EXPECT_EQ(sum("ordered", 5), 90'000);
  EXPECT_TRUE(verify().empty());
}

TEST_P(ReconcileTest, AnInvoiceIsHandledWhenItsOwnSignalComesAndWithItsOrderFromThenOn) {
  customer(7);
  opportunity(5, 7, 2, 0);
  drain();
  order(1, 7, kDay, {{11, 90'000}});
  invoice(1, 7, kDay + 1, {{101, 30'000, {{"order_line", 11, 30'000}}}}, "invoice", 4);
  event("order.confirmed", 1);
  drain();
  const std::string ordered = "O1/11 o5 c0 s2 ordered" + at(kDay), invoiced = "I1/101 o5 c0 s2 invoices" + at(kDay + 1);
  EXPECT_EQ(balances(), (Expected{{ordered, 90'000}})) << "the invoice's own signal has not come";
  event("invoice.posted", 1);
  drain();
  EXPECT_EQ(balances(), (Expected{{ordered, 90'000}, {invoiced, 30'000}}));
  opportunity(6, 7, 3, 0);
  reference("order", 1, "sales_leads.opportunity", 6);
  event("order.changed", 1);
  drain();
  EXPECT_EQ(sum("invoices", 6), 30'000) << "it goes along with the order";
  EXPECT_TRUE(verify().empty());
}

TEST_P(ReconcileTest, W13ShuffledAndDoubledEventsGiveTheSameBalances) {
  Expected first;
  for (int round = 0; round < 3; ++round) {
    if (round > 0) {
      TearDown();
      host_ = FakeHost();
      pump_.reset();
      SetUp();
    }
    for (Id c = 1; c <= 3; ++c) customer(c);
    opportunity(51, 1, 2);
    opportunity(52, 2, 3);
    opportunity(53, 3, 4);
    std::vector<std::pair<std::string, Id>> events;
    for (Id i = 1; i <= 12; ++i) {
      order(i, i % 3 + 1, kDay + i, {{10 * i, 33'333 * i}, {10 * i + 1, 77}});
      invoice(2 * i, i % 3 + 1, kDay + 20 + i,
              {{1'000 + 10 * i, 11'111 * i, {{"order_line", 10 * i, 11'111 * i}}}, {1'001 + 10 * i, 500}});
      invoice(2 * i + 1, i % 3 + 1, kDay + 40 + i,
              {{2'000 + 10 * i, -9'999, {{"invoice_line", 1'000 + 10 * i, -9'999}}}}, "credit_note");
      events.insert(events.end(), {{"order.confirmed", i}, {"invoice.posted", 2 * i}, {"invoice.posted", 2 * i + 1}});
    }
    if (round > 0) {
      const auto once = events;
      events.insert(events.end(), once.begin(), once.end());
      std::mt19937 random(static_cast<unsigned>(round));
      std::shuffle(events.begin(), events.end(), random);
    }
    for (const auto& [kind, document] : events) {
      event(kind, document);
      if (round == 2 && document % 2 == 0) drain();  // in batches of every size
    }
    event("tomorrow.unheard_of", 1);
    drain();
    if (round == 0) first = balances();
    EXPECT_FALSE(first.empty());
    EXPECT_EQ(balances(), first) << "round " << round;
    EXPECT_TRUE(verify().empty());
  }
}

TEST_P(ReconcileTest, TheSameEventAgainWritesNothing) {
  customer(7);
  opportunity(5, 7, 2);
  order(1, 7, kDay, {{11, 90'000}});
  event("order.confirmed", 1);
  drain();
  const auto rows = count("sl_ledger");
  EXPECT_EQ(rows, 1);
  event("order.confirmed", 1);
  event("order.changed", 1);
  drain();
  EXPECT_EQ(count("sl_ledger"), rows);
}

TEST_P(ReconcileTest, W1ACancelledOrderComesOffAgain) {
  customer(7);
  opportunity(5, 7, 2);
  order(1, 7, kDay, {{11, 9'000}});
  order(2, 7, kDay, {{21, 1'000}});
  event("order.confirmed", 1);
  event("order.confirmed", 2);
  drain();
  EXPECT_EQ(sum("ordered", 5), 10'000);
  order(2, 7, kDay, {{21, 1'000}}, "cancelled");
  event("order.cancelled", 2);
  event("order.confirmed", 1);
  drain();
  EXPECT_EQ(sum("ordered", 5), 9'000);
  EXPECT_TRUE(verify().empty());
}

TEST_P(ReconcileTest, AnotherCustomerOnTheDocumentMovesTheCustomersFigures) {
  customer(7);
  customer(8);
  order(1, 7, kDay, {{11, 9'000}}, "confirmed", 4);
  event("order.confirmed", 1);
  drain();
  order(1, 8, kDay, {{11, 9'000}}, "confirmed", 4);
  event("order.changed", 1);
  drain();
  const auto rows = session_->query<Id, std::int64_t>(
      "select customer_id, company_minor from sl_rollup_customer where company_minor <> 0 order by customer_id");
  EXPECT_EQ(rows, (std::vector<std::tuple<Id, std::int64_t>>{{8, 9'000}}));
  EXPECT_EQ(balances(), (Expected{{"O1/11 o0 c0 s4 ordered" + at(kDay), 9'000}}));
}

TEST_P(ReconcileTest, ALinkIsDecidedAsOfTheDocumentsMomentAndStays) {
  customer(7);
  opportunity(5, 7, 2);
  history(5, "status", "lost", (kDay + 5) * kDayUs);
  order(1, 7, kDay, {{11, 100}});
  order(2, 7, kDay + 9, {{21, 100}});
  event("order.confirmed", 1);
  event("order.confirmed", 2);
  drain();
  EXPECT_EQ(balances(),
            (Expected{{"O1/11 o5 c0 s2 ordered" + at(kDay), 100}, {"O2/21 o0 c0 s0 ordered" + at(kDay + 9), 100}}));
  // A second candidate that is said to have been there already: only a re-run sees it.
  opportunity(6, 7, 3);
  event("order.changed", 1);
  drain();
  EXPECT_EQ(sum("ordered", 5), 100);
  session_.reset();
  signals::Audit audit(host_, database());
  EXPECT_EQ(audit.preview_rerun(call_, 0).deltas.size(), 4U);
  open_session();
  EXPECT_EQ(sum("ordered", 5), 100) << "a preview writes nothing";
  session_.reset();
  audit.rerun(call_, 0);
  open_session();
  EXPECT_EQ(sum("ordered", 5), 0);
  EXPECT_EQ(sum("ordered", 6), 100) << "order 2 was without candidate, order 1 has several now";
  EXPECT_TRUE(verify().empty());
}

TEST_P(ReconcileTest, AMergedCustomersDocumentsFindTheOpportunityAndAStandInsDoNot) {
  customer(7);
  customer(8, 7);
  customer(9, {}, true);
  opportunity(5, 7, 2);
  opportunity(6, 9, 2);
  order(1, 8, kDay, {{11, 100}});
  order(2, 9, kDay, {{21, 100}});
  event("order.confirmed", 1);
  event("order.confirmed", 2);
  drain();
  EXPECT_EQ(sum("ordered", 5), 100);
  EXPECT_EQ(sum("ordered", 6), 0);
  EXPECT_EQ((session_->query<std::string>("select reason from sl_document order by document_id")),
            (std::vector<std::tuple<std::string>>{{"customer.one"}, {"customer.stand_in"}}));
}

TEST_P(ReconcileTest, AUsersLinkMovesTheFollowersAndAnUndoTakesItBack) {
  customer(7);
  opportunity(5, 7, 2);
  opportunity(6, 7, 3);
  order(1, 7, kDay, {{11, 1'000}}, "confirmed", 4);
  invoice(1, 7, kDay + 3, {{101, 400, {{"order_line", 11, 400}}}}, "invoice", 4);
  event("order.confirmed", 1);
  event("invoice.posted", 1);
  drain();
  EXPECT_EQ(sum("ordered", 0), 1'000) << "two candidates: nobody decides";
  const DocumentKey key{DocumentKind::order, 1};
  const signals::Reconciler reconciler(host_);
  {
    store::Transaction transaction(*session_);
    store::LinkStore(*session_, 1)
        .record(key, 0, {"link", {{5, 2'500}, {6, 5'000}}, 0, domain::Rule::none, host_.now, 1, "said so"});
    const auto outcome = reconciler.reconcile(*session_, call_, {key});
    EXPECT_EQ(outcome.documents.size(), 2U);
    transaction.commit();
  }
  const Expected linked{
      {"I1/101 o0 c0 s4 invoices" + at(kDay + 3), 100}, {"I1/101 o5 c0 s2 invoices" + at(kDay + 3), 100},
      {"I1/101 o6 c0 s3 invoices" + at(kDay + 3), 200}, {"O1/11 o0 c0 s4 ordered" + at(kDay), 250},
      {"O1/11 o5 c0 s2 ordered" + at(kDay), 250},       {"O1/11 o6 c0 s3 ordered" + at(kDay), 500}};
  EXPECT_EQ(balances(), linked);
  {
    store::Transaction transaction(*session_);
    store::LinkStore(*session_, 1).record(key, 0, {"undo", {}, 0, domain::Rule::none, host_.now + 1, 1, ""});
    reconciler.reconcile(*session_, call_, {key});
    transaction.commit();
  }
  EXPECT_EQ(sum("ordered", 0), 1'000);
  EXPECT_EQ(sum("invoices", 0), 400);
  EXPECT_TRUE(verify().empty());
}

TEST_P(ReconcileTest, AnUndoneRuleIsNotProposedAgain) {
  customer(7);
  opportunity(5, 7, 2);
  order(1, 7, kDay, {{11, 1'000}});
  event("order.confirmed", 1);
  drain();
  ASSERT_EQ(sum("ordered", 5), 1'000);
  store::Transaction transaction(*session_);
  const DocumentKey key{DocumentKind::order, 1};
  store::LinkStore(*session_, 1).record(key, 0, {"forget", {}, 5, domain::Rule::customer, host_.now, 1, ""});
  signals::Reconciler(host_).reconcile(*session_, call_, {key});
  transaction.commit();
  EXPECT_EQ(sum("ordered", 5), 0);
}

TEST_P(ReconcileTest, TheLaterOfOwnReferenceAndUsersLinkHolds) {
  customer(7);
  customer(8);
  opportunity(5, 7, 2);
  opportunity(6, 8, 3);
  order(1, 8, kDay, {{11, 1'000}});
  reference("order", 1, "sales_leads.opportunity", 5, false, 100);
  event("order.confirmed", 1);
  drain();
  EXPECT_EQ(sum("ordered", 5), 1'000) << "an own reference beats the rule";
  store::LinkStore(*session_, 1)
      .record({DocumentKind::order, 1}, 0, {"link", {{6, 10'000}}, 0, domain::Rule::none, 100, 1, ""});
  event("order.changed", 1);
  drain();
  EXPECT_EQ(sum("ordered", 6), 1'000) << "at the same time the person's holds";
  session_->execute("update erp_document_ref set set_at = 101");
  event("order.changed", 1);
  drain();
  EXPECT_EQ(sum("ordered", 5), 1'000);
}

TEST_P(ReconcileTest, ACreditWithoutReferenceStaysOnlyWhereItIsCovered) {
  customer(7);
  opportunity(5, 7, 2);
  invoice(1, 7, kDay, {{101, 10'000}});
  invoice(2, 7, kDay + 5, {{102, -4'000}}, "credit_note", 4);
  invoice(3, 7, kDay + 6, {{103, -7'000}}, "credit_note", 4);
  for (Id i = 3; i >= 1; --i) {
    event("invoice.posted", i);
    drain();
    EXPECT_TRUE(verify().empty()) << "after invoice " << i;
  }
  EXPECT_EQ(balances(), (Expected{{"I1/101 o5 c0 s2 invoices" + at(kDay), 10'000},
                                  {"I2/102 o5 c0 s2 credits" + at(kDay + 5), -4'000},
                                  {"I3/103 o0 c0 s4 credits" + at(kDay + 6), -7'000}}));
  EXPECT_EQ(std::get<0>(*session_->first<std::string>("select reason from sl_document where document_id = 3")),
            "credit.not_placed");
  // One more invoice makes room for the other.
  invoice(4, 7, kDay + 1, {{104, 1'000}});
  event("invoice.posted", 4);
  drain();
  EXPECT_EQ(balances()["I3/103 o5 c0 s2 credits" + at(kDay + 6)], -7'000);
  EXPECT_EQ(sum("credits", 0), 0);
  // And its voiding takes the room away again.
  invoice(4, 7, kDay + 1, {{104, 1'000}}, "invoice", 0, false);
  event("invoice.voided", 4);
  drain();
  EXPECT_EQ(balances()["I3/103 o0 c0 s4 credits" + at(kDay + 6)], -7'000);
  EXPECT_TRUE(verify().empty());
}

TEST_P(ReconcileTest, AMissingRateParksTheDocumentAndLeavesItsRows) {
  customer(7);
  opportunity(5, 7, 2);
  order(1, 7, kDay, {{11, 1'000}});
  event("order.confirmed", 1);
  drain();
  LineSpec odd{12, 500};
  odd.rate_missing = true;
  order(1, 7, kDay, {{11, 2'000}, odd});
  event("order.changed", 1);
  auto result = drain();
  EXPECT_EQ(result.parked, 1);
  EXPECT_GT(result.retry_after_us, 0);
  EXPECT_EQ(sum("ordered", 5), 1'000);
  const auto parked = store::ParkedStore(*session_, 1).list();
  ASSERT_EQ(parked.size(), 1U);
  EXPECT_EQ(parked[0].reason_key, "rate.missing");
  EXPECT_EQ(parked[0].sequence, 2);
  order(1, 7, kDay, {{11, 2'000}, {12, 500, {}, 5'250}});
  event("rate.changed", 0);
  drain();
  EXPECT_EQ(sum("ordered", 5), 7'250);
  EXPECT_EQ(count("sl_parked"), 0);
}

TEST_P(ReconcileTest, ADocumentThatIsMerelyAbsentIsParkedAndNeverZeroed) {
  customer(7);
  order(1, 7, kDay, {{11, 1'000}}, "confirmed", 4);
  event("order.confirmed", 1);
  event("order.confirmed", 99);  // nobody ever saw it: nothing to keep
  drain();
  EXPECT_EQ(count("sl_parked"), 0);
  session_->execute("delete from erp_order");
  event("order.changed", 1);
  drain();
  EXPECT_EQ(sum("ordered", 0), 1'000);
  EXPECT_EQ(store::ParkedStore(*session_, 1).list().at(0).reason_key, "document.absent");
}

TEST_P(ReconcileTest, AConfirmedOrderWinsOnceAndTheWinIsTakenBackWhenNothingIsLeft) {
  session_->execute("update sl_pipeline set on_order_confirmed = 'won'");
  customer(7);
  opportunity(5, 7, 2);
  order(1, 7, kDay, {{11, 1'000}});
  event("order.confirmed", 1);
  drain();
  const auto status = [&] {
    return *session_->first<std::string, Id, std::optional<std::int64_t>>(
        "select status, step_id, actual_close from sl_opportunity");
  };
  EXPECT_EQ(status(), std::make_tuple(std::string("won"), Id{2}, std::optional<std::int64_t>(kDay)));
  EXPECT_EQ(host_.published, (std::vector<std::pair<std::string, std::int64_t>>{{"sales_leads.opportunity.won", 5}}));
  order(2, 7, kDay + 400, {{21, 10}});
  event("order.confirmed", 2);
  drain();
  EXPECT_EQ(sum("ordered", 5), 1'010) << "the rule's own win does not count for candidacy";
  order(1, 7, kDay, {{11, 1'000}}, "cancelled");
  event("order.cancelled", 1);
  drain();
  EXPECT_EQ(std::get<0>(status()), "won");
  order(2, 7, kDay + 400, {{21, 10}}, "cancelled");
  event("order.cancelled", 2);
  drain();
  EXPECT_EQ(std::get<0>(status()), "open");
  EXPECT_EQ(std::get<1>(status()), 1);
  // Confirmed again at the same moment: the rule has spoken already. A person's word is never taken back.
  order(1, 7, kDay, {{11, 1'000}});
  event("order.confirmed", 1);
  drain();
  EXPECT_EQ(std::get<0>(status()), "open");
}

TEST_P(ReconcileTest, AWinThatSomebodyTouchedIsNotTakenBack) {
  session_->execute("update sl_pipeline set on_order_confirmed = 'won'");
  customer(7);
  opportunity(5, 7, 2);
  order(1, 7, kDay, {{11, 1'000}});
  event("order.confirmed", 1);
  drain();
  history(5, "status", "won", (kDay + 1) * kDayUs);
  order(1, 7, kDay, {{11, 1'000}}, "cancelled");
  event("order.cancelled", 1);
  drain();
  EXPECT_EQ(std::get<0>(*session_->first<std::string>("select status from sl_opportunity")), "won");
}

TEST_P(ReconcileTest, SeveralAtOnceOnTheSameDocumentsCountThemOnce) {
  customer(7);
  opportunity(5, 7, 2);
  order(1, 7, kDay, {{11, 1'000}});
  invoice(1, 7, kDay + 3, {{101, 400, {{"order_line", 11, 400}}}});
  session_.reset();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const DocumentKey key{i % 2 == 0 ? DocumentKind::order : DocumentKind::invoice, 1};
      for (int round = 0; round < 5; ++round) {
        store::in_transaction(
            database(), [&](store::Session& session) { signals::Reconciler(host_).reconcile(session, call_, {key}); });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  open_session();
  EXPECT_EQ(count("sl_ledger"), 2);
  EXPECT_EQ(sum("ordered", 5), 1'000);
  EXPECT_EQ(sum("invoices", 5), 400);
}

TEST_P(ReconcileTest, RebuildMendsLedgerAndRollupsAndVerifyNamesWhatIsWrong) {
  customer(7);
  opportunity(5, 7, 2);
  order(1, 7, kDay, {{11, 1'000}});
  event("order.confirmed", 1);
  drain();
  const auto before = balances();
  session_->execute("update sl_rollup_day set company_minor = company_minor + 5");
  session_->execute("update sl_ledger set company_minor = 900");
  const auto wrong = verify();
  ASSERT_GE(wrong.size(), 2U);
  EXPECT_TRUE(std::any_of(wrong.begin(), wrong.end(),
                          [](const auto& d) { return d.what == "ledger" && d.is == 900 && d.should_be == 1'000; }));
  EXPECT_TRUE(
      std::any_of(wrong.begin(), wrong.end(), [](const auto& d) { return d.what == "rollup_day" && d.is == 1'005; }));
  session_.reset();
  const auto result = signals::Audit(host_, database()).rebuild(call_);
  open_session();
  EXPECT_GE(result.corrected, 1);
  EXPECT_EQ(balances(), before);
  EXPECT_TRUE(verify().empty());
}

SALES_LEADS_ON_BOTH(ReconcileTest);

}  // namespace
}  // namespace sales_leads::test
