//! From where a session began: the address, and what the browser said of itself. For people to recognise it by; no decision
//! rests on it.

use std::fmt;

/// What of a `User-Agent` is kept, in bytes.
const LONGEST_AGENT: usize = 256;

/// Where a session began.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The resolved client address; empty where it is not known.
    pub ip: String,
    /// The `User-Agent` (RFC 9110 §10.1.5), cut; empty where none came.
    pub agent: String,
}

impl Place {
    /// A `User-Agent` as it is kept: one line of bounded length.
    pub fn agent(sent: &str) -> String {
        let mut kept: String = sent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect();
        kept.truncate(kept.floor_char_boundary(LONGEST_AGENT));
        kept
    }

    /// The browser and the system, as a person calls them; none of them where it is not one of those that people use.
    pub fn device(&self) -> Device {
        let find = |table: &[(&str, &'static str)]| {
            table.iter().find(|(mark, _)| self.agent.contains(mark)).map(|(_, name)| *name)
        };
        Device { browser: find(&BROWSERS), system: find(&SYSTEMS) }
    }
}

/// Marks of browsers, the particular before the general: each of them names those that it descends from.
const BROWSERS: [(&str, &str); 12] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// Marks of systems, likewise: Android says Linux too, and an iPhone says Mac OS X.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
    ("FreeBSD", "FreeBSD"),
];

/// A browser and its system, as far as they are known. Shown as `Firefox on Linux`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// The browser.
    pub browser: Option<&'static str>,
    /// The system that it runs on.
    pub system: Option<&'static str>,
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.browser, self.system) {
            (Some(browser), Some(system)) => write!(f, "{browser} on {system}"),
            (Some(one), None) | (None, Some(one)) => f.write_str(one),
            (None, None) => f.write_str("A browser"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_as_people_call_it() {
        let webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
        for (agent, device) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/143.0.0.0 Safari/537.36 Edg/143.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/143.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                &format!("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {webkit} Version/18.5 Safari/605.1.15"),
                "Safari on Mac",
            ),
            (
                &format!(
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {webkit} Version/18.5 Mobile Safari/604.1"
                ),
                "Safari on iPhone",
            ),
            (
                &format!("Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) {webkit} CriOS/143.0 Mobile Safari/604.1"),
                "Chrome on iPad",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/143.0.0.0 Safari/537.36",
                "Chrome on ChromeOS",
            ),
            ("curl/8.14.1", "curl"),
            ("Mozilla/5.0 (Windows NT 10.0)", "Windows"),
            ("", "A browser"),
            ("something else", "A browser"),
        ] {
            assert_eq!(Place { agent: agent.to_owned(), ..Place::default() }.device().to_string(), device, "{agent}");
        }
    }

    #[test]
    fn security_102_what_a_browser_says_of_itself_is_one_line_of_bounded_length() {
        assert_eq!(Place::agent("a\r\nb\u{1b}[31m"), "ab[31m");
        assert_eq!(Place::agent(&"x".repeat(5000)).len(), LONGEST_AGENT);
        let wide = Place::agent(&"é".repeat(300));
        assert!(wide.len() <= LONGEST_AGENT && wide.chars().all(|c| c == 'é'));
    }
}
