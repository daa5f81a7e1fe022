//! `loket eid` over the outside vectors, as a support desk or an outside test would call it.

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    use serde_json::Value;

    /// Paths that the path library refuses for a NULL parameter in an ECDSA identifier; the README
    /// of the vectors names it.
    const KNOWN_DIFFERENCE: &str = "fi-es384-valid";

    fn vectors() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../loket-eid/tests/vectors")
    }

    fn cases(name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(vectors().join(name)).unwrap()).unwrap()
    }

    fn texts(value: &Value) -> Vec<&str> {
        value
            .as_array()
            .map(|all| all.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }

    /// Exit code and the one line of JSON.
    fn run(args: &[String], input: &str) -> (i32, Value) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_loket"))
            .arg("eid")
            .args(args)
            .current_dir(vectors())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Wrong usage ends before the input is read.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.lines().count() <= 1, "{said}");
        (output.status.code().unwrap(), serde_json::from_str(&said).unwrap_or_default())
    }

    fn check(case: &Value, got: &(i32, Value)) {
        let (id, expect) = (case["id"].as_str().unwrap(), &case["expect"]);
        let (exit, verdict) = got;
        if id == KNOWN_DIFFERENCE {
            assert_eq!((*exit, &verdict["code"]), (1, &"certificate_not_trusted".into()));
            return;
        }
        assert_eq!(verdict["outcome"], expect["outcome"], "{id}: {verdict}");
        if expect["outcome"] == "accept" {
            assert_eq!((*exit, &verdict["code"]), (0, &"ok".into()), "{id}");
            for (name, value) in expect["subject"].as_object().into_iter().flatten() {
                assert_eq!(&verdict["subject"][name], value, "{id}: {name}");
            }
        } else {
            assert_eq!(*exit, 1, "{id}");
            let mut codes = texts(&expect["also_acceptable_codes"]);
            codes.extend(expect["code"].as_str());
            assert!(codes.contains(&verdict["code"].as_str().unwrap()), "{id}: {verdict}");
        }
    }

    fn token_args(case: &Value, forbidden: &[&str]) -> Vec<String> {
        let mut args: Vec<String> = vec!["verify-token".into(), "--show-number".into()];
        let mut add = |name: &str, values: &[&str]| {
            for value in values {
                args.extend([name.to_owned(), (*value).to_owned()]);
            }
        };
        add("--origin", &[case["origin"].as_str().unwrap()]);
        add("--nonce", &[case["nonce"].as_str().unwrap_or_default()]);
        add("--at", &[case["validation_time"].as_str().unwrap()]);
        add("--anchor", &texts(&case["trusted_ca"]));
        add("--intermediate", &texts(&case["intermediates"]));
        add("--require-policy", &texts(&case["required_policies"]));
        add("--forbid-policy", forbidden);
        add("--forbid-policy", &texts(&case["extra_disallowed_policies"]));
        add("--ocsp", &["off"]);
        if case["scope"] == "signature_only" {
            args.push("--signature-only".into());
        }
        args
    }

    #[test]
    fn every_token_comes_out_as_stated() {
        let all = cases("cases.json");
        let forbidden = texts(&all["default_disallowed_policies"]);
        let mut run_through = 0;
        for case in all["cases"].as_array().unwrap() {
            if case["revocation_check"] != "off" {
                continue;
            }
            let got =
                run(&token_args(case, &forbidden), case["token"].as_str().unwrap_or_default());
            check(case, &got);
            run_through += 1;
        }
        assert_eq!(run_through, 112);
    }

    #[test]
    fn every_ocsp_answer_comes_out_as_stated() {
        for case in cases("ocsp.json")["cases"].as_array().unwrap() {
            let text = |name: &str| case[name].as_str().map(str::to_owned);
            let mut args: Vec<String> = vec!["verify-ocsp".into()];
            let mut add = |name: &str, value: String| args.extend([name.to_owned(), value]);
            add("--subject", text("subject_certificate").unwrap());
            add("--issuer", text("issuer_certificate").unwrap());
            for anchor in texts(&case["trusted_ca"]) {
                add("--anchor", anchor.to_owned());
            }
            add("--response", text("response").unwrap_or_else(|| "/dev/null".to_owned()));
            add("--at", text("validation_time").unwrap());
            add("--max-age", case["max_this_update_age_seconds"].to_string());
            add("--skew", case["allowed_skew_seconds"].to_string());
            // A host that does not resolve has no status.
            add("--http-status", case["http"]["status"].as_u64().unwrap_or(0).to_string());
            add("--content-type", case["http"]["content_type"].as_str().unwrap_or_default().into());
            if let Some(responder) = text("designated_responder_certificate") {
                add("--designated-responder", responder);
            }
            match (case["nonce_required"].as_bool().unwrap(), text("request_nonce_hex")) {
                (true, Some(nonce)) => add("--nonce", nonce),
                (true, None) => {}
                (false, _) => args.push("--no-nonce".into()),
            }
            check(case, &run(&args, ""));
        }
    }

    #[test]
    fn the_number_is_hidden_unless_asked_for_and_wrong_usage_is_2() {
        let all = cases("cases.json");
        let case = all["cases"]
            .as_array()
            .unwrap()
            .iter()
            .find(|case| case["id"] == "be-ecc-valid")
            .unwrap();
        let token = case["token"].as_str().unwrap();
        let mut args = token_args(case, &[]);
        args.remove(1);
        let (exit, verdict) = run(&args, token);
        assert_eq!((exit, &verdict["outcome"]), (0, &"accept".into()));
        let number = case["expect"]["subject"]["serialNumber"].as_str().unwrap();
        assert!(!verdict.to_string().contains(number), "{verdict}");
        assert!(verdict["subject"]["serialNumber"].as_str().unwrap().starts_with("*********"));
        for wrong in [
            vec!["verify-token".to_owned()],
            [args.clone(), vec!["--anchor".into(), "no-such-file.der".into()]].concat(),
            [args.clone(), vec!["--anchor".into(), "cases.json".into()]].concat(),
            [args.clone(), vec!["--require-policy".into(), "not an OID".into()]].concat(),
            [args, vec!["--at".into(), "noon".into()]].concat(),
        ] {
            assert_eq!(run(&wrong, token).0, 2, "{wrong:?}");
        }
    }
}
