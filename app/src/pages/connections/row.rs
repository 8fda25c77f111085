//! A row of the table of sockets.

use leptos::prelude::*;
use wire::Connection;

use crate::address::address;
use crate::clock::{Ago, Clock};
use crate::components::{Act, Avatar};
use crate::live::Row;
use crate::words::{figure, size};

/// Topics a row has room for.
const CHIPS: usize = 3;

pub(super) fn draw(row: Row<Connection>, clock: Clock) -> impl IntoView {
    // None of these ever changes of a socket.
    let Connection { id, node, user_id, user_name, ip, version, connected_at, .. } = row.first();
    let topics = row.map(|it| it.topics.clone());
    let queue = row.map(|it| it.queue);
    let come = row.map(|it| (it.bytes_received, it.received));
    let went = row.map(|it| (it.bytes_sent, it.sent));
    let waits = Memo::new(move |_| queue.get() > 0);
    let gone: Signal<bool> = row.gone.into();
    let name = user_name.clone().unwrap_or_else(|| "nobody".to_owned());
    let whose = match user_id {
        Some(user) => {
            let href = address("/admin/users", &[("user", Some(&user.to_string()))]);
            view! {
                <span class="flex items-center gap-2.5">
                    <Avatar id=user />
                    <a class="font-medium truncate hover:underline" href=href>{name.clone()}</a>
                </span>
            }
            .into_any()
        }
        None => view! { <span class="text-muted">"nobody"</span> }.into_any(),
    };
    let speaks = format!("{id}, protocol {version}");
    let amount = |it: Memo<(i64, i64)>| {
        view! { <span title=move || format!("{} frames", figure(it.get().1))>{move || size(it.get().0)}</span> }
    };
    view! {
        <tr tabindex="-1" data-connection=id.clone() data-gone=move || gone.get().then_some("") class:leaving=gone>
            <th scope="row" title=speaks>{whose}</th>
            <td class="max-xl:hidden mono text-xs">
                {ip.unwrap_or_else(|| "–".to_owned())}
                <span class="block text-muted truncate" data-node="">{node}</span>
            </td>
            <td class="max-md:hidden"><span class="chips">{move || chips(&topics.get())}</span></td>
            <td class="r num" class:text-warning=waits>{move || figure(queue.get())}</td>
            <td class="r num max-lg:hidden">{amount(come)}</td>
            <td class="r num max-lg:hidden">{amount(went)}</td>
            <td class="r max-sm:hidden text-muted"><Ago at=connected_at clock /></td>
            <td class="r max-sm:hidden">
                <Act
                    action=format!("/admin/connections/{id}/close")
                    label="Disconnect"
                    icon="unplug"
                    class="btn btn-quiet btn-xs"
                    to=format!("{name}, {id}")
                />
            </td>
        </tr>
    }
}

/// The first topics, each leading to what is told on it.
fn chips(topics: &[String]) -> AnyView {
    let chip = |topic: &String| {
        let href = address("/admin/events", &[("topic", Some(topic))]);
        view! { <a class="meta-chip hover:underline" href=href>{topic.clone()}</a> }
    };
    let more = (topics.len() > CHIPS).then(|| {
        let rest = topics.get(CHIPS..).unwrap_or_default().join(", ");
        view! { <span class="meta-chip" title=rest>{format!("+{}", topics.len() - CHIPS)}</span> }
    });
    view! { {topics.iter().take(CHIPS).map(chip).collect_view()} {more} }.into_any()
}
