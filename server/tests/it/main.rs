//! The skins, tried over real connections to a real server, on both engines.

mod app;
mod cli;
mod pages;
mod rest;
mod socket;
mod watching;
