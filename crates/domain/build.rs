//! Tells cargo that the crate holds the migrations, so that a new one is built in.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
