// SPDX-License-Identifier: Apache-2.0
//
// The small parts of the SDK: texts, growing structs, refusals, streams.
#include <gmock/gmock.h>

#include <cstring>
#include <string>

#include "erp/error.hpp"
#include "erp/stream.hpp"
#include "erp/table.hpp"
#include "erp/text.hpp"

extern "C" int abi_user_in_c(void);

namespace erp::sdk {
namespace {

using testing::HasSubstr;

TEST(Abi, CanBeServedAndUsedInPlainC) { EXPECT_EQ(abi_user_in_c(), 0); }

TEST(Text, GoesThereAndBack) {
  const std::string hostile("a\0\xC3\xA5", 4);
  EXPECT_EQ(view(str(hostile)), hostile);
  EXPECT_EQ(view(erp_str{}), "");
  EXPECT_EQ(view(erp_str{nullptr, 99}), "");
}

TEST(Text, IsCutBetweenCharacters) {
  const std::string text = "a\xC3\xA5\xE2\x82\xAC\xF0\x9F\x98\x80";  // 1 + 2 + 3 + 4 bytes
  const std::size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (std::size_t limit = 0; limit < std::size(expected); ++limit) {
    EXPECT_EQ(cut(text, limit).size(), expected[limit]) << limit;
  }
  EXPECT_EQ(cut(std::string(8, '\x80'), 6).size(), 2U);  // not UTF-8: gives up after four bytes
}

TEST(Text, FillsAnArrayToItsEnd) {
  char out[6];
  std::memset(out, 'x', sizeof out);
  copy_text(out, "abcd\xC3\xA5");
  EXPECT_EQ(std::string(out, sizeof out), std::string("abcd\0\0", 6));
  const char no_end[3] = {'a', 'b', 'c'};
  EXPECT_EQ(array_text(no_end), "abc");
}

struct Grown {
  std::uint32_t size;
  std::uint32_t reserved;
  std::int64_t first;
  std::int64_t second;
};

TEST(Table, ShowsOnlyWhatLiesInsideItsSize) {
  Grown theirs{offsetof(Grown, second), 0, 5, -1};
  EXPECT_TRUE(present(&theirs, &Grown::first));
  EXPECT_FALSE(present(&theirs, &Grown::second));
  EXPECT_EQ(slot(&theirs, &Grown::first), 5);
  EXPECT_EQ(slot(&theirs, &Grown::second), 0);
  theirs.size = sizeof theirs - 1;
  EXPECT_FALSE(present(&theirs, &Grown::second));  // a half member is none
  theirs.size = 4000;
  EXPECT_EQ(slot(&theirs, &Grown::second), -1);
  EXPECT_EQ(slot(static_cast<const Grown*>(nullptr), &Grown::first), 0);
}

TEST(Table, CopiesNoMoreThanBothSidesHave) {
  Grown theirs{offsetof(Grown, second), 0, 5, -1};
  EXPECT_EQ(copy_in(&theirs).first, 5);
  EXPECT_EQ(copy_in(&theirs).second, 0);
  theirs.size = 4000;
  EXPECT_EQ(copy_in(&theirs).size, sizeof(Grown));

  const Grown ours{sizeof(Grown), 0, 7, 8};
  Grown small{offsetof(Grown, second), 0, 1, 2};
  EXPECT_TRUE(copy_out(&small, ours));
  EXPECT_EQ(small.first, 7);
  EXPECT_EQ(small.second, 2);  // behind the caller's size: untouched
  EXPECT_EQ(small.size, offsetof(Grown, second));
  Grown large{4000, 0, 1, 2};
  EXPECT_TRUE(copy_out(&large, ours));
  EXPECT_EQ(large.size, sizeof(Grown));
  Grown forgotten{0, 0, 1, 2};
  EXPECT_FALSE(copy_out(&forgotten, ours));
  EXPECT_EQ(forgotten.first, 1);
  EXPECT_FALSE(copy_out<Grown>(nullptr, ours));
}

TEST(Refusals, FillTheCallersStructAsFarAsItGoes) {
  erp_error whole = sized<erp_error>();
  EXPECT_EQ(fill(&whole, ERP_BUSY, "lease.held", "Somebody else."), ERP_BUSY);
  EXPECT_EQ(whole.code, ERP_BUSY);
  EXPECT_STREQ(whole.key, "lease.held");
  EXPECT_STREQ(whole.message, "Somebody else.");
  EXPECT_EQ(fill(nullptr, ERP_BUSY, "x", "y"), ERP_BUSY);

  erp_error half;
  std::memset(&half, 'x', sizeof half);
  half.size = offsetof(erp_error, message) + 5;
  fill(&half, ERP_LIMIT, "k", "abcdefgh");
  EXPECT_STREQ(half.message, "abcd");  // ends in NUL inside the caller's size
  EXPECT_EQ(half.message[5], 'x');
  fill(&whole, ERP_LIMIT, std::string(100, 'k'), std::string(2000, 'm'));
  EXPECT_EQ(std::strlen(whole.key), 63U);
  EXPECT_EQ(std::strlen(whole.message), 1023U);
}

TEST(Refusals, TranslateEveryException) {
  erp_error error = sized<erp_error>();
  EXPECT_EQ(guard(&error, [] { throw Error(ERP_CONFLICT, "version", "Changed meanwhile."); }), ERP_CONFLICT);
  EXPECT_STREQ(error.key, "version");
  EXPECT_EQ(guard(&error, [] { throw std::bad_alloc(); }), ERP_LIMIT);
  EXPECT_EQ(guard(&error, [] { throw std::runtime_error("boom"); }), ERP_INTERNAL);
  EXPECT_STREQ(error.message, "boom");
  EXPECT_EQ(guard(nullptr, [] { throw 1; }), ERP_INTERNAL);
  EXPECT_EQ(guard(&error, [] {}), ERP_OK);
  EXPECT_EQ(guard(&error, []() -> erp_status { return ERP_BUSY; }), ERP_BUSY);
}

TEST(Refusals, ComeBackAsExceptions) {
  erp_error error = sized<erp_error>();
  EXPECT_NO_THROW(check(ERP_OK, error, "x"));
  fill(&error, ERP_NOT_FOUND, "order.not_found", "No order 17.");
  try {
    check(ERP_NOT_FOUND, error, "read");
    FAIL();
  } catch (const Error& refusal) {
    EXPECT_EQ(refusal.status(), ERP_NOT_FOUND);
    EXPECT_EQ(refusal.key(), "order.not_found");
    EXPECT_STREQ(refusal.what(), "No order 17.");
  }
  try {
    check(ERP_BUSY, sized<erp_error>(), "work");
    FAIL();
  } catch (const Error& refusal) {
    EXPECT_THAT(refusal.what(), HasSubstr("work failed with BUSY and gave no reason"));
  }
  EXPECT_THROW(check(12, sized<erp_error>(), "work"), Error);  // a positive status is none of ours
}

TEST(Streams, CarryLongTextsInChunks) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + "\xC3\xA5";
  for (const std::uint32_t chunk : {1U, 7U, 4096U, kChunkBytes}) {
    const StringSource source(std::string_view(text).substr(0, chunk == 1 ? 1000 : text.size()), chunk);
    EXPECT_EQ(read_all(source.get()).size(), chunk == 1 ? 1000 : text.size());
  }
  StringSink sink;
  write_all(sink.get(), text);
  EXPECT_EQ(sink.take(), text);
  const StringSource empty("");
  EXPECT_EQ(read_all(empty.get()), "");
}

TEST(Streams, StopAtTheirLimits) {
  StringSink sink(10);
  write_all(sink.get(), "0123456789");
  try {
    write_all(sink.get(), "x");
    FAIL();
  } catch (const Error& refusal) {
    EXPECT_EQ(refusal.status(), ERP_LIMIT);
  }
  EXPECT_EQ(sink.get()->write(sink.get()->ctx, "x", kChunkBytes + 1), ERP_INVALID_ARGUMENT);
  EXPECT_EQ(sink.get()->write(sink.get()->ctx, nullptr, 1), ERP_INVALID_ARGUMENT);
  const std::string long_text(5000, 'x');
  const StringSource source(long_text);
  EXPECT_THROW(static_cast<void>(read_all(source.get(), 4999)), Error);
}

TEST(Streams, RefuseAPartnerThatLies) {
  erp_source source = sized<erp_source>();
  source.read = [](void*, char*, std::uint32_t capacity, std::uint32_t* got) -> erp_status {
    *got = capacity + 1;
    return ERP_OK;
  };
  EXPECT_THROW(static_cast<void>(read_all(&source)), Error);
  source.read = [](void*, char*, std::uint32_t, std::uint32_t*) -> erp_status { return ERP_UNAVAILABLE; };
  EXPECT_THROW(static_cast<void>(read_all(&source)), Error);
  EXPECT_THROW(static_cast<void>(read_all(nullptr)), Error);
  EXPECT_THROW(write_all(nullptr, ""), Error);
  source.size = offsetof(erp_source, read);
  EXPECT_THROW(static_cast<void>(read_all(&source)), Error);
}

}  // namespace
}  // namespace erp::sdk
