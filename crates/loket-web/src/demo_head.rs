//! What a demonstration adds to every page: a banner, a style sheet, and the script that stands in
//! for the browser extension. A production program never sets it.

/// Addresses of our own origin.
#[derive(Debug, Clone)]
pub struct DemoHead {
    /// Script, such as `/demo/extension.js`.
    pub script: String,
    /// Style sheet, such as `/demo/demo.css`.
    pub style: String,
    /// Page about the demonstration, linked from the banner.
    pub page: String,
}
