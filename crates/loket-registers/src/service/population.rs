//! A synthetic population, made from a seed. Only numbers are kept; everything else about a person
//! is derived when asked for, always the same.
//!
//! Every number has a month part from 61 to 72, which no living person can have, and right check
//! digits. Which register a person is in is the generator's choice and not written in the digits.

use std::collections::HashMap;

use loket_domain::register::RegisterName;
use loket_domain::ssin::check_digits;

use super::dice::Dice;
use super::person::{Kind, Person, Stock};
use super::personas::{NamedPersona, personas};
use super::sound::sounds;

/// Days of a birth as a number has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Birth {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

/// A number from a birth and a counter.
pub(crate) fn number(birth: Birth, counter: u64) -> u64 {
    let nine = ((u64::from(birth.year % 100) * 100 + u64::from(birth.month) + 60) * 100
        + u64::from(birth.day))
        * 1000
        + counter % 1000;
    nine * 100 + check_digits(nine, birth.year >= 2000)
}

/// All persons. Sixteen bytes a person for the numbers and sixteen for the sounds, so that a
/// million fit a small machine.
#[derive(Debug)]
pub struct Population {
    seed: u64,
    /// The number of each made person, in order of making; 0 where a day was full.
    numbers: Vec<u64>,
    /// Number and place of each made person, by number.
    places: Vec<(u64, u32)>,
    /// Sound of the surname with the year of birth, and place of each made person, by sound.
    sounds: Vec<(u64, u32)>,
    personas: Vec<NamedPersona>,
}

/// Which counters of which days are taken; a bit for each number that can be made.
struct Taken(Vec<u64>);

impl Taken {
    /// First year of birth and number of years.
    const YEARS: (u16, u16) = (1925, 98);

    fn new() -> Self {
        let numbers = usize::from(Self::YEARS.1) * 12 * 31 * 1000;
        Self(vec![0; numbers / 64 + 1])
    }

    /// Takes a counter of a day; tells whether it was free.
    fn take(&mut self, birth: Birth, counter: u64) -> bool {
        let year = usize::from(birth.year.saturating_sub(Self::YEARS.0));
        let day = (year * 12 + usize::from(birth.month) - 1) * 31 + usize::from(birth.day) - 1;
        let at = day * 1000 + usize::try_from(counter % 1000).unwrap_or(0);
        let Some(word) = self.0.get_mut(at / 64) else { return false };
        let bit = 1 << (at % 64);
        let free = *word & bit == 0;
        *word |= bit;
        free
    }
}

/// Key of the sounds: the surname as it sounds, with the year.
pub(crate) fn sound_key(sound: &str, year: u16) -> u64 {
    // FNV-1a: the same on every machine, and spread well enough for a few thousand names.
    let hash = sound.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash << 16) | u64::from(year)
}

/// What is rolled first for a person: as much as the number and the answer's kind need.
struct Lot {
    birth: Birth,
    first_counter: u64,
    /// Below 1000.
    kind: u64,
    register: RegisterName,
    /// For all the rest.
    dice: Dice,
}

impl Lot {
    fn draw(seed: u64, place: u32) -> Self {
        let mut dice = Dice::new(seed, u64::from(place));
        let small = |n: u64| u8::try_from(n).unwrap_or(1);
        let birth = Birth {
            year: u16::try_from(1925 + dice.below(98)).unwrap_or(1970),
            month: small(1 + dice.below(12)),
            day: small(1 + dice.below(28)),
        };
        let first_counter = dice.next();
        let kind = dice.below(1000);
        let register = if dice.below(10) < 7 {
            RegisterName::NationalRegister
        } else {
            RegisterName::BisRegister
        };
        Self { birth, first_counter, kind, register, dice }
    }

    /// Whether the register would answer with data and without remark.
    const fn is_plain(&self) -> bool {
        self.kind >= 90
    }
}

impl Population {
    /// Makes `count` persons from a seed, beside the named ones that are always there.
    pub fn generate(count: u32, seed: u64) -> Self {
        let personas = personas();
        let mut taken = Taken::new();
        for persona in &personas {
            taken.take(persona.born(), persona.counter());
        }
        let numbers: Vec<u64> = (0..count)
            .map(|place| {
                let lot = Lot::draw(seed, place);
                // A counter already taken on that day: the next one is.
                (0..998)
                    .map(|step| 1 + (lot.first_counter % 998 + step) % 998)
                    .find(|counter| taken.take(lot.birth, *counter))
                    .map_or(0, |counter| number(lot.birth, counter))
            })
            .collect();
        let mut places: Vec<(u64, u32)> =
            (0..count).zip(&numbers).map(|(place, number)| (*number, place)).collect();
        places.retain(|(number, _)| *number != 0);
        places.sort_unstable();
        let sounds = sounds_of(&numbers, seed);
        Self { seed, numbers, places, sounds, personas }
    }

    /// How many persons there are, the named ones included.
    pub fn len(&self) -> usize {
        self.places.len() + self.personas.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The person with a number, whichever register has it.
    pub fn find(&self, number: u64) -> Option<Person> {
        if let Some(persona) = self.personas.iter().find(|persona| persona.number() == number) {
            return Some(persona.person());
        }
        let at = self.places.binary_search_by_key(&number, |(number, _)| *number).ok()?;
        self.places.get(at).map(|(number, place)| self.made(*number, *place))
    }

    /// Everybody whose surname sounds like this and who was born in that year.
    pub(crate) fn sounding(&self, sound: &str, year: u16) -> impl Iterator<Item = Person> + '_ {
        let key = sound_key(sound, year);
        let from = self.sounds.partition_point(|(k, _)| *k < key);
        let same = self.sounds.iter().skip(from).take_while(move |(k, _)| *k == key);
        let made = same.filter_map(|(_, place)| {
            let number = self.numbers.get(usize::try_from(*place).ok()?)?;
            (*number != 0).then(|| self.made(*number, *place))
        });
        self.personas.iter().map(NamedPersona::person).chain(made)
    }

    /// Every number, for tests; no order.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        let named = self.personas.iter().map(NamedPersona::number);
        self.places.iter().map(|(number, _)| *number).chain(named)
    }

    fn made(&self, number: u64, place: u32) -> Person {
        let mut lot = Lot::draw(self.seed, place);
        let kind = match lot.kind {
            0..20 => Kind::Deceased,
            20..35 => Kind::StruckOff,
            35..45 => Kind::NoLongerManaged,
            45..55 => Kind::Cancelled,
            55..60 => Kind::NotInscribed,
            60..65 => Kind::NotAllowed,
            65..80 => Kind::Incomplete,
            80..90 => self.successor(place).map_or(Kind::Cancelled, Kind::ReplacedBy),
            _ => Kind::Plain,
        };
        Person::derive(number, lot.birth, kind, lot.register, &mut lot.dice)
    }

    /// The number to which a replaced one leads: that of the next person whom the register knows
    /// without remark. `None` in a population too small to have one.
    fn successor(&self, place: u32) -> Option<u64> {
        let count = u32::try_from(self.numbers.len()).ok()?;
        let after = (place + 1..count).chain(0..place).take(1000);
        after.filter(|at| Lot::draw(self.seed, *at).is_plain()).find_map(|at| {
            let at = usize::try_from(at).ok()?;
            self.numbers.get(at).copied().filter(|number| *number != 0)
        })
    }
}

/// The sounds of all surnames, made by two threads.
fn sounds_of(numbers: &[u64], seed: u64) -> Vec<(u64, u32)> {
    let part = |from: usize, numbers: &[u64]| -> Vec<(u64, u32)> {
        let mut known = HashMap::new();
        let from = u32::try_from(from).unwrap_or(u32::MAX);
        (from..)
            .zip(numbers)
            .filter(|(_, number)| **number != 0)
            .map(|(place, _)| {
                let mut lot = Lot::draw(seed, place);
                let surname = Stock::roll(lot.register, &mut lot.dice).surname();
                let sound = *known.entry(surname).or_insert_with(|| sound_key(&sounds(surname), 0));
                (sound | u64::from(lot.birth.year), place)
            })
            .collect()
    };
    let (one, two) = numbers.split_at(numbers.len() / 2);
    let mut all = std::thread::scope(|scope| {
        let first = scope.spawn(|| part(0, one));
        let mut second = part(one.len(), two);
        let mut all = first.join().unwrap_or_default();
        all.append(&mut second);
        all
    });
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use loket_domain::Ssin;
    use loket_domain::ssin::Synthetic;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_number_is_valid_synthetic_and_found() {
        let population = Population::generate(20_000, 7);
        assert!(population.len() >= 20_000 + population.personas.len());
        for number in population.numbers() {
            let ssin = Ssin::parse(&format!("{number:011}"), Synthetic::Accepted).unwrap();
            assert!(ssin.is_synthetic());
            assert_eq!(population.find(number).unwrap().number, number);
        }
    }

    #[test]
    fn every_kind_of_person_is_there() {
        let population = Population::generate(20_000, 7);
        let (mut kinds, mut addresses) = (BTreeSet::new(), BTreeSet::new());
        let (mut after_2000, mut nameless, mut no_day, mut no_month) = (0, 0, 0, 0);
        let (mut bis, mut long, mut several, mut marked) = (0, 0, 0, 0);
        for person in population.numbers().filter_map(|number| population.find(number)) {
            kinds.insert(person.kind.code());
            let kind = person.address.as_ref().and_then(|a| a.pointer("/type"));
            addresses.insert(kind.and_then(|k| k.as_str()).unwrap_or("none").to_owned());
            after_2000 += u32::from(person.birth_date.starts_with("20"));
            nameless += u32::from(person.given_names.is_empty());
            no_day += u32::from(person.birth_date.ends_with("-00"));
            no_month += u32::from(person.birth_date.ends_with("-00-00"));
            bis += u32::from(person.register == RegisterName::BisRegister);
            let whole = format!("{} {}", person.given_names.join(" "), person.surname);
            long += u32::from(whole.chars().count() > 39);
            several += u32::from(person.nationalities.len() > 1);
            marked += u32::from(!whole.is_ascii());
        }
        assert_eq!(kinds.len(), 9, "{kinds:?}");
        assert_eq!(addresses.len(), 5, "{addresses:?}");
        assert!(after_2000 > 3000 && nameless > 50 && no_month > 50 && no_day > no_month + 50);
        assert!(bis > 5000 && long > 20 && several > 200 && marked > 2000, "{long} {several}");
    }

    #[test]
    fn a_replaced_number_leads_to_one_that_answers() {
        let population = Population::generate(2_000, 3);
        let mut seen = 0;
        for person in population.numbers().filter_map(|number| population.find(number)) {
            if let Kind::ReplacedBy(by) = person.kind {
                assert_eq!(population.find(by).unwrap().kind, Kind::Plain);
                seen += 1;
            }
        }
        assert!(seen > 5);
    }

    #[test]
    fn the_index_finds_whom_a_look_at_everybody_finds() {
        let population = Population::generate(50_000, 5);
        for (name, year) in
            [("Peeters", 1970), ("Jansens", 1988), ("Mohamed", 1990), ("Yilmaz", 1961)]
        {
            let wanted = sounds(name);
            let numbers = |people: Vec<Person>| -> BTreeSet<u64> {
                let same = people.into_iter().filter(|p| {
                    sounds(&p.surname) == wanted && p.birth_date.starts_with(&year.to_string())
                });
                same.map(|p| p.number).collect()
            };
            let indexed = numbers(population.sounding(&wanted, year).collect());
            let looked = numbers(population.numbers().filter_map(|n| population.find(n)).collect());
            assert_eq!(indexed, looked, "{name}");
            assert!(!indexed.is_empty() || name == "Mohamed", "{name}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn a_seed_decides_everything(seed: u64, count in 1_u32..200) {
            let (one, two) = (Population::generate(count, seed), Population::generate(count, seed));
            prop_assert_eq!(one.len(), usize::try_from(count).unwrap() + one.personas.len());
            for number in one.numbers() {
                prop_assert_eq!(one.find(number), two.find(number));
            }
            let other = Population::generate(count, seed ^ 1);
            prop_assert_ne!(
                one.numbers().collect::<BTreeSet<_>>(),
                other.numbers().collect::<BTreeSet<_>>()
            );
        }

        #[test]
        fn the_named_ones_stay_whatever_else_is_made(seed: u64, count in 0_u32..50) {
            let population = Population::generate(count, seed);
            for persona in personas() {
                prop_assert_eq!(population.find(persona.number()), Some(persona.person()));
            }
        }
    }
}
