//! The skins, tried over real connections to a real server, on both engines.

mod access;
mod app;
mod cli;
mod openapi;
mod pages;
mod rest;
mod socket;
