mod accounts;
mod docs;
mod forms;
mod mailbox;
mod server_functions;
mod sessions;
mod setup;
mod site;
