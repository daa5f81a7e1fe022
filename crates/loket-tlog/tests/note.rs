//! Notes, keys and checkpoints against a verifier that others wrote, and against random bytes.

#[cfg(test)]
mod tests {
    use loket_tlog::{Checkpoint, Note, RightEdge, SignerKey, VerifierKey, leaf_hash};
    use proptest::prelude::*;
    use signed_note::{Signer as _, StandardSigner, StandardVerifier, VerifierList};

    fn key() -> SignerKey {
        SignerKey::from_seed("loket.example/log1".parse().unwrap(), &[9; 32]).unwrap()
    }

    fn checkpoint(leaves: u8) -> Note {
        let mut edge = RightEdge::new();
        for leaf in 0..leaves {
            edge.append(leaf_hash(&[leaf])).unwrap();
        }
        Checkpoint::of(key().verifier().name().clone(), &edge).sign(&key()).unwrap()
    }

    fn foreign_verdict(note: &str) -> bool {
        let verifier = StandardVerifier::new(&key().verifier().to_string()).unwrap();
        let known = VerifierList::new(vec![Box::new(verifier)]);
        signed_note::Note::from_bytes(note.as_bytes())
            .is_ok_and(|note| note.verify(&known).is_ok_and(|(signed, _)| signed.len() == 1))
    }

    #[test]
    fn a_foreign_verifier_accepts_our_checkpoints_and_no_changed_one() {
        for leaves in 0..20 {
            let note = checkpoint(leaves).to_string();
            assert!(foreign_verdict(&note));
            let changed = note.replacen(&format!("\n{leaves}\n"), "\n99\n", 1);
            assert_ne!(changed, note);
            assert!(!foreign_verdict(&changed));
        }
    }

    #[test]
    fn a_foreign_signer_with_our_private_key_writes_the_same_note() {
        let signer = StandardSigner::new(&key().expose()).unwrap();
        assert_eq!(signer.name(), "loket.example/log1");
        let ours = checkpoint(7);
        let mut theirs = signed_note::Note::new(ours.text().as_bytes(), &[]).unwrap();
        theirs.add_sigs(&[&signer]).unwrap();
        assert_eq!(theirs.to_bytes(), ours.to_string().into_bytes());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_is_a_note_or_refused(text in "(\\PC|\n|\u{2014} ){0,200}") {
            if let Ok(note) = Note::parse(&text) {
                prop_assert_eq!(note.to_string(), text);
            }
        }

        #[test]
        fn any_key_reads_back(name in "[!-*,-~é]{1,40}", seed in any::<[u8; 32]>()) {
            let private = SignerKey::from_seed(name.parse().unwrap(), &seed).unwrap();
            let public = private.verifier();
            prop_assert_eq!(&public.to_string().parse::<VerifierKey>().unwrap(), public);
            let again: SignerKey = private.expose().parse().unwrap();
            prop_assert_eq!(again.expose(), private.expose());
        }

        #[test]
        fn any_bytes_are_a_checkpoint_or_refused(text in "[a-z]{0,3}\n[0-9]{0,21}\n[A-Za-z0-9+/=]{0,44}\n") {
            if let Ok(checkpoint) = text.parse::<Checkpoint>() {
                prop_assert_eq!(checkpoint.to_string(), text);
            }
        }
    }
}
