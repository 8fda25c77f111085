//! A row of the table of accounts.

use leptos::prelude::*;
use wire::{AdminUser, WayIn};

use crate::clock::{Ago, Clock};
use crate::components::{Asked, Avatar, Badge};
use crate::live::Row;

pub(super) fn draw(row: Row<AdminUser>, clock: Clock, asked: &Asked) -> impl IntoView {
    let user = row.map(|user| user.id).get_untracked();
    let drawer = asked.address_with(asked.page().page(), ("user", Some(&user.to_string())));
    let name = row.map(AdminUser::name);
    let ways_in = row.map(ways_in);
    let role = row.map(role);
    let lobby = row.map(|user| user.lobby.clone());
    let seen = row.map(|user| user.last_seen_at);
    let created = row.map(|user| user.created_at).get_untracked();
    let gone: Signal<bool> = row.gone.into();
    let glows = row.glows;
    view! {
        <tr tabindex="-1" data-user=user.to_string() class:leaving=gone class:flash=move || glows.get()>
            <th scope="row">
                <span class="flex items-center gap-2.5">
                    <Avatar id=user />
                    <a class="font-medium truncate hover:underline" title=name href=drawer>{name}</a>
                    <span class="num text-xs text-muted max-sm:hidden">{user.to_string()}</span>
                </span>
            </th>
            <td class="max-md:hidden">{move || Badge::draw_all(ways_in.get())}</td>
            <td>{move || Badge::draw_all(role.get())}</td>
            <td class="max-md:hidden">
                {move || match lobby.get() {
                    Some((id, title)) => {
                        let href = format!("/admin/lobbies/{id}");
                        view! { <a class="text-link truncate block" href=href>{title}</a> }.into_any()
                    }
                    None => view! { <span class="text-muted">"–"</span> }.into_any(),
                }}
            </td>
            <td class="r max-sm:hidden text-muted">
                {move || match seen.get() {
                    Some(at) => view! { <Ago at clock /> }.into_any(),
                    None => "never".into_any(),
                }}
            </td>
            <td class="r max-lg:hidden text-muted"><Ago at=created clock /></td>
        </tr>
    }
}

pub(super) fn ways_in(user: &AdminUser) -> Vec<Badge> {
    let badge = |way: &WayIn| match way {
        WayIn::Device => Badge::DEVICE,
        WayIn::Password => Badge::BY_PASSWORD,
    };
    user.ways_in.iter().map(badge).collect()
}

pub(super) fn role(user: &AdminUser) -> Vec<Badge> {
    let badges = [
        (user.banned_at.is_some(), Badge::BANNED),
        (user.is_admin, Badge::ADMIN),
        (user.is_guest, Badge::GUEST),
        (user.is_unconfirmed, Badge::UNCONFIRMED),
    ];
    badges.into_iter().filter_map(|(is, badge)| is.then_some(badge)).collect()
}
