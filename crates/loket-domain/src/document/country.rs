//! Who may issue an identity document: ISO 3166-1 alpha-3 codes and the codes that ICAO Doc 9303-3
//! section 5 adds (requirement MRZ-07). The specimen state UTO is nobody's and not in the table.

use std::fmt;

use serde::{Deserialize, Serialize};

/// ISO 3166-1 alpha-3 codes of states and territories.
const STATES: &str = "\
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD \
    BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR \
    COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH \
    ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL \
    GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR \
    JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR \
    MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL \
    NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY \
    PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP \
    SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA \
    UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE";

/// Codes of ICAO beside ISO: organisations, British statuses, Kosovo, stateless persons (XXA),
/// refugees (XXB, XXC) and persons without stated nationality (XXX).
const OTHERS: &str = "\
    EUE GBD GBN GBO GBP GBS RKS UNA UNK UNO XAA XBA XCC XCE XCO XCT XDC XEC XES XIM XMP XOM XPO \
    XXA XXB XXC XXX";

/// States of the European Economic Area, and Switzerland: their national cards are accepted
/// beside passports (requirement DOC-01).
const EEA_AND_SWITZERLAND: &str = "\
    AUT BEL BGR CHE CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ISL ITA LIE LTU LUX LVA MLT \
    NLD NOR POL PRT ROU SVK SVN SWE";

/// A known code of an issuer of documents.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IssuerCode([u8; 3]);

/// The code is not in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known code of three letters")]
pub struct NotAnIssuer;

impl IssuerCode {
    /// Belgium.
    pub const BELGIUM: Self = Self(*b"BEL");

    /// Reads a code in either case; `D`, as Germany writes itself in its zones, becomes `DEU`.
    pub fn parse(text: &str) -> Result<Self, NotAnIssuer> {
        let text = text.trim().to_ascii_uppercase();
        let text = if text == "D" { "DEU" } else { text.as_str() };
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| NotAnIssuer)?;
        if listed(STATES, text) || listed(OTHERS, text) {
            Ok(Self(letters))
        } else {
            Err(NotAnIssuer)
        }
    }
    /// The three letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
    /// Whether it is a state, and no organisation or status of a person.
    pub fn is_state(&self) -> bool {
        listed(STATES, self.as_str())
    }
    /// All known codes of states, in alphabetical order, for the list on the page.
    pub fn states() -> impl Iterator<Item = Self> {
        STATES.split_whitespace().filter_map(|code| Self::parse(code).ok())
    }
    /// Whether national identity cards of this issuer are accepted.
    pub fn is_eea_or_swiss(&self) -> bool {
        listed(EEA_AND_SWITZERLAND, self.as_str())
    }
}

fn listed(list: &str, code: &str) -> bool {
    list.split_whitespace().any(|known| known == code)
}

impl fmt::Display for IssuerCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for IssuerCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerCode({self})")
    }
}

impl TryFrom<String> for IssuerCode {
    type Error = NotAnIssuer;
    fn try_from(text: String) -> Result<Self, NotAnIssuer> {
        Self::parse(&text)
    }
}

impl From<IssuerCode> for String {
    fn from(code: IssuerCode) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole_and_in_order() {
        let states: Vec<&str> = STATES.split_whitespace().collect();
        assert_eq!(states.len(), 249, "ISO 3166-1 has 249 entries");
        assert!(states.is_sorted() && states.windows(2).all(|w| w[0] != w[1]));
        assert_eq!(IssuerCode::states().count(), 249);
        assert_eq!(EEA_AND_SWITZERLAND.split_whitespace().count(), 31, "27 + 3 + 1");
        assert!(EEA_AND_SWITZERLAND.split_whitespace().all(|code| listed(STATES, code)));
        assert!(OTHERS.split_whitespace().all(|code| code.len() == 3 && !listed(STATES, code)));
    }

    #[test]
    fn codes_are_read() {
        assert_eq!(IssuerCode::parse("D").unwrap().as_str(), "DEU");
        assert_eq!(IssuerCode::parse(" bel ").unwrap(), IssuerCode::BELGIUM);
        assert!(IssuerCode::parse("XXB").is_ok(), "refugees");
        for text in ["UTO", "", "BE", "BELG", "ÄÖÜ", "0OO", "B L"] {
            assert_eq!(IssuerCode::parse(text), Err(NotAnIssuer), "{text}");
        }
    }
}
