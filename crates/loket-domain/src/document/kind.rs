//! The kinds of paper that a procedure can accept (SEED-08, requirement DOC-01). Copies, photos of
//! documents and driving licences are no kinds, so that no procedure can name them (DOC-02).

use serde::{Deserialize, Serialize};

use super::country::IssuerCode;
use crate::key::AssuranceLevel;

/// Kinds of identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Identity card for Belgians.
    BelgianIdentityCard,
    /// Belgian electronic residence card for foreigners (A to N, EU, F).
    BelgianResidenceCard,
    /// Passport of another state.
    ForeignPassport,
    /// National identity card of another state of the European Economic Area, or of Switzerland.
    ForeignIdentityCard,
    /// Belgian residence document on paper, such as the immatriculation certificate or annex 35.
    PaperResidenceDocument,
}

impl DocumentKind {
    /// All kinds, in the order in which the page offers them.
    pub const ALL: [Self; 5] = [
        Self::BelgianIdentityCard,
        Self::BelgianResidenceCard,
        Self::ForeignPassport,
        Self::ForeignIdentityCard,
        Self::PaperResidenceDocument,
    ];
    /// Stable code, as stored and as written in procedures.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BelgianIdentityCard => "belgian_identity_card",
            Self::BelgianResidenceCard => "belgian_residence_card",
            Self::ForeignPassport => "foreign_passport",
            Self::ForeignIdentityCard => "foreign_identity_card",
            Self::PaperResidenceDocument => "paper_residence_document",
        }
    }
    /// Reads the stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
    /// Message id of the kind's name.
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::BelgianIdentityCard => "document-kind-belgian-identity-card",
            Self::BelgianResidenceCard => "document-kind-belgian-residence-card",
            Self::ForeignPassport => "document-kind-foreign-passport",
            Self::ForeignIdentityCard => "document-kind-foreign-identity-card",
            Self::PaperResidenceDocument => "document-kind-paper-residence-document",
        }
    }
    /// The letter under which PRADO, the public register of documents of the Council of the European
    /// Union, lists this kind: A passports, B identity cards, H residence documents.
    pub const fn prado_category(self) -> char {
        match self {
            Self::ForeignPassport => 'A',
            Self::BelgianIdentityCard | Self::ForeignIdentityCard => 'B',
            Self::BelgianResidenceCard | Self::PaperResidenceDocument => 'H',
        }
    }
    /// Whether this issuer can issue this kind.
    pub fn admits_issuer(self, issuer: IssuerCode) -> bool {
        let belgian = issuer == IssuerCode::BELGIUM;
        match self {
            Self::BelgianIdentityCard
            | Self::BelgianResidenceCard
            | Self::PaperResidenceDocument => belgian,
            Self::ForeignPassport => !belgian,
            Self::ForeignIdentityCard => !belgian && issuer.is_eea_or_swiss(),
        }
    }
    /// The only issuer of this kind, when there is but one: the page does not ask then.
    pub const fn sole_issuer(self) -> Option<IssuerCode> {
        match self {
            Self::BelgianIdentityCard
            | Self::BelgianResidenceCard
            | Self::PaperResidenceDocument => Some(IssuerCode::BELGIUM),
            Self::ForeignPassport | Self::ForeignIdentityCard => None,
        }
    }
    /// Whether documents of this kind can have a machine-readable zone.
    pub const fn may_have_zone(self) -> bool {
        !matches!(self, Self::PaperResidenceDocument)
    }
    /// Whether the Belgian status service (`CheckDoc`) knows documents of this kind (ID-09, ID-10).
    pub const fn has_status_service(self) -> bool {
        matches!(self, Self::BelgianIdentityCard | Self::BelgianResidenceCard)
    }
    /// The most that an identification with this kind can reach. None reaches high: that needs a
    /// photo from an authoritative source, which no registration office may ask for.
    pub const fn highest_level(self) -> AssuranceLevel {
        match self {
            Self::BelgianIdentityCard
            | Self::BelgianResidenceCard
            | Self::ForeignPassport
            | Self::ForeignIdentityCard => AssuranceLevel::Substantial,
            Self::PaperResidenceDocument => AssuranceLevel::Low,
        }
    }
    /// Where PRADO, the public register of authentic identity documents, describes this kind: the
    /// beginning of its document numbers, such as `BEL-BO` (requirement ID-08). The letter is
    /// PRADO's category: A passports, B identity cards, H residence documents.
    pub fn prado_reference(self, issuer: IssuerCode) -> String {
        let category = match self {
            Self::BelgianIdentityCard | Self::ForeignIdentityCard => "BO",
            Self::ForeignPassport => "AO",
            Self::BelgianResidenceCard => "HO",
            Self::PaperResidenceDocument => "H",
        };
        format!("{issuer}-{category}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip_and_agree_with_serde() {
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
        assert_eq!(DocumentKind::from_code("driving_licence"), None);
    }

    #[test]
    fn issuers() {
        let code = |text: &str| IssuerCode::parse(text).unwrap();
        assert!(DocumentKind::BelgianIdentityCard.admits_issuer(code("BEL")));
        assert!(!DocumentKind::BelgianIdentityCard.admits_issuer(code("FRA")));
        assert!(!DocumentKind::ForeignPassport.admits_issuer(code("BEL")));
        assert!(DocumentKind::ForeignPassport.admits_issuer(code("MAR")));
        assert!(DocumentKind::ForeignIdentityCard.admits_issuer(code("D")));
        assert!(DocumentKind::ForeignIdentityCard.admits_issuer(code("CHE")));
        assert!(!DocumentKind::ForeignIdentityCard.admits_issuer(code("GBR")));
        for kind in DocumentKind::ALL {
            assert!(kind.sole_issuer().is_none_or(|issuer| kind.admits_issuer(issuer)));
        }
        assert_eq!(DocumentKind::ForeignPassport.prado_reference(code("D")), "DEU-AO");
    }
}
