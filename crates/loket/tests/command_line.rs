//! The command line as an operator uses it: the program itself, its standard output, its faults and
//! exit codes, on a new installation.

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{Read as _, Write as _};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;
    use std::process::{Command, Output, Stdio};

    use loket_domain::Timestamp;
    use loket_testkit::pki::{DemoAuthority, Validity};
    use ring::digest::{SHA256, digest};
    use serde_json::Value;
    use tempfile::TempDir;

    const MUNICIPALITY: &str = "0200000142";
    const NUMBER: &str = "85073003328";

    /// A folder with a configuration that has everything but services that answer.
    struct Installation(TempDir);

    impl Installation {
        fn new() -> Self {
            let made = Self(tempfile::tempdir().unwrap());
            let output = made.run(&["config", "init", "."], "");
            assert!(output.status.success(), "{}", faults(&output));
            let validity = Validity {
                from: Timestamp::from_seconds(1_500_000_000),
                until: Timestamp::from_seconds(2_500_000_000),
            };
            let authority = DemoAuthority::make(validity).unwrap();
            made.write("eid/anchors/root.der", authority.root());
            made.write("eid/intermediates/ca.der", authority.citizen_ca());
            made.write("sms.token", b"secret\n");
            let token = made.0.path().join("sms.token");
            fs::set_permissions(token, fs::Permissions::from_mode(0o600)).unwrap();
            // Ports on which nothing listens.
            made.change("https://registers.example.be", "http://127.0.0.1:1");
            made.change("relay.example.be", "127.0.0.1");
            made.change("encryption = \"starttls\"", "encryption = \"starttls\"\nport = 1");
            made.change("https://gateway.example.be", "http://127.0.0.1:1");
            made.change("127.0.0.1:8080", "127.0.0.1:0");
            let pin = hex::encode(digest(&SHA256, authority.root()));
            made.change(
                "# anchor_fingerprints = [\"…\"]",
                &format!("anchor_fingerprints = [\"{pin}\"]"),
            );
            made
        }

        fn write(&self, name: &str, content: &[u8]) {
            let path = self.0.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }

        fn change(&self, from: &str, to: &str) {
            let path = self.0.path().join("loket.toml");
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.contains(from), "{from}");
            fs::write(path, text.replace(from, to)).unwrap();
        }

        fn command(&self, arguments: &[&str]) -> Command {
            let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_loket")));
            command.args(arguments).current_dir(self.0.path());
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            command
        }

        fn run(&self, arguments: &[&str], input: &str) -> Output {
            let mut child = self.command(arguments).spawn().unwrap();
            child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
            child.wait_with_output().unwrap()
        }

        /// Runs what must succeed, and reads its JSON.
        fn json(&self, arguments: &[&str], input: &str) -> Value {
            let output = self.run(arguments, input);
            assert!(output.status.success(), "{arguments:?}: {}", faults(&output));
            serde_json::from_slice(&output.stdout).unwrap()
        }

        /// Runs what must fail, and gives exit code and standard error.
        fn fails(&self, arguments: &[&str], input: &str) -> (i32, String) {
            let output = self.run(arguments, input);
            assert!(!output.status.success(), "{arguments:?}");
            assert!(output.stdout.is_empty(), "a fault belongs on standard error");
            (output.status.code().unwrap(), faults(&output))
        }
    }

    fn faults(output: &Output) -> String {
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    const PARTICULARS: &str = r#"
        purpose = "issuing digital keys"
        contact = "Peeters, An, an@example.be, 02 000 00 00"
        data_protection_officer = "Maes, Jo"
        [signed_for_organisation]
        name = "An Peeters"
        function = "mayor"
        day = "2025-01-05"
        [signed_for_operator]
        name = "Luc Claes"
        function = "director"
        day = "2025-01-06"
    "#;

    fn grant<'a>(until: &'a str, trained: &'a str) -> Vec<&'a str> {
        vec![
            "officer",
            "grant",
            "--organisation",
            MUNICIPALITY,
            "--ssin-stdin",
            "--surname",
            "Peeters",
            "--given-names",
            "An",
            "--role",
            "officer",
            "--until",
            until,
            "--trained",
            trained,
            "--json",
        ]
    }

    /// Days from today, by the real clock: the program knows no other.
    fn day(offset: i64) -> String {
        let output = Command::new("date")
            .args(["-d", &format!("{offset} days"), "+%Y-%m-%d"])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    #[test]
    fn an_operator_lets_an_organisation_and_its_officer_work() {
        let place = Installation::new();
        let checked = place.run(&["config", "check"], "");
        assert!(checked.status.success(), "{}", faults(&checked));
        let create = ["organisation", "create", "--number", MUNICIPALITY, "--name", "Molenbrugge"];
        assert!(place.json(&[&create[..], &["--json"]].concat(), "")["organisation"].is_string());
        let (code, said) = place.fails(&create, "");
        assert_eq!(code, 1);
        assert!(said.contains("already_exists"), "{said}");

        let agreement = [
            "organisation",
            "agreement",
            "--organisation",
            MUNICIPALITY,
            "--particulars",
            "-",
            "--from",
            "2025-01-06",
            "--json",
        ];
        assert!(place.json(&agreement, PARTICULARS)["agreement"].is_string());
        let authorise = [
            "organisation",
            "authorise",
            "--organisation",
            MUNICIPALITY,
            "--register",
            "national",
            "--reference",
            "RR 12/2025",
            "--from",
            "2025-01-06",
            "--json",
        ];
        assert!(place.json(&authorise, "")["authorisation"].is_string());
        let role = place.json(&grant(&day(100), &day(-10)), NUMBER)["role"].clone();

        let list = ["officer", "list", "--organisation", MUNICIPALITY, "--json"];
        let listed = place.json(&list, "");
        assert_eq!(listed[0]["role"], role);
        assert_eq!(listed[0]["kind"], "officer");
        assert!(!listed.to_string().contains("Peeters"), "a list discloses no names");

        let withdraw = [
            "officer",
            "withdraw",
            "--organisation",
            MUNICIPALITY,
            "--role",
            role.as_str().unwrap(),
            "--reason",
            "left",
        ];
        assert!(place.run(&withdraw, "").status.success());
        assert!(place.json(&list, "")[0]["withdrawnAt"].is_string());
        let (code, said) = place.fails(&withdraw, "");
        assert_eq!((code, said.contains("role_withdrawn")), (1, true), "{said}");
    }

    #[test]
    fn rules_hold_at_the_command_line_too() {
        let place = Installation::new();
        let create = ["organisation", "create", "--number", MUNICIPALITY, "--name", "M", "--json"];
        place.json(&create, "");
        let (code, said) = place.fails(&grant(&day(100), &day(-400)), NUMBER);
        assert_eq!((code, said.contains("training_expired")), (1, true), "{said}");
        let (code, said) = place.fails(&grant(&day(500), &day(-10)), NUMBER);
        assert_eq!((code, said.contains("period_not_possible")), (1, true), "{said}");
        let (code, said) = place.fails(&grant(&day(100), &day(-10)), "85073003329");
        assert_eq!(code, 2);
        assert!(!said.contains("85073003329"), "a fault repeats no number: {said}");
        // Numbers that no living person can have are for the demonstration only.
        let (code, _) = place.fails(&grant(&day(100), &day(-10)), "93651822294");
        assert_eq!(code, 2);
    }

    #[test]
    fn faults_say_what_to_do_and_have_their_exit_code() {
        let place = Installation::new();
        let (code, said) = place.fails(&["organisation", "create", "--name", "x"], "");
        assert_eq!((code, said.contains("--number")), (2, true), "{said}");
        let (code, said) = place.fails(&["serve", "--config", "none.toml"], "");
        assert_eq!((code, said.contains("loket config init")), (2, true), "{said}");
        let (code, said) = place.fails(&["config", "init", "."], "");
        assert_eq!((code, said.contains("loket.toml")), (2, true), "{said}");
        place.change("[log]", "[log]\nlevel = 3");
        let (code, said) = place.fails(&["config", "check"], "");
        assert_eq!((code, said.contains("level")), (2, true), "{said}");
    }

    #[test]
    fn a_root_that_the_configuration_does_not_name_stops_the_start() {
        let place = Installation::new();
        let output = place.run(&["config", "check"], "");
        assert!(output.status.success(), "{}", faults(&output));
        let validity = Validity {
            from: Timestamp::from_seconds(1_500_000_000),
            until: Timestamp::from_seconds(2_500_000_000),
        };
        place.write("eid/anchors/other.der", DemoAuthority::make(validity).unwrap().root());
        let output = place.run(&["config", "check"], "");
        assert_eq!(output.status.code(), Some(2));
        assert!(faults(&output).contains("eid.anchor_fingerprints"), "{}", faults(&output));
    }

    #[test]
    fn the_doctor_tells_each_part_that_is_not_well() {
        let place = Installation::new();
        let doctor = |place: &Installation| {
            let output = place.run(&["doctor", "--json"], "");
            let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
            let bad = |part: &str| {
                let all = findings.as_array().unwrap();
                all.iter().any(|one| one["part"] == part && one["good"] == false)
            };
            let parts = ["key file", "database", "eid", "registers", "smtp", "sms"];
            let bad: Vec<_> = parts.into_iter().filter(|part| bad(part)).collect();
            (output.status.code(), bad)
        };
        assert_eq!(doctor(&place), (Some(1), vec!["database", "registers", "smtp", "sms"]));
        assert!(!place.0.path().join("loket.db").exists(), "the doctor makes nothing");
        assert!(place.run(&["migrate"], "").status.success());
        assert_eq!(doctor(&place).1, ["registers", "smtp", "sms"]);
        fs::remove_dir_all(place.0.path().join("eid/anchors")).unwrap();
        assert_eq!(doctor(&place).1, ["eid", "registers", "smtp", "sms"]);
    }

    #[test]
    fn the_server_stops_in_order_on_both_signals() {
        let place = Installation::new();
        for signal in ["TERM", "INT"] {
            let mut server = place.command(&["serve"]).spawn().unwrap();
            let mut log = server.stderr.take().unwrap();
            let mut said = String::new();
            let mut byte = [0; 1];
            while !said.contains("ready") {
                assert_eq!(log.read(&mut byte).unwrap(), 1, "it ended: {said}");
                said.push(char::from(byte[0]));
            }
            let pid = server.id().to_string();
            assert!(Command::new("kill").args(["-s", signal, &pid]).status().unwrap().success());
            log.read_to_string(&mut said).unwrap();
            assert!(server.wait().unwrap().success(), "{said}");
            assert!(said.contains(&format!("SIG{signal}")), "{said}");
        }
    }

    /// As a transport of the mail server runs it: what tells nothing is taken all the same, or the mail
    /// server would send a report about the report.
    #[test]
    fn mail_that_comes_back_is_read_from_a_pipe() {
        let place = Installation::new();
        let said = |mail: &str| {
            let output = place.run(&["delivery", "bounce"], mail);
            assert!(output.status.success(), "{}", faults(&output));
            String::from_utf8(output.stdout).unwrap()
        };
        let foreign = include_str!("../../loket-delivery/tests/postfix-bounce.eml");
        assert!(said(foreign).contains("not one of this installation"));
        assert!(said("Subject: I am away\n\nUntil Monday.\n").contains("no delivery status"));
        let standing = place.json(&["delivery", "list", "--json"], "");
        assert_eq!(standing["set_apart"], serde_json::json!([]));
        assert_eq!(standing["channels"][0]["waiting"], 0);
        let unknown = "0190b8c4-7a3c-7000-8000-000000000001";
        let (code, told) = place.fails(&["delivery", "again", unknown], "");
        assert_eq!(code, 1, "{told}");
        // EX_TEMPFAIL: the mail server keeps the mail and comes again.
        place.change("sqlite = \"loket.db\"", "sqlite = \"nowhere/loket.db\"");
        assert_eq!(place.fails(&["delivery", "bounce"], foreign).0, 75);
    }

    #[test]
    fn keys_are_withdrawn_by_number_or_dossier_and_never_by_argument() {
        let here = Installation::new();
        let reason = ["--reason", "asked by telephone"];
        let with = |more: &[&'static str]| [&["keys", "withdraw"], more, &reason].concat();
        // Nobody has a key on a new installation, and that is told as such.
        for (more, input) in
            [(vec!["--ssin-stdin"], NUMBER), (vec!["--dossier", "2026-000001"], "")]
        {
            let (code, said) = here.fails(&with(&more), input);
            assert_eq!(code, 1, "{said}");
            assert!(said.contains("no_keys"), "{said}");
        }
        let (code, said) = here.fails(&with(&["--ssin-stdin"]), "123");
        assert!(code == 2 && !said.contains("123"), "{code} {said}");
        assert_eq!(here.fails(&with(&[]), "").0, 2);
        assert_eq!(here.fails(&with(&["--dossier", "2026"]), "").0, 2);
    }

    #[test]
    fn relying_parties_and_signing_keys_are_the_operators() {
        let here = Installation::new();
        let add = |more: &[&'static str]| {
            let all =
                ["relying-party", "add", "tax-desk", "--name", "Tax desk", "--scope", "email"];
            [&all, more, &["--json"]].concat()
        };
        let good = ["--redirect-uri", "https://tax.example.be/cb"];
        let secret = here.json(&add(&good), "")["secret"].as_str().unwrap().to_owned();
        assert_eq!(secret.len(), 64);
        let (code, said) = here.fails(&add(&good), "");
        assert!(code == 1 && said.contains("already_exists"), "{code} {said}");
        // A change keeps the secret unless a new one is wanted; the list never shows any.
        let changed = ["--redirect-uri", "https://tax.example.be/cb2", "--change"];
        assert!(here.json(&add(&changed), "")["secret"].is_null());
        let renewed = here.json(&add(&[&changed[..], &["--new-secret"]].concat()), "");
        assert_ne!(renewed["secret"].as_str(), Some(secret.as_str()));
        let listed = here.json(&["relying-party", "list", "--json"], "");
        assert_eq!(listed[0]["redirect_uris"][0], "https://tax.example.be/cb2");
        assert_eq!(listed[0]["sector"], "tax.example.be");
        assert!(!listed.to_string().contains(renewed["secret"].as_str().unwrap()));
        for bad in ["http://tax.example.be/cb", "https://tax.example.be/#x", "tax"] {
            assert_eq!(
                here.fails(
                    &["relying-party", "add", "x-1", "--name", "X", "--redirect-uri", bad],
                    ""
                )
                .0,
                2
            );
        }
        let end = ["relying-party", "end", "tax-desk", "--reason", "over"];
        assert!(here.run(&end, "").status.success());
        assert_eq!(here.fails(&end, "").0, 1);
        for how in [vec![], vec!["--lost"]] {
            assert!(
                here.run(&[&["signing-keys", "rotate"], &how[..]].concat(), "").status.success()
            );
        }
        let keys = here.json(&["signing-keys", "list", "--json"], "");
        assert_eq!((&keys[0]["state"], &keys[1]["state"]), (&"withdrawn".into(), &"signs".into()));
        assert_eq!(here.json(&["hand-over", "list", "--json"], ""), serde_json::json!([]));
        here.change(
            "# [hand_over]",
            "[hand_over]\nurl = \"http://fas.example.be/\"\nsecret_file = \"s\"",
        );
        assert_eq!(here.fails(&["config", "check"], "").0, 2);
    }

    #[test]
    fn a_list_of_authenticators_needs_their_roots() {
        let here = Installation::new();
        here.change(
            "[keys]",
            "[keys]\n[[keys.allowed_authenticators]]\nname = \"Model\"\n\
             aaguid = \"01020304-0506-0708-090a-0b0c0d0e0f10\"\nroot_file = \"maker.pem\"",
        );
        let (code, said) = here.fails(&["config", "check"], "");
        assert!(code == 2 && said.contains("maker.pem"), "{code} {said}");
    }
}
