//! The table of the audit log: its signer, and who outside attests what it signs.

use std::collections::HashSet;
use std::path::PathBuf;

use loket_tlog::WitnessKey;
use serde::Deserialize;
use url::Url;

use super::sections::check_address;

/// Most witnesses; a checkpoint has room for their lines.
const MOST_WITNESSES: usize = 20;

/// The signer of the audit log. Both files stand outside the database, and no restore of it may bring
/// an older state back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// File with the seed of its key: 64 hexadecimal digits, readable by its owner only; made at the
    /// first start.
    pub key_file: PathBuf,
    /// File in which it keeps what it signed last; made at the first start.
    pub state_file: PathBuf,
    /// Who cosigns heads of the log.
    pub witnesses: Vec<Witness>,
    /// How many of them must have; by default all.
    pub quorum: Option<usize>,
    /// Who states, every hour, when a head was there.
    pub time_stamps: Option<TimeStamps>,
    /// Two people, by name, who approve for all times that what is older than ten years is purged every
    /// month; without them each purge is approved at the command line.
    pub purge_approved_by: Option<[String; 2]>,
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            key_file: PathBuf::from("loket.audit.key"),
            state_file: PathBuf::from("loket.audit.state"),
            witnesses: Vec::new(),
            quorum: None,
            time_stamps: None,
            purge_approved_by: None,
        }
    }
}

/// A witness (C2SP `tlog-witness`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Witness {
    /// Its submission prefix: `https:`, or `http:` on loopback. `/add-checkpoint` comes behind it.
    pub url: Url,
    /// Its verifier key (vkey), which `loket audit witness` prints.
    pub key: String,
}

/// An authority for time-stamps (RFC 3161).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeStamps {
    /// Where it is asked. Plain `http:` will do: only a hash is told, and the answer is signed.
    pub url: Url,
    /// Certificates under which its answers are believed, PEM; former ones stay for former answers.
    pub ca_file: PathBuf,
    /// After so many hours without a time-stamp nobody's command but signing out is taken until there is one.
    #[serde(default = "stop_after_hours")]
    pub stop_after_hours: u32,
}

/// The alarm comes after four hours; this leaves as long to do something about it.
const fn stop_after_hours() -> u32 {
    8
}

impl Audit {
    /// The quorum.
    pub fn quorum(&self) -> usize {
        self.quorum.unwrap_or(self.witnesses.len())
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.witnesses.len() > MOST_WITNESSES {
            return Err(format!("audit.witnesses: {MOST_WITNESSES} at most"));
        }
        let mut names = HashSet::new();
        for witness in &self.witnesses {
            check_address("audit.witnesses.url", witness.url.as_str())?;
            let key = witness.key();
            let key = key.map_err(|fault| format!("audit.witnesses.key: {fault}"))?;
            if !names.insert(key.name().to_string()) {
                return Err(format!("audit.witnesses: {} stands there twice", key.name()));
            }
        }
        let (quorum, most) = (self.quorum(), self.witnesses.len());
        if quorum > most || (quorum == 0 && most > 0) {
            return Err(format!("audit.quorum: 1 to {most}, as many as there are witnesses"));
        }
        if let Some([one, other]) = &self.purge_approved_by
            && (one.trim().len() < 2 || other.trim().len() < 2 || one.trim() == other.trim())
        {
            return Err("audit.purge_approved_by: the names of two people".to_owned());
        }
        let Some(stamps) = &self.time_stamps else { return Ok(()) };
        if !matches!(stamps.url.scheme(), "https" | "http") {
            return Err("audit.time_stamps.url: must be https: or http:".to_owned());
        }
        if !(4..=720).contains(&stamps.stop_after_hours) {
            return Err("audit.time_stamps.stop_after_hours: 4 to 720 hours".to_owned());
        }
        Ok(())
    }
}

impl Witness {
    /// Its key.
    pub fn key(&self) -> Result<WitnessKey, loket_tlog::KeyFault> {
        self.key.parse()
    }
}

#[cfg(test)]
mod tests {
    use loket_tlog::WitnessSigner;

    use super::*;

    fn key(number: u8) -> String {
        let name = format!("witness.example/{number}").parse().unwrap();
        WitnessSigner::from_seed(name, &[number; 32]).unwrap().public().to_string()
    }

    fn checked(text: &str) -> Result<(), String> {
        let read: Audit = toml::from_str(text).map_err(|fault| fault.to_string())?;
        read.check()
    }

    fn two(url: &str, quorum: &str) -> String {
        let (a, b) = (key(1), key(2));
        format!(
            "{quorum}\n[[witnesses]]\nurl = \"{url}\"\nkey = \"{a}\"\n
             [[witnesses]]\nurl = \"http://127.0.0.1:1\"\nkey = \"{b}\"\n"
        )
    }

    #[test]
    fn witnesses_are_told_apart_and_their_quorum_fits_them() {
        let good = "https://witness.example/loket";
        for quorum in ["", "quorum = 1", "quorum = 2"] {
            assert_eq!(checked(&two(good, quorum)), Ok(()), "{quorum}");
        }
        assert_eq!(checked(""), Ok(()));
        for (text, said) in [
            (two(good, "quorum = 0"), "audit.quorum"),
            (two(good, "quorum = 3"), "audit.quorum"),
            ("quorum = 1".to_owned(), "audit.quorum"),
            (two("http://witness.example", ""), "audit.witnesses.url"),
            (two(good, "").replace(&key(2), &key(1)), "twice"),
            (two(good, "").replace(&key(1), "key"), "audit.witnesses.key"),
        ] {
            let fault = checked(&text).unwrap_err();
            assert!(fault.contains(said), "{text}: {fault}");
        }
    }

    #[test]
    fn an_authority_may_answer_over_plain_http() {
        let with =
            |url: &str| checked(&format!("[time_stamps]\nurl = \"{url}\"\nca_file = \"tsa.pem\""));
        assert_eq!(with("http://tsa.example/tsr"), Ok(()));
        for (hours, good) in [(3, false), (4, true), (720, true), (721, false)] {
            let text = format!(
                "[time_stamps]\nurl = \"https://tsa.example\"\nca_file = \"a\"\nstop_after_hours = {hours}"
            );
            assert_eq!(checked(&text).is_ok(), good, "{hours}");
        }
        assert_eq!(with("https://tsa.example/tsr"), Ok(()));
        assert!(with("ftp://tsa.example/tsr").is_err());
    }
}
