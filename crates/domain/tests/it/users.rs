mod bans;
mod gone;
mod list;
mod roles;
