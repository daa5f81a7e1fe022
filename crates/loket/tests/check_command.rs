//! `loket check` and `loket procedures` as people and scripts call them: published vectors, exit
//! codes, JSON.

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    use serde_json::Value;

    fn run(args: &[&str], input: &str) -> (i32, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_loket"))
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Wrong usage ends before the input is read.
        drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
        let output = child.wait_with_output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    }

    #[test]
    fn who_hangs_up_early_gets_the_exit_code_all_the_same() {
        let zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
        for (zone, expected) in [(zone.to_owned(), 0), (zone.replace("<<10", "<<11"), 1)] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_loket"))
                .args(["check", "mrz"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            // It answers only when its input has ended: by then nobody listens.
            drop(child.stdout.take());
            child.stdin.take().unwrap().write_all(zone.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!((output.status.code(), said.as_str()), (Some(expected), ""));
        }
    }

    fn check(kind: &str, value: &str) -> (i32, Value) {
        let (code, said) = run(&["check", kind, value, "--json"], "");
        (code, serde_json::from_str(&said).unwrap_or_default())
    }

    #[test]
    fn published_numbers() {
        let good = [
            (
                "ssin",
                "23292805780 81050003552 92200006963 10200100128 24203200171 92321506985 \
                92400006909 10400100171 92521506931 70252501507 92471506993 19282416134 80240199943 \
                81000003517 10000100182 00003241778 81120103571 81050103522 19082416188",
            ),
            ("card", "591191706458 591201099997 591-1917064-58"),
            ("enterprise", "0884303369 2297964444 0884.303.369 BE0884303369"),
            ("phone", "+32470123456 0470/12.34.56"),
        ];
        for (kind, values) in good {
            for value in values.split_whitespace() {
                let (code, report) = check(kind, value);
                assert_eq!((code, &report["valid"]), (0, &Value::Bool(true)), "{kind} {value}");
                assert!(report["faults"].is_null() && report["parts"].is_object());
            }
        }
        let bad = [
            (
                "ssin",
                "81130103578 81043103522 81023003522 81022903534 47060200096 99020299964 \
                81050103521 8105010352 810501035222 8105O103522 93651822294",
            ),
            ("card", "591191706459 591201099900 5911917064 59119170645B"),
            ("enterprise", "0884303370 2297964445 2111111111 9297964444 088430336"),
            ("phone", "021234567 12 abc"),
        ];
        for (kind, values) in bad {
            for value in values.split_whitespace() {
                let (code, report) = check(kind, value);
                assert_eq!((code, &report["valid"]), (1, &Value::Bool(false)), "{kind} {value}");
                assert!(report["faults"][0]["code"].is_string(), "{report}");
            }
        }
    }

    /// Whose check digits fit, but who is to be born: the year 99 with those of births from 2000.
    #[test]
    fn a_birth_after_today_is_not_valid() {
        let nine = 991_231_001_u64;
        let checks = 97 - (2_000_000_000 + nine) % 97;
        let (code, report) = check("ssin", &format!("{nine}{checks:02}"));
        assert_eq!((code, &report["valid"]), (1, &Value::Bool(false)));
        assert_eq!(report["faults"][0]["code"], "future");
        let last = report["checks"].as_array().unwrap().last().unwrap();
        assert_eq!(
            (last["name"].as_str(), &last["ok"]),
            (Some("not_in_the_future"), &Value::Bool(false))
        );
        let (_, good) = check("ssin", "81050103522");
        let names: Vec<_> = good["checks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["name"].as_str().unwrap())
            .collect();
        let all = [
            "characters",
            "length",
            "month",
            "counter",
            "check_digits",
            "day",
            "not_in_the_future",
        ];
        assert_eq!(names, all);
    }

    #[test]
    fn each_check_of_an_enterprise_number_is_told() {
        for (value, code) in [
            ("08843033X9", "characters"),
            ("088430336", "length"),
            ("9297964444", "first_digit"),
            ("0884303370", "check_digits"),
        ] {
            let (exit, report) = check("enterprise", value);
            assert_eq!((exit, report["faults"][0]["code"].as_str()), (1, Some(code)), "{value}");
        }
        assert_eq!(check("enterprise", "0884303369").1["checks"].as_array().unwrap().len(), 4);
    }

    /// Each check as name and `ok`: true, false, or null for what could not be looked at.
    fn verdicts(report: &Value) -> Vec<(&str, Option<bool>)> {
        let checks = report["checks"].as_array().unwrap();
        checks.iter().map(|c| (c["name"].as_str().unwrap(), c["ok"].as_bool())).collect()
    }

    #[test]
    fn one_fault_hides_neither_the_parts_nor_the_other_checks() {
        let (_, report) = check("ssin", "93651822294");
        let wrong = verdicts(&report).into_iter().filter(|(_, ok)| *ok != Some(true));
        assert_eq!(wrong.collect::<Vec<_>>(), [("month", Some(false))], "{report}");
        assert_eq!(verdicts(&report).len(), 7);
        assert_eq!(report["parts"]["month"], "65");
        assert_eq!(report["parts"]["counter"], "222");

        let (_, report) = check("ssin", "99010199999");
        let other = verdicts(&report).into_iter().filter(|(_, ok)| *ok != Some(true));
        let wanted =
            [("counter", Some(false)), ("check_digits", Some(false)), ("not_in_the_future", None)];
        assert_eq!(other.collect::<Vec<_>>(), wanted, "{report}");
        assert_eq!(report["parts"]["check_digits"], "99");
        assert_eq!(report["faults"].as_array().unwrap().len(), 2);

        let (_, report) = check("ssin", "8105O103522");
        assert_eq!(report["parts"]["year"], "81");
        assert!(report["parts"]["day"].is_null() && report["parts"]["month"] == "05");
        assert!(verdicts(&report).contains(&("month", Some(true))), "{report}");

        let (code, said) = run(&["check", "ssin", "99010199999"], "");
        assert_eq!(code, 1);
        assert!(said.contains("-      not in the future: not looked at: it depends"), "{said}");
    }

    #[test]
    fn a_card_or_enterprise_number_of_the_wrong_length_is_told_part_by_part() {
        let (code, report) = check("card", "B123456789");
        let wanted = [("characters", Some(false)), ("length", Some(false)), ("check_digits", None)];
        assert_eq!((code, verdicts(&report)), (1, wanted.to_vec()), "{report}");
        assert_eq!(report["parts"]["digits"], "123456789");
        assert!(report["checks"][2]["what"].as_str().unwrap().starts_with("not looked at: "));

        let (code, report) = check("enterprise", "884303369");
        let wanted = [
            ("characters", Some(true)),
            ("length", Some(false)),
            ("first_digit", None),
            ("check_digits", None),
        ];
        assert_eq!((code, verdicts(&report)), (1, wanted.to_vec()), "{report}");
        assert_eq!(report["parts"]["digits"], "884303369");
        assert_eq!(report["suggestions"][0]["perhaps"], "0884303369");
        let (_, said) = run(&["check", "enterprise", "884303369"], "");
        assert!(said.contains("perhaps 0884.303.369 is meant"), "{said}");
    }

    #[test]
    fn what_is_no_zone_is_told_which_lines_a_zone_has() {
        let (code, said) = run(&["check", "mrz"], "garbage");
        assert_eq!(code, 1);
        assert!(said.contains("WRONG  lines: 1 line of 7 characters"), "{said}");
        for format in ["3 lines of 30", "2 of 36", "2 of 44", "TD1", "TD2", "TD3", "MRV-A", "MRV-B"]
        {
            assert!(said.contains(format), "{format}: {said}");
        }
        let (_, json) = run(&["check", "mrz", "--json"], "garbage");
        let report: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(report["faults"][0]["code"], "line_count");
        assert!(report["faults"][0]["what"].as_str().unwrap().contains("2 of 44"), "{report}");
        assert_eq!(verdicts(&report)[0], ("lines", Some(false)));
        let (_, json) = run(&["check", "mrz", "--json"], TD3);
        let report: Value = serde_json::from_str(&json).unwrap();
        assert!(verdicts(&report).iter().all(|(_, ok)| *ok == Some(true)), "{report}");
    }

    #[test]
    fn more_than_a_zone_can_hold_is_not_called_nothing() {
        for length in [301, 300_000] {
            let input = "A".repeat(length);
            let (code, said) = run(&["check", "mrz"], &input);
            assert_eq!(code, 1);
            assert!(said.contains("more than 300 characters stand on standard input"), "{said}");
            assert!(!said.contains("nothing stands"), "{said}");
            let (_, json) = run(&["check", "mrz", "--json"], &input);
            let report: Value = serde_json::from_str(&json).unwrap();
            assert_eq!(report["faults"][0]["code"], "too_long");
        }
    }

    #[test]
    fn wrong_usage_is_told_apart() {
        for args in [
            &["check", "ssin"][..],
            &["check", "card"],
            &["check", "passport", "1"],
            &["check", "ssin", "--nonsense", "1"],
            &["procedures", "check"],
            &["procedures", "check", "/nowhere/at-all.toml"],
        ] {
            assert_eq!(run(args, "").0, 2, "{args:?}");
        }
    }

    #[test]
    fn people_read_parts_and_checks() {
        let (code, said) = run(&["check", "ssin", "81.05.01-035.22"], "");
        assert_eq!(code, 0);
        assert!(said.starts_with("ssin: valid\n") && said.contains("81.05.01-035.22"), "{said}");
        assert!(said.contains("national_register") && said.contains("ok     check digits"));
        let (code, said) = run(&["check", "card", "591191706459"], "");
        assert_eq!(code, 1);
        assert!(said.contains("WRONG  check digits"), "{said}");
    }

    const TD3: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n";

    #[test]
    fn zones_come_from_standard_input() {
        let (code, said) = run(&["check", "mrz", "--json"], TD3);
        let report: Value = serde_json::from_str(&said).unwrap();
        assert_eq!((code, &report["valid"]), (0, &Value::Bool(true)));
        assert_eq!(report["parts"]["format"], "td3");
        assert_eq!(report["parts"]["document_number"], "L898902C3");
        let visa = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<\n";
        let (code, said) = run(&["check", "mrz", "--json"], visa);
        let report: Value = serde_json::from_str(&said).unwrap();
        assert_eq!((code, &report["parts"]["format"]), (0, &"mrv_b".into()));
        for empty in ["", "  \n", "P<UTO"] {
            assert_eq!(run(&["check", "mrz"], empty).0, 1);
        }
        for empty in ["", " \n \n"] {
            let (_, said) = run(&["check", "mrz"], empty);
            assert!(said.contains("nothing stands on standard input"), "{said}");
            assert!(said.contains("three of 30"), "{said}");
            let (code, said) = run(&["check", "mrz", "--json"], empty);
            let report: Value = serde_json::from_str(&said).unwrap();
            assert_eq!((code, &report["valid"]), (1, &Value::Bool(false)));
            assert_eq!(report["faults"][0]["code"], "empty");
        }
    }

    #[test]
    fn a_slip_in_a_zone_is_marked_in_its_place() {
        let slipped = TD3.replace("L898902C3", "L8989O2C3");
        let (code, said) = run(&["check", "mrz"], &slipped);
        assert_eq!(code, 1);
        assert!(said.contains("line 2, character 6: O stands there, perhaps 0 is meant"), "{said}");
        let lines: Vec<&str> = said.lines().collect();
        let at = lines.iter().position(|line| line.contains("L8989O2C36UTO")).unwrap();
        let place = lines[at].find("L8989O2C36").unwrap() + "L8989O2C36".len() - 1;
        assert_eq!(lines[at + 1].as_bytes().get(place), Some(&b'^'), "{said}");
        let (_, json) = run(&["check", "mrz", "--json"], &slipped);
        let report: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(report["faults"][0]["code"], "check_digit");
        assert_eq!(report["faults"][0]["line"], 2);
        assert_eq!(report["suggestions"][0]["perhaps"], "0");
    }

    fn procedures() -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../procedures");
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn the_shipped_procedures_are_good_and_a_bad_one_says_where() {
        let files: Vec<String> =
            procedures().iter().map(|path| path.display().to_string()).collect();
        let mut args = vec!["procedures", "check", "--json"];
        args.extend(files.iter().map(String::as_str));
        let (code, said) = run(&args, "");
        let report: Value = serde_json::from_str(&said).unwrap();
        assert_eq!((code, &report["valid"]), (0, &Value::Bool(true)));
        let folder = tempfile::tempdir().unwrap();
        let text = std::fs::read_to_string(&files[0]).unwrap();
        for (from, to, wanted) in [
            ("level = \"", "level = \"very_", "line "),
            (
                "question = \"check-photo-question\"",
                "question = \"check-nothing-question\"",
                "question",
            ),
            ("kind = \"compare\"", "kind = \"confirm\"", "check"),
        ] {
            let file = folder.path().join("bad.toml");
            let spoilt = text.replacen(from, to, 1);
            assert_ne!(spoilt, text, "{from}");
            std::fs::write(&file, spoilt).unwrap();
            let (code, said) = run(&["procedures", "check", &file.display().to_string()], "");
            assert_eq!(code, 1, "{said}");
            assert!(said.contains(wanted), "{said}");
            assert!(said.contains("line ") && said.contains("; "), "where, and what to do: {said}");
        }
    }

    #[test]
    fn a_file_is_called_as_its_name_and_version() {
        let folder = tempfile::tempdir().unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../procedures/video@1.toml");
        let text = std::fs::read_to_string(shipped).unwrap();
        let check = |name: &str, text: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, text).unwrap();
            run(&["procedures", "check", &file.display().to_string()], "")
        };
        assert_eq!(check("video@1.toml", &text).0, 0);
        for (name, text) in [
            ("video@2.toml", text.clone()),
            ("video.toml", text.clone()),
            ("other@1.toml", text.clone()),
            ("video@1.toml", text.replacen("version = 1", "version = 2", 1)),
        ] {
            let (code, said) = check(name, &text);
            assert_eq!(code, 1, "{name}: {said}");
            assert!(said.contains("call it `video@"), "{said}");
        }
    }

    #[test]
    fn a_preview_shows_what_the_officer_will_see() {
        for path in procedures() {
            let file = path.display().to_string();
            for language in ["nl", "fr", "de", "en"] {
                let args = ["procedures", "preview", &file, "--language", language];
                let (code, said) = run(&args, "");
                assert_eq!(code, 0, "{said}");
                assert!(said.lines().count() > 15 && said.contains(" 1. "), "{said}");
            }
        }
    }
}
