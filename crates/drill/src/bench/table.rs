//! The Markdown table.

use std::fmt::Display;

use super::load::Measured;

/// The head.
pub(crate) fn head() {
    println!("| request | connections | requests/s | p50 ms | p99 ms |");
    println!("|---|--:|--:|--:|--:|");
}

/// One measurement.
pub(crate) fn row(request: impl Display, connections: usize, measured: &Measured) {
    let (rate, half, most) = (measured.rate(), measured.percentile(50), measured.percentile(99));
    println!("| {request} | {connections} | {rate:.0} | {half:.2} | {most:.2} |");
}
