//! QR codes as SVG for a page with a strict content policy: colours are attributes, there is no
//! `style`, no script, no XML declaration, and nothing of the encoded text stands in the markup.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around the code (ISO/IEC 18004 section 6.3.8).
const QUIET: usize = 4;

/// The text is too long for a QR code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text does not fit in a QR code")]
pub struct TooLong;

/// An SVG element with the QR code of the text, error correction M. Dark on white whatever the
/// page's colours are: readers need it. It carries `aria-hidden`: the page offers the same text as
/// a link or in writing beside it.
pub fn qr_svg(text: &str) -> Result<String, TooLong> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| TooLong)?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        for (start, length) in dark_runs(modules) {
            // Writing to a string does not fail.
            let _ = write!(path, "M{} {}h{length}v1h-{length}z", start + QUIET, row + QUIET);
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\" aria-hidden=\"true\" focusable=\"false\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

/// Start and length of each run of dark modules in a row.
fn dark_runs(modules: &[Color]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = vec![];
    for (at, _) in modules.iter().enumerate().filter(|(_, module)| **module == Color::Dark) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_markup_is_fit_for_a_strict_policy() {
        let svg = qr_svg("otpauth://totp/Loket:a?secret=GEZDGNBV").unwrap();
        assert!(svg.starts_with("<svg "));
        for unwanted in ["style", "script", "<?xml", "otpauth", "GEZDGNBV", "href"] {
            assert!(!svg.contains(unwanted), "{unwanted}");
        }
    }

    #[test]
    fn the_path_draws_exactly_the_dark_modules() {
        let svg = qr_svg("Loket").unwrap();
        let code = QrCode::with_error_correction_level("Loket", EcLevel::M).unwrap();
        let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut drawn = vec![];
        for run in path.split_terminator('z') {
            let numbers: Vec<usize> =
                run.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            drawn.extend(
                (numbers[0]..numbers[0] + numbers[2]).map(|x| (x - QUIET, numbers[1] - QUIET)),
            );
        }
        let width = code.width();
        let dark: Vec<_> = (0..width * width)
            .map(|i| (i % width, i / width))
            .filter(|at| code[*at] == Color::Dark)
            .collect();
        assert_eq!(drawn, dark);
    }

    #[test]
    fn a_text_that_does_not_fit_is_refused() {
        assert_eq!(qr_svg(&"a".repeat(3000)), Err(TooLong));
    }
}
