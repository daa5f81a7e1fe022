//! Ten thousand pairs of names, made from written rules, each with the verdict that must come and
//! why (requirement ID-17). The corpus is committed for people to read:
//! docs/generated/name-corpus.tsv.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use loket_domain::comparison::Verdict::{
    self, Different, GivenNamesMissing, MarriedName, NotStated, OrderDiffers, Same,
    SameAfterTransliteration, Truncated,
};
use loket_domain::comparison::{NameText, compare_given_names, compare_surnames};

const SURNAMES: &str = "Peeters,Janssens,Maes,Wouters,Goossens,De Smet,Van Damme,Vermeulen,D’hondt,\
    Van den Berghe,Van der Auwera,’t Kindt,Lambert,Dubois,Lefèvre,Noël,Gérard,François,L’Hermitte,\
    Müller,Schröder,Weiß,Küpper,Jäger,Łukasiewicz,Wiśniewska,Świątek,Błaszczykowski,Yılmaz,Öztürk,\
    Doğan,Çelik,Popescu,Țurcanu,Bălan,Dvořák,Novák,Šťastný,García,Muñoz,Ibáñez,Gonçalves,Magalhães,\
    Ångström,Sørensen,Kjær,Horváth,Kovács,Szőke,Benali,El Amrani,Bouazza,Nguyễn,Trần,Okafor,Haddou,\
    Zieliński,Quintens,Ysebaert,Uyttenhove";

const GIVEN: &str = "Lotte,An,Marie,Emma,Jan,Karel,Thomas,Zoë,Anaïs,Noémie,Chloë,Jérôme,André,\
    François,Jürgen,Günter,Björn,Łukasz,Paweł,Małgorzata,Bożena,Ayşe,Gülşen,İbrahim,Ömer,Ștefania,\
    Ioana,Tomáš,Zdeněk,José,Íñigo,João,Søren,Åse,László,Ödön,Fatima,Karim,Youssef,Mohamed,Đức,Chidi,\
    Wout,Hilde,Ursula,Quentin,Victor,Xavier,Yolande,Rik";

/// A to Z as ICAO Doc 9303-3 section 6 has it for the letters of the lists; the first of two where
/// it allows two.
fn zone(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_uppercase().chars() {
        match c {
            'Ä' | 'Æ' => out.push_str("AE"),
            'Ö' | 'Ø' => out.push_str("OE"),
            'Ü' => out.push_str("UE"),
            'Å' => out.push_str("AA"),
            'Á' | 'À' | 'Â' | 'Ã' | 'Ă' | 'Ą' | 'Ầ' => out.push('A'),
            'É' | 'È' | 'Ê' | 'Ë' | 'Ę' | 'Ě' | 'Ễ' => out.push('E'),
            'Í' | 'Ì' | 'Î' | 'Ï' | 'İ' => out.push('I'),
            'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ő' => out.push('O'),
            'Ú' | 'Ù' | 'Û' | 'Ű' | 'Ứ' => out.push('U'),
            'Ç' | 'Č' | 'Ć' => out.push('C'),
            'Ł' => out.push('L'),
            'Ś' | 'Ş' | 'Š' | 'Ș' => out.push('S'),
            'Ť' | 'Ț' => out.push('T'),
            'Ż' | 'Ź' | 'Ž' => out.push('Z'),
            'Ñ' | 'Ń' => out.push('N'),
            'Ř' => out.push('R'),
            'Ý' => out.push('Y'),
            'Ğ' => out.push('G'),
            'Đ' => out.push('D'),
            '’' | '\'' => {}
            '-' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

struct Pair {
    kind: &'static str,
    rule: &'static str,
    one: String,
    other: String,
    verdict: Verdict,
    /// The second one comes from a name field without a filler at its end.
    cut: bool,
    reason: &'static str,
}

/// Two names, alone and together.
struct Two {
    both: String,
    a: String,
    b: String,
}

fn letters(text: &str) -> String {
    zone(text).chars().filter(char::is_ascii_alphabetic).collect()
}

/// Whether two names have nothing in common that a rule could see.
fn unlike(a: &str, b: &str) -> bool {
    let (a, b) = (letters(a), letters(b));
    a.get(..2) != b.get(..2) && a.chars().last() != b.chars().last()
}

/// Pairs of different names of a list, in a fixed order that walks through all of it.
fn twos(list: &str) -> Vec<Two> {
    let names: Vec<&str> = list.split(',').collect();
    let at = |place: usize| names[place % names.len()];
    (1..names.len())
        .flat_map(|step| (0..names.len()).map(move |place| (place, place + step)))
        .map(|(a, b)| (at(a), at(b)))
        .filter(|(a, b)| unlike(a, b))
        .map(|(a, b)| Two { both: format!("{a} {b}"), a: a.to_owned(), b: b.to_owned() })
        .collect()
}

type Made = Option<(String, String)>;
type Rule = (&'static str, Verdict, bool, &'static str, fn(&Two) -> Made);

fn upper(t: &Two) -> Made {
    let upper = t.both.to_uppercase();
    (upper.to_lowercase() == t.both.to_lowercase()).then(|| (t.both.clone(), upper))
}

fn in_zone(t: &Two) -> Made {
    let zone = zone(&t.both);
    (zone.to_lowercase() != t.both.to_lowercase()).then(|| (t.both.clone(), zone))
}

fn cut(t: &Two) -> Made {
    let last = letters(&t.b);
    let kept = last.get(..4).filter(|_| last.len() > 5)?;
    Some((t.both.clone(), format!("{} {kept}", zone(&t.a))))
}

#[rustfmt::skip]
const OF_SURNAMES: [Rule; 10] = [
    ("upper-case", Same, false, "only upper and lower case differ", upper),
    ("zone-letters", SameAfterTransliteration, false, "ICAO 9303-3 writes it with A to Z", in_zone),
    ("joined", SameAfterTransliteration, false, "where words end does not matter",
        |t| Some((t.both.clone(), zone(&t.both).replace(' ', "")))),
    ("hyphen", SameAfterTransliteration, false, "a hyphen is a filler in a zone",
        |t| Some((format!("{}-{}", t.a, t.b), zone(&t.both)))),
    ("married-added", MarriedName, false, "one side adds the married name",
        |t| Some((t.a.clone(), zone(&format!("{} épouse {}", t.a, t.b))))),
    ("married-née", MarriedName, false, "one side states the name at birth after the married one",
        |t| Some((t.a.clone(), zone(&format!("{} née {}", t.b, t.a))))),
    ("cut-in-zone", Truncated, true, "the name field was full: the last word is cut", cut),
    ("order", OrderDiffers, false, "the same words in another order",
        |t| Some((t.both.clone(), format!("{} {}", t.b, t.a)))),
    ("another-name", Different, false, "another name", |t| Some((t.a.clone(), t.b.clone()))),
    ("half-of-two", Different, false, "one of two surnames is missing, which no rule allows",
        |t| Some((t.both.clone(), t.a.clone()))),
];

#[rustfmt::skip]
const OF_GIVEN_NAMES: [Rule; 10] = [
    ("upper-case", Same, false, "only upper and lower case differ", upper),
    ("zone-letters", SameAfterTransliteration, false, "ICAO 9303-3 writes them with A to Z", in_zone),
    ("later-missing", GivenNamesMissing, false, "only the first given name stands there",
        |t| Some((t.both.clone(), t.a.clone()))),
    ("later-missing-in-zone", GivenNamesMissing, false, "only the first one, written with A to Z",
        |t| Some((t.both.clone(), format!("{} ", zone(&t.a))))),
    ("order", OrderDiffers, false, "the same given names in another order",
        |t| Some((t.both.clone(), zone(&format!("{} {}", t.b, t.a))))),
    ("none-stated", NotStated, false, "one side states none",
        |t| Some((t.both.clone(), String::new()))),
    ("cut-away", Truncated, true, "the name field was full: no room for given names",
        |t| Some((t.both.clone(), String::new()))),
    ("cut-in-zone", Truncated, true, "the name field was full: the last one is cut", cut),
    ("another-name", Different, false, "another given name", |t| Some((t.a.clone(), t.b.clone()))),
    ("second-only", Different, false, "the first given name is missing, which no rule allows",
        |t| Some((t.both.clone(), t.b.clone()))),
];

/// Five hundred pairs of each of the twenty rules.
fn corpus() -> Vec<Pair> {
    let mut corpus = Vec::new();
    for (kind, list, rules) in
        [("surname", SURNAMES, OF_SURNAMES), ("given_names", GIVEN, OF_GIVEN_NAMES)]
    {
        let twos = twos(list);
        for (rule, verdict, cut, reason, make) in rules {
            let pairs: Vec<_> = twos.iter().filter_map(make).take(500).collect();
            assert_eq!(pairs.len(), 500, "{kind} {rule}");
            corpus.extend(pairs.into_iter().map(|(one, other)| Pair {
                kind,
                rule,
                one,
                other,
                verdict,
                cut,
                reason,
            }));
        }
    }
    corpus
}

fn compare(pair: &Pair) -> [Verdict; 2] {
    let other = if pair.cut { NameText::perhaps_cut } else { NameText::whole };
    let (a, b) = (NameText::whole(&pair.one), other(&pair.other));
    let by = if pair.kind == "surname" { compare_surnames } else { compare_given_names };
    [by(a, b), by(b, a)]
}

#[test]
fn every_pair_has_the_stated_verdict_from_both_sides() {
    let corpus = corpus();
    assert_eq!(corpus.len(), 10_000);
    let wrong: Vec<String> = corpus
        .iter()
        .filter(|pair| compare(pair) != [pair.verdict; 2])
        .map(|p| format!("{} {}: {} | {} is {:?}", p.kind, p.rule, p.one, p.other, compare(p)))
        .collect();
    let first = wrong.iter().take(40).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(wrong.is_empty(), "{} wrong:\n{first}", wrong.len());
}

#[test]
fn no_pair_stands_twice_in_its_rule() {
    let corpus = corpus();
    let once: BTreeSet<_> = corpus.iter().map(|p| (p.kind, p.rule, &p.one, &p.other)).collect();
    assert_eq!(once.len(), corpus.len());
}

#[test]
fn the_printed_corpus_is_the_reviewed_one() {
    let mut text = String::from("kind\trule\tone\tother\tcut\tverdict\treason\n");
    for p in corpus() {
        let (cut, verdict) = (if p.cut { "yes" } else { "no" }, p.verdict.code());
        let Pair { kind, rule, one, other, reason, .. } = p;
        writeln!(text, "{kind}\t{rule}\t{one}\t{other}\t{cut}\t{verdict}\t{reason}").unwrap();
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/generated/name-corpus.tsv");
    if std::env::var_os("LOKET_WRITE_GENERATED").is_some() {
        std::fs::write(file, &text).unwrap();
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert!(committed == text, "docs/generated/name-corpus.tsv is stale: run `make generated`");
}
