//! Tells cargo that the binary holds the built site, so that it is linked again when that changes.

use std::fs;

fn main() {
    let site = "../target/site";
    // A fresh checkout has none yet, and must compile all the same.
    fs::create_dir_all(site).expect("target/site can be made");
    println!("cargo:rerun-if-changed={site}");
}
