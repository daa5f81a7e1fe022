//! What a demonstration adds: a banner on every page, and where a card is asked for a script that stands
//! in for the browser extension, with its style. A production program never sets it.

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
