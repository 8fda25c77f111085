//! The Markdown table.

use super::load::Measured;
use super::scene::Request;

/// The head.
pub(super) fn head() {
    println!("| request | connections | requests/s | p50 ms | p99 ms |");
    println!("|---|--:|--:|--:|--:|");
}

/// One measurement.
pub(super) fn row(request: Request, connections: usize, measured: &Measured) {
    let (rate, half, most) = (measured.rate(), measured.percentile(50), measured.percentile(99));
    println!("| {request} | {connections} | {rate:.0} | {half:.2} | {most:.2} |");
}
