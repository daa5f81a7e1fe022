//! Moments and calendar days. A moment is whole microseconds since 1970 in UTC, as stored.
//! Nothing here reads a clock.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A moment in UTC, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// From whole seconds since 1970.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }
    /// Microseconds since 1970.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// Whole seconds since 1970, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
    /// This moment plus a span; stays at the largest moment instead of overflowing.
    pub fn plus(self, span: Duration) -> Self {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }
    /// This moment minus a span.
    pub fn minus(self, span: Duration) -> Self {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_sub(micros))
    }
    /// How long from `earlier` to this moment; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
    /// The moment as jiff's type, for calendars; moments that jiff cannot hold become its bounds.
    pub fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }
    /// From jiff's type.
    pub fn from_jiff(moment: jiff::Timestamp) -> Self {
        Self(moment.as_microsecond())
    }
    /// Reads RFC 3339 text such as `2026-11-23T10:58:02Z`.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(Self::from_jiff)
    }
    /// Reads a moment as a clock on a wall in Belgium has it: `2026-03-01T14:30`, also with seconds,
    /// and with a space for the `T`. Of an hour that comes twice it is the first, of one that the clocks
    /// leave out the one after it.
    pub fn parse_in_belgium(text: &str) -> Option<Self> {
        let moment: jiff::civil::DateTime = text.trim().parse().ok()?;
        moment.to_zoned_datetime(belgium()).ok().map(|zoned| Self::from_jiff(zoned.timestamp()))
    }
    /// The calendar day of this moment in Belgium.
    pub fn belgian_day(self) -> Day {
        Day(self.to_jiff().to_zoned_datetime(belgium()).date())
    }
}

fn belgium() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get("Europe/Brussels").unwrap_or(jiff::tz::TimeZone::UTC)
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_jiff().fmt(f)
    }
}

/// A calendar day without a time, such as the last day of validity of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(jiff::civil::Date);

impl Day {
    /// From year, month and day; `None` when there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }
    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 10 {
            return None;
        }
        text.parse().ok().map(Self)
    }
    /// Year of the Gregorian calendar.
    pub fn year(self) -> i16 {
        self.0.year()
    }
    /// Month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }
    /// Day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }
    /// The first moment of this day in Belgium.
    pub fn starts_in_belgium(self) -> Timestamp {
        self.0
            .to_zoned_datetime(belgium())
            .map_or(Timestamp(i64::MAX), |z| Timestamp::from_jiff(z.timestamp()))
    }
    /// The day before.
    pub fn yesterday(self) -> Self {
        self.0.yesterday().map_or(self, Self)
    }
    /// The day after.
    pub fn tomorrow(self) -> Self {
        self.0.tomorrow().map_or(self, Self)
    }
    /// Ten o'clock in the evening of this day in Belgium, whatever the clocks did that day.
    pub fn evening_in_belgium(self) -> Timestamp {
        let evening = self.0.to_zoned_datetime(belgium()).and_then(|start| {
            start.with().hour(22).minute(0).second(0).subsec_nanosecond(0).build()
        });
        evening.map_or(Timestamp(i64::MAX), |at| Timestamp::from_jiff(at.timestamp()))
    }
    /// Whole years between this day (a birth) and `today`, as people count their age.
    pub fn age_on(self, today: Self) -> i16 {
        let had_birthday = (today.month(), today.day()) >= (self.month(), self.day());
        today.year() - self.year() - i16::from(!had_birthday)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a day"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_and_prints_rfc3339() {
        let moment = Timestamp::parse("2026-11-23T10:58:02Z").unwrap();
        assert_eq!(moment.to_string(), "2026-11-23T10:58:02Z");
        assert_eq!(Timestamp::from_micros(moment.micros()), moment);
    }

    #[test]
    fn spans_never_overflow() {
        assert_eq!(Timestamp(i64::MAX).plus(Duration::MAX), Timestamp(i64::MAX));
        assert_eq!(Timestamp(0).since(Timestamp(5)), Duration::ZERO);
    }

    #[test]
    fn the_belgian_day_begins_before_the_utc_day() {
        let late = Timestamp::parse("2026-11-22T23:30:00Z").unwrap();
        assert_eq!(late.belgian_day(), Day::new(2026, 11, 23).unwrap());
        assert_eq!(
            Day::new(2026, 11, 23).unwrap().starts_in_belgium(),
            Timestamp::parse("2026-11-22T23:00:00Z").unwrap()
        );
    }

    #[test]
    fn the_evening_is_ten_by_the_clock_on_the_wall_when_the_clocks_change() {
        for (day, utc) in [
            ("2026-03-28", "2026-03-28T21:00:00Z"),
            ("2026-03-29", "2026-03-29T20:00:00Z"),
            ("2026-10-24", "2026-10-24T20:00:00Z"),
            ("2026-10-25", "2026-10-25T21:00:00Z"),
        ] {
            let evening = Day::parse(day).unwrap().evening_in_belgium();
            assert_eq!(evening, Timestamp::parse(utc).unwrap(), "{day}");
        }
    }

    #[test]
    fn age_counts_the_birthday_itself() {
        let birth = Day::new(2014, 11, 23).unwrap();
        assert_eq!(birth.age_on(Day::new(2026, 11, 22).unwrap()), 11);
        assert_eq!(birth.age_on(Day::new(2026, 11, 23).unwrap()), 12);
    }
}
