//! Every setting, once, in the file of what it is about. A new knob is a field (of [`Limits`](crate::Limits), say) and its
//! entry in the group of its key: its default is the field's, its names come from its key, and
//! `every_field_has_its_setting_and_every_setting_its_field` fails until the entry is there.

mod access;
mod game;
mod mail;
mod requests;
mod server;
mod sockets;
mod stores;

use super::Settings;
use super::setting::Setting;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;

/// Settings that are about one thing: their keys have the part before the first dot in common.
pub(super) struct Group {
    /// What they are about.
    pub(super) title: &'static str,
    /// Themselves, in the order of the lists.
    pub(super) settings: &'static [Setting],
}

/// Every group, in the order of the lists.
pub(super) static GROUPS: &[&Group] = &[
    &server::SERVER,
    &stores::DATABASE,
    &stores::REDIS,
    &server::LOG,
    &server::METRICS,
    &access::SECRETS,
    &access::TOKENS,
    &access::SESSIONS,
    &server::SHUTDOWN,
    &requests::LIMITS,
    &requests::RATES,
    &sockets::SOCKET,
    &sockets::SOCKETS,
    &access::PASSWORDS,
    &mail::MAIL,
    &game::AVATARS,
    &game::FRIENDS,
    &game::LOBBIES,
    &stores::STORAGE,
    &access::ADMIN,
    &access::AUDIT,
];

/// Every setting, always in the same order.
pub(super) fn all() -> impl Iterator<Item = &'static Setting> {
    GROUPS.iter().flat_map(|group| group.settings)
}

/// The setting of a key.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.key == key)
}

/// The value a setting has when nobody sets it.
pub(super) fn default(setting: &Setting) -> Option<String> {
    setting.show(&Settings::default())
}
