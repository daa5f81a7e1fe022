//! How long the checks of a sign-in take without the network: token, certificate, path, signature.

use std::path::Path;
use std::time::{Duration, Instant};

use loket_domain::time::Timestamp;
use loket_eid::Rules;
use loket_eid::certificate::PolicyRule;
use loket_eid::path::Authorities;

const ROUNDS: usize = 2000;
/// Server time of a sign-in without the network.
const LIMIT: Duration = Duration::from_millis(5);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let all: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("cases.json"))?)?;
    let cases = all.get("cases").and_then(serde_json::Value::as_array).ok_or("no cases")?;
    for wanted in ["be-ecc-valid", "be-rsa-valid"] {
        let case = cases.iter().find(|case| case.get("id").is_some_and(|id| id == wanted));
        let case = case.ok_or("no such case")?;
        let text = |name: &str| case.get(name).and_then(|value| value.as_str()).unwrap_or_default();
        let files = |name: &str| -> std::io::Result<Vec<Vec<u8>>> {
            let names = case.get(name).and_then(|value| value.as_array()).into_iter().flatten();
            names
                .filter_map(|name| name.as_str())
                .map(|name| std::fs::read(folder.join(name)))
                .collect()
        };
        let rules = Rules {
            authorities: Authorities::new(&files("trusted_ca")?, &files("intermediates")?)?,
            policies: PolicyRule::default(),
        };
        let now = Timestamp::parse(text("validation_time")).ok_or("no moment")?;
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let examined = rules.examine(text("token"), now)?;
            examined.check_signature(text("origin"), text("nonce"))?;
            times.push(begun.elapsed());
        }
        times.sort_unstable();
        let at = |share: usize| times.get(ROUNDS * share / 100).copied().unwrap_or_default();
        println!("{wanted}: median {:?}, 99 % {:?} of {ROUNDS}", at(50), at(99));
        if at(99) > LIMIT {
            return Err(format!("{wanted} takes longer than {LIMIT:?}").into());
        }
    }
    Ok(())
}
