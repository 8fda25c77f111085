//! Figures of several measurements.

/// A count, to reckon with.
pub(crate) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The middle one of them.
pub(crate) fn middle(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// What they are on average; nothing of none.
pub(crate) fn mean(figures: &[f64]) -> f64 {
    if figures.is_empty() { 0.0 } else { figures.iter().sum::<f64>() / number(figures.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_far_off_moves_the_mean_and_not_the_middle() {
        let figures = vec![3.0, 1.0, 200.0];
        assert!((mean(&figures) - 68.0).abs() < 1e-9);
        assert!((middle(figures) - 3.0).abs() < 1e-9);
        assert!(mean(&[]).abs() < 1e-9);
    }
}
