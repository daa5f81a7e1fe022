//! Time-stamps against `openssl ts`, as authority and as verifier.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::{Command, Output};

    use loket_tlog::{Authority, TimeStampFault, time_stamp_request, verify_time_stamp};
    use tempfile::TempDir;

    const TEXT: &[u8] = b"loket.example/log1\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    const NONCE: [u8; 8] = [0x81, 2, 3, 4, 5, 6, 7, 8];
    const SETTINGS: &str = "
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Test
[root]
basicConstraints = critical,CA:true
[stamping]
extendedKeyUsage = critical,timeStamping
[more]
extendedKeyUsage = critical,timeStamping,serverAuth
[relaxed]
extendedKeyUsage = timeStamping
[tsa]
default_tsa = config
[config]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
clock_precision_digits = 3
ess_cert_id_alg = sha256
";

    fn openssl(folder: &Path, arguments: &str) -> Output {
        let arguments = arguments.split_whitespace();
        Command::new("openssl").args(arguments).current_dir(folder).output().unwrap()
    }

    fn done(folder: &Path, arguments: &str) {
        let output = openssl(folder, arguments);
        assert!(
            output.status.success(),
            "{arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// A root and an authority for time-stamps below it, with a key of this kind and these uses.
    fn authority(key: &str, uses: &str) -> TempDir {
        let folder = TempDir::new().unwrap();
        let at = folder.path();
        fs::write(at.join("settings"), SETTINGS).unwrap();
        fs::write(at.join("text"), TEXT).unwrap();
        done(
            at,
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -subj /CN=Root -days 30 -config settings -extensions root",
        );
        done(
            at,
            &format!(
                "req -new {key} -nodes -keyout tsa.key -out tsa.csr -subj /CN=Stamper -config settings"
            ),
        );
        done(
            at,
            &format!(
                "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile settings -extensions {uses} -out tsa.pem"
            ),
        );
        done(at, "x509 -in root.pem -outform DER -out root.der");
        folder
    }

    /// The response of the authority to our own request.
    fn stamped(at: &Path) -> Vec<u8> {
        fs::write(at.join("request"), time_stamp_request(TEXT, NONCE).unwrap()).unwrap();
        done(
            at,
            "ts -reply -config settings -queryfile request -signer tsa.pem -inkey tsa.key -out response",
        );
        fs::read(at.join("response")).unwrap()
    }

    fn trusted(at: &Path) -> Vec<Authority> {
        vec![Authority::from_der(&fs::read(at.join("root.der")).unwrap()).unwrap()]
    }

    #[test]
    fn an_authority_understands_our_request_and_we_its_answer() {
        for key in [
            "-newkey ec -pkeyopt ec_paramgen_curve:P-256",
            "-newkey ec -pkeyopt ec_paramgen_curve:P-384",
            "-newkey rsa:2048",
        ] {
            let folder = authority(key, "stamping");
            let at = folder.path();
            let response = stamped(at);
            let stamp = verify_time_stamp(&response, TEXT, Some(NONCE), &trusted(at)).unwrap();
            assert_eq!(stamp.policy, "1.2.3.4.1");
            assert_eq!(stamp.authority, "CN=Stamper");
            assert!(stamp.time > 1_764_000_000);
            // And openssl says the same of the very bytes.
            done(at, "ts -verify -in response -data text -CAfile root.pem");
            done(at, "ts -verify -in response -queryfile request -CAfile root.pem");
        }
    }

    #[test]
    fn another_text_request_or_authority_is_refused() {
        let folder = authority("-newkey ec -pkeyopt ec_paramgen_curve:P-256", "stamping");
        let at = folder.path();
        let (response, trust) = (stamped(at), trusted(at));
        let verdict = |text: &[u8], nonce, trust: &[Authority]| {
            verify_time_stamp(&response, text, nonce, trust).unwrap_err()
        };
        assert!(verify_time_stamp(&response, TEXT, None, &trust).is_ok());
        let other = [&TEXT[..19], b"8", &TEXT[20..]].concat();
        assert_eq!(verdict(&other, None, &trust), TimeStampFault::Imprint);
        assert_eq!(verdict(TEXT, Some([1; 8]), &trust), TimeStampFault::Nonce);
        assert_eq!(verdict(TEXT, None, &[]), TimeStampFault::Signer);
        let elsewhere = authority("-newkey ec -pkeyopt ec_paramgen_curve:P-256", "stamping");
        assert_eq!(verdict(TEXT, None, &trusted(elsewhere.path())), TimeStampFault::Signer);
    }

    #[test]
    fn a_certificate_for_something_else_is_no_authority() {
        for uses in ["more", "relaxed", "root"] {
            let folder = authority("-newkey ec -pkeyopt ec_paramgen_curve:P-256", uses);
            let at = folder.path();
            fs::write(at.join("request"), time_stamp_request(TEXT, NONCE).unwrap()).unwrap();
            // openssl itself refuses to stamp with some of them.
            let made = openssl(
                at,
                "ts -reply -config settings -queryfile request -signer tsa.pem -inkey tsa.key -out response",
            );
            if !made.status.success() {
                continue;
            }
            let response = fs::read(at.join("response")).unwrap();
            let verdict = verify_time_stamp(&response, TEXT, None, &trusted(at));
            assert!(
                matches!(verdict, Err(TimeStampFault::Signer | TimeStampFault::Refused)),
                "{uses} {verdict:?}"
            );
        }
    }

    #[test]
    fn a_refusal_is_told_as_one() {
        let folder = authority("-newkey ec -pkeyopt ec_paramgen_curve:P-256", "stamping");
        let at = folder.path();
        let settings = SETTINGS.replace("digests = sha256", "digests = sha512");
        fs::write(at.join("settings"), settings).unwrap();
        let verdict = verify_time_stamp(&stamped(at), TEXT, None, &trusted(at));
        assert_eq!(verdict, Err(TimeStampFault::Refused));
    }

    #[test]
    fn no_changed_byte_changes_what_is_stated() {
        let folder = authority("-newkey ec -pkeyopt ec_paramgen_curve:P-256", "stamping");
        let at = folder.path();
        let (response, trust) = (stamped(at), trusted(at));
        let stamp = verify_time_stamp(&response, TEXT, Some(NONCE), &trust).unwrap();
        let mut refused = 0;
        for place in 0..response.len() {
            let mut changed = response.clone();
            changed[place] ^= 1;
            match verify_time_stamp(&changed, TEXT, Some(NONCE), &trust) {
                Err(_) => refused += 1,
                // The free text of the status and the like are not signed.
                Ok(read) => assert_eq!(read, stamp, "byte {place}"),
            }
            assert!(verify_time_stamp(&response[..place], TEXT, None, &trust).is_err());
        }
        assert!(refused > response.len() * 9 / 10, "{refused} of {}", response.len());
    }
}
