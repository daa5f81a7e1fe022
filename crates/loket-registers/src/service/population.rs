//! A synthetic population, made from a seed. Only numbers are kept; everything else about a person
//! is derived when asked for, always the same.
//!
//! Every number has a month part from 61 to 72, which no living person can have, and right check
//! digits. Which register a person is in is the generator's choice and not written in the digits.

use std::collections::HashMap;

use loket_domain::register::RegisterName;
use loket_domain::ssin::check_digits;

use super::dice::Dice;
use super::person::{Kind, Person};
use super::personas::{NamedPersona, personas};

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

/// All persons.
#[derive(Debug)]
pub struct Population {
    seed: u64,
    /// The number of each made person, in order; `None` where a day was full.
    numbers: Vec<Option<u64>>,
    places: HashMap<u64, Place>,
    personas: Vec<NamedPersona>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Made(u32),
    Persona(u16),
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
        let named = personas();
        let room = usize::try_from(count).unwrap_or(0);
        let mut places = HashMap::with_capacity(room + named.len());
        for (at, persona) in named.iter().enumerate() {
            let place = Place::Persona(u16::try_from(at).unwrap_or(u16::MAX));
            places.insert(persona.number(), place);
        }
        let mut numbers = Vec::with_capacity(room);
        for place in 0..count {
            let lot = Lot::draw(seed, place);
            // A counter already taken on that day: the next one is.
            let free = (0..998)
                .map(|step| number(lot.birth, 1 + (lot.first_counter % 998 + step) % 998))
                .find(|number| !places.contains_key(number));
            numbers.push(free);
            places.extend(free.map(|number| (number, Place::Made(place))));
        }
        Self { seed, numbers, places, personas: named }
    }

    /// How many persons there are, the named ones included.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The person with a number, whichever register has it.
    pub fn find(&self, number: u64) -> Option<Person> {
        match *self.places.get(&number)? {
            Place::Persona(at) => self.personas.get(usize::from(at)).map(NamedPersona::person),
            Place::Made(place) => Some(self.made(number, place)),
        }
    }

    /// Every number, for searches; no order.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.places.keys().copied()
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
            self.numbers.get(at).copied().flatten()
        })
    }
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
        assert_eq!(addresses.len(), 4, "{addresses:?}");
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
