//! Documents on paper, as PDF/A-2a and PDF/UA-1, laid out by typst.
//!
//! A document gets its words and values as strings that typst shows and never evaluates, reads no
//! file, loads no package, knows no clock, and uses the embedded fonts only: the same values make
//! the same bytes everywhere. Nothing that went into a document stays in memory after it is made.

mod evidence;
mod letter;
mod matrix;
mod page;
mod slip;
mod world;

use loket_domain::port::{EvidenceReport, PrintFault, Printer, RefusalLetter, Slip};

/// Prints by typst, in this process; some tens of milliseconds of computing a document, so call it
/// on a blocking thread.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypstPrinter;

impl TypstPrinter {
    /// A printer. The fonts are read when the first document is made.
    pub const fn new() -> Self {
        Self
    }
}

impl Printer for TypstPrinter {
    fn slip(&self, slip: &Slip) -> Result<Vec<u8>, PrintFault> {
        slip::make(slip)
    }
    fn letter(&self, letter: &RefusalLetter) -> Result<Vec<u8>, PrintFault> {
        letter::make(letter)
    }
    fn evidence(&self, report: &EvidenceReport) -> Result<Vec<u8>, PrintFault> {
        evidence::make(report)
    }
}
