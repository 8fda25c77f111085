//! The skins, tried over real connections to a real server, on both engines.

mod access;
mod app;
mod away;
mod cli;
mod connections;
mod cookies;
mod headers;
mod leaving;
mod limits;
mod nodes;
mod openapi;
mod origins;
mod pages;
mod proxy;
mod rest;
mod socket;
mod watching;
