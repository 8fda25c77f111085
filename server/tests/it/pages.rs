mod docs;
mod mailbox;
mod server_functions;
mod sessions;
mod setup;
mod site;
