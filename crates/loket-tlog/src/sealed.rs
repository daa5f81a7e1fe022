//! The readable part of an event, sealed beside its leaf with AES-256-GCM. It is no part of the
//! tree: it can be sealed anew with another algorithm while every proof stays valid. What it says
//! counts only as far as the commitments of the leaf confirm it, which opening checks: AES-GCM alone
//! would let one ciphertext have two meanings.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use zeroize::Zeroizing;

use crate::cbor::{CborFault, Reader, Writer};
use crate::hash::{Hash, leaf_hash};
use crate::leaf::{Commitment, Leaf, LeafFault, MAX_COMMITMENTS, NameFault, Slot};
use crate::pieces::{self, Piece};
use crate::secret::{EventSecret, SlotValue};

/// Most bytes of a sealed part, and of one value that is read. What is sealed has half of it at most, all values
/// together.
pub const MAX_SEALED_BYTES: usize = 1 << 20;

/// Each value is one text.
const FIRST_FORM: u8 = 1;
/// Identifiers in a value stand as bytes, which makes a sealed part a third shorter.
const SECOND_FORM: u8 = 2;
/// Words that events repeat stand by their numbers, nothing is said that the leaf says, and there is no nonce:
/// shorter by another two fifths.
const THIRD_FORM: u8 = 3;
/// Of a key that is used once.
const NO_NONCE: [u8; NONCE_LEN] = [0; NONCE_LEN];

/// What a sealed part of a form is for, to which it is bound.
const fn purpose(form: u8) -> Option<&'static [u8]> {
    match form {
        FIRST_FORM => Some(b"loket sealed part v1"),
        SECOND_FORM => Some(b"loket sealed part v2"),
        THIRD_FORM => Some(b"loket sealed part v3"),
        _ => None,
    }
}

/// Why a sealed part cannot be made or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealedFault {
    /// The leaf beside it is no leaf.
    #[error(transparent)]
    Leaf(#[from] LeafFault),
    /// Too long, or of an unknown form.
    #[error("the sealed part is not of a known form")]
    Form,
    /// Changed, of another event, or sealed with another key.
    #[error("the sealed part cannot be opened")]
    NotOpened,
    /// It opened to something else than slots and values.
    #[error("the sealed part does not hold slots and values")]
    Content,
    /// Slots and values are not those that the leaf commits to.
    #[error("the sealed part does not fit the commitments of the leaf")]
    Commitments,
    /// The cryptography failed to seal.
    #[error("the values could not be sealed")]
    NotSealed,
}

impl From<CborFault> for SealedFault {
    fn from(_: CborFault) -> Self {
        Self::Content
    }
}

impl From<NameFault> for SealedFault {
    fn from(_: NameFault) -> Self {
        Self::Content
    }
}

/// Bound to the sealed part: what it is for, and the leaf that it stands beside.
fn beside(leaf: &Hash, form: u8) -> Result<Aad<Vec<u8>>, SealedFault> {
    let purpose = purpose(form).ok_or(SealedFault::Form)?;
    Ok(Aad::from([purpose, &leaf.0].concat()))
}

impl EventSecret {
    fn cipher(&self, leaf: &Hash, form: u8) -> Result<LessSafeKey, SealedFault> {
        let key = match form {
            FIRST_FORM | SECOND_FORM => self.older_sealing_key(),
            _ => self.sealing_key(form, leaf),
        };
        let key = UnboundKey::new(&AES_256_GCM, &*key);
        key.map(LessSafeKey::new).map_err(|_| SealedFault::NotSealed)
    }

    /// Seals the values that the leaf commits to: form, ciphertext with tag. The key is used for this leaf and
    /// form alone, so that it needs no nonce: one event made twice with different values before it is committed
    /// has two leaves. Whoever seals a part anew takes another form.
    pub fn seal(&self, leaf: &[u8], values: &[SlotValue]) -> Result<Vec<u8>, SealedFault> {
        let length: usize = values.iter().map(|value| value.value.len()).sum();
        if length > MAX_SEALED_BYTES / 2 {
            return Err(SealedFault::Form);
        }
        // Never grows, so that no plaintext is left behind: a head takes less than the text that it stands for, but for
        // one of a value and of each end of a word.
        let mut plain = Writer::with_capacity(2 * length + 16 * values.len() + 64);
        plain.array(values.len());
        for SlotValue { value, .. } in values {
            match pieces::of(value).as_slice() {
                [piece] => write(&mut plain, *piece),
                pieces => {
                    plain.array(pieces.len());
                    for piece in pieces {
                        write(&mut plain, *piece);
                    }
                }
            }
        }
        let mut body = plain.into_bytes();
        let leaf = leaf_hash(leaf);
        self.cipher(&leaf, THIRD_FORM)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(NO_NONCE),
                beside(&leaf, THIRD_FORM)?,
                &mut body,
            )
            .map_err(|_| SealedFault::NotSealed)?;
        Ok([[THIRD_FORM].as_slice(), &body].concat())
    }

    /// Opens the sealed part beside a leaf and holds its values to the commitments.
    pub fn open(&self, leaf: &[u8], sealed: &[u8]) -> Result<Vec<SlotValue>, SealedFault> {
        let decoded = Leaf::decode(leaf)?;
        if sealed.len() > MAX_SEALED_BYTES {
            return Err(SealedFault::Form);
        }
        let (form, rest) = sealed.split_first().ok_or(SealedFault::Form)?;
        let (nonce, body) = match *form {
            THIRD_FORM => (&NO_NONCE, rest),
            _ => rest.split_first_chunk::<NONCE_LEN>().ok_or(SealedFault::Form)?,
        };
        let leaf = leaf_hash(leaf);
        let beside = beside(&leaf, *form)?;
        let mut body = Zeroizing::new(body.to_vec());
        let plain = self
            .cipher(&leaf, *form)?
            .open_in_place(Nonce::assume_unique_for_key(*nonce), beside, &mut body)
            .map_err(|_| SealedFault::NotOpened)?;
        let values = match *form {
            THIRD_FORM => read(plain, decoded.commitments())?,
            _ => read_with_slots(plain)?,
        };
        if self.commit(&values) == decoded.commitments() {
            Ok(values)
        } else {
            Err(SealedFault::Commitments)
        }
    }
}

fn write(plain: &mut Writer, piece: Piece<'_>) {
    match piece {
        Piece::Text(text) => plain.text(text),
        Piece::Id(id) => plain.bytes(&id),
        Piece::Word(number) => plain.unsigned(number),
    }
}

/// The values of the third form: one for each commitment, of one piece or an array of them.
fn read(plain: &[u8], commitments: &[(Slot, Commitment)]) -> Result<Vec<SlotValue>, SealedFault> {
    let mut from = Reader::new(plain);
    if from.array(MAX_COMMITMENTS)? != commitments.len() {
        return Err(SealedFault::Content);
    }
    let mut values = Vec::with_capacity(commitments.len());
    for (slot, _) in commitments {
        let pieces = if from.comes_array() { from.array(MAX_SEALED_BYTES)? } else { 1 };
        values.push(SlotValue { slot: *slot, value: value(&mut from, pieces)? });
    }
    from.end()?;
    Ok(values)
}

/// The values of the older forms, each behind its slot. One text is one piece.
fn read_with_slots(plain: &[u8]) -> Result<Vec<SlotValue>, SealedFault> {
    let mut from = Reader::new(plain);
    let mut values = Vec::new();
    for _ in 0..from.array(MAX_COMMITMENTS)? {
        let pieces = from.array(MAX_SEALED_BYTES)?.checked_sub(1).ok_or(SealedFault::Content)?;
        let slot = Slot::try_from(from.unsigned()?)?;
        values.push(SlotValue { slot, value: value(&mut from, pieces)? });
    }
    from.end()?;
    Ok(values)
}

/// A value of so many pieces.
fn value(from: &mut Reader<'_>, count: usize) -> Result<String, SealedFault> {
    let mut pieces = Vec::new();
    for _ in 0..count {
        pieces.push(if from.comes_bytes() {
            Piece::Id(from.fixed()?)
        } else if from.comes_unsigned() {
            Piece::Word(from.unsigned()?)
        } else {
            Piece::Text(from.text(MAX_SEALED_BYTES)?)
        });
    }
    pieces::joined(&pieces, MAX_SEALED_BYTES).ok_or(SealedFault::Content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf::{EventId, LeafHead};
    use crate::secret::MonthSecret;

    fn secret_of(month: u8, event: u8) -> EventSecret {
        MonthSecret::from_bytes(&[month; 32]).event(id(event))
    }

    fn id(number: u8) -> EventId {
        let mut id = [number; 16];
        (id[6], id[8]) = (0x70, 0x80);
        EventId::new(id).unwrap()
    }

    fn values() -> Vec<SlotValue> {
        [(Slot::Actor, "officer-7"), (Slot::Subject, "85073003328"), (Slot::Details, "{}")]
            .map(|(slot, value)| SlotValue { slot, value: value.to_owned() })
            .to_vec()
    }

    fn leaf(secret: &EventSecret, values: &[SlotValue]) -> Vec<u8> {
        let head = LeafHead {
            event: id(1),
            time: 1_764_374_400_123_456,
            node: "node-a".parse().unwrap(),
            kind: "person_shown".parse().unwrap(),
            outcome: "done".parse().unwrap(),
        };
        Leaf::new(head, secret.commit(values), Vec::new()).unwrap().encode()
    }

    #[test]
    fn a_sealed_part_opens_beside_its_leaf_only() {
        let secret = secret_of(1, 1);
        let leaf = leaf(&secret, &values());
        let sealed = secret.seal(&leaf, &values()).unwrap();
        assert!(secret.open(&leaf, &sealed).unwrap() == values());
        assert!(!sealed.windows(11).any(|window| window == b"85073003328"));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(secret.open(&leaf, &changed).is_err(), "byte {place}");
            assert!(secret.open(&leaf, &sealed[..place]).is_err(), "cut at {place}");
        }
        let of_another_month = secret_of(2, 1);
        assert_eq!(of_another_month.open(&leaf, &sealed).unwrap_err(), SealedFault::NotOpened);
        let elsewhere = secret_of(1, 2);
        assert_eq!(elsewhere.open(&leaf, &sealed).unwrap_err(), SealedFault::NotOpened);
    }

    /// As parts were written until 2026-11: each value behind its slot.
    fn sealed_before(
        secret: &EventSecret,
        leaf: &[u8],
        form: u8,
        values: &[Vec<Piece<'_>>],
    ) -> Vec<u8> {
        let mut plain = Writer::default();
        plain.array(values.len());
        for ((slot, _), pieces) in Leaf::decode(leaf).unwrap().commitments().iter().zip(values) {
            plain.array(1 + pieces.len());
            plain.unsigned(slot.number().into());
            for piece in pieces {
                write(&mut plain, *piece);
            }
        }
        let (mut body, nonce) = (plain.into_bytes(), [4; 12]);
        let bound = format!("loket sealed part v{form}");
        let bound = Aad::from([bound.as_bytes(), &leaf_hash(leaf).0].concat());
        let cipher = secret.cipher(&leaf_hash(leaf), form).unwrap();
        let nonce_once = Nonce::assume_unique_for_key(nonce);
        cipher.seal_in_place_append_tag(nonce_once, bound, &mut body).unwrap();
        [[form].as_slice(), &nonce, &body].concat()
    }

    #[test]
    fn identifiers_and_words_are_short_and_older_forms_are_still_read() {
        let id = "0199d4e5-a1b2-7c3d-8e4f-5a6b7c8d9e0f";
        let staff = format!("staff {id}");
        let values: Vec<_> = [
            (Slot::Actor, staff.clone()),
            (Slot::Object, id.to_owned()),
            (Slot::Details, String::new()),
        ]
        .map(|(slot, value)| SlotValue { slot, value })
        .to_vec();
        let secret = secret_of(1, 1);
        let leaf = leaf(&secret, &values);
        let sealed = secret.seal(&leaf, &values).unwrap();
        assert_eq!(sealed.len(), 1 + (1 + (1 + 1 + 17) + 17 + 1) + 16);
        assert!(secret.open(&leaf, &sealed).unwrap() == values);

        let whole = [vec![Piece::Text(&staff)], vec![Piece::Text(id)], vec![Piece::Text("")]];
        let bytes = Piece::Id(0x0199_d4e5_a1b2_7c3d_8e4f_5a6b_7c8d_9e0f_u128.to_be_bytes());
        let in_pieces = [vec![Piece::Text("staff "), bytes], vec![bytes], vec![]];
        for (form, pieces) in [(1, &whole), (2, &in_pieces)] {
            let before = sealed_before(&secret, &leaf, form, pieces);
            assert!(secret.open(&leaf, &before).unwrap() == values, "form {form}");
            for other in [1, 2, 3, 4].into_iter().filter(|other| *other != form) {
                let renamed = [&[other], &before[1..]].concat();
                assert!(secret.open(&leaf, &renamed).is_err(), "form {form} as {other}");
            }
        }
    }

    #[test]
    fn a_part_with_more_or_fewer_values_than_commitments_is_refused() {
        let secret = secret_of(1, 1);
        let of = |committed: &[SlotValue]| {
            let leaf = leaf(&secret, committed);
            let sealed = secret.seal(&leaf, &values()).unwrap();
            secret.open(&leaf, &sealed).map(|values| values.len())
        };
        assert_eq!(of(&values()), Ok(3));
        assert_eq!(of(&values()[..2]), Err(SealedFault::Content));
        let more = [values(), vec![SlotValue { slot: Slot::Client, value: "web".to_owned() }]];
        assert_eq!(of(&more.concat()), Err(SealedFault::Content));
    }

    #[test]
    fn values_longer_than_a_part_may_be_are_not_sealed() {
        let secret = secret_of(1, 1);
        let of = |length: usize| {
            let values = [SlotValue { slot: Slot::Details, value: "\u{e9}".repeat(length / 2) }];
            let leaf = leaf(&secret, &values);
            let sealed = secret.seal(&leaf, &values)?;
            secret.open(&leaf, &sealed).map(|values| values[0].value.len())
        };
        assert_eq!(of(MAX_SEALED_BYTES / 2), Ok(MAX_SEALED_BYTES / 2));
        assert_eq!(of(MAX_SEALED_BYTES / 2 + 2), Err(SealedFault::Form));
    }

    #[test]
    fn values_that_the_leaf_does_not_commit_to_are_found() {
        let secret = secret_of(1, 1);
        let leaf = leaf(&secret, &values());
        let mut lie = values();
        "officer-8".clone_into(&mut lie[0].value);
        let sealed = secret.seal(&leaf, &lie).unwrap();
        assert_eq!(secret.open(&leaf, &sealed).unwrap_err(), SealedFault::Commitments);
    }

    #[test]
    fn values_do_not_print() {
        assert_eq!(format!("{:?}", values()[0]), "SlotValue(actor, ***)");
    }
}
