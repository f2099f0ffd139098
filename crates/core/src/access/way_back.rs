//! What of an account is left on the day on which a device is lost.

/// What an account has to come in by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaysIn {
    /// How many passkeys it has.
    pub passkeys: usize,
    /// How many of them have a copy elsewhere (backup state, WebAuthn Level 3 §6.1.3).
    pub backed_up: usize,
    /// It has a password, and signing in by password is switched on.
    pub password: bool,
    /// The password wants a code of an authenticator app, which is on a device, too.
    pub totp: bool,
    /// How many codes of its recovery kit were not used.
    pub codes: usize,
}

/// How its person comes in after the loss of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterALoss {
    /// Nobody has signed in to it yet.
    NotBegun,
    /// Not by themselves: somebody has to make them a recovery link.
    ByAnother,
    /// By themselves.
    ByThemselves,
}

impl WaysIn {
    /// What a lost device leaves.
    pub const fn after_a_loss(self) -> AfterALoss {
        if self.passkeys == 0 && !self.password {
            return AfterALoss::NotBegun;
        }
        let is_left = self.passkeys > 1 || self.backed_up > 0 || (self.password && !self.totp) || self.codes > 0;
        if is_left { AfterALoss::ByThemselves } else { AfterALoss::ByAnother }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_device_leaves_what_is_not_on_it() {
        use AfterALoss::{ByAnother, ByThemselves, NotBegun};
        for (passkeys, backed_up, (password, totp), codes, left) in [
            (0, 0, (false, false), 0, NotBegun),
            // A kit alone is no account that somebody has come to.
            (0, 0, (false, false), 10, NotBegun),
            (0, 0, (true, false), 0, ByThemselves),
            (0, 0, (true, true), 0, ByAnother),
            (0, 0, (true, true), 1, ByThemselves),
            (1, 0, (true, true), 0, ByAnother),
            (1, 0, (false, false), 0, ByAnother),
            (1, 1, (false, false), 0, ByThemselves),
            (1, 0, (true, false), 0, ByThemselves),
            (1, 0, (false, false), 1, ByThemselves),
            (2, 0, (false, false), 0, ByThemselves),
        ] {
            let ways = WaysIn { passkeys, backed_up, password, totp, codes };
            assert_eq!(ways.after_a_loss(), left, "{ways:?}");
        }
    }
}
