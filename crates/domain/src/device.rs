//! On what somebody plays: the few words a person knows their device by.
//!
//! A table of our own. The libraries for it carry thousands of patterns to tell versions and models apart, of which a
//! list of sessions shows none; what is not in the table is simply not named.

use std::fmt;

/// A program and the system it runs on, as far as a User-Agent tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Device {
    program: Option<&'static str>,
    system: Option<&'static str>,
}

/// What a User-Agent has in it, and the program that says so. The first that fits counts: most of them also name those
/// below them.
const PROGRAMS: [(&str, &str); 19] = [
    ("GodotEngine/", "Godot"),
    ("UnityPlayer/", "Unity"),
    ("UnrealEngine/", "Unreal Engine"),
    ("curl/", "curl"),
    ("okhttp/", "an Android app"),
    ("CFNetwork/", "an Apple app"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Electron/", "Electron"),
    ("Safari/", "Safari"),
];

/// The same for systems.
const SYSTEMS: [(&str, &str); 11] = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("iOS", "iOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("macOS", "macOS"),
    ("FreeBSD", "FreeBSD"),
    ("Linux", "Linux"),
];

impl Device {
    /// The device of a User-Agent; none, where nothing in it is known.
    #[must_use]
    pub fn of(user_agent: &str) -> Option<Self> {
        let first = |table: &[(&str, &'static str)]| {
            table.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
        };
        let (program, system) = (first(&PROGRAMS), first(&SYSTEMS));
        (program.is_some() || system.is_some()).then_some(Self { program, system })
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.program, self.system) {
            (Some(program), Some(system)) => write!(f, "{program} on {system}"),
            (Some(only), None) | (None, Some(only)) => f.write_str(only),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_called_as_people_call_it() {
        for (user_agent, name) in [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Windows"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 \
                 Safari/537.36 Edg/126.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile \
                 Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 \
                 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            ("GodotEngine/4.3.stable.official (Linux)", "Godot on Linux"),
            ("UnityPlayer/2022.3.10f1 (UnityWebRequest/1.0, libcurl/8.4.0-DEV)", "Unity"),
            ("curl/8.8.0", "curl"),
            ("Mozilla/5.0 (X11; Linux x86_64) Something/1.0", "Linux"),
        ] {
            assert_eq!(Device::of(user_agent).map(|device| device.to_string()).as_deref(), Some(name), "{user_agent}");
        }
    }

    #[test]
    fn nothing_of_what_a_client_writes_is_kept() {
        assert_eq!(Device::of("<script>alert(1)</script>"), None);
        assert_eq!(Device::of(""), None);
    }
}
