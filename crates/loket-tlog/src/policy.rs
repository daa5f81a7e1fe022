//! Whom to believe (C2SP `tlog-policy`): the keys of logs, the keys of witnesses, and which of the
//! witnesses must have cosigned.

use std::collections::HashSet;

use crate::checkpoint::{Checkpoint, CheckpointFault};
use crate::cosignature::WitnessKey;
use crate::key::VerifierKey;
use crate::note::{Note, NoteFault};

/// Most logs, witnesses and groups of a policy, each.
pub const MAX_OF_A_KIND: usize = 100;
const MAX_BYTES: usize = 1 << 18;

/// Why a policy cannot be read, with the number of the line, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// More than is read.
    #[error("the policy is too large")]
    TooLarge,
    /// A line of no known form.
    #[error("line {0}: not a log, witness, group or quorum")]
    Line(usize),
    /// No usable key.
    #[error("line {0}: the key cannot be used for this")]
    Key(usize),
    /// A name or a key that stands there already, or the name `none`.
    #[error("line {0}: a name or a key that stands there already, or that is not allowed")]
    Again(usize),
    /// A name that no line above defines, or that is a member elsewhere.
    #[error("line {0}: a name that is not defined above, or that is a member already")]
    Name(usize),
    /// The number of a group is not between 1 and the number of its members.
    #[error("line {0}: the number does not fit the members")]
    Threshold(usize),
    /// No quorum line.
    #[error("the policy has no quorum")]
    NoQuorum,
}

/// Why a checkpoint is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAccepted {
    /// No log of the policy has signed it.
    #[error("no log of the policy has signed the checkpoint")]
    Log,
    /// A line of a known log or witness is wrong, or the text is no checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointFault),
    /// Too few witnesses.
    #[error("the cosignatures of these witnesses are not a quorum: {}", names(.0))]
    Quorum(Vec<String>),
}

fn names(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl From<NoteFault> for NotAccepted {
    fn from(fault: NoteFault) -> Self {
        Self::Checkpoint(fault.into())
    }
}

/// A checkpoint that the policy accepts, and who stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The head of the log.
    pub checkpoint: Checkpoint,
    /// The witnesses that cosigned it, by their names in the policy, each with its time in seconds
    /// since 1970 UTC.
    pub witnesses: Vec<(String, u64)>,
}

/// A log of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLog {
    /// Its key; the name is the origin of its checkpoints.
    pub key: VerifierKey,
    /// Where it is found.
    pub url: Option<String>,
}

/// A witness of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyWitness {
    /// Name within the policy.
    pub name: String,
    /// Its key.
    pub key: WitnessKey,
    /// Where checkpoints are submitted.
    pub url: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Witness(usize),
    Group(usize),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    name: String,
    least: usize,
    members: Vec<Member>,
}

/// A policy. Without a quorum (`quorum none`) the signature of the log is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    logs: Vec<PolicyLog>,
    witnesses: Vec<PolicyWitness>,
    groups: Vec<Group>,
    quorum: Option<Member>,
}

impl Policy {
    /// Every one of these witnesses must have cosigned.
    pub fn all_of(logs: Vec<VerifierKey>, witnesses: Vec<WitnessKey>) -> Self {
        let members = (0..witnesses.len()).map(Member::Witness).collect();
        let all = Group { name: "all".to_owned(), least: witnesses.len(), members };
        let named =
            |key: WitnessKey| PolicyWitness { name: key.name().to_string(), key, url: None };
        Self {
            logs: logs.into_iter().map(|key| PolicyLog { key, url: None }).collect(),
            quorum: (!witnesses.is_empty()).then_some(Member::Group(0)),
            witnesses: witnesses.into_iter().map(named).collect(),
            groups: vec![all],
        }
    }

    /// Reads a policy file.
    pub fn parse(text: &str) -> Result<Self, PolicyFault> {
        if text.len() > MAX_BYTES {
            return Err(PolicyFault::TooLarge);
        }
        let mut reading = Reading::default();
        for (number, line) in (1..).zip(text.split('\n')) {
            if line.chars().any(|c| c.is_ascii_control() && c != '\t') {
                return Err(PolicyFault::Line(number));
            }
            let words: Vec<&str> =
                line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            match words.as_slice() {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                ["log", key, url @ ..] if url.len() <= 1 => reading.log(number, key, url)?,
                ["witness", name, key, url @ ..] if url.len() <= 1 => {
                    reading.witness(number, name, key, url)?;
                }
                ["group", name, least, members @ ..] if !members.is_empty() => {
                    reading.group(number, name, least, members)?;
                }
                ["quorum", name] => reading.quorum(number, name)?,
                _ => return Err(PolicyFault::Line(number)),
            }
        }
        if reading.quorum_seen { Ok(reading.policy) } else { Err(PolicyFault::NoQuorum) }
    }

    /// The logs.
    pub fn logs(&self) -> &[PolicyLog] {
        &self.logs
    }
    /// The witnesses.
    pub fn witnesses(&self) -> &[PolicyWitness] {
        &self.witnesses
    }

    /// Whether these witnesses, by their places in [`Policy::witnesses`], are enough.
    pub fn is_quorum(&self, cosigned: &[usize]) -> bool {
        self.quorum.is_none_or(|member| self.stands(member, cosigned))
    }

    // Groups refer to earlier ones only and each name is a member once, so that this ends soon.
    fn stands(&self, member: Member, cosigned: &[usize]) -> bool {
        match member {
            Member::Witness(place) => cosigned.contains(&place),
            Member::Group(place) => self.groups.get(place).is_some_and(|group| {
                let standing = group.members.iter().filter(|m| self.stands(**m, cosigned));
                standing.count() >= group.least
            }),
        }
    }

    /// Accepts a checkpoint that one of the logs has signed under its own origin and that a quorum
    /// of witnesses has cosigned. One wrong line of any known key spoils it.
    pub fn accept(&self, note: &Note) -> Result<Accepted, NotAccepted> {
        let mut checkpoint = None;
        for log in &self.logs {
            match Checkpoint::open(note, &log.key) {
                Ok(opened) => checkpoint = Some(opened),
                Err(CheckpointFault::Note(NoteFault::Unsigned)) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        let checkpoint = checkpoint.ok_or(NotAccepted::Log)?;
        let (mut places, mut witnesses) = (Vec::new(), Vec::new());
        for (place, witness) in self.witnesses.iter().enumerate() {
            if let Some(time) = witness.key.cosigned(note)? {
                places.push(place);
                witnesses.push((witness.name.clone(), time));
            }
        }
        if self.is_quorum(&places) {
            Ok(Accepted { checkpoint, witnesses })
        } else {
            Err(NotAccepted::Quorum(witnesses.into_iter().map(|(name, _)| name).collect()))
        }
    }
}

#[derive(Default)]
struct Reading {
    policy: Policy,
    members: HashSet<String>,
    quorum_seen: bool,
}

impl Reading {
    fn log(&mut self, line: usize, key: &str, url: &[&str]) -> Result<(), PolicyFault> {
        let key: VerifierKey = key.parse().map_err(|_| PolicyFault::Key(line))?;
        if self.policy.logs.iter().any(|log| log.key.as_bytes() == key.as_bytes()) {
            return Err(PolicyFault::Again(line));
        }
        let url = url.first().map(|url| (*url).to_owned());
        self.policy.logs.push(PolicyLog { key, url });
        fits(self.policy.logs.len())
    }

    fn witness(
        &mut self,
        line: usize,
        name: &str,
        key: &str,
        url: &[&str],
    ) -> Result<(), PolicyFault> {
        let key: WitnessKey = key.parse().map_err(|_| PolicyFault::Key(line))?;
        let known = self.policy.witnesses.iter().any(|w| w.key.as_bytes() == key.as_bytes());
        if known || self.taken(name) {
            return Err(PolicyFault::Again(line));
        }
        let url = url.first().map(|url| (*url).to_owned());
        self.policy.witnesses.push(PolicyWitness { name: name.to_owned(), key, url });
        fits(self.policy.witnesses.len())
    }

    fn group(
        &mut self,
        line: usize,
        name: &str,
        least: &str,
        names: &[&str],
    ) -> Result<(), PolicyFault> {
        if self.taken(name) {
            return Err(PolicyFault::Again(line));
        }
        let mut members = Vec::new();
        for member in names {
            let found = self.find(member).ok_or(PolicyFault::Name(line))?;
            if !self.members.insert((*member).to_owned()) {
                return Err(PolicyFault::Name(line));
            }
            members.push(found);
        }
        let least = match least {
            "all" => members.len(),
            "any" => 1,
            number => crate::checkpoint::decimal(number)
                .and_then(|number| usize::try_from(number).ok())
                .filter(|number| (1..=members.len()).contains(number))
                .ok_or(PolicyFault::Threshold(line))?,
        };
        self.policy.groups.push(Group { name: name.to_owned(), least, members });
        fits(self.policy.groups.len())
    }

    fn quorum(&mut self, line: usize, name: &str) -> Result<(), PolicyFault> {
        if self.quorum_seen {
            return Err(PolicyFault::Again(line));
        }
        self.quorum_seen = true;
        if name != "none" {
            self.policy.quorum = Some(self.find(name).ok_or(PolicyFault::Name(line))?);
        }
        Ok(())
    }

    fn taken(&self, name: &str) -> bool {
        name == "none" || self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<Member> {
        let witness = self.policy.witnesses.iter().position(|witness| witness.name == name);
        let group = || self.policy.groups.iter().position(|group| group.name == name);
        witness.map(Member::Witness).or_else(|| group().map(Member::Group))
    }
}

const fn fits(count: usize) -> Result<(), PolicyFault> {
    if count <= MAX_OF_A_KIND { Ok(()) } else { Err(PolicyFault::TooLarge) }
}
