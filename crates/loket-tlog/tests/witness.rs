//! Witnesses, policies and proof files, as log, witness and verifier use them together.

#[cfg(test)]
mod tests {
    use loket_tlog::{
        Accepted, AddCheckpoint, AnswerFault, Answered, Checkpoint, CheckpointFault, Hash, Head,
        LeafHashes, NotAccepted, NotExtended, Note, NoteFault, Policy, PolicyFault, ProofFault,
        ProofFile, ProofFileFault, Refused, RightEdge, SIZE_TYPE, SignerKey, Witness,
        WitnessSigner, WitnessedLog, consistency_proof, inclusion_proof, leaf_hash, read_answer,
    };
    use proptest::prelude::*;

    const NOW: u64 = 1_764_374_400;

    fn log_key() -> SignerKey {
        SignerKey::from_seed("loket.example/log1".parse().unwrap(), &[1; 32]).unwrap()
    }

    fn witness_key(number: u8) -> WitnessSigner {
        let name = format!("witness.example/w{number}").parse().unwrap();
        WitnessSigner::from_seed(name, &[number + 100; 32]).unwrap()
    }

    fn witness_of(number: u8) -> Witness {
        let log = WitnessedLog { keys: vec![log_key().verifier().clone()] };
        Witness::new(witness_key(number), vec![log])
    }

    fn leaf(index: u64) -> Vec<u8> {
        format!("leaf {index}").into_bytes()
    }

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|index| leaf_hash(&leaf(index))).collect()
    }

    fn head(leaves: &[Hash]) -> Checkpoint {
        let mut edge = RightEdge::new();
        for leaf in leaves {
            edge.append(*leaf).unwrap();
        }
        Checkpoint::of(log_key().verifier().name().clone(), &edge)
    }

    fn ask(old: u64, new: u64) -> AddCheckpoint {
        let all = leaves(new);
        let proof = consistency_proof(&*all, old, new).unwrap();
        AddCheckpoint { old, proof, checkpoint: head(&all).sign(&log_key()).unwrap() }
    }

    fn kept(size: u64) -> Head {
        Head { size, root: head(&leaves(size)).root }
    }

    #[test]
    fn a_log_that_grows_is_cosigned_at_every_size() {
        let (witness, mut last) = (witness_of(1), None);
        for (old, new) in [(0, 0), (0, 1), (1, 1), (1, 7), (7, 8), (8, 300)] {
            let asked = ask(old, new);
            let read: AddCheckpoint = asked.to_string().parse().unwrap();
            assert_eq!(read, asked);
            assert_eq!(witness.origin(&read), Ok("loket.example/log1"));
            let cosigned = witness.decide(&read, last.as_ref(), NOW).unwrap();
            let answer = cosigned.answer();
            assert_eq!(answer.status, 200);
            let mut note = asked.checkpoint.clone();
            let answered = read_answer(200, &answer.body, &asked, witness.key()).unwrap();
            let Answered::Cosigned(line) = answered else { panic!("{answered:?}") };
            note.add_cosignature(line);
            assert_eq!(witness.key().cosigned(&note), Ok(Some(NOW)));
            assert_eq!(cosigned.head.to_string().parse::<Head>(), Ok(cosigned.head));
            last = Some(cosigned.head);
        }
        assert_eq!(last, Some(kept(300)));
    }

    fn refusal(request: &AddCheckpoint, last: Option<&Head>) -> (u16, Refused) {
        let refused = witness_of(1).decide(request, last, NOW).unwrap_err();
        (refused.answer().status, refused)
    }

    #[test]
    fn everything_else_gets_the_answer_of_the_protocol() {
        let last = kept(7);
        assert_eq!(refusal(&ask(3, 9), Some(&last)), (409, Refused::Conflict(7)));
        assert_eq!(refusal(&ask(0, 9), Some(&last)), (409, Refused::Conflict(7)));
        assert_eq!(refusal(&ask(3, 9), None), (409, Refused::Conflict(0)));
        let answer = Refused::Conflict(7).answer();
        assert_eq!((answer.content_type, &*answer.body), (SIZE_TYPE, "7\n"));

        let mut smaller = ask(5, 5);
        smaller.old = 7;
        assert_eq!(refusal(&smaller, Some(&last)), (400, Refused::OldSize));

        let mut wrong = ask(7, 9);
        wrong.proof[0] = leaf_hash(b"forged");
        assert_eq!(refusal(&wrong, Some(&last)), (422, Refused::Proof));
        wrong.proof.clear();
        assert_eq!(refusal(&wrong, Some(&last)), (422, Refused::Proof));
        let mut more = ask(0, 9);
        more.proof.push(leaf_hash(b"more"));
        assert_eq!(refusal(&more, None), (422, Refused::Proof), "none is due from nothing");

        let other = Head { size: 7, root: leaf_hash(b"another history") };
        assert_eq!(refusal(&ask(7, 7), Some(&other)), (409, Refused::Forked(7)));
        assert_eq!(refusal(&ask(7, 9), Some(&other)), (422, Refused::Proof));

        let stranger = SignerKey::from_seed("loket.example/log1".parse().unwrap(), &[9; 32]);
        let mut unsigned = ask(7, 9);
        unsigned.checkpoint = head(&leaves(9)).sign(&stranger.unwrap()).unwrap();
        assert_eq!(refusal(&unsigned, Some(&last)), (403, Refused::Unsigned));

        let elsewhere = SignerKey::from_seed("other.example".parse().unwrap(), &[1; 32]).unwrap();
        let mut unknown = ask(7, 9);
        let text = unknown.checkpoint.text().replace("loket.example/log1", "other.example");
        unknown.checkpoint = Note::new(text).unwrap();
        unknown.checkpoint.sign(&elsewhere);
        assert_eq!(refusal(&unknown, Some(&last)), (404, Refused::UnknownLog));

        let mut extended = ask(7, 9);
        extended.checkpoint = Note::new(format!("{}more\n", extended.checkpoint.text())).unwrap();
        extended.checkpoint.sign(&log_key());
        assert_eq!(refusal(&extended, Some(&last)), (400, Refused::Checkpoint));
    }

    #[test]
    fn a_restored_or_forked_log_is_never_followed() {
        let follow = |last: &Head, size: u64, proof: &[Hash]| {
            Head::follow(Some(last), &head(&leaves(size)), proof)
        };
        let proof = consistency_proof(&*leaves(9), 7, 9).unwrap();
        assert_eq!(follow(&kept(7), 9, &proof), Ok(kept(9)));
        assert_eq!(follow(&kept(7), 6, &[]), Err(NotExtended::Smaller(7)));
        let other = Head { size: 7, root: leaf_hash(b"another history") };
        assert_eq!(follow(&other, 7, &[]), Err(NotExtended::Forked(7)));
        assert_eq!(follow(&other, 9, &proof), Err(NotExtended::Proof));
        assert_eq!(follow(&kept(7), 7, &[]), Ok(kept(7)));
    }

    #[test]
    fn the_log_reads_every_answer() {
        let (witness, asked) = (witness_of(1), ask(7, 9));
        let read = |status, body: &str| read_answer(status, body, &asked, witness.key());
        assert_eq!(read(409, "6\n"), Ok(Answered::From(6)));
        assert_eq!(read(409, "8\n"), Ok(Answered::From(8)));
        assert_eq!(read(409, "10\n"), Ok(Answered::Ahead(10)));
        // An answer that was lost on the way: the witness has this size already, asked from another.
        assert_eq!(read(409, "9\n"), Ok(Answered::From(9)));
        let again = ask(9, 9);
        assert_eq!(read_answer(409, "9\n", &again, witness.key()), Ok(Answered::Forked));
        assert_eq!(read(422, "no\n"), Ok(Answered::Forked));
        // A conflict over the size that it has is no answer.
        assert_eq!(read(409, "7\n"), Err(AnswerFault::Form));
        assert_eq!(read(409, "09\n"), Err(AnswerFault::Form));
        assert_eq!(read(409, ""), Err(AnswerFault::Form));
        assert_eq!(read(403, "no\n"), Err(AnswerFault::Refused(403)));
        assert_eq!(read(200, "no line\n"), Err(AnswerFault::Form));
        let line = |number, size| {
            let cosigned = witness_of(number).decide(&ask(0, size), None, NOW).unwrap();
            cosigned.answer().body
        };
        assert_eq!(read(200, &line(2, 9)), Err(AnswerFault::Unsigned), "another witness");
        assert_eq!(read(200, &line(1, 8)), Err(AnswerFault::Unsigned), "another checkpoint");
        let both = format!("{}{}", line(2, 9), line(1, 9));
        assert!(matches!(read(200, &both), Ok(Answered::Cosigned(_))));
    }

    #[test]
    fn malformed_requests_are_refused() {
        let good = ask(7, 9).to_string();
        assert!(good.parse::<AddCheckpoint>().is_ok());
        let many =
            format!("old 7\n{}\n{}", format!("{}\n", leaf_hash(b"")).repeat(64), head(&leaves(9)));
        for body in [
            String::new(),
            good.replacen("old 7", "old 07", 1),
            good.replacen("old 7", "old  7", 1),
            good.replacen("old 7", "7", 1),
            good.replacen('\n', "\nAAAA\n", 1),
            good.replacen("\n\n", "\n", 1),
            format!("{good}\u{2014} cut"),
            many,
            " ".repeat(1 << 17),
        ] {
            assert!(body.parse::<AddCheckpoint>().is_err(), "{body}");
        }
    }

    /// A checkpoint over ten leaves that these witnesses have cosigned.
    fn cosigned(witnesses: &[u8]) -> Note {
        let mut note = ask(0, 10).checkpoint;
        for number in witnesses {
            let line = witness_of(*number).decide(&ask(0, 10), None, NOW).unwrap().signature;
            note.add_cosignature(line);
        }
        note
    }

    fn policy_of(rest: &str) -> Result<Policy, PolicyFault> {
        let line = |n| format!("witness w{n} {} https://w{n}.example\n", witness_key(n).public());
        let witnesses = [1, 2, 3, 4, 5].map(line).concat();
        Policy::parse(&format!("# ours\nlog {}\n{witnesses}{rest}", log_key().verifier()))
    }

    fn accepts(policy: &Policy, witnesses: &[u8]) -> bool {
        policy.accept(&cosigned(witnesses)).is_ok()
    }

    #[test]
    fn a_quorum_of_groups_is_counted_as_the_specification_says() {
        let two_levels =
            "group x 2 w1 w2 w3\n\tgroup  y any w4 w5 \ngroup both all x y\nquorum both\n";
        let policy = policy_of(two_levels).unwrap();
        assert!(accepts(&policy, &[1, 3, 5]));
        assert!(accepts(&policy, &[1, 2, 3, 4, 5]));
        assert!(!accepts(&policy, &[1, 2, 3]));
        assert!(!accepts(&policy, &[1, 4, 5]));
        let named = |n: u8| (format!("w{n}"), NOW);
        assert_eq!(
            policy.accept(&cosigned(&[5, 1, 3])),
            Ok(Accepted {
                checkpoint: head(&leaves(10)),
                witnesses: vec![named(1), named(3), named(5)]
            })
        );
        assert_eq!(policy.accept(&cosigned(&[4])), Err(NotAccepted::Quorum(vec!["w4".to_owned()])));
        assert_eq!(policy.witnesses()[1].url.as_deref(), Some("https://w2.example"));
    }

    #[test]
    fn one_witness_or_none_can_be_a_quorum() {
        let one = policy_of("quorum w2\n").unwrap();
        assert!(accepts(&one, &[2]) && !accepts(&one, &[1, 3, 4, 5]));
        let none = policy_of("quorum none").unwrap();
        assert!(accepts(&none, &[]));
        let keys = [1, 2].map(|n| witness_key(n).public().clone());
        let all = Policy::all_of(vec![log_key().verifier().clone()], keys.to_vec());
        assert!(accepts(&all, &[2, 1]) && !accepts(&all, &[1]));
        let bare = Policy::all_of(vec![log_key().verifier().clone()], Vec::new());
        assert!(accepts(&bare, &[]));
    }

    #[test]
    fn a_wrong_line_of_a_known_key_spoils_a_quorum() {
        let policy = policy_of("quorum w1\n").unwrap();
        let elsewhere = witness_of(2).decide(&ask(0, 9), None, NOW).unwrap().signature;
        let mut note = cosigned(&[1]);
        note.add_cosignature(elsewhere);
        let wrong = NotAccepted::Checkpoint(CheckpointFault::Note(NoteFault::Wrong));
        assert_eq!(policy.accept(&note), Err(wrong));
        let other = SignerKey::from_seed("other.example".parse().unwrap(), &[1; 32]).unwrap();
        let mut unsigned = Note::new(cosigned(&[1]).text().to_owned()).unwrap();
        unsigned.sign(&other);
        assert_eq!(policy.accept(&unsigned), Err(NotAccepted::Log));
    }

    #[test]
    fn policies_that_say_something_else_are_refused() {
        let key = witness_key(6).public().to_string();
        let log = log_key().verifier().to_string();
        for (rest, fault) in [
            (String::new(), PolicyFault::NoQuorum),
            ("quorum w9".to_owned(), PolicyFault::Name(8)),
            ("quorum w1\nquorum w1".to_owned(), PolicyFault::Again(9)),
            ("group g 3 w1 w2".to_owned(), PolicyFault::Threshold(8)),
            ("group g 0 w1 w2".to_owned(), PolicyFault::Threshold(8)),
            ("group g 01 w1 w2".to_owned(), PolicyFault::Threshold(8)),
            ("group g all".to_owned(), PolicyFault::Line(8)),
            ("group g all w1 w1".to_owned(), PolicyFault::Name(8)),
            ("group g all w1\ngroup h all w1".to_owned(), PolicyFault::Name(9)),
            ("group g all g".to_owned(), PolicyFault::Name(8)),
            ("group g all none".to_owned(), PolicyFault::Name(8)),
            ("group w1 all w2".to_owned(), PolicyFault::Again(8)),
            (format!("witness none {key}"), PolicyFault::Again(8)),
            (format!("witness w1 {key}"), PolicyFault::Again(8)),
            (format!("witness w6 {}", witness_key(1).public()), PolicyFault::Again(8)),
            (format!("witness w6 {log}"), PolicyFault::Key(8)),
            (format!("log {log}"), PolicyFault::Again(8)),
            (format!("log {key}"), PolicyFault::Key(8)),
            ("quorum none\r".to_owned(), PolicyFault::Line(8)),
            ("believe everybody".to_owned(), PolicyFault::Line(8)),
        ] {
            assert_eq!(policy_of(&rest).unwrap_err(), fault, "{rest}");
        }
    }

    fn proof(index: u64) -> ProofFile {
        let hashes = inclusion_proof(&*leaves(10), index, 10).unwrap();
        ProofFile { extra: None, index, hashes, checkpoint: cosigned(&[1, 2]) }
    }

    #[test]
    fn a_proof_file_proves_its_leaf_only() {
        let policy = policy_of("group both all w1 w2\nquorum both\n").unwrap();
        for index in 0..10 {
            let mut file = proof(index);
            file.extra = (index % 2 == 0).then(|| b"more".to_vec());
            let read: ProofFile = file.to_string().parse().unwrap();
            assert_eq!(read, file);
            assert_eq!(read.verify(&leaf(index), &policy).unwrap().checkpoint.size, 10);
            let wrong = Err(ProofFileFault::Proof(ProofFault::Root));
            assert_eq!(read.verify(&leaf(index + 1), &policy), wrong);
        }
        let three = policy_of("group g all w1 w2 w3\nquorum g\n").unwrap();
        assert!(matches!(proof(1).verify(&leaf(1), &three), Err(ProofFileFault::NotAccepted(_))));
    }

    #[test]
    fn any_changed_byte_of_a_proof_file_is_found() {
        let policy = policy_of("group both all w1 w2\nquorum both\n").unwrap();
        let text = proof(3).to_string();
        assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 3\n"));
        for (place, byte) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii()) {
            let mut changed = text.clone();
            changed.replace_range(place..=place, if byte == b'x' { "y" } else { "x" });
            let verdict = changed.parse::<ProofFile>();
            let verdict = verdict.and_then(|file| file.verify(&leaf(3), &policy));
            assert!(verdict.is_err(), "byte {place}");
        }
    }

    #[test]
    fn reading_hashes_of_a_range_outside_gives_none() {
        assert_eq!((*leaves(3)).leaf_hashes(2..5), Ok(Vec::new()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn any_growth_is_followed_and_no_shrinking(old in 0_u64..200, new in 0_u64..200) {
            let last = (old > 0).then(|| kept(old));
            if old <= new {
                prop_assert!(witness_of(1).decide(&ask(old, new), last.as_ref(), NOW).is_ok());
            } else {
                let mut asked = ask(new, new);
                asked.old = old;
                prop_assert!(witness_of(1).decide(&asked, last.as_ref(), NOW).is_err());
            }
        }

        #[test]
        fn any_text_is_a_policy_or_refused(text in "((log|witness|group|quorum|#) [ -~\t]{0,30}\n){0,6}") {
            if let Ok(policy) = Policy::parse(&text) {
                prop_assert!(policy.logs().is_empty());
            }
        }

        #[test]
        fn any_text_is_a_request_or_refused(text in "old [0-9]{1,3}\n([A-Za-z0-9+/]{43}=\n){0,3}\n\\PC{0,60}") {
            if let Ok(request) = text.parse::<AddCheckpoint>() {
                prop_assert_eq!(request.to_string(), text);
            }
        }
    }
}
