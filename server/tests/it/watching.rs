mod history;
mod logging;
mod metrics;
mod requests;
mod running;
mod secrets;
