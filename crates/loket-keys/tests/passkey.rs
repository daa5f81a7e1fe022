//! Passkeys against an authenticator in software: what a true one answers is taken, and each
//! answer that is changed in one place is not.

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
    use loket_domain::key::NewPasskey;
    use loket_domain::port::{KeyFault, Passkeys};
    use loket_domain::secret::Secret;
    use loket_keys::{PasskeySettings, WebauthnKeys};
    use ring::digest::{SHA256, digest};
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
    use serde_json::{Value, json};
    use uuid::Uuid;

    const RP_ID: &str = "loket.example.be";
    const ORIGIN: &str = "https://loket.example.be";
    const PRESENT: u8 = 0x01;
    const VERIFIED: u8 = 0x04;
    const BACKUP_ELIGIBLE: u8 = 0x08;
    const BACKED_UP: u8 = 0x10;
    const ATTESTED: u8 = 0x40;

    fn site() -> WebauthnKeys {
        let settings = PasskeySettings {
            rp_id: RP_ID.to_owned(),
            rp_origin: ORIGIN.to_owned(),
            rp_name: "Loket".to_owned(),
            allowed: Vec::new(),
        };
        WebauthnKeys::new(&settings).unwrap()
    }

    fn user() -> Uuid {
        Uuid::from_u128(0x0190_b8c4_7a3c_7000_8000_0000_0000_0001)
    }

    /// One passkey on a device.
    struct Device {
        key: EcdsaKeyPair,
        id: Vec<u8>,
    }

    /// What browser and device say; a test changes one part of it.
    #[derive(Clone)]
    struct Said {
        kind: &'static str,
        challenge: String,
        origin: &'static str,
        rp_id: &'static str,
        flags: u8,
        counter: u32,
        discoverable: Option<bool>,
    }

    fn said(kind: &'static str, options: &str) -> Said {
        let options: Value = serde_json::from_str(options).unwrap();
        Said {
            kind,
            challenge: options["publicKey"]["challenge"].as_str().unwrap().to_owned(),
            origin: ORIGIN,
            rp_id: RP_ID,
            flags: PRESENT | VERIFIED,
            counter: 0,
            discoverable: Some(true),
        }
    }

    /// CBOR head of a byte string or text (major type 2 or 3) of up to 65535 bytes.
    fn cbor(major: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[(major << 5) | 0x19], length.as_slice(), content].concat()
    }

    impl Said {
        fn client_data(&self) -> Vec<u8> {
            json!({
                "type": self.kind,
                "challenge": self.challenge,
                "origin": self.origin,
                "crossOrigin": false,
            })
            .to_string()
            .into_bytes()
        }

        fn authenticator_data(&self) -> Vec<u8> {
            let rp = digest(&SHA256, self.rp_id.as_bytes());
            [rp.as_ref(), &[self.flags], &self.counter.to_be_bytes()].concat()
        }
    }

    impl Device {
        fn new(name: u8) -> Self {
            let random = SystemRandom::new();
            let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
            let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
            Self { key, id: vec![name; 32] }
        }

        /// COSE key: EC2, ES256, P-256.
        fn cose_key(&self) -> Vec<u8> {
            let point = self.key.public_key().as_ref();
            let (x, y) = (&point[1..33], &point[33..65]);
            let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];
            [&head[..], &[0x21], &cbor(2, x), &[0x22], &cbor(2, y)].concat()
        }

        fn register(&self, said: &Said) -> String {
            let attested = Said { flags: said.flags | ATTESTED, ..said.clone() };
            let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
            let data = [
                attested.authenticator_data(),
                vec![0; 16],
                length.to_vec(),
                self.id.clone(),
                self.cose_key(),
            ]
            .concat();
            let object = [
                vec![0xa3],
                cbor(3, b"fmt"),
                cbor(3, b"none"),
                cbor(3, b"attStmt"),
                vec![0xa0],
                cbor(3, b"authData"),
                cbor(2, &data),
            ]
            .concat();
            let props = said.discoverable.map(|rk| json!({ "credProps": { "rk": rk } }));
            json!({
                "id": B64.encode(&self.id),
                "rawId": B64.encode(&self.id),
                "type": "public-key",
                "clientExtensionResults": props.unwrap_or_else(|| json!({})),
                "response": {
                    "attestationObject": B64.encode(object),
                    "clientDataJSON": B64.encode(said.client_data()),
                    "transports": ["internal"],
                },
            })
            .to_string()
        }

        fn sign_in(&self, said: &Said) -> Value {
            let data = said.authenticator_data();
            let client_data = said.client_data();
            let signed = [&data, digest(&SHA256, &client_data).as_ref()].concat();
            let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
            json!({
                "id": B64.encode(&self.id),
                "rawId": B64.encode(&self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {
                    "authenticatorData": B64.encode(data),
                    "clientDataJSON": B64.encode(client_data),
                    "signature": B64.encode(signature),
                    "userHandle": B64.encode(user().as_bytes()),
                },
            })
        }

        fn registered(&self, counter: u32) -> NewPasskey {
            let (options, state) = site().start_registration(user(), "An P.", &[]).unwrap();
            let said = Said { counter, ..said("webauthn.create", &options) };
            site().finish_registration(&state, &self.register(&said)).unwrap()
        }
    }

    #[test]
    fn the_questions_ask_for_verified_users_and_discoverable_keys() {
        let (options, state) = site().start_registration(user(), "An P.", &[]).unwrap();
        let options: Value = serde_json::from_str(&options).unwrap();
        let public = &options["publicKey"];
        assert_eq!(public["rp"], json!({ "id": RP_ID, "name": "Loket" }));
        assert_eq!(public["user"]["id"], json!(B64.encode(user().as_bytes())));
        let selection = &public["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "required");
        assert_eq!(selection["requireResidentKey"], true);
        assert_eq!(selection["userVerification"], "required");
        assert!(B64.decode(public["challenge"].as_str().unwrap()).unwrap().len() >= 32);
        assert!(!state.expose().is_empty());
        let (options, _) = site().start_sign_in().unwrap();
        let options: Value = serde_json::from_str(&options).unwrap();
        assert_eq!(options["publicKey"]["userVerification"], "required");
        assert_eq!(options["publicKey"]["rpId"], RP_ID);
        assert!(options["publicKey"]["allowCredentials"].as_array().is_none_or(Vec::is_empty));
        assert!(options.get("mediation").is_none_or(Value::is_null));
    }

    #[test]
    fn a_passkey_is_made_and_used() {
        let (other, device) = (Device::new(1).registered(0), Device::new(2));
        let passkey = device.registered(0);
        assert_eq!(passkey.credential_id, B64.encode([2; 32]));
        let (options, state) = site().start_sign_in().unwrap();
        let answer = device.sign_in(&said("webauthn.get", &options)).to_string();
        assert_eq!(site().named_user(&answer), Ok(user()));
        let stored = [other.stored, passkey.stored];
        let used = site().finish_sign_in(&state, &answer, &stored).unwrap();
        assert_eq!(used.credential_id, passkey.credential_id);
        assert_eq!((used.stored, used.counter_regressed), (None, false));
    }

    #[test]
    fn a_counter_that_grows_is_stored_and_one_that_does_not_is_told() {
        let device = Device::new(3);
        let mut stored = device.registered(5).stored;
        for (counter, regressed) in [(6, false), (9, false), (9, true), (4, true), (0, true)] {
            let (options, state) = site().start_sign_in().unwrap();
            let said = Said { counter, ..said("webauthn.get", &options) };
            let answer = device.sign_in(&said).to_string();
            let used = site().finish_sign_in(&state, &answer, &[stored.clone()]).unwrap();
            assert_eq!(used.counter_regressed, regressed, "{counter}");
            assert_eq!(used.stored.is_some(), !regressed, "{counter}");
            stored = used.stored.unwrap_or(stored);
        }
    }

    /// A counter that went back must not hide another fault.
    #[test]
    fn a_regressed_counter_under_a_wrong_signature_is_a_mismatch() {
        let (device, thief) = (Device::new(4), Device::new(4));
        let stored = device.registered(5).stored;
        let (options, state) = site().start_sign_in().unwrap();
        let said = Said { counter: 1, ..said("webauthn.get", &options) };
        let answer = thief.sign_in(&said).to_string();
        let used = site().finish_sign_in(&state, &answer, &[stored]);
        assert_eq!(used, Err(KeyFault::Mismatch));
    }

    type Change = fn(&mut Said);

    #[test]
    fn a_changed_registration_is_not_taken() {
        let changes: [(&str, Change, KeyFault); 9] = [
            ("type", |s| s.kind = "webauthn.get", KeyFault::Mismatch),
            ("challenge", |s| s.challenge = B64.encode([0; 32]), KeyFault::Mismatch),
            ("origin", |s| s.origin = "https://loket.example.com", KeyFault::Mismatch),
            ("scheme", |s| s.origin = "http://loket.example.be", KeyFault::Mismatch),
            ("port", |s| s.origin = "https://loket.example.be:8443", KeyFault::Mismatch),
            ("relying party", |s| s.rp_id = "example.be", KeyFault::Mismatch),
            ("presence", |s| s.flags = VERIFIED, KeyFault::NotVerified),
            ("verification", |s| s.flags = PRESENT, KeyFault::NotVerified),
            ("discoverable", |s| s.discoverable = Some(false), KeyFault::Mismatch),
        ];
        for (name, change, fault) in changes {
            let (options, state) = site().start_registration(user(), "An P.", &[]).unwrap();
            let mut said = said("webauthn.create", &options);
            let device = Device::new(5);
            let whole = device.register(&said);
            assert!(site().finish_registration(&state, &whole).is_ok(), "{name}");
            change(&mut said);
            let answer = device.register(&said);
            assert_eq!(site().finish_registration(&state, &answer), Err(fault), "{name}");
        }
    }

    #[test]
    fn a_changed_sign_in_is_not_taken() {
        let changes: [(&str, Change, KeyFault); 10] = [
            ("type", |s| s.kind = "webauthn.create", KeyFault::Mismatch),
            ("challenge", |s| s.challenge = B64.encode([0; 32]), KeyFault::Mismatch),
            ("origin", |s| s.origin = "https://loket.example.com", KeyFault::Mismatch),
            ("subdomain", |s| s.origin = "https://x.loket.example.be", KeyFault::Mismatch),
            ("port", |s| s.origin = "https://loket.example.be:8443", KeyFault::Mismatch),
            ("relying party", |s| s.rp_id = "example.be", KeyFault::Mismatch),
            ("presence", |s| s.flags = VERIFIED, KeyFault::NotVerified),
            ("verification", |s| s.flags = PRESENT, KeyFault::NotVerified),
            ("backup", |s| s.flags |= BACKUP_ELIGIBLE, KeyFault::Mismatch),
            ("backed up", |s| s.flags |= BACKED_UP, KeyFault::Mismatch),
        ];
        let device = Device::new(6);
        let stored = [device.registered(0).stored];
        for (name, change, fault) in changes {
            let (options, state) = site().start_sign_in().unwrap();
            let mut said = said("webauthn.get", &options);
            let whole = device.sign_in(&said).to_string();
            assert!(site().finish_sign_in(&state, &whole, &stored).is_ok(), "{name}");
            change(&mut said);
            let answer = device.sign_in(&said).to_string();
            assert_eq!(site().finish_sign_in(&state, &answer, &stored), Err(fault), "{name}");
        }
    }

    #[test]
    fn what_is_not_signed_by_this_key_for_this_question_is_not_taken() {
        let device = Device::new(7);
        let stored = [device.registered(0).stored];
        let (options, state) = site().start_sign_in().unwrap();
        let (_, later_state) = site().start_sign_in().unwrap();
        let answer = device.sign_in(&said("webauthn.get", &options));
        let finish = |state: &Secret, answer: &Value, stored: &[String]| {
            site().finish_sign_in(state, &answer.to_string(), stored).map(|used| used.credential_id)
        };
        assert!(finish(&state, &answer, &stored).is_ok());
        assert_eq!(finish(&later_state, &answer, &stored), Err(KeyFault::Mismatch), "old answer");
        assert_eq!(finish(&state, &answer, &[]), Err(KeyFault::Mismatch), "no passkey");
        let another = [Device::new(8).registered(0).stored];
        assert_eq!(finish(&state, &answer, &another), Err(KeyFault::Mismatch), "another's passkey");
        let twin = [Device::new(7).registered(0).stored];
        assert_eq!(finish(&state, &answer, &twin), Err(KeyFault::Mismatch), "same id, other key");
        for part in ["signature", "authenticatorData", "clientDataJSON"] {
            let mut changed = answer.clone();
            let place = &mut changed["response"][part];
            let mut bytes = B64.decode(place.as_str().unwrap()).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            *place = json!(B64.encode(bytes));
            assert!(finish(&state, &changed, &stored).is_err(), "{part}");
        }
        assert_eq!(finish(&state, &answer, &["{}".to_owned()]), Err(KeyFault::Internal));
    }

    #[test]
    fn what_cannot_be_read_is_said_to_be_unreadable() {
        let (_, registration) = site().start_registration(user(), "An P.", &[]).unwrap();
        let (options, sign_in) = site().start_sign_in().unwrap();
        let device = Device::new(9);
        let mut nameless = device.sign_in(&said("webauthn.get", &options));
        nameless["response"]["userHandle"] = Value::Null;
        assert_eq!(site().named_user(&nameless.to_string()), Err(KeyFault::Unreadable));
        nameless["response"]["userHandle"] = json!(B64.encode([1; 15]));
        assert_eq!(site().named_user(&nameless.to_string()), Err(KeyFault::Unreadable));
        for answer in ["", "null", "{}", "[]", &"[".repeat(10_000), &" ".repeat(70_000)] {
            let fault = Err(KeyFault::Unreadable);
            assert_eq!(site().named_user(answer), fault.map(|()| user()));
            assert_eq!(site().finish_registration(&registration, answer).map(|_| ()), fault);
            assert_eq!(site().finish_sign_in(&sign_in, answer, &[]).map(|_| ()), fault);
        }
    }

    #[test]
    fn a_site_has_a_secure_origin_of_its_own_domain() {
        let make = |rp_id: &str, rp_origin: &str| {
            let settings = PasskeySettings {
                rp_id: rp_id.to_owned(),
                rp_origin: rp_origin.to_owned(),
                rp_name: "Loket".to_owned(),
                allowed: Vec::new(),
            };
            WebauthnKeys::new(&settings).is_ok()
        };
        assert!(make("localhost", "http://localhost:8080"));
        assert!(make("example.be", "https://loket.example.be"));
        assert!(!make("example.be", "http://loket.example.be"));
        assert!(!make("loket.example.be", "https://example.be"));
        assert!(!make("loket.example.be", "loket.example.be"));
    }
}
