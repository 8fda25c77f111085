//! Tells cargo that the binary holds the built site, so that it is linked again when that changes.

use std::{env, fs};

fn main() {
    let site = "../target/site";
    // A fresh checkout has none yet, and must compile all the same.
    fs::create_dir_all(site).expect("target/site can be made");
    println!("cargo:rustc-check-cfg=cfg(site_on_disk)");
    println!("cargo:rerun-if-env-changed=LEPTOS_SITE_ROOT");
    // `cargo leptos watch` empties and fills that folder while this is compiled: its server reads the files when asked.
    if env::var_os("LEPTOS_SITE_ROOT").is_some() && env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        println!("cargo:rustc-cfg=site_on_disk");
    } else {
        println!("cargo:rerun-if-changed={site}");
    }
}
