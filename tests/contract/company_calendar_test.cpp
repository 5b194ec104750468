// SPDX-License-Identifier: Apache-2.0
#include "host/company_calendar.h"

#include <gtest/gtest.h>

#include <limits>

#include "host/host.h"

namespace sales_leads {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kHour = 3600 * kSecond;
constexpr std::int64_t kDay = 24 * kHour;

/// Seconds since 1970 of instants are from `date -u -d … +%s`.
constexpr std::int64_t kSpring2024 = 1711846800 * kSecond;  // 2024-03-31T01:00:00Z: Stockholm jumps from 02:00 to 03:00
constexpr std::int32_t kSpringDay = 19813;                  // 2024-03-31
constexpr std::int64_t kAutumn2024 = 1729990800 * kSecond;  // 2024-10-27T01:00:00Z: from 03:00 back to 02:00
constexpr std::int32_t kAutumnDay = 20023;                  // 2024-10-27

TEST(CompanyCalendar, PutsAnInstantOnTheLocalDay) {
  const CompanyCalendar stockholm("Europe/Stockholm");
  const CompanyCalendar utc("UTC");
  const CompanyCalendar samoa("Pacific/Apia");
  const std::int64_t evening = static_cast<std::int64_t>(19722) * kDay - kHour / 2;  // 2023-12-30T23:30:00Z
  EXPECT_EQ(utc.day_of(evening), 19721);
  EXPECT_EQ(stockholm.day_of(evening), 19722);
  EXPECT_EQ(samoa.day_of(evening), 19722);
  EXPECT_EQ(utc.day_of(-1), -1);  // 1969-12-31, not 0
  EXPECT_EQ(utc.day_of(0), 0);
}

TEST(CompanyCalendar, KnowsBothEndsOfSummerTime) {
  const CompanyCalendar stockholm("Europe/Stockholm");
  EXPECT_EQ(stockholm.start_of(kSpringDay + 1) - stockholm.start_of(kSpringDay), 23 * kHour);
  EXPECT_EQ(stockholm.start_of(kAutumnDay + 1) - stockholm.start_of(kAutumnDay), 25 * kHour);
  EXPECT_EQ(stockholm.day_of(stockholm.start_of(kSpringDay)), kSpringDay);
  EXPECT_EQ(stockholm.day_of(stockholm.start_of(kSpringDay) - 1), kSpringDay - 1);
}

TEST(CompanyCalendar, ReadsASkippedTimeAsLater) {
  const CompanyCalendar stockholm("Europe/Stockholm");
  EXPECT_EQ(stockholm.at(kSpringDay, 2 * kHour + kHour / 2), kSpring2024 + kHour / 2);  // 02:30 becomes 03:30
  EXPECT_EQ(stockholm.at(kSpringDay, 3 * kHour), kSpring2024);
}

TEST(CompanyCalendar, ReadsADoubledTimeAsTheEarlier) {
  const CompanyCalendar stockholm("Europe/Stockholm");
  EXPECT_EQ(stockholm.at(kAutumnDay, 2 * kHour + kHour / 2), kAutumn2024 - kHour / 2);
}

TEST(CompanyCalendar, BeginsADayWhereMidnightIsSkipped) {
  // Beirut 2024-03-31: 00:00 jumps to 01:00. Apia skipped the whole of 2011-12-30.
  const CompanyCalendar beirut("Asia/Beirut");
  EXPECT_EQ(beirut.day_of(beirut.start_of(kSpringDay)), kSpringDay);
  EXPECT_EQ(beirut.day_of(beirut.start_of(kSpringDay) - 1), kSpringDay - 1);
  const CompanyCalendar apia("Pacific/Apia");
  constexpr std::int32_t kSkipped = 15338;  // 2011-12-30
  EXPECT_EQ(apia.start_of(kSkipped), apia.start_of(kSkipped + 1));
  EXPECT_EQ(apia.day_of(apia.start_of(kSkipped) - 1), kSkipped - 1);
}

TEST(CompanyCalendar, BeginsADayInsideTheJump) {
  // Toronto 1919-03-30: 23:30 jumps to 00:30, so that the 31st begins at half past midnight.
  const CompanyCalendar toronto("America/Toronto");
  constexpr std::int32_t kDayAfter = -18539;  // 1919-03-31
  EXPECT_EQ(toronto.start_of(kDayAfter), kDayAfter * kDay + 4 * kHour + kHour / 2);
  EXPECT_EQ(toronto.day_of(toronto.start_of(kDayAfter)), kDayAfter);
  EXPECT_EQ(toronto.day_of(toronto.start_of(kDayAfter) - 1), kDayAfter - 1);
}

TEST(CompanyCalendar, GoesThereAndBackForEveryDayOfHundredYears) {
  for (const char* zone : {"Europe/Stockholm", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"}) {
    const CompanyCalendar calendar(zone);
    for (std::int32_t day = 0; day < 36'525; ++day) {
      ASSERT_EQ(calendar.day_of(calendar.start_of(day)), day) << zone;
      ASSERT_EQ(calendar.day_of(calendar.start_of(day) - 1), day - 1) << zone;
      ASSERT_EQ(calendar.day_of(calendar.at(day, 12 * kHour)), day) << zone;
    }
  }
}

TEST(CompanyCalendar, RefusesUnknownZonesAndImpossibleTimes) {
  for (const char* zone : {"", "Europe/Atlantis", "../../etc/passwd", "europe/stockholm/x"}) {
    EXPECT_THROW(CompanyCalendar calendar(zone), Failure) << zone;
  }
  const CompanyCalendar stockholm("Europe/Stockholm");
  EXPECT_THROW(static_cast<void>(stockholm.day_of(std::numeric_limits<std::int64_t>::max())), Failure);
  EXPECT_THROW(static_cast<void>(stockholm.day_of(std::numeric_limits<std::int64_t>::min())), Failure);
  EXPECT_THROW(static_cast<void>(stockholm.start_of(std::numeric_limits<std::int32_t>::max())), Failure);
  EXPECT_THROW(static_cast<void>(stockholm.at(0, std::numeric_limits<std::int64_t>::max())), Failure);
  EXPECT_EQ(CompanyCalendar("UTC").day_of(253'402'300'799 * kSecond), 2'932'896);  // 9999-12-31
}

}  // namespace
}  // namespace sales_leads
