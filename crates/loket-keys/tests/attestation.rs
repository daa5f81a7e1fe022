//! The list of authenticators: one of the list shows by its maker's certificate that it made the key;
//! every other is refused, whatever it says of itself.

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
    use loket_domain::key::NewPasskey;
    use loket_domain::port::{KeyFault, Passkeys};
    use loket_keys::{AllowedAuthenticator, PasskeySettings, WebauthnKeys};
    use rcgen::{
        BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair,
        KeyUsagePurpose,
    };
    use ring::digest::{SHA256, digest};
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
    use serde_json::{Value, json};
    use uuid::Uuid;

    const RP_ID: &str = "loket.example.be";
    const ORIGIN: &str = "https://loket.example.be";
    const MODEL: Uuid = Uuid::from_u128(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);
    /// `id-fido-gen-ce-aaguid` (WebAuthn section 8.2.1).
    const AAGUID_EXTENSION: [u64; 10] = [1, 3, 6, 1, 4, 1, 45724, 1, 1, 4];

    /// A maker with its root.
    struct Maker {
        key: KeyPair,
        params: CertificateParams,
        root: Vec<u8>,
    }

    impl Maker {
        fn new(name: &str) -> Self {
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::new(Vec::new()).unwrap();
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
            let root = params.self_signed(&key).unwrap().der().to_vec();
            Self { key, params, root }
        }

        /// Key and certificate with which authenticators of a model attest.
        fn attests(&self, model: Uuid) -> (EcdsaKeyPair, Vec<u8>) {
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::new(Vec::new()).unwrap();
            params.distinguished_name.push(DnType::CountryName, "BE");
            params.distinguished_name.push(DnType::OrganizationName, "Maker");
            params
                .distinguished_name
                .push(DnType::OrganizationalUnitName, "Authenticator Attestation");
            params.distinguished_name.push(DnType::CommonName, "Batch 1");
            params.is_ca = IsCa::ExplicitNoCa;
            let value = [&[0x04, 0x10], model.as_bytes().as_slice()].concat();
            params.custom_extensions =
                vec![CustomExtension::from_oid_content(&AAGUID_EXTENSION, value)];
            let issuer = Issuer::from_params(&self.params, &self.key);
            let certificate = params.signed_by(&key, &issuer).unwrap().der().to_vec();
            let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
            let key =
                EcdsaKeyPair::from_pkcs8(algorithm, &key.serialize_der(), &SystemRandom::new());
            (key.unwrap(), certificate)
        }
    }

    fn site(root: &[u8]) -> WebauthnKeys {
        let allowed = AllowedAuthenticator {
            aaguid: MODEL,
            root: root.to_vec(),
            name: "Maker's model".to_owned(),
        };
        let settings = PasskeySettings {
            rp_id: RP_ID.to_owned(),
            rp_origin: ORIGIN.to_owned(),
            rp_name: "Loket".to_owned(),
            allowed: vec![allowed],
        };
        WebauthnKeys::new(&settings).unwrap()
    }

    /// CBOR head of a byte string or text (major type 2 or 3) of up to 65535 bytes.
    fn cbor(major: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[(major << 5) | 0x19], length.as_slice(), content].concat()
    }

    /// What an authenticator of a model answers, with an attestation or none.
    fn answer(options: &Value, model: Uuid, attests: Option<&(EcdsaKeyPair, Vec<u8>)>) -> String {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap();
        let client_data = json!({
            "type": "webauthn.create",
            "challenge": options["publicKey"]["challenge"],
            "origin": ORIGIN,
            "crossOrigin": false,
        })
        .to_string();
        let point = key.public_key().as_ref();
        let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];
        let cose = [&head[..], &[0x21], &cbor(2, &point[1..33]), &[0x22], &cbor(2, &point[33..65])]
            .concat();
        let id = vec![7; 32];
        let data = [
            digest(&SHA256, RP_ID.as_bytes()).as_ref(),
            // Present, verified, with a new key.
            &[0x45],
            &[0; 4],
            model.as_bytes(),
            &32_u16.to_be_bytes(),
            &id,
            &cose,
        ]
        .concat();
        let (format, statement) = match attests {
            None => ("none", vec![0xa0]),
            Some((attesting, certificate)) => {
                let signed = [&data, digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
                let signature = attesting.sign(&random, &signed).unwrap();
                let statement = [
                    vec![0xa3],
                    cbor(3, b"alg"),
                    vec![0x26],
                    cbor(3, b"sig"),
                    cbor(2, signature.as_ref()),
                    cbor(3, b"x5c"),
                    vec![0x81],
                    cbor(2, certificate),
                ];
                ("packed", statement.concat())
            }
        };
        let object = [
            vec![0xa3],
            cbor(3, b"fmt"),
            cbor(3, format.as_bytes()),
            cbor(3, b"attStmt"),
            statement,
            cbor(3, b"authData"),
            cbor(2, &data),
        ]
        .concat();
        json!({
            "id": B64.encode(&id),
            "rawId": B64.encode(&id),
            "type": "public-key",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "attestationObject": B64.encode(object),
                "clientDataJSON": B64.encode(client_data),
                "transports": ["usb"],
            },
        })
        .to_string()
    }

    fn made(
        site: &WebauthnKeys,
        model: Uuid,
        attests: Option<&(EcdsaKeyPair, Vec<u8>)>,
    ) -> Result<NewPasskey, KeyFault> {
        let (options, state) = site.start_registration(MODEL, "An P.", &[]).unwrap();
        let options: Value = serde_json::from_str(&options).unwrap();
        assert_eq!(options["publicKey"]["attestation"], "direct");
        let selection = &options["publicKey"]["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "required");
        assert_eq!(selection["userVerification"], "required");
        site.finish_registration(&state, &answer(&options, model, attests))
    }

    #[test]
    fn an_authenticator_of_the_list_shows_it_and_no_other_is_taken() {
        let (maker, stranger) = (Maker::new("Maker"), Maker::new("Maker"));
        let site = site(&maker.root);
        let key = made(&site, MODEL, Some(&maker.attests(MODEL))).unwrap();
        assert!(key.attested);
        let other = Uuid::from_u128(1);
        assert!(made(&site, MODEL, None).is_err(), "without a statement");
        assert!(made(&site, MODEL, Some(&stranger.attests(MODEL))).is_err(), "of another maker");
        assert!(made(&site, other, Some(&maker.attests(other))).is_err(), "of another model");
        assert!(made(&site, MODEL, Some(&maker.attests(other))).is_err(), "with a false name");
    }

    #[test]
    fn a_root_that_cannot_be_read_stops_the_program_and_not_the_person() {
        let settings = PasskeySettings {
            rp_id: RP_ID.to_owned(),
            rp_origin: ORIGIN.to_owned(),
            rp_name: "Loket".to_owned(),
            allowed: vec![AllowedAuthenticator {
                aaguid: MODEL,
                root: vec![1, 2, 3],
                name: String::new(),
            }],
        };
        assert_eq!(WebauthnKeys::new(&settings).err(), Some(KeyFault::Internal));
    }
}
