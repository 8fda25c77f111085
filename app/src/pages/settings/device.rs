//! The device of one's own account.

use domain::accounts::DeviceLink;
use leptos::prelude::*;

use super::{Current, Part};
use crate::components::{Icon, OwnForm};
use crate::said::Said;

/// The device that signs in by itself. Linking one is a game's business.
#[component]
pub(super) fn DevicePart(said: Said, device: DeviceLink, has_address: bool) -> impl IntoView {
    let current = said.clone();
    let shown = match device {
        DeviceLink::None => view! {
            <p class="text-sm">"No device is linked. A game links the one it runs on when you sign in there with your address."</p>
        }
        .into_any(),
        DeviceLink::OnlyWayIn => {
            let (href, words) =
                if has_address { ("/users/confirm", "Confirm your address") } else { ("/users/register", "Keep this account") };
            view! {
                <p class="text-sm">
                    "A device is linked. It is the only way into this account, so it stays until there is another: "
                    <a class="text-link" href=href>{words}</a> "."
                </p>
            }
            .into_any()
        }
        DeviceLink::Spare => view! {
            <p class="text-sm mb-4">
                "A device is linked: the game on it signs you in by itself. Unlinked, it is signed out, and whoever plays there next is a new guest."
            </p>
            <OwnForm action="/users/settings/device/unlink".to_owned() class="grid gap-4 max-w-sm">
                <Current said=current form="device" />
                <div><button class="btn btn-quiet btn-lg"><Icon name="smartphone" />"Unlink the device"</button></div>
            </OwnForm>
        }
        .into_any(),
    };
    view! {
        <Part id="device" title="Device" what="What signs you in without asking." said=said>
            {shown}
        </Part>
    }
}
