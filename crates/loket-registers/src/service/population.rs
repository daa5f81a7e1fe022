//! A synthetic population, made from a seed. Only numbers are kept; everything else about a person
//! is derived when asked for, always the same.
//!
//! Every number has a month part from 61 to 72, which no living person can have, and right check
//! digits. Which register a person is in is the generator's choice and not written in the digits.

use std::collections::HashMap;

use loket_domain::register::RegisterName;
use loket_domain::ssin::check_digits;

use super::person::{Kind, Person};
use super::personas::{NamedPersona, personas};

/// A small generator with a published recipe (SplitMix64): not for secrets, for sameness.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// From a seed and the place of a person.
    pub(crate) const fn new(seed: u64, place: u64) -> Self {
        Self(seed ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// A number below `limit`, at least 1.
    pub(crate) const fn below(&mut self, limit: u64) -> u64 {
        self.next() % if limit == 0 { 1 } else { limit }
    }
    /// One of a list, the first ones more often than the last.
    pub(crate) fn common<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let length = u64::try_from(list.len()).ok()?;
        let at = self.below(length).min(self.below(length));
        usize::try_from(at).ok().and_then(|at| list.get(at).copied())
    }
    /// One of a list, each as often.
    pub(crate) fn any<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        let at = self.below(u64::try_from(list.len()).ok()?);
        usize::try_from(at).ok().and_then(|at| list.get(at).copied())
    }
}

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
    places: HashMap<u64, Place>,
    personas: Vec<NamedPersona>,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    Made(u32),
    Persona(u16),
}

impl Population {
    /// Makes `count` persons from a seed, beside the named ones that are always there.
    pub fn generate(count: u32, seed: u64) -> Self {
        let named = personas();
        let mut places = HashMap::with_capacity(usize::try_from(count).unwrap_or(0) + named.len());
        for (at, persona) in named.iter().enumerate() {
            let place = Place::Persona(u16::try_from(at).unwrap_or(u16::MAX));
            places.insert(persona.number(), place);
        }
        for place in 0..count {
            let mut dice = Dice::new(seed, u64::from(place));
            let birth = born(&mut dice);
            let first = dice.next();
            // A counter already taken on that day: the next one is.
            let free = (0..999)
                .map(|step| number(birth, 1 + (first + step) % 998))
                .find(|number| !places.contains_key(number));
            if let Some(number) = free {
                places.insert(number, Place::Made(place));
            }
        }
        Self { seed, places, personas: named }
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
        let mut dice = Dice::new(self.seed, u64::from(place));
        let birth = born(&mut dice);
        let _counter = dice.next();
        let kind = match dice.below(1000) {
            0..20 => Kind::Deceased,
            20..35 => Kind::StruckOff,
            35..45 => Kind::NoLongerManaged,
            45..55 => Kind::Cancelled,
            55..60 => Kind::NotInscribed,
            60..65 => Kind::NotAllowed,
            65..80 => Kind::Incomplete,
            80..90 => Kind::ReplacedBy(self.somebody(place)),
            _ => Kind::Plain,
        };
        let register = if dice.below(10) < 7 {
            RegisterName::NationalRegister
        } else {
            RegisterName::BisRegister
        };
        Person::derive(number, birth, kind, register, &mut dice)
    }

    /// A number that a replaced one points to: that of a named person, who is always there.
    fn somebody(&self, place: u32) -> u64 {
        let at = usize::try_from(place).unwrap_or(0) % self.personas.len().max(1);
        self.personas.get(at).map_or(0, NamedPersona::number)
    }
}

fn born(dice: &mut Dice) -> Birth {
    let year = 1925 + dice.below(98);
    let month = 1 + dice.below(12);
    let day = 1 + dice.below(28);
    Birth {
        year: u16::try_from(year).unwrap_or(1970),
        month: u8::try_from(month).unwrap_or(1),
        day: u8::try_from(day).unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use loket_domain::Ssin;
    use loket_domain::ssin::Synthetic;

    use super::*;

    #[test]
    fn every_number_is_valid_synthetic_and_found() {
        let population = Population::generate(20_000, 7);
        assert!(population.len() >= 20_000);
        for number in population.numbers() {
            let ssin = Ssin::parse(&format!("{number:011}"), Synthetic::Accepted).unwrap();
            assert!(ssin.is_synthetic());
        }
        for number in population.numbers().take(500) {
            assert_eq!(population.find(number).unwrap().number, number);
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_people_and_every_kind() {
        let (one, two) = (Population::generate(20_000, 7), Population::generate(20_000, 7));
        let mut kinds = std::collections::BTreeSet::new();
        let (mut after_2000, mut nameless, mut incomplete, mut bis) = (0, 0, 0, 0);
        for number in one.numbers() {
            let person = one.find(number).unwrap();
            assert_eq!(Some(&person), two.find(number).as_ref());
            kinds.insert(person.kind.code());
            after_2000 += u32::from(person.birth_date.starts_with("20"));
            nameless += u32::from(person.given_names.is_empty());
            incomplete += u32::from(person.birth_date.ends_with("-00"));
            bis += u32::from(person.register == RegisterName::BisRegister);
        }
        assert_eq!(kinds.len(), 9);
        assert!(after_2000 > 1000 && nameless > 50 && incomplete > 50 && bis > 3000);
        assert_ne!(
            Population::generate(100, 8).numbers().collect::<std::collections::BTreeSet<_>>(),
            Population::generate(100, 7).numbers().collect::<std::collections::BTreeSet<_>>()
        );
    }
}
