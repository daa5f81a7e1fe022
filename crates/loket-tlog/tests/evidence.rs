//! Bundles of evidence: what they prove, every change that is found, and a verifier in Go that we
//! did not write the mathematics of.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use loket_tlog::{
        AddCheckpoint, Checkpoint, Dated, EvidenceFault, Files, Hash, IndexSecret, Leaf, LeafHead,
        MonthSecret, Note, OpenedValue, Policy, ProofFile, Query, QueryToken, RangeOfLeaves,
        SignerKey, Slot, SlotValue, TileAddress, TileEdge, TileKind, Token, TokenKind, Verdict,
        Witness, WitnessSigner, WitnessedLog, encode_entries, encode_tile, inclusion_proof,
        leaf_hash, verify_evidence,
    };

    const SIZE: u64 = 600;
    const START: u64 = 1_764_374_400_000_000;

    fn log_key() -> SignerKey {
        SignerKey::from_seed("loket.example/log1".parse().unwrap(), &[1; 32]).unwrap()
    }

    fn witness() -> Witness {
        let name = "witness.example/w1".parse().unwrap();
        let signer = WitnessSigner::from_seed(name, &[2; 32]).unwrap();
        Witness::new(signer, vec![WitnessedLog { keys: vec![log_key().verifier().clone()] }])
    }

    fn policy() -> Policy {
        Policy::all_of(vec![log_key().verifier().clone()], vec![witness().key().clone()])
    }

    /// Every hundredth event is about the person that is asked for.
    fn person(index: u64) -> String {
        if index % 100 == 7 { "85073003328".to_owned() } else { format!("person {index}") }
    }

    fn token(person: &str) -> Token {
        IndexSecret::from_bytes(&[9; 32]).key(TokenKind::Person).token(person)
    }

    fn values(index: u64) -> Vec<SlotValue> {
        [(Slot::Actor, "officer-7".to_owned()), (Slot::Subject, person(index))]
            .map(|(slot, value)| SlotValue { slot, value })
            .to_vec()
    }

    fn leaf(index: u64) -> (Leaf, Vec<OpenedValue>) {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&index.to_be_bytes());
        (id[6], id[8]) = (0x70, 0x80);
        id[15] = u8::try_from(index % 256).unwrap();
        id[14] = u8::try_from(index / 256).unwrap();
        let event = loket_tlog::EventId::new(id).unwrap();
        let secret = MonthSecret::from_bytes(&[5; 32]).event(event);
        let head = LeafHead {
            event,
            time: START + index * 1_000_000,
            node: "node-a".parse().unwrap(),
            kind: if index.is_multiple_of(2) { "person_shown" } else { "register_asked" }
                .parse()
                .unwrap(),
            outcome: "done".parse().unwrap(),
        };
        let values = values(index);
        let leaf = Leaf::new(head, secret.commit(&values), vec![token(&person(index))]).unwrap();
        (leaf, secret.openings(&values).iter().map(OpenedValue::of).collect())
    }

    fn query() -> Query {
        Query {
            reason: "A complaint of the person".to_owned(),
            legal_basis: "Article 15 of the GDPR".to_owned(),
            asked_by: "auditor-1".to_owned(),
            asked_at: "2026-11-29T11:00:00Z".to_owned(),
            tokens: vec![QueryToken::of(&token("85073003328"), Some(6))],
            kinds: Vec::new(),
            from: None,
            until: None,
            complete_within: Some(RangeOfLeaves { from: 0, to: SIZE }),
        }
    }

    fn checkpoint(hashes: &[Hash]) -> Note {
        let mut edge = loket_tlog::RightEdge::new();
        for hash in hashes {
            edge.append(*hash).unwrap();
        }
        let head = Checkpoint::of(log_key().verifier().name().clone(), &edge);
        let mut note = head.sign(&log_key()).unwrap();
        let ask = AddCheckpoint { old: 0, proof: Vec::new(), checkpoint: note.clone() };
        note.add_cosignature(witness().decide(&ask, None, START / 1_000_000).unwrap().signature);
        note
    }

    /// The bundle for everything about one person, with what completeness needs.
    fn bundle() -> Files {
        let leaves: Vec<Vec<u8>> = (0..SIZE).map(|index| leaf(index).0.encode()).collect();
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let note = checkpoint(&hashes);
        let mut files = Files::new();
        for index in (0..SIZE).filter(|index| index % 100 == 7) {
            let at = usize::try_from(index).unwrap();
            let proof = ProofFile {
                extra: None,
                index,
                hashes: inclusion_proof(&*hashes, index, SIZE).unwrap(),
                checkpoint: note.clone(),
            };
            let name = format!("{index:08}");
            let openings = serde_json::to_vec(&leaf(index).1).unwrap();
            files.insert(format!("{name}.leaf"), leaves[at].clone());
            files.insert(format!("{name}.tlog-proof"), proof.to_string().into_bytes());
            files.insert(format!("{name}.openings.json"), openings);
        }
        let mut edge = TileEdge::new();
        for hash in &hashes {
            for (address, tile) in edge.append(*hash).unwrap() {
                files.insert(address.to_string(), encode_tile(&tile));
            }
        }
        for (address, tile) in edge.partial_tiles() {
            files.insert(address.to_string(), encode_tile(tile));
        }
        for (place, entries) in leaves.chunks(256).enumerate() {
            let address = TileAddress::of(TileKind::Entries, place as u64, SIZE).unwrap();
            files.insert(address.to_string(), encode_entries(entries).unwrap());
        }
        files.insert("checkpoint".to_owned(), note.to_string().into_bytes());
        files.insert("query.json".to_owned(), serde_json::to_vec(&query()).unwrap());
        files.insert("README.md".to_owned(), b"How to check this".to_vec());
        files
    }

    fn verdict(files: &Files) -> Result<Verdict, Vec<EvidenceFault>> {
        verify_evidence(files, &policy(), &[])
    }

    fn asked(files: &mut Files, change: impl FnOnce(&mut Query)) {
        let mut query = query();
        change(&mut query);
        files.insert("query.json".to_owned(), serde_json::to_vec(&query).unwrap());
    }

    /// Without the claim nothing is counted; bundles of before 2026-12 have 0 there.
    #[test]
    fn a_claim_to_be_complete_needs_its_counts() {
        let mut files = bundle();
        asked(&mut files, |query| query.tokens[0].count = None);
        assert_eq!(verdict(&files).unwrap_err(), [EvidenceFault::Form("query.json".to_owned())]);
        for count in [None, Some(0)] {
            asked(&mut files, |query| {
                query.tokens[0].count = count;
                query.complete_within = None;
            });
            assert!(verdict(&files).unwrap().complete.is_none(), "{count:?}");
            let said = String::from_utf8(files["query.json"].clone()).unwrap();
            assert_eq!(said.contains("count"), count.is_some());
        }
    }

    #[test]
    fn a_whole_bundle_proves_its_events_and_that_none_is_left_out() {
        let verdict = verdict(&bundle()).unwrap();
        assert_eq!(verdict.head.checkpoint.size, SIZE);
        let witness = ("witness.example/w1".to_owned(), START / 1_000_000);
        assert_eq!(verdict.head.witnesses, [witness]);
        assert_eq!(verdict.head.dated, Dated::No);
        let indices: Vec<u64> = verdict.events.iter().map(|event| event.index).collect();
        assert_eq!(indices, [7, 107, 207, 307, 407, 507]);
        assert!(verdict.events.iter().all(|event| event.openings.len() == 2));
        let complete = verdict.complete.unwrap();
        assert_eq!((complete.from, complete.to, complete.fitting), (0, SIZE, 6));
        assert_eq!(complete.last, Some(START + (SIZE - 1) * 1_000_000));
        assert_eq!(verdict.not_vouched_for, ["README.md"]);
        assert!(!verdict.query_is_logged);
    }

    #[test]
    fn an_event_that_is_left_out_is_found() {
        let mut files = bundle();
        files.retain(|name, _| !name.starts_with("00000207"));
        assert_eq!(verdict(&files).unwrap_err(), [EvidenceFault::LeftOut(207)]);
        // Also when the counts are made to fit what is shown.
        asked(&mut files, |query| query.tokens[0].count = Some(5));
        let faults = verdict(&files).unwrap_err();
        assert!(faults.contains(&EvidenceFault::LeftOut(207)));
        let count = |fault: &EvidenceFault| {
            matches!(fault, EvidenceFault::Count { counted: 6, stated: 5, .. })
        };
        assert!(faults.iter().any(count), "{faults:?}");
    }

    #[test]
    fn kinds_and_times_narrow_what_fits() {
        let mut files = bundle();
        asked(&mut files, |query| query.kinds = vec!["register_asked".to_owned()]);
        assert_eq!(verdict(&files).unwrap().complete.unwrap().fitting, 6, "all have odd places");
        asked(&mut files, |query| query.kinds = vec!["person_shown".to_owned()]);
        assert!(matches!(&*verdict(&files).unwrap_err(), [EvidenceFault::DoesNotFit(_), ..]));
        asked(&mut files, |query| query.until = Some(START + 507_000_000));
        let last = vec![EvidenceFault::DoesNotFit("00000507.leaf".to_owned())];
        assert_eq!(verdict(&files).unwrap_err(), last);
        files.retain(|name, _| !name.starts_with("00000507"));
        assert_eq!(verdict(&files).unwrap().complete.unwrap().fitting, 5);
    }

    #[test]
    fn a_part_of_the_log_can_be_complete_with_its_bundles_alone() {
        let mut files = bundle();
        files.retain(|name, _| {
            !name.starts_with("00000007")
                && !name.starts_with("00000107")
                && !name.starts_with("00000207")
                && name != "tile/entries/000"
        });
        asked(&mut files, |query| {
            query.tokens[0].count = Some(3);
            query.complete_within = Some(RangeOfLeaves { from: 256, to: SIZE });
        });
        assert_eq!(verdict(&files).unwrap().complete.unwrap().fitting, 3);
        asked(&mut files, |query| query.complete_within.as_mut().unwrap().from = 255);
        assert!(matches!(&*verdict(&files).unwrap_err(), [EvidenceFault::Tile(_)]));
        asked(&mut files, |query| query.complete_within.as_mut().unwrap().to = SIZE + 1);
        assert_eq!(verdict(&files).unwrap_err(), [EvidenceFault::Range]);
    }

    #[test]
    fn what_is_missing_stray_or_doubled_is_named() {
        let mut files = bundle();
        files.remove("00000107.tlog-proof");
        let missing = EvidenceFault::Missing("00000107.tlog-proof".to_owned());
        assert!(verdict(&files).unwrap_err().contains(&missing));

        let mut files = bundle();
        files.remove("00000107.leaf");
        let stray = |ending: &str| EvidenceFault::Stray(format!("00000107.{ending}"));
        let faults = verdict(&files).unwrap_err();
        assert!(faults.contains(&stray("tlog-proof")) && faults.contains(&stray("openings.json")));

        let mut files = bundle();
        for ending in ["leaf", "tlog-proof"] {
            files.insert(format!("again.{ending}"), files[&format!("00000107.{ending}")].clone());
        }
        assert_eq!(verdict(&files).unwrap_err(), [EvidenceFault::Twice("again".to_owned())]);

        let mut files = bundle();
        files.remove("checkpoint");
        let missing = EvidenceFault::Missing("checkpoint".to_owned());
        assert_eq!(verdict(&files).unwrap_err(), [missing]);
        assert_eq!(verdict(&Files::new()).unwrap_err().len(), 2);
    }

    #[test]
    fn a_value_that_was_changed_is_found() {
        let mut files = bundle();
        let name = "00000107.openings.json";
        let text = String::from_utf8(files[name].clone()).unwrap();
        files.insert(name.to_owned(), text.replace("85073003328", "85073003329").into_bytes());
        assert_eq!(verdict(&files).unwrap_err(), [EvidenceFault::Opening(name.to_owned(), 2)]);
        let more = text.replace("\"value\"", "\"more\":1,\"value\"");
        files.insert(name.to_owned(), more.into_bytes());
        assert_eq!(verdict(&files).unwrap_err(), [EvidenceFault::Form(name.to_owned())]);
    }

    #[test]
    fn every_changed_byte_of_a_leaf_and_its_openings_is_found() {
        let mut one = bundle();
        one.retain(|name, _| name.starts_with("00000307") || name == "checkpoint");
        assert!(verdict(&one).is_ok());
        for name in ["00000307.leaf", "00000307.openings.json"] {
            for place in 0..one[name].len() {
                let mut files = one.clone();
                files.get_mut(name).unwrap()[place] ^= 1;
                assert!(verdict(&files).is_err(), "{name} byte {place}");
            }
        }
    }

    #[test]
    fn no_proving_file_can_be_changed() {
        let whole = bundle();
        let proving = |name: &&String| !matches!(name.as_str(), "query.json" | "README.md");
        for name in whole.keys().filter(proving) {
            let length = whole[name].len();
            for place in [0, length / 2, length - 1] {
                let mut files = whole.clone();
                files.get_mut(name).unwrap()[place] ^= 1;
                assert!(verdict(&files).is_err(), "{name} byte {place}");
            }
        }
    }

    #[test]
    fn another_log_or_too_few_witnesses_are_not_enough() {
        let files = bundle();
        let other = SignerKey::from_seed("loket.example/log1".parse().unwrap(), &[8; 32]).unwrap();
        let policy = Policy::all_of(vec![other.verifier().clone()], Vec::new());
        assert!(verify_evidence(&files, &policy, &[]).is_err());
        let second = WitnessSigner::from_seed("w2.example".parse().unwrap(), &[3; 32]).unwrap();
        let keys = vec![witness().key().clone(), second.public().clone()];
        let policy = Policy::all_of(vec![log_key().verifier().clone()], keys);
        assert!(verify_evidence(&files, &policy, &[]).is_err());
    }

    fn written(files: &Files) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        folder
    }

    #[test]
    fn the_verifier_in_go_agrees() {
        let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tools/audit-check");
        let program = tempfile::tempdir().unwrap();
        let built = Command::new("go")
            .args(["build", "-o"])
            .arg(program.path().join("check"))
            .arg(".")
            .current_dir(tool)
            .envs([("GO111MODULE", "off"), ("GOPROXY", "off"), ("GOPATH", "/usr/share/gocode")])
            .env("GOCACHE", program.path().join("cache"))
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let check = |files: &Files| {
            let folder = written(files);
            let output = Command::new(program.path().join("check"))
                .arg(folder.path())
                .arg(log_key().verifier().to_string())
                .arg(witness().key().to_string())
                .output()
                .unwrap();
            (output.status.success(), String::from_utf8(output.stdout).unwrap())
        };
        let whole = bundle();
        let (good, said) = check(&whole);
        assert!(good);
        assert!(said.contains("6 leaves stand in the log of size 600"), "{said}");
        assert!(said.contains("every tile is that of the tree"), "{said}");
        for name in whole.keys().filter(|name| !name.contains("json") && !name.contains("README")) {
            let mut files = whole.clone();
            let middle = files[name].len() / 2;
            files.get_mut(name).unwrap()[middle] ^= 1;
            assert!(!check(&files).0, "{name}");
        }
    }
}
