//! Tiles and bundles against a naive tree, and every forged tile of trees around the widths.

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use loket_tlog::{
        AuthenticTiles, Hash, RightEdge, TileAddress, TileEdge, TileFault, TileKind, TileSource,
        check_whole, consistency_proof, decode_tile, encode_entries, encode_tile, inclusion_proof,
        leaf_hash, node_hash, verify_consistency, verify_inclusion,
    };
    use proptest::prelude::*;

    /// A published log: every file by its address, and which were read.
    #[derive(Clone)]
    struct Published {
        size: u64,
        root: Hash,
        leaves: Vec<Hash>,
        files: BTreeMap<String, Vec<u8>>,
        read: RefCell<Vec<String>>,
    }

    #[derive(Debug, PartialEq, Eq)]
    struct Missing;

    impl TileSource for Published {
        type Error = Missing;
        fn read(&self, address: TileAddress) -> Result<Vec<u8>, Missing> {
            self.read.borrow_mut().push(address.to_string());
            self.files.get(&address.to_string()).cloned().ok_or(Missing)
        }
    }

    fn entry(index: u64) -> Vec<u8> {
        format!("entry {index}").into_bytes()
    }

    /// Root of a full subtree, by the definition.
    fn naive(leaves: &[Hash]) -> Hash {
        if let [leaf] = leaves {
            return *leaf;
        }
        let (left, right) = leaves.split_at(leaves.len() / 2);
        node_hash(&naive(left), &naive(right))
    }

    /// Made by the definition of the specification, not by the code under test.
    fn published(size: u64) -> Published {
        let leaves: Vec<Hash> = (0..size).map(|index| leaf_hash(&entry(index))).collect();
        let mut edge = RightEdge::new();
        for leaf in &leaves {
            edge.append(*leaf).unwrap();
        }
        let mut files = BTreeMap::new();
        for address in TileAddress::grown(0, size) {
            let first = address.index() * 256;
            let places = first..first + u64::from(address.width());
            let bytes = match address.kind() {
                TileKind::Entries => {
                    encode_entries(&places.map(entry).collect::<Vec<_>>()).unwrap()
                }
                TileKind::Hashes(level) => {
                    let span = 256_usize.pow(level.into());
                    let of = |place| {
                        let at = usize::try_from(place).unwrap() * span;
                        naive(&leaves[at..at + span])
                    };
                    encode_tile(&places.map(of).collect::<Vec<_>>())
                }
            };
            files.insert(address.to_string(), bytes);
        }
        let root = edge.root();
        Published { size, root, leaves, files, read: RefCell::default() }
    }

    fn findings(log: &Published) -> Vec<TileFault<Missing>> {
        check_whole(log, log.size, &log.root, 0, &mut |_, _| {})
    }

    #[test]
    fn appending_gives_the_published_tiles() {
        for size in [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 66_000] {
            let log = published(size);
            let mut edge = TileEdge::new();
            let mut tiles = BTreeMap::new();
            for leaf in &log.leaves {
                for (address, hashes) in edge.append(*leaf).unwrap() {
                    assert!(tiles.insert(address.to_string(), encode_tile(&hashes)).is_none());
                }
            }
            for (address, hashes) in edge.partial_tiles() {
                tiles.insert(address.to_string(), encode_tile(hashes));
            }
            let mut wanted = log.files.clone();
            wanted.retain(|address, _| !address.starts_with("tile/entries/"));
            assert!(tiles == wanted, "size {size}");
            assert_eq!(edge.root(), log.root, "size {size}");
            let mut right = RightEdge::new();
            for leaf in &log.leaves {
                right.append(*leaf).unwrap();
            }
            assert_eq!(edge.edge(), right, "size {size}");
        }
    }

    #[test]
    fn growing_tiles_resume_with_the_widths_of_their_size_only() {
        let log = published(66_000);
        let width = |address: &str| u16::try_from(log.files[address].len() / 32).unwrap();
        let tile = |address: &str| decode_tile(&log.files[address], width(address)).unwrap();
        let levels = vec![tile("tile/0/257.p/208"), tile("tile/1/001.p/1"), tile("tile/2/000.p/1")];
        let mut resumed = TileEdge::resume(66_000, levels.clone()).unwrap();
        assert_eq!(resumed.root(), log.root);
        assert!(TileEdge::resume(66_001, levels.clone()).is_err());
        assert!(TileEdge::resume(66_000, levels[..2].to_vec()).is_err());
        let mut more = levels;
        more.push(vec![Hash([0; 32])]);
        assert!(TileEdge::resume(66_000, more).is_err());
        resumed.append(leaf_hash(&entry(66_000))).unwrap();
        assert_eq!(resumed.root(), published(66_001).root);
    }

    #[test]
    fn proofs_from_tiles_are_those_from_leaves() {
        for size in [1, 2, 255, 256, 257, 1030, 65_537] {
            let log = published(size);
            let mut tiles = AuthenticTiles::open(&log, size, &log.root).unwrap();
            for index in [0, 1, 254, 255, 256, 700, 1029, 65_535, 65_536] {
                let Some(leaf) = log.leaves.get(usize::try_from(index).unwrap()) else { continue };
                assert_eq!(tiles.leaf(index).as_ref(), Ok(leaf));
                let proof = tiles.inclusion_proof(index, size).unwrap();
                assert_eq!(proof, inclusion_proof(&*log.leaves, index, size).unwrap());
                assert_eq!(verify_inclusion(leaf, index, size, &proof, &log.root), Ok(()));
                let old = index + 1;
                let proof = tiles.consistency_proof(old, size).unwrap();
                assert_eq!(proof, consistency_proof(&*log.leaves, old, size).unwrap());
                let of_old = tiles.root(old).unwrap();
                assert_eq!(verify_consistency(old, &of_old, size, &log.root, &proof), Ok(()));
            }
            assert!(tiles.leaf(size).is_err());
            assert!(tiles.inclusion_proof(0, size + 1).is_err());
        }
    }

    #[test]
    fn a_whole_log_is_whole_and_every_entry_is_seen() {
        for size in [0, 1, 256, 1030, 65_537] {
            let log = published(size);
            let mut seen = Vec::new();
            let found = check_whole(&log, size, &log.root, 0, &mut |index, bytes| {
                assert_eq!(bytes, entry(index));
                seen.push(index);
            });
            assert_eq!(found, []);
            assert!(seen.into_iter().eq(0..size));
            let read: std::collections::BTreeSet<String> =
                log.read.borrow().iter().cloned().collect();
            assert!(read.iter().eq(log.files.keys()), "size {size}: every file was read");
        }
    }

    #[test]
    fn every_forged_byte_of_a_small_log_is_found_and_named() {
        let log = published(257);
        assert_eq!(log.files.len(), 2 + 2 + 1);
        for address in log.files.keys() {
            let length = log.files[address].len();
            let mut forged = log.clone();
            for place in 0..length {
                forged.files.get_mut(address).unwrap()[place] ^= 1 << (place % 8);
                let found = findings(&forged);
                let named = found.iter().any(|fault| fault.to_string().contains(address));
                assert!(named, "{address} byte {place}: {found:?}");
                let others = found.iter().filter(|fault| !fault.to_string().contains(address));
                let only_the_root = others.clone().all(|fault| *fault == TileFault::Root);
                assert!(only_the_root, "{address} byte {place}: {found:?}");
                forged.files.get_mut(address).unwrap()[place] ^= 1 << (place % 8);
            }
            for bytes in [&log.files[address][..length - 1], &[]] {
                forged.files.insert(address.clone(), bytes.to_vec());
                assert!(findings(&forged).iter().any(|f| f.to_string().contains(address)));
            }
            forged.files.remove(address);
            assert!(findings(&forged).iter().any(|f| f.to_string().contains(address)));
        }
    }

    /// The family of CVE-2026-56865: tiles of the right edge that hold several of its subtrees, of
    /// which a reader that climbs from the leaf compares only some.
    #[test]
    fn no_hash_of_a_forged_tile_is_ever_given_out() {
        for size in [255, 256, 257, 512, 1030, 65_535, 65_536, 65_537, 66_000] {
            let log = published(size);
            for address in log.files.keys().filter(|address| !address.contains("entries")) {
                // One file of each level and each partial file is enough of a large tree.
                if address.ends_with("/100")
                    || !address.starts_with("tile/0/")
                    || size < 2000
                    || address.contains(".p/")
                {
                    forge(&log, address);
                }
            }
        }
    }

    fn forge(log: &Published, address: &str) {
        let hashes = log.files[address].len() / 32;
        for place in [0, hashes / 2, hashes - 1] {
            let mut forged = log.clone();
            forged.files.get_mut(address).unwrap()[place * 32] ^= 0x80;
            for index in [0, 255, 256, 1024, log.size / 2, log.size - 1] {
                let Ok(mut tiles) = AuthenticTiles::open(&forged, log.size, &log.root) else {
                    continue;
                };
                if index >= log.size {
                    continue;
                }
                let at = usize::try_from(index).unwrap();
                if let Ok(leaf) = tiles.leaf(index) {
                    assert_eq!(leaf, log.leaves[at], "{address} {place} {index}");
                }
                if let Ok(proof) = tiles.inclusion_proof(index, log.size) {
                    let leaf = &log.leaves[at];
                    assert_eq!(verify_inclusion(leaf, index, log.size, &proof, &log.root), Ok(()));
                }
                if let Ok(proof) = tiles.consistency_proof(index + 1, log.size) {
                    let right = consistency_proof(&*log.leaves, index + 1, log.size).unwrap();
                    assert_eq!(proof, right);
                }
            }
            let whole = findings(&forged);
            assert!(whole.iter().any(|f| f.to_string().contains(address)), "{address} {whole:?}");
        }
    }

    #[test]
    fn a_pruned_log_still_proves_what_it_kept() {
        let mut log = published(66_000);
        log.files.retain(|address, _| {
            let address: TileAddress = address.parse().unwrap();
            let low = matches!(address.kind(), TileKind::Entries | TileKind::Hashes(0));
            !low || address.end().unwrap() > 65_800
        });
        let mut first = None;
        let found = check_whole(&log, log.size, &log.root, 65_800, &mut |index, _| {
            first.get_or_insert(index);
        });
        assert_eq!(found, []);
        assert_eq!(first, Some(65_792), "the bundle that holds the minimum");
        let mut tiles = AuthenticTiles::open(&log, log.size, &log.root).unwrap();
        let proof = tiles.inclusion_proof(65_800, log.size).unwrap();
        assert_eq!(proof, inclusion_proof(&*log.leaves, 65_800, log.size).unwrap());
        let proof = tiles.consistency_proof(65_900, log.size).unwrap();
        assert_eq!(proof, consistency_proof(&*log.leaves, 65_900, log.size).unwrap());
        assert!(matches!(tiles.leaf(3), Err(TileFault::Source(_, Missing))));
        assert!(!check_whole(&log, log.size, &log.root, 0, &mut |_, _| {}).is_empty());
    }

    #[test]
    fn another_root_is_not_accepted() {
        let log = published(1030);
        let other = published(1031).root;
        assert!(matches!(AuthenticTiles::open(&log, 1030, &other), Err(TileFault::Root)));
        assert!(AuthenticTiles::open(&log, 1029, &log.root).is_err());
        assert!(AuthenticTiles::open(&log, u64::MAX, &log.root).is_err());
        assert_eq!(check_whole(&log, 1030, &other, 0, &mut |_, _| {}), [TileFault::Root]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn any_tree_is_whole_and_grows_tile_by_tile(old in 0_u64..1500, more in 0_u64..600) {
            let (before, after) = (published(old), published(old + more));
            prop_assert_eq!(findings(&after), []);
            let mut files = before.files;
            for address in TileAddress::grown(old, old + more) {
                files.insert(address.to_string(), after.files[&address.to_string()].clone());
            }
            prop_assert!(after.files.iter().all(|(address, bytes)| files.get(address) == Some(bytes)));
        }

        #[test]
        fn any_text_is_an_address_or_refused(text in "tile/([0-9]{1,2}|entries)/(x?[0-9]{3}/){0,3}[0-9]{3}(\\.p/[0-9]{1,3})?") {
            if let Ok(address) = text.parse::<TileAddress>() {
                prop_assert_eq!(address.to_string(), text);
            }
        }
    }
}
