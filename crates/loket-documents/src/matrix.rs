//! QR codes as rectangles of the page, not as images.

use qrcode::{Color, EcLevel, QrCode};
use typst::foundations::{Array, Dict, IntoValue, Value};

/// The dark modules of a QR code: `width` in modules, and `runs`, each a row, a column and how
/// many dark modules follow each other there. `None` when the text is too long for a code.
pub(crate) fn matrix(text: &str) -> Option<Value> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let mut runs = Array::new();
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                let numbers = [y, x, run.len()];
                runs.push(Value::Array(numbers.into_iter().map(IntoValue::into_value).collect()));
            }
            x += run.len();
        }
    }
    let mut matrix = Dict::new();
    matrix.insert("width".into(), code.width().into_value());
    matrix.insert("runs".into(), Value::Array(runs));
    Some(Value::Dict(matrix))
}
