//! Documents on paper, as PDF/A-2a and PDF/UA-1, laid out by typst.
//!
//! A document gets its words and values as strings that typst shows and never evaluates, reads no
//! file, loads no package, knows no clock, and uses the embedded fonts only: the same values make
//! the same bytes everywhere. Nothing that went into a document stays in memory after it is made.

mod matrix;
mod slip;
mod world;

pub use slip::TypstPrinter;
