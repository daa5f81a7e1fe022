//! The tree and its proofs against the definition of RFC 6962, published roots and a checker that
//! others wrote.

#[cfg(test)]
mod tests {
    use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
    use loket_tlog::{
        Hash, ProofFault, ReadFault, RightEdge, consistency_proof, empty_root, inclusion_proof,
        leaf_hash, node_hash, verify_consistency, verify_inclusion,
    };
    use proptest::prelude::*;
    use sha2_for_ct_merkle::Sha256;

    /// MTH of RFC 6962 section 2.1, as the definition has it.
    fn naive_root(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(largest_power_below(leaves.len()));
                node_hash(&naive_root(left), &naive_root(right))
            }
        }
    }

    /// PATH of section 2.1.1.
    fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() == 1 {
            return Vec::new();
        }
        let k = largest_power_below(leaves.len());
        let (left, right) = leaves.split_at(k);
        let (mut path, sibling) = if index < k {
            (naive_path(index, left), naive_root(right))
        } else {
            (naive_path(index - k, right), naive_root(left))
        };
        path.push(sibling);
        path
    }

    /// SUBPROOF of section 2.1.2.
    fn naive_subproof(old: usize, leaves: &[Hash], known: bool) -> Vec<Hash> {
        if old == leaves.len() {
            return if known { Vec::new() } else { vec![naive_root(leaves)] };
        }
        let k = largest_power_below(leaves.len());
        let (left, right) = leaves.split_at(k);
        let (mut proof, sibling) = if old <= k {
            (naive_subproof(old, left, known), naive_root(right))
        } else {
            (naive_subproof(old - k, right, false), naive_root(left))
        };
        proof.push(sibling);
        proof
    }

    fn largest_power_below(length: usize) -> usize {
        let mut power = 1;
        while power * 2 < length {
            power *= 2;
        }
        power
    }

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect()
    }

    fn edge(leaves: &[Hash]) -> RightEdge {
        let mut edge = RightEdge::new();
        for leaf in leaves {
            edge.append(*leaf).unwrap();
        }
        edge
    }

    fn size(leaves: &[Hash]) -> u64 {
        u64::try_from(leaves.len()).unwrap()
    }

    #[test]
    fn published_roots() {
        assert_eq!(
            hex::encode(empty_root().0),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        // Leaves and roots that implementations of RFC 6962 share as test vectors.
        let vectors: [(&[u8], &str); 8] = [
            (b"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (b"\x00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (b"\x10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (b"\x20\x21", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            (b"\x30\x31", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
            (
                b"\x40\x41\x42\x43",
                "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            ),
            (
                b"\x50\x51\x52\x53\x54\x55\x56\x57",
                "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            ),
            (
                b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
                "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
            ),
        ];
        let mut edge = RightEdge::new();
        assert_eq!(edge.root(), empty_root());
        for (leaf, root) in vectors {
            edge.append(leaf_hash(leaf)).unwrap();
            assert_eq!(hex::encode(edge.root().0), root, "size {}", edge.size());
        }
    }

    #[test]
    fn every_proof_of_every_small_tree_is_the_defined_one_and_verifies() {
        let all = leaves(40);
        for new in 0..=all.len() {
            let tree = &all[..new];
            let root = naive_root(tree);
            assert_eq!(edge(tree).root(), root);
            for index in 0..new {
                let at = index as u64;
                let proof = inclusion_proof(tree, at, size(tree)).unwrap();
                assert_eq!(proof, naive_path(index, tree));
                assert_eq!(verify_inclusion(&tree[index], at, size(tree), &proof, &root), Ok(()));
            }
            for old in 0..=new {
                let of_old = naive_root(&all[..old]);
                let proof = consistency_proof(tree, old as u64, size(tree)).unwrap();
                if old > 0 {
                    assert_eq!(proof, naive_subproof(old, tree, true));
                }
                assert_eq!(
                    verify_consistency(old as u64, &of_old, size(tree), &root, &proof),
                    Ok(())
                );
            }
        }
    }

    #[test]
    fn a_foreign_checker_accepts_every_proof_of_every_small_tree() {
        let contents: Vec<Vec<u8>> = (0..34_u8).map(|number| vec![number; 3]).collect();
        let all: Vec<Hash> = contents.iter().map(|leaf| leaf_hash(leaf)).collect();
        for new in 1..=all.len() {
            let tree = &all[..new];
            let root = RootHash::<Sha256>::new(edge(tree).root().0.into(), size(tree));
            for (index, content) in contents[..new].iter().enumerate() {
                let proof = inclusion_proof(tree, index as u64, size(tree)).unwrap();
                let proof = InclusionProof::<Sha256>::from_bytes(joined(&proof));
                root.verify_inclusion(content, index as u64, &proof).unwrap();
            }
            for old in 1..=new {
                let of_old = RootHash::new(edge(&all[..old]).root().0.into(), old as u64);
                let proof = consistency_proof(tree, old as u64, size(tree)).unwrap();
                let proof = ConsistencyProof::<Sha256>::try_from_bytes(joined(&proof)).unwrap();
                root.verify_consistency(&of_old, &proof).unwrap();
            }
        }
    }

    fn joined(proof: &[Hash]) -> Vec<u8> {
        proof.iter().flat_map(|hash| hash.0).collect()
    }

    #[test]
    fn proofs_outside_the_tree_are_not_made() {
        let tree = leaves(5);
        assert_eq!(inclusion_proof(&*tree, 5, 5), Err(ReadFault::Proof(ProofFault::Outside)));
        assert_eq!(inclusion_proof(&*tree, 0, 0), Err(ReadFault::Proof(ProofFault::Outside)));
        assert_eq!(consistency_proof(&*tree, 5, 4), Err(ReadFault::Proof(ProofFault::Outside)));
        assert_eq!(inclusion_proof(&*tree, 0, 6), Err(ReadFault::Count), "a leaf is missing");
        let root = naive_root(&tree);
        assert_eq!(verify_inclusion(&tree[0], 5, 5, &[], &root), Err(ProofFault::Outside));
        assert_eq!(verify_consistency(5, &root, 4, &root, &[]), Err(ProofFault::Outside));
    }

    #[test]
    fn the_empty_tree_has_one_root() {
        let root = naive_root(&leaves(3));
        assert_eq!(verify_consistency(0, &empty_root(), 3, &root, &[]), Ok(()));
        assert_eq!(verify_consistency(0, &root, 3, &root, &[]), Err(ProofFault::Root));
        assert_eq!(verify_consistency(0, &empty_root(), 0, &root, &[]), Err(ProofFault::Root));
        assert_eq!(
            verify_consistency(0, &empty_root(), 3, &root, &[root]),
            Err(ProofFault::Length)
        );
        assert_eq!(verify_consistency(3, &root, 3, &empty_root(), &[]), Err(ProofFault::Root));
    }

    #[test]
    fn proofs_read_in_chunks_are_the_same() {
        let tree = leaves(3000);
        assert_eq!(inclusion_proof(&*tree, 2999, 3000).unwrap(), naive_path(2999, &tree));
        assert_eq!(
            consistency_proof(&*tree, 1025, 3000).unwrap(),
            naive_subproof(1025, &tree, true)
        );
    }

    /// A tree of up to 300 leaves, one of its leaves and one of its earlier sizes.
    fn trees() -> impl Strategy<Value = (Vec<Hash>, usize, usize)> {
        (1_usize..300).prop_flat_map(|size| {
            (proptest::collection::vec(any::<[u8; 32]>(), size), 0..size, 1..=size).prop_map(
                |(leaves, index, old)| (leaves.into_iter().map(Hash).collect(), index, old),
            )
        })
    }

    proptest! {
        #[test]
        fn any_tree_and_any_split_state((tree, index, old) in trees()) {
            let root = naive_root(&tree);
            let mut kept = RightEdge::from_bytes(&edge(&tree[..old]).to_bytes()).unwrap();
            prop_assert_eq!(kept.root(), naive_root(&tree[..old]));
            for leaf in &tree[old..] {
                kept.append(*leaf).unwrap();
            }
            prop_assert_eq!(kept.root(), root);
            let proof = inclusion_proof(&*tree, index as u64, size(&tree)).unwrap();
            prop_assert_eq!(
                verify_inclusion(&tree[index], index as u64, size(&tree), &proof, &root), Ok(()));
        }

        #[test]
        fn any_change_of_an_inclusion_proof_is_refused(
            (tree, index, _) in trees(), place in any::<prop::sample::Index>(), bit in 0_usize..256,
        ) {
            let (at, whole, root) = (index as u64, size(&tree), naive_root(&tree));
            let proof = inclusion_proof(&*tree, at, whole).unwrap();
            let longer = [proof.as_slice(), &[root]].concat();
            prop_assert!(verify_inclusion(&tree[index], at, whole, &longer, &root).is_err());
            prop_assert!(verify_inclusion(&flip(tree[index], bit), at, whole, &proof, &root).is_err());
            prop_assert!(
                verify_inclusion(&tree[index], at, whole, &proof, &flip(root, bit)).is_err());
            prop_assert!(verify_inclusion(&tree[index], whole, whole, &proof, &root).is_err());
            if !proof.is_empty() {
                let mut forged = proof.clone();
                let place = place.index(forged.len());
                forged[place] = flip(forged[place], bit);
                prop_assert!(verify_inclusion(&tree[index], at, whole, &forged, &root).is_err());
                let shorter = &proof[1..];
                prop_assert!(verify_inclusion(&tree[index], at, whole, shorter, &root).is_err());
                prop_assert!(verify_inclusion(&tree[index], at ^ 1, whole, &proof, &root).is_err());
            }
        }

        #[test]
        fn any_change_of_a_consistency_proof_is_refused(
            (tree, _, old) in trees(), place in any::<prop::sample::Index>(), bit in 0_usize..256,
        ) {
            let (from, to) = (old as u64, size(&tree));
            let (of_old, of_new) = (naive_root(&tree[..old]), naive_root(&tree));
            let proof = consistency_proof(&*tree, from, to).unwrap();
            let verify = |a: &Hash, b: &Hash, proof: &[Hash]| verify_consistency(from, a, to, b, proof);
            prop_assert_eq!(verify(&of_old, &of_new, &proof), Ok(()));
            prop_assert!(verify(&flip(of_old, bit), &of_new, &proof).is_err());
            prop_assert!(verify(&of_old, &flip(of_new, bit), &proof).is_err());
            prop_assert!(verify(&of_old, &of_new, &[proof.as_slice(), &[of_new]].concat()).is_err());
            if !proof.is_empty() {
                let mut forged = proof.clone();
                let place = place.index(forged.len());
                forged[place] = flip(forged[place], bit);
                prop_assert!(verify(&of_old, &of_new, &forged).is_err());
                prop_assert!(verify(&of_old, &of_new, &proof[1..]).is_err());
            }
        }

        #[test]
        fn any_bytes_are_a_right_edge_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(edge) = RightEdge::from_bytes(&bytes) {
                prop_assert_eq!(edge.to_bytes(), bytes);
            }
        }
    }

    fn flip(mut hash: Hash, bit: usize) -> Hash {
        hash.0[bit / 8] ^= 1 << (bit % 8);
        hash
    }
}
