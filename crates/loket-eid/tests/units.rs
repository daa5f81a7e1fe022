//! The smaller outside vectors: origins, addresses of responders, subjects, chains of authorities,
//! names of formats. Windows of time stand beside `ocsp.rs`.

#[cfg(test)]
mod outside_units {
    use std::path::Path;
    use std::sync::Arc;

    use loket_domain::ssin::Synthetic;
    use loket_domain::time::Timestamp;
    use loket_eid::certificate::{CardCertificate, ObjectIdentifier};
    use loket_eid::path::Authorities;
    use loket_eid::settings::{BELGIAN_AUTHENTICATION_POLICIES, BELGIAN_ROOTS};
    use loket_eid::token::AuthToken;
    use loket_eid::{CardFault, HttpFetcher, OcspSettings, Settings, WebEid};
    use serde_json::Value;

    fn file(name: &str) -> Vec<u8> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
        std::fs::read(folder.join(name)).unwrap()
    }

    fn units(list: &str) -> Vec<Value> {
        let all: Value = serde_json::from_slice(&file("units.json")).unwrap();
        let found = all[list].as_array().cloned().unwrap_or_default();
        assert!(!found.is_empty(), "{list}");
        found
    }

    fn text<'v>(unit: &'v Value, name: &str) -> &'v str {
        unit[name].as_str().unwrap_or_default()
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        drop(rustls::crypto::ring::default_provider().install_default());
        for unit in units("origin") {
            let settings = Settings {
                origin: text(&unit, "origin").to_owned(),
                allow_loopback_http: false,
                anchors: vec![file("certs/belgium/belgium-root-ca6.der")],
                intermediates: Vec::new(),
                policies: BELGIAN_AUTHENTICATION_POLICIES.map(str::to_owned).to_vec(),
                ocsp: OcspSettings::default(),
                synthetic: Synthetic::Refused,
            };
            let fetcher = Arc::new(HttpFetcher::new(&settings.ocsp).unwrap());
            let made = WebEid::new(settings, fetcher, Arc::new(|| [0; 32]));
            assert_eq!(made.is_ok(), unit["valid"], "{unit}");
        }
    }

    #[test]
    fn the_roots_are_pinned_by_their_fingerprints() {
        for name in ["ca3", "ca4", "ca4-renewed", "ca6"] {
            let root = file(&format!("certs/belgium/belgium-root-{name}.der"));
            let found = hex::encode(ring::digest::digest(&ring::digest::SHA256, &root));
            assert!(BELGIAN_ROOTS.contains(&found.as_str()), "{name}");
        }
    }

    #[test]
    fn the_responder_stands_in_the_certificate() {
        for unit in units("aia_ocsp_urls").iter().filter(|unit| unit["certificate"].is_string()) {
            let card = CardCertificate::from_der(file(text(unit, "certificate"))).unwrap();
            let address = card.ocsp_address().map(String::from);
            assert_eq!(address.as_deref(), unit["ocsp_url"].as_str(), "{unit}");
        }
    }

    #[test]
    fn attributes_of_a_subject_are_read() {
        for unit in units("subject_fields") {
            let card = CardCertificate::from_der(file(text(&unit, "certificate"))).unwrap();
            let attributes =
                [("CN", "3"), ("SN", "4"), ("serialNumber", "5"), ("C", "6"), ("GN", "42")];
            for (name, number) in attributes {
                let oid = ObjectIdentifier::new(&format!("2.5.4.{number}")).unwrap();
                assert_eq!(card.subject_text(oid).as_deref(), unit[name].as_str(), "{name}");
            }
        }
    }

    /// SHA-1 chains are refused: every card below them has expired.
    #[test]
    fn authorities_are_vouched_for_by_their_root() {
        for unit in units("ca_chains") {
            let issuing = CardCertificate::from_der(file(text(&unit, "leaf_ca"))).unwrap();
            let roots = Authorities::new(&[file(text(&unit, "root"))], &[]).unwrap();
            let now = Timestamp::parse(text(&unit, "time")).unwrap();
            let legacy = text(&unit, "expect").contains("sha1");
            assert_eq!(roots.vouch_for(&issuing, now), !legacy, "{unit}");
        }
    }

    /// Exactly `1`, `1.0` and `1.1`: upstream's first validator lets any other minor pass.
    #[test]
    fn formats_are_three() {
        let all: Value = serde_json::from_slice(&file("units.json")).unwrap();
        let formats = &all["token_formats"];
        let mut names: Vec<&str> = ["v1_accepts", "v1_rejects", "v11_accepts", "v11_rejects"]
            .iter()
            .flat_map(|list| formats[*list].as_array().unwrap())
            .filter_map(Value::as_str)
            .collect();
        names.sort_unstable();
        names.dedup();
        assert!(names.len() > 10);
        for name in names {
            let token = format!(r#"{{"format":"{name}","filler":"{}"}}"#, "x".repeat(100));
            let read = ["web-eid:1", "web-eid:1.0", "web-eid:1.1"].contains(&name);
            let refused = AuthToken::read(&token).err();
            assert_eq!(refused != Some(CardFault::UnsupportedFormat), read, "{name}: {refused:?}");
        }
    }
}
