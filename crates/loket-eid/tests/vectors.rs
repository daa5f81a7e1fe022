//! The outside vectors of `tests/vectors` (see its NOTICE), each with the outcome that it states.

#[cfg(test)]
mod outside_vectors {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::time::Duration;

    use loket_domain::ssin::Synthetic;
    use loket_domain::time::Timestamp;
    use loket_eid::certificate::{CardCertificate, PolicyRule};
    use loket_eid::ocsp::Question;
    use loket_eid::path::Authorities;
    use loket_eid::token::AuthToken;
    use loket_eid::verifier::{Examined, check_signature};
    use loket_eid::{CardFault, OcspFault, OcspSettings, Reply, Rules};
    use serde::Deserialize;
    use x509_cert::Certificate;
    use x509_cert::der::Decode;
    use x509_cert::der::oid::ObjectIdentifier;

    /// A path that the path library refuses for a NULL parameter in an ECDSA identifier.
    const KNOWN_DIFFERENCE: &str = "fi-es384-valid";

    #[derive(Deserialize)]
    struct File<T> {
        #[serde(default)]
        default_disallowed_policies: Vec<String>,
        cases: Vec<T>,
    }

    #[derive(Deserialize)]
    struct TokenCase {
        id: String,
        token: Option<String>,
        #[serde(default)]
        nonce: Option<String>,
        origin: String,
        validation_time: String,
        trusted_ca: Vec<String>,
        intermediates: Vec<String>,
        #[serde(default)]
        extra_disallowed_policies: Vec<String>,
        required_policies: Option<Vec<String>>,
        scope: Option<String>,
        revocation_check: String,
        expect: Expect,
    }

    #[derive(Deserialize)]
    struct Expect {
        outcome: String,
        code: Option<String>,
        #[serde(default)]
        also_acceptable_codes: Vec<String>,
        subject: Option<BTreeMap<String, Option<String>>>,
    }

    #[derive(Deserialize)]
    struct OcspCase {
        id: String,
        subject_certificate: String,
        issuer_certificate: String,
        designated_responder_certificate: Option<String>,
        nonce_required: bool,
        request_nonce_hex: Option<String>,
        response: Option<String>,
        http: Http,
        validation_time: String,
        allowed_skew_seconds: u64,
        max_this_update_age_seconds: u64,
        expect: Expect,
    }

    #[derive(Deserialize)]
    struct Http {
        status: Option<u16>,
        content_type: Option<String>,
    }

    impl Expect {
        fn codes(&self) -> impl Iterator<Item = &str> {
            self.code.iter().chain(&self.also_acceptable_codes).map(String::as_str)
        }
    }

    fn file(name: &str) -> Vec<u8> {
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name))
            .unwrap()
    }

    fn files(names: &[String]) -> Vec<Vec<u8>> {
        names.iter().map(|name| file(name)).collect()
    }

    fn moment(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn oids(texts: &[String]) -> Vec<ObjectIdentifier> {
        texts.iter().map(|text| ObjectIdentifier::new(text).unwrap()).collect()
    }

    fn check_subject(case: &TokenCase, examined: &Examined) {
        let Some(expected) = &case.expect.subject else { return };
        let value = |name: &str| expected.get(name).cloned().flatten().unwrap_or_default();
        let subject = examined.card().subject(Synthetic::Refused);
        if value("C") == "BE" {
            let subject = subject.unwrap();
            assert_eq!(subject.ssin.digits(), value("serialNumber"), "{}", case.id);
            assert_eq!(subject.given_names, value("GN"), "{}", case.id);
            assert_eq!(subject.surname, value("SN"), "{}", case.id);
        } else {
            assert_eq!(subject.err(), Some(CardFault::Subject), "{}", case.id);
        }
    }

    fn judge(case: &TokenCase, forbidden: &[String]) -> Result<(), CardFault> {
        let token = case.token.as_deref().unwrap_or_default();
        let challenge = case.nonce.as_deref().unwrap_or_default();
        if case.scope.as_deref() == Some("signature_only") {
            let token = AuthToken::read(token)?;
            let card = CardCertificate::from_der(token.certificate()?)?;
            return check_signature(&token, &card, &case.origin, challenge);
        }
        let mut forbidden = oids(forbidden);
        forbidden.extend(oids(&case.extra_disallowed_policies));
        let rules = Rules {
            authorities: Authorities::new(&files(&case.trusted_ca), &files(&case.intermediates))
                .unwrap(),
            policies: PolicyRule {
                required: case.required_policies.as_deref().map(oids),
                forbidden,
            },
        };
        let examined = rules.examine(token, moment(&case.validation_time))?;
        check_subject(case, &examined);
        examined.check_signature(&case.origin, challenge)
    }

    #[test]
    fn tokens_come_out_as_stated() {
        let all: File<TokenCase> = serde_json::from_slice(&file("cases.json")).unwrap();
        let (mut accepted, mut refused, mut live) = (0, 0, 0);
        for case in &all.cases {
            // Two cases ask a responder on the network, upstream too only when told.
            if case.revocation_check != "off" {
                live += 1;
                continue;
            }
            let outcome = judge(case, &all.default_disallowed_policies);
            if case.id == KNOWN_DIFFERENCE {
                assert_eq!(outcome, Err(CardFault::NotTrusted));
            } else if case.expect.outcome == "accept" {
                assert_eq!(outcome, Ok(()), "{}", case.id);
                accepted += 1;
            } else {
                let why = outcome.expect_err(&case.id).to_string();
                let stated: Vec<&str> = case.expect.codes().collect();
                assert!(stated.contains(&why.as_str()), "{}: {why}, stated {stated:?}", case.id);
                refused += 1;
            }
        }
        assert_eq!((accepted, refused, live, all.cases.len()), (21, 90, 2, 114));
    }

    fn judge_ocsp(case: &OcspCase, status: u16) -> Result<(), OcspFault> {
        let subject = Certificate::from_der(&file(&case.subject_certificate)).unwrap();
        let issuer = Certificate::from_der(&file(&case.issuer_certificate)).unwrap();
        let nonce = case.nonce_required.then(|| match &case.request_nonce_hex {
            Some(hex) => hex::decode(hex).unwrap(),
            None => vec![1; 32],
        });
        let limits = OcspSettings {
            skew: Duration::from_secs(case.allowed_skew_seconds),
            max_age: Duration::from_secs(case.max_this_update_age_seconds),
            ..OcspSettings::default()
        };
        let reply = Reply {
            status,
            content_type: case.http.content_type.clone().unwrap_or_default(),
            body: case.response.as_deref().map(file).unwrap_or_default(),
        };
        let question = Question::new(&subject, &issuer, nonce.as_deref())?;
        let now = moment(&case.validation_time);
        match &case.designated_responder_certificate {
            Some(name) => {
                let responder = Certificate::from_der(&file(name)).unwrap();
                question.judge_designated(&reply, &responder, &limits, now)
            }
            None => question.judge(&reply, &issuer, &limits, now),
        }
    }

    #[test]
    fn ocsp_answers_come_out_as_stated() {
        let all: File<OcspCase> = serde_json::from_slice(&file("ocsp.json")).unwrap();
        let (mut accepted, mut refused) = (0, 0);
        for case in &all.cases {
            // The host that does not resolve has no answer to judge.
            let Some(status) = case.http.status else { continue };
            let outcome = judge_ocsp(case, status);
            if case.expect.outcome == "accept" {
                assert_eq!(outcome, Ok(()), "{}", case.id);
                accepted += 1;
                continue;
            }
            let why = outcome.expect_err(&case.id);
            refused += 1;
            let code = why.to_string();
            assert!(case.expect.codes().any(|stated| stated == code), "{}: {code}", case.id);
        }
        assert_eq!((accepted, refused, all.cases.len()), (3, 17, 21));
    }

    #[test]
    fn responders_are_read_from_certificates() {
        for (name, address) in [
            ("ee-subject-jaak-kristjan-2018", Some("http://aia.demo.sk.ee/esteid2018")),
            ("be-eid-test-ec-root-ca", None),
            ("belgium/citizen-ca-202002", Some("http://ocsp.eidpki.belgium.be/eid/brca6")),
        ] {
            let card = CardCertificate::from_der(file(&format!("certs/{name}.der"))).unwrap();
            assert_eq!(card.ocsp_address().as_ref().map(url::Url::as_str), address, "{name}");
        }
    }

    #[test]
    fn the_belgian_roots_and_issuing_authorities_are_read() {
        let roots = ["root-ca3", "root-ca4", "root-ca4-renewed", "root-ca6"]
            .map(|name| file(&format!("certs/belgium/belgium-{name}.der")));
        let issuing = ["citizen-ca-202002", "foreigner-ca-202001"]
            .map(|name| file(&format!("certs/belgium/{name}.der")));
        assert!(Authorities::new(&roots, &issuing).is_ok());
    }
}
