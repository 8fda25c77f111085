//! One WebSocket of the page.

use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

use super::timer::free_later;

/// What happens to a link.
pub(super) enum News {
    Opened,
    Text(String),
    /// With the close code; 1006 when the connection was lost or never made.
    Closed(u16),
}

/// A WebSocket that is being made, stands or has failed. Dropping it closes it, and then it has no more news.
pub(super) struct Link {
    socket: WebSocket,
    callbacks: Option<Callbacks>,
}

struct Callbacks {
    open: Closure<dyn FnMut(Event)>,
    message: Closure<dyn FnMut(MessageEvent)>,
    close: Closure<dyn FnMut(CloseEvent)>,
}

impl Link {
    /// Fails when the page may not have such a connection at all, e.g. by its content security policy.
    pub(super) fn open(url: &str, news: impl Fn(News) + 'static) -> Result<Self, JsValue> {
        let socket = WebSocket::new(url)?;
        let news = Rc::new(news);
        let (on_open, on_message, on_close) = (news.clone(), news.clone(), news);
        let callbacks = Callbacks {
            open: Closure::new(move |_| on_open(News::Opened)),
            message: Closure::new(move |message: MessageEvent| {
                if let Some(text) = message.data().as_string() {
                    on_message(News::Text(text));
                }
            }),
            close: Closure::new(move |event: CloseEvent| on_close(News::Closed(event.code()))),
        };
        socket.set_onopen(Some(callbacks.open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(callbacks.message.as_ref().unchecked_ref()));
        // An error event says nothing, and a close event always follows it.
        socket.set_onclose(Some(callbacks.close.as_ref().unchecked_ref()));
        Ok(Self { socket, callbacks: Some(callbacks) })
    }

    /// Sends a text frame. What cannot be sent any more is followed by [`News::Closed`].
    pub(super) fn send(&self, text: &str) {
        let _ = self.socket.send_with_str(text);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Closing what is closed already does nothing.
        let _ = self.socket.close();
        free_later(self.callbacks.take());
    }
}
