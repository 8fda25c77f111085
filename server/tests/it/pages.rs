mod docs;
mod server_functions;
mod sessions;
mod setup;
mod site;
