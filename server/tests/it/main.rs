//! The skins, tried over real connections to a real server, on both engines.

mod app;
mod pages;
mod rest;
mod socket;
