//! Pictures that are small until they are unpacked.

use std::process::Command;

use png::{BitDepth, ColorType, Compression, Encoder, Filter};
use testing::pictures::png;
use testing::{Engine, Fixture, TestDomain};

use super::{player, refusal, upload};

/// A black PNG of so many pixels on each side, written row by row.
fn black(side: u32, depth: BitDepth, color: ColorType) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, side, side);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(Compression::High);
    encoder.set_filter(Filter::NoFilter);
    let row = (usize::try_from(side).unwrap() * color.samples() * depth as usize).div_ceil(8);
    let mut head = encoder.write_header().unwrap();
    let mut rows = head.stream_writer().unwrap();
    for _ in 0..side {
        std::io::Write::write_all(&mut rows, &vec![0; row]).unwrap();
    }
    rows.finish().unwrap();
    drop(head);
    bytes
}

/// The most memory this process ever held, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// In a process of its own: other tests take memory meanwhile.
#[test]
#[cfg(target_os = "linux")]
fn what_would_unpack_to_gigabytes_is_refused_and_takes_no_memory() {
    let test = ["--exact", "avatars::bombs::measured", "--ignored", "--nocapture"];
    let output = Command::new(std::env::current_exe().unwrap()).args(test).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
#[ignore = "the test above runs it, alone"]
async fn measured() {
    let domain = TestDomain::on(Engine::Sqlite).await;
    let player = player(&domain.app).await;
    upload(&domain.app, &player, png()).await.unwrap();
    let before = peak();
    for (side, depth, color, unpacked) in [
        (20_000, BitDepth::One, ColorType::Grayscale, "1.6 GB"),
        (8_192, BitDepth::Eight, ColorType::Grayscale, "268 MB"),
    ] {
        let bomb = black(side, depth, color);
        assert!(bomb.len() < 1024 * 1024, "{} bytes", bomb.len());
        let size = bomb.len();
        assert_eq!(refusal(upload(&domain.app, &player, bomb).await), "must be at most 2048 pixels wide and high");
        // With what it took to write the bomb, since the first picture.
        let risen = peak().saturating_sub(before);
        println!("{size} bytes that unpack to {unpacked}: {risen} KiB");
        assert!(risen < 40 * 1024, "{unpacked} took {risen} KiB");
    }
}
