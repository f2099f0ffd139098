//! A mail server that we did not write (aiosmtpd), with TLS and a password, and the mails that it was given.

use crate::{
    certificates::Certificates,
    process::{Running, from_venv, repository},
    wait,
};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
};

/// With what `auth` signs in.
pub const PASSWORD: &str = "correct horse";

/// A mail server that runs; its certificate is for `localhost`.
pub struct MailServer {
    /// Where it listens.
    pub address: SocketAddr,
    scheme: &'static str,
    folder: PathBuf,
    certificates: Certificates,
    _running: Running,
}

impl MailServer {
    /// One that speaks TLS from the start.
    pub async fn with_tls(directory: &Path) -> Self {
        Self::start(directory, "smtps", "tls").await
    }

    /// One that wants STARTTLS.
    pub async fn with_starttls(directory: &Path) -> Self {
        Self::start(directory, "smtp+starttls", "starttls").await
    }

    async fn start(directory: &Path, scheme: &'static str, security: &str) -> Self {
        let (folder, address) = (directory.join(security), wait::free_address());
        std::fs::create_dir(&folder).expect("a folder for mail");
        let certificates = Certificates::make_for(&folder, &["localhost"]);
        let script = repository().join("crates/e2e/relying-parties/python/mail_server.py");
        let mut command = Command::new(from_venv("python"));
        command.arg(script).arg(address.port().to_string()).arg(security);
        command.arg(&certificates.certificate).arg(&certificates.key).arg(&folder);
        let running = Running::start("the mail server", &mut command, &folder.join("log"));
        wait::for_listener("the mail server", address).await;
        Self { address, scheme, folder, certificates, _running: running }
    }

    /// The `[mail]` of an installation in `directory` that trusts it and knows the password.
    pub fn settings(&self, directory: &Path) -> String {
        self.settings_for("localhost", PASSWORD, directory)
    }

    /// The same by this name of it and with this password.
    pub fn settings_for(&self, host: &str, password: &str, directory: &Path) -> String {
        use std::os::unix::fs::PermissionsExt;
        let file = directory.join("mail-password");
        std::fs::write(&file, format!("{password}\n")).expect("a password can be written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("it can be closed");
        format!(
            "\n[mail]\nserver = \"{}://{host}:{}\"\nfrom = \"Home <auth@home.test>\"\nuser = \"auth\"\n\
             password_file = \"{}\"\nca_file = \"{}\"\n",
            self.scheme,
            self.address.port(),
            file.display(),
            self.certificates.authority.display()
        )
    }

    /// What it answers to every recipient from now on; what a good one answers when nothing is said.
    pub fn says(&self, words: &str) {
        std::fs::write(self.folder.join("say"), words).expect("it can be told");
    }

    /// The mails that it has, in order, with long lines put together again (RFC 2045 §6.7).
    pub fn mails(&self) -> Vec<String> {
        let read = |nth: u32| std::fs::read_to_string(self.folder.join(format!("{nth}.eml"))).ok();
        (1..).map_while(read).map(|mail| mail.replace("=\r\n", "")).collect()
    }

    /// Waits until it has so many.
    pub async fn has(&self, count: usize) -> Vec<String> {
        let what = format!("{count} mails");
        let look = || async { Some(self.mails()).filter(|mails| mails.len() >= count) };
        let mails = wait::until(&what, wait::PATIENCE, look).await;
        assert_eq!(mails.len(), count, "{mails:?}");
        mails
    }
}
