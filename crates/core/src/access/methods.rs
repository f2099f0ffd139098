//! Which authentication methods an account has, and which may go: never the last one.

/// The authentication methods of an account that could sign it in now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods {
    /// How many passkeys it has.
    pub passkeys: usize,
    /// It has a password, and signing in by password is switched on.
    pub password: bool,
}

impl Methods {
    /// Whether a passkey may be removed.
    pub const fn may_lose_a_passkey(self) -> bool {
        self.passkeys > 1 || (self.passkeys == 1 && self.password)
    }

    /// Whether the password may be removed.
    pub const fn may_lose_the_password(self) -> bool {
        self.has_a_passkey()
    }

    /// Whether a proof by passkey can be asked for.
    pub const fn has_a_passkey(self) -> bool {
        self.passkeys > 0
    }

    /// Whether a second passkey is missing, for the day on which the device with the first is lost.
    pub const fn wants_a_second_passkey(self) -> bool {
        self.passkeys == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_authentication_method_stays() {
        for (passkeys, password, a_passkey, the_password) in [
            (0, false, false, false),
            (0, true, false, false),
            (1, false, false, true),
            (1, true, true, true),
            (2, false, true, true),
            (2, true, true, true),
        ] {
            let methods = Methods { passkeys, password };
            assert_eq!((methods.may_lose_a_passkey(), methods.may_lose_the_password()), (a_passkey, the_password));
            assert_eq!((methods.has_a_passkey(), methods.wants_a_second_passkey()), (passkeys > 0, passkeys == 1));
        }
    }
}
