//! How fast one core checks a whole log: every entry, every tile, up to the root. The aim is 500,000
//! leaves a second. Also what an event costs to make: commitments, token, sealed part, leaf.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::Write as _;

use loket_tlog::{
    EventId, IndexKey, IndexSecret, Leaf, LeafHead, MonthSecret, Slot, SlotValue, TileAddress,
    TileEdge, TileKind, TileSource, TokenKind, check_whole, encode_entries, encode_tile,
};

const LEAVES: u64 = 1_000_000;
const EVENTS: u64 = 50_000;

struct InMemory(HashMap<TileAddress, Vec<u8>>);

impl TileSource for InMemory {
    type Error = ();
    fn read(&self, address: TileAddress) -> Result<Vec<u8>, ()> {
        self.0.get(&address).cloned().ok_or(())
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures with the clock")]
fn seconds(work: impl FnOnce()) -> f64 {
    let start = std::time::Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn event(number: u64) -> Option<EventId> {
    let mut id = [0; 16];
    id.get_mut(..8)?.copy_from_slice(&number.to_be_bytes());
    (id[6], id[8], id[14], id[15]) = (0x70, 0x80, id[6], id[7]);
    EventId::new(id).ok()
}

fn make(number: u64, month: &MonthSecret, index: &[IndexKey; 3]) -> Option<(Vec<u8>, Vec<u8>)> {
    let event = event(number)?;
    let values = [
        (Slot::Actor, "7f1d5a0e-officer"),
        (Slot::Session, "0199d4e5-a1b2-7c3d-8e4f-5a6b7c8d9e0f"),
        (Slot::Organisation, "0200000142"),
        (Slot::Subject, "85073003328"),
        (Slot::Details, "{\"fields\":[\"names\",\"birth_date\"],\"page\":\"person\"}"),
    ]
    .map(|(slot, value)| SlotValue { slot, value: value.to_owned() });
    let secret = month.event(event);
    let tokens = index.each_ref().map(|key| key.token("85073003328"));
    let head = LeafHead {
        event,
        time: 1_764_374_400_000_000 + number,
        node: "node-a".parse().ok()?,
        kind: "person_shown".parse().ok()?,
        outcome: "done".parse().ok()?,
    };
    let leaf = Leaf::new(head, secret.commit(&values), tokens.to_vec()).ok()?.encode();
    let sealed = secret.seal(&leaf, &values).ok()?;
    Some((leaf, sealed))
}

fn published(leaf: &[u8]) -> Option<(InMemory, TileEdge)> {
    let mut files = HashMap::new();
    let mut edge = TileEdge::new();
    let mut bundle = Vec::new();
    for number in 0..LEAVES {
        let entry = [leaf, &number.to_be_bytes()].concat();
        for (address, hashes) in edge.append(loket_tlog::leaf_hash(&entry)).ok()? {
            files.insert(address, encode_tile(&hashes));
        }
        bundle.push(entry);
        if bundle.len() == 256 || number + 1 == LEAVES {
            let address = TileAddress::of(TileKind::Entries, number / 256, LEAVES)?;
            files.insert(address, encode_entries(&bundle).ok()?);
            bundle.clear();
        }
    }
    for (address, hashes) in edge.partial_tiles() {
        files.insert(address, encode_tile(hashes));
    }
    Some((InMemory(files), edge))
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    // The writer derives the keys of a year once, too.
    let (month, year) = (MonthSecret::from_bytes(&[1; 32]), IndexSecret::from_bytes(&[2; 32]));
    let kinds = [TokenKind::Person, TokenKind::Officer, TokenKind::Organisation];
    let index = kinds.map(|kind| year.key(kind));
    let made = seconds(|| {
        for number in 0..EVENTS {
            black_box(make(number, &month, &index));
        }
    });
    let failed = || std::io::Error::other("the log could not be made");
    let (leaf, sealed) = make(0, &month, &index).ok_or_else(failed)?;
    let (log, edge) = published(&leaf).ok_or_else(failed)?;
    let root = edge.root();
    let mut found = Vec::new();
    let checked = seconds(|| {
        found = check_whole(&log, LEAVES, &root, 0, &mut |_, entry| {
            black_box(entry);
        });
    });
    if !found.is_empty() {
        return Err(std::io::Error::other("the log is not whole"));
    }
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let (events, leaves) = (EVENTS as f64, LEAVES as f64);
    writeln!(out, "leaf {} bytes, sealed part {} bytes", leaf.len(), sealed.len())?;
    writeln!(out, "an event is made in {:.1} microseconds", made / events * 1e6)?;
    writeln!(out, "whole log: {:.0} leaves a second and core", leaves / checked)
}
