//! Nothing that a browser, a card or a responder sends makes the checks panic, and nothing that
//! was changed on the way is accepted.

#[cfg(test)]
mod garbage {
    use std::path::Path;

    use loket_domain::ssin::Synthetic;
    use loket_domain::time::Timestamp;
    use loket_eid::certificate::{CardCertificate, PolicyRule};
    use loket_eid::ocsp::Question;
    use loket_eid::path::Authorities;
    use loket_eid::{OcspSettings, Reply, Rules};
    use proptest::collection::vec;
    use proptest::prelude::*;
    use x509_cert::Certificate;
    use x509_cert::der::Decode;

    fn file(name: &str) -> Vec<u8> {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name))
            .unwrap()
    }

    fn belgian_rules() -> Rules {
        let anchors = [file("certs/be-eid-test-ec-citizen-ca.der")];
        let authorities = Authorities::new(&anchors, &[]).unwrap();
        Rules { authorities, policies: PolicyRule::default() }
    }

    fn now() -> Timestamp {
        Timestamp::parse("2024-12-24T00:00:00Z").unwrap()
    }

    /// Origin, challenge and token of a case that is accepted.
    fn good_token() -> (String, String, String) {
        let all: serde_json::Value = serde_json::from_slice(&file("cases.json")).unwrap();
        let case = all["cases"]
            .as_array()
            .unwrap()
            .iter()
            .find(|case| case["id"] == "be-ecc-valid")
            .unwrap();
        let text = |name: &str| case[name].as_str().unwrap().to_owned();
        (text("origin"), text("nonce"), text("token"))
    }

    /// Overwrites bytes at relative places and cuts the end off.
    fn damaged(
        bytes: &[u8],
        changes: &[(prop::sample::Index, u8)],
        keep: Option<usize>,
    ) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for (place, value) in changes {
            let at = place.index(bytes.len());
            bytes[at] = *value;
        }
        bytes.truncate(keep.unwrap_or(usize::MAX));
        bytes
    }

    fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
        vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)
    }

    proptest! {
        #[test]
        fn tokens(text in "\\PC{0,200}", fill in "[a-z\"{}\\[\\]:,]{100,300}") {
            let rules = belgian_rules();
            prop_assert!(rules.examine(&text, now()).is_err());
            prop_assert!(rules.examine(&fill, now()).is_err());
        }

        #[test]
        fn changed_tokens(changes in changes()) {
            let (origin, challenge, token) = good_token();
            let changed = damaged(token.as_bytes(), &changes, None);
            if let Ok(text) = String::from_utf8(changed) {
                let rules = belgian_rules();
                if let Ok(examined) = rules.examine(&text, now()) {
                    let right = examined.check_signature(&origin, &challenge).is_ok();
                    let (_, _, original) = good_token();
                    // Fields that are not read, such as appVersion, may change.
                    let fields = |json: &str| -> [serde_json::Value; 3] {
                        let value: serde_json::Value = serde_json::from_str(json).unwrap();
                        ["unverifiedCertificate", "algorithm", "signature"]
                            .map(|name| value[name].clone())
                    };
                    prop_assert!(!right || fields(&text) == fields(&original));
                }
            }
        }

        #[test]
        fn changed_certificates(changes in changes(), keep in proptest::option::of(0_usize..900)) {
            let original = file("certs/be-eid-test-ec-citizen-ca.der");
            if let Ok(card) = CardCertificate::from_der(damaged(&original, &changes, keep)) {
                let _ = card.check_purpose();
                let _ = card.check_forbidden(&PolicyRule::default());
                let _ = card.subject(Synthetic::Accepted);
                let _ = card.ocsp_address();
                let _ = belgian_rules().authorities.issuer_of(&card, &[], now());
            }
            let _ = Authorities::new(&[damaged(&original, &changes, keep)], &[]);
        }

        #[test]
        fn changed_ocsp_answers(changes in changes(), keep in proptest::option::of(0_usize..1600)) {
            let subject = file("certs/ee-subject-jaak-kristjan-2018.der");
            let issuer = file("certs/ee-test-of-esteid2018.der");
            let original = file("ocsp/revoked-2021-09-18.der");
            let (subject, issuer) =
                (Certificate::from_der(&subject).unwrap(), Certificate::from_der(&issuer).unwrap());
            let question = Question::new(&subject, &issuer, None).unwrap();
            let reply = Reply {
                status: 200,
                content_type: "application/ocsp-response".into(),
                body: damaged(&original, &changes, keep),
            };
            let at = Timestamp::parse("2021-09-18T00:16:00Z").unwrap();
            prop_assert!(question.judge(&reply, &issuer, &OcspSettings::default(), at).is_err());
        }

        #[test]
        fn random_ocsp_answers(body in vec(any::<u8>(), 0..300)) {
            let certificate = file("certs/be-eid-test-ec-citizen-ca.der");
            let certificate = Certificate::from_der(&certificate).unwrap();
            let question = Question::new(&certificate, &certificate, Some(&[3; 32])).unwrap();
            let content_type = "application/ocsp-response".to_owned();
            let reply = Reply { status: 200, content_type, body };
            let limits = OcspSettings::default();
            prop_assert!(question.judge(&reply, &certificate, &limits, now()).is_err());
        }
    }
}
