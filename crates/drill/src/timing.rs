//! Whether the time of a sign-in that fails tells who has an account.

use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::api::Api;
use crate::gameserver::{self, Gameserver};
use crate::place::Place;

/// Failures of one address that cost it no waiting.
const FREE: usize = 4;
/// How much the middle of the times may differ, in parts of a whole.
const APART: f64 = 0.05;
/// The chance at which a difference counts as one.
const CHANCE: f64 = 0.01;

/// Runs the drill on one engine and says in a few words what was found.
pub(crate) async fn run(place: &Place, samples: usize) -> Result<String> {
    let accounts = samples.div_ceil(FREE);
    let server = Gameserver::start(place).await?;
    for n in 0..accounts {
        gameserver::make_admin(place, &address("known", n)).await?;
    }
    // Whatever is done once is done before.
    for n in 0..3 {
        sample(&server.api, &address("warm-up", n)).await?;
    }
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..samples {
        let account = n % accounts;
        // Each goes first as often as the other.
        if n % 2 == 0 {
            known.push(sample(&server.api, &address("known", account)).await?);
            unknown.push(sample(&server.api, &address("nobody", account)).await?);
        } else {
            unknown.push(sample(&server.api, &address("nobody", account)).await?);
            known.push(sample(&server.api, &address("known", account)).await?);
        }
    }
    server.kill().await?;
    place.check_log()?;
    let (of_known, of_unknown) = (median(&known), median(&unknown));
    let apart = (of_known - of_unknown).abs() / of_unknown;
    let p = mann_whitney(&known, &unknown);
    let found = format!(
        "{samples} failures each, interleaved: {of_known:.2} ms with an account, {of_unknown:.2} ms without (medians, \
         {:.1} % apart), Mann-Whitney p = {p:.3}",
        apart * 100.0
    );
    ensure!(apart < APART || p > CHANCE, "the time tells who has an account: {found}");
    Ok(found)
}

fn address(name: &str, n: usize) -> String {
    format!("{name}-{n}@games.example")
}

/// Milliseconds of one sign-in that fails.
async fn sample(api: &Api, email: &str) -> Result<f64> {
    let login = json!({ "email": email, "password": "a wrong guess" });
    let started = Instant::now();
    let answer = api.post("/login", None, &login).await?;
    let took = started.elapsed().as_secs_f64() * 1e3;
    answer.accepted("a wrong password", 401)?;
    Ok(took)
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The chance that two samples of one distribution differ as much as these or more: the U test with its normal
/// approximation, which is good from some twenty samples on. Times do not tie.
#[expect(clippy::cast_precision_loss, reason = "some hundred samples")]
fn mann_whitney(a: &[f64], b: &[f64]) -> f64 {
    let wins = a.iter().map(|a| b.iter().filter(|b| *b < a).count()).sum::<usize>() as f64;
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (mean, deviation) = (n * m / 2.0, (n * m * (n + m + 1.0) / 12.0).sqrt());
    two_sided((wins - mean).abs() / deviation)
}

/// The chance of a normal variable to be at least `z` deviations away (Abramowitz and Stegun, 7.1.26, to 1.5e-7).
fn two_sided(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    series.iter().fold(0.0, |sum, part| (sum + part) * t) * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_those_of_the_normal_distribution() {
        for (z, chance) in [(0.0, 1.0), (1.0, 0.3173), (1.96, 0.05), (2.5758, 0.01), (4.0, 0.000_063)] {
            assert!((two_sided(z) - chance).abs() < 1e-4, "{z}: {}", two_sided(z));
        }
    }

    #[test]
    fn a_difference_is_told_from_none() {
        let of = |from: u32, step: u32| (0..200).map(|n| f64::from(from + n * step % 997)).collect::<Vec<_>>();
        assert!(mann_whitney(&of(0, 7), &of(0, 11)) > 0.01);
        assert!(mann_whitney(&of(0, 7), &of(300, 11)) < 1e-6);
    }
}
