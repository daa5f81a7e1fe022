//! Cosignatures (C2SP `tlog-cosignature`, the Ed25519 form): a witness says that, at a time, this
//! was the largest consistent head of the log that it had seen.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::key::{KeyFault, KeyName, PRIVATE, parts};
use crate::note::{Note, NoteFault, Signature};

const COSIGNATURE: u8 = 4;

/// What is signed: the text of the checkpoint under a header of two lines.
fn message(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// Public key of a witness. Prints and reads as a vkey of signature type 4.
#[derive(Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: KeyName,
    id: u32,
    key: VerifyingKey,
}

impl WitnessKey {
    fn new(name: KeyName, key: VerifyingKey) -> Result<Self, KeyFault> {
        if key.is_weak() {
            return Err(KeyFault::Key);
        }
        Ok(Self { id: name.id(COSIGNATURE, key.as_bytes()), name, key })
    }

    /// Name that the signature line carries.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }
    /// Key ID.
    pub const fn id(&self) -> u32 {
        self.id
    }
    /// The bare public key, by which two keys under different names are told to be the same.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    pub(crate) fn is_of(&self, signature: &Signature) -> bool {
        signature.id() == self.id && *signature.name() == self.name
    }

    /// Seconds since 1970 UTC at which this line was made, if it is right for this text.
    pub(crate) fn time_of(&self, text: &str, signature: &Signature) -> Option<u64> {
        let (time, signature) = signature.bytes().split_first_chunk::<8>()?;
        let time = u64::from_be_bytes(*time);
        let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
        let message = message(text, time);
        let right = i64::try_from(time).is_ok()
            && self.key.verify_strict(message.as_bytes(), &signature).is_ok();
        right.then_some(time)
    }

    /// When this witness cosigned the note, in seconds since 1970 UTC; none when it did not. A
    /// line of this witness that is wrong spoils the note. Of several the earliest time counts.
    pub fn cosigned(&self, note: &Note) -> Result<Option<u64>, NoteFault> {
        let mut earliest = None::<u64>;
        for signature in note.signatures().iter().filter(|signature| self.is_of(signature)) {
            let time = self.time_of(note.text(), signature).ok_or(NoteFault::Wrong)?;
            earliest = Some(earliest.map_or(time, |earlier| earlier.min(time)));
        }
        Ok(earliest)
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode([&[COSIGNATURE], self.key.as_bytes().as_slice()].concat());
        write!(f, "{}+{:08x}+{key}", self.name, self.id)
    }
}

impl fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WitnessKey({self})")
    }
}

impl FromStr for WitnessKey {
    type Err = KeyFault;
    fn from_str(text: &str) -> Result<Self, KeyFault> {
        let (name, id, bytes) = parts(text, COSIGNATURE)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyFault::Key)?;
        let key = Self::new(name, key)?;
        if key.id == id { Ok(key) } else { Err(KeyFault::Id) }
    }
}

/// Private key of a witness; wiped when dropped, masked in `Debug`. It signs for one name only,
/// since what it signs does not say its name.
pub struct WitnessSigner {
    public: WitnessKey,
    key: SigningKey,
}

impl WitnessSigner {
    /// A key from 32 random bytes that the caller has drawn.
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> Result<Self, KeyFault> {
        let key = SigningKey::from_bytes(seed);
        Ok(Self { public: WitnessKey::new(name, key.verifying_key())?, key })
    }

    /// The matching public key.
    pub const fn public(&self) -> &WitnessKey {
        &self.public
    }

    /// The one-line private key, for the file that keeps it.
    pub fn expose(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([COSIGNATURE; 33]);
        if let Some((_, seed)) = bytes.split_first_mut() {
            seed.copy_from_slice(self.key.as_bytes());
        }
        let key = Zeroizing::new(STANDARD.encode(*bytes));
        let (name, id) = (&self.public.name, self.public.id);
        Zeroizing::new(format!("{PRIVATE}{name}+{id:08x}+{}", *key))
    }

    /// The signature line over the text of a checkpoint, at a time in seconds since 1970 UTC. Only
    /// the witness calls it, after its checks.
    pub(crate) fn cosign(&self, text: &str, time: u64) -> Signature {
        let signature = self.key.sign(message(text, time).as_bytes()).to_bytes();
        let bytes = [time.to_be_bytes().as_slice(), &signature].concat();
        Signature::new(self.public.name.clone(), self.public.id, bytes)
    }
}

impl fmt::Debug for WitnessSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WitnessSigner({}, ***)", self.public.name)
    }
}

impl FromStr for WitnessSigner {
    type Err = KeyFault;
    fn from_str(text: &str) -> Result<Self, KeyFault> {
        let (name, id, seed) =
            parts(text.strip_prefix(PRIVATE).ok_or(KeyFault::Form)?, COSIGNATURE)?;
        let key = Self::from_seed(name, &Zeroizing::new(seed))?;
        if key.public.id == id { Ok(key) } else { Err(KeyFault::Id) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{SignerKey, VerifierKey};

    fn witness(seed: u8) -> WitnessSigner {
        WitnessSigner::from_seed("witness.example/w1".parse().unwrap(), &[seed; 32]).unwrap()
    }

    fn note_of_the_log() -> Note {
        let log = SignerKey::from_seed("example.com/log".parse().unwrap(), &[1; 32]).unwrap();
        let root = crate::hash::empty_root();
        let mut note = Note::new(format!("example.com/log\n0\n{root}\n")).unwrap();
        note.sign(&log);
        note
    }

    #[test]
    fn a_cosignature_tells_its_time_and_any_change_spoils_the_note() {
        let mut note = note_of_the_log();
        assert_eq!(witness(2).public().cosigned(&note), Ok(None));
        note.add(witness(2).cosign(note.text(), 1_679_315_147));
        let read = Note::parse(&note.to_string()).unwrap();
        assert_eq!(witness(2).public().cosigned(&read), Ok(Some(1_679_315_147)));
        assert_eq!(witness(3).public().cosigned(&read), Ok(None), "another key of that name");

        let line = read.signatures()[1].clone();
        for place in 0..line.bytes().len() {
            let mut bytes = line.bytes().to_vec();
            bytes[place] ^= 1;
            let mut changed = note_of_the_log();
            changed.add(Signature::new(line.name().clone(), line.id(), bytes));
            assert_eq!(witness(2).public().cosigned(&changed), Err(NoteFault::Wrong), "{place}");
        }
        let mut late = note_of_the_log();
        late.add(witness(2).cosign(late.text(), u64::MAX));
        assert_eq!(witness(2).public().cosigned(&late), Err(NoteFault::Wrong), "beyond 2^63");
    }

    #[test]
    fn keys_read_back_and_the_two_types_are_not_mixed() {
        let own = witness(2);
        assert_eq!(own.public().to_string().parse::<WitnessKey>().unwrap(), *own.public());
        let again: WitnessSigner = own.expose().parse().unwrap();
        assert_eq!(again.public(), own.public());
        assert_eq!(own.public().to_string().parse::<VerifierKey>().unwrap_err(), KeyFault::Key);
        let log = SignerKey::from_seed("example.com/log".parse().unwrap(), &[1; 32]).unwrap();
        let text = log.verifier().to_string();
        assert_eq!(text.parse::<WitnessKey>().unwrap_err(), KeyFault::Key);
        assert!(!format!("{own:?}").contains(&own.expose()[40..]));
    }
}
