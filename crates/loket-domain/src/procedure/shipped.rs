//! The procedures that come with Loket, in all versions that were ever shipped: a past visit is
//! read with the version by which it was made.

use super::{Procedure, ProcedureFault};
use crate::time::Day;

/// The files, read into the program when it is built.
const FILES: &[(&str, &str)] = &[
    (
        "belgian-card-without-certificates@1",
        include_str!("../../../../procedures/belgian-card-without-certificates@1.toml"),
    ),
    ("foreign-document@1", include_str!("../../../../procedures/foreign-document@1.toml")),
    (
        "paper-residence-document@1",
        include_str!("../../../../procedures/paper-residence-document@1.toml"),
    ),
    ("video@1", include_str!("../../../../procedures/video@1.toml")),
];

/// A set of procedures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedures(Vec<Procedure>);

impl Procedures {
    /// The shipped ones. A fault names the file before the place in it.
    pub fn shipped() -> Result<Self, ProcedureFault> {
        let read = |(file, text): &(&str, &str)| {
            Procedure::parse(text).map_err(|fault| ProcedureFault {
                path: format!("{file}.toml: {}", fault.path),
                what: fault.what,
            })
        };
        FILES.iter().map(read).collect::<Result<Vec<_>, _>>().map(Self)
    }
    /// The procedures that are offered to everybody on that day: enabled, in effect, and of each the
    /// newest version in effect (SEED-16).
    pub fn in_force(&self, day: Day) -> Vec<&Procedure> {
        self.offered(day, &[])
    }
    /// The procedures that are offered to an organisation on that day: those for everybody, and those
    /// that the operator allowed it by name.
    pub fn offered(&self, day: Day, allowed: &[String]) -> Vec<&Procedure> {
        let may = |procedure: &Procedure| {
            procedure.enabled || allowed.iter().any(|name| name == procedure.id.as_str())
        };
        self.0.iter().filter(|procedure| self.newest_on(procedure, day) && may(procedure)).collect()
    }
    /// One procedure in one version, also when it is no longer in force.
    pub fn get(&self, id: &str, version: u32) -> Option<&Procedure> {
        self.0.iter().find(|p| p.id.as_str() == id && p.version == version)
    }
    /// All of them, disabled ones included.
    pub fn all(&self) -> &[Procedure] {
        &self.0
    }

    fn newest_on(&self, procedure: &Procedure, day: Day) -> bool {
        let newer = |other: &Procedure| {
            other.id == procedure.id
                && other.version > procedure.version
                && other.is_in_effect_on(day)
        };
        procedure.is_in_effect_on(day) && !self.0.iter().any(newer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_holds_what_its_name_says_and_none_is_forgotten() {
        let procedures = Procedures::shipped().unwrap();
        for ((file, _), procedure) in FILES.iter().zip(procedures.all()) {
            assert_eq!(procedure.label(), *file);
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../procedures");
        let on_disk = std::fs::read_dir(folder)
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().path().extension() == Some("toml".as_ref()))
            .count();
        assert_eq!(on_disk, FILES.len());
    }

    #[test]
    fn the_newest_version_in_effect_is_in_force() {
        let mut procedures = Procedures::shipped().unwrap();
        let first = procedures.get("foreign-document", 1).unwrap().clone();
        let second =
            Procedure { version: 2, effective_from: Day::new(2026, 11, 24).unwrap(), ..first };
        procedures.0.push(second);
        let version_on = |day: &str| {
            let day = Day::parse(day).unwrap();
            let found = procedures.in_force(day);
            let found: Vec<_> =
                found.iter().filter(|p| p.id.as_str() == "foreign-document").collect();
            assert!(found.len() <= 1);
            found.first().map(|p| p.version)
        };
        assert_eq!(version_on("2026-11-23"), Some(1));
        assert_eq!(version_on("2026-11-24"), Some(2));
        assert_eq!(version_on("1999-01-01"), None);
        assert!(procedures.get("foreign-document", 1).is_some(), "kept for past visits");
    }
}
