//! Days, moments and numbers as each language writes them. Moments are shown in Belgian time.

use jiff::tz::TimeZone;
use loket_domain::Language;
use loket_domain::person::IncompleteDate;
use loket_domain::time::{Day, Timestamp};

use crate::Text;

const MONTHS_NL: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];
const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Text {
    /// A day in words: `18 mei 1993`, `1er mai 1993`, `18. Mai 1993`, `18 May 1993`.
    pub fn day(self, day: Day) -> String {
        let (number, year) = (i64::from(day.day()), i64::from(day.year()));
        self.written_day(number, usize::try_from(day.month()).unwrap_or(0), year)
    }

    /// A date of birth as far as it is known: the day, the month and year, or the year alone.
    pub fn incomplete_date(self, date: IncompleteDate) -> String {
        let year = i64::from(date.year());
        match (date.month(), date.day()) {
            (Some(month), Some(day)) => self.written_day(i64::from(day), usize::from(month), year),
            (Some(month), None) => format!("{} {year}", self.month(usize::from(month))),
            (None, _) => year.to_string(),
        }
    }

    /// A moment to the minute: `23 november 2026, 10.58 uur`
    pub fn moment(self, moment: Timestamp) -> String {
        self.day_and_clock(moment, &self.clock(moment))
    }

    /// A moment as briefly as it can be told apart: today by the clock alone, else with its day.
    /// For cells of tables.
    pub fn when(self, moment: Timestamp, today: Day) -> String {
        if moment.belgian_day() == today { self.clock(moment) } else { self.moment(moment) }
    }

    /// The same inside a sentence: `om 10.58 uur`, `op 22 november 2026 om 10.58 uur`
    pub fn at(self, moment: Timestamp, today: Day) -> String {
        let clock = match self.language() {
            Language::Nl => "om",
            Language::Fr => "à",
            Language::De => "um",
            Language::En => "at",
        };
        let clock = format!("{clock} {}", self.clock(moment));
        let (day, is_today) = (self.day(moment.belgian_day()), moment.belgian_day() == today);
        match self.language() {
            _ if is_today => clock,
            Language::Nl => format!("op {day} {clock}"),
            Language::Fr => format!("le {day} {clock}"),
            Language::De => format!("am {day} {clock}"),
            Language::En => format!("on {day} {clock}"),
        }
    }

    /// A moment to the second, for timelines: `23 november 2026, 10.58.02 uur`
    pub fn moment_with_seconds(self, moment: Timestamp) -> String {
        self.day_and_clock(moment, &self.clock_with_seconds(moment))
    }

    /// Hours and minutes: `10.58 uur`, `10 h 58`, `10.58 Uhr`, `10:58`.
    pub fn clock(self, moment: Timestamp) -> String {
        let (hour, minute, _) = belgian_clock(moment);
        match self.language() {
            Language::Nl => format!("{hour}.{minute:02} uur"),
            Language::Fr => format!("{hour} h {minute:02}"),
            Language::De => format!("{hour}.{minute:02} Uhr"),
            Language::En => format!("{hour:02}:{minute:02}"),
        }
    }

    /// Hours, minutes and seconds: `10.58.02 uur`, `10 h 58 min 02 s`, `10.58.02 Uhr`, `10:58:02`.
    pub fn clock_with_seconds(self, moment: Timestamp) -> String {
        let (hour, minute, second) = belgian_clock(moment);
        match self.language() {
            Language::Nl => format!("{hour}.{minute:02}.{second:02} uur"),
            Language::Fr => format!("{hour} h {minute:02} min {second:02} s"),
            Language::De => format!("{hour}.{minute:02}.{second:02} Uhr"),
            Language::En => format!("{hour:02}:{minute:02}:{second:02}"),
        }
    }

    /// A whole number in groups of three: `20.000`, in French with an unbreakable space, in
    /// English `20,000`.
    pub fn number(self, number: i64) -> String {
        let separator = match self.language() {
            Language::Nl | Language::De => '.',
            Language::Fr => '\u{a0}',
            Language::En => ',',
        };
        let digits = number.unsigned_abs().to_string();
        let mut grouped = String::from(if number < 0 { "-" } else { "" });
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push(separator);
            }
            grouped.push(digit);
        }
        grouped
    }

    fn written_day(self, day: i64, month: usize, year: i64) -> String {
        let month = self.month(month);
        match self.language() {
            Language::Fr if day == 1 => format!("1er {month} {year}"),
            Language::Nl | Language::Fr | Language::En => format!("{day} {month} {year}"),
            Language::De => format!("{day}. {month} {year}"),
        }
    }

    fn day_and_clock(self, moment: Timestamp, clock: &str) -> String {
        let day = self.day(moment.belgian_day());
        match self.language() {
            Language::Fr => format!("{day} à {clock}"),
            Language::Nl | Language::De | Language::En => format!("{day}, {clock}"),
        }
    }

    fn month(self, month: usize) -> &'static str {
        let names = match self.language() {
            Language::Nl => MONTHS_NL,
            Language::Fr => MONTHS_FR,
            Language::De => MONTHS_DE,
            Language::En => MONTHS_EN,
        };
        names.get(month.wrapping_sub(1)).copied().unwrap_or_default()
    }
}

fn belgian_clock(moment: Timestamp) -> (i8, i8, i8) {
    let zone = TimeZone::get("Europe/Brussels").unwrap_or(TimeZone::UTC);
    let local = moment.to_jiff().to_zoned_datetime(zone);
    (local.hour(), local.minute(), local.second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_all(print: impl Fn(Text) -> String) -> [String; 4] {
        Language::ALL.map(|language| print(Text::new(language)))
    }

    #[test]
    fn every_month_prints_in_every_language() {
        let expected = [
            ["1 januari 2026", "1er janvier 2026", "1. Januar 2026", "1 January 2026"],
            ["2 februari 2026", "2 février 2026", "2. Februar 2026", "2 February 2026"],
            ["3 maart 2026", "3 mars 2026", "3. März 2026", "3 March 2026"],
            ["4 april 2026", "4 avril 2026", "4. April 2026", "4 April 2026"],
            ["5 mei 2026", "5 mai 2026", "5. Mai 2026", "5 May 2026"],
            ["6 juni 2026", "6 juin 2026", "6. Juni 2026", "6 June 2026"],
            ["7 juli 2026", "7 juillet 2026", "7. Juli 2026", "7 July 2026"],
            ["8 augustus 2026", "8 août 2026", "8. August 2026", "8 August 2026"],
            ["9 september 2026", "9 septembre 2026", "9. September 2026", "9 September 2026"],
            ["10 oktober 2026", "10 octobre 2026", "10. Oktober 2026", "10 October 2026"],
            ["11 november 2026", "11 novembre 2026", "11. November 2026", "11 November 2026"],
            ["12 december 2026", "12 décembre 2026", "12. Dezember 2026", "12 December 2026"],
        ];
        for (month, row) in (1..=12).zip(expected) {
            let day = Day::new(2026, month, month).unwrap();
            assert_eq!(in_all(|text| text.day(day)), row);
        }
    }

    #[test]
    fn an_unknown_day_or_month_is_left_out() {
        let print = |date: &str| {
            let date = IncompleteDate::parse(date).unwrap();
            in_all(|text| text.incomplete_date(date))
        };
        assert_eq!(print("1970-00-00"), ["1970"; 4]);
        assert_eq!(print("1970-05-00"), ["mei 1970", "mai 1970", "Mai 1970", "May 1970"]);
        assert_eq!(
            print("1970-05-01"),
            ["1 mei 1970", "1er mai 1970", "1. Mai 1970", "1 May 1970"]
        );
    }

    #[test]
    fn moments_are_in_belgian_time() {
        let winter = Timestamp::parse("2026-11-23T09:58:02Z").unwrap();
        assert_eq!(
            in_all(|text| text.moment(winter)),
            [
                "23 november 2026, 10.58 uur",
                "23 novembre 2026 à 10 h 58",
                "23. November 2026, 10.58 Uhr",
                "23 November 2026, 10:58",
            ]
        );
        let summer = Timestamp::parse("2026-06-30T22:05:09Z").unwrap();
        assert_eq!(
            in_all(|text| text.moment_with_seconds(summer)),
            [
                "1 juli 2026, 0.05.09 uur",
                "1er juillet 2026 à 0 h 05 min 09 s",
                "1. Juli 2026, 0.05.09 Uhr",
                "1 July 2026, 00:05:09",
            ]
        );
    }

    #[test]
    fn a_moment_of_another_day_is_told_with_its_day() {
        let moment = Timestamp::parse("2026-11-22T23:30:00Z").unwrap();
        let (that_day, next) = (Day::new(2026, 11, 23).unwrap(), Day::new(2026, 11, 24).unwrap());
        assert_eq!(
            in_all(|text| text.at(moment, that_day)),
            ["om 0.30 uur", "à 0 h 30", "um 0.30 Uhr", "at 00:30"]
        );
        assert_eq!(
            in_all(|text| text.at(moment, next)),
            [
                "op 23 november 2026 om 0.30 uur",
                "le 23 novembre 2026 à 0 h 30",
                "am 23. November 2026 um 0.30 Uhr",
                "on 23 November 2026 at 00:30",
            ]
        );
        assert_eq!(in_all(|text| text.when(moment, that_day)), in_all(|text| text.clock(moment)));
        assert_eq!(in_all(|text| text.when(moment, next)), in_all(|text| text.moment(moment)));
    }

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(in_all(|text| text.number(999)), ["999"; 4]);
        assert_eq!(
            in_all(|text| text.number(-1_234_567)),
            ["-1.234.567", "-1\u{a0}234\u{a0}567", "-1.234.567", "-1,234,567"]
        );
        assert_eq!(Text::new(Language::En).number(i64::MIN), "-9,223,372,036,854,775,808");
        assert_eq!(Text::new(Language::En).number(100_000), "100,000");
    }
}
