mod history;
mod metrics;
mod requests;
mod secrets;
