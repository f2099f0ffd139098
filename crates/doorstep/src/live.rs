//! Which settings a running server takes in at once, and which wait for a restart: one table.

use crate::config::{Config, Loaded};
use crate::logging::LogHandle;
use crate::wire;
use doorstep_app::error::InternalError;
use doorstep_app::instance::Instance;
use doorstep_web::Web;
use std::sync::Arc;

/// Settings that take effect without a restart. Groups, apps, `sinks.*`, `mail.*` and `upstream.*` always do; `tls.*` does where the server
/// speaks TLS already.
const LIVE: [&str; 24] = [
    "apps_dir",
    "audit.keep",
    "catalog_dir",
    "forward_auth.session",
    "language",
    "log.level",
    "name",
    "onboard.apply",
    "onboard.mend_every",
    "outbound.ca_file",
    "proxy_secret",
    "recovery.admins",
    "recovery.mail",
    "registration.domains",
    "registration.groups",
    "registration.open",
    "session.absolute",
    "session.idle",
    "sign_in.console",
    "sign_in.passwords",
    "tokens.access",
    "tokens.id",
    "tokens.refresh",
    "trusted_proxies",
];

/// The parts of a running server that take in changed settings.
pub(crate) struct Parts {
    pub(crate) instance: Arc<Instance>,
    pub(crate) web: Arc<Web>,
    pub(crate) log: LogHandle,
}

impl Parts {
    /// From now on they do as `config` says.
    pub(crate) fn take_in(&self, config: &Config) -> Result<(), InternalError> {
        self.instance.context.change(wire::live(config))?;
        self.web.trust(wire::trusted(config));
        self.log.set_level(config.log.level);
        Ok(())
    }
}

/// What differs between two configurations, beside groups and apps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    /// Taken in at once.
    pub(crate) at_once: Vec<String>,
    /// Takes effect after a restart.
    pub(crate) after_restart: Vec<String>,
}

impl Changes {
    /// From one to another.
    pub(crate) fn between(before: &Loaded, now: &Loaded) -> Self {
        let tls = before.config.tls.is_some() && now.config.tls.is_some();
        let is_live = |key: &String| {
            let always = ["sinks.", "mail.", "upstream."].iter().any(|table| key.starts_with(table));
            LIVE.contains(&key.as_str()) || always || (tls && key.starts_with("tls."))
        };
        let (at_once, after_restart) = now.changed_settings(before).into_iter().partition(is_live);
        Self { at_once, after_restart }
    }

    /// As lines; empty when there is nothing.
    pub(crate) fn reported(&self) -> String {
        let line = |keys: &[String], when: &str| match keys {
            [] => String::new(),
            [one] => format!("Takes effect {when}: {one}.\n"),
            many => format!("Take effect {when}: {}.\n", many.join(", ")),
        };
        format!("{}{}", line(&self.at_once, "at once"), line(&self.after_restart, "after a restart"))
    }
}

#[cfg(test)]
mod tests {
    use super::LIVE;
    use crate::config::schema;

    #[test]
    fn each_live_setting_is_a_key_of_the_configuration() {
        let keys: Vec<String> =
            schema::leaves(schema::of_config()).into_iter().map(|leaf| leaf.path.join(".")).collect();
        for live in LIVE {
            assert!(keys.iter().any(|key| key == live), "{live} is none of {keys:?}");
        }
    }
}
