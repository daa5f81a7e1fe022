use proptest::prelude::*;

use super::*;
use crate::secret::{IndexSecret, MonthSecret, SlotValue};

const EVENT: &str = "0199d4e5a1b27c3d8e4f5a6b7c8d9e0f";
// Made by a few lines of Python with hmac and hashlib, from the text of docs/audit-format.md.
const EXAMPLE: &str = "a9010102500199d4e5a1b27c3d8e4f5a6b7c8d9e0f031b000644b06d5ec24004666e6f64652d\
    61056c706572736f6e5f73686f776e0664646f6e65071a0003170f08828201582037ea2d7b5812c3ed5a98854378\
    47b7b8b411fde1553897bd8f44f7e4902c5d2d82045820303e6a922f93171fd5ccfce322141b6bf5c1e6ca17c0a4\
    9ddca6ac6301f962d909818201500f069834c94a1a5ba73ddfc105400771";
const EXAMPLE_HASH: &str = "ac2a73383e02561bdf7d58ef95a8676bf389d11731cef00a5cb6154a23831a31";

fn event() -> EventId {
    EventId::new(hex::decode(EVENT).unwrap().try_into().unwrap()).unwrap()
}

fn head() -> LeafHead {
    LeafHead {
        event: event(),
        time: 1_764_374_400_123_456,
        node: "node-a".parse().unwrap(),
        kind: "person_shown".parse().unwrap(),
        outcome: "done".parse().unwrap(),
    }
}

fn month() -> MonthSecret {
    MonthSecret::from_bytes(&std::array::from_fn(|place| u8::try_from(place).unwrap()))
}

fn value(slot: Slot, value: &str) -> SlotValue {
    SlotValue { slot, value: value.to_owned() }
}

fn example() -> Leaf {
    let values = [value(Slot::Actor, "officer-7"), value(Slot::Subject, "85073003328")];
    let token = IndexSecret::from_bytes(&[9; 32]).key(TokenKind::Person).token("85073003328");
    Leaf::new(head(), month().event(event()).commit(&values), vec![token]).unwrap()
}

#[test]
fn the_documented_example_is_made_to_the_byte() {
    let bytes = example().encode();
    assert_eq!(hex::encode(&bytes), EXAMPLE);
    assert_eq!(hex::encode(example().hash().0), EXAMPLE_HASH);
    assert_eq!(Leaf::decode(&bytes), Ok(example()));
    assert_eq!(example().epoch().to_string(), "2025-11");
    assert_eq!(event().to_string(), "0199d4e5-a1b2-7c3d-8e4f-5a6b7c8d9e0f");
}

#[test]
fn salts_and_keys_are_derived_as_documented() {
    let secret = month().event(event());
    let hex = |bytes: &[u8; 32]| hex::encode(bytes);
    assert_eq!(
        hex(secret.expose()),
        "2a890b53acc2deb693ec0b22865d563b80d6cbd1dc163244a0e6980e81f44d26"
    );
    assert_eq!(
        hex(secret.salt(Slot::Subject, 1).expose()),
        "d0ad0be288035cb212ac5cc6770d23fae6acee1e9524849d4528c645e8e7e9f5"
    );
    assert_eq!(
        hex(&secret.sealing_key(3, &example().hash())),
        "8dae9f44df1ca76669471408268614f673cf5c1cdbd7331de232349d84694be2"
    );
    assert_eq!(
        hex(&secret.older_sealing_key()),
        "98e12dce2b7feb8186fb4543ce95022065eddb04fabfe82db23641c53cbf2584"
    );
}

#[test]
fn the_documented_sealed_part_is_made_and_opened_to_the_byte() {
    let values = [value(Slot::Actor, "officer-7"), value(Slot::Subject, "85073003328")];
    let (secret, leaf) = (month().event(event()), example().encode());
    let sealed = secret.seal(&leaf, &values).unwrap();
    assert_eq!(
        hex::encode(&sealed),
        "03f78e22380ed908b1b337fee4e54f04a71ccdaf16f6956418aa627ca1f3b40d14857118"
    );
    assert!(secret.open(&leaf, &sealed).unwrap() == values);
}

#[test]
fn two_equal_subjects_have_different_commitments_and_each_opens_alone() {
    let secret = month().event(event());
    let twice = [value(Slot::Subject, "85073003328"), value(Slot::Subject, "85073003328")];
    let leaf = Leaf::new(head(), secret.commit(&twice), Vec::new()).unwrap();
    let [first, second] = leaf.commitments() else { panic!("two subjects") };
    assert_ne!(first, second);
    assert_eq!(
        hex::encode(second.1.0),
        "54d6b5a0457ebff3bf7e788c388b3cb66b844641cb425b7360f8245051016d74"
    );
    let mut openings = secret.openings(&twice);
    assert!(openings.iter().all(|opening| opening.opens(&leaf)));
    assert!(!openings[0].opens(&example_without_subject()));
    "85073003329".clone_into(&mut openings[0].value);
    assert!(!openings[0].opens(&leaf), "another value");
    let mut moved = openings[1].clone();
    moved.slot = Slot::Object;
    assert!(!moved.opens(&leaf), "another slot");
}

fn example_without_subject() -> Leaf {
    let values = [value(Slot::Actor, "officer-7")];
    Leaf::new(head(), month().event(event()).commit(&values), Vec::new()).unwrap()
}

#[test]
fn a_changed_byte_is_refused_or_another_leaf() {
    let bytes = example().encode();
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << bit;
            if let Ok(leaf) = Leaf::decode(&changed) {
                assert_eq!(leaf.encode(), changed, "one form only");
                assert_ne!(leaf, example());
            }
        }
        assert!(Leaf::decode(&bytes[..place]).is_err(), "cut at {place}");
    }
    let longer = [bytes.as_slice(), &[0]].concat();
    assert_eq!(Leaf::decode(&longer), Err(LeafFault::Cbor(CborFault::LeftOver)));
    assert_eq!(Leaf::decode(&vec![0; MAX_LEAF_BYTES + 1]), Err(LeafFault::TooLarge));
}

fn patched(from: &str, to: &str) -> Result<Leaf, LeafFault> {
    let hex = hex::encode(example().encode());
    assert_eq!(hex.matches(from).count(), 1, "{from} stands there once");
    Leaf::decode(&hex::decode(hex.replacen(from, to, 1)).unwrap())
}

#[test]
fn other_layouts_are_refused() {
    assert_eq!(patched("a90101", "a80101"), Err(LeafFault::Fields), "a field less");
    assert_eq!(patched("a90101", "aa0101"), Err(LeafFault::Cbor(CborFault::TooLong)));
    assert_eq!(patched("a90101", "a90102"), Err(LeafFault::Version));
    assert_eq!(patched("a90101", "b9000901"), Err(LeafFault::Cbor(CborFault::NotShortest)));
    assert_eq!(patched("0664646f6e65", "0764646f6e65"), Err(LeafFault::Fields), "out of order");
    assert_eq!(patched("64646f6e65", "64446f6e65"), Err(LeafFault::Name(NameFault::Code)));
    assert_eq!(patched("64646f6e65", "60"), Err(LeafFault::Name(NameFault::Code)));
    assert_eq!(patched("7c3d8e4f", "4c3d8e4f"), Err(LeafFault::Name(NameFault::EventId)));
    assert_eq!(patched("1a0003170f", "1a00031710"), Err(LeafFault::Epoch), "December");
    assert_eq!(patched("1a0003170f", "1a00031711"), Err(LeafFault::Name(NameFault::Epoch)));
    assert_eq!(patched("82045820303e", "82005820303e"), Err(LeafFault::Name(NameFault::Slot)));
    assert_eq!(patched("82015820", "82075820"), Err(LeafFault::Order), "client before subject");
    assert_eq!(patched("81820150", "81820950"), Err(LeafFault::Name(NameFault::TokenKind)));
}

#[test]
fn a_slot_stands_once_and_tokens_are_a_set() {
    let commitment = |byte| Commitment([byte; 32]);
    let twice = vec![(Slot::Actor, commitment(1)), (Slot::Actor, commitment(2))];
    assert_eq!(Leaf::new(head(), twice, Vec::new()), Err(LeafFault::Order));
    let token = |byte| Token { kind: TokenKind::Person, bytes: [byte; 16] };
    let leaf = Leaf::new(head(), Vec::new(), vec![token(2), token(1), token(2)]).unwrap();
    assert_eq!(leaf.tokens(), [token(1), token(2)]);
    let many = (0..=32).map(token).collect();
    assert_eq!(Leaf::new(head(), Vec::new(), many), Err(LeafFault::Order));
}

#[test]
fn the_month_of_a_moment_is_that_of_the_calendar() {
    for (time, month) in [
        (0, "1970-01"),
        (951_782_399_999_999, "2000-02"),
        (951_868_800_000_000, "2000-03"),
        (1_709_251_199_999_999, "2024-02"),
        (1_709_251_200_000_000, "2024-03"),
        (1_798_761_599_999_999, "2026-12"),
        (1_798_761_600_000_000, "2027-01"),
        (253_402_300_799_999_999, "9999-12"),
    ] {
        assert_eq!(Epoch::of(time).unwrap().to_string(), month);
    }
    assert_eq!(Epoch::of(253_402_300_800_000_000), Err(NameFault::Epoch));
    assert_eq!(Epoch::of(u64::MAX), Err(NameFault::Epoch));
}

fn leaves() -> impl Strategy<Value = Leaf> {
    let slots = proptest::sample::subsequence(Slot::ALL.to_vec(), 0..=Slot::ALL.len());
    let tokens = proptest::collection::vec((1_u64..=5, any::<[u8; 16]>()), 0..6);
    let names = ("[!-~]{1,64}", "[a-z0-9_]{1,64}", "[a-z0-9_]{1,64}");
    let id = any::<[u8; 16]>().prop_map(|mut id| {
        id[6] = 0x70 | id[6] & 0x0f;
        id[8] = 0x80 | id[8] & 0x3f;
        EventId::new(id).unwrap()
    });
    (id, 0..=253_402_300_799_999_999_u64, names, slots, any::<[u8; 32]>(), tokens).prop_map(
        |(event, time, (node, kind, outcome), slots, commitment, tokens)| {
            let head = LeafHead {
                event,
                time,
                node: node.parse().unwrap(),
                kind: kind.parse().unwrap(),
                outcome: outcome.parse().unwrap(),
            };
            let commitments = slots.into_iter().map(|slot| (slot, Commitment(commitment)));
            let token = |(kind, bytes)| Token { kind: TokenKind::try_from(kind).unwrap(), bytes };
            Leaf::new(head, commitments.collect(), tokens.into_iter().map(token).collect()).unwrap()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_leaf_reads_back(leaf in leaves()) {
        let bytes = leaf.encode();
        prop_assert!(bytes.len() <= MAX_LEAF_BYTES);
        prop_assert_eq!(Leaf::decode(&bytes), Ok(leaf));
    }

    #[test]
    fn any_bytes_are_one_leaf_or_refused(leaf in leaves(), place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = leaf.encode();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        if let Ok(read) = Leaf::decode(&bytes) {
            prop_assert_eq!(read.encode(), bytes);
        }
    }
}
